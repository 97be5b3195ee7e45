"""A reader's own workbook in chapter 10: nothing leaves the page, which becomes theirs, to save and to take on."""

import json

import pytest
from playwright.sync_api import expect

from newpip.own_page import MADE_UP
from newpip.service_tables import EXAMPLE
from tests.helpers import CHAPTERS
from tests.newpip.odd_services import workbook_of
from tests.site.axe import AXE, axe

CHAPTER = next(one for one in CHAPTERS if "10-service" in one)
EVIL = "A <script>bad=1</script> & babies"
ENDLESS = "import newpip.own_page\nnewpip.own_page.read = lambda files: all(True for _ in iter(int, 1))"


@pytest.fixture
def page(browser, site, page_python):
    """The chapter in a browser that remembers nothing, with all that it asked for, and all that it complained of."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    context.asked, context.complaints = [], []
    context.on("request", lambda request: context.asked.append(request))
    context.on("weberror", lambda error: context.complaints.append(str(error.error)))
    context.on("console", lambda said: said.type in ("error", "warning") and context.complaints.append(said.text))
    opened = context.new_page()
    opened.goto(f"{site}/{CHAPTER}")
    yield opened
    assert context.complaints == []
    context.close()


def told(page):
    return page.locator(".np-yours-told > p").first


def hand(page, name, content):
    page.locator("#np-yours-file").set_input_files({"name": name, "mimeType": "", "buffer": content})


def test_a_page_of_ones_own_from_the_example_to_the_saved_file_and_the_tool(page, site, tmp_path):
    published = page.locator(".np-article > section").inner_text()
    assert "sent nowhere" in published

    page.get_by_role("button", name="Try the made-up example").focus()
    page.keyboard.press("Enter")
    expect(told(page)).to_have_text(f"This page now shows {MADE_UP}.")
    assert page.evaluate("document.activeElement.className") == "np-yours-told"
    shown = page.locator(".np-yours-page")
    assert f"referrals to {MADE_UP} went from 205 to 307 a year" in shown.inner_text()
    captions = shown.locator("figcaption, caption").all_inner_texts()
    assert len(captions) == 6 and all(MADE_UP in one for one in captions)
    assert shown.locator("figure svg[role=img][aria-label]").count() == 3 and shown.locator(".np-result").count() == 0
    assert "27% (counted by the service)" in shown.inner_text() and "Exercises" not in shown.inner_text()
    assert "'27%' is taken as 27%" in page.locator("#np-yours-notes").inner_text()
    assert page.title().startswith(f"{MADE_UP}: growth, dropout and capacity")
    page.evaluate(AXE)
    assert axe(page) == []

    with page.expect_download() as saving:
        page.get_by_role("button", name="Save this page").click()
    assert saving.value.suggested_filename == "Harbour-babies-made-up.html"
    saving.value.save_as(tmp_path / "saved.html")
    alone, fetched = page.context.new_page(), []
    alone.on("request", lambda request: fetched.append(request.url))
    alone.goto((tmp_path / "saved.html").as_uri())
    assert len(fetched) == 1 and alone.locator("script, [src], link, button").count() == 0
    assert alone.locator("h1").inner_text() == f"{MADE_UP}: growth, dropout and capacity"
    assert alone.locator("figure svg[role=img]").count() == alone.locator("table.np-table").count() == 3
    assert "How the workbook was read" in alone.locator("main").inner_text()
    assert not alone.locator("a:not([href^='#'])").count() and "NEWPIP" not in alone.locator("figure").all_inner_texts()
    alone.close()

    hand(page, "bad.xlsx", workbook_of("It", EXAMPLE | {"referrals": [(2024, 30), (2025, "forty")]}))
    expect(told(page)).to_contain_text(f"One thing could not be read. The page still shows {MADE_UP}.")
    expect(page.locator(".np-yours-told li")).to_have_text(
        "bad.xlsx, sheet referrals, cell B3 (referrals): 'forty' was found, a whole number (such as 1234) was expected"
    )

    few = EXAMPLE | {"referrals": [(2024, 3), (2025, 2)], "service": [*EXAMPLE["service"][1:]]}
    hand(page, "our.xlsx", workbook_of(EVIL, few))
    expect(told(page)).to_have_text(f"This page now shows {EVIL}.")
    assert "are too few to say whether they rose or fell" in shown.inner_text() and MADE_UP not in shown.inner_text()
    assert shown.locator("h1").inner_text() == f"{EVIL}: growth, dropout and capacity"
    assert page.evaluate("typeof bad") == "undefined"

    asked = page.context.asked
    assert {one.method for one in asked} == {"GET"} and not any(one.post_data for one in asked)
    assert all(one.url.startswith((f"{site}/", f"blob:{site}/", "file:")) for one in asked)
    assert not any("our.xlsx" in one.url or "bad.xlsx" in one.url for one in asked)

    address = page.get_by_role("link", name="Open the commissioning tool with these counts").get_attribute("href")
    page.get_by_role("button", name="Show the published page again").click()
    assert page.locator(".np-yours-page").count() == 0
    assert page.locator("#exercises").count() == 1 and MADE_UP not in page.locator(".np-article").inner_text()
    page.goto(address)
    page.locator("#commissioning-tool[data-ready]").wait_for()
    assert page.locator("#tool-referrals").input_value() == "3" and not page.locator(".np-problem li").count()


def test_what_never_ends_is_stopped_and_what_does_not_start_says_where_to_go(page, site):
    page.set_viewport_size({"width": 320, "height": 640})
    page.route("**/_run/manifest.json*", lambda route: route.abort())
    hand(page, "a.csv", b"year,referrals\n2020,1\n")
    expect(told(page)).to_contain_text("could not start in this browser")
    assert page.get_by_role("link", name="the other way").is_visible()
    page.unroute_all()
    page.context.complaints.clear()

    hand(page, "a.csv", b"year,referrals\n2020,1\n")
    expect(told(page)).to_contain_text("3 things could not be read.")
    page.evaluate(
        "code => document.dispatchEvent(new CustomEvent('newpip:run', "
        "{detail: {code, shown: document.querySelector('.np-yours-told')}}))",
        ENDLESS,
    )
    expect(page.locator(".np-yours-told")).to_be_empty()
    hand(page, "endless.csv", b"1")
    page.locator(".np-yours").get_by_role("button", name="Stop", exact=True).click()
    expect(told(page)).to_have_text("Stopped. The page is as it was; choose a workbook to begin again.")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert json.loads(page.locator(".np-yours script").text_content())["call"] == "newpip.own_page:read"
