"""The sliders and fields of the book: what they are called, how far they go, where they start, what formulas need."""

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from statistics import NormalDist


@dataclass(frozen=True)
class Input:
    """A slider, or a field to type in: its name in the formulas, its label, its ends and step, how its value reads."""

    name: str
    label: str
    low: float
    high: float | str  # or the name of the constant that it is
    step: float
    unit: str = "share"
    typed: bool = False


@dataclass(frozen=True)
class Sliders:
    """Some sliders that belong together: their legend, the tables they rest on, and what is computed from these."""

    legend: str
    inputs: tuple[Input, ...]
    tables: tuple[str, ...]
    rests_on: Callable  # from the tables to where the sliders start, and to the constants of the formulas


def _default(function, name):
    return inspect.signature(function).parameters[name].default


# The questions' modules are imported where they are asked for: only a page with sliders has to wait for them.
def _dropout(attrition):
    from newpip import dropout

    quoted = attrition.set_index("attrition_id").loc["fonagy_quoted", "value"]
    starts = {"dropout": float(quoted), "leavers": _default(dropout.tipping, "leavers")}
    return starts, {"target": _default(dropout.tipping, "target")}


def _exposure(counts, readings):
    from newpip import referrals

    counts = counts.sort_values("year")
    months = readings.set_index("reading")["months_first_year"]
    z = NormalDist().inv_cdf((1 + _default(referrals.trend, "level")) / 2)
    constants = {"years": counts["year"].tolist(), "counts": counts["referrals"].tolist(), "z": z}
    return {"months": int(months["opened_june"])}, {**constants, "whole": referrals.MONTHS}


def _population(population, participants):
    from newpip import sample

    share = 1 - population["share_white_british"].dropna().iloc[0]
    parents = participants.loc[participants["participant_group"] == "parent", "n"].sum()
    starts = {"share": round(float(share), 3), "people": int(parents)}
    return starts, {"chance": _default(sample.n_to_see, "chance")}


def _evaluation(inputs):
    from scipy.special import stdtrit

    from newpip import evaluation

    tail = (1 + evaluation.LEVEL) / 2
    few = [float(stdtrit(n, tail)) for n in range(1, 41)]  # degrees of freedom for which no series is near enough
    return inputs.set_index("input")["value"].to_dict(), {"z": NormalDist().inv_cdf(tail), "few": few}


LOSS = Input("loss", "Share of answers expected to be lost (%)", 0, 0.8, 0.01, typed=True)
SLIDERS = {
    "dropout": Sliders(
        "Those who left, and all who started",
        (
            Input("dropout", "Share who left", 0, 0.6, 0.01),
            Input("leavers", "Benefit among those who left", 0, 1, 0.01),
            Input("completers", "Benefit among those who stayed", 0, 1, 0.01),
        ),
        ("attrition",),
        _dropout,
    ),
    "exposure": Sliders(
        "How long the first year was",
        (Input("months", "Months of service in the first year", 4, "whole", 1, "months"),),
        ("referrals", "exposure_readings"),
        _exposure,
    ),
    "population": Sliders(
        "How easily a group is missed",
        (
            Input("share", "The group's share of the population", 0.001, 0.3, 0.001),
            Input("people", "People in a random sample", 1, 100, 1, "people"),
        ),
        ("population", "participants"),
        _population,
    ),
    "families": Sliders(
        "Families needed for a share",
        (
            Input("width", "Half the width of the interval (%)", 0.01, 0.4, 0.01, typed=True),
            Input("share", "Share expected (%); 50 takes the most families", 0, 1, 0.01, typed=True),
            LOSS,
        ),
        ("evaluation_inputs",),
        _evaluation,
    ),
    "change": Sliders(
        "Families needed to know a mean change",
        (
            Input("points", "How close, either way (points of the score)", 0.1, 30, 0.1, "points", typed=True),
            Input("sd", "Spread of the score (standard deviation, in points)", 0.5, 30, 0.1, "points", typed=True),
            Input("r", "Correlation of the scores before and after", 0, 0.95, 0.05, "correlation", typed=True),
            LOSS,
        ),
        ("evaluation_inputs",),
        _evaluation,
    ),
}


def settings(kind: str, tables: Mapping, starts: Mapping | None = None) -> dict:
    """Gather all that the script of a page needs to know of some sliders.

    Parameters
    ----------
    kind : str
        A name of ``SLIDERS``.
    tables : mapping of str to DataFrame
        The tables that these sliders name.
    starts : mapping of str to float, optional
        Where to start, where the tables alone do not say.

    Returns
    -------
    dict
        `kind`, `legend`, `inputs` (one dict a slider, with its `start`) and `constants`.
    """
    chosen = SLIDERS[kind]
    known, constants = chosen.rests_on(*(tables[name] for name in chosen.tables))
    known |= starts or {}
    inputs = [
        {**vars(one), "high": constants.get(one.high, one.high), "start": known[one.name]} for one in chosen.inputs
    ]
    return {"kind": kind, "legend": chosen.legend, "inputs": inputs, "constants": constants}
