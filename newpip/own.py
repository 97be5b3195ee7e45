"""What a service's own counts bear, however few or large they are, and whether they rise, stay level or fall."""

import math

import numpy as np
import pandas as pd

from newpip import capacity
from newpip.intervals import clopper_pearson, poisson_count

MONTHS = 12
FEW = 10  # referrals of two years together; with fewer, nothing is said of their direction
DAYS_OF_MONTH = 365.25 / 12
LONG = 100  # years; a longer time to double or halve is not told
UNKNOWN = "not known"
COLUMNS = ["referrals", "growth", "ratio", "low", "high"]


def service_name(service):
    """Return the name by which sentences speak of the service.

    Parameters
    ----------
    service : pandas.DataFrame
        The table of that name, by its facts.

    Returns
    -------
    str
        ``"the service"`` where the table does not name it.
    """
    return str(service["text"].get("service_name", "") or "the service")


def fact(service, name):
    """Look up a fact that a service may not have counted.

    Parameters
    ----------
    service : pandas.DataFrame
        The table of that name, by its facts.
    name : str

    Returns
    -------
    float
        Not a number where it was not counted.
    """
    return float(service["value"].get(name, np.nan))


def months_open(service, first_year):
    """Count the months of the first year in which referrals could come.

    Parameters
    ----------
    service : pandas.DataFrame
        The table of that name, by its facts.
    first_year : int
        The year, or the one in which the financial year begins.

    Returns
    -------
    int
        From 1 to 12; 12 where the first referral came in an earlier year, or nobody says when.
    """
    opened, begins = str(service["text"].get("accepts_referrals_from", "") or ""), year_begins(service)
    if len(opened) < len("2020-01"):
        return MONTHS
    year, month = int(opened[:4]), int(opened[5:7])
    past = MONTHS * (year - int(first_year)) + month - begins
    return MONTHS - past if 0 < past < MONTHS else MONTHS


def year_begins(service):
    """Return the month in which the service's years begin.

    Parameters
    ----------
    service : pandas.DataFrame
        The table of that name, by its facts.

    Returns
    -------
    int
        1 for calendar years.
    """
    month = fact(service, "year_begins")
    return 1 if math.isnan(month) else int(month)


def named(years, begins):
    """Name years as people do.

    Parameters
    ----------
    years : iterable of int
    begins : int
        The month in which they begin.

    Returns
    -------
    list of str
        Such as ``"2021"``, or ``"2021/22"`` for a financial year.
    """
    return [f"{year}" if begins == 1 else f"{year}/{(year + 1) % 100:02}" for year in years]


def by_year(referrals, months_first_year, begins=1, level=0.95):
    """Set each year's referrals against those of the year before.

    Parameters
    ----------
    referrals : pandas.DataFrame
        One row a year, each a year after the last: `year`, and `referrals`, which may be 0.
    months_first_year : int
        Months that the first count covers, 1 to 12.
    begins : int
        The month in which the years begin.
    level : float
        Of the exact limits.

    Returns
    -------
    pandas.DataFrame
        `year`, `name`, `referrals`; `growth`, the change as counted, as a share; `ratio` of the rates by the month,
        with `low` and `high`. Empty where a count of 0 leaves nothing to set the next against.
    """
    ordered = referrals.sort_values("year")
    counts = ordered["referrals"].astype(int).tolist()
    lengths = [months_first_year] + [MONTHS] * (len(counts) - 1)
    rows = [(counts[0], *[np.nan] * 4)]
    for at in range(1, len(counts)):
        before, after, longer = counts[at - 1], counts[at], lengths[at - 1] / lengths[at]
        rows.append((after, after / before - 1 if before else np.nan, *_ratio(before, after, longer, level)))
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame.insert(0, "year", ordered["year"].tolist())
    frame.insert(1, "name", named(frame["year"], begins))
    return frame


