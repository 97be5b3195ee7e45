"""Every exercise of every chapter: hint, self-check, solution that passes it, and wrong answers that do not."""

import re
import shutil
from dataclasses import replace
from importlib import import_module

import nbformat
import numpy as np
import pandas as pd
import pytest

from newpip import capacity as queue
from newpip import data
from newpip import scenario as calc
from newpip.answers import capacity, commissioning, limitations, themes
from newpip.exercises import Check, Function, Judgement, Names, Numbers
from newpip_book.authoring import notebooks
from newpip_book.authoring.code_reading import tables_loaded
from newpip_book.authoring.dependencies import manifest

CHAPTERS = notebooks.chapters()
NUMBERED = re.compile(r"^\*\*(\d+)\. ", flags=re.MULTILINE)


def key(path):
    """The self-checks of a chapter."""
    return import_module(f"newpip.answers.{path.stem.partition('-')[2].replace('-', '_')}").check


def exercises(path):
    """Each exercise of a chapter as (number, prose, self-check cell, solution cell)."""
    cells = nbformat.read(path, as_version=4).cells
    for place, cell in enumerate(cells):
        number = NUMBERED.search(cell.source) if cell.cell_type == "markdown" else None
        if number:
            yield int(number[1]), cell.source, *cells[place + 1 : place + 3]


def judged():
    """Each exercise of each chapter, as (name, number, check)."""
    checks = {path.stem: key(path) for path in CHAPTERS}
    return [(name, number, check) for name, check in checks.items() for number in check.exercises]


def of_kind(kind):
    found = [one for one in judged() if isinstance(one[2].exercises[one[1]], kind)]
    return pytest.mark.parametrize(
        ("number", "check"), [one[1:] for one in found], ids=[f"{one[0]}-{one[1]}" for one in found]
    )


