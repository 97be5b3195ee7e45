"""Answers to the exercises on dropout."""

import numpy as np
import pandas as pd

from newpip import dropout as calc
from newpip.data import load
from newpip.exercises import Case, Check, Drawn, Function, Numbers, Wrong

SHARES = (1.0, 0.9, 0.8)  # the chapter's examples; a test holds them to what it publishes
WANTED, HALF = 2 / 3, 1 / 2
MORE_LEFT = 0.3  # of those who started
PEOPLE = 4000
OTHER = 3000  # families, so that a function is held to the number that it gets
TELLS = 0.07  # the least correlation by which a record says something; chance alone stays far below
LABELS = tuple((share, f"{share:.0%}", f"{100 * share:.0f}", f"at {share:.0%}") for share in SHARES)
COLUMNS = ("need", "benefited", "stayed")


def _quoted():
    return load("attrition").set_index("attrition_id").loc["fonagy_quoted", "value"]


def _bounds(share=SHARES[0]):
    return calc.bounds(_quoted(), share)


def _tipping(target=WANTED):
    return [calc.tipping(share, target) for share in SHARES]


def _of_three(never, left, p_completed, p_left=0.0, p_never=0.0):
    return (1 - never - left) * p_completed + left * p_left + never * p_never


def _of_three_cases():
    register = load("attrition").set_index("attrition_id")["value"]
    never, left = (float(register[f"chacko_{part}"]) for part in ("not_enrolled", "dropped_out"))
    some = [Case((never, left, share)) for share in SHARES]
    edges = [Case((0.0, 0.0, 0.9)), Case((1.0, 0.0, 0.9)), Case((0.2, 0.3, 0.9, 0.5)), Case((0.2, 0.3, 0.9, 0.5, 0.25))]
    return [*some, *edges]


def _more_of_three_cases(rng):
    drawn = rng.dirichlet([1, 1, 1], 5)[:, :2].round(3)
    return [Case((*map(float, groups), *rng.random(3).round(3).tolist())) for groups in drawn]


def _cohort_cases():
    tries = ((PEOPLE, 1), (PEOPLE, 2), (PEOPLE, 1), (OTHER, 3))
    return [Case((n, np.random.default_rng(seed)), f"with {n} families") for n, seed in tries]


def _more_cohort_cases(rng):
    one, other = rng.integers(10, 10**6, 2).tolist()
    return [Case((PEOPLE, np.random.default_rng(seed)), f"with {PEOPLE} families") for seed in (one, other, one)]


def _accept_cohort(got, n, _rng):
    """Hold a made-up service to what the exercise says of it."""
    if not isinstance(got, pd.DataFrame) or not set(COLUMNS) <= set(got.columns):
        return "a table with the columns need, benefited and stayed was expected."
    if len(got) != n:
        return f"it has {len(got)} families."
    if not all(pd.api.types.is_bool_dtype(got[name]) or set(got[name]) <= {0, 1} for name in COLUMNS[1:]):
        return "benefited and stayed are True or False for each family."
    if any(isinstance(value, (str, bytes, bool)) for value in got["need"]):
        return "the need of some families is no number."
    need = pd.to_numeric(got["need"], errors="coerce").to_numpy(float, na_value=np.nan)
    if not np.isfinite(need).all():
        return "the need of some families is no number."
    benefited, stayed = got["benefited"].to_numpy(bool), got["stayed"].to_numpy(bool)
    return _implausible(need, benefited, stayed)


def _implausible(need, benefited, stayed):
    """Return what keeps a table from being a service whose record is worthless."""
    values, times = np.unique(need, return_counts=True)
    if len(values) == 1 or (times.min() == times.max() > 1):
        return "families are copies of each other; draw each one's need."
    if abs(1 - stayed.mean() - _quoted()) > 0.02:
        return "the share who leave is not the quoted one."
    if benefited.all() or not benefited.any():
        return "all families fare alike; some benefit and some do not."
    if abs(np.corrcoef(need, benefited)[0, 1]) > TELLS:
        return "the record still says something about benefit."
    if stayed.all() or abs(np.corrcoef(need, stayed)[0, 1]) > TELLS:
        return "the record still says something about who stayed."
    if abs(benefited[stayed].mean() - benefited.mean()) < 0.01:
        return "those who stay fare like everybody, so nothing needs mending; families should leave by their true need."
    return ""


def _differ(tables):
    """Refuse families made without the generator: the same one gives the same families, and another gives others."""
    first, other, again, *_ = tables
    if any(first[name].tolist() == other[name].tolist() for name in COLUMNS):
        return "Another rng gave the same families; draw everything with the rng that comes in."
    if any(first[name].tolist() != again[name].tolist() for name in COLUMNS):
        return "The same rng gave other families; draw everything with the rng that comes in."
    return ""


