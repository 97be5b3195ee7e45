"""Other services and trials: their proportions, what pooling them does, and what kind of evidence stands where."""

from dataclasses import asdict, dataclass

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip.grades import GRADES, worst
from newpip.grim import matching_counts as matching_counts
from newpip.grim import matching_denominators as matching_denominators
from newpip.intervals import clopper_pearson, wilson

IN_THE_SOURCE = ("printed", "inferred from rounding")
DIRECTIONS = {
    "improved": "favourable",
    "no difference": "no_difference",
    "worse": "unfavourable",
    "not measured": "unclear",
    "not reported": "unclear",
}
VERDICTS = {
    "favours": "favourable",
    "no clear difference": "no_difference",
    "mixed": "unclear",
    "not stated": "unclear",
}
ANSWERS = ["favourable", "no_difference", "unfavourable", "unclear"]
CELL = ["level", "domain", "design", "entry"]
COUNTS = ["analysed", "enrolled", "printed", "in its studies"]  # the more telling first


@dataclass(frozen=True)
class Pool:
    """A random-effects summary of proportions.

    Attributes
    ----------
    estimate : float
        The pooled share, from 0 to 1.
    low, high : float
        Its Wald interval, on the normal distribution.
    hk_low, hk_high : float
        Its Knapp-Hartung interval, on the t distribution with `k` - 1 degrees of freedom.
    prediction_low, prediction_high : float
        Where a further service's true share may lie, on `k` - 1 degrees of freedom.
    higgins_low, higgins_high : float
        The same on `k` - 2 degrees of freedom; missing (NaN) for two services.
    tau2 : float
        Variance between services, on the logit scale.
    i2 : float
        Share of the variance that lies between services, from 0 to 1.
    i2_low, i2_high : float
        Its Q-profile interval.
    q, q_p : float
        Cochran's Q and its p-value on `k` - 1 degrees of freedom.
    k : int
        Number of proportions pooled.
    """

    estimate: float
    low: float
    high: float
    hk_low: float
    hk_high: float
    prediction_low: float
    prediction_high: float
    higgins_low: float
    higgins_high: float
    tau2: float
    i2: float
    i2_low: float
    i2_high: float
    q: float
    q_p: float
    k: int


def proportions(outcomes, level=0.95):
    """Put an interval on every proportion that has its two counts.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        The table ``outcomes``.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        The rows with a numerator and a denominator, and beside them `estimate`, `low`, `high` (Wilson),
        `exact_low`, `exact_high` (Clopper-Pearson), and `supported`: whether the source supports the counts.
        A row whose counts are not supported stands for an assumption, and is to be drawn open.

    Raises
    ------
    ValueError
        If a numerator exceeds its denominator, or `level` is out of range.

    References
    ----------
    Wilson (1927); Clopper and Pearson (1934).
    """
    rows = outcomes[_counted(outcomes)].copy()
    pairs = list(zip(rows["numerator"], rows["denominator"], strict=True))
    score = [wilson(k, n, level) for k, n in pairs]
    exact = [clopper_pearson(k, n, level) for k, n in pairs]
    rows["estimate"] = np.array([one.estimate for one in score], dtype=float)
    rows["low"] = np.array([one.low for one in score], dtype=float)
    rows["high"] = np.array([one.high for one in score], dtype=float)
    rows["exact_low"] = np.array([one.low for one in exact], dtype=float)
    rows["exact_high"] = np.array([one.high for one in exact], dtype=float)
    rows["supported"] = rows["count_status"].isin(IN_THE_SOURCE)
    return rows.reset_index(drop=True)


def unknown_n(outcomes):
    """List the shares that were printed without the counts behind them.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        The table ``outcomes``.

    Returns
    -------
    pandas.DataFrame
        The rows whose value is a share and that lack a numerator or a denominator. No row is both here
        and in :func:`proportions`.
    """
    share = outcomes["value"].notna() & (outcomes["unit"] == "share")
    return outcomes[share & ~_counted(outcomes)].reset_index(drop=True)


def _counted(outcomes):
    return outcomes["numerator"].notna() & outcomes["denominator"].notna()


