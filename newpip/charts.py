"""A chart is one object: its drawing at the width asked for, the data that it shows, and the words that say so."""

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from newpip import draw


@dataclass(frozen=True, eq=False)
class Chart:
    """What :func:`newpip.publish.figure` publishes.

    Parameters
    ----------
    paint : callable
        From a width in inches to the drawing, a :class:`matplotlib.figure.Figure`.
    data : pandas.DataFrame
        What is drawn, as the reader can download it.
    alt : str
        What the picture shows, for those who cannot see it, made from the same data.
    """

    paint: Callable
    data: pd.DataFrame
    alt: str

    def draw(self, width=draw.WIDTH):
        """Draw it.

        Parameters
        ----------
        width : float
            Inches.

        Returns
        -------
        matplotlib.figure.Figure
        """
        return self.paint(width)


def forest(frame, *, label, alt, height, data=None, share=True, ends=None, **options):
    """Chart estimates with their limits, one row each.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`newpip.draw.forest` takes it.
    label, alt : str
        The column that names the rows; the words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    share : bool
        Whether the axis is marked in per cent.
    ends : dict, optional
        What the axes are set to, as :meth:`matplotlib.axes.Axes.set` takes it.
    **options
        Passed to :func:`newpip.draw.forest`, such as ``hollow="open"``.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.forest(ax, frame, label=label, **options)
        ax.set(**(ends or {}))
        if share:
            ax.xaxis.set_major_formatter("{x:.0%}")
        return fig

    return Chart(paint, frame if data is None else data, alt)
