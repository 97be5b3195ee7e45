"""Referrals: published counts, closed forms, R, and statsmodels as the second opinion."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from newpip import referrals as r

# The counts as published.
YEARS, COUNTS = [2017, 2018, 2019, 2020], [59, 88, 132, 186]
MONTHS = {"as_printed": 12, "opened_may": 8, "opened_june": 7}


def counted(counts, start=2017):
    return pd.DataFrame({"year": range(start, start + len(counts)), "referrals": counts})


@pytest.fixture
def referrals():
    return counted(COUNTS)


@pytest.fixture
def readings():
    return pd.DataFrame({"reading": MONTHS.keys(), "label": MONTHS.keys(), "months_first_year": MONTHS.values()})


@pytest.fixture
def year_readings():
    rows = [("calendar", 1, 0), ("financial_start", 4, 0), ("financial_end", 4, -1), ("service_june", 6, 0)]
    frame = pd.DataFrame(rows, columns=["reading", "start_month", "start_year_offset"])
    return frame.assign(label=frame["reading"])


@pytest.fixture
def activity():
    return pd.Series({"start": pd.Timestamp("2017-06-01"), "end": pd.Timestamp("2018-08-31"), "n": 126})


def test_growth(referrals):
    found = r.growth(referrals)
    assert found["year"].tolist() == YEARS
    assert found["referrals"].tolist() == COUNTS
    assert found["increment"].tolist()[1:] == [29, 44, 54]
    assert (100 * found["growth"]).round(2).tolist()[1:] == [49.15, 50.00, 40.91]
    assert found.loc[0, ["increment", "growth"]].isna().all()


def test_order_and_type_of_rows_do_not_matter(referrals):
    shuffled = referrals.sample(frac=1, random_state=1).astype("Int64")
    pd.testing.assert_frame_equal(r.growth(shuffled), r.growth(referrals))
    assert r.trend(shuffled, np.full(4, 12)) == r.trend(referrals, np.full(4, 12))


def test_cagr(referrals):
    assert r.cagr(referrals) == pytest.approx((186 / 59) ** (1 / 3) - 1)
    assert r.cagr(counted([10, 1, 40])) == pytest.approx(1)
    assert 59 * (1 + r.cagr(referrals)) ** 3 == pytest.approx(186)


def test_cagr_of_a_short_first_year(referrals):
    # May to December: 59 / 8 a month, centred on the end of August 2017, 34 months before the middle of 2020.
    assert r.cagr(referrals, 8) == pytest.approx((186 / 12 / (59 / 8)) ** (12 / 34) - 1)
    assert r.cagr(referrals, 8) == pytest.approx(0.30, abs=0.005)
    assert r.cagr(referrals, 7) == pytest.approx(0.244, abs=0.0005)


def test_doubling_years():
    assert r.doubling_years(1) == 1
    assert 1.5 ** r.doubling_years(0.5) == pytest.approx(2)
    with pytest.raises(ValueError, match="rate must be above 0"):
        r.doubling_years(0)


def test_year_ratios_against_r(referrals):
    # R 4.2.2: poisson.test(c(88, 59))$conf.int; poisson.test(c(132, 88)); poisson.test(c(186, 132))
    expected = [
        (2018, 88 / 59, 1.06045679530, 2.11089428844),
        (2019, 1.5, 1.13676113990, 1.98743758343),
        (2020, 186 / 132, 1.12131826627, 1.77484508773),
    ]
    found = r.year_ratios(referrals)
    assert list(found.columns) == ["year", "ratio", "low", "high"]
    assert found.to_numpy() == pytest.approx(np.array(expected), rel=1e-10)


def test_year_ratios_widen_with_level(referrals):
    wide, narrow = r.year_ratios(referrals, 0.99), r.year_ratios(referrals, 0.9)
    assert ((wide["low"] < narrow["low"]) & (wide["high"] > narrow["high"])).all()


def test_year_ratios_by_the_month(referrals):
    found, whole = r.year_ratios(referrals, months_first_year=8), r.year_ratios(referrals)
    values = ["ratio", "low", "high"]
    assert found.loc[0, values].tolist() == pytest.approx((whole.loc[0, values] * 8 / 12).tolist())
    pd.testing.assert_frame_equal(found.drop(index=0), whole.drop(index=0))


@pytest.mark.parametrize(("before", "after"), [(59, 88), (132, 186), (186, 132)])
def test_tolerated_dispersion_puts_the_limit_at_one(before, after):
    dispersion = r.tolerated_dispersion(before, after)
    half = 1.959963984540054 * math.sqrt(dispersion * (1 / before + 1 / after))
    assert abs(math.log(after / before)) == pytest.approx(half)
    for wrong in ((0, 5), (5, 0), (5, 6, 1)):
        with pytest.raises(ValueError, match="before and after|level"):
            r.tolerated_dispersion(*wrong)


def test_slowdown_by_hand():
    # log(186/132) - log(132/88) = log(31/33) and 1/88 + 4/132 + 1/186 = 0.047043.
    found = r.slowdown(88, 132, 186)
    assert found.ratio == pytest.approx(31 / 33)
    assert found.log_ratio == pytest.approx(math.log(31 / 33))
    assert found.se**2 == pytest.approx(0.047043, abs=5e-7)
    assert found.z == pytest.approx(-0.28825, abs=5e-6)
    assert found.p == pytest.approx(math.erfc(abs(found.z) / math.sqrt(2)))


@given(*[st.integers(5, 5000)] * 3)
@settings(max_examples=30, deadline=None)
@pytest.mark.filterwarnings("ignore:Perfect separation", "ignore:.*scalar divide")  # three counts, three parameters
def test_slowdown_is_the_contrast_of_a_saturated_model(before, middle, after):
    model = sm.GLM([before, middle, after], np.eye(3), family=sm.families.Poisson()).fit(tol=1e-14)
    expected = model.t_test([1, -2, 1], use_t=False)
    found = r.slowdown(before, middle, after)
    assert found.log_ratio == pytest.approx(expected.effect.item(), abs=1e-7)
    assert found.se == pytest.approx(expected.sd.item(), rel=1e-6)
    assert found.p == pytest.approx(expected.pvalue.item(), abs=1e-6)


def test_slowdown_is_nothing_when_growth_is_steady():
    assert r.slowdown(20, 40, 80).p == pytest.approx(1)
    with pytest.raises(ValueError, match="middle must be above 0"):
        r.slowdown(1, 0, 2)


def test_monthly(referrals, readings):
    found = r.monthly(referrals, readings).set_index(["reading", "year"])
    assert found.loc["opened_june", "months"].tolist() == [7, 12, 12, 12]
    assert found.loc[("opened_may", 2017), "per_month"] == 59 / 8
    assert (found["months"] * found["per_month"]).to_numpy() == pytest.approx(COUNTS * 3)
    second = found.xs(2018, level="year")["growth"]
    assert second.to_numpy() == pytest.approx([88 / 59 - 1, 88 / 59 * 8 / 12 - 1, 88 / 59 * 7 / 12 - 1])
    assert found.xs(2017, level="year")["growth"].isna().all()
    assert found.xs(2019, level="year")["growth"].to_numpy() == pytest.approx(0.5)


def statsmodels_trend(counts, months):
    """Fit the same model by another route."""
    months = np.asarray(months)
    middles = [year + 1 - covered / 24 for year, covered in enumerate(months)]  # the months run to the year's end
    design = sm.add_constant(np.array(middles) - 0.5, has_constant="add")
    model = sm.GLM(counts, design, family=sm.families.Poisson(), offset=np.log(months / 12))
    result = model.fit(tol=1e-14)
    slope, df = result.params[1], int(result.df_resid)
    half = stats.t(df).ppf(0.975) * result.bse[1] * math.sqrt(result.pearson_chi2 / df)
    ends = np.exp([*result.conf_int()[1], slope - half, slope + half])
    expected = r.Trend(np.exp(slope), *ends, result.deviance, result.pearson_chi2, df)
    return SimpleNamespace(trend=expected, result=result)


def close(found, expected):
    return np.array(list(vars(found).values())) == pytest.approx(np.array(list(vars(expected).values())), abs=1e-8)


@pytest.mark.parametrize("first", MONTHS.values())
def test_trend_agrees_with_statsmodels(referrals, first):
    months = [first, 12, 12, 12]
    assert close(r.trend(referrals, months), statsmodels_trend(COUNTS, months).trend)


# R 4.2.2: f <- glm(y ~ t, poisson, offset = log(m/12)); exp(coef(f)[2]); deviance(f); sum(residuals(f, "pearson")^2)
# and, with quasipoisson, exp(b + c(-1, 1) * qt(.975, 2) * se)
def test_trend_against_r(referrals):
    found = r.trend(referrals, [12, 12, 12, 12])
    values = [found.rate_ratio, found.deviance, found.pearson, found.t_low, found.t_high]
    expected = [1.462823307981, 0.133169194756, 0.133659797601, 1.392910689438, 1.536244962866]
    assert values == pytest.approx(expected, abs=1e-8)
    assert found.df == 2


# A referee's own fit, with the part year at its midpoint.
@pytest.mark.parametrize(("first", "ratio"), [(8, 1.36), (7, 1.33)])
def test_a_part_year_stands_at_its_midpoint(referrals, first, ratio):
    assert r.trend(referrals, [first, 12, 12, 12]).rate_ratio == pytest.approx(ratio, abs=0.005)
    assert r.trend(referrals, [7, 12, 12, 12]).deviance == pytest.approx(4.88, abs=0.005)


@given(st.lists(st.tuples(st.integers(5, 2000), st.integers(1, 12)), min_size=3, max_size=8))
@settings(max_examples=50, deadline=None)
@pytest.mark.filterwarnings("ignore:Perfect separation", "ignore:Line search of Newton solver")  # a slope of zero
def test_trend_agrees_with_statsmodels_on_any_counts(rows):
    counts, months = map(list, zip(*rows, strict=True))
    found, expected = vars(r.trend(counted(counts), months)), vars(statsmodels_trend(counts, months).trend)
    for name in ("rate_ratio", "low", "high", "t_low", "t_high"):
        assert math.log(found[name]) == pytest.approx(math.log(expected[name]), rel=1e-6, abs=1e-7), name
    for name in ("deviance", "pearson", "df"):
        assert found[name] == pytest.approx(expected[name], rel=1e-6, abs=1e-6), name


def test_trend_of_a_steady_doubling_is_exact():
    found = r.trend(counted([25, 50, 100, 200]), np.full(4, 12))
    assert found.rate_ratio == pytest.approx(2)
    assert found.deviance == pytest.approx(0, abs=1e-9)
    assert found.t_high - found.t_low < 1e-5 < found.high - found.low


def test_trend_sees_through_a_short_first_year():
    # Doubling each year: half a year's months, a quarter of a year later than the middle of a whole one.
    assert r.trend(counted([round(5000 * 2**0.25), 20000, 40000]), [6, 12, 12]).rate_ratio == pytest.approx(2, rel=1e-4)


def test_trends(referrals, readings):
    found = r.trends(referrals, readings).set_index("reading")
    for reading, first in MONTHS.items():
        fit = r.trend(referrals, [first, 12, 12, 12])
        assert found.loc[reading, list(vars(fit))].tolist() == list(vars(fit).values())
        assert found.loc[reading, "dispersion"] == fit.pearson / 2
    # Under June the quasi-t interval holds no growth at all; under the printed reading it does not.
    assert (found["t_low"] > 1).to_dict() == {"as_printed": True, "opened_may": True, "opened_june": False}


def test_forecast(referrals, readings):
    found = r.forecast(referrals, readings).set_index("model")
    assert found.loc["repeat_growth", "estimate"] == pytest.approx(186 * 186 / 132)
    assert found.loc["repeat_increment", "estimate"] == 240
    assert found.loc["compound_growth", "estimate"] == pytest.approx(186 * (186 / 59) ** (1 / 3))
    # R 4.2.2: predict(lm(y ~ t), data.frame(t = 4), interval = "prediction")
    line = found.loc["straight_line", ["estimate", "low", "high"]].tolist()
    assert line == pytest.approx([222.5, 162.128553616, 282.871446384], abs=1e-8)
    assert found.loc[["repeat_growth", "repeat_increment", "compound_growth"], ["low", "high"]].isna().all(axis=None)


@pytest.mark.parametrize("reading", MONTHS)
def test_poisson_forecast_agrees_with_statsmodels(referrals, readings, reading):
    found = r.forecast(referrals, readings, 0.9).set_index("model").loc[f"poisson_{reading}"]
    result = statsmodels_trend(COUNTS, [MONTHS[reading], 12, 12, 12]).result
    ahead = result.get_prediction([[1, 4]], offset=[0.0]).summary_frame()
    mean, se = ahead["mean"].item(), ahead["mean_se"].item()
    half = 1.6448536269514722 * math.sqrt(mean + se**2)
    assert found[["estimate", "low", "high"]].tolist() == pytest.approx([mean, mean - half, mean + half], abs=1e-6)


def test_window(referrals, activity, year_readings):
    found = r.window(referrals, activity, year_readings, "2017-05").set_index("reading")
    columns = ["first_year", "first_year_inside", "year", "k", "n", "days_inside", "days_in_year"]
    assert found[columns].apply(tuple, axis=1).to_dict() == {
        "calendar": (2017, 59, 2018, 67, 88, 243, 365),
        "financial_start": (2017, 59, 2018, 67, 88, 153, 365),
        "financial_end": (2018, 88, 2019, 38, 132, 153, 365),
        "service_june": (2017, 59, 2018, 67, 88, 92, 365),
    }
    # R 4.2.2: binom.test(67, 88, 243/365)$p.value and so on.
    p = [0.0698534881212, 1.3259244668e-10, 0.00198280508306, 1.98067052461e-23]
    assert found["p"].tolist() == pytest.approx(p, rel=1e-9)
    assert found["expected_share"].tolist() == pytest.approx([243 / 365, 153 / 365, 153 / 365, 92 / 365])
    assert found["observed_share"].tolist() == pytest.approx([67 / 88, 67 / 88, 38 / 132, 67 / 88])


def test_window_rules_out_a_year_that_ended_before_the_service_opened(referrals, activity, year_readings):
    found = r.window(referrals, activity, year_readings, pd.Timestamp("2017-05-01")).set_index("reading")
    assert found["possible"].to_dict() == {
        "calendar": True,
        "financial_start": True,
        "financial_end": False,
        "service_june": True,
    }
    assert found.loc["financial_end", "why"] == (
        "2017 would end on 2017-03-31, before the service took referrals on 2017-05-01"
    )
    # Had the service opened a year before, nothing would rule it out.
    earlier = r.window(referrals, activity, year_readings, "2016-05-01")
    assert earlier["possible"].all()


def test_window_rules_out_more_than_the_year_had(referrals, activity, year_readings):
    found = r.window(referrals, {**activity, "n": 59 + 89}, year_readings.head(1), "2017-05").loc[0]
    assert not found["possible"]
    assert found["why"] == "89 referrals would remain for a year that had 88"
    assert math.isnan(found["p"])


def test_window_with_fewer_than_the_first_year_is_no_contradiction(referrals, activity, year_readings):
    found = r.window(referrals, {**activity, "n": 50}, year_readings.head(1), "2017-05").loc[0]
    assert found["k"] == -9
    assert found["possible"]
    assert math.isnan(found["p"])


def test_window_counts_a_leap_day(referrals, year_readings):
    held = {"start": "2019-06-01", "end": "2020-02-29", "n": 150}
    found = r.window(referrals, held, year_readings.head(1), "2017-05").loc[0]
    assert (found["days_inside"], found["days_in_year"], found["k"], found["n"]) == (60, 366, 18, 186)


def test_window_may_span_a_whole_year_between(referrals, year_readings):
    held = {"start": "2017-06-01", "end": "2019-01-31", "n": 160}
    found = r.window(referrals, held, year_readings.head(1), "2017-05").loc[0]
    assert (found["first_year_inside"], found["k"], found["n"], found["days_inside"]) == (59 + 88, 13, 132, 31)


def test_window_inside_one_year(referrals, year_readings):
    held = {"start": "2018-01-01", "end": "2018-01-31", "n": 8}
    found = r.window(referrals, held, year_readings.head(1), "2017-05").loc[0]
    assert (found["first_year"], found["year"], found["first_year_inside"], found["k"]) == (2018, 2018, 0, 8)


def test_window_outside_every_year(referrals, year_readings):
    held = {"start": "2023-01-01", "end": "2023-01-31", "n": 8}
    with pytest.raises(ValueError, match="activity must overlap a labelled year"):
        r.window(referrals, held, year_readings, "2017-05")


def test_window_sensitivity(referrals, activity, year_readings):
    found = r.window_sensitivity(referrals, activity, year_readings.iloc[0])
    assert found["inside_first"].tolist() == list(range(38, 60))
    assert (found["inside_first"] + found["k"] == 126).all()
    assert found["p"].iloc[-1] == pytest.approx(0.0698534881212)
    # The calendar reading fits best at its generous end: each referral taken from 2017 makes it worse.
    assert found["p"].is_monotonic_increasing


# With growth g over a year, a share (G^(243/365) - 1) / (G - 1) of it comes in its first 243 days, where G = 1 + g.
@pytest.mark.parametrize(("growth", "p"), [(0.25, 0.019), (0.5, 0.006)])
def test_growth_within_the_year_tightens_the_squeeze(referrals, activity, year_readings, growth, p):
    found = r.window(referrals, activity, year_readings, "2017-05", growth).set_index("reading").loc["calendar"]
    assert found["expected_share"] == pytest.approx(((1 + growth) ** (243 / 365) - 1) / growth)
    assert found["p"] == pytest.approx(p, abs=0.0005)
    assert r.window_sensitivity(referrals, activity, year_readings.iloc[0], growth)["p"].iloc[-1] == found["p"]
    with pytest.raises(ValueError, match="growth must be above -1"):
        r.window(referrals, activity, year_readings, "2017-05", -1)


def test_window_sensitivity_stops_at_the_count_of_the_window(referrals, activity, year_readings):
    found = r.window_sensitivity(referrals, {**activity, "n": 3}, year_readings.iloc[0])
    assert found[["inside_first", "k"]].to_numpy().tolist() == [[0, 3], [1, 2], [2, 1], [3, 0]]


@pytest.mark.parametrize(
    ("years", "counts"),
    [([2017], [59]), ([2017, 2019], [59, 132]), ([2017, 2017], [59, 59]), ([2017, 2018], [59, 0])],
)
def test_bad_series_are_refused(years, counts):
    frame = pd.DataFrame({"year": years, "referrals": counts})
    for function in (r.growth, r.cagr, r.year_ratios):
        with pytest.raises(ValueError, match="referrals must"):
            function(frame)


def test_other_bad_arguments_are_named(referrals, readings):
    for months in ([0, 12, 12, 12], [13, 12, 12, 12], [12, 12, 12], [np.nan, 12, 12, 12]):
        with pytest.raises(ValueError, match="months must"):
            r.trend(referrals, months)
    with pytest.raises(ValueError, match="level must"):
        r.trend(referrals, [12] * 4, 95)
    with pytest.raises(ValueError, match="level must"):
        r.forecast(referrals, readings, 95)
    for call in (lambda: r.trend(counted([1, 2]), [12, 12]), lambda: r.forecast(counted([1, 2]), readings)):
        with pytest.raises(ValueError, match="at least three years"):
            call()
    with pytest.raises(ValueError, match="months must"):
        r.monthly(referrals, readings.assign(months_first_year=13))
