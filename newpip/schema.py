"""Hold tables to their descriptions, with Python's standard library alone: quick enough to run after every change."""

import csv
import difflib
import io
import json
import re
import unicodedata
from collections.abc import Callable
from datetime import date

FORMS = {
    "string": (r"(?s).*", "text"),
    "integer": (r"-?(0|[1-9][0-9]{0,14})", "a whole number such as 1234"),
    "number": (r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?([eE]-?[0-9]{1,2})?", "a number such as 1234.5"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", "a date as YYYY-MM-DD"),
}
READ: dict[str, Callable] = {"integer": int, "number": float, "date": date.fromisoformat}
CONSTRAINTS = {"required", "unique", "pattern", "enum", "minimum", "maximum"}
LARGEST = 20_000_000  # bytes a file; the tables of this book are a thousandth of that
LONGEST = 5_000  # characters a cell
MARKUP = re.compile(r"<[A-Za-z/!?]|&#?\w+;|javascript:")
FORMULA = tuple("=+-@")
RULE = re.compile(r"(?P<left>\w+) (?P<sign><=|<|=) (?P<right>[\w.]+)(?: where (?P<column>\w+) = (?P<value>.+))?")
FALLS = re.compile(r"(?P<count>\w+) never rises with (?P<along>\w+) within (?P<within>\w+)")


class Table:
    """The rows of one table as text, and what is wrong with them.

    Parameters
    ----------
    place : str
        How messages name its file.
    resource : dict
        Its description: one resource of datapackage.json.
    path : pathlib.Path
        Its file.

    Attributes
    ----------
    rows : list of list of str
        The cells; empty where the file cannot be read as a table.
    problems : list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``. The header is row 1.
    sound : bool
        Whether every row has its cells, so that keys and rules can be held to them.
    """

    def __init__(self, place, resource, path):
        self.place, self.schema, self.rules = place, resource["schema"], resource.get("rules", [])
        self.fields = self.schema["fields"]
        self.names = [field["name"] for field in self.fields]
        self.problems, self.rows = [], []
        text = self._text(path)
        self.sound = text is not None and self._split(text)
        if self.sound:
            for number, row in enumerate(self.rows, 2):
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

    def check(self):
        """Hold the rows to each other: unique columns, the primary key, the rules."""
        primary = _listed(self.schema.get("primaryKey", []))
        for names in {(field["name"],) for field in self.fields if _limits(field).get("unique")} | {tuple(primary)}:
            seen = {}
            for number, key in enumerate(zip(*(self.column(name) for name in names), strict=True), 2):
                if key in seen:
                    said = " and ".join(map(repr, key))
                    self.say(
                        number, ",".join(names), f"{said} stands in row {seen[key]} too; a unique key was expected"
                    )
                seen.setdefault(key, number)
        for rule in self.rules:
            self._hold(rule)

    def _hold(self, rule):
        """Hold every row to one rule, where the cells it speaks of are filled and of their type."""
        falls = FALLS.fullmatch(rule)
        if falls:
            self._fall(rule, **falls.groupdict())
            return
        parts = RULE.fullmatch(rule).groupdict()
        for number, row in enumerate(self.rows, 2):
            cells = dict(zip(self.names, row, strict=True))
            if parts["column"] and cells[parts["column"]] != parts["value"]:
                continue
            left, right = (self._value(cells, parts[side]) for side in ("left", "right"))
            if left is None or right is None or type(left) is str or type(left) is not type(right):
                continue
            holds = {"<=": left <= right, "<": left < right, "=": left == right}[parts["sign"]]
            if not holds:
                found = " and ".join(f"{n} {cells[n]}" for n in (parts["left"], parts["right"]) if n in cells)
                self.say(number, parts["left"], f"{found} cannot be; expected: {rule}")

    def _fall(self, rule, count, along, within):
        """Hold a count to those of the steps before it: nobody can be interviewed who was not invited."""
        last, steps = {}, []
        for number, row in enumerate(self.rows, 2):
            cells = dict(zip(self.names, row, strict=True))
            step, people = self._value(cells, along), self._value(cells, count)
            if step is not None and people is not None:
                steps.append((step, number, people, cells[within]))
        for _, number, people, group in sorted(steps):
            before, most = last.get(group, (None, people))
            if people > most:
                self.say(number, count, f"{people:g} after {most:g} in row {before} cannot be; expected: {rule}")
            last[group] = number, people

    def _value(self, cells, name):
        """Read a cell, or a number that stands in a rule, so that it can be compared."""
        if name not in cells:
            return float(name)
        field = self.fields[self.names.index(name)]
        if cells[name] == "" or wrong_cell(cells[name], {"type": field["type"]}):
            return None
        value = READ.get(field["type"], str)(cells[name])
        return float(value) if isinstance(value, int) else value

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
                self.say(1, _shown(name), f"the column {_shown(name)!r} is not described in datapackage.json; {hint}")
        for name in self.names:
            if name not in header and name not in meant:
                self.say(1, name, f"the column is missing; {expected}")
        if len(self.problems) == before:
            self.problems.append(f"{self.place}:1:1: the columns stand in another order; {expected}")
        return False


