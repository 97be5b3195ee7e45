"""Printed figures: what rounds to them, and which whole numbers a printed percentage can stand for."""

from fractions import Fraction
from math import floor

import pandas as pd


def roundings(exact, decimals=0, cut_off=False):
    """Round a number in every usual way.

    Parameters
    ----------
    exact : fractions.Fraction or int
        The number.
    decimals : int
        How many decimals to keep.
    cut_off : bool
        Whether to cut digits off too, which is not rounding.

    Returns
    -------
    set of fractions.Fraction
        The number with halves going up, and with halves going to even; and cut off, when asked for.
    """
    scale = 10**decimals
    shifted = Fraction(exact) * scale
    ways = {floor(shifted + Fraction(1, 2)), round(shifted)}
    if cut_off:
        ways.add(floor(shifted))
    return {Fraction(way, scale) for way in ways}


def matching_counts(percent, n, decimals=0, cut_off=False):
    """Find the counts out of `n` that a printed percentage can stand for.

    Parameters
    ----------
    percent : float or str
        The percentage as printed, from 0 to 100.
    n : int
        The denominator, at least 1.
    decimals : int
        How many decimals it is printed with.
    cut_off : bool
        Whether to accept digits cut off too, which is not rounding.

    Returns
    -------
    list of int
        Every count whose percentage rounds to `percent`, halves going up or to even.

    Raises
    ------
    ValueError
        If `percent`, `n` or `decimals` is out of range, or `percent` has more decimals than `decimals`.

    References
    ----------
    The GRIM test of Brown and Heathers (2017), for percentages.
    """
    printed = _printed(percent, decimals)
    if n < 1 or n != int(n):
        raise ValueError(f"n must be a whole number of at least 1, not {n!r}")
    n, unit = int(n), Fraction(1, 10**decimals)
    # Only counts within one unit of the last decimal can fit; the rest need no trying.
    first, last = max(0, floor((printed - unit) * n / 100)), min(n, floor((printed + unit) * n / 100))
    return [k for k in range(first, last + 1) if printed in roundings(Fraction(100 * k, n), decimals, cut_off)]


def _printed(percent, decimals):
    """Return the printed percentage, exactly."""
    if decimals < 0 or decimals != int(decimals):
        raise ValueError(f"decimals must be a whole number of at least 0, not {decimals!r}")
    exact = Fraction(str(percent))
    if not 0 <= exact <= 100:
        raise ValueError(f"percent must lie between 0 and 100, not {percent!r}")
    if (exact * 10**decimals).denominator != 1:
        raise ValueError(f"percent must have at most {decimals} decimals, not {percent!r}")
    return exact


def matching_denominators(percent, decimals=0, up_to=100):
    """Find every count and denominator that a printed percentage can stand for.

    Parameters
    ----------
    percent : float or str
        The percentage as printed, from 0 to 100.
    decimals : int
        How many decimals it is printed with.
    up_to : int
        The largest denominator tried.

    Returns
    -------
    pandas.DataFrame
        Columns `k` and `n`, one row a fitting pair, ordered by `n` then `k`.

    Raises
    ------
    ValueError
        As :func:`matching_counts`.
    """
    pairs = [(k, n) for n in range(1, up_to + 1) for k in matching_counts(percent, n, decimals)]
    return pd.DataFrame(pairs, columns=["k", "n"], dtype="int64")


def can_be_printed(n, decimals=0):
    """Return the share of all printable percentages that counts out of `n` can give.

    Parameters
    ----------
    n : int
        The denominator, at least 1.
    decimals : int
        How many decimals are printed.

    Returns
    -------
    float
        From 0 to 1. At 1 the test of a percentage cannot fail, so passing it says nothing.

    Raises
    ------
    ValueError
        If `n` is not a whole number of at least 1.

    References
    ----------
    Brown and Heathers (2017): the test can only fail where the sample is small for the decimals printed.
    """
    if n < 1 or n != int(n):
        raise ValueError(f"n must be a whole number of at least 1, not {n!r}")
    possible = {way for k in range(int(n) + 1) for way in roundings(Fraction(100 * k, int(n)), decimals)}
    return len(possible) / (100 * 10**decimals + 1)
