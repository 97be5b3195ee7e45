"""Read prose sentence by sentence, one to a line, with the results that it cites in their places."""

import re
from functools import cache

from newpip_book.authoring import notebooks

MISSING = "?"  # stands where no result of that name is published
# What is no sentence: labels, options and the first and last lines of directives, the rules of tables.
NO_SENTENCE = re.compile(r"^\s*(\([\w-]+\)=|:[\w-]+:.*|[`~:]{3,}.*|[|:\s-]*)$")
MARKS = re.compile(r"^\s*(>\s*)*(#+\s|[-*+]\s|\d+\.\s)?\s*")
ASIDE = re.compile(
    r"\s*\((?:\s*(?:,|and|or)?\s*\{(?:numref|ref)\}`[^`<]*`)+\)"
)  # references to figures, and nothing else
GAP = re.compile(r"\s+(?=[.,;:)])")


@cache
def _parser():
    from markdown_it import MarkdownIt
    from mdit_py_plugins.myst_role import myst_role_plugin

    return MarkdownIt("commonmark", {"typographer": True}).enable("smartquotes").use(myst_role_plugin)


def plain(line, texts):
    """Return what a reader reads of a line of Markdown.

    Parameters
    ----------
    line : str
    texts : dict
        From the key of each result to its text; of a figure or table, to what sentences call it.

    Returns
    -------
    str
        Without marks, citations and references in brackets, and with the text of each result that it cites.
    """
    tokens = _parser().parseInline(ASIDE.sub("", MARKS.sub("", line)))[0].children
    said = GAP.sub("", " ".join("".join(_said(token, texts) for token in tokens).split()))
    return said[:1].upper() + said[1:] if tokens and _is_numref(tokens[0]) else said


def _is_numref(token):
    return token.type == "myst_role" and token.meta["name"] == "numref"


def _said(token, texts):
    """Return what one token of Markdown says."""
    if token.type != "myst_role":
        return token.content if token.type in ("text", "code_inline", "text_special") else ""
    name, content = token.meta["name"], token.content
    if name in ("claim", "cite:p"):
        return ""
    if name == "result" or name.startswith("glue"):
        return texts.get(content, MISSING)
    if _is_numref(token) and content in texts:
        return texts[content]
    return re.sub(r"\s*<.*>$", "", content)


def lines(path):
    """List the lines of a page's prose.

    Parameters
    ----------
    path : pathlib.Path
        A chapter or a page, of this book or another.

    Yields
    ------
    str
        As written.
    """
    for _, _, text in notebooks.prose([path]):
        for line in notebooks.FENCE.sub("", text).split("\n"):
            if not NO_SENTENCE.match(line):
                yield line


def sentences(path, texts):
    """List the sentences of a page, headings aside.

    Parameters
    ----------
    path : pathlib.Path
    texts : dict
        From the key of each result to its text.

    Returns
    -------
    list of tuple of str
        The heading that it stands under, and the sentence.
    """
    found, section = [], ""
    for line in lines(path):
        said = plain(line, texts)
        if line.startswith("#"):
            section = said
        elif said:
            found.append((section, said))
    return found


def claimed(path, texts):
    """List the sentences of a page that end with a claim.

    Parameters
    ----------
    path : pathlib.Path
    texts : dict
        From the key of each result to its text.

    Returns
    -------
    list of tuple of str
        The claim and its sentence.
    """
    return [
        (role["content"], plain(line[: role.start()], texts))
        for line in lines(path)
        for role in notebooks.ROLE.finditer(line)
        if role["name"] == "claim"
    ]


def cited(path):
    """Name the results and claims that a page cites.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    results, claims : set of str
    """
    roles = [(name, content) for _, _, name, content in notebooks.roles([path])]
    results = {content for name, content in roles if name == "result" or name.startswith("glue")}
    return results, {content for name, content in roles if name == "claim"}
