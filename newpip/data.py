"""The tables in data/: loading one, typed by its schema, and checking them all."""

import os
from functools import lru_cache
from pathlib import Path

from newpip import schema

TYPES = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}
TRUE_FALSE = {"true": True, "false": False}


class DataError(ValueError):
    """One or more problems in data/, each naming its file, row and column and what was expected.

    Parameters
    ----------
    problems : list of str
        One line a problem.
    """

    def __init__(self, problems):
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


def root():
    """Find the book that one works in.

    Returns
    -------
    pathlib.Path
        The nearest folder, from the working directory upwards, that holds _config.yml and _toc.yml; where there is
        none, the one that this package is installed from.
    """
    here = Path.cwd()
    books = (one for one in (here, *here.parents) if (one / "_config.yml").is_file() and (one / "_toc.yml").is_file())
    return next(books, Path(__file__).parents[1])


def folder():
    """Return the folder that holds the tables.

    Returns
    -------
    pathlib.Path
        ``NEWPIP_DATA`` when it is set, else data/ of the book, else the tables that came with the package.
    """
    named = os.environ.get("NEWPIP_DATA")
    if named:
        return Path(named)
    own, packaged = root() / "data", Path(__file__).with_name("_data")
    return packaged if packaged.is_dir() and not own.is_dir() else own


def package():
    """Read the description of the tables.

    Returns
    -------
    dict
        datapackage.json, a Frictionless Data Package.

    Raises
    ------
    DataError
        When the file is missing, is not JSON or does not describe tables.
    """
    path = folder() / "datapackage.json"
    stamp = os.stat(path) if path.is_file() else None
    found, problems = _package(path, f"{_place()}/datapackage.json", stamp and (stamp.st_mtime_ns, stamp.st_size))
    if problems:
        raise DataError(problems)
    return found


@lru_cache(maxsize=4)
def _package(path, place, stamp):
    """Read and check the description once, until its file changes; return it, and what is wrong with it."""
    found, problems = schema.read_json(path, place)
    return found, problems or schema.wrong_package(found, place)


def resource(name):
    """Look up one table's description.

    Parameters
    ----------
    name : str
        The table's name, such as ``"referrals"``.

    Returns
    -------
    dict
        Its resource in datapackage.json.

    Raises
    ------
    DataError
        When there is no such table.
    """
    described = {one["name"]: one for one in package()["resources"]}
    if name not in described:
        raise DataError([f"datapackage.json: no table {name!r}; expected one of {', '.join(sorted(described))}"])
    return described[name]


def load(name):
    """Load a table, typed by its schema.

    Parameters
    ----------
    name : str
        The table's name, such as ``"referrals"``.

    Returns
    -------
    pandas.DataFrame
        One row a record, one column a field. Whole numbers are ``int64``, or ``Int64`` where some are
        missing; missing text is ``""``.

    Raises
    ------
    DataError
        When the file cannot be read, its columns differ from the schema, or a cell is not of its type.
    """
    described = resource(name)
    table = schema.Table(f"{_place()}/{described['path']}", described, folder() / described["path"])
    if table.problems:
        raise DataError(table.problems)
    return frame(table)


def row_names(name):
    """Name each row of a table by its primary key.

    Parameters
    ----------
    name : str
        The table.

    Returns
    -------
    list of str
        The parts of a key that has several are parted by ``/``.
    """
    keys = resource(name)["schema"]["primaryKey"]
    return load(name)[[keys] if isinstance(keys, str) else keys].astype(str).agg("/".join, axis=1).tolist()


def frame(table):
    """Return the rows of a table, typed by its schema.

    Parameters
    ----------
    table : newpip.schema.Table
        One without problems.

    Returns
    -------
    pandas.DataFrame
        As :func:`load` returns it.
    """
    import pandas as pd  # here, so that newpip check need not wait for it

    return pd.DataFrame({field["name"]: _typed(table.column(field["name"]), field["type"]) for field in table.fields})


def _typed(cells, kind):
    """Convert a column of text, each cell of which is of its type or empty."""
    import pandas as pd

    cells = pd.Series(cells, dtype="str")
    if kind == "string":
        return cells
    if kind == "boolean":
        values = cells.map(TRUE_FALSE)
    elif kind == "date":
        return pd.to_datetime(cells.where(cells != ""), format="%Y-%m-%d")
    else:
        values = pd.to_numeric(cells.where(cells != ""))
    complete = {"integer": "int64", "boolean": "bool"}.get(kind)
    return values.astype(complete if complete and values.notna().all() else TYPES[kind])


def _place():
    """Name the folder of the tables as messages do: from where one stands, if it is within."""
    path = folder()
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def check():
    """Hold every table to its schema, its keys and its sources.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``; empty when all is well.
    """
    return schema.check(folder(), _place())
