"""Another service's counts: its workbook, made to be filled in, and the tables of data/ that are read from it."""

import csv
import io
import json
import re
import tempfile
from datetime import date, datetime
from pathlib import Path

from newpip import schema
from newpip.files import write_together

OWN = "own"  # the source that stands for the service's own records
FROM = {"source_id": OWN, "locator": "Own records", "grade": "source", "note": ""}
BOOK = "service.xlsx"
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
# The sheets that give the other inputs of the commissioning calculation.
COMES_FROM = {
    **{"referrals": "referrals", "acceptance": "activity", "team": "staffing"},
    **dict.fromkeys(["stay", "dropout"], "service"),
}
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


def create_folder(folder: Path, title: str, published: Path) -> None:
    """Write a folder of data for another service: a workbook filled with an example, and its tables.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that does not exist yet, or is empty.
    title : str
        The name of the service.
    published : pathlib.Path
        The tables of the book, which say what all columns hold.

    Raises
    ------
    WorkbookError
        When something is in the folder.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise WorkbookError(f"{folder}: it is there already; a new or empty folder was expected")
    described = json.loads((published / DESCRIBED).read_text(encoding="utf-8"))["resources"]
    stream = io.BytesIO()
    _workbook(title, {one["name"]: one for one in described}, published).save(stream)
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
    kept = [one for one in published.iterdir() if one.suffix in (".csv", ".json")]
    files = {one.name: one.read_text(encoding="utf-8") for one in kept}
    package = json.loads(files[DESCRIBED])
    described = {one["name"]: one for one in package["resources"]}
    problems = [wrong for sheet in SHEETS for wrong in _sheet_problems(sheet, sheets.get(sheet), described[sheet])]
    if problems:
        raise WorkbookError("\n".join(f"{name}, {problem}" for problem in problems))
    tables = {one: _rows(files[f"{one}.csv"]) for one in described}
    try:
        changed = _derive(title, {sheet: sheets[sheet][1] for sheet in SHEETS}, tables)
    except WorkbookError as error:
        raise WorkbookError(f"{name}, {error}") from None
    for one in changed:
        files[f"{one}.csv"] = _text([field["name"] for field in described[one]["schema"]["fields"]], tables[one])
    said = {"title": title, "description": f"Data of {title}, in the tables of the NEWPIP book.", "name": slug(title)}
    files[DESCRIBED] = json.dumps(package | said, indent=2, ensure_ascii=False) + "\n"
    _check(files, name)
    return files


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


def _check(files, name):
    """Hold the tables to all that `newpip check` asks of them; what it says of a table, say of its sheet."""
    with tempfile.TemporaryDirectory() as place:
        _write(Path(place), files)
        problems = schema.check(Path(place), name)
    if problems:
        raise WorkbookError("\n".join(re.sub(r"/(\w+)\.csv:", r", table \1, row ", problem) for problem in problems))


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
    for sheet in set(SHEETS) & set(book.sheetnames):
        lines = [[_cell(cell) for cell in row] for row in book[sheet].iter_rows(values_only=True)]
        header = lines[0] if lines else []
        while header and not header[-1]:
            header = header[:-1]
        rows = [(n, dict(zip(header, line, strict=False))) for n, line in enumerate(lines[1:], 2) if any(line)]
        sheets[sheet] = header, rows
    return title, sheets


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


def _sheet_problems(name, sheet, described):
    """Yield what is wrong in one sheet."""
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
    fields = {field["name"]: field for field in described["schema"]["fields"]}
    for number, row in rows:
        for column in SHEETS[name]:
            wrong = schema.wrong_cell(row[column], fields[column])
            if wrong:
                yield f"{where}, row {number}, column {column}: {wrong}"
    yield from (f"{where}{wrong}" for wrong in _row_problems(name, rows))


def _row_problems(name, rows):
    """Yield what is wrong with the rows of a sheet taken together."""
    first, seen = SHEETS[name][0], {}
    for number, row in rows:
        if row[first] in seen:
            twice = f"{row[first]!r} stands in row {seen[row[first]]} too"
            yield f", row {number}, column {first}: {twice}; once was expected"
        seen.setdefault(row[first], number)
    known = {"service": set(FACTS), "scenario_inputs": set(INPUTS), "activity": {"referrals", "families"}}.get(name)
    if known is None:
        return
    for one in sorted(known - seen.keys() - OPTIONAL):
        yield f": the row {one} is missing; it was expected"
    for one in sorted(seen.keys() - known):
        yield f", row {seen[one]}, column {first}: {one!r} was found, one of {', '.join(sorted(known))} was expected"
    for number, row in rows:
        fact = row.get("fact")
        if fact == "accepts_referrals_from":
            if not re.fullmatch(r"(19|20)\d\d-(0[1-9]|1[0-2])(-\d\d)?", row["text"]):
                yield f", row {number}, column text: {row['text']!r} was found, a month such as 2021-03 was expected"
        elif fact in FACTS and fact not in OPTIONAL and not row["value"]:
            yield f", row {number}, column value: the cell is empty; a number was expected"


def _derive(title, own, tables):
    """Put the service's own rows, and what follows from them, into the tables; name those that changed.

    The literature, the paper and what it says of its interviews stay as they are.
    """
    own = {name: [row for _, row in rows] for name, rows in own.items()}
    for name in ("referrals", "activity", "staffing"):
        tables[name][:] = [_from(row) for row in sorted(own[name], key=lambda row: row.get("year", ""))]
    facts = {row["fact"]: row for row in own["service"]}
    for row in tables["service"]:
        if row["fact"] in facts:
            row |= _from({column: facts[row["fact"]][column] for column in ("value", "text")})
    counts = [(int(row["year"]), int(row["referrals"])) for row in tables["referrals"]]
    _consecutive(counts)
    opened = facts["accepts_referrals_from"]["text"][:7]
    window = _window(own["activity"])
    stay = [float(facts[f"stay_months_{end}"]["value"]) for end in ("low", "high")]
    if not 0 < stay[0] <= stay[1]:
        raise WorkbookError(
            f"sheet service: stays of {stay[0]:g} to {stay[1]:g} months cannot be; the shorter first was expected"
        )
    posts = sum(float(row["posts"]) for row in own["staffing"] if row["therapeutic"] == "true")
    if not posts:
        raise WorkbookError("sheet staffing: no post is therapeutic; at least one was expected")
    dropout = facts.get("service_dropout", {}).get("value", "")
    if dropout and not 0 <= float(dropout) <= 100:
        raise WorkbookError(f"sheet service: service_dropout {dropout} was found, a percent from 0 to 100 was expected")
    for row in tables["staffing"]:
        row["note"] = ""
    _dates(tables, opened, window, counts[0][0])
    _inputs(title, tables, own["scenario_inputs"], counts, window, stay, posts, dropout)
    for row in tables["attrition"]:
        if row["attrition_id"] == "newpip":
            row |= _from({"study": title, "value": f"{float(dropout) / 100:g}" if dropout else "", "setting": title})
    source = {"source_id": OWN, "title": f"Records of {title}", "authors": title, "kind": "dataset", "held": "true"}
    tables["sources"].append(source)
    return {*SHEETS, "timeline", "exposure_readings", "scenario_presets", "attrition", "sources"}


def _from(row):
    """Add where a row comes from: from the service's own records, where it says nothing else."""
    return {name: value for name, value in row.items() if name != "meaning"} | {
        name: row.get(name) or said if name == "note" else said for name, said in FROM.items()
    }


