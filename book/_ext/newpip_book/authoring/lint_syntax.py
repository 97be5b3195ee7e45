"""Refuse roles, directives, signs, HTML and formulas that some form of the book would not show."""

import re
from functools import lru_cache
from pathlib import Path

from newpip_book.authoring import formulas, markup, notebooks, syntax

TAG = re.compile(r"</?(?P<name>[A-Za-z][\w-]*)(?P<rest>[^>]*)>|<!--")
RUNS = re.compile(r"\bon\w+\s*=|javascript:", re.IGNORECASE)
UNREAD = (  # syntax of others that would stand on the page as it is typed
    (re.compile(r"\{\{.*?\}\}"), "{glue:text}`key`"),
    (re.compile(r"~~\S.*?~~"), "the words alone, or {sub}`words`"),
    (re.compile(r"^\[[ xX]\] "), "a list without boxes"),
    (re.compile(r"^\[!\w+\]"), ":::{note}"),
    (re.compile(r"\\?\\begin\{[a-z]+\*?\}"), "the formula between $$ and $$"),
    (re.compile(r"^\{[.#][\w.# -]+\}$"), "a label, (name)=, or a directive with :class:"),
    (re.compile(r"^: +\S"), "a list, or deflist among myst_enable_extensions in _config.yml,"),
    (re.compile(r"^:{3,}"), ":::{note}, closed by as many colons"),
    (re.compile(r"^:[A-Za-z][\w-]*:( |$)"), "a directive above it, or a list"),
    (re.compile(r"\]\{[.#]?[\w-]+[^}]*\}"), "the words alone"),
    (re.compile(r"\[\[.+?\]\]"), "[words](file)"),
    (re.compile(r"(?<![\w`])@[A-Za-z][\w-]*\d{4}\w*"), "{cite:t}`key`"),
    (re.compile(r"(?<![:\w]):[a-z]+:`"), "{role}`words`, as MyST has it,"),
    (re.compile(r"^\.\. [\w-]+::"), ":::{note}, as MyST has it,"),
    (re.compile(r"\[[^\]]*\]\([^)]*\)"), "[words](https://address), without spaces in the address,"),
)
MARKDOWN = {  # of HTML that some form of the book would lose
    **{"img": "![description](picture.png)", "table": "a table of Markdown", "p": "a blank line"},
    **{"details": ":::{admonition} A title with :class: dropdown", "div": ":::{admonition} A title"},
    **{"ul": "- words", "ol": "1. words", "blockquote": "> words", "hr": "---", "pre": "a block of code"},
    **{f"h{n}": "#" * n for n in range(1, 7)},
}
ACTIVE = {"script", "style", "iframe", "video", "audio", "object", "embed", "canvas", "svg"}
PARENTHESES = re.compile(r"\\\((?P<content>[^\n]+?)\\\)|\\\[(?P<shown>.+?)\\\]", re.DOTALL)


def problems():
    """List what chapters and pages hold that is not on the list of :mod:`newpip_book.authoring.syntax`.

    Returns
    -------
    list of str
        One line a problem, as ``file:cell N:line M: what is wrong, what was expected``.
    """
    found, levels = [], {}
    for path, place, text in notebooks.prose():
        found += _found(path, place, text, levels.get(path, 0))
        headings = [int(one.tag[1]) for one in markup.tokens(text) if one.type == "heading_open"]
        levels[path] = (headings or [levels.get(path, 0)])[-1]
    for path in [*notebooks.chapters(), *notebooks.pages()]:
        if not levels.get(path):
            found.append(f"{notebooks.display_path(path)}: there is no title; a line such as '# A title' was expected")
    return [*found, *raw_cells()]


def raw_cells():
    """Yield the raw cells of chapters, of which pages show nothing."""
    for path in notebooks.chapters():
        for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1):
            if cell.cell_type == "raw":
                place = f"{notebooks.display_path(path)}:cell {number}"
                yield f"{place}: a raw cell is shown by no form of the book; a cell of Markdown or code was expected"


@lru_cache(maxsize=4096)
def _found(path, place, text, level):
    """List what is wrong in one page or cell, under a heading of some level."""
    chapter = path.suffix == ".ipynb"
    spot = f"{place}:line {{}}" if chapter else f"{place}:{{}}:1"
    return tuple(
        f"{spot.format(line + 1)}: {said}"
        for line, said in sorted(wrong(text, chapter, path.parent, level), key=lambda one: one[0])
    )


