"""Figures as readers meet them: drawn for the width they are shown at, answering, opened large, with their data."""

import pytest

from tests.helpers import CHAPTERS, HTML, mostly_at_night

SMALLEST = {320: 9.5, 390: 11, 820: 11, 1280: 11, 1920: 11}  # pixels; on the narrowest phones a little less
SEEN = """() => [...document.querySelectorAll("figure.np-figure")].map(figure => {
    const shown = [...figure.querySelectorAll("svg")].filter(one => one.getBoundingClientRect().width);
    const words = shown.flatMap(one => [...one.querySelectorAll("text")]);
    const scale = one => Math.hypot(one.getScreenCTM().a, one.getScreenCTM().b);
    const sizes = words.map(one => parseFloat(getComputedStyle(one).fontSize) * scale(one));
    const box = shown[0].getBoundingClientRect();
    const out = words.filter(one => {
        const { left, right } = one.getBoundingClientRect();
        return left < box.left - 2 || right > box.right + 2;
    });
    const [least, most] = [Math.min(...sizes), Math.max(...sizes)];
    return [figure.id, shown.length, least, most, box.height, out.map(one => one.textContent)];
})"""
TIP = ".np-values output:not([hidden])"


@pytest.mark.parametrize("page", mostly_at_night(CHAPTERS, every=3))
def test_one_drawing_is_shown_whose_words_can_be_read_at_every_width(page, site, tab):
    opened = tab(390)
    opened.goto(f"{site}/{page}")
    body = opened.evaluate("parseFloat(getComputedStyle(document.body).fontSize)")
    for width, smallest in SMALLEST.items():
        opened.set_viewport_size({"width": width, "height": 900})
        for key, shown, least, most, height, cut in opened.evaluate(SEEN):
            assert shown == 1 and smallest <= least and most <= body, f"{key} at {width}: {least:.1f} to {most:.1f}"
            assert width < 1280 or height < 900, f"{key} is {height:.0f} pixels high"
            assert cut == [], f"{key} at {width}"
    opened.emulate_media(media="print")
    assert {shown for _, shown, *_ in opened.evaluate(SEEN)} == {1}
    opened.emulate_media(media="null")


def test_marks_say_their_values_to_keyboard_pointer_and_touch(site, tab):
    opened = tab(motion="reduce")  # or its place would be read while the page still moves
    opened.goto(f"{site}/{CHAPTERS[0]}")
    figure = opened.locator("#referrals-by-year")
    stop, tip = figure.get_by_role("slider"), figure.locator(TIP)
    assert figure.locator(".np-picture [tabindex='0']").count() == 1 and not any(
        url.endswith("-year.js") for url in opened.asked
    )
    opened.keyboard.press("Tab")
    stop.focus()
    tip.wait_for()
    first = tip.inner_text()
    assert first.startswith("2017\n") and stop.get_attribute("aria-valuetext") == first
    stop.press("ArrowRight")
    opened.wait_for_function(
        "text => document.querySelector('.np-values output:not([hidden])').innerText !== text", arg=first
    )
    assert tip.inner_text().startswith("2018\n") and stop.get_attribute("aria-valuenow") == "2"
    stop.press("Escape")
    tip.wait_for(state="hidden")
    stop.evaluate("one => one.scrollIntoView({ block: 'center' })")
    box = stop.bounding_box()
    opened.mouse.move(box["x"] + 0.9 * box["width"], box["y"] + 0.3 * box["height"])
    tip.wait_for()
    assert tip.inner_text().startswith("2020\n")
    opened.mouse.move(box["x"] - 30, box["y"])
    tip.wait_for(state="hidden")
    stop.dispatch_event("click", {"clientX": box["x"] + 0.9 * box["width"], "clientY": box["y"] + 0.3 * box["height"]})
    tip.wait_for()
    assert opened.complaints == []


def test_a_figure_opens_as_large_as_the_window_and_its_button_has_the_focus_again(site, tab):
    opened = tab(390)
    opened.goto(f"{site}/{CHAPTERS[0]}")
    button = opened.locator("#referrals-by-year .np-large")
    button.press("Enter")
    dialog = opened.get_by_role("dialog")
    assert dialog.locator("svg.np-wide").bounding_box()["width"] > 600 and dialog.locator("svg").count() == 1
    ids = opened.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))
    dialog.get_by_role("slider").focus()
    dialog.locator(TIP).wait_for()
    dialog.get_by_role("button", name="Close").click()
    dialog.wait_for(state="detached")
    assert button.evaluate("one => one === document.activeElement")
    button.press("Enter")
    dialog.wait_for()
    opened.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_the_words_of_figures_can_be_read_in_forced_colours_after_light_was_chosen(site, tab):
    opened = tab(scheme="dark")
    opened.goto(f"{site}/{CHAPTERS[0]}")
    opened.evaluate("document.documentElement.dataset.theme = 'light'")
    opened.emulate_media(color_scheme="dark", forced_colors="active")
    fill, ground = opened.evaluate(
        """() => [getComputedStyle(document.querySelector("figure svg.np-wide text")).fill,
            getComputedStyle(document.body).backgroundColor]"""
    )
    opened.emulate_media(forced_colors="none")
    assert fill == "rgb(255, 255, 255)", f"{fill} on {ground}"


@pytest.mark.parametrize("page", CHAPTERS)
def test_every_figure_has_its_data_as_a_table(page, tab):
    opened = tab()
    opened.goto((HTML / page).as_uri())  # from a disk, where nothing can be fetched
    folds = opened.locator("figure.np-figure details.np-data")
    assert folds.count() == opened.locator("figure.np-figure").count()
    opened.eval_on_selector_all("details.np-data", "all => all.forEach(one => { one.open = true; })")
    opened.wait_for_function(
        "() => [...document.querySelectorAll('details.np-data')].every(one => one.querySelector('tbody tr'))"
    )
