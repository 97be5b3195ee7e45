"""`make live`: a browser on the book while it is written."""

import re
import signal
import subprocess
import threading
import time

import psutil
import pytest

from newpip_book.project import ROOT
from tests.helpers import small_book, words

PAGE = "book/index.md"


@pytest.fixture
def live(tmp_path):
    """A small book that is served while it is written, its address, and what it says."""
    book = small_book(tmp_path / "book")
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen(**words(book, "newpip_book", "live", PYTHONUNBUFFERED="1"), **pipes) as process:
        said = []
        for line in process.stdout:
            said.append(line)
            if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                break
        else:
            raise AssertionError("".join(said))
        threading.Thread(target=said.extend, args=(process.stdout,), daemon=True).start()
        yield book, found[0], said
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGINT)
        try:
            assert process.wait(30) == 0
        finally:
            process.kill()
        assert psutil.wait_procs(family, timeout=20)[1] == [], "processes outlived it"


def told(said, *words):
    """Wait until it says a line with these words in it."""
    for _ in range(600):
        if any(all(word in line for word in words) for line in list(said)):
            return
        time.sleep(0.1)
    raise AssertionError(f"{words} were not said:\n{''.join(said)}")


def add(path, text):
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


def shown(page, book, words):
    """Write something, and wait until the page has it."""
    add(book / PAGE, f"\nWritten {words}.\n")
    page.get_by_text(f"Written {words}.").wait_for()


@pytest.mark.night
def test_the_page_follows_what_is_saved_and_says_what_is_wrong(live, tab):
    book, address, said = live
    page = tab()
    page.goto(f"{address}/book/index.html")
    shown(page, book, "by hand")  # the page reloads by itself
    add(book / PAGE, "\nIn all 47 words, and {term}`a word that no glossary has`.\n")
    page.get_by_text("In all 47 words").wait_for()  # it is shown, though it is not whole
    told(said, "'47' in: In all 47 words")
    told(said, "a word that no glossary has")
    add(book / "newpip" / "grim.py", "\n# The book's own code changed.\n")
    add(book / "data" / "referrals.csv", "2017,none\n")
    told(said, "data/referrals.csv", "expected")
    told(said, "stay as they were")
    (book / "data" / "referrals.csv").write_text((ROOT / "data" / "referrals.csv").read_text("utf-8"), "utf-8")
    shown(page, book, "after a bad table")
    counts = (book / "data" / "referrals.csv").read_text("utf-8")
    page.goto(f"{address}/chapters/01-first.html")
    (book / "data" / "referrals.csv").write_text(counts.replace("\n2017,59,", "\n2017,9,"), "utf-8")
    false = page.locator("p", has_text="It was above ten.").locator(".claim-broken")
    false.wait_for()  # the sentence that is false now is marked, and the page is there
    told(said, "above-ten")
    (book / "data" / "referrals.csv").write_text(counts, "utf-8")
    false.wait_for(state="detached")
    page.goto(f"{address}/book/index.html")
    chapter = book / "chapters" / "01-first.ipynb"
    before = chapter.read_text(encoding="utf-8")
    chapter.write_text(before.replace('load(\\"referrals\\")', 'load(\\"referals\\")'), encoding="utf-8")
    told(said, "referals")
    chapter.write_text(before, encoding="utf-8")
    shown(page, book, "after a chapter that cannot run")
    config = (book / "_config.yml").read_text(encoding="utf-8")
    (book / "_config.yml").write_text(f"{config}sphinx: [", encoding="utf-8")
    told(said, "yaml")
    (book / "_config.yml").write_text(config, encoding="utf-8")
    shown(page, book, "after settings that cannot be read")
    assert page.complaints == [] and not any("The build ended with" in line for line in said)
    page.reload()
    page.get_by_text("In all 47 words").wait_for()
