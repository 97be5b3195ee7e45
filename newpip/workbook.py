"""Another service's counts: its workbook, made to be filled in, and the tables of data/ that are read from it."""

import csv
import io
import json
import re
from datetime import date, datetime
from pathlib import Path

from newpip import monthly, schema
from newpip.files import write_together, zip_bytes

OWN = "own"  # the source that stands for the service's own records
FROM = {"source_id": OWN, "locator": "Own records", "grade": "source", "note": ""}
BOOK = "service.xlsx"
MONTHS = "months"  # a sheet that may stand in place of `activity`, and of later years of `referrals`
KEPT = "denominators"  # the table that says what is counted each month
DEFINED = "What is counted"  # the line on the sheet of months below which nothing is read
EMPTY_MONTHS = 24  # rows to fill in
NAMELESS = "Count people, never name them: nothing in this file should identify anybody."
HOW = (
    "Replace every row of the other sheets by your own; the rows there are made up.",
    "Point at a heading to read what its column holds.",
    NAMELESS,
)
HOW_MONTHLY = (
    f"Fill in the sheet {MONTHS}, a row a month; what each column holds is written under the table.",
    f"The other sheets are for the book's page on your service alone; the {BOOK} of newpip new-service has them "
    "with a made-up example.",
    NAMELESS,
)
GROUPS = (
    "For each group that you want to hear, copy this sheet and name the copy by the group. "
    f"The book reads the sheet {MONTHS} alone. Keep counts from one to four to yourself."
)
DESCRIBED = "datapackage.json"
FACTS = {
    "accepts_referrals_from": "Month of the first referral, as text: 2021-03",
    "commissioned_year": "Year in which the service was commissioned",
    "stay_months_low": "Months that families usually stay: the shorter end",
    "stay_months_high": "Months that families usually stay: the longer end",
    "longest_stay_months": "The longest stay, in months",
    "age_limit_months": "Age in months up to which a child can be referred",
    "service_dropout": "Percent of families who left before the end; leave it empty if it was not counted",
}
OPTIONAL = {"service_dropout"}
INPUTS = ("full_caseload", "direct", "post_cost")
ROWS = {"service": FACTS, "scenario_inputs": INPUTS}  # the rows of a sheet, where these are given
# What each sheet asks for; all other columns and rows follow from it or stay the book's.
SHEETS = {
    "referrals": ("year", "referrals"),
    "activity": ("measure", "start", "end", "n"),
    "staffing": ("role", "posts", "therapeutic"),
    "service": ("fact", "value", "text"),
    "scenario_inputs": ("input", "low", "central", "high"),
}
EXAMPLE = {
    "referrals": [(2021, 205), (2022, 191), (2023, 253), (2024, 241), (2025, 307)],
    "activity": [("referrals", "2024-01-01", "2024-12-31", 241), ("families", "2024-01-01", "2024-12-31", 172)],
    "staffing": [("psychotherapist", 3, "true"), ("family worker", 2, "true"), ("administrator", 1, "false")],
    "service": [
        ("accepts_referrals_from", "", "2021-03"),
        ("commissioned_year", 2020, ""),
        ("stay_months_low", 3, ""),
        ("stay_months_high", 5, ""),
        ("longest_stay_months", 11, ""),
        ("age_limit_months", 36, ""),
        ("service_dropout", 27, ""),
    ],
    "scenario_inputs": [
        ("full_caseload", 16, 21, 27),
        ("direct", 0.45, 0.55, 0.6),
        ("post_cost", 52000, 61000, 70000),
    ],
}


class WorkbookError(RuntimeError):
    """What is wrong with a workbook or its folder, one line a problem: sheet, row, column, what was expected."""


