"""The small changes that an author makes to a book between two builds."""

import csv
from dataclasses import dataclass

import nbformat

SCENARIOS = {
    "cold": "nothing kept",
    "nothing": "nothing changed",
    "sentence": "one sentence changed",
    "code": "one code cell changed",
    "data": "one data value changed",
}


@dataclass(frozen=True)
class Author:
    """Where in a book its author changes something.

    Attributes
    ----------
    chapter : str
        The chapter of which a sentence and a code cell are changed.
    table, key, column : str
        Where the data value stands; the key is in the first column.
    value : str
        The new one.
    page, shown : str
        The chapter that shows it, and how.
    """

    chapter: str
    table: str
    key: str
    column: str
    value: str
    page: str
    shown: str

    def edit(self, scenario, folder):
        """Change what a scenario changes.

        Parameters
        ----------
        scenario : str
            Of ``SCENARIOS``.
        folder : pathlib.Path
            The book.

        Returns
        -------
        page, text : str
            A chapter and what its page is then to hold; None where nothing is changed.
        """
        chapter = folder / "chapters" / f"{self.chapter}.ipynb"
        if scenario == "sentence":
            add_text(chapter, "markdown", -1, "\nThe word of this sentence is feldspar.")
            return self.chapter, "feldspar"
        if scenario == "code":
            add_text(chapter, "code", 0, "\n# basalt")
            return self.chapter, "# basalt"
        if scenario == "data":
            set_value(folder / "data" / f"{self.table}.csv", self.key, self.column, self.value)
            return self.page, self.shown
        return None


def add_text(path, kind, place, text):
    """Add text to the end of a cell.

    Parameters
    ----------
    path : pathlib.Path
        The notebook.
    kind : str
        ``markdown`` or ``code``.
    place : int
        Which of the cells of that kind.
    text : str
    """
    notebook = nbformat.read(path, as_version=4)
    [cell for cell in notebook.cells if cell.cell_type == kind][place].source += text
    nbformat.write(notebook, path)


def set_value(path, key, column, value):
    """Put a value into a table.

    Parameters
    ----------
    path : pathlib.Path
        The CSV file.
    key : str
        What stands in the first column of the row.
    column, value : str
    """
    with path.open(encoding="utf-8", newline="") as stream:
        header, *rows = csv.reader(stream)
    next(row for row in rows if row[0] == key)[header.index(column)] = value
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, lineterminator="\n").writerows([header, *rows])


def strip_outputs(folder):
    """Strip every notebook of a folder of its outputs, and of what the book notes of them.

    Parameters
    ----------
    folder : pathlib.Path
    """
    for path in folder.glob("*.ipynb"):
        notebook = nbformat.read(path, as_version=4)
        notebook.metadata.pop("newpip", None)
        for cell in notebook.cells:
            if cell.cell_type == "code":
                cell.update(outputs=[], execution_count=None)
        nbformat.write(notebook, path)
