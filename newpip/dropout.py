"""What dropout and selection can hide: bounds, tipping points, assumed differences, bias analysis, and weighting.

Throughout, `dropout` is the share who left, `completers` the share who benefited among those who stayed, and
`leavers` the share who benefited among those who left.
"""

import math
from dataclasses import dataclass, field
from itertools import product

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip.intervals import lower_limit_exact
from newpip.workers import batches, run

BLOCK = 10_000
BINS = 10_000
ODDS_END, ODDS_BINS = 25.0, 50_000  # log odds covered, each way, and their bins
ESTIMATORS = ["complete_case", "ipw", "aipw"]


@dataclass(frozen=True)
class Bounds:
    """The lowest and highest value that the data allow without an assumption.

    Attributes
    ----------
    low, high : float
        Shares, from 0 to 1.
    """

    low: float
    high: float

    @property
    def width(self):
        """Distance from the low end to the high end."""
        return self.high - self.low


@dataclass(frozen=True)
class Probabilistic:
    """The overall share who benefited, as uncertain as its inputs make it.

    Attributes
    ----------
    mean, low, high : float
        Mean and the two ends of the central interval, shares.
    draws : int
        Number of draws.
    counts : tuple of int, length 10000
        Draws by equal bins from 0 to 1.
    """

    mean: float
    low: float
    high: float
    draws: int
    counts: tuple = field(repr=False)

    def density(self, bins=50):
        """Return the distribution for drawing.

        Parameters
        ----------
        bins : int
            Number of equal bins from 0 to 1, a divisor of 10,000.

        Returns
        -------
        pandas.DataFrame
            Columns `share` (a bin's middle) and `density` (which averages 1 over the bins).

        Raises
        ------
        ValueError
            If `bins` does not divide 10,000.
        """
        if bins < 1 or BINS % bins:
            raise ValueError(f"bins must divide {BINS}, not {bins!r}")
        grouped = np.reshape(self.counts, (bins, -1)).sum(axis=1)
        return pd.DataFrame({"share": (np.arange(bins) + 0.5) / bins, "density": grouped * bins / self.draws})


def overall(dropout, completers, leavers):
    """Return the share of all who started that benefited.

    Parameters
    ----------
    dropout, completers, leavers : float or array_like
        Shares, from 0 to 1, of shapes that broadcast.

    Returns
    -------
    float or numpy.ndarray
        ``(1 - dropout) * completers + dropout * leavers``.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1.
    """
    d, p_c, p_d = _share("dropout", dropout), _share("completers", completers), _share("leavers", leavers)
    return (1 - d) * p_c + d * p_d


def bounds(dropout, completers):
    """Bound the overall share when nothing is known of those who left.

    Parameters
    ----------
    dropout, completers : float
        Shares, from 0 to 1.

    Returns
    -------
    Bounds
        None of those who left benefited, and all of them did.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1.

    References
    ----------
    Manski (1990).
    """
    return Bounds(float(overall(dropout, completers, 0.0)), float(overall(dropout, completers, 1.0)))


def examples(shares, asked):
    """Set out examples of how many of those asked benefited: all of them, one fewer, and so on.

    Parameters
    ----------
    shares : pandas.Series
        The share of each example, the highest first.
    asked : int
        Those asked.

    Returns
    -------
    pandas.DataFrame
        `share`, `benefited` (a count) and `label`, indexed as `shares`.
    """
    counts = asked - np.arange(len(shares))
    return pd.DataFrame({"share": shares, "benefited": counts, "label": [f"{k} of {asked}" for k in counts]})


def bounds_curve(dropouts, completers):
    """Bound the overall share over a range of dropout.

    Parameters
    ----------
    dropouts : array_like, shape (m,)
        Shares who left.
    completers : float or array_like, shape (c,)
        Shares who benefited among those who stayed.

    Returns
    -------
    pandas.DataFrame
        Columns `completers`, `dropout`, `low`, `high`; one row a pair, m times c in all.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1.
    """
    grid = _grid(completers=completers, dropout=dropouts)
    grid["low"] = overall(grid["dropout"], grid["completers"], 0.0)
    grid["high"] = overall(grid["dropout"], grid["completers"], 1.0)
    return grid


