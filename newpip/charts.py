"""A chart is one object: its drawing at the width asked for, the data that it shows, and the words that say so."""

import re
import textwrap
from collections.abc import Callable
from dataclasses import dataclass, replace

import pandas as pd

from newpip import draw

ROWS, COLUMNS = (0.05, 1), (1, 0.2)  # the reach of marks that have a row, or a column, to themselves
UNKNOWN = 3.0  # where a number that nobody knows stands on a scale of sizes
MARKED = (("o", "-"), ("X", (0, (4, 1.5))), ((4, 0, 45), (0, (1, 1))))  # the signs and strokes that tell lines apart


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
    marks : callable, optional
        From the axes of a drawing to its marks: for each its axes, its place in their units, and its values in words.
    reach : tuple of float
        How much it counts to be a point away from a mark, sideways and up: whoever points at a row points at its mark.
    """

    paint: Callable
    data: pd.DataFrame
    alt: str
    marks: Callable | None = None
    reach: tuple = (1, 1)
    WIDTHS = {"narrow": draw.WIDTH, "wide": draw.WIDE}  # a phone's and a desktop's

    def draw(self, width=draw.WIDTH):
        """Draw it.

        Parameters
        ----------
        width : float
            Inches.

        Returns
        -------
        matplotlib.figure.Figure
            It knows its ``marks`` and their ``reach``.
        """
        fig = self.paint(width)
        fig.marks, fig.reach = list(self.marks(fig.axes)) if self.marks else [], self.reach
        return fig


def chart(frame, fill, *, alt, height, data=None, ends=None, percent="", wide=None, marks=None, reach=(1, 1)):
    """Chart a table on one pair of axes. The kinds of charts below take ``look``: all of this but ``fill``.

    Parameters
    ----------
    frame : pandas.DataFrame
        What is drawn.
    fill : callable
        Draws it on the axes that it is given.
    alt : str
        The words.
    height : float
        Inches.
    data : pandas.DataFrame, optional
        What the reader can download, where it is not ``frame``.
    ends : dict, optional
        What the axes are set to, as :meth:`matplotlib.axes.Axes.set` takes it.
    percent : str
        The axes that are marked in per cent: ``"x"``, ``"y"`` or ``"xy"``.
    wide : float, optional
        Inches, of the drawing for a desktop.
    marks, reach
        As :class:`Chart` takes them.

    Returns
    -------
    Chart
    """

    def paint(width):
        fig, ax = draw.canvas(_height(width, height, wide), width=width)
        fill(ax)
        ax.set(**(ends or {}))
        _mark_in_percent(ax, percent)
        return fig

    return Chart(paint, frame if data is None else data, alt, marks, reach)


def panels(frame, parts, fill, *, alt, height, data=None, wide=None, marks=None, reach=(1, 1), beside=False, **options):
    """Chart parts of a table in panels, one below the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        What is drawn.
    parts : dict
        From what a panel is called to what is drawn in it, in order.
    fill : callable
        Draws one part: it is given the axes, what the panel is called, and the part.
    alt, height, data, wide, marks, reach
        As :func:`chart` takes them; ``marks`` is given the panels' axes, what they are called, and the parts.
    beside : bool
        Whether the panels stand side by side on a desktop, as high as the longest needs.
    **options
        Passed to :func:`newpip.draw.canvas`.

    Returns
    -------
    Chart
    """

    def paint(width):
        side = beside and width > draw.WIDTH
        way = {"columns": len(parts), "sharey": True} if side else {"rows": len(parts), **options}
        fig, axes = draw.canvas(_height(width, height, wide), width=width, **way)
        for ax, (name, part) in zip([axes] if len(parts) == 1 else axes, parts.items(), strict=True):
            fill(ax, name, part)
        if side:
            axes[0].set_ylim(min(1.2 - len(part) - 0.7 for part in parts.values()), 1.2)
        return fig

    def all_marks(axes):
        return [mark for ax, (name, part) in zip(axes, parts.items(), strict=False) for mark in marks(ax, name, part)]

    return Chart(paint, frame if data is None else data, alt, marks and all_marks, reach)


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
    return re.sub(r",?\n", ", ", between.join(template.format(**row) for row in rows))


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


def forest(frame, *, label, alt, height, data=None, share=True, ends=None, **options):
    """Chart estimates with their limits, one row each.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`newpip.draw.forest` takes it.
    label : str
        The column that names the rows.
    share : bool
        Whether the axis is marked in per cent.
    alt, height, data, ends
        As :func:`chart` takes them.
    **options
        Passed to :func:`newpip.draw.forest`, such as ``hollow="open"``.

    Returns
    -------
    Chart
    """

    def fill(ax):
        draw.forest(ax, frame, label=label, **options)

    words = {name: options.get(name, name) for name in ("estimate", "low", "high")}
    rows = {"marks": _row_marks(frame, label, share=share, **words), "reach": ROWS, "wide": _rows_high(frame[label])}
    height = max(height, _rows_high(map(draw.narrow, frame[label]), 0.16))
    return chart(frame, fill, alt=alt, height=height, data=data, ends=ends, percent="x" * share, **rows)


def sizes(frame, *, label, n, hollow, colour, xlabel, **look):
    """Chart how many there are of each, by tens and hundreds, and at the side those that nobody has counted.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a size, first row on top.
    label, n, hollow : str
        Its columns: the name, the number (missing where unknown), and whether the marker is open.
    colour : list of str
        For each row, a name of ``COLOURS``.
    xlabel : str
        What is counted.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """
    rows = frame.assign(x=frame[n].astype(float).fillna(UNKNOWN), low=None, high=None)

    def fill(ax):
        draw.forest(ax, rows, label=label, estimate="x", colour=colour, hollow=hollow)
        ax.set(xscale="log", xlim=(2.2, 300), xlabel=f"{xlabel}\n(each step about three times the last)")
        ax.set_xticks([UNKNOWN, 10, 30, 100], ["number\nnot known", "10", "30", "100"])
        ax.minorticks_off()
        ax.spines["bottom"].set_bounds(2 * UNKNOWN, 300)  # what nobody knows stands beside the scale, not on it

    said = [f"{row[label]}\n{xlabel}: {_say(row[n])}" for row in frame.to_dict("records")]
    places = list(zip(rows["x"], range(len(rows)), said, strict=True))
    rows_of = {"marks": lambda axes: [(axes[0], *place) for place in places], "reach": ROWS}
    look["height"] = max(look["height"], _rows_high(map(draw.narrow, frame[label])))
    return chart(frame, fill, wide=_rows_high(frame[label]), **rows_of, **look)


def counted(frame, *, row, column, rows, n, signs, alt, height, data=None, label="name", **options):
    """Chart a table whose cells hold one sign an item, and below them the fewest and the most behind a sign.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`newpip.draw.counted` takes it.
    row, column, n, label : str
        Its columns: where an item stands, the number behind it, and what it is called.
    rows : dict
        Labels of the values of ``row``, in the order to draw; those without an item are left out.
    signs : dict
        What the signs mean, as :func:`newpip.draw.key` takes it.
    alt, height, data
        As :func:`chart` takes them.
    **options
        Passed to :func:`newpip.draw.counted`.

    Returns
    -------
    Chart
    """
    present = {name: words for name, words in rows.items() if name in set(frame[row])}
    feet = ranges(frame, [row, column], n)

    def across(ax):
        return 6 if draw.is_wide(ax) else 3

    def fill(ax):
        draw.counted(ax, frame, row=row, column=column, rows=present, feet=feet, across=across(ax), **options)
        draw.key(ax.figure, signs)

    def marks(axes):
        columns = options["columns"]
        for x, y, item in draw.placed(frame, row, column, present, columns, across(axes[0])):
            where = f"{draw.unbroken(present[item[row]], 99)}, {draw.unbroken(columns[item[column]], 99)}"
            yield axes[0], x, y, f"{item[label]}\n{where}\n{item[options['kind']]}, number: {_say(item[n])}"

    lines = sum(-(-part.groupby(column).size().max() // 6) for _, part in frame.groupby(row))
    wide = 1.6 + 0.3 * (lines + 0.8 * len(present))
    return chart(frame, fill, alt=alt, height=height, data=data, marks=marks, wide=wide)


def dated(frame, *, x, y, hollow, names, ylabel, **look):
    """Chart counts at their dates, from nothing upwards, open where they were not read themselves.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a count.
    x, y, hollow : str
        Its columns: date, count, and whether the marker is open.
    names : dict
        What filled (False) and open (True) markers mean.
    ylabel : str
        What is counted.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """
    shade = draw.COLOURS["other"]

    def fill(ax):
        for is_open, part in frame.groupby(hollow):
            face = "none" if is_open else shade
            style = {"color": shade, "markerfacecolor": face, "markeredgewidth": 1.5}
            ax.plot(part[x], part[y], "o", **style)
        ax.set(ylabel=ylabel, ylim=(0, 1.15 * frame[y].max()))
        for row in frame[frame[y].diff() != 0].to_dict("records"):
            ax.annotate(row[y], (row[x], row[y]), (0, 6), textcoords="offset points", ha="center")
        draw.key(ax.figure, {names[is_open]: ("o", "none" if is_open else "full", "other") for is_open in names})

    words = [f"{_say(row[x])}\n{ylabel}: {_say(row[y])}, {names[row[hollow]]}" for row in frame.to_dict("records")]
    return chart(frame, fill, marks=_at(frame[x], frame[y], words), reach=COLUMNS, **look)


def numbered_bars(frame, *, x, y, xlabel, ylabel, **look):
    """Chart a count for each year, or the like, as bars with their numbers on top, where there is room for them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar, in order.
    x, y : str
        Its columns: what a bar stands for, and its height.
    xlabel, ylabel : str
        What the axes say.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        bars = ax.bar(range(len(frame)), frame[y], 0.8, color=draw.COLOURS["newpip"])
        names, numbers = frame[x].astype(str), [f"{value:,}" for value in frame[y].tolist()]
        apart = [_apart(texts, draw.is_wide(ax)) for texts in (names, numbers)]
        if apart[1] == 1:
            ax.bar_label(bars, numbers, padding=2)
        else:
            ax.yaxis.set_major_formatter("{x:,.0f}")
        shown = sorted(range(len(frame))[:: -apart[0]])
        ax.set_xticks(shown, names.iloc[shown])
        ax.set(xlabel=xlabel, ylabel=ylabel, xlim=(-0.5, len(frame) - 0.5))
        ax.grid(axis="x", visible=False)

    words = [f"{row[x]}\n{ylabel}: {_say(row[y])}" for row in frame.to_dict("records")]
    return chart(frame, fill, marks=_at(range(len(frame)), frame[y], words), reach=COLUMNS, **look)


