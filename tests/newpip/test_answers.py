"""Every exercise of every chapter: hint, self-check, solution that passes it, and wrong answers that do not."""

import ast
import json
import re
import shutil
import sys
from dataclasses import replace
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache
from importlib import import_module

import nbformat
import numpy as np
import pandas as pd
import pytest

from newpip import capacity as queue
from newpip import data
from newpip import scenario as calc
from newpip.answers import capacity, commissioning, limitations, themes
from newpip.exercises import Check, Drawn, Function, Judgement, Names, Numbers
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


SEEDS = ("1", "a name")  # from which drawn exercises are tried


def judged():
    """Each exercise of each chapter, as (name, number, check), those that are drawn once for each seed."""
    for path in CHAPTERS:
        for number, exercise in key(path).exercises.items():
            if not isinstance(exercise, Drawn):
                yield path.stem, number, key(path)
                continue
            for seed in SEEDS:
                yield f"{path.stem}-{seed}", number, Check({number: exercise.asks(**exercise.given(seed))})


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
    assert [number for number, *_ in found] == list(key(path).exercises) and len(found) >= 6
    assert isinstance(key(path).exercises[1], (Numbers, Names)), "the first reads a table"
    assert any(isinstance(one, Function) for one in key(path).exercises.values()), "one writes a function"
    for number, prose, asked, solution in found:
        assert re.search(r"^:::\{hint\}\n:class: dropdown\n.+\n:::$", prose, flags=re.MULTILINE | re.DOTALL), number
        assert asked.cell_type == solution.cell_type == "code"
        assert not asked.metadata.get("tags") and f"check({number}, " in asked.source and "..." in asked.source
        assert solution.metadata.tags == ["hide-cell"] and f"check({number}, " in solution.source
    levels = [
        re.search(r"^\*\*\d+\. .+ \((basic|middle|further)\)\.\*\*", prose, re.MULTILINE) for _, prose, *_ in found
    ]
    assert all(levels) and {one[1] for one in levels} == {"basic", "middle", "further"}
    assert found[0][1].count(":::{admonition} ") == 2, "two quick questions, with answers folded away"


def bound(source):
    """The names that a cell binds in the notebook."""
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.FunctionDef):
            yield statement.name
        elif isinstance(statement, ast.Assign):
            names = [one for target in statement.targets for one in ast.walk(target) if isinstance(one, ast.Name)]
            yield from (one.id for one in names if isinstance(one.ctx, ast.Store))


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_a_folded_solution_shows_nothing_and_takes_no_name_of_the_student(path):
    """JupyterLab shows the first line of a folded cell; and after Run all, a student's own names are as they were."""
    for number, _, _, solution in exercises(path):
        lines = solution.source.splitlines()
        assert lines[0] == "# One solution", number
        assert any(line.startswith("# ") and line.endswith(".") for line in lines[2:]), "what the number means"
        assert all(name.startswith("our_") for name in bound(solution.source)), number


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


@cache
def right_of(exercise):
    """What is right, worked out once."""
    return list(exercise.right())


def forms(right):
    """Right numbers in every form in which they may come."""
    one = [right, tuple(right), np.array(right), pd.Series(right), pd.array(right), iter(right), dict(enumerate(right))]
    one += [[np.float64(value) for value in right], [np.array(value) for value in right], pd.DataFrame([right])]
    one += [np.matrix(right), [(value,) for value in right], pd.DataFrame({"it": right})]
    one += [pd.DataFrame(right), [Decimal(value) for value in right], [Fraction(value) for value in right]]
    return one if len(right) > 1 else [*one, right[0], np.array(right[0]), Decimal(right[0]), set(right)]


@pytest.mark.filterwarnings("ignore:the matrix subclass")
@of_kind(Numbers)
def test_right_numbers_are_right_in_every_form_and_wrong_ones_are_rejected(number, check):
    exercise = check.exercises[number]
    right = [float(value) for value in right_of(exercise)]
    check = Check({number: replace(exercise, right=lambda: right, wrong=())})
    for answer in forms(right):
        assert check.judge(number, answer).right is True, answer
    if len(right) > 1:
        labelled = dict(sorted(zip(exercise.names, right, strict=True), key=lambda pair: pair[0], reverse=True))
        assert check.judge(number, labelled).right and check.judge(number, pd.Series(labelled)).right
        assert "order" in check.judge(number, right[::-1]).said or right[0] == right[-1]
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
def test_a_number_rounded_as_the_task_allows_is_right_and_else_is_told_so(number, check):
    exercise = check.exercises[number]
    if not exercise.within:
        return
    right, digits = right_of(exercise), round(-np.log10(2 * exercise.within))
    check = Check({number: replace(exercise, right=lambda: right, wrong=())})
    exact = [Decimal(float(value)) for value in right]
    for way in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        assert check.judge(number, [value.quantize(Decimal(1).scaleb(-digits), way) for value in exact]).right
    coarse = [float(value.quantize(Decimal(1).scaleb(-max(0, digits - 1)), ROUND_DOWN)) for value in exact]
    off = [
        abs(one - value) > exercise.within and abs(one - value) < 0.2 * abs(value)
        for one, value in zip(coarse, right, strict=True)
    ]
    if all(off):
        assert "rounded" in check.judge(number, coarse).said


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "check"), [one[1:] for one in judged()], ids=[f"{one[0]}-{one[1]}" for one in judged()]
)
@pytest.mark.slow
def test_each_usual_wrong_way_differs_from_the_key_and_is_told_apart(number, check):
    """On today's data: where a wrong way comes to what is right, or two to the same, the exercise is changed."""
    exercise = check.exercises[number]
    if isinstance(exercise, Judgement) or getattr(exercise, "accept", None):
        return
    assert 1 <= len({one.said for one in exercise.wrong}) <= 6
    answers = [one.way if isinstance(exercise, Function) else list(one.way()) for one in exercise.wrong]
    if not isinstance(exercise, Function):  # each is worked out once
        right, ways = right_of(exercise), [lambda way=way: way for way in answers]
        wrong = tuple(replace(one, way=way) for one, way in zip(exercise.wrong, ways, strict=True))
        exercise = replace(exercise, right=lambda: right, wrong=wrong)
    for one, answer in zip(exercise.wrong, answers, strict=True):
        verdict = exercise.judge(answer)
        assert verdict.right is False and verdict.said == one.said


