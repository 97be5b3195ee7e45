"""A build with nothing to do ends at once, and only then."""

import os

import pytest

from newpip_book import state
from newpip_book.build import fingerprint


@pytest.fixture
def book(tmp_path, monkeypatch):
    for name in (
        *fingerprint.FILES,
        "book/a.md",
        "chapters/a.ipynb",
        "newpip/a.py",
        "data/a.csv",
        "_build/html/a.html",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("before")
    monkeypatch.setattr(fingerprint, "ROOT", tmp_path)
    monkeypatch.setattr(fingerprint.project, "LIBRARY", tmp_path / "newpip")
    monkeypatch.setattr(fingerprint.data, "folder", lambda: tmp_path / "data")
    fingerprint.record(tmp_path / "_build" / "html", fingerprint.inputs_digest())
    return tmp_path


def test_nothing_changed(book):
    (book / "newpip" / "__pycache__").mkdir()
    (book / "newpip" / "__pycache__" / "a.pyc").write_text("Python's own")
    os.utime(book / "data" / "a.csv", (1, 1))
    assert fingerprint.is_up_to_date(book / "_build" / "html", fingerprint.inputs_digest())


@pytest.mark.parametrize(
    "name", ["_config.yml", "book/a.md", "chapters/a.ipynb", "newpip/a.py", "data/a.csv", "book/b.md", ".pyodide/a"]
)
def test_a_changed_or_new_file_counts(book, name):
    (book / name).parent.mkdir(exist_ok=True)
    (book / name).write_text("after")
    assert not fingerprint.is_up_to_date(book / "_build" / "html", fingerprint.inputs_digest())


def test_what_was_edited_while_the_book_was_built_or_bound_counts(book):
    html, before = book / "_build" / "html", fingerprint.inputs_digest()
    (book / "book" / "a.md").write_text("edited meanwhile")
    fingerprint.record(html, before)
    assert not fingerprint.is_up_to_date(html, fingerprint.inputs_digest())
    (html / "newpip.pdf").write_text("bound of the pages as they were")
    fingerprint.record_bound(html)
    assert not fingerprint.is_up_to_date(html, fingerprint.inputs_digest())
    (book / "book" / "a.md").write_text("before")
    assert fingerprint.is_up_to_date(html, fingerprint.inputs_digest())


def test_a_page_that_was_touched_or_lost_is_built_again(book):
    page = book / "_build" / "html" / "a.html"
    page.write_text("another")
    assert not fingerprint.is_up_to_date(page.parent, fingerprint.inputs_digest())
    page.unlink()
    assert not fingerprint.is_up_to_date(page.parent, fingerprint.inputs_digest())


def test_what_the_build_is_told_counts(book, monkeypatch):
    monkeypatch.setenv("NEWPIP_CLAIMS", "mark")
    assert not fingerprint.is_up_to_date(book / "_build" / "html", fingerprint.inputs_digest())


def test_a_file_that_a_page_includes_counts_wherever_it_is(book):
    html, changes = book / "_build" / "html", book / "CHANGELOG.md"
    changes.write_text("before")
    fingerprint.record_included(html.parent, {str(changes): fingerprint.file_digest(changes)})
    assert fingerprint.is_up_to_date(html, fingerprint.inputs_digest())
    changes.write_text("after")
    assert not fingerprint.is_up_to_date(html, fingerprint.inputs_digest())
    changes.unlink()
    assert not fingerprint.is_up_to_date(html, fingerprint.inputs_digest())


def test_a_note_that_is_not_there_or_cannot_be_read_is_no_promise(book):
    noted = book / "_build" / state.NAME
    noted.write_text("{")
    assert not fingerprint.is_up_to_date(book / "_build" / "html", fingerprint.inputs_digest())
    noted.unlink()
    assert not fingerprint.is_up_to_date(book / "_build" / "html", fingerprint.inputs_digest())
