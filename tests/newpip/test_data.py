"""data/: every table fits its schema, every row has a source, and bad tables are named cell by cell."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pybtex.database import parse_file

from newpip import data
from newpip_book import cli

NAMES = [resource["name"] for resource in data.package()["resources"]]
BIBLIOGRAPHY = parse_file(Path(__file__).parents[2] / "book" / "references.bib").entries
PROVENANCE = {"source_id", "locator", "verified", "note"}


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """A copy of data/ to break."""
    folder = tmp_path / "data"
    shutil.copytree(data.folder(), folder)
    monkeypatch.setenv("NEWPIP_DATA", str(folder))
    return folder


def rewrite(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_table_fits_its_schema():
    assert data.check() == []


def test_every_file_is_described():
    described = {resource["path"] for resource in data.package()["resources"]}
    assert described == {path.name for path in data.folder().glob("*.csv")}


@pytest.mark.parametrize("name", NAMES)
def test_every_column_and_table_is_described(name):
    resource = data.resource(name)
    assert resource["description"] and resource["licenses"] and resource["sources"]
    assert resource["schema"]["primaryKey"]
    assert all(field["description"].strip() for field in resource["schema"]["fields"])


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sources"])
def test_every_row_says_where_it_is_from_and_how_far_it_was_checked(name):
    frame, sources = data.load(name), data.load("sources")
    assert set(frame.columns) >= PROVENANCE
    assert set(frame["source_id"]) <= set(sources["source_id"])
    assert (frame["locator"] != "").all()
    held = set(sources.loc[sources["held"], "source_id"])
    assert set(frame.loc[frame["verified"] == "checked", "source_id"]) <= held, "checked, but we do not hold the source"


@pytest.mark.parametrize("name", NAMES)
def test_loading_agrees_with_the_schema(name):
    frame = data.load(name)
    kinds = {"integer": "i", "number": "f", "boolean": "b", "date": "M"}
    for field in data.resource(name)["schema"]["fields"]:
        values = frame[field["name"]].dropna()
        if field["type"] != "string":
            assert values.dtype.kind == kinds[field["type"]] or values.empty, field["name"]
        if field.get("constraints", {}).get("required"):
            assert len(values) == len(frame) and (values.astype(str) != "").all(), field["name"]


def test_words_of_participants_are_not_here():
    """Quotation marks would be the first sign; gists are ours."""
    for name in ("excerpts", "codes", "themes"):
        text = (data.folder() / f"{name}.csv").read_text(encoding="utf-8")
        assert not set("\u201c\u201d\u2018") & set(text)


@pytest.mark.parametrize(
    ("table", "old", "new", "place"),
    [
        ("referrals.csv", "\n2018,88,", "\n2018,many,", "referrals.csv:3:referrals"),
        ("referrals.csv", "\n2018,88,", "\n2018,-88,", "referrals.csv:3:referrals"),
        ("referrals.csv", "\n2018,88,", "\n2018,8.8,", "referrals.csv:3:referrals"),
        ("referrals.csv", "\n2018,88,cullen2025", "\n2018,88,nobody2025", "referrals.csv:3"),
        ("referrals.csv", "\n2018,88,", "\n2017,88,", "referrals.csv:3"),
        ("referrals.csv", "year,referrals", "year,count", "referrals.csv"),
        ("participants.csv", "woman", "unsaid", "participants.csv:2:gender"),
        ("activity.csv", "2017-06-01", "01/06/2017", "activity.csv:2:start"),
    ],
)
def test_a_bad_cell_is_named_by_file_row_and_column(copy, table, old, new, place, capsys):
    rewrite(copy / table, old, new)
    assert cli.main(["check"]) == 2
    assert place in capsys.readouterr().err


def test_a_missing_table_is_named(copy, capsys):
    (copy / "referrals.csv").unlink()
    assert cli.main(["check"]) == 2
    assert "referrals.csv" in capsys.readouterr().err


def test_a_description_that_is_not_json_is_named(copy, capsys):
    (copy / "datapackage.json").write_text("{", encoding="utf-8")
    assert cli.main(["check"]) == 2
    assert "datapackage.json" in capsys.readouterr().err


@pytest.mark.parametrize(("cell", "expected"), [("many", "a whole number"), ("8.8", "a whole number")])
def test_loading_a_bad_cell_says_what_was_expected(copy, cell, expected):
    rewrite(copy / "referrals.csv", "\n2018,88,", f"\n2018,{cell},")
    with pytest.raises(data.DataError, match=rf"referrals.csv:3:referrals: '{cell}' was found, {expected}"):
        data.load("referrals")


def test_loading_needs_the_columns_of_the_schema(copy):
    rewrite(copy / "referrals.csv", "year,referrals", "year,count")
    with pytest.raises(data.DataError, match="referrals.csv:1:count: the column .count. is not described"):
        data.load("referrals")


def test_an_unknown_table_is_named():
    with pytest.raises(data.DataError, match="no table 'nothing'"):
        data.load("nothing")


def test_missing_cells_stay_missing(copy):
    described = json.loads((copy / "datapackage.json").read_text(encoding="utf-8"))
    assert any(resource["name"] == "recruitment" for resource in described["resources"])
    unknown = data.load("recruitment")["n"]
    assert unknown.dtype == "Int64" and unknown.isna().any()


def test_other_data_are_loaded_from_where_they_are_named(copy):
    rewrite(copy / "referrals.csv", "\n2018,88,", "\n2018,99,")
    assert 99 in data.load("referrals")["referrals"].tolist()


def test_facts_that_stand_in_two_tables_agree():
    """The service's single facts repeat what other tables hold; neither may drift from the other."""
    service = data.load("service").set_index("fact")["value"]
    participants = data.load("participants")
    parents = participants[participants["participant_group"] == "parent"].groupby("gender")["n"].sum()
    assert service["team_posts"] == data.load("staffing")["posts"].sum()
    assert service["parents_women"] == parents["woman"]
    assert service["parents_men"] == parents["man"]
    assert service["subthemes_in_table"] == len(data.load("themes"))
    interviewed = data.load("recruitment").query("stage == 'interviewed'").set_index("participant_group")["n"]
    pd.testing.assert_series_equal(
        interviewed.astype(int).sort_index(),
        participants.groupby("participant_group")["n"].sum(),
        check_names=False,
    )