def _consecutive(counts):
    """Refuse years that leave one out, and too few to speak of growth."""
    years = [year for year, _ in counts]
    if len(years) < 3:
        raise WorkbookError(f"sheet referrals: {len(years)} years were found, at least 3 were expected")
    if years != list(range(years[0], years[0] + len(years))):
        raise WorkbookError("sheet referrals: a year is left out; years that follow each other were expected")


def _window(activity):
    """Return the first and last day of the window, and the referrals and families counted in it."""
    rows = {row["measure"]: row for row in activity}
    spans = {(row["start"], row["end"]) for row in activity}
    referrals, families = (int(rows[name]["n"]) for name in ("referrals", "families"))
    (start, end), *others = spans
    if others or start > end:
        raise WorkbookError(
            "sheet activity: both counts were expected to have one window, from its first day to its last"
        )
    if not 0 < families <= referrals:
        raise WorkbookError(
            f"sheet activity: {families} families of {referrals} referrals cannot be; at most as many were expected"
        )
    return start, end, referrals, families


def _dates(tables, opened, window, first_year):
    """Set when the service opened, what was counted when, and how long the first year may have been."""
    spans = {"referrals_open": (f"{opened}-01", ""), "activity_window": window[:2]}
    for row in tables["timeline"]:
        if row["event"] in spans:
            row["start"], row["end"] = spans[row["event"]]
            row |= _from({})
    year, month = map(int, opened.split("-"))
    if year > first_year:
        raise WorkbookError(
            f"sheet service: the first referral of {opened} came after {first_year}; that year or before was expected"
        )
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


