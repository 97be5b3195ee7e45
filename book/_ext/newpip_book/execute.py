"""Run the chapters that are stale, side by side, and keep their outputs in jupyter-cache."""

import logging
import os
import re
import shutil
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import ExecutionResult, single_nb_execution
from jupyter_client.manager import AsyncKernelManager
from nbclient.exceptions import CellTimeoutError, DeadKernelError

from newpip_book import kernels
from newpip_book.depends import ROOT, changed, imported, read_notebook, stored_manifest
from newpip_book.sources import ChapterError, chapters, name

logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # nbclient leaves tasks behind where it stops a cell

CACHE = ROOT / "_build" / ".jupyter_cache"
UNFINISHED = ROOT / "_build" / "caching"  # a file for each notebook that is being put into the cache
STAGE = ROOT / ".refresh"  # on the disk of the chapters: _build may be on another
TIMEOUT = 300  # seconds a cell, unless NEWPIP_TIMEOUT says otherwise
GUARD = "__import__('newpip_book.offline').offline.guard()"  # what a kernel runs before a chapter
runs = None  # those of this process's build, once it has begun: Sphinx waits for them page by page


class Runs:
    """The chapters of one build: those that are stale run side by side from now on, the others are in the cache.

    Parameters
    ----------
    paths : list of pathlib.Path
        The chapters.
    brief : bool
        Whether to say nothing of those that are up to date.
    """

    def __init__(self, paths, brief=False):
        self.cache = get_cache(CACHE)
        self.notebooks = {path: read_notebook(path.read_text(encoding="utf-8")) for path in paths}
        stale = {path: why for path, one in self.notebooks.items() if (why := _why_stale(self.cache, path, one))}
        for path in stale if brief else paths:
            print(f"{name(path)}: " + (f"runs ({stale[path]})" if path in stale else "up to date"), file=sys.stderr)
        self.under_way = start({path: self.notebooks[path] for path in stale})
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
            wrong = complaint(path, result) if result.err is not None else ""
        except EOFError:
            wrong = f"{name(path)}: the process that ran it was ended; a run to the end was expected"
        if wrong:
            self.failures.append(wrong)
            raise ChapterError(wrong)
        self._keep(CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time}))

    def _keep(self, bundle):
        """Put a run into the cache; where that is cut off, what is left of it is known by its mark."""
        mark = UNFINISHED / self.cache.create_hashed_notebook(bundle.nb)[1]
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()
        self.cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
        mark.unlink()

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


