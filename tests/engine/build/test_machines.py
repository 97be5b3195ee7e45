"""What other people's machines add changes no byte: start-up files, settings, Python's variables, locale, home."""

import shutil
from pathlib import Path

import pytest

from newpip_book import environment
from tests.helpers import files, run

WHEN = {"SOURCE_DATE_EPOCH": "1760000000"}
START = "import pandas as pd\npd.set_option('display.precision', 1)\npd.set_option('display.max_rows', 2)\n"
SITE = "import json\nplain = json.dumps\njson.dumps = lambda *a, **k: plain(*a, **(k | {'indent': 7}))\n"


def machine(folder):
    """Write what a machine may have, and return the variables that lead to it."""
    texts = {
        **{"home/.ipython/profile_default/startup/00.py": START, "ipython/profile_default/startup/00.py": START},
        "ipython/profile_default/ipython_kernel_config.py": "c.InteractiveShellApp.exec_lines = ['1 / 0']\n",
        **{"start.py": START, "path/sitecustomize.py": SITE, "path/usercustomize.py": SITE},
        **{f"{place}/matplotlibrc": "axes.facecolor: red\n" for place in ("home/.config/matplotlib", "mpl", "cwd")},
        "home/.docutils": "[general]\nsmart_quotes: yes\n",
        "home/.gitconfig": "[log]\n\tshowSignature = true\n",
    }
    for name, text in texts.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    places = {"HOME": "home", "IPYTHONDIR": "ipython", "PYTHONSTARTUP": "start.py", "PYTHONPATH": "path"}
    places |= {
        "MPLCONFIGDIR": "mpl",
        "MATPLOTLIBRC": "mpl",
        "JUPYTER_CONFIG_DIR": "home",
        "XDG_CONFIG_HOME": "home/.config",
    }
    said = {"PYTHONWARNINGS": "error", "PYTHONOPTIMIZE": "2", "PYTHONHASHSEED": "5", "PYTHONIOENCODING": "latin-1"}
    said |= {"PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "LC_ALL": "C", "LANG": "de_DE.ISO-8859-1", "LANGUAGE": "de"}
    said |= {"TZ": "Asia/Tokyo", "COLUMNS": "20", "NO_COLOR": "1", "MPLBACKEND": "svg", "TERM": "dumb"}
    return {name: str(folder / place) for name, place in places.items()} | said


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """A book built plainly, and the same on a machine with much of its own."""
    pair = [tmp_path_factory.mktemp(name) / "book" for name in ("plain", "other")]
    for book in pair:
        shutil.copytree(Path(__file__).parents[1] / "other_book", book)
    other = machine(tmp_path_factory.mktemp("machine"))
    for book, settings in zip(pair, ({}, other), strict=True):
        done = run(book, "newpip_book", "build", **WHEN, **settings)
        assert done.returncode == 0, done.stderr
    return (*pair, other)


@pytest.mark.night
def test_what_a_machine_adds_changes_no_byte_of_the_pages(books):
    one, other = (files(book / "_build" / "html") for book in books[:2])
    assert len(one) > 30 and set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []


@pytest.mark.night
def test_nor_of_the_stored_outputs_which_can_be_had_again_by_force(books):
    one, other, settings = books
    assert run(one, "newpip_book", "refresh", **WHEN).returncode == 0
    done = run(other, "newpip_book", "refresh", "--force", "02-keepers", **WHEN, **settings)
    assert done.returncode == 0, done.stderr
    assert "01-lamps.ipynb: up to date" in done.stderr and "02-keepers.ipynb: runs (as asked)" in done.stderr
    assert files(one / "chapters") == files(other / "chapters")
    done = run(other, "newpip_book", "refresh", "--force", **WHEN, **settings)
    assert done.stderr.count("runs (as asked)") == 2 and "0 chapters changed" in done.stdout
    wrong = run(other, "newpip_book", "refresh", "--force", "03-none", **WHEN)
    assert (
        wrong.returncode == 2
        and wrong.stderr == "03-none: there is no such chapter; one of 01-lamps, 02-keepers was expected\n"
    )


def test_the_code_is_found_where_it_was_found_and_nowhere_else(monkeypatch, tmp_path):
    code = Path(environment.newpip.__file__).parents[1]
    monkeypatch.setattr(
        environment.os, "environ", {"PYTHONPATH": f"{tmp_path}:{code}", "PYTHONSTARTUP": "a", "PATH": "b"}
    )
    environment.isolate()
    assert environment.os.environ["PYTHONPATH"] == str(code) and "PYTHONSTARTUP" not in environment.os.environ
    assert environment.os.environ["PATH"] == "b" and environment.os.environ["LC_ALL"] == "C.UTF-8"
