"""Every combination of readings at once: what each comes to, and which choice moves the answer most.

A choice is a decision that the sources leave open, an option one way to take it; a specification is a combination
that no other repeats: combinations that put the same values into the same sum are one (Steegen et al. 2016).
"""

from dataclasses import dataclass

LABELS = {  # what choices and options are called
    "year_reading": "Kind of year",
    "calendar": "Calendar",
    "financial_start": "Financial, named by start",
    "financial_end": "Financial, named by end",
    "service_june": "From June to May",
    "exposure": "First year",
    "as_printed": "Taken as whole",
    "opened_may": "Open from May",
    "opened_june": "Open from June",
    "part_year": "A part year stands",
    "middle": "At its own middle",
    "whole": "As if it were whole",
    "pace": "Within a year",
    "capacity": "Capacity",
    "referrals": "Referrals",
    "carried": "What a post carries",
    "assumed": "As assumed",
    "first_count": "As in the first count",
    "stay": "Stay",
    "team": "Posts counted",
}


@dataclass(frozen=True)
class Summary:
    """What a multiverse of specifications comes to.

    Attributes
    ----------
    combinations, specifications : int
        Combinations of options that can hold together, and the different sums that they are.
    median, low, high : float
        Median, smallest and largest answer over the specifications.
    agree : int
        Specifications whose answer is above what it is held against.
    """

    combinations: int
    specifications: int
    median: float
    low: float
    high: float
    agree: int


def specifications(frame, answer, inputs):
    """Give each specification a number, in the order of their answers.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a combination of options that can hold together.
    answer : str
        Its column with what the combination comes to.
    inputs : list of str
        Its columns that enter the sum, missing where they do not.

    Returns
    -------
    pandas.DataFrame
        The rows, with `specification` (from 1, by answer); combinations with the same inputs share one.

    Raises
    ------
    ValueError
        If combinations with the same inputs come to different answers, or an answer is missing.

    References
    ----------
    Simonsohn, Simmons and Nelson (2020): specifications that are reasonable and not redundant.
    """
    if frame[answer].isna().any():
        raise ValueError(f"{answer} must be known for every combination")
    same = frame.groupby(inputs, dropna=False).ngroup()
    answers = frame.groupby(same)[answer]
    if (answers.max() - answers.min()).gt(1e-9 * answers.max().abs()).any():
        raise ValueError(f"{answer} must be the same wherever the inputs are")
    rank = answers.first().rank(method="first").astype(int)
    return frame.assign(specification=same.map(rank))


def options(frame, choices):
    """List under which options each specification arises.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`specifications` returns it.
    choices : sequence of str
        Its columns that are choices.

    Returns
    -------
    pandas.DataFrame
        One row a specification and option: `specification`, `choice`, `option`. A specification has several options of
        a choice where they come to the same sum.
    """
    long = frame.melt("specification", list(choices), var_name="choice", value_name="option")
    return long.drop_duplicates(ignore_index=True)


def moves(frame, answer, choices):
    """Say how far each choice moves the answer.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`specifications` returns it.
    answer : str
        Its column with the answers.
    choices : sequence of str
        Its columns that are choices.

    Returns
    -------
    pandas.DataFrame
        One row a choice, the furthest first: `choice`; `low` and `high`, the smallest and the largest of its options'
        median answers, each over the specifications that arise under the option; and `spread`, the distance between.
    """
    answers = frame.drop_duplicates("specification").set_index("specification")[answer]
    chosen = options(frame, choices).assign(answer=lambda rows: rows["specification"].map(answers))
    medians = chosen.groupby(["choice", "option"])["answer"].median().groupby("choice").agg(low="min", high="max")
    spreads = medians.assign(spread=medians["high"] - medians["low"]).reindex(list(choices))
    return spreads.sort_values("spread", ascending=False, kind="stable").rename_axis("choice").reset_index()


def summary(frame, answer, against=0.0):
    """Sum up the answers over all specifications.

    Parameters
    ----------
    frame : pandas.DataFrame
        As :func:`specifications` returns it.
    answer : str
        Its column with the answers.
    against : float or str
        What an answer is held against, or the column that says so.

    Returns
    -------
    Summary
    """
    once = frame.drop_duplicates("specification")
    level = once[against] if isinstance(against, str) else against
    answers = once[answer]
    ends = float(answers.median()), float(answers.min()), float(answers.max())
    return Summary(len(frame), len(once), *ends, int((answers > level).sum()))