def pool(numerators, denominators, level=0.95):
    """Pool proportions on the logit scale with random effects.

    Parameters
    ----------
    numerators, denominators : sequence of int, shape (k,)
        The counts of at least two services.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    Pool
        The summary, as shares.

    Raises
    ------
    ValueError
        If the two differ in length, hold fewer than two pairs or an impossible pair, or `level` is out of range.

    Notes
    -----
    A logit's variance is ``1 / x + 1 / (n - x)``; where `x` is 0 or `n`, half is added to both counts of that
    service. The variance between services is estimated by REML. The Knapp-Hartung variance is not kept from
    falling below the Wald one. The first prediction interval adds that variance to tau2 and uses t with `k` - 1
    degrees of freedom. These are the conventions of metafor 3.8 (``rma(measure="PLO", test="knha")``); the
    Wald limits are those of its ``test="z"``. The second, of Higgins and others, adds the Wald variance to tau2
    and uses t with `k` - 2 degrees of freedom. The limits of I2 are those of tau2 where Cochran's Q, weighted with
    it, meets the quantiles of its distribution.

    References
    ----------
    Viechtbauer (2005) for REML; Hartung and Knapp (2001), Knapp and Hartung (2003); Higgins, Thompson and
    Spiegelhalter (2009) for the second prediction interval; Viechtbauer (2007) for the Q-profile; Viechtbauer (2010)
    for metafor.
    """
    logits, variances = _logits(numerators, denominators)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, not {level!r}")
    k = len(logits)
    tau2 = _reml(logits, variances)
    weights = 1 / (variances + tau2)
    mean = np.average(logits, weights=weights)
    wald_se = weights.sum() ** -0.5
    hk_se = wald_se * np.sqrt(weights @ (logits - mean) ** 2 / (k - 1))
    z, t = scipy.stats.norm.ppf((1 + level) / 2), scipy.stats.t.ppf((1 + level) / 2, k - 1)
    reach = np.array([0, -z * wald_se, z * wald_se, -t * hk_se, t * hk_se])
    beyond = t * np.sqrt(hk_se**2 + tau2)
    further = scipy.stats.t.ppf((1 + level) / 2, k - 2) * np.sqrt(wald_se**2 + tau2)  # NaN where k is 2
    limits = scipy.special.expit(mean + np.append(reach, [-beyond, beyond, -further, further]))
    q, within = _heterogeneity(logits, variances)
    i2, i2_low, i2_high = (one / (one + within) for one in (tau2, *_q_profile(logits, variances, level)))
    q_p = float(scipy.stats.chi2.sf(q, k - 1))
    return Pool(*limits.tolist(), tau2=tau2, i2=i2, i2_low=i2_low, i2_high=i2_high, q=q, q_p=q_p, k=k)


def _logits(numerators, denominators):
    """Return the logits of the proportions and their variances."""
    x, n = np.asarray(numerators, dtype=float), np.asarray(denominators, dtype=float)
    if x.ndim != 1 or x.shape != n.shape or len(x) < 2:
        raise ValueError("numerators and denominators must be two lists of one length, at least 2")
    if not np.all((n >= 1) & (x >= 0) & (x <= n) & (x % 1 == 0) & (n % 1 == 0)):
        raise ValueError("numerators must be whole numbers from 0 to their denominators, which must be at least 1")
    half = np.where((x == 0) | (x == n), 0.5, 0)
    yes, no = x + half, n - x + half
    return np.log(yes / no), 1 / yes + 1 / no


def _reml(effects, variances):
    """Return the variance between studies at which the restricted likelihood is highest."""

    def at(tau2):
        weights = 1 / (variances + tau2)
        return weights, effects - np.average(effects, weights=weights)

    def likelihood(tau2):
        weights, residuals = at(tau2)
        return np.log(weights).sum() - np.log(weights.sum()) - weights @ residuals**2

    def slope(tau2):
        weights, residuals = at(tau2)
        return weights**2 @ residuals**2 - weights.sum() + (weights**2).sum() / weights.sum()

    # The likelihood can have two peaks; logits of counts cannot vary as much as the end of this grid.
    grid = np.append(0, np.geomspace(1e-6, 1e3, 200))
    slopes = np.array([slope(tau2) for tau2 in grid])
    turns = np.flatnonzero((slopes[:-1] > 0) & (slopes[1:] <= 0))
    peaks = [scipy.optimize.brentq(slope, grid[i], grid[i + 1], xtol=1e-14, rtol=1e-14) for i in turns]
    return float(max([0.0, *peaks], key=likelihood))


