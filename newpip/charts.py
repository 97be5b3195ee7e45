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


def said(frame, words):
    """Say each row of a frame in words, for those who cannot see its picture.

    Parameters
    ----------
    frame : pandas.DataFrame
    words : str
        What is said of a row, its columns in braces: ``"{label}, {low:.0%} to {high:.0%}"``.

    Returns
    -------
    str
        The rows, in order, between semicolons.
    """
    return "; ".join(words.format(**row) for row in frame.to_dict("records"))


def _mark_in_percent(ax, axes):
    """Mark axes in per cent: ``"x"``, ``"y"`` or ``"xy"``."""
    for name in axes:
        getattr(ax, f"{name}axis").set_major_formatter("{x:.0%}")


def _rule(ax, level=None, at=None, style="--", width=1):
    """Draw a line across at a level, and one upright."""
    looks = {"color": draw.COLOURS["soft"], "linestyle": style, "linewidth": width}
    if level is not None:
        ax.axhline(level, **looks)
    if at is not None:
        ax.axvline(at, **looks)


def lines(
    frame, *, alt, height, data=None, colours=None, level=None, at=None, points=None,
    percent="y", legend=None, ends=None, **options,
):  # fmt: skip
    """Chart lines, with lines of reference and named points where they are given.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`seaborn.lineplot` takes it: one row a point, or one column a line.
    alt : str
        The words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    colours : list of str, optional
        Names of ``COLOURS``, one a line.
    level, at : float, optional
        Where a dashed line runs across, and where one stands upright.
    points : dict, optional
        Points to name, as :func:`newpip.draw.named_points` takes them, with their ``frame``.
    percent : str
        The axes that are marked in per cent.
    legend, ends : dict, optional
        What the legend and the axes are set to.
    **options
        Passed to :func:`seaborn.lineplot`, such as ``x="delta"``.

    Returns
    -------
    Chart
    """

    def paint(width):
        import seaborn as sns  # here, as most chapters do without

        fig, ax = draw.canvas(height, width=width)
        palette = colours and [draw.COLOURS[name] for name in colours]
        sns.lineplot(frame, palette=palette, ax=ax, **options)
        _rule(ax, level, at)
        if points:
            draw.named_points(ax, **points)
        ax.set(**(ends or {}))
        _mark_in_percent(ax, percent)
        if legend:
            ax.legend(**legend)
        return fig

    return Chart(paint, frame if data is None else data, alt)


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
    words = said(shown, "{label}, {at_low:.1f} to {at_high:.1f}")
    columns = {"label": "label", "estimate": "middle", "low": "at_low", "high": "at_high"}
    look = {"height": height, "ends": {"xlabel": xlabel}}
    return forest(shown, **columns, **look, alt=f"{alt}: {words}.", data=swings, share=False, reference=middle)


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
    words = said(frame, f"{{{label}}}, {{{value}:.2f}}")
    columns = {"label": label, "estimate": value, "low": "zero", "high": value}
    look = {"height": height, "ends": {"xlabel": xlabel}}
    return forest(frame.assign(zero=0.0), **columns, **look, alt=f"{alt}: {words}.", data=frame, share=False)


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
    words = "; ".join(
        f"{rows[name]}: " + ", ".join(part["text"] + " " + part[column])
        for name, part in cells[cells[count] > 0].groupby(row)
    )
    broken = {name: label.replace(" ", "\n") for name, label in rows.items()}

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.grid(ax, cells, row=row, column=column, text="text", weight=count, rows=broken, columns=columns)
        return fig

    return Chart(paint, frame, f"{alt}. {words}.")


def spans(frame, *, label, height, xlabel, alt, form=".0f"):
    """Chart ranges on an axis that starts at zero, one row each.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a range, first row on top: ``low`` and ``high``, and ``estimate`` where a dot stands in it.
    label : str
        The column that names the rows.
    height : float
        Inches.
    xlabel, alt : str
        What the axis shows; what the ranges are, which the chart says after it.
    form : str
        How the words show the ends of a range.

    Returns
    -------
    Chart
    """
    shown = frame if "estimate" in frame else frame.assign(estimate=float("nan"))
    words = said(frame, f"{{{label}}}, {{low:{form}}} to {{high:{form}}}")
    look = {"height": height, "ends": {"xlabel": xlabel, "xlim": (0, None)}}
    return forest(shown, label=label, **look, alt=f"{alt}: {words}.", data=frame, share=False)


