"""What one saved sentence costs while ``make live`` runs: from the save until the page is told to reload."""

import os
import subprocess
import sys
import time
from urllib.error import URLError
from urllib.request import urlopen

import psutil
from websockets.sync.client import connect

from benchmarks import books
from benchmarks.measure import CommandError, Cost, Peak

PATIENCE = 300  # seconds


def sentence(folder, chapter, word, **settings):
    """Start ``make live`` on a copy of the book, add a sentence to a chapter, and measure until its page is new.

    Parameters
    ----------
    folder : path
        The copy.
    chapter : pathlib.Path
    word : str
        To be in the sentence.
    **settings : str
        Environment variables, added to those of this process.

    Returns
    -------
    benchmarks.measure.Cost
        What it said is the chapter's page as served afterwards.

    Raises
    ------
    CommandError
        When it does not begin to serve.
    """
    command = [sys.executable, "-m", "newpip_book", "live"]
    with subprocess.Popen(
        command, cwd=folder, env=os.environ | settings, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        try:
            address = _address(process)
            with connect(f"{address.replace('http', 'ws')}/saved") as told, Peak(process.pid) as memory:
                before, began = _used(process.pid), time.perf_counter()
                books.add_sentence(chapter, word)
                told.recv(timeout=PATIENCE)
                wall, cpu = time.perf_counter() - began, _used(process.pid) - before
            page = urlopen(f"{address}/chapters/{chapter.stem}.html").read().decode()
        finally:
            process.terminate()
    return Cost(wall, cpu, memory.megabytes, page)


def _address(process):
    """Wait until it serves, and return where."""
    line = process.stdout.readline()
    if "http://" not in line:
        raise CommandError(f"make live said {line!r}; its address was expected")
    address = "http://" + line.split("http://")[1].split(";")[0]
    for _ in range(100 * PATIENCE):
        try:
            urlopen(address)
        except URLError as error:
            if getattr(error, "code", None):  # it answers: there is no page of that name
                break
            time.sleep(0.01)
        else:
            break
    return address


def _used(pid):
    """Return the processor seconds of a process and of those children of it that have ended."""
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system + times.children_user + times.children_system
