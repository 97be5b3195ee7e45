"""Another service's counts: understand the workbook that it keeps, and say how each part of it was understood."""

import re
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from pathlib import Path

from newpip import monthly, spreadsheet, typed
from newpip.cells import wrong_cell
from newpip.files import write_together
from newpip.service_tables import (
    ASKED,
    CHOSEN,
    COUNTED,
    EXAMPLE,
    FACTS,
    INPUTS,
    MONTHS,
    MORE_FACTS,
    MORE_INPUTS,
    NEEDED_FACTS,
    OWN,
    SHEETS,
    SOURCES,
    TOOL,
    UNITS,
    from_,
    package,
    text,
)
from newpip.spreadsheet import address
from newpip.typed import Misread, tidy

DESCRIBED = "datapackage.json"
DEFINED = "what is counted"  # the line on the sheet of months below which nothing is read
YEARS = range(2, 51)  # how many
MOST = 10_000_000  # of any count
LONGEST_NAME = 200
ABOUT = ("about", "info", "service name")
# How people head the columns, besides the names that the workbook to fill in has.
ALSO = {
    "year": ("years", "financial year", "calendar year", "fy", "fiscal year", "period", "month"),
    "referrals": (
        *(
            "number of referrals",
            "no of referrals",
            "no referrals",
            "total referrals",
            "referrals received",
            "n",
            "count",
        ),
        *("number", "referrals in year", "referrals in the year", "all referrals", "referral"),
    ),
    "measure": ("what", "what was counted", "counted"),
    "start": ("from", "start date", "first day", "date from", "begins"),
    "end": ("to", "end date", "last day", "date to", "until", "ends"),
    "n": ("number", "count", "total", "how many", "no"),
    "role": ("job title", "job role", "title of post", "staff", "post title", "title", "job", "roles"),
    "posts": (
        "fte",
        "wte",
        "whole time equivalents",
        "full time equivalents",
        "number of posts",
        "number",
        "no of posts",
        "posts fte",
        "posts wte",
        "post",
    ),
    "therapeutic": ("therapy", "does therapy", "therapist", "clinical", "does the post do therapy"),
    "fact": ("item", "question", "facts"),
    "value": ("answer", "number", "values"),
    "text": ("words", "in words", "comment"),
    "input": ("item", "inputs"),
    "low": ("lowest", "least", "minimum", "min"),
    "central": ("likely", "likeliest", "middle", "best guess", "most likely"),
    "high": ("highest", "most", "maximum", "max"),
    "month": ("months",),
}
OPTIONAL_COLUMNS = {"text"}
MEASURES = {
    "referrals": ("referral", "referrals received", "number of referrals"),
    "families": (
        "family",
        "families supported",
        "families seen",
        "families who began",
        "families helped",
        "number of families",
    ),
}
TOTAL = re.compile(r"(grand |sub-?|overall )?(totals?|sum|all years|all posts|overall|average|mean|all)\b.*")
SUMMED = re.compile(r"(grand |overall )?(totals?|sum|all years|all posts|all)\b.*")


class WorkbookError(RuntimeError):
    """What is wrong with a workbook or its folder, one line a problem: sheet, cell, what was expected."""


@dataclass(frozen=True)
class Reading:
    """What a workbook says.

    Attributes
    ----------
    title : str
        The name of the service.
    tables : dict of str to list of dict
        The rows of each table, as text.
    understood : list of str
        How each part was understood, where it was not as plain as the workbook to fill in has it.
    """

    title: str
    tables: dict
    understood: list

    def files(self):
        """Write the tables, and their description.

        Returns
        -------
        dict of str to str
            From the name of a file to its text.
        """
        files = {f"{name}.csv": text(name, rows) for name, rows in self.tables.items()}
        return files | {DESCRIBED: package(self.title, self.tables)}


@dataclass
class _Table:
    """Where a table was found on a sheet, and its rows."""

    sheet: spreadsheet.Sheet
    where: str
    head: int
    columns: dict
    rows: list = field(default_factory=list)  # of (number, {column: Cell})

    def place(self, row, column):
        """Name a cell for a message."""
        cell = f", cell {address(row, self.columns[column])}" if column in self.columns else f", row {row}"
        return f"{self.where}{cell} ({column})"


class _Notes:
    """Problems, and how things were understood, as they are met."""

    def __init__(self):
        self.problems, self.understood = [], []

    def wrong(self, where, found, expected):
        """Note a problem."""
        said = f"{found} was found, " if found else ""
        self.problems.append(f"{where}: {said}{expected}")

    def say(self, where, how):
        """Note how something was understood."""
        self.understood.append(f"{where}: {how}")

    def take(self, table, row, column, cells, reader, *arguments):
        """Read a cell, and note how, or what is wrong with it; None where it is empty or wrong."""
        where, cell = table.place(row, column), cells.get(column)
        if cell is None:
            self.wrong(where, "", f"the cell is empty; {_expected(reader, *arguments)}")
            return None
        try:
            value, how = reader(cell, *arguments)
        except Misread as wrong:
            self.wrong(where, repr(typed.shown(cell)), str(wrong))
            return None
        if how:
            self.say(where, f"{typed.shown(cell)!r} is taken as {how}")
        return value


def _expected(reader, *arguments):
    """Say what a reader expects, as it says it of a cell that it cannot read."""
    try:
        reader(spreadsheet.Cell("\u2014"), *arguments)
    except Misread as wrong:
        return str(wrong)
    return "text was expected"


