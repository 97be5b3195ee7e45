"""The bound book: a PDF whose pages and links hold, an EPUB that epubcheck accepts, both the same each time."""

import copy
import functools
import io
import os
import re
import shutil
import subprocess
import unicodedata
import zipfile
from datetime import datetime
from pathlib import Path

import pikepdf
import pypdfium2
import pytest

from newpip_book import project
from newpip_book.directives import citation
from newpip_book.outputs import binding, epub, pdf
from newpip_book.project import ROOT


def need(program):
    """Find a program; where there is none, fail in CI and skip elsewhere."""
    found = shutil.which(program)
    if not found:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no {program} on this machine")
    return found


@pytest.fixture(scope="module", autouse=True)
def read_once():
    """Read each page once, for all that is made of it here."""
    kept = functools.cache(binding._page)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(binding, "_page", lambda *which: copy.deepcopy(kept(*which)))
        yield


@pytest.fixture(scope="module")
def documents():
    """What was printed, as HTML, in the order of printing."""
    return []


@pytest.fixture(scope="module")
def printed(tmp_path_factory, documents):
    """The whole book as PDF."""
    need("chromium")
    path, print_ = tmp_path_factory.mktemp("bound") / "book.pdf", pdf._print
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pdf, "_print", lambda document: documents.append(document) or print_(document))
        pdf.make(path)
    with pikepdf.open(path) as opened:
        yield opened


@pytest.fixture(scope="module")
def packed(tmp_path_factory):
    """The whole book as EPUB."""
    path = tmp_path_factory.mktemp("bound") / "book.epub"
    epub.make(path)
    return path


@pytest.fixture
def short(monkeypatch):
    """Bind the cover, one chapter and how to cite alone, for what does not need the whole book."""
    some = binding.contents()
    monkeypatch.setattr(binding, "contents", lambda: [some[0], some[1], some[-1]])


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
    assert printed.docinfo.Author == citation.people(citation.book(facts).authors)
    assert (
        datetime.strptime(str(printed.docinfo.CreationDate).replace("'", ""), "D:%Y%m%d%H%M%S%z")
        == project.edition_date()
    )
    assert printed.Root.Lang == "en-GB" and printed.Root.MarkInfo.Marked
    assert facts["version"] in sheets[1] and project.commit()[:7] in sheets[1]


def test_no_sheet_is_blank_and_each_has_its_number(sheets):
    assert len(sheets) > 80
    for number, said in enumerate(sheets[1:], 2):
        assert len(said) > 60 and re.search(rf"(^|\D){number}($|\D)", said), number


def test_contents_and_outline_lead_to_every_page_of_the_book(printed, sheets):
    at = pdf.targets(Path(printed.filename).read_bytes())
    pages = binding.pages()
    assert {page.name for page in pages} <= at.keys()
    assert [at[page.name] for page in pages] == sorted(at[page.name] for page in pages)
    lines = " ".join(sheets[2 : at[pages[0].name] - 1])
    for page in pages:
        title = re.sub(r"\s+", " ", page.title)
        assert f"{title} {at[page.name]} " in f"{lines} ", title
        assert title in sheets[at[page.name] - 1]
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


def test_tables_and_figures_stay_inside_the_sheet(printed, documents):
    """Chromium shrinks a whole document when one thing in it is too wide, so nothing may be."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as driver:
        chromium = driver.chromium.launch(executable_path=pdf.browser(), args=pdf.FLAGS)
        page = chromium.new_page(viewport={"width": 650, "height": 900})  # 172 mm, the sheet without its margins
        page.emulate_media(media="print")
        page.set_content(documents[-1])
        wide = page.evaluate(
            """[...document.querySelectorAll("section.page *:not(svg *)")]
               .filter(one => one.getBoundingClientRect().right > 652).map(one => one.outerHTML.slice(0, 200))"""
        )
        chromium.close()
    assert wide == []


def test_the_same_commit_gives_the_same_pdf(short, tmp_path):
    need("chromium")
    for name in ("a.pdf", "b.pdf"):
        pdf.make(tmp_path / name)
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_the_same_commit_gives_the_same_epub(short, tmp_path, monkeypatch):
    for name in ("a.epub", "b.epub"):
        epub.make(tmp_path / name)
    assert (tmp_path / "a.epub").read_bytes() == (tmp_path / "b.epub").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    epub.make(tmp_path / "c.epub")
    assert "1970-01-02T00:00:00Z" in zipfile.ZipFile(tmp_path / "c.epub").read("book/book.opf").decode()


def test_epubcheck_accepts_the_epub(packed):
    jar = need("epubcheck")
    start = [need("java"), "-jar"] if Path(jar).read_bytes()[:2] == b"PK" else []
    done = subprocess.run([*start, jar, "--failonwarnings", packed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


def test_the_epub_holds_every_page_and_figure(packed):
    book = zipfile.ZipFile(packed)
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    package, nav = (book.read(f"book/{name}").decode() for name in ("book.opf", "nav.xhtml"))
    for page in binding.pages():
        body = book.read(f"book/{page.name}.xhtml").decode()
        assert f'href="{page.name}.xhtml"' in nav and f'idref="file-{page.name}-xhtml"' in package
        assert body.count('role="img"') == len(page.article.select("svg[role=img]"))
        assert "var(--" not in body and "<script" not in body and "<details" not in body
    assert "schema:accessMode" in package and "<dc:language>en-GB<" in package and 'properties="cover-image"' in package


def test_a_link_to_what_is_not_bound_is_only_named(short):
    pages = binding.pages()
    binding.relink(pages[0], {pages[0].docname: set()}, lambda docname, anchor: f"#{docname}")
    links = {link["href"] for link in pages[0].article.select("a[href]")}
    assert "chapter" not in str(links) and "results.json" in pages[0].article.get_text()
    assert not any("results.json" in link for link in links)


def test_the_cover_links_to_what_there_is(tmp_path):
    (tmp_path / "book").mkdir()
    cover = tmp_path / binding.COVER
    cover.write_text(f"<p>{binding.PLACE}</span> More.</p>", encoding="utf-8")
    binding.offer(tmp_path)
    assert "make pdf epub" in cover.read_text(encoding="utf-8")
    (tmp_path / "newpip.pdf").write_bytes(b"x" * 2_100_000)
    binding.offer(tmp_path)
    assert '<a href="../newpip.pdf" download>PDF</a> (2.1 MB).</span> More.' in cover.read_text(encoding="utf-8")
    page = tmp_path / "book" / "later.html"
    page.write_text("later", encoding="utf-8")
    os.utime(page, (2e9, 2e9))
    binding.offer(tmp_path)
    assert not (tmp_path / "newpip.pdf").exists() and "make pdf epub" in cover.read_text(encoding="utf-8")


def test_the_cover_has_a_place_for_it():
    assert binding.PLACE in (binding.HTML / binding.COVER).read_text(encoding="utf-8")
    assert io.StringIO(binding.cover()).read(4) == "<svg" and ROOT in binding.HTML.parents