def _heterogeneity(effects, variances):
    """Return Cochran's Q and the typical variance within a study."""
    weights = 1 / variances
    within = (len(effects) - 1) * weights.sum() / (weights.sum() ** 2 - (weights**2).sum())
    return _q_less(0, effects, variances, 0), float(within)


def _q_less(tau2, effects, variances, quantile):
    """Return Q, with weights that allow for a variance between studies, less a quantile."""
    weights = 1 / (variances + tau2)
    return float(weights @ (effects - np.average(effects, weights=weights)) ** 2 - quantile)


def _q_profile(effects, variances, level):
    """Return the limits of the variance between studies; a limit that would be below 0 is 0."""
    limits = []
    for quantile in scipy.stats.chi2.ppf([(1 + level) / 2, (1 - level) / 2], len(effects) - 1):
        args = (effects, variances, quantile)
        end = ((effects - effects.mean()) ** 2).sum() / quantile  # where Q must have fallen below the quantile
        limits.append(scipy.optimize.brentq(_q_less, 0, end, args) if _q_less(0, *args) > 0 else 0.0)
    return limits


def double_count(numerators, denominators, twice, level=0.95):
    """Pool with each service once, and again with one service's second report as if it were another service.

    Parameters
    ----------
    numerators, denominators : sequence of int, shape (k,)
        The counts, each service once.
    twice : tuple of int
        Numerator and denominator of the second report.
    level : float
        Confidence level, between 0 and 1.

    Returns
    -------
    pandas.DataFrame
        Two rows, `counted` being ``"once"`` and ``"twice"``; the fields of :class:`Pool`, and `width`,
        `hk_width` and `prediction_width`, the distances between the limits.

    Raises
    ------
    ValueError
        As :func:`pool`.
    """
    second, asked = twice
    pools = {
        "once": pool(numerators, denominators, level),
        "twice": pool([*numerators, second], [*denominators, asked], level),
    }
    rows = pd.DataFrame([{"counted": name, **asdict(one)} for name, one in pools.items()])
    rows["width"] = rows["high"] - rows["low"]
    rows["hk_width"] = rows["hk_high"] - rows["hk_low"]
    rows["prediction_width"] = rows["prediction_high"] - rows["prediction_low"]
    return rows


def evidence(outcomes, services, reviews):
    """Map the evidence: who counted whom, on which domain and by which design, and which way it points.

    Parameters
    ----------
    outcomes, services, reviews : pandas.DataFrame
        The tables of those names.

    Returns
    -------
    pandas.DataFrame
        One row a `level` (``service`` for services and trials, ``review``), `domain`, `design` (a review's design
        is its kind) and entry, in the order of the tables. Columns beside these: `entry` and `name`, the service,
        trial or review, two records of one service being one entry; `kind`; `n` and `counts`, the number behind it
        and whom it counts (``analysed``, ``enrolled``, ``printed`` where nobody says whom, ``in its studies`` for
        reviews, or ``unknown``); `who_counted`, in words; `measures`; `findings`, the rows; `answer`, one of
        ``ANSWERS``, or ``mixed`` where the findings differ; and `grade`, the worst of its rows.

    Raises
    ------
    ValueError
        If an outcome names no known service, or a direction or verdict is not one of the known.

    Notes
    -----
    `n` is the largest of those analysed, else of those enrolled, else of those printed; a denominator stands for a
    missing `n`, but for one assumed for illustration. The same people may stand in several rows: do not add them.

    A row without a direction (a baseline) or without a domain is no finding and has no place here; a design
    that is missing is called ``not stated``. Directions are told and not weighed, as the guideline has it
    for results that cannot be pooled, and they say nothing of the size of an effect.

    References
    ----------
    Campbell and others (2020), the SWiM guideline.
    """
    findings = pd.concat([_service_findings(outcomes, services), _review_findings(reviews)], ignore_index=True)
    findings = findings[findings["domain"].fillna("") != ""]
    cells = {}
    for finding in findings.to_dict("records"):
        cells.setdefault(tuple(finding[name] for name in CELL), []).append(finding)
    rows = [{**dict(zip(CELL, cell, strict=True)), **_entry(found)} for cell, found in cells.items()]
    return pd.DataFrame(rows).astype({"n": "Int64"})


