"""Every page as a reader meets it: private, accessible, light, readable without scripts, and found."""

import json
import re

import pytest

from benchmarks.page_weight import weigh
from newpip.draw import COLOURS
from tests.helpers import CHAPTERS, HTML, PAGES, ROOT, Quiet, mostly_at_night, read, served
from tests.site.axe import axe, look, pale

ALL = [*PAGES, "index.html", "search.html", "404.html"]
LOOKED_AT = [page for page in ALL if page != "index.html"]  # which leads on to the cover


class TestAccessible:
    @pytest.mark.parametrize("page", mostly_at_night(LOOKED_AT, every=4))
    def test_axe_finds_nothing_in_light_and_dark(self, page, site, tab):
        opened = tab()
        look(opened, f"{site}/{page}")
        assert axe(opened) + pale(opened) == []
        opened.emulate_media(color_scheme="dark")
        opened.wait_for_function("() => (document.documentElement.dataset.theme ?? 'dark') === 'dark'")
        assert pale(opened) == []

    @pytest.mark.night
    @pytest.mark.parametrize("page", LOOKED_AT)
    def test_axe_finds_nothing_on_a_phone(self, page, site, tab):
        opened = tab(390)
        look(opened, f"{site}/{page}")
        opened.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert axe(opened, "link-in-text-block") == []  # which a width does not change

    @pytest.mark.night
    @pytest.mark.parametrize("page", CHAPTERS)
    def test_axe_finds_nothing_where_code_is_shown(self, page, site, tab):
        opened = tab()
        look(opened, f"{site}/{page}?code")
        assert axe(opened) + pale(opened) == []

    def test_axe_would_find_one_pale_word_and_one_picture_without_words(self, site, tab):
        opened = tab()
        look(opened, f"{site}/{CHAPTERS[0]}")
        opened.locator("article p strong:visible, article p em:visible").last.evaluate(
            "one => one.style.color = '#aaa'"
        )
        assert len(pale(opened)) == 1
        opened.evaluate("document.querySelector('article').append(new Image())")
        assert len(axe(opened)) == 1


class TestPrivate:
    @pytest.mark.parametrize("page", mostly_at_night(ALL, every=3))
    def test_a_page_asks_no_other_site_keeps_to_its_policy_and_keeps_nothing(self, page, site, tab):
        opened = tab()
        opened.goto(f"{site}/{page}", wait_until="networkidle")
        assert [url for url in opened.asked if not url.startswith((site, "data:"))] == []
        if page != "404.html":  # it looks for the folder that the book is in, and that may fail at first
            assert opened.complaints == []
        assert opened.context.cookies() == []
        assert opened.evaluate("localStorage.length + sessionStorage.length") == 0

    @pytest.mark.parametrize("page", ALL)
    def test_a_policy_stands_before_anything_it_should_hold_to(self, page):
        text = read(page)
        policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
        assert not re.search(r"<(script|link|style|img)\b", text[: policy.start()])
        rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
        assert rules["default-src"] == "'none'" and "'unsafe-inline'" not in rules["script-src"]
        assert "'unsafe-eval'" not in rules["script-src"] and "'unsafe-inline'" not in rules["style-src-elem"]
        assert "*" not in policy[1] and "http" not in policy[1]
        assert ("'wasm-unsafe-eval'" in rules["script-src"]) == (page in CHAPTERS)
        assert not re.search(r"<[^>]+\son[a-z]+=", re.sub(r"<script.*?</script>", "", text, flags=re.DOTALL))

    def test_the_browser_holds_the_page_to_it(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTERS[0]}")
        opened.evaluate(
            """() => {
                window.seen = [];
                document.addEventListener("securitypolicyviolation", event => seen.push(event.effectiveDirective));
                const script = document.createElement("script");
                script.textContent = "window.ran = true";
                const picture = document.createElement("img");
                picture.src = "http://127.0.0.1:9/spy.png";
                const style = document.createElement("style");
                style.textContent = "body { display: none }";
                document.body.append(script, picture, style);
                fetch("http://127.0.0.1:9/").catch(() => 0);
            }"""
        )
        opened.wait_for_function("() => seen.length >= 4")
        broken = ["connect-src", "img-src", "script-src-elem", "style-src-elem"]
        assert opened.evaluate("seen.sort()") == broken and opened.evaluate("window.ran") is None


class TestLight:
    @pytest.mark.parametrize("page", mostly_at_night(PAGES, every=3))
    def test_a_page_is_light_and_nothing_jumps(self, page, site, browser):
        seen = weigh(browser, f"{site}/{page}")
        assert seen["requests"] <= 20 and seen["elsewhere"] == 0
        assert 5 < seen["kilobytes"] < 300
        assert seen["cls"] < 0.02

    @pytest.mark.parametrize("page", PAGES)
    def test_a_page_loads_no_script_that_it_has_no_use_for(self, page):
        names = set(re.findall(r'<script[^>]* src="[^"]*?([\w.-]+)(?:\?[^"]*)?"', read(page)))
        assert "theme.js" in names
        assert ("sortable.js" in names) == ("np-long" in read(page))
        assert ("figures.js" in names) == ("np-picture" in read(page))
        assert not names & {"searchindex.js", "searchtools.js", "doctools.js", "sphinx_highlight.js"}


