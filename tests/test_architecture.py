"""Knowledge flows one way: the contracts on imports are kept, and the chapters keep to them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from newpip_book.authoring import dependencies, notebooks
from newpip_book.directives import architecture
from newpip_book.project import ROOT

CHAPTERS = notebooks.chapters()


def lint(folder):
    """Run import-linter on a folder of the book's code."""
    command = [Path(sys.executable).with_name("lint-imports"), "--no-cache", "--no-logo"]
    environment = os.environ | {"PYTHONPATH": f"{folder}:{folder / 'book' / '_ext'}", "NO_COLOR": "1", "COLUMNS": "200"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def imports(path):
    """Name what a chapter imports."""
    return dependencies.imported_names(nbformat.read(path, as_version=4))


def test_every_contract_is_kept():
    done = lint(ROOT)
    kept = len(architecture.contracts())
    assert done.returncode == 0, done.stdout
    assert f"Contracts: {kept} kept, 0 broken." in done.stdout and kept >= 6


BREACHES = {
    "the library imports the book": ("newpip/referrals.py", "from newpip_book import project", "library"),
    "a question imports another": ("newpip/sample.py", "from newpip import referrals", "layers"),
    "a tool imports a question": ("newpip/publish.py", "from newpip import referrals", "layers"),
    "a question reads data": ("newpip/lineage.py", "from newpip.data import load", "pure"),
    "a question draws": ("newpip/capacity.py", "import matplotlib.pyplot as plt", "pure"),
    "a tool publishes": ("newpip/totals.py", "from newpip.publish import number", "publish"),
    "the engine knows a question": ("book/_ext/newpip_book/outputs/pdf.py", "from newpip import sample", "questions"),
    "the engine knows the sliders": ("book/_ext/newpip_book/theme/html.py", "from newpip import sliders", "questions"),
    "the sliders read data": ("newpip/sliders.py", "from newpip.data import load", "pure"),
    "answers know other answers": ("newpip/answers/method.py", "from newpip.answers import themes", "answers"),
    "a module has no layer": ("newpip/homeless.py", "", "layers"),
    "a room imports one above": (
        "book/_ext/newpip_book/authoring/toc.py",
        "from newpip_book.build import lock",
        "engine",
    ),
    "a room has no layer": ("book/_ext/newpip_book/attic.py", "", "engine"),
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
    """The list of questions stands three times in pyproject.toml; they must not drift apart."""
    named = {one["id"]: one for one in architecture.contracts()}
    layer = next(layer for layer in named["layers"]["layers"] if "referrals" in layer)
    questions = {f"newpip.{name.strip()}" for name in layer.split("|")} | {
        "newpip.beside",
        "newpip.own",
        "newpip.sliders",
    }
    assert questions == set(named["pure"]["source_modules"]) == set(named["questions"]["protected_modules"])