def _ratio(before, after, longer, level):
    """Return the ratio of two rates, the first of a time that is `longer` than 1 of the second's, and its limits."""
    if before + after == 0:
        return np.nan, np.nan, np.nan
    share = clopper_pearson(after, before + after, level)
    low, high = (odds / (1 - odds) * longer if odds < 1 else np.nan for odds in (share.low, share.high))
    return (after / before * longer if before else np.nan), low, high


def rate(referrals, months_first_year=MONTHS):
    """Return the average yearly change of the rate of referrals, from the first year to the last.

    Parameters
    ----------
    referrals : pandas.DataFrame
        As :func:`by_year` takes them.
    months_first_year : int

    Returns
    -------
    float
        A share; not a number where the first or the last count is 0.
    """
    counts, length, years = _ends(referrals, months_first_year)
    if 0 in counts:
        return np.nan
    return float((counts[1] / counts[0] * length / MONTHS) ** (1 / years) - 1)


def _ends(referrals, months_first_year):
    """Return the first and the last count, the months of the first, and the years from middle to middle."""
    ordered = referrals.sort_values("year")["referrals"].astype(int).tolist()
    return (ordered[0], ordered[-1]), months_first_year, len(ordered) - 1 - (MONTHS - months_first_year) / (2 * MONTHS)


def direction(referrals, months_first_year=MONTHS, level=0.95):
    """Say whether referrals rose, fell or neither, from the first year to the last, as far as the counts bear it.

    Parameters
    ----------
    referrals : pandas.DataFrame
        As :func:`by_year` takes them.
    months_first_year : int
    level : float
        Of the exact limits: a change that chance alone could explain is not called one.

    Returns
    -------
    str
        What follows on "by the month, referrals".
    """
    (first, last), length, _ = _ends(referrals, months_first_year)
    if first + last < FEW:
        return f"are too few to say whether they rose or fell: {first} and {last}"
    ratio, low, high = _ratio(first, last, length / MONTHS, level)
    if low <= 1 and not high < 1:
        return "changed by no more than chance alone could explain, so no time to double or to halve follows"
    if 0 in (first, last):
        return f"{'rose from none' if first == 0 else 'fell to none'}, so no yearly share can be given"
    yearly = rate(referrals, months_first_year)
    word, goal = ("rose", "double") if ratio > 1 else ("fell", "halve")
    time = math.log(2) / abs(math.log1p(yearly))
    span = f"more than {LONG} years" if time > LONG else f"{time:.1f} years"
    return f"{word} by {abs(yearly):.1%} a year on average, a pace at which they would {goal} in {span}"


def known(value, words=UNKNOWN):
    """Return a number, or words where there is none.

    Parameters
    ----------
    value : float
    words : str

    Returns
    -------
    float or str
    """
    return words if value is None or not math.isfinite(value) else float(value)


def span_months(start, end):
    """Return how many months a span of days has.

    Parameters
    ----------
    start, end : datetime.date or pandas.Timestamp
        Its first and its last day.

    Returns
    -------
    float
        A whole number where the span is made of whole months, be it from the fifteenth to the fourteenth.
    """
    after = end + pd.Timedelta(days=1)
    months = MONTHS * (after.year - start.year) + after.month - start.month
    whole = months > 0 and after.day == start.day
    return float(months) if whole else (after - start).days / DAYS_OF_MONTH


def window_said(start, end, years, begins=1):
    """Say how the span in which families were counted lies to the years of referrals.

    Parameters
    ----------
    start, end : pandas.Timestamp
    years : sequence of int
        The first and the last.
    begins : int
        The month in which the years begin.

    Returns
    -------
    str
    """
    first = pd.Timestamp(int(years[0]), begins, 1)
    beyond = pd.Timestamp(int(years[1]) + 1, begins, 1)
    if end < first or start >= beyond:
        return "lies outside these years, so that it held in them is assumed"
    if start < first or end >= beyond:
        return "lies partly outside these years, so that it held in them is assumed"
    return "lies within these years"


