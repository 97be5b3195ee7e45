"""Another service's counts: from a workbook to tables, or to a line for everything that is wrong with it."""

import json
import shutil
import subprocess
import sys

import pandas as pd
import pytest
from openpyxl import load_workbook

from newpip import data, schema, workbook

PUBLISHED = data.folder()


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """A folder made for a service, with the example in it."""
    folder = tmp_path_factory.mktemp("services") / "harbour"
    workbook.create_folder(folder, "Harbour babies", PUBLISHED)
    return folder


@pytest.fixture
def folder(example, tmp_path):
    return shutil.copytree(example, tmp_path / "harbour")


def change(folder, sheet, cell, value):
    """Put a value in a cell of the workbook."""
    book = load_workbook(folder / workbook.BOOK)
    book[sheet][cell] = value
    book.save(folder / workbook.BOOK)


def convert(folder):
    workbook.convert(folder / workbook.BOOK, folder, PUBLISHED)


def refusal(folder):
    """What is said of a workbook that cannot be read; no table changes."""
    before = tables(folder)
    with pytest.raises(workbook.WorkbookError) as refused:
        convert(folder)
    assert tables(folder) == before and "expected" in str(refused.value)
    return str(refused.value)


def table(folder, name):
    return pd.read_csv(folder / f"{name}.csv", dtype=str, keep_default_na=False)


def tables(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".csv", ".json")}


def test_the_folder_has_every_table_and_passes_every_check(example):
    assert schema.check(example, "harbour") == []
    assert set(tables(example)) == set(tables(PUBLISHED))
    described = json.loads((example / "datapackage.json").read_text(encoding="utf-8"))
    ours = json.loads((PUBLISHED / "datapackage.json").read_text(encoding="utf-8"))
    assert described["resources"] == ours["resources"] and described["title"] == "Harbour babies"


@pytest.mark.parametrize(
    ("name", "column"),
    [("referrals", "year"), ("referrals", "referrals"), ("activity", "n"), ("activity", "start"), ("staffing", "role")],
)
def test_every_number_of_the_made_up_service_differs(example, name, column):
    assert set(table(example, name)[column]).isdisjoint(table(PUBLISHED, name)[column])


def test_every_fact_and_input_that_is_asked_for_differs(example):
    for name, column, asked in (("service", "fact", workbook.FACTS), ("scenario_inputs", "input", workbook.INPUTS)):
        values = ["value", "text"] if name == "service" else ["low", "central", "high"]
        own, theirs = (table(place, name).set_index(column)[values].loc[list(asked)] for place in (example, PUBLISHED))
        assert (own != theirs).any(axis=1).all()


def test_each_heading_says_what_its_column_holds(example):
    book = load_workbook(example / workbook.BOOK)
    for name, columns in workbook.SHEETS.items():
        said = {cell.value: cell.comment for cell in book[name][1]}
        assert all(said[column] and len(said[column].text) > 20 for column in columns)
        for column in columns:
            assert f"`{column}`:" in (example / "README.md").read_text(encoding="utf-8")


def test_what_follows_from_the_counts_is_filled_in(example):
    inputs = table(example, "scenario_inputs").set_index("input")["central"].astype(float)
    assert inputs["acceptance"] == pytest.approx(172 / 241, rel=1e-4)
    assert inputs["stay"] == 4 and inputs["team"] == 5 and inputs["dropout"] == 0.27
    counts = ["241", "253", "307"]  # the last three years', in order of size
    given = [table(example, name).set_index("input") for name in ("scenario_inputs", "scenario_presets")]
    assert [rows.loc["referrals", ["low", "central", "high"]].tolist() for rows in given] == [counts, counts]
    assert given[0].loc["referrals", "source_id"] == "own" and given[0].loc["births", "source_id"] == "onsbirths"
    readings = table(example, "exposure_readings").set_index("reading")["months_first_year"]
    assert readings.to_dict() == {"as_printed": "12", "opened_may": "10", "opened_june": "9"}
    assert table(example, "attrition").set_index("attrition_id").loc["newpip", "value"] == "0.27"
    events = table(example, "timeline").set_index("event")
    assert events.loc["referrals_open", "start"] == "2021-03-01"
    assert tuple(events.loc["activity_window", ["start", "end"]]) == ("2024-01-01", "2024-12-31")


def test_the_literature_and_the_interviews_stay(example):
    before, after = tables(PUBLISHED), tables(example)
    same = {name.removesuffix(".csv") for name in before if before[name] == after[name]}
    assert {"claims", "excerpts", "participants", "recruitment", "outcomes", "reviews", "services", "links"} <= same


def test_a_spreadsheet_as_people_keep_it_is_read(folder):
    """Dates that Excel knows, whole numbers with a point, columns in another order, empty rows and columns."""
    import datetime

    book = load_workbook(folder / workbook.BOOK)
    sheet = book["referrals"]
    for row, (year, count) in enumerate([("referrals", "year"), (70.0, 2019), (64, 2020), (81, 2021)], 1):
        sheet.cell(row, 1, year)
        sheet.cell(row, 2, count)
    for row in (5, 6):
        sheet.cell(row, 1).value = sheet.cell(row, 2).value = None
    for row in (2, 3):
        book["activity"].cell(row, 2, datetime.datetime(2020, 1, 1))
        book["activity"].cell(row, 3, datetime.date(2020, 12, 31))
    book["staffing"]["C2"] = True
    book["service"]["C2"] = "2019-06"
    book["service"]["B8"] = None
    book.save(folder / workbook.BOOK)
    convert(folder)
    assert table(folder, "referrals")[["year", "referrals"]].to_numpy().tolist() == [
        ["2019", "70"], ["2020", "64"], ["2021", "81"]
    ]  # fmt: skip
    assert table(folder, "activity")["end"].tolist() == ["2020-12-31"] * 2
    assert table(folder, "attrition").set_index("attrition_id").loc["newpip", "value"] == ""


