"""Make the workbooks that another service fills in: one for yearly counts with a made-up example, one by months."""

import csv
import io
import re
from pathlib import Path

from newpip import workbook
from newpip.files import zip_bytes
from newpip.service_tables import ASKED, COLUMNS, EXAMPLE, FACTS, MONTHS, SHEETS, TOOL
from newpip.workbook import DEFINED, WorkbookError

BOOK = "service.xlsx"
KEPT = "denominators"  # the table that says what is counted each month
EMPTY_MONTHS = 24  # rows to fill in
NAMELESS = "Count people, never name them: nothing in this file should identify anybody."
HOW = (
    "Replace every row of the other sheets by your own; the rows there are made up.",
    "Point at a heading to read what its column holds. A sheet or row that says so may stay empty.",
    "The sheet scenario_inputs is for the commissioning tool alone; without it, the tool starts from illustrations.",
    NAMELESS,
)
HOW_MONTHLY = (
    f"Fill in the sheet {MONTHS}, a row a month; what each column holds is written under the table.",
    f"The other sheets are for a page on your service alone; the {BOOK} of newpip new-service has them "
    "with a made-up example.",
    NAMELESS,
)
GROUPS = (
    "For each group that you want to hear, copy this sheet and name the copy by the group. "
    f"The book reads the sheet {MONTHS} alone. Keep counts from one to four to yourself."
)


