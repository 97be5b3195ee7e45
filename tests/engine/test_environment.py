"""What a command meets on a machine: other data, a home without rights, the code of another checkout."""

import subprocess

import pytest

from newpip_book.project import ROOT
from tests.helpers import copy_book, run, small_book, words


@pytest.mark.parametrize("verb", ["check", "build", "refresh", "live"])
def test_a_folder_without_tables_is_refused_before_it_is_searched(verb, tmp_path):
    book = copy_book(tmp_path / "copy")
    done = run(book, "newpip_book", verb, NEWPIP_DATA="/")
    assert done.returncode == 2 and done.stderr.startswith("/: no datapackage.json is in it")
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


@pytest.mark.night
def test_a_book_is_built_with_a_long_tmpdir_and_a_home_that_cannot_be_written(tmp_path):
    book = small_book(tmp_path / "small")
    long = tmp_path / ("l" * 120)
    long.mkdir()
    file = tmp_path / "no folder"
    file.touch()
    done = run(book, "newpip_book", "build", TMPDIR=str(long), HOME=str(file))
    assert done.returncode == 0 and "Traceback" not in done.stderr and "UserWarning" not in done.stderr, done.stderr


@pytest.mark.parametrize("verb", ["check", "build", "refresh", "live"])
def test_the_code_of_another_checkout_is_not_run_on_this_one(verb, tmp_path):
    """As where a checkout was copied with its environment, which works on the one that it came from."""
    book = copy_book(tmp_path / "copy")
    asked = words(book, "newpip_book", verb)
    asked["env"]["PYTHONPATH"] = f"{ROOT}:{ROOT / 'book' / '_ext'}"
    done = subprocess.run(**asked, capture_output=True, check=False)
    assert done.returncode == 2 and "run.py set-up" in done.stderr and str(ROOT) in done.stderr
