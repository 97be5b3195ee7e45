"""Answers to the exercises on capacity."""

import math

import scipy  # its parts load when first used

from newpip import capacity as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Numbers, Wrong

MORE = 1.5  # times what the team could take on
LIMITS = (12, 6, 3, 1)  # months
HISTORIES, SEED = 40, 20250701  # the chapter's seed; a test holds it to the chapter
CHAPTERS = 100  # histories in the chapter's own simulation
YEAR = 12  # months


def _service():
    """Return the demand, the families for each referral and those taken on in a month, as the chapter has them."""
    activity = load("activity").set_index("measure")
    window = activity.loc["referrals"]
    months = (window["end"].to_period("M") - window["start"].to_period("M")).n + 1
    families = activity.loc["families", "n"]
    opened = load("exposure_readings").set_index("reading").loc["opened_may", "months_first_year"]
    return calc.demand(load("referrals"), opened), families / window["n"], families / months


def _totals(later=0):
    before = calc.fluid(*_service()).iloc[-1 - YEAR + later]
    return [before["joined"], before["started"]]


def _referrals_and_starts():
    joined, started = _totals()
    return [joined / _service()[1], started]


def _with(times, later=0):
    demand, per_referral, rate = _service()
    end = calc.fluid(demand, per_referral, times * rate).iloc[-1 + later]
    return [end["waiting"], end["wait"]]


def _rate_for(limit):
    demand, per_referral, rate = _service()

    def too_long(candidate):
        return calc.fluid(demand, per_referral, candidate)["wait"].iloc[-1] - limit

    return scipy.optimize.brentq(too_long, rate / 2, 5 * rate)


def _more_limits(rng):
    return [Case((round(limit, 1),)) for limit in rng.uniform(0.5, 18, 4).tolist()]


def _queue_over(limit):
    return calc.fluid(*_service())["waiting"].iloc[-1] / limit


def _runs(spread, histories=HISTORIES):
    demand, per_referral, rate = _service()
    stay = load("service").set_index("fact").loc[["stay_months_low", "stay_months_high"], "value"]
    places = round(rate * stay.mean())
    spread = (stay.max() - stay.min()) / math.sqrt(12) / stay.mean() if spread is None else spread
    scenario = calc.Scenario(demand, per_referral, places=places, stay=places / rate, spread=spread)
    return calc.replicate(scenario, histories, SEED)


def _end(spread=1.0, histories=HISTORIES, column="wait"):
    end = calc.by_month(_runs(spread, histories), column).iloc[-1]
    return [end["estimate"], end["low"], end["high"]]


def _waits():
    runs = _runs(1.0)
    return runs.loc[runs["month"] == runs["month"].max(), "wait"]


def _sd_and_error(divide=math.sqrt, **how):
    def both():
        spread = _waits().std(**how)
        return [spread, spread / divide(HISTORIES)]

    return both


def _variances():
    variance = _waits().var()
    return [variance, variance / HISTORIES]


def _flow(rng):
    return {
        "families_a_month": int(rng.integers(4, 15)),
        "stay": int(rng.integers(3, 12)),
        "caseload": int(rng.integers(6, 14)),
    }


def _held_asked(families_a_month, stay, caseload):
    held = families_a_month * stay
    return Numbers(
        lambda: [held, held / caseload],
        ("the families in care", "the posts"),
        within=0.05,
        wrong=(
            Wrong(lambda: [held, held * caseload], "A post carries several families: divide by them."),
            Wrong(
                lambda: [families_a_month, families_a_month / caseload],
                "Those are the families of one month; how many are in care at one time, when each stays longer?",
            ),
            Wrong(
                lambda: [held * YEAR, held * YEAR / caseload],
                "The stay is in months, as the flow is; no year is needed.",
            ),
            Wrong(
                lambda: [families_a_month * YEAR, families_a_month * YEAR / caseload],
                "Those are the families of a year; not all are in care at one time.",
            ),
        ),
    )


check = Check(
    {
        1: Numbers(
            _totals,
            ("the families who had come", "the families taken on"),
            within=0.5,
            labels=(("joined", "come"), ("started", "taken on")),
            wrong=(
                Wrong(lambda: _totals(YEAR), "That is the last year's end; the year before it was asked for."),
                Wrong(lambda: _totals(1), "That is a month too late; take the row at the end of that December."),
                Wrong(lambda: _totals(-1), "That is a month too early; take the row at the end of that December."),
                Wrong(_referrals_and_starts, "Those who came are families, and not each referral is one."),
            ),
        ),
        2: Numbers(
            lambda: _with(MORE),
            ("the families waiting", "the wait"),
            within=0.05,
            labels=(("waiting",), ("wait",)),
            wrong=(
                Wrong(lambda: _with(1), "Nothing has changed yet: the team takes on as many as it did."),
                Wrong(lambda: _with(MORE - 1), "That is half as many; half as many again is that much more."),
                Wrong(lambda: _with(MORE, -1), "That is a month before the end; the end is the last row."),
                Wrong(lambda: _with(MORE, -YEAR), "That is a year before the end; the end is the last row."),
            ),
        ),
        3: Function(
            lambda: [Case((limit,)) for limit in LIMITS],
            _rate_for,
            within=0.01,
            more=_more_limits,
            wrong=(
                Wrong(
                    _queue_over, "A faster team also has a shorter queue: with another rate the whole queue changes."
                ),
                Wrong(
                    lambda limit: _rate_for(limit) / _service()[2],
                    "That is a multiple of what the team could take on; give families a month.",
                ),
                Wrong(
                    lambda limit: _rate_for(limit) / _service()[1],
                    "Those are referrals a month; families were asked for.",
                ),
                Wrong(lambda limit: _service()[2], "Nothing has changed yet: that is what the team could take on."),
            ),
        ),
        4: Numbers(
            _end,
            ("the mean wait", "the low end", "the high end"),
            within=0.05,
            labels=(("estimate", "mean"), ("low",), ("high",)),
            wrong=(
                Wrong(lambda: _end(None), "Nothing has changed yet: the stays vary as in the chapter."),
                Wrong(
                    lambda: _end(histories=CHAPTERS),
                    "Those are as many histories as the chapter has; forty were asked for.",
                ),
                Wrong(lambda: _end(0.0), "Those stays are all alike; exponential ones vary as much as they last."),
                Wrong(lambda: _end(column="waiting"), "Those are families waiting; the wait in months was asked for."),
            ),
        ),
        5: Numbers(
            _sd_and_error(),
            ("the standard deviation", "the standard error"),
            within=0.005,
            wrong=(
                Wrong(
                    _sd_and_error(ddof=0),
                    "The histories are a sample: its spread divides by one less than their number.",
                ),
                Wrong(
                    _sd_and_error(float),
                    "The standard error shrinks with the root of the number of histories, not with the number.",
                ),
                Wrong(
                    _sd_and_error(lambda _: 1),
                    "The two are not the same: one tells how histories differ, the other how well their mean is known.",
                ),
                Wrong(_variances, "Those are variances; take their roots."),
            ),
        ),
        6: Drawn(_flow, _held_asked),
    }
)
