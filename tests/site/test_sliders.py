"""Sliders agree with the Python functions, start from the data, and can be used by keyboard, read aloud and printed."""

import itertools

import numpy as np
import pytest
from playwright.sync_api import expect

from newpip import dropout, referrals, sample, sliders
from newpip.data import load
from newpip.intervals import upper_limit_none_seen
from tests.helpers import HTML, read

PAGES = {"exposure": "01-background", "population": "02-method", "dropout": "05-limitations"}
KINDS = pytest.mark.parametrize("kind", list(PAGES))


def exposure(months):
    readings = load("exposure_readings").head(1).assign(months_first_year=months)
    monthly = referrals.monthly(load("referrals"), readings)
    fit = referrals.trends(load("referrals"), readings).iloc[0]
    return [*monthly["per_month"], monthly["growth"].iloc[1], fit["rate_ratio"], fit["low"], fit["high"]]


def population(share, people):
    return [sample.chance_none_seen(people, share), sample.n_to_see(share), upper_limit_none_seen(people)]


def left(dropout_share, leavers, completers):
    limits = dropout.bounds(dropout_share, completers)
    tip = dropout.tipping(completers, leavers=leavers)
    return [dropout.overall(dropout_share, completers, leavers), limits.low, limits.high, tip]


PYTHON = {"exposure": exposure, "population": population, "dropout": left}


def settings(kind, completers):
    tables = {name: load(name) for name in sliders.SLIDERS[kind].tables}
    return sliders.settings(kind, tables, {"completers": completers})


def grid(kind):
    """At least 200 points over all that the sliders can be set to, both ends included."""
    inputs = settings(kind, 1.0)["inputs"]
    each = {1: 225, 2: 18, 3: 7}[len(inputs)]
    axes = [np.linspace(one["low"], one["high"], each) for one in inputs]
    if kind == "population":
        axes[1] = np.unique(axes[1].round())
    return [list(map(float, point)) for point in itertools.product(*axes)]


@pytest.fixture
def page(site, tab):
    def opener(kind, **options):
        opened = tab(**options)
        opened.goto(f"{site}/chapters/{PAGES[kind]}.html")
        return opened

    return opener


@KINDS
def test_the_script_agrees_with_python(kind, page):
    told, points = settings(kind, 1.0), grid(kind)
    assert len(points) >= 200
    names = [one["name"] for one in told["inputs"]]
    got = page(kind).evaluate(
        """([kind, constants, points]) => points.map(point => Object.values(newpipFormulas[kind](point, constants))
            .flat().map(String))""",
        [kind, told["constants"], [dict(zip(names, point, strict=True)) for point in points]],
    )
    values = [[float(value) for value in row] for row in got]
    expected = [[float(value) for value in PYTHON[kind](*map(whole, point))] for point in points]
    np.testing.assert_allclose(values, expected, rtol=1e-9, atol=1e-9)


def whole(value):
    return int(value) if value == int(value) and value > 1 else value


@KINDS
def test_it_starts_where_the_book_does(kind, page):
    opened = page(kind)
    starts = opened.eval_on_selector_all(".np-slider input", "all => all.map(one => one.valueAsNumber)")
    told = settings(kind, 0.9)
    assert starts == [one["start"] for one in told["inputs"]]


def test_the_starting_values_say_what_the_chapter_says(page):
    said = page("dropout").locator(".np-slider dl").inner_text()
    tipping = dropout.tipping(0.9)
    assert f"{tipping:.1%}" in said and f"{dropout.bounds(0.18, 0.9).low:.1%}" in said


@KINDS
def test_keys_move_it_and_one_sentence_is_announced(kind, page):
    opened = page(kind)
    slider = opened.locator(".np-slider input").first
    label = opened.evaluate("document.querySelector('.np-slider input').labels[0].textContent")
    assert label == sliders.SLIDERS[kind].inputs[0].label
    before = opened.locator(".np-slider dl").inner_text(), slider.get_attribute("aria-valuetext")
    status = opened.locator(".np-slider [role=status]")
    assert status.inner_text() == ""
    slider.focus()
    for _ in range(3):
        slider.press("ArrowRight")
    after = opened.locator(".np-slider dl").inner_text(), slider.get_attribute("aria-valuetext")
    assert before[0] != after[0] and before[1] != after[1]
    assert opened.locator(".np-slider svg").get_attribute("aria-label").count(":") >= 3
    expect(status).not_to_be_empty()
    opened.get_by_role("button", name="Back to the book").click()
    assert opened.locator(".np-slider dl").inner_text() == before[0]


@KINDS
def test_without_scripts_a_sentence_points_to_the_figure(kind, page):
    opened = page(kind, scripts=False)
    place = opened.locator(".np-slider")
    assert "above" in place.inner_text() and place.locator("a[href^='#']").count() >= 1
    assert place.locator("input").count() == 0


@KINDS
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_fits_a_phone_and_is_seen_in_both_schemes(kind, scheme, page):
    opened = page(kind, width=320, scheme=scheme)
    assert opened.evaluate("document.documentElement.scrollWidth") <= 320
    sizes = opened.eval_on_selector_all(
        ".np-slider svg text", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(sizes) >= 8
    heights = opened.eval_on_selector_all(
        ".np-slider input, .np-slider button", "all => all.map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 24
    ink, paper = opened.evaluate(
        """[getComputedStyle(document.querySelector('.np-slider svg text')).fill,
            getComputedStyle(document.documentElement).backgroundColor]"""
    )
    assert contrast(ink, paper) >= 4.5


def contrast(one, other):
    """Ratio of the relative luminances of two colours, as WCAG has it."""
    lights = []
    for colour in (one, other):
        parts = np.array([float(part) for part in colour[colour.index("(") + 1 : -1].split(",")[:3]]) / 255
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        lights.append(linear @ [0.2126, 0.7152, 0.0722])
    return (max(lights) + 0.05) / (min(lights) + 0.05)


def test_it_prints_the_state_it_is_in(page):
    opened = page("dropout")
    opened.locator(".np-slider input").first.fill("0.4")
    opened.emulate_media(media="print")
    assert opened.locator(".np-slider output").first.inner_text() == "40%"
    assert not opened.locator(".np-slider input").first.is_visible()
    assert opened.locator(".np-slider svg").is_visible()


def test_the_script_is_loaded_only_where_there_are_sliders():
    having = {path.stem for path in (HTML / "chapters").glob("*.html") if "sliders.js" in path.read_text("utf-8")}
    assert having == {*PAGES.values(), "11-next-evaluation"}  # whose fields have tests of their own
    for name in PAGES.values():
        assert read(f"chapters/{name}.html").count('class="np-slider"') == 1
