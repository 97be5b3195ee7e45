"""What numbers and claims would be if the data were otherwise: worked out by hand on a table of five rows."""

import json
import os
from types import SimpleNamespace

import pytest

from newpip_book import project
from newpip_book.authoring import alternatives, notebooks, slices
from newpip_book.execution.forked_kernels import fork_context, run_in_process
from newpip_book.provenance import outcomes, rests_on, what_if
from newpip_book.provenance.changes import Tables
from newpip_book.provenance.trace import Trace

NAMES = ["year", "count", "source_id", "grade"]
ROWS = [
    "2017,5,paper,source",
    "2018,9,paper,source",
    "2019,7,report,abstract",
    "2020,20,news,secondary",
    "2021,40,ours,assumption",
]
READINGS = ["reading,months", "printed,12", "short,8"]
IMPORTS = "from newpip.data import load\nfrom newpip.publish import claim, number\ncounts = load('counts')"
LIST = "alternative,label,table,row,column,value\n"
SHORT = "short,if the year was short,readings,printed,months,as short\n"


@pytest.fixture(autouse=True)
def tables(tmp_path, monkeypatch):
    """A book with two tables and a list of other readings."""
    kinds = dict.fromkeys(NAMES, "string") | {"year": "integer", "count": "integer"}
    counts = {"fields": [{"name": name, "type": kind} for name, kind in kinds.items()], "primaryKey": "year"}
    fields = [{"name": "reading", "type": "string"}, {"name": "months", "type": "integer"}]
    readings = {"fields": fields, "primaryKey": ["reading"]}
    resources = [
        {"name": "counts", "path": "counts.csv", "schema": counts},
        {"name": "readings", "path": "readings.csv", "schema": readings},
    ]
    (tmp_path / "book").mkdir()
    (tmp_path / "book" / "alternatives.csv").write_text(LIST + SHORT)
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "small", "resources": resources}))
    (tmp_path / "counts.csv").write_text("\n".join([",".join(NAMES), *ROWS]) + "\n")
    (tmp_path / "readings.csv").write_text("\n".join(READINGS) + "\n")
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path))
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(project, "data_label", str)  # these are this book's own tables
    return tmp_path


def compute(cells, folder, root):
    """Compute what the publications of some cells would be, on the tables of a folder."""
    os.environ["NEWPIP_DATA"], notebooks.ROOT, project.data_label = folder, root, str
    notebook = SimpleNamespace(cells=[SimpleNamespace(cell_type="code", source=code) for code in cells])
    trace = Trace(slices.Chapter(notebook), Tables().install())
    found = rests_on.rests_on(trace)
    what_if.what_if(trace, found)
    return {key: one["otherwise"] for key, one in found.items()}


def otherwise(*cells):
    """Compute it in a process of its own, which it is allowed to change."""
    folder = os.environ["NEWPIP_DATA"]
    return run_in_process(fork_context([]), compute, [IMPORTS, *cells], folder, notebooks.ROOT)


def test_rows_of_some_grades_judgements_and_sources_are_left_out():
    found = otherwise("number('total', counts['count'].sum())")["total"]
    assert found == {
        "without-unread": "61",
        "without-abstracts": "54",
        "coding:counts": "41",
        "source:paper": "67",
        "source:report": "74",
        "source:news": "61",
    }


def test_what_no_single_row_decides_is_tried_too():
    code = "same = counts.assign(grade='assumption')['grade']\nnumber('worst', sorted(counts['count'] * 0 + 1)[-1])"
    assert otherwise(code)["worst"]["source:paper"] == "1"


def test_what_concerns_no_row_of_a_result_is_not_tried():
    found = otherwise("first = counts[counts['year'] < 2019]\nnumber('first', first['count'].sum())")["first"]
    assert found == {"source:paper": "0"}


def test_a_claim_falls_holds_or_cannot_be_computed():
    found = otherwise("claim('last-most', counts['count'].iloc[-1] > 2 * counts['count'].iloc[-2])")["claim.last-most"]
    assert found["without-unread"] is True  # 40 > 2 x 7, the last but one being gone
    assert found["coding:counts"] is True  # 20 > 2 x 7
    found = otherwise("late = counts[counts['year'] > 2020]\nclaim('late', late['count'].gt(9).all())")["claim.late"]
    assert found["coding:counts"] is None  # of nothing anything is true
    assert found["source:paper"] is True
    found = otherwise("claim('many', counts['count'].sum() > 60)")["claim.many"]
    assert found["without-abstracts"] is False and found["source:news"] is True


def test_of_a_table_that_nothing_is_left_of_nothing_can_be_said(tables):
    (tables / "counts.csv").write_text("\n".join([",".join(NAMES), *ROWS[-1:]]) + "\n")
    code = "number('total', counts['count'].sum())\nclaim('few', counts['count'].sum() < 50)"
    found = otherwise(code)
    assert found["total"] == {"coding:counts": None} == found["claim.few"]


