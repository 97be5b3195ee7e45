"""Ways through a page: the bar of a phone, the list of sections, links that can be copied, previews."""

import re

import pytest

from tests.helpers import CHAPTERS, HTML, PAGES, read

LONG, TOOL = CHAPTERS[3], CHAPTERS[6]
BOX = "one => one.getBoundingClientRect().toJSON()"
MARKED = "() => [...document.querySelectorAll('.np-toc [aria-current]')].map(one => one.hash.slice(1))"


def box(locator):
    return locator.evaluate(BOX)


def settle(opened):
    """Wait until the page has stopped scrolling."""
    opened.evaluate(
        """() => new Promise(done => { let before = -1;
            const look = () => before === scrollY ? done() : (before = scrollY, setTimeout(look, 150)); look(); })"""
    )


@pytest.fixture
def page(site, tab):
    """Open a page of the book."""

    def opener(name=LONG, width=1280, **settings):
        opened = tab(width, **settings)
        opened.goto(f"{site}/{name}")
        return opened

    return opener


class TestBar:
    def test_it_stays_names_the_section_and_leads_to_the_others(self, page):
        opened = page(width=390, motion="reduce")
        strip, here = opened.locator(".np-strip"), opened.locator(".np-here")
        wanted = here.locator("nav a").nth(5)
        here.locator("summary").press("Enter")
        wanted.click()
        settle(opened)
        assert strip.evaluate("one => one.offsetHeight") <= 48 and box(strip)["top"] == 0
        heading = opened.locator(f"{wanted.get_attribute('href')} > :is(h2, h3)")
        assert box(strip)["bottom"] < box(heading)["top"] < 120 and not wanted.is_visible()
        opened.wait_for_function("() => document.querySelector('.np-here [aria-current=true]')")
        assert opened.locator(".np-now").inner_text() in heading.inner_text()
        here.locator("summary").press("Enter")
        opened.keyboard.press("Tab")
        opened.keyboard.press("Escape")
        assert not wanted.is_visible() and here.locator("summary").evaluate("one => one === document.activeElement")
        opened.locator(".np-menu summary").press("Enter")
        here.locator("summary").press("Enter")
        assert not opened.locator(".np-menu nav").is_visible() and here.locator("nav").is_visible()

    def test_it_brings_the_search_to_the_reader_and_leads_up(self, page):
        opened = page(width=390, motion="reduce")
        opened.evaluate("scrollTo(0, 3000)")
        opened.locator(".np-seek").press("Enter")
        field = opened.locator("#np-q")
        assert field.evaluate("one => one === document.activeElement") and 40 <= box(field)["top"] < 80
        opened.keyboard.press("Escape")
        assert opened.locator(".np-seek").evaluate("one => one === document.activeElement")
        assert opened.evaluate("scrollY") == 3000
        opened.locator(".np-up").press("Enter")
        settle(opened)
        assert opened.evaluate("scrollY") == 0 and opened.complaints == []

    @pytest.mark.parametrize("name", [LONG, TOOL])
    @pytest.mark.parametrize(("width", "height"), [(320, 180), (844, 390)])
    def test_what_stays_takes_no_more_than_a_little_of_a_low_window(self, width, height, name, page):
        opened = page(name)
        opened.set_viewport_size({"width": width, "height": height})
        stays = """() => [...document.querySelectorAll('.np-strip, .np-tool .np-status')]
            .reduce((sum, one) => sum + (getComputedStyle(one).position === 'sticky') * one.offsetHeight, 0)"""
        assert opened.evaluate(stays) <= 0.15 * height

    def test_without_scripts_the_list_keeps_off_what_it_leads_to(self, page):
        opened = page(width=390, scripts=False)
        opened.locator(".np-here summary").press("Enter")
        link = opened.locator(".np-here nav a").nth(3)
        link.click()
        heading = opened.locator(f"{link.get_attribute('href')} > :is(h2, h3, h4)")
        heading.wait_for()
        assert box(opened.locator(".np-here nav"))["top"] > 450

    @pytest.mark.parametrize("name", PAGES)
    def test_every_section_of_a_page_is_listed(self, name):
        text = read(name)
        sections = re.findall(r'<section id="([^"]+)">(?:\s*<span[^>]*></span>)*\s*<h2', text)
        listed = re.search(r'<nav class="np-toc".*?</nav>', text, re.DOTALL)
        assert bool(listed) == (len(sections) > 1)
        assert not listed or {f"#{one}" for one in sections} <= set(re.findall(r'href="([^"]+)"', listed[0]))


