"""The look that every figure shares, and the few drawings too long for a chapter's cell."""

import matplotlib as mpl
import matplotlib.dates as mdates
import matplotlib.pyplot as plt
import numpy as np

# One colour for one thing, in every figure. Chosen from, or darkened from, Okabe and Ito's colour-blind-safe set.
# The book swaps each for its counterpart in the dark scheme (book/_static/book.css), so use no others.
COLOURS = {
    "ink": "#1f2933",
    "soft": "#5b6672",
    "rule": "#d5dae0",
    "parent": "#0072b2",
    "professional": "#c44e00",
    "newpip": "#00795a",
    "other": "#a8467f",
    "paper": "#fefefe",
}
GROUPS = {"parent": COLOURS["parent"], "professional": COLOURS["professional"]}
WIDTH = 4.6  # inches: what a phone shows without shrinking the text below 11 pixels

STYLE = {
    "axes.edgecolor": COLOURS["soft"],
    "axes.axisbelow": True,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.labelcolor": COLOURS["ink"],
    "axes.labelsize": 10,
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


def canvas(height=3.0, columns=1, rows=1, **options):
    """Open a figure in the book's style.

    Parameters
    ----------
    height : float
        Inches.
    columns, rows : int
        How many axes, side by side and one below the other. Prefer rows: phones are narrow.
    **options
        Passed to :func:`matplotlib.pyplot.subplots`, such as ``sharex=True``.

    Returns
    -------
    fig : matplotlib.figure.Figure
    ax : matplotlib.axes.Axes or array of them
    """
    mpl.rcParams.update(STYLE)
    return plt.subplots(rows, columns, figsize=(WIDTH, height), layout="constrained", **options)


def forest(
    ax, frame, *, label, estimate="estimate", low="low", high="high", colour="newpip", hollow=None, reference=None
):
    """Draw estimates with their limits, one row each, labels above the lines so that a phone can show them.

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
    reference : float, optional
        Where to draw a dashed line.
    """
    names = [colour] * len(frame) if isinstance(colour, str) else list(colour)
    for place, (row, name) in enumerate(zip(frame.to_dict("records"), names, strict=True)):
        shade = COLOURS[name]
        ax.plot([row[low], row[high]], [place, place], color=shade, solid_capstyle="butt")
        face = "none" if hollow and row[hollow] else shade
        ax.plot(row[estimate], place, "o", color=shade, markerfacecolor=face, markeredgewidth=1.5)
        ax.annotate(
            row[label],
            (0, place),
            (0, 7),
            xycoords=("axes fraction", "data"),
            textcoords="offset points",
            bbox={"facecolor": COLOURS["paper"], "edgecolor": "none", "pad": 1},
        )
    if reference is not None:
        ax.axvline(reference, color=COLOURS["soft"], linestyle="--", linewidth=1)
    ax.set(yticks=[], ylim=(len(frame) - 0.5, -0.8))
    ax.spines["left"].set_visible(False)
    ax.grid(axis="y", visible=False)


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
    ax.xaxis.set_major_locator(mdates.YearLocator())
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


def grid(ax, frame, *, row, column, text, weight, rows, columns, marked=None):
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
    marked : tuple, optional
        Row and column of a cell to outline, as the study's own.
    """
    down, across = {name: at for at, name in enumerate(rows)}, {name: at for at, name in enumerate(columns)}
    for cell in frame[frame[weight] > 0].to_dict("records"):
        x, y = across[cell[column]], down[cell[row]]
        shade = 0.1 + 0.3 * cell[weight] / frame[weight].max()
        ax.bar(x, 0.9, 0.94, y - 0.45, color=COLOURS["other"], alpha=shade, linewidth=0)
        ax.text(x, y, cell[text], ha="center", va="center", fontsize=9)
    if marked:
        x, y = across[marked[1]], down[marked[0]]
        ax.bar(x, 0.9, 0.94, y - 0.45, facecolor="none", edgecolor=COLOURS["newpip"], linewidth=2)
    ax.set(xticks=range(len(columns)), yticks=range(len(rows)), xlim=(-0.5, len(columns) - 0.5))
    ax.set_xticklabels(columns.values(), fontsize=9)
    ax.set(yticklabels=rows.values(), ylim=(len(rows) - 0.5, -0.5))
    ax.tick_params(length=0, top=False, labeltop=True, bottom=False, labelbottom=False)
    ax.grid(visible=False)
    ax.spines[["left", "bottom"]].set_visible(False)