def _inputs(title, tables, asked, counts, window, stay, posts, dropout):
    """Set what the commissioning calculation starts from: what was asked, and what the counts say."""
    from newpip.intervals import wilson
    from newpip.scenario import triangle

    given = {row["input"]: tuple(float(row[end]) for end in ("low", "central", "high")) for row in asked}
    accepted = wilson(window[3], window[2])
    low, high = triangle(accepted)
    given["referrals"] = tuple(sorted(float(count) for _, count in counts[-3:]))
    given["acceptance"] = (low, accepted.estimate, high)
    given["stay"] = (stay[0], sum(stay) / 2, stay[1])
    given["team"] = (posts,) * 3
    if dropout:
        given["dropout"] = (float(dropout) / 100,) * 3
    for row in tables["scenario_inputs"]:
        values = given.get(row["input"])
        if values is None:
            continue
        least, most = float(row["least"]), float(row["most"])
        if not least <= values[0] <= values[1] <= values[2] <= most:
            said = ", ".join(f"{value:.3g}" for value in values)
            expected = f"three rising values from {least:g} to {most:g} were expected"
            sheet = COMES_FROM.get(row["input"], "scenario_inputs")
            raise WorkbookError(f"sheet {sheet}: {row['input']} at {said}; {expected}")
        row |= _from(dict(zip(("low", "central", "high"), (f"{value:.6g}" for value in values), strict=True)))
    for row in tables["scenario_presets"]:
        if row["preset"] == "newpip":
            ends = zip(("low", "central", "high"), (f"{value:.6g}" for value in given[row["input"]]), strict=True)
            row |= _from({"label": title, **dict(ends)})


def _rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _text(names, rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _workbook(title, described, published):
    """Build the workbook: a sheet a table, a comment on each heading, a made-up example in the rows."""
    from openpyxl import Workbook
    from openpyxl.comments import Comment
    from openpyxl.styles import Font

    book = Workbook()
    about = book.active
    about.title = "about"
    lines = [
        ("Name of the service", title),
        ("", "Replace every row of the other sheets by your own; the rows there are made up."),
        ("", "Point at a heading to read what its column holds."),
        ("", "Count people, never name them: nothing in this file should identify anybody."),
    ]
    for line in lines:
        about.append(line)
    for name, columns in SHEETS.items():
        sheet = book.create_sheet(name)
        meanings = _meanings(name, published)
        sheet.append([*columns, *(["meaning"] if meanings else [])])
        for row in EXAMPLE[name]:
            sheet.append([*row, *([meanings[row[0]]] if meanings else [])])
        fields = {field["name"]: field for field in described[name]["schema"]["fields"]}
        for cell in sheet[1]:
            cell.font = Font(bold=True)
            if cell.value in fields:
                cell.comment = Comment(_comment(fields[cell.value]), "The book")
        for letter, width in zip("ABCDE", (26, 16, 16, 16, 80), strict=True):
            sheet.column_dimensions[letter].width = width
    about.column_dimensions["A"].width, about.column_dimensions["B"].width = 24, 90
    return book


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
