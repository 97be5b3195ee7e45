"""Counts by the month: growth with the season taken out, the season, and the queue from arrivals as they were."""

import calendar
import math

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip.intervals import clopper_pearson

YEAR = 12
FEW = 5  # the least that a month would hold if referrals came evenly; with fewer, no season is told
GONE = ("not_accepted", "never_began", "families")


def by_month(months):
    """Put monthly counts in order, with what a chart needs.

    Parameters
    ----------
    months : pandas.DataFrame
        The table of that name: `month` as YYYY-MM, one after the other, and counts.

    Returns
    -------
    pandas.DataFrame
        The counts, with `when` (years), `days` and `of_year` (1 to 12).
    """
    frame = months.sort_values("month").reset_index(drop=True)
    year, of_year = frame["month"].str[:4].astype(int), frame["month"].str[5:7].astype(int)
    days = [calendar.monthrange(y, m)[1] for y, m in zip(year, of_year, strict=True)]
    return frame.assign(when=year + (of_year - 0.5) / YEAR, days=days, of_year=of_year)


def yearly(frame):
    """Add up referrals of each whole calendar year, and of each part of one.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`by_month`.

    Returns
    -------
    pandas.DataFrame
        `year`, `months` and `referrals`.
    """
    years = frame.groupby(frame["month"].str[:4])
    return (
        pd.DataFrame({"months": years.size(), "referrals": years["referrals"].sum()}).rename_axis("year").reset_index()
    )


def growth(frame, level=0.95):
    """Set the latest twelve months against the twelve before, so that the season falls out.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`by_month`.
    level : float
        Of the exact limits.

    Returns
    -------
    dict
        `before`, `after`, `ratio`, `low`, `high`; not numbers where there are not two years of months.
    """
    counts = frame["referrals"].astype(int).tolist()
    if len(counts) < 2 * YEAR:
        return dict.fromkeys(["before", "after", "ratio", "low", "high"], np.nan)
    before, after = sum(counts[-2 * YEAR : -YEAR]), sum(counts[-YEAR:])
    found = {"before": before, "after": after, "ratio": after / before if before else np.nan}
    if before + after == 0:
        return found | {"low": np.nan, "high": np.nan}
    share = clopper_pearson(after, before + after, level)
    return found | {
        end: one / (1 - one) if one < 1 else np.nan for end, one in (("low", share.low), ("high", share.high))
    }


def growth_said(found):
    """Say what the two years of months bear.

    Parameters
    ----------
    found : dict
        From :func:`growth`.

    Returns
    -------
    str
        What follows on "referrals of the latest twelve months".
    """
    if math.isnan(found["before"]):
        return "cannot be set against those of the year before, as there are not so many months"
    both = f"({found['after']:,} after {found['before']:,})"
    if found["before"] + found["after"] < 2 * FEW:
        return f"and of the twelve before are too few to compare {both}"
    if found["low"] <= 1 and not found["high"] < 1:
        return f"differ from those of the twelve before by no more than chance alone could explain {both}"
    word = "more" if found["after"] > found["before"] else "fewer"
    change = f"{abs(found['ratio'] - 1):.0%} " if found["before"] else ""
    return f"are {change}{word} than those of the twelve before {both}"


def season(frame):
    """Set each month of the year against an even year, over whole years counted back from the latest month.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`by_month`.

    Returns
    -------
    pandas.DataFrame
        By month of the year: `name`, `referrals`, `even` (what years without a season would have, by the days of each
        month and a steady growth from year to year), `index` (one over the other) and `p`, that of a chi-squared test
        of all months, which assumes that referrals come one by one. No `index` and `p` without two whole years.
    """
    whole = len(frame) // YEAR * YEAR
    used = frame.tail(whole) if whole else frame
    used = used.assign(weight=used["days"] * _steady(used["referrals"].astype(float).to_numpy()))
    sums = used.groupby("of_year")[["referrals", "weight"]].sum().reindex(range(1, YEAR + 1), fill_value=0.0)
    sums["even"] = sums["weight"] / sums["weight"].sum() * sums["referrals"].sum()
    told = whole >= 2 * YEAR and sums["even"].min() >= FEW
    test = scipy.stats.chisquare(sums["referrals"], sums["even"]) if told else None
    sums["index"] = sums["referrals"] / sums["even"] if told else np.nan
    names = [calendar.month_name[at] for at in sums.index]
    return sums.assign(name=names, p=float(test.pvalue) if told else np.nan).rename_axis("of_year").reset_index()


def _steady(counts):
    """Return how much each month would have beside the first, at a steady growth from the first year to the last."""
    years = len(counts) // YEAR
    first, last = (counts[:YEAR].sum(), counts[-YEAR:].sum()) if years > 1 else (1, 1)
    yearly = (last / first) ** (1 / (years - 1)) if years > 1 and first > 0 and last > 0 else 1.0
    return yearly ** (np.arange(len(counts)) / YEAR)


def season_said(months):
    """Say whether the months of the year differ.

    Parameters
    ----------
    months : pandas.DataFrame
        From :func:`season`.

    Returns
    -------
    str
        What follows on "The months of the year".
    """
    if months["index"].isna().any():
        return "cannot be told apart: that takes two whole years, with enough referrals in each month"
    if months["p"].iloc[0] > 0.05:
        return "differ by no more than chance alone could explain"
    top, low = months.loc[months["index"].idxmax()], months.loc[months["index"].idxmin()]
    return (
        f"differ by more than chance alone would explain: {top['name']} had most referrals for its days, "
        f"{top['index']:.2f} times those of an even year, and {low['name']} fewest, {low['index']:.2f} times"
    )


def queue(frame):
    """Follow the queue from arrivals as they were: what each month added to it and took from it.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`by_month`. Families referred are the arrivals; where they are not counted, referrals are.

    Returns
    -------
    pandas.DataFrame
        `month`, `when`, `arrived`, `gone` (not accepted, never began, or began), and `waiting`: as counted, or, where
        it was not, as it follows from the count before; from nought, where no month before was counted.
    """
    given = {name: frame.get(name, pd.Series(pd.NA, frame.index)) for name in ("families_referred", "waiting", *GONE)}
    arrived = given["families_referred"].fillna(frame["referrals"]).astype(float)
    gone = sum(given[name].fillna(0).astype(float) for name in GONE)
    waiting, before = [], None
    for counted, come, went in zip(given["waiting"], arrived, gone, strict=True):
        follows = (before if before is not None else 0.0) + come - went
        before = follows if pd.isna(counted) else float(counted)
        waiting.append(before)
    return pd.DataFrame(
        {"month": frame["month"], "when": frame["when"], "arrived": arrived, "gone": gone, "waiting": waiting}
    )


def queue_said(frame):
    """Say what the queue rests on.

    Parameters
    ----------
    frame : pandas.DataFrame
        From :func:`by_month`.

    Returns
    -------
    str
    """
    counted = frame.get("waiting", pd.Series(pd.NA, frame.index)).notna()
    families = frame.get("families_referred", pd.Series(pd.NA, frame.index)).notna().all()
    arrivals = "families referred" if families else "referrals, each taken to be a family"
    if counted.all():
        return "counted in every month"
    if counted.iloc[0]:
        return f"counted in some months, and between them follows from {arrivals}"
    return f"reckoned from nought before the first month, so only its change counts; it follows from {arrivals}"
