"""What keeps Sphinx from doing the same work many times over; without it the pages are the same, and later."""

import functools

from pybtex.backends.plaintext import Backend
from pybtex.plugin import register_plugin
from sphinx.search.en import SearchEnglish


def share_pages(app, builder):
    """Let one copy of each page do for all the numbered references to its figures.

    Sphinx unpickles the whole page of a figure for each reference that names it.
    """
    app.env.get_doctree = functools.cache(app.env.get_doctree)


def open_anew(app, error):
    """Give whatever comes after the writing its pages as they were read: the shared copies are resolved by now."""
    vars(app.env).pop("get_doctree", None)


def setup(app):
    """Connect, and let two things be found once.

    The backend that sphinxcontrib-bibtex looks up among all packages for each citation, and the stem of each word,
    which the index of the search asks for again on every page.
    """
    app.connect("write-started", share_pages)
    app.connect("build-finished", open_anew, priority=1)
    register_plugin("pybtex.backends", "plaintext", Backend, force=True)  # without force, what is installed goes first
    SearchEnglish.stem = functools.cache(SearchEnglish.stem)
