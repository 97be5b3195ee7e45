"""The analyses as the library does them, in pieces: each returns one number, as a loop does, with any workers."""

import numpy as np

from benchmarks import cases
from newpip import capacity, dropout, workers

PIECE = 100_000  # draws of the selection model at a time


def probabilistic(draws, seed, n_jobs=None):
    """Return the mean share who benefited of all who started.

    Parameters
    ----------
    draws, seed : int
    n_jobs : int, optional
        As in :func:`newpip.workers.run`.

    Returns
    -------
    float
    """
    counts = cases.BENEFITED, cases.ASKED, cases.LOST, cases.STARTED
    return dropout.probabilistic(*counts, draws, seed, *cases.DELTA, n_jobs=n_jobs).mean


def selection(draws, seed, n_jobs=None):
    """Return the mean true share behind the observed one.

    Parameters
    ----------
    draws, seed : int
    n_jobs : int, optional
        As in :func:`newpip.workers.run`.

    Returns
    -------
    float

    Notes
    -----
    The library's model is a formula and draws nothing: here it is handed draws, piece by piece.
    """
    sizes = [min(PIECE, draws - start) for start in range(0, draws, PIECE)]
    tasks = zip(workers.streams(seed, len(sizes)), sizes, strict=True)
    return sum(workers.run(_selected, tasks, n_jobs=n_jobs, total=len(sizes))) / draws


def _selected(task):
    """Sum the true shares of one piece."""
    seed, size = task
    rng = np.random.default_rng(seed)
    observed = rng.beta(cases.BENEFITED + 0.5, cases.ASKED - cases.BENEFITED + 0.5, size)
    return float(dropout.selection_true_share(observed, rng.lognormal(*cases.PSI, size)).sum())


def queue(draws, seed, n_jobs=None):
    """Return the mean wait at the end of the last month.

    Parameters
    ----------
    draws, seed : int
    n_jobs : int, optional
        As in :func:`newpip.workers.run`.

    Returns
    -------
    float
        Months.
    """
    parts = capacity.parts(cases.TEAM, draws, seed, n_jobs=n_jobs)
    return float(sum(part.loc[part["month"] == cases.MONTHS, "wait"].sum() for part in parts) / draws)
