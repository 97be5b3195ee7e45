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


def rows_in_words(frame, pattern):
    """Say the rows of a frame one after the other, as an alternative text lists them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One record a row.
    pattern : str
        How to say a row, its columns in braces, such as ``"{label}, {value:.2f}"``.

    Returns
    -------
    str
        The rows, a semicolon between two.
    """
    return "; ".join(pattern.format(**row) for row in frame.to_dict("records"))


def tornado(swings, labels, *, middle, height, xlabel, alt):
    """Chart how far each input moves an output, those left out that do not move it.

    Parameters
    ----------
    swings : pandas.DataFrame
        One row an input, first row on top: ``input``, ``at_low``, ``at_high`` and ``swing``.
    labels : pandas.Series
        From an input to what it is called.
    middle : float
        The output with every input at its central value: a dashed line.
    height : float
        Inches.
    xlabel, alt : str
        What the axis shows; what the rows are, which the chart says after it.

    Returns
    -------
    Chart
    """
    shown = swings[swings["swing"] > 0].assign(label=swings["input"].map(labels), middle=middle)
    said = rows_in_words(shown, "{label}, {at_low:.1f} to {at_high:.1f}")
    columns = {"label": "label", "estimate": "middle", "low": "at_low", "high": "at_high"}
    words = {"alt": f"{alt}: {said}.", "ends": {"xlabel": xlabel}}
    return forest(shown, **columns, **words, height=height, data=swings, share=False, reference=middle)


def lollipops(frame, *, label, value, height, xlabel, alt):
    """Chart values as lines from zero, one row each.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a value, first row on top.
    label, value : str
        Its columns.
    height : float
        Inches.
    xlabel, alt : str
        What the axis shows; what the rows are, which the chart says after it.

    Returns
    -------
    Chart
    """
    said = rows_in_words(frame, f"{{{label}}}, {{{value}:.2f}}")
    columns = {"label": label, "estimate": value, "low": "zero", "high": value}
    words = {"alt": f"{alt}: {said}.", "ends": {"xlabel": xlabel}}
    return forest(frame.assign(zero=0.0), **columns, **words, height=height, data=frame, share=False)


def line_with_band(frame, *, x, y, low, high, height, alt, mark=None, ends=None):
    """Chart a line with the range around it.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along the line, in order.
    x, y, low, high : str
        Its columns.
    height : float
        Inches.
    alt : str
        The words.
    mark : float, optional
        Where to draw a dotted line upright.
    ends : dict, optional
        What the axes are set to, as :meth:`matplotlib.axes.Axes.set` takes it.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        shade = draw.COLOURS["newpip"]
        ax.fill_between(frame[x], frame[low], frame[high], alpha=0.2, linewidth=0, color=shade)
        ax.plot(frame[x], frame[y], "o-", color=shade)
        if mark is not None:
            ax.axvline(mark, color=draw.COLOURS["soft"], linestyle=":", linewidth=1.5)
        ax.set(**(ends or {}))
        return fig

    return Chart(paint, frame, alt)


def count_grid(frame, *, row, column, count, rows, columns, height, alt):
    """Chart counts as a table of shaded cells.

    Parameters
    ----------
    frame : pandas.DataFrame
        One record a cell.
    row, column, count : str
        Its columns: where the cell stands, and how many are in it; a cell of none stays open.
    rows, columns : dict
        For each value of ``row`` and ``column``, in the order to draw, its label; those of rows break at each space.
    height : float
        Inches.
    alt : str
        What is counted; the chart says the counts after it.

    Returns
    -------
    Chart
    """
    cells = frame.assign(text=frame[count].astype(str))
    said = "; ".join(
        f"{rows[name]}: " + ", ".join(part["text"] + " " + part[column])
        for name, part in cells[cells[count] > 0].groupby(row)
    )
    broken = {name: label.replace(" ", "\n") for name, label in rows.items()}

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.grid(ax, cells, row=row, column=column, text="text", weight=count, rows=broken, columns=columns)
        return fig

    return Chart(paint, frame, f"{alt}. {said}.")
