"""Read the values that rules compare: columns, numbers, cells of other tables, and what arithmetic makes of them."""

import operator
import re
from dataclasses import dataclass
from fractions import Fraction

EXTREMES = {"least": min, "greatest": max}
ARITHMETIC = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
NUMBER = re.compile(r"[0-9]+(\.[0-9]+)?")
LOOKUP = re.compile(
    r"(?:(?:(?P<how>sum of|least|greatest|different) )?(?P<column>\w+) in|rows of) (?P<table>\w+)"
    r"(?: where (?P<where>.+?))?(?: with the same (?P<same>\w+(?: as \w+)?(?: and \w+(?: as \w+)?)*))?"
)
CONDITION = re.compile(r"(?P<column>\w+) (?:(?P<how>=|!=|begins with) (?P<text>.+)|is (?P<filled>filled|empty))")
DATED = {"year": re.compile(r"(\d{4})\b"), "month": re.compile(r"(\d{4}-\d\d)\b")}


class RuleError(ValueError):
    """A rule that cannot be read."""


@dataclass(frozen=True)
class Condition:
    """What a column of a row has to hold, for a rule to be of that row."""

    column: str
    how: str
    text: str

    def holds(self, row):
        """Tell whether it holds of a row.

        Parameters
        ----------
        row : newpip.schema.Row

        Returns
        -------
        bool
        """
        cell = row.text(self.column)
        if self.how == "begins with":
            return cell.startswith(self.text)
        return (cell == self.text) == (self.how == "=")


class Term:
    """A value that rules compare, made of others or of none."""

    inner = ()

    @property
    def columns(self):
        """Name the columns of the rule's own table that it reads."""
        return tuple(name for one in self.inner for name in one.columns)

    @property
    def lookups(self):
        """List what it looks up in tables."""
        return tuple(found for one in self.inner for found in one.lookups)

    def said(self, row, tables):
        """Say what it comes from, for a message."""
        return ", ".join(filter(None, (one.said(row, tables) for one in self.inner)))


class Constant(Term):
    """A number that stands in a rule."""

    def __init__(self, text):
        self.number = Fraction(text)

    def value(self, row, tables):
        """Return the number."""
        return self.number

    def kind(self, schemas, own):
        """Say that it is a number."""
        return "number"


class Column(Term):
    """A column of the row that a rule is held to."""

    def __init__(self, name):
        self.name, self.columns = name, (name,)

    columns = ()

    def value(self, row, tables):
        """Read the cell; None where it is empty."""
        return row.value(self.name)

    def kind(self, schemas, own):
        """Look up the kind of the column."""
        return kind_of(schemas, own, self.name)

    def said(self, row, tables):
        """Name the column and what it holds."""
        return f"{self.name} {row.text(self.name)}"


class Part(Term):
    """The year or the month of a day."""

    def __init__(self, part, of):
        self.part, self.inner = part, (of,)

    def value(self, row, tables):
        """Cut it from the day; None where there is none."""
        day = self.inner[0].value(row, tables)
        found = DATED[self.part].match(str(day)) if day is not None else None
        return (Fraction(found[1]) if self.part == "year" else found[1]) if found else None

    def kind(self, schemas, own):
        """Say whether it is a number or, a month, text."""
        if self.inner[0].kind(schemas, own) == "number":
            raise RuleError(f"a number has no {self.part}")
        return "number" if self.part == "year" else "text"


class Calculation(Term):
    """What arithmetic makes of two values."""

    def __init__(self, sign, left, right):
        self.sign, self.inner = sign, (left, right)

    def value(self, row, tables):
        """Calculate exactly; None where a value is missing or divided by nought."""
        left, right = (one.value(row, tables) for one in self.inner)
        if left is None or right is None or (self.sign == "/" and right == 0):
            return None
        return ARITHMETIC[self.sign](left, right)

    def kind(self, schemas, own):
        """Hold both sides to being numbers."""
        if {one.kind(schemas, own) for one in self.inner} != {"number"}:
            raise RuleError(f"numbers stand on both sides of {self.sign}")
        return "number"