def wrong(text, chapter=True, folder=Path(), level=1, nested=False):
    """Find what some form of the book would not show.

    Parameters
    ----------
    text : str
        Markdown.
    chapter : bool, optional
        Whether it is of a chapter, where less works than on a page.
    folder : pathlib.Path, optional
        Where files are named from.
    level : int, optional
        Of the heading above it; 0 where there is none.
    nested : bool, optional
        Whether it stands in a directive.

    Yields
    ------
    line : int
        From 0.
    said : str
        What is wrong, and what was expected.
    """
    lines = text.split("\n")
    for token in markup.tokens(text):
        line = token.map[0] if token.map else 0
        if token.type in ("fence", "colon_fence"):
            yield from _fence(token, lines, chapter, folder)
        elif token.type == "heading_open":
            now = int(token.tag[1])
            yield from ((line, said) for said in ([] if nested and now > 1 else _heading(now, level)))
            level = now
        elif token.type == "inline":
            yield from _inline(token, line, folder, chapter)
        elif token.type in ("math_block", "math_block_label"):
            yield from _formula(token.content, line + 1 if lines[line].strip() == "$$" else line)
        elif token.type == "html_block":
            yield from _html(token.content, line)
        elif not _is_listed(token.type):
            yield line, _unlisted(token.type, lines[line])
    yield from _typed(text)


def _heading(now, level):
    """Yield what is wrong with the level of a heading under another."""
    if now == 1 and level:
        yield "a second title would part the page in two; ## was expected"
    elif now > level + 1:
        above = f"under one of level {level}" if level else "above the title"
        yield f"a heading of level {now} stands {above}; {'#' * (level + 1)} was expected"


def _is_listed(kind):
    return kind in syntax.SIGNS or kind in syntax.BESIDES or kind.endswith("_close")


def _unlisted(kind, line):
    names = {"front_matter": "settings of a page", "myst_block_break": "a break between blocks"}
    said = names.get(kind, kind.removesuffix("_open").replace("_", " "))
    instead = {"front_matter": "a title, # words,", "myst_block_break": "a cell of its own, or a heading,"}
    return f"{said} ({line.strip()[:20]!r}) works in no notebook; {instead.get(kind, 'plain Markdown')} was expected"


def _fence(token, lines, chapter, folder):
    """Yield what is wrong with a fenced block and in it."""
    line, block = token.map[0], markup.block_of(token, lines)
    if block is None:
        if token.type == "colon_fence" or token.info.strip().startswith("{"):
            said = f"{(token.markup + token.info).strip()!r} begins no directive"
            yield line, f"{said}; :::{{note}}, closed by as many colons, was expected"
        elif token.info and not _is_language(token.info.split()[0]):
            named = token.info.split()[0]
            wanted = syntax.INSTEAD["directives"].get(named) or "one such as python or bash, or none,"
            yield line, f"no language of code is called {named!r}; {wanted} was expected"
        return
    if not block.closed:
        fence = token.markup
        yield line, f"{fence}{{{block.name}}} is not closed; {fence} on a line of its own was expected"
    known = syntax.DIRECTIVES.get(block.name)
    if known is None:
        yield (
            line,
            f"there is no directive {block.name!r} here; {syntax.nearest('directives', block.name)} was expected",
        )
        return
    if chapter and known.where == syntax.PAGES:
        yield line, f"the directive {block.name!r} is for pages of book/, not for notebooks; Markdown was expected"
    if known.part and not _has_part(known.part):
        yield line, f"{{{block.name}}} needs {known.part}; it was expected among the extensions in _config.yml"
    yield from _options(block, known, line)
    if block.name in ("figure", "image"):
        if "alt" not in {name for name, _, _ in block.options}:
            yield (
                line,
                f"{{{block.name}}} has no description; :alt: and words for those who cannot see it were expected",
            )
        yield from ((line, said) for said in _picture(block.title, folder))
    if block.name == "code-block" and block.title and not _is_language(block.title):
        yield line, f"no language of code is called {block.title!r}; one such as python or bash was expected"
    if block.name == "admonition" and not block.title:
        yield line, "{admonition} has no title; words behind it were expected"
    if block.name in ("include", "literalinclude"):
        yield from ((line, said) for said in _included(block, folder))
    if known.holds == "words":
        for below, said in wrong(block.content, chapter, folder, nested=True):
            yield block.first + below, said
    elif known.holds == "formula":
        yield from _formula("\n".join(filter(None, [block.title, block.content])), block.first)
    elif not known.holds and block.content.strip():
        yield block.first, f"nothing can stand in {{{block.name}}}; its end was expected"


def _included(block, folder):
    """Yield what is wrong with a file whose text or code a page takes in."""
    path = folder / block.title
    if not path.is_file():
        yield f"there is no file {block.title!r} to include; a file beside the page was expected"
        return
    text, unread = notebooks.load_text(path)
    yield from unread
    if not unread and block.name == "include" and not block.options:
        for below, said in wrong(text, chapter=False, folder=path.parent, level=1):
            yield f"in {block.title}, line {below + 1}: {said}"


def _options(block, known, line):
    options = syntax.OPTIONS.get(block.name)
    for name, _, at in block.options if options else ():
        if name not in options:
            yield (
                line + at,
                f"{{{block.name}}} has no option {name!r}; one of {', '.join(sorted(options))} was expected",
            )


