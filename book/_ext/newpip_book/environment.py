"""Prepare a command's environment: absolute paths, folders that can be written, the code of this checkout."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import newpip

LONGEST = 70  # bytes of TMPDIR: a socket there may have a name of 107, of which its maker takes 32
HOMES = ("IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")


def foreign_environment():
    """Say so where the code is not that of the checkout one stands in: its environment came with a copy or a move.

    Returns
    -------
    str
        One line, with what to type; empty where all is well.
    """
    library = Path(newpip.__file__).resolve().parent
    if (library / "_data").is_dir():  # an installed package, which no checkout is the home of
        return ""
    here, used = Path.cwd().resolve(), {library.parent, Path(__file__).resolve().parents[3]}
    if (here / "newpip" / "data.py").is_file() and used != {here}:
        other = next(iter(used - {here}))
        return f"{here}: its .venv is that of {other}, and would work on that; set it up here: make .venv/ready"
    return ""


def prepare_environment():
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
        for name in HOMES:
            os.environ.setdefault(name, place)
