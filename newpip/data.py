"""The tables in data/: loading one, typed by its schema, and checking them all."""

import json
import os
from pathlib import Path

import pandas as pd

TYPES = {"string": "str", "integer": "Int64", "number": "float64", "boolean": "boolean"}
TRUE_FALSE = {"true": True, "false": False}
EXPECTED = {
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "date": "a date as YYYY-MM-DD",
}


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


def folder():
    """Return the folder that holds the tables.

    Returns
    -------
    pathlib.Path
        ``NEWPIP_DATA`` when it is set, else the tables that came with the package.
    """
    named = os.environ.get("NEWPIP_DATA")
    if named:
        return Path(named)
    packaged = Path(__file__).with_name("_data")
    return packaged if packaged.is_dir() else Path(__file__).parent.parent / "data"


def package():
    """Read the description of the tables.

    Returns
    -------
    dict
        datapackage.json, a Frictionless Data Package.

    Raises
    ------
    DataError
        When the file is missing or is not JSON.
    """
    path = folder() / "datapackage.json"
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise DataError([f"{path}: {error}; a Frictionless Data Package was expected"]) from error


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
    path = folder() / described["path"]
    try:
        raw = pd.read_csv(path, dtype=str, keep_default_na=False, encoding="utf-8")
    except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise DataError([f"{path.name}: {error}; a table in UTF-8 with commas was expected"]) from error
    fields = described["schema"]["fields"]
    expected = [field["name"] for field in fields]
    if list(raw.columns) != expected:
        raise DataError([f"{path.name}:1: columns {list(raw.columns)}; expected {expected}"])
    return pd.DataFrame({field["name"]: _typed(raw[field["name"]], field, path.name) for field in fields})


def _typed(cells, field, file):
    """Convert a column of text to its type, or say which row is at fault."""
    kind = field["type"]
    if kind == "string":
        return cells
    if kind == "boolean":
        values = cells.map(TRUE_FALSE)
    elif kind == "date":
        values = pd.to_datetime(cells.where(cells != ""), format="%Y-%m-%d", errors="coerce")
    else:
        values = pd.to_numeric(cells.where(cells != ""), errors="coerce")
    wrong = values.isna() & (cells != "")
    if kind == "integer":
        wrong |= values.notna() & (values % 1 != 0)
    if wrong.any():
        raise DataError(
            f"{file}:{row + 2}:{field['name']}: {cells[row]!r} was found, {EXPECTED[kind]} was expected"
            for row in cells.index[wrong]
        )
    if kind == "date":
        return values
    complete = {"integer": "int64", "boolean": "bool"}.get(kind)
    return values.astype(complete if complete and values.notna().all() else TYPES[kind])


def check():
    """Hold every table to its schema, its keys and its sources.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``; empty when all is well.

    Notes
    -----
    The checking is done by frictionless-py, which reads datapackage.json itself.
    """
    from frictionless import Package, system
    from frictionless.exception import FrictionlessException

    try:
        described = package()
        with system.use_context(trusted=True):
            report = Package.from_descriptor(described, basepath=str(folder())).validate()
    except DataError as error:
        return error.problems
    except FrictionlessException as error:
        return [f"datapackage.json: {error.error.message}"]
    lines = [f"datapackage.json: {error.message}" for error in report.errors]
    for task in report.tasks:
        lines += [_line(Path(task.place).name, error) for error in task.errors]
    return lines


def _line(file, error):
    """Say one of frictionless's errors as ``file:row:column: problem``."""
    row = getattr(error, "row_number", None)
    column = getattr(error, "field_name", None)
    place = ":".join(str(part) for part in (file, row, column) if part)
    return f"{place}: {error.message}"
