"""Figures and tables: text is escaped, colours follow the page."""

import re

from newpip_book.directives import figures
from tests.engine.one_chapter import CODE, build


def test_text_from_data_is_escaped(tmp_path):
    page = (build(tmp_path, 12) / "chapter.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_words_of_a_figure_are_escaped(tmp_path):
    words = 'alt="<b onclick=a()>\\"", title="<b onclick=b()>", caption="<img src=x onerror=a()>"'
    code = (
        'from newpip.publish import figure; from newpip import draw; fig, ax = draw.canvas(1)\nax.set(title="<i>x</i>")'
    )
    value = f'1\n{code}\nfigure("f", fig, data=pd.DataFrame({{"x": [1]}}), {words})\n12'
    page = (build(tmp_path, 12, code=CODE + value) / "chapter.html").read_text(encoding="utf-8")
    assert re.search(
        r"<figure[^>]*>\s*<figcaption>.*?</figcaption>\s*<div class=\"np-picture.*?<svg.*?</svg>.*?<div class=\"legend",
        page,
        re.DOTALL,
    )
    assert page.count("<figcaption>") == page.count("</figcaption>") == page.count("</figure>") == 1
    assert "onerror=a()" in page and "<img src=x" not in page and "<b onclick" not in page and "<i>x" not in page


def test_colours_follow_the_page():
    assert figures.use_theme_colours("fill: #0072B2") == "fill: var(--np-parent, #0072b2)"