def start(notebooks, first=""):
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
        From path to a future of what :func:`execute` returns.
    """
    if not notebooks:
        return {}
    context = kernels.context(imported(notebooks.values()))
    pool = ThreadPoolExecutor(workers())
    runs = {
        path: pool.submit(kernels.elsewhere, context, execute, notebook, first, kernels.Manager)
        for path, notebook in notebooks.items()
    }
    pool.shutdown(wait=False)
    return runs


def workers():
    """Return how many chapters run side by side.

    Returns
    -------
    int
        ``NEWPIP_WORKERS`` when it is set, else one a processor.
    """
    return int(os.environ.get("NEWPIP_WORKERS") or os.cpu_count())


def execute(notebook, first="", manager=AsyncKernelManager):
    """Run one chapter from its own folder, its kernel silent about its own workings and kept from the network.

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
    jupyter_cache.executors.utils.ExecutionResult
        ``err`` is None when every cell ran.
    """
    folder, timeout = str(ROOT / "chapters"), int(os.environ.get("NEWPIP_TIMEOUT") or TIMEOUT)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(execution_count=None, outputs=[])
    kernel = ["--log-level=CRITICAL", f"--IPKernelApp.exec_lines={GUARD}; {first}"]
    try:
        return single_nb_execution(
            notebook, folder, timeout, allow_errors=False, extra_arguments=kernel, kernel_manager_class=manager
        )
    except (DeadKernelError, OSError) as error:
        return ExecutionResult(notebook, folder, 0, error, str(error))


def _why_stale(cache, path, notebook):
    """Say why a chapter has to run, or None when the cache has its outputs.

    The cache may hold half a chapter, where a run was killed while it wrote, or nothing of it.
    """
    with suppress(KeyError):
        found = cache.match_cache_notebook(notebook).hashkey
        kept = CACHE / "executed" / found / "base.ipynb"
        whole = kept.exists() and kept.stat().st_size and not (UNFINISHED / found).exists()
        return None if whole else "its run was not finished"
    for record in sorted(cache.list_cache_records(), key=lambda record: record.created, reverse=True):
        if record.uri == str(path):
            try:
                last = cache.get_cache_bundle(record.pk).nb
            except (KeyError, ValueError, OSError):
                return "its run was not finished"
            depended = last.metadata.get("kernelspec", {}).get("depends_on", {})
            return "changed: " + ", ".join(changed(depended, notebook.metadata.kernelspec["depends_on"]))
    return "not run before"


def complaint(path, result):
    """Name the cell that failed and what it said, without the machine's own traceback.

    Parameters
    ----------
    path : pathlib.Path
        The chapter.
    result : jupyter_cache.executors.utils.ExecutionResult
        Its run.

    Returns
    -------
    str
    """
    begun = [at for at, cell in enumerate(result.nb.cells) if cell.get("execution_count")]
    at = begun[-1] if begun else 0
    source = result.nb.cells[at].source.splitlines() or [""]
    return (
        f"{name(path)}:cell {at + 1}: {_said(result.err)}; a cell that runs was expected\n    first line: {source[0]}"
    )


def _said(error):
    """Return what went wrong in one line."""
    if isinstance(error, CellTimeoutError):
        return f"not finished after {os.environ.get('NEWPIP_TIMEOUT') or TIMEOUT} seconds"
    if isinstance(error, DeadKernelError):
        return "Python itself stopped, in this cell or the next"  # it may go before it says which it began
    lines = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).strip().splitlines()
    return lines[-1] if lines else type(error).__name__


def normal(path, executed):
    """Return a chapter's text with its outputs, without pictures and without what differs from run to run.

    Parameters
    ----------
    path : pathlib.Path
        The chapter.
    executed : nbformat.NotebookNode
        The chapter with its outputs.

    Returns
    -------
    str
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "newpip": {"depends_on": stored_manifest(notebook)},
    }
    for cell, ran in zip(notebook.cells, executed.cells, strict=True):
        cell.metadata = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = _joined([_plain(output) for output in ran.outputs])
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def store(path, executed):
    """Store a chapter's outputs in its notebook.

    Parameters
    ----------
    path : pathlib.Path
        The chapter; it is replaced whole, or left alone when nothing changed.
    executed : nbformat.NotebookNode
        The chapter with its outputs.

    Returns
    -------
    bool
        Whether the file changed.
    """
    return bool(_replace({path: normal(path, executed)}))


def _replace(texts):
    """Replace files by new texts, each whole, and return those that differed.

    All are written and safe on the disk before the first is put in place, and no signal but the one that cannot be
    held back comes between the first and the last.
    """
    texts = {path: text for path, text in texts.items() if text != path.read_text(encoding="utf-8")}
    shutil.rmtree(STAGE, ignore_errors=True)
    if not texts:
        return []
    try:
        _stage(texts)
    except OSError:
        shutil.rmtree(STAGE, ignore_errors=True)
        raise
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT, signal.SIGTERM, signal.SIGHUP})
    done = []
    try:
        for path in texts:
            os.replace(STAGE / path.name, path)
            done.append(path)
    except OSError:
        for path in done:
            os.replace(STAGE / f"{path.name}.old", path)
        raise
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        shutil.rmtree(STAGE)
    return list(texts)


def _stage(texts):
    """Write the new texts, wait until the disk has them, and keep the old ones beside them."""
    STAGE.mkdir()
    for path, text in texts.items():
        shutil.copy2(path, STAGE / f"{path.name}.old")
        with open(STAGE / path.name, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(path, STAGE / path.name)


def _joined(outputs):
    """Join what a cell printed in pieces: where the pieces end differs from run to run."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _plain(output):
    """Keep what an output says; drop pictures, counts and metadata that only the build needs."""
    if "data" in output:
        output.data = {form: content for form, content in output.data.items() if not form.startswith("image/")}
        meta = {key: value for key, value in output.metadata.items() if key == "scrapbook"}
        output.metadata = meta
    if "execution_count" in output:
        output.execution_count = None
    return output


def refresh():
    """Run what is stale and store the outputs in the chapters: all of them, or, when a cell fails, none.

    Returns
    -------
    list of pathlib.Path
        The chapters whose files changed.

    Raises
    ------
    ChapterError
        When a cell fails, or a chapter is edited while it runs; every file is then as it was. What did run stays in
        the cache, so that the next refresh need not run it again.
    """
    before = {path: path.read_bytes() for path in chapters()}
    texts = {path: normal(path, executed) for path, executed in Runs(list(before)).executed().items()}
    edited = [path for path in before if path.read_bytes() != before[path]]
    if edited:
        raise ChapterError("\n".join(f"{name(path)}: edited while it ran; refresh again" for path in edited))
    return _replace(texts)
