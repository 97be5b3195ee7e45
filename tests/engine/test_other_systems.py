"""What macOS and Windows lack, or keep elsewhere: tried here with what Linux has taken away."""

import os
import signal
import subprocess
import sys
import threading
import urllib.request
from functools import partial
from http.server import ThreadingHTTPServer
from pathlib import PurePath
from types import SimpleNamespace

import pytest

from newpip_book import environment
from newpip_book.execution import forked_kernels, signals
from newpip_book.os_errors import explain_os_error
from newpip_book.outputs import pdf, serving

C_LOCALE = {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONIOENCODING": "cp1252"}


@pytest.fixture
def heard():
    """Which signals were heard, in order, beside what a test notes itself."""
    noted = []
    before = signal.signal(signal.SIGTERM, lambda number, frame: noted.append("signal"))
    yield noted
    signal.signal(signal.SIGTERM, before)


def test_a_signal_waits_for_the_end_of_a_block(heard):
    with signals.held_back():
        os.kill(os.getpid(), signal.SIGTERM)
        heard.append("work done")
    assert heard == ["work done", "signal"]


@pytest.mark.parametrize("forks", [True, False])
def test_many_things_are_done_with_copies_of_a_process_and_without(forks, monkeypatch):
    monkeypatch.setattr(forked_kernels, "FORKS", forks and forked_kernels.FORKS)
    assert sorted(forked_kernels.map_forked(abs, [-3, 2, -1], chunksize=1)) == [1, 2, 3]


def test_one_program_takes_the_place_of_another_where_none_can(monkeypatch):
    asked = []
    monkeypatch.setattr(environment, "os", SimpleNamespace(name="nt"))
    done = subprocess.CompletedProcess([], 3)
    monkeypatch.setattr(environment.subprocess, "run", lambda command: asked.append(command) or done)
    with pytest.raises(SystemExit) as end:
        environment.become(["python", "-m", "newpip_book", "check"])
    assert end.value.code == 3 and asked == [[sys.executable, "-m", "newpip_book", "check"]]


def test_what_is_printed_is_utf_8_where_the_system_writes_otherwise():
    code = "from newpip_book.environment import start_again; start_again(); print(chr(0x2212), open(0).encoding)"
    done = subprocess.run([sys.executable, "-c", code], env=os.environ | C_LOCALE, capture_output=True, check=True)
    assert done.stdout.decode("utf-8") == "\N{MINUS SIGN} utf-8\n"


def test_browsers_are_found_where_each_system_keeps_them():
    folders = {"PROGRAMFILES": "C:/Program Files", "LOCALAPPDATA": "C:/Users/a b/AppData/Local"}
    windows = [path.as_posix() for path in pdf.places("win32", folders)]
    assert "C:/Program Files/Google/Chrome/Application/chrome.exe" in windows
    assert "C:/Users/a b/AppData/Local/Microsoft/Edge/Application/msedge.exe" in windows and len(windows) == 6
    assert PurePath("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome") in pdf.places("darwin", {})
    assert pdf.places("linux", {}) == []


@pytest.mark.parametrize(("name", "kind"), [("a.js", "text/javascript"), ("b.wasm", "application/wasm")])
def test_scripts_are_served_as_scripts(name, kind, tmp_path):
    (tmp_path / name).write_text("", encoding="utf-8")
    handler = type("Silent", (serving.Handler,), {"log_message": lambda *arguments: None})
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(handler, directory=str(tmp_path))) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        with urllib.request.urlopen(f"http://127.0.0.1:{server.server_port}/{name}") as answer:
            assert answer.headers["Content-Type"] == kind
        server.shutdown()


def test_a_file_that_a_program_has_open_is_named(tmp_path):
    error = PermissionError(13, "is being used by another process", str(tmp_path / "sheet.xlsx"))
    error.winerror = 32
    assert explain_os_error(error).endswith("close the program that has it open and try again")
