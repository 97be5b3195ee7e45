"""Prepare a command's environment: absolute paths, folders that can be written, nothing that this machine adds."""

import atexit
import codecs
import locale
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import newpip
from newpip import data

LONGEST = 70  # bytes of TMPDIR: a socket there may have a name of 107, of which its maker takes 32
HOMES = ("IPYTHONDIR", "MPLCONFIGDIR", "JUPYTER_RUNTIME_DIR", "JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR")
# By what a machine makes Python and the libraries of chapters and pages work otherwise: variables that begin so.
ADDED = (
    *("PYTHON", "IPYTHON", "JUPYTER", "MPL", "MATPLOTLIB", "PANDAS", "NUMEXPR", "NPY_", "NUMPY", "SEABORN", "JOBLIB"),
    *("LC_", "LANGUAGE", "DOCUTILS", "SPHINX", "SCIPY", "PYDEVD"),
)
HARMLESS = {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
# The same on every machine; Python shuffles no set, and reads no file otherwise than as UTF-8.
FIXED = {
    **{"LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "TZ": "UTC", "JUPYTER_PREFER_ENV_PATH": "1"},
    **{"PYTHONHASHSEED": "0", "PYTHONNOUSERSITE": "1", "PYTHONUTF8": "1"},
}


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
        return f"{here}: its .venv is that of {other}, and would work on that; set it up here: python run.py set-up"
    return ""


def isolate():
    """Take from the environment what machines add to the book's own Python, and fix what they have in common.

    The code of the book is found where it was found. Whoever reads the book in JupyterLab keeps settings of their own.
    """
    given = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    path = [os.path.abspath(place) for place in given if place and _holds_code(place)]
    for name in [name for name in os.environ if name.startswith(ADDED) and name not in HARMLESS]:
        del os.environ[name]
    os.environ |= FIXED | ({"PYTHONPATH": os.pathsep.join(path)} if path else {})
    if (data.root() / "_config.yml").is_file():
        os.environ |= {name: str(data.root() / "_build" / ".machine" / name.lower()) for name in HOMES}


def start_again():
    """Run this command again, where a variable had its say in how this Python started: by a module, or an encoding."""
    before = dict(os.environ)
    isolate()
    swayed = {name for name in before if name.startswith("PYTHON")} - HARMLESS
    encodings = {codecs.lookup(name).name for name in (sys.getfilesystemencoding(), locale.getpreferredencoding(False))}
    if any(before[name] != os.environ.get(name) for name in swayed) or encodings != {"utf-8"}:
        become(sys.orig_argv)


def become(command):
    """Let another program take this one's place.

    Parameters
    ----------
    command : list of str
        It starts with this Python, by whatever name.
    """
    if os.name == "nt":  # which would go on in the background there, its exit code unheard
        sys.exit(subprocess.run([sys.executable, *command[1:]]).returncode)
    os.execve(sys.executable, command, dict(os.environ))


def _holds_code(place):
    """Tell whether the book's code was found in a folder of the path."""
    found = (Path(newpip.__file__).parents[1], Path(__file__).parents[1])
    return Path(place).resolve() in {one.resolve() for one in found}


def prepare_environment():
    """Make of the environment what all processes of a command can use, wherever they run."""
    if os.environ.get("NEWPIP_DATA"):  # it is meant from here, and chapters run in a folder of their own
        os.environ["NEWPIP_DATA"] = os.path.abspath(os.environ["NEWPIP_DATA"])
    if os.name == "posix" and len(os.fsencode(tempfile.gettempdir())) > LONGEST:
        os.environ["TMPDIR"], tempfile.tempdir = "/tmp", None
    home = Path(os.path.expanduser("~"))
    nearest = next(place for place in (home, *home.parents) if place.exists())
    if not (nearest.is_dir() and os.access(nearest, os.W_OK)):
        place = tempfile.mkdtemp(prefix="newpip-home-")
        atexit.register(shutil.rmtree, place, ignore_errors=True)
        for name in HOMES:
            os.environ.setdefault(name, place)
