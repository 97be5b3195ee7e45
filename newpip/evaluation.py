"""How many families an evaluation needs: for an interval of a given width, for a mean change, for one stated decision.

Families needed are families with an answer; `with_loss` says how many have to be asked for that.
"""

import math
from statistics import NormalDist

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip.intervals import Interval

LEVEL = 0.95
MOST = 1_000_000  # families: a width that would take more is refused


def half_width(n, share=None, level=LEVEL):
    """Half the width of the Wilson interval for a share, whatever whole number of families says so.

    Parameters
    ----------
    n : int or array
        Families with an answer, at least 1.
    share : float, optional
        The share expected, from 0 to 1: the count nearest to it is taken, of two equally near the one nearer to one
        half. By default, the widest interval over all counts.
    level : float
        Confidence level.

    Returns
    -------
    numpy.ndarray
        Shares, of the shape of `n`.

    Raises
    ------
    ValueError
        If a value is out of range.

    References
    ----------
    Wilson (1927); the form without continuity correction (method 3 of Newcombe 1998).
    """
    n = np.asarray(n, dtype=float)
    z = _z(level)
    if not np.all(n >= 1):
        raise ValueError("n must be at least 1")
    expected = 0.5 if share is None else share
    if not 0 <= expected <= 1:
        raise ValueError(f"share must lie between 0 and 1, not {share!r}")
    # 1e-9, so that a share such as 0.35, which no float holds, still stands halfway between two counts.
    smaller = min(expected, 1 - expected)
    found = np.floor(smaller * n + 0.5 + 1e-9) / n
    return z / (1 + z**2 / n) * np.sqrt(found * (1 - found) / n + z**2 / (4 * n**2))


def families(width, share=None, level=LEVEL):
    """Families needed for a Wilson interval that is no wider than wanted, by trying every number of families.

    Parameters
    ----------
    width : float
        Half the width wanted, above 0 and below 0.5: 0.1 is ten percentage points either way.
    share : float, optional
        The share expected; by default the interval is narrow enough whatever the share is.
    level : float
        Confidence level.

    Returns
    -------
    int
        The least number from which on no number of families gives a wider interval: with a share given, one family
        more can widen it a little, as counts are whole.

    Raises
    ------
    ValueError
        If a value is out of range, or more than `MOST` families would be needed.

    References
    ----------
    Newcombe (1998) for the interval. The number is found by search, not by the usual approximation ``z**2 / 4w**2``.
    """
    if not 0 < width < 0.5:
        raise ValueError(f"width must lie between 0 and 0.5, both excluded, not {width!r}")
    enough = math.ceil((_z(level) / (2 * width)) ** 2)  # the approximation, which no Wilson interval needs more than
    if enough > MOST:
        raise ValueError(f"width {width!r} would take more than {MOST:,} families")
    wide = half_width(np.arange(1, enough + 1), share, level) > width
    return int(np.flatnonzero(wide).max(initial=-1)) + 2


def sd_of_change(sd, r):
    """Spread of the change in a score, from the spread of the score and how far before foretells after.

    Parameters
    ----------
    sd : float
        Standard deviation of the score, alike before and after, above 0.
    r : float or array
        Correlation of the scores before and after, from -1 to below 1.

    Returns
    -------
    float or array
        Standard deviation of the change, ``sd * sqrt(2 * (1 - r))``.

    Raises
    ------
    ValueError
        If a value is out of range.
    """
    r = np.asarray(r, dtype=float)
    if not sd > 0:
        raise ValueError(f"sd must be above 0, not {sd!r}")
    if not np.all((r >= -1) & (r < 1)):
        raise ValueError("r must lie between -1 and 1, 1 excluded")
    spread = sd * np.sqrt(2 * (1 - r))
    return spread if spread.ndim else float(spread)


def families_for_change(width, sd_change, level=LEVEL):
    """Families needed for the interval of a mean change to be no wider than wanted.

    Parameters
    ----------
    width : float
        Half the width wanted, in points of the score, above 0.
    sd_change : float
        Standard deviation of the change, above 0.
    level : float
        Confidence level.

    Returns
    -------
    int
        The least n, at least 2, with ``t(n - 1) * sd_change / sqrt(n) <= width``.

    Raises
    ------
    ValueError
        If a value is out of range, or more than `MOST` families would be needed.

    References
    ----------
    Student's t for each n; the normal quantile, which is always too small, starts the search.
    """
    if not (width > 0 and sd_change > 0):
        raise ValueError("width and sd_change must be above 0")
    least = (_z(level) * sd_change / width) ** 2
    if least > MOST:
        raise ValueError(f"width {width!r} would take more than {MOST:,} families")
    n = max(2, math.ceil(least))
    while scipy.special.stdtrit(n - 1, (1 + level) / 2) * sd_change / math.sqrt(n) > width:
        n += 1
    return n


