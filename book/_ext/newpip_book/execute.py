"""Run the chapters that are stale, side by side, and keep their outputs in jupyter-cache."""

import os
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
from jupyter_cache import get_cache
from jupyter_cache.base import CacheBundleIn
from jupyter_cache.executors.utils import single_nb_execution

from newpip_book.depends import ROOT, changed, read_notebook

CACHE = ROOT / "_build" / ".jupyter_cache"
TIMEOUT = 300  # seconds a cell


class ChapterError(RuntimeError):
    """A cell of a chapter failed; the message names chapter, cell and what went wrong."""


def chapters():
    """List the executable chapters.

    Returns
    -------
    list of pathlib.Path
    """
    return sorted((ROOT / "chapters").glob("*.ipynb"))


def run(paths):
    """Run each chapter whose code, data, modules or lock changed; take the others from the cache.

    Parameters
    ----------
    paths : list of pathlib.Path
        The chapters.

    Returns
    -------
    dict
        From path to the chapter with its outputs, in the order given.

    Raises
    ------
    ChapterError
        When a cell fails. What had run until then stays cached; nothing else is touched.
    """
    cache = get_cache(CACHE)
    ready = {path: read_notebook(path.read_text(encoding="utf-8")) for path in paths}
    stale = {path: why for path in paths if (why := _why_stale(cache, path, ready[path])) is not None}
    for path in paths:
        print(f"{path.relative_to(ROOT)}: " + (f"runs ({stale[path]})" if path in stale else "up to date"), flush=True)
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        results = list(pool.map(lambda path: _execute(ready[path]), stale))
    for path, result in zip(stale, results, strict=True):
        if result.err is None:
            bundle = CacheBundleIn(result.nb, str(path), data={"execution_seconds": result.time})
            cache.cache_notebook_bundle(bundle, check_validity=False, overwrite=True)
    failures = [_complaint(path, result) for path, result in zip(stale, results, strict=True) if result.err]
    if failures:
        raise ChapterError("\n".join(failures))
    return {path: cache.merge_match_into_notebook(ready[path])[1] for path in paths}


def _execute(notebook):
    """Run one chapter from its own folder, its kernel silent about its own workings."""
    folder, quiet = str(ROOT / "chapters"), ["--log-level=ERROR"]
    return single_nb_execution(notebook, folder, TIMEOUT, allow_errors=False, extra_arguments=quiet)


def _why_stale(cache, path, notebook):
    """Say why a chapter has to run, or None when the cache has its outputs."""
    try:
        cache.match_cache_notebook(notebook)
        return None
    except KeyError:
        pass
    earlier = [record for record in cache.list_cache_records() if record.uri == str(path)]
    if not earlier:
        return "not run before"
    last = cache.get_cache_bundle(max(earlier, key=lambda record: record.created).pk).nb
    names = changed(last.metadata.kernelspec.get("depends_on", {}), notebook.metadata.kernelspec["depends_on"])
    return "changed: " + ", ".join(names)


def _complaint(path, result):
    """Name the cell that failed and what it said, without the machine's own traceback."""
    code = [cell for cell in result.nb.cells if cell.cell_type == "code"]
    at = next((place for place, cell in enumerate(code) if _failed(cell)), len(code) - 1)
    message = re.sub(r"\x1b\[[0-9;]*m", "", str(result.err)).strip().splitlines()
    return (
        f"{path.relative_to(ROOT)}: code cell {at + 1} failed\n    first line: {code[at].source.splitlines()[0]}"
        f"\n    {message[-1] if message else type(result.err).__name__}"
    )


def _failed(cell):
    return any(output.output_type == "error" for output in cell.get("outputs", []))


def store(path, executed):
    """Store a chapter's outputs in its notebook, without pictures and without what differs from run to run.

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
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
    }
    for cell, ran in zip(notebook.cells, executed.cells, strict=True):
        cell.metadata = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = [_plain(output) for output in ran.outputs]
    text = nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"
    if text == path.read_text(encoding="utf-8"):
        return False
    fresh = path.with_suffix(".ipynb.new")
    fresh.write_text(text, encoding="utf-8")
    os.replace(fresh, path)
    return True


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
    """Run what is stale and store the outputs in the chapters.

    Returns
    -------
    list of pathlib.Path
        The chapters whose files changed.
    """
    return [path for path, executed in run(chapters()).items() if store(Path(path), executed)]