def tipping(completers, target=0.5, leavers=0.0):
    """Return the dropout at which the overall share falls to a target.

    Parameters
    ----------
    completers : float
        Share who benefited among those who stayed.
    target : float
        The overall share asked about.
    leavers : float
        Share who benefited among those who left.

    Returns
    -------
    float
        ``(completers - target) / (completers - leavers)``; 0 when `completers` is at the target or below
        it already; ``math.inf`` when `leavers` is above the target, so that no dropout is enough.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1.
    """
    p_c, goal, p_d = (
        float(_share(name, value))
        for name, value in {"completers": completers, "target": target, "leavers": leavers}.items()
    )
    if p_c <= goal:
        return 0.0
    return math.inf if p_d > goal else (p_c - goal) / (p_c - p_d)


def surface(dropouts, leavers, completers):
    """Tabulate the overall share over dropout and the benefit among those who left.

    Parameters
    ----------
    dropouts : array_like, shape (m,)
        Shares who left.
    leavers : array_like, shape (c,)
        Shares who benefited among those who left.
    completers : float
        Share who benefited among those who stayed.

    Returns
    -------
    pandas.DataFrame
        Columns `leavers`, `dropout`, `overall`; one row a pair, m times c in all.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1.
    """
    grid = _grid(leavers=leavers, dropout=dropouts)
    grid["overall"] = overall(grid["dropout"], completers, grid["leavers"])
    return grid


def shifted(completers, delta):
    """Return the benefit among those who left, were its log odds to differ by `delta`.

    Parameters
    ----------
    completers : float or array_like
        Share who benefited among those who stayed.
    delta : float or array_like
        Difference in log odds, those who left less those who stayed; below 0 they fared worse.

    Returns
    -------
    float or numpy.ndarray
        A share. A `completers` of 0 or 1 stays as it is, whatever `delta`.

    Raises
    ------
    ValueError
        If `completers` is not between 0 and 1 or `delta` is not finite.

    References
    ----------
    Rubin (1977); Carpenter and Kenward (2013).
    """
    if not np.all(np.isfinite(delta)):
        raise ValueError(f"delta must be finite, not {delta!r}")
    return scipy.special.expit(scipy.special.logit(_share("completers", completers)) + delta)


def delta_adjusted(dropout, completers, delta):
    """Return the overall share, were the log odds of those who left to differ by `delta`.

    Parameters
    ----------
    dropout, completers : float or array_like
        Shares, from 0 to 1.
    delta : float or array_like
        Difference in log odds, as in :func:`shifted`.

    Returns
    -------
    float or numpy.ndarray
        The share of all who started that benefited.

    Raises
    ------
    ValueError
        If a share is not between 0 and 1 or `delta` is not finite.

    References
    ----------
    Rubin (1977); Carpenter and Kenward (2013).
    """
    return overall(dropout, completers, shifted(completers, delta))


def delta_curve(dropout, completers, deltas):
    """Tabulate the overall share over the shift of those who left.

    Parameters
    ----------
    dropout : float
        Share who left.
    completers : array_like, shape (c,)
        Shares who benefited among those who stayed.
    deltas : array_like, shape (m,)
        Differences in log odds, as in :func:`shifted`.

    Returns
    -------
    pandas.DataFrame
        Columns `delta`, `completers`, `overall`; one row a pair, m times c in all.

    Raises
    ------
    ValueError
        As :func:`delta_adjusted`.
    """
    grid = _grid(delta=deltas, completers=completers)
    return grid.assign(overall=delta_adjusted(dropout, grid["completers"], grid["delta"]))


def in_window(referrals, opened, closed):
    """Take the referrals of the whole years of a window, and of those with the year before.

    Parameters
    ----------
    referrals : pandas.DataFrame
        One row a year: `year`, `referrals`.
    opened, closed : pandas.Timestamp
        The window. Where it holds none of the years, all but the last of them are taken.

    Returns
    -------
    eligible, wider : pandas.DataFrame
        Rows of `referrals`.
    """
    years = referrals["year"]
    within = years.between(opened.year, closed.year - 1)
    whole = within if within.any() else years < years.max()
    return referrals[whole], referrals[whole | years.eq(years[whole].min() - 1)]


def gap_widths(gaps):
    """Set gaps side by side.

    Parameters
    ----------
    gaps : dict
        From a label to anything with `low`, `high` and `width`, such as :class:`Bounds`.

    Returns
    -------
    pandas.DataFrame
        Columns `label`, `low`, `high`, `width`.
    """
    rows = [(label, gap.low, gap.high, gap.width) for label, gap in gaps.items()]
    return pd.DataFrame(rows, columns=["label", "low", "high", "width"])


