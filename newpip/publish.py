"""What a chapter hands to the reader: a number, a claim, a figure, a table. Nothing else reaches the page."""

import base64
import datetime
import io
import numbers as numbers_of_python
import re
import sys

import numpy as np
import pandas as pd
from IPython.display import display

from newpip.forms import DRAWN, GLUE, MIME
from newpip.svg import lean

DPI = 300  # of the PNG, as journals and printers ask
WORDS = (
    *("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"),
    *("thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen", "twenty"),
)
BEGINS, SAYS, ENDS = "\ue000", "\ue001", "\ue002"  # of a number that a caption cites; no text has these
DATES = (datetime.date, datetime.datetime)  # pandas' own are among them
ROOM = 0.05  # inches around a drawing


def number(key, value, fmt="", unit=""):
    """Name a result, so that prose can cite it and results.json can hold it.

    Parameters
    ----------
    key : str
        Its name, such as ``"referrals.cagr"``.
    value : number, str or list
        The result, unrounded. Proportions and growth are fractions.
    fmt : str or callable, optional
        How prose shows it: a format specification such as ``".1%"``, or a function such as :func:`in_words`.
    unit : str, optional
        Its unit, for results.json.

    Raises
    ------
    ValueError
        When the value is not a finite number, a text or a list.
    """
    value = _plain(value)
    for one in value if isinstance(value, list) else [value]:
        if one is pd.NA or (isinstance(one, float) and not np.isfinite(one)):
            raise ValueError(f"number {key!r} is {value}; a finite number was expected")
    _glue(key, ", ".join(map(str, value)) if isinstance(value, list) else _say(value, fmt), value=value, unit=unit)


def numbers(key, values, fmt="", unit=""):
    """Name several results at once, such as those of a series of years.

    Parameters
    ----------
    key : str
        What their names begin with: each is this, a dot, and its label.
    values : pandas.Series or dict
        From label to result.
    fmt, unit : str, optional
        As in :func:`number`, for all of them.
    """
    for label, value in values.items():
        number(f"{key}.{label}", value, fmt, unit)


def in_words(n):
    """Say a small whole number as a word; a ``fmt`` of :func:`number`, for prose that reads better so.

    Parameters
    ----------
    n : int

    Returns
    -------
    str
        In digits from twenty-one.
    """
    return WORDS[n] if 0 <= n < len(WORDS) else f"{n:,}"


def cite(key, value, fmt=""):
    """Say in a caption a number that has a name, so that the page can lead from it to what is known of it.

    Parameters
    ----------
    key : str
        Its name.
    value : number or str
    fmt : str or callable, optional
        As in :func:`number`, with the same outcome: a build warns where the caption says something else.

    Returns
    -------
    str
        Its text, in marks that :func:`figure` and :func:`table` take out again.
    """
    return f"{BEGINS}{key}{SAYS}{_say(_plain(value), fmt)}{ENDS}"


def _cited(caption):
    """Part a caption into its plain text and what it cites: where the text begins and ends, and the key."""
    plain, cites = "", []
    for part in re.split(f"({BEGINS}.*?{ENDS})", caption):
        key, says, text = part.strip(BEGINS + ENDS).partition(SAYS)
        if says:
            cites.append([len(plain), len(plain) + len(text), key])
        plain += text if says else part
    return {"caption": plain} | ({"cites": cites} if cites else {})


def claim(key, holds, because=""):
    """Stand beside a sentence whose truth depends on the data.

    The sentence ends with the role ``{claim}`` and this key. When the claim is false, the build stops and
    names chapter, claim and sentence.

    Parameters
    ----------
    key : str
        Its name, such as ``"growth-slowed"``.
    holds : bool
        Whether the data bear the sentence out.
    because : str, optional
        What was compared, for whoever has to mend the sentence.
    """
    holds = bool(holds)
    _glue(f"claim.{key}", "holds" if holds else "does not hold", holds=holds, because=because)


def interval(key, limits, fmt=".1%", unit="share"):
    """Name an estimate and its two limits at once.

    Parameters
    ----------
    key : str
        The name before ``.estimate``, ``.low`` and ``.high``.
    limits : newpip.intervals.Interval
        Anything with those three attributes.
    fmt, unit : str, optional
        As in :func:`number`.
    """
    for part in ("estimate", "low", "high"):
        number(f"{key}.{part}", getattr(limits, part), fmt, unit)


