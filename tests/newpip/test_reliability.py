"""Agreement of coders: published worked examples, other libraries, and properties."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score
from statsmodels.stats.inter_rater import cohens_kappa, fleiss_kappa

from newpip import reliability
from newpip.excerpts import VALENCES

# The worked examples of Krippendorff (2011): two observers and binary data, two and nominal data, four with gaps.
BINARY = ["0100000010", "1110010000"]
TWO = ["aabbdcccedda", "babbbccceddd"]
FOUR = ["123321412...", "1233224125.3", ".3332342251.", "12332441251."]

marks = st.lists(st.tuples(st.sampled_from(VALENCES), st.sampled_from(VALENCES)), min_size=2, max_size=30)


def units(observers):
    """Make a table of units by observers, a point being a gap."""
    return pd.DataFrame([list(marks) for marks in observers]).T.replace(".", None)


@pytest.mark.parametrize(
    ("observers", "ordinal", "published"),
    [(BINARY, False, 0.095), (TWO, False, 0.692), (FOUR, False, 0.743), (FOUR, True, 0.815)],
)
def test_alpha_of_published_examples(observers, ordinal, published):
    levels = sorted(set("".join(observers)) - {"."})
    assert round(reliability.krippendorff_alpha(units(observers), levels, ordinal), 3) == published


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@given(marks)
def test_two_coders_agree_with_other_libraries(pairs):
    first, second = map(list, zip(*pairs, strict=True))
    if len({*first, *second}) == 1:
        return  # nothing to tell apart
    found = reliability.two_coders(first, second, VALENCES, np.random.default_rng(1), resamples=2)
    found = found.set_index("measure")["estimate"]
    table = pd.crosstab(pd.Categorical(first, VALENCES), pd.Categorical(second, VALENCES), dropna=False)
    assert found["share alike"] == pytest.approx(np.mean([one == other for one, other in pairs]))
    assert found["kappa"] == pytest.approx(cohen_kappa_score(first, second, labels=VALENCES))
    assert found["weighted kappa"] == pytest.approx(cohen_kappa_score(first, second, labels=VALENCES, weights="linear"))
    assert found["kappa"] == pytest.approx(cohens_kappa(table.to_numpy()).kappa)
    frame = pd.DataFrame(pairs)
    assert found["nominal alpha"] == pytest.approx(reliability.krippendorff_alpha(frame, VALENCES))
    assert found["ordinal alpha"] == pytest.approx(reliability.krippendorff_alpha(frame, VALENCES, ordinal=True))
    # Fleiss' kappa of two coders is Scott's pi, which alpha exceeds by its correction for few units.
    pi = fleiss_kappa(np.array([[pair.count(level) for level in VALENCES] for pair in pairs]))
    assert found["nominal alpha"] == pytest.approx(1 - (1 - pi) * (1 - 1 / (2 * len(pairs))))


def test_the_interval_holds_the_estimate_and_narrows_with_more_units():
    first, second = ["positive"] * 12 + ["mixed"] * 8, ["positive"] * 10 + ["mixed"] * 10
    few, many = (
        reliability.two_coders(first * times, second * times, VALENCES, np.random.default_rng(7), resamples=2000)
        for times in (1, 9)
    )
    for found in (few, many):
        assert (found["low"] <= found["estimate"]).all() and (found["estimate"] <= found["high"]).all()
    ratio = (few["high"] - few["low"]) / (many["high"] - many["low"])
    assert ratio.between(2, 4).all()  # about the root of nine


def test_full_agreement_is_one_whatever_is_drawn():
    found = reliability.two_coders(VALENCES * 6, VALENCES * 6, VALENCES, np.random.default_rng(3), resamples=200)
    assert found[["estimate", "low", "high"]].eq(1).all(axis=None)


def test_marks_all_alike_tell_nothing():
    assert np.isnan(reliability.krippendorff_alpha(units(["11", "11"]), "12"))


def test_bad_marks_are_refused():
    with pytest.raises(ValueError, match="one of \\('a', 'b'\\), not \\['c'\\]"):
        reliability.krippendorff_alpha(units(["ac", "ab"]), tuple("ab"))
    with pytest.raises(ValueError, match="each of 2 units, not 1"):
        reliability.two_coders("ab", "a", "ab", np.random.default_rng(1))
