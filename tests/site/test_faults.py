"""Whatever network, storage or version fails: a reader sees one true book, and every load ends."""

import json
import os
import random
from contextlib import suppress

import pytest
from playwright.sync_api import Error, expect

from tests.helpers import CHAPTERS, HTML, mostly_at_night
from tests.site.faults import FAULTS, PAGES, STORAGE, bench, write_site
from tests.site.firefox import opened as started

PATIENCE = 60_000  # milliseconds; the limits of time in the tiny books are a third or less of those in the book
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
    *("manifest.json", "published.json", "loading.js", "transfer.js", "output.js", "clean.js", "worker.js", "start.js"),
    *("load.js", "book.zip", "pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm.gz", "python_stdlib.zip"),
    *("snapshot.json", "snapshot.bin.gz", "native.bin.gz", "first.zip", "extra-1.whl", "service-worker.js"),
)
EVERY = [(fault, name) for fault in FAULTS for name in LOADED]
SAMPLE = random.Random(5).sample(EVERY, 3)


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


@pytest.mark.parametrize("storage", mostly_at_night(STORAGE, every=3))
def test_no_state_of_storage_keeps_a_page_from_a_server_that_answers(storage, reader, site, versions):
    site.storage = STORAGE[storage]
    tab = opened(reader, site)
    assert run(tab) == "Cell 1 ran." and printed(tab) == of("1")
    for folder in ("1", "2"):
        site.folder = versions / folder
        for page in PAGES:
            tab.goto(f"{site.url}/{page}")
            assert tab.evaluate(SEEN) == {"page": folder, "script": folder, "look": folder}
        assert run(tab) == "Cell 1 ran." and printed(tab) == of(folder)
    told = tab.locator(".np-kept, .np-unkept")
    if storage == "sound":
        expect(told).to_have_class("np-note np-kept")
        return
    site.on = False
    with pytest.raises(Error):
        tab.reload()


def test_little_room_is_told(reader, site, versions):
    tab = opened(reader, site)
    keep(tab)
    session = reader.new_cdp_session(tab)
    session.send("Storage.overrideQuotaForOrigin", {"origin": site.url, "quotaSize": 10_000})
    site.folder = versions / "3"
    tab.reload()
    assert run(tab) == "Cell 1 ran." and printed(tab) == of("3", "2")
    expect(tab.locator(".np-unkept")).to_contain_text("no room")
    site.on = False
    tab.reload()
    assert tab.evaluate(SEEN) == {"page": "1", "script": "1", "look": "1"}
    assert run(tab) == "Cell 1 ran." and printed(tab) == of("1")


def test_a_tab_whose_version_is_gone_says_so_and_keeps_what_was_typed(reader, site, versions):
    tab = opened(reader, site)
    tab.get_by_role("button", name="Edit cell 1", exact=True).click()
    tab.get_by_role("textbox", name="Code of cell 1").fill("my own")
    site.folder = versions / "2"
    assert "has a new version" in run(tab)
    tab.get_by_role("button", name="Reload").click()
    expect(tab.locator("h1")).to_have_text("Version 2")
    assert tab.get_by_role("textbox", name="Code of cell 1").input_value() == "my own"
    assert run(tab) == "Cell 1 ran." and printed(tab) == of("2")


def test_old_and_new_tabs_lose_nothing(reader, site, versions):
    old = opened(reader, site)
    keep(old)
    site.folder = versions / "3"
    new = opened(reader, site)
    keep(new)
    assert run(old) == "Cell 1 ran." and printed(old) == of("1")  # its Python was there already
    old.get_by_role("button", name="Edit cell 2", exact=True).click()
    old.get_by_role("textbox", name="Code of cell 2").fill("mine, extra")
    assert "Cell 2 failed" in run(old, 2)
    site.on = False
    for tab in (old, new):
        tab.reload()
        assert tab.evaluate(SEEN)["page"] == "3"
        assert run(tab, 2) == "Cell 2 ran." and printed(tab, 2) == of("3", "2", extra=True)
    assert old.get_by_role("textbox", name="Code of cell 2").input_value() == "mine, extra"


