"""Who is heard: closed forms, hand-worked examples and properties."""

from itertools import permutations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from newpip import excerpts as e


@pytest.fixture
def excerpts():
    rows = [
        ("E1", "parent", "s1", "positive"),
        ("E2", "parent", "s1", "mixed"),
        ("E3", "parent", "s2", "positive"),
        ("E4", "professional", "s2", "critical-mixed"),
        ("E5", "parent", "s1", "positive"),
    ]
    return pd.DataFrame(rows, columns=["excerpt_id", "participant_group", "subtheme_id", "valence"])


@pytest.fixture
def themes():
    return pd.DataFrame({"subtheme_id": ["s3", "s1", "s2"], "subtheme": ["Third", "First", "Second"]})


def speakers(table, sizes):
    """Count the speakers of each code in each group, from booleans of shape (people, codes), group after group."""
    parts = np.split(np.asarray(table, int), np.cumsum([*sizes.values()])[:-1])
    return pd.DataFrame({f"speakers_{group}": part.sum(axis=0) for group, part in zip(sizes, parts, strict=True)})


incidences = st.tuples(st.integers(1, 8), st.integers(1, 10)).flatmap(lambda shape: arrays(bool, shape))
amounts = st.lists(st.integers(0, 500), min_size=1, max_size=30).filter(any)


def test_by_subtheme(excerpts, themes):
    found = e.by_subtheme(excerpts, themes)
    assert found.to_numpy().tolist() == [
        ["s3", "Third", "parent", 0],
        ["s3", "Third", "professional", 0],
        ["s1", "First", "parent", 3],
        ["s1", "First", "professional", 0],
        ["s2", "Second", "parent", 1],
        ["s2", "Second", "professional", 1],
    ]
    assert list(found.columns) == ["subtheme_id", "subtheme", "participant_group", "excerpts"]
    with pytest.raises(ValueError, match="subtheme of themes, not \\['s2'\\]"):
        e.by_subtheme(excerpts, themes.head(2))


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5, 5, 5], 0), ([0, 0, 0, 8], 3 / 4), ([1, 2, 3, 4], 0.25), ([1, 3], 0.25), ([0, 1], 0.5)],
)
def test_gini_by_hand(values, expected):
    assert e.gini(values) == pytest.approx(expected)


@given(amounts)
def test_gini_properties(values):
    n, found = len(values), e.gini(values)
    assert -1e-12 <= found <= 1 - 1 / n + 1e-12
    assert e.gini(np.array(values) * 7) == pytest.approx(found)
    # The sorted-rank form of the same coefficient.
    ranks = np.arange(1, n + 1)
    assert found == pytest.approx(2 * (ranks * np.sort(values)).sum() / (n * sum(values)) - (n + 1) / n)


@pytest.mark.parametrize(
    ("values", "expected"),
    [([5, 5, 5], 3), ([0, 0, 8], 1), ([1, 1, 0], 2), ([1, 3], 4 / 3**0.75)],
)
def test_effective_number_by_hand(values, expected):
    assert e.effective_number(values) == pytest.approx(expected)


@given(amounts)
def test_effective_number_properties(values):
    found = e.effective_number(values)
    assert 1 - 1e-9 <= found <= np.count_nonzero(values) + 1e-9
    assert e.effective_number([*values, 0]) == pytest.approx(found)
    assert e.effective_number(values * 2) == pytest.approx(2 * found)


@pytest.mark.parametrize("values", [[], [0, 0], [1, -1, 2], [1, np.nan], [[1, 2]]])
@pytest.mark.parametrize("function", [e.gini, e.effective_number])
def test_bad_amounts_are_refused(function, values):
    with pytest.raises(ValueError, match="values must be amounts"):
        function(values)


def test_valence(excerpts):
    found = e.valence(excerpts)
    assert list(found.columns) == ["participant_group", "valence", "excerpts", "of", "share"]
    assert found["valence"].tolist() == list(e.VALENCES) * 2
    assert found["excerpts"].tolist() == [3, 0, 1, 0, 0, 0, 0, 1]
    assert found["of"].tolist() == [4] * 4 + [1] * 4
    assert found["share"].tolist() == [0.75, 0, 0.25, 0, 0, 0, 0, 1]
    with pytest.raises(ValueError, match="valence must be one of .* not \\['mixed'\\]"):
        e.valence(excerpts, ["positive", "critical-mixed"])


