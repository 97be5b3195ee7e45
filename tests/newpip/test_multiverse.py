"""Every combination of readings at once: sums that are one count once, and the corners come out as by hand."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm

from newpip import capacity, multiverse, referrals, scenario
from newpip.data import load

YEARS, FIRST = load("year_readings"), load("exposure_readings")
PAIRS = referrals.first_year_months(YEARS, FIRST, 5)
TOGETHER = PAIRS[PAIRS["possible"]]


@pytest.fixture
def small():
    """Two choices; under a=2 the choice b does not enter."""
    frame = pd.DataFrame({"a": [1, 1, 2, 2], "b": ["x", "y", "x", "y"], "answer": [10.0, 4.0, 7.0, 7.0]})
    return frame.assign(used=["x", "y", None, None])


def test_combinations_of_the_same_inputs_are_one_specification(small):
    found = multiverse.specifications(small, "answer", ["a", "used"])
    assert found["specification"].tolist() == [3, 1, 2, 2] and list(found["answer"]) == list(small["answer"])
    dots = multiverse.options(found, ["a", "b"])
    assert len(dots) == 3 + 4 and dots.query("specification == 2 and choice == 'b'")["option"].tolist() == ["x", "y"]


def test_equal_answers_of_different_inputs_stay_apart():
    frame = pd.DataFrame({"a": [1, 2, 3], "answer": [5.0, 5.0, 1.0]})
    assert multiverse.specifications(frame, "answer", ["a"])["specification"].tolist() == [2, 3, 1]


def test_a_summary_counts_each_specification_once(small):
    found = multiverse.specifications(small, "answer", ["a", "used"])
    assert multiverse.summary(found, "answer", 4.0) == multiverse.Summary(4, 3, 7.0, 4.0, 10.0, 2)
    held = found.assign(level=[11.0, 3.0, 8.0, 8.0])
    assert multiverse.summary(held, "answer", "level").agree == 1


def test_a_choice_moves_the_answer_as_far_as_its_medians_lie_apart(small):
    found = multiverse.moves(multiverse.specifications(small, "answer", ["a", "used"]), "answer", ["a", "b"])
    # Of a: the median of 10 and 4 is 7, and 7 alone. Of b: x leads to 10 and 7, y to 4 and 7.
    assert found.to_dict("list") == {"choice": ["b", "a"], "low": [5.5, 7.0], "high": [8.5, 7.0], "spread": [3.0, 0.0]}


def test_a_sum_that_the_inputs_do_not_decide_is_refused(small):
    with pytest.raises(ValueError, match="the same wherever"):
        multiverse.specifications(small, "answer", ["a"])
    with pytest.raises(ValueError, match="must be known"):
        multiverse.specifications(small.assign(answer=None), "answer", ["a", "used"])


def test_months_of_the_first_year_follow_from_the_kind_of_year():
    months = TOGETHER.set_index(["year_reading", "exposure"])["months"].to_dict()
    assert months == {
        ("calendar", "as_printed"): 12, ("calendar", "opened_may"): 8, ("calendar", "opened_june"): 7,
        ("financial_start", "as_printed"): 12, ("financial_start", "opened_may"): 11,
        ("financial_start", "opened_june"): 10,
        ("service_june", "as_printed"): 12, ("service_june", "opened_june"): 12,
    }  # fmt: skip
    assert TOGETHER.groupby("year_reading")["runs_over"].first().to_dict() == {
        "calendar": 0, "financial_start": 3, "service_june": 5
    }  # fmt: skip


def test_growth_under_each_reading_is_that_of_a_poisson_regression():
    counts = load("referrals")
    found = referrals.growth_by_reading(counts, TOGETHER)
    assert len(found) == 2 * len(TOGETHER)
    for row in found.itertuples():
        months, years = np.array([row.months, 12, 12, 12]), np.arange(4.0)
        years[0] += (12 - row.months) / 24 if row.part_year == "middle" else 0
        fit = sm.GLM(
            counts["referrals"], sm.add_constant(years), family=sm.families.Poisson(), offset=np.log(months / 12)
        ).fit(tol=1e-12)
        assert row.growth == pytest.approx(np.exp(fit.params.iloc[1]) - 1, rel=1e-6)
        assert pd.isna(row.placed) == (row.months == 12)


def test_the_wait_is_taken_at_the_end_of_the_calendar_year():
    """With an even flow above capacity the queue, in months, is what piled up over what can be taken on."""
    counts = pd.DataFrame({"year": [2001, 2002], "referrals": [120, 240]})
    pairs = pd.DataFrame({"months": [12, 12], "runs_over": [0, 3]})
    found = capacity.waits_by_reading(counts, pairs, {"ten": 10, "sixteen": 16}, {"even": 0})
    waits = found.pivot(index="runs_over", columns="capacity", values="wait")
    assert waits.loc[0].to_dict() == pytest.approx({"ten": 12 * 10 / 10, "sixteen": 12 * 4 / 16})
    assert waits.loc[3].to_dict() == pytest.approx({"ten": 9 * 10 / 10, "sixteen": 9 * 4 / 16})


def test_waits_of_calendar_years_are_those_of_the_chapter_on_capacity():
    counts, per = load("referrals"), {"a": 7.0, "b": 8.4}
    calendar = TOGETHER.query("year_reading == 'calendar'")
    found = capacity.waits_by_reading(counts, calendar, per, {"even": 0, "rising": 0.5})
    known = capacity.final_waits(counts, [12, 8, 7], per.values(), [0, 0.5])
    assert sorted(found["wait"]) == pytest.approx(sorted(known["wait"]))


def test_posts_are_those_of_the_chapter_on_commissioning_or_cancel():
    inputs = scenario.preset(load("scenario_inputs"), load("scenario_presets"), "newpip")
    found = scenario.posts_by_reading(inputs, {"low": 7.0, "high": 10.0}, {"few": 3, "many": 6})
    assert len(found) == 3 * 2 * 3 * 2 * 2
    central = found.query("carried == 'assumed' and referrals == '132 a year' and stay == '7.5 months'")
    assert central["posts"].to_numpy() == pytest.approx(scenario.central(inputs)["posts"])
    first = found.query("carried == 'first_count'")
    ratio = first["referrals"].str.split().str[0].astype(float) / 12 / first["capacity"].map({"low": 7, "high": 10})
    assert first["posts"].to_numpy() == pytest.approx((ratio * first["had"]).to_numpy())
    numbered = multiverse.specifications(found, "posts", ["referrals", "carried", "used_stay", "used_capacity", "team"])
    assert numbered["specification"].max() == 3 * 3 * 2 + 3 * 2 * 2
