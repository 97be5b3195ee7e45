"""The shape of a table follows from its text."""

import numpy as np
import pytest
from docutils import nodes

from newpip_book.directives.table_nodes import simple_table
from newpip_book.theme.table_shape import COLUMN, column_widths, shape

SENTENCE = "Some words that go on for longer than a narrow column would hold on a single line of its own."


def table(*rows):
    header = [f"Head {place}" for place in range(len(rows[0]))]
    return simple_table(header, [list(row) for row in rows], [])


@pytest.mark.parametrize(
    ("rows", "classes"),
    [
        ([("2018", "12", "3")], ["np-fits"]),
        ([("a", *["0.123"] * 12)], ["np-fits"]),
        ([("name", SENTENCE)], ["np-stack", "np-fits"]),
        ([("name", SENTENCE, SENTENCE, SENTENCE, SENTENCE)], ["np-stack", "np-fits", "np-spread"]),
        ([["x" * 30] * 6], ["np-spread"]),
    ],
)
def test_a_shape_follows_from_the_number_of_columns_and_the_length_of_their_text(rows, classes):
    assert shape(table(*rows))[0] == classes


def test_a_table_whose_cells_span_several_keeps_the_shape_that_it_has():
    spanned = table(("a", "b"))
    spanned.next_node(nodes.tbody).next_node(nodes.row).pop()
    assert shape(spanned) == ([], None)


def test_columns_get_room_where_it_makes_rows_lower_and_none_gets_less_than_it_needs():
    lengths = np.array([[4, 300, 60], [4, 200, 30], [4, 250, 20]])
    least = np.array([4, 10, 10])
    widths = column_widths(lengths, least, 100)
    assert widths.sum() == 100 and (widths >= least).all()
    assert widths[0] == 4 and widths[1] > widths[2] > 10
    even = (lengths / np.full(3, 100 / 3)).max(axis=1).sum()
    assert (lengths / widths).max(axis=1).sum() < even


def test_short_text_takes_no_more_room_than_it_fills():
    lengths = np.array([[4, 20], [3, 18]])
    assert column_widths(lengths, np.array([4, 10]), COLUMN).tolist() == [4, 20]
