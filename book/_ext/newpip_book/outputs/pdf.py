"""The whole book as PDF: one document of all pages, printed by Chromium, with page numbers in its contents."""

import base64
import io
import os
import shutil
import sys
import tempfile
from datetime import UTC
from html import escape
from itertools import chain
from pathlib import Path

import matplotlib
import pikepdf
from playwright.sync_api import sync_playwright
from pygments.formatters import HtmlFormatter

from newpip.files import write_atomic
from newpip_book import project
from newpip_book.directives import citation
from newpip_book.outputs import binding

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
APPLICATIONS = ("Chromium", "Google Chrome", "Microsoft Edge")
WINDOWS = (
    ("Chromium", "Application", "chrome.exe"),
    ("Google", "Chrome", "Application", "chrome.exe"),
    ("Microsoft", "Edge", "Application", "msedge.exe"),
)
FONTS = {  # the fonts that matplotlib brings, so that the book looks the same on every machine
    "Book Sans": {"": "DejaVuSans", "bold": "DejaVuSans-Bold", "italic": "DejaVuSans-Oblique"},
    "Book Serif": {"": "DejaVuSerif", "bold": "DejaVuSerif-Bold", "italic": "DejaVuSerif-Italic"},
    "Book Mono": {"": "DejaVuSansMono", "bold": "DejaVuSansMono-Bold", "italic": "DejaVuSansMono-Oblique"},
}


class NoBrowserError(RuntimeError):
    """There is no Chromium on this machine."""


def make(path=None, folder=binding.HTML, code=False):
    """Print the built book.

    Parameters
    ----------
    path : pathlib.Path, optional
        Where to put the PDF; beside the pages by default.
    folder : pathlib.Path, optional
        The built book.
    code : bool
        Whether the code of chapters comes along.

    Raises
    ------
    NoBrowserError
        Where there is no Chromium.
    FileNotFoundError
        When the book was not built.
    """
    pages = prepare_pages(folder, code)
    numbers = sheet_numbers(_print(book_html(pages, {})))
    write_atomic(path or folder / f"{project.name()}.pdf", _finish_pdf(_print(book_html(pages, numbers)), pages))


def sheet_numbers(pdf):
    """Say on which sheet each target of a PDF is.

    Parameters
    ----------
    pdf : bytes

    Returns
    -------
    dict
        From the name of a target to the number of its sheet, from 1.
    """
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        sheets = {sheet.objgen: number for number, sheet in enumerate(opened.pages, 1)}
        return {name.removeprefix("/"): sheets[place[0].objgen] for name, place in opened.Root.Dests.items()}


def prepare_pages(folder=binding.HTML, code=False):
    """Read the pages of the built book and make them fit one document.

    Parameters
    ----------
    folder : pathlib.Path
        The built book.
    code : bool
        Whether the code of chapters comes along.

    Returns
    -------
    list of newpip_book.outputs.binding.Page
    """
    pages = binding.read_pages(folder, code)
    known = {page.docname: binding.page_ids(page) for page in pages}
    names = {page.docname: page.name for page in pages}
    for page in pages:
        binding.relink(page, known, lambda docname, anchor: f"#{names[docname]}{f'--{anchor}' if anchor else ''}")
        _prefix_ids(page)
    return pages


def find_browser():
    """Find Chromium, or a browser made from it.

    Returns
    -------
    str or None
        Its path, None where there is none.
    """
    named = filter(None, map(shutil.which, PROGRAMS))
    placed = (str(place) for place in places(sys.platform, os.environ) if place.is_file())
    return next(chain(named, placed), None)


def places(system, environment):
    """Say where a system keeps browsers that are on no PATH.

    Parameters
    ----------
    system : str
        As ``sys.platform`` names it.
    environment : mapping
        The variables by which Windows names its folders of programs.

    Returns
    -------
    list of pathlib.Path
    """
    if system == "darwin":
        return [Path(f"/Applications/{name}.app/Contents/MacOS/{name}") for name in APPLICATIONS]
    if system == "win32":
        roots = [
            environment[name] for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA") if name in environment
        ]
        return [Path(root, *parts) for parts in WINDOWS for root in roots]
    return []


def require_browser():
    """Find Chromium, which has to be there.

    Returns
    -------
    str
        Its path.

    Raises
    ------
    NoBrowserError
        Where there is none.
    """
    found = find_browser()
    if not found:
        raise NoBrowserError("The PDF is printed by Chromium, and there is none on this machine: install chromium.")
    return found


def _prefix_ids(page):
    """Give a page's ids its name, so that they stay its own among those of other pages."""
    for node in page.article.find_all(id=True):
        if not node.find_parent("svg"):
            node["id"] = f"{page.name}--{node['id']}"
    page.article["id"] = page.name
    for name in ("aria-labelledby", "aria-describedby", "headers", "for"):
        for node in page.article.find_all(attrs={name: True}):
            del node[name]


