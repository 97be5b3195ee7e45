"""What people type into a cell is read where it has one meaning."""

import datetime

import pytest

from newpip import typed
from newpip.spreadsheet import Cell, address


def said(reader, cell, *arguments):
    """Return what a reader makes of a cell; None where it has no meaning, or two."""
    try:
        return reader(cell if isinstance(cell, Cell) else Cell(cell), *arguments)
    except typed.Misread as wrong:
        assert str(wrong)
        return None


@pytest.mark.parametrize(
    ("cell", "whole", "value"),
    [
        ("1,200", True, 1200),
        ("1,200", False, None),
        ("1.200", True, None),
        ("1\u00a0200", True, 1200),
        ("1'200", True, 1200),
        ("1,200,300", True, 1_200_300),
        ("1.200,5", False, 1200.5),
        ("2,5", True, None),
        ("2,5", False, 2.5),
        ("0.500", False, 0.5),
        ("\u0661\u0662\u0660", True, 120),
        (120.0, True, 120),
        ("<5", True, None),
        ("-4", True, None),
        (True, True, None),
        (float("nan"), True, None),
        (1e300, True, None),
        (datetime.date(2021, 1, 1), True, None),
    ],
)
def test_a_number(cell, whole, value):
    found = said(typed.number, cell, "a number", whole)
    assert (found and found[0]) == value


@pytest.mark.parametrize(
    ("cell", "percent", "share"),
    [
        (Cell(0.27, percent=True), 27, 0.27),
        (Cell(1, percent=True), 100, 1),
        ("27 %", 27, 0.27),
        ("27,5 per cent", 27.5, 0.275),
        (27, 27, 0.27),
        (0.27, None, 0.27),
        (1, None, 1),
        (0, 0, 0),
        ("140%", None, None),
    ],
)
def test_a_share(cell, percent, share):
    for reader, value in ((typed.percent, percent), (typed.share, share)):
        found = said(reader, cell)
        assert (found and found[0]) == (value if value is None else pytest.approx(value))


@pytest.mark.parametrize(
    ("cell", "found"),
    [
        (2021, ("year", 2021, 1)),
        ("2021/22", ("year", 2021, 4)),
        ("2019-20", ("year", 2019, 4)),
        ("1999/2000", ("year", 1999, 4)),
        ("FY 21/22", ("year", 2021, 4)),
        ("FY2021", None),
        ("2005-06", None),
        ("2021/23", None),
        ("April 2021 to March 2022", ("year", 2021, 4)),
        ("1 Sept 2021 - 31 Aug 2022", ("year", 2021, 9)),
        ("year ending 31 March 2022", ("year", 2021, 4)),
        ("Mar-21", ("month", 2021, 3)),
        ("2021-05", ("month", 2021, 5)),
        (Cell(datetime.date(2021, 1, 1), year_only=True), ("year", 2021, 1)),
        (datetime.date(2021, 3, 31), ("month", 2021, 3)),
        (datetime.date(2021, 3, 14), None),
        ("20211", None),
        ("Total", None),
    ],
)
def test_a_year_or_month(cell, found):
    assert said(typed.period, cell) == found


@pytest.mark.parametrize(
    ("cell", "days"),
    [
        ("01/02/2024", ["2024-02-01", "2024-01-02"]),
        ("03/03/2024", ["2024-03-03"]),
        ("31.03.2024", ["2024-03-31"]),
        ("1st April 2023", ["2023-04-01"]),
        ("April 1, 2023", ["2023-04-01"]),
        ("Apr 2023", ["2023-04-30"]),
        ("2023-02-30", None),
        (45292, None),
    ],
)
def test_a_day(cell, days):
    found = said(typed.days, cell, True)
    assert (found and [str(day) for day in found]) == days


def test_a_cell_is_named_as_spreadsheets_do():
    assert [address(1, column) for column in (1, 26, 27, 702, 703)] == ["A1", "Z1", "AA1", "ZZ1", "AAA1"]