def running_totals(frame, *, x, come, taken, level, names, notes, height, alt, ends=None):
    """Chart a queue as two running totals: upright between them how many wait, and level how long the last will.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a moment, in order.
    x, come, taken : str
        Its columns: the moment, how many have come by then, and how many were taken on.
    level : float
        How far along the axis the last to come will be taken on.
    names : sequence of str
        What the legend calls those who have come, those taken on, and those still to be.
    notes : sequence of str
        What stands at the end of the upright gap, and over the level one.
    height : float
        Inches.
    alt : str
        The words.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        at, high, low = frame[[x, come, taken]].iloc[-1]
        ax.plot(frame[x], frame[come], label=names[0])
        ax.plot(frame[x], frame[taken], "--", label=names[1])
        ax.plot([at, at + level], [low, high], ":", label=names[2])
        arrow = {"arrowstyle": "<->", "color": draw.COLOURS["soft"]}
        ax.annotate("", (at, low), (at, high), arrowprops=arrow)
        ax.annotate("", (at, high), (at + level, high), arrowprops=arrow)
        beside = {"textcoords": "offset points", "va": "center"}
        ax.annotate(notes[0], (at, low), (5, -9), ha="left", **beside)
        ax.annotate(notes[1], (at + level / 2, high), (0, 9), ha="center", **beside)
        ax.set(ylim=(0, 1.12 * high), **(ends or {}))
        ax.legend(loc="upper left")
        return fig

    return Chart(paint, frame, alt)


def bands_and_lines(frame, *, by, x, low, high, line, ylabel, height, alt, data=None, ends=None):
    """Chart a band and a dashed line in each of several panels, one below the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along a band, in order.
    by, x, low, high, line : str
        Its columns: the panel, by its name, and what is drawn in it.
    ylabel, alt : str
        What each panel's axis shows; the words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    ends : dict, optional
        What the lowest panel's axes are set to.

    Returns
    -------
    Chart
    """
    parts = dict(list(frame.groupby(by, sort=False)))

    def paint(width):
        fig, axes = draw.canvas(height, rows=len(parts), width=width, sharex=True, sharey=True)
        for panel, (name, part) in zip(axes, parts.items(), strict=True):
            draw.band(panel, part, x=x, low=low, high=high)
            panel.plot(part[x], part[line], "--", color=draw.COLOURS["ink"])
            panel.text(0.03, 0.85, name, transform=panel.transAxes)
            panel.set(ylabel=ylabel)
        axes[-1].set(**(ends or {}))
        return fig

    return Chart(paint, frame if data is None else data, alt)


def labelled_bars(frame, *, label, value, height, alt, data=None, ends=None):
    """Chart bars with their number at the end, the first row on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar.
    label, value : str
        Its columns.
    height : float
        Inches.
    alt : str
        The words.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        import seaborn as sns  # here, as most chapters do without

        fig, ax = draw.canvas(height, width=width)
        look = {"width": 0.7, "color": draw.COLOURS["newpip"], "saturation": 1, "errorbar": None}
        sns.barplot(frame, y=label, x=value, ax=ax, **look)
        ax.bar_label(ax.containers[0], padding=3)
        ax.set(**(ends or {}))
        ax.grid(axis="y", visible=False)
        return fig

    return Chart(paint, frame if data is None else data, alt)


def grouped_bars(frame, *, row, share, group, label, height, alt, data=None, ends=None):
    """Chart the shares of both groups of people side by side, what each is written at its end.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar.
    row, share, group, label : str
        Its columns: the row on the chart, how long the bar is, whose it is (a key of :data:`newpip.draw.GROUPS`), and
        what is written at its end.
    height : float
        Inches.
    alt : str
        The words.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        import seaborn as sns  # here, as most chapters do without

        fig, ax = draw.canvas(height, width=width)
        look = {"palette": draw.GROUPS, "saturation": 1, "errorbar": None, "legend": False}
        sns.barplot(frame, y=row, x=share, hue=group, ax=ax, **look)
        for bars, (_, rows) in zip(ax.containers, frame.groupby(group), strict=False):
            ax.bar_label(bars, labels=rows[label], padding=3)
        ax.set(**(ends or {}))
        ax.xaxis.set_major_formatter("{x:.0%}")
        return fig

    return Chart(paint, frame if data is None else data, alt)


def points_by_group(frame, *, by, x, y, group, ylabel, split, notes, height, alt, data=None, xlabel=""):
    """Chart points in the colours of both groups of people, in panels one below the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point.
    by, x, y, group : str
        Its columns: the panel, where the point lies, and whose it is (a key of :data:`newpip.draw.GROUPS`).
    ylabel : str
        What an axis shows, with the panel's name in braces.
    split : float
        Where a dotted line parts the groups.
    notes : dict
        For each group, what is written in its colour in the first panel, and where: ``(x, y, text)``.
    height : float
        Inches.
    alt : str
        The words.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    xlabel : str
        What the lowest axis shows.

    Returns
    -------
    Chart
    """
    parts = dict(list(frame.groupby(by, sort=False)))

    def paint(width):
        fig, axes = draw.canvas(height, rows=len(parts), width=width, sharex=True)
        for ax, (name, part) in zip(axes, parts.items(), strict=True):
            for one, rows in part.groupby(group):
                ax.plot(rows[x], rows[y], "o", color=draw.GROUPS[one], markersize=5)
            ax.set(ylabel=ylabel.format(name), ylim=(0, None), xticks=part[x])
            ax.axvline(split, color=draw.COLOURS["soft"], linestyle=":")
        for one, (at, up, text) in notes.items():
            axes[0].text(at, up, text, color=draw.GROUPS[one])
        axes[-1].set(xlabel=xlabel)
        return fig

    return Chart(paint, frame if data is None else data, alt)
