"""Monthly counts: what they say of years, of a span and of those who left, and a workbook that holds them."""

import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from newpip import data, monthly, schema, service_form, workbook
from newpip.service_tables import EXAMPLE

PUBLISHED = data.folder()
MADE_UP = {  # for the year after those of the workbook's example
    "referrals": (22, 27, 31, 25, 29, 24, 26, 19, 33, 30, 28, 21),
    "families": (15, 19, 20, 18, 21, 17, 18, 13, 22, 21, 20, 14),
    "finished": (9, 10, 14, 11, 12, 13, 10, 9, 12, 15, 13, 8),
    "left": (3, 2, 4, 5, 3, 4, 2, 3, 4, 3, 5, 3),
}


def rows(first="2025-11", n=15, **counts):
    start = pd.Period(first, "M")
    given = {"referrals": range(1, n + 1), "families": [1] * n, **counts}
    columns = {name: list(map(str, values)) for name, values in given.items()}
    return [
        (at + 2, {"month": str(start + at), **{name: cells[at] for name, cells in columns.items()}}) for at in range(n)
    ]


def test_only_whole_years_are_added_up_and_the_span_is_all_months():
    fifteen = rows()  # November 2025 to January 2027
    assert monthly.years(fifteen, "2020-01") == {2026: sum(range(3, 15))}
    assert monthly.years(fifteen, "2025-11") == {2025: 3, 2026: sum(range(3, 15))}
    assert monthly.years(rows(n=3), "2020-01") == {}
    assert monthly.span(fifteen) == [
        {"measure": "referrals", "start": "2025-11-01", "end": "2027-01-31", "n": "120"},
        {"measure": "families", "start": "2025-11-01", "end": "2027-01-31", "n": "15"},
    ]
    assert monthly.span(rows("2027-12", 3))[0]["end"] == "2028-02-29"


def test_who_left_is_counted_among_those_who_ended():
    assert monthly.percent_left(rows(n=2, finished=[3, 4], left=[1, 2])) == "30"
    assert monthly.percent_left(rows(n=2, finished=[3, ""], left=[1, 2])) == ""
    assert monthly.percent_left(rows(n=2, finished=[0, 0], left=[0, 0])) == ""
    assert monthly.percent_left(rows(n=2)) == ""


@pytest.mark.parametrize(
    ("column", "cell", "said"),
    [
        ("month", "May", "row 3, column month: 'May' was found, a month as YYYY-MM was expected"),
        ("month", "2026-02", "row 3, column month: '2026-02' was found, 2025-12 was expected"),
        ("month", "2025-11", "row 3, column month: '2025-11' was found, 2025-12 was expected"),
        ("referrals", "", "row 3, column referrals: '' was found, a whole number was expected"),
        ("families", "2.5", "row 3, column families: '2.5' was found, a whole number was expected"),
        ("left", "-1", "row 3, column left: '-1' was found, a whole number was expected"),
    ],
)
def test_what_is_no_month_or_count_is_named(column, cell, said):
    wrong = rows(n=2)
    wrong[1][1][column] = cell
    assert list(monthly.problems(wrong)) == [said]


def queue(*waiting):
    """Rows in which four are referred each month and three leave the queue, each in one of its three ways."""
    flows = {"families_referred": [4] * len(waiting), "not_accepted": [1] * len(waiting)}
    return rows(n=len(waiting), **flows, never_began=[1] * len(waiting), waiting=waiting)


def test_the_queue_follows_from_the_row_before_where_all_is_counted():
    assert list(monthly.problems(queue(7, 8, 9))) == list(monthly.problems(queue(7, "", 3))) == []
    found = list(monthly.problems(queue(7, 8, 10), {"waiting": "Families waiting", "never_began": "Never"}))
    assert found == [
        "row 4, column Families waiting: 10 was found, 9 was expected: "
        "those of the row before and families_referred, less not_accepted, Never, families"
    ]


def test_a_month_that_a_spreadsheet_made_a_day_is_one_and_counts_may_be_missing():
    fine = rows(n=3, left=["", "1", ""])
    fine[2][1]["month"] += "-01"
    assert list(monthly.problems(fine)) == []


@pytest.fixture(scope="module")
def template():
    return service_form.monthly_workbook("Harbour babies", PUBLISHED)


