"""Caseload, backlog and waits of a service: what its flow of families implies.

Months are the unit of time throughout. `families_per_referral` is families supported over referrals, a ratio of two
counts: only where each referral is one family is it the chance that a referred family was supported.
"""

import math
from dataclasses import dataclass
from itertools import islice, product

import numpy as np
import pandas as pd

from newpip import workers

CENSUS = ["waiting", "in_care", "left", "wait"]


@dataclass(frozen=True)
class Scenario:
    """A service to simulate.

    Attributes
    ----------
    demand : tuple of (int, float)
        For each period in order, its months and the referrals in it (see :func:`demand`).
    families_per_referral : float
        Families supported for each referral, from 0 to 1.
    places : int
        Families that the team can see at one time.
    stay : float
        Mean months in the service.
    spread : float
        Standard deviation of the stay over its mean: 0 when all stay alike, 1 for an exponential stay.
    patience : float
        Mean months (exponential) after which a family still waiting leaves; infinite when nobody does.
    counts_vary : bool
        Whether each period's referrals are a Poisson draw about its count, or the very count.
    """

    demand: tuple
    families_per_referral: float
    places: int
    stay: float
    spread: float = 1.0
    patience: float = math.inf
    counts_vary: bool = False

    def __post_init__(self):
        _periods(self.demand)
        _share(self.families_per_referral)
        _whole("places", self.places)
        _above_zero(stay=self.stay, patience=self.patience)
        if not 0 <= self.spread < math.inf or self.stay == math.inf:
            raise ValueError(
                f"stay and spread must be finite, spread at least 0, not {self.stay!r} and {self.spread!r}"
            )
        if not self.counts_vary and any(count != int(count) for _, count in self.demand):
            raise ValueError(f"demand must hold whole counts unless counts_vary, not {self.demand!r}")


def caseload(referrals_per_month, families_per_referral, stay):
    """Return the families in the service at one time, on average.

    Parameters
    ----------
    referrals_per_month, families_per_referral, stay : float or array_like
        Referrals a month, families supported for each of them, and the mean months a family stays.

    Returns
    -------
    float or numpy.ndarray
        ``referrals_per_month * families_per_referral * stay``.

    Raises
    ------
    ValueError
        If a rate or a stay is negative, or a share not between 0 and 1.

    References
    ----------
    Little (1961): L = lambda W, for whatever lies between the first day and the last.
    """
    rate, share, months = (np.asarray(one, dtype=float) for one in (referrals_per_month, families_per_referral, stay))
    _share(share)
    if not (np.all(rate >= 0) and np.all(months >= 0)):
        raise ValueError(f"referrals_per_month and stay must be at least 0, not {rate!r} and {months!r}")
    families = rate * share * months
    return families if families.ndim else float(families)


def demand(referrals, months_first_year, growth=0.0):
    """Lay the yearly counts out in time.

    Parameters
    ----------
    referrals : pandas.DataFrame
        Columns `year` (each a year after the last) and `referrals`.
    months_first_year : int
        Months that the first year's count covers, 1 to 12; every later one covers 12.
    growth : float
        Growth of the monthly rate within each year, as a share a year above -1.

    Returns
    -------
    tuple of (int, float)
        Months and referrals of each year, in order; with growth, of each month. A year's referrals keep their sum.

    Raises
    ------
    ValueError
        If a year is missing, or `months_first_year` or `growth` is out of range.
    """
    ordered = referrals.sort_values("year")
    if ordered["year"].diff().dropna().ne(1).any():
        raise ValueError(f"referrals must hold every year once, not {ordered['year'].tolist()}")
    if months_first_year not in range(1, 13):
        raise ValueError(f"months_first_year must be a whole number from 1 to 12, not {months_first_year!r}")
    if not growth > -1:
        raise ValueError(f"growth must be above -1, not {growth!r}")
    months = [int(months_first_year)] + [12] * (len(ordered) - 1)
    yearly = tuple(zip(months, ordered["referrals"].tolist(), strict=True))
    if not growth:
        return yearly
    weights = ((1 + growth) ** (np.arange(length) / 12) for length in months)
    return tuple(
        (1, float(one))
        for (_, count), weight in zip(yearly, weights, strict=True)
        for one in count * weight / weight.sum()
    )