def wrong_cell(cell, field):
    """Say what is wrong with one cell, and what was expected.

    Parameters
    ----------
    cell : str
    field : dict
        The description of its column.

    Returns
    -------
    str
        Empty when all is well.
    """
    kind, limits = field["type"], _limits(field)
    if cell == "":
        return "the cell is empty; a value was expected" if limits.get("required") else ""
    if len(cell) > LONGEST:
        return f"{len(cell)} characters were found, {LONGEST} at most were expected"
    odd = next((one for one in cell if _is_odd(one)), None) if not cell.isprintable() else None
    if odd is not None:
        return _odd(odd)
    expected = _expected_text(cell, limits) if kind == "string" else _expected_value(cell, kind, limits)
    return f"{_shown(cell)!r} was found, {expected} was expected" if expected else ""


def _expected_value(cell, kind, limits):
    """Say what was expected instead of a cell that is no text; nothing when all is well."""
    pattern, expected = FORMS[kind]
    if not re.fullmatch(pattern, cell):
        return expected
    if kind == "boolean":
        return ""
    try:
        value = READ[kind](cell)
    except ValueError:
        return "a day that the calendar has"
    for name, beyond, words in (("minimum", value.__lt__, "at least"), ("maximum", value.__gt__, "at most")):
        if name in limits and beyond(READ[kind](str(limits[name]))):
            return f"{words} {limits[name]}"
    if "enum" in limits and value not in limits["enum"]:
        return f"one of {', '.join(map(str, limits['enum']))}"
    return ""


def _expected_text(cell, limits):
    """Say what was expected instead of a cell of text; nothing when all is well."""
    if cell != cell.strip() or "\u00a0" in cell:
        return "text with no space at its ends and no hard space"
    if MARKUP.search(cell):
        return "plain text without markup"
    if cell.startswith(FORMULA) and not re.fullmatch(FORMS["number"][0], cell):
        return "text that no spreadsheet takes for a formula"
    if "enum" in limits and cell not in limits["enum"]:
        return f"one of {', '.join(map(str, limits['enum']))}"
    if "pattern" in limits and not re.fullmatch(limits["pattern"], cell):
        return f"text of the form {limits['pattern']}"
    return ""


def _is_odd(sign):
    """Tell whether a character does not belong in one line of plain text."""
    return unicodedata.category(sign)[0] == "C" or sign in "\u2028\u2029"


def _odd(sign):
    """Say which character plain text cannot hold."""
    if "\udc80" <= sign <= "\udcff":
        return f"the byte {ord(sign) - 0xDC00:#04x} is not UTF-8; UTF-8 was expected"
    if sign in "\n\u2028\u2029":
        return "a line break stands in the cell; one line was expected (was a quotation mark left open?)"
    return f"the character U+{ord(sign):04X} cannot be seen; plain text was expected"


def _shown(cell):
    """Shorten a cell for a message."""
    text = "".join(one if one.isprintable() else "\ufffd" for one in cell)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _limits(field):
    return field.get("constraints") or {}


def _listed(value):
    return [value] if isinstance(value, str) else list(value)


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
    found = re.search(r"^[ \t]*\"?(<{7}|>{7})( |$)", text, flags=re.MULTILINE)
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


def wrong_package(package, place):
    """Say what is wrong with the description of the tables.

    Parameters
    ----------
    package : object
        The content of datapackage.json.
    place : str
        How messages name it.

    Returns
    -------
    list of str
    """
    resources = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(resources, list) or not resources or not all(isinstance(one, dict) for one in resources):
        return [f"{place}:1:resources: a list of tables was expected"]
    tables = {}
    problems = []
    for number, one in enumerate(resources, 1):
        name = one.get("name")
        if not isinstance(name, str) or not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            problems.append(f"{place}: table {number}:name: {name!r} was found, a name of small letters was expected")
        elif name in tables:
            problems.append(f"{place}:{name}:name: the table stands twice; different names were expected")
        else:
            tables[name] = one
            problems += [f"{place}:{name}:{wrong}" for wrong in _wrong_resource(one)]
    if problems:
        return problems
    for name, one in tables.items():
        problems += [f"{place}:{name}:{wrong}" for wrong in _wrong_keys(one, tables)]
    paths = [one["path"] for one in tables.values()]
    twice = {path for path in paths if paths.count(path) > 1}
    return problems + [f"{place}: {path}: two tables have this path; one was expected" for path in sorted(twice)]


