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


def said(frame, template, between="; ", **columns):
    """Say a table in words, one row after the other.

    Parameters
    ----------
    frame : pandas.DataFrame
    template : str
        What is said of a row, with its columns in braces, such as ``"{label}, {n}"``.
    between : str
        What stands between two rows.
    **columns : pandas.Series
        Columns that the words need besides.

    Returns
    -------
    str
        On one line.
    """
    rows = frame.assign(**columns).to_dict("records")
    return between.join(template.format(**row) for row in rows).replace("\n", ", ")


def limits(frame, form=".1%", missing=""):
    """Say the limits of estimates, such as ``" (40.0% to 60.0%)"``.

    Parameters
    ----------
    frame : pandas.DataFrame
        With the columns ``low`` and ``high``.
    form : str
        A format specification.
    missing : str
        What is said where there are none.

    Returns
    -------
    pandas.Series of str
    """
    pairs = zip(frame["low"], frame["high"], strict=True)
    words = [missing if pd.isna(low) else f" ({low:{form}} to {high:{form}})" for low, high in pairs]
    return pd.Series(words, frame.index, dtype=object)


UNKNOWN = 3.0  # where a number that nobody knows stands on a scale of sizes


def sizes(frame, *, label, n, hollow, colour, xlabel, alt, height):
    """Chart how many there are of each, by tens and hundreds, and at the side those that nobody has counted.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a size, first row on top.
    label, n, hollow : str
        Its columns: the name, the number (missing where unknown), and whether the marker is open.
    colour : list of str
        For each row, a name of ``COLOURS``.
    xlabel, alt : str
        What is counted; the words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """
    rows = frame.assign(x=frame[n].astype(float).fillna(UNKNOWN), low=None, high=None)

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.forest(ax, rows, label=label, estimate="x", colour=colour, hollow=hollow)
        ax.set(xscale="log", xlim=(2.4, 300), xlabel=xlabel)
        ax.set_xticks([UNKNOWN, 10, 30, 100], ["not\nknown", "10", "30", "100"])
        ax.minorticks_off()
        ax.axvline(1.5 * UNKNOWN, color=draw.COLOURS["soft"], linewidth=1)
        return fig

    return Chart(paint, frame, alt)


def counted(frame, *, row, column, rows, n, signs, alt, height, data=None, **options):
    """Chart a table whose cells hold one sign an item, and below them the fewest and the most behind a sign.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`newpip.draw.counted` takes it.
    row, column, n : str
        Its columns: where an item stands, and the number behind it.
    rows : dict
        Labels of the values of ``row``, in the order to draw; those without an item are left out.
    signs : dict
        What the signs mean, as :func:`newpip.draw.key` takes it.
    alt : str
        The words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    **options
        Passed to :func:`newpip.draw.counted`.

    Returns
    -------
    Chart
    """
    present = {name: words for name, words in rows.items() if name in set(frame[row])}
    feet = ranges(frame, [row, column], n)

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.counted(ax, frame, row=row, column=column, rows=present, feet=feet, **options)
        draw.key(fig, signs)
        return fig

    return Chart(paint, frame if data is None else data, alt)


def ranges(frame, by, column):
    """Say the lowest and the highest number of each group, such as ``"12\N{EN DASH}40"``, or the one there is.

    Parameters
    ----------
    frame : pandas.DataFrame
    by : list of str
        The columns that make the groups.
    column : str
        Where the numbers stand; a group without any is left out.

    Returns
    -------
    dict
        From a group to the words.
    """
    numbers = frame.dropna(subset=column).groupby(by)[column]
    return {group: "\N{EN DASH}".join(map(str, sorted({found.min(), found.max()}))) for group, found in numbers}


def dated(frame, *, x, y, hollow, names, ylabel, alt, height):
    """Chart counts at their dates, from nothing upwards, open where they were not read themselves.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a count.
    x, y, hollow : str
        Its columns: date, count, and whether the marker is open.
    names : dict
        What filled (False) and open (True) markers mean.
    ylabel, alt : str
        What is counted; the words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        shade = draw.COLOURS["other"]
        for is_open, part in frame.groupby(hollow):
            face = "none" if is_open else shade
            style = {"color": shade, "markerfacecolor": face, "markeredgewidth": 1.5, "label": names[is_open]}
            ax.plot(part[x], part[y], "o", **style)
        ax.set(ylabel=ylabel, ylim=(0, 1.15 * frame[y].max()))
        ax.legend(loc="lower right")
        return fig

    return Chart(paint, frame, alt)


def numbered_bars(frame, *, x, y, xlabel, ylabel, alt, height):
    """Chart a count for each of a few years, or the like, as bars with their numbers on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar, in order.
    x, y : str
        Its columns: what a bar stands for, and its height.
    xlabel, ylabel, alt : str
        What the axes say; the words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        bars = ax.bar(range(len(frame)), frame[y], 0.8, color=draw.COLOURS["newpip"])
        ax.bar_label(bars, padding=2)
        ax.set_xticks(range(len(frame)), frame[x].astype(str))
        ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(-0.5, len(frame) - 0.5))
        ax.grid(axis="x", visible=False)
        return fig

    return Chart(paint, frame, alt)


MARKED = (("o", "-"), ("X", (0, (4, 1.5))), ((4, 0, 45), (0, (1, 1))))  # the signs and strokes that tell lines apart


def marked_lines(frame, *, x, y, by, alt, height, ends):
    """Chart a few lines, told apart by colour, sign and stroke.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point.
    x, y, by : str
        Its columns: the place, the height, and which line it belongs to; of lines at most as many as ``MARKED``.
    alt : str
        The words.
    height : float
        Inches.
    ends : dict
        What the axes are set to, as :meth:`matplotlib.axes.Axes.set` takes it.

    Returns
    -------
    Chart
    """
    lines = list(frame.groupby(by, sort=False))

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        for (name, points), (mark, stroke) in zip(lines, MARKED[: len(lines)], strict=True):
            ax.plot(points[x], points[y], marker=mark, linestyle=stroke, markeredgewidth=0, label=name)
        ax.set(**ends)
        ax.legend(loc="upper left")
        return fig

    return Chart(paint, frame, alt)


def threshold_line(frame, *, x, y, threshold, xlabel, ylabel, alt, height):
    """Chart one line and, dashed, a level that it is compared with.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point, in order.
    x, y : str
        Its columns.
    threshold : float
        The level.
    xlabel, ylabel, alt : str
        What the axes say; the words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        ax.plot(frame[x], frame[y], color=draw.COLOURS["newpip"])
        ax.axhline(threshold, color=draw.COLOURS["soft"], linestyle="--", linewidth=1)
        ax.set(xlabel=xlabel, ylabel=ylabel)
        return fig

    return Chart(paint, frame, alt)
