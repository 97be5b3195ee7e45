"""The figures of speed: what is committed is complete, the same in every form, and shown; nothing turns on a time."""

import json
import re
import sys

import pytest
from bs4 import BeautifulSoup

from benchmarks import __main__ as benchmarks
from benchmarks import measure
from benchmarks.table import markdown, table
from newpip_book.directives.number_format import cell
from newpip_book.project import ROOT

PARTS = json.loads(benchmarks.FIGURES.read_text(encoding="utf-8"))
SHOWN = [one for part in PARTS.values() for one in part["tables"] if one["shown"]]


def test_every_part_is_measured_and_has_its_place_on_the_page():
    page = (ROOT / "book" / "speed.md").read_text(encoding="utf-8")
    assert re.findall(r"^```\{speed\} (\w+)$", page, flags=re.MULTILINE) == list(benchmarks.PARTS) == list(PARTS)


def test_the_text_says_what_the_file_says():
    assert benchmarks.FIGURES.with_suffix(".md").read_text(encoding="utf-8") == benchmarks.document(PARTS)


def test_every_part_says_where_it_was_measured():
    for part in PARTS.values():
        assert {"Processor", "Memory", "Python", "Libraries", "Commit", "Day"} <= part["machine"].keys()


def test_no_two_tables_have_one_name():
    names = [one["name"] for part in PARTS.values() for one in part["tables"]]
    assert len(names) == len(set(names))


def test_the_page_shows_every_table_and_picture():
    page = BeautifulSoup((ROOT / "_build" / "html" / "book" / "speed.html").read_text(encoding="utf-8"), "html5lib")
    captions = [_letters(caption.get_text()) for caption in page.select("table caption")]
    for one in SHOWN:
        assert any(_letters(one["caption"]) in caption for caption in captions), one["name"]
    drawn = [one["name"] for one in SHOWN if one["drawn"]]
    pictures = page.select("figure svg[role=img]")
    assert len(pictures) == len(drawn) and all(picture["aria-label"].strip() for picture in pictures)


def _letters(text):
    """Leave out spaces and marks, which Sphinx makes finer."""
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize(
    "value, said",
    [(None, "–"), (True, "yes"), (False, "no"), (3, "3"), (12345, "12,345"), (0.123456, "0.123"), (1234.5, "1,234")],
)
def test_a_value_carries_three_figures(value, said):
    assert cell(value) == said


def test_a_table_holds_what_its_columns_name():
    with pytest.raises(ValueError, match="'b'"):
        table("x", "A caption.", {"a": "A"}, [{"a": 1, "b": 2}])
    assert "| A |\n| --- |\n| 1 |" in markdown(table("x", "A caption.", {"a": "A"}, [{"a": 1}]))


@pytest.mark.skipif(sys.platform != "linux", reason="what a command leaves behind is counted on Linux alone")
def test_what_a_command_leaves_behind_is_counted(tmp_path):
    work = "import time\nend = time.process_time() + 0.5\nwhile time.process_time() < end: pass"
    start = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {work!r}], stdout=subprocess.DEVNULL)"
    cost = measure.run([sys.executable, "-c", start], tmp_path)
    assert cost.cpu > 0.5 and cost.wall > 0


def test_a_command_that_fails_is_told(tmp_path):
    with pytest.raises(measure.CommandError, match="ended with 3"):
        measure.run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