def figure(key, chart, *, title, caption, holds="", data=None, alt=""):
    """Publish a figure with the data it shows.

    Parameters
    ----------
    key : str
        Its name, by which prose refers to it.
    chart : newpip.charts.Chart or matplotlib.figure.Figure
        The chart, or a drawing, which is closed.
    title : str
        What it shows, in one sentence: with a number by :func:`cite`, or held by a claim, or both.
    caption : str
        How to read it: what its marks, lines and axes are, and what it cannot show.
    holds : str, optional
        The key of the claim that the title's truth rests on; a title that compares or ranks needs one.
    data : pandas.DataFrame, optional
        What is drawn, as the reader can download it; a chart knows it.
    alt : str, optional
        What the picture shows, for those who cannot see it, made from the same data; a chart knows it.
    """
    import matplotlib.pyplot as plt

    if data is None:
        data, alt, figs = chart.data, chart.alt, {name: chart.draw(chart.WIDTHS[name]) for name in DRAWN}
    else:
        figs = {"narrow": chart}
    pictures = {name: svg(fig, key if name == "narrow" else f"{key}-{name}") for name, fig in figs.items()}
    shown = {"svg": pictures, "values": values(figs)}
    widest = list(figs)[-1]
    if sys.platform != "emscripten":  # in the page, which offers no PNG, it would take seconds
        shown["png"] = base64.b64encode(_png(figs[widest])).decode()
    for fig in figs.values():
        plt.close(fig)
    words = {"title": len(_cited(title)["caption"])} | ({"holds": holds} if holds else {})
    payload = {
        "kind": "figure",
        "key": key,
        "alt": alt,
        **_cited(f"{title} {caption}"),
        **words,
        "csv": _csv(_named_rows(f"figure {key!r}", data)),
    }
    forms = {MIME: payload, "image/svg+xml": pictures[widest], "text/plain": f"Figure. {payload['caption']}\n{alt}"}
    display(forms, raw=True, metadata={"newpip": shown})


def table(key, frame, *, caption, columns=None, fmt=None, choose=()):
    """Publish a table with the data it shows.

    Parameters
    ----------
    key : str
        Its name, by which prose refers to it.
    frame : pandas.DataFrame or pandas.Series
        One row a row; the first shown column names the row. Names of rows, such as those of a group or a crosstab, are
        columns of their own, before the others.
    caption : str
        Its caption.
    columns : dict, optional
        The columns to show, in order, and their headings; all of them by default.
    fmt : dict, optional
        How to show a column: a format specification, or a function of the value.
    choose : sequence of str, optional
        The columns by whose values a reader can choose rows, where the table is long.
    """
    frame = _named_rows(f"table {key!r}", frame)
    columns = columns or {name: str(name).replace("_", " ") for name in frame.columns}
    lost = [name for name in columns if name not in frame.columns]
    if lost:
        raise ValueError(f"table {key!r} has no column {lost[0]!r}; one of {list(frame.columns)} was expected")
    shown = pd.DataFrame(
        {name: [_say(value, (fmt or {}).get(name, "")) for value in frame[name].tolist()] for name in columns}
    )
    payload = {
        "kind": "table",
        "key": key,
        **_cited(caption),
        "csv": _csv(frame),
        "header": [str(heading) for heading in columns.values()],
        "rows": shown.to_numpy().tolist(),
        "numeric": [bool(pd.api.types.is_numeric_dtype(frame[name].dtype)) for name in columns],
    }
    if choose:
        payload["choose"] = [name in choose for name in columns]
    shown.columns = list(columns.values())
    forms = {MIME: payload, "text/html": shown.to_html(index=False), "text/plain": f"Table. {payload['caption']}"}
    display(forms, raw=True, metadata={"newpip": {}})


def _glue(key, text, **metadata):
    """Emit a text that MyST-NB's glue can paste, and that Jupyter shows beside its name."""
    display(
        {f"{GLUE}text/plain": text, "text/plain": f"{key} = {text}"},
        raw=True,
        metadata={"scrapbook": {"name": key, "mime_prefix": GLUE}, "newpip": metadata},
    )


def _plain(value):
    """Turn NumPy's scalars and arrays into Python's own."""
    return value.tolist() if isinstance(value, (np.generic, np.ndarray)) else value


def _say(value, fmt):
    """Format one value for reading: a dash when missing, a true minus sign in numbers."""
    if value is None or value is pd.NA or value == "" or value != value:
        return "\N{EN DASH}"
    if callable(fmt):
        return fmt(value)
    if isinstance(value, str):  # such as that a number is not known
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, DATES):
        whole = not isinstance(value, datetime.datetime) or value.time() == datetime.time()
        return value.strftime(fmt or ("%Y-%m-%d" if whole else "%Y-%m-%d %H:%M"))
    if not isinstance(value, numbers_of_python.Number):  # a period, an interval, a list
        return format(value, fmt) if fmt else str(value)
    return format(value, fmt).replace("-", "\N{MINUS SIGN}")