def sd_from_interval(interval, n, level=LEVEL):
    """Spread of a change from the interval published for its mean.

    Parameters
    ----------
    interval : newpip.intervals.Interval
        The mean change and its limits, taken to be those of Student's t.
    n : int
        Families or parents with a score before and after, at least 2.
    level : float
        Confidence level.

    Returns
    -------
    float
        Standard deviation of the change; where `n` is too large a number, too large a spread.

    Raises
    ------
    ValueError
        If `n` is below 2.
    """
    if n < 2:
        raise ValueError(f"n must be at least 2, not {n!r}")
    return float(interval.width / 2 * math.sqrt(n) / scipy.special.stdtrit(n - 1, (1 + level) / 2))


def power(n, change, sd_change, alpha=0.05):
    """Power of a paired t test, two-sided, for a true mean change.

    Parameters
    ----------
    n : float
        Families with both scores, at least 2.
    change : float
        The true mean change, in points of the score; its sign does not matter.
    sd_change : float
        Standard deviation of the change, above 0.
    alpha : float
        Level of the test.

    Returns
    -------
    float
        Chance of a significant change in the right direction, as R's ``power.t.test(type = "paired")`` has it.

    Raises
    ------
    ValueError
        If a value is out of range.

    References
    ----------
    Cohen (1988), by the noncentral t distribution.
    """
    if n < 2:
        raise ValueError(f"n must be at least 2, not {n!r}")
    if not sd_change > 0:
        raise ValueError(f"sd_change must be above 0, not {sd_change!r}")
    critical = scipy.special.stdtrit(n - 1, 1 - alpha / 2)
    return float(scipy.stats.nct.sf(critical, n - 1, math.sqrt(n) * abs(change) / sd_change))


def families_for_power(change, sd_change, chance=0.8, alpha=0.05):
    """Families needed for a paired t test to find a true mean change.

    Parameters
    ----------
    change, sd_change, alpha : float
        As in :func:`power`.
    chance : float
        The power wanted, above `alpha` and below 1.

    Returns
    -------
    int
        The least n, at least 2, with that power.

    Raises
    ------
    ValueError
        If a value is out of range, or more than `MOST` families would be needed.

    References
    ----------
    Cohen (1988).
    """
    if change == 0 or not alpha < chance < 1:
        raise ValueError("change must not be 0, and chance must lie between alpha and 1")
    z = NormalDist().inv_cdf
    least = ((z(1 - alpha / 2) + z(chance)) * sd_change / change) ** 2
    if least > MOST:
        raise ValueError(f"change {change!r} would take more than {MOST:,} families")
    n = max(2, math.floor(least))
    while power(n, change, sd_change, alpha) < chance:
        n += 1
    return n


def with_loss(n, loss):
    """Families to ask so that enough answer, where a share of them is lost.

    Parameters
    ----------
    n : int
        Families needed.
    loss : float
        Share expected to be lost, from 0 to below 1.

    Returns
    -------
    int
        ``n / (1 - loss)``, rounded up.

    Raises
    ------
    ValueError
        If `loss` is out of range.
    """
    if not 0 <= loss < 1:
        raise ValueError(f"loss must lie between 0 and 1, 1 excluded, not {loss!r}")
    return math.ceil(n / (1 - loss) - 1e-9)


def months_until(n, k, months, level=LEVEL):
    """Months until a number of families has come, at the pace of a count, with what chance leaves open.

    Parameters
    ----------
    n : int
        Families to come, at least 1.
    k : int
        Families counted, at least 1.
    months : float
        Months over which they were counted, above 0.
    level : float
        Level of the prediction.

    Returns
    -------
    newpip.intervals.Interval
        Months, if families come independently at one steady pace: doubt in the counted pace and chance in what is to
        come are both in it. Nothing else is; a pace that changes lies outside.

    Raises
    ------
    ValueError
        If a value is out of range.

    References
    ----------
    Przyborowski and Wilenski (1940): of two Poisson counts, one given their sum is binomial; here this is turned round
    for the time that a count takes to come.
    """
    if n < 1 or k < 1 or not months > 0:
        raise ValueError("n and k must be at least 1, and months above 0")
    tail = (1 - level) / 2
    low = n / (k + 1) * scipy.stats.f.ppf(tail, 2 * n, 2 * (k + 1))
    high = n / k * scipy.stats.f.isf(tail, 2 * n, 2 * k)
    return Interval(months * n / k, float(months * low), float(months * high))


def precision_table(widths, losses, share=None):
    """Families needed and asked for several widths and losses.

    Parameters
    ----------
    widths : sequence of float
        Halves of widths of a Wilson interval.
    losses : sequence of float
        Shares expected to be lost.
    share : float, optional
        As in :func:`families`.

    Returns
    -------
    DataFrame
        One row a width: `width`, `families`, and `asked_1`, `asked_2`, one column for each loss in order.
    """
    needed = [families(width, share) for width in widths]
    asked = {f"asked_{at}": [with_loss(n, loss) for n in needed] for at, loss in enumerate(losses, 1)}
    return pd.DataFrame({"width": widths, "families": needed, **asked})


def _z(level):
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    return NormalDist().inv_cdf((1 + level) / 2)
