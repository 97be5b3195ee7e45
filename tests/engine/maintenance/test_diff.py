"""newpip diff: two commits, folders of data or files of results, and what they say differently, in words."""

import csv
import io
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from newpip import data
from newpip_book.maintenance import diff
from newpip_book.maintenance.editions import Edition
from tests.helpers import run

OTHER_BOOK = Path(__file__).parents[1] / "other_book"
NOBODY = {"GIT_AUTHOR_NAME": "A", "GIT_COMMITTER_NAME": "A", "EMAIL": "a@example.org", "GIT_CONFIG_GLOBAL": "/dev/null"}


def git(book, *words):
    done = subprocess.run(["git", "-C", book, *words], check=True, capture_output=True, text=True, env=NOBODY)
    return done.stdout.strip()


def swap(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """Another book in two commits, whose rock is lower in the second and a key renamed, and the data of a third."""
    folder = tmp_path_factory.mktemp("shelf") / "harbour"
    shutil.copytree(OTHER_BOOK, folder)
    assert run(folder, "newpip_book", "refresh").returncode == 0
    done = run(folder, "newpip_book", "results", "--out", "first.json")
    assert done.returncode == 0, done.stderr
    (folder / ".gitignore").write_text("_build\n*.json.old\n", encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "First")
    swap(folder / "data" / "lamps.csv", "rock,31", "rock,22")
    for name in ("chapters/02-keepers.ipynb", "book/result-labels.csv"):
        swap(folder / name, "keepers.nights", "keepers.all_nights")
    (folder / "book" / "renamed-results.csv").write_text("old,new\nkeepers.nights,keepers.all_nights\n", "utf-8")
    assert run(folder, "newpip_book", "refresh").returncode == 0
    git(folder, "commit", "--quiet", "--all", "--message", "Second")
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "The rest")
    shutil.copytree(folder / "data", folder / "third")
    swap(folder / "third" / "lamps.csv", "rock,22", "rock,40")
    return folder


def said(book, *words):
    done = run(book, "newpip_book", "diff", *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_two_commits_are_told_apart_in_words(book):
    found = said(book, "HEAD~2", "HEAD").splitlines()
    assert "- Height of the tallest lamp: 31 -> 22 (lamps.tallest)" in found
    assert "- renamed: keepers.nights -> keepers.all_nights" in found
    assert "- no longer holds: It is more than twice as tall as the next. (rock-stands-out)" in found
    assert any("(lamps-heights)" in line and "data: of 3 rows 1 changed" in line for line in found)
    one = (
        'chapters/01-lamps, Lamps: "The tallest of 3 lamps stands 31 metres high." -> '
        '"The tallest of 3 lamps stands 22 metres high."'
    )
    assert f"- {one}" in found
    assert not [line for line in found if line.startswith(("- gone: Nights", "- new: Nights"))]


def test_the_other_way_round_it_holds_again_and_the_key_goes_back(book):
    found = said(book, "HEAD", "HEAD~2")
    assert "- holds again: It is more than twice as tall as the next. (rock-stands-out)" in found
    assert "- renamed: keepers.all_nights -> keepers.nights" in found


def test_nothing_changed_is_one_line(book):
    assert said(book, "HEAD", "HEAD") == "Nothing changed from HEAD to HEAD.\n"


@pytest.mark.night
def test_data_are_run_and_a_file_tells_of_numbers_and_claims(book):
    found = said(book, "HEAD", "third")
    assert "- Height of the tallest lamp: 22 -> 40 (lamps.tallest)" in found
    assert "holds again" in found and "of 3 rows 1 changed" in found and "Sentences" in found
    found = said(book, "first.json", "third")
    assert "- Height of the tallest lamp: 31 -> 40 (lamps.tallest)" in found and "Sentences" not in found
    assert "holds" not in found.replace("Claims", "")


def test_the_older_form_of_results_is_read(book, tmp_path):
    old = json.loads((book / "first.json").read_text(encoding="utf-8"))
    entries = {key: {name: one[name] for name in ("value", "unit", "chapter")} for key, one in old["results"].items()}
    (tmp_path / "old.json").write_text(json.dumps({"schema": 1, "results": entries}), encoding="utf-8")
    found = said(book, str(tmp_path / "old.json"), "HEAD")
    assert "Claims" not in found and "renamed: keepers.nights" in found


def test_corrections_are_proposed_as_rows_of_the_table(book, tmp_path, monkeypatch):
    rows = list(csv.DictReader(io.StringIO(said(book, "HEAD~2", "HEAD", "--corrections"))))
    assert sorted(row["page"] for row in rows) == ["book/index", "book/index", "chapters/01-lamps"]
    (row,) = [row for row in rows if row["said"] == "The tallest of 3 lamps stands 31 metres high."]
    assert row["now"] == "The tallest of 3 lamps stands 22 metres high."
    assert (row["page"], row["locator"], row["grade"]) == ("chapters/01-lamps", "Lamps", "source")
    columns = [field["name"] for field in data.resource("corrections")["schema"]["fields"]]
    assert list(rows[0]) == columns and len({row["correction_id"] for row in rows}) == 3


def test_corrections_fit_the_table_that_they_are_for(book, tmp_path, monkeypatch):
    kept = data.folder()
    proposed = said(book, "HEAD~2", "HEAD", "--corrections")
    shutil.copytree(kept, tmp_path / "data")
    (tmp_path / "data" / "corrections.csv").write_text(proposed, encoding="utf-8")
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path / "data"))
    assert [line for line in data.check() if "corrections" in line] == []


