"""Hold one cell of a table to the description of its column, and read it as what it is."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from fractions import Fraction

FORMS = {
    "string": (r"(?s).*", "text"),
    "integer": (r"-?(0|[1-9][0-9]{0,14})", "a whole number such as 1234"),
    "number": (r"-?(0|[1-9][0-9]{0,14})(\.[0-9]+)?([eE]-?[0-9]{1,2})?", "a number such as 1234.5"),
    "boolean": (r"true|false", "true or false"),
    "date": (r"(19|20)[0-9]{2}-[0-9]{2}-[0-9]{2}", "a date as YYYY-MM-DD"),
}
READ: dict[str, Callable] = {"integer": int, "number": float, "date": date.fromisoformat}
CONSTRAINTS = {"required", "unique", "pattern", "enum", "minimum", "maximum"}
LONGEST = 5_000  # characters a cell
MARKUP = re.compile(r"<[A-Za-z/!?]|&#?\w+;|javascript:")
FORMULA = tuple("=+-@")


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
    kind, allowed = field["type"], limits(field)
    if cell == "":
        return "the cell is empty; a value was expected" if allowed.get("required") else ""
    if len(cell) > LONGEST:
        return f"{len(cell)} characters were found, {LONGEST} at most were expected"
    odd = next((one for one in cell if _is_odd(one)), None) if not cell.isprintable() else None
    if odd is not None:
        return _odd(odd)
    expected = _expected_text(cell, allowed) if kind == "string" else _expected_value(cell, kind, allowed)
    return f"{shown(cell)!r} was found, {expected} was expected" if expected else ""


def _expected_value(cell, kind, allowed):
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
        if name in allowed and beyond(READ[kind](str(allowed[name]))):
            return f"{words} {allowed[name]}"
    if "enum" in allowed and value not in allowed["enum"]:
        return f"one of {', '.join(map(str, allowed['enum']))}"
    return ""


def _expected_text(cell, allowed):
    """Say what was expected instead of a cell of text; nothing when all is well."""
    if cell != cell.strip() or "\u00a0" in cell:
        return "text with no space at its ends and no hard space"
    if MARKUP.search(cell):
        return "plain text without markup"
    if cell.startswith(FORMULA) and not re.fullmatch(FORMS["number"][0], cell):
        return "text that no spreadsheet takes for a formula"
    if "enum" in allowed and cell not in allowed["enum"]:
        return f"one of {', '.join(map(str, allowed['enum']))}"
    if "pattern" in allowed and not re.fullmatch(allowed["pattern"], cell):
        return f"text of the form {allowed['pattern']}"
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


def shown(cell):
    """Shorten a cell for a message."""
    text = "".join(one if one.isprintable() else "\ufffd" for one in cell)
    return text if len(text) <= 60 else f"{text[:57]}..."


def read_cell(cell, kind):
    """Read a cell so that rules can compare it: numbers exactly, as fractions.

    Parameters
    ----------
    cell : str
    kind : str
        The type of its column.

    Returns
    -------
    fractions.Fraction, datetime.date or str
        None where the cell is empty or not of its type.
    """
    if cell == "" or wrong_cell(cell, {"type": kind}):
        return None
    return {"integer": Fraction, "number": Fraction, "date": date.fromisoformat}.get(kind, str)(cell)


def limits(field):
    """Return the constraints of a column, none where it has none."""
    return field.get("constraints") or {}


def listed(value):
    """Return the names of a key, which may be one alone."""
    return [value] if isinstance(value, str) else list(value)


class Row:
    """The cells of one row, by column.

    Parameters
    ----------
    number : int
        Of the row in its file, whose header is row 1.
    cells : dict of str to str
    kinds : dict of str to str
        The types of the columns.
    """

    def __init__(self, number, cells, kinds):
        self.number, self._cells, self._kinds, self._values = number, cells, kinds, {}

    def text(self, column):
        """Return a cell as it is written."""
        return self._cells[column]

    def value(self, column):
        """Return a cell as :func:`read_cell` reads it."""
        if column not in self._values:
            self._values[column] = read_cell(self._cells[column], self._kinds[column])
        return self._values[column]

    def has(self, column):
        """Tell whether there is such a column."""
        return column in self._cells
