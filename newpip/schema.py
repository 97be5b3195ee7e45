"""Hold tables to their descriptions, with Python's standard library alone: quick enough to run after every change."""

import csv
import difflib
import io
import json
import re

from newpip.cells import MARKUP, Row, limits, listed, shown, wrong_cell
from newpip.description import wrong_package
from newpip.rules import Rule

__all__ = [
    "MARKUP",
    "Table",
    "check",
    "conflict",
    "read_bytes",
    "check_tables",
    "read_json",
    "wrong_cell",
    "wrong_package",
]
# As git and nbdime mark it, within the quotes of JSON too.
CONFLICT = re.compile(r"^[ \t]*\"?(<span[^>]*><b>)?(<{7}|>{7})( |$)", re.MULTILINE)
LARGEST = 20_000_000  # bytes a file; the tables of this book are a thousandth of that


class Table:
    """The rows of one table as text, and what is wrong with them.

    Parameters
    ----------
    place : str
        How messages name its file.
    resource : dict
        Its description: one resource of datapackage.json.
    path : pathlib.Path or None
        Its file; none where the rows are given.
    rows : list of list of str, optional
        Its rows, in the order of the columns.
    numbers : list of int, optional
        The numbers by which messages name them; else they follow on the header, which is row 1.

    Attributes
    ----------
    rows : list of list of str
        The cells; empty where the file cannot be read as a table.
    records : list of newpip.cells.Row
        The rows, as rules read them.
    problems : list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``. The header is row 1.
    sound : bool
        Whether every row has its cells, so that keys and rules can be held to them.
    """

    def __init__(self, place, resource, path, rows=(), numbers=None):
        self.place, self.name, self.schema = place, resource.get("name"), resource["schema"]
        self.rules = resource.get("rules", [])
        self.fields = self.schema["fields"]
        self.names = [field["name"] for field in self.fields]
        self.problems, self.rows, self.records = [], list(rows), []
        text = self._text(path) if path else None
        self.sound = self._split(text) if text is not None else bool(self.rows)
        self.numbers = numbers or range(2, len(self.rows) + 2)
        if self.sound:
            kinds = {field["name"]: field["type"] for field in self.fields}
            for number, row in zip(self.numbers, self.rows, strict=True):
                self.records.append(Row(number, dict(zip(self.names, row, strict=True)), kinds))
                for field, cell in zip(self.fields, row, strict=True):
                    wrong = wrong_cell(cell, field)
                    if wrong:
                        self.say(number, field["name"], wrong)

    def say(self, row, column, wrong):
        """Note one problem."""
        self.problems.append(f"{self.place}:{row}:{column}: {wrong}")

    def column(self, name):
        """Return the cells of a column.

        Parameters
        ----------
        name : str

        Returns
        -------
        list of str
        """
        place = self.names.index(name)
        return [row[place] for row in self.rows]

    def find(self, key):
        """Find a row by its first column, or by its first two with a space between.

        Parameters
        ----------
        key : str

        Returns
        -------
        newpip.cells.Row or None
        """
        for width in (1, 2):
            for cells, row in zip(self.rows, self.records, strict=True):
                if " ".join(cells[:width]) == key:
                    return row
        return None

    def check(self):
        """Hold the rows to each other: unique columns, the primary key, the rules of this table alone."""
        primary = listed(self.schema.get("primaryKey", []))
        for names in {(field["name"],) for field in self.fields if limits(field).get("unique")} | {tuple(primary)}:
            seen = {}
            for number, key in zip(self.numbers, zip(*map(self.column, names), strict=True), strict=False):
                if key in seen:
                    said = " and ".join(map(repr, key))
                    self.say(
                        number, ",".join(names), f"{said} stands in row {seen[key]} too; a unique key was expected"
                    )
                seen.setdefault(key, number)
        clean = not self.problems
        for rule in map(Rule, self.rules):
            if not rule.reads_others(self.name) and (clean or rule.by_row):
                self.hold(rule, {self.name: self})

    def hold(self, rule, tables):
        """Hold the rows to a rule.

        Parameters
        ----------
        rule : newpip.rules.Rule
        tables : dict of str to Table
            Those that it reads.
        """
        for row, column, wrong in rule.broken(self, tables):
            self.say(row, column, wrong)

    def _text(self, path):
        """Read the file, or say why it is no table in UTF-8."""
        try:
            raw = read_bytes(path)
        except OSError as error:
            self.problems.append(f"{self.place}: {error.strerror or error}; a table in UTF-8 with commas was expected")
            return None
        wrong = (
            (raw.startswith((b"\xff\xfe", b"\xfe\xff")), "1:1: the file is in UTF-16; UTF-8 was expected"),
            (raw.startswith(b"\xef\xbb\xbf"), "1:1: a byte order mark stands first; UTF-8 without one was expected"),
            (raw.startswith(b"PK\x03\x04"), "1:1: this is a workbook; its sheet, saved as CSV in UTF-8, was expected"),
            (not raw.strip(), "1:1: the file is empty; a header and rows were expected"),
            (b"\r" in raw, "1:1: lines end as on Windows (CR LF); LF alone was expected"),
        )
        for found, message in wrong:
            if found:
                self.problems.append(f"{self.place}:{message}")
                return None
        return raw.decode("utf-8", errors="surrogateescape")

    def _split(self, text):
        """Split the text into rows of as many cells as the header has; tell whether that went well."""
        reader, lines = csv.reader(io.StringIO(text, newline=""), strict=True), []
        try:
            lines.extend(reader)
        except csv.Error as error:
            wrong = f"{error}; cells between commas, in quotes where they hold a comma, were expected"
            self.problems.append(f"{self.place}:{len(lines) + 1}:1: {wrong}")
            return False
        header, self.rows = lines[0], lines[1:]
        if not self._header(header):
            return False
        if not self.rows:
            self.problems.append(f"{self.place}:2:1: there is no row; at least one was expected")
        sound = bool(self.rows)
        for number, row in enumerate(self.rows, 2):
            if not any(row):
                self.problems.append(f"{self.place}:{number}:1: the row is empty; a row of data was expected")
            elif len(row) != len(header):
                at = min(len(row), len(header) - 1)
                wrong = f"{len(row)} cells were found, {len(header)} were expected"
                self.say(number, self.names[at], wrong)
            sound = sound and any(row) and len(row) == len(header)
        return sound

    def _header(self, header):
        """Hold the first row to the names of the columns."""
        if header == self.names:
            return True
        expected = f"the columns {','.join(self.names)} were expected"
        for sign, name in ((";", "semicolons"), ("\t", "tabs"), ("|", "bars")):
            if len(header) <= 2 and sign in header[0]:
                self.problems.append(f"{self.place}:1:1: {name} separate the columns; commas were expected")
                return False
        before, meant = len(self.problems), set()
        for name in dict.fromkeys(header):
            if header.count(name) > 1:
                self.say(1, name, f"the column stands {header.count(name)} times; {expected}")
            elif name not in self.names:
                near = [one for one in self.names if one.lower() == name.strip().lower()]
                near = near or difflib.get_close_matches(name, [one for one in self.names if one not in header], 1)
                meant.update(near[:1])
                hint = f"{near[0]!r} was expected" if near else expected
                self.say(1, shown(name), f"the column {shown(name)!r} is not described in datapackage.json; {hint}")
        for name in self.names:
            if name not in header and name not in meant:
                self.say(1, name, f"the column is missing; {expected}")
        if len(self.problems) == before:
            self.problems.append(f"{self.place}:1:1: the columns stand in another order; {expected}")
        return False


