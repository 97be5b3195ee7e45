"""Change each cell of data/ to another value that its schema allows, and see whether any chapter notices.

First come what holds tables to the bibliography, the control totals that the ledger stores, worked out for the changed
table alone, and the rules of the tables. Where those see nothing, the chapters run, cell by cell but without drawing: a
cell whose inputs are as they were is not run again, and the run ends at the first output that differs from the
chapter's own.
"""

import ast
import io
import multiprocessing
import os
import pickle
import time
import zlib
from contextlib import redirect_stderr, redirect_stdout
from functools import lru_cache
from importlib.util import module_from_spec, spec_from_file_location
from unittest.mock import MagicMock

import nbformat
import pandas as pd

from newpip import data, draw, publish, schema
from newpip.totals import control_totals
from newpip_book.authoring import dependencies
from newpip_book.authoring.notebooks import chapters
from newpip_book.project import ROOT

EXEMPT = "unchecked"  # a field's own property in datapackage.json: why nothing need notice a change


class Chapter:
    """A chapter's code, and what each of its cells reads, writes and hands to the reader.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    """

    def __init__(self, path):
        self.name = path.stem
        cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        self.cells = [_split(source) for source in cells]
        self.reads = [dependencies.names_read(source) for source in cells]
        self.writes = [dependencies.names_written(source) for source in cells]
        self.tables = [dependencies.tables_loaded(source) for source in cells]
        self.outputs, self.values, self.marks = [], [], []
        self.learn()

    def learn(self):
        """Run every cell once and remember what it wrote and what it showed."""
        space = {"__name__": "__main__"}
        for place, cell in enumerate(self.cells):
            self.outputs.append(_shown(cell, space))
            written = {name: space[name] for name in self.writes[place] if name in space}
            self.values.append(written)
            self.marks.append({name: _value_digest(value) for name, value in written.items()})

    def rerun(self, table):
        """Run the cells that a changed table reaches.

        Parameters
        ----------
        table : str
            The name of the table whose loading has been changed.

        Yields
        ------
        bool
            Of each, whether it shows something else.
        """
        space, dirty = {"__name__": "__main__"}, set()
        for place, cell in enumerate(self.cells):
            if table in self.tables[place] or self.reads[place] & dirty:
                yield _shown(cell, space) != self.outputs[place]
                for name, mark in self.marks[place].items():
                    same = mark is not None and _value_digest(space.get(name)) == mark
                    (dirty.discard if same else dirty.add)(name)
            else:
                space.update(self.values[place])

    def notices(self, table):
        """Tell whether any cell that a changed table reaches shows something else.

        Parameters
        ----------
        table : str
            The name of the table whose loading has been changed.

        Returns
        -------
        bool
        """
        try:
            return any(self.rerun(table))
        except Exception:  # noqa: BLE001, a chapter that stops has noticed
            return True


def mutants():
    """List every cell that something should notice, with another value for it.

    Yields
    ------
    table, row, column, value
        ``row`` counts from 0; ``value`` is of the column's type.
    """
    for resource in data.package()["resources"]:
        frame = data.load(resource["name"])
        for field in resource["schema"]["fields"]:
            if EXEMPT not in field:
                others = _pool(field, resource["schema"])
                for row, value in enumerate(frame[field["name"]]):
                    yield resource["name"], row, field["name"], _other(value, field, others)


def _pool(field, schema):
    """List the values that a column of text is held to: those of its list, or of the table it points to."""
    if "enum" in field.get("constraints", {}):
        return field["constraints"]["enum"]
    for key in schema.get("foreignKeys", []):
        if key["fields"] == [field["name"]] and key["reference"]["resource"]:
            target = data.load(key["reference"]["resource"])
            return target[key["reference"]["fields"][0]].tolist()
    return []


def _other(value, field, others):
    """Return another value that the schema allows."""
    kind, limits = field["type"], field.get("constraints", {})
    if kind == "boolean":
        return bool(pd.isna(value) or not value)
    if kind == "date":
        return (pd.Timestamp("2020-02-02") if pd.isna(value) else value) + pd.Timedelta(days=31)
    if kind in ("integer", "number"):
        step = 1 if kind == "integer" else 0.01
        base = 1 if pd.isna(value) else value
        top = limits.get("maximum")
        return base - step if top is not None and base + step > top else base + step
    return next((other for other in others if other not in ("", value)), f"{value} x")