class TestList:
    def test_it_stands_beside_the_article_and_marks_the_section_that_is_read(self, page):
        opened = page(motion="reduce")
        listed, column = opened.locator(".np-toc"), opened.locator(".np-column")
        assert not opened.locator(".np-contents").is_visible()
        for width, columns in ((1200, 2), (1920, 3)):
            opened.set_viewport_size({"width": width, "height": 900})
            assert opened.locator(".np-contents").is_visible() == (columns == 3)
            assert box(column)["right"] <= box(listed)["left"] and box(listed)["right"] <= width
            room = listed.evaluate("one => getComputedStyle(one).getPropertyValue('--np-toc-width')")
            assert listed.evaluate("one => one.offsetWidth") == 16 * float(room.removesuffix("rem")) <= 16 * 17
        assert opened.evaluate(MARKED) in ([], ["the-question"])
        listed.locator("a").nth(6).click()
        wanted = opened.evaluate("location.hash.slice(1)")
        opened.wait_for_function(f"() => ({MARKED})().join() === {wanted!r}")
        assert box(listed)["top"] >= 0 and listed.locator("[aria-current=true]").is_visible()
        cited = listed.locator(".np-cited a")
        opened.locator(".np-toc a[href='#what-trials-found']").click()
        opened.wait_for_function(f"() => ({MARKED})().join() === 'what-trials-found'")
        sources = "#what-trials-found .bibtex-citation a"
        targets = cited.evaluate_all("all => all.map(one => one.href)")
        assert len(targets) == len(set(targets)) > 5
        assert set(targets) == set(opened.locator(sources).evaluate_all("all => all.map(one => one.href)"))
        cited.nth(0).hover()
        opened.locator(".np-tip", has_text="doi").wait_for()
        opened.locator(".np-toc a[href='#exercises']").click()
        opened.locator(".np-cited").wait_for(state="hidden")
        opened.set_viewport_size({"width": 1199, "height": 900})
        assert not listed.is_visible() and opened.locator(".np-here").is_visible()


class TestAddresses:
    def test_headings_figures_and_tables_have_one_each_with_a_name_of_its_own(self, page):
        opened = page()
        links = opened.eval_on_selector_all(".headerlink", "all => all.map(one => [one.hash, one.ariaLabel])")
        kinds = "article section:has(> :is(h1, h2, h3, h4)), article figure.np-figure, article table.np-table"
        ids = opened.eval_on_selector_all(kinds, "all => all.map(one => '#' + one.id)")
        assert {place for place, _ in links} == set(ids)
        names = [name for _, name in links]
        assert len(set(names)) == len(names) and all(name.startswith("Link to ") for name in names)
        assert "Link to Fig. 4.1" in names and "Link to this section: The answer" in names

    def test_a_sign_is_shown_on_pointing_and_copies_its_address(self, page):
        opened = page()
        opened.context.grant_permissions(["clipboard-read", "clipboard-write"])
        heading, link = (opened.locator(f"#the-answer > {one}") for one in ("h2", ".headerlink"))
        assert link.evaluate("one => getComputedStyle(one).opacity") == "0"
        heading.hover()
        assert link.evaluate("one => getComputedStyle(one).opacity") == "1"
        link.click()
        opened.locator("[role=status]", has_text="Copied").wait_for()
        assert opened.evaluate("navigator.clipboard.readText()") == opened.url and opened.url.endswith("#the-answer")


