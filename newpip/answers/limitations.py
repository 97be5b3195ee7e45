"""Answers to the exercises on dropout."""

import numpy as np
import pandas as pd

from newpip import dropout as calc
from newpip.data import load
from newpip.exercises import Case, Check, Function, Numbers

SHARES = (1.0, 0.9, 0.8)  # the chapter's examples; a test holds them to what it publishes
WANTED = 2 / 3
PEOPLE = 4000


def _quoted():
    return load("attrition").set_index("attrition_id").loc["fonagy_quoted", "value"]


def _width():
    return [calc.bounds(_quoted(), SHARES[0]).width]


def _tipping():
    return [calc.tipping(share, WANTED) for share in SHARES]


def _of_three(never, left, p_completed, p_left=0.0, p_never=0.0):
    return (1 - never - left) * p_completed + left * p_left + never * p_never


def _of_three_cases():
    register = load("attrition").set_index("attrition_id")["value"]
    never, left = (float(register[f"chacko_{part}"]) for part in ("not_enrolled", "dropped_out"))
    some = [Case((never, left, share)) for share in SHARES]
    edges = [Case((0.0, 0.0, 0.9)), Case((1.0, 0.0, 0.9)), Case((0.2, 0.3, 0.9, 0.5)), Case((0.2, 0.3, 0.9, 0.5, 0.25))]
    return [*some, *edges]


def _cohort_cases():
    return [Case((PEOPLE, np.random.default_rng(seed)), f"with {PEOPLE} families") for seed in (1, 2)]


def _accept_cohort(got, n, _rng):
    """Hold a made-up service to what the exercise says of it."""
    if not isinstance(got, pd.DataFrame) or not {"need", "benefited", "stayed"} <= set(got.columns):
        return "a table with the columns need, benefited and stayed was expected."
    if len(got) != n:
        return f"it has {len(got)} families."
    need, benefited = got["need"].to_numpy(float), got["benefited"].to_numpy(float)
    stayed = got["stayed"].to_numpy(bool)
    if abs(1 - stayed.mean() - _quoted()) > 0.02:
        return "the share who leave is not the quoted one."
    if abs(np.corrcoef(need, benefited)[0, 1]) > 0.1:
        return "the record still says something about benefit."
    if benefited[stayed].mean() - benefited.mean() < 0.01:
        return "those who stay fare like everybody, so nothing needs mending; families should leave by their true need."
    return ""


check = Check(
    {
        1: Numbers(_width, ("the width",), within=0.0005, share=True),
        2: Numbers(_tipping, tuple(f"the tipping point at {share:.0%}" for share in SHARES), within=0.0005, share=True),
        3: Function(_of_three_cases, _of_three),
        4: Function(_cohort_cases, accept=_accept_cohort),
    }
)