def create_folder(folder: Path, title: str, published: Path, example: dict = EXAMPLE) -> None:
    """Write a folder of data for another service: a workbook filled with an example, and its tables.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that does not exist yet, or is empty.
    title : str
        The name of the service.
    published : pathlib.Path
        The tables of the book, which say what all columns hold.
    example : dict
        From the name of a sheet to the rows that it is filled with.

    Raises
    ------
    WorkbookError
        When something is in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkbookError(f"{folder}: it is there already; a new or empty folder was expected")
    described = json.loads((published / DESCRIBED).read_text(encoding="utf-8"))["resources"]
    stream = io.BytesIO()
    _workbook(title, {one["name"]: one for one in described}, published, example).save(stream)
    files = read_tables(stream.getvalue(), BOOK, published)
    _write(folder, {BOOK: stream.getvalue(), **files, "README.md": _readme(title, described)})


def convert(workbook: Path, folder: Path, published: Path) -> None:
    """Turn a workbook into the tables of a data folder: all of them, or, when anything is wrong, none.

    Parameters
    ----------
    workbook, folder : pathlib.Path
        The file to read, and where the tables go.
    published : pathlib.Path
        The tables of the book; what the workbook does not ask for stays as it is there.

    Raises
    ------
    WorkbookError
        When the workbook or the folder is not what was expected; every problem at once.
    """
    if folder.resolve() == published.resolve():
        raise WorkbookError(f"{folder}: these are the data of the published book; another folder was expected")
    if folder.exists() and not _takes_tables(folder):
        raise WorkbookError(f"{folder}: no {DESCRIBED} is in it; a folder of newpip new-service was expected")
    try:
        content = schema.read_bytes(workbook)
    except OSError as error:
        raise WorkbookError(f"{workbook}: {error.strerror or error}; a workbook (.xlsx) was expected") from None
    _write(folder, read_tables(content, workbook.name, published))


def _takes_tables(folder):
    """Tell whether a folder is empty or holds tables of this book."""
    return folder.is_dir() and ((folder / DESCRIBED).exists() or not any(folder.iterdir()))


def _write(folder, files):
    folder.mkdir(parents=True, exist_ok=True)
    write_together({folder / name: content for name, content in files.items()})


def read_tables(content: bytes, name: str, published: Path) -> dict:
    """Read a workbook into the files of a data folder.

    Parameters
    ----------
    content : bytes
        Of the workbook.
    name : str
        Of the workbook, as messages call it.
    published : pathlib.Path
        The tables of the book; what the workbook does not ask for stays as it is there.

    Returns
    -------
    dict of str to str
        From the name of a file to its text.

    Raises
    ------
    WorkbookError
        With every problem at once.
    """
    title, sheets = _read(content, name)
    if MONTHS in sheets:
        labels = {one["denominator"]: one["label"] for one in _kept(published)}
        headings = _take_headings(sheets, labels)
        _refuse(name, list(_month_problems(sheets, labels, headings)))
        _add_up(name, sheets)
    kept = [one for one in published.iterdir() if one.suffix in (".csv", ".json")]
    files = {one.name: one.read_text(encoding="utf-8") for one in kept}
    package = json.loads(files[DESCRIBED])
    described = {one["name"]: one for one in package["resources"]}
    _refuse(name, [wrong for sheet in SHEETS for wrong in _sheet_problems(sheet, sheets.get(sheet))])
    tables = {one: _rows(files[f"{one}.csv"]) for one in described}
    numbers = {sheet: _take(sheet, sheets[sheet][1], tables) for sheet in SHEETS}
    _hold(name, {one: described[one] for one in SHEETS}, tables, numbers, asked=True)
    changed = _derive(title, tables)
    _hold(name, described, tables, numbers)
    for one in changed:
        files[f"{one}.csv"] = _text([field["name"] for field in described[one]["schema"]["fields"]], tables[one])
    said = {"title": title, "description": f"Data of {title}, in the tables of the NEWPIP book.", "name": slug(title)}
    files[DESCRIBED] = json.dumps(package | said, indent=2, ensure_ascii=False) + "\n"
    return files


def _refuse(name, problems):
    """Stop where there are problems, with all of them."""
    if problems:
        raise WorkbookError("\n".join(f"{name}, {problem}" for problem in problems))


def _hold(name, described, tables, numbers, asked=False):
    """Hold tables to all that `newpip check` asks of them; what it says of a row that was asked for, say of its sheet.

    Before the rows that follow from those are worked out, they alone are held.
    """
    held = [
        schema.Table(
            f"{one}.csv",
            resource,
            None,
            [[row.get(field["name"], "") for field in resource["schema"]["fields"]] for row in tables[one]],
            numbers.get(one),
        )
        for one, resource in described.items()
    ]
    problems = [problem.split(":", 3) for problem in schema.check_tables(held)]
    _refuse(name, [_on_sheet(*parts) for parts in problems if not asked or int(parts[1]) > 0])


def _on_sheet(file, row, column, wrong):
    """Say of a sheet what is said of its table, where the row is one of the sheet's."""
    table = file.removesuffix(".csv")
    sheet = "sheet" if table in SHEETS and int(row) > 0 else "table"
    wrong = re.sub(r"\b(\w+)\.csv\b(, rows? -)?", _named, wrong)
    return f"{sheet} {table}, row {abs(int(row))}, column {column}:{wrong}"


