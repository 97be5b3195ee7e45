"""The program behind a result: what is kept of a chapter, and what is left out."""

from types import SimpleNamespace

import pytest

from newpip_book.authoring import slices


def chapter(*cells):
    """Return the chapter of some code cells."""
    return slices.Chapter(SimpleNamespace(cells=[SimpleNamespace(cell_type="code", source=code) for code in cells]))


def program(*cells, which=-1):
    """Return the program behind a publication, the last by default."""
    one = chapter(*cells)
    return slices.text(one.program(one.publications[which]))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("a = 1\nb = 2\nnumber('n', b)", "b = 2\nnumber('n', b)"),
        ("a = 1\na = 2\nnumber('n', a)", "a = 2\nnumber('n', a)"),
        ("a = 1\na = a + 1\nnumber('n', a)", "a = 1\na = a + 1\nnumber('n', a)"),
        ("a = 1\na += 1\nnumber('n', a)", "a = 1\na += 1\nnumber('n', a)"),
        ("a, b = 1, 2\nnumber('n', b)", "b = 2\nnumber('n', b)"),
        ("a, b = b, a\nnumber('n', b)", "a, b = b, a\nnumber('n', b)"),
        ("f = {}\nf['x'] = 1\ng = 2\nnumber('n', f['x'])", "f = {}\nf['x'] = 1\nnumber('n', f['x'])"),
        ("f = g()\nf.loc[t, 'x'] += u\nt = 0\nnumber('n', f)", "f = g()\nf.loc[t, 'x'] += u\nnumber('n', f)"),
        ("t = 0\nf.loc[t] = 1\nnumber('n', f)", "t = 0\nf.loc[t] = 1\nnumber('n', f)"),
        ("a = []\na.append(1)\nnumber('n', a)", "a = []\na.append(1)\nnumber('n', a)"),
        ("a = f()\na.round(3)\nnumber('n', a)", "a = f()\nnumber('n', a)"),
        ("a = []\nshow(a)\nnumber('n', a)", "a = []\nnumber('n', a)"),
        ("y = 1\ng = f.query('year > @y')\nnumber('n', g)", "y = 1\ng = f.query('year > @y')\nnumber('n', g)"),
        ("x = 5\nb = [x for x in c]\nnumber('n', b)", "b = [x for x in c]\nnumber('n', b)"),
        ("x = 5\nb = [x + y for y in c]\nnumber('n', b)", "x = 5\nb = [x + y for y in c]\nnumber('n', b)"),
        (
            "k = 3\ndef f(x):\n    return k * x\nz = 1\nnumber('n', f(2))",
            "k = 3\ndef f(x):\n    return k * x\nnumber('n', f(2))",
        ),
        ("def f():\n    return k\nk = 3\nnumber('n', f())", "def f():\n    return k\nk = 3\nnumber('n', f())"),
        ("t = 0\nfor x in d:\n    t = t + x\nnumber('n', t)", "t = 0\nfor x in d:\n    t = t + x\nnumber('n', t)"),
        (
            "y = 0\nfor x in d:\n    y = x\n    a[x] = y\nnumber('n', a)",
            "for x in d:\n    y = x\n    a[x] = y\nnumber('n', a)",
        ),
        ("if c:\n    a = 1\nnumber('n', a)", "if c:\n    a = 1\nnumber('n', a)"),
        ("a = 0\nif c:\n    a = 1\nnumber('n', a)", "a = 0\nif c:\n    a = 1\nnumber('n', a)"),
        ("for x in d:\n    a[x] = 1\nnumber('n', a)", "for x in d:\n    a[x] = 1\nnumber('n', a)"),
    ],
)
def test_a_statement_is_kept_when_it_binds_or_changes_what_a_kept_one_reads(cell, expected):
    assert program(cell) == expected


def test_imports_are_kept_name_by_name_and_joined_again():
    cells = (
        "import math, os\nfrom newpip.publish import claim, number\nfrom newpip import draw, dropout",
        "number('n', math.pi)",
    )
    assert program(*cells) == "import math\nfrom newpip.publish import number\nnumber('n', math.pi)"


def test_a_call_of_a_module_does_not_change_the_module():
    cells = "from newpip import draw", "draw.panel(1)", "number('n', draw.WIDTH)"
    assert "panel" not in program(*cells)


def test_a_drawing_is_changed_through_its_axes():
    cell = "fig, ax = draw.canvas()\nax.set(xlabel='x')\nsns.lineplot(frame, ax=ax)\nother.plot(1)\nfigure('f', fig)"
    assert program(cell) == cell.replace("other.plot(1)\n", "")


def test_of_a_loop_that_publishes_several_things_one_is_kept():
    cell = "for x in xs:\n    y = 2 * x\n    number(f'a.{x}', x)\n    number(f'b.{x}', y)"
    assert program(cell, which=0) == "for x in xs:\n    number(f'a.{x}', x)"
    assert program(cell, which=1) == "for x in xs:\n    y = 2 * x\n    number(f'b.{x}', y)"


def test_a_loop_in_which_nothing_is_left_goes_and_a_branch_stays():
    nested = "for x in xs:\n    number(f'a.{x}', x)\n    for y in ys:\n        number(f'b.{y}', y)"
    assert program(nested, which=0) == "for x in xs:\n    number(f'a.{x}', x)"
    branches = "if c:\n    number('a', 1)\nelse:\n    number('b', 2)"
    assert program(branches, which=1) == "if c:\n    pass\nelse:\n    number('b', 2)"


def test_what_a_loop_carries_on_is_kept():
    cell = "t = 0\nfor x in xs:\n    t = t + x\n    number(f'a.{x}', t)\n    number(f'b.{x}', x)"
    assert program(cell, which=0) == "t = 0\nfor x in xs:\n    t = t + x\n    number(f'a.{x}', t)"


def test_what_publishes_on_the_way_is_left_out():
    loops = "for x in xs:\n    kept[x] = 2 * x\n    number(f'a.{x}', x)\nfor x in xs:\n    number(f'c.{x}', x)\n"
    cell = loops + "number('n', kept)"
    assert program(cell) == "for x in xs:\n    kept[x] = 2 * x\nnumber('n', kept)"


def test_a_publication_knows_its_cell_and_its_name():
    found = chapter("x = 1", "number('n', x)\nfor y in z:\n    claim(f'c-{y}', y > 1, '')").publications
    assert [(one.kind, one.key, one.literal, one.cell) for one in found] == [
        ("number", "n", True, 2),
        ("claim", "c\\-.+", False, 2),
    ]
