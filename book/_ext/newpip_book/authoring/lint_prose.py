"""The words of the book: numerals that were typed instead of computed, and sentences that assert without a claim."""

import ast
import re

from newpip_book.authoring import notebooks
from newpip_book.authoring.dependencies import calls
from newpip_book.project import ROOT

# Not prose: fenced blocks, formulas, roles and their content, code, links' addresses, HTML, labels, options.
NOT_PROSE = re.compile(
    r"^(?P<fence>`{3,}|~{3,}).*?^(?P=fence)[ \t]*$"
    r"|\$\$.*?\$\$|\$[^$\n]*\$|\{[\w:+-]+\}`[^`]*`|`[^`]*`|\]\([^)]*\)|<[^>]*>|^\([\w-]+\)=$|^:[\w-]+:[^\n]*$",
    flags=re.DOTALL | re.MULTILINE,
)
NUMERAL = re.compile(r"(?<![\w-])£?\d[\d,.]*\d?(?:\s?%|\b)?")
ALLOWED = ROOT / "book" / "reviewed-numerals.txt"


def prose_only(text):
    """Return the prose of a piece of Markdown, its lines kept, all else blanked.

    Parameters
    ----------
    text : str

    Returns
    -------
    str
    """
    return NOT_PROSE.sub(lambda found: "\n" * found[0].count("\n") or " ", text)


def allowed_numerals():
    """Read the reviewed list of numerals that may be typed.

    Returns
    -------
    list of re.Pattern
        One a line of ``ALLOWED``; what follows a tab is the reason.
    """
    return [re.compile(entry) for entry in _reviewed(ALLOWED) if entry and not entry.startswith("#")]


def _reviewed(path):
    """List the entries of a reviewed list, each without its reason; a book that has no list has none."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    return [line.split("\t")[0] for line in lines]


def typed_numerals():
    """Find every numeral in the book's prose that is neither computed nor on the list.

    Returns
    -------
    list of str
        ``file:line: numeral in: line``, one each; ``file:cell N:line M`` in chapters.
    """
    patterns = allowed_numerals()
    found = []
    for _, place, text in [*notebooks.prose(), *captions()]:
        for number, line in enumerate(prose_only(text).split("\n"), 1):
            rest = line
            for pattern in patterns:
                rest = pattern.sub(" ", rest)
            rest = re.sub(r"^\s*\d+\.\s", "", rest)
            found += [f"{_line_place(place, number)}: {one[0]!r} in: {line.strip()}" for one in NUMERAL.finditer(rest)]
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
REVIEWED = ROOT / "book" / "reviewed-sentences.txt"
# Not assertions of a result: questions, exercises, aims at the top of a chapter, definitions.
NOT_ASSERTED = re.compile(r"\?\s*$|^\*\*(\d+\.|Next)|^#|^:::|^You need |^Reading takes ")


def unguarded_sentences():
    """Find every sentence that ranks, compares or gives a direction with no claim beside it.

    Returns
    -------
    list of str
        ``file:line: 'word' in: sentence``, one each, but for the sentences that were read and listed in ``REVIEWED``
        with the reason why data cannot make them false.
    """
    reviewed = set(_reviewed(REVIEWED))
    found = []
    for path, place, text in notebooks.prose():
        if path.name == "glossary.md" or "What you will be able to do" in text:
            continue
        for number, (line, words) in enumerate(zip(text.split("\n"), prose_only(text).split("\n"), strict=True), 1):
            said = " ".join(words.split())
            asserted = ASSERTS.search(words)
            if asserted and "{claim}" not in line and not NOT_ASSERTED.search(words) and said not in reviewed:
                found.append(f"{_line_place(place, number)}: {asserted[0]!r} in: {said}")
    return found


def problems():
    """List both kinds of problem, for ``newpip check``.

    Returns
    -------
    list of str
    """
    numerals = [f"{one}; a number named by a chapter was expected" for one in typed_numerals()]
    return numerals + [f"{one}; a claim beside the sentence was expected" for one in unguarded_sentences()]
