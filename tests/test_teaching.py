"""The course: a page for teachers, and a marking key that is computed, complete, and on no page."""

import re
import runpy
import shutil
import subprocess
import sys

import pandas as pd
import pytest

from newpip import data
from newpip_book.authoring import notebooks
from tests.helpers import HTML, ROOT

KEY = ROOT / "teaching" / "marking_key.py"


def key():
    return subprocess.run([sys.executable, KEY], check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def published():
    """The key to the book as it is."""
    return key()


def test_the_key_answers_every_exercise_of_every_chapter(published):
    for path in notebooks.chapters():
        chapter = path.stem.partition("-")[2]
        asked = re.findall(r'"\*\*(\d+)\. ', path.read_text(encoding="utf-8"))
        assert re.findall(rf"^- {chapter}, (\d+): .+\.$", published, flags=re.MULTILINE) == asked


def test_the_key_follows_the_data(published, tmp_path, monkeypatch):
    other = tmp_path / "data"
    shutil.copytree(data.folder(), other)
    table = pd.read_csv(other / "referrals.csv", dtype=str, keep_default_na=False)
    table.loc[table.index[-1], "referrals"] = "150"
    table.to_csv(other / "referrals.csv", index=False)
    monkeypatch.setenv("NEWPIP_DATA", str(other))
    after = key()
    assert published != after and published.splitlines()[0] == after.splitlines()[0]


@pytest.mark.parametrize("kind", ["*.html", "*.js", "*.json", "*.txt", "*.ipynb"])
def test_nothing_of_the_key_is_published(kind):
    told = runpy.run_path(str(KEY))
    secrets = [told["MARK"], *told["FAULTS"], "marking_key"]
    for path in HTML.rglob(kind):
        text = path.read_text(encoding="utf-8")
        assert not any(secret in text for secret in secrets), path
    assert not list(HTML.rglob("*marking*"))


def test_the_course_has_six_sessions_that_lead_to_the_chapters():
    text = (ROOT / "book" / "course.md").read_text(encoding="utf-8")
    rows = [row for row in text.splitlines() if row.startswith("| ") and "{ref}`chapter-" in row]
    assert len(rows) == 6
    page = (HTML / "book" / "course.html").read_text(encoding="utf-8")
    assert "A course in six sessions" in page
