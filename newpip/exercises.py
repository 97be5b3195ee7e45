"""Exercises that say whether an answer is right, and never what is: a chapter's self-checks are made of these."""

import copy
import numbers
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass

import numpy as np
import pandas as pd

NEAR = 20  # times the tolerance: an answer so close was probably rounded too early
BEYOND = 10  # times too large or too small: an answer so far off has the wrong unit or the wrong sum


@dataclass(frozen=True)
class Verdict:
    """What a self-check makes of an answer.

    Attributes
    ----------
    right : bool or None
        None when nothing was answered yet.
    said : str
        One line to the student; it never holds the answer.
    """

    right: bool | None
    said: str


@dataclass(frozen=True)
class Numbers:
    """An answer of one or more numbers.

    Attributes
    ----------
    right : callable
        Computes the answer from the data when it is asked for: a list of float.
    names : tuple of str
        What each number is, in order.
    within : float
        How far off is still right, in the answer's own unit. With 0 the numbers are whole, and must be exact.
    share : bool
        Whether the numbers are shares, from 0 to 1, so that percentages get a hint.
    """

    right: Callable[[], Iterable[float]]
    names: tuple[str, ...] = ("the number",)
    within: float = 0.0
    share: bool = False

    def judge(self, answer):
        """Compare an answer with the numbers; see :class:`Verdict`."""
        given = [answer] if isinstance(answer, str) else _listed(answer)
        if given is None:
            return Verdict(False, f"{self._wanted()} expected, not {_kind(answer)}.")
        if len(given) != len(self.names):
            return Verdict(False, f"{self._wanted()} expected; {len(given)} came.")
        for name, value, right in zip(self.names, given, self.right(), strict=True):
            nudge = _off(value, right, self.within, self.share)
            if nudge:
                return Verdict(False, f"Look at {name} again. {nudge}".strip())
        return Verdict(True, "")

    def _wanted(self):
        if len(self.names) == 1:
            return "One number was"
        return f"{len(self.names)} numbers, {', '.join(self.names)}, were"


@dataclass(frozen=True)
class Names:
    """An answer of one or more names, in any order, spelled as in the table.

    Attributes
    ----------
    right : callable
        Computes the set of right names from the data.
    among : callable
        Computes the set of all names there are, so that a misspelt one is told from a wrong one.
    one_of : bool
        Whether any one of the right names will do, as where several share a first place.
    """

    right: Callable[[], Iterable[str]]
    among: Callable[[], Iterable[str]]
    one_of: bool = False

    def judge(self, answer):
        """Compare an answer with the names; see :class:`Verdict`."""
        texts = (
            [answer] if isinstance(answer, str) else sorted(answer, key=str) if _unordered(answer) else _listed(answer)
        )
        if texts is None or not all(isinstance(text, str) for text in texts):
            return Verdict(False, f"Text was expected, in quotation marks, not {_kind(answer)}.")
        given, known = {_folded(text) for text in texts}, {_folded(text) for text in self.among()}
        right = {_folded(text) for text in self.right()}
        strange = [text for text in texts if _folded(text) not in known]
        if strange:
            return Verdict(False, f"No entry is spelled {strange[0]!r}; copy the names as they stand.")
        if given == right or (self.one_of and len(given) == 1 and given <= right):
            return Verdict(True, "")
        if self.one_of or not given & right:
            return Verdict(False, "Look at the table once more.")
        return Verdict(False, "Some do not belong." if given - right else "Some are missing.")


@dataclass(frozen=True)
class Case:
    """One input on which a function is tried.

    Attributes
    ----------
    arguments : tuple
        Handed to the function by position, as copies.
    words : str
        How the input is described to the student; the arguments themselves by default.
    raises : type of Exception or None
        The error that is right here, where one is.
    """

    arguments: tuple
    words: str = ""
    raises: type[Exception] | None = None

    def __str__(self):
        """Describe the input."""
        return self.words or f"with ({', '.join(map(repr, map(_bare, self.arguments)))})"


@dataclass(frozen=True)
class Function:
    """An answer that is a function, tried on several inputs.

    Attributes
    ----------
    cases : callable
        Makes the inputs from the data: a list of :class:`Case`.
    right : callable or None
        The function to agree with.
    accept : callable or None
        Where many results are right: takes the result and the arguments and returns "" or what is amiss.
    within : float
        How far off a number may be.
    """

    cases: Callable[[], list[Case]]
    right: Callable | None = None
    accept: Callable[..., str] | None = None
    within: float = 1e-9

    def judge(self, answer):
        """Try a function on every input; see :class:`Verdict`."""
        if not callable(answer):
            return Verdict(False, f"A function was expected, by its name and without brackets, not {_kind(answer)}.")
        cases = self.cases()
        tried = [self._try(answer, case) for case in cases]
        if all(nothing for _, nothing in tried):
            return Verdict(None, "The function gives nothing back.")
        amiss = next((f"Tried {case}: {said}" for case, (said, _) in zip(cases, tried, strict=True) if said), "")
        return Verdict(not amiss, amiss)

    def _try(self, function, case):
        """Return what is amiss, and whether the function gave nothing back."""
        try:
            got = function(*copy.deepcopy(case.arguments))
        except Exception as error:  # whatever a student's function raises is told, not hidden
            if case.raises and isinstance(error, case.raises):
                return "", False
            return f"your function stopped with {type(error).__name__}: {error}.", False
        if got is None or got is ...:
            return "nothing came back; is there a return?", True
        if case.raises:
            return f"a {case.raises.__name__} should be raised, and something came back.", False
        if self.accept:
            return self.accept(got, *copy.deepcopy(case.arguments)), False
        return _unlike(got, self.right(*copy.deepcopy(case.arguments)), self.within), False


