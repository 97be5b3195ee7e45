"""Chapters run in the page: verified Python, the book's results, harmless output, by keyboard, without a network."""

import json
import math
import re
from types import SimpleNamespace

import nbformat
import pytest
from playwright.sync_api import expect

from tests import helpers
from tests.helpers import CHAPTERS, HTML, ROOT, Quiet, served

PATIENCE = 600_000  # milliseconds
POLICY = (
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' blob:; "
    "img-src 'self' data:; style-src 'self' 'unsafe-inline'; font-src 'self'"
)
FIRST = CHAPTERS[0]
REVOKED = """revoked = [];
const revoke = URL.revokeObjectURL;
URL.revokeObjectURL = address => { revoked.push(address); revoke.call(URL, address); };"""
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
    context.add_init_script(REVOKED)
    context.add_init_script("found = []; addEventListener('newpip:result', e => found.push(e.detail), true)")
    context.asked = []
    context.on("request", lambda request: context.asked.append(request.url))
    context.complaints = []
    context.on("weberror", lambda error: context.complaints.append(str(error.error)))
    context.on("console", lambda said: said.type in ("error", "warning") and context.complaints.append(said.text))
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
def first(page, reader):
    """The first chapter with the book's own code, Python at hand; whatever happens, the browser has no complaint."""
    reader.complaints.clear()
    undo = page.get_by_role("button", name="Undo changes of cell")
    while undo.count():
        undo.first.click()
    page.set_viewport_size({"width": 1280, "height": 900})
    yield page
    assert reader.complaints == []


def cell(page, number):
    return page.locator("div.cell:has(.cell_input pre)").nth(number - 1)


def write(page, number, code):
    edit = page.get_by_role("button", name=f"Edit cell {number}", exact=True)
    if edit.is_visible():
        edit.click()
    page.get_by_role("textbox", name=f"Code of cell {number}").fill(code)


def settled(page):
    expect(page.locator("[aria-label^='Stop cell']")).to_have_count(0, timeout=PATIENCE)


def heard(page):
    return page.locator(".np-panel [role=status]").text_content()


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
    reader.complaints.clear()
    opened = reader.new_page()
    opened.goto(f"{site.url}/{chapter}?code")
    opened.get_by_role("button", name="Run all").click()
    settled(opened)
    assert opened.locator(".np-python").inner_text() == "All cells ran."
    found = opened.evaluate("found")
    assert differing(found, chapter) == {}
    assert [one["key"] for one in found if one.get("holds") is False] == []
    assert opened.locator("[data-stream=stderr], .np-error, .np-differs").count() == 0
    assert opened.locator("table.np-long:not(.np-ready)").count() == 0 and reader.complaints == []
    opened.close()


@pytest.mark.night
def test_tables_and_figures_look_as_the_book_has_them(first):
    shape = """() => [...document.querySelectorAll("figure.np-figure, table.np-table")].map(one => [one.id,
        one.querySelector(".caption-number").textContent, one.querySelector(".caption-text").textContent,
        one.querySelector("svg")?.getAttribute("aria-label"), one.querySelector("svg")?.querySelectorAll("text").length,
        [...one.querySelectorAll("th, td")].filter(cell => !cell.closest("details")).map(cell => [cell.tagName,
            cell.textContent.trim(),
            cell.classList.contains("np-number")])])"""
    first.get_by_role("button", name="Reset").click()
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
    assert "Cell 1 failed: newpip.data.DataError" in heard(first)
    assert "SyntaxError" in run(first, 1, "a = (").inner_text()
    write(first, 2, "b = 1")
    first.get_by_role("button", name="Run cell 2", exact=True).click()
    settled(first)
    assert "Cell 1 failed, so cell 2 did not run" in heard(first)


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


def begin(page, number, code):
    """Run a cell that does not end."""
    write(page, number, code)
    page.get_by_role("button", name=f"Run cell {number}", exact=True).click()
    cell(page, number).locator(".np-fresh", has_text="it runs").wait_for()


UNENDING = """from newpip.answers.background import check
def yearly(count, months):
    while True: pass
check(3, yearly)"""
HELD = """import asyncio
from js import BroadcastChannel
from pyodide.ffi import create_once_callable
told, channel = asyncio.Event(), BroadcastChannel.new("go on")
channel.onmessage = create_once_callable(lambda event: told.set())
left = 0
print('it runs')
await told.wait()
left = 2"""
STUBBORN = """while True:
    try:
        print('it runs')
        while True: pass
    except KeyboardInterrupt:
        pass"""
