"""The deck as built: walked through slide by slide in a browser."""

import re

import pytest
import yaml

from tests.helpers import HTML, ROOT

DECK = "slides/index.html"
LISTED = yaml.safe_load((ROOT / "book" / "slides.yml").read_text(encoding="utf-8"))["slides"]
LOOK = """() => {
    const slide = document.querySelector(".slides > section.present");
    const picture = [...slide.querySelectorAll("svg[role=img]")].find(one => one.checkVisibility());
    const words = [...(picture?.querySelectorAll("text") ?? [])];
    const box = picture?.getBoundingClientRect();
    return {
        id: slide.id,
        sentence: slide.querySelector("h1, h2").innerText.trim(),
        alt: picture?.getAttribute("aria-label") ?? "",
        drawn: box ? Math.min(box.width, box.height) : 0,
        seen: box ? box.bottom <= innerHeight + 1 && box.right <= innerWidth + 1 : true,
        words: Math.min(...words.map(one => one.getAttribute("font-size") * picture.getScreenCTM().a)),
        link: slide.querySelector("figcaption a")?.href ?? "",
        wide: slide.scrollWidth > slide.clientWidth + 1,
    };
}"""


def opened(tab, site, **options):
    page = tab(**options)
    page.goto(f"{site}/{DECK}", wait_until="networkidle")
    page.wait_for_function("() => document.querySelector('.slides > section.present')")
    return page


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_every_slide_has_its_sentence_and_its_described_figure(width, scheme, site, tab):
    page = opened(tab, site, width=width, scheme=scheme)
    slides = []
    for _ in range(len(LISTED) + 2):
        slides.append(page.evaluate(LOOK))
        page.keyboard.press("ArrowRight")
    assert [slide["id"] for slide in slides] == ["start", *(entry["figure"] for entry in LISTED), "limits"]
    for slide in slides[1:-1]:
        assert len(slide["sentence"]) > 30 and slide["sentence"].endswith("."), slide["sentence"]
        assert not re.search(r"[{}`]|[a-z]+\d{4}\b|\w-\w+-table", slide["sentence"]), "a key was left in a sentence"
        assert len(slide["alt"]) > 40 and slide["drawn"] > 150
        assert width < 960 or slide["seen"], f"{slide['id']} does not fit its window"
        assert slide["words"] >= 11, slide["id"]
    assert not any(slide["wide"] for slide in slides)
    assert page.complaints == [] and all(url.startswith((site, "data:")) for url in page.asked)


def test_links_lead_to_the_figures_in_their_chapters(site, tab):
    page = opened(tab, site)
    for link in page.eval_on_selector_all(".slides figcaption a", "all => all.map(one => one.href)"):
        address, _, name = link.partition("#")
        assert f'id="{name}"' in (HTML / address.removeprefix(f"{site}/")).read_text(encoding="utf-8")


def test_sentences_and_captions_are_those_of_the_book(site, tab):
    page = opened(tab, site)
    pages = {path: " ".join(re.sub(r"<[^>]+>", "", path.read_text("utf-8")).split()) for path in HTML.glob("*/*.html")}
    book = [text for path, text in pages.items() if path.parent.name != "slides"]
    for said in page.eval_on_selector_all(".np-deck-figure h2", "all => all.map(one => one.innerHTML)"):
        assert any(" ".join(said.split()) in text for text in book), said


def test_the_deck_is_a_page_with_a_title_a_language_and_no_script_of_its_own(site, tab):
    text = (HTML / DECK).read_text(encoding="utf-8")
    assert '<html lang="en"' in text and re.search(r"<title>Slides: .+</title>", text)
    assert re.findall(r"<script(?![^>]*src=)", text) == [] and not re.search(r"\son\w+=", text)
    page = opened(tab, site)
    assert page.locator("h1").count() == 1 and page.get_by_role("link", name="Back to the book").is_visible()


def test_the_deck_can_be_read_with_scripts_off(site, tab):
    page = tab(scripts=False)
    page.goto(f"{site}/{DECK}")
    assert all(one.is_visible() for one in page.locator(".slides h2").all())


def test_the_cover_leads_to_the_deck_and_back(site, tab):
    page = tab()
    page.goto(f"{site}/book/index.html")
    page.get_by_role("link", name="the slides").click()
    page.wait_for_url(re.compile(r"/slides/index\.html(#|$)"))  # a glob's star ends at the slash of #/start
    page.get_by_role("link", name="Back to the book").click()
    page.wait_for_url("**/book/index.html")


def test_the_dark_scheme_changes_the_deck(site, tab):
    colours = {
        opened(tab, site, scheme=scheme).eval_on_selector("body", "one => getComputedStyle(one).backgroundColor")
        for scheme in ("light", "dark")
    }
    assert len(colours) == 2


def test_a_swipe_goes_on_and_the_deck_is_a_page_to_screen_readers_and_input_methods(browser, site):
    context = browser.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site}/{DECK}", wait_until="networkidle")
    page.wait_for_function("() => document.querySelector('.slides > section.present')")
    now = "document.querySelector('.slides > section.present').id"
    finger = context.new_cdp_session(page)

    def swipe(start, end):
        steps = [{"x": start + (end - start) * step / 10, "y": 500} for step in range(11)]
        finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": steps[:1]})
        for point in steps[1:]:
            finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    for entry in LISTED[:3]:
        swipe(330, 40)
        page.wait_for_function(f"() => {now} === '{entry['figure']}'", timeout=10_000)
    swipe(40, 330)
    page.wait_for_function(f"() => {now} === '{LISTED[1]['figure']}'", timeout=10_000)
    assert page.locator("[role=application]").count() == 0
    composes = "new KeyboardEvent('keydown', {key: 'ArrowRight', keyCode: 39, isComposing: true, bubbles: true})"
    page.evaluate(f"document.dispatchEvent({composes})")
    assert page.evaluate(now) == LISTED[1]["figure"]
    context.close()
