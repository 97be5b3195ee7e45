"""``python -m newpip_book``: ``build`` the pages, ``refresh`` the stored outputs, ``live``: rebuild on every save.

``pdf`` and ``epub`` bind the pages that were built, to take away.
The exit code is 0 when it is done, 2 when something is wrong, and 130 or 143 when it was interrupted or ended.
"""

import argparse
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
from contextlib import redirect_stderr
from os.path import relpath

import psutil

from newpip import data
from newpip_book import fit, prose, sources, unchanged
from newpip_book.depends import ROOT, other

BUILD = ROOT / "_build"


def build(read):
    """Build _build/html, which is replaced whole when all went well and left alone when anything did not.

    On other data than the published, the pages go to a folder of their own: _build/services/NAME/html.

    Parameters
    ----------
    read : list
        What there was to read before the build, as :func:`newpip_book.unchanged.read` has it.

    Returns
    -------
    int
        The exit code.
    """
    from newpip_book import execute

    work, html = _place() / "work", _place() / "html"  # what Sphinx leaves half done in the first, no reader sees
    execute.runs = execute.Runs(sources.chapters())
    if (work / "_build" / ".doctrees").exists():  # where a cell fails, Sphinx is not to begin: it would read all anew
        execute.runs.finish()
    written, said = _write_pages(work)
    execute.runs.finish()
    sys.stderr.write(_told(said))
    if not written:
        print("The book was not built: see above.", file=sys.stderr)
        return 2
    _publish(work / "_build" / "html", html)
    unchanged.note(html, read)
    if not os.environ.get("NEWPIP_SITE"):
        print("No address of the published book is set (NEWPIP_SITE): no canonical addresses, no sitemap.")
    print(f"The book is in {html / 'index.html'}")
    return 0


def _place():
    """Return the folder under which to build: one of its own for other data than the published."""
    return BUILD / "services" / other() if other() else BUILD


def _write_pages(work):
    """Let Jupyter Book write the pages, as ``jupyter-book build -W -n --keep-going --quiet`` does, in this process.

    Sphinx keeps what it read even where it warned, and would not warn again; so what it knew before is put back then.

    Parameters
    ----------
    work : pathlib.Path
        The folder to work in.

    Returns
    -------
    written : bool
        Whether it did so without a warning.
    said : str
        Its warnings and errors.
    """
    from jupyter_book.sphinx import build_sphinx

    gc.set_threshold(100_000, 50, 100)  # pages are large trees that live: looking for garbage took a fifth of the time
    overrides = {"external_toc_path": str(ROOT / "_toc.yml"), "latex_individualpages": False, "nitpicky": True}
    os.chdir(ROOT)
    kept = work / "_build" / ".doctrees" / "environment.pickle"
    before = kept.read_bytes() if kept.exists() else None
    with redirect_stderr(io.StringIO()) as said:
        result = build_sphinx(
            ROOT, work / "_build" / "html", noconfig=True, path_config=ROOT / "_config.yml", confoverrides=overrides,
            warningiserror=True, keep_going=True, quiet=True,
        )  # fmt: skip
    if result and before is None:
        kept.unlink(missing_ok=True)
    elif result:
        kept.write_bytes(before)
    return result == 0, said.getvalue()


def refresh():
    """Store fresh outputs in the chapters: in all that changed, or in none."""
    from newpip_book import execute

    stored = execute.refresh()
    for path in stored:
        print(f"{sources.name(path)}: outputs stored")
    print(f"{len(stored)} chapters changed")
    return 0


def bind(kind):
    """Bind the built pages, as PDF or as EPUB, name them on the cover, and return the exit code."""
    from newpip_book import bound, epub, pdf

    try:
        {"pdf": pdf, "epub": epub}[kind].make()
    except (FileNotFoundError, pdf.NoBrowserError) as error:
        print(error, file=sys.stderr)
        return 2
    bound.offer()
    unchanged.note_bound(bound.HTML)
    print(f"The book is in {bound.HTML / f'newpip.{kind}'}")
    return 0


def live():
    """Serve the book on this machine; rebuild it, and reload the page, on every save."""
    from newpip_book import live as server

    server.serve()


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


