"""What the excerpts hold: coverage of themes, balance of voices, accumulation of codes, and a text view."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip.intervals import Interval

VALENCES = ("positive", "positive-mixed", "mixed", "critical-mixed")
STARTS = 20  # of k-means in one run, of which the best is kept


@dataclass(frozen=True)
class Agreement:
    """How far a clustering of texts agrees with their labels, and what chance would give.

    Attributes
    ----------
    ari : float
        Adjusted Rand index: 1 for the same grouping, 0 on average by chance.
    null_mean, null_low, null_high : float
        Mean, 2.5th and 97.5th percentile of the index over shuffled labels.
    p : float
        Share of shuffles that agree as well or better, the observed labels counted as one of them, so that it is
        never 0 (Phipson and Smyth, 2010).
    """

    ari: float
    null_mean: float
    null_low: float
    null_high: float
    p: float


def by_subtheme(excerpts: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Excerpts in each subtheme, by group, with zeros.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, with `subtheme_id` and `participant_group`.
    themes : DataFrame
        One row per subtheme, with `subtheme_id` and `subtheme`.

    Returns
    -------
    DataFrame
        One row per subtheme and group, in the order of `themes`: `subtheme_id`, `subtheme`, `participant_group` and
        `excerpts` (count).

    Raises
    ------
    ValueError
        If an excerpt's subtheme is not in `themes`.
    """
    strangers = set(excerpts["subtheme_id"]) - set(themes["subtheme_id"])
    if strangers:
        raise ValueError(f"excerpts must belong to a subtheme of themes, not {sorted(map(str, strangers))}")
    keys = ["subtheme_id", "participant_group"]
    cells = pd.MultiIndex.from_product(
        [themes["subtheme_id"], sorted(excerpts["participant_group"].unique())], names=keys
    )
    counts = excerpts.groupby(keys).size().reindex(cells, fill_value=0).rename("excerpts").reset_index()
    names = themes.set_index("subtheme_id")["subtheme"]
    counts.insert(1, "subtheme", counts["subtheme_id"].map(names))
    return counts


def gini(values: Sequence[float]) -> float:
    """Gini coefficient of a set of amounts, zeros included.

    Parameters
    ----------
    values : array of shape (n,)
        Amounts of at least 0, such as words per speaker.

    Returns
    -------
    float
        ``sum |x_i - x_j| / (2 n**2 mean)``: 0 when all are equal, ``1 - 1/n`` when one has everything.

    Raises
    ------
    ValueError
        If `values` is empty, holds a negative or missing amount, or sums to 0.

    References
    ----------
    Dorfman (1979), the mean-difference form with n (not n - 1) in the denominator.
    """
    x = _amounts(values)
    return float(np.abs(x[:, None] - x).sum() / (2 * len(x) ** 2 * x.mean()))


def effective_number(values: Sequence[float]) -> float:
    """Effective number of voices: how many equal ones would be as diverse.

    Parameters
    ----------
    values : array of shape (n,)
        Amounts of at least 0, such as words per speaker.

    Returns
    -------
    float
        exp of the Shannon entropy of the shares, from 1 to n.

    Raises
    ------
    ValueError
        If `values` is empty, holds a negative or missing amount, or sums to 0.

    References
    ----------
    Shannon (1948); Jost (2006).
    """
    return float(np.exp(scipy.stats.entropy(_amounts(values))))


def valence(excerpts: pd.DataFrame, levels: Sequence[str] = VALENCES) -> pd.DataFrame:
    """Count the excerpts of each group at each valence.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, with `participant_group` and `valence` (this book's coding).
    levels : sequence of str
        The valences, in the order wanted.

    Returns
    -------
    DataFrame
        One row per group and level, with zeros: `participant_group`, `valence`, `excerpts` (count), `of` (excerpts of
        the group) and `share`.

    Raises
    ------
    ValueError
        If a valence is not one of `levels`.
    """
    unknown = set(excerpts["valence"]) - set(levels)
    if unknown:
        raise ValueError(f"valence must be one of {tuple(levels)}, not {sorted(map(str, unknown))}")
    keys = ["participant_group", "valence"]
    cells = pd.MultiIndex.from_product([excerpts["participant_group"].unique(), levels], names=keys)
    counts = excerpts.groupby(keys).size().reindex(cells, fill_value=0).rename("excerpts").reset_index()
    counts["of"] = counts.groupby("participant_group")["excerpts"].transform("sum")
    return counts.assign(share=counts["excerpts"] / counts["of"])


