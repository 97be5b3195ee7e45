"""Read Markdown as MyST does, without Sphinx: its tokens, and the directives in it."""

import re
from dataclasses import dataclass
from functools import cache, lru_cache

from newpip_book import project
from newpip_book.authoring.config_values import value_at

DIRECTIVE = re.compile(r"\{(?P<name>\w[^\s{}]*)\}[ \t]*(?P<title>.*)")
OPTION = re.compile(r"[ \t]*:(?P<name>[\w-]+):[ \t]*(?P<value>.*)")
FIELD = re.compile(r"(?P<name>[\w-]+):[ \t]*(?P<value>.*)")


@dataclass(frozen=True)
class Block:
    """A directive.

    Attributes
    ----------
    name, title, content : str
        What stands in its braces, behind them, and in it; the content without options.
    options : tuple of (str, str, int)
        Name, value, and line, from 0 where the block begins.
    lines : tuple of int
        The first line of it and the one behind it, from 0.
    first : int
        The line that the content begins in.
    closed : bool
        Whether a fence closes it.
    """

    name: str
    title: str
    content: str
    options: tuple
    lines: tuple
    first: int
    closed: bool


@cache
def _parser():
    from markdown_it import MarkdownIt
    from mdit_py_plugins.attrs import attrs_plugin
    from mdit_py_plugins.colon_fence import colon_fence_plugin
    from mdit_py_plugins.deflist import deflist_plugin
    from mdit_py_plugins.dollarmath import dollarmath_plugin
    from mdit_py_plugins.footnote import footnote_plugin
    from mdit_py_plugins.front_matter import front_matter_plugin
    from mdit_py_plugins.myst_blocks import myst_block_plugin
    from mdit_py_plugins.myst_role import myst_role_plugin

    found = MarkdownIt("commonmark").enable("table").use(front_matter_plugin)
    found.use(myst_block_plugin).use(myst_role_plugin).use(footnote_plugin).disable(
        ["footnote_inline", "footnote_tail"]
    )
    plugins = {"colon_fence": colon_fence_plugin, "deflist": deflist_plugin, "attrs_inline": attrs_plugin}
    enabled = value_at(project.settings(), ("parse", "myst_enable_extensions"))
    for name, plugin in plugins.items():
        if name in (enabled or ("colon_fence",)):
            found.use(plugin)
    return found.use(dollarmath_plugin, allow_labels=True, allow_digits=True, double_inline=True)


@lru_cache(maxsize=4096)
def tokens(text):
    """Part Markdown into tokens, as MyST does with the extensions of the book.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of markdown_it.token.Token
    """
    return tuple(_parser().parse(text))


def block_of(token, lines):
    """Read a directive from its fence.

    Parameters
    ----------
    token : markdown_it.token.Token
        A fence.
    lines : list of str
        The text that it is in.

    Returns
    -------
    Block or None
        None where the fence is of code.
    """
    found = DIRECTIVE.fullmatch(token.info.strip())
    if not found:
        return None
    content = token.content.split("\n")
    options, skipped = _options(content)
    last = lines[token.map[1] - 1].strip(" \t>") if token.map[1] - 1 > token.map[0] else ""
    sign = token.markup[0]
    return Block(
        found["name"],
        found["title"].strip(),
        "\n".join(content[skipped:]),
        options,
        tuple(token.map),
        token.map[0] + 1 + skipped,
        len(last) >= len(token.markup) and set(last) == {sign},
    )


def _options(lines):
    """Read the options at the top of a directive's content; say how many lines they take."""
    found, at = [], 0
    if lines and lines[0].strip() == "---":
        end = next((number for number, line in enumerate(lines[1:], 1) if line.strip() == "---"), None)
        if end is not None:
            pairs = [(FIELD.match(line), number) for number, line in enumerate(lines[1:end], 2)]
            return tuple((one["name"], one["value"].strip("\"'"), number) for one, number in pairs if one), end + 1
    while at < len(lines) and (one := OPTION.match(lines[at])):
        found.append((one["name"], one["value"].strip(), at + 1))
        at += 1
    return tuple(found), at


@lru_cache(maxsize=4096)
def labels(text):
    """List the labels that Markdown gives to what it holds, directives within directives among it.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of (int, str, str)
        The line, from 0; ``"equation"`` or ``"place"``; the label.
    """
    found, lines = [], text.split("\n")
    for token in tokens(text):
        line = token.map[0] if token.map else 0
        if token.type == "myst_target":
            found.append((line, "place", token.content))
        elif token.type == "math_block_label":
            found.append((line, "equation", token.info))
        elif token.type in ("fence", "colon_fence") and (block := block_of(token, lines)):
            kind = "equation" if block.name == "math" else "place"
            found += [(line + at, kind, value) for name, value, at in block.options if name in ("name", "label")]
            found += [(block.first + below, *rest) for below, *rest in labels(block.content)]
    return tuple(found)


@lru_cache(maxsize=4096)
def links(text):
    """List where the links of Markdown lead.

    Parameters
    ----------
    text : str

    Returns
    -------
    tuple of (int, str)
        The line that the paragraph begins in, from 0, and the address.
    """
    found, lines = [], text.split("\n")
    for token in tokens(text):
        if token.type == "inline":
            leads = [one.attrGet("href") or "" for one in token.children if one.type == "link_open"]
            found += [(token.map[0], one) for one in leads]
        elif token.type in ("fence", "colon_fence") and (block := block_of(token, lines)):
            found += [(block.first + below, one) for below, one in links(block.content)]
    return tuple(found)
