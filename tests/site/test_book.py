"""The book as built: private, legible on a phone, numbered, described, and holding every promised result."""

import json
import math
import re

import jsonschema
import pytest
from bs4 import BeautifulSoup

from tests.helpers import CHAPTERS, HTML, PAGES, ROOT, mostly_at_night, read

THREE = ("estimate", "low", "high")
PROMISED = {
    *("sample.parents.n", "sample.professionals.n", "sample.parents.not_white_british.upper_exact"),
    *(
        f"sample.{name}.{part}"
        for name in ("parent_response", "professional_response", "women_parents")
        for part in THREE
    ),
    *(f"sample.families_per_referral.{part}" for part in THREE),
    *(f"referrals.growth.{name}" for name in ("2018", "2019", "2020", "2018.opened_may", "2018.opened_june")),
    *("referrals.cagr", "referrals.doubling_years", "referrals.slowdown.p", "referrals.window.calendar.p"),
    *(
        f"referrals.trend.{reading}.{part}"
        for reading in ("as_printed", "opened_may", "opened_june")
        for part in ("rate_ratio", "low", "high", "deviance")
    ),
    *("themes.excerpts.n", "themes.excerpts.parents_share", "themes.gini_words", "themes.effective_voices"),
    *("themes.never_quoted", "themes.chao2.fine", "themes.chao2.grouped"),
    *(f"services.{name}.{part}" for name in ("abc_pip.relationship", "norfolk.remained") for part in THREE),
    *(f"services.pool.{part}" for part in ("tau2", *THREE, "hk_low", "hk_high")),
    *("dropout.bounds.90.low", "dropout.bounds.90.high", "dropout.delta.90.minus2", "dropout.frame.families.low"),
    *(f"dropout.tipping.{share}" for share in (100, 90, 80)),
    *(f"dropout.probabilistic.10of10.{part}" for part in ("mean", "low", "high")),
    "dropout.selection.psi_to_half",
    "capacity.families_per_referral",
    *(f"capacity.{name}.{end}" for name in ("caseload", "caseload_per_post") for end in ("low", "high")),
    *(f"capacity.fluid.{name}wait_end_2020" for name in ("", "leaving.", "leaving_soon.")),
    *(
        f"capacity.simulated.{name}wait_end_2020.{part}"
        for name in ("", "leaving.", "leaving_soon.")
        for part in (*THREE, "error")
    ),
    *(
        f"dropout.ipw.{mechanism}.{estimator}.bias"
        for mechanism in ("mar", "mnar")
        for estimator in ("complete_case", "ipw", "aipw")
    ),
}


def test_there_are_pages():
    assert len(CHAPTERS) == len(list((ROOT / "chapters").glob("*.ipynb"))) >= 7
    assert "book/index.html" in PAGES and (HTML / "index.html").exists()


def test_every_promised_result_is_published():
    published = json.loads((HTML / "results.json").read_text(encoding="utf-8"))
    assert published["schema"] == 2
    assert published["results"].keys() >= PROMISED, PROMISED - published["results"].keys()
    for entry in published["results"].values():
        assert f"{entry['chapter']}.html" in CHAPTERS
        assert not isinstance(entry["value"], float) or math.isfinite(entry["value"])


def test_results_are_as_their_schema_describes_them_and_used_where_they_are_cited():
    published = json.loads((HTML / "results.json").read_text(encoding="utf-8"))
    jsonschema.validate(published, json.loads((HTML / "results.schema.json").read_text(encoding="utf-8")))
    entries = [one for kind in ("results", "claims", "figures") for one in published[kind].values()]
    assert {f"{page}.html" for one in entries for page in one["used_in"]} <= {*PAGES, "slides/index.html"}
    assert all(one["used_in"] for one in published["claims"].values())
    slides = " ".join(BeautifulSoup(read("slides/index.html"), "html.parser").get_text().split())
    shown = [one for one in published["claims"].values() if "slides/index" in one["used_in"]]
    assert len(shown) >= 9
    for key in ("sample.parents.n", "dropout.frame.families.low"):  # on the first slide and the last
        assert "slides/index" in published["results"][key]["used_in"] and published["results"][key]["text"] in slides


@pytest.mark.parametrize("page", mostly_at_night(PAGES, every=3))
def test_no_page_scrolls_sideways(page, site, tab):
    opened = tab()
    opened.goto(f"{site}/{page}")
    for width, scheme in ((1280, "light"), (390, "dark"), (320, "light")):
        opened.set_viewport_size({"width": width, "height": 900})
        opened.emulate_media(color_scheme=scheme)
        assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("page", CHAPTERS)
