"""The built pages as one book to take away: in the order of the contents, without what only a screen can do."""

import os
import re
from dataclasses import dataclass
from posixpath import join, normpath

from newpip_book import project
from newpip_book.authoring import toc
from newpip_book.live_cells import kept
from newpip_book.project import ROOT

HTML = ROOT / "_build" / "html"
PLACES = ('<span id="take-away">', '<span class="np-take-away">')  # on the cover, and at the foot of each page
BOUND = {f"{project.name()}.pdf": "PDF", f"{project.name()}.epub": "EPUB"}
CODE = ".cell_input, .cell_output > .output"  # outside the exercises
UNFOLDED = "details.np-exercises, details.np-aims"
SCREEN = (
    "script, style, link, noscript, template, dialog, button, iframe, form, input, select, output, details,"
    ".headerlink, .np-claim, #take-away, .np-screen, .np-offer, .np-foot, .np-filter, .np-more, .np-unseen,"
    ".d-print-none, .toctree-wrapper"
)


@dataclass
class Page:
    """One page: its address in the built book, a name for ids and files, its part, title and content."""

    docname: str
    name: str
    part: str
    title: str
    article: object


def read_pages(folder=HTML, code=True):
    """Read the pages of the built book.

    Parameters
    ----------
    folder : pathlib.Path
        The built book.
    code : bool
        Whether the code of chapters and what it prints come along; those of exercises always do.

    Returns
    -------
    list of Page
        In the order of the contents, the cover first.

    Raises
    ------
    FileNotFoundError
        When the book was not built.
    """
    return [_page(folder, docname, part, code) for docname, part in toc.entries()]


def _page(folder, docname, part, code):
    """Read one page and leave out what only a screen can do."""
    from bs4 import BeautifulSoup  # here, so that a build that binds nothing need not wait for it

    text = (folder / f"{docname}.html").read_text(encoding="utf-8")
    article = text[text.index("<article") : text.index("</article>")]
    soup = BeautifulSoup(re.sub(r"var\(--np-\w+, (#\w+)\)", r"\1", article), "html5lib").article
    for node in [] if code else soup.select(CODE):
        if not node.find_parent(class_="np-exercises"):
            node.decompose()
    for fold in soup.select(UNFOLDED):
        fold.summary.decompose()
        fold.unwrap()
    for node in soup.select(SCREEN):
        node.decompose()
    for cell in soup.select("div.cell"):
        if not cell.get_text(strip=True) and not cell.find(["svg", "img"]):
            cell.decompose()
    for node in soup.find_all(True):
        for name in ("tabindex", "contenteditable", "border", "valign"):
            node.attrs.pop(name, None)
    soup.name = "section"
    soup.attrs = {"class": ["page"]}
    name = "page-" + docname.rpartition("/")[2]
    return Page(docname, name, part, soup.h1.get_text().strip(), soup)


def relink(page, known, address):
    """Lead a page's links to where their targets are in the bound book; a file that is not in it is only named.

    Parameters
    ----------
    page : Page
        It is changed.
    known : dict
        The ids of each page, by its docname.
    address : callable
        From a docname and an id (or "") to the link that leads there.
    """
    for link in page.article.select("a[href]"):
        target = link["href"]
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        docname = normpath(join(page.docname, "..", path)).removesuffix(".html") if path else page.docname
        if docname in known and (not anchor or anchor in known[docname]):
            link.attrs = {"href": address(docname, anchor)}
        else:
            link.unwrap()


def page_ids(page):
    """Return the ids of a page.

    Parameters
    ----------
    page : Page

    Returns
    -------
    set of str
    """
    return {node["id"] for node in page.article.find_all(id=True)}


def cover_svg():
    """Return the picture of the cover as SVG: the book's title on plain paper.

    Returns
    -------
    str
    """
    title, _, rest = project.citation()["title"].partition(": ")
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 900" width="600" height="900" role="img" '
        f'aria-label="Cover: {title}"><rect width="600" height="900" fill="#f4f6f5"/>'
        '<circle cx="270" cy="330" r="120" fill="none" stroke="#00795a" stroke-width="14"/>'
        '<circle cx="360" cy="400" r="62" fill="none" stroke="#0072b2" stroke-width="14"/>'
        f'<g font-family="sans-serif" text-anchor="middle" fill="#1f2933"><text x="300" y="620" font-size="46" '
        f'font-weight="bold">{title}</text><text x="300" y="680" font-size="25">{rest}</text></g></svg>'
    )


def update_download_links(folder=HTML):
    """Say on the cover and at the foot of each page what there is to take away: a link to each bound book.

    Parameters
    ----------
    folder : pathlib.Path
        The built book; bound books older than its pages are removed.
    """
    pages = sorted(folder.rglob("*.html"))
    newest = max((path.stat().st_mtime for path in pages), default=0)
    bound = {}
    for name, kind in BOUND.items():
        path = folder / name
        if path.exists() and path.stat().st_mtime < newest:
            path.unlink()
        if path.exists():
            bound[path] = f"{kind}</a> ({path.stat().st_size / 1e6:.1f} MB)"
    for page in pages:
        places = {os.path.relpath(path, page.parent).replace(os.sep, "/"): said for path, said in bound.items()}
        links = [f'<a href="{place}" download>{said}' for place, said in places.items()]
        _fill_places(page, f" The whole book as {' and as '.join(links)}." if links else "")
    kept.seal(folder)


def _fill_places(page, said):
    """Write into a page's places what they are for."""
    text = fresh = page.read_text(encoding="utf-8")
    for place in PLACES:
        fresh = re.sub(f"({re.escape(place)}).*?</span>", lambda at: f"{at[1]}{said}</span>", fresh, flags=re.DOTALL)
    if fresh != text:
        kept.rewrite(page, fresh.encode())
