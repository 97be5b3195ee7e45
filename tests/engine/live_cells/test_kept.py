"""What belongs to one version of the built book."""

import hashlib
import json

import pytest

from newpip_book.live_cells import kept

PAGE = '<script data-version="000000000000" src="../_static/inpage.js"></script>'


@pytest.fixture
def site(tmp_path):
    """A built book of two pages, of which one runs cells."""
    files = {
        **{"chapters/01.html": PAGE, "index.html": "a page", "_run/book-1/worker.js": "1", "_static/a.css": "a"},
        **{"_static/locales/de.js": "x", "_downloads/a.html": "x", "whole.pdf": "x", kept.WORKER: "x"},
        kept.MANIFEST: json.dumps({"bytes": 1}),
    }
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def sealed(site):
    kept.seal(site)
    return json.loads((site / kept.MANIFEST).read_text(encoding="utf-8"))


def test_every_file_of_a_version_is_listed_with_its_digest(site):
    manifest = sealed(site)
    assert set(manifest["files"]) == {"chapters/01.html", "index.html", "_run/book-1/worker.js", "_static/a.css"}
    for name, digest in manifest["files"].items():
        assert hashlib.sha256((site / name).read_bytes()).hexdigest() == digest
    assert manifest["size"] == sum((site / name).stat().st_size for name in manifest["files"])
    assert f'data-version="{manifest["version"]}"' in (site / "chapters/01.html").read_text(encoding="utf-8")


def test_a_version_is_named_by_its_content_alone(site):
    first = sealed(site)
    written = (site / "chapters/01.html").stat()
    assert sealed(site) == first
    assert (site / "chapters/01.html").stat() == written
    for name in ("index.html", "_run/book-1/worker.js", "chapters/01.html"):
        before = (site / name).read_text(encoding="utf-8")
        (site / name).write_text(f"{before} ", encoding="utf-8")
        changed = sealed(site)["version"]
        assert changed != first["version"]
        assert changed in (site / "chapters/01.html").read_text(encoding="utf-8")
        (site / name).write_text(before, encoding="utf-8")
    assert sealed(site) == first


def test_pages_that_run_no_cells_stay_as_they_are(site):
    (site / kept.MANIFEST).unlink()
    kept.seal(site)
    assert (site / "chapters/01.html").read_text(encoding="utf-8") == PAGE
