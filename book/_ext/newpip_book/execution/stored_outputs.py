"""Store the outputs of chapters in their notebooks: all that changed, or none."""

import os
import shutil
from pathlib import Path

import nbformat

from newpip_book.authoring.dependencies import stored_manifest
from newpip_book.authoring.notebooks import ChapterError, chapters, display_path
from newpip_book.execution.runner import ChapterRuns
from newpip_book.execution.signals import held_back
from newpip_book.project import ROOT

STAGE = ROOT / ".refresh"  # on the disk of the chapters: _build may be on another


def normalized_text(path, executed, origins=None):
    """Return a chapter's text with its outputs, without pictures and without what differs from run to run.

    Parameters
    ----------
    path : pathlib.Path
        The chapter.
    executed : nbformat.NotebookNode
        The chapter with its outputs.
    origins : dict, optional
        What each result rests on, to be stored as well.

    Returns
    -------
    str
    """
    notebook = nbformat.read(path, as_version=4)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "newpip": {"depends_on": stored_manifest(notebook)} | ({"origins": origins} if origins else {}),
    }
    for cell, ran in zip(notebook.cells, executed.cells, strict=True):
        cell.metadata = {"tags": cell.metadata.tags} if cell.metadata.get("tags") else {}
        if cell.cell_type == "code":
            cell.execution_count = None
            cell.outputs = _join_streams([_strip_output(output) for output in ran.outputs])
    return nbformat.writes(notebook, version=nbformat.NO_CONVERT) + "\n"


def store_outputs(path, executed):
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
    return bool(_replace_all({path: normalized_text(path, executed)}))


def _replace_all(texts):
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
    done = []
    with held_back():
        try:
            for path in texts:
                os.replace(STAGE / path.name, path)
                done.append(path)
        except OSError:
            for path in done:
                os.replace(STAGE / f"{path.name}.old", path)
            raise
        finally:
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


def _join_streams(outputs):
    """Join what a cell printed in pieces: where the pieces end differs from run to run."""
    joined = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.output_type == "stream" == last.get("output_type") and output.name == last.name:
            last.text += output.text
        else:
            joined.append(output)
    return joined


def _strip_output(output):
    """Keep what an output says; drop pictures, counts and metadata that only the build needs."""
    if "data" in output:
        output.data = {form: content for form, content in output.data.items() if not form.startswith("image/")}
        meta = {key: value for key, value in output.metadata.items() if key == "scrapbook"}
        output.metadata = meta
    if "execution_count" in output:
        output.execution_count = None
    return output


def _chapters_named(names, paths):
    """Find chapters by the names that were typed; no name means all of them."""
    if names is None:
        return []
    known = {path.stem: path for path in paths}
    unknown = [name for name in names if Path(name).stem not in known]
    if unknown:
        raise ChapterError(f"{unknown[0]}: there is no such chapter; one of {', '.join(known)} was expected")
    return [known[Path(name).stem] for name in names] or paths


def refresh(forced=None, origins=None):
    """Run what is stale and store the outputs in the chapters: all of them, or, when a cell fails, none.

    Parameters
    ----------
    forced : list of str, optional
        The chapters to run whatever has changed: ``"01-background"``, or the file; all of them where it is empty.
    origins : callable, optional
        Called with the chapters; returns what, called with one of them, returns what each of its results rests on.

    Returns
    -------
    list of pathlib.Path
        The chapters whose files changed.

    Raises
    ------
    ChapterError
        When a cell fails, a chapter is edited while it runs, or there is no chapter of a name; every file is then as
        it was. What did run stays in the cache, so that the next refresh need not run it again.
    """
    before = {path: path.read_bytes() for path in chapters()}
    runs = ChapterRuns(list(before), forced=_chapters_named(forced, list(before)))
    rests_on = origins(list(before)) if origins else lambda path: None
    texts = {path: normalized_text(path, executed, rests_on(path)) for path, executed in runs.executed().items()}
    edited = [path for path in before if path.read_bytes() != before[path]]
    if edited:
        raise ChapterError("\n".join(f"{display_path(path)}: edited while it ran; refresh again" for path in edited))
    return _replace_all(texts)
