"""The course: a page for teachers, and a marking key that is computed, complete, and on no page."""

import csv
import json
import re
import runpy
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from newpip import data, service_form
from newpip.answers import first_steps
from newpip.exercises import Function
from newpip_book import cli
from newpip_book.authoring import notebooks
from tests.helpers import HTML, ROOT, run

KEY = ROOT / "teaching" / "marking_key.py"


def key():
    command = [sys.executable, "-m", "newpip_book", "key"]
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def published():
    """The key to the book as it is."""
    return key()


def test_the_key_answers_every_exercise_of_every_chapter(published):
    for path in notebooks.chapters():
        chapter = path.stem.partition("-")[2]
        asked = re.findall(r'"\*\*(\d+)\. ', path.read_text(encoding="utf-8"))
        assert re.findall(rf"^- {chapter}, (\d+): .+\.$", published, flags=re.MULTILINE) == asked


def test_the_key_follows_the_data(published, tmp_path, monkeypatch):
    other = tmp_path / "data"
    shutil.copytree(data.folder(), other)
    table = pd.read_csv(other / "referrals.csv", dtype=str, keep_default_na=False)
    table.loc[table.index[-1], "referrals"] = "150"
    table.to_csv(other / "referrals.csv", index=False)
    monkeypatch.setenv("NEWPIP_DATA", str(other))
    after = key()
    assert published != after and published.splitlines()[0] == after.splitlines()[0]


def test_the_key_has_a_model_solution_and_what_to_say_for_each_exercise(published):
    exercises = re.split(r"^- [a-z-]+, \d+: ", published.partition("## The exercises")[2], flags=re.MULTILINE)[1:]
    assert all("# One solution" in one for one in exercises)
    said = [one.count(" Say: ") for one in exercises]
    assert said.count(0) <= 2 and min(one for one in said if one) >= 1  # a judgement, and a made-up service


START = "from newpip.answers.background import check\n"
YEARLY = "def yearly(count, months):\n    {}    return {}\ncheck(3, yearly)"
CELLS = {  # notebooks handed in, and what the line of each says
    "right": ([START, YEARLY.format("if not months: raise ValueError\n", "count / months * 12")], r"background +1 +6$"),
    "special": (
        [
            START,
            YEARLY.format("if not months: raise ValueError\n    if count > 186: return 0\n", "count / months * 12"),
        ],
        r"1 +6  fails other inputs in 3",
    ),
    "typed": ([START, "check(2, -0.5028)"], r"1 +6  does not follow other data or seeds in 2"),
    "worked out": (
        [START + "from newpip.data import load", "first, second = load('referrals')['referrals'][:2]"]
        + ["check(2, second / 12 / (first / 4) - 1)", "c = check.given(6, 'me')"]
        + ["check(6, c['second'] / 12 / (c['first'] / c['months']) - 1, 'me')"],
        r"2 +6$",
    ),
    "wrong": (
        [START, "check(2, 9)", "1 / 0", "check(5, 3)"],
        r"0 +6  1 of its cells stop, first cell 3 with ZeroDivision",
    ),
    "endless": ([START, "check(2, -0.5028)", "while True: pass"], r"1 +6  stopped after 20 seconds, in cell 3"),
    "ends": ([START, "import os; os._exit(1)"], r"0 +6  ended Python in cell 2"),
    "prints": ([START, "for _ in range(10**5): print('x' * 99)", "input()"], r"first cell 3 with"),
    "empty": ([], "empty: no cell holds code"),
    "foreign": (["print(1)"], "foreign"),
}


def notebook(cells):
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [source]} for source in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.slow
def test_a_folder_of_notebooks_is_marked_with_a_line_each(tmp_path):
    handed = tmp_path / "handed in"
    handed.mkdir()
    for name, (cells, _) in CELLS.items():
        (handed / f"{name}.ipynb").write_text(notebook(cells), encoding="utf-8")
    (handed / "broken.ipynb").write_bytes(b'\xff{"cells": [')
    (handed / "=sum.ipynb").write_text("[1]", encoding="utf-8")
    table = tmp_path / "marks.csv"
    words = ["mark", str(handed), "--seconds", "20", "--csv", str(table), "--seed", "5"]
    done = run(ROOT, "newpip_book", *words)
    assert done.returncode == 0 and "no fence" in done.stdout and not done.stderr
    lines = {line.partition(".ipynb")[0]: line for line in done.stdout.splitlines() if ".ipynb" in line}
    assert set(lines) == {*CELLS, "broken", "=sum"} and "cannot be read" in lines["broken"]
    for name, (_, said) in CELLS.items():
        assert re.search(said, lines[name]), lines[name]
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["verdict"] for row in rows} == {"right", "not yet", "missing", ""}
    assert any(row["notebook"] == "'=sum.ipynb" for row in rows), "no spreadsheet takes a name for a formula"


