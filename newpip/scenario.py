"""A commissioning scenario: from referrals to families, posts, cost and waits, with ranges and what to find out.

Referrals are counted, or estimated where nobody counts them. The book's page computes the same in the browser
(scenario.js); tests hold the two to each other.
"""

from collections.abc import Callable, Mapping
from itertools import product

import numpy as np
import pandas as pd

from newpip.grades import GRADES

COUNTED = ("referrals",)
ESTIMATED = ("births", "need", "uptake")  # their product is the referrals of an area that does not count them
WORK = ("acceptance", "dropout", "stay", "full_caseload", "direct", "post_cost")
UNCERTAIN = (*COUNTED, *ESTIMATED, *WORK)
CHOSEN = ("team", "weight")  # set by whoever decides: they have no range
SHARES = ("need", "uptake", "acceptance", "dropout", "direct")
MAY_BE_ZERO = ("dropout", "weight")
OUTPUTS = {  # what each is called, and its unit
    "referrals": ("Referrals", "a year"),
    "families": ("Families who begin, if there is room for all", "a year"),
    "completing": ("Of these, families who complete", "a year"),
    "caseload": ("Caseload", "families at one time"),
    "carried": ("Families that one post carries", "families at one time"),
    "posts": ("Posts needed", "full-time posts"),
    "cost": ("Cost of the posts needed", "GBP a year"),
    "cost_per_family": ("Cost per family who begins", "GBP"),
    "team_cost": ("Cost of the given team", "GBP a year"),
    "seen": ("Families whom the given team can begin with", "a year"),
    "wait": ("Wait at the given team after a year", "months"),
}
FORMATS = (  # how prose and tables show them
    dict.fromkeys(OUTPUTS, ".1f")
    | dict.fromkeys(["referrals", "families", "completing", "seen", "caseload"], ".0f")
    | dict.fromkeys(["cost", "cost_per_family", "team_cost"], ",.0f")
)
PARTS = {"area": "Referrals", "way in": "Families", "work": "The work", "decision": "Your decision"}
SHOWN = ["input", "label", "unit", "part", "help", "least", "most", "step", "low", "central", "high"]
DIMENSIONS = len(ESTIMATED) + len(WORK)  # as many inputs as a scenario draws at most
POINTS = 4096  # behind every range; few enough for a phone
GENERATOR = 1077  # of the lattice: the best in P_2 of the odd numbers below 1,200 for as many points
GRID = 32  # values of one input at which it is taken as known
MONTHS = 12
LEAVERS_STAY = 0.5  # families who leave do so evenly over the stay, so half of it on average
LIMITS = (0.025, 0.975)


def preset(inputs: pd.DataFrame, presets: pd.DataFrame, name: str) -> pd.DataFrame:
    """Take the inputs' defaults, with what a preset has otherwise.

    A preset with a row of its own for referrals counts them; any other estimates them.

    Parameters
    ----------
    inputs : DataFrame
        One row an input: `input`, `low`, `central`, `high`.
    presets : DataFrame
        One row a departure from those: `preset`, `input`, `low`, `central`, `high`.
    name : str
        Which preset; one with no row of its own is the defaults.

    Returns
    -------
    DataFrame
        `low`, `central` and `high`, indexed by input: the form that every function here takes.

    Raises
    ------
    ValueError
        If an input is missing, is out of its limits, or its three values are out of order.
    """
    return check(_every_value(inputs, presets, name).drop(list(ESTIMATED if _counts(presets, name) else COUNTED)))


def _every_value(inputs, presets, name):
    """Take the values of a preset, of both ways to say how many are referred."""
    columns = ["low", "central", "high"]
    chosen = inputs.set_index("input")[columns].astype(float)
    own = presets[presets["preset"] == name].set_index("input")[columns]
    chosen.loc[own.index] = own
    return chosen


def _counts(presets, name):
    return bool(((presets["preset"] == name) & presets["input"].isin(COUNTED)).any())


def uncertain(inputs: pd.DataFrame) -> list:
    """List the inputs that have a range, those that say how many are referred first.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.

    Returns
    -------
    list of str
    """
    return [name for name in UNCERTAIN if name in inputs.index]