def _left_behind(rng):
    started = int(rng.integers(50, 150))
    stayed = int(started * rng.uniform(0.5, 0.9))
    return {"started": started, "stayed": stayed, "helped": int(stayed * rng.uniform(0.6, 0.95))}


def _bounds_asked(started, stayed, helped):
    left = started - stayed
    return Numbers(
        lambda: [helped / started, (helped + left) / started],
        ("the lowest share", "the highest share"),
        within=0.0005,
        share=True,
        labels=(("low", "lowest"), ("high", "highest")),
        wrong=(
            Wrong(lambda: [helped / stayed] * 2, "Look at the denominator: the shares are of all who started."),
            Wrong(
                lambda: [helped / stayed, (helped + left) / started],
                "Look at the denominator of the lowest share: all who started.",
            ),
            Wrong(
                lambda: [helped / started, stayed / started],
                "At the highest, those who left were all helped, and the others as counted.",
            ),
            Wrong(
                lambda: [helped / started, helped / stayed],
                "To leave out those who left is to take them to fare like the rest, which is neither end.",
            ),
        ),
    )


check = Check(
    {
        1: Numbers(
            lambda: [_bounds().width],
            ("the width",),
            within=0.0005,
            share=True,
            alike=True,
            wrong=(
                Wrong(lambda: [_bounds().width / 2], "That is half of it: the width goes from one end to the other."),
                Wrong(lambda: [_bounds().low], "That is one end; the width is the distance between the two."),
                Wrong(
                    lambda: [_bounds().low * SHARES[1]], "That is one end; the width is the distance between the two."
                ),
                Wrong(
                    lambda: [sum(vars(_bounds()).values()) / 2],
                    "That is the middle; the width is the distance between the two ends.",
                ),
            ),
        ),
        2: Numbers(
            _tipping,
            tuple(f"the tipping point at {share:.0%}" for share in SHARES),
            within=0.0005,
            share=True,
            labels=LABELS,
            wrong=(
                Wrong(lambda: _tipping(HALF), "Nothing has changed yet: those are the tipping points for one half."),
                Wrong(
                    lambda: [share - WANTED for share in SHARES],
                    "The share lost is of all who start; divide what can be lost by the share of completers.",
                ),
                Wrong(
                    lambda: _tipping(round(WANTED, 2)), "Two thirds were rounded on the way; write them as a fraction."
                ),
            ),
        ),
        3: Function(
            _of_three_cases,
            _of_three,
            more=_more_of_three_cases,
            wrong=(
                Wrong(
                    lambda never, left, p_completed, p_left=0.0, p_never=0.0: _of_three(
                        never, (1 - never) * left, p_completed, p_left, p_never
                    ),
                    "It takes those who left as a share of those who began; both are shares of all.",
                ),
                Wrong(
                    lambda never, left, p_completed, p_left=0.0, p_never=0.0: _of_three(
                        0, left, p_completed, p_left, p_never
                    ),
                    "Those who never began are still counted among those who finished.",
                ),
                Wrong(
                    lambda never, left, p_completed, p_left=0.0, p_never=0.0: (1 - never - left) * p_completed,
                    "It leaves out those who did not finish; their shares may be stated, and are then not zero.",
                ),
                Wrong(
                    lambda never, left, p_completed, p_left=0.0, p_never=0.0: _of_three(
                        never, left, p_completed, p_never, p_left
                    ),
                    "The shares of those who left and of those who never began have changed places.",
                ),
            ),
        ),
        4: Function(_cohort_cases, accept=_accept_cohort, together=_differ, more=_more_cohort_cases),
        5: Numbers(
            lambda: [calc.bounds(MORE_LEFT, share).low for share in SHARES],
            tuple(f"the low end at {share:.0%}" for share in SHARES),
            within=0.005,
            share=True,
            labels=LABELS,
            wrong=(
                Wrong(
                    lambda: [calc.bounds(MORE_LEFT, share).high for share in SHARES],
                    "Those are the high ends, where all who left benefited.",
                ),
                Wrong(
                    lambda: [_bounds(share).low for share in SHARES],
                    "Nothing has changed yet: those are the low ends at the quoted dropout.",
                ),
                Wrong(
                    lambda: [share - MORE_LEFT for share in SHARES],
                    "A share of completers is a share of those who stayed: multiply, and do not take away.",
                ),
            ),
        ),
        6: Drawn(_left_behind, _bounds_asked),
    }
)