def _named(found):
    """Name another table within a message, and its row where it is none of a sheet's."""
    table, row = found[1], found[2] or ""
    return f"{'table' if row or table not in SHEETS else 'sheet'} {table}{row.rstrip('-')}"


def slug(title):
    """Turn a title into a short name of small letters.

    Parameters
    ----------
    title : str

    Returns
    -------
    str
    """
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-") or "service"


def _read(content, name):
    """Return the name of the service and each sheet as its header and its rows by number, every cell as text."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        book = load_workbook(io.BytesIO(content), data_only=True, read_only=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise WorkbookError(f"{name}: this is no workbook; a file of Excel (.xlsx) was expected") from None
    title = _cell(book["about"]["B1"].value) if "about" in book else ""
    if not title or schema.MARKUP.search(title) or len(title) > 100:
        raise WorkbookError(f"{name}, sheet about, cell B1: the name of the service was expected, in plain words")
    sheets = {}
    for sheet in {*SHEETS, MONTHS} & set(book.sheetnames):
        lines = [[_cell(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True)]
        header = lines[0] if lines else []
        while header and not header[-1]:
            header = header[:-1]
        rows = [(n, dict(zip(header, line, strict=False))) for n, line in enumerate(lines[1:], 2) if any(line)]
        sheets[sheet] = header, rows
    return title, sheets


def _take_headings(sheets, labels):
    """Put ids for the headings of the sheet of months, drop what is written under it, and return how it is headed."""
    header, rows = sheets[MONTHS]
    names = {"month": "Month", **labels, "note": "Note"}
    ids = {heading.casefold(): column for column, label in names.items() for heading in (column, label)}
    known = {heading: ids.get(heading.casefold(), heading) for heading in header}
    under = next((at for at, (_, row) in enumerate(rows) if DEFINED in row.values()), len(rows))
    taken = [(number, {known[heading]: cell for heading, cell in row.items()}) for number, row in rows[:under]]
    sheets[MONTHS] = [known[heading] for heading in header], taken
    return names | {column: heading for heading, column in known.items()}


def _month_problems(sheets, labels, headings):
    """Yield what is wrong with the sheet of months, and with what stands beside it."""
    header, rows = sheets[MONTHS]
    missing = [headings[column] for column in monthly.NEEDED if column not in header]
    strange = [column for column in header if column not in ("", "month", "note", *labels)]
    twice = sorted({headings[column] for column in header if column and header.count(column) > 1})
    if "activity" in sheets:
        yield f"sheet activity: its counts follow from the sheet {MONTHS}; one of the two sheets was expected"
    for column in missing:
        needed = ", ".join(headings[one] for one in monthly.NEEDED)
        yield f"sheet {MONTHS}, row 1: the column {column} is missing; {needed} were expected"
    for column in strange:
        of = ", ".join(labels.values())
        yield f"sheet {MONTHS}, row 1: there is no column {column!r}; of {of} one was expected"
    for column in twice:
        yield f"sheet {MONTHS}, row 1: the column {column} is there twice; once was expected"
    if missing or strange or twice:
        return
    if not rows:
        yield f"sheet {MONTHS}: no row is filled in; at least one was expected"
    counts = [(number, {name: row.get(name, "") for name in ("month", *labels)}) for number, row in rows]
    yield from (f"sheet {MONTHS}, {wrong}" for wrong in monthly.problems(counts, headings))


def _add_up(name, sheets):
    """Put what the months say in place of the sheets that ask for years, for a span and for those who left."""
    rows = sheets[MONTHS][1]
    facts = {row.get("fact"): row for _, row in sheets.get("service", ((), ()))[1]}
    counted = monthly.years(rows, facts.get("accepts_referrals_from", {}).get("text", ""))
    header, given = sheets.get("referrals", (list(SHEETS["referrals"]), []))
    twice = [(number, row["year"]) for number, row in given if row.get("year") in map(str, counted)]
    said = f"a year that the sheet {MONTHS} does not give was expected"
    _refuse(name, [f"sheet referrals, row {number}, column year: {year!r} was found, {said}" for number, year in twice])
    # Rows with a number below nought stand on no sheet of their own.
    later = [(-at, {"year": str(year), "referrals": str(n)}) for at, (year, n) in enumerate(counted.items(), 2)]
    sheets["referrals"] = header, [*given, *later]
    sheets["activity"] = list(SHEETS["activity"]), [(-at, row) for at, row in enumerate(monthly.span(rows), 2)]
    left = facts.get("service_dropout")
    if left is not None and not left.get("value"):
        left["value"] = monthly.percent_left(rows)


def _cell(value):
    """Return a cell as the tables write it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime | date):
        return value.strftime("%Y-%m-%d")
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return str(value).strip()


