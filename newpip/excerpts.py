"""Who is heard in the excerpts: coverage, balance of voices, accumulation of codes, and a text view."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import scipy  # its parts load when first used

from newpip import workers

VALENCES = ("positive", "positive-mixed", "mixed", "critical-mixed")
GRAINS = ("code", "code_group")
PIECE = 10_000  # orders of the speakers at a time


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
        Share of shuffles that agree as well or better, the observed labels counted among them.
    """

    ari: float
    null_mean: float
    null_low: float
    null_high: float
    p: float


def voices(excerpts: pd.DataFrame, participants: pd.DataFrame) -> pd.DataFrame:
    """Excerpts and words of each participant, with zeros for those never quoted.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, with `attributed` (boolean), `participant_id` and `words`. Unattributed rows are left out.
    participants : DataFrame
        One row per participant, with `participant_id` and `participant_group`.

    Returns
    -------
    DataFrame
        One row per participant, in their order: `participant_id`, `participant_group`, `excerpts` and `words` (counts).

    Raises
    ------
    ValueError
        If an attributed excerpt names nobody in `participants`.
    """
    attributed = _attributed(excerpts)
    strangers = set(attributed["participant_id"]) - set(participants["participant_id"])
    if strangers:
        raise ValueError(f"excerpts must name participants only, not {sorted(map(str, strangers))}")
    counts = attributed.groupby("participant_id")["words"].agg(["size", "sum"])
    counts = counts.reindex(participants["participant_id"], fill_value=0).astype(int)
    return pd.DataFrame(
        {
            "participant_id": participants["participant_id"].to_numpy(),
            "participant_group": participants["participant_group"].to_numpy(),
            "excerpts": counts["size"].to_numpy(),
            "words": counts["sum"].to_numpy(),
        }
    )


def never_quoted(excerpts: pd.DataFrame, participants: pd.DataFrame) -> list[str]:
    """List the participants to whom no excerpt is attributed.

    Parameters
    ----------
    excerpts : DataFrame
        As in `voices`.
    participants : DataFrame
        As in `voices`.

    Returns
    -------
    list of str
        Their `participant_id`, in the order of `participants`. An unattributed fragment may still be theirs.

    Raises
    ------
    ValueError
        As `voices`.
    """
    heard = voices(excerpts, participants)
    return heard.loc[heard["excerpts"] == 0, "participant_id"].tolist()


def by_subtheme(excerpts: pd.DataFrame, themes: pd.DataFrame) -> pd.DataFrame:
    """Excerpts and words in each subtheme, by group, with zeros.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, attributed or not, with `subtheme_id`, `participant_group`, `attributed` and `words`.
    themes : DataFrame
        One row per subtheme, with `subtheme_id` and `subtheme`.

    Returns
    -------
    DataFrame
        One row per subtheme and group, in the order of `themes`: `subtheme_id`, `subtheme`, `participant_group`,
        `excerpts` (all), `attributed` (those with a named speaker) and `words` (of all).

    Raises
    ------
    ValueError
        If an excerpt's subtheme is not in `themes`.
    """
    strangers = set(excerpts["subtheme_id"]) - set(themes["subtheme_id"])
    if strangers:
        raise ValueError(f"excerpts must belong to a subtheme of themes, not {sorted(map(str, strangers))}")
    keys = ["subtheme_id", "participant_group"]
    counts = excerpts.groupby(keys).agg(
        excerpts=("words", "size"), attributed=("attributed", "sum"), words=("words", "sum")
    )
    cells = pd.MultiIndex.from_product([themes["subtheme_id"], excerpts["participant_group"].unique()], names=keys)
    counts = counts.reindex(cells, fill_value=0).astype(int).reset_index()
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


def words_share(excerpts: pd.DataFrame, group: str) -> float:
    """Share of all quoted words that come from one group.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, with `participant_group` and `words`. All rows count, attributed or not.
    group : str
        The group, such as ``"parent"``.

    Returns
    -------
    float
        A share of the words, from 0 to 1.

    Raises
    ------
    ValueError
        If no excerpt is of `group`.
    """
    own = excerpts["participant_group"] == group
    if not own.any():
        raise ValueError(f"group must be a participant_group of excerpts, not {group!r}")
    return float(excerpts.loc[own, "words"].sum() / excerpts["words"].sum())


