"""Build pipeline: pre-flight checks, Sphinx, atomic publish."""

import gc
import io
import multiprocessing
import os
import re
import traceback
from concurrent.futures import ProcessPoolExecutor
from contextlib import redirect_stderr
from importlib import import_module
from pathlib import Path

from newpip import data
from newpip_book import PARTS, project
from newpip_book.authoring import checks, lint_code, lint_prose, notebooks
from newpip_book.build import fingerprint
from newpip_book.build.atomic import swap_tree, sync_tree
from newpip_book.execution.forked_kernels import FORKS, depend_on
from newpip_book.os_errors import explain_os_error

# Sphinx and its extensions, with what they would import one by one as they are set up.
LIBRARIES = (
    *("jupyter_book.sphinx", "sphinx.application", "sphinx.builders.html", "sphinx.environment.adapters.toctree"),
    *("myst_nb.sphinx_ext", "sphinx_external_toc.events", "sphinxext.opengraph", "pybtex.plugin"),
    *("sphinxcontrib.bibtex.domain", "sphinxcontrib.bibtex.foot_domain", "sphinxcontrib.bibtex.bibfile"),
)
WARNED = re.compile(r"\b(WARNING|ERROR|CRITICAL): ")
IN_CELL = re.compile(r"(\.ipynb):(\d+):")


def build(html, read, strict=True):
    """Build the pages, which are left alone when anything did not go well.

    Parameters
    ----------
    html : pathlib.Path
        The folder of the pages.
    read : list
        What there was to read before the build, as :func:`newpip_book.build.fingerprint.inputs_digest` has it.
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
    newpip_book.authoring.notebooks.ChapterError
        When a cell fails.
    OSError
        When the machine does not let pages be written.
    """
    from newpip_book.execution import runner
    from newpip_book.provenance import records

    work = project.build_dir() / "work"  # what Sphinx leaves half done here, no reader sees
    runs = runner.ChapterRuns(notebooks.chapters(), brief=not strict)
    origins = records.Records(notebooks.chapters(), project.build_dir())
    if (work / "_build" / ".doctrees").exists():  # where a cell fails, Sphinx is not to begin: it would read all anew
        runs.finish()
    status, said = _write_pages(work, runs.wait, origins.of)
    if strict and isinstance(status, Exception) and explain_os_error(status):
        raise status
    runs.finish()
    written = status == 0 or (status == 1 and not strict)
    if written:
        (swap_tree if strict else sync_tree)(work / "_build" / "html", html)
    if status == 0:
        fingerprint.record(html, read)
    return written, said


def _write_pages(work, await_outputs, origins):
    """Let Jupyter Book write the pages, as ``jupyter-book build -W -n --keep-going --quiet`` does, in this process.

    Parameters
    ----------
    work : pathlib.Path
        The folder to work in.
    await_outputs : callable
        Called with a chapter's path before the chapter is read.
    origins : callable
        Called with a chapter's path; returns where its results come from.

    Returns
    -------
    status : int or Exception
        0, or 1 when all is written and there were warnings, or what kept it from writing.
    said : str
        Its warnings and errors.
    """
    from jupyter_book.sphinx import build_sphinx

    gc.set_threshold(100_000, 50, 100)  # pages are large trees that live: looking for garbage took a fifth of the time
    overrides = {"external_toc_path": str(project.ROOT / "_toc.yml"), "latex_individualpages": False, "nitpicky": True}
    overrides["newpip_await_outputs"] = lambda path: await_outputs(path)  # a method would be pickled with the settings
    overrides["newpip_origins"] = lambda path: origins(path)
    os.chdir(project.ROOT)
    with redirect_stderr(io.StringIO()) as said:
        status = build_sphinx(
            project.ROOT, work / "_build" / "html", noconfig=True, path_config=project.ROOT / "_config.yml",
            confoverrides=overrides, warningiserror=True, keep_going=True, quiet=True,
        )  # fmt: skip
    log = _clean_log(said.getvalue())
    if isinstance(status, Exception):
        log = "".join(line for line in log.splitlines(keepends=True) if WARNED.search(line)) + explain_fault(status)
    return status, log


def _clean_log(text):
    """Name places as authors know them: from this folder, and in chapters by cell and line.

    Python's traceback goes, which Jupyter Book prints after Sphinx said what is wrong.
    """
    text = text.split("Traceback (most recent call last)")[0].replace(f"{project.ROOT}/", "")
    return IN_CELL.sub(lambda found: f"{found[1]}:{_cell_place(int(found[2]))}:", text)


def explain_fault(error):
    """Say in one line where a build broke off: a fault of the book's own code or of a library, of no chapter.

    Parameters
    ----------
    error : Exception

    Returns
    -------
    str
    """
    from sphinx.errors import SphinxError

    while (inner := getattr(error, "orig_exc", None) or error.__cause__) is not None:
        error = inner
    if isinstance(error, (notebooks.ChapterError, SphinxError)):
        return f"{error}\n"
    frames = traceback.extract_tb(error.__traceback__)
    own = [one for one in frames if "newpip" in Path(one.filename).parts or "newpip_book" in Path(one.filename).parts]
    spot = (own or frames or [None])[-1]
    place = f"{Path(spot.filename).name}, line {spot.lineno}" if spot else "the build"
    said = " ".join(f"{type(error).__name__}: {error}".split())
    return f"The build broke off in {place} ({said}); a book that can be written was expected. Please report it.\n"


def _cell_place(line):
    """Say where a line is by the count of MyST-NB, which gives each cell ten thousand lines."""
    return f"cell {line // 10_000}:line {max(line % 10_000, 1)}" if line >= 10_000 else f"line {line}"


def preflight(command):
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
    if project.data_label() and command not in ("build", "live"):
        return [f"{data.folder()}: {command} is for the published data; without NEWPIP_DATA it was expected"]
    if command == "build":
        reviewed = project.settings()["sphinx"]["config"].get("newpip_prose_reviewed")  # where it was written
        return data.check() + checks.problems() + ([] if reviewed else lint_prose.problems())
    return data.check() + (checks.unreadable() or lint_code.problems())


def check_while_importing():
    """List what keeps a build from starting, found in a copy of this process while this one imports what it needs.

    Returns
    -------
    list of str
    """
    if not FORKS:
        return preflight("build")
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork"), depend_on, (os.getpid(),)) as copy:
        found = copy.submit(preflight, "build")
        preload_modules()
        return found.result()


def preload_modules():
    """Import all that a build imports, Sphinx's extensions and the book's own among them."""
    for name in LIBRARIES:
        import_module(name)
    from sphinx.application import builtin_extensions

    for name in [*builtin_extensions, *(f"newpip_book.{part}" for part in PARTS), "newpip_book.execution.runner"]:
        import_module(name)
