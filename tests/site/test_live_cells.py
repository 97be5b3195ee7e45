"""Chapters run in the page: verified Python, the book's results, harmless output, by keyboard, without a network."""

import json
import math
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from tests.helpers import CHAPTERS, HTML, Quiet, served

PATIENCE = 600_000  # milliseconds
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'"
)
FIRST = CHAPTERS[0]
HARMFUL = """
from IPython.display import HTML, SVG
display(HTML('''<p id="seen" onclick="parent.bad=1">seen<script>bad=1</script><img src=x onerror="bad=1">
<a href="javascript:bad=1">a</a><iframe src="/"></iframe><svg onload="bad=1"><script>bad=1</script></svg>
<b style="background:url(https://elsewhere.example/x)">b</b><style>p{color:red}</style><form action="/"></form></p>'''))
display(SVG('''<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" onload="bad=1">
<script>bad=1</script><a xlink:href="javascript:bad=1"><text>t</text></a><foreignObject><p>f</p></foreignObject>
<image href="https://elsewhere.example/x.png"/><circle id="drawn" r="2" style="fill: url(https://elsewhere.example/y)"/>
</svg>'''))
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory, page_python):
    """The address of the built book under a sub-path, under a strict policy, and a switch for the network."""
    folder = tmp_path_factory.mktemp("host")
    (folder / "deep").mkdir()
    (folder / "deep" / "book").symlink_to(HTML)
    switch = SimpleNamespace(on=True)

    class Host(Quiet):
        def do_GET(self):
            if switch.on:
                super().do_GET()
            else:
                self.close_connection = True  # no answer at all

        def end_headers(self):
            self.send_header("Content-Security-Policy", POLICY)
            super().end_headers()

    with served(folder, Host) as address:
        yield SimpleNamespace(url=f"{address}/deep/book", switch=switch)


@pytest.fixture(scope="module")
def reader(browser, site):
    """A browser that remembers what it asked for; it has loaded the page's Python once, in the first chapter."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(PATIENCE)
    context.add_init_script("found = []; addEventListener('newpip:result', e => found.push(e.detail), true)")
    context.asked = []
    context.on("request", lambda request: context.asked.append(request.url))
    yield context
    context.close()


@pytest.fixture(scope="module")
def page(reader, site):
    """The first chapter, all of its cells run, and kept."""
    opened = reader.new_page()
    opened.goto(f"{site.url}/{FIRST}?code", wait_until="networkidle")
    opened.before = list(reader.asked)
    opened.get_by_role("button", name="Run all").click()
    opened.locator(".np-kept").wait_for()
    opened.results = opened.evaluate("found")
    return opened


@pytest.fixture
def first(page):
    """The first chapter as it was published, Python at hand."""
    page.get_by_role("button", name="Reset").click()
    page.set_viewport_size({"width": 1280, "height": 900})
    return page


def cell(page, number):
    return page.locator("div.cell:has(.cell_input pre)").nth(number - 1)


def write(page, number, code):
    edit = page.get_by_role("button", name=f"Edit cell {number}", exact=True)
    if edit.is_visible():
        edit.click()
    page.get_by_role("textbox", name=f"Code of cell {number}").fill(code)


def settled(page):
    expect(page.locator("[aria-label^='Stop cell']")).to_have_count(0, timeout=PATIENCE)


def run(page, number, code=None):
    if code is not None:
        write(page, number, code)
    page.get_by_role("button", name=f"Run cell {number}", exact=True).click()
    settled(page)
    return cell(page, number).locator(".np-fresh")


def said(shown):
    return shown.inner_text().strip()


def agree(one, other):
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=0)
    return one == other


def differing(found, chapter):
    """Compare the results found in a page with the book's; return those that differ."""
    published = json.loads((HTML / "results.json").read_text(encoding="utf-8"))["results"]
    book = {key: one["value"] for key, one in published.items() if f"{one['chapter']}.html" == chapter}
    page = {one["key"]: one["value"] for one in found if "value" in one}
    assert page.keys() == book.keys()
    return {key: (book[key], page[key]) for key in book if not agree(book[key], page[key])}


def test_nothing_is_loaded_before_the_reader_asks_and_nothing_from_elsewhere(page, reader, site):
    assert not [url for url in page.before if "/_run/" in url or "service-worker" in url]
    assert any("/_run/python-" in url for url in reader.asked)
    assert [url for url in reader.asked if not url.startswith((site.url, "data:", "blob:"))] == []