def frame_bounds(benefited, asked, frame):
    """Bound the share who benefited in a whole frame of which only some were asked.

    Parameters
    ----------
    benefited, asked, frame : int
        Those who said they benefited, those asked, and all who might have been asked.

    Returns
    -------
    Bounds
        None of those never asked benefited, and all of them did.

    Raises
    ------
    ValueError
        Unless ``0 <= benefited <= asked <= frame`` and `frame` is at least 1.

    References
    ----------
    Manski (1990).
    """
    if not 0 <= benefited <= asked <= frame or frame < 1:
        raise ValueError(
            f"benefited, asked and frame must not decrease and frame be at least 1, not {benefited}, {asked}, {frame}"
        )
    return Bounds(float(benefited / frame), float((benefited + frame - asked) / frame))


def probabilistic(
    benefited,
    asked,
    lost,
    of,
    draws,
    seed,
    delta_mean=-1.0,
    delta_sd=1.0,
    weight=1.0,
    prior=0.5,
    courtesy=None,
    selection=None,
    unasked=None,
    level=0.95,
    chunk=None,
    n_jobs=None,
):
    """Spread the overall share over what is uncertain: a probabilistic bias analysis.

    The share who said that they benefited is taken back, in this order, to those of them who did (courtesy), to the
    families from whom they were reached (selection), to all who stayed (not asked), and to all who started (dropout).

    Parameters
    ----------
    benefited, asked : int
        Those who said they benefited, of those asked.
    lost, of : int or None
        Those who left, of those who started, in the study that dropout is taken from; None if nobody left.
    draws : int
        Number of draws.
    seed : int
        Seed of the draws.
    delta_mean, delta_sd : float
        Mean and standard deviation of the normal difference in log odds (see :func:`shifted`).
    weight : float
        What a family of that study counts for, from 0 (nothing) to 1 (as one of our own).
    prior : float
        What the prior of the benefit of those who stayed counts for, as a yes and as a no, above 0:
        1/2 is the Jeffreys prior, 1 the uniform one.
    courtesy : tuple of float, optional
        The two parameters, above 0, of the Beta prior of the share who, without benefit, speak as if they had any
        (see :func:`courtesy_true_share`).
    selection : tuple of float, optional
        Mean and standard deviation of the normal prior of log psi (see :func:`selection_true_share`).
    unasked : tuple of float, optional
        The share of those who stayed whom nobody could ask, and mean and standard deviation of the normal difference
        in log odds between them and the others (see :func:`shifted`).
    level : float
        Probability inside the interval, between 0 and 1.
    chunk : int, optional
        Draws handed to a worker at a time: by default a hundredth of them, and at least 100,000.
    n_jobs : int, optional
        Number of workers (see :func:`newpip.workers.run`).

    Returns
    -------
    Probabilistic
        Mean, interval and distribution.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Notes
    -----
    Dropout is Beta(weight lost + 1/2, weight (of - lost) + 1/2), the benefit of those who stayed is
    Beta(benefited + prior, asked - benefited + prior), and those who left follow from it by a normal delta.
    Every 10,000 draws have a random stream of their own, so `chunk` and `n_jobs` do not change a bit of
    the result. Draws are kept as counts in bins: memory does not grow with `draws`. The ends of the interval
    are read off bins of log odds 0.001 wide, since the shares crowd against 1.

    References
    ----------
    Lash et al. (2014) and Fox, MacLehose and Lash (2021) for the analysis; Jeffreys (1946) for the prior; Ibrahim and
    Chen (2000) for its weight.
    """
    _check_counts(benefited, asked, "benefited", "asked")
    if lost is not None:
        _check_counts(lost, of, "lost", "of")
    draws = _whole(draws, "draws")
    chunk = max(100_000, draws // 100) if chunk is None else _whole(chunk, "chunk")
    _share("weight", weight)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    for name, normal in {"delta": (delta_mean, delta_sd), "selection": selection, "unasked": unasked}.items():
        if normal and not (np.isfinite(normal).all() and normal[-1] >= 0):
            raise ValueError(
                f"{name}_mean must be finite and {name}_sd at least 0, not {normal[-2]!r} and {normal[-1]!r}"
            )
    if courtesy and not (np.isfinite(courtesy).all() and min(courtesy) > 0):
        raise ValueError(f"courtesy must be two finite numbers above 0, not {courtesy!r}")
    _share("unasked", unasked[0] if unasked else 0)
    if not 0 < prior < math.inf:
        raise ValueError(f"prior must be finite and above 0, not {prior!r}")
    left = None if lost is None else (weight * lost + 0.5, weight * (of - lost) + 0.5)
    benefit = (benefited + prior, asked - benefited + prior)
    seeds = np.random.SeedSequence(seed).spawn(-(-draws // BLOCK))
    sizes = np.diff(np.append(np.arange(0, draws, BLOCK), draws))
    tasks = batches(list(zip(seeds, sizes, strict=True)), -(-chunk // BLOCK))
    sums, counts, odds = [], np.zeros(BINS, dtype=np.int64), np.zeros(ODDS_BINS, dtype=np.int64)
    known = benefit, courtesy, selection, unasked, left, (delta_mean, delta_sd)
    for some_sums, some_counts, some_odds in run(_draw, tasks, *known, n_jobs=n_jobs):
        sums += some_sums
        counts += some_counts
        odds += some_odds
    tails = np.array([1 - level, 1 + level]) / 2
    edges = np.linspace(-ODDS_END, ODDS_END, ODDS_BINS + 1)
    low, high = scipy.special.expit(np.interp(tails * draws, np.append(0, odds.cumsum()), edges))
    return Probabilistic(math.fsum(sums) / draws, float(low), float(high), draws, tuple(counts.tolist()))


def alone_and_together(biases):
    """Set each bias to work alone, then all of them.

    Parameters
    ----------
    biases : dict
        From the name of a bias to what :func:`probabilistic` takes for it, such as ``{"courtesy": (2, 8)}``.

    Returns
    -------
    dict
        The arguments for ``chance`` (no bias), for each bias by its name, and for ``all``.
    """
    nobody_left, every = {"lost": None, "of": None}, {}
    for bias in biases.values():
        every |= bias
    alone = {name: nobody_left | bias for name, bias in biases.items()}
    return {"chance": nobody_left} | alone | {"all": nobody_left | every}


def bias_analysis(counts, asked, settings, draws, seed, n_jobs=None):
    """Spread the overall share under several settings of the biases and several counts of those who benefited.

    Parameters
    ----------
    counts : iterable of int
        Those who said they benefited, of those asked.
    asked : int
        Those asked.
    settings : dict
        From a name to what :func:`probabilistic` takes, as :func:`alone_and_together` returns it.
    draws, seed, n_jobs
        As :func:`probabilistic` takes them; every run starts from the same seed.

    Returns
    -------
    pandas.DataFrame
        One row a setting and count: `setting`, `benefited`, `mean`, `low`, `high` (shares; 95% credible interval).

    Raises
    ------
    ValueError
        As :func:`probabilistic`.
    """
    rows = []
    for (name, setting), k in product(settings.items(), counts):
        run_of = probabilistic(k, asked, **setting, draws=draws, seed=seed, n_jobs=n_jobs)
        rows.append((name, k, run_of.mean, run_of.low, run_of.high))
    return pd.DataFrame(rows, columns=["setting", "benefited", "mean", "low", "high"])


def _draw(blocks, *known):
    """Draw each block from its own stream; return the blocks' sums and a histogram of shares and one of log odds."""
    sums, counts, odds = [], np.zeros(BINS, dtype=np.int64), np.zeros(ODDS_BINS, dtype=np.int64)
    for seed, size in blocks:
        shares = _shares(np.random.default_rng(seed), size, *known)
        sums.append(float(shares.sum()))
        counts += np.bincount(np.minimum(shares * BINS, BINS - 1).astype(np.int64), minlength=BINS)
        place = (scipy.special.logit(shares) + ODDS_END) * (ODDS_BINS / (2 * ODDS_END))
        odds += np.bincount(np.clip(place, 0, ODDS_BINS - 1).astype(np.int64), minlength=ODDS_BINS)
    return sums, counts, odds


def _shares(rng, size, benefit, courtesy, selection, unasked, left, delta):
    """Draw the share who benefited, taken back through each bias that there is."""
    logit, expit = scipy.special.logit, scipy.special.expit
    shares = rng.beta(*benefit, size)
    if courtesy:
        shares = courtesy_true_share(shares, rng.beta(*courtesy, size))
    if selection:
        shares = expit(logit(shares) - rng.normal(*selection, size))
    if unasked:
        others = expit(logit(shares) + rng.normal(*unasked[1:], size))
        shares = shares + unasked[0] * (others - shares)
    if left:
        leavers = expit(logit(shares) + rng.normal(*delta, size))
        shares = shares + rng.beta(*left, size) * (leavers - shares)
    return shares


def courtesy_true_share(observed_share, courtesy):
    """Return the true share behind an observed one, when some say out of courtesy that they benefited.

    Parameters
    ----------
    observed_share : float or array_like
        Share of those asked who said that they benefited.
    courtesy : float or array_like
        Share of those without benefit who say so too, from 0 to below 1.

    Returns
    -------
    float or numpy.ndarray
        ``(observed_share - courtesy) / (1 - courtesy)``, and 0 where courtesy alone gives more than was observed.

    Raises
    ------
    ValueError
        If a share is out of range.

    References
    ----------
    Rogan and Gladen (1978), for a test that misses nobody.
    """
    q, c = _share("observed_share", observed_share), _share("courtesy", courtesy)
    if np.any(c == 1):
        raise ValueError("courtesy must be below 1: of everybody's yes nothing can be told")
    return np.maximum(0.0, q - c) / (1 - c)


def selection_true_share(observed_share, psi):
    """Return the true share behind an observed one, when the satisfied are easier to reach.

    Parameters
    ----------
    observed_share : float or array_like
        Share satisfied among those reached, q.
    psi : float or array_like
        How many times as likely the satisfied are to be reached, above 0.

    Returns
    -------
    float or numpy.ndarray
        ``q / (q + psi * (1 - q))``. A share of 1 stays 1, whatever `psi`.

    Raises
    ------
    ValueError
        If `observed_share` is not between 0 and 1 or `psi` is not above 0 and finite.

    References
    ----------
    Bayes' rule: the true odds times `psi` are the observed odds.
    """
    q, psi = _share("observed_share", observed_share), np.asarray(psi, dtype=float)
    if not np.all((psi > 0) & np.isfinite(psi)):
        raise ValueError(f"psi must be above 0 and finite, not {psi!r}")
    return q / (q + psi * (1 - q))


def selection_lower(benefited, asked, psi, level=0.95):
    """Return the true share at the exact lower limit of the observed one.

    Parameters
    ----------
    benefited, asked : int
        Those satisfied, of those asked.
    psi : float or array_like
        How many times as likely the satisfied are to be reached.
    level : float
        Confidence level of the one-sided limit, between 0 and 1.

    Returns
    -------
    float or numpy.ndarray
        A share.

    Raises
    ------
    ValueError
        If an argument is out of range.

    References
    ----------
    Clopper and Pearson (1934) for the limit, one-sided.
    """
    return selection_true_share(lower_limit_exact(benefited, asked, level), psi)


def selection_curve(examples, asked, strengths):
    """Tabulate the true share at the exact lower limit over the strength of selection.

    Parameters
    ----------
    examples : pandas.DataFrame
        `benefited` and `label` of each example.
    asked : int
        Those asked.
    strengths : array_like, shape (m,)
        Values of psi (see :func:`selection_lower`).

    Returns
    -------
    pandas.DataFrame
        Columns `psi`, `label`, `share`; m rows an example.
    """
    parts = [
        pd.DataFrame({"psi": strengths, "label": label, "share": selection_lower(k, asked, strengths)})
        for k, label in zip(examples["benefited"], examples["label"], strict=True)
    ]
    return pd.concat(parts, ignore_index=True)


def psi_to(target, benefited, asked, level=0.95):
    """Return the selection at which the exact lower limit falls to a target.

    Parameters
    ----------
    target : float
        A share, between 0 and 1 and neither.
    benefited, asked : int
        Those satisfied, of those asked.
    level : float
        Confidence level of the one-sided limit, between 0 and 1.

    Returns
    -------
    float
        The `psi` of :func:`selection_lower`: the odds of the limit over the odds of the target. Below 1 the
        limit is under the target without any selection.

    Raises
    ------
    ValueError
        If an argument is out of range.
    """
    if not 0 < target < 1:
        raise ValueError(f"target must lie between 0 and 1, not {target!r}")
    limit = lower_limit_exact(benefited, asked, level)
    return limit / (1 - limit) * (1 - target) / target


def elsewhere(attrition):
    """List the figures for dropout that a chart can show: the service's own first, then single ones, then ranges.

    Parameters
    ----------
    attrition : pandas.DataFrame
        The table attrition, indexed by `attrition_id`, with a row ``newpip`` for the service's own.

    Returns
    -------
    pandas.DataFrame
        The rows, with `label` (the study, and below it what was counted) and `open`: not read in the source itself.
    """
    single = attrition[attrition["value"].notna() & (attrition["source_id"] != "thisbook")]
    ranges = attrition[attrition["kind"] == "range"]
    rows = pd.concat([attrition.loc[["newpip"]], single, ranges]).reset_index()
    at_least = rows["low"].eq(rows["value"]) & rows["high"].isna()
    not_known = rows["value"].isna() & rows["low"].isna()
    kind = rows["kind"].where(rows["kind"] != "range", rows["setting"]).str.lower()
    kind += at_least.map({True: ", at least", False: ""}) + not_known.map({True: ": not known", False: ""})
    return rows.assign(label=rows["study"] + "\n" + kind, open=rows["grade"].ne("source"))


def register(attrition, sources, grades):
    """Set out the figures for dropout in words, each with where it was read.

    Parameters
    ----------
    attrition : pandas.DataFrame
        The table attrition, indexed by `attrition_id`.
    sources : pandas.DataFrame
        The table sources.
    grades : dict
        What grades are called.

    Returns
    -------
    pandas.DataFrame
        The rows of `attrition`, with `share`, `read` and `how` (texts).
    """
    named = sources.set_index("source_id")
    who = named["authors"].str.split("[,;]").str[0] + " (" + named["year"].astype(str) + ")"
    who["thisbook"] = "Inferred here"
    rows = attrition.reset_index()
    where, how = rows["source_id"].map(who) + ": " + rows["locator"], rows["grade"].map(grades)
    return rows.assign(share=rows.apply(_share_said, axis=1), read=where, how=how)


def _share_said(row):
    if pd.notna(row["value"]):
        return f"{row['value']:.1%}" + (" or more" if row["value"] == row["low"] else "")
    if pd.notna(row["low"]):
        return f"{row['low']:.0%} to {row['high']:.0%}"
    return "not known" if row["source_id"] == "cullen2025" else "no figure found"


def estimators(frame):
    """Estimate the share who benefited, of all who started, from those who stayed.

    Parameters
    ----------
    frame : pandas.DataFrame
        One row a person: `stayed` (true or 1), `benefited` (0 or 1; not looked at for those who left), and
        every other column a numeric covariate known for all.

    Returns
    -------
    dict
        `complete_case`, the mean of those who stayed; `ipw`, their mean with weights that are the inverse
        of the modelled chance to stay, scaled to sum to 1; `aipw`, the modelled mean of everybody plus the
        weighted mean of the residuals; `stayed`, their number; `ess`, Kish's effective sample size of the weights.

    Raises
    ------
    ValueError
        If nobody stayed, there is no covariate or one that is not finite, or a stayer's `benefited` is neither 0 nor 1.

    Notes
    -----
    Both models are logistic regressions without a penalty, and no weight is clipped. Where a covariate splits
    a small cohort without error the fit has no finite optimum; it then stops with chances near 0 and 1.
    Covariates are best on a scale about 1.

    References
    ----------
    Robins, Rotnitzky and Zhao (1994); Seaman and White (2013).
    """
    covariates = frame.drop(columns=["benefited", "stayed"]).to_numpy(dtype=float)
    stayed = frame["stayed"].to_numpy(dtype=bool)
    benefited = frame["benefited"].to_numpy(dtype=float)[stayed]
    if not covariates.shape[1]:
        raise ValueError("frame must have a covariate beside benefited and stayed")
    if not np.isfinite(covariates).all():
        raise ValueError("frame must hold a finite number for every covariate of every person")
    if not stayed.any() or not np.isin(benefited, [0, 1]).all():
        raise ValueError("frame must hold people who stayed, with benefited 0 or 1 for each of them")
    weights = 1 / _chances(covariates, stayed, covariates[stayed])
    expected = _chances(covariates[stayed], benefited, covariates)
    residuals = benefited - expected[stayed]
    return {
        "complete_case": float(benefited.mean()),
        "ipw": float(np.average(benefited, weights=weights)),
        "aipw": float(expected.mean() + weights @ residuals / len(frame)),
        "stayed": int(stayed.sum()),
        "ess": float(weights.sum() ** 2 / (weights @ weights)),
    }


def _chances(covariates, happened, at):
    """Fit the chance that something happened and return it at other covariates."""
    from sklearn import config_context
    from sklearn.linear_model import LogisticRegression

    if happened.min() == happened.max():
        return np.full(len(at), float(happened[0]))
    model = LogisticRegression(C=np.inf, solver="lbfgs", tol=1e-8, max_iter=1000)
    # The cohort was checked once; checking it and the settings at every step is a sixth of the work.
    with config_context(assume_finite=True, skip_parameter_validation=True):
        return model.fit(covariates, happened.astype(int)).predict_proba(at)[:, 1]


def simulate(generator, n, replications, seed, truth=None, n_jobs=None):
    """Try the estimators on many cohorts whose truth is known.

    Parameters
    ----------
    generator : callable
        ``generator(n, rng)`` returns a cohort for :func:`estimators`, with `benefited` for everyone.
    n : int
        People in a cohort.
    replications : int
        Number of cohorts, at least 2.
    seed : int
        Seed of the draws; every cohort has a stream of its own, so `n_jobs` does not change a bit.
    truth : float, optional
        The true share. By default the share who benefited among everybody in all the cohorts.
    n_jobs : int, optional
        Number of workers (see :func:`newpip.workers.run`).

    Returns
    -------
    pandas.DataFrame
        One row an estimator: `estimator`, `bias`, `rmse`, `mcse` (Monte Carlo standard error of the bias),
        `ess_mean` (for complete cases, those who stayed), `truth`.

    Raises
    ------
    ValueError
        If `n`, `replications` or `truth` is out of range.
    """
    n = _whole(n, "n")
    replications = _whole(replications, "replications")
    if replications < 2:
        raise ValueError(f"replications must be at least 2, not {replications!r}")
    tasks = batches(np.random.SeedSequence(seed).spawn(replications), 25)
    results = pd.DataFrame([row for rows in run(_replicate, tasks, generator, n, n_jobs=n_jobs) for row in rows])
    everyone = results["everyone"] if truth is None else _share("truth", truth)
    target = float(np.mean(everyone))
    found = results[ESTIMATORS]
    # When the truth is itself simulated, its error is shared with the estimates and only the difference counts.
    spread = found.sub(everyone, axis=0) if truth is None else found
    return pd.DataFrame(
        {
            "estimator": ESTIMATORS,
            "bias": found.mean().to_numpy() - target,
            "rmse": np.sqrt(((found - target) ** 2).mean()).to_numpy(),
            "mcse": spread.std().to_numpy() / np.sqrt(replications),
            "ess_mean": results[["stayed", "ess", "ess"]].mean().to_numpy(),
            "truth": target,
        }
    )


def _replicate(seeds, generator, n):
    """Draw one cohort a seed and return what the estimators make of it."""
    from threadpoolctl import threadpool_limits

    rows = []
    # The number of threads in linear algebra can change the last bit.
    with threadpool_limits(limits=1):
        for seed in seeds:
            frame = generator(n, np.random.default_rng(seed))
            rows.append({**estimators(frame), "everyone": float(frame["benefited"].mean())})
    return rows


def _grid(**axes):
    """Return every combination of the axes' values, the last axis fastest."""
    values = [np.atleast_1d(np.asarray(axis, dtype=float)) for axis in axes.values()]
    return pd.MultiIndex.from_product(values, names=list(axes)).to_frame(index=False)


def _share(name, value):
    value = np.asarray(value, dtype=float)
    if not np.all((value >= 0) & (value <= 1)):
        raise ValueError(f"{name} must lie between 0 and 1, not {value!r}")
    return value


def _check_counts(k, n, k_name, n_name):
    _whole(n, n_name)
    if not 0 <= k <= n or k != int(k):
        raise ValueError(f"{k_name} must be a whole number from 0 to {n_name}={n!r}, not {k!r}")


def _whole(value, name):
    if not value >= 1 or value != int(value):
        raise ValueError(f"{name} must be a whole number of at least 1, not {value!r}")
    return int(value)