def valence(excerpts: pd.DataFrame, levels: Sequence[str] = VALENCES) -> pd.DataFrame:
    """Count the excerpts of each group at each valence.

    Parameters
    ----------
    excerpts : DataFrame
        One row per excerpt, attributed or not, with `participant_group` and `valence` (this book's coding).
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


def incidence(
    excerpt_codes: pd.DataFrame, excerpts: pd.DataFrame, codes: pd.DataFrame | None = None, grain: str = "code"
) -> pd.DataFrame:
    """Which quoted speaker is credited with which code.

    Parameters
    ----------
    excerpt_codes : DataFrame
        One row per excerpt and code, with `excerpt_id` and `code`.
    excerpts : DataFrame
        One row per excerpt, with `excerpt_id`, `attributed` and `participant_id`. Unattributed rows are left out.
    codes : DataFrame, optional
        One row per code, with `code` and `code_group`; needed for the coarse grain.
    grain : {"code", "code_group"}
        Fine codes, or the groups they fall in.

    Returns
    -------
    DataFrame
        Booleans, of shape (quoted speakers, codes): speakers in the order they are first quoted, codes in alphabetical
        order. A code found in unattributed excerpts alone is no column.

    Raises
    ------
    ValueError
        If `grain` is neither, or is ``"code_group"`` without a group for every code.
    """
    if grain not in GRAINS:
        raise ValueError(f"grain must be one of {GRAINS}, not {grain!r}")
    attributed = _attributed(excerpts)
    coded = excerpt_codes[["excerpt_id", "code"]].merge(attributed[["excerpt_id", "participant_id"]], on="excerpt_id")
    if grain == "code_group":
        if codes is None or not set(coded["code"]) <= set(codes["code"]):
            raise ValueError("codes must give the code_group of every code when grain is 'code_group'")
        coded = coded.merge(codes[["code", "code_group"]], on="code")
    table = pd.crosstab(coded["participant_id"], coded[grain]) > 0
    return table.reindex(attributed["participant_id"].unique(), fill_value=False).rename_axis("participant_id")


def accumulation(
    incidence: pd.DataFrame, rng: np.random.Generator, orders: int = 5000, n_jobs: int | None = None
) -> pd.DataFrame:
    """Distinct codes heard as speakers are added, over random orders of the speakers.

    Parameters
    ----------
    incidence : DataFrame
        Booleans, of shape (speakers, codes).
    rng : numpy.random.Generator
        Draws the orders.
    orders : int
        Number of random orders, at least 1. Memory does not grow with it.
    n_jobs : int, optional
        Number of workers (see :func:`newpip.workers.run`). The orders are drawn here, one after the other, so the
        workers do not change a bit of the result.

    Returns
    -------
    DataFrame
        One row per number of speakers, from 1: `speakers`, `mean`, `low`, `high` (distinct codes; the 2.5th and 97.5th
        percentiles over orders, which say how much order matters and are no confidence interval).

    Raises
    ------
    ValueError
        If `incidence` is empty or `orders` is below 1.
    """
    pieces, bits = _pieces(incidence, rng, orders)
    counts = sum(workers.run(_tally, pieces, bits, n_jobs=n_jobs, total=-(-orders // PIECE)))
    return pd.DataFrame(
        {
            "speakers": np.arange(1, len(incidence) + 1),
            "mean": counts @ np.arange(counts.shape[1]) / orders,
            "low": [_quantile(row, 0.025) for row in counts],
            "high": [_quantile(row, 0.975) for row in counts],
        }
    )


def chao2(incidence: pd.DataFrame) -> float:
    """Estimate how many codes there would be if speakers went on being added.

    Parameters
    ----------
    incidence : DataFrame
        Booleans, of shape (m speakers, codes).

    Returns
    -------
    float
        ``S + ((m - 1)/m) Q1 (Q1 - 1) / (2 (Q2 + 1))``, where S codes are seen, Q1 of them in one speaker and Q2 in two.
        It is a lower bound in expectation, for speakers drawn at random.

    Raises
    ------
    ValueError
        If `incidence` has no speakers.

    References
    ----------
    Chao (1987), the bias-corrected form for incidence.
    """
    m = len(incidence)
    if m == 0:
        raise ValueError("incidence must have at least one speaker")
    speakers = incidence.to_numpy(bool).sum(axis=0)
    once, twice = int((speakers == 1).sum()), int((speakers == 2).sum())
    return int((speakers > 0).sum()) + (m - 1) / m * once * (once - 1) / (2 * (twice + 1))


def stopping(
    incidence: pd.DataFrame,
    rng: np.random.Generator,
    orders: int = 5000,
    base: int = 4,
    run: int = 2,
    threshold: float = 0.05,
) -> pd.DataFrame:
    """Where a stopping rule for saturation would stop, over random orders of the speakers.

    The rule counts the codes of the first `base` speakers, then the new codes of each run of `run` speakers after them
    (runs overlap, each one speaker on). It stops at the first run whose new codes are at most `threshold` of the base.

    Parameters
    ----------
    incidence : DataFrame
        Booleans, of shape (speakers, codes).
    rng : numpy.random.Generator
        Draws the orders.
    orders : int
        Number of random orders, at least 1.
    base : int
        Speakers in the base, at least 1.
    run : int
        Speakers in a run, at least 1; `base` + `run` is at most the number of speakers.
    threshold : float
        New codes allowed in a run as a share of the base's codes, from 0 to 1.

    Returns
    -------
    DataFrame
        `speakers` (heard when the rule stops, its last run included; empty for never), `orders` (count), `share`. One
        row for each place it could stop, zeros included, and a last row for never. The share of orders that stop is 1
        less the last share.

    Raises
    ------
    ValueError
        If `incidence` is empty, or an argument is out of range.

    References
    ----------
    Guest, Namey and Chen (2020).
    """
    if not (base >= 1 and run >= 1 and base + run <= len(incidence)):
        raise ValueError(f"base and run must be at least 1 and together at most {len(incidence)} speakers")
    if not 0 <= threshold <= 1:
        raise ValueError(f"threshold must lie between 0 and 1, not {threshold!r}")
    pieces, bits = _pieces(incidence, rng, orders)
    places = len(incidence) - base - run + 1
    counts = np.zeros(places + 1, dtype=np.int64)
    for order in pieces:
        curves = _curves(order, bits)
        new = curves[:, base + run - 1 :] - curves[:, base - 1 : -run]
        # A base without codes makes no share: there the rule stops only at a run that brings none.
        meets = new / np.maximum(curves[:, [base - 1]], 1) <= threshold
        first = np.where(meets.any(axis=1), meets.argmax(axis=1), places)
        counts += np.bincount(first, minlength=places + 1)
    speakers = pd.array([*range(base + run, len(incidence) + 1), None], dtype="Int64")
    return pd.DataFrame({"speakers": speakers, "orders": counts, "share": counts / orders})


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
        Seed of the k-means starts (20 of them).

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
    Hubert and Arabie (1985) for the index.
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
        found = KMeans(clusters, n_init=20, random_state=seed).fit_predict(words)
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


def _attributed(excerpts: pd.DataFrame) -> pd.DataFrame:
    return excerpts[excerpts["attributed"].astype(bool)]


def _amounts(values: Sequence[float]) -> np.ndarray:
    x = np.asarray(values, dtype=float)
    if x.ndim != 1 or not np.all(x >= 0) or not x.sum() > 0:
        raise ValueError("values must be amounts of at least 0, in one dimension, with a sum above 0")
    return x


def _pieces(incidence: pd.DataFrame, rng: np.random.Generator, orders: int) -> tuple[Iterator[np.ndarray], np.ndarray]:
    """Draw random orders of the speakers, piece by piece; return them with the codes of each speaker as bits."""
    if incidence.empty:
        raise ValueError("incidence must have at least one speaker and one code")
    if orders < 1:
        raise ValueError(f"orders must be at least 1, not {orders!r}")
    speakers = np.arange(len(incidence))
    sizes = (min(PIECE, orders - drawn) for drawn in range(0, orders, PIECE))
    drawn = (rng.permuted(np.tile(speakers, (size, 1)), axis=1) for size in sizes)
    small = np.min_scalar_type(len(speakers))  # what may travel to another process is kept small
    octets = np.packbits(incidence.to_numpy(bool), axis=1)
    bits = np.ascontiguousarray(np.pad(octets, ((0, 0), (0, -octets.shape[1] % 8)))).view(np.uint64)
    return (piece.astype(small) for piece in drawn), bits


def _curves(order: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Count the distinct codes after each speaker, of shape (orders, speakers)."""
    return np.bitwise_count(np.bitwise_or.accumulate(bits[order], axis=1)).sum(axis=2, dtype=np.int64)


def _tally(order: np.ndarray, bits: np.ndarray) -> np.ndarray:
    """Count the orders by distinct codes after each speaker, of shape (speakers, most codes and one)."""
    curves = _curves(order, bits)
    speakers, values = curves.shape[1], 64 * bits.shape[1] + 1
    places = (curves + values * np.arange(speakers)).ravel()
    return np.bincount(places, minlength=speakers * values).reshape(speakers, values)


def _quantile(counts: np.ndarray, share: float) -> float:
    """Return the quantile of whole numbers from 0, given how often each occurs, as numpy finds it among them all."""
    place = share * (counts.sum() - 1)
    below, above = np.searchsorted(counts.cumsum(), [np.floor(place), np.ceil(place)], side="right")
    return float(np.quantile([below, above], place % 1))
