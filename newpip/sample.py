"""Who was asked, who answered, and what a small sample can and cannot exclude."""

import math

import numpy as np
import pandas as pd

from newpip.intervals import clopper_pearson, wilson

RATINGS = ("reported", "partly", "not reported")


def shares(participants: pd.DataFrame, column: str) -> pd.DataFrame:
    """Share of each group at each level of a column.

    Every level appears in every group, with a count of 0 where nobody has it. Groups are never pooled: they were
    chosen for being different, so that no one population stands behind them together.

    Parameters
    ----------
    participants : DataFrame
        Counts of people, with `participant_group`, `n` (people) and `column`.
    column : str
        The column to count, such as ``"gender"``.

    Returns
    -------
    DataFrame
        One row per group and level: `participant_group`, `column`, `n`, `of` (participants of the group with a
        value), `estimate` (share), `low` and `high` (Wilson, 95%), `exact_low` and `exact_high` (Clopper-Pearson, 95%).

    Raises
    ------
    ValueError
        If `column` is not a column of `participants`.

    References
    ----------
    Wilson (1927); Clopper and Pearson (1934).
    """
    if column not in participants.columns:
        raise ValueError(f"column must be a column of participants, not {column!r}")
    known = participants[participants[column].notna() & (participants[column] != "")]
    rows = []
    for group, own in known.groupby("participant_group", sort=False):
        counts = own.groupby(column)["n"].sum()
        for level in known[column].unique():
            n = int(counts.get(level, 0))
            rows.append({"participant_group": group, column: level, **_proportion(n, int(counts.sum()))})
    return pd.DataFrame(rows)


def response(recruitment: pd.DataFrame) -> pd.DataFrame:
    """Share of those invited who were interviewed, by group.

    Parameters
    ----------
    recruitment : DataFrame
        One row per group and step, with `participant_group`, `stage` and `n` (people).

    Returns
    -------
    DataFrame
        One row per group: `participant_group`, `invited`, `interviewed`, `estimate` (share), `low` and `high`
        (Wilson, 95%), `exact_low` and `exact_high` (Clopper-Pearson, 95%).

    Raises
    ------
    ValueError
        If a group lacks the number invited or interviewed.

    References
    ----------
    Wilson (1927); Clopper and Pearson (1934).
    """
    rows = []
    for group, steps in recruitment.groupby("participant_group", sort=False):
        counts = steps.dropna(subset="n").set_index("stage")["n"]
        if not {"invited", "interviewed"} <= set(counts.index):
            raise ValueError(f"recruitment must give n for the stages invited and interviewed of group {group!r}")
        proportion = _proportion(int(counts["interviewed"]), int(counts["invited"]))
        row = {"participant_group": group, "invited": proportion.pop("of"), "interviewed": proportion.pop("n")}
        rows.append(row | proportion)
    return pd.DataFrame(rows)


def flow(recruitment: pd.DataFrame) -> pd.DataFrame:
    """Recruitment in order, with unknown steps kept and marked.

    Parameters
    ----------
    recruitment : DataFrame
        One row per group and step, with `participant_group`, `step` (order), `stage` and `n` (empty if not reported).

    Returns
    -------
    DataFrame
        The rows of `recruitment` by group and step, with three columns more: `known` (whether `n` is reported),
        `kept_of` (the last known stage before this one) and `kept` (`n` as a share of that stage). The last two are
        empty where either number is unknown. A share compares like with like only if the two stages count the same
        thing over the same period.

    Raises
    ------
    ValueError
        If a group has two rows for one step.
    """
    if recruitment.duplicated(["participant_group", "step"]).any():
        raise ValueError("recruitment must have one row per participant_group and step")
    ordered = [steps.sort_values("step") for _, steps in recruitment.groupby("participant_group", sort=False)]
    frame = pd.concat(ordered, ignore_index=True)
    frame["known"] = frame["n"].notna()
    group = frame["participant_group"]
    n = frame["n"].astype(float)
    stage = frame["stage"].where(frame["known"])
    frame["kept_of"] = stage.groupby(group).ffill().groupby(group).shift().where(frame["known"])
    frame["kept"] = n / n.groupby(group).ffill().groupby(group).shift()
    return frame


def chance_none_seen(n: int | np.ndarray, share: float | np.ndarray) -> float | np.ndarray:
    """Chance that a random sample holds nobody of a group.

    Parameters
    ----------
    n : int or array
        Number in the sample, at least 0.
    share : float or array
        The group's share of the population, from 0 to 1. Broadcast against `n`.

    Returns
    -------
    float or array
        ``(1 - share)**n``. It assumes that each participant is drawn at random and independently, which a sample
        reached through a service is not.

    Raises
    ------
    ValueError
        If `n` or `share` is out of range.
    """
    n, share = np.asarray(n), np.asarray(share)
    if not np.all(n >= 0):
        raise ValueError("n must be at least 0")
    if not np.all((share >= 0) & (share <= 1)):
        raise ValueError("share must lie between 0 and 1")
    return (1 - share) ** n


def n_to_see(share: float, chance: float = 0.05) -> int:
    """Smallest random sample in which missing a group altogether is unlikely.

    Parameters
    ----------
    share : float
        The group's share of the population, above 0 and below 1.
    chance : float
        The chance of seeing nobody must fall below this; above 0 and below 1.

    Returns
    -------
    int
        Smallest n with ``(1 - share)**n < chance``.

    Raises
    ------
    ValueError
        If `share` or `chance` is out of range.
    """
    if not 0 < share < 1:
        raise ValueError(f"share must lie between 0 and 1, both excluded, not {share!r}")
    if not 0 < chance < 1:
        raise ValueError(f"chance must lie between 0 and 1, both excluded, not {chance!r}")
    return math.floor(math.log(chance) / math.log1p(-share)) + 1


def reporting(coreq: pd.DataFrame) -> pd.DataFrame:
    """Count the items of a reporting checklist by domain and rating.

    Parameters
    ----------
    coreq : DataFrame
        One row per item, with `domain` and `rating` (one of `RATINGS`).

    Returns
    -------
    DataFrame
        One row per domain, in order of appearance: `domain`, and the counts `reported`, `partly`, `not reported` and
        `items`.

    Raises
    ------
    ValueError
        If a rating is not one of `RATINGS`.

    References
    ----------
    Tong, Sainsbury and Craig (2007) for the checklist; the ratings are this book's.
    """
    unknown = set(coreq["rating"]) - set(RATINGS)
    if unknown:
        raise ValueError(f"rating must be one of {RATINGS}, not {sorted(map(str, unknown))}")
    counts = pd.crosstab(coreq["domain"], coreq["rating"])
    counts = counts.reindex(index=coreq["domain"].unique(), columns=list(RATINGS), fill_value=0)
    return counts.assign(items=counts.sum(axis=1)).rename_axis(index="domain", columns=None).reset_index()


def _proportion(n: int, of: int) -> dict[str, float]:
    score, exact = wilson(n, of), clopper_pearson(n, of)
    ends = {"low": score.low, "high": score.high, "exact_low": exact.low, "exact_high": exact.high}
    return {"n": n, "of": of, "estimate": score.estimate, **ends}
