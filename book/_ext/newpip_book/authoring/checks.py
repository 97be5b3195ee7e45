"""Everything that `newpip check` holds a book to, its data aside."""

from newpip_book.authoring import (
    alternatives,
    labels,
    lint_code,
    lint_config,
    lint_effects,
    lint_names,
    lint_references,
    notebooks,
)


def problems():
    """List everything in which the parts of the book do not fit together.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``; in chapters ``cell N:line M``.
    """
    unread = unreadable()
    found = [*lint_config.check_config(), *lint_config.check_toc(), *unread, *lint_references.check_bibliography()]
    if unread:
        return found
    code = [*lint_code.problems(), *lint_names.problems(), *lint_effects.problems()]
    return [*found, *code, *lint_references.problems(), *labels.list_problems(), *alternatives.read()[1]]


def unreadable():
    """List what keeps chapters and pages from being read.

    Returns
    -------
    list of str
    """
    chapters = [one for path in notebooks.chapters() for one in notebooks.load_notebook(path)[1]]
    return chapters + [one for path in notebooks.pages() for one in notebooks.load_text(path)[1]]
