"""The figures of speed: what is committed is complete, the same in every form, and shown; nothing turns on a time."""

import json
import re
import sys

import pytest
from bs4 import BeautifulSoup

from benchmarks import builds, measure
from benchmarks.builders import BUILDERS, JUPYTER_BOOK, THIS_BOOK
from benchmarks.commands import CommandError, run
from benchmarks.live import NAME as LIVE
from benchmarks.table import markdown, table
from newpip_book import cli
from newpip_book.directives.benchmark_tables import format_value
from newpip_book.project import ROOT

PARTS = json.loads(measure.FIGURES.read_text(encoding="utf-8"))
SHOWN = [one for part in PARTS.values() for one in part["tables"] if one["shown"]]


def test_every_part_is_measured_and_has_its_place_on_the_page():
    page = (ROOT / "book" / "speed.md").read_text(encoding="utf-8")
    assert re.findall(r"^```\{benchmark\} (\w+)$", page, flags=re.MULTILINE) == list(measure.PARTS) == list(PARTS)


def test_the_text_says_what_the_file_says():
    assert measure.FIGURES.with_suffix(".md").read_text(encoding="utf-8") == measure.document(PARTS)


def test_every_part_says_where_it_was_measured():
    for part in PARTS.values():
        assert {"Processor", "Memory", "Python", "Libraries", "Commit", "Day"} <= part["machine"].keys()


def test_no_two_tables_have_one_name():
    names = [one["name"] for part in PARTS.values() for one in part["tables"]]
    assert len(names) == len(set(names))


def test_the_page_shows_every_table():
    page = BeautifulSoup((ROOT / "_build" / "html" / "book" / "speed.html").read_text(encoding="utf-8"), "html5lib")
    captions = [_letters(caption.get_text()) for caption in page.select("table caption")]
    for one in SHOWN:
        assert any(_letters(one["caption"]) in caption for caption in captions), one["name"]


def _letters(text):
    """Leave out spaces and marks, which Sphinx makes finer."""
    return re.sub(r"\W", "", text)


@pytest.mark.parametrize(
    "value, said",
    [(None, "–"), (True, "yes"), (False, "no"), (3, "3"), (12345, "12,345"), (0.123456, "0.123"), (1234.5, "1,234")],
)
def test_a_value_carries_three_figures(value, said):
    assert format_value(value) == said


def test_a_table_holds_what_its_columns_name():
    with pytest.raises(ValueError, match="'b'"):
        table("x", "A caption.", {"a": "A"}, [{"a": 1, "b": 2}])
    assert "| A |\n| --- |\n| 1 |" in markdown(table("x", "A caption.", {"a": "A"}, [{"a": 1}]))


def test_a_command_that_fails_is_told(tmp_path):
    with pytest.raises(CommandError, match="ended with 3"):
        run([sys.executable, "-c", "raise SystemExit(3)"], tmp_path)
    assert run([sys.executable, "-c", "print(1)"], tmp_path)[1] == "1\n"


@pytest.mark.parametrize("given", [["--rounds", "0"], ["weight"], ["page_weight"]])
def test_bad_options_and_what_is_not_there_are_told_in_a_line(given, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])
    monkeypatch.setattr(measure, "FIGURES", tmp_path / "figures.json")
    assert cli.main(["bench", *given]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1


def test_what_the_page_says_in_words_holds():
    tables = {one["name"]: one for part in PARTS.values() for one in part["tables"]}
    told = {scenario: words for words, scenario in builds.SCENARIOS.items()}
    seconds = {told[row["scenario"]]: row for row in tables["builds"]["rows"]}
    ran = {told[row["scenario"]]: row for row in tables["builds-chapters-run"]["rows"]}
    peers = [builder.name for builder in BUILDERS if builder.peer]
    assert all(seconds["cold"][THIS_BOOK.name] < seconds["cold"][name] for name in peers)
    for scenario in ("sentence", "code"):
        assert 0.7 < seconds[scenario][JUPYTER_BOOK.name] / seconds[scenario][THIS_BOOK.name] < 1
    assert seconds["sentence"][LIVE] < min(seconds["sentence"][name] for name in peers if name != "nbconvert")
    assert {name for name in peers if ran["data"][name] == "0, page wrong"} == {*peers} - {"nbconvert"}
    assert "wrong" not in str(ran["data"][THIS_BOOK.name])
    first, again, _ = tables["first-output"]["rows"]
    assert again["seconds"] < 0.1 < first["seconds"]


def test_the_figures_are_the_medians_of_the_single_builds():
    [seconds, _, single] = PARTS["builds"]["tables"]
    facts = {"chapters": 0, "chapter": "", "table": "", "versions": ""}
    assert [one["rows"] for one in builds.tables(single["rows"], **facts)] == [
        one["rows"] for one in PARTS["builds"]["tables"]
    ] and seconds["rows"]
