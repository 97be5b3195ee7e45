"""The self-assessment: every criterion is there, and every file named as evidence exists."""

import re

import pytest

from newpip_book.project import ROOT

PAGE = (ROOT / "book" / "rap.md").read_text(encoding="utf-8")
LEVELS = {"Baseline": 5, "Silver": 9, "Gold": 4}  # criteria, as the NHS has them
FILE = re.compile(r"`((?:[\w.-]+/)*[\w.-]+(?:/|\.\w+)|Makefile|LICENSE|\.gitattributes|\.ci/run)`")


def rows(level):
    section = re.search(rf"^## {level}\n(.*?)(?=^## |\Z)", PAGE, flags=re.DOTALL | re.MULTILINE)[1]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


@pytest.mark.parametrize("level", LEVELS)
def test_every_criterion_has_a_verdict_and_evidence_that_exists(level):
    found = rows(level)
    assert len(found) == LEVELS[level]
    for criterion, verdict, why in found:
        assert verdict in ("Met", "Partly met", "Not met"), criterion
        named = FILE.findall(why)
        assert named or criterion == "Outputs need next to no work by hand", criterion
        for name in named:
            if name != "levels_of_RAP.md":
                assert (ROOT / name).exists(), name


def test_the_level_said_to_be_reached_is_the_one_the_verdicts_give():
    reached = [level for level in LEVELS if all(verdict == "Met" for _, verdict, _ in rows(level))]
    assert ("not reached baseline" in PAGE) == ("Baseline" not in reached)


def test_a_file_that_is_not_there_would_be_seen():
    assert FILE.findall("see `tests/none.py`, `newpip/`, `make book` and `.ci/run`") == [
        "tests/none.py",
        "newpip/",
        ".ci/run",
    ]
