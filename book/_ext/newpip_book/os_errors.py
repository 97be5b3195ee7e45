"""Explain in one line what the operating system refused: a full disk, a missing right, a lost file."""

import errno
import os
import shutil
import sqlite3
import tempfile
from pathlib import Path

NO_ROOM = 100_000  # bytes: a disk with less is full
OPEN = 32  # what Windows says of a file that a program has open
FULL = {errno.ENOSPC, errno.EDQUOT}


def explain_os_error(error):
    """Say what the operating system refused, and what to do.

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
            return _explain(cause)
        if isinstance(cause, sqlite3.OperationalError):
            place = _full_places() or Path.cwd() / "_build"
            return f"{place}: {cause}; a disk with room, and the right to write there, were expected"
        error = error.__cause__
    return ""


def _explain(error):
    """Name the path and what to do about it."""
    place = error.filename2 or error.filename or (error.errno in FULL and _full_places()) or "this machine"
    place = os.fsdecode(place) if isinstance(place, (str, bytes, os.PathLike)) else place
    if error.errno in FULL:
        return f"{place}: the disk is full; make room there and try again"
    if getattr(error, "winerror", None) == OPEN:
        return f"{place}: {error.strerror}; close the program that has it open and try again"
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return f"{place}: {error.strerror}; the right to read it, and to write where files are made, was expected"
    return f"{place}: {error.strerror or error}; mend that and try again"


def _full_places():
    """Name the places where files are written that have no room left."""
    asked = (Path.cwd() / "_build", Path.cwd(), Path(tempfile.gettempdir()), Path(os.path.expanduser("~")))
    return ", ".join(str(one) for one in asked if one.is_dir() and shutil.disk_usage(one).free < NO_ROOM)
