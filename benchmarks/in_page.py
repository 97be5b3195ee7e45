"""What a reader waits for: a cell run in the page, and the pages beside those of Jupyter Book's defaults."""

import time
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from benchmarks.builders import PAGES
from benchmarks.pages import Quiet, chapters, chromium, compare, served
from benchmarks.table import table

HTML = Path(__file__).parents[1] / "_build" / "html"
RUNS = 3
PATIENCE = 600_000  # milliseconds
OURS, PLAIN = "this book", "defaults"
CELLS = """[...document.querySelectorAll(".np-article div.cell")].filter(one => one.querySelector(".cell_input pre"))"""
FIRST = f"{CELLS}.findIndex(one => one.querySelector('.cell_output')?.checkVisibility()) + 1"
CLICK = f"""number => new Promise(shown => {{
    const cell = {CELLS}[number - 1], began = performance.now();
    let old = false;
    new MutationObserver((_, watch) => {{
        const fresh = cell.querySelector(".np-fresh");
        old ||= fresh?.classList.contains("np-old");
        if (!old || fresh.classList.contains("np-old")) return;
        watch.disconnect();
        shown((performance.now() - began) / 1000);
    }}).observe(cell, {{ subtree: true, childList: true, attributeFilter: ["class"] }});
    cell.querySelector(`[aria-label='Run cell ${{number}}']`).click();
}})"""
STEPS = {
    "cold": "Run the first cell with output, nothing kept",
    "kept": "Then, in the background, keep the book for reading without a network",
    "again": "Run the cell again, Python running",
    "warm": "Open the page again and run the cell, all kept",
    "all": "Run all cells of the chapter, nothing kept",
}


def measure(quick=False, plain=None, html=HTML):
    """Measure how long a cell takes in the page, and how heavy the chapters' pages are.

    Parameters
    ----------
    quick : bool
        Open one page once, and run no cell.
    plain : path, optional
        The pages that Jupyter Book's defaults build from the same chapters; by default those that the part `builders`
        left, if it did.
    html : path
        The built book, with Python for the page in it.

    Returns
    -------
    list of dict
        Tables (:func:`benchmarks.table.table`).

    Raises
    ------
    FileNotFoundError
        When cells are to be run and the book was built without Python for the page.
    """
    if not quick and not (html / "_run" / "manifest.json").exists():
        raise FileNotFoundError(f"{html} holds no Python for the page: run make pyodide, then make book")
    plain = plain or (PAGES if PAGES.exists() and not quick else None)
    books = {OURS: html} | ({PLAIN: plain} if plain else {})
    names = [name for name in chapters(html) if plain is None or name in chapters(plain)]
    tables = _weights(books, names[:1] if quick else names, 1 if quick else RUNS)
    return tables if quick else [*_runs(html, names[0], RUNS), *tables]


# ---- Cells


def _runs(html, chapter, runs):
    """Run cells of a chapter in the page, in a fresh browser context each time."""
    address = chapters(html)[chapter]
    with _counted(html) as (site, sent), chromium() as browser:
        single = [{"run": run, **one} for run in range(1, runs + 1) for one in _run(browser, f"{site}/{address}", sent)]
    rows = [_middle(step, [one for one in single if one["step"] == step]) for step in STEPS.values()]
    columns = {"step": "Step", "seconds": "Seconds", "megabytes": "Sent by the site (MB)"}
    caption = (
        f"Running cells of chapter {chapter} in the page with Pyodide, in Chromium: medians of {runs} runs, each with "
        "a browser that has kept nothing at first. The clock runs from the click on Run to the first new output; the "
        "cells above run first, and count. The pages come from a server on this machine, so the seconds are those of "
        "loading, compiling and importing; on a network, the time to send the megabytes comes on top. They count "
        "bodies, as the files lie on the disk; a server that compresses text sends less."
    )
    return [
        table("in-page", caption, columns, rows),
        table("in-page-runs", "The single runs.", {"run": "Run", **columns}, single, shown=False),
    ]