def test_guidance_and_the_single_facts_about_it_agree():
    service, guidance = data.load("service").set_index("fact")["value"], data.load("guidance")
    assert service["pif_nice_documents"] == guidance["guidance"].nunique()
    years = data.load("sources").set_index("source_id")["year"]
    assert (guidance["guidance_source"].map(years) == guidance["year"]).all()
    assert (guidance["guidance_source"] == "nice" + guidance["guidance"].str.lower()).all()
    pages = guidance[["own_page", "own_page_source", "own_page_verified"]].eq("")
    assert pages.nunique(axis=1).eq(1).all(), "a page, whose it is and how far it was checked go together"


def test_sources_agree_with_the_bibliography():
    """The table of sources and the bibliography say the same of each document: neither may drift from the other."""
    sources = data.load("sources").set_index("source_id")
    assert set(BIBLIOGRAPHY) == set(sources.index)
    for key, entry in BIBLIOGRAPHY.items():
        row, fields = sources.loc[key], entry.fields
        assert _letters(fields["title"]) == _letters(row["title"]), key
        assert fields.get("doi", "") == row["doi"], key
        year = fields.get("year", "").strip("{}")
        assert ("" if pd.isna(row["year"]) else str(row["year"])) == (year if year.isdigit() else ""), key


def _letters(text):
    """Compare titles by their letters and digits alone: braces and dashes are BibTeX's own."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\\\W|[{}]", "", text).lower())