def _sheet_problems(name, sheet):
    """Yield what is wrong with the form of a sheet: its columns, and the rows that are given."""
    where = f"sheet {name}"
    if sheet is None:
        yield f"{where}: the sheet is missing; one with the columns {', '.join(SHEETS[name])} was expected"
        return
    header, rows = sheet
    missing = [column for column in SHEETS[name] if column not in header]
    strange = [column for column in header if column not in SHEETS[name] and column not in (*FROM, "meaning")]
    for column in missing:
        yield f"{where}, row 1: the column {column} is missing; {', '.join(SHEETS[name])} were expected"
    for column in strange:
        yield f"{where}, row 1: there is no column {column!r}; {', '.join(SHEETS[name])} were expected"
    if missing or strange:
        return
    if not rows:
        yield f"{where}: no row is filled in; at least one was expected"
    yield from (f"{where}{wrong}" for wrong in _row_problems(name, rows))


def _row_problems(name, rows):
    """Yield what is wrong with a sheet whose rows are given: one missing, strange, or there twice."""
    first, seen = SHEETS[name][0], {}
    known = ROWS.get(name, ())
    for number, row in rows if known else ():
        if row[first] in seen:
            twice = f"{row[first]!r} stands in row {seen[row[first]]} too"
            yield f", row {number}, column {first}: {twice}; once was expected"
        seen.setdefault(row[first], number)
    for one in known:
        if one not in seen and one not in OPTIONAL:
            yield f": the row {one} is missing; it was expected"
    for one, number in seen.items():
        if one not in known:
            yield f", row {number}, column {first}: {one!r} was found, one of {', '.join(sorted(known))} was expected"