class TestWithoutScripts:
    @pytest.mark.parametrize("page", mostly_at_night(PAGES, every=3))
    def test_everything_can_be_read(self, page, site, tab):
        opened = tab(390, "dark", scripts=False)
        opened.goto(f"{site}/{page}")
        assert opened.locator("article h1").is_visible()
        for part in opened.locator("article > section > section > h2").all():
            assert part.is_visible()
        menu = opened.locator(".np-menu")
        assert not menu.locator("nav a").first.is_visible()
        menu.locator("summary").press("Enter")
        assert menu.locator("nav a").last.is_visible()
        assert not opened.locator(".np-scheme").is_visible()

    def test_the_colours_follow_the_system(self, site, tab):
        shown = {}
        for scheme in ("light", "dark"):
            opened = tab(scheme=scheme, scripts=False)
            opened.goto(f"{site}/{CHAPTERS[0]}")
            shown[scheme] = opened.locator(".np-header").screenshot()
        assert shown["light"] != shown["dark"]


class TestKeyboard:
    def test_the_first_stop_leads_to_the_text(self, site, tab):
        opened = tab()
        opened.goto(f"{site}/{CHAPTERS[0]}")
        opened.keyboard.press("Tab")
        skip = opened.locator(".np-skip")
        assert skip.evaluate("one => one === document.activeElement && one.getBoundingClientRect().left >= 0")
        opened.keyboard.press("Enter")
        assert opened.evaluate("document.activeElement.id") == "main-content"

    @pytest.mark.parametrize("width", [390, 1280])
    def test_every_stop_is_outlined_and_in_view(self, width, site, tab):
        opened = tab(width)
        opened.goto(f"{site}/{CHAPTERS[-1]}")
        seen = set()
        for _ in range(90):
            opened.keyboard.press("Tab")
            name, outline, wide = opened.evaluate(
                """() => { const one = document.activeElement, box = one.getBoundingClientRect();
                    return [one.outerHTML.slice(0, 300), getComputedStyle(one).outlineStyle, box.width]; }"""
            )
            if name.startswith("<body"):
                break
            assert outline != "none" and wide > 1, name
            seen.add(name)
        assert len(seen) > 25

    def test_boxes_are_stops_while_they_scroll(self, site, tab):
        for width, wanted in ((320, True), (1280, False)):
            opened = tab(width)
            opened.goto(f"{site}/{CHAPTERS[0]}", wait_until="networkidle")
            boxes = opened.eval_on_selector_all(
                "[data-scrolls]",
                """all => all.filter(one => one.checkVisibility()).map(one => [
                    one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1,
                    one.tabIndex === 0, one.getAttribute("role"), one.ariaLabel ?? ""])""",
            )
            assert any(scrolls for scrolls, *_ in boxes) or not wanted
            for scrolls, stop, role, label in boxes:
                assert scrolls == stop and role in ("region", "group") and label

    def test_without_scripts_every_box_is_a_stop(self):
        assert all('tabindex="0"' in box for box in re.findall(r"<[^>]*data-scrolls[^>]*>", read(CHAPTERS[0])))


class TestFindable:
    @pytest.mark.parametrize("page", PAGES)
    def test_machines_learn_what_a_page_is(self, page):
        text = read(page)
        facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
        kinds = {"book/index.html": "Book", "book/data-dictionary.html": "Dataset"}
        assert facts["@type"] == ("ScholarlyArticle" if page in CHAPTERS else kinds.get(page, "WebPage"))
        assert facts["name"] and facts["license"]
        assert 'property="og:title"' in text and 'property="og:site_name"' in text
        assert ('property="og:url"' in text) == ('rel="canonical"' in text) == ("url" in facts)
        assert text.count("<title>") == 1 and '<html lang="en"' in text

    def test_the_dataset_lists_every_table(self):
        text = read("book/data-dictionary.html")
        facts = json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', text)[1])
        package = json.loads((ROOT / "data" / "datapackage.json").read_text(encoding="utf-8"))
        assert [one["name"] for one in facts["hasPart"]] == [one["name"] for one in package["resources"]]

    def test_addresses_once_published_still_lead_somewhere(self):
        """tests/site/addresses.txt may grow; a line of it goes only with a reason."""
        for line in (ROOT / "tests" / "site" / "addresses.txt").read_text(encoding="utf-8").split():
            page, anchor = line.split("#")
            assert f'id="{anchor}"' in read(page), line

    def test_figures_and_tables_are_addressed_by_their_keys(self):
        for page in CHAPTERS:
            keys = set(re.findall(r'class="np-unseen"> of (?!page-)([\w.-]+)<', read(page)))
            assert keys and all(f'id="{key.replace(".", "-").replace("_", "-")}"' in read(page) for key in keys)


