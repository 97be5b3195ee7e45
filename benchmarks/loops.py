"""The analyses as loops in plain Python, one draw at a time: each returns one number, to be held to the library's."""

import math
from heapq import heapreplace
from random import Random
from statistics import fmean

import numpy as np

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
    random, shares = Random(seed), []
    for _ in range(draws):
        stayed = random.betavariate(cases.BENEFITED + 0.5, cases.ASKED - cases.BENEFITED + 0.5)
        left = random.betavariate(cases.LOST + 0.5, cases.STARTED - cases.LOST + 0.5)
        odds = math.exp(math.log(stayed / (1 - stayed)) + random.gauss(*cases.DELTA))
        shares.append(stayed + left * (odds / (1 + odds) - stayed))
    return fmean(shares)


def selection(draws, seed):
    """Return the mean true share behind the observed one.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    float
    """
    random, shares = Random(seed), []
    for _ in range(draws):
        q = random.betavariate(cases.BENEFITED + 0.5, cases.ASKED - cases.BENEFITED + 0.5)
        shares.append(q / (q + random.lognormvariate(*cases.PSI) * (1 - q)))
    return fmean(shares)


def queue(draws, seed):
    """Return the mean wait at the end of the last month, one family of one history at a time.

    Parameters
    ----------
    draws, seed : int

    Returns
    -------
    float
        Months.
    """
    random, team = Random(seed), cases.TEAM
    shape, waits = team.spread**-2, []
    for _ in range(draws):
        arrivals, start = [], 0
        for months, count in team.demand:
            arrivals += [start + months * random.random() for _ in range(count) if random.random() < team.acceptance]
            start += months
        stays = [random.gammavariate(shape, team.stay / shape) for _ in arrivals]
        patiences = [random.expovariate(1 / team.patience) for _ in arrivals]
        _, counts = by_family(arrivals, stays, patiences, team.places, range(1, start + 1))
        waits.append(counts[-1, 3])
    return fmean(waits)


def by_family(arrivals, stays, patiences, places, census):
    """Settle a queue family by family, by the recursion of Kiefer and Wolfowitz (1955).

    What befalls a family is settled when it joins: it starts when the first place falls free, if it waits that long.
    The times at which the places fall free are all there is to remember.

    Parameters
    ----------
    arrivals, stays, patiences, places, census
        As in :func:`newpip.capacity.simulate`, which is held to this by the tests.

    Returns
    -------
    starts, counts : numpy.ndarray
        As there.
    """
    families = np.column_stack([arrivals, stays, patiences]).astype(float)
    order = np.argsort(families[:, 0], kind="stable")
    arrivals, stays, patiences = families[order].T
    limits = arrivals + patiences
    free = [-math.inf] * places  # a heap
    turns, soonest = [], [-math.inf]
    for arrival, stay, limit in zip(arrivals.tolist(), stays.tolist(), limits.tolist(), strict=True):
        turn = max(arrival, free[0])
        if turn <= limit:
            heapreplace(free, turn + stay)
        turns.append(turn if turn <= limit else math.nan)
        soonest.append(free[0])
    turns, census = np.array(turns, dtype=float), np.asarray(census, dtype=float)
    seen = ~np.isnan(turns)
    events = arrivals, turns[seen], (turns + stays)[seen], limits[~seen]
    joined, started, ended, left = (np.searchsorted(np.sort(times), census, side="right") for times in events)
    wait = np.maximum(np.array(soonest)[joined] - census, 0)
    counts = np.column_stack([joined - started - left, started - ended, left, wait])
    starts = np.empty(len(turns))
    starts[order] = turns
    return starts, counts
