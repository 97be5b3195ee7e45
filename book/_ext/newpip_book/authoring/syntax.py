"""The list of what authors can write: each role, directive and sign, and how a notebook anywhere shows it.

What stands here works on pages, in the notebooks to take away, in JupyterLab, in PDF and in EPUB alike.
``newpip check`` refuses the rest (:mod:`newpip_book.authoring.lint_syntax`) and names the nearest thing that works.
"""

import difflib
from dataclasses import dataclass

EVERYWHERE, PAGES = "chapters and pages", "pages"
TITLED = "**{title}**\n\n{content}"  # of a block that is set off
FOLDED = "<details><summary>{title}</summary>\n\n{content}\n\n</details>"  # what the book folds


@dataclass(frozen=True)
class Role:
    """A role.

    Attributes
    ----------
    name, shows : str
        What authors write, and what readers see.
    example : str
        How it is written.
    """

    name: str
    shows: str
    example: str


@dataclass(frozen=True)
class Directive:
    """A directive.

    Attributes
    ----------
    name, shows : str
        What authors write, and what readers see.
    example : str
        Its first line, without the fence.
    holds : str
        What stands in it: ``"words"``, in which the same syntax works; ``"code"``, ``"formula"`` or ``"rows"``; or
        nothing.
    where : str
        Chapters and pages, or pages alone.
    plain : str
        What stands in its place in a notebook anywhere, with ``{title}`` and ``{content}``; a name of a function of
        :mod:`newpip_book.outputs.takeaway_notebooks` where it begins with ``@``.
    lab : bool
        Whether JupyterLab shows it as it is written.
    part : str
        The extension of the engine that a book has to name for it, if any.
    """

    name: str
    shows: str
    example: str = ""
    holds: str = ""
    where: str = EVERYWHERE
    plain: str = ""
    lab: bool = False
    part: str = ""


def _box(name, shows):
    """Describe a block that is set off under a word of its own."""
    title = name.capitalize() if name != "seealso" else "See also"
    return Directive(name, shows, holds="words", plain=f"**{title}**\n\n{{content}}", lab=True)


ROLES = {one.name: one for one in (
    Role("glue:text", "a number that the chapter names", "{glue:text}`key`"),
    Role("result", "a number that any chapter names", "{result}`key`"),
    Role("claim", "nothing; the claim that holds the sentence to the data", "{claim}`key`"),
    Role("numref", "the number of a figure or table, with a link", "{numref}`key`"),
    Role("ref", "the title of a labelled place, or words, with a link", "{ref}`words <label>`"),
    Role("doc", "the title of a page, or words, with a link", "{doc}`words <02-method>`"),
    Role("eq", "the number of a labelled equation, with a link", "{eq}`name`"),
    Role("term", "a word of the glossary, with a link", "{term}`word`"),
    Role("cite:p", "a source in brackets", "{cite:p}`key`"),
    Role("cite:t", "a source in the sentence", "{cite:t}`key`"),
    Role("cite:author", "the authors of a source", "{cite:author}`key`"),
    Role("cite:year", "the year of a source", "{cite:year}`key`"),
    Role("math", "a formula, as between single dollars", "{math}`x^2`"),
    Role("abbr", "a short form, said in full to those who ask", "{abbr}`GP (general practitioner)`"),
    Role("kbd", "a key of the keyboard", "{kbd}`Tab`"),
    Role("dfn", "a word where it is explained", "{dfn}`word`"),
    Role("sub", "small letters below", "H{sub}`2`O"),
    Role("sup", "small letters above", "m{sup}`2`"),
)}  # fmt: skip

