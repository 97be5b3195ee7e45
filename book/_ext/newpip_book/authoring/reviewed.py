"""Read the lists of what people reviewed: statements with their sources, patterns of numerals and of words."""

import re
from functools import lru_cache

from newpip import schema
from newpip_book.authoring import notebooks

STATEMENTS = "book/reviewed-statements.csv"
COLUMNS = {
    "schema": {
        "fields": [
            {"name": "statement", "type": "string", "constraints": {"required": True, "unique": True}},
            {"name": "source", "type": "string"},
            {"name": "locator", "type": "string"},
            {"name": "reading", "type": "string", "constraints": {"required": True}},
        ]
    }
}


def statements():
    """Read the statements whose truth no table decides.

    Returns
    -------
    rows : list of list of str
        Statement, source, locator, and by what reading it holds; none where the book has no list.
    problems : tuple of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``.
    """
    path = notebooks.ROOT / STATEMENTS
    return _statements(path, notebooks.file_signature(path)) if path.is_file() else ([], ())


@lru_cache
def _statements(path, stamped):
    table = schema.Table(STATEMENTS, COLUMNS, path)
    if table.sound:
        table.check()
        for number, (_, source, locator, _) in enumerate(table.rows, 2):
            if bool(source) != bool(locator):
                table.say(number, "locator", "a source has its place in it; both, or neither, were expected")
    return table.rows if table.sound else [], tuple(table.problems)


def patterns(name, flags=0):
    """Read a list of regular expressions.

    Parameters
    ----------
    name : str
        The list, from the root of the book: each line an expression, a tab, and the reason. Those that begin with
        ``#`` are passed over.
    flags : int
        As :func:`re.compile` takes them.

    Returns
    -------
    found : list of tuple of (re.Pattern, str)
        Each with its reason; none where the book has no list.
    problems : tuple of str
        One line a problem.
    """
    found, problems, path = [], [], notebooks.ROOT / name
    text, unreadable = notebooks.load_text(path) if path.is_file() else ("", ())
    for number, line in enumerate(text.split("\n"), 1):
        entry, tab, reason = line.partition("\t")
        if not line or line.startswith("#"):
            continue
        place = f"{name}:{number}:1"
        try:
            found.append((re.compile(entry, flags), reason))
        except re.error as error:
            problems.append(f"{place}: {error}; a regular expression was expected")
        if not tab or not reason.strip():
            problems.append(f"{place}: {entry!r} has no reason; one after a tab was expected")
    return found, (*unreadable, *problems)
