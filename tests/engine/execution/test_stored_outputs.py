"""Refreshing stores outputs of all chapters or of none, whatever stops it; nothing changed means no file changed."""

import difflib
import errno
import os
import random
import shutil
import signal
import subprocess
import time
from contextlib import suppress

import nbformat
import psutil
import pytest

from newpip_book.execution import stored_outputs
from tests.helpers import FIRST, SECOND, files, mostly_at_night, run, small_book, words, write_chapter

TABLE = "data/referrals.csv"


@pytest.fixture(scope="module")
def stored(tmp_path_factory):
    """A small book whose outputs are stored, and how long that took."""
    book = small_book(tmp_path_factory.mktemp("stored") / "book")
    begun = time.monotonic()
    done = run(book, "newpip_book", "refresh")
    assert done.returncode == 0, done.stderr
    return book, time.monotonic() - begun


@pytest.fixture
def book(stored, tmp_path):
    """A copy of that book."""
    return shutil.copytree(stored[0], tmp_path / "book", symlinks=True)


def change(book, old="2017,59,", new="2017,61,"):
    text = (book / TABLE).read_text(encoding="utf-8")
    assert old in text
    (book / TABLE).write_text(text.replace(old, new, 1), encoding="utf-8")


def begin(book, *command, **settings):
    """Start a command in a process group of its own."""
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(**words(book, *command, **settings), **pipes, start_new_session=True)


def family(process):
    """List the processes that a command started, as soon as there are kernels among them: they lead sessions."""
    for _ in range(600):
        children = psutil.Process(process.pid).children(recursive=True)
        if any(_leads(child.pid) for child in children):
            return children
        time.sleep(0.05)
    raise AssertionError("no kernel was started")


def _leads(pid):
    """Whether a process leads a session of its own; one that is gone does not."""
    with suppress(ProcessLookupError):
        return os.getsid(pid) == pid


def test_stored_outputs_are_normal(book):
    for path in (book / "chapters").glob("*.ipynb"):
        text = path.read_text(encoding="utf-8")
        assert '"image/' not in text and '"execution_count": null' in text and '"execution_count": 1' not in text
        assert '"id": "code-0"' in text and str(book) not in text


def test_with_nothing_changed_no_file_changes(book):
    def state():
        return {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in (book / "chapters").iterdir()}

    run(book, "newpip_book", "refresh")  # the cache knows chapters by their folder
    before = state()
    done = run(book, "newpip_book", "refresh")
    assert done.returncode == 0 and "0 chapters changed" in done.stdout
    assert state() == before


@pytest.mark.night
def test_running_everything_again_changes_no_byte(book):
    before = files(book / "chapters")
    shutil.rmtree(book / "_build")
    assert run(book, "newpip_book", "refresh", PYTHONHASHSEED="7").returncode == 0
    assert files(book / "chapters") == before


