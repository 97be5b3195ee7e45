"""How to cite the study, the book, a page, a figure or a table, and whom to write to: made from CITATION.cff."""

import re
from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book import project

KINDS = {"page": "CHAP", "figure": "FIGURE", "table": "DATA", "book": "BOOK", "study": "JOUR"}  # RIS's names


class citing(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place for how to cite the study, the book, or the figure or table that has the id ``anchor``."""


class contact_sentence(nodes.General, nodes.Element):  # noqa: N801
    """A sentence that ends with where to write to, and is left out where no contact is set."""


@dataclass(frozen=True)
class Work:
    """What can be cited: one of ``KINDS``, its facts as text, empty where there are none."""

    kind: str
    key: str
    title: str
    authors: tuple
    year: str
    day: str = ""
    within: str = ""
    version: str = ""
    place: str = ""
    url: str = ""
    doi: str = ""
    note: str = ""


class CitationDirective(SphinxDirective):
    """``{citation} study`` or ``{citation} book``: the whole citation, in the page."""

    required_arguments = 1

    def run(self):
        if self.arguments[0] == "study" and not study(project.citation()):
            raise self.error("CITATION.cff refers to no article; the study that the book recomputes was expected")
        return [citing(kind=self.arguments[0])]


class ContactDirective(SphinxDirective):
    """``{contact}`` ends the sentence in it with where to write to; where no contact is set, nothing is said."""

    has_content = True

    def run(self):
        node = contact_sentence()
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def add_contacts(app, doctree, docname):
    """End each sentence that asks readers to write with where to, or leave it out."""
    address, link = contact_link(app, _heading(app, docname))
    for node in list(doctree.findall(contact_sentence)):
        if address:
            node.children[-1].extend([nodes.Text(" "), nodes.reference("", address, refuri=link), nodes.Text(".")])
        node.replace_self(node.children if address else [])


def contact_link(app, subject):
    """Return where readers reach those who keep the book, and the link that has what it is about filled in.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    subject : str
        The page.

    Returns
    -------
    address, link : str
        Both empty where neither the setting ``newpip_contact`` nor CITATION.cff has a contact.
    """
    address = app.config.newpip_contact or project.contact(app.config.newpip_citation)
    about = quote(f"{app.config.html_title}: {subject}", safe="")
    if "{subject}" in address:
        return address.partition("?")[0], address.replace("{subject}", about)
    if re.match(r"https?:", address):
        return address, f"{address}{'&' if '?' in address else '?'}title={about}"
    return address, address and f"mailto:{address}?subject={about}"


def offer_contact(app, pagename, templatename, context, doctree):
    """Hand each page the link by which to tell of it."""
    title = _heading(app, pagename) if doctree else context.get("title", "")
    context["tell_us"] = contact_link(app, title)[1]


def study(facts):
    """Return the study that the book recomputes.

    Parameters
    ----------
    facts : dict
        As :func:`newpip_book.project.citation` returns them.

    Returns
    -------
    Work or None
        None where CITATION.cff refers to no article.
    """
    one = project.study(facts)
    if not one:
        return None
    names, within = tuple(_name(author) for author in one["authors"]), one.get("journal", "")
    return Work("study", "study", one["title"], names, str(one["year"]), within=within, doi=one.get("doi", ""))


def book(facts, address=""):
    """Return the book itself.

    Parameters
    ----------
    facts : dict
        As :func:`newpip_book.project.citation` returns them.
    address : str, optional
        Where it is published, when that is known.

    Returns
    -------
    Work
    """
    paper = study(facts)
    return Work(
        kind="book",
        key="book",
        title=facts["title"],
        authors=tuple(_name(author) for author in facts["authors"]),
        year=facts["date-released"][:4],
        day=facts["date-released"],
        version=facts["version"],
        url=address,
        note=f"Recomputes {author_names(paper.authors)} ({paper.year}), doi:{paper.doi}" if paper else "",
    )


def part_of_book(facts, kind, key, title, place, address=""):
    """Return a page, figure or table of the book.

    Parameters
    ----------
    facts : dict
        As :func:`newpip_book.project.citation` returns them.
    kind : str
        One of ``KINDS``.
    key, title : str
        A name for files and keys, and the title with its number.
    place : str
        The page and anchor inside the book.
    address : str, optional
        Where the book is published, when that is known.

    Returns
    -------
    Work
    """
    whole = book(facts)
    url = f"{address.rstrip('/')}/{place}" if address else ""
    return Work(
        kind, key, title, whole.authors, whole.year, whole.day, whole.title, whole.version, place, url, note=whole.note
    )


def as_text(work):
    """Say a citation in words.

    Parameters
    ----------
    work : Work

    Returns
    -------
    str
    """
    parts = [
        f"{author_names(work.authors)} ({work.year}).",
        work.title if work.title.endswith(".") else f"{work.title}.",
    ]
    inside = f"{'' if work.kind == 'study' else 'In: '}{work.within}" if work.within else ""
    version = f"version {work.version}, {work.day}" if work.version else ""
    place = work.url or work.place
    parts.append(", ".join(filter(None, [inside, version, place])))
    parts[-1] += "." if parts[-1] and not place else ""
    if work.doi:
        parts.append(f"doi:{work.doi}")
    return " ".join(filter(None, parts)) + (f" [{work.note}.]" if work.note else "")


def as_bibtex(work):
    """Say a citation in BibTeX.

    Parameters
    ----------
    work : Work

    Returns
    -------
    str
    """
    from pybtex.database import BibliographyData, Entry, Person

    fields = {"title": f"{{{work.title}}}", "year": work.year}  # in braces, so that no style changes its capitals
    if work.kind == "study":
        fields |= {"journal": work.within}
    else:
        place = ", ".join(filter(None, [f"In: {work.within}" if work.within else "", work.place]))
        fields |= {"howpublished": place, "edition": f"version {work.version}", "date": work.day}
    fields |= {"doi": work.doi, "url": work.url, "note": work.note}
    authors = [Person(name if "," in name else f"{{{name}}}") for name in work.authors]
    kind, filled = "article" if work.kind == "study" else "misc", {name: text for name, text in fields.items() if text}
    entry = Entry(kind, fields=filled, persons={"author": authors})
    return BibliographyData({_key(work): entry}).to_string("bibtex").strip()


def as_ris(work):
    """Say a citation in RIS.

    Parameters
    ----------
    work : Work

    Returns
    -------
    str
    """
    fields = [("TY", KINDS[work.kind]), ("ID", _key(work)), *(("AU", name) for name in work.authors)]
    fields += [("TI", work.title), ("JO" if work.kind == "study" else "T2", work.within), ("PY", work.year)]
    fields += [("DA", work.day.replace("-", "/")), ("ET", work.version), ("DO", work.doi), ("UR", work.url)]
    fields += [("SE", work.place), ("N1", work.note), ("LA", "en")]
    lines = [f"{tag}  - {text}" for tag, text in fields if text]
    return "\n".join([*lines, "ER  - "])


def folded_citation(works, summary, path):
    """Fold a citation in three forms away under its summary.

    Parameters
    ----------
    works : list of Work
        What to cite, the study first when it is among them.
    summary : str
        The words that unfold it.
    path : str
        The address of the files that hold it too, without ``.bib`` and ``.ris``.

    Returns
    -------
    str
        HTML.
    """
    return f'<details class="np-fold np-citation"><summary>{escape(summary)}</summary>{_forms(works, path)}</details>'


def _forms(works, path):
    """Write citations in words, in BibTeX and in RIS, the last two as files too."""
    said = "".join(f"<p>{escape(as_text(work))}</p>" for work in works)
    for name, ending, form in (("BibTeX", "bib", as_bibtex), ("RIS", "ris", as_ris)):
        link = f'<a href="{path}.{ending}" download>.{ending}<span class="np-unseen"> of {works[-1].key}</span></a>'
        text = escape("\n\n".join(form(work) for work in works))
        said += f'<p class="np-form">{name} ({link})</p><pre>{text}</pre>'
    return said


def add_citations(app, doctree, docname):
    """Say how to cite each figure, each table, and at its foot the page; keep the same as files beside the pages."""
    facts, address = app.config.newpip_citation, app.config.html_baseurl
    folder = "../" * docname.count("/") + "cite/"
    for node in list(doctree.findall(citing)):
        if node["kind"] in ("study", "book"):
            work = study(facts) if node["kind"] == "study" else book(facts, address)
            text = f'<div class="np-citation">{_forms([work], folder + work.key)}</div>'
        else:
            work = _work(app, docname, node)
            text = folded_citation([work], f"Cite {work.title.partition(':')[0]}", folder + work.key)
        node.replace_self(nodes.raw("", text, format="html"))
        _write_citation_files(app, work)
    name = docname.rpartition("/")[2]
    page = part_of_book(facts, "page", f"page-{name}", _heading(app, docname), f"{docname}.html", address)
    if docname == app.config.root_doc:
        page = book(facts, address)
    text = folded_citation([*_studies(facts), page], "Cite this page", folder + page.key)
    doctree += nodes.raw("", f'<div class="np-foot">{text}</div>', format="html")
    _write_citation_files(app, page)


def _work(app, docname, node):
    """Return the figure or table that a place for a citation belongs to, under its number."""
    kind, anchor = node["kind"], node["anchor"]
    number = ".".join(map(str, app.env.toc_fignumbers[docname][kind][anchor]))
    title = f"{kind.capitalize()} {number}: {node['title']}"
    place = f"{docname}.html#{anchor}"
    return part_of_book(app.config.newpip_citation, kind, node["key"], title, place, app.config.html_baseurl)


def _heading(app, docname):
    """Return a page's title, with the chapter's number if it has one."""
    number = app.env.toc_secnumbers.get(docname, {}).get("")
    title = app.env.titles[docname].astext()
    return f"Chapter {number[0]}: {title}" if number else title


def _write_citation_files(app, work):
    """Write a citation as files that reference managers open; the study goes with each part of the book."""
    works = [*_studies(app.config.newpip_citation), *[work] * (work.kind != "study")]
    folder = Path(app.outdir) / "cite"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{work.key}.bib").write_text("\n\n".join(map(as_bibtex, works)) + "\n", encoding="utf-8")
    (folder / f"{work.key}.ris").write_bytes(("\n\n".join(map(as_ris, works)) + "\n").replace("\n", "\r\n").encode())


def _studies(facts):
    """List the study, where there is one."""
    return [work for work in [study(facts)] if work]


def _name(author):
    """Return a person as ``Family, Given`` and anybody else by their name."""
    return author.get("name") or f"{author['family-names']}, {author['given-names']}"


def author_names(names):
    """List authors for reading, families first.

    Parameters
    ----------
    names : sequence of str

    Returns
    -------
    str
    """
    short = [re.sub(r", (\w).*", r", \1.", name) for name in names]
    return " and ".join(filter(None, [", ".join(short[:-1]), short[-1]]))


def source_names(app):
    """Name the sources of rows as the text cites them.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Returns
    -------
    dict
        From the id of a source, which is its key in the bibliography, to its first authors and its year.
    """
    cited = app.env.domains.get("cite")
    return {one.key: one.formatted_entry.label for one in cited.citations} if cited else {}


def _key(work):
    """Return a key for reference managers."""
    if work.kind != "study":
        return f"{project.name()}-{work.key}"
    return re.sub(r"\W", "", work.authors[0].partition(",")[0]).lower() + work.year


def setup(app):
    """Connect."""
    app.add_directive("citation", CitationDirective)
    app.add_directive("contact", ContactDirective)
    app.add_node(citing)
    app.add_node(contact_sentence)
    app.add_config_value("newpip_citation", project.citation(), "html")  # a changed citation is written into every page
    app.add_config_value("newpip_contact", "", "html")  # an address of mail, or of a page where readers can write
    app.connect("html-page-context", offer_contact)
    app.connect("doctree-resolved", add_contacts)
    app.connect("doctree-resolved", add_citations)
