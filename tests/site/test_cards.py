"""What holds a number or a sentence can be opened in the page: by pointer, touch and keyboard, and without scripts."""

import json
import random
import re
import subprocess
import sys
from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup
from playwright.sync_api import expect

from newpip import data
from newpip_book.directives import results_json
from tests.helpers import CHAPTERS, HTML, PAGES, ROOT, read
from tests.site.axe import AXE, axe, look, pale

CHAPTER = CHAPTERS[0]
RESULTS = sorted(str(path.relative_to(HTML)) for path in (HTML / "results").glob("*.html"))
ROWS = sorted(str(path.relative_to(HTML)) for path in (HTML / "rows").glob("*.html"))
LINK = re.compile(r'<a (?:aria-label="[^"]*" )?class="np-(result|claim)" data-result="([^"]+)" href="([^"]+)"')
OPEN = ".np-card:popover-open"


@pytest.fixture(scope="module")
def published():
    """What the book publishes."""
    return json.loads(read("results.json"))


def ids(page):
    """Return the ids of a built page."""
    return set(re.findall(r'\sid="([^"]*)"', read(page)))


def number(opened, key):
    """Find a number by its key."""
    return opened.locator(f'a.np-result[data-result="{key}"]').first


class TestEntries:
    def test_every_number_and_sentence_leads_to_its_entry(self, published):
        known = {page: ids(page) for page in RESULTS}
        found = {page: LINK.findall(read(page)) for page in PAGES}
        assert sum(map(len, found.values())) > 800
        for page, links in found.items():
            for mark, key, address in links:
                kind = {"result": "results", "claim": "claims"}[mark]
                target, anchor = results_json.place(kind, key, published[kind][key]["chapter"])
                assert address == f"../{target}.html#{anchor}", page
                assert anchor in known[f"{target}.html"]

    @pytest.mark.parametrize("page", PAGES)
    def test_no_result_of_prose_stands_bare(self, page, published):
        cited = {key for key, one in published["results"].items() if page.removesuffix(".html") in one["used_in"]}
        shown = {key for kind, key, _ in LINK.findall(read(page)) if kind == "result"}
        shown |= {key for keys in re.findall(r'data-results="([^"]*)"', read(page)) for key in keys.split()}  # drawn
        within_links = {"sample.parents.n"} if page == "book/index.html" else set()
        assert cited - shown <= within_links

    def test_a_ring_is_not_parted_from_its_sentence(self, site, tab):
        for width in (320, 1280):
            opened = tab(width)
            opened.goto(f"{site}/{CHAPTERS[1]}")
            parted = opened.evaluate(
                """() => [...document.querySelectorAll(".np-claim")].filter(ring => {
                    const before = ring.previousSibling;
                    if (before?.nodeType !== Node.TEXT_NODE || !before.length) return false;
                    const last = document.createRange();
                    last.setStart(before, before.length - 1);
                    last.setEnd(before, before.length);
                    return ring.getBoundingClientRect().left < last.getBoundingClientRect().left;
                }).map(ring => ring.dataset.result)"""
            )
            assert parted == []

    def test_an_entry_says_what_results_json_says(self, published):
        keys = random.Random(19).sample(sorted(published["results"]), 40)
        for key in keys:
            one = published["results"][key]
            page = results_json.place("results", key, one["chapter"])[0]
            entry = BeautifulSoup(read(f"{page}.html"), "lxml").find(id=key)
            text = " ".join(entry.get_text().split())
            assert one["label"] in text and one["text"] in text and key in text
            assert entry.select_one(".np-program pre").get_text() == published["programs"][one["program"]]
            value, said = one["value"], one["text"].replace(",", "")
            assert ("unrounded" in text) == (isinstance(value, (int, float)) and f"{value:g}" != said), key
            for name in one["rows"]:
                assert entry.select(f'a[href="../rows/{name}.html"]')

    @pytest.mark.parametrize("name", [one["name"] for one in data.package()["resources"]])
    def test_every_row_has_an_address_and_leads_to_what_rests_on_it(self, name, published):
        soup = BeautifulSoup(read(f"rows/{name}.html"), "lxml")
        entries = {one["id"]: one for one in soup.select(".np-entry")}
        keys = data.row_names(name)
        assert sorted(entries) == sorted(re.sub(r"\s", "_", key) for key in keys)
        whole = {
            link["href"]
            for link in soup.select("section > details .np-resting a")
            if not link.find_parent(class_="np-entry")
        }
        for key in keys:
            rests = {
                "../{}.html#{}".format(*results_json.place(kind, one, entry["chapter"]))
                for kind in ("results", "claims", "figures")
                for one, entry in published[kind].items()
                if key in entry["rows"].get(name, ())
            }
            own = entries[re.sub(r"\s", "_", key)]
            assert {unquote(link["href"]) for link in own.select(".np-resting a")} | whole == rests

    def test_links_of_both_lead_somewhere(self):
        known = {}
        for page in [*random.Random(7).sample(ROWS, 6), RESULTS[0]]:
            for address in set(re.findall(r'href="(\.\./[^"]+\.html)#([^"]+)"', read(page))):
                target = address[0].removeprefix("../")
                if target not in known:
                    known[target] = ids(target)
                assert unquote(address[1]) in known[target], (page, address)


