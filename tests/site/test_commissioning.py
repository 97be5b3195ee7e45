"""The commissioning tool in the book as built: by mouse and keyboard, on a phone, by its address, on paper."""

import json
import re
from functools import partial

import pandas as pd
import pypdfium2
import pytest
from playwright.sync_api import expect

from newpip import scenario
from newpip.data import load
from newpip.grades import GRADES
from tests.helpers import HTML, mostly_at_night
from tests.site.axe import AXE, LEVELS, pale, violations

PAGE = "chapters/07-commissioning.html"
INPUTS, PRESETS = load("scenario_inputs"), load("scenario_presets")
NEWPIP = scenario.preset(INPUTS, PRESETS, "newpip")
READY = "#commissioning-tool[data-ready]"
PROMISED = {
    *(
        f"scenario.newpip.{name}{end}"
        for name in ("referrals", "families", "caseload", "posts", "cost", "cost_per_family", "wait")
        for end in ("", ".low", ".high")
    ),
    *("scenario.evpi", "scenario.evpi.any_size", *(f"scenario.evppi.{name}" for name in scenario.uncertain(NEWPIP))),
}


@pytest.fixture
def tool(site, tab):
    """Open the tool, at an address if one is given."""

    def opener(mark="", **options):
        page = tab(**options)
        page.goto(f"{site}/{PAGE}{mark}")
        page.locator(READY).wait_for()
        return page

    return opener


def shown(page, output):
    """Read a result as the page shows it: the value and its range."""
    row = page.locator(f'.np-shown tr:has([data-output="{output}"])')
    return row.locator("td").all_inner_texts()


def first_sheet(pdf):
    return " ".join(pdf[0].get_textpage().get_text_range().split())


def in_address(page):
    """Read the inputs back from the address, as Python takes them."""
    given = dict(re.findall(r"[&?](\w+)=([^&]+)", page.url.split("#tool")[1]))
    values = {name: [float(one) for one in text.split("~")] for name, text in given.items() if name != "from"}
    rows = {name: three if len(three) == 3 else three * 3 for name, three in values.items()}
    return scenario.check(pd.DataFrame.from_dict(rows, orient="index", columns=NEWPIP.columns))


def estimate(page):
    """Let births, need and the share referred stand in for a count."""
    settle(page, lambda: page.locator("#tool-way").select_option("estimated"))


def enter(field, text):
    """Type into a field, in place of what is there, and press Enter."""
    field.fill(text)
    field.press("Enter")


def settle(page, act):
    """Do something and wait until all that follows from it is shown."""
    before = page.locator("#commissioning-tool").get_attribute("data-ready")
    act()
    page.locator(f'#commissioning-tool[data-ready]:not([data-ready="{before}"])').wait_for()


def test_every_promised_result_is_published():
    published = json.loads((HTML / "results.json").read_text(encoding="utf-8"))["results"]
    assert published.keys() >= PROMISED, PROMISED - published.keys()


def test_the_page_starts_from_the_preset_and_shows_what_python_computes(tool):
    page = tool()
    results = scenario.ranges(NEWPIP)
    posts = results.loc["posts"]
    assert shown(page, "posts") == [f"{posts['central']:.1f}", f"{posts['low']:.1f} to {posts['high']:.1f}"]
    referrals = results.loc["referrals"]
    assert shown(page, "referrals") == [
        f"{referrals['central']:.0f}",
        f"{referrals['low']:.0f} to {referrals['high']:.0f}",
    ]
    assert "#" not in page.url and page.complaints == []


def test_a_scenario_by_hand_typed_into_the_page(tool):
    """A thousand births, half in need, a quarter of them referred, four families for five: a hundred a year."""
    page = tool()
    estimate(page)
    typed = {"births": 1000, "need": 50, "uptake": 25, "acceptance": 80, "dropout": 0, "stay": 6}
    typed |= {"full_caseload": 20, "direct": 50, "post_cost": 50_000, "team": 4}

    for name, value in typed.items():
        if page.locator(f"#tool-{name}").input_value() != str(value):
            settle(page, partial(enter, page.locator(f"#tool-{name}"), str(value)))
    expected = {"referrals": "125", "families": "100", "completing": "100", "caseload": "50", "carried": "10"}
    expected |= {"posts": "5", "cost": "£250,000", "cost_per_family": "£2,500", "team_cost": "£200,000"}
    expected |= {"seen": "80", "wait": "3"}
    assert {name: shown(page, name)[0] for name in expected} == expected
    assert scenario.central(in_address(page))["posts"] == pytest.approx(5)
    settle(page, lambda: page.locator("#tool-way").select_option("counted"))
    settle(page, lambda: enter(page.locator("#tool-referrals"), "250"))
    assert {name: shown(page, name)[0] for name in ("families", "posts")} == {"families": "200", "posts": "10"}