def fluid(demand, families_per_referral, capacity, patience=math.inf):
    """Follow a queue month by month as if families flowed like water, evenly within a period.

    Parameters
    ----------
    demand : tuple of (int, float)
        Months and referrals of each period (see :func:`demand`).
    families_per_referral : float
        Families supported for each referral, from 0 to 1.
    capacity : float
        Families that the team can take on in a month, above 0.
    patience : float
        Mean months after which a family still waiting leaves; infinite when nobody does.

    Returns
    -------
    pandas.DataFrame
        One row for the start and one for the end of each month: `month` (from 0), `joined`, `started` and `left`
        (families since the start), `waiting` (families), and `wait`, the months that a family joining the queue at
        that moment will wait if it stays.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Within a month the queue Q follows ``Q' = inflow - capacity - Q / patience`` while it is not empty. Both the
    equation and the wait, ``patience * log(1 + Q / (patience * capacity))``, are solved exactly; with nobody leaving
    the wait is ``Q / capacity``.

    References
    ----------
    Newell (1982) for the fluid queue and its cumulative counts; Whitt (2006) for leaving.
    """
    _periods(demand)
    _share(families_per_referral)
    _above_zero(capacity=capacity, patience=patience)
    inflows = [families_per_referral * count / months for months, count in demand for _ in range(months)]
    waiting, left = [0.0], [0.0]
    for inflow in inflows:
        after, gone = _month(waiting[-1], inflow - capacity, patience)
        waiting.append(after)
        left.append(left[-1] + gone)
    frame = pd.DataFrame({"month": range(len(waiting)), "joined": np.append(0, np.cumsum(inflows))})
    frame["started"] = frame["joined"] - waiting - left
    frame["left"], frame["waiting"] = left, waiting
    queue = frame["waiting"] / capacity
    frame["wait"] = queue if patience == math.inf else patience * np.log1p(queue / patience)
    return frame


def final_waits(referrals, months_first_year, capacity, growth, patience=math.inf):
    """Work out the queue at the end of the last year under every combination of what is not known.

    A ratio of families to referrals below one shrinks what comes and what can be taken on alike, so the wait does not
    depend on it; capacity and counts are in referrals here.

    Parameters
    ----------
    referrals : pandas.DataFrame
        Columns `year` and `referrals` (see :func:`demand`).
    months_first_year : sequence of int
        Months that the first year's count may cover.
    capacity : sequence of float
        Referrals that the team may be able to take on in a month, each above 0.
    growth : sequence of float
        Growth that the monthly rate may have within each year.
    patience : float
        As in :func:`fluid`.

    Returns
    -------
    pandas.DataFrame
        One row a combination: `months_first_year`, `capacity`, `growth`, and the `wait` (months), `waiting` and `left`
        (referrals) at the end.

    Raises
    ------
    ValueError
        As :func:`demand` and :func:`fluid`.
    """
    rows = []
    for months, rate, steepness in product(months_first_year, capacity, growth):
        end = fluid(demand(referrals, months, steepness), 1, rate, patience).iloc[-1]
        known = {"months_first_year": months, "capacity": rate, "growth": steepness}
        rows.append(known | end[["wait", "waiting", "left"]].to_dict())
    return pd.DataFrame(rows)


