"""Name the cells of the data that changed since the pages were last published, for whoever has to mend a sentence."""

import csv

from newpip import data
from newpip_book import project

FEW = 5  # cells that a message names


def moved_rows(tables):
    """Name the changed cells of some columns.

    Parameters
    ----------
    tables : dict of str to list of str
        From the name of a table to its columns.

    Returns
    -------
    list of str
        ``file:row:column: 190, was 186``; rows that came or went are named by their key. Empty where nothing was
        published before, or nothing changed.
    """
    found = [line for name, columns in tables.items() for line in _of_table(data.resource(name), columns)]
    more = [f"and {len(found) - FEW} more"] if len(found) > FEW else []
    return found[:FEW] + more


def _of_table(resource, columns):
    """Yield the changed cells of one table."""
    now, before = (_read(folder / resource["path"]) for folder in (data.folder(), _published()))
    if not before:
        return
    keys = resource["schema"]["primaryKey"]
    keys = [keys] if isinstance(keys, str) else keys
    place = f"data/{resource['path']}"
    old = {_key(row, keys): row for row in before}
    for number, row in enumerate(now, 2):
        was = old.pop(_key(row, keys), None)
        if was is None:
            yield f"{place}:{number}: the row {_key(row, keys)} is new"
        for column in columns if was else ():
            if row[column] != was.get(column):
                yield f"{place}:{number}:{column}: {row[column]!r}, was {was.get(column)!r}"
    for key in old:
        yield f"{place}: the row {key} is gone"


def _published():
    """Return the folder of the tables that the published pages offer."""
    return project.build_dir() / "html" / "data"


def _read(path):
    """Read a table as text; nothing where there is none."""
    if not path.is_file():
        return []
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _key(row, keys):
    return "/".join(row.get(key) or "" for key in keys)
