"""The list of slides is held to what is in the book."""

import io

from tests.engine.one_chapter import build


def test_a_slide_of_what_is_not_in_the_book_is_named(tmp_path):
    (tmp_path / "source" / "book").mkdir(parents=True)
    listed = "slides:\n- {figure: nowhere, claim: above-ten}\nclosing: no-such-section\n"
    (tmp_path / "source" / "book" / "slides.yml").write_text(listed, encoding="utf-8")
    said = io.StringIO()
    out = build(tmp_path, 12, warnings=said)
    assert "no chapter publishes the figure 'nowhere'" in said.getvalue()
    assert "no page has a section labelled 'no-such-section'" in said.getvalue()
    assert "<h1" in (out / "slides" / "index.html").read_text(encoding="utf-8")