def _middle(step, found):
    return {"step": step, **{key: median(one[key] for one in found) for key in ("seconds", "megabytes")}}


def _run(browser, address, sent):
    """Take every step once; return a row for each."""

    def row(step, seconds):
        return {"step": STEPS[step], "seconds": seconds, "megabytes": sent.pop("bytes", 0) / 1e6}

    with _opened(browser, address) as page:
        number = page.evaluate(FIRST)
        sent.clear()
        yield row("cold", page.evaluate(CLICK, number))
        ran = time.perf_counter()
        page.locator(".np-kept").wait_for()
        yield row("kept", time.perf_counter() - ran)
        yield row("again", page.evaluate(CLICK, number))
        page.reload(wait_until="networkidle")
        sent.clear()
        yield row("warm", page.evaluate(CLICK, number))
    with _opened(browser, address) as page:
        sent.clear()
        began = time.perf_counter()
        page.get_by_role("button", name="Run all").click()
        page.locator(".np-python", has_text="All cells ran.").wait_for()
        yield row("all", time.perf_counter() - began)


@contextmanager
def _opened(browser, address):
    """Open a page in a context that has kept nothing."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        yield page
    finally:
        context.close()


@contextmanager
def _counted(html):
    """Serve a book; yield its address and a counter of the bytes sent."""
    sent = Counter()

    class Counting(Quiet):
        def send_header(self, name, value):
            sent["bytes"] += int(value) if name == "Content-Length" else 0
            super().send_header(name, value)

    with served(html, Counting) as site:
        yield site, sent


# ---- Pages

SEEN = {
    "kilobytes": "kB",
    "requests": "Requests",
    "elsewhere": "Requests elsewhere",
    "cls": "CLS",
    "lcp": "LCP (ms)",
}


def _weights(books, names, openings):
    """Weigh the same chapters in each book."""
    seen = compare(books, names, openings)
    pages = seen.groupby(["chapter", "book"])[list(SEEN)].median()
    how = (
        f"Each page is opened afresh in Chromium, as wide as a phone; median of {openings} openings, taken in turn. "
        "kB: all that it loads until the network is quiet, text compressed by gzip. CLS: how far its parts jump (0 is "
        "still; up to 0.1 is called good). LCP: when its largest part stands, with no network in between and the "
        "processor not slowed, so only the comparison says something."
    )
    other = (
        "The defaults are the same chapters built by Jupyter Book with nothing set. What they ask of other sites is "
        "counted; it fails where there is no internet, and its weight is not included."
        if PLAIN in books
        else "Only this book was measured; there was no build with Jupyter Book's defaults to set beside it."
    )
    return [_summary(pages, books, f"{how} {other}"), _chapters(pages, books, f"Chapter by chapter. {how} {other}")]


def _summary(pages, books, caption):
    rows = [
        {"book": book, "over": over, **{key: float(found[key]) for key in SEEN}}
        for book in books
        for over, found in (
            ("median chapter", pages.xs(book, level="book").median()),
            ("largest", pages.xs(book, level="book").max()),
        )
    ]
    caption = f"The chapters' pages; the largest is that of each column. {caption}"
    return table("pages", caption, {"book": "Book", "over": "Over the chapters", **SEEN}, rows)


def _chapters(pages, books, caption):
    shown = [(key, book) for key in ("kilobytes", "requests", "lcp") for book in books]
    wide = pages.unstack("book")
    rows = [
        {"chapter": name, **{f"{key}, {book}": float(wide.loc[name, (key, book)]) for key, book in shown}}
        for name in wide.index
    ]
    heads = {f"{key}, {book}": f"{SEEN[key]}, {book}" for key, book in shown}
    return table("pages-chapters", caption, {"chapter": "Chapter", **heads}, rows)
