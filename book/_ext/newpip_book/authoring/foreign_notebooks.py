"""Bring notebooks that Colab, VS Code, JupyterLab, Kaggle or Positron saved to the form of the book's chapters."""

import copy
import hashlib
import json
import re
from contextlib import contextmanager

from newpip.files import write_atomic
from newpip.schema import read_json
from newpip_book.authoring import notebooks

KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
ID = re.compile(r"[\w-]{1,64}")
BADGES = {"view-in-github"}  # cells that Colab adds by itself
OTHER = {"ir", "julia", "bash", "javascript", "scala", "sql", "r"}  # kernels of another language


def normalized(content):
    """Return a notebook in the form of the book: format 4.5, an id for each cell, Python's kernel.

    Parameters
    ----------
    content : object
        As JSON holds it; it is not changed.

    Returns
    -------
    object
        The same where it is no notebook of Python in format 4.
    """
    if not (isinstance(content, dict) and content.get("nbformat") == 4 and _is_python(content.get("metadata"))):
        return content
    cells = content.get("cells")
    if not isinstance(cells, list) or not all(isinstance(cell, dict) for cell in cells):
        return content
    found = copy.deepcopy(content) | {"nbformat_minor": 5}
    found["metadata"] = {**(found.get("metadata") or {}), "kernelspec": KERNEL}
    found["cells"], taken = [], set()
    for number, cell in enumerate(copy.deepcopy(cells)):
        meta = cell["metadata"] if isinstance(cell.get("metadata"), dict) else {}
        if meta.get("id") in BADGES:
            continue
        cell["metadata"], cell["id"] = meta, _id_of(cell, meta, number, taken)
        taken.add(cell["id"])
        if cell.get("cell_type") == "code":
            cell.update(execution_count=None, outputs=[])  # the book's own are stored by the run
        if isinstance(cell.get("source"), (str, list)):
            cell["source"] = "".join(map(str, cell["source"])).replace("\r\n", "\n")
        found["cells"].append(cell)
    return found


def _is_python(meta):
    """Tell whether nothing says that a notebook is of another language; some editors name no kernel at all."""
    meta = meta if isinstance(meta, dict) else {}
    kernel = meta.get("kernelspec") if isinstance(meta.get("kernelspec"), dict) else {}
    info = meta.get("language_info") if isinstance(meta.get("language_info"), dict) else {}
    language = str(kernel.get("language") or info.get("name") or "python").lower()
    return language.startswith(("python", "ipython")) and str(kernel.get("name", "")).lower() not in OTHER


def _id_of(cell, meta, number, taken):
    """Return a cell's id: its own, the one that Colab keeps beside, or one made of its place and text."""
    for one in (cell.get("id"), meta.get("id")):
        if isinstance(one, str) and ID.fullmatch(one) and one not in taken:
            return one
    text = json.dumps([number, cell.get("cell_type"), cell.get("source")])
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def mended(path):
    """Return the text of a chapter as the book would write it, where that mends what is wrong with it.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str or None
        None where it is well, or where it cannot be mended.
    """
    place = notebooks.display_path(path)
    content, problems = read_json(path, place)
    if not problems and not list(notebooks.wrong_notebook(content, place)):
        return None
    try:
        found = normalized(json.loads(path.read_text(encoding="utf-8-sig")))
    except (OSError, ValueError, RecursionError):
        return None
    if list(notebooks.wrong_notebook(found, place)):
        return None
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


@contextmanager
def brought_in():
    """Rewrite the chapters that other tools saved; put them back where what follows does not succeed.

    Yields
    ------
    list of pathlib.Path
        Those that were rewritten.
    """
    before = {}
    try:
        for path in notebooks.chapters():
            text = mended(path)
            if text is not None:
                before[path] = path.read_bytes()
                write_atomic(path, text)
        yield list(before)
    except BaseException:
        for path, raw in before.items():
            write_atomic(path, raw)
        raise