def _publish(fresh, target):
    """Put a folder in the place of another, so that a reader finds the old one or the new one and never half of it.

    A file that did not change is not copied: the new folder takes it over from the old one.
    The bound books come along; those that are older than the pages are then removed.
    """
    from newpip_book import bound

    aside, old = target.with_suffix(".new"), target.with_suffix(".old")
    for folder in (aside, old):
        shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(fresh, aside, copy_function=lambda one, other: _take(one, other, target / relpath(other, aside)))
    for name in bound.BOUND:
        if (target / name).exists():
            shutil.copy2(target / name, aside / name)
    bound.offer(aside)
    if target.exists():
        target.rename(old)
    aside.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _take(here, there, published):
    """Put a file in its place: as a second name of the published one where that is the same, else as a copy."""
    try:
        one, other = os.stat(here), os.stat(published)
        if (one.st_size, one.st_mtime_ns) == (other.st_size, other.st_mtime_ns):
            os.link(published, there)
            return
    except OSError:  # nothing of that name was published, or this disk knows no second names
        pass
    shutil.copy2(here, there)


def _mend():
    """Put back the pages, where a build was killed between taking the old ones away and putting the new ones there."""
    for old in (*BUILD.glob("html.old"), *BUILD.glob("services/*/html.old")):
        if not old.with_suffix("").exists():
            old.rename(old.with_suffix(""))


def _problems(command):
    """List what keeps a command from starting.

    Prose is for the build to judge: while a chapter is being written, its outputs have to be stored before its
    sentences can fit them.
    """
    if other() and command not in ("build", "live"):
        return [f"{data.folder()}: {command} is for the published data; without NEWPIP_DATA it was expected"]
    if command == "build":
        return data.check() + fit.problems() + prose.problems()
    return data.check() + fit.unreadable()


def _problems_of_build():
    """List what keeps a build from starting, found in a copy of this process while this one imports what it needs."""
    if not sys.platform.startswith("linux"):  # where a copy of a process is not safe
        return _problems("build")
    from newpip_book import ready

    with ProcessPoolExecutor(1, multiprocessing.get_context("fork")) as copy:
        found = copy.submit(_problems, "build")
        ready.imported()
        return found.result()


def _alone():
    """Take the one place that there is for a command that writes; return the file that holds it, or None."""
    BUILD.mkdir(exist_ok=True)
    place = open(BUILD / ".lock", "w")  # noqa: SIM115, held until the process ends, however it ends
    try:
        fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return None
    return place


def _end(number, frame):
    """End at once: stop the kernels and Sphinx, say so in one line. What was stored or published stays as it was."""
    for child in psutil.Process().children(recursive=True):
        child.kill()
    print(f"\n{signal.Signals(number).name}: stopped; every stored output is as it was.", file=sys.stderr, flush=True)
    os._exit(128 + number)


def _told(text):
    """Drop Python's traceback, which Jupyter Book prints after Sphinx said what is wrong, and this folder's name."""
    return text.split("Traceback (most recent call last)")[0].replace(f"{ROOT}/", "")


def main(arguments=None):
    """Run one command on data and chapters that can be read.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``python -m newpip_book``; those of the process by default.

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m newpip_book", description=__doc__)
    parser.add_argument("command", choices=["build", "refresh", "live", "pdf", "epub"])
    command = parser.parse_args(arguments).command
    os.environ["SOURCE_DATE_EPOCH"] = moment()
    read = unchanged.read() if command == "build" else None
    if command == "build" and unchanged.since(_place() / "html", read):
        print(f"Nothing has changed since the book was built: {_place() / 'html' / 'index.html'}")
        return 0
    problems = _problems_of_build() if command == "build" else _problems(command)
    if problems:
        print("\n".join([*problems, f"{len(problems)} problems; nothing was changed."]), file=sys.stderr)
        return 2
    if command == "live":
        return live()
    place = _alone()
    if place is None:
        print("Another build or refresh of this book is under way; wait for it to end.", file=sys.stderr)
        return 2
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _end)
    _mend()
    try:
        return build(read) if command == "build" else refresh() if command == "refresh" else bind(command)
    except sources.ChapterError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    code = main()
    gc.freeze()  # else Python looks for garbage for a second or two before it ends
    sys.exit(code)
