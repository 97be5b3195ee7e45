"""Answers to the exercises on a service of one's own."""

import math

from newpip import dropout
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Numbers, Wrong
from newpip.intervals import poisson_count

COMPLETERS = 0.9  # the chapter's illustration
LEFT = 0.2  # likewise, where nobody counted who left
DROPOUT = 0.4
BEFORE = 0.1  # of the families: referred before the count began
MONTHS = 12
Z = 1.96


def _counts():
    return load("referrals").set_index("year")["referrals"].sort_index()


def _year(place):
    counts = _counts()
    return [int(counts.index[place]), int(counts.iloc[place])]


def _bounds(left=DROPOUT, completers=COMPLETERS):
    found = dropout.bounds(left, completers)
    return [found.low, found.high]


def _posts(referrals_a_year, per_referral, stay, caseload):
    if caseload <= 0:
        raise ValueError("a post carries some families")
    return referrals_a_year / MONTHS * per_referral * stay / caseload


def _activity():
    return load("activity").set_index("measure")


def _per_referral():
    return _activity().loc["families", "n"] / _activity().loc["referrals", "n"]


def _posts_cases():
    some = [Case((count, float(_per_referral()), 6.0, 10.0)) for count in _counts().tolist()]
    return [*some, Case((0, 0.8, 6, 12)), Case((120, 0.8, 6, 0), "with posts that carry nobody", ValueError)]


def _more_posts_cases(rng):
    drawn = [(int(rng.integers(20, 300)), round(float(rng.uniform(0.5, 1)), 2)) for _ in range(5)]
    cases = [Case((*one, int(rng.integers(3, 14)), int(rng.integers(5, 15)))) for one in drawn]
    return [*cases, Case((90, 0.7, 5, 0), "with posts that carry nobody", ValueError)]


def _months():
    window = _activity().loc["referrals"]
    return (window["end"].to_period("M") - window["start"].to_period("M")).n + 1


def _pace(months=None, measure="referrals"):
    limits = poisson_count(_activity().loc[measure, "n"])
    months = months or _months()
    return [limits.low / months, limits.high / months]


def _normal_pace():
    count = _activity().loc["referrals", "n"]
    return [(count + side * Z * math.sqrt(count)) / _months() for side in (-1, 1)]


def _one_error():
    count = _activity().loc["referrals", "n"]
    return [(count + side * math.sqrt(count)) / _months() for side in (-1, 1)]


def _from_the_window(families, referrals):
    def ratio():
        counts = _activity()["n"]
        return [families(counts["families"]) / referrals(counts["families"], counts["referrals"])]

    return ratio


def _grown(rng):
    return {"before": int(rng.integers(30, 90)), "after": int(rng.integers(121, 220))}


def _growth_asked(before, after):
    return Numbers(
        lambda: [100 * (after / before - 1)],
        ("the growth",),
        within=0.05,
        percent=True,
        wrong=(
            Wrong(
                lambda: [100 * after / before],
                "That is how much there is of the year before; growth is what was added.",
            ),
            Wrong(
                lambda: [100 * (after - before) / after],
                "Look at the denominator: growth is a part of the year before.",
            ),
            Wrong(
                lambda: [after - before],
                "That is a number of referrals; growth is what part of the year before it makes.",
            ),
        ),
    )


check = Check(
    {
        1: Numbers(
            lambda: _year(-1),
            ("the last year", "its referrals"),
            labels=(("year",), ("referrals", "n", "count")),
            wrong=(
                Wrong(lambda: _year(0), "That is the first year; the last was asked for."),
                Wrong(lambda: _year(-2), "That is the year before the last."),
                Wrong(
                    lambda: [_year(-1)[0], int(_counts().sum())],
                    "Those are the referrals of all years; take the last one's.",
                ),
            ),
        ),
        2: Numbers(
            _bounds,
            ("the lower bound", "the upper bound"),
            within=0.0005,
            share=True,
            labels=(("low", "lower"), ("high", "upper")),
            wrong=(
                Wrong(lambda: _bounds(LEFT), "Nothing has changed yet: those are the bounds that the page has."),
                Wrong(
                    lambda: _bounds(completers=1.0),
                    "That takes all who stayed to have benefited; the page takes a smaller share.",
                ),
                Wrong(lambda: _bounds(1 - DROPOUT), "Two in five left; that is as if two in five had stayed."),
                Wrong(
                    lambda: [COMPLETERS - DROPOUT, COMPLETERS],
                    "The share of completers is a share of those who stayed, not of all.",
                ),
            ),
        ),
        3: Function(
            _posts_cases,
            _posts,
            more=_more_posts_cases,
            wrong=(
                Wrong(
                    lambda referrals, families, stay, load: math.ceil(_posts(referrals, families, stay, load)),
                    "Leave parts of a post as they are; nothing is to be rounded.",
                ),
                Wrong(
                    lambda referrals, families, stay, load: round(_posts(referrals, families, stay, load)),
                    "Leave parts of a post as they are; nothing is to be rounded.",
                ),
                Wrong(
                    lambda referrals, families, stay, load: _posts(referrals, 1, stay, load),
                    "Not each referral becomes a family supported.",
                ),
                Wrong(
                    lambda referrals, families, stay, load: _posts(referrals, families, stay * MONTHS, load),
                    "The stay is in months: make the referrals monthly too.",
                ),
                Wrong(
                    lambda referrals, families, stay, load: _posts(referrals, families, stay, load) * load,
                    "Those are the families at one time; a post carries several.",
                ),
            ),
        ),
        4: Drawn(_grown, _growth_asked),
        5: Numbers(
            _pace,
            ("the low end", "the high end"),
            within=0.05,
            labels=(("low",), ("high",)),
            wrong=(
                Wrong(lambda: _pace(1), "Those are the limits of the whole count; how much is that a month?"),
                Wrong(
                    _one_error,
                    "That is one standard error each way; an interval of 95% takes nearly two, and this one is exact.",
                ),
                Wrong(_normal_pace, "Those limits lie evenly about the count; the exact ones of a count do not."),
                Wrong(lambda: _pace(measure="families"), "Those are the families; referrals were asked for."),
            ),
        ),
        6: Numbers(
            _from_the_window(lambda families: (1 - BEFORE) * families, lambda families, referrals: referrals),
            ("the families for each referral",),
            within=0.005,
            wrong=(
                Wrong(
                    _from_the_window(lambda families: families, lambda families, referrals: referrals),
                    "Nothing has changed yet: all families still count.",
                ),
                Wrong(
                    _from_the_window(
                        lambda families: (1 - BEFORE) * families,
                        lambda families, referrals: referrals - BEFORE * families,
                    ),
                    "Their referrals came before the count began, and were never in it.",
                ),
                Wrong(
                    _from_the_window(
                        lambda families: families, lambda families, referrals: referrals - BEFORE * families
                    ),
                    "Take them from the families; the referrals in the count stay.",
                ),
            ),
        ),
    }
)
