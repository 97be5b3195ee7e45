"""Compute which tables, columns and rows each result rests on, by changing them and looking what moves.

A column counts if a result moves, or cannot be computed, without it. A row counts if that is so when it is left out, or
when one cell of it, in a column that counts, has another value. Cells are changed many at once first, and by halves
where that moves something. A program that loads more than a dozen tables rests on all rows of those that count.
"""

from newpip import data
from newpip_book.provenance.changes import Tables, others, with_cells, without_row
from newpip_book.provenance.trace import Trace

MANY = 12  # tables


def rests_on(chapter, many=MANY):
    """Compute what each publication of a chapter rests on. It changes what this process loads: give it one of its own.

    Parameters
    ----------
    chapter : newpip_book.authoring.slices.Chapter
    many : int
        The number of tables from which on a program rests on all rows of those that count.

    Returns
    -------
    dict
        From key (of a claim, with ``claim.`` before it) to ``at``, its place among the publications of the chapter;
        ``tables``, from name to the columns; and ``rows``, from the name of a table to the numbers of its rows, from 0.
    """
    tables = Tables()
    tables.install()
    trace = Trace(chapter, tables)
    places = {one: at for at, one in enumerate(chapter.publications)}
    found = {
        key: {"at": places[step.publication], "tables": {}, "rows": {}} for step in trace.steps for key in step.shown
    }
    for name in sorted(set().union(*(step.loads for step in trace.steps))):
        columns, rows = _moved(trace, name, many)
        for key in found:
            read = [column for column, moved in columns.items() if key in moved]
            rested = [row for row, moved in rows.items() if key in moved]
            if read or rested:
                found[key]["tables"][name] = read
                found[key]["rows"][name] = rested
    return found


def _moved(trace, name, many):
    """Tell what moves without each column, and with each row left out or changed."""
    resource, frame = data.resource(name), trace.tables.published(name)
    columns = {column: _with(trace, name, frame.drop(columns=column)) for column in frame.columns}
    counts = set().union(*columns.values())
    wide = {key for key in counts if len(trace.loaded(key)) > many}
    rows = {row: wide | _with(trace, name, without_row(frame, row), counts - wide) for row in range(len(frame))}
    changed = {}
    for row, column, value in others(resource, frame):
        changed.setdefault(column, {})[row] = value
    for alike, left in _alike(counts - wide, rows):
        for column, values in changed.items():
            among = alike & columns[column]
            if among:
                _search(trace, name, column, {row: values[row] for row in left}, among, rows)
    return columns, rows


def _alike(keys, rows):
    """Yield the publications that rest on the same rows so far, and the rows that they do not rest on yet."""
    groups = {}
    for key in keys:
        left = tuple(row for row, moved in rows.items() if key not in moved)
        groups.setdefault(left, set()).add(key)
    for left, alike in groups.items():
        if left:
            yield alike, left


def _search(trace, name, column, values, among, rows):
    """Change many cells of a column at once and, where that moves something, each half of them, down to single ones."""
    frame = trace.tables.published(name)
    moved = _with(trace, name, with_cells(frame, column, values), among)
    if moved and len(values) == 1:
        rows[next(iter(values))] |= moved
    elif moved:
        cells = list(values.items())
        for half in (cells[: len(cells) // 2], cells[len(cells) // 2 :]):
            _search(trace, name, column, dict(half), moved, rows)


def _with(trace, name, frame, among=None):
    """Tell what moves when a table is another."""
    if among is not None and not among:
        return set()
    trace.tables.changed[name] = frame
    try:
        return trace.moved(name, among)
    finally:
        del trace.tables.changed[name]
