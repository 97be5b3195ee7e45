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


def _panels(count, height, width, **options):
    """Open a figure of panels, one below the other; one panel is a list of one."""
    fig, axes = draw.canvas(height, rows=count, width=width, **options)
    return fig, [axes] if count == 1 else axes


def _split(looks):
    """Turn a look for each level, its colour and its marker, into the two arguments that drawings take."""
    colours, marks = ({name: look[part] for name, look in looks.items()} for part in (0, 1))
    return {"colours": colours, "marks": marks}


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


def bands(frame, panels, *, by, x, low, high, level, at, alt, height, ends=None):
    """Chart a band in each of several panels, one below the other, with the point where its lower edge meets a level.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along a band, in order.
    panels : pandas.DataFrame
        One row a panel: ``by``, ``label`` (what is written in it) and ``tipping`` (where the lower edge meets it).
    by, x, low, high : str
        Columns of ``frame``: whose band it is, and the band.
    level, at : float
        Where a dashed line runs across, and where a dotted one stands upright.
    alt : str
        The words.
    height : float
        Inches.
    ends : dict, optional
        What each panel's axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, axes = _panels(len(panels), height, width, sharex=True)
        for ax, row in zip(axes, panels.to_dict("records"), strict=True):
            draw.band(ax, frame[frame[by] == row[by]], x=x, low=low, high=high)
            _rule(ax, level=level)
            _rule(ax, at=at, style=":", width=1.5)
            ax.plot(row["tipping"], level, "o", color=draw.COLOURS["ink"])
            ax.text(frame[x].max(), 0.05, row["label"], ha="right")
            ax.set(**(ends or {}))
            ax.label_outer()
            _mark_in_percent(ax, "xy")
        return fig

    return Chart(paint, frame, alt)


def contours(frame, *, x, y, value, steps, heavy, at, alt, height, data=None, ends=None):
    """Chart a surface by lines of equal height, with a dotted line upright.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point of a grid.
    x, y, value : str
        Its columns: where the point lies, and how high.
    steps : sequence of float
        The heights of the lines.
    heavy, at : float
        The height of the line that is drawn heavily, and where the dotted line stands.
    alt : str
        The words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """
    grid = frame.pivot(index=y, columns=x, values=value)
    widths = [3 if abs(step - heavy) < 1e-9 else 1.3 for step in steps]

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        drawn = ax.contour(grid.columns, grid.index, grid, steps, colors=draw.COLOURS["newpip"], linewidths=widths)
        ax.clabel(drawn, fmt=lambda step: f"{step:.0%}", fontsize=9, colors=draw.COLOURS["ink"])
        _rule(ax, at=at, style=":", width=1.5)
        ax.set(**(ends or {}))
        _mark_in_percent(ax, "xy")
        return fig

    return Chart(paint, frame if data is None else data, alt)


def dodged(frame, *, by, x, y, hue, looks, alt, height, ends=None):
    """Chart points by kind, side by side, in a panel for each group, with a dashed line at 0.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point.
    by, x, y, hue : str
        Its columns: the panel, the value, the row, and the kind.
    looks : dict
        For each kind, in order, a name of ``COLOURS`` and a matplotlib marker.
    alt : str
        The words.
    height : float
        Inches.
    ends : dict, optional
        What each panel's axes are set to.

    Returns
    -------
    Chart
    """
    panels = dict(list(frame.groupby(by, sort=False)))
    shades, marks = [draw.COLOURS[colour] for colour, _ in looks.values()], [mark for _, mark in looks.values()]
    style = {"hue_order": list(looks), "palette": shades, "markers": marks}
    style |= {"linestyle": "none", "markersize": 6, "dodge": 0.5}

    def paint(width):
        import seaborn as sns  # here, as most chapters do without

        fig, axes = _panels(len(panels), height, width, sharex=True)
        for ax, (name, part) in zip(axes, panels.items(), strict=True):
            sns.pointplot(part, x=x, y=y, hue=hue, ax=ax, **style)
            _rule(ax, at=0)
            ax.text(0.98, 0.93, name, ha="right", va="top", transform=ax.transAxes)
            ax.set(**(ends or {}))
            place = {"bbox_to_anchor": (-0.3, 1), "ncols": len(looks), "title": None}
            sns.move_legend(ax, "lower left", **place, handletextpad=0.2, columnspacing=0.8)
            ax.get_legend().set_visible(ax is axes[0])
        return fig

    return Chart(paint, frame, alt)


def flows(frame, *, group, label, n, alt, height):
    """Chart the steps of one flow or more, one below the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a step, in order.
    group, label, n : str
        Its columns: whose flow it is, a name of ``COLOURS``; the step; and its count, missing where unknown.
    alt : str
        The words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """
    parts = dict(list(frame.groupby(group, sort=False)))
    ratios = {"height_ratios": [len(steps) + 0.7 for steps in parts.values()]}

    def paint(width):
        fig, axes = _panels(len(parts), height, width, gridspec_kw=ratios)
        for ax, (name, steps) in zip(axes, parts.items(), strict=True):
            draw.flow(ax, steps, label=label, n=n, colour=name, title=f"{name.capitalize()}s")
        return fig

    return Chart(paint, frame, alt)


def timelines(frame, *, lane, label, start, end, colours, alt, height):
    """Chart events along years, in a panel for each lane.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an event.
    lane, label, start, end : str
        Its columns; ``end`` is missing for a single date.
    colours : dict
        For each lane, a name of ``COLOURS``.
    alt : str
        The words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """
    parts = dict(list(frame.groupby(lane)))
    ratios = {"height_ratios": [len(rows) + 0.3 for rows in parts.values()]}

    def paint(width):
        fig, axes = _panels(len(parts), height, width, sharex=True, gridspec_kw=ratios)
        for ax, (name, rows) in zip(axes, parts.items(), strict=True):
            draw.timeline(ax, rows, label=label, start=start, end=end, lane=lane, colours=colours)
            ax.set_ylabel(name.capitalize(), weight="bold")
        return fig

    return Chart(paint, frame, alt)


def counts(frame, *, label, n, alt, height, ends=None):
    """Chart counts as bars with their number at the end, the first row on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar.
    label, n : str
        Its columns.
    alt : str
        The words.
    height : float
        Inches.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        import seaborn as sns  # here, as most chapters do without

        fig, ax = draw.canvas(height, width=width)
        sns.barplot(frame, x=n, y=label, color=draw.COLOURS["soft"], saturation=1, width=0.6, errorbar=None, ax=ax)
        ax.bar_label(ax.containers[0], padding=3)
        ax.set(**(ends or {}))
        ax.grid(axis="y", visible=False)
        return fig

    return Chart(paint, frame, alt)