def check(inputs: pd.DataFrame) -> pd.DataFrame:
    """Return the inputs as they are, or say which of them cannot be.

    Parameters
    ----------
    inputs : DataFrame
        `low`, `central` and `high`, indexed by input.

    Returns
    -------
    DataFrame

    Raises
    ------
    ValueError
        If an input is missing, is out of its limits, or its three values are out of order.
    """
    missing = [name for name in (*WORK, *CHOSEN) if name not in inputs.index]
    if missing:
        raise ValueError(f"inputs must hold {', '.join(missing)}")
    demand = tuple(name for name in uncertain(inputs) if name not in WORK)
    if demand not in (COUNTED, ESTIMATED):
        raise ValueError(
            f"inputs must hold either {COUNTED[0]} or {', '.join(ESTIMATED)}, not {', '.join(demand) or 'neither'}"
        )
    for name, low, central, high in inputs[["low", "central", "high"]].itertuples():
        if not low <= central <= high < np.inf:
            raise ValueError(f"{name} must be finite with low <= central <= high, not {low}, {central}, {high}")
        if low < 0 or (low == 0 and name not in MAY_BE_ZERO):
            raise ValueError(f"{name} must be {'at least' if name in MAY_BE_ZERO else 'above'} 0, not {low}")
        if name in SHARES and high > 1:
            raise ValueError(f"{name} must be a share of at most 1, not {high}")
        if name in CHOSEN and low != high:
            raise ValueError(f"{name} is chosen and has no range, not {low} to {high}")
    return inputs


def outputs(values: Mapping[str, float]) -> dict:
    """Compute a scenario: the one formula.

    Parameters
    ----------
    values : mapping
        For each input a number or an array: `referrals` a year, or `births` a year, `need`, of all families, and
        `uptake`, families referred of those in need; `acceptance`, families supported over referrals; `dropout`, of
        families who begin; `stay`, months of those who
        complete; `full_caseload`, families that a full-time post could carry if all its time were direct work;
        `direct`, the share of its time that is; `post_cost`, GBP a year; `team`, full-time posts.

    Returns
    -------
    dict
        `referrals`, `families` who begin and those `completing`, a year; `caseload`, families at one time; `carried`,
        families that one post carries; `posts` needed; `cost` of those, GBP a year; `cost_per_family` who begins;
        `team_cost` of the given team; families `seen`, whom it can begin with in a year; `wait`, months, of a family
        referred after a year in which the queue, empty at first, grew evenly and nobody left it.

    Notes
    -----
    Caseload is arrivals times mean stay: Little (1961). The wait is that of a fluid queue: its arrivals less what the
    team can begin with in a year, over the latter.
    """
    counted = "referrals" in values
    referrals = values["referrals"] if counted else values["births"] * values["need"] * values["uptake"]
    families = referrals * values["acceptance"]
    mean_stay = values["stay"] * (1 - LEAVERS_STAY * values["dropout"])
    caseload = families * mean_stay / MONTHS
    carried = values["full_caseload"] * values["direct"]
    posts = caseload / carried
    cost = posts * values["post_cost"]
    return {
        "referrals": referrals,
        "families": families,
        "completing": families * (1 - values["dropout"]),
        "caseload": caseload,
        "carried": carried,
        "posts": posts,
        "cost": cost,
        "cost_per_family": cost / families,
        "team_cost": values["team"] * values["post_cost"],
        "seen": families * np.minimum(1, values["team"] / posts),
        "wait": MONTHS * np.maximum(0, posts / values["team"] - 1),
    }


def central(inputs: pd.DataFrame) -> dict:
    """Compute a scenario at its central values.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.

    Returns
    -------
    dict
        From each of `OUTPUTS` to a number.
    """
    return {name: float(value) for name, value in outputs(check(inputs)["central"]).items()}


