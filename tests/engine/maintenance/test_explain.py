"""newpip explain: what is said of a result, a claim, a figure, and of a row."""

import json

import pytest

from newpip import data
from newpip_book.maintenance import explain
from newpip_book.project import build_dir
from tests.engine.one_chapter import build


@pytest.fixture
def content(tmp_path, monkeypatch):
    """What a small book publishes."""
    found = json.loads((build(tmp_path, 12.5) / "results.json").read_text(encoding="utf-8"))
    monkeypatch.setattr(explain.exports, "published_content", lambda: found)
    return found


def test_a_result_is_told_with_its_words_and_its_program(content):
    lines = explain.explain("a.value")
    assert lines[:3] == ["a.value: 12.5 (12.5 things)", "The value", "Where: chapter, cell 2"]
    assert "Rests on: none of the tables" in lines and "Used in: chapter, index" in lines
    assert lines[-1] == 'number("a.value", 12.5, unit="things")'


def test_a_program_is_run_alone(content):
    assert explain.explain("a.value", run=True)[-1] == "Run now, on the published tables: 12.5, as published"
    assert explain.explain("above-ten", run=True)[-1] == "Run now, on the published tables: it holds"
    content["results"]["a.value"]["value"] = 13
    assert explain.explain("a.value", run=True)[-1].endswith("12.5, where 13 was published")


def test_a_program_that_stops_says_why(content):
    content["programs"] = dict.fromkeys(content["programs"], "1 / 0")
    assert explain.explain("a.value", run=True)[-1].endswith("it stops: ZeroDivisionError: division by zero")


def test_a_claim_is_told_with_its_sentence_and_what_it_compares(content):
    lines = explain.explain("above-ten")
    assert lines[:2] == ["above-ten: holds", "It is above ten."]
    assert any(line.startswith("Compared: the value with ten") for line in lines)


def test_a_renamed_result_is_found_by_its_old_name(content):
    content["replaced"]["a.former"] = "a.value"
    assert explain.explain("a.former") == explain.explain("a.value")


@pytest.mark.parametrize(
    ("key", "expected"), [("a.valu", "a.value"), ("referrals:2081", "2018"), ("nothing:1", "table")]
)
def test_what_is_not_there_is_named_with_what_is_near(content, key, expected):
    with pytest.raises(data.DataError, match=expected):
        explain.explain(key)


def test_a_row_names_what_rests_on_it(content):
    content["results"]["a.value"]["rows"] = {"referrals": ["2018", "2019"]}
    lines = explain.explain("referrals:2018")
    assert lines[0] == "referrals:2018, in referrals.csv:3"
    assert lines[1:3] == ["1 of 1 results rest on it:", "  a.value: The value"]
    assert "0 of 1 claims rest on it" in lines
    assert explain.explain("referrals:2020")[1] == "0 of 1 results rest on it"


def test_the_books_own_rows_are_known():
    """As the pages were built: referrals of a year move their growth, and nothing of another table."""
    found = json.loads((build_dir() / "html" / "results.json").read_text(encoding="utf-8"))["results"]
    assert found["referrals.growth.2018"]["tables"] == {"referrals": ["year", "referrals"]}
    assert found["service.closed"]["rows"] == {"service": ["accepts_referrals_until"]}
