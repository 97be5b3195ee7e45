"""What keeps the program behind a result from being found is refused: each name means one thing."""

from types import SimpleNamespace

import pytest

from newpip_book.authoring import lint_names, slices


def meanings(*cells):
    """Return the second meanings of names in some cells: cell, line, name, and the cell that bound it first."""
    notebook = SimpleNamespace(cells=[SimpleNamespace(cell_type="code", source=code) for code in cells])
    return lint_names.second_meanings(slices.Chapter(notebook))


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (["a = 1", "b = a", "a = 2"], [(3, 1, "a", 1)]),
        (["a = {}", "a['x'] = 1", "b = a"], [(2, 1, "a", 1)]),
        (["a = []", "a.append(1)"], [(2, 1, "a", 1)]),
        (["a = 1", "b = 1\na = a + b"], [(2, 2, "a", 1)]),
        (["a = 1", "a = 2\nb = a"], []),
        (["for x in [1]:\n    b = x", "for x in [2]:\n    c = x"], []),
        (["import numpy as np", "np.seterr()", "b = np.pi"], []),
        (["fig, ax = draw.canvas()\nax.set()", "fig, ax = draw.canvas()\nax.set()"], []),
    ],
)
def test_a_name_that_crosses_cells_is_written_in_one(cells, expected):
    assert meanings(*cells) == expected


@pytest.mark.parametrize(
    ("code", "line", "word"),
    [
        ("a = 1\ndel a", 2, "'del'"),
        ("def f():\n    global a\n    a = 1", 2, "'global'"),
        ("def f(key):\n    number(key, 1)", 2, "number() within a function"),
    ],
)
def test_what_cannot_be_followed_is_named_with_the_way_out(code, line, word):
    notebook = SimpleNamespace(cells=[SimpleNamespace(cell_type="code", source=code)])
    [problem] = lint_names.problems_of(slices.Chapter(notebook), "chapters/01-one.ipynb")
    assert problem.startswith(f"chapters/01-one.ipynb:cell 1:line {line}: {word}") and problem.endswith("expected")