def _take(name, rows, tables):
    """Put the rows of a sheet into its table; return their numbers there, below nought where they are the book's."""
    if name not in ROWS:
        rows = sorted(rows, key=lambda numbered: numbered[1].get("year", ""))
        tables[name][:] = [_from(row) for _, row in rows]
        return [number for number, _ in rows]
    first, *columns = SHEETS[name]
    own = {row[first]: (number, row) for number, row in rows}
    for row in tables[name]:
        if row[first] in own:
            given = own[row[first]][1]
            row |= _from({column: given[column] for column in columns})
            if row[first] == "accepts_referrals_from":
                row["text"] = re.sub(r"^(\d{4}-\d\d)-\d\d$", r"\1", row["text"])  # a day that Excel made of a month
            if row[first] in OPTIONAL and not row["value"]:
                row["text"] = row["text"] or "not counted"
    return [own.get(row[first], (-at, row))[0] for at, row in enumerate(tables[name], 2)]


def _derive(title, tables):
    """Put what follows from the service's own rows into the tables; name those that changed.

    The literature, the paper and what it says of its interviews stay as they are.
    """
    facts = {row["fact"]: row for row in tables["service"]}
    counts = [(int(row["year"]), int(row["referrals"])) for row in tables["referrals"]]
    window = {row["measure"]: row for row in tables["activity"]}
    posts = sum(float(row["posts"]) for row in tables["staffing"] if row["therapeutic"] == "true")
    dropout = facts["service_dropout"]["value"]
    for row in tables["staffing"]:
        row["note"] = ""
    facts["team_posts"] |= _from({"value": f"{sum(int(row['posts']) for row in tables['staffing'])}"})
    _dates(tables, facts, window["referrals"], counts[0][0])
    _inputs(title, tables, facts, counts, window, posts)
    for row in tables["attrition"]:
        if row["attrition_id"] == "newpip":
            row |= _from({"study": title, "value": f"{float(dropout) / 100:g}" if dropout else "", "setting": title})
    source = {
        "source_id": OWN,
        "title": f"Records of {title}",
        "authors": title,
        "kind": "dataset",
        "held": "true",
        "read": "whole",
    }
    tables["sources"].append(source)
    return {*SHEETS, "timeline", "exposure_readings", "scenario_presets", "attrition", "sources"}


def _from(row):
    """Add where a row comes from: from the service's own records, where it says nothing else."""
    return {name: value for name, value in row.items() if name != "meaning"} | {
        name: row.get(name) or said if name == "note" else said for name, said in FROM.items()
    }


def _dates(tables, facts, window, first_year):
    """Set when the service opened, what was counted when, and how long the first year may have been."""
    opened = facts["accepts_referrals_from"]["text"]
    spans = {
        "commissioned": (f"{facts['commissioned_year']['value']}-01-01", ""),
        "referrals_open": (f"{opened}-01", ""),
        "activity_window": (window["start"], window["end"]),
    }
    for row in tables["timeline"]:
        if row["event"] in spans:
            row["start"], row["end"] = spans[row["event"]]
            row |= _from({})
    year, month = map(int, opened.split("-"))
    left = 13 - month if year == first_year else 12
    named = {
        "as_printed": (12, "A full year: 12 months"),
        "opened_may": (left, f"From the first month: {left} months"),
        "opened_june": (max(left - 1, 1), f"From the month after: {max(left - 1, 1)} months"),
    }
    for row in tables["exposure_readings"]:
        months, label = named[row["reading"]]
        row |= {"months_first_year": str(months), "label": label, "why": f"The first referral came in {opened}."}
        row |= _from({})


def _inputs(title, tables, facts, counts, window, posts):
    """Set what the commissioning calculation starts from, where the counts say it."""
    from newpip.intervals import wilson
    from newpip.scenario import triangle

    accepted = wilson(int(window["families"]["n"]), int(window["referrals"]["n"]))
    low, high = triangle(accepted)
    stay = [float(facts[f"stay_months_{end}"]["value"]) for end in ("low", "high")]
    given = {
        "referrals": sorted(count for _, count in counts[-3:]),
        "acceptance": (low, accepted.estimate, high),
        "stay": (stay[0], sum(stay) / 2, stay[1]),
        "team": (posts,) * 3,
    }
    if facts["service_dropout"]["value"]:
        given["dropout"] = (float(facts["service_dropout"]["value"]) / 100,) * 3
    for row in tables["scenario_inputs"]:
        if row["input"] in given:
            row |= _from(_three(given[row["input"]]))
    for row in tables["scenario_presets"]:
        if row["preset"] == "newpip":
            row |= _from({"label": title, **_three(given[row["input"]])})