def read_bytes(path):
    """Read a file of a reasonable size.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    bytes

    Raises
    ------
    OSError
        When it is missing, a folder, no ordinary file, unreadable or larger than 20 MB.
    """
    size = path.stat().st_size
    if path.is_dir():
        raise OSError("Is a folder")
    if not path.is_file():
        raise OSError("Is no ordinary file")
    if size > LARGEST:
        raise OSError(f"{size} bytes were found, {LARGEST} at most")
    return path.read_bytes()


def read_json(path, place):
    """Read a JSON file strictly.

    Parameters
    ----------
    path : pathlib.Path
    place : str
        How messages name it.

    Returns
    -------
    content : object
        None when there are problems.
    problems : list of str
    """
    try:
        raw = read_bytes(path)
        return json.loads(raw.decode("utf-8"), object_pairs_hook=_once, parse_constant=_never), []
    except OSError as error:
        return None, [f"{place}: {error.strerror or error}; JSON was expected"]
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        return None, [f"{place}:{row}:1: byte {raw[error.start]:#04x} is not UTF-8; JSON in UTF-8 was expected"]
    except json.JSONDecodeError as error:
        marker = conflict(raw.decode("utf-8"))
        if marker:
            return None, [f"{place}:{marker}:1: a conflict of git was left; one of its two sides was expected"]
        return None, [f"{place}:{error.lineno}:{error.colno}: {error.msg}; JSON was expected"]
    except (ValueError, RecursionError) as error:
        return None, [f"{place}:1:1: {error}; JSON was expected"]


