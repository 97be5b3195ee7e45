"""Run the chapters that are stale, side by side, and keep their outputs in jupyter-cache."""

import json
import logging
import os
import re
import sys
import tempfile
import textwrap
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode

from newpip import data
from newpip_book import project
from newpip_book.authoring.dependencies import changed_parts, foreseen_files, imported_libraries, read_notebook
from newpip_book.authoring.notebooks import ChapterError, display_path
from newpip_book.execution import file_record, forked_kernels, rich_outputs
from newpip_book.project import ROOT

logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # nbclient leaves tasks behind where it stops a cell

CACHE = ROOT / "_build" / ".jupyter_cache"
TIMEOUT = 300  # seconds a cell, unless NEWPIP_TIMEOUT says otherwise
SAID = 300  # characters of a warning that a message shows
# What a kernel runs before a chapter, and, when all else is ready, at last.
GUARD = "__import__('newpip_book.execution.network_guard').execution.network_guard.block_network()"
RECORD = "__import__('newpip_book.execution.file_record').execution.file_record.start{}"
# What a run opens within the project that no result depends on.
OWN = (project.BUILD, project.ENGINE, ROOT / ".git", ROOT / ".venv")


@dataclass
class Run:
    """How the run of a chapter ended.

    Attributes
    ----------
    nb : nbformat.NotebookNode
        The chapter with its outputs.
    time : float
        Seconds.
    err : BaseException or None
        What went wrong.
    cell : int or None
        The place of the cell that it went wrong in, from 0.
    """

    nb: NotebookNode
    time: float = 0
    err: BaseException | None = None
    cell: int | None = None


class ChapterRuns:
    """The chapters of one build: those that are stale run side by side from now on, the others are in the cache.

    Parameters
    ----------
    paths : list of pathlib.Path
        The chapters.
    brief : bool
        Whether to say nothing of those that are up to date.
    forced : list of pathlib.Path
        Those that run whatever has changed.
    """

    def __init__(self, paths, brief=False, forced=()):
        self.cache = get_cache(CACHE)
        self.notebooks = {path: read_notebook(path.read_text(encoding="utf-8")) for path in paths}
        last = cache(lambda: _last_records(self.cache))  # read once, and only where a chapter is stale
        reasons = {path: _why_stale(self.cache, path, one, last) for path, one in self.notebooks.items()}
        reasons |= dict.fromkeys(forced, "as asked")
        stale = {path: reasons[path] for path in paths if reasons[path]}
        for path in stale if brief else paths:
            print(
                f"{display_path(path)}: " + (f"runs ({stale[path]})" if path in stale else "up to date"),
                file=sys.stderr,
            )
        self.under_way = start_runs({path: self.notebooks[path] for path in stale})
        self.failures = []

    def wait(self, path):
        """Return when a chapter's outputs are in the cache.

        Parameters
        ----------
        path : pathlib.Path

        Raises
        ------
        ChapterError
            When a cell failed.
        """
        run = self.under_way.pop(path, None)
        if run is None:
            return
        try:
            result = run.result()
            wrong = failure_message(path, result) if result.err is not None else ""
        except EOFError:
            wrong = f"{display_path(path)}: the process that ran it was ended; a run to the end was expected"
        if wrong:
            self.failures.append(wrong)
            raise ChapterError(wrong)
        bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)

    def finish(self):
        """Return when all chapters' outputs are in the cache.

        Raises
        ------
        ChapterError
            When any failed; it names each. The outputs of the others are in the cache.
        """
        for path in list(self.under_way):
            with suppress(ChapterError):  # it is among the failures
                self.wait(path)
        if self.failures:
            raise ChapterError("\n".join(self.failures))

    def executed(self):
        """Return all chapters with their outputs.

        Returns
        -------
        dict
            From path to nbformat.NotebookNode, in the order given.

        Raises
        ------
        ChapterError
            As :meth:`finish`.
        """
        self.finish()
        return {path: self.cache.merge_match_into_notebook(one)[1] for path, one in self.notebooks.items()}


def start_runs(notebooks, first=""):
    """Start to run chapters side by side, each with a client in a process of its own.

    Parameters
    ----------
    notebooks : dict
        From path to nbformat.NotebookNode.
    first : str, optional
        A line of code that each kernel runs before its chapter.

    Returns
    -------
    dict
        From path to a future of what :func:`execute_notebook` returns.
    """
    if not notebooks:
        return {}
    context = forked_kernels.fork_context(imported_libraries(notebooks.values()))
    pool = ThreadPoolExecutor(worker_count())
    runs = {
        path: pool.submit(
            forked_kernels.run_in_process,
            context,
            execute_notebook,
            notebook,
            first,
            forked_kernels.ForkedKernelManager,
        )
        for path, notebook in notebooks.items()
    }
    pool.shutdown(wait=False)
    return runs


def worker_count():
    """Return how many chapters run side by side.

    Returns
    -------
    int
        ``NEWPIP_WORKERS`` when it is set, else one a processor.
    """
    return int(os.environ.get("NEWPIP_WORKERS") or os.cpu_count())


