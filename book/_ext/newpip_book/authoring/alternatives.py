"""Read the list of other readings of the data, under each of which every result is computed again."""

import csv
from functools import lru_cache

from newpip import data, schema
from newpip_book import project
from newpip_book.authoring import notebooks

LIST = "book/alternatives.csv"
NAMES = ("alternative", "label", "table", "row", "column", "value")
COLUMNS = {
    "schema": {
        "fields": [{"name": name, "type": "string", "constraints": {"required": True}} for name in NAMES],
        "primaryKey": ["alternative", "table", "row", "column"],
    }
}
SAME = "as "  # with which a value begins that is that of another row
EVERY, FROM = "*", "from "  # in place of a row, all of them; and what then begins the name of the table they follow


def read():
    """Read the other readings: each is one or several cells with another value.

    Returns
    -------
    rows : list of dict
        ``alternative``, ``label``, ``table``, ``row`` (its primary key, or ``*`` for every row), ``column`` and
        ``value`` (of every row, ``from`` and a table with the same keys and column); none where the book has no list.
    problems : tuple of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    path = notebooks.ROOT / LIST
    if project.data_label() or not path.is_file():  # the readings are of the published tables
        return [], ()
    try:
        stamps = [notebooks.file_signature(data.folder() / one["path"]) for one in data.package()["resources"]]
    except data.DataError:  # newpip check says itself what is wrong with the tables
        return [], ()
    return _read(path, notebooks.file_signature(path), data.folder(), tuple(stamps))


@lru_cache
def _read(path, stamped, folder, stamps):
    table = schema.Table(LIST, COLUMNS, path)
    if table.sound:
        table.check()
    rows = [dict(zip(NAMES, row, strict=True)) for row in table.rows] if table.sound else []
    if not table.problems:
        for number, row in enumerate(rows, 2):
            _check(table, number, row)
    return ([] if table.problems else rows), tuple(table.problems)


def _row_names(resource):
    """Name the rows of a table by their primary key, as :func:`newpip.data.row_names` does, without pandas."""
    keys = resource["schema"]["primaryKey"]
    with open(data.folder() / resource["path"], encoding="utf-8", newline="") as file:
        return [
            "/".join(row[key] for key in ([keys] if isinstance(keys, str) else keys)) for row in csv.DictReader(file)
        ]


def _has_column(resource, column):
    return column in [field["name"] for field in resource["schema"]["fields"]]


def _check(table, number, row):
    """Say what of an alternative is not in the data."""
    known = {one["name"]: one for one in data.package()["resources"]}
    if row["table"] not in known:
        table.say(number, "table", f"no table {row['table']!r}; one of data/ was expected")
        return
    if not _has_column(known[row["table"]], row["column"]):
        table.say(number, "column", f"{row['table']} has no column {row['column']!r}; one of its columns was expected")
    rows = _row_names(known[row["table"]])
    if row["row"] == EVERY:
        other = known.get(row["value"].removeprefix(FROM))
        fits = other and _has_column(other, row["column"]) and sorted(_row_names(other)) == sorted(rows)
        if not fits or not row["value"].startswith(FROM):
            table.say(
                number,
                "value",
                f"{row['value']!r} was found; from, and a table with the column {row['column']!r} and a row for each "
                f"of {row['table']}, was expected",
            )
        return
    for name, said in (("row", row["row"]), ("value", row["value"].removeprefix(SAME))):
        if (name == "row" or row["value"].startswith(SAME)) and said not in rows:
            table.say(number, name, f"{row['table']} has no row {said!r}; the primary key of one was expected")