class Below(Quiet):
    """A server that holds the book in a folder of a folder, and has 404.html for whatever it does not hold."""

    def translate_path(self, path):
        return super().translate_path(path.removeprefix("/some/book")) if path.startswith("/some/book/") else "/nowhere"

    def send_error(self, code, *rest):
        body = (HTML / "404.html").read_bytes()
        self.send_response(code)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)


@pytest.fixture
def below():
    with served(handler=Below) as address:
        yield address


def test_a_lost_reader_finds_the_cover_from_any_depth(below, tab):
    opened = tab()
    opened.goto(f"{below}/some/book/chapters/gone/for/good.html")
    cover = opened.locator('a[href="/some/book/book/index.html"]')
    cover.wait_for()
    assert opened.evaluate("getComputedStyle(document.body).fontSize") == "18px", "its style was not applied"
    cover.click()
    opened.locator("article h1").wait_for()


def test_the_way_in_leads_to_the_cover(below, tab):
    opened = tab()
    opened.goto(f"{below}/some/book/index.html")
    opened.wait_for_url("**/book/book/index.html")


class TestLook:
    CSS = (ROOT / "book/_ext/newpip_book/theme/templates/static/book.css").read_text(encoding="utf-8")
    THEME = (ROOT / "book/_ext/newpip_book/theme/templates/static/theme.css").read_text(encoding="utf-8")

    def palettes(self):
        """Return the palettes of the style sheets: light, dark as chosen, dark as the system says."""
        found = [
            dict(re.findall(r"--(?:np-)?([\w-]+): (#\w{3,6});", sheet_block))
            for sheet in (self.CSS, self.THEME)
            for sheet_block in re.findall(r":root[^{]*\{(.*?)\}", sheet, re.DOTALL)
            if "#" in sheet_block
        ]
        return [found[place] | found[place + 3] for place in range(3)]

    def test_figures_and_pages_share_one_palette(self):
        light, chosen, system = self.palettes()
        assert {name: light[name] for name in COLOURS if name != "paper"} == {
            name: shade for name, shade in COLOURS.items() if name != "paper"
        }
        assert chosen == system and chosen.keys() == light.keys()

    def test_contrast_is_enough(self):
        for colours in self.palettes()[:2]:
            for name in ("ink", "soft", "parent", "professional", "newpip", "other"):
                assert contrast(colours[name], colours["paper"]) >= 4.5, name
            for name in ("ink", "soft", "code-key", "code-text", "code-number"):
                assert contrast(colours[name], colours["surface"]) >= 4.5, name

    def test_paper_is_white_even_in_the_dark(self, site, tab):
        opened = tab(scheme="dark")
        opened.goto(f"{site}/{CHAPTERS[0]}")
        assert opened.evaluate("document.documentElement.dataset.theme") == "dark"
        opened.emulate_media(media="print")
        assert opened.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(254, 253, 251)"
        assert not opened.locator(".np-header").is_visible() and not opened.locator(".np-contents").is_visible()

    def test_motion_respects_the_reader(self, site, tab):
        for wish, wanted in (("reduce", "auto"), ("no-preference", "smooth")):
            opened = tab(motion=wish)
            opened.goto(f"{site}/{CHAPTERS[0]}")
            assert opened.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == wanted

    def test_nothing_is_asked_for_that_safari_16_lacks(self):
        """Look-behind, scripting queries, ``URLSearchParams.size``, and a shorthand that WebKit refuses."""
        lacking = re.compile(r"\(\?<[=!]|\(scripting|\bgiven\.size|text-decoration: *\w+ +[^;! ]")
        sheets = [*(ROOT / "book/_ext").rglob("*.css"), *(ROOT / "book/_ext").rglob("*.js")]
        assert (
            len(sheets) > 10 and [one.name for one in sheets if lacking.search(one.read_text(encoding="utf-8"))] == []
        )

    def test_the_choice_of_colours_is_kept_and_can_be_undone(self, site, tab):
        opened = tab(scheme="light")
        opened.goto(f"{site}/{CHAPTERS[0]}")
        button = opened.locator(".np-scheme")
        button.press("Enter")
        button.press("Enter")
        opened.goto(f"{site}/{CHAPTERS[1]}")
        assert opened.evaluate("document.documentElement.dataset.theme") == "dark"
        button.press("Enter")
        assert opened.evaluate("localStorage.length") == 0


def contrast(one, other):
    """Return WCAG's contrast ratio of two colours."""

    def light(shade):
        parts = [int(shade[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    dim, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dim + 0.05)
