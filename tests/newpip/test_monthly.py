"""Monthly counts: what they say of years, of a span and of those who left, and a workbook that holds them."""

import io

import pandas as pd
import pytest
from openpyxl import load_workbook

from newpip import data, monthly, schema, workbook

PUBLISHED = data.folder()


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


def test_a_month_that_a_spreadsheet_made_a_day_is_one_and_counts_may_be_missing():
    fine = rows(n=3, left=["", "1", ""])
    fine[2][1]["month"] += "-01"
    assert list(monthly.problems(fine)) == []


@pytest.fixture(scope="module")
def template():
    return workbook.monthly_workbook("Harbour babies", PUBLISHED)


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
    files = workbook.read_tables(content, "monthly.xlsx", PUBLISHED)
    return {
        name.removesuffix(".csv"): pd.read_csv(io.StringIO(text), dtype=str, keep_default_na=False)
        for name, text in files.items()
        if name.endswith(".csv")
    }


def test_the_template_gives_what_the_page_for_services_reads(template, tmp_path):
    tables = read(template)
    by_year = tables["referrals"].set_index("year")["referrals"]
    made_up = {name: sum(counts) for name, counts in workbook.MONTHLY.items()}
    assert by_year["2026"] == str(made_up["referrals"])
    assert by_year.index.tolist() == [str(year) for year in range(2021, 2027)]
    counted = tables["activity"].set_index("measure")
    assert counted["n"].to_dict() == {name: str(made_up[name]) for name in ("referrals", "families")}
    assert set(counted["start"]) == {"2026-01-01"} and set(counted["end"]) == {"2026-12-31"}
    share = made_up["left"] / (made_up["left"] + made_up["finished"])
    left = tables["attrition"].set_index("attrition_id").loc["newpip", "value"]
    assert float(left) == pytest.approx(share, abs=1e-5)
    (tmp_path / "monthly.xlsx").write_bytes(template)
    workbook.convert(tmp_path / "monthly.xlsx", tmp_path / "harbour", PUBLISHED)
    assert schema.check(tmp_path / "harbour", "harbour") == []


def test_the_template_is_the_same_at_every_call_and_says_what_each_column_holds(template):
    assert template == workbook.monthly_workbook("Harbour babies", PUBLISHED)
    book = load_workbook(io.BytesIO(template))
    kept = data.load("denominators")
    heads = book["months"][1]
    assert [cell.value for cell in heads] == ["month", *kept["denominator"]]
    assert all(len(cell.comment.text) > 20 for cell in heads)
    about = {row[0].value: row[1].value for row in book["about"].iter_rows()}
    assert all(says in about[name] for name, says in zip(kept["denominator"], kept["counted_as"], strict=True))
    assert "activity" not in book.sheetnames


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({"months__B4": "many"}, "sheet months, row 4, column referrals: 'many' was found, a whole number was"),
        ({"months__A5": "2026-07"}, "sheet months, row 5, column month: '2026-07' was found, 2026-04 was expected"),
        ({"months__B1": "letters"}, "sheet months, row 1: the column referrals is missing"),
        ({"months__R1": "letters"}, "sheet months, row 1: there is no column 'letters'"),
        ({"activity__sheet": ["measure"]}, "sheet activity: its counts follow from the sheet months"),
        ({"referrals__A6": 2026}, "sheet referrals, row 6, column year: '2026' was found, a year that the sheet"),
    ],
)
def test_what_does_not_fit_is_named_by_sheet_row_and_column(template, cells, said):
    with pytest.raises(workbook.WorkbookError) as refused:
        read(changed(template, **cells))
    assert f"monthly.xlsx, {said}" in str(refused.value) and "expected" in str(refused.value)


def test_a_note_beside_a_month_and_a_share_that_was_typed_are_left_alone(template):
    tables = read(changed(template, months__Q1="note", months__Q3="a strike", service__B8=31))
    assert tables["attrition"].set_index("attrition_id").loc["newpip", "value"] == "0.31"
