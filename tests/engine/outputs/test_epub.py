"""The book as EPUB: whole, accepted by epubcheck, and the same each time."""

import subprocess
import zipfile
from pathlib import Path

import pytest

from newpip_book.outputs import binding, epub


@pytest.fixture(scope="module")
def packed(tmp_path_factory, read_once):
    """The whole book as EPUB."""
    path = tmp_path_factory.mktemp("bound") / "book.epub"
    epub.make(path)
    return path


def test_the_same_commit_gives_the_same_epub(short, tmp_path, monkeypatch):
    for name in ("a.epub", "b.epub"):
        epub.make(tmp_path / name)
    assert (tmp_path / "a.epub").read_bytes() == (tmp_path / "b.epub").read_bytes()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    epub.make(tmp_path / "c.epub")
    assert "1970-01-02T00:00:00Z" in zipfile.ZipFile(tmp_path / "c.epub").read("book/book.opf").decode()


@pytest.mark.night
def test_epubcheck_accepts_the_epub(packed, epubcheck):
    start = ["java", "-jar"] if Path(epubcheck).read_bytes()[:2] == b"PK" else []
    done = subprocess.run([*start, epubcheck, "--failonwarnings", packed], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout


def test_the_epub_holds_every_page_and_figure(packed):
    book = zipfile.ZipFile(packed)
    first = book.infolist()[0]
    assert (first.filename, first.compress_type) == ("mimetype", zipfile.ZIP_STORED)
    package, nav = (book.read(f"book/{name}").decode() for name in ("book.opf", "nav.xhtml"))
    for page in binding.read_pages():
        body = book.read(f"book/{page.name}.xhtml").decode()
        assert f'href="{page.name}.xhtml"' in nav and f'idref="file-{page.name}-xhtml"' in package
        assert body.count('role="img"') == len(page.article.select("svg[role=img]"))
        assert "var(--" not in body and "<script" not in body and "<details" not in body
    assert "schema:accessMode" in package and "<dc:language>en-GB<" in package and 'properties="cover-image"' in package
