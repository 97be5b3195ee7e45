"""The tests themselves, on a machine that lacks a browser: they pass, and say what was skipped and how to have it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from newpip_book.outputs import pdf
from newpip_book.project import ROOT

BROWSERS = {"chromium", "chromium-browser", "google-chrome", "firefox-esr", "firefox"}
PAGES = "tests/benchmarks/test_pages.py"
SURVEY = f"{PAGES}::test_the_same_chapters_of_two_books_are_compared"
IN_PAGE = "tests/site/test_live_cells.py::test_the_first_chapter_has_the_books_results"
IN_FIREFOX = "tests/site/test_firefox.py::test_a_long_table_is_sorted"
FREE = f"{PAGES}::test_a_book_that_was_not_built_is_named"
NONE_GATHERED = "from newpip_book.live_cells import distribution\n\ndistribution.assembled = lambda: False\n"


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    """A PATH on which every program is found but browsers."""
    folder = tmp_path_factory.mktemp("bin")
    for place in os.environ["PATH"].split(os.pathsep):
        for program in Path(place).glob("*"):
            if program.name not in BROWSERS and not (folder / program.name).exists():
                (folder / program.name).symlink_to(program)
    return str(folder)


def ran(path, *parts, **settings):
    """Run some tests in a process of their own that finds no browser."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("CI", "PYTEST_"))}
    command = [sys.executable, "-m", "pytest", "-n", "2", "-p", "no:cacheprovider", *parts]
    environment |= {"PATH": path, **settings}
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


def test_no_browser_is_found_there(path, monkeypatch):
    monkeypatch.setenv("PATH", path)
    assert pdf.find_browser() is None


def test_what_needs_a_browser_is_skipped_and_a_line_says_how_to_get_one(path):
    done = ran(path, SURVEY, IN_PAGE, IN_FIREFOX, FREE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 tests skipped: no Chromium on this machine (to have it: apt-get install chromium)" in done.stdout
    assert "1 tests skipped: no Firefox on this machine (to have it: apt-get install firefox-esr)" in done.stdout
    assert "1 passed, 3 skipped" in done.stdout


@pytest.mark.night
def test_in_ci_a_missing_browser_is_one_failure_said_once(path):
    done = ran(path, SURVEY, IN_PAGE, IN_FIREFOX, FREE, CI="true")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 1 passed, 2 skipped" in done.stdout
    assert done.stdout.count("FAILED") == 1 and "::no Chromium on this machine" in done.stdout
    assert "no Firefox on this machine" in done.stdout


@pytest.mark.night
def test_the_python_of_the_page_need_not_be_gathered_even_in_ci(tmp_path, chromium):
    (tmp_path / "none_gathered.py").write_text(NONE_GATHERED)
    paths = os.pathsep.join([str(tmp_path), *filter(None, [os.environ.get("PYTHONPATH")])])
    done = ran(os.environ["PATH"], "-p", "none_gathered", IN_PAGE, FREE, PYTHONPATH=paths, CI="true")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "1 tests skipped" in done.stdout and "make pyodide" in done.stdout