def posts_by_reading(inputs: pd.DataFrame, capacities: Mapping[str, float], teams: Mapping[str, float]) -> pd.DataFrame:
    """Compute the posts needed under each reading of what a post carries, and of who counts as one.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it, with referrals that are counted; the low, central and high referrals and stays are tried.
    capacities : mapping
        From a label to the referrals a month that a first count says a team could take on.
    teams : mapping
        From a label to the posts that the team then had.

    Returns
    -------
    DataFrame
        One row a combination, every value as its label: `referrals`, `carried` (``assumed``, as in `inputs`, or
        ``first_count``, what each post then carried), `stay`, `capacity`, `team`; `posts` needed, and `had`, those of
        the team. The labels of what enters the sum are repeated in `used_stay` and `used_capacity`: what a post
        carries as assumed leaves the capacity out, and as in the first count the stay, which cancels.
    """
    middle = check(inputs)["central"]
    referrals, stays = (
        {f"{value:g} {unit}": value for value in inputs.loc[name, ["low", "central", "high"]]}
        for name, unit in {"referrals": "a year", "stay": "months"}.items()
    )
    options = {"referrals": referrals, "carried": ["assumed", "first_count"], "stay": stays}
    options |= {"capacity": capacities, "team": teams}
    frame = pd.DataFrame(product(*options.values()), columns=list(options))
    stay, had, assumed = frame["stay"].map(stays), frame["team"].map(teams), frame["carried"] == "assumed"
    at_first = outputs({**middle, "referrals": MONTHS * frame["capacity"].map(capacities), "stay": stay})["caseload"]
    carried = np.where(assumed, middle["full_caseload"] * middle["direct"], at_first / had)
    values = {"referrals": frame["referrals"].map(referrals), "stay": stay, "full_caseload": carried, "direct": 1}
    used = {"used_stay": frame["stay"].where(assumed), "used_capacity": frame["capacity"].where(~assumed)}
    return frame.assign(posts=outputs({**middle, **values})["posts"], had=had, **used)


def triangular(uniform: np.ndarray, low: float, mode: float, high: float) -> np.ndarray:
    """Turn evenly spread numbers into draws from a triangular distribution.

    Parameters
    ----------
    uniform : array
        Between 0 and 1.
    low, mode, high : float
        Where the distribution begins, peaks and ends; all alike for a value without a range.

    Returns
    -------
    array
        The quantiles of the distribution at `uniform`.
    """
    width = high - low
    if width == 0:
        return np.full_like(uniform, mode)
    rising = low + np.sqrt(uniform * width * (mode - low))
    falling = high - np.sqrt((1 - uniform) * width * (high - mode))
    return np.where(uniform * width < mode - low, rising, falling)


def triangle(limits, level: float = 0.95) -> tuple[float, float]:
    """Place the ends of a triangular distribution about an interval, so that values beyond it stay possible.

    Parameters
    ----------
    limits : newpip.intervals.Interval
        Of a share.
    level : float
        How much of the distribution lies within the interval; half of what is left lies on either side.

    Returns
    -------
    low, high : float
        The ends of the triangle that peaks at the estimate, from 0 to 1.
    """
    from scipy.optimize import fsolve

    below, above = limits.estimate - limits.low, limits.high - limits.estimate
    tail = (1 - level) / 2

    def off(sides):
        left, right = sides
        allowed = tail * (left + right)
        return (left - below) ** 2 - allowed * left, (right - above) ** 2 - allowed * right

    # From far outside, since nearer the middle the parabolas have other roots.
    left, right = fsolve(off, (2 * below + above, below + 2 * above))
    return max(0.0, float(limits.estimate - left)), min(1.0, float(limits.estimate + right))


def points() -> np.ndarray:
    """Spread points evenly over the unit cube, always the same ones.

    Returns
    -------
    array of shape (POINTS, DIMENSIONS)
        A rank-1 lattice of Korobov's form (Niederreiter 1992, chapter 5), each point in the middle of its cell. It is
        made of whole numbers, so that a browser computes the same.
    """
    powers = [pow(GENERATOR, place, POINTS) for place in range(DIMENSIONS)]
    return (np.arange(POINTS)[:, None] * powers % POINTS + 0.5) / POINTS


def draw(inputs: pd.DataFrame, uniform: np.ndarray) -> dict:
    """Give every input a value at each point.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.
    uniform : array of shape (draws, DIMENSIONS)
        Such as `points` gives; an input takes a column.

    Returns
    -------
    dict
        From each uncertain input to an array, from each chosen one to its number.
    """
    rows = check(inputs)[["low", "central", "high"]]
    drawn = {name: triangular(uniform[:, place], *rows.loc[name]) for place, name in enumerate(uncertain(rows))}
    return drawn | {name: float(rows.loc[name, "central"]) for name in CHOSEN}


