"""The next evaluation: fields that agree with Python and take what people type, a sheet and a protocol on paper."""

import io
import itertools
import json

import numpy as np
import pypdfium2
import pytest
import scipy
from playwright.sync_api import expect

from newpip import data, evaluation, service_form, sliders, workbook
from tests.helpers import HTML, read

PAGE = "chapters/11-next-evaluation.html"
RESULTS = json.loads((HTML / "results.json").read_text(encoding="utf-8"))["results"]


def families(width, share, loss):
    needed = evaluation.families(width, share)
    return [needed, evaluation.with_loss(needed, loss), float(evaluation.half_width(needed, share))]


def change(points, sd, r, loss):
    spread = evaluation.sd_of_change(sd, r)
    needed = evaluation.families_for_change(points, spread)
    half = scipy.stats.t.ppf((1 + evaluation.LEVEL) / 2, needed - 1) * spread / np.sqrt(needed)
    return [spread, needed, evaluation.with_loss(needed, loss), half]


PYTHON = {"families": families, "change": change}
KINDS = pytest.mark.parametrize("kind", list(PYTHON))


def settings(kind):
    return sliders.settings(kind, {name: data.load(name) for name in sliders.SLIDERS[kind].tables})


@pytest.fixture
def page(site, tab):
    def opener(path=PAGE, **options):
        opened = tab(**options)
        opened.goto(f"{site}/{path}")
        return opened

    return opener


def place(opened, kind):
    return opened.locator(f'.np-slider[data-slider*=\'"kind": "{kind}"\']')


def shown(opened, kind):
    return place(opened, kind).locator("dd").all_inner_texts()


@KINDS
def test_the_script_agrees_with_python(kind, page):
    told = settings(kind)
    each = {3: 8, 4: 5}[len(told["inputs"])]
    points = list(itertools.product(*(np.linspace(one["low"], one["high"], each).tolist() for one in told["inputs"])))
    assert len(points) >= 500
    names = [one["name"] for one in told["inputs"]]
    got = page().evaluate(
        "([kind, constants, points]) => points.map((point) => Object.values(newpipFormulas[kind](point, constants)))",
        [kind, told["constants"], [dict(zip(names, point, strict=True)) for point in points]],
    )
    np.testing.assert_allclose(got, [PYTHON[kind](*point) for point in points], rtol=1e-8)


def test_it_starts_with_what_the_chapter_says(page):
    opened = page()
    texts = {key: RESULTS[f"evaluation.{key}"]["text"] for key in ("needed", "asked", "change.needed", "change.asked")}
    assert shown(opened, "families") == [texts["needed"], texts["asked"]]
    assert shown(opened, "change")[1:] == [texts["change.needed"], texts["change.asked"]]


@pytest.mark.parametrize(
    ("typed", "width"), [("12%", 0.12), ("12 %", 0.12), (" 12 ", 0.12), ("7.5", 0.075), (".5e1", None), ("5", 0.05)]
)
def test_what_people_type_is_taken_or_named_beside_the_field(typed, width, page):
    opened = page()
    field = place(opened, "families").get_by_label("Half the width of the interval (%)")
    field.fill(typed)
    field.press("Enter")
    used = evaluation.families(width or 0.1)
    assert shown(opened, "families")[0] == f"{used:,}"
    assert (field.get_attribute("aria-invalid") == "true") == (width is None)


@pytest.mark.parametrize(
    ("kind", "label", "typed", "said"),
    [
        (
            "families",
            "Half the width of the interval (%)",
            "1,200",
            "A value from 1% to 40% was expected; 10% is still",
        ),
        (
            "families",
            "Half the width of the interval (%)",
            "0,5",
            "A point was expected for “0,5”, as in 0.5; 10% is still used.",
        ),
        (
            "families",
            "Share of answers expected to be lost (%)",
            "",
            "A number in per cent was expected; 18% is still used.",
        ),
        (
            "families",
            "Share of answers expected to be lost (%)",
            "-5",
            "A number in per cent was expected; 18% is still used.",
        ),
        ("change", "Correlation of the scores before and after", "1", "A value from 0 to 0.95 was expected"),
        ("change", "Correlation of the scores before and after", "50%", "A number was expected; 0.5 is still used."),
        ("change", "How close, either way (points of the score)", "ten", "A number was expected; 1 is still used."),
    ],
)
def test_a_wrong_value_is_named_and_never_printed(kind, label, typed, said, page):
    opened = page()
    before = shown(opened, kind)
    field = place(opened, kind).get_by_label(label)
    field.fill(typed)
    field.press("Enter")
    row = field.locator("xpath=..")
    expect(row.get_by_role("alert")).to_contain_text(said)
    assert field.get_attribute("aria-describedby") == row.get_by_role("alert").get_attribute("id")
    assert shown(opened, kind) == before
    opened.emulate_media(media="print")
    assert not field.is_visible() and not row.get_by_role("alert").is_visible()
    assert row.locator("output").is_visible() and row.locator("output").inner_text() in said + "0.5"


def test_by_keyboard_alone_and_announced_once(page):
    opened = page()
    box = place(opened, "families")
    first, second = box.locator("input").nth(0), box.locator("input").nth(1)
    first.focus()
    opened.keyboard.press("ControlOrMeta+a")
    opened.keyboard.type("5 %")
    opened.keyboard.press("Enter")
    expect(box.get_by_role("status")).to_contain_text("Families with an answer: 381.")
    opened.keyboard.press("Tab")
    expect(second).to_be_focused()
    box.get_by_role("button").focus()
    opened.keyboard.press("Enter")
    assert first.input_value() == "10" and shown(opened, "families")[0] == RESULTS["evaluation.needed"]["text"]


@KINDS
def test_without_scripts_a_sentence_leads_to_the_table(kind, page):
    box = page(scripts=False).locator(".np-slider").nth(list(PYTHON).index(kind))
    assert "above" in box.inner_text() and box.locator("a[href^='#']").count() == 1
    assert box.locator("input").count() == 0


@pytest.mark.parametrize("path", [PAGE, "book/protocol.html"])
def test_it_fits_a_phone(path, page):
    assert page(path, width=320).evaluate("document.documentElement.scrollWidth") <= 320


def test_the_sheet_is_there_to_download_and_waits_to_be_filled_in():
    for path in (PAGE, "book/protocol.html"):
        assert '<a href="../data/monthly-counts.xlsx" download>' in read(path)
    content = (HTML / "data" / "monthly-counts.xlsx").read_bytes()
    assert content == service_form.monthly_workbook("Your service", data.folder())
    with pytest.raises(workbook.WorkbookError, match=r"monthly-counts\.xlsx, sheet months: no row is filled in"):
        workbook.read({"monthly-counts.xlsx": content})


def test_the_protocol_prints_on_two_sheets_with_its_numbers(page):
    pdf = pypdfium2.PdfDocument(io.BytesIO(page("book/protocol.html").pdf(format="A4")))
    assert len(pdf) == 2
    printed = " ".join(" ".join(sheet.get_textpage().get_text_range().split()) for sheet in pdf)
    sizes = ("needed", "asked", "asked.more", "change.needed", "change.asked", "decision.needed")
    for key in (*sizes, "months.high", "last.high", "minutes"):
        assert RESULTS[f"evaluation.{key}"]["text"] in printed
    assert all(label in printed for label in data.load("denominators")["label"])