def test_referrals_are_counted_or_estimated_and_only_what_is_used_is_shown(tool):
    page = tool()

    def in_sight():
        return {name for name in scenario.UNCERTAIN if page.locator(f"#tool-{name}").is_visible()}

    assert in_sight() == set(scenario.uncertain(NEWPIP)) and page.locator("#tool-way").input_value() == "counted"
    estimate(page)
    assert in_sight() == set(scenario.ESTIMATED) | set(scenario.WORK)
    assert "referrals" not in in_address(page).index
    settle(page, lambda: page.locator("#tool-preset").select_option("small"))
    small = scenario.preset(INPUTS, PRESETS, "small")
    assert page.locator("#tool-way").input_value() == "estimated"
    assert shown(page, "referrals")[0] == f"{scenario.central(small)['referrals']:.0f}"
    settle(page, lambda: page.locator("#tool-preset").select_option("newpip"))
    assert in_address(page).index.tolist() == NEWPIP.index.tolist()


def test_an_old_address_with_births_need_and_share_referred_still_opens(tool):
    page = tool("#tool?from=newpip&births=1000~1000~1000&need=0.5~0.5~0.5&uptake=0.1~0.25~0.3")
    assert shown(page, "referrals")[0] == "125" and page.locator("#tool-way").input_value() == "estimated"
    assert page.locator('.np-tool > [role="alert"]').inner_text() == ""


def test_what_is_worth_finding_out_is_said_in_posts_and_never_in_pounds(tool):
    page = tool()
    expected, evpi, _ = scenario.perfect_information(NEWPIP)
    unused, missing = (gap.mean(axis=1) for gap in scenario.gaps(scenario.draw(NEWPIP, scenario.points())))
    said = page.locator(".np-shown p", has_text="The choice is between").inner_text()
    for place, team in enumerate((4, 5)):
        assert f"{team} would leave {unused[place]:.2f} unused and {missing[place]:.2f} missing" in said
    assert expected[1] < expected[0] and "5 would be the choice" in said
    size, evpi_any = scenario.any_size(NEWPIP)
    assert f"save {evpi:.2f} posts" in said and f"would be {size:.1f}," in said and f"save {evpi_any:.2f}." in said
    worth = page.locator(".np-bars").last
    assert "Referrals counted" in worth.locator("tbody tr").nth(1).inner_text()
    assert "£" not in said + worth.inner_text()


def test_every_input_says_where_its_default_comes_from(tool):
    page = tool()
    status = INPUTS.set_index("input")["grade"].map(GRADES).str.capitalize()
    assert "range 88 to 186 (published)" in page.locator("#tool-referrals-from").inner_text()
    for name in INPUTS["input"]:
        assert page.locator(f"#tool-{name}-from").text_content().startswith(status[name])
        box = page.locator(f".np-input:has(#tool-{name})")
        assert box.locator("a").first.get_attribute("href").endswith("data-dictionary.html#table-scenario-inputs")
    estimate(page)
    settle(page, lambda: enter(page.locator("#tool-need"), "20"))
    assert page.locator("#tool-need-from").inner_text().startswith("Yours; it was 15%")
    assert 'id="table-scenario-inputs"' in (HTML / "book" / "data-dictionary.html").read_text(encoding="utf-8")


def test_a_moved_value_takes_its_range_along_unless_the_reader_set_it(tool):
    page = tool()
    settle(page, lambda: enter(page.locator("#tool-referrals"), "264"))
    assert in_address(page).loc["referrals"].tolist() == [176, 264, 372]
    box = page.locator(".np-input:has(#tool-referrals)")
    box.locator("summary").click()
    settle(page, lambda: enter(box.locator(".np-ends input").first, "150"))
    settle(page, lambda: enter(page.locator("#tool-referrals"), "270"))
    assert in_address(page).loc["referrals"].tolist() == [150, 270, 372]


