"""What each step towards a quick build gives: the same build with that one step undone."""

import os
import shutil
import sys
from collections import defaultdict
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from uuid import uuid4

from benchmarks import books
from benchmarks.measure import run
from benchmarks.table import table
from benchmarks.workspace import ALONE
from tests.helpers import copy_book

ROUNDS = 3
CODE = Path("book", "_ext", "newpip_book")
BUILD, PAGES, SENTENCE = "cold build", "all pages of what has run", "one sentence changed"
WHOLE = "nothing undone"
UNDONE = {  # what is undone: how it is measured, and the code that is replaced, in which file and by what
    "kernels are copies of a process that has the imports": (
        BUILD, "kernels.py", 'FORKS = sys.platform == "linux"', "FORKS = False",
    ),
    "pages are read while chapters run": (
        BUILD, "building.py", 'if (work / "_build" / ".doctrees").exists():', "if True:",
    ),
    "garbage is looked for seldom": (
        PAGES, "building.py", "gc.set_threshold(100_000, 50, 100)", "gc.get_threshold()",
    ),
    "one copy of a page serves all references to its figures": (
        PAGES, "quicker.py", 'app.connect("write-started", share_pages)', "pass",
    ),
    "the backend of citations is found once": (
        PAGES, "quicker.py", 'register_plugin("pybtex.backends", "plaintext", Backend, force=True)', "pass",
    ),
    "what is installed is looked up once": (
        PAGES, "ready.py", "module.entry_points = module.entry_points().select", "pass",
    ),
    "what is not used is not imported": (
        PAGES, "__init__.py", "from newpip_book import lean", "lean = None",
    ),
    "data and prose are checked while libraries are imported": (
        SENTENCE, "building.py", 'if not sys.platform.startswith("linux"):', "if True:",
    ),
    "chapters are opened once": (
        SENTENCE, "freshness.py", "opened = execute.runs.notebooks if execute.runs else {}", "opened = {}",
    ),
    "what the data say of sliders is kept": (
        SENTENCE, "sliders.py", 'if kept.get(kind, ("",))[0] != zlib.crc32(made_of):', "if True:",
    ),
    "figures are numbered by outlines of the pages": (
        SENTENCE, "quicker.py", "TocTreeCollector.assign_figure_numbers = number_figures", "pass",
    ),
    "each entry of the bibliography is formatted once, and kept": (
        SENTENCE, "quicker.py", 'app.connect("env-before-read-docs", format_once)', "pass",
    ),
    "code keeps its colours": (
        SENTENCE, "quicker.py", "highlighting.highlight = highlight", "pass",
    ),
    "garbage is not looked for at the end": (
        SENTENCE, "__main__.py", "gc.freeze()", "pass",
    ),
}  # fmt: skip


def measure(quick=False):
    """Build with each step undone, in interleaved rounds.

    Parameters
    ----------
    quick : bool
        One round of a book of one chapter.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.
    """
    costs, rounds = defaultdict(list), 1 if quick else int(os.environ.get("BENCH_ROUNDS") or ROUNDS)
    with TemporaryDirectory() as work:
        folder = Path(work) / "book"
        (books.of_one_cell if quick else copy_book)(folder)
        for _ in range(rounds):
            for how in (BUILD, PAGES, SENTENCE):
                costs[how, WHOLE].append(_cost(folder, how))
                for step, (measured, file, old, new) in UNDONE.items():
                    if measured == how:
                        with undone(folder / CODE / file, old, new):
                            costs[how, step].append(_cost(folder, how))
    return [_table(costs, rounds)]


@contextmanager
def undone(path, old, new):
    """Replace a piece of code, and put it back at the end.

    Parameters
    ----------
    path : pathlib.Path
    old, new : str
        The first stands there once.

    Raises
    ------
    ValueError
        When it does not.
    """
    text = path.read_text(encoding="utf-8")
    if text.count(old) != 1:
        raise ValueError(f"{path.name}: {old!r} stands there {text.count(old)} times; once was expected")
    path.write_text(text.replace(old, new), encoding="utf-8")
    yield
    path.write_text(text, encoding="utf-8")


def _cost(folder, how):
    """Build a book anew, or write all its pages anew, or build it once more with a sentence added to a chapter."""
    build, settings = [sys.executable, "-m", "newpip_book", "build"], books.settings(folder)
    if how == PAGES:
        return run([sys.executable, ALONE, "pages"], folder, **settings)
    if how == BUILD:
        shutil.rmtree(folder / "_build")
    else:
        run(build, folder, **settings)  # a change of the book's code had every page read again
        books.add_sentence(min(folder.glob("chapters/*.ipynb")), f"w{uuid4().hex}")
    return run(build, folder, **settings)


def _table(costs, rounds):
    """Table the medians, each beside those of its own measure with nothing undone."""
    rows = []
    for (how, step), some in costs.items():
        more = median(one.wall - whole.wall for one, whole in zip(some, costs[how, WHOLE], strict=True))
        cpu = median(one.cpu - whole.cpu for one, whole in zip(some, costs[how, WHOLE], strict=True))
        rows.append({"how": how, "step": step, "wall": median(one.wall for one in some), "more": more, "cpu": cpu})
    caption = (
        "What a build would lose without each of the steps that made it quicker. One is undone at a time, in the code "
        "of a copy of this book; the others stay. Those that concern the run of the chapters were measured by cold "
        "builds; those that concern all pages by writing all pages of chapters that have run, where a second is not "
        "hidden by a chapter that runs meanwhile; the last by building once more when a sentence was added to the "
        "first chapter. "
        + (f"Medians over {rounds} interleaved rounds, " if rounds > 1 else "A single round, ")
        + "and differences within a round. The same build differs from round to round by some seconds in a cold "
        "build, by about a second where all pages are written, and by some tenths where a sentence was changed: a "
        "smaller figure says nothing."
    )
    columns = {"how": "Measured by", "step": "Undone", "wall": "Seconds"}
    columns |= {"more": "Seconds more", "cpu": "Processor seconds more"}
    return table("steps", caption, columns, rows)
