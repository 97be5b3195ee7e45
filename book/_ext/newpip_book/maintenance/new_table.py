"""Describe a table that is in the data's folder but not yet in its description, for its author to complete."""

import csv
import json
import re

from newpip import data
from newpip.cells import FORMS, wrong_cell
from newpip.files import write_atomic
from newpip.schema import read_bytes
from newpip_book.authoring import notebooks

SHARED = ("type", "title", "description", "unit", "unchecked")


def start(name):
    """Add a table to datapackage.json, with what its columns share with those of the same names in other tables.

    A column that no other table has is given the type that its cells have; its description, and the table's own, are
    left empty, and the check names them until they are written.

    Parameters
    ----------
    name : str
        The table's file in the data's folder, without its ending.

    Returns
    -------
    list of str
        The columns that are still to be described.

    Raises
    ------
    newpip_book.authoring.notebooks.ChapterError
        When the table is described already, is not there, or is no table. Nothing was written then.
    """
    path, package = data.folder() / f"{name}.csv", data.package()
    place = notebooks.display_path(path)
    if not re.fullmatch(r"[a-z][a-z0-9_-]*", name):
        raise notebooks.ChapterError(f"{name!r} was given; the name of a table, such as visits, was expected")
    if name in [one["name"] for one in package["resources"]]:
        raise notebooks.ChapterError(f"{name}: datapackage.json describes it; a table that it does not was expected")
    if not path.is_file():
        raise notebooks.ChapterError(f"{place}: no such file; a table in CSV, its columns' names first, was expected")
    columns = _columns(path, place)
    fields = [_field(column, cells, package) for column, cells in columns.items()]
    schema = {"fields": fields, "primaryKey": _key(columns), "foreignKeys": _keys_of_others(columns, package)}
    written = {
        **{"name": name, "path": path.name, "title": _words(name), "description": "", "schema": schema},
        **{part: package[part] for part in ("sources", "licenses") if part in package},
    }
    package = package | {"resources": [*package["resources"], written]}
    text = json.dumps(package, indent=2, ensure_ascii=False)
    write_atomic(data.folder() / "datapackage.json", f"{text}\n")
    return [field["name"] for field in fields if not field["description"]]


def _columns(path, place):
    """Return the cells of each column, by its name."""
    try:
        header, *rows = list(csv.reader(read_bytes(path).decode("utf-8").splitlines())) or [[]]
    except (UnicodeDecodeError, ValueError, csv.Error) as error:
        raise notebooks.ChapterError(f"{place}: {error}; a table in CSV, in UTF-8, was expected") from error
    odd = next((number for number, row in enumerate(rows, 2) if len(row) != len(header)), None)
    if not rows or odd or len(set(header)) < len(header) or "" in header:
        where = f"{place}:{odd or 1}"
        raise notebooks.ChapterError(
            f"{where}: a row for the columns' names, each another, and rows as wide were expected"
        )
    return dict(zip(header, zip(*rows, strict=True), strict=True))


def _field(column, cells, package):
    """Describe a column as most tables describe theirs of its name, or else by its cells alone."""
    same = [one for table in package["resources"] for one in table["schema"]["fields"] if one["name"] == column]
    shared = [{part: one[part] for part in SHARED if part in one} for one in same]
    usual = max(shared, key=shared.count, default=None)
    if 2 * shared.count(usual) > len(shared) > 1:
        limits = [one.get("constraints", {}) for one in same]
        common = {name: value for name, value in limits[0].items() if all(one.get(name) == value for one in limits)}
        return {"name": column, **usual, **({"constraints": common} if common else {})}
    return {
        **{"name": column, "type": _type(cells), "title": _words(column), "description": ""},
        **({"constraints": {"required": True}} if all(cells) else {}),
    }


def _type(cells):
    """Name the narrowest type that every cell has which is not empty."""
    filled = [cell for cell in cells if cell]
    kinds = [
        kind for kind in FORMS if kind != "string" and not any(wrong_cell(cell, {"type": kind}) for cell in filled)
    ]
    return kinds[0] if filled and kinds else "string"


def _key(columns):
    """Name the fewest first columns whose cells tell every row from the others."""
    names = list(columns)
    for count in range(1, len(names)):
        rows = list(zip(*(columns[name] for name in names[:count]), strict=True))
        if len(set(rows)) == len(rows):
            return names[:count]
    return names


def _keys_of_others(columns, package):
    """Return how other tables point elsewhere by columns that this one has too."""
    found = [key for table in package["resources"] for key in table["schema"].get("foreignKeys", [])]
    ours = [key for key in found if set(key["fields"]) <= set(columns)]
    return [key for place, key in enumerate(ours) if key not in ours[:place]]


def _words(name):
    return name.replace("_", " ").replace("-", " ").capitalize()
