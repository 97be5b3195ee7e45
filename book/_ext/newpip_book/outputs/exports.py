"""Export the book's figures as files, and its named results as JSON, CSV or macros for LaTeX."""

import csv
import io
import json
import os
import re
import shutil
import tempfile
from pathlib import Path

from newpip import data
from newpip_book.authoring import checks, notebooks, published, toc
from newpip_book.directives import results_json
from newpip_book.project import ROOT, build_dir
from newpip_book.provenance import records

DIGITS = ["Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine"]
TEX = {
    **{one: f"\\{one}" for one in "%&#$_{}"},
    **{"\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}"},
    **{"\N{MINUS SIGN}": "$-$", "\N{EN DASH}": "--", "\N{EM DASH}": "---"},
    **{"\N{POUND SIGN}": "\\pounds{}", "\N{MULTIPLICATION SIGN}": "$\\times$", "<": "$<$", ">": "$>$"},
}


def write_figures(out, formats):
    """Write every figure as a desktop shows it, and the data it shows.

    Parameters
    ----------
    out : pathlib.Path
        The folder to write to; it stays as it was when something is wrong.
    formats : list of str
        Of svg, pdf and png.

    Returns
    -------
    int
        The number of figures.

    Raises
    ------
    newpip_book.authoring.notebooks.ChapterError
        When a cell fails.
    """
    from newpip_book.execution import runner

    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {"NEWPIP_FIGURES": folder, "NEWPIP_FORMATS": ",".join(formats)}
        ready = {path: runner.read_notebook(path.read_text(encoding="utf-8")) for path in _readable()}
        done = {path: run.result() for path, run in runner.start_runs(ready, KEEP).items()}
        wrong = [runner.failure_message(path, one) for path, one in done.items() if one.err]
        if wrong:
            raise notebooks.ChapterError("\n".join(wrong))
        written = sorted(Path(folder).iterdir())
        out.mkdir(parents=True, exist_ok=True)
        for path in written:
            shutil.copyfile(path, out / path.name)
    return sum(path.suffix == ".csv" for path in written)


KEEP = "__import__('newpip_book.outputs.exports').outputs.exports.keep_figures()"  # what a kernel runs before a chapter


def keep_figures():
    """Let every figure that this kernel publishes be written to a folder as well."""
    from newpip import publish

    folder, formats = Path(os.environ["NEWPIP_FIGURES"]), os.environ["NEWPIP_FORMATS"].split(",")
    show = publish.figure

    def figure(key, chart, *, data=None, **words):
        show(key, chart, data=data, **words)
        fig, data = (chart.draw(chart.WIDTHS["wide"]), chart.data) if data is None else (chart, data)
        (folder / f"{key}.csv").write_text(publish._csv(data), encoding="utf-8")
        for form in formats:
            _draw(fig, key, folder, form)

    publish.figure = figure


def _draw(fig, key, folder, form):
    """Draw one figure, with nothing in it of the day or the program."""
    from matplotlib import rc_context

    from newpip import publish

    if form == "svg":
        (folder / f"{key}.svg").write_text(publish.svg(fig, key), encoding="utf-8")
        return
    unsaid = {"pdf": ("CreationDate", "Creator", "Producer"), "png": ("Software",)}[form]
    with rc_context({"pdf.fonttype": 42}):  # letters stay letters, that can be searched and edited
        options = {"bbox_inches": "tight", "pad_inches": 0.05, "dpi": 300, "facecolor": "white"}
        fig.savefig(folder / f"{key}.{form}", format=form, metadata=dict.fromkeys(unsaid), **options)


def published_content():
    """Gather what results.json says, running the chapters that changed since they last ran.

    Returns
    -------
    dict
        As :func:`newpip_book.directives.results_json.content` returns it.
    """
    paths = {notebooks.docname(path): path for path in [*notebooks.chapters(), *notebooks.pages()]}
    listed = [name for name, _ in toc.entries()]
    pages = {name: paths[name] for name in listed if name in paths}
    chapters = [path for path in pages.values() if path.suffix == ".ipynb"]
    origins = records.Records(chapters, build_dir())
    items = run_chapters()
    return results_json.content(
        items, pages, ROOT, listed[0], {notebooks.docname(path): origins.of(path) for path in chapters}
    )


def run_chapters():
    """List what the chapters publish, running those that changed since they last ran.

    Returns
    -------
    list of newpip_book.authoring.published.Published

    Raises
    ------
    newpip_book.authoring.notebooks.ChapterError
        When a cell fails.
    newpip.data.DataError
        When data or chapters cannot be read.
    """
    from newpip_book.execution import runner

    executed = runner.ChapterRuns(_readable()).executed()
    return [one for path, done in executed.items() for one in published.of_cells(done.cells, notebooks.docname(path))]


def as_csv(found):
    """Write results as a table; a value is written as JSON writes it, so that it can be read back.

    Parameters
    ----------
    found : dict
        As :func:`published_content` returns it.

    Returns
    -------
    str
    """
    from newpip.publish import escape_spreadsheet_formula

    stream = io.StringIO()
    table = csv.writer(stream, lineterminator="\n")
    names = ("unit", "text", "label", "chapter")
    table.writerow(["key", "value", *names])
    for key, one in sorted(found["results"].items()):
        value = json.dumps(one["value"], ensure_ascii=False)
        table.writerow([key, value, *(escape_spreadsheet_formula(one[name]) for name in names)])
    return stream.getvalue()


def as_tex(found):
    r"""Write results as macros for LaTeX, each as prose shows it: ``referrals.growth.2018`` as below.

    The name of a macro has letters alone, so each part of the key begins with a capital and digits are spelt:
    ``\npReferralsGrowthTwoZeroOneEight``. Two keys that would be spelt the same are refused.

    Parameters
    ----------
    found : dict
        As :func:`published_content` returns it.

    Returns
    -------
    str

    Raises
    ------
    newpip.data.DataError
        When two keys have one macro.
    """
    lines = [
        "% The named results of the book, as its prose shows them; unrounded values and units stand behind each.",
        "% Use: \\input this file, then write \\npSampleParentsN{} where the number goes. In UTF-8.",
    ]
    taken = {}
    for key, one in sorted(found["results"].items()):
        name = macro(key)
        if name in taken:
            raise data.DataError([f"{key} and {taken[name]} would both be \\{name}"])
        taken[name] = key
        value = " ".join(json.dumps(one["value"], ensure_ascii=False).split())
        text = "".join(TEX.get(sign, sign) for sign in one["text"])
        lines.append(f"\\newcommand{{\\{name}}}{{{text}}} % {key}: {value} {one['unit']}".rstrip())
    return "\n".join(lines) + "\n"


def macro(key):
    """Name a result's macro.

    Parameters
    ----------
    key : str

    Returns
    -------
    str
        ``np`` and letters.
    """
    parts = re.findall(r"[A-Za-z]+|[0-9]", key)
    return "np" + "".join(DIGITS[int(part)] if part.isdigit() else part[0].upper() + part[1:] for part in parts)


def _readable():
    """List the chapters, all of which can be read, on data that fit their schemas."""
    problems = data.check() + checks.unreadable()
    if problems:
        raise data.DataError(problems)
    return notebooks.chapters()


WRITERS = {"json": results_json.dumps, "csv": as_csv, "tex": as_tex}
