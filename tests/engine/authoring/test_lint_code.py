"""Code that could go stale unseen is followed, or refused with cell, line and the way out; other code is left alone."""

import pytest

from newpip_book.authoring import code_reading, dependencies, lint_code, notebooks
from tests.helpers import write_chapter


@pytest.fixture
def book(tmp_path, monkeypatch):
    """An empty folder of chapters, and a library with the modules that a test writes."""
    (tmp_path / "chapters").mkdir()
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    monkeypatch.setattr(lint_code, "ROOT", tmp_path)
    return tmp_path


def problems(book, *cells):
    write_chapter(book / "chapters" / "01-a.ipynb", ["# A", *cells])
    path = book / "chapters" / "01-a.ipynb"
    unread = notebooks.load_notebook(path)[1]
    lint_code._is_known.cache_clear()
    return list(unread) or lint_code.problems()


LOAD = "from newpip.data import load"
FOLLOWED = {
    "plainly": (LOAD, 'load("teams")'),
    "by a keyword": (LOAD, 'load(name="teams")'),
    "by another name": ("from newpip.data import load as get", 'get("teams")'),
    "by its module": ("from newpip import data as tables", 'tables.load("teams")'),
    "by its whole name": ("import newpip.data", 'newpip.data.load("teams")'),
    "by a module's name": ("import newpip.data as d", 'd.load("teams")'),
    "in a loop": (LOAD, 'for name in ("teams", "referrals"):\n    load(name)'),
    "in a list of loads": (LOAD, '{name: load(name) for name in ["teams", "referrals"]}'),
    "in a function": (LOAD, 'def of(row):\n    return load("teams").loc[row]\nof(1)'),
    "from what a module took": ("from newpip.answers.ledger import load", 'load("teams")'),
    "through a module that took it": ("from newpip.answers import ledger", 'ledger.load("teams")'),
}


@pytest.mark.parametrize("cells", FOLLOWED.values(), ids=FOLLOWED)
def test_a_table_is_seen_however_it_is_loaded(cells, book):
    assert problems(book, *cells) == []
    notebook = notebooks.load_notebook(book / "chapters" / "01-a.ipynb")[0]
    assert "teams" in dependencies.tables(notebook)
    assert "data/teams.csv" in dependencies.manifest(notebook)


REFUSED = {
    "a name in a variable": (LOAD, 'which = "teams"\nload(which)', 3, 2),
    "a loop over a variable": (LOAD, 'names = ["teams"]\nfor name in names:\n    load(name)', 3, 3),
    "a name that the loop changes": (LOAD, 'for name in ("a", "b"):\n    name = name * 2\n    load(name)', 3, 3),
    "a name after its loop": (LOAD, 'for name in ("teams",):\n    pass\nload(name)', 3, 3),
    "a name put together": (LOAD, 'load("te" + "ams")', 3, 1),
    "keywords in a dict": (LOAD, 'load(**{"name": "teams"})', 3, 1),
    "load handed on": (LOAD, 'tables = [*map(load, ["teams"])]', 3, 1),
    "another name for load": (LOAD, "get = load", 3, 1),
    "load as a default": (LOAD, 'def of(load=load):\n    return load("teams")\nof()', 3, 1),
    "the module handed on": ("from newpip import data", 'getattr(data, "load")("teams")', 3, 1),
    "the folder of the tables": ("from newpip import data", '(data.folder() / "a.csv").read_text()', 3, 1),
    "open": ("import json", 'json.load(open("extra.json"))', 3, 1),
    "open by another name": ("from io import open as look", 'look("extra.json")', 3, 1),
    "a path": ("from pathlib import Path", 'Path("a.txt").read_text()', 3, 1),
    "pandas": ("import pandas as pd", '1 + 1\npd.read_csv("a.csv")', 3, 2),
    "pandas handed on": ("from pandas import read_json as read", 'read("a.json")', 3, 1),
    "numpy": ("import numpy as np", 'np.loadtxt("a.txt")', 3, 1),
    "the environment": ("import os", 'os.environ["HOME"]', 3, 1),
    "another program": ("import subprocess", 'subprocess.run(["ls"])', 3, 1),
    "a module by its name": ("import importlib", 'importlib.import_module("newpip.data").load("teams")', 3, 1),
    "text as code": ("x = 1", "exec('x = 2')", 3, 1),
    "magic by its function": ("x = 1", 'get_ipython().run_line_magic("run", "script.py")', 3, 1),
    "a module beside the chapter": ("import helper", "helper", 2, 1),
    "a module of the checkout": ("from tests import helpers", "helpers", 2, 1),
    "the engine": ("from newpip_book import project", "project", 2, 1),
    "a relative import": ("from . import helper", "helper", 2, 1),
    "a star": ("from newpip.data import *", 'load("teams")', 2, 1),
    "the end": ("x = 1", "exit()", 3, 1),
    "a line magic": ("x = 1", "y = 2\n%time z = 3", 3, 2),
    "a cell magic": ("x = 1", "%%timeit\ny = 2", 3, 1),
    "a script": ("x = 1", "%run script.py", 3, 1),
    "a shell": ("x = 1", "names = !ls", 3, 1),
    "a question": ("x = 1", "x?", 3, 1),
}


