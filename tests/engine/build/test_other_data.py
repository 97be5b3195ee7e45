"""A book built on other tables with its schemas: it says so on each page, and marks or refuses what does not hold."""

import shutil

import pytest

from newpip_book.project import ROOT
from tests.helpers import files, run, small_book

MARK = "[For these data, this sentence does not hold.]"


@pytest.fixture(scope="module")
def other(tmp_path_factory):
    """The tables of the book with a first count that its sentence does not fit."""
    folder = shutil.copytree(ROOT / "data", tmp_path_factory.mktemp("tables") / "others")
    for name, old, new in (("referrals.csv", "2017,59,", "2017,9,"), ("datapackage.json", "The data behind", "Behind")):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def book(tmp_path_factory, other):
    """A small book, built on them with its sentences marked."""
    folder = small_book(tmp_path_factory.mktemp("book") / "small")
    done = run(folder, "newpip_book", "build", NEWPIP_DATA=str(other), NEWPIP_CLAIMS="mark")
    assert done.returncode == 0, done.stderr
    return folder


def pages(book):
    return book / "_build" / "services" / "others" / "html"


def test_every_page_says_so_and_the_book_as_published_is_left_alone(book):
    found = [path for part in ("book", "chapters") for path in (pages(book) / part).glob("*.html")]
    assert len(found) == 5
    assert all("Built on other data than the published: <strong>Behind" in path.read_text("utf-8") for path in found)
    assert (book / "_build" / "html" / "index.html").read_text() == "built before"


def test_what_does_not_hold_is_marked_beside_its_sentence(book):
    text = (pages(book) / "chapters" / "01-first.html").read_text(encoding="utf-8")
    assert MARK in text and MARK not in (pages(book) / "chapters" / "02-second.html").read_text(encoding="utf-8")


@pytest.mark.night
def test_without_the_marks_it_stops_the_build_and_leaves_the_pages(book, other):
    before = files(pages(book))
    done = run(book, "newpip_book", "build", NEWPIP_DATA=str(other))
    assert done.returncode == 2 and "no longer true" in done.stderr, done.stderr
    assert files(pages(book)) == before


@pytest.mark.parametrize("word", ["refresh", "pdf", "epub"])
def test_what_is_for_the_published_book_refuses_them(book, other, word):
    done = run(book, "newpip_book", word, NEWPIP_DATA=str(other))
    assert done.returncode == 2 and f"{word} is for the published data" in done.stderr
