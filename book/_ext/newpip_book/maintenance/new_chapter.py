"""Start a chapter, its self-checks, the labels of its results and its line in the contents from a template."""

import keyword
import re

from newpip.files import write_together
from newpip_book.authoring import labels, notebooks, toc
from newpip_book.project import ROOT

TEMPLATE = ROOT / "book" / "_template"
DEVICES = ("aux", "con", "nul", "prn")  # no file has such a name on Windows


def start(name):
    """Write a chapter that can be run, checked and built at once, for its author to replace piece by piece.

    Parameters
    ----------
    name : str
        One word of small letters: the chapter becomes ``chapters/NN-name.ipynb`` with the label ``chapter-name``.

    Returns
    -------
    list of pathlib.Path
        What was written.

    Raises
    ------
    newpip_book.authoring.notebooks.ChapterError
        When the name is no such word, or is taken, or the book has no template. Nothing was written then.
    """
    if not (TEMPLATE / "chapter.ipynb").is_file():
        place = f"{notebooks.display_path(TEMPLATE)}/chapter.ipynb"
        raise notebooks.ChapterError(f"there is no {place}; a chapter to start from was expected")
    if not re.fullmatch(r"[a-z]{3,30}", name):
        raise notebooks.ChapterError(f"{name!r} was given; one word of small letters, such as waiting, was expected")
    if keyword.iskeyword(name) or name in DEVICES:
        whose = "Python" if keyword.iskeyword(name) else "Windows"
        raise notebooks.ChapterError(f"{name!r} is a word of {whose} itself; another word was expected")
    there = [path.stem.partition("-") for path in notebooks.chapters()]
    answers = ROOT / "newpip" / "answers" / f"{name}.py"
    if answers.exists() or name in [stem[2] for stem in there]:
        raise notebooks.ChapterError(f"{name!r} is taken; a name that no chapter has was expected")
    number = max((int(stem[0]) for stem in there), default=0) + 1
    chapter = ROOT / "chapters" / f"{number:02}-{name}.ipynb"
    contents = toc.add_chapter(f"chapters/{chapter.stem}")
    written = {chapter: _filled("chapter.ipynb", name), toc.PATH: contents}
    if (TEMPLATE / "answers.txt").is_file():
        written[answers] = _filled("answers.txt", name)
    if (TEMPLATE / "labels.csv").is_file():
        written[ROOT / labels.LABELS] = labels.text() + _filled("labels.csv", name)
    write_together(written)
    return list(written)


def _filled(template, name):
    """Return a file of the template with the chapter's name in its places."""
    text = (TEMPLATE / template).read_text(encoding="utf-8")
    return text.replace("NAME", name).replace("TITLE", name.capitalize())
