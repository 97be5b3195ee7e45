"""The benchmarks of pages measure what they say, at the smallest size."""

import json

import pytest

from benchmarks import browser, first_output, page_weight
from benchmarks.builders import JUPYTER_BOOK, THIS_BOOK

PAGE = "<!doctype html><title>t</title><p>One paragraph, long enough to be the largest part.</p>{}"
FAKE = """<article class="np-article"><div class="cell"><div class="cell_input"><pre>1</pre></div></div>
<div class="cell"><div class="cell_input"><pre>2</pre></div><div class="cell_output">2</div>
<button aria-label="Run cell 2">Run</button></div></article><script>
document.querySelector("button").onclick = ({ target }) => {
    target.textContent = "Stop";
    setTimeout(() => {
        const output = document.querySelector(".cell_output");
        output.className = "cell_output np-fresh np-old";
        setTimeout(() => output.classList.remove("np-old"), 150);
    }, 50);
};</script>"""


@pytest.fixture
def book(tmp_path):
    """Return a function that writes a book of pages, each with something of its own."""

    def write(name, **contents):
        for path, content in contents.items():
            file = tmp_path / name / f"{path}.html"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(PAGE.format(content), encoding="utf-8")
        return tmp_path / name

    return write


@pytest.mark.usefixtures("chromium")
def test_the_same_chapters_of_two_books_are_compared(book):
    light = book("light", **{"chapters/01-one": "", "chapters/02-two": "<p>" * 99999, "index": ""})
    heavy = book("heavy", **{"01-one": "<img src=https://elsewhere.example/x.png>" + "".join(map(str, range(9999)))})
    [table] = page_weight.measure(1, ours=light, theirs=heavy)
    rows = {(row["book"], row["over"]): row for row in table["rows"]}
    ours, theirs = (rows[builder.name, "largest"] for builder in (THIS_BOOK, JUPYTER_BOOK))
    assert 0 < ours["kilobytes"] < theirs["kilobytes"]
    assert (ours["elsewhere"], theirs["elsewhere"]) == (0, 1)
    assert len(rows) == 4 and json.dumps(table)


def test_a_book_that_was_not_built_is_named(book):
    light = book("light", **{"chapters/01-one": ""})
    with pytest.raises(FileNotFoundError, match="nowhere"):
        page_weight.measure(1, ours=light, theirs=light / "nowhere")
    with pytest.raises(FileNotFoundError, match="make pyodide"):
        first_output.measure(1, html=light)


@pytest.mark.usefixtures("chromium")
def test_the_clock_stops_at_the_first_new_output_and_bytes_are_counted(book):
    folder = book("some", page=FAKE)
    with first_output.counted(folder) as (site, sent), browser.chromium() as chromium:
        page = chromium.new_page()
        page.goto(f"{site}/page.html")
        assert sent["bytes"] >= (folder / "page.html").stat().st_size
        first, again = (first_output.click(page, step, sent) for step in ("cold", "again"))
    assert min(first["seconds"], again["seconds"]) >= 0.19