def ranges(inputs: pd.DataFrame, uniform: np.ndarray | None = None) -> pd.DataFrame:
    """Compute each output at the central inputs, and its range.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.
    uniform : array, optional
        The points to compute at; `points` by default.

    Returns
    -------
    DataFrame
        `central`, `low` and `high` (2.5 and 97.5 of 100 draws lie below), indexed by output.
    """
    return _summary(inputs, outputs(draw(inputs, points() if uniform is None else uniform)))


def rounded(results: pd.DataFrame) -> pd.DataFrame:
    """Round pounds to the two digits that such inputs bear.

    Parameters
    ----------
    results : DataFrame
        As `ranges` gives it.

    Returns
    -------
    DataFrame
    """
    pounds = [name for name in results.index if OUTPUTS[name][1].startswith("GBP")]
    figures = results.loc[pounds].map(lambda value: float(f"{value:.2g}"))
    return pd.concat([results.drop(pounds), figures]).loc[results.index]


def by_name(results: pd.DataFrame) -> list:
    """List the results one by one, pounds rounded, as they are named and shown.

    Parameters
    ----------
    results : DataFrame
        As `ranges` gives it.

    Returns
    -------
    list of tuple
        The name (the output's for its central value, with `.low` and `.high` for the ends), the value, its format and
        its unit.
    """
    ends = {"": "central", ".low": "low", ".high": "high"}
    return [
        (name + end, row[column], FORMATS[name], OUTPUTS[name][1])
        for name, row in rounded(results).iterrows()
        for end, column in ends.items()
    ]


def listed_results(results: pd.DataFrame) -> pd.DataFrame:
    """Set out results for a table, pounds rounded.

    Parameters
    ----------
    results : DataFrame
        As `ranges` gives it.

    Returns
    -------
    DataFrame
        One row an output: `output`, `central`, `low`, `high`, its `label` and `unit`, and each value as it is shown,
        in `central_said`, `low_said` and `high_said`.
    """
    listed = rounded(results).reset_index()
    listed["label"] = [OUTPUTS[name][0] for name in listed["output"]]
    listed["unit"] = [_unit_said(OUTPUTS[name][1]) for name in listed["output"]]
    for part in ("central", "low", "high"):
        listed[f"{part}_said"] = [f"{row[part]:{FORMATS[row['output']]}}" for row in listed.to_dict("records")]
    return listed


