"""A chapter from the template: in a copy of the book it runs, fits, and keeps to the form of a chapter at once."""

import shutil
import subprocess

import pytest
import yaml

from newpip_book.execution import runner
from newpip_book.maintenance import new_chapter
from newpip_book.project import ROOT
from tests.helpers import copy_book, files, run, words


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A copy of the book with a new chapter, its outputs stored."""
    folder = copy_book(tmp_path_factory.mktemp("book") / "copy")
    if runner.CACHE.exists():  # or else every older chapter would run
        shutil.copytree(runner.CACHE, folder / "_build" / ".jupyter_cache")
    done = run(folder, "newpip_book", "new-chapter", "waiting")
    assert done.returncode == 0, done.stderr
    assert run(folder, "newpip_book", "refresh").returncode == 0
    return folder


def test_it_is_in_the_contents_after_the_last_chapter(book):
    before = (ROOT / "_toc.yml").read_text(encoding="utf-8").splitlines()
    after = (book / "_toc.yml").read_text(encoding="utf-8").splitlines()
    added = [line for line in after if line not in before]
    assert len(added) == 1 and [line for line in after if line not in added] == before
    parts = yaml.safe_load("\n".join(after))["parts"]
    last = next(part for part in parts if part.get("numbered"))["chapters"][-1]["file"]
    assert last == f"chapters/{len(list((book / 'chapters').glob('*.ipynb'))):02}-waiting"


def test_the_book_fits_together_with_it(book):
    done = run(book, "newpip_book", "check")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def alone(book, tmp_path_factory):
    """The copy with the new chapter alone, and the tests of chapters."""
    folder = copy_book(tmp_path_factory.mktemp("alone") / "copy")
    for path in (folder / "chapters").glob("*.ipynb"):
        path.unlink()
    for place in (*(book / "chapters").glob("*-waiting.ipynb"), book / "newpip" / "answers" / "waiting.py"):
        (folder / place.relative_to(book)).write_bytes(place.read_bytes())
    (folder / "tests").mkdir()
    for name in ("test_chapters.py", "newpip/test_answers.py"):
        (folder / "tests" / name.split("/")[-1]).write_bytes((ROOT / "tests" / name).read_bytes())
    (folder / "conftest.py").write_bytes((ROOT / "conftest.py").read_bytes())
    return folder


def ran(folder, *asked):
    command = words(folder, "pytest", "-o", "addopts=-q", "-p", "no:cacheprovider", *asked)
    return subprocess.run(**command, capture_output=True, check=False)


def test_it_passes_the_tests_of_every_chapter(alone):
    done = ran(alone, "tests", "-k", "waiting")
    assert done.returncode == 0, done.stdout
    assert " passed" in done.stdout and "failed" not in done.stdout and "error" not in done.stdout


def test_it_gives_what_is_stored_with_it(alone):
    done = ran(alone, "--nbval", "chapters")
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize(
    "name", ["", "two words", "Waiting", "waiting2", "../waiting", "referrals-b", "class", "con", "background"]
)
def test_a_name_that_will_not_do_writes_nothing(name, tmp_path):
    folder = copy_book(tmp_path / "copy")
    before = files(folder)
    done = run(folder, "newpip_book", "new-chapter", name)
    assert done.returncode == 2 and "was expected" in done.stderr and "Traceback" not in done.stderr
    assert files(folder) == before


def test_the_template_is_no_chapter_of_the_book():
    assert (new_chapter.TEMPLATE / "chapter.ipynb").exists()
    assert "template" not in (ROOT / "_toc.yml").read_text(encoding="utf-8")
