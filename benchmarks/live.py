"""Time a saved sentence under ``make live``, from the save until the page is told to reload."""

import os
import re
import shlex
import subprocess
import time
from urllib.request import urlopen

from websockets.sync.client import connect

from benchmarks.commands import NEWPIP, CommandError
from benchmarks.edits import add_text

NAME = "this book, with make live"
PATIENCE = 300  # seconds


def save_sentence(folder, chapter, word, **settings):
    """Serve a copy of the book live, add a sentence to a chapter, and wait for its page.

    Parameters
    ----------
    folder : pathlib.Path
        The copy.
    chapter : str
    word : str
        To be in the sentence.
    **settings : str
        Environment variables, added to those of this process.

    Returns
    -------
    seconds : float
    page : str
        The chapter's page as served afterwards.

    Raises
    ------
    CommandError
        When it does not begin to serve.
    """
    command, environment = shlex.split(f"{NEWPIP} live"), os.environ | settings
    quiet = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL, "text": True}
    with subprocess.Popen(command, cwd=folder, env=environment, **quiet) as process:
        try:
            site = _address(process)
            with connect(f"ws://{site}/saved", open_timeout=PATIENCE) as reload:
                began = time.perf_counter()
                add_text(folder / "chapters" / f"{chapter}.ipynb", "markdown", -1, f"\nIts last word is {word}.")
                reload.recv(timeout=PATIENCE)
                seconds = time.perf_counter() - began
            return seconds, urlopen(f"http://{site}/chapters/{chapter}.html").read().decode()
        finally:
            process.terminate()


def _address(process):
    """Wait until the server names its address, and return it."""
    line = process.stdout.readline()
    found = re.search(r"http://([\d.]+:\d+)", line)
    if not found:
        raise CommandError(f"make live said {line!r}; its address was expected")
    return found[1]