def test_books_on_one_host_live_side_by_side(reader, server, tmp_path, versions):
    for name, version in (("a", "1"), ("b", "2")):
        (tmp_path / name).symlink_to(versions / version)
    server.reset(tmp_path)
    tabs = {}
    for name in ("a", "b"):
        tabs[name] = opened(reader, server, f"{name}/{PAGES[0]}")
        keep(tabs[name])
    server.on = False
    for name, version in (("a", "1"), ("b", "2")):
        tabs[name].goto(f"{server.url}/{name}/{PAGES[1]}")
        assert tabs[name].evaluate(SEEN)["page"] == version
        assert run(tabs[name]) == "Cell 1 ran." and printed(tabs[name]) == of(version)
    assert tabs["a"].evaluate("caches.keys()") == ["newpip-book /a/", "newpip-book /b/"]


def test_a_silent_server_is_not_waited_for_when_all_is_kept(reader, site):
    tab = opened(reader, site)
    keep(tab)
    site.plan = {end.rpartition("/")[2]: "silent" for end in site.asked if end} | {"": "silent"}
    tab.goto(f"{site.url}/{PAGES[1]}")
    assert tab.evaluate(SEEN) == {"page": "1", "script": "1", "look": "1"}
    assert run(tab, 2) == "Cell 2 ran." and printed(tab, 2) == of("1", extra=True)


@pytest.mark.slow
@pytest.mark.night
def test_python_itself_is_loaded_after_a_fault(reader, server, page_python):
    server.reset(HTML)
    tab = reader.new_page()
    tab.goto(f"{server.url}/{CHAPTERS[0]}?code")
    tab.get_by_role("button", name="Edit cell 1", exact=True).click()
    tab.get_by_role("textbox", name="Code of cell 1").fill("import simpy, numpy\nprint(simpy.__name__, numpy.zeros(1))")
    shown = tab.locator("div.cell:has(.cell_input pre)").first.locator(".np-fresh")
    server.plan = {"pyodide.asm.wasm.gz": "cut"}
    assert "could not be loaded (pyodide.asm.wasm.gz" in run(tab)
    wheel = next((HTML / "_run").rglob("simpy-*")).name
    server.plan = {wheel: "wrong"}
    assert "Cell 1 failed" in run(tab)
    server.heal()
    assert run(tab) == "Cell 1 ran."
    assert shown.inner_text().strip() == "simpy [0.]"


class Walk:
    """A walk through faults; after each step, whatever is seen is of one version."""

    pythons = {"1": "1", "2": "1", "3": "2"}

    def __init__(self, seed, reader, site, versions):
        self.random, self.reader, self.site, self.versions = random.Random(seed), reader, site, versions
        self.tabs = [reader.new_page()]
        self.steps = []
        site.folder = versions / "1"

    def go(self, length):
        """Take some steps, then see what is left of the book, with a network and without."""
        try:
            for _ in range(length):
                step = self.random.choice(STEPS)
                self.steps.append(step.__name__)
                step(self, self.random.choice(self.tabs))
            self.end()
        except (AssertionError, Error) as error:
            error.add_note(f"after {self.steps}")
            raise

    def end(self):
        """Be sound again: the reader has the version that is out, and where it was kept, without a network too."""
        self.site.heal()
        self.site.on, self.site.storage = True, ""
        tab = self.reader.new_page()
        self.tabs.append(tab)
        self.visit(tab, PAGES[0])
        assert self.seen(tab) == self.site.folder.name
        for _ in range(3):  # a service worker that came broken is replaced after the page was opened
            self.run(tab)
            assert self.steps[-1] == "Cell 2 ran."
            told = tab.locator(".np-kept, .np-unkept")
            told.wait_for()
            if "does not store" not in (said := told.inner_text()):
                break
            tab.reload()
        is_kept = said.startswith("Kept")
        assert is_kept or "no room" in said, said
        self.site.on = False
        for place in ("", *PAGES):
            self.visit(tab, place)
            shown = self.seen(tab)
            assert shown == (self.site.folder.name if is_kept else shown)
            if is_kept:
                self.run(tab)
                assert tab.locator(".np-python").inner_text() == "Cell 2 ran."

    def visit(self, tab, place):
        """Open a page, which may not come."""
        self.load(tab, lambda: tab.goto(f"{self.site.url}/{place}", timeout=5000))

    def load(self, tab, way):
        """Load a page; where it does not come, the reader gives up."""
        try:
            way()
            self.seen(tab)
        except Error as error:
            self.steps.append(f"no page: {error.message.splitlines()[0]}")
            while tab.url != "about:blank":
                with suppress(Error):  # the browser's own page of the failure may come in between
                    tab.goto("about:blank")

    def seen(self, tab):
        """Return the version of the page, if there is one; nothing on it is of another."""
        found = None
        while found is None:
            with suppress(Error):  # the browser's own page of a failure may still be coming
                found = tab.evaluate(SEEN)
        marks = {text for text in found.values() if text}
        assert len(marks) <= 1, found
        return marks.pop() if marks else None

    def run(self, tab):
        """Run a cell that needs all of Python's files; what it prints is of the page's version."""
        version = self.seen(tab)
        if not version or not tab.locator(".np-panel").count():
            return
        said = run(tab, 2)
        self.steps.append(said)
        if said == "Cell 2 ran.":
            assert printed(tab, 2) == of(version, self.pythons[version], extra=True)


