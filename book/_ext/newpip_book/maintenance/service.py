"""``newpip new-service`` and ``newpip import-service``: the data of another service, from one workbook."""

import argparse
import csv
import io
import json
import re
import shlex
import shutil
import sys
import tempfile
from datetime import date, datetime
from pathlib import Path

from newpip import schema
from newpip_book.project import ROOT

OWN = "own"  # the source that stands for the service's own records
FROM = {"source_id": OWN, "locator": "Own records", "verified": "checked", "note": ""}
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
INPUTS = ("births", "need", "full_caseload", "direct", "post_cost")
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
        ("births", 5100, 5300, 5600),
        ("need", 0.11, 0.16, 0.22),
        ("full_caseload", 16, 21, 27),
        ("direct", 0.45, 0.55, 0.6),
        ("post_cost", 52000, 61000, 70000),
    ],
}


class SheetError(RuntimeError):
    """What is wrong in a workbook, one line a problem: sheet, row, column, what was found and expected."""


def new_service(words):
    """Write a folder of data for another service, filled with an example, and its workbook.

    Parameters
    ----------
    words : list of str
        What follows ``newpip new-service``.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="newpip new-service", description="Write a data folder to fill in.")
    parser.add_argument("folder", type=Path, metavar="DIR", help="a folder that does not exist yet")
    parser.add_argument("--title", default="A made-up service", help="the name of the service")
    chosen = parser.parse_args(words)
    if chosen.folder.exists() and (not chosen.folder.is_dir() or any(chosen.folder.iterdir())):
        raise SheetError(f"{chosen.folder}: it is there already; a new or empty folder was expected")
    described = json.loads((ROOT / "data" / DESCRIBED).read_text(encoding="utf-8"))
    workbook = _workbook(chosen.title, {one["name"]: one for one in described["resources"]})
    with tempfile.TemporaryDirectory() as place:
        workbook.save(Path(place) / BOOK)
        written = _convert(Path(place) / BOOK)
        chosen.folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(Path(place) / BOOK, chosen.folder / BOOK)
    _write(chosen.folder, written)
    (chosen.folder / "README.md").write_text(_readme(chosen.title, described), encoding="utf-8")
    print(f"Fill in {chosen.folder / BOOK}, then: {_convert_with(chosen.folder / BOOK, chosen.folder)}")
    return 0


def import_service(words):
    """Turn a workbook into the tables of a data folder: all of them, or, when anything is wrong, none.

    Parameters
    ----------
    words : list of str
        What follows ``newpip import-service``.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="newpip import-service", description="Turn a workbook into data.")
    parser.add_argument("workbook", type=Path, metavar="FILE.xlsx")
    parser.add_argument("folder", type=Path, metavar="DIR", help="the folder that the tables are written to")
    chosen = parser.parse_args(words)
    if chosen.folder.resolve() == ROOT / "data":
        raise SheetError(f"{chosen.folder}: these are the data of the published book; another folder was expected")
    if chosen.folder.exists() and not _is_ours(chosen.folder):
        raise SheetError(f"{chosen.folder}: no {DESCRIBED} is in it; a folder of newpip new-service was expected")
    written = _convert(chosen.workbook)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    _write(chosen.folder, written)
    print(f"{chosen.folder}: all is well. Build with: {_build(chosen.folder)}")
    return 0


def _build(folder):
    """Return what to type where one stands to build the pages of a folder."""
    where = "" if Path.cwd().samefile(ROOT) else f"-C {shlex.quote(str(ROOT))} "
    named = str(folder.absolute()) if where else str(folder)
    return f"NEWPIP_DATA={shlex.quote(named)} NEWPIP_CLAIMS=mark make {where}book"


def _convert_with(workbook, folder):
    """Return what to type where one stands to turn a workbook into tables."""
    command = Path(sys.prefix, "bin", "newpip")
    if command.is_relative_to(Path.cwd()):
        command = command.relative_to(Path.cwd())
    return shlex.join([str(command), "import-service", str(workbook), str(folder)])


def _is_ours(folder):
    """Tell whether a folder is empty or holds tables of this book."""
    return folder.is_dir() and ((folder / DESCRIBED).exists() or not any(folder.iterdir()))


def _write(folder, written):
    """Put the tables in place, each whole, once all of them are on the disk."""
    aside = {folder / f".{name}.new": folder / name for name in written}
    try:
        for path, content in zip(aside, written.values(), strict=True):
            path.write_text(content, encoding="utf-8", newline="\n")
        for path, place in aside.items():
            path.replace(place)
    finally:
        for path in aside:
            path.unlink(missing_ok=True)


def _convert(path):
    """Read a workbook and return the files of a data folder, by name.

    Raises
    ------
    SheetError
        With every problem at once.
    """
    title, sheets = _read(path)
    kept = [one for one in (ROOT / "data").iterdir() if one.suffix in (".csv", ".json")]
    files = {one.name: one.read_text(encoding="utf-8") for one in kept}
    described = {one["name"]: one for one in json.loads(files[DESCRIBED])["resources"]}
    problems = [problem for name in SHEETS for problem in _wrong(path, name, sheets.get(name), described[name])]
    if problems:
        raise SheetError("\n".join(problems))
    tables = {name: _rows(files[f"{name}.csv"]) for name in described}
    try:
        changed = _derive(title, {name: sheets[name][1] for name in SHEETS}, tables)
    except SheetError as error:
        raise SheetError(f"{path.name}, {error}") from None
    for name in changed:
        files[f"{name}.csv"] = _text([field["name"] for field in described[name]["schema"]["fields"]], tables[name])
    package = json.loads(files[DESCRIBED])
    package |= {"title": title, "description": f"Data of {title}, in the tables of the NEWPIP book."}
    package["name"] = slug(title)
    files[DESCRIBED] = json.dumps(package, indent=2, ensure_ascii=False) + "\n"
    _hold(path, files)
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