def _print(document):
    """Print a document to PDF; what it needs is in it, and nothing is fetched."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        source = Path(folder) / "book.html"
        source.write_text(document, encoding="utf-8")
        chromium = driver.chromium.launch(executable_path=require_browser(), args=FLAGS)
        page = chromium.new_page()
        page.goto(source.as_uri())
        page.evaluate("document.fonts.ready")
        pdf = page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
        chromium.close()
    return pdf


def book_html(pages, numbers):
    """Write the whole book as one page of HTML, with the page numbers known so far.

    Parameters
    ----------
    pages : list of newpip_book.outputs.binding.Page
        From :func:`prepare_pages`.
    numbers : dict
        The sheet that each target is on.

    Returns
    -------
    str
    """
    facts = project.citation()
    styles = [_fonts(), HtmlFormatter(style="xcode").get_style_defs(".highlight pre")]
    styles += [Path(__file__).with_name(name).read_text(encoding="utf-8") for name in ("binding.css", "pdf.css")]
    styles += [_running_head(page) for page in pages]
    body = "".join(page.article.decode(formatter="html5") for page in pages)
    return (
        f'<!doctype html><html lang="en-GB"><head><meta charset="utf-8"><title>{escape(facts["title"])}</title>'
        f'<style>{"".join(styles)}</style></head><body><div class="cover">{binding.cover_svg()}</div>'
        f"{_title_page()}{_contents(pages, numbers)}{body}</body></html>"
    )


def _fonts():
    """Write the fonts into the document."""
    folder = Path(matplotlib.get_data_path()) / "fonts" / "ttf"
    rules = []
    for family, faces in FONTS.items():
        for face, name in faces.items():
            data = base64.b64encode((folder / f"{name}.ttf").read_bytes()).decode()
            kind = {"bold": "font-weight: bold;", "italic": "font-style: italic;"}.get(face, "")
            rules.append(f'@font-face {{ font-family: "{family}"; {kind} src: url(data:font/ttf;base64,{data}); }}\n')
    return "".join(rules)


def _running_head(page):
    """Put a page's title at the head of the sheets that it fills."""
    title = page.title.replace("\\", "\\\\").replace('"', '\\"')
    head = f'@top-left {{ content: "{title}"; font: 8pt "Book Sans"; color: #5b6672; }}'
    return f"@page {page.name} {{ {head} }}\n#{page.name} {{ page: {page.name}; }}\n"


def _title_page():
    """Write the title page: which book, whose, which edition, and what to cite first."""
    facts, commit, date = project.citation(), project.commit()[:7], project.edition_date()
    title, _, rest = facts["title"].partition(": ")
    whole, paper = citation.book(facts), citation.study(facts)
    first = f"<p>Please cite the study first: {escape(citation.as_text(paper))}</p>" if paper else ""
    built = f"Version {facts['version']}, {date:%-d %B %Y}" + (f", commit {commit}" if commit else "")
    return (
        f'<section class="titles" id="title-page"><h1>{escape(title)}</h1><p><strong>{escape(rest.capitalize())}'
        f"</strong></p><p>{escape(citation.author_names(whole.authors))}</p><p>{escape(built)}</p>"
        f"{first}"
        f"<p>This book: {escape(citation.as_text(whole))}</p>"
        f"<p>{escape(project.licence_sentences())}</p>"
        "<p>The pages of this book also hold what paper cannot: the data of each figure and table, "
        "the code and solutions that are folded away there, and tools that answer.</p></section>"
    )


def _contents(pages, numbers):
    """Write the table of contents."""
    rows, part = [], ""
    for page in pages:
        if page.part != part:
            part = page.part
            rows.append(f'<li class="part">{escape(part)}</li>')
        inner = "".join(
            f"<li>{_entry(head.parent['id'], head.get_text().strip(), numbers)}</li>"
            for head in page.article.find_all("h2")
            if head.parent.get("id")
        )
        rows.append(f"<li>{_entry(page.name, page.title, numbers)}<ol>{inner}</ol></li>")
    return f'<nav class="contents" id="contents"><h1>Contents</h1><ol>{"".join(rows)}</ol></nav>'


def _entry(target, title, numbers):
    """Write one line of the contents; before the numbers are known it holds as much room."""
    return f'<a href="#{target}"><span>{escape(title)}</span><span>{numbers.get(target, "000")}</span></a>'


def _finish_pdf(pdf, pages):
    """Give a PDF its title, author, language and date, and nothing that differs from one printing to the next."""
    facts, commit, date = project.citation(), project.commit()[:7], project.edition_date()
    stamp = date.astimezone(UTC).strftime("D:%Y%m%d%H%M%S+00'00'")
    said = {
        "/Title": facts["title"],
        "/Author": citation.author_names(citation.book(facts).authors),
        "/Subject": f"Version {facts['version']}" + (f", commit {commit}" if commit else ""),
        "/CreationDate": stamp,
        "/ModDate": stamp,
    }
    stream = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        opened.docinfo = opened.make_indirect(pikepdf.Dictionary(said))
        opened.Root.Lang, opened.Root.PageMode = pikepdf.String("en-GB"), pikepdf.Name.UseOutlines
        _respace(opened.Root.Outlines, _headings(pages))
        opened.save(stream, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return stream.getvalue()


def _headings(pages):
    """List the headings of the pages, each by its letters alone."""
    found = [" ".join(head.get_text().split()) for page in pages for head in page.article.find_all(["h1", "h2", "h3"])]
    return {"".join(head.split()): head for head in found}


def _respace(entry, headings):
    """Put back the spaces that Chromium leaves out of the outline where a heading goes on to a second line."""
    below = entry.get("/First")
    while below is not None:
        title = str(below.Title)
        below.Title = headings.get("".join(title.split()), title)
        _respace(below, headings)
        below = below.get("/Next")
