"""The benchmark of the analyses: every way computes the same thing, and a smoke run; nothing rests on a time."""

import json

import pytest

from benchmarks import analyses, arrays, library, loops
from benchmarks.table import markdown

# Draws for a loop and for the others, and how far two means may be apart: five standard errors of the loop's, or so.
ENOUGH = {
    "probabilistic": (4000, 400_000, 0.01),
    "selection": (4000, 400_000, 0.01),
    "permutation": (1000, 40_000, 0.4),
    "queue": (60, 60, 0.9),
}


@pytest.mark.parametrize("name", ENOUGH)
def test_every_way_computes_the_same(name):
    few, many, apart = ENOUGH[name]
    expected = getattr(library, name)(many, 1)
    assert getattr(loops, name)(few, 2) == pytest.approx(expected, abs=apart)
    assert getattr(arrays, name)(many, 3) == pytest.approx(expected, abs=apart)


def test_a_smoke_run_fills_every_table():
    tables = {one["name"]: one for one in analyses.measure(quick=True)}
    assert set(tables) == {f"analyses-throughput-{name}" for name in ENOUGH} | {"analyses-limits", "analyses-largest"}
    for name in ENOUGH:
        rows = tables[f"analyses-throughput-{name}"]["rows"]
        assert [row["way"] for row in rows] == [*analyses.LIBRARY, analyses.ARRAYS, analyses.LOOP]
        assert all(row["rate"] > 0 and row["peak"] > 0 for row in rows)
    assert all(row["share"] > 0 for row in tables["analyses-limits"]["rows"])
    assert all("\n| " in markdown(one) for one in json.loads(json.dumps(list(tables.values()))))


def rows_of(way, *measured):
    return [{"name": "queue", "way": way, "draws": d, "seconds": s, "peak": p} for d, s, p in measured]


@pytest.mark.parametrize(
    ("way", "seconds", "peak", "beyond"),
    [
        (analyses.DASK, 8.9, 400, False),
        (analyses.DASK, 9.1, 400, True),
        (analyses.DASK, 0.1, 990, False),  # the library's memory does not grow
        (analyses.ARRAYS, 0.1, 180, False),
        (analyses.ARRAYS, 0.1, 200, True),
    ],
)
def test_a_way_goes_no_further_than_time_and_memory_allow(way, seconds, peak, beyond):
    rows = rows_of(analyses.ONE, (1000, 0.1, 100)) + rows_of(way, (1000, seconds, peak))
    assert analyses._beyond(rows, rows[-1], 10_000) == beyond


def test_a_way_that_got_no_further_is_not_tried_again(monkeypatch):
    """Each size takes ten times as long as the last; the fifth would take too long."""
    monkeypatch.setattr(
        analyses, "_run", lambda points, least: rows_of(points[0][1], (points[0][2], points[0][2] / 5e4, 100))
    )
    rows = [row for row in analyses._climb("queue") if row["way"] == analyses.DASK]
    assert [row["seconds"] for row in rows] == [0.02, 0.2, 2, 20, None]
