"""The look that every figure shares, and the few drawings too long for a chapter's cell."""

import textwrap

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np

from newpip.colours import COLOURS

GROUPS = {"parent": COLOURS["parent"], "professional": COLOURS["professional"]}
WIDTH = 4.2  # inches: what a phone shows without shrinking the text below 11 pixels
WIDE = 8.75  # inches: what fills the column of a desktop, its text no larger than the body's

STYLE = {
    "axes.edgecolor": COLOURS["soft"],
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": COLOURS["ink"],
    "axes.labelsize": "medium",
    "axes.prop_cycle": mpl.cycler(color=[COLOURS[name] for name in ("newpip", "ink", "other", "soft")]),
    "axes.spines.right": False,
    "axes.spines.top": False,
    "figure.facecolor": "none",
    "font.family": "sans-serif",
    "font.size": 10,
    "grid.color": COLOURS["rule"],
    "grid.linewidth": 0.8,
    "legend.frameon": False,
    "lines.linewidth": 2,
    "lines.markersize": 7,
    "text.color": COLOURS["ink"],
    "xtick.color": COLOURS["soft"],
    "xtick.labelcolor": COLOURS["ink"],
    "ytick.color": COLOURS["soft"],
    "ytick.labelcolor": COLOURS["ink"],
}


def canvas(height=3.0, columns=1, rows=1, width=WIDTH, **options):
    """Open a figure in the book's style.

    Parameters
    ----------
    height : float
        Inches.
    columns, rows : int
        How many axes, side by side and one below the other. Prefer rows: phones are narrow.
    width : float
        Inches.
    **options
        Passed to :func:`matplotlib.pyplot.subplots`, such as ``sharex=True``.

    Returns
    -------
    fig : matplotlib.figure.Figure
    ax : matplotlib.axes.Axes or array of them
    """
    mpl.rcParams.update(STYLE | {"font.size": 11 if width > WIDTH else 10})
    fig, ax = plt.subplots(rows, columns, figsize=(width, height), layout="constrained", **options)
    plt.close(fig)  # or Jupyter would show it a second time, where a cell draws what the next one publishes
    return fig, ax


def is_wide(ax):
    """Tell whether axes stand in a drawing for a desktop.

    Parameters
    ----------
    ax : matplotlib.axes.Axes

    Returns
    -------
    bool
    """
    return ax.figure.get_figwidth() > WIDTH


def unbroken(label, width=24):
    """Break a label that was broken for a phone anew for a desktop.

    Parameters
    ----------
    label : str
        A hyphen at the end of a line parts a word.
    width : int
        Characters to a line.

    Returns
    -------
    str
    """
    return "\n".join(textwrap.wrap(label.replace("-\n", "").replace("\n", " "), width))


def narrow(label, width=50):
    """Break a label where it is longer than a phone is wide.

    Parameters
    ----------
    label : str
    width : int
        Characters to a line.

    Returns
    -------
    str
    """
    return "\n".join(part for line in str(label).split("\n") for part in textwrap.wrap(line, width))


def forest(
    ax,
    frame,
    *,
    label,
    estimate="estimate",
    low="low",
    high="high",
    colour="newpip",
    hollow=None,
    reference=None,
    raised=False,
):
    """Draw estimates with their limits, one row each, labels beside them, or above where a phone shows them.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row an estimate, first row on top. Missing limits leave a point alone.
    label, estimate, low, high : str
        Its columns.
    colour : str or list of str
        A name of ``COLOURS``, or one for each row.
    hollow : str, optional
        A boolean column: True draws an open marker, for what is not a full result.
    reference : float or tuple, optional
        Where to draw a dashed line, and what it is, as :func:`rule` takes it.
    raised : bool
        Whether lines stand above the paper behind the labels, as they must where labels have several lines.
    """
    wide = is_wide(ax)
    names = [colour] * len(frame) if isinstance(colour, str) else list(colour)
    for place, (row, name) in enumerate(zip(frame.to_dict("records"), names, strict=True)):
        shade = COLOURS[name]
        ends = [row[low], row[high]]
        ax.plot(ends, [place, place], color=shade, solid_capstyle="butt", zorder=4 if raised else 2)
        face = "none" if hollow and row[hollow] else shade
        ax.plot(row[estimate], place, "o", color=shade, markerfacecolor=face, markeredgewidth=1.5, zorder=4)
        if wide:
            continue
        ax.annotate(
            narrow(row[label]),
            (0, place),
            (0, 7),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1},
        )
    rule(ax, at=reference, zorder=1)  # behind the paper of the labels
    ax.set(yticks=[], ylim=(len(frame) - 0.5, -0.5 if wide else -0.8))
    if wide:
        ax.set_yticks(range(len(frame)), [row for row in frame[label]])
        ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


