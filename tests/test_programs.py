"""The program behind each result gives it, run alone; and each cell, run again, gives the same."""

import ast
import os
import statistics

import pytest

from newpip_book.authoring import checks, notebooks, sentences, slices
from newpip_book.execution.forked_kernels import fork_context, run_in_process
from newpip_book.project import build_dir
from newpip_book.provenance import programs, records
from tests.helpers import mostly_at_night

CHAPTERS, IMPORTS = notebooks.chapters(), (ast.Import, ast.ImportFrom)


def read(path):
    return slices.Chapter(notebooks.load_notebook(path)[0])


def outcomes(path, every):
    """Run a chapter whole, and every so many of its programs alone; return what both publish."""
    os.chdir(path.parent)
    chapter = read(path)
    whole = programs.run_all({"whole": chapter.statements})["whole"]
    return whole, programs.run_all({at: chapter.program(one) for at, one in enumerate(chapter.publications[::every])})


def agree(one, other):
    """Tell whether two values are the same, numbers to a part in 10 to the 12."""
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(agree(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(agree, one, other))
    return one == pytest.approx(other, rel=1e-12, abs=1e-12) if isinstance(one, float) else one == other


@pytest.mark.slow
@pytest.mark.parametrize("every", [8, pytest.param(1, marks=pytest.mark.night)])
@pytest.mark.parametrize("path", mostly_at_night(CHAPTERS, every=3, ids=lambda path: path.stem))
def test_each_program_gives_what_the_chapter_publishes(path, every):
    whole, alone = run_in_process(fork_context([]), outcomes, path, every)
    stopped = [one for one in alone.values() if isinstance(one, str)]
    assert stopped == []
    found = {key: value for one in alone.values() for key, value in one.items()}
    assert found.keys() == whole.keys() if every == 1 else found and found.keys() < whole.keys()
    assert [key for key in found if not agree(found[key], whole[key])] == []


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_program_reads_as_it_runs(path):
    chapter = read(path)
    for one in chapter.publications:
        program = chapter.program(one)
        body = [part.node for part in program if not programs.is_import(part)]
        written = [node for node in ast.parse(slices.text(program)).body if not isinstance(node, IMPORTS)]
        assert [ast.dump(node) for node in written] == [ast.dump(node) for node in body], one.key


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_programs_are_short(path):
    chapter = read(path)
    lengths = [len(slices.text(chapter.program(one)).splitlines()) for one in chapter.publications]
    assert statistics.median(lengths) <= 25 and max(lengths) <= 60


def test_no_chapter_hides_what_a_result_rests_on():
    assert checks.program_problems() == []


def test_a_claim_rests_on_rows_of_each_number_in_its_sentence():
    kept = records.Records(CHAPTERS, build_dir())
    rows = {
        key: {(name, row) for name, rows in one["rows"].items() for row in rows}
        for path in CHAPTERS
        for key, one in kept.of(path).items()
    }
    beside = [(line, cited(line, "claim"), cited(line, "result", "glue:text")) for line in every_line()]
    assert len([claims for _, claims, numbers in beside if claims and numbers]) > 100
    for line, claims, numbers in beside:
        for number in numbers if claims else ():
            assert not rows[number] or rows[number] & rows[f"claim.{claims[0]}"], line


def every_line():
    return [line for path in [*CHAPTERS, *notebooks.pages()] for line in sentences.lines(path)]


def cited(line, *names):
    return [one["content"] for one in notebooks.ROLE.finditer(line) if one["name"] in names]
