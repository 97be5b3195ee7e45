"""Let one command at a time write, and end all of it on a signal."""

import os
import signal
import sys

import psutil
from filelock import FileLock, Timeout

from newpip_book.execution.signals import ENDING
from newpip_book.project import BUILD

BUSY = "Another build or refresh of this book is under way; wait for it to end."


def acquire_lock(wait=False):
    """Take the lock that every command that writes has to hold.

    Parameters
    ----------
    wait : bool
        Whether to wait until it is free.

    Returns
    -------
    filelock.FileLock or None
        It is held until it is released or the process ends; None where another process has it.
    """
    BUILD.mkdir(exist_ok=True)
    lock = FileLock(BUILD / ".lock")
    try:
        lock.acquire(timeout=-1 if wait else 0)
    except Timeout:
        return None
    return lock


def install_signal_handlers():
    """Kill kernels and Sphinx workers on every signal by which this system asks a program to end."""
    for number in ENDING:
        signal.signal(number, _kill_children)


def _kill_children(number, frame):
    """End at once: stop the kernels and Sphinx, say so in one line. What was stored or published stays as it was."""
    for child in psutil.Process().children(recursive=True):
        child.kill()
    said = f"\n{signal.Signals(number).name}: stopped; every stored output is as it was."
    print(said, file=sys.__stderr__, flush=True)  # while Sphinx runs, sys.stderr is kept for its warnings
    os._exit(128 + number)
