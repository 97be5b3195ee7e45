"""Families needed, against published numbers, R's, statsmodels and brute force."""

import math

import numpy as np
import pytest
import scipy
from hypothesis import given
from hypothesis import strategies as st
from statsmodels.stats.power import TTestPower
from statsmodels.stats.proportion import proportion_confint

from newpip import evaluation as calc
from newpip.intervals import Interval, wilson


def brute(k, n):
    low, high = proportion_confint(k, n, method="wilson")
    return (high - low) / 2


def nearest(share, n):
    """The count nearest to a share, the wider of two that are equally near."""
    gaps = [round(abs(k / n - share), 12) for k in range(n + 1)]
    return max((k for k in range(n + 1) if gaps[k] == min(gaps)), key=lambda k: brute(k, n))


@pytest.mark.parametrize("n", [1, 2, 3, 10, 33, 106])
def test_the_widest_interval_is_the_widest_over_all_counts(n):
    assert calc.half_width(n) == pytest.approx(max(brute(k, n) for k in range(n + 1)), rel=1e-12)


@pytest.mark.parametrize("share", [0, 0.05, 0.35, 0.5, 0.8, 0.95, 1])
def test_a_share_given_is_that_of_the_nearest_count(share):
    for n in (1, 7, 10, 30, 97):
        k = nearest(share, n)
        assert calc.half_width(n, share) == pytest.approx(brute(k, n), rel=1e-9)
        assert calc.half_width(n, share) == pytest.approx(wilson(k, n).width / 2, rel=1e-9)


@pytest.mark.parametrize("width", [0.05, 0.1, 0.15, 0.2, 0.3])
@pytest.mark.parametrize("share", [None, 0.1, 0.5, 0.8, 0.9])
def test_families_for_a_width_by_brute_force(width, share):
    """From the number found on nothing is too wide, and one below is."""

    def widest(n):
        return max(map(brute, range(n + 1), [n] * (n + 1))) if share is None else brute(nearest(share, n), n)

    n = calc.families(width, share)
    assert widest(n - 1) > width >= max(map(widest, range(n, n + 40)))


def test_known_numbers_of_families():
    """Ten points take 93 by Wilson's interval; the usual approximation says 97."""
    assert calc.families(0.1) == 93 and math.ceil(1.959964**2 / 0.04) == 97
    assert calc.families(0.05) == 381  # 384.1 by the approximation, less z squared
    assert calc.half_width(93) <= 0.1 < calc.half_width(92)


@given(st.floats(0.01, 0.49), st.none() | st.floats(0, 1))
def test_no_number_beyond_the_approximation_is_needed(width, share):
    n = calc.families(width, share)
    more = np.arange(n, n + 2000)
    assert calc.half_width(more, share).max() <= width and n <= calc.families(width)


def test_a_mean_change_takes_the_least_n_that_is_narrow_enough():
    def half(n, sd):
        return scipy.stats.t.ppf(0.975, n - 1) * sd / math.sqrt(n)

    for width, sd in [(1, 4), (0.5, 4), (2, 6.7), (5, 4), (40, 4)]:
        n = calc.families_for_change(width, sd)
        assert half(n, sd) <= width and (n == 2 or half(n - 1, sd) > width)
    assert calc.families_for_change(1, 4) == 64  # 61.5 by the normal quantile


def test_the_spread_of_a_change_follows_from_the_correlation():
    rng = np.random.default_rng(1)
    before, after = rng.multivariate_normal([0, 0], [[16, 11.2], [11.2, 16]], 200_000).T
    assert calc.sd_of_change(4, 0.7) == pytest.approx((after - before).std(), rel=0.01)
    assert calc.sd_of_change(4, 0.5) == pytest.approx(4)


def test_the_spread_comes_back_from_its_interval():
    half = scipy.stats.t.ppf(0.975, 45) * 6.5 / math.sqrt(46)
    assert calc.sd_from_interval(Interval(9, 9 - half, 9 + half), 46) == pytest.approx(6.5)


@pytest.mark.parametrize(("effect", "n"), [(0.2, 198.1508), (0.5, 33.36713), (0.8, 14.30276)])
def test_power_is_that_of_r(effect, n):
    """`pwr.t.test(d = ..., power = 0.8, type = "paired")` for a small, a medium and a large effect."""
    assert calc.power(n, effect, 1) == pytest.approx(0.8, abs=2e-6)  # n is printed to six or seven digits
    assert calc.families_for_power(effect, 1) == math.ceil(n)


@pytest.mark.parametrize(("n", "change", "sd"), [(5, 1, 2), (20, -1, 2.5), (64, 0.3, 1), (400, 0.1, 1)])
def test_power_is_that_of_statsmodels(n, change, sd):
    """R counts a significant change in the right direction alone; so does a one-sided test at half the level."""
    theirs = TTestPower().power(abs(change) / sd, n, 0.025, alternative="larger")
    assert calc.power(n, change, sd) == pytest.approx(theirs, rel=1e-6)


def test_what_is_lost_is_asked_for_and_rounded_up():
    assert [calc.with_loss(93, loss) for loss in (0, 0.18, 0.5)] == [93, 114, 186]
    assert calc.with_loss(90, 0.1) == 100  # 90 / (1 - 0.1) is a little above 100 as a float


@pytest.mark.parametrize(("n", "k", "t"), [(93, 106, 15), (1, 1, 2), (10, 300, 12)])
def test_months_are_those_at_which_the_binomial_turns(n, k, t):
    """Of k + n families, so many come in the time to come with the share of that time in all of it."""
    found = calc.months_until(n, k, t)
    at_low, at_high = found.low / (found.low + t), found.high / (found.high + t)
    assert scipy.stats.binom.sf(n - 1, k + n, at_low) == pytest.approx(0.025)
    assert scipy.stats.binom.cdf(n - 1, k + n - 1, at_high) == pytest.approx(0.025)
    assert found.estimate == t * n / k and found.low < found.estimate < found.high


def test_a_table_of_widths_and_losses():
    found = calc.precision_table([0.2, 0.1], [0, 0.18])
    assert found.columns.tolist() == ["width", "families", "asked_1", "asked_2"]
    assert found["families"].tolist() == found["asked_1"].tolist() == [calc.families(0.2), 93]


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: calc.families(0),
        lambda: calc.families(0.5),
        lambda: calc.families(0.0001),
        lambda: calc.families(0.1, 1.2),
        lambda: calc.families(0.1, level=1),
        lambda: calc.half_width(0),
        lambda: calc.sd_of_change(0, 0.5),
        lambda: calc.sd_of_change(4, 1),
        lambda: calc.sd_from_interval(Interval(1, 0, 2), 1),
        lambda: calc.families_for_change(0, 4),
        lambda: calc.families_for_change(0.001, 4),
        lambda: calc.power(1, 1, 1),
        lambda: calc.power(10, 1, 0),
        lambda: calc.families_for_power(0, 1),
        lambda: calc.families_for_power(1e-6, 1),
        lambda: calc.with_loss(10, 1),
        lambda: calc.months_until(0, 1, 1),
    ],
)
def test_values_out_of_range_are_refused(wrong):
    with pytest.raises(ValueError, match="must|more than"):
        wrong()