def _wrong_resource(one):
    """Yield what is wrong with one table's description taken alone."""
    if not re.fullmatch(r"[\w-]+\.csv", str(one.get("path"))):
        yield f"path: {one.get('path')!r} was found, the name of a CSV file in this folder was expected"
    fields = one.get("schema", {}).get("fields") if isinstance(one.get("schema"), dict) else None
    if not isinstance(fields, list) or not fields or not all(isinstance(field, dict) for field in fields):
        yield "schema: a list of fields was expected"
        return
    names = [field.get("name") for field in fields]
    for part, where in ((one, "table"), *((field, field.get("name")) for field in fields)):
        for word in ("title", "description"):
            if not isinstance(part.get(word, ""), str) or MARKUP.search(part.get(word, "")):
                yield f"{where}: a {word} in plain words, without markup, was expected"
    for field in fields:
        name = field.get("name")
        if not isinstance(name, str) or not name or names.count(name) > 1:
            yield f"{name}: a name that no other column has was expected"
        if field.get("type") not in FORMS:
            yield f"{name}: the type {field.get('type')!r} was found, one of {', '.join(FORMS)} was expected"
        else:
            yield from (f"{name}: {wrong}" for wrong in _wrong_limits(field))


def _wrong_limits(field):
    """Yield what is wrong with the constraints of one column."""
    limits = field.get("constraints", {})
    if not isinstance(limits, dict):
        yield "constraints in braces were expected"
        return
    for name in limits.keys() - CONSTRAINTS:
        yield f"the constraint {name!r} was found, one of {', '.join(sorted(CONSTRAINTS))} was expected"
    for name in limits.keys() & {"minimum", "maximum"}:
        if field["type"] not in READ or not re.fullmatch(FORMS[field["type"]][0], str(limits[name])):
            yield f"the {name} {limits[name]!r} was found, a value of the column's type was expected"
    if not isinstance(limits.get("enum", []), list):
        yield "enum: a list was expected"
    try:
        re.compile(limits.get("pattern", ""))
    except (re.error, TypeError) as error:
        yield f"pattern: {error}; a regular expression was expected"


def _wrong_keys(one, tables):
    """Yield what is wrong with a table's keys and rules, given all tables."""
    schema = one["schema"]
    names = {field["name"] for field in schema["fields"]}
    for name in _listed(schema.get("primaryKey", [])):
        if name not in names:
            yield f"primaryKey: {name!r} is no column of the table; one of its columns was expected"
    for key in schema.get("foreignKeys", []):
        try:
            own, target = _listed(key["fields"]), key["reference"]["resource"]
            far = _listed(key["reference"]["fields"])
        except (KeyError, TypeError):
            yield f"foreignKeys: {key!r} was found, fields and a reference were expected"
            continue
        there = names if target == "" else {f["name"] for f in tables.get(target, one)["schema"]["fields"]}
        if target and target not in tables:
            yield f"foreignKeys: there is no table {target!r}; one that is described was expected"
        elif not (set(own) <= names and set(far) <= there and len(own) == len(far)):
            yield f"foreignKeys: {own} cannot point to {far}; columns of the two tables were expected"
    yield from (
        f"rules: {rule!r} was found, such as 'low <= high' of the table's columns was expected"
        for rule in one.get("rules", [])
        if not _is_rule(str(rule), names)
    )


def _is_rule(rule, names):
    """Tell whether a rule speaks of these columns, and of numbers."""
    falls = FALLS.fullmatch(rule)
    if falls:
        return set(falls.groups()) <= names
    parts = RULE.fullmatch(rule)
    sides = {parts["left"], parts["right"], parts["column"]} - {None} if parts else {"no rule"}
    return all(side in names or re.fullmatch(FORMS["number"][0], side) for side in sides)


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
    tables = {one["name"]: Table(f"{place}/{one['path']}", one, folder / one["path"]) for one in package["resources"]}
    for table in tables.values():
        if table.sound:
            table.check()
            _point(table, tables)
    known = {one["path"] for one in package["resources"]}
    strays = [path.name for path in sorted(folder.glob("*.csv")) if path.name not in known]
    strays = [
        f"{place}/{name}: datapackage.json does not describe this file; only its tables were expected"
        for name in strays
    ]
    return [problem for table in tables.values() for problem in table.problems] + strays


def _point(table, tables):
    """Hold a table's foreign keys to the rows they point to."""
    for key in table.schema.get("foreignKeys", []):
        target = tables[key["reference"]["resource"]] if key["reference"]["resource"] else table
        names, far = _listed(key["fields"]), _listed(key["reference"]["fields"])
        if not target.sound:
            continue
        there = set(zip(*(target.column(name) for name in far), strict=True))
        for number, cells in enumerate(zip(*(table.column(name) for name in names), strict=True), 2):
            if any(cells) and cells not in there:
                said = " and ".join(repr(_shown(cell)) for cell in cells)
                where = f"{target.place.rsplit('/', 1)[-1]}, column {','.join(far)}"
                table.say(number, ",".join(names), f"{said} does not stand in {where}; a row of it was expected")
