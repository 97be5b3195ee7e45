"""Copy the chapters to work/ for the reader; a copy that the reader changed is never overwritten."""

import hashlib
import json

import nbformat

from newpip_book.authoring import notebooks
from newpip_book.outputs import takeaway_notebooks
from newpip_book.project import ROOT

WORK = ROOT / "work"
YOURS = """This is your own copy of the chapter: change what you like, and run the cells from top to bottom.
The numbers in its text are those of the book.
`newpip lab` leaves a copy that you changed as it is; to have the chapter anew, delete or rename this file first.
"""


def update():
    """Make the copies that are missing, and bring those up to date that nobody changed.

    Returns
    -------
    dict of pathlib.Path to str
        What was done with the copy of each chapter.

    Raises
    ------
    newpip_book.authoring.notebooks.ChapterError
        When a chapter cannot be read; every copy is then as it was.
    """
    problems = [problem for path in notebooks.chapters() for problem in notebooks.load_notebook(path)[1]]
    if problems:
        raise notebooks.ChapterError("\n".join(problems))
    chapters = {path: nbformat.read(path, as_version=4) for path in notebooks.chapters()}
    texts = {
        key: text for chapter in chapters.values() for key, text in takeaway_notebooks.stored_results(chapter).items()
    }
    WORK.mkdir(exist_ok=True)
    return {path: _put(own(chapter, texts), WORK / path.name) for path, chapter in chapters.items()}


def own(notebook, texts):
    """Make of a chapter a notebook for JupyterLab on the same machine, which shows MyST's blocks but not its roles.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter; it is changed.
    texts : dict of str to str
        The named results as prose shows them.

    Returns
    -------
    nbformat.NotebookNode
    """
    takeaway_notebooks.to_plain_markdown(notebook, texts, lab=True)
    notebook.cells.insert(0, nbformat.v4.new_markdown_cell(YOURS, id="your-copy"))
    notebook.metadata["newpip"] = {"made": _digest(notebook)}
    return notebook


def _put(copy, target):
    """Write a copy unless a reader's own work is in its place; return what was done, in words."""
    if not target.exists():
        nbformat.write(copy, target)
        return "made"
    there = _read(target)
    if there is None:
        return "kept, for it is no copy of a chapter"
    made = there.metadata.newpip.made
    if made == copy.metadata.newpip.made:
        return "as it was" if _digest(there) == made else "kept as you changed it"
    if _digest(there) != made:
        return "kept as you changed it; the chapter has changed too: rename your copy to have the new one"
    nbformat.write(copy, target)
    return "brought up to date"


def _read(target):
    """Read a copy that was made here, or return None."""
    try:
        there = nbformat.read(target, as_version=4)
        return there if there.metadata.newpip.made else None
    except (ValueError, AttributeError, nbformat.ValidationError):
        return None


def _digest(notebook):
    """Return a digest of what a reader may change: the cells and what they put out."""
    cells = [(cell.cell_type, cell.source, cell.get("outputs", [])) for cell in notebook.cells]
    return hashlib.sha256(json.dumps(cells).encode()).hexdigest()