DIRECTIVES = {one.name: one for one in (
    Directive("admonition",
              "a block under a title; with `:class: dropdown` folded, and left out of PDF and EPUB", "A title", "words",
              plain="@admonition", lab=True),
    *(_box(name, "a block that is set off") for name in
      ("note", "tip", "important", "seealso", "attention", "caution", "warning", "danger", "error")),
    Directive("hint", "a hint; with `:class: dropdown` folded, and left out of PDF and EPUB", holds="words",
              plain="<details><summary>Hint</summary>\n\n{content}\n\n</details>", lab=True),
    Directive("figure", "a picture of a file, with its description (`:alt:`) and a caption", "picture.png", "words",
              plain="@picture"),
    Directive("image", "a picture of a file, with its description (`:alt:`)", "picture.png", plain="@picture"),
    Directive("table", "a table of Markdown with a caption", "A caption", "words", plain="*{title}*\n\n{content}"),
    Directive("list-table", "a table written as a list", "A caption", "words", plain="@rows"),
    Directive("math", "a formula on a line of its own; numbered with `:label:`", holds="formula", plain="@formula"),
    Directive("code-block", "code that is not run", "python", "code", plain="```{title}\n{content}\n```"),
    Directive("key-figure", "a figure of a chapter, small, with a link", "key",
              plain="{{numref}}`{title}` shows it, further down.\n"),
    Directive("slider", "a formula's inputs to move", "name", "words", part="newpip_book.directives.sliders"),
    Directive("commissioning-tool", "the commissioning tool", "", "words",
              part="newpip_book.directives.commissioning",
              plain="The tool itself is on this chapter's page of the book.\n"),
    Directive("own-data", "a place where readers choose files of their own, which become the page", "module:function",
              "words", plain="{content}"),
    Directive("glossary", "terms and what they mean", holds="words", where=PAGES),
    Directive("bibliography", "the works that are cited", where=PAGES),
    Directive("csv-table", "a table of a file", "A caption", "rows", where=PAGES),
    Directive("include", "the text of another file", "other.md", where=PAGES),
    Directive("literalinclude", "the code of another file", "file.py", where=PAGES),
    Directive("container", "a block with a class of book.css", "class", "words", where=PAGES),
    Directive("live-cell", "code that readers run in the page, and the build does not", holds="code", where=PAGES),
    Directive("only", "a block where a tag of the build is set", "tag", "words", where=PAGES),
    Directive("sketch", "a drawing of results", "marks key", "words", where=PAGES),
    Directive("architecture", "the rooms of the code", where=PAGES),
    Directive("benchmark", "a table of the speed figures", "builds", where=PAGES),
    Directive("citation", "how to cite the book, in forms to copy", "study", where=PAGES),
    Directive("claims", "every claim and what it compares", where=PAGES),
    Directive("contact", "where readers write to", "subject", "words", where=PAGES),
    Directive("data-dictionary", "the tables and their columns", where=PAGES),
    Directive("data-rows", "the rows of a table", "table", where=PAGES),
    Directive("data-rules", "the rules that tables are held to", where=PAGES),
    Directive("origin-of", "what a result rests on", "key", where=PAGES),
    Directive("page-differences", "what Python in the page does otherwise", where=PAGES),
    Directive("syntax", "this list", "roles", where=PAGES),
    Directive("table-map", "which tables feed which chapters", where=PAGES),
    Directive("what-if", "what results would be otherwise", "here", where=PAGES),
)}  # fmt: skip

SIGNS = {  # the rest of Markdown, by the name of its token
    "heading_open": ("# to ####", "a heading; one # alone, at the top"),
    "em_open": ("*word*", "emphasis"),
    "strong_open": ("**word**", "strong emphasis"),
    "code_inline": ("`code`", "code in a sentence"),
    "fence": ("```python", "code that is not run"),
    "colon_fence": (":::{note}", "a directive, fenced with colons"),
    "link_open": ("[words](https://address)", "a link; to a file of the book, or to #label"),
    "image": ("![description](picture.png)", "a picture of a file"),
    "bullet_list_open": ("- item", "a list"),
    "ordered_list_open": ("1. item", "a numbered list"),
    "table_open": ("| a | b |", "a table"),
    "blockquote_open": ("> words", "a quotation"),
    "dl_open": ("word, then : meaning", "a list of definitions"),
    "hr": ("---", "a line across"),
    "hardbreak": ("\\ at the end of a line", "a new line"),
    "math_inline": ("$x$", "a formula in a sentence"),
    "math_block": ("$$ ... $$", "a formula on a line of its own"),
    "math_block_label": ("$$ ... $$ (name)", "the same with a number"),
    "footnote_ref": ("[^name]", "a footnote, its text at [^name]: below"),
    "myst_target": ("(label)=", "a label of what follows"),
    "myst_line_comment": ("% remark", "nothing"),
    "html_inline": ("<br>, <a href>, <span id>", "HTML that every form of the book shows"),
}
BESIDES = {  # tokens that belong to those above, or are words
    *("text", "softbreak", "inline", "paragraph_open", "list_item_open", "thead_open", "tbody_open", "tr_open"),
    *("th_open", "td_open", "dt_open", "dd_open", "myst_role", "footnote_block_open", "footnote_open"),
    *("footnote_anchor", "footnote_reference_open", "math_inline_double", "code_block", "html_block"),
    "text_special",
}
DOMAINS = {"c", "cpp", "js", "py", "rst", "std"}  # of Sphinx, for what describes code
COMMON = {"class", "name", "label"}  # options
OPTIONS = {  # those of directives whose options are known here
    "figure": COMMON | {"alt", "width", "height", "align", "scale", "target", "figclass"},
    "image": COMMON | {"alt", "width", "height", "align", "scale", "target"},
    "table": COMMON | {"align", "width", "widths"},
    "list-table": COMMON | {"header-rows", "stub-columns", "align", "width", "widths"},
    "math": COMMON,
    "code-block": COMMON | {"caption", "linenos", "lineno-start", "emphasize-lines"},
    **dict.fromkeys(("admonition", "hint", "note", "tip", "important", "seealso"), COMMON),
    **dict.fromkeys(("attention", "caution", "warning", "danger", "error"), COMMON),
}
TAGS = {"a", "abbr", "b", "br", "code", "em", "i", "kbd", "span", "strong", "sub", "sup"}

