"""Whether the pages are those of what is there now, so that a build with nothing to do ends at once."""

import hashlib
import os
import sys
from pathlib import Path

from newpip import data
from newpip_book import project, state
from newpip_book.project import ROOT

FILES = ("_config.yml", "_toc.yml", "CITATION.cff", "requirements.txt", "pyproject.toml", "benchmarks/figures.json")
FOLDERS = ("book", "chapters")
ENV_PREFIXES = ("NEWPIP_", "SOURCE_DATE_EPOCH")  # names of variables that a build goes by begin so


def inputs_digest():
    """Digest all that a build reads: files by their content, what it is told, the commit and the Python.

    The files of Pyodide are large, and `make pyodide` alone writes them: their sizes and times will do.

    Returns
    -------
    list
    """
    digest = hashlib.sha256("\n".join(_signatures(ROOT / ".pyodide")).encode())
    alone = [path for name in FILES if (path := ROOT / name).is_file()]
    places = [*(ROOT / name for name in FOLDERS), project.LIBRARY, project.ENGINE, data.folder()]
    for path in sorted({*alone, *(path for place in places for path in _files(place))}):
        digest.update(f"{path}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    told = sorted(f"{name}={said}" for name, said in os.environ.items() if name.startswith(ENV_PREFIXES))
    return [digest.hexdigest(), told, project.commit(), sys.version]


def is_up_to_date(html, now):
    """Tell whether nothing that a build reads or wrote has changed since :func:`record`.

    Parameters
    ----------
    html : pathlib.Path
        The built pages.
    now : list
        What :func:`inputs_digest` returns.

    Returns
    -------
    bool
    """
    kept = state.read(html.parent)
    if (kept.get("read"), kept.get("written")) != (now, _output_digest(html)):
        return False
    return all(file_digest(Path(path)) == digest for path, digest in kept.get("included", {}).items())


def file_digest(path):
    """Digest a file.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        Empty where there is no such file.
    """
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def record_included(folder, digests):
    """Keep which files the pages were found to be made of as they were read, wherever those files are.

    Parameters
    ----------
    folder : pathlib.Path
        Where the state of the builds is kept.
    digests : dict of str to str
        From path to digest.
    """
    state.update(folder, included=digests)


def included():
    """List the files that pages were found to be made of.

    Returns
    -------
    set of pathlib.Path
    """
    return {Path(path) for path in state.read(project.build_dir()).get("included", {})}


def record(html, before):
    """Keep what a build read and what it wrote.

    Parameters
    ----------
    html : pathlib.Path
        The built pages.
    before : list
        What :func:`inputs_digest` returned before the build: what was edited meanwhile may not be in the pages.
    """
    state.update(html.parent, read=before, written=_output_digest(html))


def record_bound(html):
    """Keep that a bound book was added to the pages, which are of what they were of before.

    Parameters
    ----------
    html : pathlib.Path
        The built pages.
    """
    state.update(html.parent, written=_output_digest(html))


def _output_digest(html):
    """Digest the names, sizes and times of the pages: whoever touched one gets them built again."""
    return hashlib.sha256("\n".join(_signatures(html)).encode()).hexdigest()


def _signatures(folder):
    """Name each file of a folder, with its size and time."""
    return [f"{path.relative_to(folder)} {path.stat().st_size} {path.stat().st_mtime_ns}" for path in _files(folder)]


def _files(folder):
    """List the files of a folder, without Python's own and those of editors."""
    found = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in ("__pycache__", ".ipynb_checkpoints")]
        found += [path for name in names if (path := Path(place, name)).is_file()]
    return sorted(found)
