"""Hands a reader's files to a function of the book, and lets a program run on the tables that it makes of them."""

import contextlib
import os
import tempfile
from importlib import import_module
from pathlib import Path

PLACE = "NEWPIP_DATA"  # where newpip.data looks first


def over(call, files):
    """Hand files to a function.

    Parameters
    ----------
    call : str
        The function, as ``module:name``. It takes a dict of str to bytes, by the name of each file, and returns one
        with ``tables``, from the name of a file to its text, and whatever else the page is told.
    files : iterable of (str, buffer)

    Returns
    -------
    dict
    """
    module, _, name = call.partition(":")
    return dict(getattr(import_module(module), name)({name: bytes(content) for name, content in files}))


@contextlib.contextmanager
def in_place_of_the_books(tables):
    """Let :mod:`newpip.data` find these tables in place of the book's.

    Parameters
    ----------
    tables : dict of str to str
    """
    before = os.environ.get(PLACE)
    with tempfile.TemporaryDirectory() as folder:
        for name, text in tables.items():
            Path(folder, name).write_text(text, encoding="utf-8", newline="")
        os.environ[PLACE] = folder
        try:
            yield
        finally:
            os.environ.pop(PLACE)
            if before is not None:
                os.environ[PLACE] = before
