"""Compute which tables, columns and rows each result rests on, by changing them and looking what moves.

A column counts if a result moves, or cannot be computed, without it. A row counts if that is so when it is left out, or
when one cell of it, in a column that counts, has another value: together they may hide what each alone would move. What
counts rows rests on rows and on no column. Of a figure or table, the rows count without which it is another. A program
that loads more than a dozen tables rests on all rows of those that count.
"""

from newpip import data
from newpip_book.provenance.changes import others, with_cell, without_row

MANY = 12  # tables
PICTURED = ("figure", "table")


def rests_on(trace, exact=True):
    """Compute what each publication of a chapter rests on.

    Parameters
    ----------
    trace : newpip_book.provenance.trace.Trace
        The chapter, which has run.
    exact : bool
        Whether it is tried what moves; else a result rests on all of the tables that its program loads.

    Returns
    -------
    dict
        From key (of a claim, with ``claim.`` before it) to ``at``, its place among the publications of the chapter;
        ``tables``, from name to the columns; ``rows``, from the name of a table to the numbers of its rows, from 0; and
        of a claim the values that it ``compared``, in brief.
    """
    places = {one: at for at, one in enumerate(trace.chapter.publications)}
    found = {
        key: {"at": places[step.publication], "tables": {}, "rows": {}} for step in trace.steps for key in step.shown
    }
    for step in trace.steps:
        if step.publication and step.publication.kind == "claim":
            for key in step.shown:
                found[key]["compared"] = trace.compared(key)
    for name in sorted(set().union(*(step.loads for step in trace.steps))):
        columns, rows = _moved(trace, name) if exact else _loaded(trace, name)
        for key in found:
            read = [column for column, moved in columns.items() if key in moved]
            rested = [row for row, moved in rows.items() if key in moved]
            if read or rested:
                found[key]["tables"][name] = read
                found[key]["rows"][name] = rested
    return found


def _moved(trace, name):
    """Tell what moves without each column, and with each row left out or changed."""
    resource, frame = data.resource(name), trace.tables.published(name)
    columns = {column: _with(trace, name, frame.drop(columns=column)) for column in frame.columns}
    loading = {key: len(loads) for key, loads in trace.loads.items() if name in loads}
    wide = {key for key in set().union(*columns.values()) if loading.get(key, 0) > MANY}
    tried = {key for key, count in loading.items() if count <= MANY}
    rows = {row: wide | _with(trace, name, without_row(frame, row), tried) for row in range(len(frame))}
    shown = {
        key for step in trace.steps if step.publication and step.publication.kind in PICTURED for key in step.shown
    }
    for row, column, value in others(resource, frame, every=True):
        left = columns[column] - rows[row] - wide - shown
        rows[row] |= _with(trace, name, with_cell(frame, row, column, value), left)
    return columns, rows


def _loaded(trace, name):
    """Tell which publications have a program that loads a table, in the form of :func:`_moved`."""
    frame = trace.tables.published(name)
    keys = {key for key, loads in trace.loads.items() if name in loads}
    return dict.fromkeys(frame.columns, keys), dict.fromkeys(range(len(frame)), keys)


def _with(trace, name, frame, among=None):
    """Tell what moves when a table is another."""
    if among is not None and not among:
        return set()
    trace.tables.changed[name] = frame
    try:
        return trace.moved({name}, among)
    finally:
        del trace.tables.changed[name]
