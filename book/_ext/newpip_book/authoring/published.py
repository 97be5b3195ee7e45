"""What chapters hand to the reader, read from the outputs of their cells: results, claims, figures and tables."""

from dataclasses import dataclass, field

from newpip.forms import GLUE, MIME
from newpip_book.authoring import notebooks

CLAIM = "claim."  # with which the names of claims begin in outputs


@dataclass(frozen=True)
class Published:
    """One result, claim, figure or table.

    Attributes
    ----------
    kind : str
        ``result``, ``claim``, ``figure`` or ``table``.
    key : str
        Its name; a claim's is as the role has it.
    chapter : str
        The name of the page that publishes it.
    text : str
        How prose shows a result; whether a claim holds; a figure in words; a table's caption.
    meta : dict
        What else is known of it. Of a result or a claim that is nothing where the outputs are those stored in the
        chapter; of a figure or table it is all that the page shows.
    """

    kind: str
    key: str
    chapter: str
    text: str
    meta: dict = field(default_factory=dict, hash=False)


def named(name, text, meta, chapter):
    """Return the result or claim that goes by a name in a chapter's outputs.

    Parameters
    ----------
    name : str
    text : str
    meta : dict
    chapter : str

    Returns
    -------
    Published
    """
    kind = "claim" if name.startswith(CLAIM) else "result"
    return Published(kind, name.removeprefix(CLAIM), chapter, text, meta)


def payload(content, chapter):
    """Return the figure or table that a cell shows.

    Parameters
    ----------
    content : dict
        In the form that :mod:`newpip.publish` gives it.
    chapter : str

    Returns
    -------
    Published
    """
    return Published(
        content["kind"], content["key"], chapter, content.get("alt") or content.get("caption", ""), content
    )


def of_cells(cells, chapter):
    """List what the outputs of a chapter's cells publish.

    Parameters
    ----------
    cells : list
        As Jupyter or :func:`newpip_book.authoring.notebooks.load_notebook` has them.
    chapter : str
        The name of its page.

    Yields
    ------
    Published
    """
    for cell in cells:
        for output in cell.outputs if cell.cell_type == "code" else ():
            data, meta = output.get("data") or {}, output.get("metadata") or {}
            name = meta.get("scrapbook", {}).get("name")
            if name:
                yield named(name, "".join(data.get(f"{GLUE}text/plain", "")), meta.get("newpip", {}), chapter)
            elif isinstance(data.get(MIME), dict) and "key" in data[MIME]:
                yield payload(data[MIME], chapter)


def stored():
    """List what the outputs stored in the book's chapters publish.

    Yields
    ------
    Published
    """
    for path in notebooks.chapters():
        yield from of_cells(notebooks.load_notebook(path)[0].cells, notebooks.docname(path))


def title(content):
    """Return what a figure says in its title, or the whole caption of a table.

    Parameters
    ----------
    content : dict
        In the form that :mod:`newpip.publish` gives it.

    Returns
    -------
    str
    """
    return content["caption"][: content.get("title")]


def texts(items):
    """Map the keys of results to their texts.

    Parameters
    ----------
    items : iterable of Published

    Returns
    -------
    dict
    """
    return {one.key: one.text for one in items if one.kind == "result"}


def words(items):
    """Map the keys of results to their texts, and those of figures and tables to what a sentence can call them.

    Parameters
    ----------
    items : iterable of Published

    Returns
    -------
    dict
    """
    return {one.key: one.text if one.kind == "result" else f"the {one.kind}" for one in items if one.kind != "claim"}
