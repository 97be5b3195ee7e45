"""Tables: whole or with a sign that there is more, on a phone, at a desk, enlarged, on paper; opened and passed on."""

import codecs
import re

import pypdfium2
import pytest
from bs4 import BeautifulSoup

from tests.helpers import HTML, PAGES, mostly_at_night, read

# Each table in a box, with what of it is cut without a sign: at a side, below, or among its rows.
CUT = """edge => [...document.querySelectorAll("article table")].filter(one => one.checkVisibility()).flatMap(table => {
    const box = table.closest(".np-box, .np-scroll, [data-scrolls]"), wrong = [];
    const style = box && getComputedStyle(box);
    const scrolls = box && style.overflowX === "auto" && box.scrollWidth > box.clientWidth + 1;
    const cells = [...table.querySelectorAll("th, td")].filter(one => one.checkVisibility());
    if (scrolls && !style.backgroundImage.includes("gradient")) wrong.push("no sign at its edge");
    if (!scrolls && cells.some(one => one.getBoundingClientRect().right > edge + 1)) wrong.push("cut at a side");
    if (cells.some(one => one.scrollWidth > one.clientWidth + 1)) wrong.push("a cell is cut");
    if (box && style.overflowY !== "visible" && box.scrollHeight > box.clientHeight + 1) wrong.push("cut below");
    const rows = [...table.rows].filter(one => one.closest("tbody"));
    const shown = rows.filter(one => one.checkVisibility()).length;
    const told = table.closest(".np-frame")?.querySelector(".np-more")?.innerText ?? "";
    if (shown < rows.length && !told.startsWith(`${shown} of ${rows.length} rows`)) wrong.push(`shows ${shown} rows`);
    if (scrolls && table.matches(".np-table")) {
        box.scrollLeft = 10_000;
        const [first, caption] = [table.querySelector("tbody th"), table.caption];
        const left = box.getBoundingClientRect().left;
        if (first && Math.abs(first.getBoundingClientRect().left - left) > 1) wrong.push("its first column left");
        if (caption && Math.abs(caption.getBoundingClientRect().left - left) > 1) wrong.push("its caption left");
        if (caption && caption.offsetWidth > box.clientWidth + 1) wrong.push("its caption is cut");
        box.scrollLeft = 0;
    }
    return wrong.map(said => `${table.id || table.className}: ${said}`);
})"""
WIDER = "() => [...document.querySelectorAll('.np-box')].filter(one => one.scrollWidth > one.clientWidth + 1).length"
SHEET = 658  # A4 without its margins, as wide and high as CSS counts it
LOST = """([wide, high]) => [
    ...[...document.querySelectorAll("article table :is(th, td)")].filter(one => !one.closest("details, #exercises"))
        .filter(one => one.checkVisibility() ? one.getBoundingClientRect().right > wide + 1 : one.closest(".np-frame")),
    ...[...document.querySelectorAll("summary")].filter(one => one.checkVisibility() && /code/i.test(one.textContent)),
    ...[...document.querySelectorAll("figure.np-figure")].filter(one => one.offsetHeight > high),
    ...[...document.querySelectorAll("thead")].filter(one => one.checkVisibility() &&
        getComputedStyle(one).display !== "table-header-group"),
].map(one => one.outerHTML.slice(0, 200))"""


@pytest.mark.parametrize("page", mostly_at_night(PAGES, every=3))
def test_tables_are_whole_or_say_that_there_is_more(page, site, tab):
    opened = tab(390)
    opened.goto(f"{site}/{page}")
    assert opened.evaluate(CUT, 390) == []
    opened.evaluate("document.documentElement.style.fontSize = '200%'")
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    opened.set_viewport_size({"width": 1280, "height": 900})
    assert opened.evaluate("document.documentElement.scrollWidth") <= 1280
    opened.evaluate("document.documentElement.style.fontSize = ''")
    opened.evaluate("document.querySelectorAll('.np-more:not([hidden]) button').forEach(one => one.click())")
    assert opened.evaluate(CUT, 1280) == [] and opened.evaluate(WIDER) == 0
    opened.emulate_media(media="print")
    opened.set_viewport_size({"width": SHEET, "height": 900})
    assert opened.evaluate(LOST, [SHEET, 971]) == []


