"""Services side by side: each with its doubt, in the order given."""

import numpy as np
import pandas as pd
import pytest

from newpip import beside
from newpip.intervals import poisson_count, wilson

LETTERS = ("A", "B")
REFERRALS = pd.DataFrame(
    {"service": list("AAABB"), "year": [2021, 2022, 2023, 2024, 2025], "referrals": [50, 70, 200, 9, 0]}
)
FACTS = pd.DataFrame({"service": ["A"], "fact": ["service_dropout"], "value": [30.0], "text": [""]})
WINDOW = {"start": pd.Timestamp("2023-01-01"), "end": pd.Timestamp("2023-12-31")}
ACTIVITY = pd.DataFrame(
    [{"service": one, "measure": what, "n": n} | WINDOW for one, what, n in
     [("A", "referrals", 90), ("A", "families", 60), ("B", "referrals", 4), ("B", "families", 3)]]
)  # fmt: skip
STAFFING = pd.DataFrame(
    {"service": list("AAB"), "role": list("xyx"), "posts": [2.0, 1, 1], "therapeutic": [True, False, False]}
)


def test_growth_has_limits_and_none_where_a_count_is_nought():
    found = beside.growth(REFERRALS, FACTS, LETTERS).set_index("service")
    assert found.loc["A", "estimate"] == pytest.approx(1.0) and found.loc["A", "first_year"] == "2021"
    assert 0 < found.loc["A", "low"] < 1 < found.loc["A", "high"]
    assert np.isnan(found.loc["B", "estimate"]) and "too few to say" in found.loc["B", "said"]
    assert "A +100% (" in beside.alt(found.reset_index(), "Change", "+.0%") and "B cannot be said" in beside.alt(
        found.reset_index(), "Change", "+.0%"
    )


def test_dropout_is_told_as_it_is_known():
    found = beside.dropout(FACTS, LETTERS)
    assert found["left"].iloc[0] == 0.3 and np.isnan(found["left"].iloc[1]) and found["said"].iloc[1] == "not counted"


def test_capacity_has_limits_of_chance_and_none_without_a_post():
    found = beside.capacity(ACTIVITY, STAFFING, FACTS, LETTERS).set_index("service")
    ratio, pace = wilson(60, 90), poisson_count(60)
    assert tuple(found.loc["A", ["ratio_low", "ratio_high"]]) == (ratio.low, ratio.high)
    assert tuple(found.loc["A", ["estimate", "low", "high"]]) == pytest.approx((30, pace.low / 2, pace.high / 2))
    assert np.isnan(found.loc["B", "estimate"]) and found["few"].tolist() == [False, True]
