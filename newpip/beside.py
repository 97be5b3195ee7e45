"""Several services' counts side by side, each with its doubt: no order, since services count different things."""

import numpy as np
import pandas as pd

from newpip import own
from newpip.intervals import poisson_count, wilson

FEW = 5  # families; with fewer, a ratio is drawn as an open mark


def of(frame, letter, index=None):
    """Take one service's rows of a table that holds several services'.

    Parameters
    ----------
    frame : pandas.DataFrame
    letter : str
    index : str, optional
        The column to index by.

    Returns
    -------
    pandas.DataFrame
    """
    rows = frame[frame["service"] == letter].drop(columns="service").reset_index(drop=True)
    return rows.set_index(index) if index else rows


def growth(referrals, facts, letters):
    """Set the average yearly change in referrals of each service beside the others', with its limits.

    Parameters
    ----------
    referrals, facts : pandas.DataFrame
        The tables of several services.
    letters : sequence of str

    Returns
    -------
    pandas.DataFrame
        One row a service: `service`, `first_year`, `last_year`, `first`, `last`, `estimate`, `low` and `high` (shares a
        year; limits of chance alone, by the first and the last count), and `said`.
    """
    rows = []
    for letter in letters:
        counts, service = of(referrals, letter).sort_values("year"), of(facts, letter, "fact")
        years, begins = counts["year"].tolist(), own.year_begins(service)
        opened = own.months_open(service, years[0])
        first, last = own.named([years[0], years[-1]], begins)
        low, high = own.rate_limits(counts, opened)
        rows.append(
            {
                "service": letter,
                "first_year": first,
                "last_year": last,
                "first": int(counts["referrals"].iloc[0]),
                "last": int(counts["referrals"].iloc[-1]),
                "estimate": own.rate(counts, opened),
                "low": low,
                "high": high,
                "said": f"Referrals {own.direction(counts, opened)}.",
            }
        )
    return pd.DataFrame(rows)


def dropout(facts, letters):
    """Set the shares who left beside each other; a share alone, without its count, has no limits.

    Parameters
    ----------
    facts : pandas.DataFrame
        The table of several services.
    letters : sequence of str

    Returns
    -------
    pandas.DataFrame
        `service`, `left` (a share; empty where it was not counted) and `said`.
    """
    left = [own.fact(of(facts, letter, "fact"), "service_dropout") / 100 for letter in letters]
    said = [
        "not counted" if np.isnan(one) else "counted by the service; of how many families, its workbook does not say"
        for one in left
    ]
    return pd.DataFrame({"service": list(letters), "left": left, "said": said})


def capacity(activity, staffing, facts, letters):
    """Set what each team took on beside the others', with limits of chance alone.

    Parameters
    ----------
    activity, staffing, facts : pandas.DataFrame
        The tables of several services.
    letters : sequence of str

    Returns
    -------
    pandas.DataFrame
        One row a service: `service`, `referrals`, `families`, `months` of the span and therapeutic `posts`;
        families for each referral (`ratio`, `ratio_low`, `ratio_high`), families taken on in a year by a post
        (`estimate`, `low`, `high`), and `few`, whether the families are few.
    """
    rows = []
    for letter in letters:
        window, posts = of(activity, letter, "measure"), of(staffing, letter)
        referrals, families = (int(window.loc[one, "n"]) for one in ("referrals", "families"))
        months = own.span_months(window.loc["referrals", "start"], window.loc["referrals", "end"])
        held = float(posts.loc[posts["therapeutic"], "posts"].sum())
        shares = wilson(families, referrals) if referrals else None
        pace = poisson_count(families)
        a_year = [one / months * own.MONTHS / (held or np.nan) for one in (pace.estimate, pace.low, pace.high)]
        ratio = [shares.estimate, shares.low, shares.high] if shares else [np.nan] * 3
        names = ("service", "referrals", "families", "months", "posts", "ratio", "ratio_low", "ratio_high")
        row = dict(zip(names, (letter, referrals, families, months, held, *ratio), strict=True))
        rows.append(row | dict(zip(("estimate", "low", "high"), a_year, strict=True)) | {"few": families < FEW})
    return pd.DataFrame(rows)


def alt(frame, what, form):
    """Say in words what a chart of estimates shows.

    Parameters
    ----------
    frame : pandas.DataFrame
        With `service`, `estimate`, `low` and `high`.
    what : str
        What is drawn.
    form : str
        How to show a value.

    Returns
    -------
    str
    """
    said = [
        f"{row.service} {row.estimate:{form}} ({row.low:{form}} to {row.high:{form}})"
        if np.isfinite([row.estimate, row.low, row.high]).all()
        else f"{row.service} cannot be said"
        for row in frame.itertuples()
    ]
    return f"{what}: {'; '.join(said)}."
