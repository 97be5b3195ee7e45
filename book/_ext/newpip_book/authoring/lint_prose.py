"""The words of the book: typed numerals, sentences that assert without a claim or a review, words to avoid."""

import ast
import re

from newpip_book.authoring import labels, lint_references, notebooks, reviewed
from newpip_book.authoring.dependencies import calls

# Not prose: fenced blocks, formulas, roles and their content, code, links' addresses, HTML, labels, options.
NOT_PROSE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$"
    r"|\$\$.*?\$\$|\$[^$\n]*\$|\{[\w:+-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<[^>]*>|^\([\w-]+\)=$|^:[\w-]+:[^\n]*$",
    flags=re.DOTALL | re.MULTILINE,
)
# A fence whose content is prose.
PROSE_FENCE = re.compile(r"^[`~]{3,}\{glossary\}(?P<content>.*)^[`~]{3,}[ \t]*$", flags=re.DOTALL | re.MULTILINE)
NUMERAL = re.compile(r"(?<![\w-])£?\d[\d,.]*\d?(?:\s?%|\b)?")
ALLOWED = "book/reviewed-numerals.txt"
AVOIDED = "book/avoided-words.txt"


def prose_only(text):
    """Return the prose of a piece of Markdown, its lines kept, all else blanked.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return NOT_PROSE.sub(_blanked, text)


def _blanked(found):
    """Return what stands in for a piece that is no prose: as many lines, empty but for the prose within."""
    within = PROSE_FENCE.fullmatch(found[0])
    return prose_only(within["content"]) if within else "\n" * found[0].count("\n") or " "


def _lines():
    """Yield each line of prose, captions, descriptions and labels: its place, as written, and its prose alone."""
    for _, place, text in [*notebooks.prose(), *captions(), *labels.prose()]:
        for number, (line, words) in enumerate(zip(text.split("\n"), prose_only(text).split("\n"), strict=True), 1):
            yield _line_place(place, number), line.strip(), words


def typed_numerals():
    """Find every numeral in the book's prose that is neither computed nor on the list.

    Returns
    -------
    list of str
        ``file:line: numeral in: line``, one each; ``file:cell N:line M`` in chapters.
    """
    allowed = [pattern for pattern, _ in reviewed.patterns(ALLOWED)[0]]
    found = []
    for place, line, rest in _lines():
        for pattern in allowed:
            rest = pattern.sub(" ", rest)
        rest = re.sub(r"^\s*\d+\.\s", "", rest)
        found += [f"{place}: {one[0]!r} in: {line}" for one in NUMERAL.finditer(rest)]
    return found


def captions():
    """List what is typed of the captions and descriptions of figures and tables; what code puts in is left out.

    Yields
    ------
    path, place, text
        As in :func:`newpip_book.authoring.notebooks.prose`.
    """
    for path in notebooks.chapters():
        for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1):
            if cell.cell_type == "code":
                for call in calls(cell.source):
                    for keyword in call.keywords:
                        if keyword.arg in ("alt", "caption"):
                            yield (
                                path,
                                f"{notebooks.display_path(path)}:cell {number}",
                                " ".join(_typed_words(keyword.value)),
                            )


def _line_place(place, number):
    """Add the line to a place."""
    return f"{place}:line {number}" if "cell" in place else f"{place}:{number}:1"


def _typed_words(node):
    """Yield the words of an expression that were typed, without what an f-string puts in or how."""
    if isinstance(node, ast.Constant):
        yield str(node.value)
    elif not isinstance(node, ast.FormattedValue):
        for part in ast.iter_child_nodes(node):
            yield from _typed_words(part)


# Words by which a sentence ranks, compares or gives a direction.
ASSERTS = re.compile(
    r"\b(most|never|majority|half|twice|tripled|doubled|rose|fell|grew|shrank"
    r"|(more|less|fewer|larger|smaller|higher|lower|greater|wider|narrower|longer|shorter|better|worse) than"
    r"|largest|smallest|highest|lowest|longest|shortest|best|worst)\b",
    flags=re.IGNORECASE,
)
# Not assertions of a result: questions, exercises, aims at the top of a chapter, definitions.
NOT_ASSERTED = re.compile(r"\?\s*$|^\*\*(\d+\.|Next)|^#|^:::|^You need |^Reading takes ")


def unguarded_sentences():
    """Find every sentence that ranks, compares or gives a direction with no claim beside it.

    Returns
    -------
    list of str
        ``file:line: 'word' in: sentence``, one each, but for the statements that were reviewed.
    """
    known = {_normalized_sentence(statement) for statement, *_ in reviewed.statements()[0]}
    found = []
    for path, place, text in notebooks.prose():
        if path.name == "glossary.md" or "What you will be able to do" in text:
            continue
        for number, (line, words) in enumerate(zip(text.split("\n"), prose_only(text).split("\n"), strict=True), 1):
            said = _normalized_sentence(words)
            asserted = ASSERTS.search(words)
            if asserted and "{claim}" not in line and not NOT_ASSERTED.search(words) and said not in known:
                found.append(f"{_line_place(place, number)}: {asserted[0]!r} in: {said}")
    return found


def _normalized_sentence(words):
    """Return a line of prose without its mark of a list, and with single spaces: so statements are compared."""
    return " ".join(re.sub(r"^\s*(?:[-*]|\d+\.)\s", "", prose_only(words)).split())


def lost_statements():
    """Find every reviewed statement that no longer stands in the book, and every one whose source is unknown.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    book = "\n".join(_normalized_sentence(words) for _, _, words in _lines())
    place, sources = reviewed.STATEMENTS, lint_references.bibliography_keys()
    found = []
    for number, (statement, source, _, _) in enumerate(reviewed.statements()[0], 2):
        if _normalized_sentence(statement) not in book:
            wrong = "the book no longer says this; a new look at its sentence, and the row, were expected"
            found.append(f"{place}:{number}:statement: {statement[:60]!r}: {wrong}")
        if source and sources and source not in sources:
            found.append(f"{place}:{number}:source: {source!r} is no key of the bibliography; one was expected")
    return found


def avoided_words():
    """Find the words and turns that the book avoids.

    Returns
    -------
    list of str
        ``file:line: 'word' in: line``, one each, with what is better.
    """
    listed = reviewed.patterns(AVOIDED, re.IGNORECASE)[0]
    return [
        f"{place}: {found[0]!r} in: {line}; a better word was expected: {better}"
        for place, line, words in _lines()
        for pattern, better in listed
        for found in pattern.finditer(words)
    ]


def problems():
    """List all that is wrong with the words, for ``newpip check``.

    Returns
    -------
    list of str
    """
    lists = [*reviewed.statements()[1], *reviewed.patterns(ALLOWED)[1], *reviewed.patterns(AVOIDED)[1]]
    numerals = [f"{one}; a number named by a chapter was expected" for one in typed_numerals()]
    bare = [f"{one}; a claim beside the sentence was expected" for one in unguarded_sentences()]
    return [*lists, *numerals, *bare, *lost_statements(), *avoided_words()]
