"""What every build does: whether it may begin, the pages, and putting them in the place of the old ones."""

import fcntl
import gc
import io
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr, suppress
from os.path import relpath

import psutil

from newpip import data, front
from newpip_book import fit, prose, sources, unchanged
from newpip_book.depends import ROOT, other

BUILD = ROOT / "_build"
BUSY = "Another build or refresh of this book is under way; wait for it to end."


def place():
    """Return the folder under which to build.

    Returns
    -------
    pathlib.Path
        ``_build``, or one of its own for other data than the published: ``_build/services/NAME``.
    """
    return BUILD / "services" / other() if other() else BUILD


def build(html, read, strict=True):
    """Build the pages, which are left alone when anything did not go well.

    Parameters
    ----------
    html : pathlib.Path
        The folder of the pages.
    read : list
        What there was to read before the build, as :func:`newpip_book.unchanged.read` has it.
    strict : bool
        Whether pages of which Sphinx warned stay unpublished, as those do that it could not write, and are else
        replaced whole; or they are brought up to date file by file, and only what is done is told.

    Returns
    -------
    published : bool
        Whether the pages are those of what there is now.
    said : str
        What Sphinx warned of, or what kept it from writing.

    Raises
    ------
    newpip_book.sources.ChapterError
        When a cell fails.
    OSError
        When the machine does not let pages be written.
    """
    from newpip_book import execute

    work = place() / "work"  # what Sphinx leaves half done here, no reader sees
    execute.runs = execute.Runs(sources.chapters(), brief=not strict)
    if (work / "_build" / ".doctrees").exists():  # where a cell fails, Sphinx is not to begin: it would read all anew
        execute.runs.finish()
    status, said = _write_pages(work)
    if strict and isinstance(status, Exception) and front.refused(status):
        raise status
    execute.runs.finish()
    written = status == 0 or (status == 1 and not strict)
    if written:
        (_publish if strict else _bring)(work / "_build" / "html", html)
    if status == 0:
        unchanged.note(html, read)
    return written, said


def _write_pages(work):
    """Let Jupyter Book write the pages, as ``jupyter-book build -W -n --keep-going --quiet`` does, in this process.

    Parameters
    ----------
    work : pathlib.Path
        The folder to work in.

    Returns
    -------
    status : int or Exception
        0, or 1 when all is written and there were warnings, or what kept it from writing.
    said : str
        Its warnings and errors.
    """
    from jupyter_book.sphinx import build_sphinx

    gc.set_threshold(100_000, 50, 100)  # pages are large trees that live: looking for garbage took a fifth of the time
    overrides = {"external_toc_path": str(ROOT / "_toc.yml"), "latex_individualpages": False, "nitpicky": True}
    os.chdir(ROOT)
    with redirect_stderr(io.StringIO()) as said:
        status = build_sphinx(
            ROOT, work / "_build" / "html", noconfig=True, path_config=ROOT / "_config.yml", confoverrides=overrides,
            warningiserror=True, keep_going=True, quiet=True,
        )  # fmt: skip
    return status, _told(said.getvalue())


def _told(text):
    """Drop Python's traceback, which Jupyter Book prints after Sphinx said what is wrong, and this folder's name."""
    return text.split("Traceback (most recent call last)")[0].replace(f"{ROOT}/", "")


def _publish(fresh, target):
    """Put a folder in the place of another, so that a reader finds the old one or the new one and never half of it.

    A file that did not change is not copied: the new folder takes it over from the old one.
    The bound books come along; those that are older than the pages are then removed.
    """
    from newpip_book import bound

    aside, old = target.with_suffix(".new"), target.with_suffix(".old")
    for folder in (aside, old):
        shutil.rmtree(folder, ignore_errors=True)
    try:
        for folder, _, names in os.walk(fresh):
            inside = relpath(folder, fresh)
            os.makedirs(aside / inside)
            for name in names:
                _take(os.path.join(folder, name), aside / inside / name, target / inside / name)
        for name in bound.BOUND:
            if (target / name).exists():
                shutil.copy2(target / name, aside / name)
        bound.offer(aside)
    except OSError:
        shutil.rmtree(aside, ignore_errors=True)  # where the disk is full, it is in the way
        raise
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _take(here, there, published):
    """Put a file in its place: as a second name of the published one where that is the same, else as a copy."""
    if _same(here, published):
        with suppress(OSError):  # this disk knows no second names
            os.link(published, there)
            return
    shutil.copy2(here, there)