def test_the_first_chapter_has_the_books_results(page):
    assert differing(page.results, FIRST) == {}
    assert [one["key"] for one in page.results if one.get("holds") is False] == []


@pytest.mark.pages
@pytest.mark.parametrize("chapter", CHAPTERS)
def test_every_cell_of_every_chapter_has_the_books_results(chapter, page, reader, site):
    opened = reader.new_page()
    opened.goto(f"{site.url}/{chapter}?code")
    opened.get_by_role("button", name="Run all").click()
    settled(opened)
    assert opened.locator(".np-python").inner_text() == "All cells ran."
    found = opened.evaluate("found")
    assert differing(found, chapter) == {}
    assert [one["key"] for one in found if one.get("holds") is False] == []
    assert opened.locator("[data-stream=stderr], .np-error, .np-differs").count() == 0
    opened.close()


def test_tables_and_figures_look_as_the_book_has_them(first):
    shape = """() => [...document.querySelectorAll("figure.np-figure, table.np-table")].map(one => [one.id,
        one.querySelector(".caption-number").textContent, one.querySelector(".caption-text").textContent,
        one.querySelector("svg")?.getAttribute("aria-label"), one.querySelector("svg")?.querySelectorAll("text").length,
        [...one.querySelectorAll("th, td")].filter(cell => !cell.closest("details")).map(cell => [cell.tagName,
            cell.textContent.trim(),
            cell.classList.contains("np-number")])])"""
    published = first.evaluate(shape)
    first.get_by_role("button", name="Run all").click()
    settled(first)
    assert first.locator(".np-fresh .np-figure").count() >= 5
    assert first.evaluate(shape) == published
    ids = first.eval_on_selector_all("[id]", "all => all.map(one => one.id)")
    assert len(ids) == len(set(ids))


def test_a_changed_cell_changes_what_follows_and_says_so(first):
    run(first, 3)
    code = cell(first, 2).locator("pre").first.text_content()
    write(first, 2, code + "\nreferrals.loc[0, 'referrals'] = 60")
    shown = run(first, 3)
    assert "2017     60" in shown.inner_text()
    hidden = cell(first, 5)
    hidden.locator("summary").first.click()
    assert "2 not as in the book" in run(first, 5).inner_text()
    assert "referrals.first = 60 (the book has 59)" in hidden.inner_text()
    first.get_by_role("button", name="Undo changes of cell 2").click()
    assert "2017     59" in run(first, 3).inner_text()


def test_a_program_of_a_card_runs_without_the_cells(first):
    first.locator('a.np-result[data-result="referrals.cagr"]').first.click()
    card = first.locator(".np-card:popover-open")
    card.locator("summary").first.click()
    card.get_by_role("button", name="Run in this page").click()
    expect(card.locator(".np-ran")).to_contain_text("3 results named here: as in the book", timeout=PATIENCE)
    card.get_by_role("button", name="Close").click()


def test_a_traceback_is_cut_to_the_readers_own_lines(first):
    shown = run(first, 1, "from newpip.data import load\n\ndef read(name):\n    return load(name)\n\nread('nothing')")
    short = shown.locator(".np-error > pre").inner_text()
    assert "Cell 1, line 6" in short and "Cell 1, line 4, in read" in short and "return load(name)" in short
    assert "DataError: datapackage.json: no table 'nothing'" in short and "/book/newpip" not in short
    assert "/book/newpip/data.py" in shown.locator("details pre").text_content()
    assert "Cell 1 failed: newpip.data.DataError" in first.locator(".np-panel [role=status]").text_content()
    assert "SyntaxError" in run(first, 1, "a = (").inner_text()
    write(first, 2, "b = 1")
    first.get_by_role("button", name="Run cell 2", exact=True).click()
    settled(first)
    assert "Cell 1 failed, so cell 2 did not run" in first.locator(".np-panel [role=status]").text_content()


def test_a_cell_shows_what_jupyter_would(first):
    shown = run(first, 1, "import sys\nprint('out')\nprint('err', file=sys.stderr)\ndisplay(1)\n{'b': 2, 'a': 1}")
    assert said(shown).split() == ["out", "err", "1", "{'b':", "2,", "'a':", "1}"]
    assert said(run(first, 1, "3;")) == ""
    run(first, 1, "import matplotlib.pyplot as plt\nplt.plot([1, 2]);")
    assert cell(first, 1).locator(".np-drawn svg[role=img]").count() == 1
    cut = said(run(first, 1, "for i in range(100_000): print('0123456789')"))
    assert 100_000 <= len(cut) < 101_000 and cut.endswith("[The rest is not shown.]")


