"""Referrals by year: growth, exposure, trend, and whether two published counts can both be right."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip.intervals import binomial_p, clopper_pearson

MONTHS = 12


@dataclass(frozen=True)
class Contrast:
    """Whether growth changed from one step to the next.

    Attributes
    ----------
    log_ratio : float
        Log growth of the later step less log growth of the earlier; below 0 when growth slowed.
    se : float
        Standard error of `log_ratio`.
    z, p : float
        `log_ratio` over `se`, and its two-sided normal p.
    ratio : float
        exp(`log_ratio`): the later growth ratio over the earlier.
    """

    log_ratio: float
    se: float
    z: float
    p: float
    ratio: float


@dataclass(frozen=True)
class Trend:
    """A Poisson trend in yearly counts.

    Attributes
    ----------
    rate_ratio : float
        Rate of one year over the rate of the year before.
    low, high : float
        Wald interval of `rate_ratio`, from the Poisson variance.
    t_low, t_high : float
        Quasi-Poisson interval: variance scaled by `pearson` / `df`, Student's t on `df`.
    deviance, pearson : float
        Deviance and Pearson chi-squared of the fit.
    df : int
        Years less two.
    """

    rate_ratio: float
    low: float
    high: float
    t_low: float
    t_high: float
    deviance: float
    pearson: float
    df: int


def growth(referrals: pd.DataFrame) -> pd.DataFrame:
    """Growth from each year to the next.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count).

    Returns
    -------
    DataFrame
        One row per year, in order: `year`, `referrals`, `increment` (referrals more than the year before), `growth`
        (the increment as a share of the year before). The last two are empty in the first year.

    Raises
    ------
    ValueError
        If the years do not follow one another or a count is not positive.
    """
    years, counts = _series(referrals)
    series = pd.Series(counts)
    return pd.DataFrame({"year": years, "referrals": counts, "increment": series.diff(), "growth": series.pct_change()})


def cagr(referrals: pd.DataFrame, months_first_year: float = MONTHS) -> float:
    """Compound annual growth rate from the first year to the last.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count).
    months_first_year : float
        Months that the first count covers, up to the end of its year; above 0 and at most 12.

    Returns
    -------
    float
        Growth of the rate per year as a share: from the midpoint of what the first count covers to the middle of the
        last year. With a whole first year it is ``(last / first)**(1 / steps) - 1``.

    Raises
    ------
    ValueError
        If there are fewer than two years, they do not follow one another, a count is not positive, or the months are
        out of range.
    """
    years, counts = _series(referrals)
    months = _months(len(years), months_first_year)
    rates, times = counts / months, _midpoints(months)
    return float((rates[-1] / rates[0]) ** (1 / (times[-1] - times[0])) - 1)


def doubling_years(rate: float) -> float:
    """Years to double at a steady rate of growth.

    Parameters
    ----------
    rate : float
        Growth per year as a share, above 0.

    Returns
    -------
    float
        ``ln 2 / ln(1 + rate)``, in years.

    Raises
    ------
    ValueError
        If `rate` is not above 0.
    """
    if not rate > 0:
        raise ValueError(f"rate must be above 0, not {rate!r}")
    return math.log(2) / math.log1p(rate)


def year_ratios(referrals: pd.DataFrame, level: float = 0.95, months_first_year: float = MONTHS) -> pd.DataFrame:
    """Ratio of each year's rate to the year before, with its exact interval.

    Both counts are taken to be independent Poisson counts. Given their sum, the later one is binomial; its
    Clopper-Pearson limits become limits of the ratio. Referrals that come in clusters vary more than that.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count).
    level : float
        Confidence level.
    months_first_year : float
        Months that the first count covers, above 0 and at most 12.

    Returns
    -------
    DataFrame
        One row per year after the first: `year`, `ratio`, `low`, `high`.

    Raises
    ------
    ValueError
        If the years do not follow one another, a count is not positive, or `level` or the months are out of range.

    References
    ----------
    Przyborowski and Wilenski (1940); Clopper and Pearson (1934).
    """
    years, counts = _series(referrals)
    months = _months(len(years), months_first_year)
    rows = []
    for year, before, after, longer in zip(years[1:], counts[:-1], counts[1:], months[:-1] / months[1:], strict=True):
        share = clopper_pearson(after, before + after, level)
        ratio, low, high = (odds * longer for odds in (after / before, _odds(share.low), _odds(share.high)))
        rows.append({"year": year, "ratio": ratio, "low": low, "high": high})
    return pd.DataFrame(rows)


def tolerated_dispersion(before: int, after: int, level: float = 0.95) -> float:
    """How much more than Poisson counts two counts may vary before their ratio is no longer clear of one.

    Parameters
    ----------
    before, after : int
        Two counts, each above 0.
    level : float
        Confidence level.

    Returns
    -------
    float
        The variance, as a multiple of the Poisson variance, at which the normal interval of the log ratio reaches 0.
        Below 1 when independent Poisson counts already leave the ratio open.

    Raises
    ------
    ValueError
        If a count is not above 0, or `level` is out of range.
    """
    if not (before > 0 and after > 0):
        raise ValueError(f"before and after must be above 0, not {before!r} and {after!r}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    z = math.log(after / before) / math.sqrt(1 / before + 1 / after)
    return float((z / scipy.stats.norm.ppf((1 + level) / 2)) ** 2)


def slowdown(before: int, middle: int, after: int) -> Contrast:
    """Test whether growth changed over three successive counts.

    Parameters
    ----------
    before, middle, after : int
        Counts of three successive years of equal length, each above 0.

    Returns
    -------
    Contrast
        ``log(after / middle) - log(middle / before)``, with variance ``1/before + 4/middle + 1/after`` for
        independent Poisson counts.

    Raises
    ------
    ValueError
        If a count is not above 0.
    """
    for name, count in {"before": before, "middle": middle, "after": after}.items():
        if not count > 0:
            raise ValueError(f"{name} must be above 0, not {count!r}")
    log_ratio = math.log(after / middle) - math.log(middle / before)
    se = math.sqrt(1 / before + 4 / middle + 1 / after)
    z = log_ratio / se
    return Contrast(log_ratio, se, z, float(2 * scipy.stats.norm.sf(abs(z))), math.exp(log_ratio))


def monthly(referrals: pd.DataFrame, readings: pd.DataFrame) -> pd.DataFrame:
    """Referrals per month under each reading of how long the first year was.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count).
    readings : DataFrame
        One row per reading, with `reading` and `months_first_year` (above 0, at most 12).

    Returns
    -------
    DataFrame
        One row per reading and year: `reading`, `year`, `months`, `referrals`, `per_month`, and `growth` of `per_month`
        on the year before (share, empty in the first year).

    Raises
    ------
    ValueError
        If the years do not follow one another, a count is not positive, or the months are out of range.
    """
    years, counts = _series(referrals)
    frames = []
    for row in readings.itertuples():
        months = _months(len(years), row.months_first_year)
        rate = pd.Series(counts / months)
        columns = {"reading": row.reading, "year": years, "months": months, "referrals": counts}
        frames.append(pd.DataFrame({**columns, "per_month": rate, "growth": rate.pct_change()}))
    return pd.concat(frames, ignore_index=True)


def first_year_months(year_readings: pd.DataFrame, exposure_readings: pd.DataFrame, opened: int) -> pd.DataFrame:
    """Count the months that the first count covers, under each reading of a year and of when it began.

    Parameters
    ----------
    year_readings : DataFrame
        One row per reading, with `reading`, `start_month` and `start_year_offset` (see `window`).
    exposure_readings : DataFrame
        One row per reading, with `reading` and `months_first_year`: the months up to the end of the calendar year, or
        12 where every first year is taken as whole.
    opened : int
        Month of the first labelled calendar year, 1 to 12, in which the service took its first referrals.

    Returns
    -------
    DataFrame
        One row per pair: `year_reading`, `exposure`, `months`, `runs_over` (months by which a year of that reading
        ends after the calendar year of its label) and `possible`: false where the first year ends before the service
        opened, or begins after the first of the referrals that it is to hold; `months` means nothing there.
    """
    rows = []
    for year, first in product(year_readings.to_dict("records"), exposure_readings.to_dict("records")):
        begins = int(year["start_month"]) - 1 + MONTHS * int(year["start_year_offset"])
        whole, from_month = first["months_first_year"] == MONTHS, MONTHS - int(first["months_first_year"])
        months = MONTHS if whole else begins + MONTHS - from_month
        possible = begins + MONTHS >= opened and (whole or begins <= from_month < begins + MONTHS)
        rows.append((year["reading"], first["reading"], months, begins, possible))
    return pd.DataFrame(rows, columns=["year_reading", "exposure", "months", "runs_over", "possible"])


def growth_by_reading(referrals: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Fit the Poisson trend under each reading of the first year and of where a part year stands.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count); at least three years.
    pairs : DataFrame
        One row per pair of readings that can both hold, with `months`, as `first_year_months` returns them.

    Returns
    -------
    DataFrame
        The rows of `pairs`, each once for either `part_year` (``middle``, ``whole``; see `trend`), with `growth` (share
        a year) and `placed`, which repeats `part_year` where there is a part year at all.

    Raises
    ------
    ValueError
        As `trend`.
    """
    frame = pairs.merge(pd.DataFrame({"part_year": ["middle", "whole"]}), how="cross")
    frame["growth"] = [
        trend(referrals, _months(len(referrals), row.months), midpoint=row.part_year == "middle").rate_ratio - 1
        for row in frame.itertuples()
    ]
    return frame.assign(placed=frame["part_year"].where(frame["months"] < MONTHS))