def _hold(path, files):
    """Hold the tables to all that `newpip check` asks of them; what it says of a table, say of its sheet."""
    with tempfile.TemporaryDirectory() as place:
        for name, content in files.items():
            (Path(place) / name).write_text(content, encoding="utf-8", newline="\n")
        problems = schema.check(Path(place), path.name)
    if problems:
        raise SheetError("\n".join(re.sub(r"/(\w+)\.csv:", r", table \1, row ", problem) for problem in problems))


def _read(path):
    """Return the name of the service and each sheet as its header and its rows by number, every cell as text."""
    from zipfile import BadZipFile

    from openpyxl import load_workbook
    from openpyxl.utils.exceptions import InvalidFileException

    try:
        schema.read_bytes(path)
        book = load_workbook(path, data_only=True, read_only=False)
    except (BadZipFile, InvalidFileException, KeyError, ValueError):
        raise SheetError(f"{path}: this is no workbook; a file of Excel (.xlsx) was expected") from None
    title = _cell(book["about"]["B1"].value) if "about" in book else ""
    if not title or schema.MARKUP.search(title) or len(title) > 100:
        raise SheetError(f"{path.name}, sheet about, cell B1: the name of the service was expected, in plain words")
    sheets = {}
    for name in set(SHEETS) & set(book.sheetnames):
        lines = [[_cell(cell) for cell in row] for row in book[name].iter_rows(values_only=True)]
        header = lines[0] if lines else []
        while header and not header[-1]:
            header = header[:-1]
        rows = [(n, dict(zip(header, line, strict=False))) for n, line in enumerate(lines[1:], 2) if any(line)]
        sheets[name] = header, rows
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


def _wrong(path, name, sheet, described):
    """Yield what is wrong in one sheet."""
    where = f"{path.name}, sheet {name}"
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
    yield from (f"{where}{wrong}" for wrong in _unlike(name, rows))


def _unlike(name, rows):
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
        raise SheetError(
            f"sheet service: stays of {stay[0]:g} to {stay[1]:g} months cannot be; the shorter first was expected"
        )
    posts = sum(float(row["posts"]) for row in own["staffing"] if row["therapeutic"] == "true")
    if not posts:
        raise SheetError("sheet staffing: no post is therapeutic; at least one was expected")
    dropout = facts.get("service_dropout", {}).get("value", "")
    if dropout and not 0 <= float(dropout) <= 100:
        raise SheetError(f"sheet service: service_dropout {dropout} was found, a percent from 0 to 100 was expected")
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
        raise SheetError(f"sheet referrals: {len(years)} years were found, at least 3 were expected")
    if years != list(range(years[0], years[0] + len(years))):
        raise SheetError("sheet referrals: a year is left out; years that follow each other were expected")


def _window(activity):
    """Return the first and last day of the window, and the referrals and families counted in it."""
    rows = {row["measure"]: row for row in activity}
    spans = {(row["start"], row["end"]) for row in activity}
    referrals, families = (int(rows[name]["n"]) for name in ("referrals", "families"))
    (start, end), *others = spans
    if others or start > end:
        raise SheetError("sheet activity: both counts were expected to have one window, from its first day to its last")
    if not 0 < families <= referrals:
        raise SheetError(
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
        raise SheetError(
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

    given = {row["input"]: tuple(float(row[end]) for end in ("low", "central", "high")) for row in asked}
    needing = given["births"][1] * given["need"][1]
    recent = [count / needing for _, count in counts[-3:]]
    accepted = wilson(window[3], window[2])
    given["uptake"] = (min(recent), recent[-1], max(recent))
    given["acceptance"] = (accepted.low, accepted.estimate, accepted.high)
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
            hint = "; births and need give fewer families than were referred" if row["input"] == "uptake" else ""
            expected = f"three rising values from {least:g} to {most:g} were expected"
            raise SheetError(f"sheet scenario_inputs: {row['input']} at {said}{hint}; {expected}")
        row |= _from(dict(zip(("low", "central", "high"), (f"{value:.6g}" for value in values), strict=True)))
    for row in tables["scenario_presets"]:
        if row["preset"] == "newpip":
            row |= _from({"label": title, **dict.fromkeys(("low", "central", "high"), f"{posts:g}")})


def _rows(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def _text(names, rows):
    stream = io.StringIO()
    writer = csv.DictWriter(stream, names, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def _workbook(title, described):
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
        meanings = _meanings(name, described["scenario_inputs"])
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


def _meanings(name, inputs):
    """Say what each row of a sheet asks for, where its rows are given."""
    if name == "service":
        return FACTS
    if name == "scenario_inputs":
        rows = _rows((ROOT / "data" / inputs["path"]).read_text(encoding="utf-8"))
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
    for one in described["resources"]:
        if one["name"] in SHEETS:
            lines += [f"## {one['path']}", "", one["description"], ""]
            lines += [f"- `{field['name']}`: {_comment(field)}" for field in one["schema"]["fields"]] + [""]
    return "\n".join(lines)
