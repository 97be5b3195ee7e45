"""The stack that the book is made with, used plainly, gives the pages that this book's own command gives."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import ROOT, files, run, small_book, words

pytestmark = pytest.mark.night
WHEN = {"SOURCE_DATE_EPOCH": "1760000000"}
ALLOW = """
def setup(app):
    # It does not say so, and only numbers the parts of the contents, when all pages are read.
    app.connect("builder-inited", allow)


def allow(app):
    app.extensions["sphinx_multitoc_numbering"].parallel_read_safe = True
"""
LETTERS = "abcdefgh"  # a page each: Sphinx reads and writes side by side from six pages on


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """A book with pages enough to be read and written side by side, built by the book's own command."""
    book = small_book(tmp_path_factory.mktemp("plain") / "book")
    contents = (book / "_toc.yml").read_text(encoding="utf-8")
    for letter in LETTERS:
        page = f"# Page {letter}\n\nIt cites {{result}}`small.first`, as does {{ref}}`chapter-{letter}`.\n"
        (book / "book" / f"more-{letter}.md").write_text(f"(chapter-{letter})=\n{page}", encoding="utf-8")
        contents += f"      - file: book/more-{letter}\n"
    (book / "_toc.yml").write_text(contents, encoding="utf-8")
    done = run(book, "newpip_book", "build", **WHEN)
    assert done.returncode == 0, done.stderr
    return book


def pages(folder):
    """Return a built site, without Sphinx's own note of its settings."""
    return {name: content for name, content in files(folder).items() if name != ".buildinfo"}


def plainly(book, program, *options):
    """Run a program of the stack in a copy of the book."""
    command = [Path(sys.executable).with_name(program), *options]
    done = subprocess.run(**{**words(book, **WHEN), "args": command}, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def without_builds(book, place):
    """Copy a book without what was built of it, but for the outputs of its chapters."""
    copy = shutil.copytree(book, place, ignore=shutil.ignore_patterns("html", "work", "state.json"))
    assert not (copy / "_build" / "html").exists()
    return copy


def test_jupyter_book_gives_the_same_pages(built, tmp_path):
    book = without_builds(built, tmp_path / "book")
    plainly(book, "jupyter-book", "build", ".", "-W", "-n", "--keep-going")
    assert pages(book / "_build" / "html") == pages(built / "_build" / "html")


def test_pages_that_are_read_and_written_side_by_side_are_the_same(built, tmp_path):
    book = without_builds(built, tmp_path / "book")
    plainly(book, "jupyter-book", "config", "sphinx", ".")
    with open(book / "conf.py", "a", encoding="utf-8") as settings:
        settings.write(ALLOW)
    said = plainly(book, "sphinx-build", "-W", "-n", "-j", "4", "-b", "html", "-d", "_build/trees", ".", "_build/html")
    for step in ("reading sources", "writing output"):
        assert re.search(rf"{step}\.\.\. .*\w \.\. \w", said), said  # in chunks, one for each process
    assert pages(book / "_build" / "html") == pages(built / "_build" / "html")


def test_nbval_alone_holds_a_chapter_to_its_outputs(built, tmp_path):
    book = without_builds(built, tmp_path / "book")
    shutil.copy(ROOT / "conftest.py", book)
    assert run(book, "newpip_book", "refresh", **WHEN).returncode == 0
    plainly(book, "pytest", "--nbval", "-p", "no:cacheprovider", "chapters")
