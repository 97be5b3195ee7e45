"""Gather in dist/ what a release holds, all of one version.

The site as one ZIP file, PDF, EPUB, wheel, a list of everything in the lock (SBOM, CycloneDX), and digests of them all.
"""

import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
import tomllib
from pathlib import Path

from newpip.files import zip_bytes
from newpip_book import project
from newpip_book.outputs import binding
from newpip_book.project import ROOT

DIST = ROOT / "dist"
NOTES = ROOT / "_build" / "notes.md"
HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<day>\d{4}-\d{2}-\d{2}))?$", flags=re.MULTILINE)


def version():
    """Return the version that pyproject.toml names.

    Returns
    -------
    str
    """
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def changes():
    """Read the changelog.

    Returns
    -------
    dict
        From the name of each section, newest first, to its day (None where it has none) and its text.
    """
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    found = list(HEADING.finditer(text))
    ends = [one.start() for one in found[1:]] + [len(text)]
    return {one["name"]: (one["day"], text[one.end() : end].strip()) for one, end in zip(found, ends, strict=True)}


def problems(tag):
    """List in what a tag, pyproject.toml, CITATION.cff and the changelog differ.

    Parameters
    ----------
    tag : str
        Such as ``"v1.0.0"``.

    Returns
    -------
    list of str
    """
    facts = project.citation()
    name, day = version(), facts["date-released"]
    found = []
    if tag != f"v{name}":
        found.append(f"the tag is {tag!r}; v{name}, as in pyproject.toml, was expected")
    if str(facts["version"]) != name:
        found.append(f"CITATION.cff: the version is {facts['version']}; {name} was expected")
    if changes().get(name, (None,))[0] != day:
        found.append(f"CHANGELOG.md: no section '## [{name}] - {day}', the day in CITATION.cff; one was expected")
    return found


def gather():
    """Make every file of the release, in dist/, which is made anew.

    Returns
    -------
    list of pathlib.Path
    """
    tool, bound = ROOT / ".tools" / "bin" / "cyclonedx-py", [binding.HTML / name for name in binding.BOUND]
    for path in (tool, *bound):
        path.stat()  # what is missing is named before anything is removed
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    name, when = f"{project.name()}-{version()}", project.source_date_epoch()
    pack(binding.HTML, DIST / f"{name}-site.zip", int(when))
    for path in bound:
        shutil.copy(path, DIST / f"{name}{path.suffix}")
    settled = os.environ | {"SOURCE_DATE_EPOCH": when}
    wheel = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", DIST]
    subprocess.run(wheel, cwd=ROOT, check=True, env=settled, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    listing = [tool, "requirements", "requirements.txt", "--output-reproducible"]
    known = ["--pyproject", "pyproject.toml", "--output-file", DIST / f"{name}.cdx.json"]
    subprocess.run([*listing, *known], cwd=ROOT, check=True, env=settled | {"PYTHONWARNINGS": "ignore"})
    files = sorted(DIST.iterdir())
    digests = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in files]
    (DIST / "SHA256SUMS").write_text("".join(digests), encoding="utf-8")
    NOTES.write_text(changes()[version()][1] + "\n", encoding="utf-8")
    return sorted(DIST.iterdir())


def pack(folder, target, when):
    """Put a folder into one ZIP file, the same byte for byte whenever it is made of the same files.

    Parameters
    ----------
    folder : pathlib.Path
    target : pathlib.Path
    when : int
        The time that every file gets, in seconds since 1970.
    """
    day = time.gmtime(when)[:6]
    files = {path.relative_to(folder).as_posix(): path for path in sorted(Path(folder).rglob("*")) if path.is_file()}
    target.write_bytes(zip_bytes({name: path.read_bytes() for name, path in files.items()}, day))
