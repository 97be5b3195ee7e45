"""Labels of results: patterns with places, words, cells of tables and other results, and what is wrong with a list."""

import pytest

from newpip import data
from newpip_book.authoring import labels, published
from newpip_book.authoring.notebooks import ROOT

TEXTS = {"a.first": "2017", "a.growth.2018": "49%", "a.growth.2019": "50%", "a.share.low": "1%", "a.reading.whole": "3"}
ROWS = """{reading}=whole,if the year was whole
a.first,First year
a.growth.{year},"Growth from {result:a.first} to {year}"
a.share.{part},"Share of all, {part}"
a.reading.{reading},"Months, {reading}"
"""


@pytest.fixture
def book(tmp_path):
    """Return what writes a list of labels, and of renamed keys, and lists the problems."""
    (tmp_path / "book").mkdir()

    def problems(rows=ROWS, texts=TEXTS, whole=True, renamed=""):
        (tmp_path / labels.LABELS).write_text(f"pattern,label\n{rows}", encoding="utf-8")
        if renamed:
            (tmp_path / labels.RENAMED).write_text(f"old,new\n{renamed}", encoding="utf-8")
        return labels.problems(texts, whole, tmp_path)

    return problems


def label(key, rows=ROWS, texts=TEXTS):
    return labels.Labels([line.replace('"', "").split(",", 1) for line in rows.splitlines()]).label(key, texts)


def test_a_label_fills_its_places():
    assert label("a.first") == "First year"
    assert label("a.growth.2019") == "Growth from 2017 to 2019"
    assert label("a.share.low") == "Share of all, lower 95% limit"
    assert label("a.reading.whole") == "Months, if the year was whole"


@pytest.mark.parametrize("key", ["a.growth.second", "a.growth", "a.growth.2018.more", "a.reading.other", "b.first", ""])
def test_a_key_that_fits_no_pattern_has_none(key):
    assert label(key) == ""


def test_words_may_tell_of_other_results():
    rows = "{who}=all,all of {result:a.n}\na.{who}.share,Share of {who}\n"
    assert label("a.all.share", rows, {"a.n": "16"}) == "Share of all of 16"


def test_a_place_may_take_its_words_from_a_table():
    inputs = dict(data.load("scenario_inputs")[["input", "label"]].itertuples(index=False))
    rows = "a.{input},Worth: {input:scenario_inputs.label}\n"
    assert {key: label(f"a.{key}", rows) for key in inputs} == {key: f"Worth: {said}" for key, said in inputs.items()}
    assert label("a.nothing", rows) == ""


def test_a_list_that_fits_is_taken(book):
    assert book() == []


@pytest.mark.parametrize(
    ("change", "place", "held"),
    [
        ({"texts": TEXTS | {"b.new": "1"}}, "book/result-labels.csv:", "'b.new' has no label"),
        ({"rows": ROWS + "b.old,Something gone\n"}, "book/result-labels.csv:7:pattern:", "no result fits 'b.old'"),
        ({"rows": ROWS + "a.growth.2018,Twice\n"}, "book/result-labels.csv:7:pattern:", "rows 4 and 7"),
        ({"rows": ROWS.replace("First year", "a.first")}, "book/result-labels.csv:3:label:", "is its key"),
        ({"rows": ROWS.replace("First year", "")}, "book/result-labels.csv:3:label:", "empty"),
        ({"rows": ROWS.replace("result:a.first", "result:a.last")}, "book/result-labels.csv:4:label:", "'a.last'"),
        ({"rows": ROWS.replace("to {year}", "to {day}")}, "book/result-labels.csv:4:label:", "no place"),
        ({"rows": ROWS.replace("to {year}", "to {year")}, "book/result-labels.csv:4:label:", "a brace"),
        ({"rows": ROWS.replace("a.first,", "a first,")}, "book/result-labels.csv:3:pattern:", "no key"),
        ({"rows": ROWS.replace("a.growth.{year}", "a.{year}.{year}")}, "book/result-labels.csv:4:pattern:", "twice"),
        ({"rows": "{reading}=short,if short\n" + ROWS}, "book/result-labels.csv:2:pattern:", "'short' in the place"),
        ({"rows": ROWS + "b.{x},Of {x:nothing.label}\n"}, "book/result-labels.csv:7:label:", "no column of a table"),
        ({"rows": ROWS + "b.{x},Of {x:teams.nothing}\n"}, "book/result-labels.csv:7:label:", "no column of a table"),
        ({"rows": ROWS + "a.first,First year\n"}, "book/result-labels.csv:7:pattern:", "stands in row 3 too"),
        ({"renamed": "a.first,a.share.low\n"}, "book/renamed-results.csv:2:old:", "is a result of the book"),
        ({"renamed": "a.gone,a.nothing\n"}, "book/renamed-results.csv:2:new:", "no result 'a.nothing'"),
        ({"renamed": "a.gone,a.first\na.gone,a.share.low\n"}, "book/renamed-results.csv:3:old:", "row 2 too"),
    ],
)
def test_what_does_not_fit_is_one_line_with_its_place(book, change, place, held):
    found = book(**change)
    assert len(found) == 1 and found[0].startswith(place) and held in found[0] and "expected" in found[0], found


def test_on_some_results_alone_a_label_may_be_of_another(book):
    assert book(texts={"a.first": "2017"}, whole=False) == []


def test_a_renamed_key_leads_to_the_new_one(book, tmp_path):
    assert book(renamed="a.start,a.first\n") == []
    assert labels.renamed(tmp_path)[0] == {"a.start": "a.first"}


def test_a_list_is_required_once_a_number_is_published(tmp_path):
    assert labels.problems({}, root=tmp_path) == []
    assert len(labels.problems(TEXTS, root=tmp_path)) == 1


def test_every_result_of_the_book_has_a_label_of_its_own():
    texts, listed = published.texts(published.stored()), labels.read()[0]
    said = {key: listed.label(key, texts) for key in texts}
    assert len(said) > 500 and all(said.values())
    assert len(set(said.values())) == len(said), "one label, two results"
    assert not any(label == key or "{" in label or "?" in label for key, label in said.items())
    assert said["referrals.cagr"] == "Average yearly growth of referrals, 2017 to 2020"


def test_labels_are_prose_for_the_rules_of_words():
    (path, place, text) = next(labels.prose())
    assert path == ROOT / place and "{" not in text
    rows = (ROOT / place).read_text(encoding="utf-8").splitlines()
    assert len(text.split("\n")) == len(rows) and "Growth of referrals" in text