def test_output_can_do_no_harm(first, reader):
    asked = len(reader.asked)
    shown = run(first, 1, HARMFUL)
    shown.locator("#seen").click()
    assert shown.locator("#drawn").count() == 1 and shown.locator("a").count() == 1
    for forbidden in ("script", "iframe", "form", "style", "foreignObject", "[onclick]", "[onerror]", "[onload]"):
        assert shown.locator(forbidden).count() == 0, forbidden
    assert "javascript:" not in shown.inner_html() and "elsewhere" not in shown.inner_html()
    assert first.evaluate("typeof bad") == "undefined"
    assert [url for url in reader.asked[asked:] if "elsewhere" in url] == []


def test_a_cell_can_be_stopped_and_the_next_runs_what_it_needs(first):
    run(first, 3)
    write(first, 3, "while True: pass")
    first.get_by_role("button", name="Run cell 3", exact=True).click()
    first.locator("[data-state=running]").wait_for()
    first.get_by_role("button", name="Stop cell 3").click()
    settled(first)
    assert "Stopped. What the cells had computed is gone" in first.locator(".np-panel [role=status]").text_content()
    assert said(run(first, 3, "len(referrals)")) == "4"


def test_reset_puts_the_chapter_back(first):
    published = cell(first, 3).locator(".cell_output").inner_text()
    run(first, 3, "counts = 'changed'\ncounts")
    assert said(cell(first, 3).locator(".cell_output")) == "'changed'"
    first.get_by_role("button", name="Reset").click()
    assert cell(first, 3).locator(".cell_output").inner_text() == published
    assert first.locator(".np-editor, .np-fresh").count() == 0
    assert "NameError" in run(first, 1, "counts").inner_text()


def test_the_keyboard_is_enough(first):
    first.get_by_role("button", name="Edit cell 1", exact=True).press("Enter")
    editor = first.get_by_role("textbox", name="Code of cell 1")
    assert editor.evaluate("one => one === document.activeElement")
    first.keyboard.press("Control+A")
    first.keyboard.type("if True:")
    first.keyboard.press("Enter")
    first.keyboard.press("Tab")
    first.keyboard.type("print('typed')")
    assert editor.input_value() == "if True:\n    print('typed')"
    first.keyboard.press("Control+Z")
    assert editor.input_value() != "if True:\n    print('typed')"
    first.keyboard.press("Control+Shift+Z")
    first.keyboard.press("Shift+Enter")
    settled(first)
    assert said(cell(first, 1).locator(".np-fresh")) == "typed"
    focused = "document.activeElement.getAttribute('aria-label')"
    assert first.evaluate(focused) == "Run cell 2"
    editor.focus()
    first.keyboard.press("Escape")
    first.keyboard.press("Tab")
    assert first.evaluate(focused) == "Undo changes of cell 1"
    assert first.locator(".np-panel [role=status]").text_content() == "Cell 1 ran."


def test_the_page_says_where_its_versions_differ(first):
    rows = first.eval_on_selector_all(
        ".np-versions tbody tr", "all => all.map(row => [...row.cells].map(cell => cell.textContent))"
    )
    assert rows
    for name, book, here in rows:
        module = {"scikit-learn": "sklearn"}.get(name, name)
        code = "import sys; sys.version.split()[0]" if name == "Python" else f"import {module}; {module}.__version__"
        assert said(run(first, 1, code)) == f"'{here}'"
        assert here != book


@pytest.mark.parametrize("width", [320, 390])
def test_a_phone_can_run_and_edit(width, first):
    first.set_viewport_size({"width": width, "height": 700})
    run(first, 3, "print('a' * 500)\nreferrals")
    assert first.evaluate("document.documentElement.scrollWidth") <= width
    box = first.get_by_role("button", name="Run cell 3", exact=True).bounding_box()
    assert box["height"] >= 24 and box["x"] + box["width"] <= width


def test_a_second_chapter_runs_without_a_network(page, reader, site):
    site.switch.on = False
    try:
        second = reader.new_page()
        second.goto(f"{site.url}/{CHAPTERS[1]}?code")
        assert "np-kept" not in second.content() and second.locator("article svg").count()
        shown = run(second, 1, "from newpip.data import load\nlen(load('referrals'))")
        assert said(shown) == "4"
        second.close()
    finally:
        site.switch.on = True
