"""``make new-chapter NAME=waiting``: start a chapter, its self-checks and its line in the contents from a template."""

import argparse
import re
import sys

from newpip import front
from newpip.files import write_atomic
from newpip_book.authoring import notebooks, toc
from newpip_book.project import ROOT

TEMPLATE = ROOT / "book" / "_template"


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
    ValueError
        When the name is no such word, or is taken, or the book has no template. Nothing was written then.
    """
    if not (TEMPLATE / "chapter.ipynb").is_file():
        raise ValueError(
            f"there is no {notebooks.display_path(TEMPLATE)}/chapter.ipynb; a chapter to start from was expected"
        )
    if not re.fullmatch(r"[a-z]{3,30}", name):
        raise ValueError(f"NAME={name!r} was given; one word of small letters, such as NAME=waiting, was expected")
    there = [path.stem.partition("-") for path in notebooks.chapters()]
    answers = ROOT / "newpip" / "answers" / f"{name}.py"
    if answers.exists() or name in [stem[2] for stem in there]:
        raise ValueError(f"NAME={name!r} is taken; a name that no chapter has was expected")
    number = max((int(stem[0]) for stem in there), default=0) + 1
    chapter = ROOT / "chapters" / f"{number:02}-{name}.ipynb"
    contents = toc.add_chapter(f"chapters/{chapter.stem}")
    chapter.write_text(_filled("chapter.ipynb", name), encoding="utf-8")
    write_atomic(toc.PATH, contents)
    if not (TEMPLATE / "answers.txt").is_file():
        return [chapter, toc.PATH]
    answers.write_text(_filled("answers.txt", name), encoding="utf-8")
    return [chapter, answers, toc.PATH]


def _filled(template, name):
    """Return a file of the template with the chapter's name in its places."""
    text = (TEMPLATE / template).read_text(encoding="utf-8")
    return text.replace("NAME", name).replace("TITLE", name.capitalize())


def main(arguments=None):
    """Start a chapter and say what to do next.

    Parameters
    ----------
    arguments : list of str, optional
        The name; the words of the process by default.

    Returns
    -------
    int
        0, or 2 when nothing was written.
    """
    parser = argparse.ArgumentParser(prog="make new-chapter", description=__doc__)
    parser.add_argument("name", help="one word of small letters")
    try:
        written = start(parser.parse_args(arguments).name)
    except ValueError as error:
        print(error, file=sys.stderr)
        return 2
    print("\n".join(notebooks.display_path(path) for path in written))
    print("Next: make refresh, make check, make lab to write it, make book to see it.")
    return 0


if __name__ == "__main__":
    sys.exit(front.run(main))
