"""Files are replaced whole and together, and archives repeat."""

import errno
from pathlib import Path

import pytest

from newpip.files import write_atomic, write_together, zip_bytes


def test_a_file_is_replaced(tmp_path):
    path = tmp_path / "one.txt"
    write_atomic(path, "first\r\n")
    write_atomic(path, "zwölf\n")
    assert path.read_bytes() == "zwölf\n".encode() and list(tmp_path.iterdir()) == [path]


def test_where_one_cannot_be_written_none_is(tmp_path, monkeypatch):
    old, real = tmp_path / "a.csv", Path.write_bytes
    old.write_text("old")

    def full(path, content):
        if path.name == "b.csv.new":
            raise OSError(errno.ENOSPC, "No space left on device", str(path))
        return real(path, content)

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(OSError, match="No space"):
        write_together({old: "new", tmp_path / "b.csv": b"new"})
    assert old.read_text() == "old" and list(tmp_path.iterdir()) == [old]


def test_an_archive_is_the_same_bytes_each_time():
    files = {"mimetype": "plain", "a.txt": b"a" * 1000}
    assert zip_bytes(files) == zip_bytes(files)
    assert b"mimetypeplain" in zip_bytes(files) and b"a" * 1000 not in zip_bytes(files)
