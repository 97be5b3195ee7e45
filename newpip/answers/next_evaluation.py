"""Answers to the exercises on the next evaluation."""

import math

from newpip import evaluation as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Numbers, Wrong

WIDTH = 0.15  # the row that is read
R = 0.8  # of scores before and after
Z = 1.96
TOO_FEW = "The share is lost of those who are asked; and whole families are rounded up, else too few answer."
ONE_SIDE = 0.1  # for a test with two sides, what one in twenty is on one side


def _inputs():
    return load("evaluation_inputs").set_index("input")["value"]


def _row(width=WIDTH, loss="loss"):
    needed = calc.families(width)
    return [needed, calc.with_loss(needed, _inputs()[loss])]


def _change(r=R):
    given = _inputs()
    needed = calc.families_for_change(given["points"], calc.sd_of_change(given["sd"], r))
    return [needed, calc.with_loss(needed, given["loss"])]


def _too_few(needed):
    """Return families to ask that are rounded down, which is also what adding the share comes to."""
    return [needed, math.floor(needed / (1 - _inputs()["loss"]))]


def _with_more_lost():
    return [_change()[0], calc.with_loss(_change()[0], _inputs()["loss_more"])]


def _months(needed, loss, counted, months):
    return calc.with_loss(needed, loss) / (counted / months)


def _months_cases():
    counted = load("activity").set_index("measure").loc["families", "n"]
    some = [Case((calc.families(width), loss, int(counted), 15)) for width in (0.1, 0.2) for loss in (0.0, 0.18, 0.5)]
    return [*some, Case((90, 0.25, 12, 6))]


def _more_months_cases(rng):
    sizes = rng.integers([20, 10, 6], [200, 150, 30], (5, 3)).tolist()
    return [Case((needed, round(float(rng.uniform(0, 0.6)), 2), counted, months)) for needed, counted, months in sizes]


def _power(alpha=0.05, r=None):
    given = _inputs()
    spread = calc.sd_of_change(given["sd"], given["r"] if r is None else r)
    return [calc.families_for_power(given["change"], spread, given["chance"], alpha)]


def _uncorrelated():
    given = _inputs()
    return [math.hypot(given["sd"], given["sd"])]


def _sd(r=R):
    return [calc.sd_of_change(_inputs()["sd"], r)]


def _scores(rng):
    return {"sd": int(rng.integers(3, 12)), "families": int(rng.integers(20, 120))}


def _error_asked(sd, families):
    error = sd / math.sqrt(families)
    return Numbers(
        lambda: [error, Z * error],
        ("the standard error", "half the width"),
        within=0.005,
        wrong=(
            Wrong(
                lambda: [sd / families, Z * sd / families],
                "It shrinks with the root of the number, not with the number.",
            ),
            Wrong(lambda: [error, 2 * Z * error], "That is the whole width; half of it was asked for."),
            Wrong(lambda: [error, error], "An interval of 95% reaches nearly two standard errors each way."),
            Wrong(lambda: [sd, Z * sd], "That is how far single scores lie apart; their mean is known better."),
        ),
    )


check = Check(
    {
        1: Numbers(
            _row,
            ("the families with an answer", "the families to ask"),
            wrong=(
                Wrong(lambda: _row(2 * WIDTH), "Halve the width: the table counts from the middle to an end."),
                Wrong(lambda: _row(loss="loss_more"), "Of the shares lost, take the smaller."),
                Wrong(lambda: _too_few(_row()[0]), TOO_FEW),
                Wrong(lambda: _row(_inputs()["width"]), "That is the chapter's own row; look for the wider interval."),
            ),
        ),
        2: Numbers(
            _change,
            ("the families with both scores", "the families to ask"),
            wrong=(
                Wrong(lambda: _change(_inputs()["r"]), "Nothing has changed yet: that is the chapter's correlation."),
                Wrong(lambda: _too_few(_change()[0]), TOO_FEW),
                Wrong(_with_more_lost, "Of the shares lost, take the smaller, as the chapter does."),
                Wrong(
                    lambda: _change(1 - R), "The better last scores are foretold, the nearer the correlation is to one."
                ),
            ),
        ),
        3: Function(
            _months_cases,
            _months,
            more=_more_months_cases,
            wrong=(
                Wrong(
                    lambda needed, loss, counted, months: needed / (1 - loss) / (counted / months),
                    "Families to ask are whole: round them up first.",
                ),
                Wrong(
                    lambda needed, loss, counted, months: math.ceil(needed * (1 + loss)) / (counted / months),
                    "The share is lost of those who are asked, and not added to those who answer.",
                ),
                Wrong(lambda needed, loss, counted, months: needed / (counted / months), "It takes nobody to be lost."),
                Wrong(
                    lambda needed, loss, counted, months: math.ceil(_months(needed, loss, counted, months)),
                    "Families are whole; months need not be.",
                ),
                Wrong(
                    lambda needed, loss, counted, months: calc.with_loss(needed, loss) / counted,
                    "Those are spans of the count; how many months are they?",
                ),
            ),
        ),
        4: Drawn(_scores, _error_asked),
        5: Numbers(
            lambda: _power(ONE_SIDE),
            ("the families",),
            wrong=(
                Wrong(_power, "Nothing has changed yet: that test has two sides."),
                Wrong(
                    lambda: _power(ONE_SIDE / 4),
                    "It goes the other way: with one side, all of the one in twenty is on it.",
                ),
                Wrong(
                    lambda: _power(ONE_SIDE, 0),
                    "That takes scores before and after to have nothing to do with each other.",
                ),
            ),
        ),
        6: Numbers(
            _sd,
            ("the standard deviation",),
            within=0.05,
            wrong=(
                Wrong(lambda: _sd(_inputs()["r"]), "Nothing has changed yet: that is the chapter's correlation."),
                Wrong(lambda: [_sd()[0] ** 2], "That is the variance; take its root."),
                Wrong(_uncorrelated, "That takes the two scores to have nothing to do with each other."),
                Wrong(
                    lambda: [_inputs()["sd"] * (1 - R)], "The correlation works on variances: put it under the root."
                ),
            ),
        ),
    }
)