def signs(frame, *, row, level, looks, alt, height, data=None, ends=None):
    """Chart one sign an item, in a line for each row.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an item.
    row, level : str
        Its columns.
    looks : dict
        For each level, in order, a name of ``COLOURS`` and a matplotlib marker.
    alt : str
        The words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.signs(ax, frame, row=row, level=level, order=list(looks), **_split(looks))
        ax.set(**(ends or {}))
        return fig

    return Chart(paint, frame if data is None else data, alt)


def shelves(frame, *, row, place, kind, hollow, looks, alt, height, ends=None):
    """Chart one sign an item, side by side in rows, open where an item is of another sort.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an item, in the order of the rows.
    row, place, kind, hollow : str
        Its columns, as :func:`newpip.draw.shelves` takes them.
    looks : dict
        For each kind, in order, a name of ``COLOURS`` and a matplotlib marker.
    alt : str
        The words.
    height : float
        Inches.
    ends : dict, optional
        What the axes are set to.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.shelves(ax, frame, row=row, place=place, kind=kind, hollow=hollow, **_split(looks))
        ax.set(**(ends or {}))
        return fig

    return Chart(paint, frame, alt)


def strata(frame, links, *, alt, height):
    """Chart documents in layers, an arrow from each to what it rests on.

    Parameters
    ----------
    frame, links : pandas.DataFrame
        As :func:`newpip.draw.strata` takes them; the reader can download ``links``.
    alt : str
        The words.
    height : float
        Inches.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(height, width=width)
        draw.strata(ax, frame, links)
        return fig

    return Chart(paint, links, alt)


def statements(frame, links, *, alt):
    """Chart statements one below the other, a bracket at the side for each link between two of them.

    Parameters
    ----------
    frame, links : pandas.DataFrame
        As :func:`newpip.draw.column` takes them; the reader can download ``links``.
    alt : str
        The words.

    Returns
    -------
    Chart
    """
    return Chart(lambda width: draw.column(frame, links, width), links, alt)