def waits_by_reading(referrals, pairs, capacities, paces):
    """Work out the wait at the end of the last labelled calendar year, under each reading of what the counts cover.

    Parameters
    ----------
    referrals : pandas.DataFrame
        Columns `year` and `referrals` (see :func:`demand`).
    pairs : pandas.DataFrame
        One row a pair of readings that can both hold: `months` that the first count covers, and `runs_over`, the months
        by which a year ends after the calendar year of its label.
    capacities, paces : dict
        From a label to the referrals that the team can take on in a month, and to the growth of the monthly rate
        within each year (see :func:`demand`).

    Returns
    -------
    pandas.DataFrame
        The rows of `pairs`, each with every `pace` and `capacity` (labels), and the `wait` in months, if nobody leaves.

    Raises
    ------
    ValueError
        As :func:`demand` and :func:`fluid`.
    """
    labels = pd.DataFrame(product(paces, capacities), columns=["pace", "capacity"])
    frame = pairs.merge(labels, how="cross")
    flows = (
        fluid(demand(referrals, row.months, paces[row.pace]), 1, capacities[row.capacity]) for row in frame.itertuples()
    )
    waits = [flow["wait"].iloc[-1 - over] for flow, over in zip(flows, frame["runs_over"], strict=True)]
    return frame.assign(wait=waits)


def _month(waiting, net, patience):
    """Move the queue on by a month; return it and those who left it meanwhile."""
    if patience == math.inf:
        return max(0.0, waiting + net), 0.0
    level = net * patience  # where the queue would settle
    after = level + (waiting - level) * math.exp(-1 / patience)
    if after > 0:
        return after, waiting + net - after
    emptied = patience * math.log1p(waiting / -level) if level else 0.0
    return 0.0, waiting + net * emptied


def levers(referrals_per_month, families_per_referral, capacity, stay, posts):
    """Say how far each thing alone would have to move for the queue to stop growing.

    Parameters
    ----------
    referrals_per_month, families_per_referral : float
        Referrals a month, and families supported for each of them.
    capacity : float
        Families that the team can take on in a month.
    stay : float
        Mean months in the service.
    posts : float
        Posts that hold the caseload.

    Returns
    -------
    pandas.DataFrame
        Four rows: `lever` (posts, per_post, families_per_referral, stay), `now`, `needed` and `multiple` (needed over
        now).

    Raises
    ------
    ValueError
        If an argument is not above 0, or a share is above 1.

    Notes
    -----
    All four follow from one identity: referrals * families_per_referral * stay = posts * caseload per post.
    """
    _share(families_per_referral)
    _above_zero(referrals_per_month=referrals_per_month, families_per_referral=families_per_referral, capacity=capacity)
    _above_zero(stay=stay, posts=posts)
    multiple = referrals_per_month * families_per_referral / capacity
    rows = [
        ("posts", posts, multiple),
        ("per_post", capacity * stay / posts, multiple),
        ("families_per_referral", families_per_referral, 1 / multiple),
        ("stay", stay, 1 / multiple),
    ]
    frame = pd.DataFrame(rows, columns=["lever", "now", "multiple"])
    return frame.assign(needed=frame["now"] * frame["multiple"])[["lever", "now", "needed", "multiple"]]


def levers_between(low, high, form=".2g"):
    """Set out how far each thing would have to move at either of two lengths of stay.

    Parameters
    ----------
    low, high : pandas.DataFrame
        What :func:`levers` returns at each.
    form : str
        How to show a value.

    Returns
    -------
    pandas.DataFrame
        One row a lever: `lever`; the columns of both, with `_low` and `_high`; and in `now` and `needed` the values as
        text, from one to the other where they differ.
    """
    both = low.merge(high, on="lever", suffixes=("_low", "_high"))
    for column in ("now", "needed"):
        ends = zip(both[f"{column}_low"], both[f"{column}_high"], strict=True)
        both[column] = [_between(f"{first:{form}}", f"{second:{form}}") for first, second in ends]
    return both


def _between(first, second):
    return first if first == second else f"{first} to {second}"


