"""The words of the book: sentences that assert without a claim or a review, words to avoid, typed numbers."""

import re

from newpip_book.authoring import lint_bibliography, lint_numerals, notebooks, reviewed
from newpip_book.authoring.prose import line_place, lines, prose_only

AVOIDED = "book/avoided-words.txt"


# Words by which a sentence ranks, compares or gives a direction.
ASSERTS = re.compile(
    r"\b(most|never|majority|half|twice|tripled|doubled|rose|fell|grew|shrank"
    r"|(more|less|fewer|larger|smaller|higher|lower|greater|wider|narrower|longer|shorter|better|worse) than"
    r"|largest|smallest|highest|lowest|longest|shortest|best|worst)\b",
    flags=re.IGNORECASE,
)
# Not assertions of a result: questions, exercises, aims at the top of a chapter, definitions.
NOT_ASSERTED = re.compile(r"\?\s*$|^\*\*(\d+\.|Next)|^#|^\s*:::|^You need |^Reading takes ")


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
                found.append(f"{line_place(place, number)}: {asserted[0]!r} in: {said}")
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
    book = "\n".join(_normalized_sentence(words) for _, _, words in lines())
    place, sources = reviewed.STATEMENTS, lint_bibliography.keys()
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
        f"{place}: {found[0]!r} in: {line.strip()}; a better word was expected: {better}"
        for place, line, words in lines()
        for pattern, better in listed
        for found in pattern.finditer(words)
    ]


def problems():
    """List all that is wrong with the words, for ``newpip check``.

    Returns
    -------
    list of str
    """
    lists = [*reviewed.statements()[1], *reviewed.patterns(AVOIDED)[1]]
    bare = [f"{one}; a claim beside the sentence was expected" for one in unguarded_sentences()]
    return [*lists, *lint_numerals.problems(), *bare, *lost_statements(), *avoided_words(), *doubled_claims()]


def doubled_claims():
    """Find every sentence that more than one claim stands beside.

    Returns
    -------
    list of str
        One line a problem.
    """
    beside = {}
    for _, place, name, content in notebooks.roles():
        if name == "claim":
            beside.setdefault(place, []).append(content)
    return [
        f"{place}: {' and '.join(map(repr, claims))} stand beside one sentence; one claim that tests it was expected"
        for place, claims in beside.items()
        if len(claims) > 1
    ]