def test_figures_are_numbered_captioned_and_described(page, site, tab):
    opened = tab()
    opened.goto(f"{site}/{page}")
    figures = opened.eval_on_selector_all(
        "figure.np-figure",
        """all => all.map(one => ({
            alt: one.querySelector("svg[role=img]")?.getAttribute("aria-label") ?? "",
            number: one.querySelector(".caption-number")?.textContent ?? "",
            title: one.querySelector("figcaption:first-child .caption-text")?.textContent ?? "",
            reading: one.querySelector("figcaption:first-child .np-how")?.textContent ?? "",
            files: [...one.querySelectorAll(".np-offer a.download")].map(link => link.getAttribute("href")),
        }))""",
    )
    assert len(figures) >= 2
    for figure in figures:
        assert len(figure["alt"]) > 40 and len(figure["reading"]) > 15
        assert 25 < len(figure["title"]) < 100 and figure["title"].endswith(".")
        assert re.fullmatch(r"Fig\. \d+\.\d+ ", figure["number"])
        assert [name.rsplit(".", 1)[1] for name in figure["files"]] == ["csv", "svg", "png", "ipynb"]
        for name in figure["files"]:
            assert opened.request.get(f"{site}/chapters/{name}").ok


@pytest.mark.parametrize("page", CHAPTERS)
def test_ids_are_unique(page):
    ids = re.findall(r'\bid="([^"]+)"', read(page))
    assert sorted(name for name in set(ids) if ids.count(name) > 1) == []


@pytest.mark.parametrize("page", CHAPTERS)
def test_pictures_use_only_the_colours_that_follow_the_page(page):
    for picture in re.findall(r"<svg role=.*?</svg>", read(page), flags=re.DOTALL):
        loose = re.sub(r"var\(--np-\w+, #\w+\)", "", picture)
        assert re.findall(r"#[0-9a-f]{6}\b", loose) == []


@pytest.mark.parametrize("page", PAGES)
def test_no_number_or_reference_was_left_open(page):
    text = re.sub(r"<(code|pre)\b.*?</\1>", "", read(page), flags=re.DOTALL)  # where syntax is shown
    assert not re.search(r"\{(glue|claim|result|numref|term|cite|ref)[:}]", text)
    assert "None:None" not in text and 'class="pasted-text">?<' not in text


def test_long_tables_can_be_sorted_and_searched_by_keyboard(site, tab):
    opened = tab()
    opened.goto(f"{site}/chapters/09-ledger.html")
    table = opened.locator("table.np-long").last
    rows = table.locator("tbody tr").count()
    search = opened.locator(".np-filter input").last
    search.fill("zzz nowhere")
    opened.locator(".np-filter output").last.get_by_text(f"0 of {rows} rows").wait_for()
    search.fill("")
    opened.locator(".np-more").last.get_by_text(f"of {rows} rows").wait_for()
    heading = table.locator("thead th").first
    heading.locator("button").press("Enter")
    assert heading.get_attribute("aria-sort") == "ascending"


def test_rows_can_be_chosen_by_the_values_of_a_column(site, tab):
    opened = tab(390)
    opened.goto(f"{site}/chapters/04-discussion.html")
    domain, design = opened.get_by_label("Domain", exact=True), opened.get_by_label("Design", exact=True)
    box = opened.locator(".np-filter").filter(has=domain)
    table = opened.locator(f"#{domain.get_attribute('aria-controls')}")
    rows = table.locator("tbody tr")
    everything = rows.count()
    opened.locator(".np-frame").filter(has=domain).get_by_role("button", name="Show all").press("Enter")
    domain.focus()
    opened.keyboard.type("Baby")
    baby = rows.filter(visible=True).count()
    assert 0 < baby < everything
    assert set(rows.filter(visible=True).locator("td").nth(0).all_inner_texts()) == {"Baby"}
    design.select_option("Randomised trial")
    trials = rows.filter(visible=True).count()
    assert 0 < trials < baby
    assert box.locator("output").inner_text() == f"{trials} of {everything} rows"
    for select in (domain, design):
        select.select_option(label="All")
    assert rows.filter(visible=True).count() == everything


def test_the_list_of_claims_is_whole():
    text = read("book/claims.html")
    assert text.count("<tr") > 100 and ">no<" not in text


def test_the_dark_scheme_changes_the_pictures(site, tab):
    colours = []
    for scheme in ("light", "dark"):
        opened = tab(scheme=scheme)
        opened.goto(f"{site}/{CHAPTERS[0]}")
        colours.append(opened.eval_on_selector("figure.np-figure svg text", "one => getComputedStyle(one).fill"))
    assert colours[0] != colours[1]


def test_a_chapter_can_be_read_with_scripts_off(site, tab):
    opened = tab(scripts=False)
    opened.goto(f"{site}/{CHAPTERS[0]}")
    assert opened.locator("article h1").inner_text() and opened.locator("figure.np-figure svg").first.is_visible()


def test_tests_wait_for_functions_and_not_for_text():
    """The pages' policy lets text be evaluated at the first look alone: a test that looks again would fail."""
    waits = [
        (path.name, found[1])
        for path in (ROOT / "tests" / "site").glob("*.py")
        for found in re.finditer(r'wait_for_function\(\s*f?("+[^\n]*)', path.read_text(encoding="utf-8"))
    ]
    assert len(waits) > 10 and [one for one in waits if "=>" not in one[1]] == []
