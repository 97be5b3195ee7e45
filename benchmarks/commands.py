"""Run a command and time it; run the commands of this book."""

import os
import subprocess
import time

NEWPIP = "python -m newpip_book"  # what stands before each command of this book


class CommandError(RuntimeError):
    """A command failed; the message holds the end of its output."""


def run(command, folder, **settings):
    """Run a command to its end.

    Parameters
    ----------
    command : list of str or path
    folder : path
        Where to run it.
    **settings : str
        Environment variables, added to those of this process.

    Returns
    -------
    seconds : float
    output : str
        What it printed.

    Raises
    ------
    CommandError
        When its exit code is not 0.
    """
    began = time.perf_counter()
    done = subprocess.run(
        command, cwd=folder, env=os.environ | settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, errors="replace", check=False,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    if done.returncode:
        words = " ".join(map(str, command))
        raise CommandError(f"{words} ended with {done.returncode}; 0 was expected:\n{done.stdout[-2000:]}")
    return seconds, done.stdout
