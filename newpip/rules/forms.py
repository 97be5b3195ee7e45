"""Hold rows to each form that a rule can have."""

import operator
import re
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from newpip.cells import FORMS as CELLS
from newpip.cells import shown
from newpip.rules.terms import RuleError, said, split_at, term_of

SIGNS = {"=": operator.eq, "<=": operator.le, "<": operator.lt}
STRICT = list(SIGNS)  # from the loosest that a chain of signs can ask for to the strictest
NONE = "it is none of the forms in newpip/rules.py"
WRITTEN = {
    "a year": r"(19|20)\d\d",
    "a month": r"(19|20)\d\d-(0[1-9]|1[0-2])",
    "a day": CELLS["date"][0],
    "a number": CELLS["number"][0],
}


class Comparison:
    """Values in order."""

    pattern = re.compile(r".+ (?:<=|<|=) .+")

    def __init__(self, found):
        parts = split_at(found[0], *SIGNS)
        if len(parts) < 3:
            raise RuleError(NONE)
        self.terms, self.signs = [term_of(part) for part in parts[::2]], parts[1::2]

    def fit(self, schemas, own):
        """Hold what is compared to being of one kind."""
        kinds = {term.kind(schemas, own) for term in self.terms}
        if len(kinds) > 1 or (kinds == {"text"} and set(self.signs) != {"="}):
            raise RuleError(f"{' and '.join(sorted(kinds))} cannot be compared by {' and '.join(self.signs)}")

    def broken(self, rows, tables):
        """Find the rows whose values stand in another order; those that are not known are passed over."""
        for row in rows:
            known = [(at, one.value(row, tables), one) for at, one in enumerate(self.terms)]
            known = [one for one in known if one[1] is not None]
            for (start, left, one), (end, right, other) in pairwise(known):
                sign = max(self.signs[start:end], key=STRICT.index)
                if not SIGNS[sign](left, right):
                    yield row, one.columns + other.columns, _and(one.said(row, tables), other.said(row, tables))
                    break


class Rounding:
    """A value that gives another when it is rounded."""

    pattern = re.compile(r"(.+) rounds to (\w+)(?: at (\w+))?")

    def __init__(self, found):
        self.terms = [term_of(found[1]), *map(term_of, filter(None, found.groups()[1:]))]

    def fit(self, schemas, own):
        """Hold what is rounded to being a number."""
        if {term.kind(schemas, own) for term in self.terms} != {"number"}:
            raise RuleError("numbers alone can be rounded")

    def broken(self, rows, tables):
        """Find the rows in which another number stands."""
        for row in rows:
            values = [term.value(row, tables) for term in self.terms]
            if None in values:
                continue
            written = row.text(self.terms[1].name)
            decimals = int(values[2]) if len(values) > 2 else -min(0, Decimal(written).as_tuple().exponent)
            if abs(values[0] - values[1]) > Fraction(10) ** -decimals / 2:
                yield (
                    row,
                    self.terms[1].columns,
                    _and(f"{self.terms[1].name} {written}", f"{said(values[0])} as computed"),
                )


class Course:
    """A column that rises, or never rises, or never falls, from row to row."""

    pattern = re.compile(r"(\w+) (rises|rises by (\d+)|never rises|never falls)(?: with (\w+))?(?: within (\w+))?")

    def __init__(self, found):
        self.count, self.how, self.step, self.along, self.within = found.groups()
        self.terms = [term_of(name) for name in (self.count, self.along, self.within) if name]

    def fit(self, schemas, own):
        """Hold the columns to being there, and what rises to be no text."""
        if "text" in [term.kind(schemas, own) for term in self.terms][: 2 if self.along else 1]:
            raise RuleError("text neither rises nor falls")

    def broken(self, rows, tables):
        """Find the rows that do not follow on the last one in which the value is known."""
        rows = [row for row in rows if row.value(self.count) is not None]
        if self.along:
            rows = sorted((row for row in rows if row.value(self.along) is not None), key=lambda r: r.value(self.along))
        last = {}
        for row in rows:
            group = row.text(self.within) if self.within else ""
            before, last[group] = last.get(group), row
            if before and not self._follows(before.value(self.count), row.value(self.count)):
                yield row, (), f"{row.text(self.count)} after {before.text(self.count)} in row {before.number}"

    def _follows(self, before, value):
        if self.step:
            return value - before == int(self.step)
        return {"rises": before < value, "never rises": value <= before, "never falls": before <= value}[self.how]


