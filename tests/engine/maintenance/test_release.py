"""What keeps a release whole: versions that agree, files that are the same each time, workflows that are pinned."""

import re
import shutil
import tomllib
import zipfile

import pytest
import yaml

from newpip_book import cli, project
from newpip_book.maintenance import release
from newpip_book.project import ROOT
from tests.helpers import make_targets

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
NAMED = ("pyproject.toml", "CITATION.cff", "CHANGELOG.md")


@pytest.fixture
def copy(tmp_path, monkeypatch):
    """The files that name a version, ready for a release of 0.1.0."""
    for name in (*NAMED, "_config.yml", "_toc.yml"):
        shutil.copy(ROOT / name, tmp_path / name)
    day = yaml.safe_load((tmp_path / "CITATION.cff").read_text(encoding="utf-8"))["date-released"]
    swap(tmp_path / "CHANGELOG.md", "## [Unreleased]", f"## [Unreleased]\n\n## [{release.version()}] - {day}")
    for module in (release, project):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    monkeypatch.setattr(project, "citation", project.citation.__wrapped__)  # which reads it each time
    monkeypatch.setattr(release, "DIST", tmp_path / "dist")
    return tmp_path


def swap(path, old, new):
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_pyproject_and_citation_name_one_version():
    facts = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert str(facts["version"]) == release.version()


def test_the_changelog_is_in_order():
    names = list(release.changes())
    assert names[0] == "Unreleased"
    days = [day for day, _ in release.changes().values()][1:]
    assert all(days) and days == sorted(days, reverse=True)


def test_versions_that_agree_make_a_release(copy):
    assert release.problems(f"v{release.version()}") == []


@pytest.mark.parametrize(
    "file, old, new, said",
    [
        ("pyproject.toml", 'version = "0.1.0"', 'version = "0.2.0"', "the tag is 'v0.1.0'; v0.2.0"),
        ("CITATION.cff", "version: 0.1.0", "version: 0.0.9", "CITATION.cff: the version is 0.0.9"),
        ("CHANGELOG.md", "## [0.1.0] - ", "## [0.1.1] - ", "CHANGELOG.md: no section"),
        ("CITATION.cff", "date-released: 20", "date-released: 19", "CHANGELOG.md: no section"),
    ],
)
def test_versions_that_differ_make_none(file, old, new, said, copy, capsys):
    swap(copy / file, old, new)
    assert cli.main(["release", "v0.1.0"]) == 2
    assert said in capsys.readouterr().err and not (copy / "dist").exists()


def test_a_packed_folder_is_the_same_each_time(tmp_path):
    folder = tmp_path / "site"
    (folder / "a").mkdir(parents=True)
    (folder / "a" / "one.txt").write_text("one")
    (folder / "two.txt").write_text("two")
    release.pack(folder, tmp_path / "first.zip", 1_700_000_000)
    (folder / "two.txt").touch()
    (folder / "a" / "one.txt").chmod(0o600)
    release.pack(folder, tmp_path / "second.zip", 1_700_000_000)
    assert (tmp_path / "first.zip").read_bytes() == (tmp_path / "second.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "first.zip") as archive:
        assert archive.namelist() == ["a/one.txt", "two.txt"] and archive.read("two.txt") == b"two"


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.stem)
def test_actions_are_pinned_and_jobs_may_do_no_more_than_they_must(path):
    text = path.read_text(encoding="utf-8")
    used = re.findall(r"uses:\s*(.+)", text)
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", one) for one in used), used
    content = yaml.safe_load(text)
    assert "permissions" in content
    for job in content["jobs"].values():
        assert "permissions" in job or content["permissions"] == {"contents": "read"}


def test_one_action_has_one_pin():
    used = {}
    for path in WORKFLOWS:
        for action, pin in re.findall(r"uses:\s*([\w/-]+)@(.+)", path.read_text(encoding="utf-8")):
            used.setdefault(action, set()).add(pin)
    assert used and all(len(pins) == 1 for pins in used.values()), used


def test_what_workflows_hooks_and_contributing_call_is_there():
    texts = [path.read_text(encoding="utf-8") for path in [*WORKFLOWS, ROOT / ".ci" / "run"]]
    texts += [(ROOT / name).read_text(encoding="utf-8") for name in ("CONTRIBUTING.md", "README.md")]
    called = {
        name for text in texts for name in re.findall(r"(?:^\s*|run: |&& |\" |`)make ([a-z-]+)", text, re.MULTILINE)
    }
    assert {"audit", "release", "book", "refresh", "new-chapter"} <= called <= make_targets()
    for path in re.findall(r"bash (\.ci/\w+)", "".join(texts)):
        assert (ROOT / path).exists()


def test_weekly_tries_every_python_from_the_oldest_that_the_book_allows():
    weekly = yaml.safe_load((ROOT / ".github" / "workflows" / "weekly.yml").read_text(encoding="utf-8"))
    tried = weekly["jobs"]["newest"]["strategy"]["matrix"]["python"]
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert f">={tried[0]}" == project["requires-python"] and tried == ["3.11", "3.12", "3.13", "3.14"]
    assert weekly[True]["schedule"], "YAML reads the word on as true"
    assert "--nbval-lax chapters" in (ROOT / ".ci" / "newest").read_text(encoding="utf-8")


@pytest.mark.parametrize("lock", ["requirements.txt", ".ci/tools.txt"])
def test_everything_locked_has_a_hash(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    blocks = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(blocks) > 20
    assert all(re.match(r"[\w.-]+==\S+", block) and "--hash=sha256:" in block for block in blocks)


def test_dependabot_watches_both_locks_and_the_actions():
    watched = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    assert {one["package-ecosystem"] for one in watched} == {"pip", "github-actions"}
    for folder in next(one["directories"] for one in watched if one["package-ecosystem"] == "pip"):
        assert list((ROOT / folder.strip("/")).glob("*.txt")), folder


def test_hooks_use_the_book_s_own_tools():
    repos = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))["repos"]
    assert [one["repo"] for one in repos] == ["local"]
    entries = [hook["entry"] for hook in repos[0]["hooks"]]
    assert len(entries) == 3 and all(entry.startswith(".venv/bin/") for entry in entries)
