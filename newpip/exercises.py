"""Exercises that say what kind of wrong an answer is, and never what is right: chapters' self-checks are made of these.

An answer is read in any form it may have (:mod:`newpip.answer_forms`) and held to the key, which is a function of the
data; then to the usual wrong ways of the exercise, functions of the data like the key; then to what goes wrong
anywhere: order, rounding, per cent, sign. What is left is told how many parts are right.
"""

import copy
import math
import sys
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from functools import partial

import numpy as np

from newpip.answer_forms import AnswerError, as_number, folded, kind, one_line, parts

EXACT = 1e-9  # how far off a computed number may be where it should be exact
LIKE = 1e-4  # how far off, as a share of it, a number may be that was found another way
ROUNDED = 0.2  # how far off, as a share of it, a number may be to be taken for one that was rounded
ROUNDINGS = (ROUND_HALF_EVEN, ROUND_HALF_UP, ROUND_DOWN)
BEGIN = "The hint says where to begin."
UNREADABLE = "This could not be read as an answer; hand over plain numbers, texts or a function."


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
class Wrong:
    """A usual wrong way to an answer.

    Attributes
    ----------
    way : callable
        Computes from the data what it leads to, as the key does; of a :class:`Function`, a function.
    said : str
        What to say of it, without giving the answer away.
    """

    way: Callable
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
    percent : bool
        Whether they are percentages, so that shares get a hint.
    wrong : tuple of Wrong
        The usual wrong ways.
    labels : tuple of tuple
        By what else each number may be labelled in a dict or a column, besides its name.
    alike : bool
        Whether the one number may come several times, as where it is asked of several examples.
    """

    right: Callable[[], Iterable[float]]
    names: tuple[str, ...] = ("the number",)
    within: float = 0.0
    share: bool = False
    percent: bool = False
    wrong: tuple[Wrong, ...] = ()
    labels: tuple[tuple, ...] = ()
    alike: bool = False

    def judge(self, answer):
        """Compare an answer with the numbers; see :class:`Verdict`."""
        if callable(answer) and not isinstance(answer, type):
            return Verdict(False, f"{self._wanted()} expected, not a function; call it.")
        try:
            given = _read(answer, f"{self._wanted()} expected")
            values = given.arranged(self._places())
            if (
                self.alike
                and values
                and _same(map(as_number, values), [as_number(values[0])] * len(values), self.close)
            ):
                values = values[:1]
            if len(values) != len(self.names):
                return Verdict(False, f"{self._wanted()} expected; {len(values)} came.")
            values = [as_number(value) for value in values]
        except AnswerError as error:
            return Verdict(False, str(error))
        if not given.ordered and len(values) > 1:
            return Verdict(False, "The order matters here, and a set has none; hand over a list.")
        amiss = self._amiss(values, [float(value) for value in self.right()])
        return Verdict(not amiss, amiss)

    def close(self, value, right):
        """Whether a number is near enough to be right."""
        return abs(value - right) <= self.within * (1 + EXACT) + EXACT * max(1.0, abs(right))

    def _amiss(self, values, right):
        """Return "" for right numbers, else what kind of wrong they are."""
        pairs = [pair for pair in zip(values, right, strict=True) if not self.close(*pair)]
        if not pairs:
            return ""
        ways = [(one.said, way) for one in self.wrong if len(way := _led_to(one.way)) == len(values)]
        by_way = partial(self._by_way, values, right, ways)
        return (
            by_way(self._like, wholly=True)
            or by_way(self._like)
            or self._in_another_order(values, right)
            or self._rounded(pairs)
            or by_way(_rounded)
            or self._common(pairs)
            or self._parts(values, right)
        )

    def _by_way(self, values, right, ways, like, wholly=False):
        """Return what is to be said of a usual wrong way that explains every number that is not right."""
        for said, way in ways:
            if all(
                like(value, other) if wholly else self.close(value, wanted) or like(value, other)
                for value, wanted, other in zip(values, right, way, strict=True)
            ):
                return said
        return ""

    def _in_another_order(self, values, right):
        if len(values) > 1 and _same(sorted(values), sorted(right), self.close):
            return f"The numbers are there, in another order; asked were {', '.join(self.names)}."
        return ""

    def _rounded(self, pairs):
        whole = not self.within and not any(wanted % 1 for _, wanted in pairs)
        if whole or not all(_rounded(*pair) for pair in pairs):
            return ""
        return f"This was rounded or cut off too early: keep {self._decimals()}."

    def _like(self, value, other):
        return (
            self.close(value, other)
            if not self.within
            else abs(value - other) <= min(self.within, LIKE * abs(other)) + EXACT
        )

    def _common(self, pairs):
        """Return what goes wrong anywhere, where it explains every wrong number."""
        for explains, said in (
            (self._in_percent, "This may be a percentage; a share, from 0 to 1, was asked for."),
            (self._in_shares, "This may be a share; a percentage was asked for."),
            (lambda value, right: self.close(-value, right), "The size is right; look at the sign."),
            (self._of_the_others, "This is what is left of the whole: the share of the others."),
            (_inverse, "It was divided the other way round."),
            (_by_twelve, "Months and years may be mixed up."),
        ):
            if all(explains(*pair) for pair in pairs):
                return said
        if not self.within and any(value != round(value) for value, _ in pairs):
            return f"{'A whole number was' if len(self.names) == 1 else 'Whole numbers were'} expected."
        if self.share and all(1 < abs(value) <= 100 and abs(right) <= 1 for value, right in pairs):
            return "A share, from 0 to 1, was asked for."
        return ""

    def _in_percent(self, value, right):
        return self.share and abs(value) > 1 and abs(value / 100 - right) <= max(self.within, 0.005) * (1 + EXACT)

    def _in_shares(self, value, right):
        return self.percent and abs(100 * value - right) <= max(self.within, 0.5) * (1 + EXACT)

    def _of_the_others(self, value, right):
        return (self.share and self.close(1 - value, right)) or (self.percent and self.close(100 - value, right))

    def _parts(self, values, right):
        if len(self.names) == 1:
            return f"It is not that. {BEGIN}"
        off = [name for name, *pair in zip(self.names, values, right, strict=True) if not self.close(*pair)]
        return f"{len(right) - len(off)} of {len(right)} are right. Look again at {', '.join(off)}."

    def _places(self):
        labels = self.labels or [()] * len(self.names)
        named = [[name, *others] for name, others in zip(self.names, labels, strict=True)]
        return {folded(label): place for place, those in enumerate(named) for label in those}

    def _decimals(self):
        """Say to how many decimals a rounded number is right."""
        kept = max(0, math.ceil(-math.log10(2 * self.within) - EXACT)) if self.within else 0
        if kept > 4:
            return "all digits until the end"
        return f"{kept} decimals or more" if kept > 1 else "1 decimal or more" if kept else "all digits until the end"

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
    wrong : tuple of Wrong
        The usual wrong ways.
    """

    right: Callable[[], Iterable[str]]
    among: Callable[[], Iterable[str]]
    one_of: bool = False
    wrong: tuple[Wrong, ...] = ()

    def judge(self, answer):
        """Compare an answer with the names; see :class:`Verdict`."""
        try:
            given = _read(answer, "Text was expected, in quotation marks")
        except AnswerError as error:
            return Verdict(False, str(error))
        readings = [texts for texts in _named(given) if _all_text(texts)]
        if not readings:
            odd = next((value for value in given.values if not isinstance(value, str)), answer)
            return Verdict(False, f"Text was expected, in quotation marks, not {kind(odd)}.")
        known = _folded(self.among())
        amiss = self._amiss(next((texts for texts in readings if _folded(texts) <= known), readings[0]))
        return Verdict(not amiss, amiss)

    def _amiss(self, texts):
        known, right = _folded(self.among()), _folded(self.right())
        if not texts:
            return "No name is in it." if right else ""
        if len(texts) == 1 and not _folded(texts) <= known and _folded(texts[0].split(",")) <= known:
            return "Those are several names in one text; hand over a list, each in quotation marks of its own."
        strange = next((text for text in texts if folded(text) not in known), None)
        if strange is not None:
            spelled = repr(one_line(strange, 40)) if strange.strip() else "with nothing in it"
            return f"No entry is spelled {spelled}; copy the names as they stand."
        given = _folded(texts)
        if given == right or (self.one_of and len(given) == 1 and given <= right):
            return ""
        for one in self.wrong:
            if given == _folded(_led_to(one.way)):
                return one.said
        if not given & right:
            return f"Look at the table once more. {BEGIN}"
        belong = f"{len(given & right)} of your {len(given)} belong there"
        if self.one_of:
            return f"One name was expected; {len(given)} came."
        return f"{belong}, and some are missing." if right - given else f"{belong}; the others do not."


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
        return self.words or one_line(f"with ({', '.join(map(_shown, self.arguments))})", 160)