class Filling:
    """Cells that are filled, or empty, or filled together."""

    pattern = re.compile(r"(\w+(?:(?:, | and )\w+)*) (?:is|are) (filled together|filled|empty)")

    def __init__(self, found):
        self.names, self.how = re.split(r", | and ", found[1]), found[2]
        self.terms = [term_of(name) for name in self.names]

    def fit(self, schemas, own):
        """Hold the columns to being there."""
        for term in self.terms:
            term.kind(schemas, own)

    def broken(self, rows, tables):
        """Find the rows with a cell that is empty, or filled, where it should not be."""
        for row in rows:
            filled = [row.text(name) != "" for name in self.names]
            wrong = {"filled": not all(filled), "empty": any(filled)}.get(self.how, len(set(filled)) > 1)
            if wrong:
                yield row, (), _and(*(f"{name} {row.text(name) or 'left empty'}" for name in self.names))


class Sameness:
    """A column that has one value, in all rows or in each group of them."""

    pattern = re.compile(r"(\w+) is the same(?: within (\w+))?")

    def __init__(self, found):
        self.name, self.within = found.groups()
        self.terms = [term_of(name) for name in found.groups() if name]

    def fit(self, schemas, own):
        """Hold the columns to being there."""
        for term in self.terms:
            term.kind(schemas, own)

    def broken(self, rows, tables):
        """Find the rows that differ from the first of their group."""
        first = {}
        for row in rows:
            one = first.setdefault(row.text(self.within) if self.within else "", row)
            if row.text(self.name) != one.text(self.name):
                yield row, (), f"{row.text(self.name)!r} and {one.text(self.name)!r} in row {one.number}"


class Inclusion:
    """Rows that have to be there, in the table or in each group of its rows."""

    pattern = re.compile(r"(\w+) includes (.+?)(?: within (\w+))?")

    def __init__(self, found):
        self.name, self.within, self.values = found[1], found[3], found[2].split(", ")
        self.terms = [term_of(name) for name in (self.name, self.within) if name]

    def fit(self, schemas, own):
        """Hold the columns to being there."""
        for term in self.terms:
            term.kind(schemas, own)

    def broken(self, rows, tables):
        """Find the last row of each group that lacks one of them."""
        groups = {}
        for row in rows:
            groups.setdefault(row.text(self.within) if self.within else "", []).append(row)
        for group, members in groups.items():
            for value in self.values:
                if value not in {row.text(self.name) for row in members}:
                    yield members[-1], (), f"no row {value!r}{f' of {group}' if group else ''}"


class Writing:
    """Text that says a year, month, day or number."""

    pattern = re.compile(r"(\w+) is (a year|a month|a day|a number)")

    def __init__(self, found):
        self.name, self.what = found.groups()
        self.terms = [term_of(self.name)]

    def fit(self, schemas, own):
        """Hold the column to being text."""
        if self.terms[0].kind(schemas, own) != "text":
            raise RuleError("the type of the column says so already")

    def broken(self, rows, tables):
        """Find the rows that say something else."""
        for row in rows:
            text = row.text(self.name)
            if text and not re.fullmatch(WRITTEN[self.what], text):
                yield row, (), repr(shown(text))


class Address:
    """Text that leads to a cell of some table, whose value another column may repeat."""

    pattern = re.compile(r"(?:(\w+) agrees with (\w+)|(\w+) is an address)")

    def __init__(self, found):
        self.value, self.place = found[1], found[2] or found[3]
        self.terms = [term_of(name) for name in (self.value, self.place) if name]

    def fit(self, schemas, own):
        """Hold the columns to being there."""
        for term in self.terms:
            term.kind(schemas, own)

    def broken(self, rows, tables):
        """Find the rows whose text leads to no column, or whose value is another than the cell's."""
        for row in rows:
            text = row.text(self.place)
            name, key, column = text.split(":") if text.count(":") == 2 else ("", "", "")
            if text and column not in getattr(tables.get(name), "names", ()):
                yield row, (), repr(shown(text))
            elif text and self.value and row.text(self.value) and not tables[name].problems:
                cell = tables[name].find(key)
                if cell and not _differ_in_source(row, cell) and not _repeats(row, self.value, cell, column):
                    where = f"{cell.text(column)!r} in {tables[name].place.rpartition('/')[2]}, row {cell.number}"
                    yield row, (), _and(f"{self.value} {row.text(self.value)}", where)


def _differ_in_source(row, other):
    """Tell whether two rows name different sources."""
    return all(one.has("source_id") for one in (row, other)) and row.text("source_id") != other.text("source_id")


def _repeats(row, name, other, column):
    """Tell whether a cell says what another does."""
    value, cell = row.value(name), other.value(column)
    if isinstance(value, Fraction):
        number = Fraction(cell.year) if isinstance(cell, date) else cell
        return number == value or (isinstance(number, Fraction) and 100 * number == value)
    return row.text(name) in other.text(column)


def _and(*parts):
    return " and ".join(filter(None, parts))


READERS = (Rounding, Course, Filling, Sameness, Inclusion, Writing, Address, Comparison)
