"""Many independent pieces of work on one core, on all, or on a cluster, and how far they have come."""

import sys
import time

import numpy as np


class Progress:
    """Show how far a long run has come; say nothing while it is short, or where nobody watches.

    Parameters
    ----------
    what : str
        What is counted.
    stream : file, optional
        Where to write; the standard error by default.
    after : float
        Seconds before the first word.
    clock : callable
        Returns seconds; for tests.

    Notes
    -----
    Somebody watches a terminal, and a notebook whose cells were started by a person. A notebook run by the build
    or by a test gets no line, so that its outputs stay the same.
    """

    def __init__(self, what="pieces of work", stream=None, after=2.0, clock=time.monotonic):
        self.what, self.stream, self.clock = what, stream or sys.stderr, clock
        self.next = clock() + after
        self.shown = False

    def __call__(self, done, total):
        """Write one line over the last one, a few times a second at most.

        Parameters
        ----------
        done, total : int
            How many are finished, of how many.
        """
        now, finished = self.clock(), done == total
        if now < self.next and not (finished and self.shown) or not _watched(self.stream):
            return
        self.stream.write(f"\r{self.what}: {done} of {total}" + ("\n" if finished else ""))
        self.stream.flush()
        self.shown, self.next = True, now + 0.2


def run(task, items, *arguments, n_jobs=None, progress=None, total=None):
    """Iterate over the task's result for each item, in the items' order.

    Parameters
    ----------
    task : callable
        ``task(item, *arguments)``, a pure function: it may run in another process, or on another machine.
    items : iterable
        One item a call; they are asked for as workers become free, so that not all need be there at once.
    *arguments
        Handed to every call.
    n_jobs : int, optional
        Number of workers as joblib has it, -1 for every core. By default what ``joblib.parallel_config`` says,
        and without one a plain loop that starts neither process nor thread.
    progress : callable, optional
        Called with how many results are there, and how many are expected; :class:`Progress` by default.
    total : int, optional
        How many items there are, for those that do not know it themselves.

    Yields
    ------
    object
        What `task` returned.
    """
    from joblib import Parallel, delayed

    say, total = progress or Progress(), len(items) if total is None else total
    results = Parallel(n_jobs=n_jobs, return_as="generator")(delayed(task)(item, *arguments) for item in items)
    for done, result in enumerate(results, 1):
        say(done, total)
        yield result


def streams(seed, count):
    """Give each piece of work a random stream of its own, made when it is asked for.

    Parameters
    ----------
    seed : int
        Seed of all the streams.
    count : int
        How many streams.

    Yields
    ------
    numpy.random.SeedSequence
        As ``numpy.random.SeedSequence(seed).spawn(count)`` lists them.
    """
    return (np.random.SeedSequence(seed, spawn_key=(child,)) for child in range(count))


def batches(items, size):
    """Cut a list into pieces of one size, the last of them shorter where it must be.

    Parameters
    ----------
    items : list
    size : int

    Returns
    -------
    list of list
    """
    return [items[start : start + size] for start in range(0, len(items), size)]


def _watched(stream):
    """Tell whether a person sees the stream: a terminal, or a notebook that could ask for input."""
    if stream.isatty():
        return True
    ipython = sys.modules.get("IPython")
    kernel = getattr(ipython.get_ipython(), "kernel", None) if ipython else None
    return bool(getattr(kernel, "_allow_stdin", False))