class TestCard:
    def test_a_press_opens_it_and_what_it_says_is_the_entry(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        number(opened, "referrals.cagr").click()
        card = opened.locator(OPEN)
        expect(card).to_contain_text("Average yearly growth of referrals")
        expect(card).to_contain_text("0.4662914792600463")
        expect(card.get_by_role("link", name="2018", exact=True)).to_have_attribute(
            "href", re.compile("rows/referrals.html#2018$")
        )
        assert opened.evaluate("document.activeElement.id") == "np-card-title"
        opened.keyboard.press("Escape")
        expect(card).to_have_count(0)
        expect(number(opened, "referrals.cagr")).to_be_focused()
        assert opened.complaints == [] and all(one.startswith((site, "data:")) for one in opened.asked)

    def test_a_number_in_a_caption_opens_too(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/chapters/05-limitations.html")
        opened.locator('figcaption a.np-result[data-result="dropout.quoted"]').first.click()
        expect(opened.locator(OPEN)).to_contain_text("18%")
        caption = 'caption a.np-result[data-result="sample.parents.n"]'
        opened.goto(f"{site}/chapters/02-method.html")
        expect(opened.locator(caption)).to_have_text("10")

    def test_it_leaves_the_number_in_sight_and_ends_within_the_window(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/chapters/02-method.html")
        for at in (0.1, 0.5, 0.9):
            link = number(opened, "sample.rare")
            link.evaluate(
                "(one, at) => scrollBy({ top: one.getBoundingClientRect().top - at * 900, behavior: 'instant' })",
                at,
            )
            link.click()
            opened.locator(f"{OPEN} summary").first.click()
            box, own = opened.locator(OPEN).bounding_box(), link.bounding_box()
            assert box["y"] >= 0 and box["y"] + box["height"] <= 900
            assert box["y"] >= own["y"] + own["height"] or box["y"] + box["height"] <= own["y"]
            opened.keyboard.press("Escape")

    def test_a_claim_says_what_was_compared_with_both_values(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        opened.locator('a.np-claim[data-result="average-growth-lower-if-short"]').first.click()
        card = opened.locator(OPEN)
        for said in ("This holds.", "0.243867", "0.299715", "0.466291", "would be false"):
            expect(card).to_contain_text(said)

    def test_on_a_phone_it_is_a_sheet_with_its_own_way_out(self, site, tab):
        opened = tab(390, "dark")
        look(opened, f"{site}/{CHAPTER}")
        number(opened, "referrals.last").dispatch_event("click")
        card = opened.locator(OPEN)
        expect(card).to_be_visible()
        box = card.bounding_box()
        assert box["x"] == 0 and box["width"] == 390 and box["y"] + box["height"] == pytest.approx(900, abs=2)
        assert axe(opened, "link-in-text-block") + pale(opened) == []
        card.get_by_role("button", name="Close").click()
        expect(card).to_have_count(0)

    def test_until_asked_for_the_page_has_one_stop_more_and_no_underline(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        expect(opened.locator(".np-holds")).to_be_visible()
        stops = "a[data-result][href], a[data-result][tabindex], a[data-result][role]"
        assert opened.locator(stops).count() == 0
        line = "one => getComputedStyle(one).textDecorationLine"
        assert number(opened, "referrals.cagr").evaluate(line) == "none"
        opened.locator(".np-holds").press("Enter")
        expect(opened.locator(".np-holds")).to_have_attribute("aria-pressed", "true")
        links = opened.locator("a[data-result]").count()
        assert opened.locator('a[data-result][href][role="button"]').count() == links > 80
        assert number(opened, "referrals.cagr").evaluate(line) == "underline"
        opened.evaluate(AXE)
        assert axe(opened) == []
        opened.locator(".np-holds").press("Enter")
        assert opened.locator(stops).count() == 0

    def test_while_it_is_on_the_keyboard_opens_what_it_reaches(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        opened.locator(".np-holds").press("Enter")
        for key in ("Enter", " "):
            number(opened, "referrals.first").press(key)
            expect(opened.locator(OPEN)).to_contain_text("59")
            opened.keyboard.press("Escape")
            expect(number(opened, "referrals.first")).to_be_focused()

    def test_a_program_can_be_copied_and_runs_alone(self, site, tab):
        opened = tab()
        opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
        opened.goto(f"{site}/{CHAPTER}")
        number(opened, "referrals.cagr").click()
        opened.locator(f"{OPEN} summary").first.click()
        opened.locator(OPEN).get_by_role("button", name="Copy").click()
        expect(opened.locator(OPEN)).to_contain_text("Copied")
        code = opened.evaluate("navigator.clipboard.readText()")
        done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
        assert done.returncode == 0 and "referrals.cagr = 46.6%" in done.stdout, done.stderr

    def test_a_value_of_the_readers_own_run_stands_in_its_place(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        expect(opened.locator(".np-holds")).to_be_visible()
        say = "detail => document.dispatchEvent(new CustomEvent('newpip:result', { detail }))"
        opened.evaluate(say, {"key": "referrals.last", "text": "190", "value": 190})
        expect(number(opened, "referrals.last")).to_have_text("190")
        expect(number(opened, "referrals.last")).to_have_class(re.compile("np-own"))
        opened.evaluate(say, {"key": "referrals.last", "text": "186", "value": 186})
        expect(number(opened, "referrals.last")).not_to_have_class(re.compile("np-own"))

    def test_where_the_entry_cannot_be_fetched_its_page_is_opened(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        opened.route(
            "**/results/*.html",
            lambda route: route.abort() if route.request.resource_type == "fetch" else route.continue_(),
        )
        number(opened, "referrals.cagr").click()
        opened.wait_for_url("**/results/01-background.html#referrals.cagr")


class TestWithoutIt:
    def test_without_scripts_a_number_is_an_underlined_link(self, site, tab):
        opened = tab(scripts=False)
        opened.goto(f"{site}/{CHAPTER}")
        assert (
            number(opened, "referrals.cagr").evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
        )
        assert not opened.locator(".np-holds").is_visible()
        number(opened, "referrals.cagr").click()
        opened.wait_for_url("**/results/01-background.html#referrals.cagr")
        assert opened.locator("[id='referrals.cagr']").get_by_text("0.4662914792600463").is_visible()

    def test_from_a_disk_it_is_one_too(self, tab):
        opened = tab()
        opened.goto((HTML / CHAPTER).as_uri())
        assert (
            number(opened, "referrals.cagr").evaluate("one => getComputedStyle(one).textDecorationLine") == "underline"
        )
        number(opened, "referrals.cagr").click()
        opened.wait_for_url("file:**/results/01-background.html#referrals.cagr")

    def test_paper_has_no_marks(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTER}")
        expect(opened.locator(".np-holds")).to_be_visible()
        opened.emulate_media(media="print")
        assert not opened.locator(".np-claim").first.is_visible()
        assert not opened.locator(".np-holds").is_visible()
        assert number(opened, "referrals.cagr").evaluate("one => getComputedStyle(one).textDecorationLine") == "none"


class TestPages:
    @pytest.mark.parametrize("page", [RESULTS[0], "rows/referrals.html", "rows/participants.html"])
    def test_axe_finds_nothing(self, page, site, tab):
        opened = tab(390)
        look(opened, f"{site}/{page}")
        assert axe(opened, "link-in-text-block") + pale(opened) == []
        assert opened.evaluate("document.documentElement.scrollWidth") <= 390

    def test_words_are_looked_for_among_the_entries(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{RESULTS[0]}")
        field = opened.get_by_label("Look for")
        field.fill("average yearly GROWTH cagr.opened_june")
        expect(opened.locator(".np-entry:visible h2").first).to_contain_text("if the service opened in June")
        shown = opened.locator(".np-entry:visible").count()
        assert 0 < shown < opened.locator(".np-entry").count()
        field.fill("no such words at all")
        expect(opened.locator(".np-filter [role=status]")).to_have_text("None has these words.")
        field.fill("average yearly GROWTH cagr.opened_june")
        expect(opened.locator(".np-filter [role=status]")).to_have_text(re.compile(rf"^{shown} of "))
