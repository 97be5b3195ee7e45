"""The page for those with two minutes: plain words, limits as prominent as findings, nothing typed."""

import re
import warnings

import pytest
from bs4 import BeautifulSoup

from newpip_book.project import ROOT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import textstat

PAGE = ROOT / "_build" / "html" / "book" / "key-findings.html"
SOURCE = ROOT / "book" / "key-findings.md"
OLDEST = 14  # the reading age to stay below; a school grade is five years less


@pytest.fixture(scope="module")
def sections():
    """The page's sections as read: heading, its level, and the text of its paragraphs."""
    found = {}
    for section in BeautifulSoup(PAGE.read_text(encoding="utf-8"), "html5lib").select("article section"):
        heading = section.find(re.compile("^h[1-6]$"), recursive=False)
        name = heading.get_text().strip().rstrip("#¶").strip()
        points = [point.get_text() for point in section.select(":scope > ol > li")]
        words = points or [one.get_text() for one in section.find_all("p", recursive=False)]
        found[name] = {"level": heading.name, "points": points, "text": " ".join(" ".join(words).split())}
    return found


def test_a_reader_of_fourteen_can_read_it(sections):
    text = " ".join(section["text"] for section in sections.values())
    assert len(text.split()) > 250
    # SMOG is the usual measure for health information, as it asks that everything be understood.
    assert textstat.smog_index(text) + 5 <= OLDEST
    assert textstat.flesch_kincaid_grade(text) + 5 <= OLDEST


def test_limits_are_as_prominent_as_findings(sections):
    found, limits = sections["What was found"], sections["What this cannot tell you"]
    assert found["level"] == limits["level"]
    assert len(found["points"]) == len(limits["points"]) > 3
    assert 0.8 < len(limits["text"].split()) / len(found["text"].split()) < 1.25


def test_two_minutes_are_enough(sections):
    words = sum(len(section["text"].split()) for section in sections.values())
    assert words / 200 < 2.5, "at two hundred words a minute"


def test_every_point_leads_to_a_chapter_and_rests_on_a_claim():
    source = SOURCE.read_text(encoding="utf-8")
    points = re.findall(r"^\d\. .*?(?=^\d\. |^\(|^## )", source, flags=re.DOTALL | re.MULTILINE)
    assert len(points) == 10
    for point in points:
        assert "{claim}`" in point and re.search(r"\{ref\}`[^<]+<chapter-", point), point
