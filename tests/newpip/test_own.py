"""Every honest service gets its page, and each statement on it fits what was counted."""

import warnings
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings

from newpip import own, publish, schema, workbook
from tests.newpip.odd_services import page, services, workbook_of

UNCHECKED = {"suppress_health_check": list(HealthCheck), "database": None}


def held(service, folder, monkeypatch):
    """Import a service, run its page, and hold what it says to what was counted."""
    title, sheets = service
    found = workbook.read({"service.xlsx": workbook_of(title, sheets)})
    workbook.write(folder, found.files())
    assert found.title == title and schema.check(folder, "it") == []
    with warnings.catch_warnings():
        warnings.simplefilter("error", RuntimeWarning)
        warnings.simplefilter("error", UserWarning)
        said, captions = page(folder, monkeypatch)
    counts = [count for _, count in sheets["referrals"]]
    first, last = counts[0], counts[-1]
    assert said["own.first"] == f"{first:,}" and said["own.last"] == f"{last:,}"
    direction = said["own.direction"]
    assert ("rose" in direction and "double" in direction) <= (last > 0 and "halve in" not in direction)
    assert ("fell" in direction) <= ("double in" not in direction)
    assert first + last >= own.FEW or direction.startswith("are too few to say")
    assert "nan" not in " ".join([*said.values(), *captions]) and "inf " not in " ".join(said.values())
    return said


def quick(monkeypatch):
    """Leave out the picture for print, which takes most of the time."""
    monkeypatch.setattr(publish, "_png", lambda fig: b"")


@settings(max_examples=15, **UNCHECKED)
@given(services())
@pytest.mark.slow
def test_a_page_for_any_service(service):
    import tempfile

    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory() as folder:
        quick(monkeypatch)
        held(service, Path(folder), monkeypatch)


@pytest.mark.night
@settings(max_examples=500, **UNCHECKED)
@given(services())
def test_a_page_for_five_hundred_services(service):
    import tempfile

    with pytest.MonkeyPatch.context() as monkeypatch, tempfile.TemporaryDirectory() as folder:
        quick(monkeypatch)
        held(service, Path(folder), monkeypatch)


def counts(*referrals, first=2020):
    return pd.DataFrame({"year": range(first, first + len(referrals)), "referrals": referrals})


@pytest.mark.parametrize(
    ("referrals", "months", "said"),
    [
        ((100, 200), 12, "rose by 100.0% a year on average, a pace at which they would double in 1.0 years"),
        ((400, 300, 100), 12, "fell by 50.0% a year on average, a pace at which they would halve in 1.0 years"),
        (
            (100, 104),
            12,
            "changed by no more than chance alone could explain, so no time to double or to halve follows",
        ),
        ((50, 100), 6, "changed by no more than chance alone could explain, so no time to double or to halve follows"),
        ((3, 4), 12, "are too few to say whether they rose or fell: 3 and 4"),
        ((0, 40), 12, "rose from none, so no yearly share can be given"),
        ((40, 7, 0), 12, "fell to none, so no yearly share can be given"),
        (
            (10_000_000, 10_050_000),
            12,
            "rose by 0.5% a year on average, a pace at which they would double in more than 100 years",
        ),
    ],
)
def test_the_direction_fits_the_counts(referrals, months, said):
    assert own.direction(counts(*referrals), months) == said


def test_a_count_of_nought_leaves_the_next_year_without_a_share():
    steps = own.by_year(counts(0, 0, 4), 12)
    assert steps["ratio"].isna().all() and steps["growth"].isna().all()
    assert steps["low"].iloc[2] == pytest.approx(4**0 * own.by_year(counts(0, 4), 12)["low"].iloc[1])


@pytest.mark.parametrize(
    ("start", "end", "months"),
    [
        ("2024-01-01", "2024-12-31", 12),
        ("2023-06-15", "2024-06-14", 12),
        ("2024-02-01", "2024-02-29", 1),
        ("2024-01-01", "2024-01-15", 15 / 30.4375),
    ],
)
def test_a_span_is_counted_in_months(start, end, months):
    assert own.span_months(pd.Timestamp(start), pd.Timestamp(end)) == pytest.approx(months)


def test_the_window_is_set_against_the_years():
    def said(start, end, begins=1):
        return own.window_said(pd.Timestamp(start), pd.Timestamp(end), (2020, 2022), begins)

    assert said("2020-01-01", "2022-12-31") == "lies within these years"
    assert said("2022-06-01", "2023-03-31").startswith("lies partly outside")
    assert said("2022-06-01", "2023-03-31", 4) == "lies within these years"
    assert said("2023-01-01", "2023-12-31").startswith("lies outside")


def test_the_months_of_the_first_year_follow_from_the_first_referral():
    def service(opened, begins=1):
        rows = {"accepts_referrals_from": (float("nan"), opened), "year_begins": (begins, "")}
        return pd.DataFrame.from_dict(rows, orient="index", columns=["value", "text"])

    assert own.months_open(service("2020-05"), 2020) == 8
    assert own.months_open(service("2019-05"), 2020) == own.months_open(service(""), 2020) == 12
    assert own.months_open(service("2020-06", 4), 2020) == 10 and own.months_open(service("2021-02", 4), 2020) == 2
    assert own.named([2019, 2099], 4) == ["2019/20", "2099/00"]
