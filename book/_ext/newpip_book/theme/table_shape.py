"""Give a table the shape that fits its text: how wide its columns are, and what becomes of it in a narrow place."""

import re

import numpy as np
from docutils import nodes

PHONE = 42  # characters that stand side by side on a phone
COLUMN = 112  # characters in the column of text of a desktop
GAP = 2  # characters between two columns
WORD = 24  # a longer word may be broken
SHORT = 10  # a text up to here stays on one line
SENTENCE = 40  # a longer text reads badly in a column that has to be scrolled to
LINE = 34  # characters of a sentence that are pleasant to read in a column


def shape(table):
    """Find the classes of a table and the widths of its columns.

    Parameters
    ----------
    table : docutils.nodes.table

    Returns
    -------
    classes : list of str
        ``np-stack`` where each row becomes a card on a phone, else the table scrolls there, if it has to;
        ``np-fits`` where the column of text of a desktop holds its longest words side by side;
        ``np-spread`` where it is given more room than that column has.
    widths : numpy.ndarray
        A share of the whole for each column, in characters.
    """
    rows = [[entry.astext() for entry in row] for row in table.findall(nodes.row)]
    if len({len(row) for row in rows}) != 1:  # cells that span several
        return [], None
    lengths = np.array([[len(text) for text in row] for row in rows])
    words = np.array([[max(map(len, re.split(r"[\s\u2010-\u2015/-]", text))) for text in row] for row in rows])
    longest, gaps = lengths.max(axis=0), GAP * (lengths.shape[1] - 1)
    least = np.maximum(np.minimum(words.max(axis=0), WORD), np.minimum(longest, SHORT))
    found = {
        "np-stack": longest.max() > SENTENCE and longest.sum() + gaps > 2 * PHONE,
        "np-fits": least.sum() + gaps <= COLUMN,
        "np-spread": np.minimum(longest, LINE).sum() + gaps > COLUMN,
    }
    return [name for name, holds in found.items() if holds], column_widths(lengths, least, COLUMN - gaps) + GAP


def column_widths(lengths, least, room):
    """Share out the room among columns so that the table is as low as can be.

    Parameters
    ----------
    lengths : numpy.ndarray
        Characters in each cell, a row for each row of the table.
    least : numpy.ndarray
        Characters that each column needs.
    room : int
        Characters to share out; columns get more where they need more, and less where none needs it.

    Returns
    -------
    numpy.ndarray
    """
    widths = least.astype(float)
    while widths.sum() < room and (widths < lengths.max(axis=0)).any():
        lines = lengths / widths
        highest = lines.argmax(axis=1)[:, None] == np.arange(len(widths))  # the cell that makes its row this high
        saved = ((lines - lengths / (widths + 1)) * highest).sum(axis=0)
        widths[saved.argmax()] += 1
    return widths


def shorten_titles(app, doctree, docname):
    """Name a page in a cell by the head of its title, which its whole would make as high as a paragraph."""
    titles = {title.astext() for title in app.env.titles.values()}
    for table in doctree.findall(nodes.table):
        for text in list(table.findall(nodes.Text)):
            head, colon, _ = text.partition(": ")
            if colon and str(text) in titles:
                text.parent.replace(text, nodes.Text(head))
