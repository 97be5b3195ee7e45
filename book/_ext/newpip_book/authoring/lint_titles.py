"""The titles of figures: each cites a number that is named or rests on a claim; one that compares, on a claim."""

import ast

from newpip_book.authoring import code_reading, notebooks, prose
from newpip_book.authoring.lint_prose import ASSERTS


def problems():
    """List the figures without a title, and the titles that nothing would stop from going wrong.

    Returns
    -------
    list of str
        One line a problem, as ``file:cell N:line M: what is wrong, what was expected``.
    """
    return [
        f"{place}:line {call.lineno}: {wrong} was expected"
        for place, call in published()
        for wrong in _problems_of({one.arg: one.value for one in call.keywords})
    ]


def published():
    """List the calls by which chapters publish figures.

    Yields
    ------
    place : str
        ``file:cell N``.
    call : ast.Call
    """
    for path in notebooks.chapters():
        for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1):
            for call in code_reading.calls(cell.source) if cell.cell_type == "code" else ():
                if getattr(call.func, "id", "") == "figure":
                    yield f"{notebooks.display_path(path)}:cell {number}", call


def _problems_of(given):
    """Yield what is wrong with the title among what a figure is given."""
    if "title" not in given:
        yield "a figure without a title; title=, a sentence that says what it shows,"
        return
    title, held = given["title"], "holds" in given
    typed = " ".join(words for _, words in prose.texts(title, shown=True))
    asserted = ASSERTS.search(typed)
    if held and not isinstance(given["holds"], ast.Constant):
        yield "the claim of a title is not written out; its key"
    if not held and not any(getattr(call.func, "id", "") == "cite" for call in _calls(title)):
        yield f"the title {' '.join(typed.split())!r} rests on nothing; a number by cite(), or holds= with a claim,"
    elif not held and asserted:
        yield f"{asserted[0]!r} in the title {' '.join(typed.split())!r}; holds= with the claim that tests it"


def _calls(node):
    return (one for one in ast.walk(node) if isinstance(one, ast.Call))
