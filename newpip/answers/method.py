"""Answers to the exercises on the sample."""

import math

import scipy  # its parts load when first used

from newpip import sample as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Names, Numbers, Wrong
from newpip.intervals import clopper_pearson, rule_of_three, upper_limit_exact, wilson

ITEM = 17  # of COREQ: the interview guide
MORE = 2  # professionals
Z = scipy.stats.norm.ppf(0.975)


def _sizes_and_seen():
    participants = load("participants")
    sizes = participants.groupby("participant_group")["n"].sum()
    other = participants[participants["ethnicity"] != "white British"]
    return sizes, other.groupby("participant_group")["n"].sum().reindex(sizes.index, fill_value=0)


def _limits():
    sizes, seen = _sizes_and_seen()
    return sizes.combine(seen, lambda n, k: upper_limit_exact(int(k), int(n)))


def _least_excluded():
    limits = _limits()
    return limits.index[limits == limits.max()]


def _most_excluded():
    limits = _limits()
    return limits.index[limits == limits.min()]


def _groups():
    return load("participants")["participant_group"]


def _asked(group="professional", more=0):
    response = calc.response(load("recruitment")).set_index("participant_group").loc[group]
    return min(response["interviewed"] + more, response["invited"]), response["invited"]


def _three(limits):
    return [limits.estimate, limits.low, limits.high]


def _normal(k, n):
    estimate, reach = k / n, Z * math.sqrt(k / n * (1 - k / n) / n)
    return [estimate, estimate - reach, estimate + reach]


def _invited_too():
    k, n = _asked()
    return _three(wilson(k + MORE, n + MORE))


def _rated(rating):
    coreq = load("coreq")
    domain = coreq.set_index("item").loc[ITEM, "domain"]
    if rating:
        coreq.loc[coreq["item"] == ITEM, "rating"] = rating
    return calc.reporting(coreq).set_index("domain")[list(calc.RATINGS)], domain


def _rerated():
    counts, domain = _rated("reported")
    return counts.loc[domain]


def _as_rated():
    counts, domain = _rated("")
    return counts.loc[domain]


def _added_alone():
    counts = _as_rated().copy()
    counts["reported"] += 1
    return counts


def _at_least(k, n, share):
    return float(scipy.stats.binom.sf(k - 1, n, share))


def _parents():
    return int(load("participants").query("participant_group == 'parent'")["n"].sum())


def _at_least_cases():
    parents = _parents()
    asked = [Case((k, parents, share)) for k in (1, 2, parents) for share in (0.05, 0.2)]
    return [*asked, Case((0, parents, 0.2)), Case((1, parents, 0.0)), Case((parents + 1, parents, 0.5))]


def _more_at_least_cases(rng):
    numbers = rng.integers(1, 40, 6).tolist()
    return [Case((int(rng.integers(0, n + 1)), n, round(float(rng.random()), 2))) for n in numbers]


def _error(k, n):
    return [math.sqrt(k / n * (1 - k / n) / n)]


def _error_of(_, n):
    k = _asked()[0]
    return [math.sqrt(k / n * (1 - k / n) / k)]


def _upper(level=0.95):
    sizes, seen = _sizes_and_seen()
    return [upper_limit_exact(int(seen["parent"]), int(sizes["parent"]), level)]


def _of_wilson():
    sizes, seen = _sizes_and_seen()
    return [wilson(int(seen["parent"]), int(sizes["parent"])).high]


check = Check(
    {
        1: Names(
            _least_excluded,
            among=_groups,
            one_of=True,
            wrong=(
                Wrong(_most_excluded, "Of that group more people were asked, so that less of it can have been missed."),
            ),
        ),
        2: Numbers(
            lambda: _three(wilson(*_asked(more=MORE))),
            ("the response", "the low limit", "the high limit"),
            within=0.0005,
            share=True,
            labels=(("share", "estimate", "response"), ("low",), ("high",)),
            wrong=(
                Wrong(
                    lambda: _three(wilson(*_asked())),
                    "Nothing has changed yet: these are the limits of those who did agree.",
                ),
                Wrong(
                    lambda: _normal(*_asked(more=MORE)),
                    "Those are the limits of the normal approximation (Wald); Wilson's do not lie evenly about it.",
                ),
                Wrong(
                    lambda: _three(clopper_pearson(*_asked(more=MORE))),
                    "Those are the exact limits (Clopper-Pearson); Wilson's were asked for.",
                ),
                Wrong(_invited_too, "They had been invited already: more agreed, and no more were asked."),
                Wrong(
                    lambda: _three(wilson(*_asked("parent", MORE))),
                    "Those are the parents; the professionals were asked for.",
                ),
            ),
        ),
        3: Numbers(
            _rerated,
            calc.RATINGS,
            wrong=(
                Wrong(_as_rated, "Nothing has changed yet: the item still has its old rating."),
                Wrong(_added_alone, "The item has gained its new rating and kept its old one as well."),
                Wrong(
                    lambda: _rated("reported")[0].sum(),
                    "Those are the counts of all domains together; take the item's own.",
                ),
            ),
        ),
        4: Function(
            _at_least_cases,
            _at_least,
            more=_more_at_least_cases,
            wrong=(
                Wrong(
                    lambda k, n, share: scipy.stats.binom.sf(k, n, share),
                    "The tail lacks its end: that is more than k, and k itself belongs to it.",
                ),
                Wrong(
                    lambda k, n, share: scipy.stats.binom.pmf(k, n, share),
                    "That is the chance of exactly k; more than k counts too.",
                ),
                Wrong(
                    lambda k, n, share: scipy.stats.binom.cdf(k, n, share),
                    "That is the chance of at most k: the other tail.",
                ),
                Wrong(lambda k, n, share: 1 - (1 - share) ** n, "That is the chance of at least one, whatever k is."),
            ),
        ),
        5: Numbers(
            lambda: _error(*_asked()),
            ("the standard error",),
            within=0.0005,
            wrong=(
                Wrong(lambda: [_error(*_asked())[0] ** 2], "That is the variance of the share; take its root."),
                Wrong(
                    lambda: [_error(*_asked())[0] * _asked()[1] ** 0.5],
                    "That is the spread of single answers; that of their share shrinks with how many were asked.",
                ),
                Wrong(lambda: _error_of(*_asked()), "Look at the denominator: all who were invited could have agreed."),
                Wrong(
                    lambda: [Z * _error(*_asked())[0]],
                    "That is half the width of an interval; the standard error comes before it.",
                ),
                Wrong(lambda: _error(*_asked("parent")), "Those are the parents; the professionals were asked for."),
            ),
        ),
        6: Numbers(
            lambda: _upper(0.975),
            ("the upper end",),
            within=0.0005,
            share=True,
            wrong=(
                Wrong(
                    _upper,
                    "That has the whole doubt on one side; of an interval with two sides each gets half of it.",
                ),
                Wrong(
                    lambda: [rule_of_three(_parents())],
                    "That is the rule of three, near enough for one side; take the exact limit.",
                ),
                Wrong(_of_wilson, "That is Wilson's interval; the exact one was asked for."),
                Wrong(lambda: _upper(0.99), "Half of one in twenty is left on each side."),
            ),
        ),
    }
)
