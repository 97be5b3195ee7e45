"""What a reader sees first: of a chapter its question, answer and figure, of the cover what was found, drawn."""

import gzip

import pytest

from tests.helpers import CHAPTERS, HTML, read

COVER = "book/index.html"
PHONE, DESKTOP = (390, 844), (1280, 720)
LAID_OUT = """() => Object.fromEntries(['#the-question p', '#the-answer p', '.np-key svg', '.np-key'].map(found => {
    const box = [...document.querySelectorAll('.np-lead ' + found)].at(-1).getBoundingClientRect();
    return [found, {top: box.top, bottom: box.bottom, width: box.width}]; }))"""
SMALLEST = """() => { const svg = document.querySelector('.np-key svg');
    const scale = svg.getScreenCTM().a; return Math.min(...[...svg.querySelectorAll('text')].map(one =>
    parseFloat(getComputedStyle(one).fontSize) * scale)); }"""


@pytest.fixture
def opened(site, tab):
    """Open pages in one tab of a width and height."""

    def opener(width, height):
        page = tab(width=width)
        page.set_viewport_size({"width": width, "height": height})
        return lambda address: page.goto(f"{site}/{address}") and page

    return opener


def test_a_chapter_opens_with_its_question_answer_and_figure(opened):
    desktop, phone, late, small = opened(*DESKTOP), opened(*PHONE), {}, {}
    for chapter in CHAPTERS:
        page = desktop(chapter)
        ends = page.evaluate(LAID_OUT)
        late |= {(chapter, name): box for name, box in ends.items() if box["bottom"] > DESKTOP[1]}
        if (smallest := page.evaluate(SMALLEST)) < 10.5:
            small[chapter] = smallest
        link = page.locator(".np-key a")
        assert page.locator(link.get_attribute("href")).evaluate("one => one.matches('figure.np-figure')")
        assert (
            len(set(page.locator("[id]").evaluate_all("all => all.map(one => one.id)"))) == page.locator("[id]").count()
        )
        ends = phone(chapter).evaluate(LAID_OUT)
        assert ends["#the-question p"]["bottom"] < ends["#the-answer p"]["top"] < PHONE[1], chapter
        assert ends["#the-answer p"]["bottom"] < ends[".np-key svg"]["top"], chapter
    assert late == {} and small == {}


@pytest.mark.parametrize("size", [PHONE, DESKTOP])
def test_the_cover_shows_what_was_found_with_its_doubt(size, opened):
    page = opened(*size)(COVER)
    findings = page.locator(".np-poster > ul > li:has(svg)")
    assert findings.count() == 5
    for finding in findings.all():
        assert "But " in finding.inner_text()
        box = finding.bounding_box()
        assert box["y"] + box["height"] <= size[1], finding.inner_text()
    for link in page.locator(".np-sketch a").all():
        path, anchor = link.get_attribute("href").removeprefix("../").split("#")
        assert f'id="{anchor}"' in read(path) and link.inner_text().startswith("Fig. ")


def test_the_cover_is_light():
    assert len(gzip.compress((HTML / COVER).read_bytes())) < 60_000