WRONG = [
    ("referrals", "B3", "about 190", "sheet referrals, row 3, column referrals: 'about 190' was found"),
    ("referrals", "B3", "1,190", "sheet referrals, row 3, column referrals: '1,190' was found"),
    ("referrals", "B3", -4, "sheet referrals, row 3, column referrals: '-4' was found"),
    ("referrals", "B3", None, "sheet referrals, row 3, column referrals: the cell is empty"),
    ("referrals", "A3", 2021, "sheet referrals, row 3, column year: '2021' stands in row 2 too"),
    ("referrals", "A6", 2031, "sheet referrals, row 6, column year: 2031 after 2024 in row 5 cannot be"),
    ("referrals", "A1", "yr", "sheet referrals, row 1: the column year is missing"),
    ("activity", "B2", "01/02/2024", "sheet activity, row 2, column start: '01/02/2024' was found"),
    ("activity", "D3", 900, "sheet activity, row 3, column n: n 900 and 241 in sheet activity, row 2 cannot be"),
    (
        "activity",
        "B2",
        "2023-01-01",
        "sheet activity, row 3, column start: '2024-01-01' and '2023-01-01' in row 2 cannot be",
    ),
    ("staffing", "B2", 2.6, "sheet staffing, row 2, column posts: '2.6' was found"),
    ("staffing", "C2", "yes", "sheet staffing, row 2, column therapeutic: 'yes' was found"),
    ("staffing", "A2", "<b>worker</b>", "sheet staffing, row 2, column role: '<b>worker</b>' was found"),
    ("service", "A4", "stay", "sheet service, row 4, column fact: 'stay' was found"),
    ("service", "B4", None, "sheet service, row 4, column value: value left empty cannot be"),
    ("service", "B4", 9, "sheet service, row 4, column value: value 9 and 5 in sheet service, row 5 cannot be"),
    ("service", "B8", 140, "sheet service, row 8, column value: value 140 cannot be; expected: 0 <= value <= 100"),
    ("service", "C2", "spring", "sheet service, row 2, column text: 'spring' cannot be; expected: text is a month"),
    ("scenario_inputs", "C2", 9, "sheet scenario_inputs, row 2, column low: low 16 and central 9 cannot be"),
    (
        "referrals",
        "B4",
        90_000,
        "sheet referrals, row 4, column referrals: referrals 90000 and 20000 in table scenario_inputs, row 2",
    ),
    ("about", "B1", None, "sheet about, cell B1: the name of the service was expected"),
]


@pytest.mark.parametrize(("sheet", "cell", "value", "said"), WRONG, ids=[f"{w[0]}-{w[1]}-{w[2]}" for w in WRONG])
def test_what_is_wrong_is_named_by_sheet_row_and_column_and_no_table_changes(folder, sheet, cell, value, said):
    change(folder, sheet, cell, value)
    assert f"{workbook.BOOK}, {said}" in refusal(folder)


def test_all_that_is_wrong_is_said_at_once(folder):
    change(folder, "referrals", "B3", "many")
    change(folder, "staffing", "B2", "two")
    assert len(refusal(folder).splitlines()) == 2


def test_a_missing_sheet_is_named(folder):
    book = load_workbook(folder / workbook.BOOK)
    del book["staffing"]
    book.save(folder / workbook.BOOK)
    assert "sheet staffing: the sheet is missing" in refusal(folder)


@pytest.mark.parametrize("content", [b"", b"year,referrals\n2021,3\n", b"PK\x03\x04 broken"])
def test_what_is_no_workbook_is_refused(folder, content):
    (folder / workbook.BOOK).write_bytes(content)
    assert "a file of Excel (.xlsx) was expected" in refusal(folder)


def test_a_workbook_that_is_not_there_or_a_folder_is_named(folder):
    (folder / workbook.BOOK).unlink()
    assert refusal(folder).startswith(str(folder / workbook.BOOK))
    (folder / workbook.BOOK).mkdir()
    assert refusal(folder).startswith(str(folder / workbook.BOOK))


def test_nothing_that_is_there_is_overwritten_by_mistake(folder, tmp_path):
    before, letters = tables(folder), tmp_path / "letters"
    letters.mkdir()
    (letters / "letter.txt").write_text("Dear")
    with pytest.raises(workbook.WorkbookError, match="a new or empty folder was expected"):
        workbook.create_folder(folder, "Harbour babies", PUBLISHED)
    for place in (PUBLISHED, letters):
        with pytest.raises(workbook.WorkbookError, match="folder .*was expected"):
            workbook.convert(folder / workbook.BOOK, place, PUBLISHED)
    assert tables(folder) == before and [path.name for path in letters.iterdir()] == ["letter.txt"]


def test_tables_are_read_from_bytes_alone(example):
    """As a page reads them, which has no folder to write to."""
    read = workbook.read_tables((example / workbook.BOOK).read_bytes(), "mine.xlsx", PUBLISHED)
    assert {name: text.encode() for name, text in read.items()} == tables(example)


def test_it_needs_neither_the_engine_nor_posix_and_openpyxl_only_when_used():
    without = "for name in ('newpip_book', 'fcntl', 'pwd', 'grp', 'resource', 'termios'): sys.modules[name] = None"
    script = (
        f"import sys\n{without}\nfrom newpip import workbook\nassert not {{'openpyxl', 'pandas'}} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
