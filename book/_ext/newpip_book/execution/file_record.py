"""Record, in a chapter's kernel, which files of the project it opens to read, and in which cell."""

import json
import os
import sys
from importlib.util import source_from_cache

EVENTS = {"open", "sqlite3.connect"}


def start(record, *folders):
    """Record from now to the end of the process: a line of JSON for each cell that begins, and each file.

    Parameters
    ----------
    record : str
        The file to write; what is in it is whole however the process ends.
    *folders : str
        Files outside these are not recorded, nor are those of the Python that runs.
    """
    from IPython import get_ipython

    book = os.open(record, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    within = tuple(os.path.join(place, "") for folder in folders for place in (folder, os.path.realpath(folder)))
    without = os.path.join(os.path.realpath(sys.prefix), "")
    seen, asked = set(), set()

    def write(**line):
        os.write(book, f"{json.dumps(line)}\n".encode())

    def audit(event, arguments):
        if event not in EVENTS or not isinstance(arguments[0], (str, bytes, os.PathLike)):
            return
        name = os.fsdecode(arguments[0])
        if name in asked or "\0" in name or (event == "open" and not _reads(*arguments[1:3])):
            return
        path = _source(os.path.realpath(name))
        inside = path.startswith(within) or os.path.abspath(name).startswith(within)  # a link may lead out
        if inside and not path.startswith(without) and path not in seen:
            seen.add(path)
            write(file=path)
        if os.path.isabs(name):  # what is asked for a thousand times is looked at once
            asked.add(name)

    get_ipython().events.register("pre_run_cell", lambda cell: write(cell=True))
    sys.addaudithook(audit)


def _reads(mode, flags):
    """Tell whether a file is opened to be read, at least."""
    if isinstance(mode, str):
        return "r" in mode or "+" in mode
    return flags & os.O_ACCMODE != os.O_WRONLY


def _source(path):
    """Return the module that Python reads in its compiled form."""
    try:
        return source_from_cache(path) if path.endswith(".pyc") else path
    except ValueError:
        return path


def read(record):
    """Read what was recorded.

    Parameters
    ----------
    record : pathlib.Path

    Returns
    -------
    begun : int
        How many cells began.
    files : dict of str to int
        From each file to the number of the cell that was running; 0 before the first.
    """
    begun, files = 0, {}
    for line in record.read_text(encoding="utf-8").splitlines() if record.is_file() else ():
        said = json.loads(line)
        if "cell" in said:
            begun += 1
        else:
            files[said["file"]] = begun
    return begun, files
