"""Caseload, backlog and waits: scenarios worked by hand, theory, and the same bits whatever the workers."""

import math
import re
from heapq import heapreplace

import dask
import numpy as np
import pandas as pd
import pytest
from distributed import Client, LocalCluster
from hypothesis import given
from hypothesis import strategies as st
from joblib import parallel_config
from scipy.integrate import solve_ivp

from newpip import capacity
from newpip.workers import batches
from newpip_book.project import ROOT

NOBODY_LEAVES = math.inf
SMALL = capacity.Scenario(((3, 12), (2, 20)), families_per_referral=0.8, places=4, stay=1.5, spread=0.5, patience=2.0)


@pytest.fixture(scope="module")
def cluster():
    """Two workers, each a process of its own, on free ports of this machine, without a dashboard."""
    with LocalCluster(n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None) as started:
        yield started


def steps_of(dask_scheduler):
    """How many steps of work a cluster has seen."""
    return dask_scheduler.transition_counter


def quiet(done, total):
    """Say nothing of progress."""


def by_family(arrivals, stays, patiences, places, census):
    """Settle a queue as `capacity.simulate` does, but family by family: Kiefer and Wolfowitz (1955).

    What befalls a family is settled when it joins: it starts when the first place falls free, if it waits that long.
    The times at which the places fall free are all there is to remember.
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


# Little's law.


def test_a_caseload_worked_by_hand():
    """Eight referrals a month, three in four of whom stay half a year: 8 * 3/4 * 6 = 36 at one time."""
    assert capacity.caseload(8, 0.75, 6) == 36
    assert capacity.caseload(8, 0.75, [6, 9]).tolist() == [36, 54]


@pytest.mark.parametrize("wrong", [(-1, 0.5, 6), (8, 1.2, 6), (8, -0.1, 6), (8, 0.5, -6), (8, math.nan, 6)])
def test_a_caseload_needs_rates_shares_and_stays(wrong):
    with pytest.raises(ValueError, match="families_per_referral|referrals_per_month"):
        capacity.caseload(*wrong)


# Demand.


def test_demand_lays_years_out_in_months():
    counts = pd.DataFrame({"year": [2001, 2000], "referrals": [24, 10]})
    assert capacity.demand(counts, 5) == ((5, 10), (12, 24))


def test_growth_within_a_year_keeps_its_count_and_steepens_its_months():
    """At growth of 300% a year the rate doubles in six months, in every year."""
    counts = pd.DataFrame({"year": [2000, 2001], "referrals": [30, 24]})
    months = capacity.demand(counts, 8, growth=3.0)
    assert [length for length, _ in months] == [1] * 20
    came = np.array([count for _, count in months])
    assert came[:8].sum() == pytest.approx(30) and came[8:].sum() == pytest.approx(24)
    assert came[6:8] / came[:2] == pytest.approx([2, 2]) and came[14:] / came[8:14] == pytest.approx([2] * 6)
    with pytest.raises(ValueError, match="growth must be above -1"):
        capacity.demand(counts, 8, growth=-1)


@pytest.mark.parametrize(("years", "months"), [([2000, 2002], 12), ([2000, 2000], 12), ([2000, 2001], 0)])
def test_demand_refuses_gaps_and_impossible_first_years(years, months):
    with pytest.raises(ValueError, match="every year once|months_first_year"):
        capacity.demand(pd.DataFrame({"year": years, "referrals": [1, 1]}), months)


# The fluid queue.


def test_a_backlog_worked_by_hand():
    """Half of 4, then of 16, then of 2 a month; the team takes on 5.

    Months 1 and 2: 2 come, 2 start. Months 3 and 4: 8 come, 3 too many, then 6. Months 5 and 6: 1 comes, and of the 6
    first 4 are taken on, then the other 2.
    """
    frame = capacity.fluid(((2, 8), (2, 32), (2, 4)), families_per_referral=0.5, capacity=5)
    assert frame["month"].tolist() == [0, 1, 2, 3, 4, 5, 6]
    assert frame["waiting"].tolist() == [0, 0, 0, 3, 6, 2, 0]
    assert frame["joined"].tolist() == [0, 2, 4, 12, 20, 21, 22]
    assert frame["started"].tolist() == [0, 2, 4, 9, 14, 19, 22]
    assert frame["wait"].tolist() == [0, 0, 0, 0.6, 1.2, 0.4, 0]
    assert frame["left"].eq(0).all()


def test_leaving_worked_by_hand():
    """6 come a month and 4 are taken on; half of those waiting would leave in ln 2 months.

    Q' = 2 - Q / p with p = 1 / ln 2 halves the distance to 2p every month: Q = 2p(1 - 2^-t). A family that joins then
    waits p ln(1 + Q / 4p), the time in which those before it are taken on or have left: p ln(5/4) after one month.
    """
    p = 1 / math.log(2)
    frame = capacity.fluid(((2, 12),), families_per_referral=1, capacity=4, patience=p)
    assert frame["waiting"].tolist() == pytest.approx([0, p, 1.5 * p])
    assert frame["wait"].tolist() == pytest.approx([0, p * math.log(1.25), p * math.log(1.375)])
    assert frame["left"].tolist() == pytest.approx([0, 2 - p, 4 - 1.5 * p])
    assert frame["started"].tolist() == pytest.approx([0, 4, 8])


@pytest.mark.parametrize("patience", [0.7, 3.0, 40.0])
def test_leaving_agrees_with_a_numerical_solution(patience):
    """The differential equation stepped by scipy, an empty queue held at nought."""
    periods = ((3, 30), (2, 4), (2, 40))
    frame = capacity.fluid(periods, families_per_referral=0.8, capacity=5, patience=patience)
    rates = [0.8 * count / months for months, count in periods for _ in range(months)]
    waiting, left = 0.0, 0.0
    for month, rate in enumerate(rates, 1):

        def change(_, state, rate=rate):
            queue = max(state[0], 0)
            net = rate - 5 - queue / patience
            return [net if state[0] > 0 or net > 0 else 0.0, queue / patience]

        waiting, left = solve_ivp(change, (0, 1), [waiting, left], rtol=1e-8, atol=1e-9, max_step=0.001).y[:, -1]
        waiting = max(waiting, 0.0)
        assert frame.loc[month, ["waiting", "left"]].tolist() == pytest.approx([waiting, left], abs=1e-3)


def test_the_wait_is_what_the_families_before_take():
    """The wait foretold is the time in which a queue that nobody joins would empty."""
    frame = capacity.fluid(((4, 40),), families_per_referral=1, capacity=6, patience=5.0)
    queue, foretold = frame["waiting"].iloc[-1], frame["wait"].iloc[-1]
    after = -6 * 5.0 + (queue + 6 * 5.0) * math.exp(-foretold / 5.0)
    assert queue > 5 and after == pytest.approx(0, abs=1e-9)


def test_patience_without_end_is_nobody_leaving():
    with_end = capacity.fluid(((12, 100),), 0.9, 5, patience=1e7)
    pd.testing.assert_frame_equal(with_end, capacity.fluid(((12, 100),), 0.9, 5), rtol=1e-4, atol=1e-3)


def test_families_are_neither_made_nor_lost():
    frame = capacity.fluid(((5, 30), (7, 90), (4, 8)), 0.85, 6, patience=4.0)
    assert np.allclose(frame["joined"], frame[["started", "left", "waiting"]].sum(axis=1))
    assert frame["started"].diff().dropna().between(0, 6 + 1e-12).all()
    assert (frame[["waiting", "left", "wait"]] >= 0).all(axis=None)


PUBLISHED = pd.DataFrame({"year": [2017, 2018, 2019, 2020], "referrals": [59, 88, 132, 186]})


@pytest.mark.parametrize(
    ("capacity_per_month", "queued_years"),
    [(8.4, [132, 186]), (10, [132, 186]), (88 / 12, [88, 132, 186]), (7, [59, 88, 132, 186])],
)
def test_final_waits_of_the_published_counts_by_hand(capacity_per_month, queued_years):
    """The wait is what came above the capacity in the years with a queue, over the capacity; 2017 has eight months."""
    months = 12 * min(3, len(queued_years)) + 8 * (len(queued_years) == 4)
    came = sum(queued_years) + (59 - 8 * 88 / 12) * (capacity_per_month == 88 / 12)  # 2017 ran a little above 2018
    found = capacity.final_waits(PUBLISHED, [8], [capacity_per_month], [0.0]).loc[0]
    assert found["wait"] == pytest.approx(came / capacity_per_month - months)
    assert found["waiting"] == pytest.approx(came - months * capacity_per_month)


@pytest.mark.parametrize("patience", [math.inf, 12.0])
def test_the_wait_does_not_depend_on_the_ratio_of_families_to_referrals(patience):
    found = capacity.final_waits(PUBLISHED, [12, 8], [126 / 15], [0.0, 0.5], patience)
    assert len(found) == 4
    for row in found.itertuples():
        demand = capacity.demand(PUBLISHED, int(row.months_first_year), row.growth)
        end = capacity.fluid(demand, 106 / 126, 106 / 15, patience).iloc[-1]
        assert end["wait"] == pytest.approx(row.wait)
        assert end["left"] == pytest.approx(row.left * 106 / 126)


@pytest.mark.parametrize(
    ("periods", "families_per_referral", "rate", "patience", "named"),
    [
        ((), 1, 5, 1, "demand"),
        (((1.5, 9),), 1, 5, 1, "demand"),
        (((3, -9),), 1, 5, 1, "demand"),
        (((3, 9),), 2, 5, 1, "families_per_referral"),
        (((3, 9),), 1, 0, 1, "capacity"),
        (((3, 9),), 1, 5, 0, "patience"),
        (((3, 9),), 1, 5, math.nan, "patience"),
    ],
)
def test_the_fluid_queue_names_a_bad_argument(periods, families_per_referral, rate, patience, named):
    with pytest.raises(ValueError, match=named):
        capacity.fluid(periods, families_per_referral, rate, patience)


# What would have had to move.


def test_levers_worked_by_hand():
    """Twelve referrals, half of them families, against a team of 2 posts that takes on 3 a month: all has to double."""
    frame = capacity.levers(12, 0.5, 3, stay=8, posts=2).set_index("lever")
    assert frame["now"].to_dict() == {"posts": 2, "per_post": 12, "families_per_referral": 0.5, "stay": 8}
    assert frame["needed"].to_dict() == {"posts": 4, "per_post": 24, "families_per_referral": 0.25, "stay": 4}
    assert frame["multiple"].tolist() == [2, 2, 0.5, 0.5]


@pytest.mark.parametrize("lever", ["posts", "per_post", "families_per_referral", "stay"])
def test_each_lever_alone_stops_the_queue_growing(lever):
    """Referrals * families_per_referral * stay = posts * caseload per post, with one of the five moved."""
    given = {"families_per_referral": 0.84, "stay": 7.0, "posts": 4.0, "per_post": 2.5}
    frame = capacity.levers(15, 0.84, 4 * 2.5 / 7, 7.0, 4).set_index("lever")
    moved = given | {lever: frame.loc[lever, "needed"]}
    assert frame["now"].to_dict() == pytest.approx(given)
    assert 15 * moved["families_per_referral"] * moved["stay"] == pytest.approx(moved["posts"] * moved["per_post"])


@pytest.mark.parametrize("wrong", [{"posts": 0}, {"stay": -1}, {"capacity": 0}, {"families_per_referral": 1.5}])
def test_levers_name_a_bad_argument(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        capacity.levers(
            **{"referrals_per_month": 12, "families_per_referral": 0.5, "capacity": 3, "stay": 8, "posts": 2} | wrong
        )


# Erlang's delay formula.


def test_erlang_by_hand():
    """One place: rho / (1 - rho) stays. Two places: rho^2 / (1 - rho^2) stays, here a third of one."""
    assert capacity.erlang_c(0.5, 1, 1) == pytest.approx(1)
    assert capacity.erlang_c(1, 1, 2) == pytest.approx(1 / 3)
    assert capacity.erlang_c(1, 0.75, 1) == pytest.approx(0.75 * 3)


def test_erlang_against_the_textbook_sum():
    load, places, stay = 4.25, 5, 1.7
    last = load**places / math.factorial(places) * places / (places - load)
    delayed = last / (sum(load**k / math.factorial(k) for k in range(places)) + last)
    assert capacity.erlang_c(load / stay, stay, places) == pytest.approx(delayed * stay / (places - load), rel=1e-12)


def test_erlang_refuses_a_queue_without_end():
    with pytest.raises(ValueError, match="places must exceed"):
        capacity.erlang_c(2, 1, 2)


# The simulator, by hand.


def test_two_places_by_hand():
    """Families come at 0, 1, 2 and 3 and stay for 5, 5, 1 and 1; two places.

    The first two start at once. The third waits from 2 to 5 and leaves at 6, so the fourth waits from 3 to 6, when the
    second and the third have just gone. An observer at 4 sees both waiting and waits to 6 itself; one at 10 waits not.
    """
    starts, counts = capacity.simulate([0, 1, 2, 3], [5, 5, 1, 1], [math.inf] * 4, 2, [0.5, 4, 10])
    assert starts.tolist() == [0, 1, 5, 6]
    assert counts.tolist() == [[0, 1, 0, 0], [2, 2, 0, 2], [0, 0, 0, 0]]


def test_leaving_by_hand():
    """One place, taken from 0 to 10. Of three who wait, one leaves at 4, one is seen from 10 to 12, one leaves at 11.

    An observer at 10.5 waits until 12.
    """
    starts, counts = capacity.simulate([0, 1, 2, 3], [10, 9, 2, 1], [1, 3, 99, 8], 1, [3.5, 5, 10.5, 13])
    assert starts[[0, 2]].tolist() == [0, 10] and np.isnan(starts[[1, 3]]).all()
    assert counts[:, :3].tolist() == [[3, 1, 0], [2, 1, 1], [1, 1, 1], [0, 0, 2]]
    assert counts[2:, 3].tolist() == [1.5, 0]


def test_an_observer_takes_no_place():
    came = np.linspace(0, 9, 40)
    alone, _ = capacity.simulate(came, np.full(40, 0.5), np.full(40, math.inf), 2, [])
    watched, _ = capacity.simulate(came, np.full(40, 0.5), np.full(40, math.inf), 2, np.linspace(0.01, 12, 100))
    assert alone.tolist() == watched.tolist()


@given(st.integers(0, 2**32 - 1), st.integers(0, 80), st.integers(1, 6), st.booleans())
def test_the_queue_is_that_of_the_recursion_to_the_bit(seed, families, places, patient):
    """Kiefer and Wolfowitz settle each family in turn and know no events; here the families come in no order."""
    rng = np.random.default_rng(seed)
    arrivals, stays, census = rng.uniform(0, 10, families), rng.gamma(1, 1, families), rng.uniform(0, 14, 15)
    patiences = np.full(families, math.inf) if patient else rng.exponential(1, families)
    starts, counts = capacity.simulate(arrivals, stays, patiences, places, census)
    expected_starts, expected_counts = by_family(arrivals, stays, patiences, places, census)
    assert starts.tobytes() == expected_starts.tobytes() and counts.tolist() == expected_counts.tolist()


# The simulator against theory.


def steady(**options):
    """Forty long runs of a busy team in a steady state, their first months left out; one mean a run."""
    given = {"families_per_referral": 1.0, "places": 3, "stay": 1.0, "spread": 1.0, "counts_vary": True} | options
    rate = given.pop("rate", 2.4)
    scenario = capacity.Scenario(((400, 400 * rate),), **given)
    runs = capacity.replicate(scenario, 40, 20250701, progress=quiet)
    return runs[runs["month"] > 50].groupby("replication").mean(), runs


def within_error(values, theory, errors=3.5):
    mean, error = values.mean(), values.std() / math.sqrt(len(values))
    assert abs(mean - theory) < errors * error, (mean, theory, error)
    assert error < 0.1 * theory, "too few runs to tell"


def test_waits_agree_with_erlang():
    means, _ = steady()
    within_error(means["wait"], capacity.erlang_c(2.4, 1.0, 3))


def test_littles_law_holds_on_the_simulators_own_output():
    """Families waiting were counted, and waits timed, each by other means; so were families in care."""
    means, _ = steady()
    gap = means["waiting"] - 2.4 * means["wait"]
    assert abs(gap.mean()) < 3.5 * gap.std() / math.sqrt(len(gap))
    within_error(means["in_care"], capacity.caseload(2.4, 1.0, 1.0))


def test_referrals_that_are_not_accepted_do_not_queue():
    means, _ = steady(rate=3.2, families_per_referral=0.75)
    within_error(means["wait"], capacity.erlang_c(2.4, 1.0, 3))


def test_one_length_of_stay_halves_the_wait_at_one_place():
    """Pollaczek and Khinchine: the mean wait goes with (1 + spread^2) / 2."""
    for spread in (0.0, 0.5):
        means, _ = steady(places=1, rate=0.7, spread=spread)
        within_error(means["wait"], capacity.erlang_c(0.7, 1.0, 1) * (1 + spread**2) / 2)


@pytest.mark.slow
def test_leaving_agrees_with_the_birth_and_death_process():
    """More come than the team can take: the long-run queue from the balance of each step up with the step down."""
    rate, places, patience = 4.0, 3, 2.0
    up = np.log(rate) - np.log([min(n, places) + max(n - places, 0) / patience for n in range(1, 120)])
    chance = np.exp(np.append(0, np.cumsum(up)))
    waiting = chance @ np.maximum(np.arange(120) - places, 0) / chance.sum()
    means, runs = steady(rate=rate, patience=patience)
    within_error(means["waiting"], waiting)
    last, first = (runs[runs["month"] == month].set_index("replication")["left"] for month in (400, 50))
    within_error((last - first) / 350, waiting / patience)


def test_a_queue_that_only_grows_follows_the_fluid():
    """Where many more come than can be seen, chance matters little."""
    demand = ((24, 600),)
    scenario = capacity.Scenario(demand, 0.8, places=60, stay=6.0, spread=0.3, patience=9.0)
    runs = capacity.replicate(scenario, 30, 1, progress=quiet)
    fluid = capacity.fluid(demand, 0.8, 10.0, patience=9.0)
    # The team starts with every place free, which the fluid does not know: it takes the first families on at once.
    simulated = capacity.by_month(runs, "wait").set_index("month").loc[24, "estimate"]
    assert simulated == pytest.approx(fluid["wait"].iloc[-1], rel=0.1)


def test_counts_that_are_given_are_kept():
    scenario = capacity.Scenario(((4, 40),), families_per_referral=1.0, places=100, stay=1000.0, spread=0.0)
    runs = capacity.replicate(scenario, 5, 3, progress=quiet)
    assert runs.loc[runs["month"] == 4, "in_care"].eq(40).all()
    varied = capacity.replicate(
        capacity.Scenario(((4, 40),), 1.0, 100, 1000.0, 0.0, counts_vary=True), 200, 3, progress=quiet
    )
    ends = varied.loc[varied["month"] == 4, "in_care"]
    assert ends.var() == pytest.approx(40, rel=0.4) and abs(ends.mean() - 40) < 2


# Replications.


def test_replications_have_a_row_for_every_month():
    runs = capacity.replicate(SMALL, 3, 1, progress=quiet)
    assert runs.columns.tolist() == ["replication", "month", "waiting", "in_care", "left", "wait"]
    assert runs["replication"].tolist() == [0] * 5 + [1] * 5 + [2] * 5 and runs["month"].tolist() == [1, 2, 3, 4, 5] * 3
    assert runs.notna().all(axis=None) and runs["in_care"].le(4).all() and runs["wait"].max() > 0


def test_the_first_replications_do_not_depend_on_how_many_follow():
    few, many = (capacity.replicate(SMALL, count, 1, progress=quiet) for count in (2, 6))
    pd.testing.assert_frame_equal(few, many.head(len(few)), check_exact=True)


@pytest.mark.parametrize("size", [1, 4, 7, 50])
def test_parts_are_the_whole_in_pieces(size):
    whole, pieces = (
        capacity.replicate(SMALL, 7, 1, progress=quiet),
        list(capacity.parts(SMALL, 7, 1, size, progress=quiet)),
    )
    assert [piece["replication"].nunique() for piece in pieces] == [len(one) for one in batches(list(range(7)), size)]
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole, check_exact=True)


def test_parts_are_played_out_when_asked_for():
    told = []
    first = next(capacity.parts(SMALL, 10**8, 1, 2, n_jobs=1, progress=lambda *one: told.append(one)))
    assert told == [(1, 10**8), (2, 10**8)]
    assert first.equals(capacity.replicate(SMALL, 2, 1, progress=quiet))


def test_a_seed_gives_its_own_draws_again():
    one, again, other = (capacity.replicate(SMALL, 4, seed, progress=quiet) for seed in (1, 1, 2))
    assert one.equals(again) and not one.equals(other)


@pytest.mark.slow
def test_the_workers_do_not_change_a_bit(cluster):
    alone = capacity.replicate(SMALL, 21, 20250701, n_jobs=1, progress=quiet)
    two = capacity.replicate(SMALL, 21, 20250701, n_jobs=2, progress=quiet)
    with Client(cluster) as client, parallel_config(backend="dask"):
        before = client.run_on_scheduler(steps_of)
        on_cluster = capacity.replicate(SMALL, 21, 20250701, progress=quiet)
        assert client.run_on_scheduler(steps_of) > before, "the cluster had nothing to do"
    for others in (two, on_cluster):
        assert others.to_numpy().tobytes() == alone.to_numpy().tobytes()
        pd.testing.assert_frame_equal(others, alone, check_exact=True)


@pytest.mark.slow
def test_the_page_on_rerunning_says_how_to_use_a_cluster(cluster):
    """Its code, run as written, on a cluster whose address is set as the page says."""
    page = (ROOT / "book" / "rerun.md").read_text(encoding="utf-8")
    [code] = [block for block in re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL) if "dask" in block]
    ran = {}
    with dask.config.set({"scheduler-address": cluster.scheduler_address}):
        exec(code, ran)
    ran["client"].close()
    assert ran["runs"]["replication"].nunique() == 1000
    first = capacity.replicate(ran["scenario"], 3, 20250701, n_jobs=1, progress=quiet)
    pd.testing.assert_frame_equal(ran["runs"].head(len(first)), first, check_exact=True)


def test_progress_is_told_of_each_replication():
    told = []
    capacity.replicate(SMALL, 3, 1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


@pytest.mark.parametrize("count", [0, 2.5, -1])
def test_replications_are_counted_in_whole_numbers(count):
    with pytest.raises(ValueError, match="replications"):
        capacity.replicate(SMALL, count, 1)
    with pytest.raises(ValueError, match="size"):
        next(capacity.parts(SMALL, 3, 1, count))


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ({"demand": ()}, "demand"),
        ({"demand": ((12, 10.5),)}, "demand"),
        ({"families_per_referral": 1.1}, "families_per_referral"),
        ({"places": 0}, "places"),
        ({"places": 2.5}, "places"),
        ({"stay": 0}, "stay"),
        ({"stay": math.inf}, "stay"),
        ({"spread": -0.1}, "spread"),
        ({"patience": 0}, "patience"),
    ],
)
def test_a_scenario_names_a_bad_argument(wrong, named):
    with pytest.raises(ValueError, match=named):
        capacity.Scenario(**{"demand": ((12, 10),), "families_per_referral": 0.5, "places": 2, "stay": 3.0} | wrong)


def test_a_summary_worked_by_hand():
    runs = pd.DataFrame({"replication": [0, 1, 2], "month": [1, 1, 1], "wait": [1.0, 2.0, 6.0]})
    [row] = capacity.by_month(runs, "wait", level=0.5).to_dict("records")
    assert row == pytest.approx({"month": 1, "estimate": 3, "low": 1.5, "high": 4, "error": math.sqrt(7 / 3)})
    with pytest.raises(ValueError, match="level"):
        capacity.by_month(runs, "wait", level=1)


def test_levers_between_two_stays_say_one_value_where_both_are_alike():
    short, long = (capacity.levers(10, 0.8, 4, stay, 5) for stay in (6, 12))
    both = capacity.levers_between(short, long).set_index("lever")
    assert both.loc["posts", ["now", "needed"]].tolist() == ["5", "10"]
    assert both.loc["stay", ["now", "needed"]].tolist() == ["6 to 12", "3 to 6"]
    assert both.loc["stay", "needed_high"] == 6
