"""Answers to the exercises on all readings at once."""

import pandas as pd

from newpip import capacity, multiverse, referrals
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers
from newpip.intervals import poisson_count


def _months():
    opened = load("timeline").set_index("event").loc["referrals_open", "start"]
    pairs = referrals.first_year_months(load("year_readings"), load("exposure_readings"), opened.month)
    months = pairs.set_index(["year_reading", "exposure"])["months"]["financial_start"]
    return months[["opened_may", "opened_june"]].tolist()


def _capacities():
    """Return the referrals a month that the team could take on: by the first count, and by its exact limits."""
    window = load("activity").set_index("measure").loc["referrals"]
    span = (window["end"].to_period("M") - window["start"].to_period("M")).n + 1
    exact = poisson_count(window["n"])
    return [n / span for n in (exact.low, exact.estimate, exact.high)]


def _calendar_waits():
    counts = load("referrals")
    growth = [0, counts.sort_values("year")["referrals"].pct_change().max()]
    first = load("exposure_readings")["months_first_year"]
    return capacity.final_waits(counts, first, _capacities(), growth)["wait"].agg(["min", "max"]).tolist()


def _apart(options, answers):
    rows = pd.DataFrame({"specification": range(len(answers)), "answer": answers, "choice": options})
    return float(multiverse.moves(rows, "answer", ["choice"])["spread"].item())


def _cases():
    by_hand = (["a", "a", "b", "c"], [1.0, 3.0, 7.0, 4.0])
    return [Case(by_hand), Case((["a", "b"] * 3, [5, 1, 2, 9, 4, 4])), Case((["a", "a"], [1.0, 2.0]))]


def _exceeding():
    """Compare referrals with capacity, which is what is left where posts stand on both sides."""
    most, posts = load("referrals")["referrals"].max() / 12, 3  # readings of which posts are therapeutic
    exceeding = sum(most > capacity for capacity in _capacities())
    return [posts * exceeding, posts * len(_capacities())]


check = Check(
    {
        1: Numbers(_months, ("the months if opened in May", "the months if opened in June")),
        2: Numbers(_calendar_waits, ("the least wait", "the most"), within=0.05),
        3: Function(_cases, _apart, within=1e-9),
        4: Numbers(_exceeding, ("the calculations where it is so", "all of them")),
    }
)
