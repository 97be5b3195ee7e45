"""How heavy and how steady the pages of a built book are: ``python benchmarks/pages.py _build/html [other/html ...]``.

For each page, opened afresh in Chromium as a phone would show it: requests and bytes until the network is quiet (text
compressed as a server would, by gzip), how much was from other sites, how far its parts jumped (CLS) and when its
largest part stood (LCP, which depends on the machine). Any folder of pages will do, such as the one that Jupyter Book's
defaults build from the same chapters, so that the two can be set side by side.
"""

import gzip
import re
import sys
import threading
from contextlib import ExitStack, contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pandas as pd
from playwright.sync_api import sync_playwright

from newpip_book.outputs import pdf

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PHONE = {"width": 390, "height": 844}
LEADS_ON = re.compile(r"http-equiv=.?refresh", re.IGNORECASE)  # pages that only lead to another
TEXT = ("text/", "application/javascript", "application/json", "image/svg+xml")
WATCH = """
window.seen = { cls: 0, lcp: 0 };
const watch = (type, see) =>
  new PerformanceObserver(list => list.getEntries().forEach(see)).observe({ type, buffered: true });
watch("layout-shift", one => { if (!one.hadRecentInput) seen.cls += one.value; });
watch("largest-contentful-paint", one => { seen.lcp = one.startTime; });
"""


def measure(browser, address):
    """Open one page and measure it.

    Parameters
    ----------
    browser : playwright.sync_api.Browser
    address : str
        The page, on a server of this machine.

    Returns
    -------
    dict
        ``requests`` and ``kilobytes`` (compressed), ``elsewhere`` (requests to other sites), ``cls``, and ``lcp`` in
        milliseconds.
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
            "requests": sum(not url.startswith("data:") for url in asked),
            "kilobytes": sum(_weight(answer) for answer in answers) / 1000,
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


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and keeps no log."""

    def log_message(self, *arguments):
        """Say nothing."""


@contextmanager
def served(folder, handler=Quiet):
    """Serve a folder on a free port of this machine and yield its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(folder))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def chromium():
    """Start the Chromium of this machine."""
    with sync_playwright() as driver, driver.chromium.launch(executable_path=pdf.browser(), args=FLAGS) as browser:
        yield browser


def survey(folder):
    """Measure every page of a built book.

    Parameters
    ----------
    folder : path
        What a build wrote.

    Returns
    -------
    pandas.DataFrame
        One row a page, with the columns of :func:`measure`.
    """
    found = [path for path in Path(folder).rglob("*.html") if not LEADS_ON.search(path.read_text(encoding="utf-8"))]
    pages = sorted(path.relative_to(folder).as_posix() for path in found)
    pages = [page for page in pages if not page.startswith(("_static/", "404"))]
    with served(folder) as site, chromium() as browser:
        return pd.DataFrame([{"page": page, **measure(browser, f"{site}/{page}")} for page in pages])


def chapters(folder):
    """Find the chapters of a built book by their numbered names, wherever they lie in it.

    Parameters
    ----------
    folder : path

    Returns
    -------
    dict
        From name (``"01-background"``) to address below the folder, in order.
    """
    found = Path(folder).rglob("[0-9][0-9]-*.html")
    return {path.stem: path.relative_to(folder).as_posix() for path in sorted(found)}


def compare(books, names, openings=1):
    """Measure the same chapters in several books, opened in turn.

    Parameters
    ----------
    books : dict
        From what to call each book to the folder of its pages.
    names : list of str
        Chapters that all of them hold, as in :func:`chapters`.
    openings : int
        How often to open each page.

    Returns
    -------
    pandas.DataFrame
        One row an opening: `chapter`, `book` and the columns of :func:`measure`.
    """
    with ExitStack() as stack:
        browser = stack.enter_context(chromium())
        sites = {book: stack.enter_context(served(folder)) for book, folder in books.items()}
        found = [
            {"chapter": name, "book": book, **measure(browser, f"{site}/{chapters(books[book])[name]}")}
            for _ in range(openings)
            for name in names
            for book, site in sites.items()
        ]
    return pd.DataFrame(found)


def main(folders):
    """Print the survey of each folder."""
    for folder in folders:
        print(f"{folder}\n{survey(folder).round(3).to_string(index=False)}\n")


if __name__ == "__main__":
    main(sys.argv[1:] or sys.exit(__doc__))
