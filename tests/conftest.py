"""What all tests share, and what becomes of those that need what this machine does not have."""

import functools
import gc
import os
import shutil
import time

import nbval.kernel
import pytest
from hypothesis import settings
from playwright.sync_api import expect, sync_playwright

from newpip_book.execution import forked_kernels
from newpip_book.live_cells import distribution
from newpip_book.outputs import pdf

gc.set_threshold(100_000, 50, 100)  # pages and PDFs are large trees that live: looking for garbage takes its time

# Those that take longest come first, so that no processor waits for another at the end.
LONGEST = (
    "engine/build/test_edits",
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

nbval.kernel.KernelManager = forked_kernels.NamedKernelManager  # it would choose ports that a browser may take first

settings.register_profile("book", deadline=None)  # nothing in the tests depends on a time
settings.load_profile("book")


def pytest_collection_modifyitems(items):
    """Put the longest modules first; the others stay in their order."""
    place = {f"tests/{name}.py": place for place, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.nodeid.partition("::")[0], len(LONGEST)))


# What not every machine has, by the fixture that gives it: how to find it, what it is called, how to get it.
OUTSIDE = {
    "chromium": (pdf.find_browser, "Chromium", "apt-get install chromium"),
    "firefox": (
        lambda: shutil.which("firefox-esr") or shutil.which("firefox"),
        "Firefox",
        "apt-get install firefox-esr",
    ),
    "epubcheck": (lambda: shutil.which("epubcheck"), "epubcheck", "apt-get install epubcheck"),
    "page_python": (distribution.assembled, "Python for the page", "make pyodide"),
}
EXPECTED = {"chromium", "firefox", "epubcheck"}  # in CI, where the other is gathered first or not at all
OVER = "left for another night: the time that was given is over"
found = functools.cache(lambda name: OUTSIDE[name][0]())


@pytest.fixture(scope="session")
def chromium():
    """The path of Chromium."""
    return found("chromium")


@pytest.fixture(scope="session")
def firefox():
    """The path of Firefox."""
    return found("firefox")


@pytest.fixture(scope="session")
def epubcheck():
    """The path of epubcheck."""
    return found("epubcheck")


@pytest.fixture(scope="session")
def page_python():
    """The Python that runs in the page is gathered."""


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


def lacking(item):
    """Name what a test needs that this machine does not have."""
    return [name for name in OUTSIDE if name in getattr(item, "fixturenames", ()) and not found(name)]


def without(name):
    """Say why a test is skipped."""
    return f"no {OUTSIDE[name][1]} on this machine (to have it: {OUTSIDE[name][2]})"


def pytest_runtest_setup(item):
    """Leave the rest of the night for another, where the time that was given for it is over."""
    ends = float(os.environ.get("NEWPIP_NIGHT_ENDS", "inf"))  # seconds since 1970
    if item.get_closest_marker("night") and time.time() > ends:
        pytest.skip(OVER)


class Missing(pytest.Item):
    """The one failure where CI does not have what it is to have, whatever the number of tests that need it."""

    def runtest(self):
        """Fail."""
        pytest.fail("CI=true: what the tests need was expected on this machine", pytrace=False)


def pytest_collection_finish(session):
    """Skip what cannot run on this machine; where CI is to run it, the first such test becomes a failure."""
    missing = {item: names for item in session.items if (names := lacking(item))}
    for item, names in missing.items():
        item.add_marker(pytest.mark.skip(reason=without(names[0])))
    due = {item: names for item, names in missing.items() if EXPECTED & set(names)}
    if due and os.environ.get("CI") == "true":
        first, names = next(iter(due)), sorted(EXPECTED & set().union(*due.values()))
        failure = Missing.from_parent(first.parent, name="; ".join(map(without, names)))
        session.items[session.items.index(first)] = failure


def pytest_terminal_summary(terminalreporter):
    """Say in a line how many tests were skipped for want of something, and how to get it."""
    reasons = [one.longrepr[2] for one in terminalreporter.getreports("skipped") if isinstance(one.longrepr, tuple)]
    for name in OUTSIDE:
        number = sum(without(name) in reason for reason in reasons)
        if number:
            terminalreporter.write_line(f"{number} tests skipped: {without(name)}")
    left = sum(OVER in reason for reason in reasons)
    if left:
        terminalreporter.write_line(f"{left} tests skipped: {OVER}")