@pytest.mark.parametrize(
    ("reserved", "recodings"),
    [
        (((7, 15), (3, 10)), 2),  # two professionals more: a half, above 7 of 15
        (((8, 15), (3, 10)), 3),
        (((3, 15), (8, 10)), 7),  # now professionals are the more reserved: one in ten to fall below 3 of 15
        (((1, 2), (1, 2)), 1),
    ],
)
def test_reserve(reserved, recodings):
    rows = [
        (group, mark)
        for group, (k, n) in zip(("parent", "professional"), reserved, strict=True)
        for mark in ["mixed"] * k + ["positive"] * (n - k)
    ]
    found = e.reserve(pd.DataFrame(rows, columns=["participant_group", "valence"]))
    assert found[["parent", "professional"]].tolist() == [k / n for k, n in reserved]
    assert found["recodings"] == recodings


def test_reserve_compares_two_groups(excerpts):
    with pytest.raises(ValueError, match="of two groups, not 1"):
        e.reserve(excerpts[excerpts["participant_group"] == "parent"])


def test_recode(excerpts):
    found = e.recode(excerpts, {"E1": "mixed"})
    assert found["valence"].tolist() == ["mixed", "mixed", "positive", "critical-mixed", "positive"]
    assert excerpts["valence"][0] == "positive"
    pd.testing.assert_frame_equal(e.recode(excerpts, {}), excerpts)
    with pytest.raises(ValueError, match="mapping must name excerpts"):
        e.recode(excerpts, {"E9": "mixed"})


def test_accumulation_agrees_with_every_order():
    """Two groups, one heard after the other; all orders within each, one by one."""
    sizes = {"first": 4, "second": 3}
    table = np.random.default_rng(1).random((7, 12)) < 0.3
    orders = [[*one, *other] for one in permutations(range(4)) for other in permutations(range(4, 7))]
    curves = np.logical_or.accumulate(table[np.array(orders)], axis=1).sum(axis=2)
    found = e.accumulation(speakers(table, sizes), sizes)
    assert found["codes"].to_numpy() == pytest.approx(curves.mean(axis=0))
    assert found["people"].tolist() == list(range(1, 8))
    assert found["participant_group"].tolist() == ["first"] * 4 + ["second"] * 3


def test_accumulation_without_overlap_is_a_line():
    codes = pd.DataFrame({"speakers_parent": [1, 1, 1, 1]})
    assert e.accumulation(codes, {"parent": 8})["codes"].tolist() == pytest.approx([0.5 * k for k in range(1, 9)])


@given(incidences, st.integers(0, 7))
def test_accumulation_properties(table, split):
    sizes = {"a": 1 + split % len(table), "b": len(table) - 1 - split % len(table)}
    sizes = {group: n for group, n in sizes.items() if n}
    found = e.accumulation(speakers(table, sizes), sizes)
    assert (found["codes"].diff().dropna() >= -1e-9).all()
    assert found["codes"].iloc[0] == pytest.approx(table[: sizes["a"]].sum(axis=1).mean())
    assert found["codes"].iloc[-1] == pytest.approx(table.any(axis=0).sum())


@pytest.mark.parametrize(("count", "people"), [(3, 2), (-1, 2), (0, 0)])
def test_accumulation_names_bad_counts(count, people):
    with pytest.raises(ValueError, match="speakers_parent must lie between 0 and"):
        e.accumulation(pd.DataFrame({"speakers_parent": [count]}), {"parent": people})


def test_chao2_by_hand():
    # Five people; codes of 3, 2, 1, 1, 1 and 0 of them: S = 5, Q1 = 3, Q2 = 1; 5 + (4/5) * 3 * 2 / (2 * 2) = 6.2.
    assert e.chao2([3, 2, 1, 1, 1, 0], 5).estimate == pytest.approx(6.2)


@pytest.mark.parametrize(
    ("seen", "once", "twice", "m", "published"),
    [(93, 31, 18, 448, (117.419, 103.114, 151.960)), (94, 35, 16, 483, (128.928, 109.078, 174.910))],
)
def test_chao2_and_its_interval_agree_with_spader(seen, once, twice, m, published):
    """SpadeR's "Chao1-bc" for trees of plots 1 and 10 of Barro Colorado: of one form with Chao2, m being the trees."""
    found = e.chao2([1] * once + [2] * twice + [3] * (seen - once - twice), m)
    assert (found.estimate, found.low, found.high) == pytest.approx(published, abs=5e-4)


