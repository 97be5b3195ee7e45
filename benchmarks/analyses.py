"""How fast the analyses draw, and in how much memory: on one core, on all, on Dask, and beside simpler ways.

``python -m benchmarks.analyses POINTS LEAST`` times some of them in a process of its own: POINTS is JSON, a list of
lists of an analysis, a way and a number of draws; each is run for LEAST seconds, or once if that takes longer.
"""

import json
import logging
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from statistics import median

import numpy as np

from benchmarks import arrays, cases, library, loops
from benchmarks import measure as costs
from benchmarks.table import table

ROOT = Path(__file__).parents[1]
CORES = os.cpu_count()
ONE, ALL, DASK = "library, one core", "library, all cores", "library, Dask"
ARRAYS, LOOP = "numpy, all draws at once", "a loop"
LIBRARY = ONE, ALL, DASK
LARGEST = 10**8
LEAST = 1.0  # seconds for which the shorter measurements are repeated
LONGEST = 90.0  # seconds that a measurement may be expected to take
MOST = 1000  # megabytes
COPIED = 256  # megabytes copied to measure how fast memory is

ANALYSES = {
    "probabilistic": {
        "title": "Probabilistic sensitivity analysis",
        "draw": "one draw of dropout, benefit and difference, and the overall share that follows",
        "looped": 100_000,
        "first": 10_000,
        "smallest": 1000,
        "piece": 100_000,
        "bytes": 64,
        "moved": "three drawn numbers and one share",
    },
    "selection": {
        "title": "Selection model",
        "draw": "one evaluation of the model, which is a formula, at an observed share and a strength of selection; "
        "both are drawn for it, which is timed too",
        "looped": 100_000,
        "first": 10_000,
        "smallest": 1000,
        "piece": library.PIECE,
        "bytes": 48,
        "moved": "two drawn numbers and one share",
    },
    "queue": {
        "title": "Queueing replications",
        "draw": f"one replication: about {cases.FAMILIES} families in {cases.MONTHS} months, counted every month",
        "looped": 1000,
        "first": 1000,
        "smallest": 5,
        "piece": 2,
        "bytes": 2 * 8 * (3 * cases.FAMILIES + 4 * cases.MONTHS),
        "moved": "three drawn numbers a family and four counts a month",
    },
}
NOTES = {
    "probabilistic": "The loop is plain Python.",
    "selection": "The loop is plain Python.",
    "queue": "The library lets SimPy play out every event, which anyone can check against its documentation. The loop "
    "settles each family in turn, gives the same bits for the same draws, and is quicker; it serves as a check.",
}


def measure(quick=False):
    """Time the analyses at growing numbers of draws.

    Parameters
    ----------
    quick : bool
        Run each once, at the smallest size, all in one process.

    Returns
    -------
    list of dict
        Tables (:func:`benchmarks.table.table`).
    """
    rows = _smallest() if quick else [row for name in ANALYSES for row in _climb(name)]
    speeds = {cores: bandwidth(cores, COPIED) for cores in (1, CORES)}
    return [*(_throughput(name, rows) for name in ANALYSES), _limits(rows, speeds), _largest(rows)]


def bandwidth(threads, megabytes):
    """Measure how fast this machine copies memory, as the copy of STREAM does.

    Parameters
    ----------
    threads : int
    megabytes : int
        Size of what is copied; far more than the caches hold.

    Returns
    -------
    float
        Bytes a second, those read and those written: the best of five copies.
    """
    source = np.ones(megabytes * 125_000)
    target = np.zeros_like(source)
    pairs = list(zip(np.array_split(target, threads), np.array_split(source, threads), strict=True))
    with ThreadPoolExecutor(threads) as pool:
        took = [_clock(lambda: list(pool.map(lambda pair: np.copyto(*pair), pairs))) for _ in range(5)]
    return 2 * source.nbytes / min(took)


def _smallest():
    """Run everything once, the ways one after the other."""
    return _run([(name, way, one["smallest"]) for way in (*LIBRARY, ARRAYS, LOOP) for name, one in ANALYSES.items()], 0)


