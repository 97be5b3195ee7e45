"""The package installed from its wheel, with its direct dependencies and what they need, where there is no book."""

import os
import re
import subprocess
import sys
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from newpip_book import cli
from newpip_book.project import ROOT

ARGUMENTS = {
    "figures": ["--out", "out"],
    "diff": ["HEAD", "HEAD"],
    "explain": ["referrals.cagr"],
    "new-service": ["harbour"],
    "import-service": ["harbour/service.xlsx", "harbour"],
    "new-chapter": ["waiting"],
    "new-table": ["visits"],
    "release": ["v0.1.0"],
    "mark": ["work"],
    "project": ["services"],
}


def needed(name, found):
    """Add a distribution, and all that it needs on this machine without extras, to those found."""
    one = distribution(name)
    if one.name not in found:
        found[one.name] = one
        for requirement in map(Requirement, one.requires or []):
            if not requirement.marker or requirement.marker.evaluate({"extra": ""}):
                needed(requirement.name, found)
    return found


def bring(found, site):
    """Link distributions of this environment into another."""
    for one in found:
        for top in {path.parts[0] for path in one.files} - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(one.locate_file(top))


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The Python of an environment that holds the wheel and what it depends on, and nothing else."""
    place = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", place]
    subprocess.run(build, cwd=ROOT, check=True, capture_output=True)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", place / "env"], check=True)
    executable, (wheel,) = place / "env" / "bin" / "python", place.glob("*.whl")
    install = [sys.executable, "-m", "uv", "pip", "install", "--offline", "--no-deps", "--python", executable, wheel]
    subprocess.run(install, check=True, capture_output=True)
    (site,) = (place / "env").glob("lib/python*/site-packages")
    bring([one for name, one in needed("newpip", {}).items() if name != "newpip"], site)
    return executable


def newpip(python, folder, *arguments):
    """Run the installed command in a folder."""
    kept = {name: said for name, said in os.environ.items() if not name.startswith(("NEWPIP_", "PYTHON", "VIRTUAL_"))}
    command = [python.with_name("newpip"), *arguments]
    return subprocess.run(command, cwd=folder, env=kept, capture_output=True, text=True, check=False)


def test_what_only_the_book_needs_is_not_there(python):
    code = "from importlib.util import find_spec as f; print([n for n in ('sphinx', 'openpyxl', 'yaml') if f(n)])"
    assert subprocess.run([python, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_the_data_that_it_carries_are_checked(python, tmp_path):
    done = newpip(python, tmp_path, "check")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"\S+/site-packages/newpip/_data: all is well\n", done.stdout)


@pytest.mark.parametrize("verb", cli.VERBS)
def test_a_verb_explains_itself_and_ends_in_order(verb, python, tmp_path):
    told = newpip(python, tmp_path, verb, "--help")
    assert told.returncode == 0 and told.stdout.startswith(f"usage: newpip {verb} ") and "Exit codes" in told.stdout
    done = newpip(python, tmp_path, verb, *ARGUMENTS.get(verb, []))
    if verb != "check":
        assert done.returncode == 2 and done.stderr.count("\n") == 1, done.stderr
        assert re.match(rf"newpip {verb}: |harbour/service.xlsx: No such file", done.stderr)
    assert not list(tmp_path.iterdir())


def test_in_a_book_it_says_what_is_not_installed(python, tmp_path):
    for name in ("_config.yml", "_toc.yml"):
        (tmp_path / name).write_text("")
    done = newpip(python, tmp_path, "build")
    assert done.returncode == 2 and done.stderr.count("\n") == 1 and "is not installed" in done.stderr, done.stderr


def test_another_service_can_be_described_where_its_workbook_can_be_read(python, tmp_path):
    (site,) = python.parents[1].glob("lib/python*/site-packages")
    with_openpyxl = tmp_path / "with"
    with_openpyxl.mkdir()
    bring(needed("openpyxl", {}).values(), with_openpyxl)
    (tmp_path / "here").mkdir()
    for arguments in (["new-service", "harbour"], ["import-service", "harbour/service.xlsx", "harbour"]):
        code = (
            f"import sys; sys.path.append({str(with_openpyxl)!r}); from newpip_book.cli import main; sys.exit(main())"
        )
        command = [python, "-c", code, *arguments]
        done = subprocess.run(command, cwd=tmp_path / "here", capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert "build --service" in done.stdout and (tmp_path / "here" / "harbour" / "referrals.csv").is_file()
    done = newpip(python, Path(tmp_path / "here"), "check")
    assert done.returncode == 0
