"""The analyses as one would first write them with numpy, all draws at once: each returns one number, as a loop does."""

import math

import numpy as np
from scipy.special import expit, logit

from benchmarks import cases


def probabilistic(draws, seed):
    """Return the mean share who benefited of all who started.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    float
    """
    rng = np.random.default_rng(seed)
    stayed = rng.beta(cases.BENEFITED + 0.5, cases.ASKED - cases.BENEFITED + 0.5, draws)
    left = rng.beta(cases.LOST + 0.5, cases.STARTED - cases.LOST + 0.5, draws)
    leavers = expit(logit(stayed) + rng.normal(*cases.DELTA, draws))
    shares = (1 - left) * stayed + left * leavers
    np.quantile(shares, [0.025, 0.975])  # the interval is part of the analysis
    return float(shares.mean())


def selection(draws, seed):
    """Return the mean true share behind the observed one.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    float
    """
    rng = np.random.default_rng(seed)
    q = rng.beta(cases.BENEFITED + 0.5, cases.ASKED - cases.BENEFITED + 0.5, draws)
    return float((q / (q + rng.lognormal(*cases.PSI, draws) * (1 - q))).mean())


def queue(draws, seed):
    """Return the mean wait at the end of the last month, one family of every history at a time.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    float
        Months.
    """
    rng, team, histories = np.random.default_rng(seed), cases.TEAM, np.arange(draws)
    arrivals, stays, limits = _families(rng, draws)
    free, soonest = np.full((draws, team.places), -np.inf), np.full((draws, arrivals.shape[1] + 1), -np.inf)
    turns = np.full(arrivals.shape, np.nan)
    for family in range(arrivals.shape[1]):
        place = free.argmin(axis=1)
        turn = np.maximum(arrivals[:, family], free[histories, place])
        seen = np.isfinite(turn) & (turn <= limits[:, family])
        turns[seen, family] = turn[seen]
        free[histories[seen], place[seen]] = turn[seen] + stays[seen, family]
        soonest[:, family + 1] = free.min(axis=1)
    left = np.where(np.isnan(turns), limits, math.inf)
    census = np.empty((draws, cases.MONTHS, 4))
    for month in range(1, cases.MONTHS + 1):
        joined, started = (arrivals <= month).sum(axis=1), (turns <= month).sum(axis=1)
        ended, gone = (turns + stays <= month).sum(axis=1), (left <= month).sum(axis=1)
        wait = np.maximum(soonest[histories, joined] - month, 0)
        census[:, month - 1] = np.column_stack([joined - started - gone, started - ended, gone, wait])
    return float(census[:, -1, 3].mean())


def _families(rng, draws):
    """Draw when families join, how long they stay, and how long they wait at most; those not accepted never join."""
    team, start, came = cases.TEAM, 0, []
    for months, count in team.demand:
        moments = start + months * rng.random((draws, count))
        came.append(np.where(rng.random((draws, count)) < team.acceptance, moments, np.inf))
        start += months
    arrivals = np.sort(np.concatenate(came, axis=1), axis=1)
    shape = team.spread**-2
    stays = rng.gamma(shape, team.stay / shape, arrivals.shape)
    return arrivals, stays, arrivals + rng.exponential(team.patience, arrivals.shape)