def test_one_changed_number_is_a_small_difference(book):
    before = files(book / "chapters")
    change(book)
    assert run(book, "newpip_book", "refresh").returncode == 0
    after = files(book / "chapters")
    assert after["02-second.ipynb"] == before["02-second.ipynb"]
    lines = [files_["01-first.ipynb"].decode().splitlines() for files_ in (before, after)]
    moved = [line for line in difflib.unified_diff(*lines, n=0) if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    assert 4 <= len(moved) <= 20, moved


FAILS = {
    "1 / 0": "ZeroDivisionError",
    "import os\nimport signal\nos.kill(os.getpid(), signal.SIGKILL)": "Python itself stopped",
    'import socket\nsocket.create_connection(("192.0.2.1", 80), 1)': "may not reach the network",
    'import urllib.request\nurllib.request.urlopen("http://example.org")': "may not reach the network",
    "raise SystemExit(1)": "SystemExit",
}


def test_each_chapter_that_fails_is_named_and_nothing_is_stored(book):
    change(book)
    listed = book / "_toc.yml"
    for number, last in enumerate(FAILS, 3):
        write_chapter(book / "chapters" / f"0{number}-fails.ipynb", [*SECOND, last])
        second = "      - file: chapters/02-second\n"
        text = listed.read_text(encoding="utf-8")
        listed.write_text(text.replace(second, f"{second}      - file: chapters/0{number}-fails\n"), encoding="utf-8")
    before = files(book / "chapters")
    done = run(book, "newpip_book", "refresh")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for number, said in enumerate(FAILS.values(), 3):
        place = f"chapters/0{number}-fails.ipynb:cell 6: "
        told = [line for line in done.stderr.splitlines() if line.startswith(place)]
        assert len(told) == 1 and said in told[0] and "expected" in told[0], done.stderr
    assert files(book / "chapters") == before


@pytest.mark.parametrize("command", ["refresh", "build"])
@pytest.mark.night
def test_a_cell_that_hangs_is_named_and_nothing_is_stored_or_built(book, command):
    write_chapter(book / "chapters" / "02-second.ipynb", ["# Second", "1 + 1", "while True:\n    pass"])
    before = files(book / "chapters"), files(book / "_build" / "html")
    done = run(book, "newpip_book", command, NEWPIP_TIMEOUT="5")
    assert done.returncode == 2 and "Traceback" not in done.stderr
    assert "chapters/02-second.ipynb:cell 3: not finished after 5 seconds; a cell that runs" in done.stderr
    assert (files(book / "chapters"), files(book / "_build" / "html")) == before


def test_this_machine_can_be_reached(book):
    """Loopback is left to chapters: joblib's backends use it."""
    code = """import socket
with socket.create_server(("127.0.0.1", 0)) as server:
    socket.create_connection(server.getsockname()).close()"""
    write_chapter(book / "chapters" / "02-second.ipynb", [*SECOND, code])
    done = run(book, "newpip_book", "refresh")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.night
def test_killed_at_any_moment_every_notebook_is_as_it_was(stored, book, seed):
    before = files(book / "chapters")
    change(book)
    process = begin(book, "newpip_book", "refresh")
    time.sleep(random.Random(seed).uniform(0, stored[1]))
    children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()
    after = files(book / "chapters")
    assert psutil.wait_procs(children, timeout=20)[1] == [], "kernels outlived the run"
    done = run(book, "newpip_book", "refresh")
    assert done.returncode == 0, done.stderr
    whole = files(book / "chapters")
    assert after in (before, whole) and whole != before and set(whole) == set(before)


@pytest.mark.parametrize(("number", "code"), mostly_at_night([(signal.SIGINT, 130), (signal.SIGTERM, 143)], every=2))
def test_interrupted_it_says_so_in_one_line_and_leaves_no_kernel(book, number, code):
    before = files(book / "chapters")
    change(book)
    process = begin(book, "newpip_book", "refresh")
    children = family(process)
    process.send_signal(number)
    _, said = process.communicate()
    assert process.returncode == code
    assert "Traceback" not in said and said.splitlines()[-1].startswith(f"{number.name}: stopped")
    assert psutil.wait_procs(children, timeout=20)[1] == []
    assert files(book / "chapters") == before


def test_two_at_once_are_refused(book):
    change(book)
    process = begin(book, "newpip_book", "refresh")
    family(process)
    second = run(book, "newpip_book", "refresh")
    assert second.returncode == 2 and len(second.stderr.splitlines()) == 1
    assert f"newpip refresh, process {process.pid} on " in second.stderr and ", since " in second.stderr
    assert process.communicate()[1] is not None and process.returncode == 0


@pytest.mark.night
def test_a_chapter_edited_while_it_runs_is_not_overwritten(book):
    change(book)
    process = begin(book, "newpip_book", "refresh")
    family(process)
    path = book / "chapters" / "01-first.ipynb"
    write_chapter(path, [FIRST[0] + "\n\nAn author wrote this.", *FIRST[1:]])
    before = files(book / "chapters")
    _, said = process.communicate()
    assert process.returncode == 2 and "01-first.ipynb: edited while it ran" in said
    assert files(book / "chapters") == before


def test_storing_outputs_is_repeatable_and_leaves_pictures_out(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1 + 1")]), path)
    ran = nbformat.read(path, as_version=4)
    svg = {"image/svg+xml": "<svg/>", "text/plain": "2"}
    ran.cells[0].outputs = [nbformat.v4.new_output("display_data", svg, metadata={"newpip": {"svg": "<svg/>"}})]
    assert stored_outputs.store_outputs(path, ran)
    first = path.read_bytes()
    assert b"svg" not in first and b'"2"' in first
    assert not stored_outputs.store_outputs(path, ran) and path.read_bytes() == first


@pytest.fixture
def two(tmp_path, monkeypatch):
    """Two files to replace, and where their new texts wait."""
    monkeypatch.setattr(stored_outputs, "STAGE", tmp_path / ".refresh")
    paths = [tmp_path / name for name in ("a.ipynb", "b.ipynb")]
    for path in paths:
        path.write_text("old")
    return paths


@pytest.mark.parametrize("at", ["fsync", "replace"])
def test_where_one_chapter_cannot_be_stored_none_is(at, two, tmp_path, monkeypatch):
    done, real = [], getattr(os, at)

    def fails(*arguments):
        done.append(arguments)
        if len(done) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        return real(*arguments)

    monkeypatch.setattr(os, at, fails)
    with pytest.raises(OSError, match="No space"):
        stored_outputs._replace_all(dict.fromkeys(two, "new"))
    assert files(tmp_path) == {"a.ipynb": b"old", "b.ipynb": b"old"}
