"""Read _toc.yml: which pages the book has, in which order and part."""

import yaml

from newpip_book.project import ROOT

PATH = ROOT / "_toc.yml"


def entries():
    """List the pages in the order of the contents.

    Returns
    -------
    list of (str, str)
        Each page without its ending, the cover first, and the caption of its part.
    """
    toc = yaml.safe_load(PATH.read_text(encoding="utf-8"))
    parts = toc.get("parts") or [toc]
    return [(toc["root"], ""), *((page, part.get("caption", "")) for part in parts for page in files(part))]


def files(content):
    """List the pages that contents name, however deep, their root aside.

    Parameters
    ----------
    content : dict or list
        The contents, or a part of them.

    Returns
    -------
    list of str
    """
    if isinstance(content, dict):
        own = [content["file"]] if "file" in content else []
        return own + [name for key, value in content.items() if key != "file" for name in files(value)]
    return [name for part in content for name in files(part)] if isinstance(content, list) else []


def add_chapter(name):
    """Return the contents with a chapter after the last one, every other line as its author wrote it.

    Parameters
    ----------
    name : str
        Such as ``"chapters/11-waiting"``.

    Returns
    -------
    str

    Raises
    ------
    ValueError
        When the contents list no chapter to put it after.
    """
    rows = PATH.read_text(encoding="utf-8").splitlines(keepends=True)
    last = max((row for row, line in enumerate(rows) if "- file: chapters/" in line), default=None)
    if last is None:
        raise ValueError("_toc.yml lists no chapter; one to put the new chapter after was expected")
    return "".join([*rows[: last + 1], f"{rows[last].partition('chapters/')[0]}{name}\n", *rows[last + 1 :]])
