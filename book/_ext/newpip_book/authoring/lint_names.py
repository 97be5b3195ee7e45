"""Refuse in a chapter what the program behind a result cannot be found through, and a name that means two things."""

import ast

from newpip_book.authoring import sharing, slices

UNSEEN = {  # what is refused, and the way out
    ast.Delete: ("del", "a name left alone"),
    ast.Global: ("global", "a function that returns what it makes"),
    ast.Nonlocal: ("nonlocal", "a function that returns what it makes"),
}


def problems_of(chapter, place):
    """List what is refused in one chapter.

    Parameters
    ----------
    chapter : newpip_book.authoring.slices.Chapter
    place : str
        How messages name it.

    Returns
    -------
    list of str
    """
    found = [
        f"{place}:cell {one.cell}:line {line}: {wrong}"
        for one in chapter.statements
        for line, wrong in _unseen(one.node)
    ]
    for cell, line, name, first in second_meanings(chapter):
        said = f"cell {first} bound {name!r}, other cells read it, and it is bound or changed here"
        found.append(f"{place}:cell {cell}:line {line}: {said}; a name of its own was expected")
    return found


def _unseen(node):
    """Yield the line and the fault of each thing in a statement that slices cannot follow."""
    for one in ast.walk(node):
        if type(one) in UNSEEN:
            word, better = UNSEEN[type(one)]
            yield one.lineno, f"{word!r} hides what a result rests on; {better} was expected"
        elif isinstance(one, sharing.DEFINITIONS):
            for call in slices.publishing_calls(one):
                wrong = f"{call.func.id}() within a function hides its name; a call in the cell itself was expected"
                yield call.lineno, wrong


def second_meanings(chapter):
    """Find the names that one cell takes over from another while a third cell writes them.

    Such a cell gives something else when it is run again after all others have run.

    Parameters
    ----------
    chapter : newpip_book.authoring.slices.Chapter

    Returns
    -------
    list of tuple
        Cell and line that write it again, the name, and the cell that wrote it first.
    """
    writers, shared = {}, set()
    for cell, statements in _by_cell(chapter).items():
        own = set()
        for one in statements:
            shared |= one.needs - own
            own |= one.writes
            for name in one.writes:
                writers.setdefault(name, {}).setdefault(cell, one.node.lineno)
    found = []
    for name in shared:
        first, *others = writers.get(name, {None: None})
        found += [(cell, writers[name][cell], name, first) for cell in others]
    return sorted(found)


def _by_cell(chapter):
    """Group the statements of a chapter by their cells."""
    cells = {}
    for one in chapter.statements:
        cells.setdefault(one.cell, []).append(one)
    return cells