def erlang_c(per_month, stay, places):
    """Return the mean wait where arrivals are a Poisson stream, stays exponential, and nobody leaves the queue.

    Parameters
    ----------
    per_month : float
        Families that come in a month.
    stay : float
        Mean months in the service.
    places : int
        Families seen at one time.

    Returns
    -------
    float
        Months, over all families, in the long run.

    Raises
    ------
    ValueError
        If an argument is not above 0, or more families come than the places can take.

    References
    ----------
    Erlang's delay formula, as in Gans, Koole and Mandelbaum (2003), by way of the loss formula's recursion.
    """
    _above_zero(per_month=per_month, stay=stay)
    places = _whole("places", places)
    load = per_month * stay
    if load >= places:
        raise ValueError(f"places must exceed per_month * stay = {load}, or the queue grows without end; got {places}")
    blocked = 1.0
    for busy in range(1, places + 1):
        blocked = load * blocked / (busy + load * blocked)
    delayed = blocked / (1 - load / places * (1 - blocked))
    return delayed * stay / (places - load)


def simulate(arrivals, stays, patiences, places, census):
    """Play out a first-come, first-served queue, family by family.

    Parameters
    ----------
    arrivals, stays, patiences : array_like, shape (n,)
        When each family joins, how long it will stay once seen, and how long it will wait at most; months.
    places : int
        Families that the team can see at one time.
    census : array_like, shape (m,)
        When to count; months.

    Returns
    -------
    starts : numpy.ndarray, shape (n,)
        When each family was first seen; not a number for those who left.
    counts : numpy.ndarray, shape (m, 4)
        At each census the families `waiting`, `in_care` and `left` so far, and the `wait` of a family that would
        join at that moment and not leave.

    Notes
    -----
    The wait at a census is found by an observer who queues with everybody else and, once its turn comes, goes away
    without taking any time. The queue runs until it is empty, so that every wait is known.
    """
    import simpy

    env = simpy.Environment()
    team = simpy.Resource(env, capacity=places)
    starts, counts = np.full(len(arrivals), np.nan), np.full((len(census), len(CENSUS)), np.nan)
    tally = {"waiting": 0, "left": 0}

    def family(place_in_line, arrival, stay, patience):
        yield env.timeout(arrival)
        tally["waiting"] += 1
        with team.request() as turn:
            yield turn if patience == math.inf else turn | env.timeout(patience)
            tally["waiting"] -= 1
            if turn.triggered:
                starts[place_in_line] = env.now
                yield env.timeout(stay)
            else:
                tally["left"] += 1

    def observer(row, moment):
        yield env.timeout(moment)
        counts[row, :3] = tally["waiting"], team.count, tally["left"]
        with team.request() as turn:
            yield turn
            counts[row, 3] = env.now - moment

    # The queue of events compares Python's own numbers sooner than numpy's.
    columns = (np.asarray(one, dtype=float).tolist() for one in (arrivals, stays, patiences))
    for place_in_line, times in enumerate(zip(*columns, strict=True)):
        env.process(family(place_in_line, *times))
    for row, moment in enumerate(np.asarray(census, dtype=float).tolist()):
        env.process(observer(row, moment))
    env.run()
    return starts, counts


def replication(seed, scenario):
    """Play out a scenario once: a pure function of the two.

    Parameters
    ----------
    seed : numpy.random.SeedSequence
        The replication's own stream.
    scenario : Scenario
        The service.

    Returns
    -------
    numpy.ndarray, shape (months, 4)
        The census at the end of each month (see :func:`simulate`).
    """
    rng = np.random.default_rng(seed)
    arrivals, start = [], 0
    for months, count in scenario.demand:
        referred = rng.poisson(count) if scenario.counts_vary else int(count)
        came = start + months * rng.random(referred)
        arrivals.append(came[rng.random(referred) < scenario.families_per_referral])
        start += months
    arrivals = np.sort(np.concatenate(arrivals))
    size, shape = len(arrivals), scenario.spread**-2 if scenario.spread else math.inf
    alike = shape == math.inf
    stays = np.full(size, scenario.stay) if alike else rng.gamma(shape, scenario.stay / shape, size)
    waits_forever = scenario.patience == math.inf
    patiences = np.full(size, math.inf) if waits_forever else rng.exponential(scenario.patience, size)
    return simulate(arrivals, stays, patiences, scenario.places, np.arange(1, start + 1))[1]


