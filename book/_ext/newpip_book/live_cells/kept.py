"""List what belongs to one version of the built book, with digests, and stamp the pages with the version."""

import hashlib
import json
import os
import re
from pathlib import Path

from newpip.files import write_atomic

MANIFEST = "_run/manifest.json"
WORKER = "service-worker.js"
SUFFIXES = {".html", ".css", ".js", ".json", ".svg", ".png", ".woff2", ".ttf", ".xlsx"}
ELSEWHERE = {"_downloads", "_sources"}  # what readers take away
STAMP = re.compile(rb'(?<= data-version=")[0-9a-f]{12}(?=")')
BLANK = b"0" * 12


def seal(folder):
    """Stamp pages that run cells with the version, and complete the manifest. Nothing may change a page afterwards.

    Parameters
    ----------
    folder : pathlib.Path
        The built book; without a manifest, as where pages run no cells, it stays as it is.
    """
    path = folder / MANIFEST
    if not path.exists():
        return
    manifest = json.loads(path.read_text(encoding="utf-8"))
    contents = {name: folder.joinpath(name).read_bytes() for name in _names(folder)}
    stamped = [name for name, content in contents.items() if name.endswith(".html") and STAMP.search(content)]
    blank = contents | {name: STAMP.sub(BLANK, contents[name]) for name in stamped}
    about = {key: value for key, value in manifest.items() if key not in ("version", "files", "size")}
    told = json.dumps([about, {name: _sha256(content) for name, content in blank.items()}], sort_keys=True)
    version = _sha256(told.encode())[:12]
    for name in stamped:
        fresh = STAMP.sub(version.encode(), contents[name])
        if fresh != contents[name]:
            rewrite(folder / name, fresh)
            contents[name] = fresh
    files = {name: _sha256(content) for name, content in contents.items()}
    about |= {"version": version, "files": files, "size": sum(map(len, contents.values()))}
    rewrite(path, (json.dumps(about, indent=1, sort_keys=True) + "\n").encode())


def _names(folder):
    """List the files that belong to a version."""
    found = []
    for place, _, names in os.walk(folder):
        inside = Path(place).relative_to(folder)
        first = inside.parts[0] if inside.parts else ""
        if first in ELSEWHERE or "locales" in inside.parts:
            continue
        found += [(inside / name).as_posix() for name in names if first == "_run" or Path(name).suffix in SUFFIXES]
    return sorted(set(found) - {WORKER, MANIFEST})


def _sha256(content):
    return hashlib.sha256(content).hexdigest()


def rewrite(path, content):
    """Replace a file whole; its time stays, as its content is that of the build.

    Parameters
    ----------
    path : pathlib.Path
    content : bytes
    """
    built = path.stat()
    write_atomic(path, content)
    os.utime(path, ns=(built.st_atime_ns, built.st_mtime_ns))