def test_the_address_brings_a_colleague_the_same(tool, site):
    page = tool()
    settle(page, lambda: page.locator("#tool-preset").select_option("large"))
    settle(page, lambda: enter(page.locator("#tool-stay"), "9.5"))
    settle(page, lambda: enter(page.locator("#tool-team"), "12"))
    mark = "#" + page.url.split("#")[1]
    assert page.locator("#tool-link").input_value() == page.url
    other = tool(mark)
    assert other.url == page.url
    for name in scenario.OUTPUTS:
        assert shown(other, name) == shown(page, name)
    results = scenario.ranges(in_address(other))
    assert shown(other, "posts")[0] == f"{results.loc['posts', 'central']:.1f}"
    assert other.locator("#tool-preset").input_value() == "large"
    settle(other, lambda: other.get_by_role("button", name="Reset inputs").click())
    assert other.locator("#tool-team").input_value() == "10"


@pytest.mark.parametrize(
    ("mark", "said"),
    mostly_at_night(
        [
            ("#tool?referrals=many~2~3", "Referrals counted: a number was expected"),
            ("#tool?referrals=132", "Referrals counted: a number was expected"),
            ("#tool?dropout=0.2~0.1~0.3", "Leave early: the value must lie between its low and its high one"),
            ("#tool?referrals=88~132~186&births=1~2~3", "gives referrals counted and estimated; the count is used"),
            ("#tool?team=1e99", "Team: a value from 0.5 to 60 was expected"),
            ("#tool?post_cost=1~NaN~Infinity", "Cost of a post: a number was expected"),
            ("#tool?profit=1", "“profit” is not an input"),
            ("#tool?from=<img src=x onerror=alert(1)>", "The area to start from is not known"),
            ("#tool?%E0%A4%A=%&<b>=<b>", "is not an input"),
            ("#tool?constructor=1&__proto__=2", "is not an input"),
        ],
        every=3,
    ),
)
def test_a_bad_address_is_told_and_the_default_used(mark, said, tool):
    page = tool(mark)
    assert said in page.locator('.np-tool > [role="alert"]').inner_text()
    assert shown(page, "posts")[0] == f"{scenario.central(NEWPIP)['posts']:.1f}"
    assert page.complaints == [] and page.locator(".np-tool img, .np-tool b").count() == 0


def test_a_bad_value_is_told_and_the_last_good_one_kept(tool):
    page = tool()
    estimate(page)
    enter(page.locator("#tool-need"), "250")
    problem = page.locator("#tool-need-problem")
    expect(problem).to_contain_text("Need: a value from 1% to 60% was expected. 15% is still used.")
    assert page.locator("#tool-need").get_attribute("aria-invalid") == "true"
    enter(page.locator("#tool-need"), "")
    expect(problem).to_contain_text("Need: a number in per cent was expected.")
    settle(page, lambda: enter(page.locator("#tool-need"), "30"))
    expect(problem).to_be_empty()
    assert shown(page, "referrals")[0] == "192"


@pytest.mark.parametrize(
    ("name", "typed", "shows", "value"),
    mostly_at_night(
        [
            ("births", "3,300", "3,300", 3300),
            ("births", "25 000", "25,000", 25_000),
            ("births", "150000", "150,000", 150_000),
            ("need", "12 %", "12%", 0.12),
            ("need", "12.5", "12.5%", 0.125),
            ("post_cost", "£61,000", "61,000", 61_000),
        ],
        every=3,
    ),
)
def test_numbers_are_taken_as_people_type_them(name, typed, shows, value, tool):
    page = tool()
    estimate(page)
    field = page.locator(f"#tool-{name}")
    settle(page, lambda: enter(field, typed))
    assert field.input_value() == shows and in_address(page).loc[name, "central"] == pytest.approx(value)


def test_a_comma_for_a_point_is_named_and_nothing_is_computed_on_the_way(tool):
    page = tool()
    estimate(page)
    enter(page.locator("#tool-stay"), "7,5")
    expect(page.locator("#tool-stay-problem")).to_contain_text("a point was expected for “7,5”, as in 7.5")
    before = page.url
    births = page.locator("#tool-births")
    births.fill("")
    births.press_sequentially("25000")
    assert page.locator("#tool-births-problem").inner_text() == "" and page.url == before
    settle(page, lambda: births.press("Tab"))
    assert in_address(page).loc["births", "central"] == 25_000