def trend(referrals: pd.DataFrame, months: np.ndarray, level: float = 0.95, midpoint: bool = True) -> Trend:
    """Fit a Poisson trend to yearly counts.

    A Poisson model with a log link and the log of the years of exposure as offset. A year of fewer months stands at
    the midpoint of the months it has, which are its last, or else where it would stand with all of them. The
    quasi-Poisson interval scales the variance by Pearson chi-squared over its degrees of freedom, also where that is
    below 1.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count); at least three years.
    months : array of shape (years,)
        Months of exposure in each year, in order of year, each above 0 and at most 12.
    level : float
        Confidence level of both intervals.
    midpoint : bool
        Whether a year of fewer months stands at their midpoint, or a whole year from its neighbour.

    Returns
    -------
    Trend
        The rate ratio per year with its intervals, and the fit.

    Raises
    ------
    ValueError
        If there are fewer than three years, they do not follow one another, a count is not positive, or `months` or
        `level` is out of range.

    References
    ----------
    Nelder and Wedderburn (1972).
    """
    years, counts = _series(referrals)
    fit = _fit(years, counts, months, midpoint)
    df = len(years) - 2
    if df < 1:
        raise ValueError(f"referrals must have at least three years, not {len(years)}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    tail = (1 + level) / 2
    pearson = float(((counts - fit.mean) ** 2 / fit.mean).sum())
    wald = scipy.stats.norm.ppf(tail) * fit.slope_se
    quasi = scipy.stats.t.ppf(tail, df) * fit.slope_se * math.sqrt(pearson / df)
    deviance = 2 * float((scipy.special.xlogy(counts, counts / fit.mean) - counts + fit.mean).sum())
    ends = np.exp(fit.slope + np.array([0, -wald, wald, -quasi, quasi]))
    return Trend(*map(float, ends), deviance, pearson, df)


def trends(referrals: pd.DataFrame, readings: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Fit the Poisson trend under each reading of how long the first year was.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count); at least three years.
    readings : DataFrame
        One row per reading, with `reading`, `label` and `months_first_year`.
    level : float
        Confidence level of both intervals.

    Returns
    -------
    DataFrame
        One row per reading: `reading`, `label`, the fields of `Trend`, and `dispersion` (`pearson` / `df`).

    Raises
    ------
    ValueError
        As `trend`.
    """
    rows = []
    for row in readings.itertuples():
        fit = trend(referrals, _months(len(referrals), row.months_first_year), level)
        rows.append({"reading": row.reading, "label": row.label, **vars(fit), "dispersion": fit.pearson / fit.df})
    return pd.DataFrame(rows)


def forecast(referrals: pd.DataFrame, readings: pd.DataFrame, level: float = 0.95) -> pd.DataFrame:
    """Forecast the year after the last, under several models.

    The spread of the answers is the point: four counts do not choose between them. A Poisson forecast has an interval
    for a new count, normal, with variance ``mean + (mean * se)**2``: Poisson noise plus the uncertainty of the fitted
    log mean. The straight line, fitted to the printed counts by least squares, has its Student t prediction interval.
    The other three repeat what happened, are no model of chance, and have no interval.

    Parameters
    ----------
    referrals : DataFrame
        One row per year, with `year` and `referrals` (count); at least three years.
    readings : DataFrame
        One row per reading, with `reading`, `label` and `months_first_year`.
    level : float
        Level of the prediction intervals.

    Returns
    -------
    DataFrame
        One row per model: `model`, `label`, `estimate` (referrals in 12 months), `low`, `high` (empty where the model
        has no interval). Models: ``poisson_<reading>`` for each reading, ``straight_line``, ``repeat_growth``,
        ``repeat_increment``, ``compound_growth``.

    Raises
    ------
    ValueError
        If there are fewer than three years, they do not follow one another, a count is not positive, or the months or
        `level` are out of range.

    References
    ----------
    Nelder and Wedderburn (1972) for the Poisson model.
    """
    years, counts = _series(referrals)
    if len(years) < 3:
        raise ValueError(f"referrals must have at least three years, not {len(years)}")
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    rows = []
    for row in readings.itertuples():
        fit = _fit(years, counts, _months(len(years), row.months_first_year))
        mean, se = fit.at(len(years))
        half = scipy.stats.norm.ppf((1 + level) / 2) * math.sqrt(mean + (mean * se) ** 2)
        rows.append((f"poisson_{row.reading}", f"Poisson trend, {row.label}", mean, mean - half, mean + half))
    line, half = _straight_line(years, counts, level)
    last, before = counts[-1], counts[-2]
    rows.append(("straight_line", "Straight line", line, line - half, line + half))
    rows.append(("repeat_growth", "Last growth again", last * last / before, np.nan, np.nan))
    rows.append(("repeat_increment", "Last increment again", last + (last - before), np.nan, np.nan))
    rows.append(("compound_growth", "Compound growth so far", last * (1 + cagr(referrals)), np.nan, np.nan))
    return pd.DataFrame(rows, columns=["model", "label", "estimate", "low", "high"])


def window(
    referrals: pd.DataFrame,
    activity: Mapping,
    year_readings: pd.DataFrame,
    accepts_from: str | pd.Timestamp,
    growth: float = 0.0,
) -> pd.DataFrame:
    """Set the count of a window of dates against the yearly counts, under each reading of a "year".

    The window overlaps some labelled years. All the referrals of those before the last are taken to fall inside the
    window, which is the most that could; what remains of the window's count must then be among the last overlapped
    year's referrals. If referrals come evenly by day, the share of them expected there is the share of that year's
    days inside the window; if their rate grows within the year, it is less where the window ends before the year. The
    exact binomial test sets one against the other, and takes referrals to come independently.

    Parameters
    ----------
    referrals : DataFrame
        One row per labelled year, with `year` and `referrals` (count).
    activity : mapping
        The window: `start` and `end` (dates, both included) and `n` (referrals counted in it). A row of a table does.
    year_readings : DataFrame
        One row per reading, with `reading`, `label`, `start_month` and `start_year_offset`: the "year" Y runs 12 months
        from the first day of `start_month` of year Y + `start_year_offset`.
    accepts_from : date
        First day on which the service took referrals.
    growth : float
        Growth of the daily rate over the last overlapped year, as a share, above -1.

    Returns
    -------
    DataFrame
        One row per reading: `reading`, `label`, `first_year` (label of the first year overlapped), `first_year_inside`
        (referrals before the last overlapped year, all taken to be inside), `year` (label of the last year overlapped),
        `k` (referrals that remain for it), `n` (its referrals), `days_inside`, `days_in_year`, `expected_share`,
        `observed_share`, `p` (two-sided; empty where `k` is not from 0 to `n`), `possible` (whether the dates and
        counts allow the reading at all) and `why` (in words).

    Raises
    ------
    ValueError
        If the years do not follow one another, a count is not positive, or no labelled year overlaps the window.

    References
    ----------
    Clopper and Pearson (1934) for the exact binomial.
    """
    opened = pd.Timestamp(accepts_from)
    rows = []
    for reading in year_readings.to_dict("records"):
        overlap = _overlap(referrals, activity, reading, growth)
        why = _why_impossible(overlap, opened)
        inside = overlap.counts[overlap.first : overlap.last].sum()
        row = {"reading": reading["reading"], "label": reading["label"], "first_year": overlap.years[overlap.first]}
        row |= {"first_year_inside": inside, "year": overlap.years[overlap.last], **_days_test(overlap, inside)}
        rows.append(row | {"possible": why is None, "why": why or "the dates and the counts allow it"})
    return pd.DataFrame(rows)


def window_sensitivity(
    referrals: pd.DataFrame, activity: Mapping, year_reading: Mapping, growth: float = 0.0
) -> pd.DataFrame:
    """Redo the test of `window` when only some of the earlier referrals fell inside the window.

    Parameters
    ----------
    referrals : DataFrame
        One row per labelled year, with `year` and `referrals` (count).
    activity : mapping
        The window: `start`, `end` and `n`, as in `window`.
    year_reading : mapping
        One row of `year_readings`, as in `window`.
    growth : float
        As in `window`.

    Returns
    -------
    DataFrame
        One row per count the counts allow: `inside_first` (earlier referrals inside the window, rising to all of
        them), `k` (referrals that remain for the last overlapped year), `p` (two-sided exact binomial).

    Raises
    ------
    ValueError
        As `window`.
    """
    overlap = _overlap(referrals, activity, year_reading, growth)
    most = overlap.counts[overlap.first : overlap.last].sum()
    inside = range(max(0, overlap.n - overlap.counts[overlap.last]), min(most, overlap.n) + 1)
    rows = [{"inside_first": first, **_days_test(overlap, first)} for first in inside]
    return pd.DataFrame(rows, columns=["inside_first", "k", "p"])


@dataclass(frozen=True)
class _Fit:
    """A fitted Poisson trend; time is in years from the middle of the first calendar year."""

    intercept: float
    slope: float
    covariance: np.ndarray
    mean: np.ndarray

    @property
    def slope_se(self) -> float:
        return math.sqrt(self.covariance[1, 1])

    def at(self, t: int) -> tuple[float, float]:
        """Mean count of 12 months in year `t`, and the standard error of its log."""
        x = np.array([1, t])
        return math.exp(self.intercept + self.slope * t), math.sqrt(x @ self.covariance @ x)


@dataclass(frozen=True)
class _Overlap:
    """The labelled years, where each starts, and which of them the window overlaps (`first` to `last`, positions).

    Of the last one, `days_inside` lie in the window, and `expected_share` of its referrals are expected there.
    """

    years: np.ndarray
    counts: np.ndarray
    starts: pd.DatetimeIndex
    ends: pd.DatetimeIndex
    n: int
    first: int
    last: int
    days_inside: int
    expected_share: float


def _series(referrals: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    """Years and counts in order of year, as integers."""
    ordered = referrals.sort_values("year")
    years, counts = ordered["year"].to_numpy(int), ordered["referrals"].to_numpy(int)
    if len(years) < 2 or not np.all(np.diff(years) == 1):
        raise ValueError(f"referrals must have two or more years that follow one another, not {years.tolist()}")
    if not np.all(counts > 0):
        raise ValueError(f"referrals must be counts above 0, not {counts.tolist()}")
    return years, counts


def _months(years: int, first: float) -> np.ndarray:
    """Months of exposure: `first` in the first year, 12 in every later one."""
    return _exposure(np.array([first, *[MONTHS] * (years - 1)]), years)


def _midpoints(months: np.ndarray) -> np.ndarray:
    """Years from the middle of the first calendar year to the middle of the months that each count covers."""
    return np.arange(len(months)) + (MONTHS - months) / (2 * MONTHS)


def _odds(share: float) -> float:
    return share / (1 - share)


def _exposure(months: np.ndarray, years: int) -> np.ndarray:
    months = np.asarray(months, dtype=float)
    if months.shape != (years,) or not np.all((months > 0) & (months <= MONTHS)):
        raise ValueError(f"months must be above 0 and at most {MONTHS}, one for each year, not {months.tolist()}")
    return months


def _fit(years: np.ndarray, counts: np.ndarray, months: np.ndarray, midpoint: bool = True) -> _Fit:
    from sklearn.linear_model import PoissonRegressor

    months = _exposure(months, len(years))
    t, exposure = _midpoints(months) if midpoint else np.arange(float(len(months))), months / MONTHS
    model = PoissonRegressor(alpha=0, solver="newton-cholesky", tol=1e-10, max_iter=1000)
    model.fit(t[:, None], counts / exposure, sample_weight=exposure)
    mean = exposure * model.predict(t[:, None])
    design = np.column_stack([np.ones_like(t), t])
    covariance = np.linalg.inv(design.T @ (mean[:, None] * design))
    return _Fit(float(model.intercept_), float(model.coef_[0]), covariance, mean)


def _straight_line(years: np.ndarray, counts: np.ndarray, level: float) -> tuple[float, float]:
    """Least squares forecast of the next year, and half the width of its prediction interval."""
    line = scipy.stats.linregress(years, counts)
    ahead, df = years[-1] + 1, len(years) - 2
    residuals = counts - line.intercept - line.slope * years
    centred = years - years.mean()
    leverage = 1 + 1 / len(years) + (ahead - years.mean()) ** 2 / (centred @ centred)
    half = scipy.stats.t.ppf((1 + level) / 2, df) * math.sqrt(residuals @ residuals / df * leverage)
    return line.intercept + line.slope * ahead, half


def _overlap(referrals: pd.DataFrame, activity: Mapping, reading: Mapping, growth: float) -> _Overlap:
    if not growth > -1:
        raise ValueError(f"growth must be above -1, not {growth!r}")
    years, counts = _series(referrals)
    months = pd.PeriodIndex.from_fields(
        year=years + int(reading["start_year_offset"]), month=[int(reading["start_month"])] * len(years), freq="M"
    )
    starts = months.to_timestamp()
    ends = (months + MONTHS).to_timestamp() - pd.Timedelta(days=1)
    start, end = pd.Timestamp(activity["start"]), pd.Timestamp(activity["end"])
    inside = np.flatnonzero((starts <= end) & (ends >= start))
    if not len(inside):
        raise ValueError(f"activity must overlap a labelled year, not run from {start:%Y-%m-%d} to {end:%Y-%m-%d}")
    last = inside[-1]
    days = pd.date_range(starts[last], ends[last])
    held = (days >= start) & (days <= end)
    weights = (1 + growth) ** (np.arange(len(days)) / len(days))
    share = weights[held].sum() / weights.sum()
    return _Overlap(years, counts, starts, ends, int(activity["n"]), inside[0], last, held.sum(), share)


def _days_test(overlap: _Overlap, inside: int) -> dict:
    """Test what remains of the window's count against the last overlapped year's days."""
    n, k = int(overlap.counts[overlap.last]), int(overlap.n - inside)
    days_in_year = (overlap.ends[overlap.last] - overlap.starts[overlap.last]).days + 1
    expected = overlap.expected_share
    result = {"k": k, "n": n, "days_inside": overlap.days_inside, "days_in_year": days_in_year}
    result |= {"expected_share": expected, "observed_share": k / n}
    return result | {"p": binomial_p(k, n, expected) if 0 <= k <= n else math.nan}


def _why_impossible(overlap: _Overlap, opened: pd.Timestamp) -> str | None:
    early = overlap.ends < opened
    if early.any():
        year, end = overlap.years[early][0], overlap.ends[early][0]
        return f"{year} would end on {end:%Y-%m-%d}, before the service took referrals on {opened:%Y-%m-%d}"
    remaining = overlap.n - overlap.counts[overlap.first : overlap.last].sum()
    if remaining > overlap.counts[overlap.last]:
        return f"{remaining} referrals would remain for a year that had {overlap.counts[overlap.last]}"
    return None