def create_folder(folder: Path, title: str, example: dict = EXAMPLE) -> None:
    """Write a folder for another service: a workbook filled with an example, and its tables.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that does not exist yet, or is empty.
    title : str
        The name of the service.
    example : dict
        From the name of a sheet to the rows that it is filled with.

    Raises
    ------
    WorkbookError
        When something is in the folder, or the name is none.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkbookError(f"{folder}: it is there already; a new or empty folder was expected")
    content = yearly_workbook(title, example)
    found = workbook.read({BOOK: content})
    workbook.write(folder, {BOOK: content, **found.files(), "README.md": _readme()})


def yearly_workbook(title: str, example: dict = EXAMPLE) -> bytes:
    """Make the workbook for yearly counts, with a made-up example in it.

    Parameters
    ----------
    title : str
        The name of the service.
    example : dict
        From the name of a sheet to the rows that it is filled with.

    Returns
    -------
    bytes
        The same at every call.

    Raises
    ------
    WorkbookError
        When the name holds what no cell can.
    """
    book = _about(title, HOW)
    for name in SHEETS:
        _add_sheet(book, name, example[name])
    return _repeatable(book)


def monthly_workbook(title: str, published: Path) -> bytes:
    """Make a workbook for counts kept month by month, without a number in it.

    Parameters
    ----------
    title : str
        The name of the service.
    published : pathlib.Path
        The tables of the book, which say what is counted.

    Returns
    -------
    bytes
        The same at every call; once filled in, :func:`newpip.workbook.read` reads it.
    """
    kept = list(csv.DictReader(io.StringIO((published / f"{KEPT}.csv").read_text(encoding="utf-8"))))
    book = _about(title, HOW_MONTHLY)
    _add_months(book.create_sheet(MONTHS), kept)
    for name in (one for one in SHEETS if one != "activity"):
        _add_sheet(book, name, [(row,) + (None,) * (len(SHEETS[name]) - 1) for row in ASKED.get(name, ())])
    return _repeatable(book)


def _add_months(sheet, kept):
    """Head a sheet with what is counted, leave rows to fill in, and write under them what each heading means."""
    from openpyxl.styles import Alignment, Border, Font, Side

    says = {"Month": "As 2026-01.", **{one["label"]: one["counted_as"] for one in kept}}
    sheet.append(list(says))
    _head(sheet, says)
    wide, line = len(says), Side(style="thin", color="999999")
    for row in sheet.iter_rows(1, EMPTY_MONTHS + 1, 1, wide):
        for cell in row:
            cell.alignment, cell.border = Alignment(wrap_text=True, vertical="top"), Border(*(line,) * 4)
    sheet.append([])
    for heading, meaning in [(DEFINED.capitalize(), None), *says.items(), ("Groups", GROUPS)]:
        sheet.append([heading, None, meaning])
        at = sheet.max_row
        sheet.cell(at, 1).font, sheet.cell(at, 3).alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.merge_cells(start_row=at, end_row=at, start_column=3, end_column=wide)
        sheet.row_dimensions[at].height = 15 * (1 + len(meaning or "") // 130)  # merged cells do not grow by themselves
    for column in range(1, wide + 1):
        sheet.column_dimensions[sheet.cell(1, column).column_letter].width = 11
    sheet.freeze_panes = "B2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight, sheet.sheet_properties.pageSetUpPr.fitToPage = 1, True


def _about(title, how):
    """Begin a workbook with its first sheet, which names the service and says how to fill in the rest."""
    from openpyxl import Workbook
    from openpyxl.utils.exceptions import IllegalCharacterError

    book = Workbook()
    about = book.active
    about.title = "about"
    try:
        for line in [("Name of the service", title), *(("", one) for one in how)]:
            about.append(line)
    except IllegalCharacterError:
        raise WorkbookError(f"{title!r}: a name of the service in one line of text was expected") from None
    about["B1"].data_type = "s"  # a name that begins as a formula does is none
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 90
    return book


def _add_sheet(book, name, example):
    """Add a sheet for a table, with its example and, where its rows are given, what each asks for."""
    sheet = book.create_sheet(name)
    meanings = _meanings(name)
    sheet.append([*SHEETS[name], *(["meaning"] if meanings else [])])
    for row in example:
        sheet.append([*row, *([meanings[row[0]]] if meanings else [])])
        if row[0] == "service_dropout" and row[1]:
            cell = sheet.cell(sheet.max_row, 2)
            cell.value, cell.number_format = float(row[1].rstrip("%")) / 100, "0%"
    _head(sheet, {column: _comment(name, column) for column in SHEETS[name]})
    for letter, width in zip("ABCDE", (26, 16, 16, 16, 80), strict=True):
        sheet.column_dimensions[letter].width = width


def _head(sheet, says):
    """Set the headings of a sheet apart, and say in a comment what each column holds."""
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    for cell in sheet[1]:
        cell.font = Font(bold=True)
        if cell.value in says:
            cell.comment = Comment(says[cell.value], "The book")


def _repeatable(book):
    """Save a workbook without the time of day at which it was saved."""
    from zipfile import ZipFile

    stream = io.BytesIO()
    book.save(stream)
    with ZipFile(stream) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    core = "docProps/core.xml"
    files[core] = re.sub(rb"\d{4}-\d\d-\d\dT[\d:.]+Z", b"1980-01-01T00:00:00Z", files[core])
    return zip_bytes(files)


def _meanings(name):
    """Say what each row of a sheet asks for, where its rows are given."""
    if name == "service":
        return FACTS
    if name == "scenario_inputs":
        return {one: f"{TOOL[one][0]} ({TOOL[one][1]}). {TOOL[one][3]}" for one in ASKED[name]}
    return {}


def _comment(table, column):
    """Describe a column: what it holds, and of what kind it is."""
    kind, _, says = COLUMNS[table][column]
    kinds = {"boolean": "yes or no", "date": "a day as 2024-01-31 or 31 January 2024", "integer": "a whole number"}
    return f"{says} ({kinds.get(kind, {'string': 'text'}.get(kind, kind))})"


def _readme():
    """Write what each column of the tables to fill in holds."""
    lines = [
        "# Counts of a service",
        "",
        f"Fill in {BOOK}; the tables beside it are made from it by newpip import-service.",
        "",
    ]
    for table, columns in SHEETS.items():
        lines += [f"## {table}", "", *(f"- `{column}`: {_comment(table, column)}" for column in columns), ""]
    return "\n".join(lines)