@dataclass(frozen=True)
class Tried:
    """What a function made of one input.

    Attributes
    ----------
    got : object
        What came back; None where nothing did.
    raised : BaseException or None
        The error that stopped it.
    """

    got: object = None
    raised: BaseException | None = None


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
    wrong : tuple of Wrong
        The usual wrong ways, each a function like the key.
    ordered : bool
        Whether a list has to come in the key's order.
    together : callable or None
        Takes all results where `accept` took each, and returns "" or what is amiss with them together.
    more : callable or None
        Draws further inputs from a `numpy.random.Generator`, which no chapter shows: those of ``newpip mark``.
    share : bool
        Whether its numbers are shares.
    """

    cases: Callable[[], list[Case]]
    right: Callable | None = None
    accept: Callable[..., str] | None = None
    within: float = EXACT
    wrong: tuple[Wrong, ...] = ()
    ordered: bool = True
    together: Callable[[list], str] | None = None
    more: Callable[[np.random.Generator], list[Case]] | None = None
    share: bool = False

    def judge(self, answer, cases=None):
        """Try a function on every input; see :class:`Verdict`.

        Parameters
        ----------
        answer : object
            What the student handed over.
        cases : list of Case, optional
            Other inputs than the exercise's own.
        """
        if not callable(answer):
            return Verdict(False, f"A function was expected, by its name and without brackets, not {kind(answer)}.")
        cases = self.cases() if cases is None else cases
        tried = [_try(answer, case) for case in cases]
        if all(one.raised is None and one.got is None for one in tried):
            return Verdict(None, "The function gives nothing back.")
        said = [self._amiss(one, case) for one, case in zip(tried, cases, strict=True)]
        amiss = self._together(answer, cases, tried) if not any(said) else self._kind(cases, tried, said)
        return Verdict(not amiss, amiss)

    def _amiss(self, one, case):
        """Return "" where a try went well, else what is amiss."""
        if one.raised is not None:
            if case.raises and isinstance(one.raised, case.raises):
                return ""
            if isinstance(one.raised, SystemExit):
                return "your function ended Python; let it return something."
            return f"your function stopped with {_error(one.raised)}."
        if one.got is None:
            return "nothing came back; is there a return?"
        if case.raises:
            return f"a {case.raises.__name__} should be raised, and something came back."
        if self.accept:
            return self.accept(one.got, *copy.deepcopy(case.arguments))
        return self._unlike(one.got, self._key(case))

    def _key(self, case):
        return self.right(*copy.deepcopy(case.arguments))

    def _together(self, answer, cases, tried):
        """Return what is amiss with results that are each right."""
        if self.together:
            return self.together([one.got for one in tried])
        if self.right and self._amiss(_try(answer, cases[0]), cases[0]):
            return "The function gave something else when it was tried with the same input again."
        return ""

    def _kind(self, cases, tried, said):
        """Return what kind of wrong explains every failed try, else what the first of them was."""
        failed = [(case, one) for case, one, amiss in zip(cases, tried, said, strict=True) if amiss]
        for explained in (list(zip(cases, tried, strict=True)), failed):
            for wrong in self.wrong:
                if all(self._as(_try(wrong.way, case), one) for case, one in explained):
                    return wrong.said
        common = "" if not self.right else self._common(failed)
        case, _ = failed[0]
        first = next(amiss for amiss in said if amiss)
        return common or f"Tried {case}: {first}{self._how_many(len(failed), len(cases))}"

    def _how_many(self, failed, cases):
        return f" Of {cases} tries {cases - failed} went well." if failed < cases else ""

    def _as(self, way, one):
        """Whether a try came out as a wrong way would have it."""
        if way.raised is not None or one.raised is not None:
            return type(way.raised) is type(one.raised)
        return way.got is not None and one.got is not None and not self._unlike(one.got, way.got)

    def _common(self, failed):
        """Return what explains all failed tries as it would explain a list of numbers."""
        pairs = []
        for case, one in failed:
            if case.raises or one.raised is not None or one.got is None:
                return ""
            try:
                wanted = [as_number(value) for value in parts(self._key(case)).values]
                got = [as_number(value) for value in parts(one.got).values]
            except AnswerError:
                return ""
            if len(got) != len(wanted):
                return ""
            pairs += [pair for pair in zip(got, wanted, strict=True) if not self._numbers(1).close(*pair)]
        numbers = self._numbers(1)
        return numbers._rounded(pairs) or numbers._common(pairs)

    def _numbers(self, how_many):
        return Numbers(list, ("",) * how_many, within=self.within, share=self.share)

    def _unlike(self, got, right):
        """Return "" where a result agrees with the right one, else what is amiss."""
        if isinstance(right, str):
            texts = _read(got, "text was expected").values
            return "" if texts == [right] else "that is not right." if _all_text(texts) else "text was expected."
        try:
            wanted, given = (
                parts(right).values,
                _read(got, "a list was expected" if _several(right) else "one number was expected"),
            )
            if isinstance(right, (bool, np.bool_)):
                return _unlike_truth(given.values, bool(right))
            if isinstance(got, str) and _several(right):
                return "a list was expected, not text."
            values = [as_number(value) for value in given.values]
        except AnswerError as error:
            return _lower(str(error))
        if len(values) != len(wanted):
            return (
                "the result has more or fewer values than it should." if _several(right) else "one number was expected."
            )
        if not self.ordered:
            values, wanted = sorted(values), sorted(wanted)
        off = sum(not self._numbers(1).close(*pair) for pair in zip(values, wanted, strict=True))
        if not off:
            return ""
        if self.ordered and len(values) > 1 and _same(sorted(values), sorted(wanted), self._numbers(1).close):
            return "the values are there, in another order."
        return "it is not that." if len(values) == 1 else f"{len(values) - off} of {len(values)} values are right."


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
class Drawn:
    """An exercise drawn anew from a seed that the student chooses.

    Attributes
    ----------
    gives : callable
        Draws what the task gives from a `numpy.random.Generator`: a dict from a name to a value.
    asks : callable
        Takes these by name and makes the exercise.
    """

    gives: Callable[[np.random.Generator], dict]
    asks: Callable[..., Numbers | Names | Function]

    def given(self, seed):
        """Return what the task gives for a seed, a number or a text."""
        return self.gives(np.random.default_rng([*str(seed).encode()]))

    def judge(self, answer, seed=None):
        """Judge an answer to what was drawn from the seed; see :class:`Verdict`."""
        if seed is None:
            return Verdict(False, "Say from which seed it was drawn: put the seed behind the answer.")
        return self.asks(**self.given(seed)).judge(answer)


@dataclass(frozen=True)
class Check:
    """The self-checks of one chapter: ``check(2, answer)`` prints one line on exercise 2.

    Attributes
    ----------
    exercises : dict
        From the number of an exercise to what judges it.
    """

    exercises: Mapping[int, Numbers | Names | Function | Judgement | Drawn] = field(default_factory=dict)

    def judge(self, number, answer, *seed):
        """Judge an answer.

        Parameters
        ----------
        number : int
            The number of the exercise in its chapter.
        answer : object
            What the student found; ``...`` or None while there is no answer.
        *seed : int or str
            For an exercise drawn from a seed, the seed.

        Returns
        -------
        Verdict

        Raises
        ------
        ValueError
            If the chapter has no such exercise.
        """
        exercise = self._exercise(number)
        if answer is None or answer is ...:
            return Verdict(None, "Put your answer where the three dots are.")
        try:
            return exercise.judge(answer, *seed[:1]) if isinstance(exercise, Drawn) else exercise.judge(answer)
        except KeyboardInterrupt:
            raise
        except BaseException:  # an object of the student's may do anything when it is looked at, ending Python too
            return Verdict(False, UNREADABLE)

    def given(self, number, seed):
        """Return what an exercise gives that is drawn from a seed.

        Parameters
        ----------
        number : int
            The number of the exercise.
        seed : int or str
            Any number or text; the same one draws the same again.

        Returns
        -------
        dict

            It is empty, and a line says why, where nothing is drawn for the exercise.
        """
        drawn = [str(name) for name, one in self.exercises.items() if isinstance(one, Drawn)]
        exercise = self.exercises.get(number) if isinstance(number, int) else None
        if isinstance(exercise, Drawn):
            return exercise.given(seed)
        named = f"exercise {', '.join(drawn)}" if drawn else "none here"
        sys.stdout.write(
            f"Nothing is drawn for exercise {one_line(repr(number), 40)}; what is drawn anew is {named}.\n"
        )
        return {}

    def _exercise(self, number):
        exercise = self.exercises.get(number) if isinstance(number, int) else None
        if exercise is None:
            listed = ", ".join(map(str, self.exercises))
            raise ValueError(f"there is no exercise {one_line(repr(number), 40)} here, only {listed}")
        return exercise

    def __call__(self, number, answer, *seed):
        """Print one line that says whether an answer is right, without saying what is; see :meth:`judge`."""
        try:
            verdict = self.judge(number, answer, *seed)
        except ValueError as error:
            sys.stdout.write(f"{str(error)[:1].upper()}{str(error)[1:]}.\n")
            return
        state = {True: "right.", False: "not yet.", None: "not answered yet."}[verdict.right]
        # One write, where print makes two: a notebook would now and then store them as two outputs.
        sys.stdout.write(f"Exercise {number}: {state} {verdict.said}".strip() + "\n")


def _read(answer, wanted):
    """Take an answer apart, or say what was expected in its place."""
    try:
        return parts(answer)
    except AnswerError as error:
        raise AnswerError(str(error) or f"{wanted}, not {kind(answer)}.") from None


def _try(function, case):
    """Call a function on one input."""
    try:
        got = function(*copy.deepcopy(case.arguments))
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # whatever a student's function raises is told, not hidden
        return Tried(raised=error)
    return Tried(None if got is ... else got)


def _error(error):
    """Name an error with what it says."""
    with suppress(Exception):  # an error of the student's own making may say nothing
        return one_line(f"{type(error).__name__}: {error}".removesuffix(": ").removesuffix("."))
    return type(error).__name__


def _shown(argument):
    return repr(argument.item() if isinstance(argument, np.generic) else argument)


def _several(value):
    return not isinstance(value, (str, bool)) and np.ndim(value) > 0


def _all_text(values):
    return all(isinstance(value, str) for value in values)


def _named(given):
    """Return what may be the names in an answer: those marked True, else its values, else its labels."""
    if given.labels and given.values and all(isinstance(value, bool) for value in given.values):
        return [[label for label, marked in zip(given.labels, given.values, strict=True) if marked]]
    return [those for those in (given.values, given.labels) if those is not None]


def _folded(texts):
    return {folded(text) for text in texts}


def _led_to(way):
    """Return what a wrong way leads to; nothing where other data have not what it needs."""
    with suppress(ArithmeticError, LookupError, ValueError, StopIteration):
        return list(way())
    return []


def _same(values, others, close):
    return all(close(value, other) for value, other in zip(values, others, strict=True))


def _rounded(value, right):
    """Whether a number is another one rounded or cut off, and near it."""
    if abs(value - right) > ROUNDED * abs(right):
        return False
    exact = Decimal(right)
    ways = [exact.quantize(Decimal(1).scaleb(-digits), rounding=way) for digits in range(4) for way in ROUNDINGS]
    return any(abs(value - float(way)) <= EXACT * max(1.0, abs(right)) for way in ways)


def _inverse(value, right):
    return bool(value and right) and abs(abs(right) - 1) > LIKE and abs(1 / value - right) <= LIKE * abs(right)


def _by_twelve(value, right):
    return bool(right) and any(abs(value * times - right) <= LIKE * abs(right) for times in (12, 1 / 12))


def _unlike_truth(values, right):
    if len(values) != 1 or not isinstance(values[0], bool):
        return f"True or False was expected, not {kind(values[0]) if len(values) == 1 else 'several values'}."
    return "" if values[0] == right else f"{values[0]} came back, which is not right."


def _lower(text):
    return text[:1].lower() + text[1:]
