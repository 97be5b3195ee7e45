"""Printed figures: what rounds to them, and which counts a percentage can stand for."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newpip import grim, services


def rounded(k, n, decimals, rule):
    with localcontext() as context:
        context.prec = 60
        return (Decimal(100 * k) / Decimal(n)).quantize(Decimal(1).scaleb(-decimals), rounding=rule)


@given(st.integers(1, 400), st.integers(0, 2), st.data())
def test_matching_counts_are_all_and_only_those_that_round_to_it(n, decimals, data):
    units = data.draw(st.integers(0, 100 * 10**decimals))
    percent = Decimal(units).scaleb(-decimals)
    expected = [
        k
        for k in range(n + 1)
        if percent in (rounded(k, n, decimals, ROUND_HALF_UP), rounded(k, n, decimals, ROUND_HALF_EVEN))
    ]
    assert grim.matching_counts(str(percent), n, decimals) == expected


@given(st.integers(1, 400), st.integers(0, 2), st.data())
def test_a_count_matches_its_own_percentage(n, decimals, data):
    k = data.draw(st.integers(0, n))
    for rule in (ROUND_HALF_UP, ROUND_HALF_EVEN):
        assert k in grim.matching_counts(float(rounded(k, n, decimals, rule)), n, decimals)


def test_matching_counts_of_the_published_percentages():
    assert grim.matching_counts(94, 125) == [117, 118]
    assert grim.matching_counts(83, 48) == [40]
    assert grim.matching_counts(95, 450) == [426, 427, 428, 429]
    assert grim.matching_counts(85.4, 55, 1) == []
    assert grim.matching_counts(85.4, 55, 1, cut_off=True) == [47]
    assert grim.matching_counts(85.4, 48, 1) == [41]
    assert grim.matching_counts(18, 76) == [14]
    assert grim.matching_counts(18, 38) == [7]


def test_halves_may_go_either_way():
    assert grim.matching_counts(12, 8) == [1]
    assert grim.matching_counts(13, 8) == [1]


def test_matching_denominators_lists_each_pair():
    found = grim.matching_denominators(50, up_to=6)
    assert list(found.itertuples(index=False, name=None)) == [(1, 2), (2, 4), (3, 6)]
    pairs = set(grim.matching_denominators(85.4, 1, 55).itertuples(index=False, name=None))
    assert (41, 48) in pairs and not [k for k, n in pairs if n == 55]


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ((101, 10), "percent"),
        ((-1, 10), "percent"),
        ((85.4, 10), "percent"),
        ((50, 0), "n must"),
        ((50, 10, -1), "decimals"),
    ],
)
def test_matching_counts_refuses_what_cannot_be_printed(arguments, named):
    with pytest.raises(ValueError, match=named):
        grim.matching_counts(*arguments)


@given(st.fractions(-1000, 1000), st.integers(0, 3))
def test_roundings_are_those_of_decimal_arithmetic(exact, decimals):
    with localcontext() as context:
        context.prec = 60
        known = Decimal(exact.numerator) / Decimal(exact.denominator)
        even = known.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN)
    found = grim.roundings(exact, decimals)
    assert Fraction(even) in found and max(abs(way - exact) for way in found) <= Fraction(1, 2 * 10**decimals)


def test_roundings_keep_both_ways_of_a_half_and_cut_off_on_demand():
    assert grim.roundings(Fraction(5, 2)) == {2, 3}
    assert grim.roundings(Fraction(4700, 55), 1) == {Fraction(855, 10)}
    assert grim.roundings(Fraction(4700, 55), 1, cut_off=True) == {Fraction(855, 10), Fraction(854, 10)}


@pytest.mark.parametrize(("n", "decimals"), [(7, 0), (48, 0), (55, 1), (125, 0), (8, 0)])
def test_share_that_can_be_printed_is_counted_the_long_way(n, decimals):
    every = [Decimal(step).scaleb(-decimals) for step in range(100 * 10**decimals + 1)]
    fitting = [percent for percent in every if grim.matching_counts(str(percent), n, decimals)]
    assert grim.can_be_printed(n, decimals) == pytest.approx(len(fitting) / len(every))


def test_every_whole_percentage_can_be_printed_of_many():
    assert grim.can_be_printed(125) == 1 > grim.can_be_printed(48)
    with pytest.raises(ValueError, match="n must"):
        grim.can_be_printed(0)


def test_the_services_module_offers_the_same_two_functions():
    assert services.matching_counts is grim.matching_counts
    assert services.matching_denominators is grim.matching_denominators
