"""Change each cell of data/ to another value that its schema allows, and see which results notice.

First come what holds tables to the bibliography, the control totals that the ledger stores, worked out for the changed
table alone, and the rules of the tables. Where those see nothing, or where it is asked which results notice, the
chapters run again, as far as the change reaches.
"""

import os
import time
from contextlib import contextmanager
from importlib.util import module_from_spec, spec_from_file_location

from newpip import data
from newpip.totals import control_totals
from newpip_book.authoring import notebooks, slices
from newpip_book.execution.forked_kernels import map_forked
from newpip_book.maintenance.refusals import as_written, read_tables, refusals
from newpip_book.project import ROOT
from newpip_book.provenance.changes import Tables, others, with_cell
from newpip_book.provenance.trace import Trace
from newpip_book.provenance.undrawn import undraw

TABLES, READ, TRACES, TESTS = Tables(), {}, [], []


def mutants(tables=()):
    """List every cell that something should notice, with another value for it.

    Parameters
    ----------
    tables : sequence of str
        The names of some tables; all by default.

    Yields
    ------
    table, row, column, value
        ``row`` counts from 0; ``value`` is of the column's type.
    """
    for resource in data.package()["resources"]:
        name = resource["name"]
        if not tables or name in tables:
            for row, column, value in others(resource, TABLES.published(name)):
                yield name, row, column, value


def mutate(tables=(), by_results=False):
    """Try every mutant, and print how far it has come.

    Parameters
    ----------
    tables : sequence of str
        The names of some tables; all by default.
    by_results : bool
        Whether the results that notice are wanted: then all chapters are asked, and nothing else is.

    Returns
    -------
    list of tuple
        Table, row, column, value, and who notices: the keys of results, claims, figures and tables, or, where the
        results are not wanted, whatever noticed first; in order.
    """
    started = time.monotonic()
    undraw()
    TABLES.install()
    for path in reversed(notebooks.chapters()):  # the last one sums up every table, and is quick
        os.chdir(path.parent)
        TRACES.append(Trace(slices.Chapter(notebooks.load_notebook(path)[0]), TABLES))
        print(f"{path.stem}: learned after {time.monotonic() - started:.0f} s", flush=True)
    TESTS.extend(_tests())
    READ.update(read_tables())
    everything, done = list(mutants(tables)), []
    look = _moved if by_results else _noticed
    for one in map_forked(look, everything, chunksize=20):
        done.append(one)
        if len(done) % 500 == 0:
            print(f"{len(done)} of {len(everything)} after {time.monotonic() - started:.0f} s", flush=True)
    return sorted(done, key=str)


def _moved(mutant):
    """Name all results that notice a mutant; runs in a process forked from one that knows the chapters."""
    with _changed(mutant):
        return *mutant, sorted(set().union(*(trace.moved({mutant[0]}) for trace in TRACES)))


def _noticed(mutant):
    """Name what notices a mutant first."""
    table = mutant[0]
    with _changed(mutant) as frame:
        failed = next((test.__name__ for test in TESTS if _fails(test)), None)
        if failed:
            return *mutant, [failed]
        if not control_totals({table: frame}).equals(control_totals({table: TABLES.published(table)})):
            return *mutant, ["control totals"]
        if _breaks_a_rule(mutant):
            return *mutant, ["the rules of the table"]
        return *mutant, next((sorted(found) for trace in TRACES if (found := trace.moved({table}))), [])


def _breaks_a_rule(mutant):
    """Tell whether the rules of the tables refuse a mutant."""
    table, row, column, value = mutant
    rows, at = [*READ[table].rows], READ[table].names.index(column)
    rows[row] = [*rows[row][:at], as_written(value), *rows[row][at + 1 :]]
    return bool(refusals(READ, table, rows))


@contextmanager
def _changed(mutant):
    """Give the chapters a table with one cell changed, meanwhile."""
    table, *change = mutant
    frame = TABLES.changed[table] = with_cell(TABLES.published(table), *change)
    try:
        yield frame
    finally:
        del TABLES.changed[table]


def _fails(test):
    """Tell whether a test of the data as a whole fails."""
    try:
        test()
    except Exception:  # noqa: BLE001, a test that cannot run has noticed
        return True
    return False


def _tests():
    """Return the tests that hold tables to the bibliography."""
    place = spec_from_file_location("test_data", ROOT / "tests" / "newpip" / "test_data.py")
    module = module_from_spec(place)
    place.loader.exec_module(module)
    return [module.test_sources_agree_with_the_bibliography]