def _three(values):
    """Write a low, a central and a high value as a table does."""
    return dict(zip(("low", "central", "high"), (f"{value:.6g}" for value in values), strict=True))


def _rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _text(names, rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _workbook(title, described, published, example):
    """Build the workbook: a sheet a table, a comment on each heading, a made-up example in the rows."""
    book = _about(title, HOW)
    for name in SHEETS:
        _add_sheet(book, name, example[name], described, published)
    return book


def monthly_workbook(title: str, published: Path) -> bytes:
    """Make a workbook for counts kept month by month, without a number in it.

    Parameters
    ----------
    title : str
        The name of the service.
    published : pathlib.Path
        The tables of the book, which say what is counted and what all columns hold.

    Returns
    -------
    bytes
        The same at every call; once filled in, :func:`convert` reads it.
    """
    described = {one["name"]: one for one in json.loads((published / DESCRIBED).read_text("utf-8"))["resources"]}
    book = _about(title, HOW_MONTHLY)
    _add_months(book.create_sheet(MONTHS), _kept(published))
    for name in (one for one in SHEETS if one != "activity"):
        _add_sheet(
            book, name, [(row,) + (None,) * (len(SHEETS[name]) - 1) for row in ROWS.get(name, ())], described, published
        )
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
    for heading, meaning in [(DEFINED, None), *says.items(), ("Groups", GROUPS)]:
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


def _kept(published):
    """List the rows that say what is counted each month."""
    return _rows((published / f"{KEPT}.csv").read_text(encoding="utf-8"))


def _about(title, how):
    """Begin a workbook with its first sheet, which names the service and says how to fill in the rest."""
    from openpyxl import Workbook

    book = Workbook()
    about = book.active
    about.title = "about"
    for line in [("Name of the service", title), *(("", one) for one in how)]:
        about.append(line)
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 90
    return book


def _add_sheet(book, name, example, described, published):
    """Add a sheet for a table, with its example and, where its rows are given, what each asks for."""
    sheet = book.create_sheet(name)
    meanings = _meanings(name, published)
    sheet.append([*SHEETS[name], *(["meaning"] if meanings else [])])
    for row in example:
        sheet.append([*row, *([meanings[row[0]]] if meanings else [])])
    _head(sheet, {field["name"]: _comment(field) for field in described[name]["schema"]["fields"]})
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


def _meanings(name, published):
    """Say what each row of a sheet asks for, where its rows are given."""
    if name == "service":
        return FACTS
    if name == "scenario_inputs":
        rows = _rows((published / f"{name}.csv").read_text(encoding="utf-8"))
        return {row["input"]: f"{row['label']} ({row['unit']}). {row['help']}" for row in rows}
    return {}


def _comment(field):
    """Describe a column: what it holds, its type, and its limits."""
    limits = field.get("constraints") or {}
    kind = {"boolean": "true or false", "date": "a date as YYYY-MM-DD"}.get(field["type"], field["type"])
    one_of = f" One of: {', '.join(map(str, limits['enum']))}." if "enum" in limits else ""
    return f"{field['description']} ({kind}){one_of}"


def _readme(title, described):
    """Write what each column of the tables to fill in holds."""
    lines = [f"# Data of {title}", "", f"Fill in {BOOK}, or edit these tables; the others are the literature's.", ""]
    for one in described:
        if one["name"] in SHEETS:
            lines += [f"## {one['path']}", "", one["description"], ""]
            lines += [f"- `{field['name']}`: {_comment(field)}" for field in one["schema"]["fields"]] + [""]
    return "\n".join(lines)
