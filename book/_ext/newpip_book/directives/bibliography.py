"""The bibliography: works by author and year, as the text cites them, whether each was read, and where it is cited."""

import string
import unicodedata
from pathlib import Path

import pybtex.plugin
from docutils import nodes
from pybtex.style.formatting.unsrt import Style
from pybtex.style.labels import BaseLabelStyle
from pybtex.style.sorting import BaseSortingStyle
from sphinx import addnodes
from sphinx.util.nodes import make_refnode
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle
from sphinxcontrib.bibtex.style.template import join, year

from newpip import data
from newpip_book import page_records, project
from newpip_book.authoring import lint_bibliography, toc

STYLE = "author_year"
READ = {  # how much of a document was read, from best to worst
    "whole": "read in full",
    "part": "read in part",
    "abstract": "read in its abstract",
    "secondary": "known only as other documents report it",
    "memory": "from memory, not read",
    "unread": "not read, only listed",
}
FOLDED = 6  # pages; where more cite a work, they are folded away


def cited_as(entry):
    """Name a work as the text cites it.

    Parameters
    ----------
    entry : pybtex.database.Entry

    Returns
    -------
    str
        Such as ``"Barlow et al., 2015"``.
    """
    style = AuthorYearReferenceStyle()
    said = join(sep=", ")[style.person.author_or_editor_or_title(full=False), year]
    return said.format_data({"entry": entry, "style": style}).render_as("plaintext")


class AuthorYearLabels(BaseLabelStyle):
    """Labels of works as the text cites them."""

    def format_labels(self, sorted_entries):
        return map(cited_as, sorted_entries)


class AuthorYearSorting(BaseSortingStyle):
    """Works in the order of their labels, then of their titles; accents count for nothing."""

    def sorting_key(self, entry):
        said = unicodedata.normalize("NFKD", f"{cited_as(entry)} {entry.fields.get('title', '')}")
        return "".join(one for one in said if one.isalnum() or one.isspace()).casefold()


class AuthorYearStyle(Style):
    """Works as BibTeX's ``plain`` writes them, under labels of author and year."""

    default_label_style = default_sorting_style = STYLE


def tell_apart(app):
    """Add a letter to the years of works that would be cited alike, before anything is cited."""
    works = app.env.domains.get("cite")
    alike = {}
    for entry in lint_bibliography.normalized(works.bibdata.data.entries).values() if works else ():
        alike.setdefault(cited_as(entry), []).append(entry)
    for entries in alike.values():
        for letter, entry in zip(string.ascii_lowercase, sorted(entries, key=_title), strict=False):
            if len(entries) > 1:
                entry.fields["year"] = f"{entry.fields.get('year', 'n.d.-')}{letter}"


def _title(entry):
    return entry.fields.get("title", "").strip("{}").casefold()


def note_cited(app, doctree):
    """Keep which works a page cites, and under which of its headings."""
    found = []
    for node in doctree.findall(addnodes.pending_xref):
        if node["refdomain"] == "cite":
            sections = [one for one in _above(node) if isinstance(one, nodes.section)]
            place = [(one["ids"][0], one.next_node(nodes.title).astext()) for one in sections[:-1][:1]]
            found += [(key.strip(), *place) for key in node["reftarget"].split(",")]
    page_records.record(app.env, app.env.docname)["works"] = list(dict.fromkeys(found))


def _above(node):
    """Yield what a node is in, the nearest first."""
    while node.parent is not None:
        node = node.parent
        yield node


def note_lists(app, env):
    """Name the pages that list works, when another page cites otherwise than before or a work was read meanwhile."""
    works = env.domains.get("cite")
    lists = {key.docname for key in works.bibliographies} if works else ()
    said = repr([_cited_in(app), _read()])
    return page_records.update(env, "cited_in", dict.fromkeys(lists, said))


def _cited_in(app):
    """Map each work to the pages that cite it, in the order of the contents, each with headings that do."""
    pages, found = page_records.records(app.env), {}
    order = [name for name, _ in toc.entries()] if Path(app.srcdir) == project.ROOT else sorted(pages)
    for docname in order:
        for key, *place in pages.get(docname, {}).get("works", ()):
            found.setdefault(key, {}).setdefault(docname, []).extend(place)
    return found


def _read():
    """Map each work to words for how much of it was read."""
    sources = data.load("sources") if "sources" in {one["name"] for one in data.package()["resources"]} else None
    if sources is None or "read" not in sources:
        return {}
    theirs = sources[sources["kind"] != "ours"]
    return dict(zip(theirs["source_id"], theirs["read"].map(READ), strict=True))


def add_notes(app, doctree, docname):
    """Say under each work how much of it was read, and lead back to where it is cited."""
    works = app.env.domains.get("cite")
    keys = {one.citation_id: one.key for one in works.citations} if works else {}
    if keys and any(key.docname == docname for key in works.bibliographies):
        cited, read = _cited_in(app), _read()
        for node in doctree.findall(nodes.citation):
            key = keys[node["ids"][0]]
            if key in read:
                node += nodes.paragraph("", f"{read[key]}.".capitalize(), classes=["np-source"])
            if key in cited:
                node += _back(app, docname, cited[key])


def _back(app, docname, pages):
    """List where a work is cited; a long list is folded away."""
    many = len(pages) > FOLDED
    shown = nodes.paragraph("", "" if many else "Cited in ", classes=["np-source"])
    for at, (page, places) in enumerate(pages.items()):
        shown += [nodes.Text("; ")] * bool(at)
        shown += _link(app, docname, page, "", _page_name(app, page))
        for number, (anchor, title) in enumerate(dict.fromkeys(places)):
            shown += [nodes.Text(", " if number else ": "), _link(app, docname, page, anchor, title)]
    shown += nodes.Text(".")
    if not many:
        return [shown]
    opened = f'<details class="np-fold"><summary>Cited in {len(pages)} pages</summary>'
    return [nodes.raw("", opened, format="html"), shown, nodes.raw("", "</details>", format="html")]


def _page_name(app, docname):
    """Name a page, with the number of a chapter."""
    number = app.env.toc_secnumbers.get(docname, {}).get("")
    title = app.env.titles[docname].astext()
    return f"{number[0]} {title}" if number else title


def _link(app, docname, page, anchor, title):
    return make_refnode(app.builder, docname, page, anchor, nodes.Text(title))


def setup(app):
    """Connect."""
    for group, plugin in (
        ("formatting", AuthorYearStyle),
        ("labels", AuthorYearLabels),
        ("sorting", AuthorYearSorting),
    ):
        pybtex.plugin.register_plugin(f"pybtex.style.{group}", STYLE, plugin)
    app.connect("builder-inited", tell_apart, priority=900)  # when the works are read
    app.connect("doctree-read", note_cited)
    app.connect("env-get-updated", note_lists, priority=900)  # when sections have their numbers
    app.connect("doctree-resolved", add_notes)
