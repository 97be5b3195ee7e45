"""Copies of the book to break, kill or compare, a small book made like it, and the pages of the built one."""

import os
import re
import shutil
import subprocess
import sys
import threading
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import nbformat
import pytest

ROOT = Path(__file__).parents[1]
HTML = ROOT / "_build" / "html"
PAGES = sorted(
    str(path.relative_to(HTML)) for folder in ("book", "chapters") for path in (HTML / folder).glob("*.html")
)
CHAPTERS = [page for page in PAGES if page.startswith("chapters/")]
CONTENTS = """format: jb-book
root: book/index
parts:
  - caption: Chapters
    numbered: true
    chapters:
      - file: chapters/01-first
      - file: chapters/02-second
  - caption: The book
    chapters:
      - file: book/data-dictionary
      - file: book/bibliography
"""
COVER = """# A small book

The first count is {result}`small.first`, and {cite:t}`cullen2025` printed it.
"""
IMPORTS = """import time

from newpip import draw
from newpip.data import load
from newpip.publish import claim, figure, number, table"""
SMALL_LABELS = "pattern,label\nsmall.first,Count of the first year\nsmall.posts,Posts of the team\n"
FIRST = (
    "# First\n\nThere were {glue:text}`small.first` at first.\nIt was above ten. {claim}`above-ten`",
    IMPORTS,
    'referrals = load("referrals")\ncounts = referrals["referrals"]\nfor _ in range(5):\n    time.sleep(0.1)\ncounts',
    'number("small.first", counts.iloc[0])\nclaim("above-ten", counts.iloc[0] > 10, "the count with ten")',
    """fig, ax = draw.canvas(2)
ax.plot(referrals["year"], counts)
figure(
    "small-line", fig, data=referrals,
    alt="A line of counts.", caption="Counts.",
    title="The first count lies high.", holds="above-ten",
)""",
)
SECOND = (
    "# Second\n\nThe posts are {glue:text}`small.posts`.",
    IMPORTS,
    'staffing = load("staffing")\nnumber("small.posts", staffing["posts"].sum())\ntime.sleep(0.3)',
    'table("small-posts", staffing, caption="Posts.")',
    "staffing",
)


def copy_book(folder):
    """Copy what the book is made from, with a page that was built before.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    pathlib.Path
        The folder.
    """
    folder.mkdir(exist_ok=True)
    for name in ("_config.yml", "_toc.yml", "requirements.txt", "CITATION.cff", "pyproject.toml"):
        shutil.copy(ROOT / name, folder / name)
    for name in ("book", "chapters", "data", "newpip"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns(".*"))
    (folder / "benchmarks").mkdir()
    shutil.copy(ROOT / "benchmarks" / "figures.json", folder / "benchmarks")
    (folder / "_build" / "html").mkdir(parents=True)
    (folder / "_build" / "html" / "index.html").write_text("built before")
    return folder


def small_book(folder):
    """Make a book of two short chapters, with the settings, data and code of the whole one.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    pathlib.Path
        The folder.
    """
    copy_book(folder)
    for path in (folder / "book").glob("*.md"):
        if path.stem not in ("data-dictionary", "bibliography"):
            path.unlink()
    for name in ("slides.yml", "reviewed-statements.csv", "renamed-results.csv"):  # of the whole book
        (folder / "book" / name).unlink(missing_ok=True)
    shutil.rmtree(folder / "book" / "_service")
    (folder / "book" / "result-labels.csv").write_text(SMALL_LABELS, encoding="utf-8")
    (folder / "book" / "index.md").write_text(COVER, encoding="utf-8")
    (folder / "_toc.yml").write_text(CONTENTS, encoding="utf-8")
    shutil.rmtree(folder / "chapters")
    (folder / "chapters").mkdir()
    write_chapter(folder / "chapters" / "01-first.ipynb", FIRST)
    write_chapter(folder / "chapters" / "02-second.ipynb", SECOND)
    return folder


def write_chapter(path, parts):
    """Write a chapter of one cell of prose and cells of code.

    Parameters
    ----------
    path : pathlib.Path
    parts : sequence of str
    """
    prose, *code = parts
    cells = [nbformat.v4.new_markdown_cell(prose, id="prose")]
    cells += [nbformat.v4.new_code_cell(source, id=f"code-{number}") for number, source in enumerate(code)]
    kernel = {"name": "python3", "display_name": "Python 3 (ipykernel)", "language": "python"}
    nbformat.write(nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel}), path)


def words(book, *command, **settings):
    """Return what it takes to run a command of the book on a copy, with the copy's own code.

    Parameters
    ----------
    book : pathlib.Path
    *command : str
        The module and its arguments.
    **settings : str
        Environment variables.

    Returns
    -------
    dict
        For :func:`subprocess.run`.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("NEWPIP_")}
    environment |= {"PYTHONPATH": f"{book}:{book / 'book' / '_ext'}", "PYTHONDONTWRITEBYTECODE": "1", **settings}
    return {"args": [sys.executable, "-m", *command], "cwd": book, "env": environment, "text": True}


def run(book, *command, **settings):
    """Run a command of the book on a copy.

    Parameters
    ----------
    book, *command, **settings
        As in :func:`words`.

    Returns
    -------
    subprocess.CompletedProcess
    """
    return subprocess.run(**words(book, *command, **settings), capture_output=True, check=False)


def mostly_at_night(cases, every, ids=None):
    """Leave to the night all cases but every so many.

    Parameters
    ----------
    cases : iterable
        Each a value, or a tuple of values, of a parametrised test.
    every : int
        Of how many cases one is tried by day, beginning with the first.
    ids : callable, optional
        Names a case.

    Returns
    -------
    list of pytest.param
    """
    return [
        pytest.param(
            *(case if isinstance(case, tuple) else (case,)),
            id=ids and ids(case),
            marks=[pytest.mark.night] * (place % every > 0),
        )
        for place, case in enumerate(cases)
    ]


def make_targets():
    """Name the targets of the Makefile.

    Returns
    -------
    set of str
    """
    rules = re.findall(r"^([a-z][a-z -]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    return set(" ".join(rules).split())


def files(folder):
    """Return every file of a folder.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict
        From the path within the folder to the bytes.
    """
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def read(page):
    """Return the HTML of a page of the built book.

    Parameters
    ----------
    page : str
        Such as ``"book/index.html"``.

    Returns
    -------
    str
    """
    return (HTML / page).read_text(encoding="utf-8")


class Quiet(SimpleHTTPRequestHandler):
    """A handler that does not say what it was asked for."""

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def served(folder=HTML, handler=Quiet):
    """Serve a folder on this machine.

    Parameters
    ----------
    folder : pathlib.Path
        The built book by default.
    handler : type
        Of requests.

    Yields
    ------
    str
        The address.
    """
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
