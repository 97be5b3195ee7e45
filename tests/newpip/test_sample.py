"""The sample: shares, response, flow, and what a sample of sixteen can exclude."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newpip import sample
from newpip.intervals import clopper_pearson, upper_limit_none_seen, wilson


@pytest.fixture
def participants():
    return pd.DataFrame(
        {
            "participant_group": ["parent", "parent", "parent", "professional", "professional"],
            "gender": ["woman", "woman", "man", "woman", "woman"],
            "role": ["parent"] * 3 + ["health visitor", "nurse"],
            "n": [1, 2, 1, 1, 1],
        }
    )


@pytest.fixture
def recruitment():
    # Out of order, as a file may be; the published counts are 11 asked and 10 seen, 10 asked and 6 seen.
    rows = [
        ("parent", 3, "invited", 11),
        ("parent", 1, "completers", None),
        ("parent", 2, "details passed on", 11),
        ("parent", 4, "interviewed", 10),
        ("professional", 1, "referrers", None),
        ("professional", 3, "interviewed", 6),
        ("professional", 2, "invited", 10),
    ]
    frame = pd.DataFrame(rows, columns=["participant_group", "step", "stage", "n"])
    return frame.astype({"n": "Int64"})


def test_shares_count_every_level_in_every_group(participants):
    found = sample.shares(participants, "gender").set_index(["participant_group", "gender"])
    assert found[["n", "of"]].apply(tuple, axis=1).to_dict() == {
        ("parent", "woman"): (3, 4),
        ("parent", "man"): (1, 4),
        ("professional", "woman"): (2, 2),
        ("professional", "man"): (0, 2),
    }
    men = found.loc[("parent", "man")]
    assert men["estimate"] == 1 / 4
    assert (men["low"], men["high"]) == (wilson(1, 4).low, wilson(1, 4).high)
    assert (men["exact_low"], men["exact_high"]) == (clopper_pearson(1, 4).low, clopper_pearson(1, 4).high)


def test_shares_leave_out_the_unknown(participants):
    participants.loc[0, "gender"] = ""
    participants.loc[1, "gender"] = None
    found = sample.shares(participants, "gender").set_index(["participant_group", "gender"])
    assert found.loc[("parent", "man"), ["n", "of"]].tolist() == [1, 1]


@settings(max_examples=25)
@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xyz"), st.integers(1, 9)), min_size=1, max_size=30))
def test_shares_of_a_group_sum_to_one(rows):
    found = sample.shares(pd.DataFrame(rows, columns=["participant_group", "role", "n"]), "role")
    assert found.groupby("participant_group")["estimate"].sum().to_numpy() == pytest.approx(1)
    assert found["n"].sum() == sum(n for *_, n in rows)


def test_shares_name_a_missing_column(participants):
    with pytest.raises(ValueError, match="column must be a column of participants, not 'age'"):
        sample.shares(participants, "age")


def test_response(recruitment):
    found = sample.response(recruitment).set_index("participant_group")
    assert found[["invited", "interviewed"]].to_dict("index") == {
        "parent": {"invited": 11, "interviewed": 10},
        "professional": {"invited": 10, "interviewed": 6},
    }
    assert found.loc["parent", "estimate"] == 10 / 11
    # R 4.2.2: prop.test(6, 10, correct = FALSE)$conf.int; binom.test(10, 11)$conf.int
    assert found.loc["professional", ["low", "high"]].tolist() == pytest.approx([0.312673769734, 0.831819670294])
    assert found.loc["parent", ["exact_low", "exact_high"]].tolist() == pytest.approx([0.587220083012, 0.997701027786])


def test_response_needs_both_counts(recruitment):
    recruitment.loc[3, "n"] = pd.NA
    with pytest.raises(ValueError, match="stages invited and interviewed of group 'parent'"):
        sample.response(recruitment)


def test_flow_keeps_the_unknown_and_looks_back_past_it(recruitment):
    found = sample.flow(recruitment)
    assert found["stage"].tolist() == [
        *["completers", "details passed on", "invited", "interviewed"],
        *["referrers", "invited", "interviewed"],
    ]
    assert found["known"].tolist() == [False, True, True, True, False, True, True]
    assert found["kept"].to_numpy() == pytest.approx([np.nan, np.nan, 1, 10 / 11, np.nan, np.nan, 0.6], nan_ok=True)
    assert found["kept_of"].fillna("").tolist() == ["", "", "details passed on", "invited", "", "", "invited"]


def test_flow_skips_an_unknown_in_the_middle(recruitment):
    recruitment.loc[recruitment["stage"] == "invited", "n"] = pd.NA
    parents = sample.flow(recruitment).query("participant_group == 'parent'").set_index("stage")
    assert parents.loc["interviewed", "kept"] == 10 / 11
    assert parents.loc["interviewed", "kept_of"] == "details passed on"
    assert np.isnan(parents.loc["invited", "kept"])
    assert parents["kept_of"].isna()["invited"]


def test_flow_leaves_its_argument_alone(recruitment):
    before = recruitment.copy()
    sample.flow(recruitment)
    pd.testing.assert_frame_equal(recruitment, before)


def test_flow_refuses_a_step_twice(recruitment):
    with pytest.raises(ValueError, match="one row per participant_group and step"):
        sample.flow(pd.concat([recruitment, recruitment.head(1)]))


def test_chance_none_seen():
    assert sample.chance_none_seen(2, 0.5) == 0.25
    assert sample.chance_none_seen(0, 0.5) == 1
    assert sample.chance_none_seen(16, np.array([0, 0.1, 1])) == pytest.approx([1, 0.9**16, 0])
    assert sample.chance_none_seen(np.array([[1], [2]]), np.array([0.5, 0.2])).shape == (2, 2)


@given(st.integers(1, 1000))
def test_chance_of_missing_a_group_as_large_as_the_upper_limit(n):
    assert sample.chance_none_seen(n, upper_limit_none_seen(n)) == pytest.approx(0.05)


@pytest.mark.parametrize(("share", "n"), [(0.5, 5), (0.2, 14), (0.1, 29), (0.05, 59), (0.01, 299)])
def test_n_to_see(share, n):
    assert sample.n_to_see(share) == n


def test_n_to_see_is_strict():
    assert sample.n_to_see(0.5, 0.25) == 3


@given(st.floats(1e-6, 1, exclude_max=True), st.floats(1e-6, 1, exclude_max=True))
def test_n_to_see_is_the_smallest(share, chance):
    n = sample.n_to_see(share, chance)
    assert n >= 1
    assert sample.chance_none_seen(n, share) < chance * (1 + 1e-9)
    assert sample.chance_none_seen(n - 1, share) >= chance * (1 - 1e-9)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: sample.chance_none_seen(-1, 0.5), "n must"),
        (lambda: sample.chance_none_seen(3, [0.5, 1.5]), "share must"),
        (lambda: sample.chance_none_seen(3, np.nan), "share must"),
        (lambda: sample.n_to_see(0), "share must"),
        (lambda: sample.n_to_see(1), "share must"),
        (lambda: sample.n_to_see(0.1, 0), "chance must"),
        (lambda: sample.n_to_see(0.1, 1), "chance must"),
    ],
)
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


def test_reporting():
    coreq = pd.DataFrame(
        [("team", "reported"), ("team", "not reported"), ("design", "partly"), ("team", "reported")],
        columns=["domain", "rating"],
    )
    expected = pd.DataFrame(
        [("team", 2, 0, 1, 3), ("design", 0, 1, 0, 1)],
        columns=["domain", "reported", "partly", "not reported", "items"],
    )
    pd.testing.assert_frame_equal(sample.reporting(coreq), expected)


def test_reporting_refuses_another_rating():
    with pytest.raises(ValueError, match="rating must be one of .* not \\['Y'\\]"):
        sample.reporting(pd.DataFrame({"domain": ["team"], "rating": ["Y"]}))
