"""Answers to the exercises on all readings at once."""

import pandas as pd

from newpip import capacity, multiverse, referrals
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers, Wrong
from newpip.intervals import poisson_count

POSTS = 3  # readings of which posts are therapeutic


def _opened():
    return load("timeline").set_index("event").loc["referrals_open", "start"]


def _pairs():
    return referrals.first_year_months(load("year_readings"), load("exposure_readings"), _opened().month)


def _months(reading="financial_start", exposures=("opened_may", "opened_june")):
    months = _pairs().set_index(["year_reading", "exposure"])["months"][reading]
    return months[list(exposures)].tolist()


def _capacities():
    """Return the referrals a month that the team could take on: by the first count, and by its exact limits."""
    window = load("activity").set_index("measure").loc["referrals"]
    span = (window["end"].to_period("M") - window["start"].to_period("M")).n + 1
    exact = poisson_count(window["n"])
    return {name: getattr(exact, name) / span for name in ("low", "estimate", "high")}


def _waits():
    pairs = _pairs()
    together = pairs[pairs["possible"]].drop(columns="possible")
    paces = {"Even": 0, "Rising": load("referrals").sort_values("year")["referrals"].pct_change().max()}
    queues = capacity.waits_by_reading(load("referrals"), together, _capacities(), paces)
    return multiverse.specifications(queues, "wait", ["months", "runs_over", "pace", "capacity"])


def _ends(rows="all"):
    def ends():
        waits = _waits()
        chosen = {
            "all": waits.index == waits.index,
            "calendar": waits["year_reading"] == "calendar",
            "financial": waits["year_reading"] == "financial_start",
            "estimate": (waits["year_reading"] == "calendar") & (waits["capacity"] == "estimate"),
        }[rows]
        return waits.loc[chosen, "wait"].agg(["min", "max"]).tolist()

    return ends


def _apart(options, answers):
    rows = pd.DataFrame({"specification": range(len(answers)), "answer": answers, "choice": options})
    return float(multiverse.moves(rows, "answer", ["choice"])["spread"].item())


def _spread(options, answers, of):
    found = pd.Series(answers).groupby(list(options)).agg(of)
    return found.max() - found.min()


def _cases():
    by_hand = (["a", "a", "b", "c"], [1.0, 3.0, 7.0, 4.0])
    return [
        Case(by_hand),
        Case((["a", "b"] * 3, [5, 1, 2, 9, 4, 4])),
        Case((["a", "a"], [1.0, 2.0])),
        Case((["b", "a"] * 3, [9, 3, 1, 8, 2, 1])),
    ]


def _more_cases(rng):
    return [Case((rng.choice(list("abc"), n).tolist(), rng.integers(1, 50, n).tolist())) for n in (6, 9, 12)]


def _first_and_last(options, answers):
    medians = pd.Series(answers).groupby(list(options)).median()
    return medians.iloc[-1] - medians.iloc[0]


def _exceeding():
    """Compare referrals with capacity, which is what is left where posts stand on both sides."""
    most = load("referrals")["referrals"].max() / 12
    exceeding = sum(most > capacity for capacity in _capacities().values())
    return [POSTS * exceeding, POSTS * len(_capacities())]


def _stay():
    return load("scenario_inputs").set_index("input").loc["stay", "low"]


def _longer(once=True, of=len):
    def share():
        waits = _waits()
        waits = waits.drop_duplicates("specification") if once else waits
        longer = waits["wait"] > _stay()
        return [longer.sum() / of(waits)]

    return share


def _growths():
    pairs = _pairs()
    fits = referrals.growth_by_reading(load("referrals"), pairs[pairs["possible"]].drop(columns="possible"))
    return multiverse.specifications(fits, "growth", ["months", "placed"])


def _middle_and_spread(once=True, middle="median", spread="std"):
    def both():
        growths = _growths()
        chosen = growths.drop_duplicates("specification")["growth"] if once else growths["growth"]
        return [getattr(chosen, middle)(), getattr(chosen, spread)()]

    return both


check = Check(
    {
        1: Numbers(
            _months,
            ("the months if opened in May", "the months if opened in June"),
            labels=(("opened_may", "May"), ("opened_june", "June")),
            wrong=(
                Wrong(lambda: _months("calendar"), "Those are calendar years; financial years were asked for."),
                Wrong(lambda: [one - 1 for one in _months()], "Count the months again, with both ends."),
                Wrong(lambda: [one + 1 for one in _months()], "Count the months again: that is one too many."),
                Wrong(lambda: [12, 12], "The service was not open in all months of its first year."),
            ),
        ),
        2: Numbers(
            _ends("calendar"),
            ("the least wait", "the most"),
            within=0.05,
            labels=(("min", "least"), ("max", "most")),
            wrong=(
                Wrong(_ends("all"), "Nothing has changed yet: those are the ends of all readings."),
                Wrong(_ends("financial"), "Those are financial years; keep the calendar ones."),
                Wrong(
                    _ends("estimate"), "That takes the team's capacity as counted; what chance leaves open counts too."
                ),
            ),
        ),
        3: Function(
            _cases,
            _apart,
            within=1e-9,
            more=_more_cases,
            wrong=(
                Wrong(
                    lambda options, answers: _spread(options, answers, "mean"),
                    "Those are means; medians were asked for.",
                ),
                Wrong(
                    lambda options, answers: max(answers) - min(answers),
                    "That is how far the answers lie apart; take the median of each option first.",
                ),
                Wrong(
                    _first_and_last, "Those are the first and the last option; take the two that lie farthest apart."
                ),
                Wrong(
                    lambda options, answers: _spread(options, answers, "max"),
                    "Those are the largest answers of the options; medians were asked for.",
                ),
            ),
        ),
        4: Numbers(
            _exceeding,
            ("the calculations where it is so", "all of them"),
            wrong=(
                Wrong(
                    lambda: [one // POSTS for one in _exceeding()],
                    "Who is counted as a therapist, and what a post carried, each give calculations of their own.",
                ),
                Wrong(
                    lambda: [_exceeding()[1] - _exceeding()[0], _exceeding()[1]],
                    "Those are the calculations where it is not so.",
                ),
            ),
        ),
        5: Numbers(
            _longer(),
            ("the share",),
            within=0.005,
            share=True,
            wrong=(
                Wrong(_longer(once=False), "Count each specification once: several combinations may be the same sum."),
                Wrong(
                    _longer(of=lambda waits: (waits["wait"] <= _stay()).sum()),
                    "Look at the denominator: all specifications, those that wait longer too.",
                ),
                Wrong(
                    _longer(of=lambda waits: len(_waits())),
                    "Look at the denominator: each specification once there too.",
                ),
            ),
        ),
        6: Numbers(
            _middle_and_spread(),
            ("the median", "the standard deviation"),
            within=0.0005,
            share=True,
            labels=(("median", "50%"), ("std",)),
            wrong=(
                Wrong(
                    _middle_and_spread(middle="mean"),
                    "That is the mean; half of the specifications lie on each side of the median.",
                ),
                Wrong(
                    _middle_and_spread(once=False),
                    "Count each specification once: several combinations may be the same sum.",
                ),
                Wrong(
                    _middle_and_spread(spread="sem"),
                    "Readings are no sample of people: no standard error is meant, but how far they lie apart.",
                ),
            ),
        ),
    }
)
