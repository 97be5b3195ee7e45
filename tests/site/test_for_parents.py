"""The page for parents: words that a child of eleven can read, no table, no code, nothing typed, nobody told apart."""

import re
import warnings

import pytest
from bs4 import BeautifulSoup

from newpip_book.authoring import lint_prose, reviewed
from newpip_book.project import ROOT

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import textstat

PAGE = ROOT / "_build" / "html" / "book" / "for-parents.html"
SOURCE = ROOT / "book" / "for-parents.md"
OLDEST = 11  # the reading age to stay below; a school grade is five years less
NAMES = re.compile(r"\b(NEWPIP|Newcastle)\b")


@pytest.fixture(scope="module")
def article():
    return BeautifulSoup(PAGE.read_text(encoding="utf-8"), "html5lib").find("article")


def test_a_reader_of_eleven_can_read_it(article):
    """The names of service and place are left out, as no plainer word could stand for them."""
    text = NAMES.sub("it", " ".join(one.get_text() for one in article.select("section > p")))
    assert len(text.split()) > 250
    assert textstat.smog_index(text) + 5 <= OLDEST
    assert textstat.flesch_kincaid_grade(text) + 5 <= OLDEST


def test_it_has_no_table_no_code_and_no_figure(article):
    assert article.select("section table, section pre, section code, section figure") == []


def test_it_says_who_helps_and_gives_no_number_or_address_of_anybody(article):
    text = " ".join(one.get_text() for one in article.select("section > p"))
    assert all(word in text for word in ("midwife", "health visitor", "GP"))
    assert article.select("section > p a[href^='tel:'], section > p a[href^='mailto:'], section > p a.external") == []
    assert not re.search(r"\d{3}", re.sub(r"\[[^]]*\]|\([^)]*\)", "", text))


@pytest.mark.parametrize("heading", ["What was asked", "What was found", "What it cannot tell you", "Who can help"])
def test_it_answers_what_parents_ask(article, heading):
    assert heading in [one.get_text().rstrip("#¶").strip() for one in article.select("h2")]


def test_what_it_found_rests_on_a_claim_or_on_a_reviewed_statement():
    """Each sentence of what was found, but for the one that leads to the next."""
    known = {statement for statement, *_ in reviewed.statements()[0]}
    found = SOURCE.read_text(encoding="utf-8").partition("## What was found")[2].partition("\n## ")[0]
    lines = [line for line in found.splitlines() if line and line != "Not all of it went well."]
    assert len(lines) > 8
    assert [line for line in lines if "{claim}" not in line and line not in known] == []
    assert lint_prose.lost_statements() == []
