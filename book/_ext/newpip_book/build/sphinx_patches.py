"""Patches to libraries, each with its reason, its gain and where it was reported; without them pages are the same.

===================  ===========================================  ======================  =============================
patch                reason                                       gain                    reported
===================  ===========================================  ======================  =============================
skip_uri_grammar     jsonschema compiles a grammar of addresses   0.8 s a process         not reported: it is asked for
                     where JupyterLab brings it; no schema here                           only as an extra of jsonschema
                     names that format
skip_social_cards    sphinxext-opengraph imports matplotlib for   0.6 s a build           not reported: it looks whether
                     pictures that _config.yml switches off                               matplotlib can be imported
share_doctrees       Sphinx unpickles the whole page of a figure  6.5 s of all pages      sphinx #12611, #12883 (open)
                     for each numbered reference to it
format_entries_once  sphinxcontrib-bibtex formats every entry     0.4 s a build, 0.7 s    not reported
                     twice in each build                          under live preview
===================  ===========================================  ======================  =============================
"""

import functools
import sys
from types import ModuleType


def skip_uri_grammar():
    """Let jsonschema find no grammar of addresses to compile."""
    sys.modules.setdefault("rfc3987_syntax", None)


def skip_social_cards():
    """Let sphinxext-opengraph find no module that draws pictures of pages' titles."""
    cards = ModuleType("sphinxext.opengraph._social_cards")
    cards.create_social_card, cards.DEFAULT_SOCIAL_CONFIG = None, {}
    sys.modules.setdefault(cards.__name__, cards)


def share_doctrees(app, builder):
    """Unpickle each page once while pages are written, not for each numbered reference to one of its figures.

    The cover is not shared: the contents of every page are made from it, and are gone from a copy that was written.
    """
    fresh = app.env.get_doctree
    shared = functools.cache(fresh)
    app.env.get_doctree = lambda name: (fresh if name == app.config.root_doc else shared)(name)


def stop_sharing(app, error):
    """Give whatever comes after the writing its pages as they were read: the shared copies are resolved by now."""
    vars(app.env).pop("get_doctree", None)


def format_entries_once(app, env, docnames):
    """Format an entry of the bibliography when it or its label changed, not in every build and twice in each."""
    import pybtex
    from pybtex.style.formatting import BaseStyle

    original = getattr(BaseStyle.format_entry, "original", BaseStyle.format_entry)
    before, env.newpip_entries = getattr(env, "newpip_entries", {}), {}

    def format_entry(style, label, entry, bib_data=None):
        key = pybtex.__version__, type(style).__qualname__, label, entry.key, repr(entry)
        found = env.newpip_entries.get(key) or before.get(key) or original(style, label, entry, bib_data)
        return env.newpip_entries.setdefault(key, found)

    format_entry.original = original
    BaseStyle.format_entry = format_entry


def setup(app):
    """Connect."""
    app.connect("env-before-read-docs", format_entries_once)
    app.connect("write-started", share_doctrees)
    app.connect("build-finished", stop_sharing, priority=1)
