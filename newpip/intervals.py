"""Intervals and limits for counts: what a proportion k of n can and cannot say."""

from dataclasses import dataclass

import scipy  # its parts load when first used


@dataclass(frozen=True)
class Interval:
    """An estimate and the interval about it, all in the same unit.

    Attributes
    ----------
    estimate, low, high : float
        The point estimate and the two ends of the interval.
    """

    estimate: float
    low: float
    high: float

    @property
    def width(self) -> float:
        """Distance from the low end to the high end."""
        return self.high - self.low


def wilson(k: int, n: int, level: float = 0.95) -> Interval:
    """Score interval for a proportion.

    Parameters
    ----------
    k : int
        Number counted, from 0 to `n`.
    n : int
        Number asked, at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Shares, from 0 to 1.

    Raises
    ------
    ValueError
        If `k`, `n` or `level` is out of range.

    References
    ----------
    Wilson (1927); the form without continuity correction (method 3 of Newcombe 1998).
    """
    return _proportion_interval(k, n, level, "wilson")


def clopper_pearson(k: int, n: int, level: float = 0.95) -> Interval:
    """Exact interval for a proportion.

    Parameters
    ----------
    k : int
        Number counted, from 0 to `n`.
    n : int
        Number asked, at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Shares, from 0 to 1.

    Raises
    ------
    ValueError
        If `k`, `n` or `level` is out of range.

    References
    ----------
    Clopper and Pearson (1934).
    """
    return _proportion_interval(k, n, level, "exact")


def poisson_count(k: int, level: float = 0.95) -> Interval:
    """Exact interval for the mean of a Poisson count.

    Parameters
    ----------
    k : int
        Number counted, at least 0.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Interval
        Counts. Things that come in clusters vary more than a Poisson count, and their interval is wider.

    Raises
    ------
    ValueError
        If `k` or `level` is out of range.

    References
    ----------
    Garwood (1936).
    """
    if k < 0 or not float(k).is_integer():
        raise ValueError(f"k must be a whole number of at least 0, not {k!r}")
    _check_level(level)
    tail = (1 - level) / 2
    low = scipy.stats.chi2.ppf(tail, 2 * k) / 2 if k else 0.0
    return Interval(float(k), float(low), float(scipy.stats.chi2.isf(tail, 2 * (k + 1)) / 2))


def lower_limit_exact(k: int, n: int, level: float = 0.95) -> float:
    """Exact lower limit for a proportion, one-sided.

    Parameters
    ----------
    k : int
        Number counted, from 0 to `n`.
    n : int
        Number asked, at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    float
        The share below which the true share is unlikely to lie; 0 when `k` is 0.

    Raises
    ------
    ValueError
        If `k`, `n` or `level` is out of range.

    References
    ----------
    Clopper and Pearson (1934), one-sided.
    """
    k, n = _counts(k, n)
    _check_level(level)
    test = scipy.stats.binomtest(k, n, alternative="greater")
    return float(test.proportion_ci(level, "exact").low)


def upper_limit_exact(k: int, n: int, level: float = 0.95) -> float:
    """Exact upper limit for a proportion, one-sided.

    Parameters
    ----------
    k : int
        Number counted, from 0 to `n`.
    n : int
        Number asked, at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    float
        The share above which the true share is unlikely to lie; 1 when `k` is `n`. With `k` of 0 it is
        `upper_limit_none_seen`.

    Raises
    ------
    ValueError
        If `k`, `n` or `level` is out of range.

    References
    ----------
    Clopper and Pearson (1934), one-sided.
    """
    k, n = _counts(k, n)
    _check_level(level)
    test = scipy.stats.binomtest(k, n, alternative="less")
    return float(test.proportion_ci(level, "exact").high)


def upper_limit_none_seen(n: int, level: float = 0.95) -> float:
    """Exact upper limit for a share when none of `n` had it, one-sided.

    Parameters
    ----------
    n : int
        Number asked, at least 1.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    float
        The share q that solves ``(1 - q)**n = 1 - level``.

    Raises
    ------
    ValueError
        If `n` or `level` is out of range.

    References
    ----------
    Hanley and Lippman-Hand (1983); the one-sided limit of Clopper and Pearson (1934) at zero.
    """
    _, n = _counts(0, n)
    _check_level(level)
    return 1 - (1 - level) ** (1 / n)


def rule_of_three(n: int) -> float:
    """Rule of thumb for the 95% upper limit when none of `n` had it.

    Parameters
    ----------
    n : int
        Number asked, at least 1.

    Returns
    -------
    float
        ``3 / n``. It is rough for small `n`, and above 1 for `n` below 3.

    Raises
    ------
    ValueError
        If `n` is not a whole number of at least 1.

    References
    ----------
    Hanley and Lippman-Hand (1983).
    """
    _, n = _counts(0, n)
    return 3 / n


def binomial_p(k: int, n: int, share: float) -> float:
    """Two-sided exact test that a true share is `share`.

    Parameters
    ----------
    k : int
        Number counted, from 0 to `n`.
    n : int
        Number asked, at least 1.
    share : float
        The share under test, from 0 to 1.

    Returns
    -------
    float
        Probability of a count no more likely than `k`, as R's ``binom.test`` has it.

    Raises
    ------
    ValueError
        If `k`, `n` or `share` is out of range.
    """
    k, n = _counts(k, n)
    if not 0 <= share <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share!r}")
    return float(scipy.stats.binomtest(k, n, share).pvalue)


def _proportion_interval(k: int, n: int, level: float, method: str) -> Interval:
    k, n = _counts(k, n)
    _check_level(level)
    ends = scipy.stats.binomtest(k, n).proportion_ci(level, method)
    return Interval(k / n, float(ends.low), float(ends.high))


def _counts(k: int, n: int) -> tuple[int, int]:
    """Return `k` and `n` as plain integers: a column with gaps holds whole numbers as floats."""
    if n < 1 or not float(n).is_integer():
        raise ValueError(f"n must be a whole number of at least 1, not {n!r}")
    if not (0 <= k <= n and float(k).is_integer()):
        raise ValueError(f"k must be a whole number from 0 to n={n!r}, not {k!r}")
    return int(k), int(n)


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
