"""The front of each command: what a machine refuses is one line and exit code 2; a copied checkout is not trusted."""

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from newpip import front
from newpip.files import write_together
from newpip_book.execution import stored_outputs
from newpip_book.project import ROOT
from tests.helpers import copy_book, files, run, small_book, words


def refusing(error):
    def command():
        raise error

    return command


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/a/b.html"), "/a/b.html: the disk is full; make room"),
        (OSError(errno.ENOSPC, "No space left on device"), "the disk is full; make room there and try again"),
        (PermissionError(errno.EACCES, "Permission denied", "/a/b.csv"), "/a/b.csv: Permission denied; the right"),
        (OSError(errno.EROFS, "Read-only file system", "/a"), "/a: Read-only file system; the right to read it"),
        (OSError(errno.EXDEV, "Invalid cross-device link", "/a", None, "/b"), "/b: Invalid cross-device link; mend"),
        (OSError("AF_UNIX path too long"), "AF_UNIX path too long; mend that and try again"),
        (sqlite3.OperationalError("database or disk is full"), "database or disk is full; a disk with room"),
    ],
)
def test_what_the_machine_refuses_is_one_line_that_says_what_to_do(error, said, capsys):
    assert front.run(refusing(error)) == 2
    told = capsys.readouterr().err
    assert said in told and told.count("\n") == 1


def test_a_reason_is_found_under_what_was_made_of_it(capsys):
    wrapped = RuntimeError("the cache")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/a")
    assert front.run(refusing(wrapped)) == 2 and "/a: the disk is full" in capsys.readouterr().err


def test_a_fault_of_the_code_is_not_hidden():
    with pytest.raises(KeyError):
        front.run(refusing(KeyError("a")))


@pytest.mark.parametrize("command", [("newpip", "check"), ("newpip_book", "build"), ("newpip_book", "refresh")])
def test_a_folder_without_tables_is_refused_before_it_is_searched(command, tmp_path):
    book = copy_book(tmp_path / "copy")
    done = run(book, *command, NEWPIP_DATA="/")
    assert done.returncode == 2 and done.stderr.startswith("/: no datapackage.json is in it")
    assert done.stderr.count("\n") == 1 and "Traceback" not in done.stderr


def test_a_book_is_built_with_a_long_tmpdir_and_a_home_that_cannot_be_written(tmp_path):
    book = small_book(tmp_path / "small")
    long = tmp_path / ("l" * 120)
    long.mkdir()
    file = tmp_path / "no folder"
    file.touch()
    done = run(book, "newpip_book", "build", TMPDIR=str(long), HOME=str(file))
    assert done.returncode == 0 and "Traceback" not in done.stderr and "UserWarning" not in done.stderr, done.stderr


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


def test_where_one_table_cannot_be_written_none_is(tmp_path, monkeypatch):
    (tmp_path / "a.csv").write_text("old")
    real = Path.write_bytes

    def full(path, *arguments, **settings):
        if path.name == "b.csv.new":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return real(path, *arguments, **settings)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_together({tmp_path / name: "new" for name in ("a.csv", "b.csv")})
    assert files(tmp_path) == {"a.csv": b"old"}


@pytest.mark.parametrize("command", [("newpip", "check"), ("newpip_book", "build"), ("newpip_book", "refresh")])
def test_the_code_of_another_checkout_is_not_run_on_this_one(command, tmp_path):
    """As where a checkout was copied with its environment, which works on the one that it came from."""
    book = copy_book(tmp_path / "copy")
    asked = words(book, *command)
    asked["env"]["PYTHONPATH"] = f"{ROOT}:{ROOT / 'book' / '_ext'}"
    done = subprocess.run(**asked, capture_output=True, check=False)
    assert done.returncode == 2 and "make .venv/ready" in done.stderr and str(ROOT) in done.stderr


def test_make_sets_up_an_environment_that_came_with_a_copy_and_leaves_its_own(tmp_path):
    for name in ("Makefile", "requirements.txt", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path / name)
    ready = tmp_path / ".venv" / "ready"
    ready.parent.mkdir()
    wanted = [subprocess.run(["make", "-n", ".venv/ready"], cwd=tmp_path, capture_output=True, text=True).stdout]
    for place in (tmp_path.parent, tmp_path.resolve()):
        ready.write_text(f"{place}\n")
        wanted.append(
            subprocess.run(["make", "-n", ".venv/ready"], cwd=tmp_path, capture_output=True, text=True).stdout
        )
    assert ["environment.sh" in one for one in wanted] == [True, True, False]


def test_an_installed_newpip_checks_the_data_it_carries(tmp_path):
    shutil.copytree(ROOT / "newpip", tmp_path / "newpip")
    shutil.copytree(ROOT / "data", tmp_path / "newpip" / "_data")
    code = "import sys; from newpip.__main__ import main; sys.exit(main(sys.argv[1:]))"
    settings = {
        **{name: said for name, said in os.environ.items() if name != "NEWPIP_DATA"},
        "PYTHONPATH": str(tmp_path),
    }
    for word, exit_code in (("check", 0), ("figures", 2)):
        command = [sys.executable, "-c", code, word]
        done = subprocess.run(command, cwd=tmp_path, env=settings, capture_output=True, text=True)
        assert done.returncode == exit_code and "Traceback" not in done.stderr, done.stderr
