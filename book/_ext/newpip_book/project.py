"""Where things are, and which edition this is: paths, commit, date, citation and address, each asked for once."""

import os
import re
import subprocess
import tomllib
import zlib
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import newpip
from newpip import data

ENGINE = Path(__file__).parent
LIBRARY = Path(newpip.__file__).parent
ROOT = data.root()
BUILD = ROOT / "_build"
TEXT = "Text, figures and data"


def has_book():
    """Tell whether there is a book to work on, or only the package.

    Returns
    -------
    bool
    """
    return (ROOT / "_config.yml").is_file() or (ROOT / "_toc.yml").is_file()


def published_data():
    """Return the folder of the tables as published: data/ of the book, else those that came with the package.

    Returns
    -------
    pathlib.Path
    """
    return ROOT / "data" if has_book() else LIBRARY / "_data"


def data_label():
    """Name the folder of tables that the book is built on, where that is not its own.

    Returns
    -------
    str
        Empty when the tables are the published ones.
    """
    folder = data.folder().resolve()
    return "" if folder == published_data().resolve() else folder.name or "root"


def build_dir():
    """Return the folder that the built book is put into: one of its own for each set of tables.

    Returns
    -------
    pathlib.Path
    """
    return BUILD / "services" / data_label() if data_label() else BUILD


def state_dir(sources, out):
    """Return the folder in which a build keeps what the next need not compute again.

    Parameters
    ----------
    sources, out : pathlib.Path
        The folders of the book and of its pages.

    Returns
    -------
    pathlib.Path
        That of this book's own builds, whatever they build; of a book elsewhere, the one beside its pages.
    """
    return build_dir() if sources == ROOT else out.parent


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
    command = ["git", "-c", "core.quotepath=off", "-c", "log.showSignature=false", "-C", str(ROOT), *arguments]
    try:
        done = subprocess.run(command, check=True, capture_output=True, encoding="utf-8")
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip("\n")


@cache
def settings():
    """Read _config.yml.

    Returns
    -------
    dict
    """
    import yaml

    return yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))


@cache
def name():
    """Return the book's name in file names and keys: that of its package, or made of its title.

    Returns
    -------
    str
    """
    return packaged() or re.sub(r"\W+", "-", settings()["title"].lower()).strip("-")


@cache
def packaged():
    """Return the name of the package that the book can be installed as.

    Returns
    -------
    str
        Empty where pyproject.toml names none.
    """
    return _described().get("name", "")


def requirements():
    """Name the libraries that the package needs.

    Returns
    -------
    list of str
    """
    return [re.split(r"[^\w-]", one, maxsplit=1)[0].lower() for one in _described().get("dependencies", [])]


def _described():
    """Read what pyproject.toml says of the package."""
    path = ROOT / "pyproject.toml"
    described = tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
    return described.get("project", {})


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


def study(facts):
    """Return the study that the book recomputes: the first article that CITATION.cff refers to.

    Parameters
    ----------
    facts : dict
        From :func:`citation`.

    Returns
    -------
    dict
        Empty where there is none.
    """
    return next((work for work in facts.get("references", []) if work["type"] == "article"), {})


def contact(facts):
    """Return where readers reach those who keep the book, unless a setting says it: the first contact in CITATION.cff.

    Parameters
    ----------
    facts : dict
        From :func:`citation`.

    Returns
    -------
    str
        An address of mail or of a page; empty where none is set.
    """
    first = next(iter(facts.get("contact", [])), {})
    return first.get("email") or first.get("website", "")


def licences():
    """List the licences in CITATION.cff: one of Creative Commons is for what is read, any other for code.

    Returns
    -------
    dict
        From what is licensed to the name of the licence, such as ``"CC BY 4.0"`` for the identifier CC-BY-4.0.
    """
    named = citation().get("license", [])
    named = [named] if isinstance(named, str) else named
    return {TEXT if one.startswith("CC") else "Code": re.sub(r"(?<=^CC)-|-(?=\d)", " ", one) for one in named}


def licence_sentences():
    """Say under which licences the book may be used.

    Returns
    -------
    str
    """
    return " ".join(f"{what}: {name}." for what, name in licences().items())


def licence_address():
    """Return the address of the licence of text, figures and data.

    Returns
    -------
    str
        Empty where CITATION.cff names none.
    """
    licence = licences().get(TEXT, "")
    common = re.fullmatch(r"CC (BY[A-Z-]*) (\d\.\d)", licence)
    if common:
        return f"https://creativecommons.org/licenses/{common[1].lower()}/{common[2]}/"
    return licence and f"https://spdx.org/licenses/{licence.replace(' ', '-')}.html"


def lock():
    """Read the versions that the book is locked to.

    Returns
    -------
    bytes
        requirements.txt; nothing where there is none.
    """
    path = ROOT / "requirements.txt"
    return path.read_bytes() if path.is_file() else b""


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
    relative = [os.path.relpath(path, app.confdir) for path in paths]  # the settings name no folder of this machine
    app.config.html_static_path = [*app.config.html_static_path, *relative]
