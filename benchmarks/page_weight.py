"""Weigh the chapters' pages, this book's beside those that Jupyter Book makes of the same chapters by default."""

import gzip
from contextlib import ExitStack

import pandas as pd

from benchmarks.browser import chapters, chromium, served
from benchmarks.builders import JUPYTER_BOOK, ROOT, THIS_BOOK
from benchmarks.builds import PAGES
from benchmarks.table import table

HTML = ROOT / "_build" / "html"
PHONE = {"width": 390, "height": 844}
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
WATCH = """
window.seen = { cls: 0, lcp: 0 };
const watch = (type, see) =>
  new PerformanceObserver(list => list.getEntries().forEach(see)).observe({ type, buffered: true });
watch("layout-shift", one => { if (!one.hadRecentInput) seen.cls += one.value; });
watch("largest-contentful-paint", one => { seen.lcp = one.startTime; });
"""
SEEN = {
    "kilobytes": "kB",
    "requests": "Requests",
    "elsewhere": "Requests elsewhere",
    "cls": "CLS",
    "lcp": "LCP (ms)",
}
CAPTION = (
    "The chapters' pages; the largest is that of each column. Each page was opened afresh in Chromium, as wide as a "
    "phone; median of {rounds} openings, taken in turn. kB: all that it loads until the network is quiet, text "
    "compressed by gzip. Requests elsewhere: those to other sites, which fail where there is no internet and are not "
    "weighed. CLS: how far its parts jump (0 is still; up to 0.1 is called good). LCP: when its largest part stands, "
    "with no network in between, so only the comparison says something."
)


def measure(rounds, ours=HTML, theirs=PAGES):
    """Open the chapters that both books hold, in turn.

    Parameters
    ----------
    rounds : int
        How often each page is opened.
    ours, theirs : pathlib.Path, optional
        The pages of this book as built, and those of Jupyter Book.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.

    Raises
    ------
    FileNotFoundError
        When one of the two was not built.
    """
    books = {THIS_BOOK.name: ours, JUPYTER_BOOK.name: theirs}
    found = {book: chapters(folder) for book, folder in books.items()}
    names = [name for name in found[THIS_BOOK.name] if name in found[JUPYTER_BOOK.name]]
    if not names:
        raise FileNotFoundError(f"{ours} and {theirs} share no chapter: run make book, and measure `builds` first")
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        sites = {book: stack.enter_context(served(folder)) for book, folder in books.items()}
        seen = [
            {"book": book, "chapter": name, **weigh(browser, f"{site}/{found[book][name]}")}
            for _ in range(rounds)
            for name in names
            for book, site in sites.items()
        ]
    columns = {"book": "Book", "over": "Over the chapters", **SEEN}
    return [table("page-weight", CAPTION.format(rounds=rounds), columns, _summary(pd.DataFrame(seen)))]


def weigh(browser, address):
    """Open one page as a phone would show it.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    address : str
        The page, on a server of this machine.

    Returns
    -------
    dict
        What ``SEEN`` names.
    """
    context = browser.new_context(viewport=PHONE)
    try:
        page, answers, asked = context.new_page(), [], []
        page.add_init_script(WATCH)
        page.on("request", lambda request: asked.append(request.url))
        page.on("requestfinished", lambda request: answers.append(request.response()))
        page.goto(address, wait_until="networkidle")
        page.wait_for_timeout(200)  # what a late script moves shows after the network is quiet
        own = "/".join(address.split("/")[:3])
        return {
            "kilobytes": sum(_weight(answer) for answer in answers) / 1000,
            "requests": sum(not url.startswith("data:") for url in asked),
            "elsewhere": sum(not url.startswith((own, "data:", "blob:")) for url in asked),
            **page.evaluate("seen"),
        }
    finally:
        context.close()


def _weight(answer):
    """Return the bytes of an answer's body as they would travel."""
    if answer is None or answer.url.startswith("data:") or not answer.ok:
        return 0
    body = answer.body()
    packed = answer.headers.get("content-type", "").startswith(TEXT)
    return len(gzip.compress(body, 6)) if packed else len(body)


def _summary(seen):
    """Take the median of each page, then the median and the largest of each book."""
    pages = seen.groupby(["book", "chapter"], sort=False)[list(SEEN)].median().groupby("book", sort=False)
    over = {"median chapter": pages.median(), "largest": pages.max()}
    return [
        {"book": book, "over": name, **{key: float(found.loc[book, key]) for key in SEEN}}
        for book in seen["book"].unique()
        for name, found in over.items()
    ]