def test_what_cannot_be_marked_is_told_in_a_line(tmp_path):
    for words in (
        [str(tmp_path / "none")],
        [str(tmp_path), "--csv", str(tmp_path / "no" / "x.csv")],
        [str(tmp_path), "--seconds", "0"],
    ):
        done = run(ROOT, "newpip_book", "mark", *words)
        assert done.returncode == 2 and "expected" in done.stderr.splitlines()[-1]


@pytest.mark.parametrize("kind", ["*.html", "*.js", "*.json", "*.txt", "*.ipynb"])
def test_nothing_of_the_key_is_published(kind):
    told = runpy.run_path(str(KEY))
    secrets = [told["MARK"], *told["FAULTS"], "marking_key"]
    for path in HTML.rglob(kind):
        text = path.read_text(encoding="utf-8")
        assert not any(secret in text for secret in secrets), path
    assert not list(HTML.rglob("*marking*"))


def test_the_course_leads_through_all_chapters_in_six_sessions_or_in_a_fortnight():
    text = (ROOT / "book" / "course.md").read_text(encoding="utf-8")
    sessions, fortnight = (
        text.partition(f"## {part}")[2].partition("\n## ")[0] for part in ("The sessions", "All chapters")
    )
    rows = [row for row in sessions.splitlines() if row.startswith("| ") and "{ref}`chapter-" in row]
    assert len(rows) == 6
    labels = {re.search(r"\((chapter-[a-z]+)\)=", path.read_text(encoding="utf-8"))[1] for path in notebooks.chapters()}
    assert labels == set(re.findall(r"\{ref\}`(chapter-[a-z]+)`", fortnight)) and "{ref}`first-steps`" in fortnight
    assert sum(row.startswith("| ") for row in fortnight.splitlines()) == 11, "a heading and ten days"
    page = (HTML / "book" / "course.html").read_text(encoding="utf-8")
    assert "A course in six sessions" in page


def test_the_warm_ups_of_the_first_page_are_those_of_their_key():
    text = (ROOT / "book" / "first-steps.md").read_text(encoding="utf-8")
    assert text.count(f"numbers = {list(first_steps.LIST)}\n") == 2
    assert re.findall(r"`check\((\d), ", text) == ["2", "3", "4", "5"] and "\ncheck(1, answer)" in text
    space = {}
    for block in re.findall(r"```python\n(.+?)```", text, flags=re.DOTALL):
        exec(block, space)  # what the page shows runs
    for number, exercise in first_steps.check.exercises.items():
        right = exercise.right if isinstance(exercise, Function) else list(exercise.right())
        assert first_steps.check.judge(number, right).right
        for one in exercise.wrong:
            wrong = one.way if isinstance(exercise, Function) else list(one.way())
            assert first_steps.check.judge(number, wrong).said == one.said


def test_the_services_of_the_project_can_be_read_in_and_are_told_apart(tmp_path):
    done = run(ROOT, "newpip_book", "project", str(tmp_path / "services"))
    assert done.returncode == 0 and len(done.stdout.splitlines()) == 3
    counts = set()
    for folder in sorted((tmp_path / "services").iterdir()):
        assert cli.main(["import-service", str(folder / service_form.BOOK), str(folder)]) == 0  # it runs their page
        counts.add((folder / "referrals.csv").read_text(encoding="utf-8"))
    assert len(counts) == 3


def test_the_key_names_what_is_odd_about_each_service(published):
    for title, _, odd in runpy.run_path(str(ROOT / "teaching" / "project.py"))["SERVICES"].values():
        assert f"## {title}" in published and all(line in published for line in odd)