def _named_rows(what, frame):
    """Return a frame whose names of rows are columns, and whose columns have one name each."""
    if isinstance(frame, pd.Series):
        frame = frame.to_frame("value" if frame.name is None else frame.name)
    if not isinstance(frame, pd.DataFrame):
        raise ValueError(f"{what} is a {type(frame).__name__}; a DataFrame was expected")
    if isinstance(frame.columns, pd.MultiIndex):
        frame = frame.set_axis([" ".join(filter(None, map(_say_label, name))) for name in frame.columns], axis=1)
    index = frame.index
    if isinstance(index, pd.MultiIndex) or index.name is not None or not pd.api.types.is_integer_dtype(index.dtype):
        names = [f"row {at}" if name is None else name for at, name in enumerate(index.names, 1)]
        names = ["row"] if names == ["row 1"] else names
        taken = [name for name in names if name in frame.columns]
        if taken:
            raise ValueError(f"{what} names rows {taken[0]!r}, and a column too; a name of its own was expected")
        frame = frame.rename_axis(index=names, columns=None).set_axis(frame.columns.astype(object), axis=1)
        frame = frame.reset_index()
    twice = frame.columns[frame.columns.duplicated()]
    if len(twice):
        raise ValueError(f"{what} has more than one column {twice[0]!r}; a name of its own for each was expected")
    return frame


def _say_label(label):
    """Write one part of the name of a column."""
    return _say(label, "") if isinstance(label, DATES) else str(label)


def _csv(frame):
    """Write a frame as CSV, to eight significant digits, text such that no spreadsheet takes it for a formula."""
    tamed = frame.copy()
    for name in frame.select_dtypes(["object", "string", "category"]):
        tamed[name] = [escape_spreadsheet_formula(cell) for cell in frame[name].tolist()]
    tamed.columns = [escape_spreadsheet_formula(name) for name in frame.columns]
    return tamed.to_csv(index=False, float_format="%.8g", lineterminator="\n")


def escape_spreadsheet_formula(cell):
    """Put an apostrophe before text that a spreadsheet would run as a formula (OWASP, CSV injection).

    Parameters
    ----------
    cell : object

    Returns
    -------
    object
        The cell, changed only where it is text that begins as a formula does and is no number.
    """
    if not isinstance(cell, str) or not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")):
        return cell
    return cell if re.fullmatch(r"[+-]?\d+(\.\d+)?", cell) else f"'{cell}"


def svg(fig, key):
    """Draw a figure as SVG whose text stays text and whose ids are its own.

    Parameters
    ----------
    fig : matplotlib.figure.Figure
    key : str
        Its name, with which every id begins.

    Returns
    -------
    str
    """
    from matplotlib import rc_context

    stream = io.StringIO()
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": key}):
        fig.savefig(stream, format="svg", metadata={"Date": None, "Creator": None}, bbox_inches=_edge(fig))
    return lean(stream.getvalue(), key)


def _edge(fig):
    """Return what a drawing takes up as SVG, in inches, with a little room around; its layout is found once."""
    from matplotlib.backends.backend_svg import RendererSVG

    if not hasattr(fig, "edge"):
        fig.draw_without_rendering()
        fig.set_layout_engine("none")
        fig.set_dpi(72)  # as SVG has it, whose letters are not as wide as those of other formats
        fig.edge = fig.get_tightbbox(RendererSVG(*fig.bbox.size, io.StringIO())).padded(ROOM)
    return fig.edge


def values(figs):
    """Say where in its drawings the marks of a chart stand, and what each stands for.

    Parameters
    ----------
    figs : dict
        From a name to a drawing that was drawn before; a chart's knows its ``marks``.

    Returns
    -------
    dict
        ``said``, a text for each mark; ``at``, for each drawing, the places ``[x, y]`` of the marks in it; and
        ``reach``, how much it counts to be as far away as a point, sideways and up. Empty where no mark is known.
    """
    marked = {name: fig.marks for name, fig in figs.items() if getattr(fig, "marks", None)}
    if not marked:
        return {}
    said, reach = next(([mark[3] for mark in marks], figs[name].reach) for name, marks in marked.items())
    return {"said": said, "reach": reach, "at": {name: _places(figs[name]) for name in marked}}


def _places(fig):
    """Return where the marks of a drawing stand in its SVG, in points from its upper left."""
    edge = _edge(fig)
    corner = np.array([edge.x0, edge.y1])
    places = [ax.transData.transform((ax.convert_xunits(x), ax.convert_yunits(y))) for ax, x, y, _ in fig.marks]
    return [[round(float(one), 1) for one in (at / fig.dpi - corner) * (72, -72)] for at in places]


def _png(fig):
    """Draw a figure as PNG on white, with nothing in it of the day or the program."""
    stream = io.BytesIO()
    fig.savefig(stream, format="png", dpi=DPI, facecolor="white", metadata={"Software": None}, bbox_inches=_edge(fig))
    return stream.getvalue()