def rule(ax, level=None, at=None, style="--", width=1, zorder=2, side="right", below=False):
    """Draw a line across at a level, or one upright, with its name at its end.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    level, at : float or tuple, optional
        Where it runs, alone or as a pair with what it is called.
    style : str
        How it is stroked.
    width : float
        Points.
    zorder : float
        In front of what it stands.
    side : str
        At which end of a line across its name stands, ``"left"`` or ``"right"``.
    below : bool
        Whether the name of a line across stands below it.
    """
    looks = {"color": COLOURS["soft"], "linestyle": style, "linewidth": width, "zorder": zorder}
    text = {"textcoords": "offset points"}
    if level is not None:
        where, words = level if isinstance(level, tuple) else (level, "")
        ax.axhline(where, **looks)
        ends = {"xycoords": ("axes fraction", "data"), "ha": side, "va": "top" if below else "bottom"}
        if words:
            ax.annotate(words, (side == "right", where), (0, -2 if below else 2), **ends, **text)
    if at is not None:
        where, words = at if isinstance(at, tuple) else (at, "")
        ax.axvline(where, **looks)
        ends = {"xycoords": ("data", "axes fraction"), "ha": "center", "va": "bottom"}
        if words:
            ax.annotate(words, (where, 1), (0, 2), **ends, **text)


def name_ends(ax, names, side="right"):
    """Say at the end of each line what it is, in its colour, kept apart where ends lie close.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        With the lines, one a name, and its limits set.
    names : list of str
        In the order of the lines; long ones are broken.
    side : str
        At which end, ``"right"``, beyond the axes, or ``"left"``, within them.
    """
    low, high = ax.get_ylim()
    step = 11 * (high - low) / (0.75 * 72 * ax.figure.get_size_inches()[1])  # of a line of text, at 9 points
    lines = [line for line in ax.lines if len(line.get_xdata()) > 1][: len(names)]
    ends, taken = [], low - step
    for line, name in zip(lines, names, strict=True):
        points = list(zip(line.get_xdata(), line.get_ydata(), strict=True))
        x, y = points[0 if (side == "left") != ax.xaxis_inverted() else -1]
        ends.append((y, x, "\n".join(textwrap.wrap(name, 15)), line.get_color()))
    for y, x, words, shade in sorted(ends):
        half = step * (words.count("\n") + 1) / 2
        at = max(y, taken + half)
        taken = at + half
        ha = {"left": "right", "right": "left"}[side]
        ax.annotate(words, (x, at), (-7 if side == "left" else 4, 0), textcoords="offset points",
                    ha=ha, va="center", color=shade, annotation_clip=False)  # fmt: skip