ROLES_INSTEAD = """
cite:p: cite citep cite:ps cite:alp cite:alps cite:label cite:labelpar cite:cauthor cite:cauthors cite:empty nocite
cite:p: footcite footcite:p footcite:ps footcite:ct footcite:cts footcite:ts citealp citealt
cite:t: cite:ts cite:ct cite:cts citet footcite:t
cite:author: cite:authors cite:authorpar cite:authorpars citeauthor
cite:year: cite:yearpar citeyear
glue:text: glue glue: glue:any glue:md glue:math eval
numref: glue:figure std:numref figref tabref
eq: math:numref eqref
ref: any std:ref named-reference prf:ref
abbr: abbreviation acronym ac
sub: subscript
sup: superscript
term: std:term index
doc: std:doc
(label)=: target
`code`: code literal file samp command program option envvar token keyword
*word*: emphasis title-reference u underline
**word**: strong guilabel menuselection bdg badge
[words](https://address): download nb-download pep rfc button uri-reference
Markdown: raw
words alone: del octicon material-regular fa fab fas color
"""
DIRECTIVES_INSTEAD = """
:::{admonition} A title with :class: dropdown: dropdown toggle details
:::{admonition} A title: card topic sidebar margin aside exercise exercise-start callout proof
:::{admonition} A title: prf:theorem prf:lemma prf:proof prf:definition prf:example prf:algorithm prf:remark
:::{hint} with :class: dropdown: solution solution-start
headings, one after the other,: tab-set tab-item tabs tab tabbed panels grid grid-item grid-item-card
headings, one after the other,: card-carousel hlist rubric centered card-header card-footer
> words: epigraph highlights pull-quote line-block parsed-literal quote
figure() in a cell, and {numref}`key`,: glue:figure glue: glue glue:any plot graphviz mermaid digraph eval:figure
figure() in a cell, and {numref}`key`,: figure-md altair-plot bokeh-plot inheritance-diagram
{glue:text}`key`: glue:md glue:math eval replace unicode date
Markdown: eval-rst raw raw-cell html role default-role class cssclass rst-class div
_toc.yml: toctree tableofcontents contents sectnum title meta nb-exec-table
a code cell of a chapter: code-cell python py r ipython jupyter-execute doctest testcode
{term}`word`: index object describe productionlist
note: versionadded versionchanged versionremoved deprecated todo acks info
code-block: code sourcecode highlight prompt program literal
[words](https://address): video iframe youtube audio button-link button-ref download
bibliography: footbibliography
a paragraph: compound
"""


def _read(listed):
    """Read a list of what works, and what each stands in for."""
    pairs = [line.rpartition(": ") for line in listed.strip().splitlines()]
    return {name: works for works, _, names in pairs for name in names.split()}


# The nearest that works, where it is called otherwise.
INSTEAD = {"roles": _read(ROLES_INSTEAD), "directives": _read(DIRECTIVES_INSTEAD)}


def nearest(kind, name):
    """Name the nearest thing that works.

    Parameters
    ----------
    kind : str
        ``"roles"`` or ``"directives"``.
    name : str
        What is not on the list.

    Returns
    -------
    str
    """
    found = INSTEAD[kind].get(name) or INSTEAD[kind].get(name.lower())
    if not found and name.partition(":")[0] in DOMAINS:
        found = "`code`" if kind == "roles" else "code-block"
    works = ROLES if kind == "roles" else DIRECTIVES
    if not found:
        close = difflib.get_close_matches(name.lower(), works, 1) or difflib.get_close_matches(
            name.rpartition(":")[2].lower(), works, 1
        )
        found = close[0] if close else ("words, or `code`," if kind == "roles" else ":::{admonition} A title")
    return f"{{{found}}}" if found in works else found