def _service_findings(outcomes, services):
    outcomes = outcomes[outcomes["direction"].fillna("") != ""]
    unknown = set(outcomes["service_id"]) - set(services["service_id"])
    if unknown:
        raise ValueError(f"outcomes must name services of the table services, not {sorted(unknown)}")
    known = services.set_index("service_id")
    entry = entries(outcomes["service_id"], services)
    supported = outcomes["denominator"].where(outcomes["count_status"].isin(IN_THE_SOURCE))
    return pd.DataFrame(
        {
            "level": "service",
            "domain": outcomes["domain"],
            "design": outcomes["design"].replace("", "not stated"),
            "entry": entry,
            "name": entry.map(known["name"]),
            "kind": entry.map(known["kind"]),
            "n": outcomes["n"].astype("Int64").fillna(supported.astype("Int64")),
            "counts": outcomes["n_counts"].replace("", "printed"),
            "answer": _answers(outcomes["direction"], DIRECTIONS),
            "who": outcomes["service_id"].map(known["who_counted"]),
            "measure": outcomes["measure"],
            "grade": outcomes["grade"],
        }
    )


def _review_findings(reviews):
    return pd.DataFrame(
        {
            "level": "review",
            "domain": reviews["domain"],
            "design": reviews["kind"],
            "entry": reviews["review"],
            "name": reviews["review"],
            "kind": "review",
            "n": reviews["participants"].astype("Int64"),
            "counts": "in its studies",
            "answer": _answers(reviews["verdict"], VERDICTS),
            "who": "",
            "measure": reviews["outcome"],
            "grade": reviews["grade"],
        }
    )


def _answers(values, known):
    wrong = set(values) - set(known)
    if wrong:
        raise ValueError(f"{values.name} must be one of {sorted(known)}, not {sorted(map(str, wrong))}")
    return values.map(known)


def _entry(findings):
    """Sum up what one entry has found in one cell of the map."""
    known = [one for one in findings if pd.notna(one["n"])]
    counts = min((one["counts"] for one in known), key=COUNTS.index, default="unknown")
    answers = {one["answer"] for one in findings}
    return {
        "name": findings[0]["name"],
        "kind": findings[0]["kind"],
        "n": max((one["n"] for one in known if one["counts"] == counts), default=pd.NA),
        "counts": counts,
        "who_counted": _listed(one["who"] for one in findings),
        "measures": _listed(one["measure"] for one in findings),
        "findings": len(findings),
        "answer": answers.pop() if len(answers) == 1 else "mixed",
        "grade": worst(one["grade"] for one in findings),
    }


def _listed(texts):
    """Join the different texts, in the order they come."""
    return "; ".join(dict.fromkeys(text for text in texts if text))


def entries(service_ids, services):
    """Name the entry of each record of a service: two records of one service are one entry.

    Parameters
    ----------
    service_ids : pandas.Series of str
    services : pandas.DataFrame
        The table of that name.

    Returns
    -------
    pandas.Series of str
    """
    known = services.set_index("service_id")
    same = known["same_service_as"].fillna("").astype(str)
    return service_ids.map(same.where(same != "", known.index))


def labelled(services, sources):
    """Add the `label` by which readers know each service, programme or trial.

    Parameters
    ----------
    services : pandas.DataFrame
        The table of that name.
    sources : pandas.DataFrame
        The table of that name, by its id.

    Returns
    -------
    pandas.DataFrame
        The table and `label`: a service's name without what stands in brackets, a trial's author and year, a
        programme's name; of a second record also which service it is.
    """
    short = services["name"].str.split(" (", regex=False).str[0]
    author = services["source_id"].map(sources["authors"]).str.split(",").str[0]
    year = services["source_id"].map(sources["year"]).astype(str)
    label = short.where(services["kind"] == "service", services["name"])
    label = label.mask(services["kind"] == "trial", "Trial: " + author + " (" + year + ")")
    twin = services["same_service_as"].map(services.set_index("service_id")["place"])
    return services.assign(label=label + (" (same as " + twin + ")").fillna(""))


