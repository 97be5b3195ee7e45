"""Where things are, and which edition this is: paths, commit, date, citation and address, each asked for once."""

import os
import subprocess
import zlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

from newpip import data

ENGINE = Path(__file__).parent
ROOT = Path(__file__).parents[3]
BUILD = ROOT / "_build"


def data_label():
    """Name the folder of tables that the book is built on, where that is not its own.

    Returns
    -------
    str
        Empty when the tables are the published ones.
    """
    folder = data.folder().resolve()
    return "" if folder == (ROOT / "data").resolve() else folder.name or "root"


def build_dir():
    """Return the folder that the built book is put into: one of its own for each set of tables.

    Returns
    -------
    pathlib.Path
    """
    return BUILD / "services" / data_label() if data_label() else BUILD


def git(*arguments):
    """Ask git about the book's own repository.

    Parameters
    ----------
    *arguments : str
        As after ``git``.

    Returns
    -------
    str
        What it prints; empty where there is no git, no repository or no answer.
    """
    command = ["git", "-c", "core.quotepath=off", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip("\n")


@cache
def citation():
    """Read CITATION.cff.

    Returns
    -------
    dict
        As in the file, dates as text.
    """
    import yaml

    facts = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return {**facts, "date-released": str(facts["date-released"])}


def commit():
    """Return the commit that is checked out.

    Returns
    -------
    str
        Empty where git cannot say.
    """
    return git("rev-parse", "HEAD")


def code_digest(*folders):
    """Return a number for the Python in some folders.

    Parameters
    ----------
    *folders : pathlib.Path

    Returns
    -------
    int
    """
    paths = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return zlib.crc32(b"".join(path.read_bytes() for path in paths))


@cache
def engine_digest():
    """Return a number for the engine's code, so that what an older engine left behind is not taken for its own.

    Returns
    -------
    int
    """
    return code_digest(ENGINE)


def source_date_epoch():
    """Return when the book's content was last changed, in seconds since 1970, so that builds of it do not differ.

    Returns
    -------
    str
        ``SOURCE_DATE_EPOCH`` when it is set, else the time of the last commit, else the day in CITATION.cff.
    """
    return os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct") or _release_epoch()


def edition_date():
    """Return the date of this edition.

    Returns
    -------
    datetime.datetime
        That of :func:`source_date_epoch`, in UTC.
    """
    return datetime.fromtimestamp(int(source_date_epoch()), UTC)


def _release_epoch():
    """Return the day of the release as seconds since 1970."""
    return str(int(datetime.fromisoformat(citation()["date-released"]).replace(tzinfo=UTC).timestamp()))


def add_static_files(app, *paths):
    """Let Sphinx copy files beside the pages, into ``_static``.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    *paths : pathlib.Path
    """
    app.config.html_static_path = [*app.config.html_static_path, *map(str, paths)]