def flow(ax, frame, *, label, n, colour="newpip", title=None):
    """Draw the steps of a flow from top to bottom; a step with no count is drawn as an open, dashed box.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row a step, in order.
    label, n : str
        Its columns; a missing ``n`` is an unknown count.
    colour : str
        A name of ``COLOURS``, for the boxes with a count.
    title : str, optional
        Whose flow it is, above the first box.
    """
    for place, row in enumerate(frame.to_dict("records")):
        known = row[n] == row[n] and row[n] is not None and str(row[n]) != "<NA>"
        box = {
            "boxstyle": "round,pad=0.45",
            "facecolor": "none",
            "edgecolor": COLOURS[colour if known else "soft"],
            "linestyle": "-" if known else "--",
            "linewidth": 1.5,
        }
        count = f"{row[n]:.0f}" if known else "not reported"
        ax.text(0.5, -place, f"{row[label]}: {count}", ha="center", va="center", bbox=box)
        if place:
            arrow = {"arrowstyle": "->", "color": COLOURS["soft"], "shrinkA": 11, "shrinkB": 11}
            ax.annotate("", (0.5, -place), (0.5, 1 - place), arrowprops=arrow)
    if title:
        ax.text(0.5, 0.8, title, ha="center", va="center", weight="bold")
    ax.set(xlim=(0, 1), ylim=(0.5 - len(frame), 1.2 if title else 0.5))
    ax.axis("off")


def timeline(ax, frame, *, label, start, end, lane, colours):
    """Draw events as points and periods as bars along a line of years, one row each, the label above.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row an event, first row on top; ``end`` is missing for a single date.
    label, start, end, lane : str
        Its columns.
    colours : dict
        For each lane, a name of ``COLOURS``.
    """
    for place, row in enumerate(frame.to_dict("records")):
        shade = COLOURS[colours[row[lane]]]
        begin, finish = row[start], row[end] if row[end] == row[end] else row[start]
        ax.plot([begin, finish], [place, place], color=shade, linewidth=5, solid_capstyle="butt")
        ax.plot([begin], [place], "o" if begin == finish else "|", color=shade)
        late = mdates.date2num(begin) > mdates.date2num(frame[start].min()) + 0.5 * _span(frame, start, end)
        anchor, side = (finish, "right") if late else (begin, "left")
        ax.annotate(row[label], (anchor, place), (0, 6), textcoords="offset points", ha=side)
    ax.set(yticks=[], ylim=(len(frame) - 0.5, -0.8))
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)
    ax.xaxis.set_major_locator(mdates.YearLocator(1 if is_wide(ax) else 2))
    ax.xaxis.set_major_formatter(mdates.DateFormatter("%Y"))


def _span(frame, start, end):
    """Return the days from the first start to the last date."""
    dates = np.concatenate([frame[start].dropna(), frame[end].dropna()])
    return (dates.max() - dates.min()) / np.timedelta64(1, "D")


def tiles(ax, frame, *, label, level, order, colours, marks):
    """Draw one marked tile a row, so that the level is told by a sign as well as by colour.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row a tile.
    label, level : str
        Its columns: the words beside the tile, and which level it is at.
    order : list of str
        The levels, as the legend shows them.
    colours, marks : dict
        For each level, a name of ``COLOURS`` and a matplotlib marker.
    """
    for name in order:
        places = [place for place, value in enumerate(frame[level]) if value == name]
        face = COLOURS[colours[name]]
        ax.plot([0] * len(places), places, marks[name], color=face, label=name, markersize=8, linestyle="none")
    for place, text in enumerate(frame[label]):
        ax.text(0.04, place, text, va="center")
    ax.set(xlim=(-0.03, 1), ylim=(len(frame) - 0.4, -0.6))
    ax.axis("off")
    ax.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(order), borderaxespad=0, handletextpad=0.2)


def grid(ax, frame, *, row, column, text, weight, rows, columns):
    """Draw a table of shaded cells that say what is in them; the darker, the more. Empty cells stay open.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One record a cell.
    row, column, text, weight : str
        Its columns: where the cell stands, what it says, and how much is in it, from 0.
    rows, columns : dict
        For each value of ``row`` and ``column``, in the order to draw, its label.
    """
    down, across = {name: at for at, name in enumerate(rows)}, {name: at for at, name in enumerate(columns)}
    for cell in frame[frame[weight] > 0].to_dict("records"):
        x, y = across[cell[column]], down[cell[row]]
        shade = 0.1 + 0.3 * cell[weight] / frame[weight].max()
        ax.bar(x, 0.9, 0.94, y - 0.45, color=COLOURS["other"], alpha=shade, linewidth=0)
        ax.text(x, y, cell[text], ha="center", va="center")
    ax.set(xticks=range(len(columns)), yticks=range(len(rows)), xlim=(-0.5, len(columns) - 0.5))
    ax.set(xticklabels=_labels(ax, columns, 14), yticklabels=_labels(ax, rows), ylim=(len(rows) - 0.5, -0.5))
    ax.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)


