"""Answers to the exercises on what a team would take."""

import numpy as np

from newpip import scenario as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers

REFERRED, WEEKS, HALF_A_YEAR, CARRIED = 2, 52, 0.5, 10  # families a week, weeks, years, families a post
SHARES = (0.9, 0.75, 0.5)


def _preset(name="newpip"):
    return calc.preset(load("scenario_inputs"), load("scenario_presets"), name)


def _by_hand():
    return [REFERRED * WEEKS * HALF_A_YEAR / CARRIED]


def _counted():
    area = _preset("large")
    known = area.drop(list(calc.ESTIMATED))
    known.loc["referrals"] = calc.central(area)["referrals"]
    posts = calc.ranges(known).loc["posts"]
    return [posts["low"], posts["high"]]


def _losses(weight):
    chosen = _preset()
    chosen.loc["weight"] = weight
    return calc.loss(calc.draw(chosen, calc.points())).mean(axis=1)


def _even_weight():
    """Return the weight at which both choices lose as much: each loss is a straight line in the weight."""
    (given, more), (given_at_one, more_at_one) = _losses(0.0), _losses(1.0)
    return [(more - given) / ((given_at_one - given) - (more_at_one - more))]


def _smallest_team(chosen, share=0.9):
    needed = calc.outputs(calc.draw(chosen, calc.points()))["posts"]
    return float(np.ceil(2 * np.quantile(needed, share)) / 2)


def _teams():
    labels = load("scenario_presets").drop_duplicates("preset").set_index("preset")["label"]
    usual = [Case((_preset(name),), f"with {label!r}") for name, label in labels.items()]
    return usual + [Case((_preset(), share), f"with share {share}") for share in SHARES]


check = Check(
    {
        1: Numbers(_by_hand, ("the posts",), within=0.05),
        2: Numbers(_counted, ("the low end", "the high end"), within=0.05),
        3: Numbers(_even_weight, ("the weight",), within=0.01),
        4: Function(_teams, _smallest_team),
    }
)