def conflict(text):
    """Find the line where git left a conflict.

    Parameters
    ----------
    text : str

    Returns
    -------
    int or None
        The line, counted from 1.
    """
    found = CONFLICT.search(text)
    return text.count("\n", 0, found.start()) + 1 if found else None


def _once(pairs):
    """Refuse a name that stands twice in an object of JSON."""
    names = [name for name, _ in pairs]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise ValueError(f"the name {twice[0]!r} stands twice in one object")
    return dict(pairs)


def _never(word):
    raise ValueError(f"{word} is no number of JSON")


def check(folder, place):
    """Hold all tables of a folder to their descriptions and to each other.

    Parameters
    ----------
    folder : pathlib.Path
    place : str
        How messages name the folder.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    package, problems = read_json(folder / "datapackage.json", f"{place}/datapackage.json")
    problems = problems or wrong_package(package, f"{place}/datapackage.json")
    if problems:
        return problems
    described = package["resources"]
    problems = check_tables([Table(f"{place}/{one['path']}", one, folder / one["path"]) for one in described])
    known = {one["path"] for one in described}
    strays = [path.name for path in sorted(folder.glob("*.csv")) if path.name not in known]
    return problems + [
        f"{place}/{name}: datapackage.json does not describe this file; only its tables were expected"
        for name in strays
    ]


def check_tables(tables):
    """Hold tables to themselves and to each other.

    Parameters
    ----------
    tables : list of Table
        Those that are not among them are passed over, with all that leads to them.

    Returns
    -------
    list of str
        One line a problem.
    """
    named = {table.name: table for table in tables}
    for table in tables:
        if table.sound:
            table.check()
            _point(table, named)
    clean = {name: table for name, table in named.items() if not table.problems}
    for name, table in clean.items():
        for rule in map(Rule, table.rules):
            if rule.reads_others(name) and rule.tables <= clean.keys():
                table.hold(rule, named)
    return [problem for table in tables for problem in table.problems]


def _point(table, tables):
    """Hold a table's foreign keys to the rows they point to."""
    for key in table.schema.get("foreignKeys", []):
        target = tables.get(key["reference"]["resource"] or table.name)
        names, far = listed(key["fields"]), listed(key["reference"]["fields"])
        if target is None or not target.sound:
            continue
        there = set(zip(*map(target.column, far), strict=True))
        for number, cells in zip(table.numbers, zip(*map(table.column, names), strict=True), strict=True):
            if any(cells) and cells not in there:
                said = " and ".join(repr(shown(cell)) for cell in cells)
                where = f"{target.place.rsplit('/', 1)[-1]}, column {','.join(far)}"
                table.say(number, ",".join(names), f"{said} does not stand in {where}; a row of it was expected")
