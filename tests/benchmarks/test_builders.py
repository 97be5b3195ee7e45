"""What the comparison of builders and the measures of growth change, count and table; nothing here is timed."""

import ast
import csv
import io
import shutil
from contextlib import ExitStack
from pathlib import Path

import nbformat
import pytest

from benchmarks import books, compared, growth, install, steps
from benchmarks.builders import BUILDERS, WHOLE
from newpip import data
from newpip_book.authoring import dependencies
from newpip_book.project import ROOT
from tests.helpers import run


@pytest.fixture
def chapter(tmp_path):
    """A copy of the chapter that is changed."""
    return shutil.copy(ROOT / "chapters" / f"{WHOLE.edited}.ipynb", tmp_path / "chapter.ipynb")


def cells(path, kind):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def changed(before, after):
    return [(old, new) for old, new in zip(before, after, strict=True) if old != new]


def test_a_sentence_changes_prose_alone(chapter):
    prose, code = cells(chapter, "markdown"), cells(chapter, "code")
    books.add_sentence(chapter, "amber")
    assert cells(chapter, "code") == code
    [(old, new)] = changed(prose, cells(chapter, "markdown"))
    assert new.startswith(old) and "amber" in new


def test_a_comment_changes_one_cell_of_code_and_not_what_it_does(chapter):
    prose, code = cells(chapter, "markdown"), cells(chapter, "code")
    books.add_comment(chapter, "amber")
    assert cells(chapter, "markdown") == prose
    [(old, new)] = changed(code, cells(chapter, "code"))
    assert new == f"{old}\n# amber"
    dependencies.parse(new)


def test_a_value_changes_one_cell_of_a_table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('key,share,note\na b,0.1,"one, two"\nc,0.2,"said ""so"""\n', encoding="utf-8")
    books.set_cell(path, "c", "share", "0.3")
    assert path.read_text(encoding="utf-8") == 'key,share,note\na b,0.1,"one, two"\nc,0.3,"said ""so"""\n'


def test_the_changed_value_is_in_the_table_and_the_schema_allows_the_others(tmp_path, monkeypatch):
    folder = shutil.copytree(ROOT / "data", tmp_path / "data")
    monkeypatch.setenv("NEWPIP_DATA", str(folder))
    path = folder / f"{WHOLE.table}.csv"
    before = path.read_text(encoding="utf-8")
    for value in WHOLE.values:
        books.set_cell(path, WHOLE.key, WHOLE.column, value)
        assert data.check() == []
        assert (path.read_text(encoding="utf-8") == before) == (value == next(iter(WHOLE.values)))


def test_no_two_copies_of_a_chapter_share_a_name():
    source = "(chapter-service)=\n{glue:text}`own.first` {numref}`own-queue` on its own. {ref}`chapter-method`"
    one, two = books.renamed(source, 1), books.renamed(source, 2)
    expected = "(chapter-service-1)=\n{glue:text}`own1.first` {numref}`own1-queue` on its own. another chapter"
    assert one == expected and two == expected.replace("own1", "own2").replace("service-1", "service-2")
    assert books.renamed('number(f"own.{name}", 1)', 3) == 'number(f"own3.{name}", 1)'


def test_a_book_of_copies_lists_them_and_each_is_other_code(tmp_path):
    book = tmp_path / "book"
    books.of_copies(book, 3)
    listed = (book / "_toc.yml").read_text(encoding="utf-8")
    paths = sorted((book / "chapters").glob("*.ipynb"))
    assert [path.stem for path in paths] == ["001-service", "002-service", "003-service"]
    assert all(f"chapters/{path.stem}" in listed for path in paths) and "01-first" not in listed
    assert len({tuple(cells(path, "code")) for path in paths}) == 3


def test_stripped_notebooks_have_no_outputs(tmp_path):
    path = shutil.copy(ROOT / "chapters" / f"{WHOLE.edited}.ipynb", tmp_path)
    before = cells(path, "code")
    books.strip(tmp_path)
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells) and "newpip" not in notebook.metadata
    assert cells(path, "code") == before


def test_repeated_rows_keep_their_values_and_have_keys_of_their_own():
    text = "id,name\nP1,one\nHP1,two\n"
    rows = list(csv.DictReader(io.StringIO(growth.repeated(text, 3))))
    assert growth.repeated(text, 1) == text
    assert [row["name"] for row in rows] == ["one", "two"] * 3
    assert len({row["id"] for row in rows}) == 6 and [row["id"] for row in rows][:2] == ["P1", "HP1"]


def test_fits_find_what_they_are_given():
    sizes = [1, 100, 1_000, 10_000]
    exponent, each = growth.fitted(sizes, [999, *(3.0 * size for size in sizes[1:])])
    assert exponent == pytest.approx(1) and each == pytest.approx(3)
    assert growth.fitted(sizes, [float(size) ** 2 for size in sizes])[0] == pytest.approx(2)
    assert growth.fitted([1], [1.0]) == (None, None)


