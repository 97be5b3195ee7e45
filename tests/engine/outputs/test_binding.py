"""The built pages as one book: its links, and the links to it."""

import io
import os

from newpip_book.authoring import toc
from newpip_book.outputs import binding
from newpip_book.project import ROOT


def test_a_link_to_what_is_not_bound_is_only_named(short):
    pages = binding.read_pages()
    binding.relink(pages[0], {pages[0].docname: set()}, lambda docname, anchor: f"#{docname}")
    links = {link["href"] for link in pages[0].article.select("a[href]")}
    assert "chapter" not in str(links) and "results.json" in pages[0].article.get_text()
    assert not any("results.json" in link for link in links)


def test_code_can_stay_behind_but_that_of_exercises(monkeypatch, read_once):
    some = [one for one in toc.entries() if one[0].startswith("chapters/")][:2]
    monkeypatch.setattr(toc, "entries", lambda: some)
    with_code, without = ({one.docname: one.article for one in binding.read_pages(code=code)} for code in (True, False))
    chapters = [name for name in without if name.startswith("chapters/")]
    assert chapters
    for name in chapters:
        said = without[name].get_text()
        assert "from newpip" in with_code[name].get_text() and "from newpip" not in said, name
        assert "answer = ..." in said and len(without[name].select("figure")) == len(with_code[name].select("figure"))


def test_the_cover_links_to_what_there_is(tmp_path):
    (tmp_path / "book").mkdir()
    cover, page, plain = tmp_path / "book" / "index.html", tmp_path / "search.html", "<p>{}</span> More.</p>"
    for path, place in zip((cover, page), binding.PLACES, strict=True):
        path.write_text(plain.format(place), encoding="utf-8")
        os.utime(path, (1e9, 1e9))
    binding.update_download_links(tmp_path)
    assert cover.read_text(encoding="utf-8") == plain.format(binding.PLACES[0])
    (tmp_path / "newpip.pdf").write_bytes(b"x" * 2_100_000)
    binding.update_download_links(tmp_path)
    assert '<a href="../newpip.pdf" download>PDF</a> (2.1 MB).</span> More.' in cover.read_text(encoding="utf-8")
    assert '<a href="newpip.pdf" download>PDF</a>' in page.read_text(encoding="utf-8")
    os.utime(page, (2e9, 2e9))  # built anew
    binding.update_download_links(tmp_path)
    assert not (tmp_path / "newpip.pdf").exists()
    assert cover.read_text(encoding="utf-8") == plain.format(binding.PLACES[0])


def test_the_cover_has_a_place_for_it():
    cover = (binding.HTML / "book" / "index.html").read_text(encoding="utf-8")
    assert all(place in cover for place in binding.PLACES) and "make pdf epub" not in cover
    assert io.StringIO(binding.cover_svg()).read(4) == "<svg" and ROOT in binding.HTML.parents