LATE = """import asyncio
async def late():
    await asyncio.sleep(0.3)
    print('late')
task = asyncio.create_task(late())"""
DRAWN = """import matplotlib.pyplot as plt
print('a')
plt.plot([1, 2])
plt.show()
print('b')
fig, ax = plt.subplots()
fig"""
TERMINAL = r"""for n in range(3): print(f'\r{n} of 2', end='')
print()
print('\x1b[1;31mred\x1b[0m plain')"""
CLEARED = """from IPython.display import clear_output, IFrame
print('gone')
clear_output()
print('kept')
IFrame('x', 1, 2)"""
COMPOSES = """(one, key) => one.dispatchEvent(new KeyboardEvent('keydown',
    {key, isComposing: true, cancelable: true, bubbles: true}))"""


def test_a_cell_can_be_stopped_and_loses_nothing(first):
    run(first, 3)
    for endless in ("while True: pass", "import asyncio\nawait asyncio.sleep(1000)", UNENDING):
        begin(first, 3, f"kept = 7\nprint('it runs')\n{endless}")
        first.get_by_role("button", name="Stop cell 3").click()
        settled(first)
        assert heard(first) == "Cell 3 was stopped. All variables are as it left them."
        assert said(run(first, 3, "len(referrals), kept")) == "(4, 7)"


def test_a_cell_that_does_not_hear_is_stopped_with_python_and_the_next_runs_what_it_needs(first):
    begin(first, 3, STUBBORN)
    first.get_by_role("button", name="Stop cell 3").dblclick()
    settled(first)
    assert "Stopped. What the cells had computed is gone" in heard(first)
    assert said(run(first, 3, "len(referrals)")) == "4"


def test_a_cell_that_is_asked_for_while_another_runs_waits_for_it(first):
    run(first, 3, "left = 1")
    begin(first, 3, HELD)
    write(first, 4, "left")
    first.get_by_role("button", name="Run cell 4", exact=True).click()
    first.get_by_role("textbox", name="Code of cell 4").press("Control+Enter")
    assert heard(first) == "Cell 4 waits for the cell that runs."
    first.evaluate("new BroadcastChannel('go on').postMessage('')")
    expect(cell(first, 4).locator(".np-fresh")).to_have_text("2", use_inner_text=True)
    settled(first)
    assert heard(first) == "Cell 4 ran."


def test_what_a_cell_prints_is_seen_when_it_is_printed_and_as_a_terminal_has_it(first):
    begin(first, 3, "print('first')\nprint('it runs')\nwhile True: pass")
    assert said(cell(first, 3).locator(".np-fresh")) == "first\nit runs"
    first.get_by_role("button", name="Stop cell 3").click()
    settled(first)
    shown = run(
        first, 3, "for n in range(3): print(f'\\r{n} of 2', end='')\nprint()\nprint('\\x1b[1;31mred\\x1b[0m plain')"
    )
    assert said(shown) == "2 of 2\nred plain"
    assert shown.locator(".np-ansi-fg-red.np-ansi-bold").inner_text() == "red"
    run(first, 3, LATE)
    expect(cell(first, 3).locator(".np-fresh")).to_have_text("late", use_inner_text=True)


def test_what_is_shown_stands_where_it_was_shown(first):
    shown = run(first, 3, DRAWN)
    kinds = "all => [...all.children].map(one => one.querySelector('svg') ? 'picture' : one.innerText.trim())"
    assert shown.evaluate(kinds) == ["a", "picture", "b", "picture", "picture"]
    assert shown.locator(".np-drawn text").first.evaluate("one => getComputedStyle(one).fontSize") == "10px"
    handle = "h = display('first', display_id=True)\nprint('between')\nh.update('second')"
    assert said(run(first, 3, handle)).split() == ["'second'", "between"]
    run(first, 4, "h.update('third')")
    assert said(cell(first, 3).locator(".np-fresh")).split() == ["'third'", "between"]
    assert said(run(first, 3, CLEARED)).split()[:2] == ["kept", "<IPython.lib.display.IFrame"]
    assert said(run(first, 3, "import pandas as pd\npd.DataFrame({'a': [1]})")).split() == ["a", "0", "1"]


LONG = """import pandas as pd
from newpip.publish import table
table("own", pd.DataFrame({"n": [f"{n}" for n in range(20, 0, -1)], "b": "x"}), caption="Own.")"""


def test_a_readers_own_long_table_can_be_sorted_and_its_files_are_given_back(first):
    assert first.locator("table.np-long").count() == 0  # nothing on this page has loaded what sorts
    shown = run(first, 3, LONG)
    shown.locator("input[type=search]").wait_for()
    shown.get_by_role("button", name="n", exact=True).click()
    assert shown.locator("tbody th").first.inner_text() == "1"
    file = shown.get_by_role("link", name="CSV").get_attribute("href")
    assert file.startswith("blob:") and file not in first.evaluate("revoked")
    run(first, 3, "1")
    assert file in first.evaluate("revoked")


