"""Self-checks read an answer in any form, say what kind of wrong it is, and keep the answer."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import count
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from newpip.exercises import UNREADABLE, Case, Check, Drawn, Function, Judgement, Names, Numbers, Wrong

SHARE = Numbers(lambda: [0.18], ("the share",), within=0.0005, share=True)
PAIR = Numbers(lambda: [2020, 2019], ("the first", "the second"))


def half(count, parts):
    if parts == 0:
        raise ValueError("no parts")
    return count / parts


HALVES = Function(lambda: [Case((6, 2)), Case((0, 3)), Case((6, 0), "with no parts", ValueError)], half)


ENDS = Numbers(
    lambda: [0.214, 0.48],
    ("the low end", "the high end"),
    within=0.0005,
    share=True,
    labels=(("low", 1.0), ("high", 0.9)),
    wrong=(
        Wrong(lambda: [0.2203, 0.48], "Nobody is drawn again."),
        Wrong(lambda: [0.1, 0.2], "Nothing has changed yet."),
        Wrong(lambda: [1 / 0, 1.0], "Other data have not what this way needs."),
    ),
)


@dataclass
class Limits:
    high: float
    low: float


ONE = [0.18, 0.1803, np.float64(0.18), np.float32(0.18), np.array(0.18), Decimal("0.18"), Fraction(18, 100)]
MANY = [[0.18], {0.18}, np.array([[0.18]]), pd.Series([0.18]), pd.array([0.18]), pd.DataFrame({"a": [0.18]}), range(0)]


@pytest.mark.parametrize("answer", [*ONE, *MANY[:-1], [np.array(0.18)], [pd.Series([0.18])], iter([0.18]), {"a": 0.18}])
def test_a_right_share_is_right_in_any_form(answer):
    assert SHARE.judge(answer).right


@pytest.mark.parametrize(
    "answer",
    [
        (0.214, 0.48),
        [Decimal("0.214"), Fraction(48, 100)],
        np.array([0.214, 0.48]),
        pd.array([0.214, 0.48]),
        pd.Series([0.48, 0.214], ["high", "low"]),
        pd.Series([0.48, 0.214], [0.9, 1.0]),
        {"The high end": 0.48, "LOW": 0.214},
        {"first": 0.214, "second": 0.48},
        Limits(high=0.48, low=0.214),
        SimpleNamespace(high=0.48, low=0.214),
        pd.DataFrame({"high": [0.48], "low": [0.214]}),
        pd.DataFrame({"share": [0.48, 0.214]}, ["high", "low"]),
        {"low": 0.214, "high": 0.48}.values(),
        (one for one in (0.214, 0.48)),
    ],
)
def test_several_numbers_are_right_in_order_or_by_their_labels(answer):
    assert ENDS.judge(answer).right


@pytest.mark.parametrize(
    ("answer", "nudge"),
    [
        ([0.2203, 0.48], "Nobody is drawn again."),
        ([0.1, 0.2], "Nothing has changed yet."),
        ([0.214, 0.2], "Nothing has changed yet."),
        ([0.22, 0.48], "Nobody is drawn again."),
        ([0.48, 0.214], "another order"),
        ([0.21, 0.48], "keep 3 decimals"),
        ([0.21, 0.5], "keep 3 decimals"),
        ([21.4, 48], "percentage"),
        ([-0.214, 0.48], "sign"),
        ([1 - 0.214, 0.48], "share of the others"),
        ([1 / 0.214, 1 / 0.48], "other way round"),
        ([0.214 * 12, 0.48 / 12], "Months and years"),
        ([0.214, 0.34], "1 of 2 are right. Look again at the high end."),
        ([0.2, 0.34], "0 of 2 are right"),
        ({0.214, 0.48}, "a set has none"),
        ([0.214], "1 came"),
    ],
)
def test_what_kind_of_wrong_is_said(answer, nudge):
    verdict = ENDS.judge(answer)
    assert verdict.right is False and nudge in verdict.said
    assert "0.48" not in verdict.said and "0.214" not in verdict.said


@pytest.mark.parametrize(
    ("answer", "nudge"),
    [
        (18, "percentage"),
        (18.02, "percentage"),
        ("18%", "% sign"),
        ("0.18", "quotation marks"),
        (True, "not True or False"),
        (-0.18, "sign"),
        (0.2, "rounded"),
        (0.185, "not that"),
        (0.5, "hint"),
        (float("nan"), "missing"),
        (pd.NA, "missing"),
        (float("inf"), "infinite"),
        (Decimal("nan"), "missing"),
        (10**400, "too large"),
        (3j, "complex"),
        (b"0.18", "not bytes"),
        ([0.18, 0.2], "2 came"),
        ([], "0 came"),
        (count(), "no end"),
        (pd.DataFrame({"a": [0.18, 1], "b": [1, 2]}), "2 rows and 2 columns"),
        (pd.Timestamp("2020-01-01"), "not a date"),
        (object(), "value of type object"),
        (half, "not a function"),
        (float, "expected"),
    ],
)
def test_a_wrong_share_gets_a_nudge_and_no_answer(answer, nudge):
    verdict = SHARE.judge(answer)
    assert verdict.right is False and nudge in verdict.said
    assert "0.18" not in verdict.said


def test_whole_numbers_are_exact_and_each_is_named():
    assert PAIR.judge((2020, 2019)).right and PAIR.judge({"a": 2020, "b": 2019}).right
    assert "Look again at the second" in PAIR.judge([2020, 2018]).said
    assert "Whole numbers" in PAIR.judge([2020.4, 2019]).said
    assert "another order" in PAIR.judge([2019, 2020]).said


def test_percentages_are_told_from_shares_and_half_up_from_cut_off():
    percent = Numbers(lambda: [62.5], ("the share",), within=0.5, percent=True)
    assert percent.judge(62).right and percent.judge(63).right
    assert "may be a share" in percent.judge(0.625).said and "others" in percent.judge(37.5).said
    assert "keep all digits" in Numbers(lambda: [2.5], within=1e-6).judge(2).said


def test_one_number_may_come_for_each_example_only_where_it_is_said():
    alike = Numbers(lambda: [0.18], ("the width",), within=0.0005, alike=True)
    assert alike.judge(pd.Series([0.18, 0.18, 0.18])).right and not alike.judge([0.18, 0.2, 0.18]).right
    assert not SHARE.judge([0.18, 0.18]).right


class Evil:
    """An object that does harm whenever it is looked at."""

    def harm(self, *others):
        raise SystemExit(3)

    __getattribute__ = __eq__ = __float__ = __repr__ = __iter__ = __hash__ = harm


class Loud(Exception):
    """An error that cannot say what it is."""

    def __str__(self):
        raise RuntimeError


def ends_python(*_):
    raise SystemExit(3)


def is_loud(*_):
    raise Loud


def test_nonsense_never_ends_in_a_traceback():
    names = Names(lambda: ["A"], among=lambda: ["A", "B"])
    check = Check({1: SHARE, 2: names, 3: HALVES, 4: Judgement(lambda answer: "" if answer == 1 else "No.")})
    endless = []
    endless.append(endless)
    for number in check.exercises:
        for answer in (
            Evil(),
            [Evil()],
            {"a": Evil()},
            lambda *_: Evil(),
            endless,
            ends_python,
            is_loud,
            type,
            NotImplemented,
        ):
            verdict = check.judge(number, answer)
            assert verdict.right is False and len(verdict.said.splitlines()) == 1
    assert check.judge(1, Evil()).said == UNREADABLE
    assert "ended Python" in check.judge(3, ends_python).said and "Loud" in check.judge(3, is_loud).said


def test_names_are_told_misspelt_missing_and_out_of_place():
    names = Names(lambda: ["A one", "B two"], among=lambda: ["A one", "B two", "C three"])
    assert names.judge(["b two", " A  one "]).right and names.judge({"A one", "B two"}).right
    assert "missing" in names.judge("A one").said
    assert "belong" in names.judge(["A one", "B two", "C three"]).said
    assert "once more" in names.judge("C three").said
    assert "spelled 'A won'" in names.judge("A won").said
    assert "Text was expected" in names.judge(3).said
    assert names.judge([]).right is False and Names(lambda: [], among=lambda: ["A"]).judge([]).right
    assert "with nothing in it" in names.judge("").said
    assert "1 of your 2" in names.judge(["A one", "C three"]).said
    two = ["A one", "B two"]
    series = pd.Series(two)
    forms = [series.unique(), series.array, series.astype("string").array, series.astype("category"), np.array(two)]
    forms += [pd.Series([3, 4], two), dict.fromkeys(two, 1), pd.Index(two), series.to_frame(), tuple(two), iter(two)]
    assert all(names.judge(one).right for one in forms)


def test_a_usual_wrong_name_is_told():
    other = Wrong(lambda: ["C"], "That is the other.")
    assert Names(lambda: ["A"], among=lambda: ["A", "B", "C"], wrong=(other,)).judge("C").said == other.said


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
        (lambda count, parts: [count / (parts or 1), 2], "one number was expected"),
        (lambda count, parts: half(count, parts) * 100, "Tried with (6, 2)"),
        (lambda count, parts: -half(count, parts), "sign"),
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
    for form in (np.float64, np.array, Decimal, lambda value: pd.Series([value]), lambda value: [value]):
        assert HALVES.judge(lambda *given, form=form: form(half(*given))).right


def test_a_function_is_told_its_usual_wrong_way_its_rounding_and_its_state():
    added = Wrong(lambda count, parts: count / (parts + 1), "Nobody was added.")
    thirds = Function(lambda: [Case((8, 3)), Case((22, 7))], half, wrong=(added,))
    assert thirds.judge(added.way).said == added.said
    assert "rounded" in thirds.judge(lambda *given: round(half(*given), 2)).said
    calls = []
    assert "same input again" in thirds.judge(lambda *given: calls.append(1) or half(*given) + (len(calls) > 2)).said


def test_a_list_may_come_in_any_order_only_where_none_is_asked_for():
    ordered = Function(lambda: [Case(([3, 1, 2],))], sorted)
    assert "another order" in ordered.judge(lambda values: values).said
    free = Function(lambda: [Case(([3, 1, 2],))], sorted, ordered=False)
    assert all(free.judge(form).right for form in (set, tuple, np.array, pd.Series, iter))


def test_an_exercise_is_drawn_anew_from_any_seed(capsys):
    drawn = Drawn(lambda rng: {"n": int(rng.integers(1000))}, lambda n: Numbers(lambda: [n + 1]))
    check = Check({1: drawn, 2: SHARE})
    for seed in (1, "a name", 2.5):
        given = check.given(1, seed)
        assert given == check.given(1, seed) and check.judge(1, given["n"] + 1, seed).right
    assert check.given(1, 1) != check.given(1, 2)
    assert "from which seed" in check.judge(1, 3).said
    for other in (2, 3, "1", None):  # a line says so, and no traceback stops the cell
        assert check.given(other, 1) == {}
        assert capsys.readouterr().out.endswith("what is drawn anew is exercise 1.\n")


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
    for number in (9, [1], "1"):
        check(number, 1)
        assert "here, only 1, 2, 3." in capsys.readouterr().out
    with pytest.raises(ValueError, match="no exercise 9 here, only 1, 2, 3"):
        check.judge(9, 1)