def said(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_every_exercise_has_a_hint_a_self_check_and_a_solution(path):
    found = list(exercises(path))
    assert [number for number, *_ in found] == list(key(path).exercises) and len(found) >= 3
    assert isinstance(key(path).exercises[1], (Numbers, Names)), "the first reads a table"
    assert any(isinstance(one, Function) for one in key(path).exercises.values()), "one writes a function"
    for number, prose, asked, solution in found:
        assert re.search(r"^:::\{hint\}\n:class: dropdown\n.+\n:::$", prose, flags=re.MULTILINE | re.DOTALL), number
        assert asked.cell_type == solution.cell_type == "code"
        assert not asked.metadata.get("tags") and f"check({number}, " in asked.source and "..." in asked.source
        assert solution.metadata.tags == ["hide-cell"] and f"check({number}, " in solution.source


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_book_shows_no_answer_and_every_solution_passes(path):
    """nbval runs every cell and holds it to what is stored; here, what is stored is held to what it should say."""
    for number, _, asked, solution in exercises(path):
        assert said(asked).startswith(f"Exercise {number}: not answered yet."), number
        assert said(solution) == f"Exercise {number}: right.\n", number


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_chapter_runs_again_when_its_answers_change(path):
    """A key may load only what its chapter loads: else a changed table would leave stored outputs stale."""
    notebook = nbformat.read(path, as_version=4)
    module = import_module(f"newpip.answers.{path.stem.partition('-')[2].replace('-', '_')}")
    assert module.__name__ in manifest(notebook)
    code = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    with open(module.__file__, encoding="utf-8") as file:
        assert tables_loaded(file.read()) <= tables_loaded(code)


@of_kind(Numbers)
def test_wrong_numbers_are_rejected(number, check):
    exercise = check.exercises[number]
    right = [float(value) for value in exercise.right()]
    assert check.judge(number, right).right is True
    check = Check({number: replace(exercise, right=lambda: right)})
    assert check.judge(number, None).right is None and check.judge(number, ...).right is None
    step = 2 * exercise.within or 1
    wrong = ["text", "50%", [True] * len(right), [*right, 1.0], [], pd.DataFrame(), [np.nan] * len(right)]
    for place, value in enumerate(right):
        for other in (value + step, value - step, 1000 * value + 1000, -value - step):
            wrong.append([*right[:place], other, *right[place + 1 :]])
    for answer in wrong:
        verdict = check.judge(number, answer)
        assert verdict.right is False and verdict.said, answer
        assert not any(f"{value:.6g}" in verdict.said for value in right if value > 10 or value % 1), verdict.said


@of_kind(Numbers)
def test_a_percentage_in_place_of_a_share_is_told(number, check):
    exercise = check.exercises[number]
    if exercise.share:
        verdict = check.judge(number, [100 * value for value in exercise.right()])
        assert verdict.right is False and "percentage" in verdict.said


@of_kind(Names)
def test_wrong_names_are_rejected(number, check):
    exercise = check.exercises[number]
    right = set(exercise.right())
    others = set(exercise.among()) - right
    check = Check({number: replace(exercise, right=lambda: right)})
    assert check.judge(number, next(iter(right)) if exercise.one_of else sorted(right)).right is True
    for answer in (min(others), [*right, min(others)], "nobody", [], 3, sorted(right)[:-1], True):
        verdict = check.judge(number, answer)
        assert verdict.right is False, answer
        assert not any(name in verdict.said for name in right)


@pytest.mark.slow
@of_kind(Function)
def test_wrong_functions_are_rejected(number, check):
    exercise = check.exercises[number]
    cases = exercise.cases()

    def breaks(*arguments):
        raise KeyError("of the student")

    assert check.judge(number, lambda *arguments: None).right is None
    assert "KeyError: 'of the student'" in check.judge(number, breaks).said
    for answer in (3, "f", lambda *arguments: 7.5, lambda *arguments: "text", lambda: 0, lambda *arguments: []):
        assert check.judge(number, answer).right is False
    if exercise.right:
        assert check.judge(number, exercise.right).right is True
        for place, case in enumerate(cases):
            assert check.judge(number, spoilt(exercise, place)).right is False, case


def spoilt(exercise, place):
    """The right function, wrong on one input alone: the edge cases are tried as the others are."""
    calls = iter(range(len(exercise.cases())))

    def function(*arguments):
        here = next(calls) == place
        try:
            right = exercise.right(*arguments)
        except ValueError:
            if here:
                return 0.0
            raise
        if not here:
            return right
        return (not right) if isinstance(right, bool) else [*right, 1] if isinstance(right, list) else right + 0.01

    return function


@of_kind(Judgement)
def test_a_judgement_is_held_to_its_form(number, check):
    for answer in (3, "text", {}, {"nothing": "positive"}, []):
        assert check.judge(number, answer).right is False


def test_marks_are_the_readers_own_but_whole():
    excerpts = data.load("excerpts")
    mixed = excerpts.loc[excerpts["valence"].eq("mixed"), "excerpt_id"].tolist()
    judge = themes.check.judge
    assert judge(2, dict.fromkeys(mixed, "positive")).right
    assert judge(2, {**dict.fromkeys(mixed, "mixed"), mixed[0]: "positive"}).right
    assert "argue" in judge(2, dict.fromkeys(mixed, "mixed")).said
    assert "no mark yet" in judge(2, dict.fromkeys(mixed[1:], "positive")).said
    assert "A mark is one of" in judge(2, dict.fromkeys(mixed, "good")).said


def service(n, rng, dropout=0.18, record=0.0, pull=1.5):
    need = rng.normal(size=n)
    benefited = rng.random(n) < 1 / (1 + np.exp(need - 1))
    leaving = pull * need + rng.logistic(size=n)
    stayed = leaving <= np.quantile(leaving, 1 - dropout)
    recorded = record * need + rng.normal(size=n)
    return pd.DataFrame({"need": recorded, "benefited": benefited, "stayed": stayed})


@pytest.mark.parametrize(
    ("wrong", "nudge"),
    [
        ({"dropout": 0.4}, "not the quoted one"),
        ({"record": 2.0}, "still says something"),
        ({"pull": 0.0}, "nothing needs mending"),
    ],
)
def test_a_made_up_service_is_held_to_the_exercise(wrong, nudge):
    judge = limitations.check.judge
    assert judge(4, service).right
    assert nudge in judge(4, lambda n, rng: service(n, rng, **wrong)).said
    assert "families" in judge(4, lambda n, rng: service(n + 1, rng)).said
    assert "columns" in judge(4, lambda n, rng: service(n, rng).drop(columns="need")).said


def source(place):
    return "\n".join(cell.source for cell in nbformat.read(CHAPTERS[place], as_version=4).cells)


def test_the_examples_of_chapter_five_are_those_of_its_key():
    assert f'"share": {list(limitations.SHARES)}' in source(4)


def test_the_histories_of_chapter_six_are_those_of_its_key():
    assert f"seed = 100, {capacity.SEED}\n" in source(5)
    assert f"replicate(varied, {capacity.HISTORIES}, seed)" in source(5)


def test_any_way_to_find_the_team_is_right():
    """A student counts draws where the key takes a quantile; a team of whole posts is too large."""

    def counted(chosen, share=0.9):
        needed = calc.outputs(calc.draw(chosen, calc.points()))["posts"]
        return next(half / 2 for half in range(1, 100) if np.mean(needed <= half / 2) >= share)

    judge = commissioning.check.judge
    assert judge(4, counted).right
    assert judge(4, lambda *given: np.ceil(counted(*given))).right is False
    assert judge(4, lambda chosen, share=0.9: counted(chosen)).right is False


def test_a_rate_found_by_halving_is_right():
    demand, acceptance, rate = capacity._service()

    def halving(limit, low=rate / 2, high=5 * rate):
        while high - low > 0.005:
            middle = (low + high) / 2
            wait = queue.fluid(demand, acceptance, middle)["wait"].iloc[-1]
            low, high = (middle, high) if wait > limit else (low, middle)
        return (low + high) / 2

    assert capacity.check.judge(3, halving).right
    assert "Tried with (12)" in capacity.check.judge(3, lambda limit: round(halving(limit))).said


def test_the_right_answer_follows_the_data(tmp_path, monkeypatch):
    other = tmp_path / "data"
    shutil.copytree(data.folder(), other)
    check = import_module("newpip.answers.background").check
    before = list(check.exercises[2].right())
    table = pd.read_csv(other / "referrals.csv", dtype=str, keep_default_na=False)
    table.loc[0, "referrals"] = str(int(table.loc[0, "referrals"]) + 20)
    table.to_csv(other / "referrals.csv", index=False)
    monkeypatch.setenv("NEWPIP_DATA", str(other))
    assert check.judge(2, before).right is False
    assert check.judge(2, list(check.exercises[2].right())).right is True
