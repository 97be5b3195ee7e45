"""A chapter on another machine: its notebook, the files that other sites need, and an install from nothing."""

import json
import os
import re
import subprocess
import sys
import sysconfig
from pathlib import Path

import nbformat
import pytest
import yaml
from nbclient import NotebookClient
from sphinx.errors import ConfigError

from newpip import data
from newpip_book.authoring import notebooks
from newpip_book.outputs import launch_links, takeaway_notebooks
from newpip_book.project import ROOT
from tests.helpers import HTML, make_targets

CHAPTERS = notebooks.chapters()
PLACE = ("owner", "book", "main")
PROSE = """(chapter-x)=
# A title

:::{admonition} What you will be able to do
:class: tip
- Count.
:::

It is {glue:text}`a.b` ({numref}`a-table`), by a {term}`rule <the rule>` {cite:p}`cullen2025,two2021`. {claim}`held`

:::{slider} dropout
:completers: a.b
Nothing slides.
:::

:::{hint}
:class: dropdown
Look at `x`.
:::"""


def chapter():
    cells = [nbformat.v4.new_markdown_cell(PROSE), nbformat.v4.new_code_cell("1 + 1", metadata={"tags": ["hide-cell"]})]
    cells[1].outputs = [nbformat.v4.new_output("stream", text="2\n")]
    return nbformat.v4.new_notebook(cells=cells)


def test_a_notebook_to_take_away_says_first_how_to_run_it():
    copy = takeaway_notebooks.takeaway_notebook(chapter(), PLACE, {"a.b": "twelve"})
    nbformat.validate(copy)
    how, install, prose, code = copy.cells
    assert how.source.startswith("# How to run this notebook") and "Run the next cell first" in how.source
    assert install.source == '%pip install --quiet "newpip @ git+https://github.com/owner/book@main"'
    assert code.outputs == [] and code.metadata.jupyter.source_hidden
    assert "It is twelve (*a-table*), by a rule (Cullen et al. 2025; two2021).\n" in prose.source
    assert "<details><summary>Hint</summary>\n\nLook at `x`." in prose.source
    assert "**What you will be able to do**\n\n- Count." in prose.source
    assert not re.search(r":::|\{\w|slides|chapter-x", prose.source)


def test_without_an_address_it_carries_the_package(tmp_path):
    """In a Python with nothing of the book but the libraries, as a service has them, and in no folder of the book."""
    how, unpack, *_ = takeaway_notebooks.takeaway_notebook(chapter(), (), {}).cells
    assert "it holds the package `newpip`" in how.source and unpack.metadata.jupyter.source_hidden
    assert "scikit-learn" in unpack.source and "git+" not in unpack.source
    code = unpack.source.replace('%pip install --quiet {" ".join(lacking)}', "raise SystemExit(lacking)")
    code += "from newpip import data\nassert str(data.folder()).startswith(folder)\nprint(len(data.load('referrals')))"
    isolated = f"import sys; sys.path.append({sysconfig.get_path('purelib')!r})\n"
    command = [sys.executable, "-S", "-E", "-"]
    done = subprocess.run(command, input=isolated + code, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and int(done.stdout) == len(data.load("referrals")), done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("told", "place"),
    [
        ("", ()),
        ("https://github.com/owner/book", PLACE),
        ("https://github.com/owner/book.git", PLACE),
        ("https://github.com/owner/book/", PLACE),
    ],
)
def test_the_address_is_configured_in_one_place(told, place, monkeypatch):
    monkeypatch.setenv("NEWPIP_REPOSITORY", told)
    assert launch_links.repository() == place


def test_a_wrong_address_is_told(monkeypatch):
    monkeypatch.setenv("NEWPIP_REPOSITORY", "github.com/owner")
    with pytest.raises(ConfigError, match="an address as https://github.com/owner/name was expected"):
        launch_links.repository()


def test_links_stand_only_where_there_is_an_address_and_lead_to_what_is_there():
    assert launch_links.site_links((), "01-background.ipynb") == {}
    for path in CHAPTERS:
        found = launch_links.site_links(PLACE, path.name, "https://hub.example")
        assert found.keys() == {"Binder", "Colab", "Codespaces"}
        assert found["Binder"] == f"https://hub.example/v2/gh/owner/book/main?urlpath=lab/tree/work/{path.name}"
        assert launch_links.site_links(PLACE, path.name).keys() == {"Colab", "Codespaces"}
        assert found["Colab"].endswith(f"/github/owner/book/blob/notebooks/{path.name}")
        assert found["Codespaces"].endswith("/owner/book/tree/main")


