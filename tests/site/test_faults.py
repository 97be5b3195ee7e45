"""Whatever network, storage or version fails: a reader sees one true book, and every load ends."""

import json
import os
import random

import pytest
from playwright.sync_api import expect

from tests.site.faults import FAULTS, PAGES, bench, write_site

PATIENCE = 15_000  # milliseconds; the limits of time in the tiny books are a tenth of those in the book
WALKS = int(os.environ.get("NEWPIP_WALKS", "30"))
SEEN = """() => ({page: document.documentElement.dataset.page, script: document.documentElement.dataset.script,
    look: getComputedStyle(document.documentElement).getPropertyValue('--version').replaceAll(/['"]/g, '')})"""


@pytest.fixture(scope="module")
def versions(tmp_path_factory):
    """Three versions of a tiny book; the last has another Python too."""
    folder = tmp_path_factory.mktemp("versions")
    for version, python in (("1", "1"), ("2", "1"), ("3", "2")):
        write_site(folder / version, version, python)
    return folder


@pytest.fixture(scope="module")
def server(versions):
    """A server of the first version, which fails as it is told."""
    with bench(versions / "1") as started:
        yield started


@pytest.fixture
def site(server, versions):
    """The same server, sound again."""
    server.reset(versions / "1")
    yield server
    server.reset(versions / "1")


@pytest.fixture
def reader(browser, site):
    """A browser that remembers nothing."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


def opened(reader, site, page=PAGES[0]):
    tab = reader.new_page()
    tab.goto(f"{site.url}/{page}")
    return tab


def run(tab, number=1):
    """Run a cell, wait until it ended, and return what the page says."""
    tab.get_by_role("button", name=f"Run cell {number}", exact=True).click()
    return ended(tab)


def ended(tab):
    expect(tab.locator("[aria-label^='Stop cell']")).to_have_count(0, timeout=PATIENCE)
    return tab.locator(".np-python").inner_text()


def printed(tab, number=1):
    """Return which version each part of Python said it is of, or nothing where the cell did not run."""
    shown = tab.locator("div.cell").nth(number - 1).locator(".np-fresh pre").first
    return {key: text[:1] for key, text in json.loads(shown.inner_text()).items()}


def of(version, python="1", extra=False):
    parts = {"/book": version, **dict.fromkeys(("first", "library", "engine", "asm"), python)}
    return parts | ({"extra": python} if extra else {})


def keep(tab):
    assert run(tab) == "Cell 1 ran."
    tab.locator(".np-kept").wait_for()


def test_bench(reader, site):
    tab = opened(reader, site)
    keep(tab)
    assert printed(tab) == of("1")
    assert run(tab, 2) == "Cell 2 ran."
    assert printed(tab, 2) == of("1", extra=True)
    site.on = False
    for place in ("", "chapters/", PAGES[0], PAGES[1], "chapters/02-second", "index.html"):
        tab.goto(f"{site.url}/{place}")
        assert tab.evaluate(SEEN) == {"page": "1", "script": "1", "look": "1"}
        assert run(tab, 2) == "Cell 2 ran." and printed(tab, 2) == of("1", extra=True)


LOADED = (
    *("manifest.json", "results.json", "loading.js", "transfer.js", "output.js", "clean.js", "worker.js", "start.js"),
    *("load.js", "book.zip", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm.gz", "python_stdlib.zip"),
    *("snapshot.json", "snapshot.bin.gz", "native.bin.gz", "first.zip", "extra-1.whl", "service-worker.js"),
)
EVERY = [(fault, name) for fault in FAULTS for name in LOADED]
SAMPLE = random.Random(5).sample(EVERY, 12)


def heals(reader, site, fault, name):
    """Run a cell while a file does not come as it should, and again when it does."""
    tab = opened(reader, site)
    site.plan = {name: fault}
    said = run(tab, 2)
    if said == "Cell 2 ran.":
        assert printed(tab, 2) == of("1", extra=True)
    else:
        assert "could not be loaded" in said or "Cell 2 failed" in said or "new version" in said, said
        assert tab.locator(".np-kept").count() == 0
    site.heal()
    assert run(tab, 2) == "Cell 2 ran."
    assert printed(tab, 2) == of("1", extra=True)
    tab.locator(".np-kept").wait_for()
    return said


@pytest.mark.parametrize(("fault", "name"), SAMPLE)
def test_every_load_ends_and_the_next_run_heals_it(fault, name, reader, site):
    heals(reader, site, fault, name)


@pytest.mark.night
@pytest.mark.parametrize(("fault", "name"), [one for one in EVERY if one not in SAMPLE])
def test_every_load_ends_with_every_fault_of_every_file(fault, name, reader, site):
    heals(reader, site, fault, name)