def execute_notebook(notebook, first="", manager=forked_kernels.FreshKernelManager):
    """Run one chapter from its own folder, its kernel kept from the network and from files that were not foreseen.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        It is filled with its outputs.
    first : str, optional
        A line of code that the kernel runs before the chapter.
    manager : type
        What starts the kernel.

    Returns
    -------
    Run
        ``err`` is None when every cell ran, read nothing but what its code names, and gave no warning.
    """
    folder, timeout = str(ROOT / "chapters"), int(os.environ.get("NEWPIP_TIMEOUT") or TIMEOUT)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
    with tempfile.TemporaryDirectory(prefix="newpip-") as place:
        record = Path(place, "files")
        kept = RECORD.format((str(record), str(ROOT), str(data.folder())))
        kernel = [f"--IPKernelApp.exec_lines={line}" for line in (GUARD, first, kept) if line]
        try:
            done = single_nb_execution(
                notebook, folder, timeout, allow_errors=False, extra_arguments=kernel, kernel_manager_class=manager
            )
            run = Run(notebook, done.time, done.err)
        except (DeadKernelError, OSError) as error:
            run = Run(notebook, err=error)
        begun, files = file_record.read(record)
    cells = [at for at, cell in enumerate(notebook.cells) if cell.cell_type == "code" and cell.source.strip()]
    if run.err:
        run.cell = cells[begun - 1] if begun else 0
        return run
    for number, problem in (*_unforeseen(notebook, files), *_complaints(notebook), *rich_outputs.unshown(notebook)):
        return Run(notebook, run.time, ChapterError(problem), cells[number - 1] if number else 0)
    return run


def _unforeseen(notebook, files):
    """Yield what a run read of the project beyond what is known of its code, with the number of the first cell."""
    known, root = foreseen_files(notebook), ROOT.resolve()
    own = [place.resolve() for place in OWN]
    read = {path: number for path, number in ((Path(name), number) for name, number in files.items())
            if path not in known and not any(path.is_relative_to(place) for place in own)}  # fmt: skip
    if not read:
        return
    described = {data.folder().resolve() / one["path"]: one["name"] for one in data.package()["resources"]}
    named = ", ".join(str(path.relative_to(root)) if path.is_relative_to(root) else str(path) for path in read)
    loads = " and ".join(f'load("{described[path]}")' for path in read if path in described)
    way = f"{loads} in a cell" if loads else "a table of data/, or an import of newpip/ in a cell,"
    yield min(read.values()), f"it read {named}, which its code does not name; {way}"


def _complaints(notebook):
    """Yield what cells wrote where warnings go, unless the settings let them."""
    if project.settings().get("execute", {}).get("stderr_output") != "error":
        return
    running = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    for number, cell in enumerate(running, 1):
        said = "".join(one.text for one in cell.outputs if one.output_type == "stream" and one.name == "stderr").strip()
        if said:
            warned = re.match(r"\S+:\d+: (.*)", said)  # the line that warned stands below it
            told = warned[1] if warned else " ".join(said.split())
            yield number, f"it warned: {textwrap.shorten(told, SAID)}; a cell that gives no warning"


def _last_records(kept):
    """Map each chapter to the newest record of it in the cache."""
    return {record.uri: record for record in sorted(kept.list_cache_records(), key=lambda record: record.created)}


def _why_stale(kept_runs, path, notebook, last_records):
    """Say why a chapter has to run, or None when the cache has its outputs.

    The cache may hold half a chapter, where a run was killed while it wrote, or nothing of it.
    """
    with suppress(KeyError):
        kept = CACHE / "executed" / kept_runs.match_cache_notebook(notebook).hashkey / "base.ipynb"
        return None if _is_whole(kept) else "its run was not finished"
    record = last_records().get(str(path))
    if record is None:
        return "not run before"
    try:
        last = kept_runs.get_cache_bundle(record.pk).nb
    except (KeyError, ValueError, OSError):
        return "its run was not finished"
    depended = last.metadata.get("kernelspec", {}).get("depends_on", {})
    return "changed: " + ", ".join(changed_parts(depended, notebook.metadata.kernelspec["depends_on"]))


def _is_whole(path):
    """Tell whether a file of JSON was written to its end."""
    try:
        return bool(json.loads(path.read_bytes()))
    except (OSError, ValueError):
        return False


def failure_message(path, result):
    """Name the cell that failed and what it said, without the machine's own traceback.

    Parameters
    ----------
    path : pathlib.Path
        The chapter.
    result : Run
        Its run.

    Returns
    -------
    str
    """
    source = result.nb.cells[result.cell].source.splitlines() or [""]
    said = f"{display_path(path)}:cell {result.cell + 1}: {_error_summary(result.err)} was expected"
    return f"{said}\n    first line: {source[0]}"


def _error_summary(error):
    """Return what went wrong in one line."""
    if isinstance(error, ChapterError):
        return str(error)
    if isinstance(error, CellTimeoutError):
        said = f"not finished after {os.environ.get('NEWPIP_TIMEOUT') or TIMEOUT} seconds"
    elif isinstance(error, DeadKernelError):
        said = "Python itself stopped"
    else:
        lines = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()
        said = lines[-1] if lines else type(error).__name__
    return f"{said}; a cell that runs"
