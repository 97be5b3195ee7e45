"""The chapters and pages as their authors write them, read without Jupyter and without Sphinx, so that it is quick."""

import ast
import os
import re
from functools import lru_cache
from types import SimpleNamespace

from newpip.schema import conflict, read_bytes, read_json
from newpip_book.project import ROOT

FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,})(?!\{).*?^(?P=fence)[ \t]*$", flags=re.DOTALL | re.MULTILINE)
# Code between two backticks or more, in which a role is shown and none is meant.
SHOWN = re.compile(r"(?<!`)(?P<ticks>`{2,})(?!`).+?(?<!`)(?P=ticks)(?!`)")
ROLE = re.compile(r"(?<![`\\])\{(?P<name>[\w:+.-]+)\}`(?P<content>[^`]+)`")
KINDS = {"markdown", "code", "raw"}


class ChapterError(RuntimeError):
    """A chapter cannot be read, run or begun; the message names chapter, cell and what went wrong."""


def chapters():
    """List the executable chapters.

    Returns
    -------
    list of pathlib.Path
    """
    return sorted((ROOT / "chapters").glob("*.ipynb"))


def pages():
    """List the pages that run no code.

    Returns
    -------
    list of pathlib.Path
    """
    return sorted((ROOT / "book").glob("*.md"))


def display_path(path):
    """Return how messages name a file of the book.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
        From the root of the book; whole where it is of another.
    """
    return (path.relative_to(ROOT) if path.is_relative_to(ROOT) else path).as_posix()


def docname(path):
    """Return the name of a page: its path from the root of the book, without the ending.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    str
    """
    return display_path(path.with_suffix(""))


def file_signature(path):
    """Return what changes when a file is written: what was read of it is kept until then.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    tuple of int
        Empty where there is no such file.
    """
    try:
        found = os.stat(path)
    except OSError:
        return ()
    return found.st_mtime_ns, found.st_size, found.st_ino


def load_text(path):
    """Read a text of the book.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    text : str
        Empty when there are problems.
    problems : tuple of str
    """
    return _load_text(path, file_signature(path))


@lru_cache
def _load_text(path, stamped):
    place = display_path(path)
    try:
        raw = read_bytes(path)
        content = raw.decode("utf-8")
    except OSError as error:
        return "", (f"{place}: {error.strerror or error}; a text in UTF-8 was expected",)
    except UnicodeDecodeError as error:
        row = raw[: error.start].count(b"\n") + 1
        return "", (f"{place}:{row}:1: byte {raw[error.start]:#04x} is not UTF-8; UTF-8 was expected",)
    marker = conflict(content)
    if marker:
        return "", (f"{place}:{marker}:1: a conflict of git was left; one of its two sides was expected",)
    odd = re.search("[\x00-\x08\x0b-\x1f\ufeff]", content)
    if odd:
        row = content.count("\n", 0, odd.start()) + 1
        sign = f"the character U+{ord(odd[0]):04X}"
        return "", (f"{place}:{row}:1: {sign} cannot be seen; plain text with LF line ends was expected",)
    return content, ()


def load_notebook(path):
    """Read a chapter.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    notebook : types.SimpleNamespace
        With ``cells`` (each with ``cell_type``, ``source``, ``outputs`` and ``metadata``) and ``metadata``.
        Without cells when there are problems.
    problems : tuple of str
        One line a problem, as ``file:cell:line: what is wrong, what was expected``.
    """
    return _load_notebook(path, file_signature(path))


@lru_cache
def _load_notebook(path, stamped):
    place = display_path(path)
    content, problems = read_json(path, place)
    problems = problems or list(wrong_notebook(content, place))
    if problems:
        from newpip_book.authoring import foreign_notebooks  # which looks at notebooks as this module does

        mend = " (newpip refresh mends it);" if foreign_notebooks.mended(path) else ";"
        found = [mend.join(one.rsplit(";", 1)) for one in problems]
        return SimpleNamespace(cells=[], metadata={}), tuple(found)
    cells = [
        SimpleNamespace(
            cell_type=cell["cell_type"],
            source="".join(cell["source"]),
            outputs=cell.get("outputs", []),
            metadata=cell.get("metadata", {}),
        )
        for cell in content["cells"]
    ]
    for number, cell in enumerate(cells, 1):
        marker = conflict(cell.source)
        if marker:
            problems.append(
                f"{place}:cell {number}:line {marker}: a conflict of git was left; one of its two sides was expected"
            )
        elif cell.cell_type == "code":
            problems += _wrong_code(cell.source, f"{place}:cell {number}")
    return SimpleNamespace(cells=[] if problems else cells, metadata=content["metadata"]), tuple(problems)


def wrong_notebook(content, place):
    """Find what keeps JSON from being a notebook of the book.

    Parameters
    ----------
    content : object
    place : str
        How messages name its file.

    Yields
    ------
    str
        As ``file:cell: what is wrong, what was expected``.
    """
    if not isinstance(content, dict) or not isinstance(content.get("cells"), list):
        yield f"{place}:1:1: there is no list of cells; a Jupyter notebook was expected"
        return
    version = content.get("nbformat"), content.get("nbformat_minor")
    if version not in {(4, 4), (4, 5)}:
        yield f"{place}:1:1: the notebook is of format {version[0]}.{version[1]}; format 4.5 was expected"
    meta = content.get("metadata")
    kernel = meta.get("kernelspec") if isinstance(meta, dict) else None
    if not isinstance(kernel, dict) or kernel.get("name") != "python3":
        yield f"{place}:1:1: the notebook names no kernel of this book; the kernelspec python3 was expected"
    seen = set()
    for number, cell in enumerate(content["cells"], 1):
        where = f"{place}:cell {number}"
        if not isinstance(cell, dict) or cell.get("cell_type") not in KINDS:
            yield f"{where}: no cell of {', '.join(sorted(KINDS))} was found; one was expected"
            continue
        source = cell.get("source")
        if not isinstance(source, str) and not (isinstance(source, list) and all(isinstance(s, str) for s in source)):
            yield f"{where}: the source is no text; text was expected"
        elif any("\r" in one for one in source):
            yield f"{where}: the source has the line ends of Windows; LF was expected"
        if not isinstance(cell.get("metadata"), dict):
            yield f"{where}: there is no metadata; metadata in braces was expected"
        outputs = cell.get("outputs", [])
        if not isinstance(outputs, list) or not all(isinstance(one, dict) for one in outputs):
            yield f"{where}: the outputs are no list; a list was expected"
        if not isinstance(cell.get("id", ""), str) or ("id" not in cell and version == (4, 5)):
            yield f"{where}: the cell has no id; an id that no other cell has was expected"
        elif cell.get("id") in seen:
            yield f"{where}: the id {cell['id']!r} stands twice; an id that no other cell has was expected"
        seen |= {cell["id"]} if "id" in cell else set()


def _wrong_code(source, place):
    """Return what keeps code from being Python, which IPython's own lines are not: what they do cannot be read."""
    try:
        compile(source, place, "exec", flags=ast.PyCF_ALLOW_TOP_LEVEL_AWAIT, dont_inherit=True)
    except SyntaxError as error:
        for number, line in _ipython_lines(source):
            said = f"{line.strip()!r} is a line of IPython's own, behind which a change is not seen"
            return [f"{place}:line {number}: {said}; the same in Python, or no such line, was expected"]
        return [f"{place}:line {error.lineno}: {error.msg}; code that Python can read was expected"]
    except ValueError as error:
        return [f"{place}:line 1: {error}; code that Python can read was expected"]
    return []


def _ipython_lines(source):
    """Yield the number and text of each line that IPython itself would make a call of: ``%time``, ``!ls``, ``x?``."""
    from IPython.core.inputtransformer2 import TransformerManager  # only where Python cannot read the code

    made = TransformerManager().transform_cell(source).splitlines()
    for number, (line, said) in enumerate(zip(source.splitlines(), made, strict=False), 1):
        if line != said and "get_ipython()" in said:
            yield number, line


def prose(paths=None):
    """List the Markdown of the book.

    Parameters
    ----------
    paths : list of pathlib.Path, optional
        Some chapters and pages; all of the book by default.

    Yields
    ------
    path : pathlib.Path
    place : str
        ``file`` of a page, ``file:cell N`` of a chapter.
    text : str
    """
    for path in [*chapters(), *pages()] if paths is None else paths:
        if path.suffix != ".ipynb":
            yield path, display_path(path), load_text(path)[0]
            continue
        for number, cell in enumerate(load_notebook(path)[0].cells, 1):
            if cell.cell_type == "markdown":
                yield path, f"{display_path(path)}:cell {number}", cell.source


def without_code(text):
    """Leave out of Markdown the code that it shows, line for line.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        With as many lines.
    """
    return SHOWN.sub("", FENCE.sub(lambda found: "\n" * found[0].count("\n"), text))


def roles(paths=None):
    """List the roles that prose uses, those shown as code aside.

    Parameters
    ----------
    paths : list of pathlib.Path, optional
        As in :func:`prose`.

    Yields
    ------
    path : pathlib.Path
    place : str
        ``file:line`` of a page, ``file:cell N:line M`` of a chapter.
    name, content : str
        ``{name}`` and what stands in its backticks.
    """
    for path, place, words in prose(paths):
        blanked = without_code(words)
        for found in ROLE.finditer(blanked):
            line = blanked.count("\n", 0, found.start()) + 1
            word = f"line {line}" if path.suffix == ".ipynb" else f"{line}:1"
            yield path, f"{place}:{word}", found["name"], found["content"]
