"""The front of each command: which checkout it works on, where a relative folder is meant, what the machine refuses."""

import atexit
import errno
import os
import shutil
import sqlite3
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

TIGHT = 100_000  # bytes: a disk with less is full
LONGEST = 70  # bytes of TMPDIR: a socket there may have a name of 107, of which its maker takes 32
KEEPING = ("IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")
FULL = {errno.ENOSPC, errno.EDQUOT}


def run(command, *words):
    """Run a command, and say in one line what the machine refuses it.

    Parameters
    ----------
    command : callable
        Returns an exit code.
    *words
        What it is called with.

    Returns
    -------
    int
        Its exit code; 2 where it cannot run here.
    """
    try:
        elsewhere = astray()
        if elsewhere:
            print(elsewhere, file=sys.stderr)
            return 2
        settle()
        code = command(*words)
        sys.stdout.flush()
        return code
    except BrokenPipeError:  # who read what was printed has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except Exception as error:
        said = refused(error)
        if not said:
            raise
        print(said, file=sys.stderr)
        return 2


def without_tables():
    """Say so where ``NEWPIP_DATA`` names a folder without tables, before anything is looked for in it.

    Returns
    -------
    str
        One line; empty where there are tables, or the book's own are used.
    """
    named = os.environ.get("NEWPIP_DATA")
    if not named or Path(named, "datapackage.json").exists():
        return ""
    return f"{named}: no datapackage.json is in it; a folder of tables was expected in NEWPIP_DATA"


def in_checkout():
    """Whether the book is around this module, and not only the tables that an installed package carries.

    Returns
    -------
    bool
    """
    return not Path(__file__).with_name("_data").is_dir()


def settle():
    """Make of the environment what all processes of a command can use, wherever they run."""
    if os.environ.get("NEWPIP_DATA"):  # it is meant from here, and chapters run in a folder of their own
        os.environ["NEWPIP_DATA"] = os.path.abspath(os.environ["NEWPIP_DATA"])
    if len(os.fsencode(tempfile.gettempdir())) > LONGEST:
        os.environ["TMPDIR"], tempfile.tempdir = "/tmp", None
    home = Path(os.path.expanduser("~"))
    nearest = next(place for place in (home, *home.parents) if place.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        place = tempfile.mkdtemp(prefix="newpip-home-")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        for name in KEEPING:
            os.environ.setdefault(name, place)


def refused(error):
    """Say what the machine refused, and what to do.

    Parameters
    ----------
    error : BaseException
        What a command ended with.

    Returns
    -------
    str
        One line; empty where `error` has another reason.
    """
    while error:
        cause = getattr(error, "orig", error)  # as SQLAlchemy hands on what SQLite said
        if isinstance(cause, OSError):
            return _of_the_machine(cause)
        if isinstance(cause, sqlite3.OperationalError):
            place = _full() or Path.cwd() / "_build"
            return f"{place}: {cause}; a disk with room, and the right to write there, were expected"
        error = error.__cause__
    return ""


def _of_the_machine(error):
    """Name the path and what to do about it."""
    place = error.filename2 or error.filename or (error.errno in FULL and _full()) or "this machine"
    place = os.fsdecode(place) if isinstance(place, (str, bytes, os.PathLike)) else place
    if error.errno in FULL:
        return f"{place}: the disk is full; make room there and try again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place}: {error.strerror}; the right to read it, and to write where files are made, was expected"
    return f"{place}: {error.strerror or error}; mend that and try again"


def _full():
    """Name the places where files are written that have no room left."""
    asked = (Path.cwd() / "_build", Path.cwd(), Path(tempfile.gettempdir()), Path(os.path.expanduser("~")))
    return ", ".join(str(one) for one in asked if one.is_dir() and shutil.disk_usage(one).free < TIGHT)


def astray():
    """Say so where the code is not that of the checkout one stands in: its environment came with a copy or a move.

    Returns
    -------
    str
        One line, with what to type; empty where all is well.
    """
    code = Path(__file__).resolve().parents[1]
    here, book = Path.cwd().resolve(), find_spec("newpip_book")
    if not in_checkout():
        return ""
    used = {code, Path(book.origin).resolve().parents[3]} if book else {code}
    if (here / "newpip" / "data.py").is_file() and used != {here}:
        other = next(iter(used - {here}))
        return f"{here}: its .venv is that of {other}, and would work on that; set it up here: make .venv/ready"
    return ""