class Lookup(Term):
    """A cell of some table, or what becomes of a column of it."""

    def __init__(self, found):
        same = [pair.partition(" as ") for pair in found["same"].split(" and ")] if found["same"] else []
        self.table, self.column = found["table"], found["column"]
        self.how = (found["how"] or "") if self.column else "rows"
        self.where = conditions_of(found["where"])
        self.same = tuple((far, own or far) for far, _, own in same)
        self.columns, self.lookups = tuple(own for _, own in self.same), (self,)

    columns = lookups = ()

    def rows(self, row, tables):
        """Find the rows that it is of."""
        wanted = [(far, row.text(own)) for far, own in self.same]
        return [
            other
            for other in tables[self.table].records
            if all(other.text(far) == text for far, text in wanted) and all(one.holds(other) for one in self.where)
        ]

    def value(self, row, tables):
        """Look it up; None where a cell is missing, or, for one cell, there is no single row."""
        rows = self.rows(row, tables)
        if self.how == "rows":
            return Fraction(len(rows))
        if self.how == "different":
            return Fraction(len({other.text(self.column) for other in rows} - {""}))
        values = [other.value(self.column) for other in rows]
        if self.how == "sum of":
            return None if None in values else sum(values, Fraction(0))
        known = [value for value in values if value is not None]
        if self.how in EXTREMES:
            return EXTREMES[self.how](known) if known else None
        return values[0] if len(values) == 1 else None

    def kind(self, schemas, own):
        """Hold table and columns to being there, and say what comes of them."""
        for column in (None, *(one.column for one in self.where), *(far for far, _ in self.same)):
            kind_of(schemas, self.table, column)
        kind = kind_of(schemas, self.table, self.column)
        if self.how == "sum of" and kind != "number":
            raise RuleError(f"{self.column} of {self.table} has no numbers to sum")
        return "number" if self.how in ("rows", "different") else kind

    def said(self, row, tables):
        """Say what was found, and in which rows of which table."""
        rows, table = self.rows(row, tables), tables[self.table]
        numbers = ", ".join(str(other.number) for other in rows[:4]) + (", ..." if len(rows) > 4 else "")
        where = f", row{'s' * (len(rows) > 1)} {numbers}" if 0 < len(rows) < len(table.rows) else ""
        return f"{said(self.value(row, tables))} in {table.place.rpartition('/')[2]}{where}"


def said(value):
    """Write a value as a message shows it.

    Parameters
    ----------
    value : fractions.Fraction, datetime.date or str

    Returns
    -------
    str
    """
    return f"{float(value):.10g}" if isinstance(value, Fraction) else str(value)


def kind_of(schemas, table, column):
    """Return whether a column holds numbers, days or text.

    Parameters
    ----------
    schemas : dict of str to dict of str to str
        From tables to columns to their types.
    table : str
    column : str or None
        None asks for the table alone.

    Returns
    -------
    str
        ``number``, ``date`` or ``text``.

    Raises
    ------
    RuleError
        When there is no such table or column.
    """
    if table not in schemas:
        raise RuleError(f"there is no table {table!r}")
    if column is None:
        return "number"
    if column not in schemas[table]:
        raise RuleError(f"{table} has no column {column!r}")
    kind = schemas[table][column]
    return {"integer": "number", "number": "number", "date": "date"}.get(kind, "text")


def split_at(text, *signs):
    """Split a text at signs that stand between spaces and outside parentheses.

    Parameters
    ----------
    text : str
    *signs : str

    Returns
    -------
    list of str
        Parts and signs in turn.
    """
    parts, depth, start, at = [], 0, 0, 0
    while at < len(text):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        sign = next((one for one in signs if depth == 0 and text.startswith(f" {one} ", at)), None)
        if sign:
            parts += [text[start:at], sign]
            start = at = at + len(sign) + 2
        else:
            at += 1
    if depth:
        raise RuleError("a parenthesis has no other")
    return [*parts, text[start:]]


def term_of(text):
    """Read a value.

    Parameters
    ----------
    text : str

    Returns
    -------
    Constant, Column, Part, Calculation or Lookup

    Raises
    ------
    RuleError
        When it is none.
    """
    for signs in ("+-", "*/"):
        parts = split_at(text, *signs)
        if len(parts) > 1:
            return Calculation(parts[-2], term_of(" ".join(parts[:-2])), term_of(parts[-1]))
    part, _, of = text.partition(" of ")
    if part in DATED and of:
        return Part(part, term_of(of))
    if text.startswith("(") and text.endswith(")"):
        found = LOOKUP.fullmatch(text[1:-1])
        return Lookup(found) if found else term_of(text[1:-1])
    if NUMBER.fullmatch(text):
        return Constant(text)
    if re.fullmatch(r"[a-z]\w*", text):
        return Column(text)
    raise RuleError(f"{text!r} is no column, no number, and nothing in parentheses that can be looked up")


def conditions_of(text):
    """Read the conditions of a rule or of a look-up.

    Parameters
    ----------
    text : str or None

    Returns
    -------
    tuple of Condition

    Raises
    ------
    RuleError
        When one of them is none.
    """
    conditions = []
    for one in text.split(" and ") if text else ():
        found = CONDITION.fullmatch(one)
        if not found:
            raise RuleError(f"{one!r} is no condition such as 'unit = month' or 'unit is filled'")
        how = found["how"] or {"filled": "!=", "empty": "="}[found["filled"]]
        conditions.append(Condition(found["column"], how, found["text"] or ""))
    return tuple(conditions)
