"""The switch that shows a chapter's code, and what is folded until then."""

import pytest

from tests.helpers import CHAPTERS

VISIBLE = "(found) => [...document.querySelectorAll(found)].filter(one => one.checkVisibility()).length"
CODE, RAW = ".np-article .cell_input pre", ".np-article .cell_output > .output"


def count(opened, found):
    return opened.evaluate(VISIBLE, found)


@pytest.fixture
def chapter(site, tab):
    """Open a chapter."""

    def opener(place="", page=CHAPTERS[0], **settings):
        opened = tab(**settings)
        opened.goto(f"{site}/{page}{place}")
        return opened

    return opener


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_chapter_is_prose_figures_and_tables_at_first(page, chapter):
    opened = chapter(page=page)
    assert count(opened, f"{CODE}, {RAW}, .np-article details.hide > summary") == 0
    assert count(opened, "figure.np-figure svg, table.np-table") > 0
    assert count(opened, ".np-exercises > summary") == 1 and not opened.locator(".np-exercises").evaluate(
        "one => one.open"
    )
    gaps = """() => [...document.querySelectorAll('.np-article div.cell')].filter(one => one.checkVisibility()
        && !one.innerText.trim() && !one.querySelector('svg, input') && one.offsetHeight > 0).length"""
    assert opened.evaluate(gaps) == 0


def test_the_switch_shows_code_and_is_kept_for_the_next_page(chapter, site):
    opened = chapter()
    switch = opened.locator(".np-code")
    assert switch.get_attribute("aria-pressed") == "false"
    switch.press("Enter")
    assert switch.get_attribute("aria-pressed") == "true"
    assert count(opened, CODE) > 10 and count(opened, RAW) > 3
    assert opened.locator(".np-exercises").evaluate("one => one.open")
    opened.goto(f"{site}/{CHAPTERS[1]}")
    assert count(opened, CODE) > 10
    opened.locator(".np-code").click()
    assert count(opened, CODE) == 0
    assert opened.evaluate("localStorage.length + sessionStorage.length") == 0 and opened.complaints == []


def test_an_address_can_ask_for_code_on_its_page_alone(chapter, site):
    opened = chapter("?code")
    assert count(opened, CODE) > 10
    opened.goto(f"{site}/{CHAPTERS[1]}")
    assert count(opened, CODE) == 0


def test_a_link_to_code_shows_it(chapter):
    opened = chapter()
    opened.locator(".np-offer a", has_text="cell").first.click()
    target = opened.locator(":target")
    target.wait_for()
    assert count(opened, ":target") == 1 and opened.evaluate("localStorage.length") == 0


def test_opened_exercises_show_their_cells_alone(chapter):
    opened = chapter()
    opened.locator(".np-exercises > summary").press("Enter")
    opened.locator(".np-exercises .cell_input pre").first.wait_for()
    assert count(opened, CODE) == count(opened, ".np-exercises .cell_input pre") > 1


def test_a_link_to_an_exercise_opens_the_fold(chapter):
    opened = chapter()
    opened.evaluate("document.querySelector('.np-exercises p').id = 'here'")
    opened.evaluate("location.hash = '#here'")
    opened.locator("#here").wait_for()
    assert count(opened, CODE) == count(opened, ".np-exercises .cell_input pre")


def test_code_is_copied_as_it_stands(chapter):
    opened = chapter("?code")
    opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
    first = opened.locator(".cell_input").first
    first.get_by_role("button", name="Copy this code").click()
    first.get_by_text("Copied").wait_for()
    assert opened.evaluate("navigator.clipboard.readText()") == first.locator("pre").text_content()


def test_without_scripts_code_and_exercises_are_there_folded(chapter, site):
    opened = chapter(scripts=False)
    assert count(opened, f"{CODE}, {RAW}, .np-code") == 0
    opened.goto(f"{site}/{CHAPTERS[0]}{opened.locator('.np-offer a', has_text='cell').first.get_attribute('href')}")
    assert count(opened, CODE) == 1
    opened.get_by_label("Show code").check()
    assert count(opened, CODE) > 10 and count(opened, RAW) > 3
    assert not opened.locator(".np-exercises p").first.is_visible()
    opened.locator(".np-exercises > summary").press("Enter")
    assert opened.locator(".np-exercises p").first.is_visible()


@pytest.mark.parametrize(("place", "wanted"), [("", False), ("?code", True)])
def test_print_follows_the_switch(place, wanted, chapter):
    opened = chapter(place)
    opened.emulate_media(media="print")
    assert (count(opened, CODE) > 10) == wanted and count(opened, "figure.np-figure svg") > 3
    assert count(opened, ".np-copy, details.hide:not([open]) > summary") == 0