def _labels(ax, names, width=24):
    """Return labels as they were broken for a phone, or broken anew."""
    return [unbroken(name, width) if is_wide(ax) else name for name in names.values()]


def counted(ax, frame, *, row, column, kind, fill, shade, note, rows, columns, marks, feet, across=3):
    """Draw a table whose cells hold one sign an item, and a few words at their foot.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One record an item, in the order to draw them.
    row, column, kind, fill, shade, note : str
        Its columns: where the item stands, which sign it gets, how the sign is filled (``"full"``, ``"left"`` or
        ``"none"``), its colour (a name of ``COLOURS``), and a letter to set below the sign, or ``""``.
    rows, columns : dict
        For each value of ``row`` and ``column``, in the order to draw, its label.
    marks : dict
        For each value of ``kind``, a matplotlib marker.
    feet : dict
        For a row and a column, what stands at the foot of their cell.
    across : int
        How many signs stand side by side.
    """
    lines, tops = _rows(frame, row, column, rows, across)
    for x, y, item in placed(frame, row, column, rows, columns, across):
        style = {"color": COLOURS[item[shade]], "fillstyle": item[fill], "markeredgewidth": 1.3}
        ax.plot(x, y, marks[item[kind]], markerfacecoloralt=COLOURS["paper"], **style)
        ax.annotate(item[note], (x, y), (0, -3.5), textcoords="offset points", ha="center", va="top")
    for (down, over), foot in feet.items():
        at = list(columns).index(over), tops[down] + lines[down] + 0.65
        ax.text(*at, foot, ha="center", va="bottom")
    middles = [tops[name] + 0.4 + lines[name] / 2 for name in rows]
    ax.hlines([*tops.values()][1:], -0.5, len(columns) - 0.5, color=COLOURS["rule"], linewidth=0.8)
    ax.set(xticks=range(len(columns)), yticks=middles, xlim=(-0.5, len(columns) - 0.5))
    ax.set(yticklabels=_labels(ax, rows, 30), ylim=(sum(lines.values()) + 0.8 * len(rows), 0))
    ax.set_xticklabels(_labels(ax, columns))
    ax.tick_params(length=0, labeltop=True, labelbottom=False)
    ax.grid(visible=False)
    ax.spines["left"].set_visible(False)


def placed(frame, row, column, rows, columns, across):
    """Yield where each sign of :func:`counted` stands, and the record that it stands for.

    Parameters
    ----------
    frame, row, column, rows, columns, across
        As :func:`counted` takes them.

    Yields
    ------
    tuple of (float, float, dict)
    """
    tops = _rows(frame, row, column, rows, across)[1]
    for (down, over), items in frame.groupby([row, column]):
        for place, item in enumerate(items.to_dict("records")):
            middle = list(columns).index(over)
            x = middle + (place % across - (min(len(items), across) - 1) / 2) * 0.86 / across
            yield x, tops[down] + 0.4 + place // across, item


