"""Self-checks say right, not yet or not answered, nudge about type, unit, sign and size, and keep the answer."""

import numpy as np
import pandas as pd
import pytest

from newpip.exercises import Case, Check, Function, Judgement, Names, Numbers

SHARE = Numbers(lambda: [0.18], ("the share",), within=0.0005, share=True)
PAIR = Numbers(lambda: [2020, 2019], ("the first", "the second"))


def half(count, parts):
    if parts == 0:
        raise ValueError("no parts")
    return count / parts


HALVES = Function(lambda: [Case((6, 2)), Case((0, 3)), Case((6, 0), "with no parts", ValueError)], half)


@pytest.mark.parametrize("answer", [0.18, 0.1803, [0.18], np.float64(0.18), np.array([0.18]), pd.Series([0.18])])
def test_a_right_share_is_right_in_any_form(answer):
    assert SHARE.judge(answer).right


@pytest.mark.parametrize(
    ("answer", "nudge"),
    [
        (18, "percentage"),
        (18.02, "percentage"),
        ("18%", "% sign"),
        ("0.18", "not text"),
        (True, "not True or False"),
        (-0.18, "sign"),
        (0.185, "very near"),
        (0.5, "not that"),
        (0.0018, "size"),
        (float("nan"), "nan"),
        ([0.18, 0.2], "2 came"),
        ([], "0 came"),
        ({0.18}, "expected"),
        (pd.DataFrame({"a": [0.18]}), "not a table"),
        (half, "not a function"),
    ],
)
def test_a_wrong_share_gets_a_nudge_and_no_answer(answer, nudge):
    verdict = SHARE.judge(answer)
    assert verdict.right is False and nudge in verdict.said
    assert "0.18" not in verdict.said


def test_whole_numbers_are_exact_and_each_is_named():
    assert PAIR.judge((2020, 2019)).right and PAIR.judge({"a": 2020, "b": 2019}).right
    assert "the second" in PAIR.judge([2020, 2018]).said
    assert "whole number" in PAIR.judge([2020.4, 2019]).said
    assert PAIR.judge([2019, 2020]).right is False


def test_names_are_told_misspelt_missing_and_out_of_place():
    names = Names(lambda: ["A one", "B two"], among=lambda: ["A one", "B two", "C three"])
    assert names.judge(["b two", " A  one "]).right and names.judge({"A one", "B two"}).right
    assert "missing" in names.judge("A one").said
    assert "belong" in names.judge(["A one", "B two", "C three"]).said
    assert "once more" in names.judge("C three").said
    assert "spelled 'A won'" in names.judge("A won").said
    assert "Text was expected" in names.judge(3).said
    assert names.judge([]).right is False


def test_one_of_several_first_places_will_do():
    either = Names(lambda: ["A", "B"], among=lambda: ["A", "B", "C"], one_of=True)
    assert either.judge("A").right and either.judge("B").right
    assert either.judge(["A", "B"]).right and either.judge("C").right is False


def fails_at_nought(count, parts):
    return count / parts * (count / count)


def swallows(count, parts):
    return count / parts if parts else 0.0


def nothing(count, parts):
    """Give nothing back."""


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (lambda count, parts: count * parts, "Tried with (6, 2)"),
        (fails_at_nought, "Tried with (0, 3): your function stopped with ZeroDivisionError"),
        (swallows, "with no parts: a ValueError should be raised"),
        (lambda count: count, "TypeError"),
        (lambda count, parts: str(count / parts), "not text"),
        (lambda count, parts: [count / parts], "one number was expected"),
        (half(6, 2), "A function was expected"),
        (lambda count, parts: count / parts if count else None, "is there a return?"),
    ],
)
def test_a_wrong_function_is_told_on_which_input(answer, said):
    verdict = HALVES.judge(answer)
    assert verdict.right is False and said in verdict.said


def test_a_right_function_is_right_and_an_empty_one_is_no_answer():
    assert HALVES.judge(half).right
    assert HALVES.judge(nothing).right is None


def test_a_function_cannot_spoil_the_inputs_of_the_next():
    lists = Function(lambda: [Case(([3, 1, 2],))], sorted)
    assert lists.judge(lambda values: values.sort() or values).right
    assert "more or fewer" in lists.judge(lambda values: values[:2]).said
    assert lists.judge(lambda values: values).right is False
    assert "a list was expected" in lists.judge(lambda values: "123").said


def test_true_and_false_are_held_apart_from_numbers():
    even = Function(lambda: [Case((2,)), Case((3,))], lambda n: n % 2 == 0)
    assert even.judge(lambda n: np.bool_(n % 2 == 0)).right
    assert "True or False was expected" in even.judge(lambda n: 1 - n % 2).said
    assert "False came back" in even.judge(lambda n: False).said


def test_one_line_is_printed_and_a_wrong_number_of_exercise_is_named(capsys):
    check = Check({1: SHARE, 2: HALVES, 3: Judgement(lambda answer: "" if answer else "It is empty.")})
    for number, answer in [(1, ...), (1, None), (1, 0.18), (1, 18), (2, nothing), (3, "mine"), (3, "")]:
        assert check(number, answer) is None
    lines = capsys.readouterr().out.splitlines()
    states = [line.split(":")[1].split(".")[0].strip() for line in lines]
    assert states == [
        "not answered yet",
        "not answered yet",
        "right",
        "not yet",
        "not answered yet",
        "right",
        "not yet",
    ]
    assert all(line.startswith("Exercise ") for line in lines)
    with pytest.raises(ValueError, match="no exercise 9 here, only 1, 2, 3"):
        check(9, 1)