def test_the_verdict_of_an_exercise_is_heard(first):
    exercise = first.locator("section[id^=exercises] div.cell:has(.cell_input pre)").first
    name = exercise.locator("button[aria-label^='Run cell']").get_attribute("aria-label").removeprefix("Run cell ")
    first.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    run(first, int(name))
    verdict = said(exercise.locator(".np-fresh"))
    assert verdict and heard(first) == f"Cell {name} ran. {' '.join(verdict.split())[:300]}"


WARM_UPS = (
    "check(1, sum(numbers))",
    "check(2, numbers[0])",
    "check(3, load('referrals')['referrals'].max())",
    "def per_month(count):\n    return count / 12\n\ncheck(4, per_month)",
    "check(5, 'referrals')",
)
FAILS = "import sys\nprint('é')\nprint('to', file=sys.stderr)\ndisplay(1)\n1 / 0"


def taken(page, folder):
    """The notebook that the page makes of what was done in it."""
    with page.expect_download() as download:
        page.get_by_role("button", name="Take my work with me").click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    notebook = nbformat.read(path, as_version=nbformat.NO_CONVERT)
    nbformat.validate(notebook)
    return path, notebook


@pytest.mark.slow
def test_work_stays_over_a_reload_is_counted_and_can_be_taken_away_and_marked(first, reader, site, tmp_path):
    first.get_by_role("button", name="Reset").click()
    first.evaluate("localStorage.clear()")
    first.reload()
    assert first.locator(".np-remaining").inner_text() == "6 of 6 exercises remain: 1, 2, 3, 4, 5, 6."
    codes = [one.rstrip("\n") for one in first.locator(".cell_input pre:not(.np-old pre)").all_text_contents()]
    asked = next(place for place, code in enumerate(codes, 1) if code.endswith("check(5, answer)"))
    answer = "answer = counts.std()\ncheck(5, answer)"
    run(first, asked, answer)
    left = "5 of 6 exercises remain: 1, 2, 3, 4, 6."
    assert heard(first) == f"Cell {asked} ran. Exercise 5: right. {left}"
    first.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    run(first, asked + 1)  # the book's own solution is no answer of the reader's
    assert (
        first.locator(".np-remaining").inner_text() == left and first.locator(".np-state", has_text=left).count() == 1
    )
    run(first, 1, FAILS)
    path, notebook = taken(first, tmp_path)
    assert notebook.cells[0].source.endswith(f"{left}") and f"counts them: 1, {asked}." in notebook.cells[0].source
    code = [one for one in notebook.cells if one.cell_type == "code"][1:]
    assert [one.source for one in code] == [
        {1: FAILS, asked: answer}.get(place, one) for place, one in enumerate(codes, 1)
    ]
    assert [place for place, one in enumerate(code, 1) if one.metadata.get("changed")] == [1, asked]
    assert code[asked - 1].outputs == [{"output_type": "stream", "name": "stdout", "text": "Exercise 5: right.\n"}]
    outputs = [[one.get(name) for name in ("output_type", "name", "ename")] for one in code[0].outputs]
    assert outputs == [["stream", "stdout", None], ["stream", "stderr", None]] + [
        ["display_data", None, None],
        ["error", None, "ZeroDivisionError"],
    ]
    first.get_by_role("button", name="Undo changes of cell 1").click()
    first.reload()
    assert first.locator(".np-remaining").inner_text() == left
    assert first.get_by_role("textbox", name=f"Code of cell {asked}").input_value() == answer
    assert first.locator(".np-editor").count() == 1
    first.get_by_role("button", name="Redo changes of cell 1").click()
    assert first.get_by_role("textbox", name="Code of cell 1").input_value() == FAILS
    first.get_by_role("button", name="Undo changes of cell 1").click()
    taken(first, tmp_path)
    marked = helpers.run(ROOT, "newpip_book", "mark", str(tmp_path))
    assert re.search(r"^01-background-my-work.ipynb +background +1 +6$", marked.stdout, flags=re.MULTILINE), (
        marked.stdout
    )
    asked_for = [url for url in reader.asked if not url.startswith((site.url, "data:", "blob:"))]
    first.evaluate("document.querySelectorAll('a[href$=ipynb]').forEach(one => one.remove())")
    _, alone = taken(first, tmp_path)
    assert [one.source for one in alone.cells[1:]] == [
        answer if place == asked else one for place, one in enumerate(codes, 1)
    ]
    first.once("dialog", lambda dialog: dialog.accept())
    first.get_by_role("button", name="Delete my work").click()
    assert first.evaluate("Object.keys(localStorage).filter(one => /typed|right/.test(one))") == [] == asked_for
    assert first.locator(".np-editor").count() == 0 and first.locator(".np-remaining").inner_text().startswith("6 of 6")
    assert heard(first) == "What you typed in this chapter is deleted."


