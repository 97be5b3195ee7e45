"""Everything that `newpip check` holds a book to, its data aside."""

from newpip_book.authoring import (
    alternatives,
    labels,
    lint_bibliography,
    lint_code,
    lint_config,
    lint_effects,
    lint_names,
    lint_references,
    lint_syntax,
    lint_titles,
    notebooks,
    search_words,
    slices,
)


def problems():
    """List everything in which the parts of the book do not fit together.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``; in chapters ``cell N:line M``.
    """
    unread = unreadable()
    found = [*lint_config.check_config(), *lint_config.check_toc(), *unread, *lint_bibliography.problems()]
    if unread:
        return found
    found += [*lint_code.problems(), *program_problems(), *lint_references.problems(), *lint_syntax.problems()]
    found += [*lint_titles.problems()]
    return [*found, *labels.list_problems(), *alternatives.read()[1], *search_words.read()[1]]


def program_problems():
    """List what would make the programs behind the results of chapters wrong.

    Returns
    -------
    list of str
        ``file:cell N:line M: what is wrong, what was expected``.
    """
    found = []
    for path in notebooks.chapters():
        chapter, place = slices.of_chapter(path, notebooks.file_signature(path)), notebooks.display_path(path)
        found += [*lint_names.problems_of(chapter, place), *lint_effects.problems_of(chapter, place)]
    return found


def unreadable():
    """List what keeps chapters and pages from being read.

    Returns
    -------
    list of str
    """
    chapters = [one for path in notebooks.chapters() for one in notebooks.load_notebook(path)[1]]
    return chapters + [one for path in notebooks.pages() for one in notebooks.load_text(path)[1]]