def test_defaults_are_shown_as_people_write_them_and_computed_exactly(tool):
    page = tool()
    assert page.locator("#tool-acceptance").input_value() == "84%"
    settle(page, lambda: enter(page.locator("#tool-stay"), "8"))
    assert in_address(page).loc["acceptance", "central"] == NEWPIP.loc["acceptance", "central"] != 0.84


def test_nothing_is_printed_while_a_field_is_wrong(tool):
    page = tool()
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    enter(page.locator("#tool-stay"), "many")
    page.get_by_role("button", name="Print a one-page brief").click()
    expect(page.get_by_text("Not printed: put right the field that is marked first.")).to_be_visible()
    assert page.evaluate("window.printed") is None
    assert page.evaluate("document.activeElement.id") == "tool-stay"


def test_the_tool_works_by_keyboard_alone(tool):
    page = tool()
    page.locator("#tool-preset").focus()
    reached = set()
    for _ in range(120):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.id || document.activeElement.textContent"))
        if page.evaluate("document.activeElement.id") == "tool-referrals":
            page.keyboard.press("ControlOrMeta+a")
            page.keyboard.type("140")
            settle(page, lambda: page.keyboard.press("Enter"))
        if page.evaluate("document.activeElement.textContent") == "Print a one-page brief":
            break
    assert reached >= {f"tool-{name}" for name in NEWPIP.index} | {
        "Reset inputs",
        "tool-way",
        "tool-watch",
        "tool-link",
        "Copy link",
    }
    assert in_address(page).loc["referrals", "central"] > NEWPIP.loc["referrals", "central"]
    page.locator("#tool-referrals").focus()
    page.keyboard.press("Shift+Tab")
    before = in_address(page).loc["referrals", "central"]
    settle(page, lambda: page.keyboard.press("ArrowRight"))
    assert in_address(page).loc["referrals", "central"] > before


def test_bars_follow_the_output_that_is_watched(tool):
    page = tool()
    rows = page.locator(".np-bars").first.locator("tbody tr")
    assert rows.count() == len(scenario.uncertain(NEWPIP))
    page.locator("#tool-watch").select_option("cost_per_family")
    first = scenario.tornado(NEWPIP, "cost_per_family").loc[0, "input"]
    expect(rows.first).to_contain_text(INPUTS.set_index("input").loc[first, "label"])


