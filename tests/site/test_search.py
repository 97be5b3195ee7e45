"""The search of the book, in a browser."""

import gzip
import json
import re
from html import unescape

from newpip_book.project import build_dir
from tests.helpers import CHAPTERS, read

# What is typed, and the address of what must be among the first.
TYPED = [
    ("18%", "results/05-limitations.html#", 8),
    ("85.4%", "results/09-ledger.html#ledger.grim.printed", 3),
    ("59", "results/01-background.html#referrals.first", 1),
    ("where does 126 come from?", "results/01-background.html#activity.referrals", 3),
    ("3,200", "rows/scenario_inputs.html#births", 3),
    ("Manski", "book/glossary.html#term-Manski-bounds", 1),
    ("psycotherapy", "book/glossary.html#term-parent-infant-psychotherapy", 2),
    ("dropuot", "chapters/05-limitations.html#dropout-elsewhere", 3),
    ("dad", "book/for-parents.html#", 8),
    ("margin of error", "book/glossary.html#term-95-limits", 1),
    ("waiting lists", "chapters/06-capacity.html#", 3),
    ("Figure 11.2", "chapters/11-next-evaluation.html#evaluation-months", 1),
    ("chapter 5", "chapters/05-limitations.html#", 1),
    ("corrections", "book/corrections.html#", 2),
    ("RCTs", "book/glossary.html#term-randomised-trial", 2),
    ("18 per cent", "results/05-limitations.html#", 8),
    ("Wilson intervals", "book/glossary.html#term-Wilson-interval", 6),
    ("Braun Clarke", "book/bibliography.html#braun2006", 6),
    ("bar chart of yearly referrals", "chapters/01-background.html#referrals-by-year", 2),
    ("baby", "book/for-parents.html#", 6),
    ("how many parents dropped out", "chapters/05-limitations.html#", 2),
    ("who funded the study", "chapters/02-method.html#what-the-paper-reports", 3),
    ("did it work?", "book/key-findings.html#", 2),
    ("how do I run this myself", "book/rerun.html#", 3),
    ("were any minority families included", "chapters/02-method.html#", 2),
    ("is my data private", "book/accessibility.html#privacy", 2),
]


def addresses(opened):
    found = [link.get_attribute("href") for link in opened.locator("#search-results a").all()]
    return [re.sub(r"^(\.\./|\./)*|&found=.*", "", address) for address in found]


def test_words_numbers_slips_and_synonyms_are_found(site, tab):
    opened, missed = tab(), []
    opened.goto(f"{site}/search.html")
    opened.wait_for_function("() => window.newpipFind !== undefined")
    for typed, wanted, within in TYPED:
        opened.fill("#np-q", typed)
        if not any(one.startswith(wanted) for one in addresses(opened)[:within]):
            missed.append((typed, addresses(opened)[:within]))
    assert missed == [] and opened.complaints == []


def test_the_books_own_workings_come_last(site, tab):
    opened = tab()
    opened.goto(f"{site}/search.html#q=referrals")
    opened.locator("#search-results a").first.wait_for()
    pages = [address.split("/")[0] for address in addresses(opened)]
    assert "rows" not in pages[:20] and "chapters" in pages[:3]
    assert "places found" in opened.locator("#search-progress").inner_text()


def test_found_as_typed_by_keyboard_and_marked_on_arrival(site, tab):
    opened = tab(390)
    opened.goto(f"{site}/{CHAPTERS[0]}")
    assert not [url for url in opened.asked if "search" in url or "minisearch" in url]
    field = opened.locator("#np-q")
    field.press_sequentially("little's law")
    options = opened.locator("#np-hits [role=option]")
    options.first.wait_for()
    assert field.get_attribute("aria-expanded") == "true"
    field.press("ArrowUp")
    field.press("ArrowDown")
    assert field.get_attribute("aria-activedescendant") == "np-hit-0"
    assert options.first.get_attribute("aria-selected") == "true"
    assert opened.evaluate("document.documentElement.scrollWidth") <= 390
    wanted = options.first.locator("a").get_attribute("href")
    field.press("Enter")
    opened.wait_for_url(re.compile(re.escape(wanted.partition("&")[0].replace("../", "/")) + "$"))
    opened.wait_for_function("() => CSS.highlights.get('np-found')?.size > 0")
    visible = """() => [...CSS.highlights.get('np-found')].some(range => {
        const box = range.getBoundingClientRect();
        return box.height && box.top >= 0 && box.bottom <= innerHeight;
    })"""
    assert opened.evaluate(visible)
    assert opened.complaints == [] and opened.evaluate("localStorage.length + sessionStorage.length") == 0
    assert not [url for url in opened.asked if "little" in url]  # what is typed goes to no server


def test_escape_closes_and_keeps_the_words(site, tab):
    opened = tab()
    opened.goto(f"{site}/{CHAPTERS[0]}")
    field = opened.locator("#np-q")
    field.press_sequentially("queue")
    opened.locator("#np-hits a").first.wait_for()
    field.press("Escape")
    assert opened.locator("#np-hits").is_hidden() and field.input_value() == "queue"
    field.press("Enter")
    opened.wait_for_url(re.compile(r"search\.html#q=queue"))
    opened.locator("#search-results a").first.wait_for()


def test_nothing_found_is_said(site, tab):
    opened = tab()
    opened.goto(f"{site}/search.html#q=xylophones")
    opened.locator("#search-progress", has_text="No place found").wait_for()


def test_an_index_that_does_not_come_is_said(site, tab):
    opened = tab()
    opened.route("**/search-index.js", lambda route: route.abort())
    opened.goto(f"{site}/search.html#q=queue")
    opened.locator("#search-progress", has_text="could not be loaded").wait_for()


def test_it_works_from_a_disk(tab):
    opened = tab()
    opened.goto((build_dir() / "html" / CHAPTERS[0]).as_uri())
    opened.fill("#np-q", "126")
    opened.locator("#np-hits a").first.wait_for()


def test_the_index_is_small_and_leads_to_places_that_are_there():
    text = (build_dir() / "html" / "_static" / "search-index.js").read_text(encoding="utf-8")
    assert len(gzip.compress(text.encode())) < 300_000
    index = json.loads(text.removeprefix("window.newpipSearch=").removesuffix(";\n"))
    pages = [address for address, *_ in index["pages"]]
    ids = {page: set(map(unescape, re.findall(r'\bid="([^"]+)"', read(page)))) for page in pages}
    lost = [(pages[at], anchor) for _, at, anchor, *_ in index["entries"] if anchor not in ids[pages[at]]]
    assert lost == []
