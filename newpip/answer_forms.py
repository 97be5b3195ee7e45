"""Read an answer in any form in which a student may hand it over: a number, a list, a column, a dict, a small table."""

import datetime
import math
import numbers
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, is_dataclass
from decimal import Decimal
from itertools import islice
from types import SimpleNamespace

import numpy as np
import pandas as pd

LONGEST = 10_000  # values; a generator may have no end
DEEPEST = 4  # one list in another
SINGLE = (str, bytes, numbers.Number, np.generic, datetime.date, datetime.timedelta, type(None), type(pd.NA))


class AnswerError(ValueError):
    """An answer that cannot be read; its message is what the student is told."""


@dataclass(frozen=True)
class Parts:
    """What an answer holds.

    Attributes
    ----------
    values : list
        Its values, those of NumPy turned into Python's own.
    labels : list or None
        The label of each value, where it has any.
    ordered : bool
        Whether the values have an order, which those of a set have not.
    """

    values: list
    labels: list | None = None
    ordered: bool = True

    def arranged(self, places):
        """Return the values by their labels where all are known, else as they came.

        Parameters
        ----------
        places : dict
            From a label, folded, to the place of its value.
        """
        found = [places.get(folded(label)) for label in self.labels or []]
        if set(found) != set(places.values()) or len(found) != len(set(found)):
            return self.values
        return [self.values[found.index(place)] for place in sorted(found)]


def parts(answer, deep=0):
    """Take an answer apart.

    Parameters
    ----------
    answer : object
        What a student handed over.
    deep : int
        How many lists it was found in.

    Returns
    -------
    Parts

    Raises
    ------
    AnswerError
        If it has no values.
    """
    if isinstance(answer, pd.DataFrame):
        if 1 not in answer.shape:
            raise AnswerError(
                "A table of {} rows and {} columns came; hand over one row or column.".format(*answer.shape)
            )
        answer = answer.iloc[:, 0] if answer.shape[1] == 1 else answer.iloc[0]
    if isinstance(answer, np.matrix):  # which has two dimensions whatever is done to it
        answer = np.asarray(answer)
    if isinstance(answer, np.ndarray):
        answer = answer.item() if answer.ndim == 0 else answer.ravel() if max(answer.shape) == answer.size else answer
    if isinstance(answer, SINGLE):
        return Parts([_bare(answer)])
    labels, values = _labelled(answer)
    values = [_bare(value) for value in values]
    if len(values) == 1 and deep < DEEPEST and not isinstance(values[0], SINGLE) and _holds_values(values[0]):
        return parts(values[0], deep + 1)
    return Parts(values, labels, ordered=not isinstance(answer, (set, frozenset)))


def _holds_values(answer):
    return (isinstance(answer, Iterable) or is_dataclass(answer)) and not isinstance(answer, type)


def _labelled(answer):
    """Return the labels and the values of what holds several."""
    if isinstance(answer, SimpleNamespace) or (is_dataclass(answer) and not isinstance(answer, type)):
        answer = vars(answer)
    if isinstance(answer, tuple) and hasattr(answer, "_asdict"):
        answer = answer._asdict()
    if isinstance(answer, Mapping):
        return list(answer.keys()), list(answer.values())
    if isinstance(answer, pd.Series):
        return list(answer.index), list(answer)
    if isinstance(answer, type) or not isinstance(answer, Iterable):
        raise AnswerError("")
    values = list(islice(answer, LONGEST + 1))
    if len(values) > LONGEST:
        raise AnswerError("There is no end of values in it.")
    return None, sorted(values, key=str) if isinstance(answer, (set, frozenset)) else values


def _bare(value):
    """Turn NumPy's and pandas' scalars, and what holds one value alone, into Python's own."""
    if isinstance(value, (np.ndarray, pd.Series, pd.Index)) and value.size == 1:
        value = np.asarray(value).ravel()[0]
    for _ in range(DEEPEST):  # a list may hold itself
        value = value[0] if isinstance(value, (list, tuple)) and len(value) == 1 else value
    return value.item() if isinstance(value, np.generic) and not isinstance(value, np.datetime64) else value


def as_number(value):
    """Return a value as a float.

    Raises
    ------
    AnswerError
        If it is no number, or not a finite one.
    """
    if isinstance(value, (bool, complex)) or not isinstance(value, (numbers.Real, Decimal)):
        told = f"A number was expected, not {kind(value)}."
        if isinstance(value, str):
            told += " Leave the % sign away." if "%" in value else " Leave the quotation marks away."
        raise AnswerError(told)
    try:
        number = float(value)
    except OverflowError:
        raise AnswerError("A number is far too large.") from None
    if not math.isfinite(number):
        raise AnswerError("A number is missing (nan)." if math.isnan(number) else "A number is infinite.")
    return number


KINDS = {
    bool: "True or False",
    str: "text",
    bytes: "bytes",
    complex: "a complex number",
    datetime.date: "a date",
    datetime.timedelta: "a span of time",
    pd.DataFrame: "a table",
    pd.Series: "a column",
    Mapping: "a dict",
    numbers.Number: "a number",
    (set, frozenset): "a set",
    (list, tuple, np.ndarray, pd.Index): "a list",
}


def kind(value):
    """Name what was handed over, in words that a student knows."""
    if value is None or value is pd.NA or value is pd.NaT:
        return "a missing value"
    named = next((words for types, words in KINDS.items() if isinstance(value, types)), "")
    return named or ("a function" if callable(value) else f"a value of type {_named(value)}")


def _named(value):
    return one_line(type(value).__name__, 40)


def folded(text):
    """Return text without the case and the spaces in which spellings differ; anything else as it is."""
    if isinstance(text, str):
        return " ".join(text.split()).casefold().removeprefix("the ")
    return _bare(text)


def one_line(text, longest=120):
    """Return text on one line, cut where it is long."""
    line = " ".join(str(text).split())
    return line if len(line) <= longest else line[: longest - 3] + "..."
