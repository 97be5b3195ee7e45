"""Hold changed tables to their rules, as newpip check would."""

import pandas as pd

from newpip import data, schema


def read_tables():
    """Read the tables as rules do.

    Returns
    -------
    dict of str to newpip.schema.Table
    """
    folder = data.folder()
    return {one["name"]: schema.Table(one["path"], one, folder / one["path"]) for one in data.package()["resources"]}


def refusals(tables, name, rows):
    """Hold tables to their rules, one of them changed.

    Parameters
    ----------
    tables : dict of str to newpip.schema.Table
        As :func:`read_tables` returns them.
    name : str
        Of the table that is changed.
    rows : list of list of str
        Its rows then.

    Returns
    -------
    list of str
        One line a problem.
    """
    resource = tables[name].schema
    changed = schema.Table(
        tables[name].place, {"name": name, "schema": resource, "rules": tables[name].rules}, None, rows
    )
    problems = schema.check_tables([changed if one == name else table for one, table in tables.items()])
    for table in tables.values():
        table.problems.clear()
    return problems


def as_written(value):
    """Write a value as a table does.

    Parameters
    ----------
    value : object

    Returns
    -------
    str
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.12g}" if isinstance(value, float) else str(value).strip()
