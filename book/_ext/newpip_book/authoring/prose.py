"""Read the words that authors typed: prose, captions, descriptions and labels, without what code puts in."""

import ast
import re

from newpip_book.authoring import labels, notebooks
from newpip_book.authoring.code_reading import parse

# Not prose: fenced blocks, formulas, roles and their content, code, links' addresses, HTML, labels, options.
NOT_PROSE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$"
    r"|\$\$.*?\$\$(?:[ \t]*\([^()\s]+\))?"
    r"|\$[^$\n]*\$|\{[\w:+-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<[^>]*>|^\([\w-]+\)=$|^:[\w-]+:[^\n]*$",
    flags=re.DOTALL | re.MULTILINE,
)
# A fence whose content is prose.
PROSE_FENCE = re.compile(r"^[`~]{3,}\{glossary\}(?P<content>.*)^[`~]{3,}[ \t]*$", flags=re.DOTALL | re.MULTILINE)
# A place for a value in a text that is formatted later.
PLACE_TO_FILL = re.compile(r"\{[^{}]*\}")
# Calls whose words no page shows: what a claim compared, names of tables, conditions, formats.
UNSHOWN_CALLS = {"claim", "contains", "load", "query", "read_csv", "startswith", "strftime"}
SHOWN_KEYWORDS = {"alt", "caption", "columns", "ends", "label", "text", "title", "xlabel", "ylabel"}


def prose_only(text):
    """Return the prose of a piece of Markdown, each word in its place, all else blanked.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
        As long as the text.
    """
    return NOT_PROSE.sub(_blanked, text)


def _blanked(found):
    """Return what stands in for a piece that is no prose: as many spaces and line ends, but for the prose within."""
    within = PROSE_FENCE.fullmatch(found[0])
    if not within:
        return _spaces(found[0])
    start, end = within.span("content")
    return _spaces(found[0][:start]) + prose_only(within["content"]) + _spaces(found[0][end:])


def _spaces(text):
    return re.sub(r"[^\n]", " ", text)


def lines():
    """List each line of prose, and each text that a chapter's code shows.

    Yields
    ------
    place : str
        ``file:line:1`` of a page, ``file:cell N:line M`` of a chapter.
    line : str
        As written; of code, what is typed, with a space for what code puts in.
    words : str
        Its prose alone, each word in its place.
    """
    for _, place, text in [*notebooks.prose(), *labels.prose()]:
        for number, (line, words) in enumerate(zip(text.split("\n"), prose_only(text).split("\n"), strict=True), 1):
            yield line_place(place, number), line, words
    yield from shown_by_code()


def line_place(place, number):
    """Add the line to a place.

    Parameters
    ----------
    place : str
        As :func:`newpip_book.authoring.notebooks.prose` yields it.
    number : int

    Returns
    -------
    str
    """
    return f"{place}:line {number}" if "cell" in place else f"{place}:{number}:1"


def shown_by_code():
    """List the texts that chapters' code shows: captions, descriptions, labels of figures, headings of tables.

    Yields
    ------
    place, line, words
        As :func:`lines`; the last two are the same.
    """
    for path in notebooks.chapters():
        for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1):
            if cell.cell_type == "code":
                for at, text in texts(parse(cell.source)):
                    words = " ".join(text.split())
                    yield f"{notebooks.display_path(path)}:cell {number}:line {at}", words, words


def texts(node, shown=False):
    """List the texts in code that may be shown: all of more than a word, and all labels.

    Parameters
    ----------
    node : ast.AST
    shown : bool, optional
        Whether it is a label, even of a single word.

    Yields
    ------
    line : int
    text : str
        What was typed of it.
    """
    if isinstance(node, (ast.Constant, ast.JoinedStr)):
        typed = "".join(_typed_words(node))
        if shown or re.search(r"\w\s+\w", typed):
            yield node.lineno, typed
    elif isinstance(node, ast.Dict):
        for part in (*filter(None, node.keys), *node.values):
            yield from texts(part, shown and part in node.values)
    elif isinstance(node, ast.keyword):
        yield from texts(node.value, node.arg in SHOWN_KEYWORDS)
    elif not (isinstance(node, ast.Call) and _name(node.func) in UNSHOWN_CALLS):
        for part in ast.iter_child_nodes(node):
            yield from texts(part, shown and not isinstance(node, ast.Call))


def _name(function):
    """Return the last name of what is called."""
    return getattr(function, "attr", getattr(function, "id", ""))


def _typed_words(text):
    """Yield what was typed of a text, with a space for each place that code or a format fills."""
    if isinstance(text, ast.JoinedStr):
        for part in text.values:
            yield from _typed_words(part)
    elif isinstance(text, ast.Constant) and isinstance(text.value, str):
        yield PLACE_TO_FILL.sub(" ", text.value)
    else:
        yield " "