def test_the_page_for_those_who_never_coded_runs_where_it_is_read(page, reader, site):
    reader.complaints.clear()
    opened = reader.new_page()
    opened.goto(f"{site.url}/book/first-steps.html")
    assert opened.locator(".np-remaining").inner_text() == "5 of 5 exercises remain: 1, 2, 3, 4, 5."
    assert said(run(opened, 1)) == "3"
    for place, right in enumerate(WARM_UPS, 1):
        assert f"Exercise {place}: right." in said(run(opened, 6 + place, right))
    assert heard(opened).endswith("All 5 exercises are right.") and reader.complaints == []
    opened.close()


def test_what_is_too_much_is_cut_and_the_page_lives(first):
    shown = run(first, 3, "raise ValueError('x' * 5_000_000)")
    assert "4,980," in said(shown) and "characters left out" in said(shown)
    assert len(heard(first)) < 500
    crowd = "import matplotlib.pyplot as plt, numpy as np\nplt.scatter(*np.random.rand(2, 200_000));"
    shown = run(first, 3, crowd)
    assert shown.locator("img").count() == 1 and "200,1" in said(shown)
    shown = run(first, 3, "for n in range(3000): display(n)")
    assert shown.locator(".output").count() == 1001 and said(shown).endswith("[The rest is not shown.]")
    shown = run(first, 3, "from IPython.display import HTML\nHTML('<p>a</p>' * 200_000)")
    assert "Not shown as text/html: it has 1,600,000 characters" in said(shown)
    assert said(run(first, 3, "input()")).count("A cell in the page cannot ask") == 1
    assert "cannot ask" in heard(first)


SPOIL = """import os, sys, pandas as pd, matplotlib.pyplot as plt, newpip.data
os.environ["NEWPIP_DATA"] = "nowhere"
plt.rcParams["font.size"], pd.options.display.max_rows = 30, 1
newpip.data.load = None
open("/book/data/referrals.csv", "w").close()
os.chdir("/")
sys.stdout = None"""
LEFT = """import os, matplotlib.pyplot as plt, pandas as pd, newpip.data
os.getcwd(), os.environ.get("NEWPIP_DATA"), plt.rcParams["figure.figsize"][0] - 0.4, newpip.data.load is None, None, \
    pd.options.display.max_rows"""


def test_reset_puts_the_chapter_back(first):
    first.get_by_role("button", name="Reset").click()
    published = cell(first, 3).locator(".cell_output").inner_text()
    run(first, 3, "counts = 'changed'\ncounts")
    assert said(cell(first, 3).locator(".cell_output")) == "'changed'"
    run(first, 3, SPOIL)
    first.get_by_role("button", name="Reset").click()
    assert cell(first, 3).locator(".cell_output").inner_text() == published and first.locator(".np-fresh").count() == 0
    assert heard(first).endswith("What you typed stays, in cell 3; Undo changes puts the book's own back.")
    assert first.get_by_role("textbox", name="Code of cell 3").input_value() == SPOIL
    first.get_by_role("button", name="Undo changes of cell 3").click()
    assert first.locator(".np-editor").count() == 0
    assert "NameError" in run(first, 1, "counts").inner_text()
    assert said(run(first, 1, LEFT)) == "('/book/chapters', None, 6.0, False, None, 60)"


def test_the_keyboard_is_enough(first):
    first.get_by_role("button", name="Edit cell 1", exact=True).press("Enter")
    editor = first.get_by_role("textbox", name="Code of cell 1")
    assert editor.evaluate("one => one === document.activeElement")
    first.keyboard.press("Control+A")
    first.keyboard.type("if True:  # so\nprint('typed')\nprint('too')")
    indented = "if True:  # so\n    print('typed')\n    print('too')"
    assert editor.input_value() == indented
    first.keyboard.press("Control+Z")
    assert editor.input_value() != indented
    first.keyboard.press("Control+Shift+Z")
    first.keyboard.press("Shift+ArrowUp")
    first.keyboard.press("Tab")
    assert editor.input_value() == indented.replace("    p", "        p")
    first.keyboard.press("Tab")
    first.keyboard.press("Shift+Tab")
    first.keyboard.press("Shift+Tab")
    assert editor.input_value() == indented
    for key in ("Escape", "Tab", "Enter"):  # while an input method composes, they are its own
        assert editor.evaluate(COMPOSES, key)
    assert editor.input_value() == indented and editor.evaluate("one => one === document.activeElement")
    first.keyboard.press("Shift+Enter")
    settled(first)
    assert said(cell(first, 1).locator(".np-fresh")) == "typed\ntoo"
    focused = "document.activeElement.getAttribute('aria-label')"
    assert first.evaluate(focused) == "Run cell 2"
    editor.focus()
    first.keyboard.press("Escape")
    first.keyboard.press("Tab")
    assert first.evaluate(focused) == "Undo changes of cell 1"
    assert heard(first) == "Cell 1 ran."


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