def how_many(n, counts, unknown="not known"):
    """Say how many there are and who they are, such as ``"40 analysed"``.

    Parameters
    ----------
    n : pandas.Series of int
        Missing where nobody says.
    counts : pandas.Series of str
        Of ``COUNTS``.
    unknown : str
        What is said of a missing number.

    Returns
    -------
    pandas.Series of str
    """
    said = [unknown if pd.isna(number) else f"{number} {who}" for number, who in zip(n, counts, strict=True)]
    return pd.Series(said, n.index, dtype=object)


def every_share(outcomes):
    """Put the shares with and those without counts together, limits only beside those whose counts are supported.

    Parameters
    ----------
    outcomes : pandas.DataFrame
        The table ``outcomes``.

    Returns
    -------
    pandas.DataFrame
        The rows of :func:`proportions` and of :func:`unknown_n`; where no counts are supported, `estimate` is the
        printed share.
    """
    shares = proportions(outcomes)
    limits = shares[["low", "high", "exact_low", "exact_high"]].where(shares["supported"])
    rows = pd.concat([shares.assign(**limits), unknown_n(outcomes).assign(supported=False)])
    return rows.assign(estimate=rows["estimate"].where(rows["supported"], rows["value"]))


def counts_said(shares):
    """Say of each share which counts stand behind it.

    Parameters
    ----------
    shares : pandas.DataFrame
        As :func:`every_share` returns.

    Returns
    -------
    pandas.Series of str
    """
    said = [
        f"{row.numerator} of {row.denominator}"
        if row.supported
        else "number not printed"
        if pd.isna(row.n)
        else f"{row.n} does not fit"
        for row in shares.itertuples()
    ]
    return pd.Series(said, shares.index, dtype=object)


def limits(pools, ways, keep=()):
    """List the intervals of pooled shares, one row each.

    Parameters
    ----------
    pools : pandas.DataFrame
        One row a pool, with the fields of :class:`Pool`.
    ways : dict
        From the name of an interval to what the names of its fields begin with, such as ``"hk_"``.
    keep : sequence of str
        The columns that tell the pools apart.

    Returns
    -------
    pandas.DataFrame
        Those columns, `interval`, `estimate`, `low` and `high`; by interval, then by pool.
    """
    rows = [
        {name: pool[name] for name in keep}
        | {"interval": way, "estimate": pool["estimate"], "low": pool[f"{start}low"], "high": pool[f"{start}high"]}
        for way, start in ways.items()
        for pool in pools.to_dict("records")
    ]
    return pd.DataFrame(rows)


def described(signs, designs, domains, answers):
    """Say in words what a map of the evidence shows.

    Parameters
    ----------
    signs : pandas.DataFrame
        Rows of :func:`evidence`.
    designs, answers : dict
        What each of their values is called.
    domains : iterable of str
        In the order to say them.

    Returns
    -------
    str
    """
    cells = dict(list(signs.groupby(["design", "domain"])))
    places = [(design, domain) for design in designs for domain in domains if (design, domain) in cells]
    return "; ".join(
        f"{designs[design].lower()}, {domain}: {_cell_said(cells[design, domain], answers)}"
        for design, domain in places
    )


def _cell_said(signs, answers):
    """Say what stands in one cell of the map."""
    directions = [f"{count} {name}" for name, count in signs["answer"].map(answers).value_counts().items()]
    numbers = sorted(set(signs["n"].dropna()))
    people = f"{' to '.join(map(str, dict.fromkeys([numbers[0], numbers[-1]])))} people" if numbers else ""
    doubt = int((signs["grade"] == "secondary").sum())
    second_hand = [f"{doubt} with a result known at second hand"] if doubt else []
    return ", ".join([*directions, people or "numbers not known", *second_hand])