def test_every_environment_that_a_builder_names_is_there():
    named = {builder.environment for builder in BUILDERS} - {""}
    assert named == {path.stem for path in install.PINS.glob("*.txt")}


def test_pins_repeat_nothing_that_is_locked():
    locked = {line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    for path in install.PINS.glob("*.txt"):
        lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
        pins = {line.partition("==")[0]: line.partition("==")[2] for line in lines if line}
        assert all(bool(version) != (name in locked) for name, version in pins.items()), path.name


def one_run(number, builder, scenario, wall, kernels=0, right=None):
    costs = {"wall": wall, "cpu": wall, "peak": 100.0}
    return {"round": number, "builder": builder, "scenario": scenario, **costs, "kernels": kernels, "right": right}


RUNS = [
    one
    for number, slow in ((1, 1.0), (2, 3.0), (3, 1.0))  # in the second round the machine was busy
    for one in (
        one_run(number, compared.OURS, "cold", 50 * slow, 10, True),
        one_run(number, compared.OURS, "nothing", 1 * slow),
        one_run(number, compared.OURS, "data", 20 * slow, 3 if number == 3 else 2, True),
        one_run(number, compared.LIVE, "sentence", 2 * slow, 0, True),
        one_run(number, compared.PLAIN, "sentence", 5 * slow, 0, True),
        one_run(number, compared.LIMIT, "kernels", 40 * slow, 10),
        one_run(number, compared.LIMIT, "pages", 10 * slow),
        one_run(number, compared.PLAIN, "cold", 100 * slow, 10, True),
        one_run(number, compared.PLAIN, "nothing", 4 * slow),
        one_run(number, compared.PLAIN, "data", 4 * slow, 0, False),
        one_run(number, "nbconvert", "any", 80 * slow, 10, True),
        one_run(number, "nbconvert", "again", 80 * slow, 10, True),
    )
]


def tables():
    return {one["name"]: one["rows"] for one in compared.tables(RUNS, chapters=10, readers=2, changed="a table")}


def test_ratios_are_within_rounds_and_one_run_stands_for_all_where_nothing_is_kept():
    ratios = {row["builder"]: row for row in tables()["builders-ratios"]}
    assert ratios[compared.PLAIN] == {"builder": compared.PLAIN, "cold": 2, "nothing": 4, "data": 0.2}
    assert ratios["nbconvert"] == {"builder": "nbconvert", "cold": 1.6, "nothing": 80, "data": 4}


def test_the_costs_leave_out_the_limit_and_what_only_verifies():
    costs = [(row["builder"], row["scenario"], row["wall"], row["right"]) for row in tables()["builders"]]
    assert (compared.PLAIN, "one data value changed", 4, False) in costs
    assert [one for one in costs if one[0] == "nbconvert"] == [("nbconvert", "any of these", 80, True)]
    assert compared.LIMIT not in {one[0] for one in costs}


def test_the_limit_is_both_parts_together():
    parts = {row["part"]: (row["wall"], row["times"]) for row in tables()["builders-limit"]}
    assert parts["Together: the limit"] == (50, 1) and parts["This book's cold build"] == (50, 1)


def test_targets_tell_what_was_met():
    met = {row["target"]: (row["measured"], row["met"]) for row in tables()["builders-targets"]}
    assert met["Nothing kept: at most 0.7 times Jupyter Book 1's"] == (0.5, True)
    assert met["Nothing changed: at most 0.2 times Jupyter Book 1's"] == (0.25, False)
    assert met["Nothing changed: kernels started, 0 expected"] == (0, True)
    assert met["One data value changed: kernels started, 2 expected"] == (3, False)
    assert met["One sentence changed while make live runs: at most 0.6 times Jupyter Book 1's"] == (0.4, True)
    assert not any(target.startswith("One sentence changed: at most") for target in met)


@pytest.mark.parametrize("step", steps.UNDONE)
def test_a_step_can_be_undone_and_is_put_back(step, tmp_path):
    _, file, old, new = steps.UNDONE[step]
    path = Path(shutil.copy(ROOT / steps.CODE / file, tmp_path))
    before = path.read_text(encoding="utf-8")
    with steps.undone(path, old, new):
        changed_code = path.read_text(encoding="utf-8")
        assert old not in changed_code and ast.parse(changed_code)
    assert path.read_text(encoding="utf-8") == before


def test_with_every_step_undone_a_book_is_built_all_the_same(tmp_path):
    book = tmp_path / "book"
    books.of_one_cell(book)
    with ExitStack() as stack:
        for _, file, old, new in steps.UNDONE.values():
            stack.enter_context(steps.undone(book / steps.CODE / file, old, new))
        done = run(book, "newpip_book", "build")
    assert done.returncode == 0, done.stderr
