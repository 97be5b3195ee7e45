"""Change tables as people change them, and see whether what the rules let pass kills a chapter.

Rows go, come twice, or stay alone; cells that may be empty are emptied; cells and columns take the extremes that
their descriptions allow. A change that ``newpip check`` refuses is as good as one that every chapter can work with.

Example: python -m newpip_book.maintenance.stress_data --seed 1 --number 300 01-background 02-method
"""

import argparse
import os
import random
import sys

from newpip import data, schema
from newpip_book.authoring import notebooks, slices
from newpip_book.execution.forked_kernels import map_forked
from newpip_book.maintenance.refusals import read_tables, refusals
from newpip_book.provenance.changes import Tables
from newpip_book.provenance.trace import Trace

KEPT = {"source_id", "locator", "grade", "note"}  # say where a row is from; chapters read the grade alone


def changes(described, rows):
    """List changes of one table.

    Parameters
    ----------
    described : dict
        The schema of its columns.
    rows : list of list of str

    Yields
    ------
    said : str
        What is changed.
    changed : list of list of str
        The rows after it.
    """
    yield from _rows(rows)
    for at, field in enumerate(described["fields"]):
        if field["name"] not in KEPT - {"grade"}:
            yield from _cells(field, at, rows, _extremes(field, [row[at] for row in rows]))


def _rows(rows):
    """Take rows away."""
    for at in range(len(rows)):
        yield f"without row {at + 2}", rows[:at] + rows[at + 1 :]
    for at in {0, len(rows) - 1}:
        yield f"row {at + 2} alone", [rows[at]]
    for number in range(2, min(len(rows), 5)):
        yield f"the first {number} rows alone", rows[:number]
        yield f"the last {number} rows alone", rows[-number:]
    yield "the rows in reverse", rows[::-1]


def _cells(field, at, rows, values):
    """Put other values into the cells of a column, one by one and all at once."""
    for value in values:
        yield f"{field['name']} {value!r} in every row", [[*row[:at], value, *row[at + 1 :]] for row in rows]
        for number, row in enumerate(rows):
            if row[at] != value:
                changed = [*rows[:number], [*row[:at], value, *row[at + 1 :]], *rows[number + 1 :]]
                yield f"{field['name']} {value!r} in row {number + 2}", changed


def _extremes(field, cells):
    """List values that a description allows: the least, the most, those nearby, those of other rows, none."""
    limits, kind = field.get("constraints", {}), field["type"]
    if "enum" in limits:
        values = limits["enum"]
    elif kind in ("integer", "number"):
        filled = [float(cell) for cell in cells if cell]
        values = [limits.get("minimum", 0), limits.get("maximum", 10**6), 0, 1]
        values += [min(filled), max(filled)] if filled else []
        values = [f"{value:g}" if value < 10**6 else str(int(value)) for value in values]
    elif kind == "boolean":
        values = ["true", "false"]
    elif kind == "date":
        values = ["1900-01-01", "2099-12-31", *sorted(cells)[:1], *sorted(cells)[-1:]]
    else:
        values = ["a thing that was not there before"] if "pattern" not in limits else []
    return dict.fromkeys([*map(str, values), *([] if limits.get("required") else [""])])


class Stress:
    """The tables as they are, and the chapters that know them.

    Parameters
    ----------
    names : iterable of str, optional
        The chapters, by the stems of their files; all by default.
    """

    def __init__(self, names=None):
        self.tables, self.given = read_tables(), Tables()
        self.given.install()
        os.environ["OMP_NUM_THREADS"] = "1"  # a forked process that finds threads of its parent's waits for ever
        self.chapters = {}
        for path in notebooks.chapters():
            if names is None or path.stem in names:
                os.chdir(path.parent)
                chapter = slices.Chapter(notebooks.load_notebook(path)[0])
                self.chapters[path.stem] = Trace(chapter, self.given, simulates=True)

    def changes(self, seed=None, number=None):
        """List changes of the tables that the chapters load.

        Parameters
        ----------
        seed, number : int, optional
            To draw so many of them at random; else all.

        Returns
        -------
        list of (str, str, list of list of str)
            The table, what is changed, and its rows after that.
        """
        loaded = {name for trace in self.chapters.values() for step in trace.steps for name in step.loads}
        every = [
            (name, said, rows)
            for name in sorted(loaded)
            for said, rows in changes(self.tables[name].schema, self.tables[name].rows)
            if rows != self.tables[name].rows
        ]
        return every if number is None else random.Random(seed).sample(every, number)

    def dies(self, change):
        """Run the cells that a change reaches, unless it is refused.

        Parameters
        ----------
        change : tuple
            One of :meth:`changes`.

        Returns
        -------
        change : tuple of str
            The table, and what was changed.
        refused : bool
        died : list of str
            What each chapter that could not be run said.
        """
        name, said, rows = change
        if refusals(self.tables, name, rows):
            return (name, said), True, []
        changed = schema.Table(name, {"schema": self.tables[name].schema}, None, rows)
        self.given.changed[name] = data.frame(changed)
        died = []
        for stem, trace in self.chapters.items():
            trace.moved({name})
            died += [f"{stem}: {type(one).__name__}: {one}".splitlines()[0] for one in trace.failures[:1]]
        self.given.changed.clear()
        return (name, said), False, died

    def run(self, changes):
        """Try changes on all processors, as they come.

        Parameters
        ----------
        changes : list of tuple
            Some of :meth:`changes`.

        Yields
        ------
        tuple
            As :meth:`dies` returns them.
        """
        global STRESS
        STRESS = self  # what forked processes know
        yield from map_forked(_dies, changes, chunksize=5)


STRESS = None


def _dies(change):
    return STRESS.dies(change)


def main():
    """Try changes, and print those of which a chapter dies.

    Returns
    -------
    int
        2 where there are any.
    """
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chapters", nargs="*", help="stems of their files; all by default")
    parser.add_argument("--number", type=int, help="how many changes to draw; all by default")
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    stress = Stress(chosen.chapters or None)
    tried, refused, fatal = 0, 0, 0
    for (name, said), no, died in stress.run(stress.changes(chosen.seed, chosen.number)):
        tried, refused, fatal = tried + 1, refused + no, fatal + bool(died)
        for one in died:
            print(f"{name}.csv: {said}: {one}", flush=True)
    print(f"{tried} changes: {refused} refused, {fatal} of which a chapter died")
    return 2 if fatal else 0


if __name__ == "__main__":
    sys.exit(main())
