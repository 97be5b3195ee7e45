"""What all tests share, and what becomes of those that need what this machine does not have."""

import functools
import gc
import os
import shutil

import nbval.kernel
import pytest
from hypothesis import settings

from newpip_book.execution import forked_kernels
from newpip_book.live_cells import distribution
from newpip_book.outputs import pdf

gc.set_threshold(100_000, 50, 100)  # pages and PDFs are large trees that live: looking for garbage takes its time

# Those that take longest come first, so that no processor waits for another at the end.
LONGEST = (
    "engine/maintenance/test_service",
    "engine/outputs/test_binding",
    "engine/execution/test_refresh",
    "site/test_pages",
    "site/test_book",
    "engine/live_cells/test_inpage",
    "site/test_commissioning",
)

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
    "epubcheck": (lambda: shutil.which("epubcheck"), "epubcheck", "apt-get install epubcheck"),
    "page_python": (distribution.assembled, "Python for the page", "make pyodide"),
}
EXPECTED = {"chromium", "epubcheck"}  # in CI, where the other is gathered first or not at all
found = functools.cache(lambda name: OUTSIDE[name][0]())


@pytest.fixture(scope="session")
def chromium():
    """The path of Chromium."""
    return found("chromium")


@pytest.fixture(scope="session")
def epubcheck():
    """The path of epubcheck."""
    return found("epubcheck")


@pytest.fixture(scope="session")
def page_python():
    """The Python that runs in the page is gathered."""


def lacking(item):
    """Name what a test needs that this machine does not have."""
    return [name for name in OUTSIDE if name in getattr(item, "fixturenames", ()) and not found(name)]


def without(name):
    """Say why a test is skipped."""
    return f"no {OUTSIDE[name][1]} on this machine (to have it: {OUTSIDE[name][2]})"


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