def test_a_failing_program_cannot_be_computed():
    found = otherwise("number('fifth', int(counts['count'].iloc[4]))")["fifth"]
    assert found["source:news"] is None


def test_another_reading_takes_the_place_of_the_one_that_is_used():
    rates = "months = load('readings').set_index('reading')['months']\n"
    found = otherwise(rates + "number('pace', 60 / months['printed'])")["pace"]
    assert found == {"reading:short": "7.5"}


def test_what_compares_two_readings_is_not_tried_on_one_twice():
    both = "months = load('readings').set_index('reading')['months']\nclaim('differ', months.nunique() > 1)"
    assert otherwise(both)["claim.differ"] == {}


@pytest.fixture
def recoded(tables):
    """A second coding of the counts, with other values in two rows and its rows in another order."""
    package = json.loads((tables / "datapackage.json").read_text())
    fields = [{"name": name, "type": "integer"} for name in ("year", "count")]
    package["resources"].append(
        {"name": "again", "path": "again.csv", "schema": {"fields": fields, "primaryKey": "year"}}
    )
    (tables / "datapackage.json").write_text(json.dumps(package))
    (tables / "again.csv").write_text("year,count\n2021,41\n2020,20\n2019,7\n2018,9\n2017,6\n")
    (tables / "book" / "alternatives.csv").write_text(LIST + "coder,by another,counts,*,count,from again\n")


def test_a_whole_column_takes_the_values_of_another_table(recoded):
    assert alternatives.read()[1] == ()
    assert otherwise("number('total', counts['count'].sum())")["total"]["reading:coder"] == "83"
    found = otherwise("number('sure', counts.query('2017 < year < 2021')['count'].sum())")["sure"]
    assert "reading:coder" not in found  # its rows are the same in both
    both = "again = load('again')['count']\nclaim('differ', again.sum() > counts['count'].sum())"
    assert "reading:coder" not in otherwise(both)["claim.differ"]


def test_random_draws_are_drawn_again():
    code = "rng = np.random.default_rng(counts['count'].iloc[0])\nnumber('drawn', int(rng.integers(1_000_000)))"
    found = otherwise("import numpy as np", code)["drawn"]
    assert found["source:paper"] not in (None, otherwise("import numpy as np", code)["drawn"]["source:news"])


def test_outcomes_are_said_in_words(tables):
    claim = {"text": "", "holds": True, "otherwise": {"reading:short": True, "source:a": False, "source:b": None}}
    assert outcomes.listed(claim, {"a": "A, 2020"}) == [
        ("if the year was short", "still true", "same"),
        ("without A, 2020", "no longer true", "other"),
        ("without b", "cannot be computed", "none"),
    ]
    assert outcomes.cell(claim, "reading", {}) == "still true"
    assert outcomes.cell(claim, "source", {}) == "no longer true without a; cannot be computed without b"
    assert outcomes.cell(claim, "coding", {}) == "\N{EN DASH}"
    firm = {"text": "", "holds": True, "otherwise": dict.fromkeys(["source:a", "source:b", "source:c"], True)}
    assert outcomes.listed(firm, {}) == [("without any one of 3 other sources", "still true", "same")]
    number = {"text": "5", "otherwise": {"without-unread": "5", "source:a": "6", "source:b": "5"}}
    assert outcomes.cell(number, "without-unread", {}) == "the same"
    assert outcomes.cell(number, "source", {}) == "the same 1 of 2 times; 6 without a"
    assert outcomes.survives(number) and not outcomes.survives(claim | {"otherwise": {"coding:x": None}})


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("x,words,nothing,printed,months,9", "book/alternatives.csv:3:table: no table 'nothing'"),
        ("x,words,readings,never,months,9", "book/alternatives.csv:3:row: readings has no row 'never'"),
        ("x,words,readings,printed,weeks,9", "book/alternatives.csv:3:column: readings has no column 'weeks'"),
        ("x,words,readings,printed,months,as long", "book/alternatives.csv:3:value: readings has no row 'long'"),
        ("short,words,readings,printed,months,9", "book/alternatives.csv:3"),
        ("x,words,readings,*,months,9", "book/alternatives.csv:3:value: '9' was found; from, and a table"),
        ("x,words,readings,*,months,from counts", "book/alternatives.csv:3:value: 'from counts' was found; from,"),
    ],
)
def test_a_list_that_does_not_fit_is_named_by_row_and_column(row, said, tables):
    (tables / "book" / "alternatives.csv").write_text(LIST + SHORT + row + "\n")
    rows, problems = alternatives.read()
    assert rows == [] and any(one.startswith(said) for one in problems), problems
