"""Answers to the exercises on the next evaluation."""

from newpip import evaluation as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers

WIDTH = 0.15  # the row that is read
R = 0.8  # of scores before and after


def _inputs():
    return load("evaluation_inputs").set_index("input")["value"]


def _row():
    needed = calc.families(WIDTH)
    return [needed, calc.with_loss(needed, _inputs()["loss"])]


def _steadier():
    given = _inputs()
    needed = calc.families_for_change(given["points"], calc.sd_of_change(given["sd"], R))
    return [needed, calc.with_loss(needed, given["loss"])]


def _months(needed, loss, counted, months):
    return calc.with_loss(needed, loss) / (counted / months)


def _months_cases():
    counted = load("activity").set_index("measure").loc["families", "n"]
    some = [Case((calc.families(width), loss, int(counted), 15)) for width in (0.1, 0.2) for loss in (0.0, 0.18, 0.5)]
    return [*some, Case((90, 0.25, 12, 6))]


check = Check(
    {
        1: Numbers(_row, ("the families with an answer", "the families to ask")),
        2: Numbers(_steadier, ("the families with an answer", "the families to ask")),
        3: Function(_months_cases, _months),
    }
)