def test_chao2_without_a_code_of_two_has_a_variance_of_its_own():
    # S = 4, Q1 = 3, Q2 = 0, m = 4: unseen 0.75 * 3 = 2.25; variance 2.25 + 0.5625 * 75 / 4 - 0.5625 * 81 / (4 * 6.25).
    found, variance = e.chao2([1, 1, 1, 3], 4), 2.25 + 10.546875 - 1.8225
    spread = np.exp(1.959964 * np.sqrt(np.log(1 + variance / 2.25**2)))
    assert (found.estimate, found.low, found.high) == pytest.approx((6.25, 4 + 2.25 / spread, 4 + 2.25 * spread))


def test_chao2_is_a_lower_bound_on_average():
    """Thirty codes, some rare, and nine people drawn at random: the mean of the bound lies between seen and all."""
    rng, chances = np.random.default_rng(3), np.linspace(0.02, 0.5, 30)
    tables = rng.random((2000, 9, 30)) < chances
    bounds = np.mean([e.chao2(table.sum(axis=0), 9).estimate for table in tables])
    assert tables.any(axis=1).sum(axis=1).mean() + 1 < bounds < 30


@given(incidences)
def test_chao2_is_at_least_what_was_seen(table):
    observed = table.any(axis=0).sum()
    found = e.chao2(table.sum(axis=0), len(table))
    assert observed <= found.low <= found.estimate <= found.high
    if (table.sum(axis=0) == 1).sum() <= 1:
        assert found.low == found.high == observed


@pytest.mark.parametrize(("given_speakers", "m"), [([], 0), ([1, 4], 3), ([-1], 3)])
def test_chao2_names_bad_counts(given_speakers, m):
    with pytest.raises(ValueError, match="speakers must lie between 0 and m"):
        e.chao2(given_speakers, m)


TEXTS = ["apple pear apple", "pear apple fruit", "apple fruit", "engine wheel", "wheel engine motor", "motor engine"]


def test_agreement_of_plain_topics_is_whole():
    found = e.agreement(TEXTS, list("aaabbb"), 2, np.random.default_rng(1), 400)
    assert found.ari == 1
    # 2 of the 20 ways to give three of six texts one label keep the grouping whole.
    assert found.p == pytest.approx(0.1, abs=0.04)
    assert found.null_mean == pytest.approx(0, abs=0.05)
    assert found.null_low <= found.null_mean <= found.null_high


def test_agreement_with_labels_across_topics_is_none():
    found = e.agreement(TEXTS, list("abcabc"), 2, np.random.default_rng(1), 200)
    assert found.ari < 0
    assert found.p > 0.5


def test_the_index_of_each_shuffle_is_that_of_scikit_learn():
    from sklearn.metrics import adjusted_rand_score

    rng, labels, found = (
        np.random.default_rng(4),
        np.array([0, 0, 0, 1, 1, 2, 2, 2]),
        np.array([1, 0, 0, 1, 1, 0, 2, 2]),
    )
    every = [adjusted_rand_score(rng.permutation(labels), found) for _ in range(500)]
    assert e._shuffled(labels, found, np.random.default_rng(4), 500).tolist() == every
    assert len(set(every)) > 5


def test_agreement_repeats():
    first, again = (e.agreement(TEXTS, list("aabbcc"), 3, np.random.default_rng(1), 50) for _ in range(2))
    assert first == again


@settings(max_examples=5, deadline=None)
@given(st.permutations("aabbcc"))
def test_agreement_p_is_never_zero(labels):
    assert 1 / 21 <= e.agreement(TEXTS, labels, 2, np.random.default_rng(1), 20).p <= 1


@pytest.mark.parametrize(
    ("labels", "clusters", "permutations", "named"),
    [("aab", 2, 9, "labels must"), ("aaabbb", 1, 9, "clusters must"), ("aaabbb", 7, 9, "clusters must")]
    + [("aaabbb", 2, 0, "permutations must")],
)
def test_agreement_names_bad_arguments(labels, clusters, permutations, named):
    with pytest.raises(ValueError, match=named):
        e.agreement(TEXTS, list(labels), clusters, np.random.default_rng(1), permutations)
