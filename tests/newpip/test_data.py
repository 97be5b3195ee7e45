"""data/: every table fits its schema, every row has a source, and bad tables are named cell by cell."""

import json
import re
import shutil
from pathlib import Path

import pandas as pd
import pytest
from pybtex.database import parse_file

from newpip import data
from newpip.grades import GRADES
from newpip_book import cli
from tests.helpers import mostly_at_night

NAMES = [resource["name"] for resource in data.package()["resources"]]
BIBLIOGRAPHY = parse_file(Path(__file__).parents[2] / "book" / "references.bib").entries
PROVENANCE = {"source_id", "locator", "grade", "note"}
READ = {"source": ("whole", "part"), "abstract": ("whole", "part", "abstract")}  # of a document, for a row's grade
WRITTEN = {".csv", ".ipynb", ".json", ".md", ".py", ".txt", ".yml"}
OTHER_SCALE = re.compile(r"unverified|our-assumption|[,\"'`](verified|checked)[,\"'`\\]")
MIRRORS = re.compile(
    "zendy|scribd|docslib|medluna|acemap|tomesphere|readkong|wired-gov|nhsd.io|informahealthcare|zhixidata"
    "|core-prod|youthinmind|insum|//test[.]|fdocuments|dokumen|wilddata"
)


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
def test_every_row_says_where_it_is_from_and_how_far_it_was_read(name):
    frame, sources = data.load(name), data.load("sources")
    assert set(frame.columns) >= PROVENANCE
    assert set(frame["source_id"]) <= set(sources["source_id"])
    assert (frame["locator"] != "").all()
    for grade, enough in READ.items():
        read = set(sources.loc[sources["read"].isin(enough), "source_id"])
        assert set(frame.loc[frame["grade"] == grade, "source_id"]) <= read, f"the document was not read as {grade}"
    ours = frame["source_id"] == "thisbook"
    assert set(frame.loc[ours, "grade"]) <= {"assumption"} or name == "corrections"  # of what this book itself said


@pytest.mark.parametrize("name", [name for name in NAMES if name != "sources"])
def test_every_table_has_the_same_grades_in_the_same_order(name):
    fields = {field["name"]: field for field in data.resource(name)["schema"]["fields"]}
    columns = [one for one in fields if one.split("_")[-1] == "grade"]
    assert "grade" in columns
    assert all(fields[one]["constraints"]["enum"] == list(GRADES) for one in columns)


def test_no_word_of_another_scale_stands_anywhere():
    """One scale: a row that was once marked in other words would be read as if it stood outside it."""
    root = data.folder().parent
    found = [
        path.relative_to(root)
        for folder in ("data", "newpip", "book", "chapters")
        for path in (root / folder).rglob("*")
        if path.suffix in WRITTEN and OTHER_SCALE.search(path.read_text(encoding="utf-8"))
    ]
    assert not found


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
    mostly_at_night(
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
        every=4,
    ),
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


def test_guidance_is_named_as_its_source_is():
    guidance = data.load("guidance")
    assert (guidance["guidance_source"] == "nice" + guidance["guidance"].str.lower()).all()


# Rows that said otherwise until their documents were found in November 2026, and what the documents say.
FOUND = {
    ("reviews", "barlow2015_depression"): {"studies": 3, "participants": 278, "certainty": "low", "grade": "abstract"},
    ("reviews", "barlow2015_secure"): {"studies": 2, "participants": 168, "certainty": "very low", "grade": "abstract"},
    ("reviews", "barlow2015_disorganised"): {
        "studies": 2,
        "participants": 168,
        "certainty": "low",
        "grade": "abstract",
    },
    ("reviews", "barlow2015_overall"): {"certainty": "low or very low", "source_id": "barlow2015", "grade": "abstract"},
    ("outcomes", "norfolk_stay_86"): {"measure": "Cases offered therapy in which the baby stayed", "grade": "source"},
    ("outcomes", "norfolk_stay_77"): {
        "measure": "Babies of all families seen who stayed with parents",
        "grade": "source",
    },
    ("guidance", "ng26_psychotherapy"): {
        "guidance": "NG26",
        "guidance_source": "niceng26",
        "year": 2015,
        "grade": "secondary",
        "own_page_grade": "source",
    },
    ("economics", "norfolk_award"): {"value": 625000, "source_id": "cypnow", "grade": "secondary"},
    ("population", "Newcastle upon Tyne"): {"share_white": round(240002 / 300127, 4), "grade": "source"},
    ("attrition", "fonagy_quoted"): {"grade": "secondary"},
    ("reviews", "ohara2019_sensitivity_pooled"): {"grade": "memory"},
    ("guidance", "cg192_more"): {"own_page_grade": "memory"},
}


@pytest.mark.parametrize(("name", "row"), FOUND)
def test_rows_say_what_was_found(name, row):
    frame = data.load(name)
    found = frame.set_index(frame.columns[0]).loc[row]
    assert {column: found[column] for column in FOUND[name, row]} == FOUND[name, row]


def test_two_shares_of_one_project_have_their_own_bases():
    other = data.load("disagreements").set_index("disagreement_id").loc["norfolk_other"]
    link = data.load("links").set_index("link_id").loc["norfolk_other"]
    for text in (other["says_other"], link["to_label"]):
        assert "cases offered therapy" in text and "babies whose families came into the service" in text


def test_a_comparison_has_not_the_numbers_of_its_whole_review():
    pooled = data.load("reviews").query("kind == 'pooled'")
    assert not pooled["participants"].isin([521, 846, 1889, 5660]).any()


def test_sources_have_their_own_addresses():
    sources = data.load("sources").set_index("source_id")
    assert not sources["address"].str.contains(MIRRORS).any()
    assert not any(MIRRORS.search(entry.fields.get("url", "")) for entry in BIBLIOGRAPHY.values())
    assert sources.loc["salomonsson2015b", "doi"] == "10.1002/imhj.21478"
    assert sources.loc["pifteams2019", "address"].endswith("/our-work/campaigning/rare-jewels/")


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