def _climb(name):
    """Measure one analysis at growing sizes, as far as each way gets, and say at which size it got no further."""
    rows = _run([(name, LOOP, ANALYSES[name]["looped"])], LEAST)
    draws = ANALYSES[name]["first"]
    while draws <= LARGEST:
        for way in (*LIBRARY, ARRAYS):
            last = next((row for row in reversed(rows) if row["way"] == way), None)
            if last and last["seconds"] is None:
                continue
            if last and _beyond(rows, last, draws):
                rows.append({"name": name, "way": way, "draws": draws, "seconds": None, "peak": None})
            else:
                rows += _run([(name, way, draws)], LEAST)
        draws *= 10
    return rows


def _beyond(rows, last, draws):
    """Tell whether a way would take too long, or too much memory, judging by its last size."""
    more = draws / last["draws"]
    start = next(row["peak"] for row in rows if row["way"] == ONE)  # before there are draws to hold
    held = start + more * (last["peak"] - start) if last["way"] == ARRAYS else 0
    return last["seconds"] * more > LONGEST or held > MOST


def _run(points, least):
    """Time some points in a process of its own; the peak is that of the process and its workers."""
    command = [sys.executable, "-m", "benchmarks.analyses", json.dumps(points), least]
    cost = costs.run(command, ROOT)
    [took] = [json.loads(line) for line in cost.said.splitlines() if line.startswith("[")]
    keys = [dict(zip(("name", "way", "draws"), point, strict=True)) for point in points]
    return [{**key, "seconds": one, "peak": cost.peak} for key, one in zip(keys, took, strict=True)]


def _time(points, least):
    """Time each point once its workers have started: the median over repeats."""
    took = []
    for way, group in groupby(points, key=lambda point: point[1]):
        with _working(way) as options:
            for name, _, draws in group:
                ready = 2 * CORES * ANALYSES[name]["piece"] if way in (ALL, DASK) else ANALYSES[name]["smallest"]
                work = getattr({ARRAYS: arrays, LOOP: loops}.get(way, library), name)
                work(ready, cases.SEED, **options)
                took.append(_repeated(lambda: work(draws, cases.SEED, **options), least))  # noqa: B023
    return took


def _repeated(work, least):
    """Return the median time of a piece of work repeated for some seconds, and run at least once."""
    took = [_clock(work)]
    while sum(took) < least:
        took.append(_clock(work))
    return median(took)


