"""What keeps Sphinx from doing the same work many times over; without it the pages are the same, and later."""

import functools
import hashlib
import json
from pathlib import Path

import pybtex
import pygments
from docutils import nodes
from pybtex.backends.plaintext import Backend
from pybtex.plugin import register_plugin
from pybtex.style.formatting import BaseStyle
from sphinx import addnodes, highlighting
from sphinx.environment.collectors.toctree import TocTreeCollector

FORMAT = BaseStyle.format_entry
HIGHLIGHT = highlighting.highlight
NUMBER = TocTreeCollector.assign_figure_numbers


def share_pages(app, builder):
    """Let one copy of each page do for all the numbered references to its figures.

    Sphinx unpickles the whole page of a figure for each reference that names it. The cover is not shared: the contents
    of every page are made from it, and are gone from a copy that was written.
    """
    anew = app.env.get_doctree
    shared = functools.cache(anew)
    app.env.get_doctree = lambda name: (anew if name == app.config.root_doc else shared)(name)


def outline(app, doctree):
    """Keep of a page what Sphinx numbers its figures by, so that it need not open every page again in each build."""
    kinds = nodes.section, addnodes.toctree, *app.env.domains["std"].enumerable_nodes
    _outlines(app.env)[app.env.docname] = nodes.Element("", *_bare(doctree, kinds))


def merge(app, env, docnames, other):
    """Take over the outlines of pages that another process read."""
    _outlines(env).update({name: _outlines(other)[name] for name in docnames})


def _outlines(env):
    """Return the outlines that are kept from build to build."""
    return vars(env).setdefault("newpip_outlines", {})


def _bare(node, kinds):
    """List copies of what is of certain kinds in a node, or holds such, with its captions and titles as plain text."""
    bare = []
    for child in node.children:
        if isinstance(child, (nodes.caption, nodes.title)):
            bare.append(type(child)("", child.astext()))
        elif isinstance(child, nodes.Element):
            inside = _bare(child, kinds)
            if inside or isinstance(child, kinds):
                bare.append(type(child)("", *inside, **child.attributes))
    return bare


def number_figures(collector, env):
    """Give figures their numbers by the outlines of the pages."""
    env.get_doctree = lambda name: _outlines(env)[name]
    try:
        return NUMBER(collector, env)
    finally:
        del env.get_doctree


def format_once(app, env, docnames):
    """Format each entry of the bibliography when it or its label changed, not in every build and twice in each."""
    before, env.newpip_entries = getattr(env, "newpip_entries", {}), {}

    def format_entry(style, label, entry, bib_data=None):
        asked = pybtex.__version__, type(style).__qualname__, label, entry.key, repr(entry)
        found = env.newpip_entries.get(asked) or before.get(asked) or FORMAT(style, label, entry, bib_data)
        return env.newpip_entries.setdefault(asked, found)

    BaseStyle.format_entry = format_entry


def colour_once(app, doctree, docname):
    """Let the code of a page that is to be written keep the colours it had, where it is the same code."""
    path, now = Path(app.doctreedir, f"{docname}.colours.json"), {}
    before = json.loads(path.read_text("utf-8")) if path.exists() else {}

    def highlight(code, lexer, formatter):
        how = pygments.__version__, lexer.name, lexer.options, len(lexer.filters), formatter.name, formatter.options
        asked = hashlib.sha256(repr((how, code)).encode()).hexdigest()
        now[asked] = before.get(asked) or HIGHLIGHT(code, lexer, formatter)
        return now[asked]

    highlighting.highlight = highlight
    app.newpip_colours = path, before, now


def keep_colours(app, docname, template, context, doctree):
    """Keep the colours of the page that was written."""
    if doctree is not None:
        path, before, now = app.newpip_colours
        if now != before:
            path.write_text(json.dumps(now), encoding="utf-8")


def open_anew(app, error):
    """Give whatever comes after the writing its pages as they were read: the shared copies are resolved by now."""
    vars(app.env).pop("get_doctree", None)


def setup(app):
    """Connect, and let two things be found once.

    They are the outlines of pages, and the backend that sphinxcontrib-bibtex looks up among all packages for each
    citation.
    """
    app.connect("env-before-read-docs", format_once)
    app.connect("doctree-read", outline, priority=999)
    app.connect("env-merge-info", merge)
    TocTreeCollector.assign_figure_numbers = number_figures
    app.connect("write-started", share_pages)
    app.connect("doctree-resolved", colour_once)
    app.connect("html-page-context", keep_colours)
    app.connect("build-finished", open_anew, priority=1)
    register_plugin("pybtex.backends", "plaintext", Backend, force=True)  # without force, what is installed goes first