@pytest.mark.parametrize(
    ("words", "held"),
    [
        (("nowhere", "HEAD"), "nowhere: it is no commit, no folder and no file"),
        (("--", "--output=x", "HEAD"), "--output=x: it is no commit"),
        (("HEAD", "chapters"), "chapters: no datapackage.json is in it"),
        (("_toc.yml", "HEAD"), "_toc.yml:1:1: "),
        (("data/datapackage.json", "HEAD"), "a results.json of schema 1 or 2 was expected"),
        (("HEAD", "broken"), "lamps.csv:2:metres: 'tall' was found"),
    ],
)
def test_what_is_no_edition_is_one_line(book, words, held):
    if not (book / "broken").exists():
        shutil.copytree(book / "data", book / "broken")
        swap(book / "broken" / "lamps.csv", "pier,12", "pier,tall")
    done = run(book, "newpip_book", "diff", *words)
    assert (done.returncode, done.stdout) == (2, "") and "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1 and held in done.stderr and "expected" in done.stderr


def edition(**parts):
    nothing = dict.fromkeys(("results", "values", "labels", "claims", "said", "figures", "homes"), {})
    return Edition(**({"name": "x", "day": "2026-01-01"} | nothing | parts))


def test_a_number_that_reads_the_same_is_told_by_its_value():
    one = edition(results={"a": "34.6%"}, values={"a": 0.3461}, labels={"a": "Growth"})
    other = edition(results={"a": "34.6%"}, values={"a": 0.3459}, labels={"a": "Growth"})
    assert diff.numbers(one, other) == ["Growth: 34.6%, unrounded 0.3461 -> 34.6%, unrounded 0.3459 (a)"]
    assert diff.numbers(one, edition(results={"a": "34.6%"}, values={"a": 0.3461 * (1 + 1e-14)})) == []


def test_what_came_and_went_is_told():
    one, other = edition(results={"a": "1"}, labels={"a": "One"}), edition(results={"b": "2"})
    assert diff.numbers(one, other) == ["gone: One: 1 (a)", "new: without a label: 2 (b)"]


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ("x\n1\n2\n3\n", ""),
        ("x\n1\n5\n3\n", "of 3 rows 1 changed"),
        ("x\n1\n2\n", "of 3 rows 1 gone"),
        ("x\n1\n2\n3\n4\n", "of 3 rows 1 new"),
        ("x\n3\n2\n1\n", "the same rows in another order"),
        ("y\n1\n2\n3\n", "other columns"),
    ],
)
def test_rows_of_a_figure_are_counted(rows, told):
    assert diff._rows("x\n1\n2\n3\n", rows) == told
