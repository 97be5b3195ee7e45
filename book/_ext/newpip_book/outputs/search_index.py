"""Write the index of the book's search: sections, figures, tables, terms, sources, numbers and rows of data.

It is read off the pages as built, so that what is found is what stands there, and is one script, so that a page opened
from a disk can load it. The words are looked up by MiniSearch in the page (search.js).
"""

import json
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path

from newpip import data
from newpip.files import write_atomic
from newpip_book.authoring import search_words, toc
from newpip_book.directives import results_json
from newpip_book.outputs import row_pages

INDEX = "search-index.js"
FIRST, LAST = 1, 0.3  # weights: of chapters and what leads to them, and of pages on the book itself
CELLS = 1000  # characters of a table, or of a section on the book itself, that are searched
SKIPPED = {"button", "math", "nav", "pre", "script", "style", "summary", "svg"}
SKIPPED_CLASSES = {
    "admonition-title",
    "dataframe",
    "headerlink",
    "label",
    "legend",
    "np-fold",
    "np-source",
    "section-number",
}
INLINE = {"a", "abbr", "b", "code", "em", "i", "mark", "q", "s", "small", "span", "strong", "sub", "sup", "u"}
TITLES = {"h1", "h2", "h3", "h4", "h5", "h6", "dt"}
TITLE_CLASSES = {"caption-number", "caption-text"}
VOID = {"area", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


@dataclass
class Entry:
    """Something that can be found: its kind, the id it stands under, its title and its words."""

    kind: str
    anchor: str
    titles: list = field(default_factory=list)
    words: list = field(default_factory=list)

    def said(self, page, weight):
        """Write it as search.js reads it."""
        title, words = (" ".join("".join(parts).split()) for parts in (self.titles, self.words))
        if self.kind == "source":
            title, words = words, ""
        if self.kind == "figure":
            title = title.replace("Fig. ", "Figure ", 1).removesuffix(".")
        if self.kind in ("source", "table"):  # authors, or the first sentence of a caption
            title, more = re.split(r"(?<=[\w%]{3})\. |$", title, maxsplit=1)
            words = f"{more} {words}".strip()
        most = CELLS if self.kind == "table" or weight == LAST else None
        return [self.kind, page, self.anchor, title, words[:most]]


class PageReader(HTMLParser):
    """Part a built page into entries."""

    def __init__(self):
        super().__init__()
        self.entries, self._open, self._term = [], [], None

    def handle_starttag(self, tag, attrs):
        """Open an entry, or go on with the one that this is in."""
        if tag in VOID:
            self.handle_data(" ")
            return
        facts = {name: value or "" for name, value in attrs}
        classes = set(facts.get("class", "").split())
        _, entry, skipped, titled = self._open[-1] if self._open else ("", None, False, False)
        begun = None if skipped else self._begun(tag, facts, classes)
        if begun is not None:
            entry, titled = begun, False
            self.entries.append(begun)
        if tag == "dd" and self._term:
            entry, titled = self._term, False
        if entry and entry.kind == "figure" and facts.get("role") == "img":
            entry.words.append(facts.get("aria-label", "") + " ")
        skipped = skipped or tag in SKIPPED or bool(classes & SKIPPED_CLASSES)
        self._open.append((tag, entry, skipped, titled or tag in TITLES or bool(classes & TITLE_CLASSES)))

    def _begun(self, tag, facts, classes):
        """Return the entry that begins with an element, if one does."""
        name = facts.get("id", "")
        if tag == "dt":
            self._term = Entry("term", name) if name.startswith("term-") else None
            return self._term
        kinds = {
            "section": name,
            "figure": name and "np-figure" in classes,
            "table": name and "np-table" in classes,
        }
        if kinds.get(tag):
            return Entry(tag, name)
        return Entry("source", name) if tag == "div" and name and "citation" in classes else None

    def handle_endtag(self, tag):
        """Close an element, and those left open in it."""
        while self._open and tag not in VOID:
            closed = self._open.pop()
            if closed[1] and closed[0] not in INLINE:
                closed[1].words.append(" ")
            if tag == "dl":
                self._term = None
            if closed[0] == tag:
                return

    def handle_data(self, text):
        """Keep the words of an entry."""
        _, entry, skipped, titled = self._open[-1] if self._open else ("", None, False, False)
        if entry and not skipped:
            (entry.titles if titled else entry.words).append(text)


def read_page(text):
    """List what can be found on a page.

    Parameters
    ----------
    text : str
        HTML.

    Returns
    -------
    list of Entry
    """
    reader = PageReader()
    reader.feed(text)
    return reader.entries


def content(app):
    """Gather all that can be found in the book.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Returns
    -------
    dict
        ``pages``: address, title and weight of each; ``entries``: kind, number of the page, anchor, title and words of
        each; ``synonyms``: what readers type, and the words of the book for it.
    """
    pages, entries = [], []

    def add(name, title, weight):
        pages.append([app.builder.get_target_uri(name), title, weight])
        return len(pages) - 1

    for name, weight in _weights(app).items():
        at = add(name, app.env.titles[name].astext(), weight)
        text = Path(app.builder.get_outfilename(name)).read_text(encoding="utf-8")
        found_here = read_page(text)
        number = app.env.toc_secnumbers.get(name, {}).get("")
        if number and found_here:
            found_here[0].words.append(f" Chapter {number[0]}")
        entries += [one.said(at, weight) for one in found_here]
    found = getattr(app, "newpip_published", None)
    if found:
        entries += _numbers(app, found, add)
        entries += _rows(add)
    return {"pages": pages, "entries": entries, "synonyms": search_words.read()[0]}


def _weights(app):
    """Order the pages as the contents have them; what comes behind the last chapter is about the book itself."""
    names = [name for name, _ in toc.entries() if name in app.env.found_docs]
    chapters = [at for at, name in enumerate(names) if app.env.doc2path(name).endswith(".ipynb")]
    last = max(chapters, default=len(names))
    return {name: FIRST if at <= last else LAST for at, name in enumerate(names)}


def _numbers(app, found, add):
    """Yield the results by their labels and texts."""
    pages = {}
    for key, one in found["results"].items():
        page, anchor = results_json.place("results", key, one["chapter"])
        if page not in pages:
            pages[page] = add(page, app.env.titles[one["chapter"]].astext(), FIRST)
        yield ["number", pages[page], anchor, one["label"], f"{one['text']} {one['unit']}"]


def _rows(add):
    """Yield the rows of data by their keys and cells."""
    for resource in data.package()["resources"]:
        name = resource["name"]
        at = add(f"rows/{name}", f"Rows of {name}", LAST)
        rows = data.load(name).drop(columns=["source_id", "grade"], errors="ignore").to_dict("records")
        for key, row in zip(data.row_names(name), rows, strict=True):
            words = " ".join(filter(None, map(row_pages.said, row.values())))
            yield ["row", at, row_pages.anchor(key), f"{key}, in {name}", words]


def write_index(app, error):
    """Write the index beside the pages."""
    if error is None and app.config.html_theme == "newpip" and app.builder.format == "html":
        said = json.dumps(content(app), ensure_ascii=False, separators=(",", ":"))
        write_atomic(Path(app.outdir, "_static", INDEX), f"window.newpipSearch={said};\n")


def collect(app):
    """Hand the page of results of a search to Sphinx."""
    if app.config.html_theme == "newpip":
        yield "search", {"title": "Search"}, "search.html"


def stop_sphinx_index(app):
    """Let Sphinx make no index of its own."""
    if app.builder.format == "html":
        app.builder.search = False


def setup(app):
    """Connect."""
    app.connect("builder-inited", stop_sphinx_index)
    app.connect("html-collect-pages", collect)
    app.connect("build-finished", write_index)
