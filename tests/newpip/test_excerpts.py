"""Who is heard: closed forms, hand-worked examples and properties."""

from math import comb

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from newpip import excerpts as e


@pytest.fixture
def participants():
    return pd.DataFrame(
        {"participant_id": ["A", "B", "C", "D"], "participant_group": ["parent", "parent", "professional", "parent"]}
    )


@pytest.fixture
def excerpts():
    rows = [
        ("E1", "B", True, "parent", "s1", 10, "positive"),
        ("E2", "A", True, "parent", "s1", 20, "mixed"),
        ("E3", "B", True, "parent", "s2", 30, "positive"),
        ("E4", "C", True, "professional", "s2", 40, "critical-mixed"),
        ("U1", "", False, "parent", "s1", 4, "positive"),
    ]
    columns = ["excerpt_id", "participant_id", "attributed", "participant_group", "subtheme_id", "words", "valence"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def themes():
    return pd.DataFrame({"subtheme_id": ["s3", "s1", "s2"], "subtheme": ["Third", "First", "Second"]})


@pytest.fixture
def excerpt_codes():
    rows = [("E1", "x"), ("E1", "y"), ("E2", "x"), ("E3", "x"), ("E4", "z"), ("U1", "w")]
    return pd.DataFrame(rows, columns=["excerpt_id", "code"])


def seen(*rows):
    """Incidence from strings: seen("10", "11") is two speakers and two codes."""
    return pd.DataFrame([[cell == "1" for cell in row] for row in rows])


incidences = st.tuples(st.integers(1, 8), st.integers(1, 10)).flatmap(lambda shape: arrays(bool, shape))
amounts = st.lists(st.integers(0, 500), min_size=1, max_size=30).filter(any)


def test_voices_keep_the_silent(excerpts, participants):
    found = e.voices(excerpts, participants)
    assert found.to_numpy().tolist() == [
        ["A", "parent", 1, 20],
        ["B", "parent", 2, 40],
        ["C", "professional", 1, 40],
        ["D", "parent", 0, 0],
    ]
    assert e.never_quoted(excerpts, participants) == ["D"]


def test_voices_refuse_a_stranger(excerpts, participants):
    with pytest.raises(ValueError, match="must name participants only, not \\['C'\\]"):
        e.voices(excerpts, participants[participants["participant_id"] != "C"])


def test_by_subtheme(excerpts, themes):
    found = e.by_subtheme(excerpts, themes)
    assert found.to_numpy().tolist() == [
        ["s3", "Third", "parent", 0, 0, 0],
        ["s3", "Third", "professional", 0, 0, 0],
        ["s1", "First", "parent", 3, 2, 34],
        ["s1", "First", "professional", 0, 0, 0],
        ["s2", "Second", "parent", 1, 1, 30],
        ["s2", "Second", "professional", 1, 1, 40],
    ]
    assert list(found.columns) == ["subtheme_id", "subtheme", "participant_group", "excerpts", "attributed", "words"]
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


def test_words_share(excerpts):
    assert e.words_share(excerpts, "parent") == pytest.approx(64 / 104)
    assert e.words_share(excerpts, "parent") + e.words_share(excerpts, "professional") == pytest.approx(1)
    with pytest.raises(ValueError, match="group must be a participant_group of excerpts, not 'therapist'"):
        e.words_share(excerpts, "therapist")


def test_valence(excerpts):
    found = e.valence(excerpts)
    assert list(found.columns) == ["participant_group", "valence", "excerpts", "of", "share"]
    assert found["valence"].tolist() == list(e.VALENCES) * 2
    assert found["excerpts"].tolist() == [3, 0, 1, 0, 0, 0, 0, 1]
    assert found["of"].tolist() == [4] * 4 + [1] * 4
    assert found["share"].tolist() == [0.75, 0, 0.25, 0, 0, 0, 0, 1]
    with pytest.raises(ValueError, match="valence must be one of .* not \\['mixed'\\]"):
        e.valence(excerpts, ["positive", "critical-mixed"])


def test_recode(excerpts):
    found = e.recode(excerpts, {"E1": "mixed"})
    assert found["valence"].tolist() == ["mixed", "mixed", "positive", "critical-mixed", "positive"]
    assert excerpts["valence"][0] == "positive"
    pd.testing.assert_frame_equal(e.recode(excerpts, {}), excerpts)
    with pytest.raises(ValueError, match="mapping must name excerpts"):
        e.recode(excerpts, {"E9": "mixed"})


def test_incidence(excerpt_codes, excerpts):
    found = e.incidence(excerpt_codes, excerpts)
    assert found.index.tolist() == ["B", "A", "C"]
    assert found.columns.tolist() == ["x", "y", "z"]
    assert found.to_numpy().tolist() == [[True, True, False], [True, False, False], [False, False, True]]
    assert set(found.dtypes) == {np.dtype(bool)}


def test_incidence_by_group(excerpt_codes, excerpts):
    codes = pd.DataFrame({"code": ["x", "y", "z", "w"], "code_group": ["g", "h", "g", "h"]})
    found = e.incidence(excerpt_codes, excerpts, codes, "code_group")
    assert found.to_dict("index") == {
        "B": {"g": True, "h": True},
        "A": {"g": True, "h": False},
        "C": {"g": True, "h": False},
    }
    for given_codes in (None, codes.head(2)):
        with pytest.raises(ValueError, match="codes must give the code_group"):
            e.incidence(excerpt_codes, excerpts, given_codes, "code_group")
    with pytest.raises(ValueError, match="grain must be one of"):
        e.incidence(excerpt_codes, excerpts, codes, "theme")


def test_incidence_keeps_a_speaker_without_codes(excerpt_codes, excerpts):
    found = e.incidence(excerpt_codes[excerpt_codes["excerpt_id"] != "E4"], excerpts)
    assert not found.loc["C"].any()
    assert set(found.dtypes) == {np.dtype(bool)}


def test_accumulation_agrees_with_its_closed_form():
    # Expected codes of k of m speakers: the sum over codes of 1 - C(m - f, k) / C(m, k), f speakers having the code.
    table = pd.DataFrame(np.random.default_rng(1).random((9, 20)) < 0.25)
    heard = table.sum().to_numpy()
    exact = [sum(1 - comb(9 - f, k) / comb(9, k) for f in heard) for k in range(1, 10)]
    found = e.accumulation(table, np.random.default_rng(20250701), 20_000)
    assert found["speakers"].tolist() == list(range(1, 10))
    assert found["mean"].to_numpy() == pytest.approx(exact, abs=0.06)
    assert found["mean"].iloc[-1] == (heard > 0).sum()


def test_accumulation_without_overlap_is_a_line():
    found = e.accumulation(seen("1100", "0010", "0001"), np.random.default_rng(3), 4000)
    assert found["mean"].tolist() == pytest.approx([4 / 3, 8 / 3, 4], abs=0.03)
    assert found[["low", "high"]].to_numpy().tolist() == [[1, 2], [2, 3], [4, 4]]


@given(incidences, st.integers(0, 99))
def test_accumulation_properties(table, seed):
    found = e.accumulation(pd.DataFrame(table), np.random.default_rng(seed), 20)
    assert found["mean"].is_monotonic_increasing
    assert (found["low"] <= found["high"]).all()
    assert found.iloc[-1][["mean", "low", "high"]].tolist() == [table.any(axis=0).sum()] * 3


@pytest.mark.parametrize(("orders", "codes"), [(1, 5), (2, 64), (777, 65), (25_000, 20)])
def test_accumulation_is_what_all_orders_at_once_give(orders, codes):
    table = np.random.default_rng(1).random((9, codes)) < 0.25
    every = np.random.default_rng(7).permuted(np.tile(np.arange(9), (orders, 1)), axis=1)
    curves = np.logical_or.accumulate(table[every], axis=1).sum(axis=2)
    found = e.accumulation(pd.DataFrame(table), np.random.default_rng(7), orders)
    assert found["mean"].tolist() == curves.mean(axis=0).tolist()
    assert found[["low", "high"]].to_numpy().T.tolist() == np.percentile(curves, [2.5, 97.5], axis=0).tolist()


def test_accumulation_gives_the_same_bits_whatever_the_workers():
    table = pd.DataFrame(np.random.default_rng(1).random((9, 20)) < 0.25)
    one, two = (e.accumulation(table, np.random.default_rng(7), 35_000, n_jobs=n_jobs) for n_jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


@pytest.mark.parametrize("function", [e.accumulation, e.stopping])
def test_no_more_memory_is_needed_for_more_orders(function):
    import tracemalloc

    table = pd.DataFrame(np.random.default_rng(1).random((9, 20)) < 0.25)
    function(table, np.random.default_rng(7), 10)
    tracemalloc.start()
    function(table, np.random.default_rng(7), 500_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 9_000_000  # a quarter of what the orders alone would take


def test_same_generator_same_answer():
    table = pd.DataFrame(np.random.default_rng(1).random((9, 20)) < 0.25)
    for function in (e.accumulation, e.stopping):
        pd.testing.assert_frame_equal(
            function(table, np.random.default_rng(7), 50), function(table, np.random.default_rng(7), 50)
        )


def test_chao2_by_hand():
    # Five speakers; codes heard by 3, 2, 1, 1, 1 and 0: S = 5, Q1 = 3, Q2 = 1; 5 + (4/5) * 3 * 2 / (2 * 2) = 6.2.
    assert e.chao2(seen("111000", "110000", "100100", "000010", "000000")) == pytest.approx(6.2)


@given(incidences)
def test_chao2_is_at_least_what_was_seen(table):
    observed = table.any(axis=0).sum()
    found = e.chao2(pd.DataFrame(table))
    assert found >= observed
    if (table.sum(axis=0) == 1).sum() <= 1:
        assert found == observed


def test_chao2_needs_speakers():
    with pytest.raises(ValueError, match="at least one speaker"):
        e.chao2(pd.DataFrame(columns=["x"]))


def test_stopping_when_all_say_the_same():
    found = e.stopping(seen(*["111"] * 8), np.random.default_rng(1), 40)
    assert found["speakers"].tolist()[:-1] == [6, 7, 8]
    assert found["speakers"].isna().tolist() == [False, False, False, True]
    assert found["orders"].tolist() == [40, 0, 0, 0]


def test_stopping_when_each_says_something_new():
    table = pd.DataFrame(np.eye(8, dtype=bool))
    found = e.stopping(table, np.random.default_rng(1), 40)
    assert found["share"].tolist() == [0, 0, 0, 1]
    # One new code in a run of one is a quarter of a base of four: a threshold of exactly that is met.
    assert e.stopping(table, np.random.default_rng(1), 40, run=1, threshold=0.25)["orders"].tolist()[0] == 40


def test_stopping_by_counting_orders():
    # Six speakers say the same; one adds a code of her own. Base 1, run 1, no new code allowed: if she is first (1/7)
    # or third or later (5/7), the second brings nothing new. If she is second (1/7) the third brings nothing new.
    found = e.stopping(seen(*["10"] * 6, "11"), np.random.default_rng(5), 70_000, base=1, run=1, threshold=0)
    assert found["speakers"].tolist()[:2] == [2, 3]
    assert found["share"].tolist()[:2] == pytest.approx([6 / 7, 1 / 7], abs=0.005)
    assert found["share"].tolist()[2:] == [0] * 5


def test_stopping_runs_overlap():
    # One order, held still: new codes by speaker are 4, 1, 0, 0. With base 1 and run 2 the first run (1, 0) has one new
    # code and the second (0, 0) none, so the rule stops at the fourth speaker, not the fifth.
    class Still:
        def permuted(self, order, axis):
            return order

    found = e.stopping(seen("11110", "11111", "11110", "11110", "11110"), Still(), 1, base=1, run=2, threshold=0)
    assert found.loc[found["orders"] == 1, "speakers"].tolist() == [4]


@given(incidences.filter(lambda table: len(table) >= 3), st.integers(0, 99))
def test_stopping_accounts_for_every_order(table, seed):
    strict, loose = (
        e.stopping(pd.DataFrame(table), np.random.default_rng(seed), 30, base=2, run=1, threshold=threshold)
        for threshold in (0, 0.5)
    )
    assert strict["orders"].sum() == loose["orders"].sum() == 30
    assert (loose["orders"].cumsum() >= strict["orders"].cumsum()).all()


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ({"base": 0}, "base and run"),
        ({"run": 0}, "base and run"),
        ({"base": 6, "run": 3}, "base and run"),
        ({"threshold": 5}, "threshold must"),
        ({"orders": 0}, "orders must"),
    ],
)
def test_stopping_names_bad_arguments(arguments, named):
    with pytest.raises(ValueError, match=named):
        e.stopping(seen(*["111"] * 8), np.random.default_rng(1), **arguments)


def test_accumulation_names_bad_arguments():
    with pytest.raises(ValueError, match="orders must"):
        e.accumulation(seen("1"), np.random.default_rng(1), 0)
    with pytest.raises(ValueError, match="incidence must"):
        e.accumulation(pd.DataFrame(), np.random.default_rng(1))


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
