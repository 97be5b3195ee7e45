"""Copies of the book to build elsewhere, and the small changes that authors make."""

import csv
import io
import os
import re

import nbformat

from newpip_book.project import ROOT
from tests.helpers import CONTENTS, small_book, write_chapter

CHAPTER = ROOT / "chapters" / "10-service.ipynb"  # it stands alone: its sentences rest on nothing in other chapters
COVER = "# A book to measure\n\nIts chapters follow.\n"
FIRST_COUNT = """from IPython.display import HTML

with open("../data/referrals.csv") as table:
    count = table.readlines()[1].split(",")[1]
HTML(f"<p>{count}</p>")"""


def of_copies(folder, count):
    """Make a book whose chapters are copies of one, with the settings, data and code of the whole.

    Parameters
    ----------
    folder : pathlib.Path
        It does not exist yet.
    count : int
        How many copies.
    """
    stems = [f"{number:03}-service" for number in range(1, count + 1)]
    _empty(folder, stems)
    for number, stem in enumerate(stems, 1):
        _write_copy(folder / "chapters" / f"{stem}.ipynb", number)


def of_one_cell(folder):
    """Make a book of one chapter, which shows the first count of the table of referrals and imports nothing heavy.

    Parameters
    ----------
    folder : pathlib.Path
        It does not exist yet.
    """
    _empty(folder, ["01-count"])
    write_chapter(folder / "chapters" / "01-count.ipynb", ("# A count\n\nIt is the first.", FIRST_COUNT))


def _empty(folder, stems):
    """Make a small book that lists chapters which are still to be written."""
    small_book(folder)
    for path in (folder / "chapters").glob("*.ipynb"):
        path.unlink()
    listed = "".join(f"      - file: chapters/{stem}\n" for stem in stems)
    contents = CONTENTS.replace("      - file: chapters/01-first\n      - file: chapters/02-second\n", listed)
    (folder / "_toc.yml").write_text(contents, encoding="utf-8")
    (folder / "book" / "index.md").write_text(COVER, encoding="utf-8")


def _write_copy(path, number):
    """Write one copy, its keys and label its own, so that it is another chapter for the build and for its cache."""
    notebook = nbformat.read(CHAPTER, as_version=4)
    for cell in notebook.cells:
        cell.source = renamed(cell.source, number)
    without_outputs(notebook)
    nbformat.write(notebook, path)


def renamed(text, number):
    """Give the results of a copy names of their own, and drop its links to chapters that the small book has not.

    Parameters
    ----------
    text : str
        The source of a cell.
    number : int
        Which copy.

    Returns
    -------
    str
    """
    text = re.sub(r"\bown(?=[.-][a-z{])", f"own{number}", text)
    text = text.replace("(chapter-service)=", f"(chapter-service-{number})=")
    return re.sub(r"\{ref\}`[^`]+`", "another chapter", text)


def without_outputs(notebook):
    """Strip a notebook of its outputs, and of what the book notes of them.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        It is changed.
    """
    notebook.metadata.pop("newpip", None)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.update(outputs=[], execution_count=None)


def settings(folder):
    """Return the environment in which a command runs on a copy of the book, with the copy's own code.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    dict
        Variables to add to those of this process.
    """
    return {
        "PYTHONPATH": os.pathsep.join([str(folder), str(folder / "book" / "_ext")]),
        "PYTHONDONTWRITEBYTECODE": "",
        "GIT_CEILING_DIRECTORIES": str(folder.parent),  # the commits of this repository are not the copy's
    }


def strip(folder):
    """Strip every notebook of a folder of its outputs.

    Parameters
    ----------
    folder : pathlib.Path
    """
    for path in folder.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        without_outputs(notebook)
        nbformat.write(notebook, path)


def add_sentence(path, word):
    """Add a sentence with a given word in it to the end of a chapter's last cell of prose.

    Parameters
    ----------
    path : pathlib.Path
    word : str
    """
    _add(path, "markdown", -1, f"\nThe word of this round is {word}.")


def add_comment(path, word):
    """Add a comment of one word to the end of a chapter's first cell of code.

    Parameters
    ----------
    path : pathlib.Path
    word : str
    """
    _add(path, "code", 0, f"\n# {word}")


def _add(path, kind, place, text):
    """Add text to a cell: the one at a place among those of its kind."""
    notebook = nbformat.read(path, as_version=4)
    [cell for cell in notebook.cells if cell.cell_type == kind][place].source += text
    nbformat.write(notebook, path)


def set_cell(path, key, column, value):
    """Put a value into a table.

    Parameters
    ----------
    path : pathlib.Path
        The CSV file.
    key : str
        What stands in the first column of the row.
    column, value : str
    """
    header, *rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8")))
    place = [row[0] for row in rows].index(key)
    rows[place][header.index(column)] = value
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerows([header, *rows])
    path.write_text(stream.getvalue(), encoding="utf-8")