def convert(files, folder, title="", published=None, before=None):
    """Turn a workbook into the tables of a folder: all of them, or, when anything is wrong, none.

    Parameters
    ----------
    files : list of pathlib.Path
        The workbook, or one CSV file for each sheet.
    folder : pathlib.Path
        Where the tables go.
    title : str
        The name of the service, where the workbook does not say it.
    published : pathlib.Path, optional
        A folder that holds other tables, and takes none.
    before : callable, optional
        Called with the reading before anything is written; what it raises leaves all as it was.

    Returns
    -------
    Reading

    Raises
    ------
    WorkbookError
        When the workbook or the folder is not what was expected; every problem at once.
    """
    if published is not None and folder.resolve() == published.resolve():
        raise WorkbookError(f"{folder}: these are the data of the published book; another folder was expected")
    if folder.exists() and not takes_tables(folder):
        raise WorkbookError(f"{folder}: no {DESCRIBED} is in it; a folder of newpip new-service was expected")
    found = read(read_files(files), title or named(folder))
    if before:
        before(found)
    write(folder, found.files())
    return found


def read_files(paths):
    """Read the bytes of a workbook's files.

    Parameters
    ----------
    paths : list of pathlib.Path

    Returns
    -------
    dict of str to bytes
        By the name of each file.

    Raises
    ------
    WorkbookError
        When one cannot be read.
    """
    files = {}
    for path in paths:
        try:
            if path.is_dir() or not path.is_file() and path.exists():
                raise WorkbookError(f"{path}: this is a folder or device; a workbook (.xlsx, .ods, .csv) was expected")
            if path.stat().st_size > spreadsheet.LARGEST:
                most = f"{spreadsheet.LARGEST:,} at most"
                raise WorkbookError(f"{path}: {path.stat().st_size:,} bytes were found, {most}: a workbook of counts")
            if path.name in files:
                raise WorkbookError(f"{path}: two files have this name; different names were expected")
            files[path.name] = path.read_bytes()
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise WorkbookError(f"{path}: {why}; a workbook (.xlsx, .ods, .csv) was expected") from None
    return files


def named(folder):
    """Return the name that the tables of a folder give their service; empty where there are none.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    str
    """
    import json

    try:
        return str(json.loads((folder / DESCRIBED).read_text(encoding="utf-8"))["title"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""


def takes_tables(folder):
    """Tell whether a folder is empty or holds tables.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    bool
    """
    return folder.is_dir() and ((folder / DESCRIBED).exists() or not any(folder.iterdir()))


def write(folder: Path, files: dict) -> None:
    """Write files into a folder, all or none.

    Parameters
    ----------
    folder : pathlib.Path
    files : dict of str to (str or bytes)
    """
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: content for name, content in files.items()})


def read(files, title=""):
    """Read a workbook, or one CSV file for each of its sheets, from bytes alone.

    Parameters
    ----------
    files : dict of str to bytes
        By the name of each file.
    title : str
        The name of the service, where the workbook does not say it.

    Returns
    -------
    Reading

    Raises
    ------
    WorkbookError
        With every problem at once.
    """
    notes, sheets, problems = _Notes(), [], []
    for name, content in files.items():
        try:
            found = spreadsheet.read(content, name)
        except spreadsheet.SpreadsheetError as error:
            problems.append(f"{name}: {error}")
            continue
        for sheet in found:
            alone = len(found) == 1 and name.lower().endswith((".csv", ".tsv", ".txt"))
            sheets.append((name if alone else f"{name}, sheet {sheet.name}", sheet))
            if sheet.how:
                notes.say(name, sheet.how)
    if problems:
        raise WorkbookError("\n".join(problems))
    first = next(iter(files))
    title = _title(sheets, title, first, notes)
    tables = _locate(sheets, first, notes)
    _stop(notes)
    found = _tables(tables, notes, first)
    _stop(notes)
    if not wrong_cell(title, {"type": "string"}):  # what a table cannot hold, sentences do without
        found["service"]["service_name"] = _fact("service_name", text_=title)
    return Reading(title, _filled(found), notes.understood)


def _stop(notes):
    """Stop where there are problems, with all of them."""
    if notes.problems:
        raise WorkbookError("\n".join(dict.fromkeys(notes.problems)))


def _title(sheets, given, first, notes):
    """Find the name of the service: on its sheet, else as it was given."""
    for where, sheet in sheets:
        if tidy(sheet.name) in ABOUT:
            cell = sheet.cells.get((1, 2))
            said = " ".join(str(cell.value).split()) if cell and not cell.unsaved else ""
            if not said and not given:
                notes.wrong(f"{where}, cell B1", "", "the name of the service was expected")
            given = said or given
            break
    if not given and not notes.problems:
        notes.wrong(
            first, "", "the name of the service was expected, in cell B1 of a sheet called about, or by --title"
        )
    if len(given) > LONGEST_NAME or not given.isprintable():
        notes.wrong(first, "", f"the name of the service was expected in one line of at most {LONGEST_NAME} characters")
    return given