def visits(walk, tab):
    walk.visit(tab, walk.random.choice(["", "chapters/", *PAGES]))


def runs(walk, tab):
    walk.run(tab)


def waits(walk, tab):
    told = tab.locator(".np-kept, .np-unkept")
    if walk.seen(tab) and tab.locator(".np-python", has_text="ran.").count():
        expect(told.or_(tab.locator(".np-panel"))).not_to_have_count(0)
        tab.wait_for_timeout(walk.random.choice([10, 100, 400]))


def reloads(walk, tab):
    walk.load(tab, lambda: tab.reload(timeout=5000))


def switches_network(walk, tab):
    walk.site.on = not walk.site.on


def publishes(walk, tab):
    walk.site.folder = walk.versions / walk.random.choice("123")
    walk.steps.append(walk.site.folder.name)


def fails(walk, tab):
    files = [*LOADED, "01-first.html", "02-second.html", "inpage.js", "mark.js", "look.css"]
    walk.site.plan = {name: walk.random.choice(FAULTS) for name in walk.random.sample(files, 2)}
    walk.steps.append(str(walk.site.plan))


def heals_all(walk, tab):
    walk.site.heal()


def opens_tab(walk, tab):
    walk.tabs.append(walk.reader.new_page())
    visits(walk, walk.tabs[-1])


def closes_tab(walk, tab):
    if len(walk.tabs) > 1:
        walk.tabs.remove(tab)
        tab.close()


def loses_some(walk, tab):
    if walk.seen(tab):
        tab.evaluate("""async () => { for (const name of await caches.keys()) {
            const store = await caches.open(name);
            for (const [at, one] of (await store.keys()).entries()) if (at % 2) await store.delete(one); } }""")


def loses_all(walk, tab):
    if walk.seen(tab):
        tab.evaluate("async () => { for (const name of await caches.keys()) await caches.delete(name); }")


def changes_room(walk, tab):
    size = walk.random.choice([5_000, 60_000, 150_000, 300_000, 10**9])
    told = {"origin": walk.site.url, "quotaSize": size}
    walk.reader.new_cdp_session(tab).send("Storage.overrideQuotaForOrigin", told)
    walk.steps.append(str(size))


def breaks_storage(walk, tab):
    walk.site.storage = STORAGE[walk.random.choice(list(STORAGE))]


STEPS = [
    *[visits, runs] * 3, *[reloads, publishes, switches_network, opens_tab] * 2,
    *[waits, fails, heals_all, closes_tab, loses_some, loses_all, changes_room, breaks_storage],
]  # fmt: skip


@pytest.mark.parametrize("seed", range(1))
def test_a_walk_ends_in_one_true_version(seed, reader, site, versions):
    Walk(seed, reader, site, versions).go(12)


@pytest.mark.night
@pytest.mark.parametrize("seed", range(1, WALKS))
def test_more_walks_end_in_one_true_version(seed, reader, site, versions):
    Walk(seed, reader, site, versions).go(12)


def test_firefox_has_one_version_too(firefox, site, versions):
    with started(firefox, PATIENCE / 1000) as tab:
        for version, python in (("1", "1"), ("3", "2")):
            site.folder, site.on = versions / version, True
            tab.goto(f"{site.url}/{PAGES[0]}")
            assert tab.evaluate(f"({SEEN})()") == {"page": version, "script": version, "look": version}
            tab.click("[aria-label='Run cell 2']")
            tab.until("document.querySelector('.np-kept, .np-unkept')")
            site.on = False
            tab.goto(f"{site.url}/{PAGES[1]}")
            tab.click("[aria-label='Run cell 2']")
            tab.until("/ran|could not|failed/.test(document.querySelector('.np-python').textContent)")
            shown = tab.evaluate("[...document.querySelectorAll('.np-fresh pre')].at(-1).textContent")
            assert {key: text[:1] for key, text in json.loads(shown).items()} == of(version, python, extra=True)