@dataclass(frozen=True)
class Judgement:
    """An answer that is the student's own judgement, held to its form alone.

    Attributes
    ----------
    accept : callable
        Takes the answer and returns "" or what is amiss with its form.
    """

    accept: Callable[[object], str]

    def judge(self, answer):
        """Hold an answer to its form; see :class:`Verdict`."""
        amiss = self.accept(answer)
        return Verdict(not amiss, amiss)


@dataclass(frozen=True)
class Check:
    """The self-checks of one chapter: ``check(2, answer)`` prints one line on exercise 2.

    Attributes
    ----------
    exercises : dict
        From the number of an exercise to what judges it.
    """

    exercises: Mapping[int, Numbers | Names | Function | Judgement] = field(default_factory=dict)

    def judge(self, number, answer):
        """Judge an answer.

        Parameters
        ----------
        number : int
            The number of the exercise in its chapter.
        answer : object
            What the student found; ``...`` or None while there is no answer.

        Returns
        -------
        Verdict

        Raises
        ------
        ValueError
            If the chapter has no such exercise.
        """
        if number not in self.exercises:
            raise ValueError(f"there is no exercise {number!r} here, only {', '.join(map(str, self.exercises))}")
        if answer is None or answer is ...:
            return Verdict(None, "Put your answer where the three dots are.")
        return self.exercises[number].judge(answer)

    def __call__(self, number, answer):
        """Print one line that says whether an answer is right, without saying what is; see :meth:`judge`."""
        verdict = self.judge(number, answer)
        state = {True: "right.", False: "not yet.", None: "not answered yet."}[verdict.right]
        # One write, where print makes two: a notebook would now and then store them as two outputs.
        sys.stdout.write(f"Exercise {number}: {state} {verdict.said}".strip() + "\n")


def _listed(answer):
    """Return an answer's values as a list, or None where it has no values in order."""
    if isinstance(answer, numbers.Number):
        return [_bare(answer)]
    if is_dataclass(answer) and not isinstance(answer, type):
        return list(vars(answer).values())
    if isinstance(answer, Mapping):
        return list(answer.values())
    if isinstance(answer, (list, tuple, np.ndarray, pd.Series, pd.Index)):
        return [_bare(value) for value in answer]
    return None


def _unordered(answer):
    return isinstance(answer, (set, frozenset))


def _bare(value):
    """Turn NumPy's scalars into Python's own, so that they are compared and shown plainly."""
    return value.item() if isinstance(value, np.generic) else value


def _kind(answer):
    """Name what was handed over, in words a student knows."""
    words = {str: "text", bool: "True or False", dict: "a dict", pd.DataFrame: "a table", pd.Series: "a column"}
    if callable(answer):
        return "a function"
    return words.get(type(answer), f"a value of type {type(answer).__name__}")


def _folded(text):
    return " ".join(text.split()).casefold()


def _off(value, right, within, share=False):
    """Return "" for a right number, else a nudge: type, unit, sign, rounding or size, in this order."""
    if isinstance(value, bool) or not isinstance(value, numbers.Real):
        extra = " Leave the % sign away." if isinstance(value, str) and "%" in value else ""
        return f"A number was expected, not {_kind(value)}.{extra}"
    if not np.isfinite(value):
        return f"It is {value}."
    tolerance = within or 1e-9
    if abs(value - right) <= tolerance:
        return ""
    if share and abs(value / 100 - right) <= max(tolerance, 0.005) and not 0 <= value <= 1:
        return "This may be a percentage; a share, from 0 to 1, was asked for."
    if abs(value + right) <= tolerance:
        return "The size is right; look at the sign."
    if within and abs(value - right) <= NEAR * within:
        return "It is very near: keep all digits until the end."
    if not within and value != round(value):
        return "A whole number was expected."
    if right and not 1 / BEYOND <= abs(value / right) <= BEYOND:
        return "Its size is far off; look at the unit, and at what is divided by what."
    return "It is not that."


def _unlike(got, right, within):
    """Return "" where a result agrees with the right one, else what is amiss."""
    if isinstance(right, (bool, np.bool_)):
        if not isinstance(got, (bool, np.bool_)):
            return f"True or False was expected, not {_kind(got)}."
        return "" if bool(got) == bool(right) else f"{bool(got)} came back, which is not right."
    if isinstance(right, numbers.Number):
        if np.ndim(got):
            return f"one number was expected, not {_kind(got)}."
        return _lower(_off(_bare(got), _bare(right), within))
    values, wanted = _listed(got), _listed(right)
    if values is None:
        return f"a list was expected, not {_kind(got)}."
    if len(values) != len(wanted):
        return "the result has more or fewer values than it should."
    amiss = next((said for one, other in zip(values, wanted, strict=True) if (said := _off(one, other, within))), "")
    return _lower(amiss)


def _lower(text):
    return text[:1].lower() + text[1:]