def loads(steps, months_first_year, per_referral, stay, posts):
    """Work out the families at one time for each therapeutic post, by year.

    Parameters
    ----------
    steps : pandas.DataFrame
        From :func:`by_year`.
    months_first_year : int
    per_referral : float
        Families supported for each referral.
    stay : sequence of float
        The shorter and the longer stay, in months.
    posts : float

    Returns
    -------
    pandas.DataFrame
        `year`, `name`, `referrals`, `per_month`, and `low` and `high`, which are empty without a post or a ratio.
    """
    frame = steps[["year", "name", "referrals"]].copy()
    frame["per_month"] = frame["referrals"] / np.where(frame.index == 0, months_first_year, MONTHS)
    for end, months in zip(("low", "high"), stay, strict=True):
        frame[end] = frame["per_month"] * per_referral * months / (posts or np.nan)
    return frame


def queue(referrals, months_first_year, per_referral, pace):
    """Follow the queue that would form if the team took on as many families a month as when they were counted.

    Parameters
    ----------
    referrals : pandas.DataFrame
        As :func:`by_year` takes them.
    months_first_year : int
    per_referral : float
        Families supported for each referral.
    pace : float
        Families taken on in a month; may be 0.

    Returns
    -------
    pandas.DataFrame
        As :func:`newpip.capacity.fluid` gives it; with a pace of 0 there is a queue and no wait that could be said.
    """
    demand = capacity.demand(referrals, months_first_year)
    if pace > 0:
        return capacity.fluid(demand, per_referral, pace)
    joined = np.append(0, np.cumsum([per_referral * count / months for months, count in demand for _ in range(months)]))
    frame = pd.DataFrame({"month": range(len(joined)), "joined": joined, "started": 0.0, "left": 0.0})
    return frame.assign(waiting=joined, wait=np.nan)


def waits(referrals, months_first_year, counted, months):
    """Return the wait at the end by the limits of the count that the team's pace rests on.

    Parameters
    ----------
    referrals : pandas.DataFrame
        As :func:`by_year` takes them.
    months_first_year : int
    counted : int
        Referrals of the span in which families were counted.
    months : float
        Of that span.

    Returns
    -------
    list of float
        The shorter and the longer wait in months; not a number where the limit leaves no pace.
    """
    exact = poisson_count(int(counted))
    paces = [exact.high / months, exact.low / months]
    found = [
        capacity.final_waits(referrals, [months_first_year], [one], [0.0])["wait"].iloc[0] if one > 0 else np.nan
        for one in paces
    ]
    return [float(one) for one in found]


def levers(per_month, per_referral, pace, stay, posts):
    """Say how far each thing alone would have to move for the queue to stop growing, where the counts say it.

    Parameters
    ----------
    per_month, per_referral, pace, stay, posts : float
        As :func:`newpip.capacity.levers` takes them; any may be 0.

    Returns
    -------
    pandas.DataFrame
        As from there; empty where it cannot be said.
    """
    if min(per_month, per_referral, pace, stay, posts) > 0:
        return capacity.levers(per_month, per_referral, pace, stay, posts)
    now = [posts, pace * stay / posts if posts else np.nan, per_referral, stay]
    names = ["posts", "per_post", "families_per_referral", "stay"]
    return pd.DataFrame({"lever": names, "now": now, "needed": np.nan, "multiple": np.nan})


def rate_limits(referrals, months_first_year=MONTHS, level=0.95):
    """Return the limits of the average yearly change that chance alone leaves open.

    Parameters
    ----------
    referrals : pandas.DataFrame
        As :func:`by_year` takes them.
    months_first_year : int
    level : float
        Of the exact limits of the ratio of the last rate to the first.

    Returns
    -------
    tuple of float
        Shares a year; not numbers where a count of 0 leaves none.
    """
    (first, last), length, years = _ends(referrals, months_first_year)
    _, low, high = _ratio(first, last, length / MONTHS, level)
    return tuple(float(one ** (1 / years) - 1) if one >= 0 else np.nan for one in (low, high))
