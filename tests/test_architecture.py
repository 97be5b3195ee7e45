"""Knowledge flows one way: the contracts on imports, the chapters, and the picture that is drawn of both."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from xml.etree import ElementTree

import nbformat
import pytest

from newpip_book.authoring import notebooks
from newpip_book.directives import architecture
from newpip_book.project import ROOT

CHAPTERS = notebooks.chapters()
SVG = "{http://www.w3.org/2000/svg}"


def lint(folder):
    """Run import-linter on a folder of the book's code."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": f"{folder}:{folder / 'book' / '_ext'}", "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def imports(path):
    cells = [cell.source for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return architecture.imported("\n".join(cells))


def test_every_contract_is_kept():
    done = lint(ROOT)
    kept = len(architecture.contracts())
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {kept} kept, 0 broken." in done.stdout and kept >= 5


BREACHES = {
    "the library imports the book": ("newpip/referrals.py", "from newpip_book import project", "library"),
    "a question imports another": ("newpip/sample.py", "from newpip import referrals", "layers"),
    "a tool imports a question": ("newpip/publish.py", "from newpip import referrals", "layers"),
    "a question reads data": ("newpip/lineage.py", "from newpip.data import load", "pure"),
    "a question draws": ("newpip/capacity.py", "import matplotlib.pyplot as plt", "pure"),
    "a tool publishes": ("newpip/totals.py", "from newpip.publish import number", "publish"),
    "answers know other answers": ("newpip/answers/method.py", "from newpip.answers import themes", "answers"),
    "a module has no layer": ("newpip/homeless.py", "", "layers"),
}


@pytest.mark.parametrize("file, line, contract", BREACHES.values(), ids=BREACHES)
def test_a_breach_is_found(file, line, contract, tmp_path):
    for name in ("newpip", "book/_ext/newpip_book"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    with (tmp_path / file).open("a", encoding="utf-8") as module:
        module.write(f"\n{line}\n")
    done = lint(tmp_path)
    name = next(one["name"] for one in architecture.contracts() if one["id"] == contract)
    assert done.returncode == 1 and re.search(rf"^{re.escape(name)} BROKEN", done.stdout, flags=re.MULTILINE)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_knows_the_library_alone(path):
    """Chapters are no modules, so import-linter does not see them."""
    found = imports(path)
    assert not {name for name in found if name.startswith("newpip_book") or name == "newpip.schema"}
    assert {"newpip.data", "newpip.publish"} <= found


def test_the_questions_are_held_to_be_pure():
    """The list of questions stands twice in pyproject.toml; the two must not drift apart."""
    named = {one["id"]: one for one in architecture.contracts()}
    layer = next(layer for layer in named["layers"]["layers"] if "referrals" in layer)
    assert {f"newpip.{name.strip()}" for name in layer.split("|")} == set(named["pure"]["source_modules"])


def test_arrows_lead_down_and_are_those_of_the_imports():
    groups, known = architecture.layers(), architecture.graph()
    arrows, order = architecture.between(groups, known), list(groups)
    assert all(order.index(start) < order.index(end) for start, end in arrows)
    assert ("Chapters", "Questions") in arrows and ("Questions", "Chapters") not in arrows
    assert known["chapters/01-background.ipynb"] == imports(CHAPTERS[0])
    breach = {**known, "newpip.schema": {"chapters/01-background.ipynb"}}
    assert (order[-2], "Chapters") in architecture.between(groups, breach), "a wrong import would show"


def test_a_layer_without_a_name_stops_the_build(monkeypatch):
    monkeypatch.setattr(architecture, "NAMES", architecture.NAMES[:-1])
    with pytest.raises(ValueError):
        architecture.layers()


def test_the_page_shows_every_module_and_every_contract():
    page = (ROOT / "_build" / "html" / "book" / "architecture.html").read_text(encoding="utf-8")
    drawing = ElementTree.fromstring(re.search(r"<svg role.*?</svg>", page, flags=re.DOTALL)[0])
    words = " ".join("".join(one.itertext()) for one in drawing.iter(f"{SVG}text"))
    for path in [*(ROOT / "newpip").glob("*.py"), *CHAPTERS]:
        assert path.stem == "__init__" or re.search(rf"(^|[ ,]){path.stem}\b", words), path.name
    assert len(drawing.get("aria-label")) > 100
    right = max(float(one.get("x")) + float(one.get("width")) for one in drawing.iter(f"{SVG}rect"))
    assert right < float(drawing.get("viewBox").split()[2])
    text = re.sub(r"<[^>]+>", "", page)
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    for contract in settings["tool"]["importlinter"]["contracts"]:
        assert contract["name"] in text.replace("&#x27;", "'").replace("’", "'")
