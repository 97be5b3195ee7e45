"""Let one command at a time write, and end all of it on a signal."""

import os
import platform
import signal
import sys
from datetime import datetime

import psutil
from filelock import FileLock, Timeout

from newpip.files import write_atomic
from newpip_book.execution.signals import ENDING
from newpip_book.project import BUILD

HOLDER = ".lock-holder"


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
    since, verb = datetime.now().astimezone().strftime("%H:%M on %d %B"), " ".join(["newpip", *sys.argv[1:2]])
    write_atomic(BUILD / HOLDER, f"{verb}, process {os.getpid()} on {platform.node()}, since {since}")
    return lock


def busy():
    """Say which command holds the lock, and since when.

    Returns
    -------
    str
    """
    try:
        holder = (BUILD / HOLDER).read_text(encoding="utf-8")
    except OSError:  # it has only just begun
        holder = "another command"
    return f"{holder}, is at work on this book; wait for it to end."


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
