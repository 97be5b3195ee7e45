"""Counts by the month: growth without the season, the season without growth, and the queue from its arrivals."""

import numpy as np
import pandas as pd
import pytest

from newpip import season


def frame(referrals, first="2022-01", **columns):
    months = pd.period_range(first, periods=len(referrals), freq="M").astype(str)
    return season.by_month(pd.DataFrame({"month": months, "referrals": referrals, **columns}))


def test_growth_sets_a_year_against_the_one_before():
    found = season.growth(frame([10] * 12 + [20] * 12))
    assert (found["before"], found["after"], found["ratio"]) == (120, 240, 2)
    assert found["low"] < 2 < found["high"] and found["low"] == pytest.approx(1.60, abs=0.01)
    assert season.growth_said(found) == "are 100% more than those of the twelve before (240 after 120)"
    assert season.growth_said(season.growth(frame([20] * 12 + [10] * 12))).startswith("are 50% fewer")
    assert "no more than chance" in season.growth_said(season.growth(frame([10] * 24)))
    assert "not so many months" in season.growth_said(season.growth(frame([10] * 23)))
    assert "too few" in season.growth_said(season.growth(frame([0] * 23 + [3])))


def test_a_season_is_told_and_steady_growth_is_none():
    wave = [round(60 + 30 * np.cos(2 * np.pi * at / 12)) for at in range(36)]
    found = season.season(frame(wave))
    assert found["index"].iloc[0] == pytest.approx(1.5, abs=0.05) and found["p"].iloc[0] < 1e-6
    assert "July fewest" in season.season_said(found)
    rising = season.season(frame([round(40 * 1.5 ** (at / 12)) for at in range(36)]))
    assert "no more than chance" in season.season_said(rising) and rising["index"].between(0.9, 1.1).all()


@pytest.mark.parametrize("counts", [[5], [30] * 23, [1] * 24, [0] * 24])
def test_few_months_or_few_referrals_tell_no_season(counts):
    assert "cannot be told apart" in season.season_said(season.season(frame(counts)))


def test_the_queue_follows_from_arrivals_as_they_were():
    counted = frame([5] * 3, families=[2, 3, 4], families_referred=[4, 4, 4], waiting=[7, 8, 8])
    assert season.queue(counted)["waiting"].tolist() == [7, 8, 8]
    assert season.queue_said(counted) == "counted in every month"
    partly = counted.assign(waiting=pd.array([7, pd.NA, pd.NA], dtype="Int64"))
    assert season.queue(partly)["waiting"].tolist() == [7, 8, 8] and "between them" in season.queue_said(partly)
    bare = counted.drop(columns=["waiting", "families_referred"])
    assert season.queue(bare)["waiting"].tolist() == [3, 5, 6] and "each taken to be a family" in season.queue_said(
        bare
    )


def test_years_are_added_up_with_their_months():
    years = season.yearly(frame([1] * 15, "2022-11"))
    assert years.to_numpy().tolist() == [["2022", 2, 2], ["2023", 12, 12], ["2024", 1, 1]]
