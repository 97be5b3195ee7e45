"""Intervals against published tables, R, statsmodels and closed forms."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from newpip.intervals import (
    Interval,
    binomial_p,
    clopper_pearson,
    lower_limit_exact,
    poisson_count,
    rule_of_three,
    upper_limit_exact,
    upper_limit_none_seen,
    wilson,
)


@st.composite
def counts(draw):
    n = draw(st.integers(1, 2000))
    return draw(st.integers(0, n)), n


levels = st.floats(0.5, 0.999)


# Newcombe (1998), Table I: methods 3 (score) and 5 (Clopper-Pearson).
@pytest.mark.parametrize(
    ("k", "n", "score", "exact"),
    [
        (81, 263, (0.2553, 0.3662), (0.2527, 0.3676)),
        (15, 148, (0.0624, 0.1605), (0.0578, 0.1617)),
        (0, 20, (0.0000, 0.1611), (0.0000, 0.1684)),
        (1, 29, (0.0061, 0.1718), (0.0009, 0.1776)),
    ],
)
def test_published_table(k, n, score, exact):
    for interval, expected in ((wilson(k, n), score), (clopper_pearson(k, n), exact)):
        assert (round(interval.low, 4), round(interval.high, 4)) == expected
        assert interval.estimate == k / n


# R 4.2.2: prop.test(k, n, correct = FALSE)$conf.int and binom.test(k, n)$conf.int
@pytest.mark.parametrize(
    ("k", "n", "score", "exact"),
    [
        (10, 11, (0.622641563548, 0.983767827114), (0.587220083012, 0.997701027786)),
        (6, 10, (0.312673769734, 0.831819670294), (0.262378076607, 0.878447741880)),
        (10, 10, (0.722467200137, 1), (0.691502892181, 1)),
        (0, 16, (0, 0.193607680534), (0, 0.205907214208)),
    ],
)
def test_against_r(k, n, score, exact):
    for interval, expected in ((wilson(k, n), score), (clopper_pearson(k, n), exact)):
        assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-11)


@given(counts(), levels)
def test_against_statsmodels(kn, level):
    for function, method in ((wilson, "wilson"), (clopper_pearson, "beta")):
        interval = function(*kn, level)
        expected = proportion_confint(*kn, alpha=1 - level, method=method)
        assert (interval.low, interval.high) == pytest.approx(expected, abs=1e-10)


@given(counts(), levels)
def test_inside_zero_and_one_and_around_the_estimate(kn, level):
    for interval in (wilson(*kn, level), clopper_pearson(*kn, level)):
        assert 0 <= interval.low <= interval.estimate <= interval.high <= 1


@given(counts(), levels)
def test_counting_the_others_mirrors_the_interval(kn, level):
    k, n = kn
    for function in (wilson, clopper_pearson):
        here, there = function(k, n, level), function(n - k, n, level)
        assert (here.low, here.high) == pytest.approx((1 - there.high, 1 - there.low), abs=1e-10)


@pytest.mark.parametrize(
    ("k", "low", "high"),
    [(0, 0, 3.688879), (1, 0.025318, 5.571643), (5, 1.623486, 11.668332), (10, 4.795389, 18.390356)],
)
def test_poisson_limits_are_those_of_the_published_tables(k, low, high):
    found = poisson_count(k)
    assert (found.estimate, found.low, found.high) == pytest.approx((k, low, high), abs=1e-6)


@given(st.integers(1, 500), levels)
def test_poisson_limits_leave_the_tails_they_name(k, level):
    found = poisson_count(k, level)
    assert stats.poisson(found.low).sf(k - 1) == pytest.approx((1 - level) / 2)
    assert stats.poisson(found.high).cdf(k) == pytest.approx((1 - level) / 2)


@pytest.mark.parametrize("arguments", [(-1,), (2.5,), (3, 1)])
def test_poisson_limits_refuse_what_is_no_count(arguments):
    with pytest.raises(ValueError, match="k must|level must"):
        poisson_count(*arguments)


def test_width():
    assert Interval(0.5, 0.25, 0.875).width == 0.625


def test_lower_limit_closed_forms():
    # All of n: q**n = 0.05. R 4.2.2: binom.test(10, 10, alternative = "greater")$conf.int -> 0.741134449107
    assert lower_limit_exact(10, 10) == pytest.approx(0.05**0.1, abs=1e-12)
    assert lower_limit_exact(10, 10) == pytest.approx(0.741134449107, abs=1e-11)
    assert lower_limit_exact(0, 10) == 0


@given(counts(), levels)
def test_lower_limit_is_the_low_end_of_a_wider_two_sided_interval(kn, level):
    assert lower_limit_exact(*kn, (1 + level) / 2) == pytest.approx(clopper_pearson(*kn, level).low, abs=1e-10)


def test_upper_limit_closed_forms():
    # R 4.2.2: binom.test(k, n, alternative = "less")$conf.int
    assert upper_limit_exact(1, 16) == pytest.approx(0.263957397289, abs=1e-11)
    assert upper_limit_exact(6, 10) == pytest.approx(0.849971759193, abs=1e-11)
    # One of n: (1-q)**16 + 16 q (1-q)**15 = 0.05 at the limit q.
    q = upper_limit_exact(1, 16)
    assert (1 - q) ** 16 + 16 * q * (1 - q) ** 15 == pytest.approx(0.05, abs=1e-10)
    assert upper_limit_exact(16, 16) == 1


@given(counts(), levels)
def test_upper_limit_mirrors_the_lower(kn, level):
    k, n = kn
    assert upper_limit_exact(k, n, level) == pytest.approx(1 - lower_limit_exact(n - k, n, level), abs=1e-10)


@given(st.integers(1, 5000), levels)
def test_upper_limit_with_none_seen_is_the_closed_form(n, level):
    assert upper_limit_exact(0, n, level) == pytest.approx(upper_limit_none_seen(n, level), abs=1e-10)


@given(st.integers(1, 5000), levels)
def test_upper_limit_leaves_the_chance_it_names(n, level):
    limit = upper_limit_none_seen(n, level)
    assert (1 - limit) ** n == pytest.approx(1 - level, rel=1e-9)
    assert limit == pytest.approx(1 - lower_limit_exact(n, n, level), abs=1e-10)


def test_rule_of_three_is_above_the_exact_limit_and_near_it_when_n_is_large():
    assert rule_of_three(16) == 0.1875
    for n in (5, 10, 16, 1000):
        assert rule_of_three(n) > upper_limit_none_seen(n)
    assert rule_of_three(1000) == pytest.approx(upper_limit_none_seen(1000), rel=0.003)


def test_binomial_p_by_hand():
    assert binomial_p(0, 5, 0.5) == pytest.approx(2 / 32)
    assert binomial_p(2, 4, 0.5) == pytest.approx(1)
    # Two sides of unequal tails: P(0) = 0.512, P(1) = 0.384, P(2) = 0.096, P(3) = 0.008.
    assert binomial_p(1, 3, 0.2) == pytest.approx(0.488)


# R 4.2.2: binom.test(k, n, share)$p.value
@pytest.mark.parametrize(
    ("k", "n", "share", "p"),
    [
        (67, 88, 243 / 365, 0.0698534881212),
        (67, 88, 153 / 365, 1.3259244668e-10),
        (67, 88, 92 / 365, 1.98067052461e-23),
        (38, 132, 153 / 365, 0.00198280508306),
    ],
)
def test_binomial_p_against_r(k, n, share, p):
    assert binomial_p(k, n, share) == pytest.approx(p, rel=1e-9)


def test_whole_numbers_held_as_floats_are_taken():
    assert wilson(10.0, 11.0) == wilson(10, 11)


@pytest.mark.parametrize("function", [wilson, clopper_pearson, lower_limit_exact, upper_limit_exact])
@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((-1, 10), "k must"),
        ((11, 10), "k must"),
        ((0.5, 10), "k must"),
        ((math.nan, 10), "k must"),
        ((0, 0), "n must"),
        ((0, 2.5), "n must"),
        ((0, math.inf), "n must"),
        ((0, math.nan), "n must"),
        ((1, 10, 0), "level must"),
        ((1, 10, 1), "level must"),
        ((1, 10, 95), "level must"),
    ],
)
def test_bad_arguments_are_named(function, arguments, named):
    with pytest.raises(ValueError, match=named):
        function(*arguments)


def test_bad_arguments_of_the_others_are_named():
    for function in (upper_limit_none_seen, rule_of_three):
        with pytest.raises(ValueError, match="n must"):
            function(0)
    with pytest.raises(ValueError, match="level must"):
        upper_limit_none_seen(10, 1.5)
    with pytest.raises(ValueError, match="share must"):
        binomial_p(1, 10, 1.1)
    with pytest.raises(ValueError, match="k must"):
        binomial_p(11, 10, 0.5)