def recode(excerpts: pd.DataFrame, mapping: Mapping[str, str]) -> pd.DataFrame:
    """Give some excerpts another valence.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, with `excerpt_id` and `valence`.
    mapping : mapping of str to str
        New valence by `excerpt_id`; excerpts not named keep theirs.

    Returns
    -------
    DataFrame
        A copy of `excerpts`, re-coded.

    Raises
    ------
    ValueError
        If `mapping` names no such excerpt.
    """
    unknown = set(mapping) - set(excerpts["excerpt_id"])
    if unknown:
        raise ValueError(f"mapping must name excerpts by excerpt_id, not {sorted(map(str, unknown))}")
    pairs = zip(excerpts["excerpt_id"], excerpts["valence"], strict=True)
    return excerpts.assign(valence=[mapping.get(excerpt, current) for excerpt, current in pairs])


def reserve(excerpts: pd.DataFrame) -> pd.Series:
    """How reserved each group is, and how few other marks would turn which of the two is the more reserved.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, with `participant_group` (two groups) and `valence`.

    Returns
    -------
    Series
        For each group, under its name, the share of its excerpts that are not plainly positive; and `recodings`, the
        fewest excerpts to mark otherwise, as plainly positive or not, for the other group to have the larger share.

    Raises
    ------
    ValueError
        If the excerpts are not of two groups.
    """
    marks = (excerpts["valence"] != VALENCES[0]).groupby(excerpts["participant_group"]).agg(["mean", "sum", "size"])
    if len(marks) != 2:
        raise ValueError(f"excerpts must be of two groups, not {len(marks)}")
    (high, of_high), (low, of_low) = marks.sort_values("mean")[["sum", "size"]].to_numpy()[::-1]
    down, up = np.meshgrid(np.arange(high + 1), np.arange(of_low - low + 1))
    turned = (high - down) / of_high < (low + up) / of_low
    return pd.concat([marks["mean"], pd.Series({"recodings": (down + up)[turned].min()})])


def accumulation(codes: pd.DataFrame, people: Mapping[str, int]) -> pd.DataFrame:
    """Codes expected to have been heard as people are added, group after group.

    Parameters
    ----------
    codes : DataFrame
        One row per code, or group of codes, with a column `speakers_<group>` for each group: how many people of it are
        quoted with the code.
    people : mapping of str to int
        Number of people in each group, quoted or not, in the order in which the groups were heard. Within a group every
        order is as likely as any other.

    Returns
    -------
    DataFrame
        One row per person added: `people` (so far, from 1), `participant_group` (of the one added) and `codes`
        (expected number heard so far, over all orders within the groups).

    Raises
    ------
    ValueError
        If a group has nobody, or a code has fewer than 0 or more speakers than the group has people.

    Notes
    -----
    The chance that k of n people miss a code that f of them have is hypergeometric, ``C(n - f, k) / C(n, k)``, so that
    no orders have to be drawn. Codes per person are not needed, and not kept.

    References
    ----------
    Ugland, Gray and Ellingsen (2003), within a group.
    """
    unheard, before, parts = np.ones(len(codes)), 0, []
    for group, n in people.items():
        speakers = codes[f"speakers_{group}"].to_numpy(int)
        if n < 1 or not np.all((speakers >= 0) & (speakers <= n)):
            raise ValueError(f"speakers_{group} must lie between 0 and the {n} people of the group, at least 1")
        k = np.arange(1, n + 1)
        missed = scipy.special.comb(n - speakers, k[:, None]) / scipy.special.comb(n, k)[:, None]
        heard = (1 - unheard * missed).sum(axis=1)
        parts.append(pd.DataFrame({"people": before + k, "participant_group": group, "codes": heard}))
        unheard, before = unheard * (speakers == 0), before + n
    return pd.concat(parts, ignore_index=True)


def chao2(speakers: Sequence[int], m: int) -> Interval:
    """Bound from below, in expectation, how many codes there would be if people went on being added.

    Parameters
    ----------
    speakers : array of shape (codes,)
        How many people have each code; codes that nobody has are left out.
    m : int
        Number of people who are quoted, at least 1.

    Returns
    -------
    Interval
        ``S + ((m - 1)/m) Q1 (Q1 - 1) / (2 (Q2 + 1))``, where S codes are seen, Q1 of them in one person and Q2 in two,
        with its log-normal 95% interval. It is a lower bound in expectation, not an estimate of all there is; the
        interval says how far the bound itself may be off. Both take people for drawn at random.

    Raises
    ------
    ValueError
        If `m` is below 1, or a code has fewer than 0 or more speakers than `m`.

    References
    ----------
    Chao (1987), the interval; Chao and Chiu (2016), the bias-corrected form. The variance is that of SpadeR.
    """
    speakers = np.asarray(speakers)
    if m < 1 or not np.all((speakers >= 0) & (speakers <= m)):
        raise ValueError(f"speakers must lie between 0 and m, which is at least 1, not {m!r}")
    seen, once, twice = (int(count) for count in ((speakers > 0).sum(), (speakers == 1).sum(), (speakers == 2).sum()))
    share = (m - 1) / m
    unseen = share * once * (once - 1) / (2 * (twice + 1))
    if unseen == 0:
        return Interval(seen, seen, seen)
    spread = math.exp(1.959964 * math.sqrt(math.log1p(_chao2_variance(seen, once, twice, share) / unseen**2)))
    return Interval(seen + unseen, seen + unseen / spread, seen + unseen * spread)


