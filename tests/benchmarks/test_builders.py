"""What the comparison of builders changes, counts and tables; nothing here is timed."""

import shutil

import nbformat
import pytest

from benchmarks import builds, edits
from benchmarks.builders import BUILDERS, JUPYTER_BOOK, PEERS, THIS_BOOK, Builder
from benchmarks.commands import CommandError
from benchmarks.live import NAME as LIVE
from newpip import data
from newpip_book.authoring import code_reading
from newpip_book.project import ROOT
from tests.helpers import small_book

CHAPTER = f"{builds.AUTHOR.chapter}.ipynb"
SMALL = edits.Author("01-first", "referrals", "2017", "referrals", "61", "01-first", ">61<")


@pytest.fixture
def book(tmp_path):
    """A copy of what is changed: chapters and data."""
    for name in ("chapters", "data"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def cells(path, kind):
    return [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def changed(before, after):
    return [(old, new) for old, new in zip(before, after, strict=True) if old != new]


def test_a_sentence_changes_prose_alone(book):
    path = book / "chapters" / CHAPTER
    prose, code = cells(path, "markdown"), cells(path, "code")
    page, text = builds.AUTHOR.edit("sentence", book)
    assert cells(path, "code") == code and page == path.stem
    [(old, new)] = changed(prose, cells(path, "markdown"))
    assert new.startswith(old) and text in new and text not in old


def test_a_comment_changes_one_cell_of_code_and_not_what_it_does(book):
    path = book / "chapters" / CHAPTER
    prose, code = cells(path, "markdown"), cells(path, "code")
    _, text = builds.AUTHOR.edit("code", book)
    assert cells(path, "markdown") == prose
    [(old, new)] = changed(code, cells(path, "code"))
    assert new == f"{old}\n{text}" and text.startswith("# ")
    code_reading.parse(new)


def test_a_value_changes_one_cell_of_a_table(tmp_path):
    path = tmp_path / "table.csv"
    path.write_text('key,share,note\na b,0.1,"one, two"\nc,0.2,"said ""so"""\n', encoding="utf-8")
    edits.set_value(path, "c", "share", "0.3")
    assert path.read_text(encoding="utf-8") == 'key,share,note\na b,0.1,"one, two"\nc,0.3,"said ""so"""\n'


def test_the_changed_value_is_another_that_the_schema_allows(book, monkeypatch):
    monkeypatch.setenv("NEWPIP_DATA", str(book / "data"))
    path = book / "data" / f"{builds.AUTHOR.table}.csv"
    before = path.read_text(encoding="utf-8").splitlines()
    builds.AUTHOR.edit("data", book)
    assert len(changed(before, path.read_text(encoding="utf-8").splitlines())) == 1
    assert data.check() == []


def test_nothing_is_changed_for_a_cold_build_or_a_second_one(book):
    before = {path: path.read_bytes() for path in book.rglob("*.*")}
    assert [builds.AUTHOR.edit(scenario, book) for scenario in ("cold", "nothing")] == [None, None]
    assert {path: path.read_bytes() for path in book.rglob("*.*")} == before


def test_stripped_notebooks_have_no_outputs(book):
    path = book / "chapters" / CHAPTER
    before = cells(path, "code")
    edits.strip_outputs(book / "chapters")
    notebook = nbformat.read(path, as_version=4)
    assert not any(cell.get("outputs") for cell in notebook.cells) and "newpip" not in notebook.metadata
    assert cells(path, "code") == before


def test_every_peer_has_its_settings():
    assert {builder.peer for builder in BUILDERS} - {""} == {path.name for path in PEERS.iterdir()}


def test_pins_repeat_nothing_that_is_locked():
    locked = {line.split("==")[0] for line in (ROOT / "requirements.txt").read_text().splitlines() if "==" in line}
    for path in PEERS.glob("*/requirements.txt"):
        lines = [line.split("#")[0].strip() for line in path.read_text(encoding="utf-8").splitlines()]
        pins = {line.partition("==")[0]: line.partition("==")[2] for line in lines if line}
        assert all(bool(version) != (name in locked) for name, version in pins.items()), path.parent.name


@pytest.mark.night
def test_this_book_is_built_and_served_live_and_what_ran_is_counted(tmp_path):
    """A small book, in every scenario, once."""
    tables = {one["name"]: one["rows"] for one in builds.measure(1, [THIS_BOOK], SMALL, small_book(tmp_path / "book"))}
    runs = {(run["builder"], run["scenario"]): run for run in tables["builds-runs"]}
    kernels = {scenario: runs[THIS_BOOK.name, scenario]["kernels"] for scenario in edits.SCENARIOS}
    assert kernels == {"cold": 2, "nothing": 0, "sentence": 0, "code": 1, "data": 1}
    assert [run["right"] for run in runs.values()] == [None, None, True, True, True, True]
    assert runs[LIVE, "sentence"]["kernels"] == 0 and all(run["seconds"] > 0 for run in runs.values())


def test_a_builder_that_runs_no_chapter_is_an_error(tmp_path, monkeypatch):
    idle = Builder("idle", "nbconvert", "cp -r chapters _build", "{}.ipynb", ("cold",))
    monkeypatch.setattr(Builder, "install", lambda self: "idle 1")
    with pytest.raises(CommandError, match="'kernels': 0.* for 2 chapters; failed: \\[\\]"):
        builds.measure(1, [idle], SMALL, small_book(tmp_path / "book"))


def one_run(number, builder, scenario, seconds, kernels=0, right=None):
    return {
        "round": number, "builder": builder, "scenario": scenario, "seconds": seconds, "kernels": kernels,
        "right": right,
    }  # fmt: skip


def test_the_tables_are_medians_and_say_whose_page_was_wrong():
    runs = [
        one
        for number, slow in ((1, 1.0), (2, 3.0), (3, 1.2))  # in the second round the machine was busy
        for one in (
            one_run(number, THIS_BOOK.name, "cold", 50 * slow, 10),
            one_run(number, THIS_BOOK.name, "data", 20 * slow, 2, True),
            one_run(number, LIVE, "sentence", 2 * slow, 0, True),
            one_run(number, JUPYTER_BOOK.name, "cold", 100 * slow, 10),
            one_run(number, JUPYTER_BOOK.name, "data", 4 * slow, 0, number != 2),
        )
    ]
    facts = {"chapters": 10, "chapter": "a chapter", "table": "a table", "versions": "one"}
    seconds, ran, single = builds.tables(runs, **facts)
    told = [edits.SCENARIOS[name] for name in ("cold", "sentence", "data")]
    assert [list(row.values()) for row in seconds["rows"]] == [
        [told[0], 60, None, 120], [told[1], None, 2.4, None], [told[2], 24, None, 4.8],
    ]  # fmt: skip
    assert [list(row.values()) for row in ran["rows"]] == [
        [told[0], "10", None, "10"], [told[1], None, "0", None], [told[2], "2", None, "0, page wrong"],
    ]  # fmt: skip
    assert single["rows"] == runs and not single["shown"]