def test_binder_finds_what_it_builds_from():
    folder = ROOT / ".binder"
    assert (folder / "runtime.txt").read_text().strip() == "python-3.11"
    (lock,) = re.findall(r"^-r (.+)$", (folder / "requirements.txt").read_text(), flags=re.MULTILINE)
    assert (folder / lock).resolve() == ROOT / "requirements.txt"
    assert os.access(folder / "postBuild", os.X_OK) and "pip install" in (folder / "postBuild").read_text()
    assert "\nnewpip work\n" in (folder / "postBuild").read_text()  # makes the copies that Binder opens
    locked = (ROOT / "requirements.txt").read_text()
    assert all(re.search(rf"^{name}==", locked, flags=re.MULTILINE) for name in ("jupyterlab", "jupyterlab-myst"))


def test_codespaces_finds_what_it_builds_from():
    described = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    target = described["postCreateCommand"].removeprefix("make ")
    assert target in make_targets()
    assert described["image"].startswith("python:3.11")


def test_ci_keeps_the_notebooks_on_the_branch_that_colab_opens():
    jobs = yaml.safe_load((ROOT / ".github" / "workflows" / "book.yml").read_text())["jobs"]
    commands = jobs["notebooks"]["steps"][-1]["run"]
    assert f"./{takeaway_notebooks.FOLDER}" in commands and f"--initial-branch={takeaway_notebooks.FOLDER}" in commands
    assert jobs["notebooks"]["if"] == jobs["publish"]["if"] and jobs["notebooks"]["permissions"] == {
        "contents": "write"
    }


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_chapter_offers_its_notebook(path):
    page = (HTML / "chapters" / f"{path.stem}.html").read_text(encoding="utf-8")
    assert f'href="../notebooks/{path.name}"' in page
    copy = nbformat.read(HTML / "notebooks" / path.name, as_version=4)
    nbformat.validate(copy)
    assert "How to run" in copy.cells[0].source
    assert not any(cell.get("outputs") for cell in copy.cells)
    text = "\n".join(cell.source for cell in copy.cells if cell.cell_type == "markdown")
    assert not re.search(r"^:::|\{[a-z:]+\}`|^\([\w-]+\)=$", text, flags=re.MULTILINE)


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory):
    """An environment of its own, with the libraries of this one and nothing of the book."""
    folder = tmp_path_factory.mktemp("elsewhere")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder / "venv"], check=True)
    python = folder / "venv" / "bin" / "python"
    asked = [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]
    found = subprocess.run(asked, check=True, capture_output=True, text=True)
    Path(found.stdout.strip(), "others.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


@pytest.mark.parametrize("path", [CHAPTERS[0], CHAPTERS[6]], ids=lambda path: path.stem)
def test_a_downloaded_notebook_runs_from_a_bare_folder(path, elsewhere, tmp_path, monkeypatch):
    kernel = tmp_path / "share" / "kernels" / "elsewhere"
    kernel.mkdir(parents=True)
    argv = [str(elsewhere), "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=ERROR"]
    (kernel / "kernel.json").write_text(json.dumps({"argv": argv, "display_name": "elsewhere", "language": "python"}))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path / "share"))
    monkeypatch.delenv("NEWPIP_DATA", raising=False)
    bare = tmp_path / "bare"
    bare.mkdir()
    notebook = takeaway_notebooks.takeaway_notebook(nbformat.read(path, as_version=4), (), {})
    notebook.cells.append(nbformat.v4.new_code_cell("import newpip.data; print(newpip.data.folder())"))
    NotebookClient(notebook, kernel_name="elsewhere", resources={"metadata": {"path": str(bare)}}).execute()
    assert Path(notebook.cells[-1].outputs[0].text).parts[-3].startswith("newpip-")  # what it brought along
    said = [output.text for cell in notebook.cells for output in cell.get("outputs", []) if "text" in output]
    assert sum(": right.\n" in text for text in said) >= 3
    assert list(bare.iterdir()) == []