@pytest.mark.parametrize(("first", "second", "cell", "line"), REFUSED.values(), ids=REFUSED)
def test_what_could_go_stale_unseen_is_refused_with_its_place_and_the_way_out(first, second, cell, line, book):
    (book / "chapters" / "helper.py").write_text("")
    found = problems(book, first, second)
    assert found and found[0].startswith(f"chapters/01-a.ipynb:cell {cell}:line {line}: "), found
    assert all(one.endswith(" expected") and "\n" not in one for one in found)


LEFT_ALONE = {
    "a line that begins with %": ("counts = [9]", "rest = (counts[0]\n        % 7)"),
    "a text of several lines": ("x = 1", 'text = """\n%time\n!ls\nwhat?\n"""'),
    "another load": ("import json\nfrom newpip.data import load", 'json.loads("[1]")\nload("teams")'),
    "an attribute of that name": ("import pandas as pd", 'pd.DataFrame({"open": [1], "load": [2]}).load.sum()'),
    "a name of one's own": ("x = 1", "open = [1]\nopen[0]\nfor quit in (1, 2):\n    quit"),
    "a parameter": (LOAD, "def heavier(load, open):\n    return load + open\nheavier(1, 2)"),
    "attributes": ("from types import SimpleNamespace", "vars(SimpleNamespace(a=1))"),
    "libraries": ("import sklearn.cluster, scipy.stats as st, dateutil", "import math, statistics"),
}


@pytest.mark.parametrize("cells", LEFT_ALONE.values(), ids=LEFT_ALONE)
def test_valid_code_that_hides_nothing_is_left_alone(cells, book):
    assert problems(book, *cells) == []


def test_this_books_chapters_hide_nothing():
    assert lint_code.problems() == []


@pytest.fixture
def library(tmp_path, monkeypatch):
    """A library of two modules, one of which imports the other in a function."""
    package = tmp_path / "newpip"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "data.py").write_text("def load(name):\n    return name\n")
    (package / "near.py").write_text("def work():\n    from . import far\n    return far.read()\n")
    (package / "far.py").write_text('from .data import load as get\n\n\ndef read():\n    return get("teams")\n')
    monkeypatch.setattr(dependencies.project, "LIBRARY", package)
    return package


def test_what_a_module_loads_counts_for_the_chapters_that_reach_it(library, book):
    assert problems(book, "from newpip import near", "near.work()") == []
    notebook = notebooks.load_notebook(book / "chapters" / "01-a.ipynb")[0]
    parts = dependencies.manifest(notebook)
    assert {"newpip", "newpip.near", "newpip.far", "newpip.data", "data/teams.csv"} <= parts.keys()
    foreseen = dependencies.foreseen_files(notebook)
    assert (library / "far.py").resolve() in foreseen


def test_a_module_that_loads_by_a_name_not_written_out_is_refused_once(library, book):
    (library / "far.py").write_text("from newpip.data import load\n\n\ndef read(name):\n    return load(name)\n")
    write_chapter(book / "chapters" / "02-b.ipynb", ["# B", "from newpip import near"])
    (problem,) = problems(book, "from newpip import near", "near.work()")
    assert problem.startswith("newpip/far.py:5:1: load() of a name that is not written out")


def test_settings_that_lie_about_are_named(book):
    (book / "chapters" / "matplotlibrc").write_text("axes.facecolor: red")
    (problem,) = problems(book, "x = 1")
    assert problem.startswith("chapters/matplotlibrc:1:1: settings that no chapter names")


def test_names_mean_what_the_last_import_says_and_the_datas_own_first():
    found = code_reading.imported_as(
        ["import a.b, c.d as e", "from .g import h as i\nfrom newpip.data import load"], "p.q"
    )
    assert found == {"a": "a", "e": "c.d", "i": "p.q.g.h", "load": "newpip.data.load"}
    assert code_reading.imported_modules("from ..x import y\nfrom . import z", "p.q") == {
        "p.x",
        "p.x.y",
        "p.q",
        "p.q.z",
    }