@of_kind(Numbers)
def test_a_percentage_in_place_of_a_share_is_told(number, check):
    exercise = check.exercises[number]
    right = right_of(exercise)
    check = Check({number: replace(exercise, right=lambda: right, wrong=())})
    if exercise.share and all(abs(100 * value) > 1 for value in right):
        verdict = check.judge(number, [100 * value for value in right])
        assert verdict.right is False and "percentage" in verdict.said


@of_kind(Names)
def test_wrong_names_are_rejected(number, check):
    exercise = check.exercises[number]
    right = set(right_of(exercise))
    others = set(exercise.among()) - right
    check = Check({number: replace(exercise, right=lambda: right, wrong=())})
    assert check.judge(number, next(iter(right)) if exercise.one_of else sorted(right)).right is True
    for answer in (min(others), [*right, min(others)], "nobody", [], 3, sorted(right)[:-1], True):
        verdict = check.judge(number, answer)
        assert verdict.right is False, answer
        assert not any(re.search(rf"\b{re.escape(name)}\b", verdict.said) for name in right)
    series = pd.Series(sorted(right)[:1] if exercise.one_of else sorted(right))
    everybody = sorted(exercise.among())
    for form in (
        {name: name in set(series) for name in everybody},
        pd.Series("changed", index=series),
        pd.DataFrame({"change": "up"}, index=series),
        [[name] for name in series],
        series.unique(),
        series.array,
        series.astype("category"),
        set(series),
        series.to_frame(),
        iter(series),
    ):
        assert check.judge(number, form).right


@pytest.mark.slow
@of_kind(Function)
def test_wrong_functions_are_rejected(number, check):
    exercise = check.exercises[number]
    cases = exercise.cases()

    def breaks(*arguments):
        raise KeyError("of the student")

    assert check.judge(number, lambda *arguments: None).right is None
    assert "KeyError: 'of the student'" in check.judge(number, breaks).said
    assert "ended Python" in check.judge(number, lambda *arguments: sys.exit(3)).said
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
        ({"need": np.nan}, "no number"),
        ({"need": "much"}, "no number"),
        ({"need": 1.0}, "copies"),
        ({"need": "1.5"}, "no number"),
        ({"record": 0.25}, "still says something"),
        ({"need": np.tile(np.arange(2000.0), 2)}, "copies"),
        ({"benefited": True}, "fare alike"),
        ({"stayed": "yes"}, "True or False"),
    ],
)
def test_a_made_up_service_is_held_to_the_exercise(wrong, nudge):
    judge = limitations.check.judge
    assert judge(4, service).right
    columns = {name: wrong[name] for name in ("need", "benefited", "stayed") if name in wrong}
    settings = {name: value for name, value in wrong.items() if name not in columns}
    assert nudge in judge(4, lambda n, rng: service(n, rng, **settings).assign(**columns)).said
    assert "same families" in judge(4, lambda n, rng: service(n, np.random.default_rng(1))).said
    assert "other families" in judge(4, lambda n, rng: service(n, np.random.default_rng())).said
    assert "families" in judge(4, lambda n, rng: service(n + 1, rng)).said
    assert "4000 families" in judge(4, lambda n, rng: service(4000, rng)).said
    assert judge(4, lambda n, rng: service(n, rng, pull=-1.5)).right, "who leave may need less"
    assert judge(4, lambda n, rng: service(n, rng).assign(need=rng.integers(0, 2, n))).right, "a record of two values"
    assert "columns" in judge(4, lambda n, rng: service(n, rng).drop(columns="need")).said


def source(place):
    return "\n".join(cell.source for cell in nbformat.read(CHAPTERS[place], as_version=4).cells)


def test_the_examples_of_chapter_five_are_those_of_its_key():
    shares = dict(zip(("100", "90", "80"), limitations.SHARES, strict=True))
    assert f"shares = pd.Series({json.dumps(shares)})" in source(4)


def test_the_histories_of_chapter_six_are_those_of_its_key():
    assert f"seed = 100, {capacity.SEED}\n" in source(5)
    assert f"replicate(our_varied, {capacity.HISTORIES}, seed)" in source(5)


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
    assert "keep 2 decimals" in capacity.check.judge(3, lambda limit: round(halving(limit))).said


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