@lru_cache
def _has_part(name):
    from newpip_book import project

    config = project.settings().get("sphinx", {}).get("config", {}) or {}
    return name in (config.get("extensions") or ())


@lru_cache
def _is_language(name):
    from pygments.lexers import get_lexer_by_name
    from pygments.util import ClassNotFound

    if name in ("none", "text", "ipython3", "console"):
        return True
    try:
        return bool(get_lexer_by_name(name))
    except ClassNotFound:
        return False


def _inline(token, line, folder, chapter):
    """Yield what is wrong in a paragraph, a heading or a cell of a table."""
    began = True
    for child in token.children:
        if child.type in ("softbreak", "hardbreak"):
            line, began = line + 1, True
            continue
        if child.type == "myst_role":
            name = child.meta["name"]
            if name not in syntax.ROLES:
                yield line, f"there is no role {name!r} here; {syntax.nearest('roles', name)} was expected"
            elif name == "math":
                yield from _formula(child.content, line)
        elif child.type in ("math_inline", "math_inline_double"):
            yield from _formula(child.content, line)
        elif child.type == "html_inline":
            yield from _html(child.content, line)
        elif child.type == "image":
            yield from ((line, said) for said in _image(child, folder))
        elif child.type == "link_open":
            yield from ((line, said) for said in _link(child.attrGet("href") or "", folder))
        elif child.type == "text":
            yield from ((line, said) for said in _unread(child.content, began))
        elif not _is_listed(child.type):
            yield line, _unlisted(child.type, child.content)
        began = began and not child.content.strip()
        line += child.content.count("\n") if child.type in ("myst_role", "code_inline") else 0


def _formula(content, line):
    try:
        formulas.mathml(content)
    except formulas.FormulaError as error:
        lead = len(content) - len(content.lstrip("\n"))
        yield line + max(error.line - (lead if line else 0), 0), str(error)


def _html(content, line):
    """Yield the HTML that the policy of pages, notebooks or EPUB do not let through."""
    for found in TAG.finditer(content):
        at, name = line + content.count("\n", 0, found.start()), (found["name"] or "").lower()
        if not name:
            yield at, "a remark of HTML would be published with the page; % before the remark was expected"
        elif name not in syntax.TAGS:
            given = MARKDOWN.get(name) or ("a figure() of a cell" if name in ACTIVE else "Markdown")
            yield at, f"<{name}> of HTML does not reach every form of the book; {given} was expected"
        elif RUNS.search(found["rest"]):
            yield at, f"a script in <{name}> would not run on the page; the tag without it was expected"


def _image(token, folder):
    if not token.content.strip():
        yield "a picture has no description; ![words for those who cannot see it](picture.png) was expected"
    yield from _picture(token.attrGet("src") or "", folder)


def _picture(source, folder):
    from urllib.parse import unquote

    if source.startswith("attachment:"):
        yield f"the picture {source!r} is attached to the cell, where pages do not find it; a file beside was expected"
    elif re.match(r"[a-z]+:|//", source):
        yield f"the picture {source[:60]!r} is of another site, which pages do not load; a file beside was expected"
    elif not (folder / unquote(source)).is_file():
        yield f"there is no picture {source!r}; a file beside the chapter or page was expected"


def _link(target, folder):
    from urllib.parse import unquote

    if re.match(r"javascript:|data:", target, re.IGNORECASE):
        yield f"the link {target[:40]!r} would do nothing; https://address was expected"
    elif target.startswith(("http:", "https:", "mailto:", "#")):
        return
    elif re.match(r"[a-z]+:", target):
        yield f"the link {target[:40]!r} works in no notebook; {{ref}}`words <label>` or https://address was expected"
    elif not target:
        yield "a link leads nowhere; [words](https://address) was expected"
    else:
        name = folder / unquote(target.partition("#")[0])
        if not any(one.is_file() for one in (name, name.with_suffix(".md"), name.with_suffix(".ipynb"))):
            yield f"there is no file {target!r} to link to; a page, a chapter or https://address was expected"


def _unread(text, began):
    """Yield the syntax of others in a text."""
    for form, wanted in UNREAD:
        found = form.search(text) if began or not form.pattern.startswith("^") else None
        if found:
            yield f"{found[0][:30]!r} would stand on the page as it is typed; {wanted} was expected"


def _typed(text):
    """Yield the formulas in signs that Markdown takes for escaped brackets."""
    bare = re.sub(r"`[^`]*`|\$[^$]*\$", lambda found: re.sub(r"[^\n]", " ", found[0]), notebooks.without_code(text))
    for found in PARENTHESES.finditer(bare):
        content = found["content"] or found["shown"]
        if re.search(r"\\[A-Za-z]|(?:^|[^\\])[=^_+]", content):
            sign, wanted = (r"\(", "$ ... $") if found["content"] else (r"\[", "$$ ... $$")
            said = f"{sign} begins no formula here"
            yield bare.count("\n", 0, found.start()), f"{said}; {wanted} was expected"
