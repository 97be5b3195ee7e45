"""Figures and results as files: every published figure, macros that LaTeX takes, values that can be read back."""

import csv
import io
import json
import re

import pytest

from newpip_book import cli
from newpip_book.outputs import exports
from newpip_book.project import ROOT
from tests.helpers import run, small_book

RESULTS = {
    "a.growth.2018": {"value": 0.4915, "unit": "share", "text": "49.2%"},
    "a.change_2": {"value": -3, "unit": "", "text": "\u22123"},
    "a.names": {"value": ["K7", "K9"], "unit": "", "text": "K7, K9 & {x}_\\"},
    "a.words": {"value": "=1+1", "unit": "", "text": "=1+1"},
}
for one in RESULTS.values():
    one |= {"label": "=A label", "chapter": "chapters/01-a", "used_in": []}
FOUND = {"schema": 2, "results": RESULTS, "claims": {}, "figures": {}, "replaced": {}}


def test_results_can_be_read_back_from_csv():
    rows = list(csv.DictReader(io.StringIO(exports.as_csv(FOUND))))
    assert {row["key"]: json.loads(row["value"]) for row in rows} == {key: one["value"] for key, one in RESULTS.items()}
    assert (rows[-1]["text"], rows[-1]["label"]) == ("'=1+1", "'=A label")


def test_macros_have_letters_alone_and_text_is_escaped():
    text = exports.as_tex(FOUND)
    names = re.findall(r"^\\newcommand\{\\(\w+)\}", text, flags=re.MULTILINE)
    assert names == ["npAChangeTwo", "npAGrowthTwoZeroOneEight", "npANames", "npAWords"]
    assert all(name.isalpha() for name in names)
    assert "{49.2\\%}" in text and "{$-$3}" in text and "{K7, K9 \\& \\{x\\}\\_\\textbackslash{}}" in text


def test_two_keys_of_one_macro_are_refused():
    twins = {"results": {"a.b": RESULTS["a.words"], "a_b": RESULTS["a.words"]}}
    with pytest.raises(ValueError, match="would both be"):
        exports.as_tex(twins)


def test_every_result_of_the_book_has_a_macro_of_its_own():
    keys = set()
    for path in sorted((ROOT / "chapters").glob("*.ipynb")):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            for output in cell.get("outputs", []):
                name = output.get("metadata", {}).get("scrapbook", {}).get("name", "claim.")
                keys |= {name} - {name for name in [name] if name.startswith("claim.")}
    assert len(keys) > 100 and len({exports.macro(key) for key in keys}) == len(keys)


@pytest.mark.night
def test_every_published_figure_is_written_in_every_format(tmp_path):
    book = small_book(tmp_path / "book")
    done = run(book, "newpip_book", "figures", "--out", "figures", "--format", "svg,pdf,png")
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (book / "figures").iterdir())
    assert names == [f"small-line.{form}" for form in ("csv", "pdf", "png", "svg")]
    assert (book / "figures" / "small-line.csv").read_text(encoding="utf-8").startswith("year,referrals,")
    assert (book / "figures" / "small-line.pdf").read_bytes().startswith(b"%PDF")
    assert b"CreationDate" not in (book / "figures" / "small-line.pdf").read_bytes()
    printed = run(book, "newpip_book", "results", "--format", "tex")
    assert printed.returncode == 0 and "\\newcommand{\\npSmallFirst}{59}" in printed.stdout, printed.stderr


@pytest.mark.parametrize("words", [["--format", "gif", "--out", "x"], ["--format", "svg"]])
def test_words_that_are_not_understood_are_named(words, capsys):
    with pytest.raises(SystemExit) as stopped:
        cli.main(["figures", *words])
    assert stopped.value.code == 2 and "error:" in capsys.readouterr().err