def agreement(
    texts: Sequence[str],
    labels: Sequence[str],
    clusters: int,
    rng: np.random.Generator,
    permutations: int = 1000,
    seed: int = 0,
) -> Agreement:
    """Cluster texts by their words and compare the clusters with labels.

    TF-IDF of the words (English stop words left out), k-means, adjusted Rand index, and the same index for shuffled
    labels. Agreement would show that the words of the texts follow the labels; it would not show that the labels are
    right.

    Parameters
    ----------
    texts : sequence of str
        The texts, such as this book's paraphrases of the excerpts.
    labels : sequence of str
        The label of each text, such as its published subtheme.
    clusters : int
        Number of clusters, from 2 to the number of texts.
    rng : numpy.random.Generator
        Draws the shuffles.
    permutations : int
        Number of shuffles, at least 1.
    seed : int
        Seed of the run: of the noise that settles ties, and of its ``STARTS`` random starts, the best of which is kept.

    Returns
    -------
    Agreement
        The index, its chance distribution and p.

    Raises
    ------
    ValueError
        If `texts` and `labels` differ in length, or `clusters` or `permutations` is out of range.

    References
    ----------
    Hubert and Arabie (1985) for the index; Phipson and Smyth (2010) for p.
    """
    from sklearn.cluster import KMeans
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import adjusted_rand_score
    from threadpoolctl import threadpool_limits

    texts, labels = list(texts), list(labels)
    if len(texts) != len(labels):
        raise ValueError(f"labels must be one for each of {len(texts)} texts, not {len(labels)}")
    if not 2 <= clusters <= len(texts):
        raise ValueError(f"clusters must lie between 2 and {len(texts)}, not {clusters!r}")
    if permutations < 1:
        raise ValueError(f"permutations must be at least 1, not {permutations!r}")
    words = TfidfVectorizer(stop_words="english").fit_transform(texts).toarray()
    # Short texts share few words, so many distances tie. Rounding would settle the ties, otherwise on each machine.
    words += np.random.default_rng(seed).uniform(0, 1e-6, words.shape)
    # So few texts are sorted sooner by one thread than by many, which wait for each other; the result is the same.
    with threadpool_limits(limits=1):
        found = KMeans(clusters, n_init=STARTS, random_state=seed).fit_predict(words)
    ari = adjusted_rand_score(labels, found)
    null = _shuffled(np.unique(labels, return_inverse=True)[1], found, rng, permutations)
    low, high = np.percentile(null, [2.5, 97.5])
    p = (1 + int((null >= ari).sum())) / (1 + permutations)
    return Agreement(float(ari), float(null.mean()), float(low), float(high), p)


def _shuffled(labels: np.ndarray, found: np.ndarray, rng: np.random.Generator, permutations: int) -> np.ndarray:
    """Return the adjusted Rand index of clusters with each shuffle of the labels, which are whole numbers from 0."""
    from sklearn.metrics import adjusted_rand_score

    # Shuffling changes no group's size, so the index follows from the pairs together in both, which take few values.
    known, null = {}, []
    for _ in range(permutations):
        shuffle = rng.permutation(labels)
        both = np.bincount(shuffle * (found.max() + 1) + found)
        together = int(both @ both)
        if together not in known:
            known[together] = adjusted_rand_score(shuffle, found)
        null.append(known[together])
    return np.array(null)


def _chao2_variance(seen: int, once: int, twice: int, share: float) -> float:
    """Return the variance of the bias-corrected Chao2."""
    variance = share * once * (once - 1) / (2 * (twice + 1))
    variance += share**2 * once * (2 * once - 1) ** 2 / (4 * (twice + 1) ** 2)
    if twice == 0:
        return variance - share**2 * once**4 / (4 * (seen + share * once * (once - 1) / 2))
    return variance + share**2 * once**2 * twice * (once - 1) ** 2 / (4 * (twice + 1) ** 4)


def _amounts(values: Sequence[float]) -> np.ndarray:
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or not np.all(x >= 0) or not x.sum() > 0:
        raise ValueError("values must be amounts of at least 0, in one dimension, with a sum above 0")
    return x
