"""Everything that `newpip check` holds a book to, its data aside."""

from newpip_book.authoring import lint_config, lint_references, notebooks


def problems():
    """List everything in which the parts of the book do not fit together.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``; in chapters ``cell N:line M``.
    """
    unread = unreadable()
    found = [*lint_config.settings(), *lint_config.contents(), *unread, *lint_references.bibliography()]
    return found + ([] if unread else lint_references.problems())


def unreadable():
    """List what keeps chapters and pages from being read.

    Returns
    -------
    list of str
    """
    chapters = [one for path in notebooks.chapters() for one in notebooks.notebook(path)[1]]
    return chapters + [one for path in notebooks.pages() for one in notebooks.text(path)[1]]