class TestPreviews:
    KINDS = (
        ("a:has(> .std-numref):has-text('Fig. 4.1')", "figure svg:visible", "Fig. 4.1"),
        ("a:has(> .std-numref):has-text('Table 4.6')", "tbody tr:nth-child(4):last-child", "more rows"),
        ("a:has(> .std-term)", "p", ""),
        (".bibtex-citation a", "p", "2025"),
    )

    @pytest.mark.parametrize("way", ["hover", "focus"])
    def test_figures_tables_terms_and_sources_are_shown_until_escape(self, way, page):
        opened = page()
        assert not any("previews.js" in url or "glossary.html" in url for url in opened.asked), "before anyone asked"
        for found, shown, said in self.KINDS:
            link, tip = opened.locator(f"article {found}").first, opened.locator("[role=tooltip]")
            getattr(link, way)()
            tip.locator(shown).first.wait_for()
            assert said in tip.inner_text() and link.get_attribute("aria-describedby") == tip.get_attribute("id")
            assert tip.locator("[href], [tabindex], button").count() == 0
            opened.keyboard.press("Escape")
            tip.wait_for(state="hidden")
        assert opened.complaints == []

    def test_one_can_be_pointed_at_and_goes_when_left(self, page):
        opened = page(width=390)
        link, tip = opened.locator(".bibtex-citation a").first, opened.locator("[role=tooltip]")
        link.hover()
        tip.wait_for()
        tip.hover()
        opened.evaluate("new Promise(done => setTimeout(done, 400))")  # due after the timer that would hide it
        assert tip.is_visible() and opened.evaluate("document.documentElement.scrollWidth") <= 390
        opened.mouse.move(1, 899)
        tip.wait_for(state="hidden")

    def test_a_touch_shows_it_and_the_next_goes_there(self, page):
        opened = page(width=390)
        link = opened.locator(".bibtex-citation a").first
        touch = (
            "one => { one.dispatchEvent(new PointerEvent('pointerdown', { pointerType: 'touch', bubbles: true }));"
            " one.click(); }"
        )
        link.evaluate(touch)
        opened.locator("[role=tooltip]", has_text="Touch the link again").wait_for()
        assert opened.url.endswith(LONG)
        link.evaluate(touch)
        opened.wait_for_url("**/bibliography.html#*")

    def test_from_a_disk_links_just_lead_there(self, tab):
        opened = tab()
        opened.goto((HTML / LONG).as_uri())
        link = opened.locator(".bibtex-citation a").first
        link.hover()
        opened.wait_for_function("() => window.newpipPreviews")
        link.click()
        opened.wait_for_url("**/bibliography.html#*")
        assert opened.locator("[role=tooltip]").count() == 0


class TestColours:
    def test_the_reader_s_own_come_before_the_choice_of_light(self, page):
        opened = page(CHAPTERS[0], scheme="dark")
        opened.evaluate("localStorage.setItem('newpip-colours', 'light')")
        try:
            opened.emulate_media(color_scheme="dark", forced_colors="active")
            opened.reload()
            text = opened.locator("figure.np-figure svg text").first
            assert opened.evaluate("document.documentElement.dataset.theme") == "dark"
            assert text.evaluate("one => getComputedStyle(one).fill") == "rgb(255, 255, 255)"
        finally:
            opened.emulate_media(forced_colors="none")

    def test_a_lost_reader_keeps_the_colours_chosen(self, page):
        opened = page("404.html")
        opened.evaluate("localStorage.setItem('newpip-colours', 'dark')")
        opened.reload()
        assert opened.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"


def test_without_scripts_the_way_back_covers_nothing_of_the_deck(page):
    opened = page("slides/index.html", width=390, scripts=False)
    assert box(opened.locator(".np-deck-nav"))["bottom"] <= box(opened.locator("h1").first)["top"]
