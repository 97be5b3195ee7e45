"""Environments of the other builders: their own packages as in environments/, all else as in requirements.txt."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

from benchmarks.measure import CommandError
from benchmarks.table import table
from newpip_book.project import ROOT

PINS = Path(__file__).with_name("environments")
INSTALLED = ROOT / "_build" / ".bench" / "environments"
SHOWN = (
    *("jupyter-book", "nbsphinx", "mkdocs-jupyter", "nbconvert", "sphinx", "nbclient", "ipykernel"),
    *("numpy", "pandas", "scipy", "scikit-learn", "matplotlib", "seaborn"),
)


def make(name):
    """Install a builder, and the libraries that the chapters use, into an environment of their own.

    Parameters
    ----------
    name : str
        A file of benchmarks/environments without its ending; empty for the environment of this process.

    Returns
    -------
    pathlib.Path
        The folder of its programs.

    Raises
    ------
    benchmarks.measure.CommandError
        When uv fails.
    """
    if not name:
        return Path(sys.executable).parent
    folder = INSTALLED / name
    python = folder / "bin" / "python"
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    _uv("venv", "--allow-existing", "--python", sys.executable, folder)
    locked = ["--constraint", ROOT / "requirements.txt"]
    own = ["--requirement", PINS / f"{name}.txt"]
    _uv("pip", "install", "--python", python, *locked, *own, *project["dependencies"], "ipykernel")
    return python.parent


def paths(programs):
    """List the folders in which a builder's programs are looked for.

    Parameters
    ----------
    programs : pathlib.Path
        What :func:`make` returned.

    Returns
    -------
    list of pathlib.Path
        With that of pandoc, where it came as a package.
    """
    return [programs, *programs.parent.glob("lib/*/site-packages/pypandoc/files")]


def versions(programs):
    """Table the versions of the builders and of what they share.

    Parameters
    ----------
    programs : dict
        From builder to its folder of programs, as :func:`make` returns it.

    Returns
    -------
    dict
        A table of :func:`benchmarks.table.table`.
    """
    found = {builder: _installed(folder) for builder, folder in programs.items()}
    rows = [
        {"package": package, **{builder: packages.get(package) for builder, packages in found.items()}}
        for package in SHOWN
    ]
    caption = (
        "What was installed for each builder, with Python "
        f"{sys.version.split()[0]}. What this book locks in requirements.txt, the others had in the same version."
    )
    return table("builders-versions", caption, {"package": "Package", **{name: name for name in found}}, rows)


def _installed(programs):
    """Return the version of each package of an environment."""
    listed = json.loads(_uv("pip", "list", "--format", "json", "--python", programs / "python"))
    return {one["name"].lower(): one["version"] for one in listed}


def _uv(*words):
    """Run uv, this environment's own where there is one, and return what it printed."""
    uv = Path(sys.executable).with_name("uv")
    command = [uv if uv.exists() else shutil.which("uv") or "uv", *words, "--quiet"]
    trusted = {"UV_NATIVE_TLS": "true", "UV_SYSTEM_CERTS": "true"}  # both names, as in book/_ext/environment.sh
    done = subprocess.run(command, env=os.environ | trusted, capture_output=True, text=True, check=False)
    if done.returncode:
        raise CommandError(f"{' '.join(map(str, command))} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    return done.stdout