@pytest.fixture(scope="module")
def filled(template):
    """The workbook as a service would fill it in, with the numbers of the example."""
    book = load_workbook(io.BytesIO(template))
    names = data.load("denominators").set_index("denominator")["label"]
    columns = {cell.value: cell.column for cell in book["months"][1]}
    for at in range(12):
        book["months"].cell(at + 2, 1).value = f"2026-{at + 1:02}"
        for name, counts in MADE_UP.items():
            book["months"].cell(at + 2, columns[names[name]]).value = counts[at]
    for sheet in ("referrals", "staffing", "service", "scenario_inputs"):
        for at, row in enumerate(EXAMPLE[sheet], 2):
            for column, cell in enumerate(row if row[0] != "service_dropout" else row[:1], 1):
                book[sheet].cell(at, column).value = cell
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def changed(template, **cells):
    """Put values into cells of the template, named sheet__cell; None for a cell takes a whole sheet away."""
    book = load_workbook(io.BytesIO(template))
    for place, value in cells.items():
        sheet, _, cell = place.rpartition("__")
        if cell == "sheet":
            book.create_sheet(sheet).append(value)
        else:
            book[sheet][cell] = value
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def read(content):
    files = workbook.read({"monthly.xlsx": content}).files()
    return {
        name.removesuffix(".csv"): pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        for name, text in files.items()
        if name.endswith(".csv")
    }


def test_a_filled_sheet_gives_what_the_page_for_services_reads(filled, tmp_path):
    tables = read(filled)
    by_year = tables["referrals"].set_index("year")["referrals"]
    made_up = {name: sum(counts) for name, counts in MADE_UP.items()}
    assert by_year["2026"] == str(made_up["referrals"])
    assert by_year.index.tolist() == [str(year) for year in range(2021, 2027)]
    counted = tables["activity"].set_index("measure")
    assert counted["n"].to_dict() == {name: str(made_up[name]) for name in ("referrals", "families")}
    assert set(counted["start"]) == {"2026-01-01"} and set(counted["end"]) == {"2026-12-31"}
    share = made_up["left"] / (made_up["left"] + made_up["finished"])
    left = tables["service"].set_index("fact").loc["service_dropout", "value"]
    assert float(left) == pytest.approx(100 * share, abs=1e-3)
    (tmp_path / "monthly.xlsx").write_bytes(filled)
    workbook.convert([tmp_path / "monthly.xlsx"], tmp_path / "harbour", published=PUBLISHED)
    assert tables["months"]["left"].tolist() == list(map(str, MADE_UP["left"]))
    assert schema.check(tmp_path / "harbour", "harbour") == []


def test_the_template_holds_no_number_and_says_under_the_table_what_each_column_holds(template):
    assert template == service_form.monthly_workbook("Harbour babies", PUBLISHED)
    book = load_workbook(io.BytesIO(template))
    kept = data.load("denominators")
    assert [cell.value for cell in book["months"][1]] == ["Month", *kept["label"]]
    under = {row[0]: row[2] for row in book["months"].iter_rows(min_row=2, values_only=True) if row[0]}
    assert dict(zip(kept["label"], kept["counted_as"], strict=True)).items() <= under.items()
    assert not [cell for sheet in book for row in sheet.values for cell in row if isinstance(cell, int | float)]
    assert book["months"].max_column <= 15, "a cell of the sixteenth column has a participant's label for a name"
    assert "activity" not in book.sheetnames
    with pytest.raises(workbook.WorkbookError, match="sheet months: no row is filled in"):
        read(template)


def test_ids_head_a_column_as_well_as_names(filled):
    kept = data.load("denominators")["denominator"]
    ids = {f"months__{'BCDEFGHIJKLMNO'[at]}1": name for at, name in enumerate(kept)}
    ours, theirs = read(filled), read(changed(filled, months__A1="month", **ids))
    assert all(ours[name].equals(theirs[name]) for name in ours)


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"months__B4": "many"}, "sheet months, cell B4 (referrals): 'many' was found, a whole number"),
        ({"months__A5": "2026-07"}, "sheet months, row 5, column Month: '2026-07' was found, 2026-04 was expected"),
        ({"months__B1": "letters"}, "sheet months, row 1: the column referrals is missing"),
        (
            {"months__C1": "referrals"},
            "sheet months, cells B1 and C1: the column referrals is there twice; once was expected",
        ),
        ({"activity__sheet": ["measure"]}, "sheet activity: its counts follow from the sheet months"),
        ({"referrals__A6": 2026}, "sheet referrals, cell A6 (year): '2026' was found, a year that the sheet"),
    ],
)
def test_what_does_not_fit_is_named_by_sheet_row_and_column(filled, cells, said):
    with pytest.raises(workbook.WorkbookError) as refused:
        read(changed(filled, **cells))
    assert f"monthly.xlsx, {said}" in str(refused.value)


def test_a_note_beside_a_month_and_a_share_that_was_typed_are_left_alone(filled):
    tables = read(changed(filled, months__Q1="note", months__Q3="a strike", service__B5=31))
    assert tables["service"].set_index("fact").loc["service_dropout", "value"] == "31"
