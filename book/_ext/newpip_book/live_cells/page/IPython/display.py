"""What IPython.display offers a chapter, where it runs in the page: the runner shows what is handed to it."""

MIMES = {
    "_repr_html_": "text/html",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_markdown_": "text/markdown",
}
show = None  # the runner sets it: a function of the forms of an output, and their metadata


def display(*things, raw=False, metadata=None, **options):
    """Show each thing under the cell.

    Parameters
    ----------
    *things
        Anything; with ``raw``, dictionaries from MIME type to content.
    raw : bool
        Whether the things are such dictionaries.
    metadata : dict, optional
        What goes with them.
    **options
        What else IPython takes; nothing of it is needed here.
    """
    for thing in things:
        show(thing if raw else forms(thing), metadata or {})


def forms(thing):
    """Return the forms in which a thing can be shown.

    Parameters
    ----------
    thing : object

    Returns
    -------
    dict
        From MIME type to content; ``text/plain`` is always there.
    """
    from pprint import pformat

    plain = isinstance(thing, (dict, list, set, tuple))
    found = {"text/plain": pformat(thing, width=79, sort_dicts=False) if plain else repr(thing)}
    for method, mime in MIMES.items():
        content = getattr(thing, method, lambda: None)() if not isinstance(thing, type) else None
        if content is not None:
            found[mime] = content[0] if isinstance(content, tuple) else content
    return found


class _Shown:
    """Content that says of itself how it is shown."""

    def __init__(self, data=""):
        self.data = data


class HTML(_Shown):
    """A piece of HTML; the page shows what is harmless of it."""

    def _repr_html_(self):
        return self.data


class SVG(_Shown):
    """A picture as SVG."""

    def _repr_svg_(self):
        return self.data


class Markdown(_Shown):
    """A text in Markdown, which the page shows as it was written."""

    def _repr_markdown_(self):
        return self.data