def _same(here, there):
    """Whether a file was copied to a place and neither was written since."""
    with suppress(FileNotFoundError):
        one, other = os.stat(here), os.stat(there)
        return (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns)
    return False


def _bring(fresh, target):
    """Bring a folder up to date with another, each file whole at any time: for a reader who looks on, it is quicker."""
    from newpip_book import bound

    kept = set()
    for folder, _, names in os.walk(fresh):
        inside = os.path.normpath(target / relpath(folder, fresh))
        os.makedirs(inside, exist_ok=True)
        for name in names:
            here, there = os.path.join(folder, name), os.path.join(inside, name)
            kept.add(there)
            if not _same(here, there):
                os.replace(shutil.copy2(here, f"{there}.new"), there)
    for folder, _, names in os.walk(target):
        for there in {os.path.join(folder, name) for name in names} - kept:
            os.remove(there)
    bound.offer(target)


def mend():
    """Put back the pages, where a build was killed between taking the old ones away and putting the new ones there."""
    for folder in (".", "services/*"):
        for old in BUILD.glob(f"{folder}/html.old"):
            if not old.with_suffix("").exists():
                old.rename(old.with_suffix(""))


def moment():
    """Return when the book's content was last changed, in seconds since 1970, so that builds of it do not differ.

    Returns
    -------
    str
        ``SOURCE_DATE_EPOCH`` when it is set, else the time of the last commit, else the day in CITATION.cff.
    """
    named = os.environ.get("SOURCE_DATE_EPOCH")
    if named:
        return named
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct"]
    try:
        commit = subprocess.run(command, check=False, capture_output=True, text=True).stdout.strip()
    except OSError:
        commit = ""
    return commit or _released()


def _released():
    """Return the day of the release as seconds since 1970."""
    from datetime import UTC, datetime

    import yaml

    day = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["date-released"]
    return str(int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()))


def problems(command):
    """List what keeps a command from starting.

    Prose is for the build to judge: while a chapter is being written, its outputs have to be stored before its
    sentences can fit them.

    Parameters
    ----------
    command : str

    Returns
    -------
    list of str
    """
    if other() and command not in ("build", "live"):
        return [f"{data.folder()}: {command} is for the published data; without NEWPIP_DATA it was expected"]
    if command == "build":
        return data.check() + fit.problems() + prose.problems()
    return data.check() + fit.unreadable()


def problems_meanwhile():
    """List what keeps a build from starting, found in a copy of this process while this one imports what it needs.

    Returns
    -------
    list of str
    """
    if not sys.platform.startswith("linux"):  # where a copy of a process is not safe
        return problems("build")
    from newpip_book import ready

    quiet = signal.signal, (signal.SIGINT, signal.SIG_IGN)  # this process says that it was stopped, and stops the copy
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork"), *quiet) as copy:
        found = copy.submit(problems, "build")
        ready.imported()
        return found.result()


def alone(wait=False):
    """Take the one place that there is for a command that writes.

    Parameters
    ----------
    wait : bool
        Whether to wait until it is free.

    Returns
    -------
    file or None
        What holds it, until it is closed or the process ends; None where another process has it.
    """
    BUILD.mkdir(exist_ok=True)
    held = open(BUILD / ".lock", "w")  # noqa: SIM115
    try:
        fcntl.flock(held, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        held.close()
        return None
    return held


def heed_signals():
    """Let whoever stops this process stop all of it."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)


def _end(number, frame):
    """End at once: stop the kernels and Sphinx, say so in one line. What was stored or published stays as it was."""
    for child in psutil.Process().children(recursive=True):
        child.kill()
    print(f"\n{signal.Signals(number).name}: stopped; every stored output is as it was.", file=sys.stderr, flush=True)
    os._exit(128 + number)
