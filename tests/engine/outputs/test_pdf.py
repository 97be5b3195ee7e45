"""The book as PDF: its pages and links hold, and it is the same each time."""

import re
import unicodedata
from datetime import datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from newpip_book import project
from newpip_book.directives import citation
from newpip_book.outputs import binding, pdf

pytestmark = pytest.mark.night  # the whole book is printed


@pytest.fixture(scope="module")
def documents():
    """What was printed, as HTML, in the order of printing."""
    return []


@pytest.fixture(scope="module")
def printed(tmp_path_factory, documents, read_once, chromium):
    """The whole book as PDF."""
    path, print_ = tmp_path_factory.mktemp("bound") / "book.pdf", pdf._print
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_print", lambda document: documents.append(document) or print_(document))
        pdf.make(path)
    with pikepdf.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def sheets(printed):
    """The text of each sheet of the PDF."""
    with pypdfium2.PdfDocument(printed.filename) as opened:
        return [text(sheet) for sheet in opened]


def text(sheet):
    said = unicodedata.normalize("NFKC", sheet.get_textpage().get_text_range())  # fi may be drawn as one letter
    return re.sub(r"\s+", " ", said)


def test_the_pdf_says_what_it_is(printed, sheets):
    facts = project.citation()
    assert printed.docinfo.Title == facts["title"]
    assert printed.docinfo.Author == citation.author_names(citation.book(facts).authors)
    assert (
        datetime.strptime(str(printed.docinfo.CreationDate).replace("'", ""), "D:%Y%m%d%H%M%S%z")
        == project.edition_date()
    )
    assert printed.Root.Lang == "en-GB" and printed.Root.MarkInfo.Marked
    assert facts["version"] in sheets[1] and project.commit()[:7] in sheets[1]


def test_no_sheet_is_blank_and_each_has_its_number(sheets):
    assert len(sheets) > 80
    for number, said in enumerate(sheets[1:], 2):
        assert len(said) > 40 and re.search(rf"(^|\D){number}($|\D)", said), number


def test_contents_and_outline_lead_to_every_page_of_the_book(printed, sheets):
    at = pdf.sheet_numbers(Path(printed.filename).read_bytes())
    pages = binding.read_pages()
    assert {page.name for page in pages} <= at.keys()
    assert [at[page.name] for page in pages] == sorted(at[page.name] for page in pages)
    lines = "".join("".join(sheets[2 : at[pages[0].name] - 1]).split())  # where words end, readers of PDF differ
    for page in pages:
        assert f"{''.join(page.title.split())}{at[page.name]}" in lines, page.title
        assert re.sub(r"\s+", " ", page.title) in sheets[at[page.name] - 1]
    with printed.open_outline() as outline:
        titles = [one.title for one in outline.root]
    assert [re.sub(r"\s+", " ", page.title) for page in pages] == [
        re.sub(r"\s+", " ", one) for one in titles[-len(pages) :]
    ]


def test_links_inside_the_pdf_lead_somewhere_and_those_outside_are_whole(printed):
    inner, outer = 0, 0
    for page in printed.pages:
        for note in page.get("/Annots", []):
            if note.Subtype != "/Link":
                continue
            target = note.get("/Dest") or note.get("/A", {}).get("/D")
            if target is not None:
                inner += 1
                assert isinstance(target, pikepdf.Array) or str(target) in printed.Root.Dests
            else:
                outer += 1
                assert re.match(r"https?://\w|mailto:", str(note.A.URI))
    assert inner > 300 and outer > 50


def test_fonts_are_embedded_and_figures_are_vectors(printed):
    images, fonts = [], {}
    for page in printed.pages:
        images += [one for _, one in page.Resources.get("/XObject", {}).items() if one.Subtype == "/Image"]
        fonts |= {font.objgen: font for _, font in page.Resources.get("/Font", {}).items()}
    assert images == [] and fonts
    for font in fonts.values():
        inner = font.DescendantFonts[0] if "/DescendantFonts" in font else font
        described = inner.get("/FontDescriptor", {})
        assert inner.Subtype == "/Type3" or any(f"/FontFile{kind}" in described for kind in ("", "2", "3"))


def test_tables_and_figures_stay_inside_the_sheet(printed, documents, chromium):
    """Chromium shrinks a whole document when one thing in it is too wide, so nothing may be."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=pdf.FLAGS)
        page = browser.new_page(viewport={"width": 650, "height": 900})  # 172 mm, the sheet without its margins
        page.emulate_media(media="print")
        page.set_content(documents[-1])
        wide = page.evaluate(
            """[...document.querySelectorAll("section.page *:not(svg *)")]
               .filter(one => one.getBoundingClientRect().right > 652).map(one => one.outerHTML.slice(0, 200))"""
        )
        browser.close()
    assert wide == []


def test_the_same_commit_gives_the_same_pdf(short, tmp_path, chromium):
    for name in ("a.pdf", "b.pdf"):
        pdf.make(tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
