"""Every chapter keeps the book's form: question, answer, short cells, exercises, and no typed number."""

import ast
import random
import re
import statistics

import nbformat
import pytest
import yaml
from matplotlib import pyplot

from newpip_book.authoring import lint_prose, notebooks
from newpip_book.project import ROOT
from newpip_book.provenance import programs
from tests.helpers import mostly_at_night

CHAPTERS = notebooks.chapters()
PARTS = ("The question", "The answer", "What this cannot show", "Takeaways", "Exercises")


def cells(path, kind):
    return [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == kind]


def test_the_contents_list_every_chapter_and_no_other():
    contents = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = {entry["file"] for part in contents["parts"] for entry in part["chapters"]}
    assert {name for name in listed if name.startswith("chapters/")} == {f"chapters/{path.stem}" for path in CHAPTERS}
    assert {name for name in listed if name.startswith("book/")} | {contents["root"]} == {
        f"book/{path.stem}" for path in (ROOT / "book").glob("*.md")
    }


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_has_its_parts(path):
    text = "\n".join(cell.source for cell in cells(path, "markdown"))
    headings = re.findall(r"^## (.+)$", text, flags=re.MULTILINE)
    assert [part for part in PARTS if part in headings] == list(PARTS)
    assert len(set(headings) - set(PARTS[2:])) <= 9, headings  # of the first rank: more is hard to grasp
    assert "```{key-figure}" in text.partition("## The answer")[2].partition("\n## ")[0]
    assert "What you will be able to do" in text and re.match(r"\(chapter-[a-z]+\)=\n# ", text)
    assert len(re.findall(r"^\*\*\d+\. ", text, flags=re.MULTILINE)) >= 3


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_exercises_have_solutions_that_run(path):
    solutions = [cell for cell in cells(path, "code") if "hide-cell" in cell.metadata.get("tags", [])]
    assert len(solutions) >= 3 and all(cell.outputs for cell in solutions)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_cells_are_short_enough_to_follow(path):
    shown = [cell for cell in cells(path, "code") if not cell.metadata.get("tags")]
    lengths = [len(cell.source.splitlines()) for cell in shown]
    assert statistics.median(lengths) <= 5 and max(lengths) <= 15
    assert all(len(line) <= 88 for cell in shown for line in cell.source.splitlines())


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_imports_come_first_and_all_are_used(path):
    code = cells(path, "code")
    assert all(isinstance(node, (ast.Import, ast.ImportFrom)) for node in ast.parse(code[0].source).body)
    names = set()
    for node in ast.walk(ast.parse(code[0].source)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            names |= {alias.asname or alias.name for alias in node.names}
    rest = "\n".join(cell.source for cell in code[1:])
    assert {name for name in names if not re.search(rf"\b{name}\b", rest)} == set()
    for cell in code[1:]:
        if "hide-cell" in cell.metadata.get("tags", []):
            continue  # a solution may bring what it needs
        assert not re.search(r"^(import|from) ", cell.source, flags=re.MULTILINE)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_one_sentence_to_a_line(path):
    """A claim is found by its line, so nothing may follow it, and only one sentence may stand before it."""
    for cell in cells(path, "markdown"):
        for line in cell.source.splitlines():
            if "{claim}" in line:
                assert re.search(r"(\{claim\}`[\w.-]+` ?)+$", line), line


def test_no_sentence_asserts_without_a_claim():
    assert lint_prose.unguarded_sentences() == []


def test_the_sentence_check_sees_what_it_should():
    found = [line for line in ("Most left.", "It rose.", "Few came.") if lint_prose.ASSERTS.search(line)]
    assert found == ["Most left.", "It rose."]


def test_stored_outputs_hold_no_picture_and_no_count():
    for path in CHAPTERS:
        text = path.read_text(encoding="utf-8")
        assert '"image/' not in text and "<Figure size" not in text, (
            f"{path.name} shows a figure that it does not publish"
        )
        assert all(cell.execution_count is None for cell in cells(path, "code"))


def test_nothing_of_one_machine_or_another_site_is_in_the_chapters():
    for path in CHAPTERS:
        assert not re.search(r"(/root/|/tmp/|/home/|cdn\.|googleapis)", path.read_text(encoding="utf-8")), path.name


@pytest.mark.slow
@pytest.mark.parametrize("path", mostly_at_night(CHAPTERS, every=3, ids=lambda path: path.stem))
@pytest.mark.slow
def test_every_cell_gives_the_same_when_it_runs_again(path):
    """A reader who ran all cells may go back to any: run again from the last to the first, each gives what it gave."""
    sources, space = [cell.source for cell in cells(path, "code")], {"__name__": "__main__"}
    first = [run(source, space) for source in sources]
    again = [run(source, space) for source in reversed(sources)][::-1]
    pyplot.close("all")
    assert [after for before, after in zip(first, again, strict=True) if before != after] == []


@pytest.mark.night
@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
@pytest.mark.parametrize("seed", [1, 2])
def test_cells_that_run_again_in_any_order_give_the_same(path, seed):
    """After Run all, a reader goes back to cells as they like, to some of them more than once."""
    sources, space = [cell.source for cell in cells(path, "code")], {"__name__": "__main__"}
    first = [run(source, space) for source in sources]
    order = random.Random(f"{path.stem} {seed}").choices(range(len(sources)), k=20)
    again = [(place, run(sources[place], space)) for place in order]
    pyplot.close("all")
    assert [(place, shown) for place, shown in again if shown != first[place]] == []


def run(source, space):
    """Run a cell and return what its reader sees: what it publishes, its last value, and the error that stopped it."""
    body = ast.parse(source).body
    last = body.pop().value if isinstance(body[-1], ast.Expr) else ast.Constant(None)
    with programs.published() as shown:
        try:
            exec(compile(ast.Module(body, []), "<cell>", "exec"), space)
            value = repr(eval(compile(ast.Expression(last), "<cell>", "eval"), space))
        except Exception as error:
            value = repr(error)
    return source, shown, value
