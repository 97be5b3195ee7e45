"""Which cells changed since the pages were published is told to whoever has to mend a sentence."""

import shutil

import pytest

from newpip import data
from newpip_book.directives import moved_rows


@pytest.fixture
def published(tmp_path, monkeypatch):
    """The tables of the book, twice: as published, and to be changed."""
    own = data.folder()
    for name in ("published", "now"):
        shutil.copytree(own, tmp_path / name)
    monkeypatch.setattr(moved_rows, "_published", lambda: tmp_path / "published")
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path / "now"))
    return tmp_path / "now" / "referrals.csv"


def test_nothing_moved_where_nothing_changed(published):
    assert moved_rows.moved_rows({"referrals": ["year", "referrals"]}) == []


def test_a_changed_cell_is_named_with_both_its_values(published):
    published.write_text(published.read_text(encoding="utf-8").replace("2020,186", "2020,190"), encoding="utf-8")
    said = ["data/referrals.csv:5:referrals: '190', was '186'"]
    assert moved_rows.moved_rows({"referrals": ["year", "referrals"]}) == said
    assert moved_rows.moved_rows({"referrals": ["year"]}) == moved_rows.moved_rows({"teams": ["operating"]}) == []


def test_rows_that_came_and_went_are_named_by_their_key(published):
    lines = published.read_text(encoding="utf-8").splitlines(keepends=True)
    published.write_text("".join([*lines[:-1], lines[-1].replace("2020", "2021", 1)]), encoding="utf-8")
    assert moved_rows.moved_rows({"referrals": ["referrals"]}) == [
        "data/referrals.csv:5: the row 2021 is new",
        "data/referrals.csv: the row 2020 is gone",
    ]


def test_a_few_are_named_and_the_others_counted(published):
    text = published.with_name("sources.csv").read_text(encoding="utf-8")
    published.with_name("sources.csv").write_text(text.replace(",20", ",19"), encoding="utf-8")
    found = moved_rows.moved_rows({"sources": ["year"]})
    assert len(found) == moved_rows.FEW + 1 and found[-1].startswith("and ")


def test_before_anything_was_published_nothing_is_compared(published, monkeypatch, tmp_path):
    monkeypatch.setattr(moved_rows, "_published", lambda: tmp_path / "nowhere")
    published.write_text(published.read_text(encoding="utf-8").replace("2020,186", "2020,190"), encoding="utf-8")
    assert moved_rows.moved_rows({"referrals": ["referrals"]}) == []