def _rows(frame, row, column, rows, across):
    """Return how many lines of signs each row of a table of them has, and where it begins."""
    lines = {name: -(-frame[frame[row] == name].groupby(column).size().max() // across) for name in rows}
    return lines, dict(zip(rows, np.cumsum([0, *(count + 0.8 for count in lines.values())]), strict=False))


def key(fig, signs):
    """Say above a figure what its signs mean, on a desktop in three columns.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
        The figure.
    signs : dict
        From what is said to a sign: its matplotlib marker, how it is filled, and its colour, a name of ``COLOURS``.
    """
    handles = [
        mpl.lines.Line2D(
            [], [], color=COLOURS[shade], marker=mark, fillstyle=fill, linestyle="", label=said,
            markerfacecoloralt=COLOURS["paper"], markeredgewidth=1.3,
        )
        for said, (mark, fill, shade) in signs.items()
    ]  # fmt: skip
    fig.legend(
        handles=handles,
        loc="outside upper left",
        ncols=3 if fig.get_figwidth() > WIDTH else 1,
        handletextpad=0.2,
        columnspacing=1,
    )


def signs(ax, frame, *, row, level, order, colours, marks):
    """Draw one sign an item, in a line for each row, so that counts can be seen without adding them up.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row an item.
    row, level : str
        Its columns: which line an item belongs to, and which level it is at.
    order : list of str
        The levels, from left to right.
    colours, marks : dict
        For each level, a name of ``COLOURS`` and a matplotlib marker.
    """
    lines = list(frame[row].unique())
    for height, line in enumerate(lines):
        levels = sorted(frame.loc[frame[row] == line, level], key=order.index)
        for place, name in enumerate(levels, 1):
            ax.plot(place, height, marks[name], color=COLOURS[colours[name]], markeredgewidth=0)
    for name in order:
        ax.plot([], [], marks[name], color=COLOURS[colours[name]], markeredgewidth=0, label=name)
    names = [line if is_wide(ax) else line.replace(" and ", "\nand ") for line in lines]
    ax.set(yticks=range(len(lines)), yticklabels=names, ylim=(len(lines) - 0.5, -0.5))
    ax.grid(visible=False)
    ax.figure.legend(loc="outside upper left", ncols=len(order), handletextpad=0.2)


def named_points(ax, frame, *, x, y, label, colour="newpip", hollow=None):
    """Draw points with their names at their lower left.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row a point.
    x, y, label : str
        Its columns.
    colour : str
        A name of ``COLOURS``.
    hollow : str, optional
        A boolean column: True draws an open marker, for what is not a full result.
    """
    shade = COLOURS[colour]
    for row in frame.to_dict("records"):
        face = "none" if hollow and row[hollow] else shade
        ax.plot(row[x], row[y], "o", color=shade, markerfacecolor=face, markeredgewidth=1.5)
        place = {"textcoords": "offset points", "ha": "right", "va": "top"}
        behind = {"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 0.5}
        ax.annotate(row[label], (row[x], row[y]), (-6, -4), bbox=behind, **place)


def band(ax, frame, *, x, low, high, colour="newpip"):
    """Shade what lies between two lines.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row a point along the lines, in order.
    x, low, high : str
        Its columns.
    colour : str
        A name of ``COLOURS``.
    """
    shade = COLOURS[colour]
    ax.fill_between(frame[x], frame[low], frame[high], color=shade, alpha=0.2, linewidth=0)
    ax.plot(frame[x], frame[[low, high]], color=shade)


# How a link is drawn: colour, line style and width. Colour is never the only sign.
LINKS = {
    "cites": ("soft", "-", 1),
    "derives from": ("newpip", "-", 2),
    "repeats": ("newpip", "--", 2),
    "hedges": ("ink", ":", 1.8),
    "differs from": ("other", "--", 1.4),
    "contradicts": ("other", "-", 2.4),
    "not judged": ("soft", ":", 1),
}


def strata(ax, frame, links):
    """Draw documents in layers, an arrow from each to what it rests on.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row a document: ``node``, ``label``, ``layer`` (0 on top) and ``x`` (0 to 1).
    links : pandas.DataFrame
        One row a link: ``from_node``, ``to_node`` and ``relation``, a key of ``LINKS``.
    """
    boxes = {}
    for row in frame.to_dict("records"):
        words = "\n".join(textwrap.wrap(row["label"], 20 if is_wide(ax) else 10))
        face = {"boxstyle": "round,pad=0.3", "facecolor": COLOURS["paper"], "edgecolor": COLOURS["soft"]}
        boxes[row["node"]] = ax.text(row["x"], row["layer"], words, ha="center", va="center", bbox=face, zorder=3)
    for row in links.to_dict("records"):
        colour, style, width = LINKS[row["relation"]]
        arrow = {"arrowstyle": "-|>", "color": COLOURS[colour], "linestyle": style, "linewidth": width}
        start, end = boxes[row["from_node"]], boxes[row["to_node"]]
        arrow |= {"patchA": start.get_bbox_patch(), "patchB": end.get_bbox_patch(), "shrinkA": 6, "shrinkB": 6}
        ax.annotate("", end.get_position(), start.get_position(), arrowprops=arrow, zorder=1)
    ax.set(xlim=(0, 1), ylim=(frame["layer"].max() + 0.4, -0.4))
    ax.axis("off")
    _key_of_links(ax, links)


def _key_of_links(ax, links):
    """Say above a drawing how each kind of link in it is drawn."""
    kinds = [name for name in LINKS if name in set(links["relation"])]
    for name in kinds:
        colour, style, width = LINKS[name]
        ax.plot([], [], color=COLOURS[colour], linestyle=style, linewidth=width, label=name)
    ax.figure.legend(loc="outside upper left", ncols=min(len(kinds), 5 if is_wide(ax) else 2), columnspacing=1.2)


def column(frame, links, width=WIDTH):
    """Draw statements one below the other, with a bracket at the side for each link between two of them.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a statement, first on top: ``node``, ``number``, ``where``, ``label`` and ``relations`` (texts).
    links : pandas.DataFrame
        One row a link: ``from_node``, ``to_node`` and ``relation``, a key of ``LINKS``.
    width : float
        Inches.

    Returns
    -------
    matplotlib.figure.Figure
    """
    wide = width > WIDTH
    texts = {row["node"]: _statement(row, 96 if wide else 42) for row in frame.to_dict("records")}
    heights = {node: len(lines) + 0.7 for node, lines in texts.items()}
    tops = dict(zip(heights, np.cumsum([0, *heights.values()]), strict=False))
    lines_of_key = 1 if wide else -(-len(set(links["relation"])) // 2)
    fig, ax = canvas((0.21 if wide else 0.19) * (sum(heights.values()) + 1.3 * lines_of_key) + 0.1, width=width)
    for node, lines in texts.items():
        for place, (words, style) in enumerate(lines):
            ax.text(0.2, tops[node] + place, words, va="center", **style)
        ax.plot(0, tops[node], "o", color=COLOURS["ink"], markersize=5)
    for relation, start, end, lane in _brackets(links, tops):
        colour, style, heavy = LINKS[relation]
        side = -0.4 - 0.26 * lane
        ax.plot([0, side, side], [start, start, end], color=COLOURS[colour], linestyle=style, linewidth=heavy, zorder=1)
        arrow = {"arrowstyle": "-|>", "color": COLOURS[colour], "linewidth": heavy, "shrinkA": 0, "shrinkB": 2}
        ax.annotate("", (0, end), (side, end), arrowprops=arrow)
    ax.set(xlim=(-1.6, 14.6 if wide else 6.2), ylim=(sum(heights.values()) - 0.6, -0.7))
    ax.axis("off")
    _key_of_links(ax, links)
    return fig


def _statement(row, width):
    """Set one statement in lines, each with its style: where it stands, what it says, how it stands to others."""
    where = row["where"] or row["label"]
    heading = textwrap.wrap(f"{row['number']}  {where}", 0.85 * width, subsequent_indent="    ")
    lines = [(words, {"weight": "bold"}) for words in heading]
    said = row["label"] if row["where"] else "the work itself, with no statement of it here"
    lines += [(words, {} if row["where"] else {"style": "italic"}) for words in textwrap.wrap(said, width)]
    return lines + [(words, {"style": "italic"}) for words in textwrap.wrap(row["relations"], width)]


def _brackets(links, tops):
    """Say for each link what it is, at which heights it starts and ends, and in which lane it runs."""
    pairs = list(zip(links["from_node"], links["to_node"], links["relation"], strict=True))
    ends = {node: [] for node in tops}
    for place, (start, end, _) in enumerate(pairs):
        ends[start].append((tops[end], place, "start"))
        ends[end].append((tops[start], place, "end"))
    # Links that meet at one statement leave it at slightly different heights, those that lead up uppermost.
    at = {
        (place, side): tops[node] + 0.36 * (rank - (len(met) - 1) / 2)
        for node, met in ends.items()
        for rank, (_, place, side) in enumerate(sorted(met))
    }
    spans = [(at[place, "start"], at[place, "end"]) for place in range(len(pairs))]
    lanes = _lanes([sorted(span) for span in spans])
    return [(pairs[place][2], *spans[place], lanes[place]) for place in range(len(pairs))]


def _lanes(spans):
    """Give each span the first lane where it meets no other, the shortest spans first."""
    taken, lanes = [], [0] * len(spans)
    for place in sorted(range(len(spans)), key=lambda one: spans[one][1] - spans[one][0]):
        low, high = spans[place]
        used = {lane for lane, a, b in taken if a < high and low < b}
        lanes[place] = next(lane for lane in range(len(spans)) if lane not in used)
        taken.append((lanes[place], low, high))
    return lanes


def shelves(ax, frame, *, row, place, kind, hollow, colours, marks):
    """Draw one sign an item, side by side in rows, open where an item is of another sort.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row an item, in the order of the rows.
    row, place, kind, hollow : str
        Its columns: the row's name, the place in it from 1, the item's kind, and whether its sign is open.
    colours, marks : dict
        For each kind, in the legend's order, a name of ``COLOURS`` and a matplotlib marker.
    """
    rows = list(frame[row].unique())
    for name, sign in marks.items():
        shade = COLOURS[colours[name]]
        for item in frame[frame[kind] == name].to_dict("records"):
            face = "none" if item[hollow] else shade
            ax.plot(item[place], rows.index(item[row]), sign, color=shade, markerfacecolor=face, markeredgewidth=1.2)
        ax.plot([], [], sign, color=shade, linestyle="none", label=name)
    ax.set(yticks=range(len(rows)), yticklabels=rows, ylim=(len(rows) - 0.5, -0.6), xlim=(0.4, None))
    ax.grid(axis="x", visible=False)
    ax.figure.legend(loc="outside upper left", ncols=4, handletextpad=0.2, columnspacing=1)


def option_strips(ax, frame, answer, rows, labels):
    """Draw for each option all answers that it leads to, as strokes, and their median, as a dot.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
        Where to draw.
    frame : pandas.DataFrame
        One row a combination: ``specification``, its place, ``answer``, and a column for each choice.
    answer : str
        The column with the answers.
    rows : list of tuple
        A choice and one of its options for each row, first row on top; no option for a heading.
    labels : dict
        What choices and options are called, where not as they stand.
    """
    for place, (choice, option) in enumerate(rows):
        if option is not None:
            answers = frame[frame[choice] == option].drop_duplicates("specification")[answer]
            stroke = {"color": COLOURS["newpip"], "markersize": 9, "markeredgewidth": 1.1, "linestyle": ""}
            ax.plot(answers, [place] * len(answers), "|", **stroke)
            ax.plot(answers.median(), place, "o", color=COLOURS["ink"], markersize=5)
    ax.set(yticks=range(len(rows)), ylim=(len(rows) - 0.5, -0.6))
    ax.set_yticklabels([labels.get(option or choice, option or choice) for choice, option in rows])
    for (_, option), label in zip(rows, ax.get_yticklabels(), strict=True):
        label.set_weight("normal" if option else "bold")
    ax.tick_params(axis="y", length=0)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
