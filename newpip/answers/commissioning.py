"""Answers to the exercises on what a team would take."""

import numpy as np

from newpip import scenario as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Names, Numbers, Wrong

REFERRED, WEEKS, HALF_A_YEAR, CARRIED = 2, 52, 0.5, 10  # families a week, weeks, years, families a post
MONTHS = 12
SHARES = (0.9, 0.75, 0.5)


def _preset(name="newpip"):
    return calc.preset(load("scenario_inputs"), load("scenario_presets"), name)


def _by_hand(weeks=WEEKS, years=HALF_A_YEAR, carried=CARRIED):
    return [REFERRED * weeks * years / carried]


def _ends(area):
    posts = calc.ranges(area).loc["posts"]
    return [posts["low"], posts["high"]]


def _known(keep=()):
    area = _preset("large")
    known = area.drop([name for name in calc.ESTIMATED if name not in keep])
    known.loc["referrals"] = calc.central(area)["referrals"]
    return known


def _middle():
    return [calc.ranges(_known()).loc["posts", "central"]] * 2


def _losses(weight):
    chosen = _preset()
    chosen.loc["weight"] = weight
    return calc.loss(calc.draw(chosen, calc.points())).mean(axis=1)


def _lines():
    """Return each loss where the weight is nought, and how much it rises with the weight."""
    at_none, at_one = _losses(0.0), _losses(1.0)
    return at_none, at_one - at_none


def _even_weight():
    """Return the weight at which both choices lose as much: each loss is a straight line in the weight."""
    (given, more), (given_rises, more_rises) = _lines()
    return [(more - given) / (given_rises - more_rises)]


def _rises_added():
    (given, more), (given_rises, more_rises) = _lines()
    return [(more - given) / (given_rises + more_rises)]


def _one_line_alone():
    (given, more), (given_rises, _) = _lines()
    return [(more - given) / given_rises]


def _ratio_of_losses():
    given, more = _losses(1.0)
    return [more / given]


def _needed(chosen):
    return calc.outputs(calc.draw(chosen, calc.points()))["posts"]


def _smallest_team(chosen, share=0.9):
    return float(np.ceil(2 * np.quantile(_needed(chosen), share)) / 2)


def _teams():
    labels = load("scenario_presets").drop_duplicates("preset").set_index("preset")["label"]
    usual = [Case((_preset(name),), f"with {label!r}") for name, label in labels.items()]
    shares = [Case((_preset(), share), f"with share {share}") for share in SHARES]
    return [*usual, *shares, Case((_sure(),), "with inputs that are certain, and need just so many half posts")]


def _sure():
    """Return inputs that leave nothing open, of which the posts needed are half posts to the last digit."""
    certain = {"referrals": 100, "acceptance": 1, "dropout": 0, "stay": 12, "full_caseload": 40, "direct": 1}
    chosen = _preset()
    for name, value in certain.items():
        chosen.loc[name] = float(value)
    return chosen


def _more_teams(rng):
    return [Case((_preset(), share), f"with share {share}") for share in rng.uniform(0.3, 0.97, 4).round(2).tolist()]


def _moving(place):
    def name():
        swings = calc.tornado(_preset(), "posts").set_index("input")["swing"].abs()
        return [swings.sort_values(ascending=False).index[place]]

    return name


def _service(rng):
    return {
        "referrals_a_week": int(rng.integers(1, 6)),
        "taken_on": round(float(rng.uniform(0.6, 0.95)), 2),
        "stay_months": int(rng.integers(3, 10)),
        "carried": int(rng.integers(7, 14)),
    }


def _posts_asked(referrals_a_week, taken_on, stay_months, carried):
    held = referrals_a_week * WEEKS * taken_on * stay_months / MONTHS
    return Numbers(
        lambda: [held / carried],
        ("the posts",),
        within=0.05,
        wrong=(
            Wrong(lambda: [held / taken_on / carried], "Not all who are referred begin; take the share who do."),
            Wrong(
                lambda: [held / carried * MONTHS / stay_months],
                "Those are the families of a year; not all are in care at one time.",
            ),
            Wrong(lambda: [held], "Those are the families in care at one time; a post carries several."),
            Wrong(
                lambda: [referrals_a_week * 4 * taken_on * stay_months / carried],
                "A month has more than four weeks; go by the year.",
            ),
        ),
    )


check = Check(
    {
        1: Numbers(
            _by_hand,
            ("the posts",),
            within=0.05,
            wrong=(
                Wrong(lambda: _by_hand(years=1), "Those are the families of a year; not all are in care at one time."),
                Wrong(
                    lambda: _by_hand(carried=1), "Those are the families in care at one time; a post carries several."
                ),
                Wrong(lambda: _by_hand(years=HALF_A_YEAR**2), "The half-year has been counted in again."),
                Wrong(lambda: _by_hand(weeks=MONTHS), "Referrals come by the week; a year has more weeks than months."),
            ),
        ),
        2: Numbers(
            lambda: _ends(_known()),
            ("the low end", "the high end"),
            within=0.05,
            labels=(("low",), ("high",)),
            wrong=(
                Wrong(
                    lambda: _ends(_preset("large")),
                    "Nothing has changed yet: births, need and the share referred still stand in for a count.",
                ),
                Wrong(lambda: _ends(_preset()), "That is NEWPIP's range; the large area was asked for."),
                Wrong(_middle, "Other inputs are still uncertain, so that there are two ends."),
            ),
        ),
        3: Numbers(
            _even_weight,
            ("the weight",),
            within=0.01,
            wrong=(
                Wrong(
                    _rises_added,
                    "Look at the signs: as the weight rises, the lines come nearer by the difference of their rises.",
                ),
                Wrong(_one_line_alone, "The loss of the larger team rises with the weight too."),
                Wrong(
                    _ratio_of_losses,
                    "That is how the losses stand at a weight of one; find the weight at which they are alike.",
                ),
            ),
        ),
        4: Function(
            _teams,
            _smallest_team,
            more=_more_teams,
            wrong=(
                Wrong(
                    lambda chosen, share=0.9: np.ceil(np.quantile(_needed(chosen), share)),
                    "Those are whole posts; half posts were asked for.",
                ),
                Wrong(
                    lambda chosen, share=0.9: np.round(2 * np.quantile(_needed(chosen), share)) / 2,
                    "It rounds down at times; a team that is enough is never below.",
                ),
                Wrong(
                    lambda chosen, share=0.9: np.floor(2 * np.quantile(_needed(chosen), share)) / 2,
                    "It rounds down at times; a team that is enough is never below.",
                ),
                Wrong(
                    lambda chosen, share=0.9: np.floor(2 * np.quantile(_needed(chosen), share)) / 2 + 0.5,
                    "Where just so many half posts are needed, that many are enough.",
                ),
                Wrong(lambda chosen, share=0.9: _smallest_team(chosen), "It gives the same for every share of draws."),
                Wrong(
                    lambda chosen, share=0.9: np.quantile(_needed(chosen), share),
                    "Posts come in halves: go up to the next step.",
                ),
                Wrong(
                    lambda chosen, share=0.9: np.ceil(2 * np.mean(_needed(chosen))) / 2,
                    "That is enough on average; a share of the draws was asked for.",
                ),
            ),
        ),
        5: Names(
            _moving(0),
            among=lambda: load("scenario_inputs")["input"],
            one_of=True,
            wrong=(
                Wrong(_moving(-1), "That bar is the shortest; the longest moves the posts most."),
                Wrong(_moving(1), "That bar comes next; one is longer still."),
            ),
        ),
        6: Drawn(_service, _posts_asked),
    }
)