def side_by_side(results_of: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Set out the results of several areas, each as its central value and its range.

    Parameters
    ----------
    results_of : mapping
        From an area to its results, as `ranges` gives them.

    Returns
    -------
    DataFrame
        One row an output: `output`, a column an area in the order of the alphabet, `label` and `unit`.
    """
    listed = {area: listed_results(results_of[area]) for area in sorted(results_of)}
    said = {
        area: one["central_said"] + " (" + one["low_said"] + " to " + one["high_said"] + ")"
        for area, one in listed.items()
    }
    named = next(iter(listed.values()))
    return pd.DataFrame({"output": named["output"], **said, "label": named["label"], "unit": named["unit"]})


def listed_inputs(inputs: pd.DataFrame) -> pd.DataFrame:
    """Set out the inputs for a table, shares in per cent.

    Parameters
    ----------
    inputs : DataFrame
        The table scenario_inputs.

    Returns
    -------
    DataFrame
        The inputs, with what their grade means in `status`, and each value as it is shown, in `low_said`,
        `central_said` and `high_said`.
    """
    listed = inputs.assign(status=inputs["grade"].map(GRADES), unit=inputs["unit"].map(_unit_said))
    for end in ("low", "central", "high"):
        listed[f"{end}_said"] = [_say(row[end], row["unit"]) for row in inputs.to_dict("records")]
    return listed


def _unit_said(unit: str) -> str:
    return unit.replace("GBP", "£")


def _say(value: float, unit: str) -> str:
    if unit == "share":
        return f"{value:.1%}"
    return f"{value:,.0f}" if value == round(value) else f"{value:,.1f}"


def enough(inputs: pd.DataFrame) -> float:
    """Compute the share of draws in which the given team is enough.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.

    Returns
    -------
    float
    """
    drawn = outputs(draw(inputs, points()))
    return float(np.mean(drawn["posts"] <= inputs.loc["team", "central"]))


def monte_carlo(inputs: pd.DataFrame, draws: int, seed: int, chunk: int = 10_000, jobs: int = 1) -> pd.DataFrame:
    """Compute the same ranges from random draws, as a check on the fixed points.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.
    draws : int
        How many.
    seed : int
        Where the random numbers start; each chunk has its own, spawned from it, so that `jobs` changes no bit.
    chunk : int
        Draws at a time.
    jobs : int
        Workers.

    Returns
    -------
    DataFrame
        As `ranges` gives it.
    """
    from joblib import Parallel, delayed

    if draws < 1 or chunk < 1:
        raise ValueError(f"draws and chunk must be at least 1, not {draws} and {chunk}")
    sizes = [min(chunk, draws - start) for start in range(0, draws, chunk)]
    seeds = np.random.SeedSequence(seed).spawn(len(sizes))
    parts = Parallel(jobs)(delayed(_chunk)(inputs, *part) for part in zip(sizes, seeds, strict=True))
    return _summary(inputs, {name: np.concatenate([part[name] for part in parts]) for name in OUTPUTS})


def _chunk(inputs: pd.DataFrame, size: int, seed: np.random.SeedSequence) -> dict:
    drawn = outputs(draw(inputs, np.random.default_rng(seed).random((size, DIMENSIONS))))
    return {name: np.broadcast_to(drawn[name], size) for name in OUTPUTS}


def _summary(inputs: pd.DataFrame, drawn: dict) -> pd.DataFrame:
    limits = {name: np.quantile(drawn[name], LIMITS) for name in OUTPUTS}
    rows = pd.DataFrame.from_dict(limits, orient="index", columns=["low", "high"])
    rows.insert(0, "central", pd.Series(central(inputs)))
    return rows.rename_axis("output")


def tornado(inputs: pd.DataFrame, output: str) -> pd.DataFrame:
    """Move one input at a time from its low to its high value, the others at their central ones.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.
    output : str
        Which of `OUTPUTS` to watch.

    Returns
    -------
    DataFrame
        One row an uncertain input, the one that moves the output furthest first: `input`, `at_low`, `at_high` (the
        output there) and `swing` (the distance between).
    """
    if output not in OUTPUTS:
        raise ValueError(f"output must be one of {', '.join(OUTPUTS)}, not {output!r}")
    columns = check(inputs).to_dict()
    ends = {
        name: [float(outputs(columns["central"] | {name: columns[end][name]})[output]) for end in ("low", "high")]
        for name in uncertain(inputs)
    }
    rows = pd.DataFrame.from_dict(ends, orient="index", columns=["at_low", "at_high"]).rename_axis("input")
    rows["swing"] = (rows["at_high"] - rows["at_low"]).abs()
    return rows.sort_values("swing", ascending=False, kind="stable").reset_index()


def gaps(values: Mapping[str, float]) -> tuple[np.ndarray, np.ndarray]:
    """Count the posts unused, and those missing, with the given team and with one post more.

    Parameters
    ----------
    values : mapping
        As for `outputs`.

    Returns
    -------
    unused, missing : array
        Full-time posts, one row a choice.
    """
    beyond = np.stack([values["team"] + more - outputs(values)["posts"] for more in (0, 1)])
    return np.maximum(0, beyond), np.maximum(0, -beyond)


def loss(values: Mapping[str, float]) -> np.ndarray:
    """Weigh posts unused against posts missing, with the given team and with one post more.

    Parameters
    ----------
    values : mapping
        As for `outputs`, with `weight`: how much a missing post weighs against an unused one.

    Returns
    -------
    array
        Posts, one row a choice: those unused, and `weight` times those missing. No price is set on either, since
        that of a wait is a judgement.
    """
    unused, missing = gaps(values)
    return unused + values["weight"] * missing


def any_size(inputs: pd.DataFrame) -> tuple[float, float]:
    """Find the best size of team among all there could be, and what it would be worth to know everything before.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.

    Returns
    -------
    size : float
        Posts: `weight` / (1 + `weight`) of the draws need no more.
    evpi : float
        The expected loss at that size, in posts: whoever knows the posts needed funds just those and loses nothing.

    Notes
    -----
    The quantile is that of the newsvendor problem (Arrow, Harris and Marschak 1951).
    """
    needed, weight = outputs(draw(inputs, points()))["posts"], inputs.loc["weight", "central"]
    size = float(np.quantile(needed, weight / (1 + weight)))
    return size, float(np.mean(np.maximum(0, size - needed) + weight * np.maximum(0, needed - size)))


def perfect_information(inputs: pd.DataFrame, losses: Callable = loss) -> tuple[np.ndarray, float, pd.Series]:
    """Compute what it would be worth to know everything, or one input, before choosing.

    Parameters
    ----------
    inputs : DataFrame
        As `preset` gives it.
    losses : callable
        From drawn values to an array of losses, one row a choice; `loss` by default.

    Returns
    -------
    expected : array
        The expected loss of each choice.
    evpi : float
        Expected value of perfect information, in the unit of the losses: the least expected loss, less the expected
        least loss.
    evppi : Series
        The same for each uncertain input alone, in the order of `uncertain`; 0 for one without a range.

    Notes
    -----
    The inputs are independent, so for one input the inner expectation is taken over the others at that input's value,
    on an even grid of its quantiles: the two-level algorithm of Brennan et al. (2007), with fixed points in place of
    random draws. Strong, Oakley and Brennan (2014) reach the same by regression, which tests here agree with.
    """
    uniform = points()
    drawn = draw(inputs, uniform)
    every = losses(drawn)
    expected = every.mean(axis=1)
    evpi = _gain(every)
    known = {name: _known(inputs, drawn, name, losses) for name in uncertain(inputs)}
    return expected, evpi, pd.Series(known, name="evppi").rename_axis("input")


def _known(inputs: pd.DataFrame, drawn: dict, name: str, losses: Callable) -> float:
    """Compute the expected value of knowing one input."""
    low, mode, high = inputs.loc[name, ["low", "central", "high"]]
    if low == high:
        return 0.0
    grid = triangular((np.arange(GRID) + 0.5) / GRID, low, mode, high)
    means = np.stack([losses(drawn | {name: value}).mean(axis=1) for value in grid])
    return _gain(means.T)


def _gain(losses: np.ndarray) -> float:
    """Compute how much less is lost, on average, by choosing at each column instead of once for all."""
    once = losses[losses.mean(axis=1).argmin()]
    return float((once - losses.min(axis=0)).mean())


def describe(inputs: pd.DataFrame, presets: pd.DataFrame, sources: pd.DataFrame) -> dict:
    """Gather all that a page needs to offer the calculation, with where every value comes from.

    Parameters
    ----------
    inputs, presets, sources : DataFrame
        The tables scenario_inputs, scenario_presets and sources.

    Returns
    -------
    dict
        `inputs`, `presets` and `outputs`, each a list of dicts, and the titles of the `parts` of the inputs.
    """
    titles, named = sources.set_index("source_id")["title"], presets.drop_duplicates("preset")
    spreads = inputs.set_index("input")["range_from"]
    own = {name: rows.to_dict("records") for name, rows in presets.groupby("preset")}
    return {
        "inputs": [
            {name: row[name] for name in SHOWN} | _origin(row, titles, spreads) for row in inputs.to_dict("records")
        ],
        "presets": [
            {"preset": name, "label": label, "counted": _counts(presets, name)}
            | {"values": _every_value(inputs, presets, name).to_dict("index")}
            | {"own": {row["input"]: _origin(row, titles, spreads) for row in own[name]}}
            for name, label in zip(named["preset"], named["label"], strict=True)
        ],
        "outputs": [{"output": name, "label": label, "unit": unit} for name, (label, unit) in OUTPUTS.items()],
        "parts": PARTS,
    }


def _origin(row: dict, titles: pd.Series, spreads: pd.Series) -> dict:
    """Say where the values of a row come from; the range of an assumed value is assumed too."""
    ours = row["grade"] == "assumption"
    place = {"title": "" if ours else titles[row["source_id"]], "locator": "" if ours else row["locator"]}
    spread = "our assumption" if ours else spreads[row["input"]]
    return {"status": GRADES[row["grade"]].capitalize(), **place, "range_from": spread, "note": row["note"]}
