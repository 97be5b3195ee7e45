"""Answers to the exercises on capacity."""

import scipy  # its parts load when first used

from newpip import capacity as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers

MORE = 1.5  # times what the team could take on
LIMITS = (12, 6, 3, 1)  # months
HISTORIES, SEED = 40, 20250701  # the chapter's seed; a test holds it to the chapter
YEAR = 12  # months


def _service():
    """Return the demand, the families for each referral and those taken on in a month, as the chapter has them."""
    activity = load("activity").set_index("measure")
    window = activity.loc["referrals"]
    months = (window["end"].to_period("M") - window["start"].to_period("M")).n + 1
    families = activity.loc["families", "n"]
    opened = load("exposure_readings").set_index("reading").loc["opened_may", "months_first_year"]
    return calc.demand(load("referrals"), opened), families / window["n"], families / months


def _totals():
    before = calc.fluid(*_service()).iloc[-1 - YEAR]
    return [before["joined"], before["started"]]


def _with_more():
    demand, per_referral, rate = _service()
    end = calc.fluid(demand, per_referral, MORE * rate).iloc[-1]
    return [end["waiting"], end["wait"]]


def _rate_for(limit):
    demand, per_referral, rate = _service()

    def too_long(candidate):
        return calc.fluid(demand, per_referral, candidate)["wait"].iloc[-1] - limit

    return scipy.optimize.brentq(too_long, rate / 2, 5 * rate)


def _varied():
    demand, per_referral, rate = _service()
    stay = load("service").set_index("fact").loc[["stay_months_low", "stay_months_high"], "value"].mean()
    places = round(rate * stay)
    scenario = calc.Scenario(demand, per_referral, places=places, stay=places / rate, spread=1.0)
    end = calc.by_month(calc.replicate(scenario, HISTORIES, SEED), "wait").iloc[-1]
    return [end["estimate"], end["low"], end["high"]]


check = Check(
    {
        1: Numbers(_totals, ("the families who had come", "the families taken on"), within=0.5),
        2: Numbers(_with_more, ("the families waiting", "the wait"), within=0.05),
        3: Function(lambda: [Case((limit,)) for limit in LIMITS], _rate_for, within=0.005),
        4: Numbers(_varied, ("the mean wait", "the low end", "the high end"), within=0.05),
    }
)
