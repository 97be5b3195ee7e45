"""The commands for another service's counts, and the pages built from them, which say whose they are."""

import re
import shlex
import shutil

import pytest

from newpip import data, workbook
from newpip_book import cli, project
from newpip_book.project import ROOT
from tests.helpers import copy_book, files, run


@pytest.fixture(scope="module")
def example(tmp_path_factory):
    """The folder that newpip new-service writes."""
    folder = tmp_path_factory.mktemp("services") / "harbour"
    assert cli.main(["new-service", str(folder), "--title", "Harbour babies"]) == 0
    return folder


@pytest.fixture
def folder(example, tmp_path):
    return shutil.copytree(example, tmp_path / "harbour")


def test_what_the_commands_print_can_be_pasted(tmp_path, capsys):
    folder = tmp_path / "Our früh's service"
    assert cli.main(["new-service", str(folder)]) == 0
    typed = shlex.split(capsys.readouterr().out.split("then: ")[1])
    assert typed[0].endswith("bin/newpip") and cli.main(typed[1:]) == 0
    typed = shlex.split(capsys.readouterr().out.split("Build with: ")[1])
    assert typed[:2] == [f"NEWPIP_DATA={folder}", "NEWPIP_CLAIMS=mark"]


def test_what_is_wrong_is_told_and_ends_with_two(folder, tmp_path, capsys):
    book = str(folder / workbook.BOOK)
    (tmp_path / "letters.txt").write_text("Dear")
    wrong = [["new-service", str(folder)], ["import-service", book, str(ROOT / "data")]]
    wrong += [["import-service", str(tmp_path / "letters.txt"), str(folder)]]
    for arguments in wrong:
        assert cli.main(arguments) == 2
        assert len(capsys.readouterr().err.splitlines()) == 1


def test_other_data_are_known_by_their_folder(folder, monkeypatch):
    assert project.data_label() == ""
    monkeypatch.setenv("NEWPIP_DATA", str(folder))
    assert project.data_label() == "harbour"
    assert data.package()["title"] == "Harbour babies"


@pytest.fixture(scope="module")
def built(tmp_path_factory, example):
    """A copy of the book, built on the made-up service: every chapter runs."""
    book = copy_book(tmp_path_factory.mktemp("other") / "book")
    before = files(book / "chapters")
    done = run(book, "newpip_book", "build", NEWPIP_DATA=str(example), NEWPIP_CLAIMS="mark")
    assert done.returncode == 0, done.stderr
    assert files(book / "chapters") == before
    assert (book / "_build" / "html" / "index.html").read_text() == "built before"
    return book / "_build" / "services" / "harbour" / "html"


def text(path):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", path.read_text(encoding="utf-8")))


def test_the_service_has_its_own_page(built):
    said = text(built / "chapters" / "10-service.html")
    assert "From 2021 to 2025, referrals went from 205 to 307 a year" in said
    assert "27% (counted by the service)" in said and "from 66% to 93%" in said
    assert "does not hold" not in said and "not computed" not in said


def test_every_page_says_whose_data_it_rests_on(built):
    pages = [path for part in ("book", "chapters") for path in (built / part).glob("*.html")]
    assert len(pages) > 15
    assert [path.name for path in pages if "other data than the published: Harbour babies" not in text(path)] == []


@pytest.mark.parametrize("chapter", ["01-background", "05-limitations", "06-capacity", "07-commissioning"])
def test_what_does_not_hold_is_marked_beside_its_sentence(built, chapter):
    assert "[For these data, this sentence does not hold.]" in text(built / "chapters" / f"{chapter}.html")


def test_the_mark_stands_where_the_numbers_say_so(built):
    said = text(built / "chapters" / "01-background.html")
    mark = "[For these data, this sentence does not hold.]"
    assert f"rose from 205 to 307, and every year brought more than the one before. {mark}" in said
    assert f"at 27.4%; in referrals it was the largest, 66 more than the year before. {mark}" in said


def test_without_the_marks_false_sentences_stop_the_build_and_leave_the_pages(built, example):
    book = built.parents[3]
    before = files(built)
    done = run(book, "newpip_book", "build", NEWPIP_DATA=str(example))
    assert done.returncode == 2 and "sentences are no longer true" in done.stderr
    assert files(built) == before


@pytest.mark.parametrize("word", ["refresh", "pdf", "epub"])
def test_what_is_for_the_published_book_refuses_other_data(built, example, word):
    done = run(built.parents[3], "newpip_book", word, NEWPIP_DATA=str(example))
    assert done.returncode == 2 and f"{word} is for the published data" in done.stderr