def replicate(scenario, replications, seed, n_jobs=None, progress=None):
    """Play out a scenario many times.

    Parameters
    ----------
    scenario : Scenario
        The service.
    replications : int
        How many times, at least 1.
    seed : int
        Seed; every replication has a stream of its own, so the workers do not change a bit of the result.
    n_jobs : int, optional
        Number of workers as joblib has it. By default what ``joblib.parallel_config`` says, so that a surrounding
        ``with parallel_config(backend="dask")`` sends the replications to a cluster; without one, a plain loop.
    progress : callable, optional
        Called with the replications done and their number; by default a line after two seconds, where a person
        watches (:class:`newpip.workers.Progress`).

    Returns
    -------
    pandas.DataFrame
        One row a replication and month: `replication`, `month` (from 1), `waiting`, `in_care`, `left`, `wait`.

    Raises
    ------
    ValueError
        If `replications` is not a whole number of at least 1.
    """
    return next(parts(scenario, replications, seed, replications, n_jobs, progress))


def parts(scenario, replications, seed, size=10_000, n_jobs=None, progress=None):
    """Play out a scenario more often than memory holds: a part at a time, to be summed up and let go.

    Parameters
    ----------
    scenario, replications, seed, n_jobs, progress
        As in :func:`replicate`.
    size : int
        Replications in a part; the last one may hold fewer.

    Yields
    ------
    pandas.DataFrame
        The next rows of what :func:`replicate` returns whole.

    Raises
    ------
    ValueError
        If `replications` or `size` is not a whole number of at least 1.
    """
    replications, size = _whole("replications", replications), _whole("size", size)
    say, seeds = progress or workers.Progress("replications"), workers.streams(seed, replications)
    runs = workers.run(replication, seeds, scenario, n_jobs=n_jobs, progress=say, total=replications)
    for first in range(0, replications, size):
        part = list(islice(runs, size))
        months = len(part[0])
        frame = pd.DataFrame(np.concatenate(part), columns=CENSUS)
        frame.insert(0, "replication", np.repeat(np.arange(first, first + len(part)), months))
        frame.insert(1, "month", np.tile(np.arange(1, months + 1), len(part)))
        yield frame


def by_month(runs, column, level=0.95):
    """Sum up one column of many replications.

    Parameters
    ----------
    runs : pandas.DataFrame
        From :func:`replicate`.
    column : str
        What to sum up.
    level : float
        Share of the replications between `low` and `high`, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        One row a month: `month`, `estimate` (mean), `low`, `high`, and `error`, the mean's Monte Carlo standard error.

    Raises
    ------
    ValueError
        If `level` is out of range.
    """
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    grouped = runs.groupby("month")[column]
    columns = {
        "estimate": grouped.mean(),
        "low": grouped.quantile((1 - level) / 2),
        "high": grouped.quantile((1 + level) / 2),
        "error": grouped.sem(),
    }
    return pd.DataFrame(columns).reset_index()


def _periods(demand):
    if not demand or not all(months == int(months) >= 1 and 0 <= count < math.inf for months, count in demand):
        raise ValueError(f"demand must hold pairs of whole months and referrals of at least 0, not {demand!r}")


def _share(value):
    if not np.all((np.asarray(value) >= 0) & (np.asarray(value) <= 1)):
        raise ValueError(f"families_per_referral must lie between 0 and 1, not {value!r}")


def _above_zero(**values):
    for name, value in values.items():
        if not value > 0:
            raise ValueError(f"{name} must be above 0, not {value!r}")


def _whole(name, value):
    if not value >= 1 or value != int(value):
        raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
    return int(value)
