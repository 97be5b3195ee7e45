"""List what the data could be otherwise: without rows of some grades, without a source, under another reading."""

from dataclasses import dataclass, field

import pandas as pd

from newpip import data
from newpip_book.authoring import alternatives
from newpip_book.provenance.changes import with_cell, without_rows

OWN = "assumption"  # the grade of what the book's makers judged
LESS = {
    "without-unread": ("without rows known at second hand or from memory", ("secondary", "memory")),
    "without-abstracts": ("and without those read only in abstracts", ("secondary", "memory", "abstract")),
}


@dataclass(frozen=True, eq=False)
class Scenario:
    """Tables that are otherwise.

    Attributes
    ----------
    name : str
        What kind it is, a colon, and which: ``source:cullen2025``; of the two without grades, one of ``LESS``.
    changed : dict of str to pandas.DataFrame
    rows : dict of str to list of int
        The numbers of the rows, from 0, that are gone or otherwise, by table.
    taken : dict of str to set of int
        The numbers of the rows that others take their values from, by table: what rests on both compares readings.
    """

    name: str
    changed: dict
    rows: dict
    taken: dict = field(default_factory=dict)

    def concerns(self, rested):
        """Tell whether it is otherwise for something that rests on some rows.

        Parameters
        ----------
        rested : dict of str to list of int
            The numbers of these rows, by table.

        Returns
        -------
        bool
        """
        compares = any(self.taken.get(name, set()) & set(numbers) for name, numbers in rested.items())
        return not compares and any(set(self.rows.get(name, ())) & set(numbers) for name, numbers in rested.items())


def scenarios(tables, names):
    """List what some tables could be otherwise.

    Parameters
    ----------
    tables : newpip_book.provenance.changes.Tables
    names : set of str
        The tables that a chapter loads.

    Returns
    -------
    list of Scenario
        Those that change at least one of the tables.
    """
    frames = {name: tables.published(name) for name in sorted(names)}
    graded = {name: frame for name, frame in frames.items() if "grade" in frame}
    listed = [
        _without(name, graded, {one: frame["grade"].isin(less) for one, frame in graded.items()})
        for name, (_, less) in LESS.items()
    ]
    own = {name: frame["grade"].eq(OWN) for name, frame in graded.items()}
    listed += [_without(f"coding:{name}", graded, {name: own[name]}) for name in graded]
    told = {name: frame["source_id"].where(~own[name]) for name, frame in graded.items() if "source_id" in frame}
    every = sorted(set().union(*(column.dropna() for column in told.values())))
    listed += [_without(f"source:{one}", graded, {name: told[name].eq(one) for name in told}) for one in every]
    listed += [
        _otherwise(name, tables, frames) for name in dict.fromkeys(row["alternative"] for row in alternatives.read()[0])
    ]
    return [one for one in listed if one.changed]


def _without(name, frames, gone):
    """Leave rows out of tables, with the types that they would then be loaded with."""
    rows = {one: [at for at, left in enumerate(which) if left] for one, which in gone.items() if which.any()}
    return Scenario(name, {one: without_rows(frames[one], numbers) for one, numbers in rows.items()}, rows)


def _otherwise(name, tables, frames):
    """Give cells the values of another reading."""
    changed, rows, taken = {}, {}, {}
    for row in alternatives.read()[0]:
        table = row["table"]
        if row["alternative"] == name and table in frames:
            for at, value, (donor, place) in _cells(row, tables):
                changed[table] = with_cell(changed.get(table, frames[table]), at, row["column"], value)
                rows.setdefault(table, []).append(at)
                if donor:
                    taken.setdefault(donor, set()).add(place)
    return Scenario(f"reading:{name}", changed, rows, taken)


def _cells(row, tables):
    """Yield the cells of an alternative: the number of its row, its value, and the table and row it is taken from."""
    names, column = data.row_names(row["table"]), row["column"]
    if row["row"] == alternatives.EVERY:
        donor = row["value"].removeprefix(alternatives.FROM)
        theirs, own = tables.published(donor)[column], tables.published(row["table"])[column]
        places = data.row_names(donor)
        for at, place in enumerate(map(places.index, names)):
            if theirs.iloc[place] != own.iloc[at]:
                yield at, theirs.iloc[place], (donor, place)
    elif row["value"].startswith(alternatives.SAME):
        place = names.index(row["value"].removeprefix(alternatives.SAME))
        yield names.index(row["row"]), tables.published(row["table"])[column].iloc[place], (row["table"], place)
    else:
        yield names.index(row["row"]), _typed(row), (None, None)


def _typed(row):
    """Return the value of an alternative as its column has it."""
    fields = data.resource(row["table"])["schema"]["fields"]
    kind = next(field["type"] for field in fields if field["name"] == row["column"])
    types = {"integer": int, "number": float, "date": pd.Timestamp, "boolean": "true".__eq__}
    return types.get(kind, str)(row["value"])
