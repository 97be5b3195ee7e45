"""Time the first output of a cell that a reader runs in the page."""

from collections import Counter
from contextlib import contextmanager
from statistics import median

from benchmarks.browser import Quiet, chapters, chromium, served
from benchmarks.page_weight import HTML
from benchmarks.table import table

PATIENCE = 600_000  # milliseconds
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
    "again": "Run the cell again, Python running",
    "warm": "Open the page again and run the cell, all kept",
}
CAPTION = (
    "Running a cell of chapter {chapter} in the page with Pyodide, in Chromium: medians of {rounds} runs, each with "
    "a browser that has kept nothing at first. The clock runs from the click on Run to the first new output; the "
    "cells above run first, and count. The pages come from a server on this machine, so the seconds are those of "
    "loading, compiling and importing; on a network, the time to send the megabytes comes on top. They count "
    "bodies, as the files lie on the disk; a server that compresses text sends less."
)


def measure(rounds, html=HTML):
    """Run a cell in the page of the first chapter, in a fresh browser context each time.

    Parameters
    ----------
    rounds : int
    html : pathlib.Path, optional
        The built book, with Python for the page in it.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.

    Raises
    ------
    FileNotFoundError
        When the book was built without Python for the page.
    """
    if not (html / "_run" / "manifest.json").exists():
        raise FileNotFoundError(f"{html} holds no Python for the page: run make pyodide, then make book")
    chapter, page = next(iter(chapters(html).items()))
    with counted(html) as (site, sent), chromium() as browser:
        runs = [
            {"run": run, **one} for run in range(1, rounds + 1) for one in _run(browser, f"{site}/{page}?code", sent)
        ]
    return tables(runs, chapter)


def tables(runs, chapter):
    """Table the medians of each step, and the single runs.

    Parameters
    ----------
    runs : list of dict
        Each with ``run``, ``step``, ``seconds`` and ``megabytes``.
    chapter : str

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.
    """
    groups = {step: [one for one in runs if one["step"] == step] for step in STEPS.values()}
    rows = [
        {"step": step, **{key: median(one[key] for one in group) for key in ("seconds", "megabytes")}}
        for step, group in groups.items()
    ]
    columns = {"step": "Step", "seconds": "Seconds", "megabytes": "Sent by the site (MB)"}
    caption = CAPTION.format(chapter=chapter, rounds=max(one["run"] for one in runs))
    single = table("first-output-runs", "The single runs.", {"run": "Run", **columns}, runs, shown=False)
    return [table("first-output", caption, columns, rows), single]


def _run(browser, address, sent):
    """Take every step once; yield a row for each."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    try:
        page = context.new_page()
        page.goto(address, wait_until="networkidle")
        yield click(page, "cold", sent)
        page.locator(".np-kept").wait_for()  # the book is kept for reading without a network
        yield click(page, "again", sent)
        page.reload(wait_until="networkidle")
        yield click(page, "warm", sent)
    finally:
        context.close()


def click(page, step, sent):
    """Run the first cell with output, and wait for it.

    Parameters
    ----------
    page : playwright.sync_api.Page
    step : str
        Of ``STEPS``.
    sent : collections.Counter
        What :func:`counted` yields.

    Returns
    -------
    dict
        The ``step``, its ``seconds``, and the ``megabytes`` that the site sent meanwhile.
    """
    sent.clear()
    seconds = page.evaluate(CLICK, page.evaluate(FIRST))
    return {"step": STEPS[step], "seconds": seconds, "megabytes": sent["bytes"] / 1e6}


@contextmanager
def counted(html):
    """Serve a book; yield its address and a counter of the bytes sent."""
    sent = Counter()

    class Counting(Quiet):
        def send_header(self, name, value):
            sent["bytes"] += int(value) if name == "Content-Length" else 0
            super().send_header(name, value)

    with served(html, Counting) as site:
        yield site, sent