def heading(value):
    """Write a heading so that it can be compared: without signs, brackets and line breaks.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    said = re.sub(r"\([^)]*\)|\[[^]]*\]", " ", tidy(value).replace("_", " "))
    said = re.sub(r"[^\w\s%]", " ", said)
    return " ".join(said.split()) or tidy(value)


def _names_of(table):
    """List the headings by which each column of a table is known; its own name first."""
    if table == MONTHS:
        own = {"month": ("month", *ALSO["month"]), "note": ("note", "notes")}
        return own | {name: (heading(name), heading(label)) for name, label in COUNTED.items()}
    return {column: (heading(column), *ALSO.get(column, ())) for column in SHEETS[table]}


def _needed(table):
    return monthly.NEEDED if table == MONTHS else [one for one in SHEETS[table] if one not in OPTIONAL_COLUMNS]


def _locate(sheets, first, notes):
    """Find each table: on the sheet of its name, else on the one whose headings are its own."""
    tables, taken = {}, set()
    wanted = [*SHEETS, MONTHS]
    by_name = {table: [one for one in sheets if heading(one[1].name).replace(" ", "_") == table] for table in wanted}
    if by_name[MONTHS] and by_name["activity"]:
        said = f"its counts follow from the sheet {MONTHS}; one of the two sheets was expected"
        notes.wrong(by_name["activity"][0][0], "", said)
        return tables
    for table in wanted:
        own = by_name[table]
        if len(own) > 1:
            notes.wrong(own[1][0], "", f"the sheet {table} is there twice; one was expected")
        elif own:
            taken.add(id(own[0][1]))
            if own[0][1].hidden:
                _refuse_hidden(table, own[0], sheets, notes)
            _add(tables, table, own[0], notes)
    for table in wanted:
        if by_name[table]:
            continue
        like = [one for one in sheets if id(one[1]) not in taken and tidy(one[1].name) not in ABOUT]
        like = [one for one in like if one[1].cells and _heads(one[1], table)]
        shown = [one for one in like if not one[1].hidden] or like
        if len(shown) == 1 and table != MONTHS:
            taken.add(id(shown[0][1]))
            notes.say(shown[0][0], f"by its headings, this is taken as the sheet {table}")
            _add(tables, table, shown[0], notes)
        elif len(shown) > 1 and table != MONTHS:
            also = " and ".join(where for where, _ in shown)
            notes.wrong(also, "", f"more than one sheet could be {table}; name the right one {table}")
        elif table not in (MONTHS, "scenario_inputs") and not (by_name[MONTHS] and table in ("referrals", "activity")):
            also = f", in a file {table}.csv beside this one" if first.lower().endswith(".csv") else ""
            asked = f"one with the columns {', '.join(SHEETS[table])} was expected{also}"
            notes.wrong(f"{first}, sheet {table}", "", f"the sheet is missing; {asked}")
    for where, sheet in sheets:
        if id(sheet) not in taken and sheet.cells and tidy(sheet.name) not in ABOUT:
            notes.say(where, f"{'hidden, and ' if sheet.hidden else ''}not asked for, not read")
    return tables


def _refuse_hidden(table, own, sheets, notes):
    """Refuse a hidden sheet beside one that is not, where both could be meant."""
    for where, sheet in sheets:
        if sheet is not own[1] and not sheet.hidden and table != MONTHS and _heads(sheet, table):
            expected = f"show {own[1].name} if it counts; if not, delete it, and name the other {table}"
            notes.wrong(
                f"{own[0]}, and {where}", "", f"the first is hidden, and the second has the same headings: {expected}"
            )


def _heads(sheet, table):
    """List the rows of a sheet that hold all headings of a table, each with its columns."""
    names, found = _names_of(table), []
    rows = {}
    for (row, column), cell in sheet.cells.items():
        if isinstance(cell.value, str) and not cell.unsaved and len(cell.value) < 100:
            rows.setdefault(row, []).append((column, heading(cell.value)))
    for row, cells in sorted(rows.items()):
        columns = {}
        for name, known in names.items():
            for one in known:
                at = [column for column, said in sorted(cells) if said == one and column not in columns.values()]
                if at:
                    visible = [column for column in at if column not in sheet.hidden_columns] or at
                    columns[name] = visible[0] if len(visible) == 1 else visible
                    break
        if all(one in columns for one in _needed(table)):
            found.append((row, columns))
    return found


def _add(tables, table, found, notes):
    """Put the table that a sheet holds among those that were found, with its rows."""
    where, sheet = found
    heads = _heads(sheet, table) or _without_key(sheet, table)
    if sheet.hidden:
        notes.say(where, "the sheet is hidden; it is read all the same")
    if not heads:
        if not sheet.cells:
            notes.wrong(where, "", f"no row is filled in; the columns {', '.join(_needed(table))} were expected")
            return
        row, missing = _nearest_head(sheet, table)
        named_ = "column " + missing[0] + " is" if len(missing) == 1 else "columns " + ", ".join(missing) + " are"
        notes.wrong(f"{where}, row {row}", "", f"the {named_} missing; {', '.join(_needed(table))} were expected")
        return
    if len(heads) > 1:
        more = " and ".join(str(row) for row, _ in heads)
        notes.wrong(where, "", f"more than one table begins on this sheet, in rows {more}; one was expected")
        return
    head, columns = heads[0]
    twice = {name: at for name, at in columns.items() if isinstance(at, list)}
    for name, at in twice.items():
        cells = " and ".join(address(head, one) for one in at)
        notes.wrong(f"{where}, cells {cells}", "", f"the column {name} is there twice; once was expected")
    if twice:
        return
    found = _Table(sheet, where, head, columns)
    _say_beside(found, notes)
    _merged(found, table, notes)
    found.rows = _rows(found, table, notes)
    tables[table] = found


def _nearest_head(sheet, table):
    """Find the row that holds most headings of a table, and name those that it lacks."""
    names, best = _names_of(table), (1, list(_needed(table)))
    for row in sorted({row for row, _ in sheet.cells})[:30]:
        said = {heading(cell.value) for (at, _), cell in sheet.cells.items() if at == row}
        missing = [name for name in _needed(table) if not said & set(names[name])]
        if len(missing) < len(best[1]):
            best = row, missing
    return best


def _without_key(sheet, table):
    """Find headings where the column of the key has none: it stands before the others, and is filled below."""
    key, *others = _needed(table)
    names = _names_of(table)
    for row in sorted({row for row, _ in sheet.cells})[:30]:
        columns = {}
        for (at, column), cell in sorted(sheet.cells.items()):
            for name in [one for one in names if one != key] if at == row else ():
                if heading(cell.value) in names[name] and name not in columns:
                    columns[name] = column
                    break
        if all(one in columns for one in others):
            left = [c for c in range(1, min(columns.values())) if (row, c) not in sheet.cells]
            filled = [c for c in left if any(at > row and column == c for at, column in sheet.cells)]
            if len(filled) == 1:
                return [(row, {key: filled[0], **columns})]
    return []


def _say_beside(found, notes):
    """Say what stands on the sheet besides the table: above it, beside it, in hidden columns."""
    sheet, used = found.sheet, set(found.columns.values())
    above = sorted({row for row, _ in sheet.cells if row < found.head})
    if above:
        notes.say(found.where, f"the headings stand in row {found.head}; what is above them is not read")
    named_ = {column: cell for (row, column), cell in sheet.cells.items() if row == found.head}
    for name, column in found.columns.items():
        if column not in named_:
            notes.say(found.where, f"column {address(0, column)[:-1]} has no heading; it is taken as {name}")
        elif heading(named_[column].value) not in (heading(name), heading(COUNTED.get(name, name))):
            notes.say(found.where, f"the column {typed.shown(named_[column])!r} is taken as {name}")
        if column in sheet.hidden_columns:
            notes.say(found.where, f"column {address(0, column)[:-1]} ({name}) is hidden; it is read all the same")
    expected = {"meaning", "note", "source id", "locator", "grade"}
    beside = sorted({column for row, column in sheet.cells if row >= found.head} - used)
    said = [
        address(0, column)[:-1] + (f" ({typed.shown(named_[column])})" if column in named_ else " (no heading)")
        for column in beside
        if column not in named_ or heading(named_[column].value) not in expected
    ]
    if said:
        notes.say(found.where, f"{'columns' if len(said) > 1 else 'column'} {', '.join(said)}: not asked for, not read")


def _merged(found, table, notes):
    """Give each row the value of a merged cell, where it is a date or a text; a count so merged has no one meaning."""
    kinds = {"start", "end", "therapeutic"}
    for top, left, bottom, right in found.sheet.merged:
        names = [name for name, column in found.columns.items() if left <= column <= right]
        if bottom <= found.head or not names or (top, left) not in found.sheet.cells or top <= found.head:
            continue
        cells = f"{address(top, left)}:{address(bottom, right)}"
        inside = len(names) == 1 and left == right and bottom > top
        if inside and names[0] in kinds:
            for row in range(top, bottom + 1):
                found.sheet.cells[row, left] = found.sheet.cells[top, left]
            notes.say(f"{found.where}, cells {cells}", f"merged: {names[0]} is the same in each of these rows")
        elif inside or (len(names) > 1 and isinstance(found.sheet.cells[top, left].value, int | float)):
            notes.wrong(f"{found.where}, cells {cells}", "", "these cells are merged; a value in each was expected")


def _rows(found, table, notes):
    """Take the rows of a table up to its end; pass over totals, notes and another table below, and say so."""
    key, cells_of = _needed(table)[0], {}
    names = {column: name for name, column in found.columns.items()}
    for (row, column), cell in sorted(found.sheet.cells.items()):
        if row > found.head and column in names:
            cells_of.setdefault(row, {})[names[column]] = cell
    rows, before, numbers, apart = [], found.head, sorted(cells_of), False
    for _at, number in enumerate(numbers):
        cells = cells_of[number]
        if table == MONTHS and any(tidy(cell.value) == DEFINED for cell in cells.values()):
            break
        kind = _kind(table, key, cells, rows)
        apart, before = apart or number > before + 1, number
        if kind == "row" and apart and rows and _begins_another(table, key, cells):
            last = f"{number} to {numbers[-1]}" if numbers[-1] > number else f"{number}"
            said = f"another table begins in row {number}; row{'s' * (' ' in last)} {last}: not asked for, not read"
            notes.say(found.where, said)
            break
        if kind == "row":
            rows.append((number, cells))
            apart = False
        elif kind == "total":
            _hold_total(found, table, number, cells, rows, notes)
        elif kind == "note":
            said = typed.shown(next(iter(cells.values())))
            notes.say(f"{found.where}, row {number}", f"{said!r} is a remark, and not read")
    hidden = [number for number, _ in rows if number in found.sheet.hidden_rows]
    if hidden:
        said = ", ".join(map(str, hidden))
        notes.wrong(
            f"{found.where}, row {said}", "", "hidden, with counts in it; show it if it counts, delete it if not"
        )
    if not rows:
        notes.wrong(found.where, "", "no row is filled in; at least one was expected")
    return rows


def _kind(table, key, cells, rows):
    """Tell a row of counts from a total and from a remark."""
    first = cells.get(key)
    others = [cell for name, cell in cells.items() if name not in (key, "note")]
    said = tidy(first.value) if first is not None else ""
    if (
        first is not None
        and isinstance(first.value, str)
        and TOTAL.fullmatch(said)
        and table in ("referrals", "staffing", MONTHS)
    ):
        return "total"
    valued = [
        cell for cell in others if not isinstance(cell.value, str) or re.search(r"\d", cell.value) or cell.unsaved
    ]
    if first is None:
        unnamed = table in ("referrals", "staffing") and len(others) == 1 and valued and rows
        summed = _sum_of(table, rows) if unnamed else None
        if summed is not None and _plain_number(others[0]) == summed:
            return "total"
        return "row" if valued else "note"
    if others:
        return "row"
    return "row" if _is_key(table, first) else "note"


def _is_key(table, cell):
    """Tell whether a cell could name a row of the table."""
    if table in ("referrals", MONTHS):
        try:
            typed.period(cell)
        except Misread:
            return not isinstance(cell.value, str)
        return True
    if table == "staffing":
        return False  # a role alone, with no posts beside it
    known = [*MEASURES] if table == "activity" else [*ASKED.get(table, ()), *MORE_FACTS, *MORE_INPUTS]
    return _known(cell, known) is not None


def _known(cell, known):
    """Return the one of some ids that a cell names, be it with spaces or in capitals."""
    said = heading(cell.value)
    also = {heading(name): one for one, more in MEASURES.items() for name in more if one in known}
    return {heading(one): one for one in known}.get(said) or also.get(said)


def _begins_another(table, key, cells):
    """Tell whether a row that follows an empty one heads another table: text alone, none of it a row of this table."""
    words = all(isinstance(cell.value, str) and not re.search(r"\d", cell.value) for cell in cells.values())
    return words and not (key in cells and _is_key(table, cells[key]))


def _plain_number(cell):
    try:
        return typed.number(cell, "a number", False)[0]
    except Misread:
        return None


def _sum_of(table, rows):
    """Add up what a row of totals would; None where it cannot be."""
    column = "posts" if table == "staffing" else "referrals"
    values = [_plain_number(cells[column]) if column in cells else None for _, cells in rows]
    return None if None in values else sum(values)


def _hold_total(found, table, number, cells, rows, notes):
    """Pass over a row of totals; where it says another sum than that of its rows, one of the two is wrong."""
    column = "posts" if table == "staffing" else "referrals"
    said = cells.get(_needed(table)[0])
    value, summed = _plain_number(cells[column]) if column in cells else None, _sum_of(table, rows)
    is_sum = said is None or SUMMED.fullmatch(tidy(said.value))
    if is_sum and None not in (value, summed) and abs(value - summed) > 1e-6 * max(1, summed):
        expected = f"{summed:g} was expected, the sum of the rows above; mend the rows or the total"
        notes.wrong(found.place(number, column), f"a total of {value:g}", expected)
        return
    name = f"{typed.shown(said)!r}, " if said is not None else ""
    notes.say(f"{found.where}, row {number}", f"{name}a total of the rows above, is not counted again")


def _tables(found, notes, first):
    """Read the cells of all tables."""
    service = _service(found["service"], notes)
    if MONTHS in found:
        months = _months(found[MONTHS], notes)
        _stop(notes)
        opened = service.get("accepts_referrals_from", {}).get("text", "")
        years = monthly.years(months, opened) if months else {}
        referrals = _years(found["referrals"], notes, opened, years) if "referrals" in found else ({}, 1)
        activity = monthly.span(months) if months else []
        left = service.get("service_dropout")
        if months and not (left and left["value"]):
            service["service_dropout"] = _fact("service_dropout", monthly.percent_left(months))
    else:
        months, years = [], {}
        opened = service.get("accepts_referrals_from", {}).get("text", "")
        referrals, activity = _years(found["referrals"], notes, opened), _activity(found["activity"], notes)
    counts, begins = {**referrals[0], **years}, referrals[1]
    place = found.get("referrals", found.get(MONTHS))
    if not notes.problems:
        _hold_years(place.where, counts, begins, opened, notes)
    if begins != 1:
        service["year_begins"] = _fact("year_begins", str(begins))
    staffing = _staffing(found["staffing"], notes)
    inputs = _inputs(found["scenario_inputs"], notes) if "scenario_inputs" in found else {}
    if inputs == {name: list(map(float, three)) for name, *three in EXAMPLE["scenario_inputs"]}:
        notes.say(
            found["scenario_inputs"].where,
            "its rows are those of the made-up example; the tool starts from illustrations",
        )
        inputs = {}
    if counts == dict(EXAMPLE["referrals"]):
        notes.say(place.where, "its rows are still those of the made-up example")
    if [(row["role"], float(row["posts"])) for row in staffing] == [
        (role, posts) for role, posts, _ in EXAMPLE["staffing"]
    ]:
        notes.say(found["staffing"].where, "its rows are still those of the made-up example")
    return {
        "counts": counts,
        "activity": activity,
        "staffing": staffing,
        "service": service,
        "inputs": inputs,
        "months": months,
    }


def _count(cell):
    """Read a count."""
    value, how = typed.number(cell, "a whole number (such as 1234)", True)
    if value > MOST:
        raise Misread(f"a whole number of at most {MOST:,} was expected")
    return int(value), how


def _years(table, notes, opened, counted=()):
    """Read referrals by year; months are added up to years."""
    found = {}
    for number, cells in table.rows:
        period = notes.take(table, number, "year", cells, lambda cell: (typed.period(cell), ""))
        count = notes.take(table, number, "referrals", cells, _count)
        if period is None or count is None:
            continue
        if period in found:
            said = repr(typed.shown(cells["year"]))
            notes.wrong(
                table.place(number, "year"), said, f"it stands in row {found[period][0]} too; once was expected"
            )
        if period[0] == "year" and period[1] in counted:
            said = f"a year that the sheet {MONTHS} does not give was expected"
            notes.wrong(table.place(number, "year"), repr(str(period[1])), said)
        found.setdefault(period, (number, count))
    kinds = {(kind, month if kind == "year" else 0) for kind, _, month in found}
    if len(kinds) > 1:
        notes.wrong(
            table.where, "years of different kinds", "calendar years, or financial years, throughout were expected"
        )
        return {}, 1
    kind, begins = next(iter(kinds), ("year", 1))
    if kind == "month":
        return _months_to_years(table, found, opened, notes), 1
    if begins != 1:
        name = typed.NAMES
        month = next(word for word, at in name.items() if at == begins).capitalize()
        notes.say(table.where, f"the years are taken as financial years that begin in {month}, each named by its first")
    counts = {year: count for (_, year, _), (_, count) in found.items()}
    if list(counts) != sorted(counts):
        notes.say(table.where, "the years are put in order")
    return counts, begins


def _months_to_years(table, found, opened, notes):
    """Add up months that stand where years were asked for."""
    places = sorted((year * 12 + month - 1, count) for (_, year, month), (_, count) in found.items())
    for (one, _), (after, _) in pairwise(places):
        if after != one + 1:
            said = f"{(one + 1) // 12}-{(one + 1) % 12 + 1:02}"
            notes.wrong(table.where, f"no row for {said}", "a row for each month was expected")
            return {}
    rows = [(0, {"month": f"{at // 12}-{at % 12 + 1:02}", "referrals": str(count)}) for at, count in places]
    years = monthly.years(rows, opened)
    left_out = sorted({at // 12 for at, _ in places} - set(years))
    notes.say(
        table.where, f"its rows are months; they are added up to the years {', '.join(map(str, years)) or 'none'}"
    )
    if left_out:
        notes.say(table.where, f"of {', '.join(map(str, left_out))} not all months are there, so that year is left out")
    return years


def _hold_years(where, counts, begins, opened, notes):
    """Hold the years to each other: enough of them, none left out, none before the service opened."""
    years = sorted(counts)
    if len(years) not in YEARS:
        few = f"{len(years)} year{'s' * (len(years) != 1)} of referrals"
        notes.wrong(where, few, f"from {YEARS[0]} to {YEARS[-1]} whole years were expected")
        return
    missing = sorted(set(range(years[0], years[-1])) - set(years))
    if missing:
        notes.wrong(
            where, f"no row for {', '.join(map(str, missing))}", "each year between was expected, 0 where none came"
        )
    if opened:
        year, month = map(int, opened.split("-"))
        first = year if month >= begins else year - 1
        if first > years[0]:
            expected = f"a month in or before the first year of referrals, {years[0]}, was expected"
            notes.wrong(f"{where}, and the fact accepts_referrals_from", opened, expected)


def _activity(table, notes):
    """Read how many referrals and families there were in a span of time."""
    rows, days = {}, {}
    for number, cells in table.rows:
        measure = _known(cells["measure"], MEASURES) if "measure" in cells else None
        if measure is None:
            said = repr(typed.shown(cells["measure"])) if "measure" in cells else ""
            notes.wrong(table.place(number, "measure"), said, "referrals or families was expected")
            continue
        if measure in rows:
            notes.wrong(table.place(number, "measure"), measure, f"it stands in row {rows[measure][0]} too")
        rows[measure] = number, notes.take(table, number, "n", cells, _count)
        for name in ("start", "end"):
            if name in cells or measure == "referrals":
                found = notes.take(
                    table, number, name, cells, lambda cell, at: (typed.days(cell, at), ""), name == "end"
                )
                if found:
                    days[measure, name] = found, number, cells[name]
    for measure in MEASURES:
        if measure not in rows:
            notes.wrong(table.where, "", f"the row {measure} is missing; it was expected")
    if notes.problems:
        return []
    chosen = _one_way_round(table, days, notes)
    for name in ("start", "end"):
        if ("families", name) not in days:
            chosen["families", name] = chosen.get(("referrals", name))
            notes.say(table.place(rows["families"][0], name), "empty; taken to be as for referrals")
    if not notes.problems:
        _hold_span(table, rows, chosen, notes)
    return [
        {"measure": measure, "start": str(chosen[measure, "start"]), "end": str(chosen[measure, "end"]), "n": str(n)}
        for measure, (_, n) in sorted(rows.items(), reverse=True)
        if not notes.problems
    ]


def _one_way_round(table, days, notes):
    """Decide whether the day or the month stands first, where that is not plain, by the other dates of the sheet."""
    first = set()
    for found, _, cell in days.values():
        parts = re.match(r"(\d\d?)\s*[./ -]\s*(\d\d?)\s*[./ -]\s*\d", tidy(cell.value))
        if parts and len(found) == 1 and parts[1] != parts[2]:
            first.add("day" if int(parts[1]) > 12 else "month")
    chosen = {}
    for place, (found, number, cell) in days.items():
        where, said = table.place(number, place[1]), repr(typed.shown(cell))
        if len(found) > 1 and len(first) != 1:
            ways = " or ".join(f"{one.day} {one:%B %Y}" for one in found)
            notes.wrong(
                where,
                said,
                f"one day was expected, and it could be {ways}; type the month in words",
            )
            continue
        chosen[place] = found[0] if len(found) == 1 or first == {"day"} else found[1]
        if not isinstance(cell.value, date) and tidy(cell.value) != str(chosen[place]):
            notes.say(where, f"{said} is taken as {chosen[place].day} {chosen[place]:%B %Y}")
    return chosen


def _hold_span(table, rows, chosen, notes):
    """Hold the span to itself: the same for both counts, in order, and no more families than referrals."""
    for name in ("start", "end"):
        both = chosen["referrals", name], chosen["families", name]
        if both[0] != both[1]:
            where = table.place(rows["families"][0], name)
            notes.wrong(
                where, str(both[1]), f"{both[0]}, as for referrals, was expected: both are counted in one span of time"
            )
    if chosen["referrals", "start"] > chosen["referrals", "end"]:
        where = table.place(rows["referrals"][0], "end")
        notes.wrong(where, str(chosen["referrals", "end"]), f"a day after {chosen['referrals', 'start']} was expected")
    families, referrals = rows["families"][1], rows["referrals"][1]
    if families > referrals:
        where = table.place(rows["families"][0], "n")
        notes.wrong(where, str(families), f"at most {referrals} was expected, the referrals of the same span of time")


def _staffing(table, notes):
    """Read the posts; rows of one role are added up."""
    rows = {}
    marks = {tidy(cells["therapeutic"].value) for _, cells in table.rows if "therapeutic" in cells}
    ticks = bool(marks) and marks <= {"x", "\u2713", "\u2714"}
    for number, cells in table.rows:
        role = " ".join(str(cells["role"].value).split()) if "role" in cells and not cells["role"].unsaved else ""
        if not role or len(role) > LONGEST_NAME or wrong_cell(role, {"type": "string"}):
            notes.wrong(
                table.place(number, "role"), repr(role[:60]), "a title of the post, in plain words, was expected"
            )
        posts = notes.take(table, number, "posts", cells, typed.number, "a number of posts (such as 2 or 2.5)", False)
        if posts is not None and posts > 10_000:
            notes.wrong(table.place(number, "posts"), f"{posts:g}", "at most 10,000 posts were expected")
        if ticks and "therapeutic" not in cells:
            therapy = False
            notes.say(table.place(number, "therapeutic"), "empty where others are ticked: taken as no")
        else:
            therapy = notes.take(table, number, "therapeutic", cells, typed.flag)
        if role and posts is not None and therapy is not None:
            same = (role, therapy)
            if same in rows:
                notes.say(f"{table.where}, row {number}", f"{role!r} stands there before; the posts are added up")
            rows[same] = rows.get(same, 0) + posts
    roles = [role for role, _ in rows]
    return [
        {
            "role": role if roles.count(role) == 1 else f"{role} ({'therapy' if therapy else 'no therapy'})",
            "posts": f"{posts:.10g}",
            "therapeutic": "true" if therapy else "false",
        }
        for (role, therapy), posts in rows.items()
    ]


def _fact(name, value="", text_=""):
    """Write one fact as a row."""
    known = {"stay_months_low": "months", "stay_months_high": "months"} | UNITS
    return {"fact": name, "value": value, "text": text_, "unit": known.get(name, "") if value or text_ else ""}


def _months_long(cell):
    """Read a length of time in months."""
    expected = "a number of months (such as 6)"
    if isinstance(cell.value, str) and not cell.unsaved:
        bare = re.sub(r"\s*(months?|mths?|monate)$", "", tidy(cell.value))
        value, how = typed.number(spreadsheet.Cell(bare), expected, False)
        return value, how or (f"{value:g} months" if bare != tidy(cell.value) else "")
    return typed.number(cell, expected, False)


def _service(table, notes):
    """Read the single facts."""
    readers = {"accepts_referrals_from": typed.month, "service_dropout": typed.percent}
    facts, seen, known = {}, {}, [*FACTS, *MORE_FACTS]
    for number, cells in table.rows:
        name = _known(cells["fact"], known) if "fact" in cells else None
        if name is None:
            said = repr(typed.shown(cells["fact"])) if "fact" in cells else ""
            notes.wrong(table.place(number, "fact"), said, f"one of {', '.join(FACTS)} was expected")
            continue
        if name in seen:
            notes.wrong(
                table.place(number, "fact"), repr(name), f"it stands in row {seen[name]} too; once was expected"
            )
        seen[name] = number
        _take_fact(table, number, name, cells, readers.get(name), facts, notes)
    for name in NEEDED_FACTS:
        if name not in seen:
            notes.wrong(table.where, "", f"the row {name} is missing; it was expected")
    low, high = (facts.get(name, {}).get("value") for name in NEEDED_FACTS)
    for name in NEEDED_FACTS:
        if name in facts and not 0 < float(facts[name]["value"]) <= 240:
            notes.wrong(
                table.place(seen[name], "value"),
                facts[name]["value"],
                "more than 0 and at most 240 months were expected",
            )
    if low and high and float(low) > float(high):
        notes.wrong(table.place(seen[NEEDED_FACTS[0]], "value"), low, f"at most {high}, the longer end, was expected")
    return facts


def _take_fact(table, number, name, cells, reader, facts, notes):
    """Read one fact, from whichever of its two cells it was typed into."""
    wanted, other = ("text", "value") if name == "accepts_referrals_from" else ("value", "text")
    place = wanted if wanted in cells else other if other in cells and name not in MORE_FACTS else wanted
    unknown = place in cells and tidy(cells[place].value) in (
        "not counted",
        "not known",
        "unknown",
        "n/a",
        "na",
        "-",
        "?",
        "none",
    )
    if name in MORE_FACTS:
        return
    if place not in cells or unknown:
        if name in NEEDED_FACTS:
            notes.wrong(table.place(number, "value"), "", f"the cell is empty; {FACTS[name]} was expected")
        elif name == "service_dropout":
            facts[name] = _fact(name, "", "not counted")
        return
    value = notes.take(table, number, place, cells, reader or _months_long)
    if value is not None:
        facts[name] = _fact(name, text_=value) if wanted == "text" else _fact(name, f"{value:.10g}")


def _inputs(table, notes):
    """Read what the commissioning tool asks for."""
    found, seen = {}, {}
    for number, cells in table.rows:
        name = _known(cells["input"], (*INPUTS, *MORE_INPUTS)) if "input" in cells else None
        if name is None or name in seen:
            said = repr(typed.shown(cells["input"])) if "input" in cells else ""
            more = f"it stands in row {seen[name]} too" if name else f"one of {', '.join(INPUTS)} was expected"
            notes.wrong(table.place(number, "input"), said, more)
            continue
        seen[name] = number
        reader = (typed.share,) if TOOL[name][1] == "share" else (typed.number, "a number (such as 25)", False)
        if not {"low", "central", "high"} & cells.keys():
            continue
        three = [notes.take(table, number, end, cells, *reader) for end in ("low", "central", "high")]
        if None in three:
            continue
        if not 0 < three[0] <= three[1] <= three[2]:
            said = ", ".join(f"{one:g}" for one in three)
            notes.wrong(
                f"{table.where}, row {number}", said, "low, central and high in this order, above 0, were expected"
            )
        found[name] = three
    return found


def _months(table, notes):
    """Read counts by month."""
    labels, rows = {"month": "Month", **COUNTED}, []
    for number, cells in table.rows:
        row = {name: "" for name in ("month", *COUNTED) if name in table.columns}
        for name in row:
            if name not in cells and name not in monthly.NEEDED:
                continue
            value = notes.take(table, number, name, cells, typed.month if name == "month" else _count)
            row[name] = "" if value is None else str(value)
        rows.append((number, row))
    if not notes.problems:
        for wrong in monthly.problems(rows, labels):
            notes.problems.append(f"{table.where}, {wrong}")
    return rows


def _filled(found):
    """Write the rows of all tables, with where each comes from."""
    own = from_()
    tables = {
        "referrals": [
            {"year": str(year), "referrals": str(count)} | own for year, count in sorted(found["counts"].items())
        ],
        "activity": [row | own for row in found["activity"]],
        "staffing": [row | own for row in found["staffing"]],
        "service": [row | own for row in found["service"].values()],
        "scenario_inputs": _tool(found),
        "sources": sources(OWN, CHOSEN),
    }
    preset = [
        row
        for row in tables["scenario_inputs"]
        if row["input"] in ("referrals", "acceptance", "dropout", "stay", "team")
    ]
    tables["scenario_presets"] = [
        {"preset": OWN, "label": "This service"}
        | {name: row[name] for name in ("input", "low", "central", "high", *own)}
        for row in preset
    ]
    if found["months"]:
        tables[MONTHS] = [row | own for _, row in found["months"]]
    return tables


def sources(*names):
    """List where rows come from.

    Parameters
    ----------
    *names : str
        Of ``SOURCES``.

    Returns
    -------
    list of dict
        The rows of that table.
    """
    return [
        {"source_id": name, "title": said, "authors": authors, "kind": kind, "read": read_, "held": "true"}
        for name, (said, authors, kind, read_) in SOURCES.items()
        if name in names
    ]


def _tool(found):
    """Set what the commissioning tool starts from: the service's counts where they say it, a choice where not."""
    from newpip.intervals import wilson
    from newpip.scenario import triangle

    own = {name: (values, "published", "") for name, values in found["inputs"].items()}
    latest = sorted([count for _, count in sorted(found["counts"].items())][-3:])
    if latest[0] > 0:
        said = "The latest yearly counts, in order of size."
        own["referrals"] = [latest[0], latest[len(latest) // 2], latest[-1]], "computed", said
    window = {row["measure"]: int(row["n"]) for row in found["activity"]}
    if window["families"] > 0:
        limits = wilson(window["families"], window["referrals"])
        low, high = triangle(limits) if 0 < limits.estimate < 1 else (limits.low, limits.estimate)
        said = "The ends leave room for chance in the two counts."
        own["acceptance"] = [max(low, 0.001), limits.estimate, max(high, limits.estimate)], "computed", said
    low, high = (float(found["service"][name]["value"]) for name in NEEDED_FACTS)
    own["stay"] = [low, (low + high) / 2, high], "published", ""
    left = found["service"].get("service_dropout", {}).get("value", "")
    if left:
        own["dropout"] = [float(left) / 100] * 3, "no range", ""
    posts = sum(float(row["posts"]) for row in found["staffing"] if row["therapeutic"] == "true")
    if posts > 0:
        own["team"] = [posts] * 3, "no range", ""
    return [_tool_row(name, own.get(name)) for name in TOOL]


def _tool_row(name, own):
    """Write one input; its slider reaches past the service's own values."""
    label, unit, part, says, least, most, step, *values = TOOL[name]
    values, spread, note = own or (values, "no range" if name in ("team", "weight") else "our assumption", "")
    note = note if own else "An illustration to replace: it was not counted."
    least, most = min(least, values[0]), max(most, values[2] if unit == "share" else 2 * values[2] if own else 0)
    numbers = {"least": least, "most": most, "step": step}
    numbers |= dict(zip(("low", "central", "high"), values, strict=True))
    said = {key: f"{value:.6g}" if abs(value) < 1e6 else f"{value:.0f}" for key, value in numbers.items()}
    row = {"input": name, "label": label, "unit": unit, "part": part, "help": says, "range_from": spread}
    return row | said | from_(OWN if own else CHOSEN, note)
