"""The picture of a shared link: named on each page once the book has an address, drawn from its figure."""

import io
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from PIL import Image

from newpip_book.outputs import link_pictures

FIGURE = {"kind": "figure", "key": "lamps", "alt": 'Bars: "the rock" & others.'}


@pytest.fixture
def app(tmp_path):
    """A book of three pages: a chapter with a figure, the cover that shows it, and one without."""
    pages = {
        "chapters/01-lamps": {"figures": {"lamps": FIGURE}, "key figures": ["lamps"]},
        "book/index": {"key figures": ["lamps"]},
        "book/cite": {},
    }
    drawing = io.BytesIO()
    Image.new("RGB", (1380, 900), "white").save(drawing, "PNG")
    (tmp_path / "_downloads").mkdir()
    (tmp_path / "_downloads" / "lamps.png").write_bytes(drawing.getvalue())
    titles = {name: nodes.title("", f"About {name}") for name in pages}
    env = SimpleNamespace(newpip_pages=pages, found_docs=set(pages), titles=titles)
    config = SimpleNamespace(html_baseurl="https://example.org/b/", html_title="Lights", root_doc="book/index")
    return SimpleNamespace(env=env, config=config, outdir=tmp_path)


def tags(app, page):
    context = {"metatags": ""}
    link_pictures.add_tags(app, page, "page.html", context, object())
    return {
        one.get("property") or one["name"]: one["content"]
        for one in BeautifulSoup(context["metatags"], "html.parser")("meta")
    }


def test_every_page_names_a_picture_that_is_there(app):
    link_pictures.write_pictures(app, None)
    named = {page: tags(app, page) for page in app.env.found_docs}
    assert {page: one["og:image"] for page, one in named.items()} == {
        "chapters/01-lamps": "https://example.org/b/_images/link-01-lamps.png",
        "book/index": "https://example.org/b/_images/link-index.png",
        "book/cite": "https://example.org/b/_images/link-index.png",
    }
    for one in named.values():
        drawn = Image.open(app.outdir / one["og:image"].removeprefix("https://example.org/b/"))
        assert drawn.size == (int(one["og:image:width"]), int(one["og:image:height"])) == (1200, 630)
        assert one["og:image:alt"] == FIGURE["alt"] and one["twitter:card"] == "summary_large_image"
    before = (app.outdir / "_images" / "link-index.png").read_bytes()
    assert link_pictures.picture("Lights", "Lights", (app.outdir / "_downloads" / "lamps.png").read_bytes()) == before


def test_without_an_address_there_is_none(app):
    app.config.html_baseurl = ""
    link_pictures.write_pictures(app, None)
    assert tags(app, "book/index") == {} and not (app.outdir / "_images").exists()