def test_a_wide_table_takes_the_room_beside_the_text(site, tab):
    opened = tab(1920)
    opened.goto(f"{site}/chapters/09-ledger.html")
    wide, text = (
        opened.locator(f"{name}:visible").first.bounding_box()["width"]
        for name in ("#ledger-table", "article section > p")
    )
    assert wide > 1000 > text


def test_on_a_phone_a_row_of_sentences_is_a_card_that_can_be_sorted_and_found(site, tab):
    opened = tab(390)
    opened.goto(f"{site}/chapters/09-ledger.html")
    frame = opened.locator(".np-frame:has(#ledger-table)")
    rows, cell = frame.locator("tbody tr"), frame.locator("tbody td[data-label=Verdict]").first
    assert cell.evaluate("one => getComputedStyle(one, '::before').content") == '"Verdict"'
    assert rows.first.locator("th").bounding_box()["width"] > 300
    before = rows.first.inner_text()
    frame.get_by_label("Sort by").select_option("-Where")
    assert rows.first.inner_text() != before
    assert frame.locator("[aria-sort=descending]").text_content() == "Where"


def test_a_long_table_opens_and_a_view_of_it_can_be_passed_on(site, tab):
    opened = tab()
    opened.goto(f"{site}/chapters/04-discussion.html")
    frame = opened.locator(".np-frame:has(#service-results)")
    rows, more = frame.locator("tbody tr"), frame.locator(".np-more")
    total, few = rows.count(), rows.filter(visible=True).count()
    assert few < total and f"{few} of {total} rows" in more.inner_text()
    more.get_by_role("button", name="Show all").press("Enter")
    assert rows.filter(visible=True).count() == total
    more.get_by_role("button").press("Enter")
    assert rows.filter(visible=True).count() == few
    frame.get_by_role("button", name="Direction").press("Enter")
    frame.get_by_label("Show rows that contain").fill("baby & mother")
    frame.locator("output").get_by_text("of").wait_for()
    view = [rows.all_inner_texts(), rows.filter(visible=True).count()]
    address = opened.url
    opened.goto("about:blank")
    opened.goto(address)
    assert [rows.all_inner_texts(), rows.filter(visible=True).count()] == view
    assert frame.get_by_label("Show rows that contain").input_value() == "baby & mother"
    assert opened.evaluate("scrollY") > 500


def test_a_row_that_is_named_or_found_is_shown(site, tab):
    opened = tab()
    opened.goto(f"{site}/chapters/09-ledger.html")
    last = opened.locator("#ledger-table tbody tr").last
    assert not last.is_visible()
    last.evaluate("one => (one.id = 'last-row', location.hash = '#last-row')")
    last.wait_for()


def test_headings_are_repeated_on_paper(site, tab):
    opened = tab()
    opened.goto(f"{site}/chapters/09-ledger.html")
    with pypdfium2.PdfDocument(opened.pdf(prefer_css_page_size=True)) as pdf:
        sheets = [re.sub(r"\s+", " ", sheet.get_textpage().get_text_range()) for sheet in pdf]
    assert len(sheets) < 45
    [begins] = [number for number, said in enumerate(sheets) if "Every published figure, date" in said]
    assert all("Recomputed Verdict Why" in said for said in sheets[begins : begins + 8])


def test_without_scripts_every_row_is_there(site, tab):
    opened = tab(390, scripts=False)
    opened.goto(f"{site}/chapters/09-ledger.html")
    assert opened.locator("#ledger-table tbody tr").last.is_visible()
    assert not opened.locator(".np-more").last.is_visible()


def test_downloads_open_in_spreadsheets_with_their_letters():
    files = [path.read_bytes() for path in (HTML / "_downloads").rglob("*.csv")]
    beyond_ascii = [one for one in files if not one.isascii()]
    assert beyond_ascii and all(one.startswith(codecs.BOM_UTF8) for one in beyond_ascii)
    assert not any(one.startswith(codecs.BOM_UTF8) for one in files if one.isascii())


@pytest.mark.parametrize("page", ["chapters/04-discussion.html", "chapters/07-commissioning.html"])
def test_tables_write_pounds_as_people_do(page):
    said = " ".join(one.get_text() for one in BeautifulSoup(read(page), "html.parser").select(".np-table"))
    assert "£" in said and "GBP" not in said
