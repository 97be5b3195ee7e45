"""Which tables, columns and rows a result rests on: those whose change moves it, and no others."""

import json
import os
from types import SimpleNamespace

import pytest

from newpip import data
from newpip_book.authoring import slices
from newpip_book.execution.forked_kernels import fork_context, run_in_process
from newpip_book.provenance import rests_on
from newpip_book.provenance.changes import Tables
from newpip_book.provenance.trace import Trace

FIELDS = [("year", "integer"), ("count", "integer"), ("kind", "string"), ("note", "string")]
ROWS = ["2017,5,a,one", "2018,9,b,two", "2019,7,a,three"]
IMPORTS = "from newpip.data import load\nfrom newpip.publish import claim, number, table\ncounts = load('counts')"


@pytest.fixture(autouse=True)
def tables(tmp_path, monkeypatch):
    """A folder with one table."""
    fields = [{"name": name, "type": kind} for name, kind in FIELDS]
    resource = {"name": "counts", "path": "counts.csv", "schema": {"fields": fields, "primaryKey": "year"}}
    (tmp_path / "datapackage.json").write_text(json.dumps({"name": "small", "resources": [resource]}))
    (tmp_path / "counts.csv").write_text("\n".join([",".join(name for name, _ in FIELDS), *ROWS]) + "\n")
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path))
    assert data.load("counts")["count"].sum() == 21


def compute(cells, folder, exact=True):
    """Compute what the publications of some cells rest on, on the tables of a folder."""
    os.environ["NEWPIP_DATA"] = folder
    notebook = SimpleNamespace(cells=[SimpleNamespace(cell_type="code", source=code) for code in cells])
    return rests_on.rests_on(Trace(slices.Chapter(notebook), Tables().install()), exact)


def rested(*cells, exact=True):
    """Compute it in a process of its own, which it is allowed to change."""
    return run_in_process(fork_context([]), compute, [IMPORTS, *cells], os.environ["NEWPIP_DATA"], exact)


def test_a_sum_rests_on_all_rows_of_its_column():
    found = rested("number('n', counts['count'].sum())")["n"]
    assert found["tables"] == {"counts": ["count"]} and found["rows"] == {"counts": [0, 1, 2]}


def test_what_counts_rows_rests_on_all_of_them_and_on_no_column():
    found = rested("number('n', len(counts))\nsize = counts.shape[0]\nclaim('few', size < 9)")
    for key in ("n", "claim.few"):
        assert found[key]["tables"] == {"counts": []} and found[key]["rows"] == {"counts": [0, 1, 2]}


def test_a_chosen_row_rests_on_itself_and_the_column_that_chooses():
    found = rested("number('n', counts.set_index('year')['count'][2018])")["n"]
    assert found["tables"] == {"counts": ["year", "count"]} and found["rows"] == {"counts": [1]}


def test_a_row_that_would_be_chosen_with_another_value_counts():
    found = rested("number('n', counts.loc[counts['kind'] == 'b', 'count'].sum())")["n"]
    assert found["tables"] == {"counts": ["count", "kind"]}
    assert found["rows"] == {"counts": [1]}  # another kind than a is no b


def test_the_largest_rests_on_whatever_could_become_it():
    found = rested("number('n', counts['count'].max())")["n"]
    assert found["rows"] == {"counts": [1]}  # by one more, no other row becomes the largest


def test_a_claim_rests_on_what_it_compares_whether_or_not_it_holds():
    cell = "first = counts.set_index('year')['count'][2018]\nfew = first < 100\nclaim('few', few, 'a count with 100')"
    assert rested(cell)["claim.few"]["rows"] == {"counts": [1]}


def test_a_result_of_no_table_rests_on_none():
    found = rested("number('n', 3)")["n"]
    assert found["tables"] == {} and found["rows"] == {}


def test_publications_of_one_loop_are_told_apart():
    cell = (
        "for row in counts.itertuples():\n    number(f'n.{row.year}', row.count)\n    number(f'k.{row.year}', row.kind)"
    )
    found = rested(cell.replace("row.count", "row[2]"))
    assert found["n.2018"]["tables"] == {"counts": ["year", "count"]}
    assert found["k.2018"]["tables"]["counts"] == ["year", "kind"]
    assert found["n.2018"]["rows"] == {"counts": [1]}


def test_what_fails_without_a_row_rests_on_it():
    found = rested("number('n', counts.set_index('kind')['year']['b'])")["n"]
    assert found["rows"] == {"counts": [1]}


def test_on_other_data_a_result_rests_on_all_that_its_program_loads():
    found = rested("number('n', counts['count'].max())", "number('m', 3)", exact=False)
    assert found["n"]["tables"] == {"counts": [name for name, _ in FIELDS]}
    assert found["n"]["rows"] == {"counts": [0, 1, 2]} and found["m"]["tables"] == {}


def test_of_a_table_the_rows_count_without_which_it_is_another():
    chosen = "counts.loc[counts['count'] > 6, ['year', 'count']]"
    found = rested(f"table('t', {chosen}, caption='Many')", f"number('n', len({chosen}))")
    assert found["t"]["rows"] == {"counts": [1, 2]} and found["n"]["rows"] == {"counts": [1, 2]}
