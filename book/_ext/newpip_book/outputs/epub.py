"""The whole book as EPUB 3: the built pages as XHTML, their pictures in them, the same bytes for the same commit."""

import re
import uuid
from html import escape
from pathlib import Path
from urllib.parse import quote

from newpip.files import write_atomic, zip_bytes
from newpip_book import project
from newpip_book.directives import citation
from newpip_book.outputs import binding

XHTML = (
    '<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE html>\n<html xmlns="http://www.w3.org/1999/xhtml" '
    'xmlns:epub="http://www.idpf.org/2007/ops" lang="en-GB" xml:lang="en-GB"><head><title>{title}</title>'
    '<link rel="stylesheet" type="text/css" href="book.css"/></head><body>{body}</body></html>\n'
)
CONTAINER = (
    '<?xml version="1.0"?><container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
    '<rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>\n'
)
ACCESS = {
    "schema:accessMode": ["textual", "visual"],
    "schema:accessModeSufficient": ["textual", "textual,visual"],
    "schema:accessibilityFeature": [
        *(
            "alternativeText",
            "structuralNavigation",
            "tableOfContents",
            "readingOrder",
            "MathML",
            "displayTransformability",
        )
    ],
    "schema:accessibilityHazard": ["none"],
    "schema:accessibilitySummary": [
        "Every figure has a description that says what it shows; formulas are MathML; tables have headings."
    ],
}
MEDIA = {".png": "image/png", ".jpg": "image/jpeg", ".svg": "image/svg+xml"}


def make(path=None, folder=binding.HTML):
    """Bind the built book.

    Parameters
    ----------
    path : pathlib.Path, optional
        Where to put the EPUB; beside the pages by default.
    folder : pathlib.Path, optional
        The built book.

    Raises
    ------
    FileNotFoundError
        When the book was not built.
    """
    pages = binding.read_pages(folder)
    known = {page.docname: binding.page_ids(page) for page in pages}
    names = {page.docname: page.name for page in pages}
    files = {}
    for page in pages:
        binding.relink(page, known, lambda docname, anchor: f"{names[docname]}.xhtml{f'#{anchor}' if anchor else ''}")
        files |= _pictures(page, folder)
        _name_cells(page)
        _valid(page)
        body = page.article.decode(formatter="minimal")
        files[f"{page.name}.xhtml"] = XHTML.format(title=escape(page.title), body=body)
    styles = [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("binding.css", "epub.css")]
    files["book.css"] = "".join(styles)
    files["cover.svg"] = binding.cover_svg()
    inline = f'<section epub:type="cover">{_unique(binding.cover_svg())}</section>'
    files["cover.xhtml"] = XHTML.format(title="Cover", body=inline)
    files["nav.xhtml"] = _navigation(pages)
    write_atomic(path or folder / f"{project.name()}.epub", _pack({**files, "book.opf": _package(files, pages)}))


def _unique(svg):
    """Return a picture that can stand in a page."""
    return svg[svg.index("<svg") :]


def _name_cells(page):
    """Write into each cell of a table that becomes cards on a small screen the heading of its column."""
    from bs4 import Tag  # here, so that a build that binds nothing need not wait for it

    for cell in page.article.select(".np-stack tbody [data-label]"):
        name = Tag(name="span", attrs={"class": "np-label"})
        name.string = f"{cell['data-label']}: "
        (cell.p or cell).insert(0, name)


def _valid(page):
    """Mend what HTML lets pass and EPUB does not."""
    for node in page.article.find_all(True):
        for name in [name for name in node.attrs if name.startswith(("data-", "on")) or name in ("align", "border")]:
            del node[name]
    for formula in page.article.find_all("math"):
        formula["xmlns"] = "http://www.w3.org/1998/Math/MathML"
    for picture in page.article.find_all("svg"):
        picture["xmlns"] = "http://www.w3.org/2000/svg"
        for path in picture.find_all("path", d=False):  # a glyph or marker that draws nothing
            path["d"] = "M0 0"
    for link in page.article.select("a[href*=':']"):
        link["href"] = quote(link["href"], safe="%/:?#[]@!$&'()*+,;=~")
    for node in page.article.select("div.np-math"):
        node.attrs = {name: node[name] for name in ("class", "id") if name in node.attrs}


