"""What all tests share."""

import gc
import os
import shutil

import nbval.kernel
import pytest
from hypothesis import settings
from playwright.sync_api import expect, sync_playwright

from newpip_book.execution import forked_kernels
from newpip_book.live_cells import distribution

gc.set_threshold(100_000, 50, 100)  # pages and PDFs are large trees that live: looking for garbage takes its time

# Those that take longest come first, so that no processor waits for another at the end.
LONGEST = (
    "engine/maintenance/test_service",
    "engine/outputs/test_pdf",
    "engine/execution/test_stored_outputs",
    "site/test_pages",
    "site/test_book",
    "site/test_live_cells",
    "site/test_commissioning",
)

FLAGS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE = 180_000  # milliseconds: a busy machine is no fault of a page

nbval.kernel.KernelManager = forked_kernels.Named  # it would choose ports that a browser may take first

settings.register_profile("book", deadline=None)  # nothing in the tests depends on a time
settings.load_profile("book")


def pytest_collection_modifyitems(items):
    """Put the longest modules first; the others stay in their order."""
    place = {f"tests/{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))


def need(thing, name):
    """Return what was found on this machine; where there is none, fail in CI and skip elsewhere."""
    if not thing:
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"no {name} on this machine")
    return thing


@pytest.fixture(scope="session")
def chromium():
    """The path of Chromium."""
    names = "chromium", "chromium-browser", "google-chrome"
    return need(next(filter(None, map(shutil.which, names)), None), "Chromium")


@pytest.fixture(scope="session")
def epubcheck():
    """The path of epubcheck."""
    return need(shutil.which("epubcheck"), "epubcheck")


@pytest.fixture(scope="session")
def page_python():
    """The Python that runs in the page is gathered."""
    return need(distribution.assembled(), "Python for the page (make pyodide)")


@pytest.fixture(scope="module")
def browser(chromium):
    """Debian's Chromium."""
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=FLAGS, timeout=PATIENCE)
        yield started
        started.close()


@pytest.fixture(scope="module")
def tabs(browser):
    """Tabs that no test uses at the time: to start a tab takes twice as long as to load a page into it."""
    free = {True: [], False: []}
    yield free
    for tab in (*free[True], *free[False]):
        tab.context.close()


@pytest.fixture
def tab(browser, tabs):
    """Open a tab of a width and colour scheme; it remembers requests and complaints, and keeps nothing from before."""
    taken = []

    def opener(width=1280, scheme="light", motion="no-preference", scripts=True):
        page = tabs[scripts].pop() if tabs[scripts] else started(browser, scripts)
        taken.append((page, scripts))
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(media="null", color_scheme=scheme, reduced_motion=motion)
        page.asked, page.complaints = [], []
        return page

    yield opener
    for page, scripts in taken:
        if scripts and page.url.startswith("http"):
            page.evaluate("localStorage.clear(); sessionStorage.clear()")
        page.unroute_all()
        page.goto("about:blank")
        page.context.clear_cookies()
        tabs[scripts].append(page)


def started(browser, scripts):
    """Start a tab."""
    context = browser.new_context(java_script_enabled=scripts)
    context.set_default_timeout(PATIENCE)
    page = context.new_page()
    page.on("request", lambda request: page.asked.append(request.url))
    page.on("requestfailed", lambda request: page.complaints.append(f"failed: {request.url}"))
    page.on("response", lambda answer: answer.status >= 400 and page.complaints.append(f"{answer.status} {answer.url}"))
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("console", lambda said: said.type in ("error", "warning") and page.complaints.append(said.text))
    return page
