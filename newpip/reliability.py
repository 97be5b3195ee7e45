"""How far coders agree beyond chance: Cohen's kappa, Krippendorff's alpha, and their bootstrap intervals."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

MEASURES = ("share alike", "kappa", "weighted kappa", "nominal alpha", "ordinal alpha")


def krippendorff_alpha(marks: pd.DataFrame, levels: Sequence[str], ordinal: bool = False) -> float:
    """Krippendorff's alpha: agreement of any number of coders, with gaps, beyond chance.

    Parameters
    ----------
    marks : DataFrame of shape (units, coders)
        The level that each coder gave each unit, or a missing value. A unit that fewer than two coders marked is left
        out.
    levels : sequence of str
        The levels, in order.
    ordinal : bool
        Whether levels that lie farther apart in that order disagree more.

    Returns
    -------
    float
        1 when all agree, about 0 when they agree as chance would have it; nan when all marks are alike.

    Raises
    ------
    ValueError
        If a mark is not one of `levels`.

    References
    ----------
    Krippendorff (2011).
    """
    places = _places(marks.to_numpy().ravel(), levels).reshape(marks.shape)
    given = (places[..., None] == np.arange(len(levels))).sum(axis=1)  # marks of each unit at each level
    given = given[given.sum(axis=1) > 1]
    pairs = given[:, :, None] * given[:, None, :] - given[:, :, None] * np.eye(len(levels))
    return float(_alpha((pairs / (given.sum(axis=1) - 1)[:, None, None]).sum(axis=0), ordinal))


def two_coders(
    first: Sequence[str], second: Sequence[str], levels: Sequence[str], rng: np.random.Generator, resamples: int = 2000
) -> pd.DataFrame:
    """Agreement of two coders by five measures, each with a bootstrap interval.

    Parameters
    ----------
    first, second : sequence of str
        The level that each coder gave each unit, in the same order of units.
    levels : sequence of str
        The levels, in order.
    rng : numpy.random.Generator
        Draws the resamples.
    resamples : int
        Number of resamples, at least 1.

    Returns
    -------
    DataFrame
        One row per measure of `MEASURES`: `measure`, `estimate`, and `low` and `high`, the ends of the 95% percentile
        interval over units drawn with replacement. It takes units for independent. Cohen's kappa is unweighted and
        with linear weights, as scikit-learn's ``cohen_kappa_score`` gives it.

    Raises
    ------
    ValueError
        If the coders marked unequally many units, or a mark is not one of `levels`.

    References
    ----------
    Cohen (1960, 1968) for kappa; Krippendorff (2011) for alpha; Efron and Tibshirani (1993) for the interval.
    """
    places = _places(first, levels), _places(second, levels)
    if len(places[0]) != len(places[1]):
        raise ValueError(f"second must have a mark for each of {len(places[0])} units, not {len(places[1])}")

    def measures(one, other, axis=-1):
        return _measures((one[..., None] * len(levels) + other[..., None] == cells).sum(axis=-2), len(levels))

    cells = np.arange(len(levels) ** 2)
    ends = scipy.stats.bootstrap(
        places, measures, paired=True, vectorized=True, n_resamples=resamples, method="percentile", rng=rng
    ).confidence_interval
    return pd.DataFrame({"measure": MEASURES, "estimate": measures(*places), "low": ends.low, "high": ends.high})


def _places(marks, levels):
    """Return the place of each mark among the levels, -1 for a missing one."""
    marks = pd.Series(list(marks), dtype=object)
    places = pd.Index(list(levels)).get_indexer(marks)
    strangers = marks[(places < 0) & marks.notna()]
    if len(strangers):
        raise ValueError(f"a mark must be one of {tuple(levels)}, not {sorted(set(map(str, strangers)))}")
    return places


def _measures(counts, levels):
    """Compute the measures of one table of two coders' marks or of many, given cell by cell in the last axis."""
    table = counts.reshape(*counts.shape[:-1], levels, levels)
    steps = np.abs(np.subtract.outer(np.arange(levels), np.arange(levels)))
    n, margins = counts.sum(axis=-1), table.sum(axis=-1)[..., None] * table.sum(axis=-2)[..., None, :]
    kappas = [
        _beyond_chance((table * weights).sum((-2, -1)), (margins * weights).sum((-2, -1)) / n)
        for weights in (steps > 0, steps)
    ]
    pairs = table + table.swapaxes(-2, -1)
    alphas = [_alpha(pairs, ordinal) for ordinal in (False, True)]
    return np.stack([np.trace(table, axis1=-2, axis2=-1) / n, *kappas, *alphas])


def _alpha(pairs, ordinal):
    """Compute alpha from the coincidences of levels within units, of shape (..., levels, levels)."""
    of = pairs.sum(axis=-1)
    if ordinal:
        middle = np.cumsum(of, axis=-1) - of / 2  # of the ranks that a level takes up
        distance = (middle[..., :, None] - middle[..., None, :]) ** 2
    else:
        distance = 1 - np.eye(pairs.shape[-1])
    chance = (of[..., :, None] * of[..., None, :] * distance).sum((-2, -1)) / (of.sum(axis=-1) - 1)
    return _beyond_chance((pairs * distance).sum((-2, -1)), chance)


def _beyond_chance(observed, expected):
    """Return one less the share of the disagreement expected by chance that is observed; nan where none is."""
    return 1 - np.divide(observed, expected, out=np.full(np.shape(expected), np.nan), where=np.asarray(expected) > 0)