@pytest.mark.parametrize(
    ("width", "scheme"), mostly_at_night([(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")], every=2)
)
def test_the_tool_fits_and_is_accessible(width, scheme, tool):
    page = tool(width=width, scheme=scheme)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    for details in page.locator(".np-tool details").all():
        details.evaluate("one => { one.open = true; }")
    enter(page.locator("#tool-direct"), "999")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.evaluate(AXE)
    options = {"runOnly": [*LEVELS, "best-practice"], "rules": {"color-contrast": {"enabled": False}}}
    assert violations(page, ".np-tool", options, least=5) + pale(page) == []


def test_results_are_announced_after_a_pause_and_once(tool):
    page = tool()
    page.evaluate(
        """() => {
        window.said = [];
        const status = document.querySelector(".np-status");
        new MutationObserver(() => window.said.push(status.textContent)).observe(status, { childList: true });
    }"""
    )
    assert page.locator(".np-status").get_attribute("role") == "status"

    def drag():
        page.locator(".np-pair:has(#tool-referrals) input[type=range]").evaluate(
            """one => {
            for (let value = 255; value <= 264; value += 1) {
                one.value = value;
                one.dispatchEvent(new Event("input", { bubbles: true }));
            }
        }"""
        )

    settle(page, drag)
    assert len(page.evaluate("window.said")) <= 3 and "264 referrals" in page.evaluate("window.said").pop()


@pytest.mark.parametrize("mark", ["", "#tool?from=large&" + "&".join(f"{n}=0.5~0.5~0.5" for n in ("need", "uptake"))])
def test_the_brief_is_one_page_with_inputs_results_origins_and_limits(mark, tool):
    page = tool(mark)
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.get_by_role("button", name="Print a one-page brief").click()
    assert page.evaluate("window.printed")
    pdf = pypdfium2.PdfDocument(page.pdf(format="A4", prefer_css_page_size=True))
    assert len(pdf) == 1
    assert [round(side) for side in pdf[0].get_size()] == [595, 842]
    text = first_sheet(pdf)
    used = INPUTS.loc[INPUTS["input"].isin(in_address(page).index if mark else NEWPIP.index), "label"]
    for said in [*used, *(label for label, _ in scenario.OUTPUTS.values()), "Our assumption"]:
        assert said in text, said
    assert shown(page, "posts")[1] in text and "#tool?" in text
    for said in page.locator("#brief-evidence > li").all_inner_texts():
        assert " ".join(said.split()) in text
    assert "The 10 parents and 6 professionals interviewed" in text and "measured no outcome" in text
    assert "Exercises" not in text and "the authors of the study published no costs" in text
    if not mark:
        assert "Illustration from NEWPIP's counts" in text


def test_the_chapter_prints_whole_without_the_brief(tool):
    pdf = pypdfium2.PdfDocument(tool().pdf(format="A4"))
    assert len(pdf) > 3
    assert "what it would take Scenario started" not in first_sheet(pdf)


def test_the_tool_runs_under_a_strict_policy_and_below_a_folder(site, tab):
    page = tab()
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'"
    body = (HTML / PAGE).read_text(encoding="utf-8")

    def answer(route):
        path = HTML / route.request.url.split("/below/a/folder/")[1].split("?")[0].split("#")[0]
        if path.name == "07-commissioning.html":
            route.fulfill(body=body, content_type="text/html", headers={"Content-Security-Policy": policy})
        else:
            route.fulfill(path=path) if path.exists() else route.fulfill(status=404)

    page.route("**/below/a/folder/**", answer)
    page.goto(f"{site}/below/a/folder/{PAGE}")
    page.locator(READY).wait_for()
    assert shown(page, "posts")[0] == f"{scenario.central(NEWPIP)['posts']:.1f}"
    assert [url for url in page.asked if not url.startswith((f"{site}/below/a/folder/", "data:"))] == []
    assert page.evaluate("document.querySelectorAll('.np-tool [style], .np-brief [style]').length") == 0


def test_with_scripts_off_the_page_points_to_its_own_results(site, tab):
    page = tab(scripts=False)
    page.goto(f"{site}/{PAGE}")
    assert "Scripts are off" in page.locator("#commissioning-tool").inner_text()
    assert "Posts needed" in page.locator("#scenario-results").inner_text()
    assert "measured no outcome" in page.locator("#brief-evidence").inner_text()


def test_no_other_page_loads_the_tool():
    for path in HTML.rglob("*.html"):
        if path.name != "07-commissioning.html":
            assert "commissioning.js" not in path.read_text(encoding="utf-8"), path.name


def test_no_field_takes_another_number_than_was_meant(site, tab):
    """Numbers as they are typed, on the way to them and by the wheel: taken as meant, or refused with what to write."""
    page = tab()
    for address in ("chapters/07-commissioning.html", "chapters/11-next-evaluation.html"):
        page.goto(f"{site}/{address}")
        page.wait_for_function("() => globalThis.newpipNumbers")
        read = "([text, unit]) => { const n = newpipNumbers.read(text, unit); return Number.isNaN(n) ? null : n }"
        for text, meant in {
            **{
                "12": 12,
                "3,200": 3200,
                "25 000": 25000,
                "25\u00a0000": 25000,
                "25\u202f000": 25000,
                "1.5": 1.5,
                ".5": 0.5,
            },
            **{"\u00a33,200.50": 3200.5, "0.125": 0.125, "1234": 1234, " 7 ": 7, "1,234,567": 1234567},
            **dict.fromkeys(
                ("12,5", "1.234", "12,50", "1,23", "1.234,5", "1.234.567", "1e", "1e3", "-", "-5", "\u22125")
            ),
            **dict.fromkeys(
                ("", " ", "1,2,3", "1 2", "0x10", "Infinity", "NaN", "5 or 6", "\u0661\u0662", "1/2", "12.", "1_000")
            ),
        }.items():
            assert page.evaluate(read, [text, "people"]) == meant, text
        assert page.evaluate(read, ["12 %", "share"]) == page.evaluate(read, ["12", "share"]) == 0.12
        assert page.locator("article input[type=number]").count() == 0
    field = page.locator(".np-slider-row.np-typed input").first
    output = page.locator(".np-slider-row.np-typed output").first
    before = output.inner_text()
    field.focus()
    page.mouse.wheel(0, 300)
    field.press("Control+A")
    for key in ("1", "2", ",", "5"):
        page.keyboard.press(key)
        assert output.inner_text() == before
    field.press("Enter")
    assert (
        output.inner_text() == before and "A point was expected" in page.locator(".np-problem:not(:empty)").inner_text()
    )