def estimates_said(reviews):
    """Say each pooled estimate with its limits, as far as they are known.

    Parameters
    ----------
    reviews : pandas.DataFrame
        Rows of the table of that name.

    Returns
    -------
    pandas.Series of str
        With a true minus sign.
    """
    return pd.Series([_estimate_said(row) for row in reviews.itertuples()], reviews.index, dtype=object)


def _estimate_said(row):
    if pd.isna(row.value):
        return "no size given"
    limits = "" if pd.isna(row.low) else f" ({row.low:.2f} to {row.high:.2f})"
    size = f"{row.value:.2f}" if limits else f"{row.value:g}"
    return f"{row.measure} {size}{limits}".replace("-", "\N{MINUS SIGN}")


def amounts_said(economics):
    """Say each figure of money as it is printed for readers.

    Parameters
    ----------
    economics : pandas.DataFrame
        The table of that name.

    Returns
    -------
    pandas.Series of str
    """
    said = [_amount_said(value, unit) for value, unit in zip(economics["value"], economics["unit"], strict=True)]
    return pd.Series(said, economics.index, dtype=object)


def _amount_said(value, unit):
    if pd.isna(value):
        return "none exists"
    if unit == "ratio":
        return f"{value:g} to 1"
    return f"£{value:,.2f} billion" if unit == "GBP bn" else f"£{value:,.0f}"


def reach(sources, mentions):
    """Count the documents that were sought, those used, those found and those read, each step among the one before.

    Parameters
    ----------
    sources : pandas.DataFrame
        The documents: the rows of the table ``sources`` that are sought.
    mentions : sequence of pandas.DataFrame
        Two columns each: the id of a document, and the grade of a row that says what it holds.

    Returns
    -------
    pandas.DataFrame
        One row a step: `step`, what it is; `n`, how many documents; and `left`, how many of the step before it lacks.

    Notes
    -----
    A document is used where a row says what it holds, be it at second hand; found where, besides, a row of it was
    read in its abstract or in itself; and read where it is held, and so was read whole.
    """
    named = pd.concat([one.set_axis(["source_id", "grade"], axis=1) for one in mentions])
    named = named[named["source_id"] != ""]
    rank = named["grade"].map(list(GRADES).index).groupby(named["source_id"]).min()
    best = sources["source_id"].map(rank)
    steps = {
        "sought: named in what is held, or added": pd.Series(True, index=sources.index),
        "used: a row here says what it holds": best.notna(),
        "found: at least its abstract was read": best <= list(GRADES).index("abstract"),
        "read: the whole document": best.notna() & sources["held"].astype(bool),
    }
    kept = pd.DataFrame(steps).cummin(axis=1).sum()
    return pd.DataFrame({"step": kept.index, "n": kept.to_numpy(), "left": -kept.diff().fillna(0).to_numpy(int)})


def plans(trials, planned, aspects, missing):
    """Set what was planned in each trial beside how many it has, one row a trial.

    Parameters
    ----------
    trials : pandas.DataFrame
        The trials, with `service_id` and `grade`.
    planned : pandas.DataFrame
        The table ``trial_plans``.
    aspects : sequence of str
        The aspects to show, each a column of the result.
    missing : mapping of str to str
        What to say of an aspect that has no row.

    Returns
    -------
    pandas.DataFrame
        The trials, with the aspects beside them; `grade` is the worst of the rows used.

    Raises
    ------
    ValueError
        If a plan is of no trial among `trials`.
    """
    strangers = set(planned["service_id"]) - set(trials["service_id"])
    if strangers:
        raise ValueError(f"plans must be of trials in the table, not {sorted(strangers)}")
    said = planned.pivot(index="service_id", columns="aspect", values="planned").reindex(columns=aspects).astype(object)
    rows = trials.merge(said.reset_index(), on="service_id", how="left")
    grades_of = planned.groupby("service_id")["grade"].agg(list)
    known = [[own, *grades_of.get(one, [])] for one, own in zip(rows["service_id"], rows["grade"], strict=True)]
    filled = {aspect: rows[aspect].fillna(missing[aspect]) for aspect in aspects}
    return rows.assign(**filled, grade=[worst(one) for one in known])
