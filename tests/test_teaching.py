"""The course: a page for teachers, and a marking key that is computed, complete, and on no page."""

import csv
import json
import re
import runpy
import shutil
import subprocess
import sys
import time

import nbformat
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
    "endless": (
        [START, "def yearly(*given):\n    while True: pass\ncheck(3, yearly)", "check(2, -0.5028)"],
        r"1 +6  1 of its cells stop, first cell 2 with no end after 6\.7 seconds",
    ),
    "stubborn": (
        [
            START,
            "check(2, -0.5028)",
            "while True:\n    try:\n        for n in range(10**9): n += 1\n    except BaseException: pass",
        ],
        r"1 +6  stopped after 20 seconds, in cell 3",
    ),
    "installs": (
        [f"%pip install nothing\n{START}", "check(2, -0.5028)", "if True:\n    !pip install nothing"],
        r"1 +6  does",
    ),
    "of two": (
        [f"from newpip.answers import first_steps as f\n{START}", "f.check(2, 3)", "check(5, 3)"],
        r"^of two.+steps +1 +5$",
    ),
    "ends": ([START, "import os; os._exit(1)"], r"0 +6  ended Python in cell 2"),
    "prints": ([START, "for _ in range(10**5): print('x' * 99)", "input()"], r"first cell 3 with"),
    "empty": ([], "empty: no cell holds code"),
    "foreign": (["print(1)"], "foreign"),
}


def notebook(cells):
    code = [{"cell_type": "code", "metadata": {}, "outputs": [], "source": [source]} for source in cells]
    return json.dumps({"cells": code, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.mark.slow
@pytest.mark.night
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
    told = [line for line in done.stdout.splitlines() if ".ipynb" in line]
    lines = {line.partition(".ipynb")[0]: line for line in reversed(told)}
    assert len(told) == len(lines) + 1, "one has answers to two chapters"
    assert set(lines) == {*CELLS, "broken", "=sum"} and "cannot be read" in lines["broken"]
    for name, (_, said) in CELLS.items():
        assert re.search(said, lines[name]), lines[name]
    with open(table, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["verdict"] for row in rows} == {"right", "not yet", "missing", ""}
    assert any(row["notebook"] == "'=sum.ipynb" for row in rows), "no spreadsheet takes a name for a formula"


SPOILS = {  # what is put into a notebook that answers all, and what its line says
    "endless": ("while True: pass", "1 of its cells stop, first cell {} with no end"),
    "waits": ("import time; time.sleep(10**6)", "1 of its cells stop, first cell {} with no end"),
    "exits": ("import sys; sys.exit(3)", "1 of its cells stop, first cell {} with SystemExit"),
    "quits": ("exit()", ""),
    "ends": ("import os; os._exit(1)", "ended Python in cell {}"),
    "kills": ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "ended Python in cell {}"),
    "fails": ("this is no Python", "1 of its cells stop, first cell {} with SyntaxError"),
    "fills": ("x = bytearray(10**13)", "1 of its cells stop, first cell {} with MemoryError"),
    "asks": ("input()", "1 of its cells stop, first cell {} with "),
    "mounts": ("from google.colab import drive", "1 of its cells stop, first cell {} with ModuleNotFoundError"),
    "installs": ("%pip install -q nothing", ""),
    "leaves": ("import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'while True: pass'])", ""),
}
BROKEN = {
    "broken": b'{"cells": [',
    "nothing": b"",
    "null": b"null",
    "sixteen": "{}".encode("utf-16"),
    "old": b'{"worksheets": []}',
}


def answered(path):
    """A chapter with the book's solutions as a student's own answers."""
    notebook = nbformat.read(path, as_version=4)
    for place, cell in enumerate(notebook.cells):
        if "hide-cell" in cell.metadata.get("tags", []):
            cell.source, cell.metadata = cell.source.replace("our_", "my_").replace("# One solution\n", ""), {}
        cell.id = f"mine-{place}"
    return notebook


def as_colab_saves(notebook):
    """With its own metadata, and without a trace of the chapter's."""
    cells = [
        {"cell_type": cell.cell_type, "source": cell.source.splitlines(keepends=True)}
        | {"metadata": {"id": f"x{place}Zq_{place}", "cellView": "form"}}
        | ({"outputs": [], "execution_count": None} if cell.cell_type == "code" else {})
        for place, cell in enumerate(notebook.cells)
    ]
    kernel = {"colab": {"provenance": []}, "kernelspec": {"name": "python3", "display_name": "Python 3"}}
    return json.dumps({"nbformat": 4, "nbformat_minor": 0, "metadata": kernel, "cells": cells})


@pytest.mark.night
def test_a_folder_of_thirty_is_marked_and_none_takes_the_others_down(tmp_path):
    whole = {path.stem: answered(path) for path in notebooks.chapters()}
    handed = {name: nbformat.writes(one) for name, one in whole.items()}
    handed |= {"colab": as_colab_saves(whole["01-background"])}
    short = [cell for cell in whole["01-background"].cells if cell.cell_type == "code"]
    here = len(short) - 6
    for name, (source, _) in SPOILS.items():
        cells = [*short[:here], nbformat.v4.new_code_cell(source), *short[here:]]
        handed[f"{name}"] = nbformat.writes(nbformat.v4.new_notebook(cells=cells))
    for name, text in handed.items():
        (tmp_path / f"{name}.ipynb").write_text(text, encoding="utf-8")
    for name, content in BROKEN.items():
        (tmp_path / f"{name}.ipynb").write_bytes(content)
    assert len(list(tmp_path.iterdir())) == 30
    began = time.monotonic()
    done = run(ROOT, "newpip_book", "mark", str(tmp_path), "--seconds", "120", "--seed", "7")
    assert done.returncode == 0 and not done.stderr and time.monotonic() - began < 30 * 60
    lines = {line.partition(".ipynb")[0]: line for line in done.stdout.splitlines() if ".ipynb" in line}
    assert len(lines) == 30
    for name in (*whole, "colab"):
        chapter = "background" if name == "colab" else name.partition("-")[2].replace("-", "_")
        assert re.search(rf"ipynb +{chapter} +(\d+) +\1$", lines[name]), lines[name]
    for name, (_, said) in SPOILS.items():
        right = r"\d" if name in ("ends", "kills") else "6"
        assert re.search(rf"ipynb +background +{right} +6\b", lines[name]), lines[name]
        assert said.format(here + 1) in lines[name], lines[name]
    assert all("cannot be read" in lines[name] for name in BROKEN)


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
    cells = re.findall(r"```\{live-cell\}\n(.+?)```", text, flags=re.DOTALL)
    assert re.findall(r"^(?:# )?check\((\d), ", "".join(cells), flags=re.MULTILINE) == ["1", "2", "3", "4", "5"]
    space = {}
    for cell in cells[:-1]:
        exec(cell, space)  # what the page shows runs
    with pytest.raises(KeyError, match="referals"):
        exec(cells[-1], space)
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
