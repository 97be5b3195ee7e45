"""A reader's own copies of the chapters: whole, legible without the book, and never overwritten once changed."""

import json
import re
import subprocess

import nbformat
import pytest

from newpip_book import cli
from newpip_book.authoring import notebooks
from newpip_book.outputs import working_copies
from newpip_book.project import ROOT

CHAPTERS = notebooks.chapters()
FIRST = CHAPTERS[0].name


@pytest.fixture
def work(tmp_path, monkeypatch):
    monkeypatch.setattr(working_copies, "WORK", tmp_path / "work")
    assert cli.main(["work"]) == 0
    return tmp_path / "work"


def told(capsys):
    """What is said of the first chapter's copy."""
    lines = capsys.readouterr().out.splitlines()
    return next(line.partition(": ")[2] for line in reversed(lines) if line.startswith(f"work/{FIRST}"))


def change(path, edit):
    notebook = nbformat.read(path, as_version=4)
    edit(notebook)
    nbformat.write(notebook, path)
    return path.read_bytes()


def other_chapter(monkeypatch):
    """Let the chapters be others than when the copies were made."""
    monkeypatch.setattr(working_copies, "YOURS", working_copies.YOURS + "The chapter is another now.\n")


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_copy_shows_numbers_and_keeps_what_jupyterlab_renders(path, work):
    copy, chapter = nbformat.read(work / path.name, as_version=4), nbformat.read(path, as_version=4)
    nbformat.validate(copy)
    prose, before = (
        "\n".join(cell.source for cell in one.cells if cell.cell_type == "markdown") for one in (copy, chapter)
    )
    assert not re.search(r"\{(glue:text|result|claim|numref|ref|term|cite:[pt])\}", prose)
    kept = set(re.findall(r"\{([\w-]+)\}(?!`)", "".join(re.findall(r"^(?::::|```).*", prose, flags=re.MULTILINE))))
    assert kept == {"admonition", "hint"}
    assert prose.count("$") == before.count("$") and prose.count(":::{hint}") == before.count(":::{hint}")
    code = [[cell.source for cell in one.cells if cell.cell_type == "code"] for one in (copy, chapter)]
    assert code[0] == code[1]
    for cell in copy.cells:
        assert not cell.get("outputs")
        folded = bool({"hide-cell", "hide-input"} & set(cell.metadata.get("tags", [])))
        assert cell.metadata.get("jupyter", {}).get("source_hidden", False) == folded
        solution = "hide-cell" in cell.metadata.get("tags", [])
        assert cell.metadata.get("jupyter", {}).get("outputs_hidden", False) == solution


def test_a_copy_has_the_numbers_of_the_book(work):
    text = (work / FIRST).read_text(encoding="utf-8")
    stored = nbformat.read(CHAPTERS[0], as_version=4)
    (growth,) = {
        output.data["application/papermill.record/text/plain"]
        for cell in stored.cells
        for output in cell.get("outputs", [])
        if output.get("metadata", {}).get("scrapbook", {}).get("name") == "referrals.cagr"
    }
    assert f"by {growth} a year on average" in text
    assert "(Cullen et al. 2025)" in text and re.search(r"Figure \*year-ratios\*", text)


def test_an_untouched_copy_follows_its_chapter(work, capsys, monkeypatch):
    before = (work / FIRST).read_bytes()
    assert cli.main(["work"]) == 0 and told(capsys) == "as it was" and (work / FIRST).read_bytes() == before
    other_chapter(monkeypatch)
    cli.main(["work"])
    assert told(capsys) == "brought up to date" and b"another now" in (work / FIRST).read_bytes()


def edit_source(notebook):
    notebook.cells[-1].source += "\nmine"


def run_a_cell(notebook):
    cell = next(cell for cell in notebook.cells if cell.cell_type == "code")
    cell.outputs = [nbformat.v4.new_output("stream", text="mine\n")]


def add_a_cell(notebook):
    notebook.cells.append(nbformat.v4.new_code_cell("1"))


@pytest.mark.parametrize("edit", [edit_source, run_a_cell, add_a_cell])
def test_a_changed_copy_is_kept(edit, work, capsys, monkeypatch):
    mine = change(work / FIRST, edit)
    cli.main(["work"])
    assert told(capsys) == "kept as you changed it" and (work / FIRST).read_bytes() == mine
    other_chapter(monkeypatch)
    cli.main(["work"])
    assert told(capsys).startswith("kept as you changed it; the chapter has changed too")
    assert (work / FIRST).read_bytes() == mine


def test_a_program_that_reads_and_saves_a_notebook_changes_nothing_of_it(work):
    """JupyterLab reads by nbformat, gives cells their ids where these lack, and writes by nbformat."""
    for path in [*CHAPTERS, *work.glob("*.ipynb")]:
        there = path.read_text(encoding="utf-8")
        notebook = json.loads(there)
        assert nbformat.validator.normalize(notebook)[0] == 0 and notebook["nbformat_minor"] >= 5, path.name
        assert {"display_name", "language", "name"} <= notebook["metadata"]["kernelspec"].keys()
        assert nbformat.writes(nbformat.from_dict(notebook)).rstrip("\n") == there.rstrip("\n"), path.name


def test_opening_a_copy_is_no_change(work, capsys, monkeypatch):
    """JupyterLab notes its kernel in the notebook when it saves."""
    change(work / FIRST, lambda notebook: notebook.metadata.update(language_info={"name": "python", "version": "3"}))
    other_chapter(monkeypatch)
    cli.main(["work"])
    assert told(capsys) == "brought up to date"


@pytest.mark.parametrize("content", [b"", b"{}", b"my own notes", b"\xff", b"[1]"])
def test_what_is_no_copy_is_kept(content, work, capsys):
    (work / FIRST).write_bytes(content)
    assert cli.main(["work"]) == 0
    assert told(capsys).startswith("kept") and (work / FIRST).read_bytes() == content
    (work / FIRST).unlink()
    cli.main(["work"])
    assert told(capsys) == "made"


def test_a_chapter_that_cannot_be_read_is_named_and_no_copy_changes(work, capsys, monkeypatch):
    (work / FIRST).unlink()
    monkeypatch.setattr(notebooks, "load_notebook", lambda path: (None, (f"{path.name}: it cannot be read",)))
    assert cli.main(["work"]) == 2 and f"{FIRST}: it cannot be read" in capsys.readouterr().err
    assert not (work / FIRST).exists()


def test_the_copies_are_never_committed_and_make_lab_opens_them():
    assert "work/" in (ROOT / ".gitignore").read_text().splitlines()
    for given, folder in [([], ""), (["CHAPTERS=chapters"], "chapters")]:
        command = ["make", "--dry-run", "--always-make", "lab", *given]
        said = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout
        assert f"run.py lab {folder}\n" in said