def _clock(work):
    """Return the seconds that a piece of work takes."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


@contextmanager
def _working(way):
    """Start the workers of a way and yield what the analysis has to be told."""
    if way != DASK:
        yield {ONE: {"n_jobs": 1}, ALL: {"n_jobs": -1}}.get(way, {})
        return
    from distributed import Client, LocalCluster
    from joblib import parallel_config

    options = {"host": "127.0.0.1", "dashboard_address": "127.0.0.1:0", "silence_logs": logging.ERROR}
    cluster = LocalCluster(n_workers=CORES, threads_per_worker=1, **options)
    with cluster, Client(cluster), parallel_config(backend="dask"):
        yield {}


def _rate(row):
    """Return draws a second, where there were any."""
    return row["draws"] / row["seconds"] if row["seconds"] else None


def _done(rows, name, way):
    """Return the measurements of one analysis done one way, the largest last."""
    chosen = [row for row in rows if (row["name"], row["way"]) == (name, way) and row["seconds"]]
    return sorted(chosen, key=lambda row: row["draws"])


def _throughput(name, rows):
    """Tabulate how fast one analysis draws, by size and way."""
    base = _done(rows, name, ONE)
    told = []
    for row in (row for row in rows if row["name"] == name):
        near = min(base, key=lambda one: abs(np.log(one["draws"] / row["draws"])))
        rate = _rate(row)
        ratio = rate / _rate(near) if rate else None
        told.append({**{key: row[key] for key in ("draws", "way", "seconds", "peak")}, "rate": rate, "ratio": ratio})
    columns = {
        "draws": "Draws",
        "way": "Way",
        "seconds": "Seconds",
        "rate": "Draws a second",
        "ratio": "Over the library on one core",
        "peak": "Peak memory (MB)",
    }
    one = ANALYSES[name]
    caption = (
        f"{one['title']}. A draw is {one['draw']}. {NOTES[name]} The loop's speed does not depend on the size, so it "
        "is timed at one size. Each row is a process of its own. Imports and the start of workers are not timed; what "
        "takes less than a second is repeated for one, and the median given. The ratio is to the library on one core, "
        "at that size or the nearest that it was run at. Memory is that of all processes, Python and its libraries "
        f"included. A way ends in a dash where it could be expected to take more than {LONGEST:.0f} seconds or, with "
        f"all draws at once, more than {MOST} MB. All cores are {CORES}."
    )
    drawn = {"x": "draws", "y": "rate", "by": "way"}
    return table(f"analyses-throughput-{name}", caption, columns, told, drawn=drawn)


def _limits(rows, speeds):
    """Set the library beside what memory could move."""
    told = []
    for name, one in ANALYSES.items():
        alone, together = (_rate(_done(rows, name, way)[-1]) for way in (ONE, ALL))
        told.append(
            {
                "analysis": one["title"],
                "moved": one["moved"],
                "bytes": one["bytes"],
                "limit": speeds[1] / one["bytes"],
                "share": 100 * alone * one["bytes"] / speeds[1],
                "limit_all": speeds[CORES] / one["bytes"],
                "share_all": 100 * together * one["bytes"] / speeds[CORES],
            }
        )
    columns = {
        "analysis": "Analysis",
        "moved": "What a draw moves at least",
        "bytes": "Bytes a draw",
        "limit": "Limit, one core (draws a second)",
        "share": "Reached, one core (%)",
        "limit_all": "Limit, all cores (draws a second)",
        "share_all": "Reached, all cores (%)",
    }
    caption = (
        f"How far memory is from holding the analyses back. A copy of {COPIED} MB, as in STREAM, moves "
        f"{speeds[1] / 1e9:.1f} GB a second on one core and {speeds[CORES] / 1e9:.1f} on all {CORES}, counting what is "
        "read and what is written: the best of five. A program that keeps all draws writes each number once and reads "
        "it once, 8 bytes each way unless said otherwise; that is the least it moves. The library works in pieces that "
        "the caches hold and moves less, so the limit does not bind it: a small share says that drawing and computing "
        "take the time, not memory. The speeds are those of the largest size that was run."
    )
    return table("analyses-limits", caption, columns, told)


def _largest(rows):
    """Tell how far each analysis got, and in how much memory."""
    told = []
    for name, one in ANALYSES.items():
        for way in LIBRARY:
            done = _done(rows, name, way)
            peak = max(row["peak"] for row in done)
            told.append(
                {
                    "analysis": one["title"],
                    "way": way,
                    "draws": done[-1]["draws"],
                    "seconds": done[-1]["seconds"],
                    "first": done[0]["peak"],
                    "peak": peak,
                    "under": peak < MOST,
                    "minutes": LARGEST / _rate(done[-1]) / 60,
                }
            )
    columns = {
        "analysis": "Analysis",
        "way": "Way",
        "draws": "Most draws",
        "seconds": "Seconds",
        "first": "Peak memory at the fewest draws (MB)",
        "peak": "Peak memory at any size (MB)",
        "under": f"Under {MOST} MB",
        "minutes": f"Minutes for {LARGEST:,} draws at this speed",
    }
    caption = (
        f"The most draws that could be expected to take up to {LONGEST:.0f} seconds, and the most memory held at once: "
        "that of the process and its workers, Python and the libraries included, looked at four times a second. Draws "
        "are summed up piece by piece and let go, so memory stays where it is however many there are. The queue is "
        "summed up in parts of 10,000 replications; whoever keeps every month of each needs 2 kB a replication."
    )
    return table("analyses-largest", caption, columns, told)


if __name__ == "__main__":
    print(json.dumps(_time(json.loads(sys.argv[1]), float(sys.argv[2]))))
