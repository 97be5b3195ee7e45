"""Change the tables that chapters load: leave a row out, or give a cell another value that its schema allows."""

import sys
from itertools import count

import pandas as pd

from newpip import data

SHORT = 6  # words of a list, each of which a cell is tried with
EXEMPT = "unchecked"  # a field's own property in datapackage.json: why nothing need notice a change


class Tables:
    """Gives chapters their tables, each read once, and some of them changed.

    Attributes
    ----------
    changed : dict of str to pandas.DataFrame
        The tables that are given in place of the published ones.
    loaded : set of str
        The tables that were asked for.
    """

    def __init__(self):
        self.changed, self.loaded, self._kept, self._load = {}, set(), {}, data.load

    def load(self, name):
        """Load a table, as :func:`newpip.data.load` does."""
        self.loaded.add(name)
        return (self.changed[name] if name in self.changed else self.published(name)).copy()

    def published(self, name):
        """Return a table as it is in the data folder."""
        if name not in self._kept:
            self._kept[name] = self._load(name)
        return self._kept[name]

    def install(self):
        """Take the place of :func:`newpip.data.load`, for the rest of this process; return this object."""
        for name, module in list(sys.modules.items()):
            if name.split(".")[0] == "newpip" and getattr(module, "load", None) is self._load:
                module.load = self.load
        return self


def without_row(frame, row):
    """Leave a row out, with the types that the table would then be loaded with.

    Parameters
    ----------
    frame : pandas.DataFrame
    row : int
        From 0.

    Returns
    -------
    pandas.DataFrame
    """
    return without_rows(frame, [row])


def without_rows(frame, rows):
    """Leave rows out, as :func:`without_row` does.

    Parameters
    ----------
    frame : pandas.DataFrame
    rows : list of int
        From 0.

    Returns
    -------
    pandas.DataFrame
    """
    rest = frame.drop(index=rows).reset_index(drop=True)
    whole = {"Int64": "int64", "boolean": "bool"}
    types = {name: whole[str(kind)] for name, kind in rest.dtypes.items() if str(kind) in whole}
    return rest.astype({name: kind for name, kind in types.items() if rest[name].notna().all() and len(rest)})


def with_cell(frame, row, column, value):
    """Give a cell another value.

    Parameters
    ----------
    frame : pandas.DataFrame
    row : int
        From 0.
    column : str
    value : object
        Of the column's type.

    Returns
    -------
    pandas.DataFrame
    """
    cells = frame[column].tolist()
    cells[row] = value
    return frame.assign(**{column: pd.Series(cells, dtype=frame[column].dtype)})


def others(resource, frame, every=False):
    """Give each cell of a table that something should notice another value.

    Parameters
    ----------
    resource : dict
        The description of the table.
    frame : pandas.DataFrame
    every : bool
        Whether a cell that is held to a short list of words is given each other word of it, one after the other.

    Yields
    ------
    row, column, value
        ``row`` counts from 0; ``value`` is of the column's type.
    """
    for field in resource["schema"]["fields"]:
        if EXEMPT not in field:
            cells, pool = frame[field["name"]].tolist(), _pool(field, resource["schema"])
            taken = set(cells) if resource["schema"].get("primaryKey") in (field["name"], [field["name"]]) else set()
            words = field.get("constraints", {}).get("enum", ()) if every else ()
            for row, value in enumerate(cells):
                rest = [word for word in words if word not in {value, *taken}]
                for other in rest if 0 < len(rest) <= SHORT else [_other(value, field, pool, taken)]:
                    yield row, field["name"], other


def _pool(field, schema):
    """List the values that a column of text is held to: those of its list, or of the table it points to."""
    if "enum" in field.get("constraints", {}):
        return field["constraints"]["enum"]
    for key in schema.get("foreignKeys", []):
        if key["fields"] == [field["name"]] and key["reference"]["resource"]:
            target = data.load(key["reference"]["resource"])
            return target[key["reference"]["fields"][0]].tolist()
    return []


def _other(value, field, pool, taken):
    """Return another value that the schema allows; in a column of keys, one that no row has."""
    kind, limits = field["type"], field.get("constraints", {})
    if kind == "boolean":
        return bool(pd.isna(value) or not value)
    if kind == "date":
        return (pd.Timestamp("2020-02-02") if pd.isna(value) else value) + pd.Timedelta(days=31)
    if kind in ("integer", "number"):
        step = 1 if kind == "integer" else 0.01
        base = 1 if pd.isna(value) else value
        top = limits.get("maximum")
        step = -step if top is not None and base + step > top else step
        return next(base + times * step for times in count(1) if base + times * step not in taken)
    return next((other for other in pool if other not in {"", value, *taken}), f"{value} x")
