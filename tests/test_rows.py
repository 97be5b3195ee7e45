"""The rows that a result is said to rest on are those that move it when its program runs on changed tables."""

import json
import os
import random

import pytest

from newpip import data
from newpip_book.authoring import notebooks, slices
from newpip_book.execution.forked_kernels import fork_context, run_in_process
from newpip_book.project import build_dir
from newpip_book.provenance import programs, records
from newpip_book.provenance.changes import Tables, others, with_cell, without_row

EXACT = [path for path in notebooks.chapters() if path.stem[:2] in ("01", "02", "04")]


def read(path):
    return slices.Chapter(notebooks.load_notebook(path)[0])


def moved_by_row(path, chosen):
    """Run the programs of some numbers on changed tables, each in full; tell which rows move them."""
    os.chdir(path.parent)
    tables = Tables()
    tables.install()
    chapter, found = read(path), {}
    for key, at, name, row in chosen:
        program = {key: chapter.program(chapter.publications[at])}
        frame = tables.published(name)
        changes = [without_row(frame, row)]
        changes += [
            with_cell(frame, row, column, value)
            for at_row, column, value in others(data.resource(name), frame, every=True)
            if at_row == row
        ]
        tables.changed.clear()
        before = programs.run_all(program)[key]
        outcomes = []
        for tables.changed[name] in changes:
            after = programs.run_all(program)[key]
            outcomes.append(isinstance(after, str) or after.get(key) != before[key])
        found[key, name, row] = any(outcomes)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("path", EXACT, ids=lambda path: path.stem)
@pytest.mark.night
def test_a_program_run_on_changed_rows_moves_as_is_named(path):
    kept = records.Records([path], build_dir())
    places = {key: json.loads(found)["at"] for key, found in kept.to_store(path)["rests_on"].items()}
    named, draw = kept.of(path), random.Random(path.stem)
    numbers = sorted(
        key
        for key, one in named.items()
        if "compared" not in one and read(path).publications[places[key]].kind == "number"
    )
    chosen = []
    for key in draw.sample(numbers, 25):
        for name in named[key]["tables"]:
            rows = range(len(data.row_names(name)))
            chosen += [(key, places[key], name, row) for row in draw.sample(rows, min(3, len(rows)))]
    found = run_in_process(fork_context([]), moved_by_row, path, chosen)
    keys = {name: data.row_names(name) for _, _, name, _ in chosen}
    assert found == {(key, name, row): keys[name][row] in named[key]["rows"][name] for key, name, row in found}
