"""What a command costs: wall clock, processor time and peak memory, of it and of all that it starts."""

import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from dataclasses import dataclass

import psutil

EVERY = 0.25  # seconds between two looks at the memory
SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER of Linux


class CommandError(RuntimeError):
    """A measured command failed; the message holds what it said last."""


@dataclass(frozen=True)
class Cost:
    """What one run of a command took.

    Attributes
    ----------
    wall, cpu : float
        Seconds of the clock, and of all processors together.
    peak : float
        The most memory held at once by the command and its descendants, in megabytes; pages that they share count
        once (PSS) where the system says so, else those of each process alone (USS).
    said : str
        What it printed.
    """

    wall: float
    cpu: float
    peak: float
    said: str


def run(command, folder, codes=(0,), **settings):
    """Run a command to its end and measure it; this process is to start no other meanwhile.

    Parameters
    ----------
    command : list of str
    folder : path
        Where to run it.
    codes : tuple of int
        Exit codes that count as success.
    **settings : str
        Environment variables, added to those of this process.

    Returns
    -------
    Cost

    Raises
    ------
    CommandError
        When the exit code is another.
    """
    _adopt_orphans()
    others, before, began = _children(), _used(), time.perf_counter()
    process = subprocess.Popen(
        [str(word) for word in command], cwd=folder, env=os.environ | settings, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
    )  # fmt: skip
    with Peak(process.pid) as memory:
        said = process.communicate()[0]
    wall = time.perf_counter() - began
    _await_orphans(others)
    if process.returncode not in codes:
        raise CommandError(f"{' '.join(map(str, command))} ended with {process.returncode}:\n{said[-2000:]}")
    return Cost(wall, _used() - before, memory.megabytes, said)


def _adopt_orphans():
    """Become the parent of whatever a command leaves behind, so that its processor time is counted too (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(SUBREAPER, 1, 0, 0, 0)


def _children():
    """Return the ids of the children of this process."""
    return {child.pid for child in psutil.Process().children()}


def _await_orphans(others):
    """Wait until nothing that the command left behind runs any more; `others` were there before."""
    while left := _children() - others:
        for pid in left:
            os.waitpid(pid, 0)


def _used():
    """Return the processor seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Peak:
    """Look at a process and its descendants from time to time and keep the most memory they held at once."""

    def __init__(self, pid):
        self.pid, self.megabytes, self.ended = pid, 0.0, threading.Event()
        self.thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *error):
        self.ended.set()
        self.thread.join()

    def _watch(self):
        while not self.ended.wait(EVERY):
            self.megabytes = max(self.megabytes, _held(self.pid))


def _held(pid):
    """Return the megabytes that a process and its descendants hold now; those that just ended count as nothing."""
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    total = 0
    for one in family:
        try:
            memory = one.memory_full_info()
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
        total += getattr(memory, "pss", memory.uss)
    return total / 1e6
