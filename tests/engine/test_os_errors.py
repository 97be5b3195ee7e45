"""What the operating system refuses is one line that says what to do."""

import errno
import sqlite3

import pytest

from newpip_book.os_errors import explain_os_error


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
def test_what_the_machine_refuses_is_one_line_that_says_what_to_do(error, said):
    told = explain_os_error(error)
    assert said in told and "\n" not in told


def test_a_reason_is_found_under_what_was_made_of_it():
    wrapped = RuntimeError("the cache")
    wrapped.__cause__ = OSError(errno.ENOSPC, "No space left on device", "/a")
    assert explain_os_error(wrapped).startswith("/a: the disk is full")


def test_another_error_is_not_explained():
    assert explain_os_error(KeyError("a")) == ""
