"""Let one command at a time write, and end all of it on a signal."""

import fcntl
import os
import signal
import sys

import psutil

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
    file or None
        What holds it, until it is closed or the process ends; None where another process has it.
    """
    BUILD.mkdir(exist_ok=True)
    held = open(BUILD / ".lock", "w")  # noqa: SIM115
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        held.close()
        return None
    return held


def install_signal_handlers():
    """Kill kernels and Sphinx workers on SIGINT, SIGTERM and SIGHUP."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _kill_children)


def _kill_children(number, frame):
    """End at once: stop the kernels and Sphinx, say so in one line. What was stored or published stays as it was."""
    for child in psutil.Process().children(recursive=True):
        child.kill()
    print(f"\n{signal.Signals(number).name}: stopped; every stored output is as it was.", file=sys.stderr, flush=True)
    os._exit(128 + number)
