"""Notebooks that other tools saved: brought to the form of the book, or refused with what is wrong."""

import copy
import json
from pathlib import Path

import nbformat
import pytest

from newpip_book.authoring import foreign_notebooks, notebooks

PLAIN = {
    "cells": [
        {"cell_type": "markdown", "id": "a", "metadata": {}, "source": ["# One\n", "\n", "Words."]},
        {"cell_type": "code", "id": "b", "metadata": {}, "source": "1 + 1", "outputs": [], "execution_count": None},
    ],
    "metadata": {"kernelspec": dict(foreign_notebooks.KERNEL)},
    "nbformat": 4,
    "nbformat_minor": 5,
}


def saved(change):
    content = copy.deepcopy(PLAIN)
    change(content, *content["cells"])
    return content


def colab(content, text, code):
    content.update(nbformat_minor=0)
    content["metadata"] = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    for cell, name in ((text, "11febc76"), (code, "1042f37b")):
        del cell["id"]
        cell["metadata"] = {"id": name, "executionInfo": {"elapsed": 3}}
    badge = {"cell_type": "markdown", "metadata": {"id": "view-in-github"}, "source": ["<a><img/></a>"]}
    content["cells"].insert(0, badge)


def vs_code(content, text, code):
    content["metadata"] = {"kernelspec": {"name": ".venv", "display_name": ".venv", "language": "python"}}
    text["metadata"] = {"vscode": {"languageId": "markdown"}}
    text["source"] = ["# One\r\n", "\r\n", "Words."]


def kaggle(content, text, code):
    content.update(nbformat_minor=4)
    content["metadata"]["kaggle"] = {"accelerator": "none"}
    code["metadata"] = {"_uuid": "x", "trusted": True}
    del text["id"], code["id"]


def positron(content, text, code):
    content["metadata"] = {"language_info": {"name": "python"}}
    del code["outputs"], code["execution_count"]


def jupyter_lab(content, text, code):
    code["id"] = text["id"]
    content["metadata"]["kernelspec"]["name"] = "conda-env-book-py"


@pytest.mark.parametrize("tool", [colab, vs_code, kaggle, positron, jupyter_lab], ids=lambda one: one.__name__)
def test_a_notebook_of_another_tool_is_named_and_mended(tool, tmp_path):
    path = tmp_path / "x.ipynb"
    path.write_text("\ufeff" * (tool is vs_code) + json.dumps(saved(tool)), encoding="utf-8")
    cells, problems = notebooks.load_notebook(path)
    if tool is not kaggle:  # that one is read as it is
        assert problems and all("(newpip refresh mends it); " in one for one in problems), problems
    text = foreign_notebooks.mended(path)
    if text is None:
        assert not problems and tool is kaggle
        return
    path.write_text(text, encoding="utf-8")
    assert foreign_notebooks.mended(path) is None and notebooks.load_notebook(path)[1] == ()
    read = nbformat.read(path, as_version=4)
    nbformat.validate(read)
    assert [cell.source for cell in read.cells] == ["# One\n\nWords.", "1 + 1"]


def test_what_cannot_be_mended_is_left_as_it_is(tmp_path):
    for change in (
        lambda content, *_: content.update(nbformat=3),
        lambda content, *_: content["metadata"].update(kernelspec={"name": "ir", "language": "R"}),
        lambda content, text, code: content.update(cells="none"),
        lambda content, text, code: text.update(cell_type="heading"),
    ):
        path = tmp_path / "x.ipynb"
        path.write_text(json.dumps(saved(change)), encoding="utf-8")
        assert foreign_notebooks.mended(path) is None
        problems = notebooks.load_notebook(path)[1]
        assert problems and not any("mends it" in one for one in problems)
        path.unlink()


def test_what_was_brought_in_is_put_back_where_the_rest_fails(tmp_path, monkeypatch):
    good, other = tmp_path / "a.ipynb", tmp_path / "b.ipynb"
    good.write_text(json.dumps(PLAIN), encoding="utf-8")
    other.write_text(json.dumps(saved(colab)), encoding="utf-8")
    before = {path: path.read_bytes() for path in (good, other)}
    monkeypatch.setattr(notebooks, "chapters", lambda: [good, other])
    with pytest.raises(KeyError), foreign_notebooks.brought_in() as changed:
        assert changed == [other] and other.read_bytes() != before[other]
        raise KeyError
    assert {path: path.read_bytes() for path in (good, other)} == before
    with foreign_notebooks.brought_in():
        pass
    assert good.read_bytes() == before[good] and other.read_bytes() != before[other]


@pytest.mark.parametrize(
    "mark",
    [
        '<span style="color:red"><b><<<<<<< local</b></span>',
        "<<<<<<< LOCAL CELL DELETED >>>>>>>\\nwords",
        "a\\n<<<<<<< HEAD\\nb\\n=======\\nc\\n>>>>>>> x",
    ],
)
def test_a_conflict_of_nbdime_or_git_is_named(mark, tmp_path: Path):
    path = tmp_path / "x.ipynb"
    text = json.dumps(PLAIN).replace("# One\\n", json.dumps(mark.replace("\\n", "\n"))[1:-1])
    path.write_text(text, encoding="utf-8")
    (problem, *_) = notebooks.load_notebook(path)[1]
    assert "cell 1:line" in problem and "a conflict of git was left" in problem
