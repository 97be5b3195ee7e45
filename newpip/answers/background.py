"""Answers to the exercises on referrals."""

import numpy as np
import pandas as pd

from newpip import referrals as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Numbers, Wrong

SEPTEMBER_TO_DECEMBER = 4  # months


def _counts():
    return load("referrals").set_index("year")["referrals"].sort_index()


def _steps():
    return calc.growth(load("referrals")).set_index("year")


def _steepest_years():
    growth = _steps()
    return growth["increment"].idxmax(), growth["growth"].idxmax()


def _by(column):
    return lambda: [_steps()[column].idxmax()] * 2


def _growth_by_month():
    reading = pd.DataFrame({"reading": ["september"], "months_first_year": [SEPTEMBER_TO_DECEMBER]})
    monthly = calc.monthly(load("referrals"), reading).set_index("year")
    return [monthly.loc[monthly.index.min() + 1, "growth"]]


def _first_ratio(months):
    counts = _counts()
    return (counts.iloc[1] / calc.MONTHS) / (counts.iloc[0] / months)


def _yearly(count, months):
    if months <= 0:
        raise ValueError("a count covers some months")
    return count / months * calc.MONTHS


def _yearly_cases():
    first = int(_counts().iloc[0])
    readings = [Case((first, months)) for months in load("exposure_readings")["months_first_year"].tolist()]
    return [*readings, Case((0, 7)), Case((first, 0), "with no months", ValueError)]


def _more_yearly_cases(rng):
    drawn = zip(rng.integers(1, 400, 5).tolist(), rng.integers(1, 24, 5).tolist(), strict=True)
    return [*map(Case, drawn), Case((int(rng.integers(1, 99)), 0), "with no months", ValueError)]


def _window():
    window = load("activity").set_index("measure").loc["referrals"]
    opened = load("timeline").set_index("event").loc["referrals_open", "start"]
    readings = calc.window(load("referrals"), window, load("year_readings"), opened).set_index("reading")
    return window, readings.loc["calendar"]


def _more_than_by_days():
    calendar = _window()[1]
    return [calendar["k"] - calendar["n"] * calendar["expected_share"]]


def _by_days():
    calendar = _window()[1]
    return [calendar["n"] * calendar["expected_share"]]


def _by_months():
    window, calendar = _window()
    return [calendar["k"] - calendar["n"] * window["end"].month / calc.MONTHS]


def _of_the_window():
    return [_window()[0]["n"] - _by_days()[0]]


def _spread(ddof):
    return lambda: [_counts().std(ddof=ddof)]


def _absolute_spread():
    return [(_counts() - _counts().mean()).abs().mean()]


def _two_counts(rng):
    first, months = int(rng.integers(20, 80)), int(rng.integers(3, 10))
    return {"first": first, "months": months, "second": round(first / months * calc.MONTHS * rng.uniform(1.1, 1.6))}


def _growth_asked(first, months, second):
    ratio = (second / calc.MONTHS) / (first / months)
    return Numbers(
        lambda: [ratio - 1],
        ("growth of the monthly rate",),
        within=0.0005,
        share=True,
        wrong=(
            Wrong(lambda: [second / first - 1], "These counts cover unequal times; make each a rate first."),
            Wrong(lambda: [ratio], "That is how many times as much it is; growth is what was added."),
            Wrong(lambda: [1 / ratio - 1], "Growth is a share of what was there before, not of what came after."),
        ),
    )


check = Check(
    {
        1: Numbers(
            _steepest_years,
            ("the year that added the most", "the year of the highest growth"),
            labels=(("increment",), ("growth",)),
            wrong=(
                Wrong(lambda: [year - 1 for year in _steepest_years()], "A step belongs to the year in which it ends."),
                Wrong(
                    _by("increment"), "One of the two is a number of referrals, the other a share of the year before."
                ),
                Wrong(_by("growth"), "One of the two is a share of the year before, the other a number of referrals."),
            ),
        ),
        2: Numbers(
            _growth_by_month,
            ("growth of the monthly rate",),
            within=0.0005,
            share=True,
            wrong=(
                Wrong(
                    lambda: [_first_ratio(calc.MONTHS) - 1],
                    "Nothing has changed yet: the counts still stand as whole years.",
                ),
                Wrong(
                    lambda: [_first_ratio(SEPTEMBER_TO_DECEMBER)],
                    "That is how many times as much it is; growth is what was added.",
                ),
                Wrong(
                    lambda: [1 / _first_ratio(SEPTEMBER_TO_DECEMBER) - 1],
                    "Growth is a share of the year before, not of the year after.",
                ),
                Wrong(lambda: [_first_ratio(SEPTEMBER_TO_DECEMBER - 1) - 1], "Count the months again, with both ends."),
            ),
        ),
        3: Function(
            _yearly_cases,
            _yearly,
            more=_more_yearly_cases,
            wrong=(
                Wrong(lambda count, months: count / months, "That is the count of one month; go on to twelve."),
                Wrong(
                    lambda count, months: count * months / calc.MONTHS,
                    "Months and the year have changed places: a short time should give more.",
                ),
                Wrong(
                    lambda count, months: round(count / months) * calc.MONTHS,
                    "The monthly count was rounded on the way; keep its digits.",
                ),
                Wrong(lambda count, months: count, "Nothing has changed yet: the count comes back as it was."),
            ),
        ),
        4: Numbers(
            _more_than_by_days,
            ("the referrals needed beyond even days",),
            within=0.05,
            wrong=(
                Wrong(_by_days, "That is what even days would put there; how many more do the printed counts need?"),
                Wrong(
                    lambda: [_window()[1]["k"]],
                    "That is what the printed counts need; even days already give a part of it.",
                ),
                Wrong(_by_months, "Months are not alike; take the share of the days."),
                Wrong(
                    _of_the_window,
                    "The count of the window holds months of the first year too; take the second year's part of it.",
                ),
                Wrong(
                    lambda: [_window()[1]["k"] - round(_by_days()[0])],
                    "The referrals of even days were rounded on the way; keep their digits.",
                ),
            ),
        ),
        5: Numbers(
            _spread(1),
            ("the standard deviation",),
            within=0.05,
            wrong=(
                Wrong(_spread(0), "That divides by the number of years; the spread of a sample divides by one less."),
                Wrong(lambda: [_counts().var()], "That is the variance, in squared referrals; take its root."),
                Wrong(_absolute_spread, "That is the mean distance; a standard deviation squares the distances first."),
                Wrong(
                    lambda: [_counts().std() / np.sqrt(len(_counts()))],
                    "That is the standard error of the mean, which a standard deviation leads to.",
                ),
            ),
        ),
        6: Drawn(_two_counts, _growth_asked),
    }
)