def _pictures(page, folder):
    """Take the pictures that a page shows into the book."""
    taken = {}
    for node in page.article.find_all("img"):
        source = (folder / page.docname).parent / node["src"]
        node["src"] = source.name
        taken[source.name] = source.read_bytes()
    return taken


def _navigation(pages):
    """Write the table of contents: parts, pages and their sections."""
    parts = {}
    for page in pages:
        inner = "".join(
            f'<li><a href="{page.name}.xhtml#{head.parent["id"]}">{escape(head.get_text().strip())}</a></li>'
            for head in page.article.find_all("h2")
            if head.parent.get("id")
        )
        entry = f'<li><a href="{page.name}.xhtml">{escape(page.title)}</a>{f"<ol>{inner}</ol>" if inner else ""}</li>'
        parts[page.part] = parts.get(page.part, "") + entry
    rows = "".join(
        f"<li><span>{escape(part)}</span><ol>{rows}</ol></li>" if part else rows for part, rows in parts.items()
    )
    body = f'<nav epub:type="toc" id="toc" role="doc-toc"><h1>Contents</h1><ol>{rows}</ol></nav>'
    marks = "".join(
        f'<li><a epub:type="{kind}" href="{file}">{name}</a></li>'
        for kind, file, name in (
            ("cover", "cover.xhtml", "Cover"),
            ("toc", "nav.xhtml", "Contents"),
            ("bodymatter", f"{pages[0].name}.xhtml", "Start of the book"),
        )
    )
    body += f'<nav epub:type="landmarks" id="landmarks" hidden="hidden"><h2>Landmarks</h2><ol>{marks}</ol></nav>'
    return XHTML.format(title="Contents", body=body)


def _package(files, pages):
    """Write the package document: what the book is, what is in it, and in which order it is read."""
    facts, commit, date = project.citation(), project.commit()[:7], project.edition_date()
    stamp = f"{date:%Y-%m-%dT%H:%M:%SZ}"
    name = uuid.uuid5(uuid.NAMESPACE_OID, f"{facts['title']} {facts['version']} {commit} {stamp}")
    authors = "".join(f"<dc:creator>{escape(one)}</dc:creator>" for one in citation.book(facts).authors)
    access = "".join(f'<meta property="{key}">{escape(one)}</meta>' for key, said in ACCESS.items() for one in said)
    items = "".join(
        f'<item id="{_name(file)}" href="{file}" media-type="{_media(file)}"{_properties(file, content)}/>'
        for file, content in sorted(files.items())
    )
    order = ["cover.xhtml", "nav.xhtml", *(f"{page.name}.xhtml" for page in pages)]
    spine = "".join(f'<itemref idref="{_name(file)}"/>' for file in order)
    return (
        '<?xml version="1.0" encoding="utf-8"?>\n<package xmlns="http://www.idpf.org/2007/opf" version="3.0" '
        'unique-identifier="id" xml:lang="en-GB">'
        '<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f'<dc:identifier id="id">urn:uuid:{name}</dc:identifier><dc:title>{escape(facts["title"])}</dc:title>'
        f"<dc:language>en-GB</dc:language>{authors}<dc:date>{stamp}</dc:date>"
        f"<dc:description>{escape(citation.book(facts).note or facts['title'])}</dc:description>"
        f"<dc:rights>{escape(project.licence_sentences())}</dc:rights>"
        f'<meta property="dcterms:modified">{stamp}</meta>{access}</metadata>'
        f"<manifest>{items}</manifest><spine>{spine}</spine></package>\n"
    )


def _name(file):
    return "file-" + re.sub(r"[^\w-]", "-", file)


def _media(file):
    ending = Path(file).suffix
    return {".xhtml": "application/xhtml+xml", ".css": "text/css", **MEDIA}[ending]


def _properties(file, content):
    """Say what a reading system has to be able to do for a file."""
    has = {"nav": file == "nav.xhtml", "cover-image": file == "cover.svg"}
    if file.endswith(".xhtml"):
        has |= {"svg": "<svg" in content, "mathml": "<math" in content}
    said = " ".join(name for name, true in has.items() if true)
    return f' properties="{said}"' if said else ""


def _pack(files):
    """Pack the files, the type first and unpacked, each with one fixed time."""
    everything = {"mimetype": "application/epub+zip", "META-INF/container.xml": CONTAINER}
    everything |= {f"book/{name}": content for name, content in sorted(files.items())}
    return zip_bytes(everything)
