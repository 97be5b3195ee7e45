"""Answers to the exercises on referrals."""

import pandas as pd

from newpip import referrals as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers

SEPTEMBER_TO_DECEMBER = 4  # months


def _steepest_years():
    growth = calc.growth(load("referrals")).set_index("year")
    return growth["increment"].idxmax(), growth["growth"].idxmax()


def _growth_by_month():
    reading = pd.DataFrame({"reading": ["september"], "months_first_year": [SEPTEMBER_TO_DECEMBER]})
    monthly = calc.monthly(load("referrals"), reading).set_index("year")
    return [monthly.loc[monthly.index.min() + 1, "growth"]]


def _yearly(count, months):
    if months <= 0:
        raise ValueError("a count covers some months")
    return count / months * calc.MONTHS


def _yearly_cases():
    counts = load("referrals").set_index("year")["referrals"]
    first = int(counts[counts.index.min()])
    readings = [Case((first, months)) for months in load("exposure_readings")["months_first_year"].tolist()]
    return [*readings, Case((0, 7)), Case((first, 0), "with no months", ValueError)]


def _inside_by_days():
    window = load("activity").set_index("measure").loc["referrals"]
    opened = load("timeline").set_index("event").loc["referrals_open", "start"]
    readings = calc.window(load("referrals"), window, load("year_readings"), opened).set_index("reading")
    return [round(readings.loc["calendar", "n"] * readings.loc["calendar", "expected_share"])]


check = Check(
    {
        1: Numbers(_steepest_years, ("the year that added the most", "the year of the highest growth")),
        2: Numbers(_growth_by_month, ("growth of the monthly rate",), within=0.0005, share=True),
        3: Function(_yearly_cases, _yearly),
        4: Numbers(_inside_by_days, ("the number inside the window",)),
    }
)
