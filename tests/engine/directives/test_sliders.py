"""``{slider}`` in a chapter: what it starts from, and what is told of one that cannot be."""

import io

from tests.engine.one_chapter import PROSE, build

WITH_SLIDERS = {"extensions": ["myst_nb", "newpip_book", "newpip_book.directives.sliders"]}


def test_an_unknown_slider_or_result_is_told(tmp_path):
    warnings = io.StringIO()
    prose = PROSE + "\n```{slider} nothing\n```\n\n```{slider} dropout\n:completers: a.b\n```\n"
    build(tmp_path, 12, prose, warnings, **WITH_SLIDERS)
    told = warnings.getvalue()
    assert "no slider 'nothing'; expected one of dropout, exposure, population" in told
    assert "no chapter names the number 'a.b'" in told


def test_a_slider_can_start_at_a_result(tmp_path):
    prose = PROSE + "\n```{slider} dropout\n:completers: a.value\nNone here.\n```\n"
    text = (build(tmp_path, 12, prose, **WITH_SLIDERS) / "chapter.html").read_text(encoding="utf-8")
    assert "&quot;name&quot;: &quot;completers&quot;, &quot;start&quot;: 12" in text and "None here." in text