def _split(source):
    """Compile a cell into its statements and its last expression, as Jupyter shows it."""
    tree = ast.parse(source)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    body = compile(tree, "cell", "exec")
    return body, compile(ast.Expression(last.value), "cell", "eval") if last else None


def _shown(cell, space):
    """Run a cell and return what it showed, drawings aside."""
    shown = []
    publish.display = lambda forms, raw=True, metadata=None: shown.append(
        repr({form: content for form, content in forms.items() if form != "image/svg+xml"})
    )
    body, last = cell
    words = io.StringIO()
    with redirect_stdout(words), redirect_stderr(io.StringIO()):
        exec(body, space)  # noqa: S102, the book's own chapters
        value = eval(last, space) if last else None  # noqa: S307
    return [*shown, words.getvalue(), "" if isinstance(value, MagicMock) else repr(value)]


def _value_digest(value):
    """Return a digest of a value, or None when it has none."""
    try:
        return zlib.crc32(pickle.dumps(value))
    except Exception:  # noqa: BLE001, whatever cannot be compared counts as changed
        return None


def _undrawn():
    """Let chapters run without drawing: pictures are not stored, their data and words are."""
    import seaborn

    def canvas(height=3.0, columns=1, rows=1, **options):
        axes = [MagicMock() for _ in range(rows * columns)]
        return MagicMock(), axes[0] if len(axes) == 1 else axes

    for module in (draw, seaborn):
        for name in dir(module):
            if (
                callable(getattr(module, name))
                and not name.startswith("_")
                and not isinstance(getattr(module, name), type)
            ):
                setattr(module, name, MagicMock())
    draw.canvas = canvas
    publish.svg, publish._png = lambda fig, key: "", lambda fig: b""
    pd.DataFrame.to_html = lambda frame, **options: ""  # what a published table says is compared, not its markup


def _try(mutant):
    """Tell whether a test or a chapter notices a mutant; runs in a process forked from one that knows the chapters."""
    table, row, column, value = mutant
    frame = LOAD(table).copy()
    values = frame[column].tolist()
    values[row] = value
    frame[column] = pd.Series(values, dtype=frame[column].dtype)
    TABLES[table] = frame
    try:
        noticed = (
            any(_fails(test) for test in TESTS)
            or not control_totals({table: frame}).equals(control_totals({table: LOAD(table)}))
            or _breaks_a_rule(mutant)
            or any(chapter.notices(table) for chapter in CHAPTERS)
        )
    finally:
        del TABLES[table]
    return mutant, noticed


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


def _breaks_a_rule(mutant):
    """Tell whether the rules of the tables refuse a mutant."""
    table, row, column, value = mutant
    rows, at = [*READ[table].rows], READ[table].names.index(column)
    rows[row] = [*rows[row][:at], _text(value), *rows[row][at + 1 :]]
    return bool(refusals(READ, table, rows))


def _text(value):
    """Write a value as a table does."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, pd.Timestamp):
        return f"{value:%Y-%m-%d}"
    return f"{value:.12g}" if isinstance(value, float) else str(value).strip()


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


LOAD, TABLES, READ, CHAPTERS, TESTS = lru_cache(None)(data.load), {}, {}, [], []


def mutate():
    """Try every mutant, and print how far it has come.

    Returns
    -------
    missed : list of tuple
        Table, row, column and value of those that nothing notices, in order.
    tried : int
    """
    started = time.monotonic()
    os.environ["OMP_NUM_THREADS"] = "1"  # a forked process that finds threads of its parent's waits for ever
    _undrawn()
    data.load = lambda name: (TABLES[name] if name in TABLES else LOAD(name)).copy()
    for path in reversed(chapters()):  # the last one sums up every table, and is quick
        os.chdir(path.parent)
        CHAPTERS.append(Chapter(path))
        print(f"{path.stem}: learned after {time.monotonic() - started:.0f} s", flush=True)
    TESTS.extend(_tests())
    READ.update(read_tables())
    everything = list(mutants())
    missed, tried = [], 0
    with multiprocessing.get_context("fork").Pool(os.cpu_count(), maxtasksperchild=200) as pool:
        for mutant, noticed in pool.imap_unordered(_try, everything, chunksize=20):
            tried += 1
            if not noticed:
                missed.append(mutant)
            if tried % 500 == 0:
                print(f"{tried} of {len(everything)} after {time.monotonic() - started:.0f} s", flush=True)
    return sorted(missed, key=str), tried