def _apart(texts, wide):
    """Say how far apart texts have to stand along an axis, in places, so that none touches the next."""
    longest = max(len(line) for text in texts for line in text.split("\n"))
    return max(1, -(-len(texts) * (longest + 1) // (100 if wide else 44)))


def marked_lines(frame, *, x, y, by, **look):
    """Chart a few lines that begin apart, told apart by colour, sign and stroke, each named where it begins.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point.
    x, y, by : str
        Its columns: the place, the height, and which line it belongs to; of lines at most as many as ``MARKED``.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """
    parts = list(frame.groupby(by, sort=False))

    def fill(ax):
        for (_, points), (mark, stroke) in zip(parts, MARKED[: len(parts)], strict=True):
            ax.plot(points[x], points[y], marker=mark, linestyle=stroke, markeredgewidth=0)
        first, last = frame[x].agg(["min", "max"])
        ax.set(xlim=(first - 0.5 * (last - first), None), ylim=(0, None))
        draw.name_ends(ax, [name for name, _ in parts], "left")

    return chart(frame, fill, marks=_line_marks(frame, x, y, by), reach=COLUMNS, **look)


def threshold_line(frame, *, x, y, threshold=None, last=None, **look):
    """Chart one line and, dashed, a level that it is compared with, if there is one.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point, in order.
    x, y : str
        Its columns.
    threshold : float or tuple, optional
        The level, as :func:`newpip.draw.rule` takes it.
    last : str, optional
        What the last point is called, which is then marked.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        ax.plot(frame[x], frame[y], color=draw.COLOURS["newpip"])
        draw.rule(ax, level=threshold, side="left")
        if last:
            end = frame[[x, y]].iloc[-1]
            ax.plot(*end, "o", color=draw.COLOURS["newpip"])
            ax.annotate(last, end, (-7, 0), textcoords="offset points", ha="right", va="center")

    return chart(frame, fill, marks=_line_marks(frame, x, y), reach=COLUMNS, **look)


def lines(frame, *, colours=None, level=None, at=None, points=None, side="right",
          alt, height, data=None, ends=None, percent="y", **options):  # fmt: skip
    """Chart lines, each named at its right end, with lines of reference and named points where they are given.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`seaborn.lineplot` takes it: one row a point, or one column a line.
    colours : list of str, optional
        Names of ``COLOURS``, one a line.
    level, at : float or tuple, optional
        Where a dashed line runs across, and where one stands upright, as :func:`newpip.draw.rule` takes them.
    points : dict, optional
        Points to name, as :func:`newpip.draw.named_points` takes them, with their ``frame``.
    side : str
        At which end the name of the line across stands.
    alt, height, data, ends, percent
        As :func:`chart` takes them.
    **options
        Passed to :func:`seaborn.lineplot`, such as ``x="delta"``.

    Returns
    -------
    Chart
    """

    def fill(ax):
        import seaborn as sns  # here, as most chapters do without

        palette = colours and [draw.COLOURS[name] for name in colours]
        sns.lineplot(frame, palette=palette, ax=ax, **options)
        names = [text.get_text() for text in ax.get_legend().get_texts()]
        ax.get_legend().remove()
        ax.set(**(ends or {}))
        draw.name_ends(ax, names)
        draw.rule(ax, level, at, side=side)
        if points:
            draw.named_points(ax, **points)

    def marks(axes):
        if points:
            yield from _line_marks(points["frame"], points["x"], points["y"], points["label"], percent)(axes)
        if "x" in options:
            yield from _line_marks(frame, options["x"], options["y"], options.get("hue"), percent)(axes)
        else:
            long = frame.rename_axis("x").reset_index().melt("x", var_name="of", value_name="y")
            yield from _line_marks(long, "x", "y", "of", percent)(axes)

    return chart(frame, fill, alt=alt, height=height, data=data, ends=ends, percent=percent, marks=marks, reach=COLUMNS)


def bands(frame, tips, *, by, x, level, at, xlabel, ylabel, alt, height):
    """Chart a band of shares in each of several panels, with the point where its lower edge meets a level.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along a band, in order, with its ends ``low`` and ``high``.
    tips : pandas.DataFrame
        One row a panel: ``by``, ``label`` (what is written in it) and ``tipping`` (where the lower edge meets it).
    by, x : str
        Columns of ``frame``: whose band it is, and where.
    level, at : tuple
        Where a dashed line runs across, and where a dotted one stands upright, each with what it is called.
    xlabel, ylabel, alt : str
        What each panel's axes show; what is tipped, and the chart says each ``tipping`` after it.
    height : float
        Inches.

    Returns
    -------
    Chart
    """
    words = said(tips, "{tipping:.0%} if {label}")
    ends = {"xlabel": xlabel, "ylabel": ylabel, "ylim": (0, 1.04), "yticks": [0, level[0], 1]}

    def fill(ax, name, row):
        draw.band(ax, frame[frame[by] == name], x=x, low="low", high="high")
        draw.rule(ax, level=level, side="left", below=True)
        draw.rule(ax, at=at if name == frame[by].iloc[0] else at[0], style=":", width=1.5)
        ax.plot(row["tipping"], level[0], "o", color=draw.COLOURS["ink"])
        ax.text(frame[x].max(), 0.05, row["label"], ha="right")
        ax.set(**ends)
        ax.label_outer()
        _mark_in_percent(ax, "xy")

    def marks(ax, name, row):
        own = frame[frame[by] == name]
        some = own.iloc[_some(range(len(own)))]
        template = f"{row['label']}\n{xlabel}: {{{x}:.0%}}\n{ylabel}: {{low:.0%}} to {{high:.0%}}"
        return _at(some[x], some[["low", "high"]].mean(axis=1), _worded(some, template))([ax])

    parts = {row[by]: row for row in tips.to_dict("records")}
    look = {"wide": 0.9 * height, "marks": marks, "reach": COLUMNS}
    return panels(frame, parts, fill, sharex=True, alt=f"{alt}: {words}.", height=height, **look)


def band(frame, *, x, low, high, level, at, **look):
    """Chart a band of shares, with a dashed line across and a dotted one upright.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along the band, in order.
    x, low, high : str
        Its columns.
    level, at : float or tuple
        Where the dashed line runs across, and where the dotted one stands upright, as :func:`newpip.draw.rule` takes
        them.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        draw.band(ax, frame, x=x, low=low, high=high)
        draw.rule(ax, level=level, side="left")
        draw.rule(ax, at=at, style=":", width=1.5)

    def marks(axes):
        some = frame.iloc[_some(range(len(frame)))]
        below, beside = axes[0].get_xlabel(), axes[0].get_ylabel()
        template = f"{below}: {{{x}:.0%}}\n{beside}: {{{low}:.0%}} to {{{high}:.0%}}"
        return _at(some[x], some[[low, high]].mean(axis=1), _worded(some, template))(axes)

    return chart(frame, fill, percent="xy", marks=marks, reach=COLUMNS, **look)


def dodged(frame, *, by, x, y, hue, looks, ends=None, **look):
    """Chart points by kind, side by side, in a panel for each group, with a dashed line at 0.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point.
    by, x, y, hue : str
        Its columns: the panel, the value, the row, and the kind.
    looks : dict
        For each kind, in order, a name of ``COLOURS`` and a matplotlib marker.
    ends : dict, optional
        What each panel's axes are set to.
    **look
        As :func:`panels` takes it.

    Returns
    -------
    Chart
    """
    parts = _parts(frame, by)
    shades, marks = [draw.COLOURS[colour] for colour, _ in looks.values()], [mark for _, mark in looks.values()]
    style = {"hue_order": list(looks), "palette": shades, "markers": marks}
    style |= {"linestyle": "none", "markersize": 6, "dodge": 0.5}

    def fill(ax, name, part):
        import seaborn as sns  # here, as most chapters do without

        sns.pointplot(part, x=x, y=y, hue=hue, ax=ax, **style)
        draw.rule(ax, at=0)
        ax.text(0.98, 0.93, name, ha="right", va="top", transform=ax.transAxes)
        ax.set(**(ends or {}))
        place = {"bbox_to_anchor": (1.02, 1), "ncols": len(looks), "title": None}
        sns.move_legend(ax, "lower right", **place, handletextpad=0.2, columnspacing=0.8)
        ax.get_legend().set_visible(name == next(iter(parts)))

    def marks(ax, name, part):
        rows, kinds = list(part[y].unique()), list(looks)
        for row in part.to_dict("records"):
            aside = 0.5 * (kinds.index(row[hue]) / max(1, len(kinds) - 1) - 0.5)
            yield (
                ax,
                row[x],
                rows.index(row[y]) + aside,
                f"{name}\n{row[y]}, {row[hue]}\n{x.capitalize()}: {_say(row[x])}",
            )

    return panels(frame, parts, fill, sharex=True, wide=0.85 * look["height"], marks=marks, **look)


def flows(frame, *, group, label, n, titles=None, **look):
    """Chart the steps of one flow or more, one below the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a step, in order.
    group, label, n : str
        Its columns: whose flow it is, a name of ``COLOURS``; the step; and its count, missing where unknown.
    titles : dict, optional
        For each flow, what it is called, where that is not the plural of its name.
    **look
        As :func:`panels` takes it.

    Returns
    -------
    Chart
    """
    parts = _parts(frame, group)
    ratios = {"height_ratios": [len(steps) + 0.7 for steps in parts.values()]}
    look["wide"] = 0.55 * max(len(steps) + 0.7 for steps in parts.values())

    def fill(ax, name, steps):
        title = (titles or {}).get(name, f"{name.capitalize()}s")
        draw.flow(ax, steps, label=label, n=n, colour=name, title=title)

    def marks(ax, name, steps):
        for place, step in enumerate(steps.to_dict("records")):
            yield ax, 0.5, -place, f"{step[label]}: {'not reported' if pd.isna(step[n]) else _say(step[n])}"

    return panels(frame, parts, fill, gridspec_kw=ratios, marks=marks, reach=(0.3, 1), beside=True, **look)


def timelines(frame, *, lane, label, start, end, colours, **look):
    """Chart events along years, in a panel for each lane.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an event.
    lane, label, start, end : str
        Its columns; ``end`` is missing for a single date.
    colours : dict
        For each lane, a name of ``COLOURS``.
    **look
        As :func:`panels` takes it.

    Returns
    -------
    Chart
    """
    parts = dict(list(frame.groupby(lane)))
    ratios = {"height_ratios": [len(rows) + 0.3 for rows in parts.values()]}

    def fill(ax, name, rows):
        draw.timeline(ax, rows, label=label, start=start, end=end, lane=lane, colours=colours)
        ax.set_ylabel(name.capitalize(), weight="bold")

    def marks(ax, name, rows):
        for place, row in enumerate(rows.to_dict("records")):
            years = dict.fromkeys(f"{one:%Y}" for one in (row[start], row[end]) if not pd.isna(one))
            yield ax, row[start], place, f"{row[label]}\n{' to '.join(years)}"

    look |= {"wide": 0.42 * len(frame) + 0.8, "marks": marks, "reach": ROWS}
    return panels(frame, parts, fill, sharex=True, gridspec_kw=ratios, **look)


def labelled_bars(frame, *, label, value, colour="newpip", thick=0.7, **look):
    """Chart bars with their number at the end, the first row on top.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar.
    label, value : str
        Its columns.
    colour : str
        A name of ``COLOURS``.
    thick : float
        How thick a bar is; 1 leaves no gap.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        import seaborn as sns  # here, as most chapters do without

        bar = {"width": thick, "color": draw.COLOURS[colour], "saturation": 1, "errorbar": None}
        sns.barplot(frame, y=label, x=value, ax=ax, **bar)
        ax.bar_label(ax.containers[0], padding=3)
        ax.grid(axis="y", visible=False)

    unit = (look.get("ends") or {}).get("xlabel", value)
    words = [f"{row[label]}\n{unit}: {_say(row[value])}" for row in frame.to_dict("records")]
    rows = {"marks": _at(frame[value], range(len(frame)), words), "reach": ROWS, "wide": _rows_high(frame[label])}
    return chart(frame, fill, **rows, **look)


def grouped_bars(frame, *, row, share, group, label, **look):
    """Chart the shares of both groups of people side by side, what each is written at its end.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a bar.
    row, share, group, label : str
        Its columns: the row on the chart, how long the bar is, whose it is (a key of :data:`newpip.draw.GROUPS`), and
        what is written at its end.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        import seaborn as sns  # here, as most chapters do without

        bar = {"palette": draw.GROUPS, "saturation": 1, "errorbar": None, "legend": False}
        sns.barplot(frame, y=row, x=share, hue=group, ax=ax, **bar)
        for bars, (_, rows) in zip(ax.containers, frame.groupby(group), strict=False):
            ax.bar_label(bars, labels=rows[label], padding=3)
        if draw.is_wide(ax):
            ax.set_yticks(ax.get_yticks(), [draw.unbroken(one.get_text()) for one in ax.get_yticklabels()])

    def marks(axes):
        rows, groups = list(frame[row].unique()), list(frame[group].unique())
        for one in frame.to_dict("records"):
            up = rows.index(one[row]) + 0.8 * ((groups.index(one[group]) + 0.5) / len(groups) - 0.5)
            yield axes[0], one[share], up, f"{draw.unbroken(one[row], 99)}\n{one[label]}: {one[share]:.0%}"

    return chart(frame, fill, percent="x", marks=marks, reach=ROWS, wide=0.8 * look["height"], **look)


def signs(frame, *, row, level, looks, **look):
    """Chart one sign an item, in a line for each row.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an item.
    row, level : str
        Its columns.
    looks : dict
        For each level, in order, a name of ``COLOURS`` and a matplotlib marker.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        draw.signs(ax, frame, row=row, level=level, order=list(looks), **_split(looks))

    def marks(axes):
        for height, line in enumerate(frame[row].unique()):
            levels = sorted(frame.loc[frame[row] == line, level], key=list(looks).index)
            for place, name in enumerate(levels, 1):
                yield axes[0], place, height, f"{line}\n{name}: {levels.count(name)} of {len(levels)}"

    return chart(frame, fill, marks=marks, wide=1 + 0.32 * frame[row].nunique(), **look)


def shelves(frame, *, row, place, kind, hollow, looks, **look):
    """Chart one sign an item, side by side in rows, open where an item is of another sort.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row an item, in the order of the rows.
    row, place, kind, hollow : str
        Its columns, as :func:`newpip.draw.shelves` takes them.
    looks : dict
        For each kind, in order, a name of ``COLOURS`` and a matplotlib marker.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        draw.shelves(ax, frame, row=row, place=place, kind=kind, hollow=hollow, **_split(looks))

    names = list(frame[row].unique())
    words = [f"{one[row]}\n{one[kind]}{f', {hollow}' * one[hollow]}" for one in frame.to_dict("records")]
    marks = _at(frame[place], frame[row].map(names.index), words)
    return chart(frame, fill, marks=marks, wide=1 + 0.27 * len(names), **look)


def strata(frame, links, **look):
    """Chart documents in layers, an arrow from each to what it rests on.

    Parameters
    ----------
    frame, links : pandas.DataFrame
        As :func:`newpip.draw.strata` takes them; the reader can download ``links``.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """
    names = frame.set_index("node")["label"]
    words = [_linked(names[node], links[links["from_node"] == node], names) for node in frame["node"]]
    marks = _at(frame["x"], frame["layer"], words)
    return chart(links, lambda ax: draw.strata(ax, frame, links), marks=marks, **look)


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
    words = [_statement_said(row) for row in frame.to_dict("records")]

    def marks(axes):
        dots = [line for ax in axes for line in ax.lines if line.get_marker() == "o"]
        return [(axes[0], 0, dot.get_ydata()[0], said) for dot, said in zip(dots, words, strict=False)]

    return Chart(lambda width: draw.column(frame, links, width), links, alt, marks, ROWS)


def tornado(swings, labels, *, middle, height, xlabel, alt):
    """Chart how far each input moves an output, those left out that do not move it.

    Parameters
    ----------
    swings : pandas.DataFrame
        One row an input, first row on top: ``input``, ``at_low``, ``at_high`` and ``swing``.
    labels : pandas.Series
        From an input to what it is called.
    middle : tuple
        The output with every input at its central value, a dashed line, and what that is called.
    height : float
        Inches.
    xlabel, alt : str
        What the axis shows; what the rows are, which the chart says after it.

    Returns
    -------
    Chart
    """
    shown = swings[swings["swing"] > 0].assign(label=swings["input"].map(labels), middle=middle[0])
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
    height, xlabel, alt
        As :func:`tornado` takes them.

    Returns
    -------
    Chart
    """
    words = said(frame, f"{{{label}}}, {{{value}:.2f}}")
    columns = {"label": label, "estimate": value, "low": "zero", "high": value}
    look = {"height": height, "ends": {"xlabel": xlabel}}
    marks = _at(
        frame[value], range(len(frame)), [f"{row[label]}\n{_say(row[value])}" for row in frame.to_dict("records")]
    )
    made = forest(frame.assign(zero=0.0), **columns, **look, alt=f"{alt}: {words}.", data=frame, share=False)
    return replace(made, marks=marks)


def spans(frame, *, label, height, xlabel, alt, form=".0f"):
    """Chart ranges on an axis that starts at zero, one row each.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a range, first row on top: ``low`` and ``high``, and ``estimate`` where a dot stands in it.
    label : str
        The column that names the rows.
    height, xlabel, alt
        As :func:`tornado` takes them.
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


def line_with_band(frame, *, x, y, low, high, names, mark=None, **look):
    """Chart a line with the range around it.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along the line, in order.
    x, y, low, high : str
        Its columns.
    mark : float or tuple, optional
        Where to draw a dotted line upright, as :func:`newpip.draw.rule` takes it.
    names : sequence of str
        What the line is, and its range.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """
    shade = draw.COLOURS["newpip"]

    def fill(ax):
        ax.fill_between(frame[x], frame[low], frame[high], alpha=0.2, linewidth=0, color=shade)
        ax.plot(frame[x], frame[y], "o-", color=shade)
        draw.rule(ax, at=mark, style=":", width=1.5)
        for column, words, place in ((y, names[0], len(frame) // 2), (high, names[1], len(frame) // 3)):
            spot = frame.iloc[place]
            ax.annotate(words, (spot[x], spot[column]), (8, 5), textcoords="offset points")

    return chart(frame, fill, marks=_line_marks(frame, x, y, ends=(low, high)), reach=COLUMNS, **look)


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
    headings = {
        name: "\n".join(line for part in label.split("\n") for line in textwrap.wrap(part, 11, break_long_words=False))
        for name, label in columns.items()
    }

    def fill(ax):
        draw.grid(ax, cells, row=row, column=column, text="text", weight=count, rows=broken, columns=headings)

    def marks(axes):
        down, across = list(rows), list(columns)
        for cell in cells[cells[count] > 0].to_dict("records"):
            where = f"{rows[cell[row]]}\n{draw.unbroken(columns[cell[column]], 99)}: {cell['text']}"
            yield axes[0], across.index(cell[column]), down.index(cell[row]), where

    wide = 0.9 + 0.36 * len(rows)
    return chart(frame, fill, alt=f"{alt}. {words}.", height=height, marks=marks, wide=wide)


def running_totals(frame, *, x, come, taken, level, names, notes, **look):
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
        What those are called who have come, those taken on, and those still to be.
    notes : sequence of str
        What stands at the end of the upright gap, and over the level one.
    **look
        As :func:`chart` takes it.

    Returns
    -------
    Chart
    """

    def fill(ax):
        at, high, low = frame[[x, come, taken]].iloc[-1]
        totals = ((frame[x], frame[come], "-"), (frame[x], frame[taken], "--"), ([at, at + level], [low, high], ":"))
        drawn = [ax.plot(*total)[0] for total in totals]
        arrow = {"arrowstyle": "<->", "color": draw.COLOURS["soft"]}
        ax.annotate("", (at, low), (at, high), arrowprops=arrow)
        ax.annotate("", (at, high), (at + level, high), arrowprops=arrow)
        beside = {"textcoords": "offset points", "va": "center"}
        ax.annotate(notes[0], (at, low), (5, -9), ha="left", **beside)
        ax.annotate(notes[1], (at + level / 2, high), (0, 9), ha="center", **beside)
        ax.set(ylim=(0, 1.12 * high))
        middle, late = frame.iloc[len(frame) // 2], (at + 0.6 * level, low + 0.6 * (high - low))
        spots = [((at, high), "right", "center"), ((middle[x], middle[taken]), "left", "top"), (late, "left", "top")]
        for name, line, (spot, ha, va) in zip(names, drawn, spots, strict=True):
            text = {"textcoords": "offset points", "color": line.get_color(), "ha": ha, "va": va}
            ax.annotate("\n".join(textwrap.wrap(name, 11)), spot, (-7 if ha == "right" else 6, 0), **text)

    def marks(axes):
        for column, name in ((come, names[0]), (taken, names[1])):
            yield from _line_marks(frame.assign(of=name), x, column, "of")(axes)

    return chart(frame, fill, marks=marks, reach=COLUMNS, **look)


def bands_and_lines(frame, *, by, x, low, high, line, names, ylabel, ends=None, **look):
    """Chart a band and a dashed line in each of several panels, one below the other.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a point along a band, in order.
    by, x, low, high, line : str
        Its columns: the panel, by its name, and what is drawn in it.
    names : sequence of str
        What the line and the band are, written in the first panel.
    ylabel : str
        What each panel's axis shows.
    ends : dict, optional
        What the lowest panel's axes are set to.
    **look
        As :func:`panels` takes it.

    Returns
    -------
    Chart
    """
    parts = _parts(frame, by)

    def fill(ax, name, part):
        draw.band(ax, part, x=x, low=low, high=high)
        ax.plot(part[x], part[line], "--", color=draw.COLOURS["ink"])
        ax.text(0.03, 0.85, name, transform=ax.transAxes)
        if name == next(iter(parts)):
            late, text = part.iloc[9 * len(part) // 10], {"textcoords": "offset points", "ha": "center"}
            for column, words, aside in ((line, names[0], (14, -40)), (high, names[1], (-50, 10))):
                ax.annotate(words, (late[x], late[column]), aside, arrowprops={"arrowstyle": "-"}, **text)
        ax.set(ylabel=ylabel, **(ends or {} if name == list(parts)[-1] else {}))

    def marks(ax, name, part):
        return _line_marks(part.assign(of=name), x, line, "of", ends=(low, high))([ax])

    look |= {"wide": 0.8 * look["height"], "marks": marks, "reach": COLUMNS}
    return panels(frame, parts, fill, sharex=True, sharey=True, **look)


def points_by_group(frame, *, by, x, y, group, ylabel, split, notes, xlabel="", **look):
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
    xlabel : str
        What the lowest axis shows.
    **look
        As :func:`panels` takes it.

    Returns
    -------
    Chart
    """
    parts = _parts(frame, by)

    def fill(ax, name, part):
        for one, rows in part.groupby(group):
            ax.plot(rows[x], rows[y], "o", color=draw.GROUPS[one], markersize=5)
        ax.set(ylabel=ylabel.format(name), ylim=(0, None), xticks=part[x] if draw.is_wide(ax) else part[x][::3])
        ax.axvline(split, color=draw.COLOURS["soft"], linestyle=":")
        for one, (at, up, text) in notes.items() if name == next(iter(parts)) else ():
            ax.text(at, up, text, color=draw.GROUPS[one])
        if name == list(parts)[-1]:
            ax.set(xlabel=xlabel)

    def marks(ax, name, part):
        for row in part.to_dict("records"):
            yield ax, row[x], row[y], f"{xlabel}: {_say(row[x])}\n{name}: {_say(row[y])}"

    return panels(frame, parts, fill, sharex=True, marks=marks, reach=COLUMNS, wide=0.85 * look["height"], **look)


def specification_curve(frame, *, answer, choices, labels, headline, form, alt, xlabel, level=None, percent=""):
    """Chart every specification's answer in order, and below, on the same scale, the answers of each option.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`newpip.multiverse.specifications` returns it: one row a combination.
    answer : str
        Its column with the answers.
    choices : list of str
        Its columns that are choices: each becomes a block of rows, its options in the order of the frame.
    labels : dict
        What choices and options are called, where not as they stand.
    headline : tuple
        The specification whose answer is drawn as a diamond, and what it is called.
    form : str
        How the words show an answer.
    alt, xlabel : str
        What the answers are; the chart says their range, their median and the headline after it.
    level : tuple, optional
        Where a dashed line stands, and what it is called.
    percent : str
        ``"x"`` where the answers are marked in per cent.

    Returns
    -------
    Chart

    References
    ----------
    Simonsohn, Simmons and Nelson (2020), turned on its side; they mark options instead of drawing their answers.
    """
    rows = [(choice, option) for choice in choices for option in (None, *frame[choice].unique())]
    once = frame.drop_duplicates("specification").set_index("specification")[answer].sort_index()
    low, middle, high, told = (f"{one:{form}}" for one in (once.min(), once.median(), once.max(), once[headline[0]]))
    words = f"{alt}: {len(once)} from {low} to {high}, median {middle}, headline {told}."

    def fill(ax, name, part):
        if name == "options":
            draw.option_strips(ax, part, answer, rows, labels)
            draw.rule(ax, at=level and level[0])
            ax.set(xlabel=xlabel)
            return _mark_in_percent(ax, percent)
        place, called = headline
        ax.plot(part, part.index, "o", color=draw.COLOURS["newpip"], markersize=200 / (40 + len(part)))
        ax.plot(part[place], place, "D", color=draw.COLOURS["other"])
        beside = {"textcoords": "offset points", "ha": "right", "va": "bottom"}
        ax.annotate(called, (part[place], place), (-6, 2), color=draw.COLOURS["other"], **beside)
        draw.rule(ax, at=level)
        ax.set(yticks=[], ylim=(0, len(part) + 1), ylabel="All calculations,\nin order")
        return ax.tick_params(bottom=False)

    ratios = {"height_ratios": [6, len(rows)]}
    parts = {"answers": once, "options": frame}
    shown, look = frame[["specification", answer, *choices]], {"sharex": True, "gridspec_kw": ratios}

    def marks(ax, name, part):
        for place in part.index if name == "answers" else ():
            chosen = frame[frame["specification"] == place].iloc[0][choices]
            picked = [f"{labels.get(one, one)}: {labels.get(chosen[one], chosen[one])}" for one in choices]
            yield ax, part[place], place, "\n".join([f"{xlabel}: {part[place]:{form}}", *picked])

    look |= {"marks": marks, "wide": 1.7 + 0.215 * len(rows)}
    return panels(frame, parts, fill, alt=words, height=1.7 + 0.225 * len(rows), data=shown, **look)


def _height(width, narrow, wide):
    """Return how high a drawing of a width is, in inches: flatter on a desktop, where nothing else is said."""
    return narrow if width <= draw.WIDTH else wide or 1.6 + 0.6 * narrow


def _rows_high(labels, gap=0.1):
    """Return how high a drawing of one row a label is, in inches, with a gap between rows."""
    lines = [1 + str(label).count("\n") for label in labels]
    return 0.85 + len(lines) * (gap + 0.18 * max(lines, default=1))


def _say(value, percent=False):
    """Say one value of a mark."""
    if pd.isna(value):
        return "not known"
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    if isinstance(value, (str, bool)):
        return str(value).replace("\n", ", ")
    if percent:
        said = f"{value:.1%}"
    elif float(value).is_integer():
        said = f"{value:,.0f}" if abs(value) >= 10_000 else f"{value:.0f}"  # years have no comma
    else:
        said = f"{value:.1f}" if abs(value) >= 1_000 else f"{value:.3g}" if abs(value) >= 0.0001 else "nearly 0"
    return said.replace("-", "\N{MINUS SIGN}")


def _at(xs, ys, words):
    """Return marks at places of the first axes."""
    return lambda axes: [(axes[0], *mark) for mark in zip(xs, ys, words, strict=True)]


def _worded(frame, template):
    """Say each row, as :func:`said` does."""
    return [template.format(**row) for row in frame.to_dict("records")]


def _some(points, most=40):
    """Take some of many points, evenly, the first and the last among them."""
    step = -(-len(points) // most)
    return points[::step] if len(points) % step == 1 or step == 1 else [*points[::step], points[-1]]


def _row_marks(frame, label, estimate, low, high, share):
    """Return the marks of estimates, one row each: at the estimate, else in the middle of its limits."""
    other = f"{low}: {{}}, {high}: {{}}".replace("_", " ")  # such limits are not the estimate's own
    between = "{} to {}" if (low, high) == ("low", "high") else other

    def marks(axes):
        for place, row in enumerate(frame.to_dict("records")):
            known = [row[one] for one in (estimate, low, high) if not pd.isna(row.get(one))]
            ends = "" if pd.isna(row.get(low)) else between.format(_say(row[low], share), _say(row[high], share))
            value = "" if pd.isna(row.get(estimate)) else _say(row[estimate], share)
            said = f"{value} ({ends})" if value and ends else value or ends or "not known"
            at = row[estimate] if value else sum(known) / len(known) if known else axes[0].get_xlim()[0]
            yield axes[0], at, place, f"{_say(row[label])}\n{said}"

    return marks


def _line_marks(frame, x, y, by=None, percent="", ends=None):
    """Return the marks along lines, some of each where it has many points, with what the axes say."""

    def marks(axes):
        below = next((ax.get_xlabel() for ax in axes[0].figure.axes[::-1] if ax.get_xlabel()), x)
        beside = axes[0].get_ylabel() or y
        for name, points in frame.groupby(by, sort=False) if by else [("", frame)]:
            for row in _some(points.to_dict("records")):
                span = f" ({_say(row[ends[0]])} to {_say(row[ends[1]])})" if ends else ""
                said = f"{beside}: {_say(row[y], 'y' in percent)}{span}\n{below}: {_say(row[x], 'x' in percent)}"
                yield axes[0], row[x], row[y], f"{name}\n{said}".lstrip("\n")

    return marks


def _linked(name, links, names):
    """Say a document and what it rests on."""
    pairs = zip(links["relation"], links["to_node"], strict=True)
    return "\n".join([name, *(f"{relation} {names[node]}" for relation, node in pairs)])


def _statement_said(row):
    """Say a statement: its number, where it stands, what it says, and how it stands to others."""
    parts = (f"{row['number']} {row['where'] or row['label']}", row["where"] and row["label"], row["relations"])
    return "\n".join(part for part in parts if part)


def _parts(frame, by):
    """Part a table by a column, in the order of its rows."""
    return dict(list(frame.groupby(by, sort=False)))


def _mark_in_percent(ax, axes):
    """Mark axes in per cent: ``"x"``, ``"y"`` or ``"xy"``."""
    for name in axes:
        getattr(ax, f"{name}axis").set_major_formatter("{x:.0%}")


def _split(looks):
    """Turn a look for each level, its colour and its marker, into the two arguments that drawings take."""
    colours, marks = ({name: look[part] for name, look in looks.items()} for part in (0, 1))
    return {"colours": colours, "marks": marks}
