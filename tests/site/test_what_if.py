"""The page that says what would fall, and the drawings of where results come from, as built."""

import json

import pytest
from bs4 import BeautifulSoup

from newpip_book.maintenance import what_if
from newpip_book.provenance import outcomes
from tests.helpers import HTML, read


@pytest.fixture(scope="module")
def published():
    """What the book publishes."""
    return json.loads(read("results.json"))


def rows(page):
    """Return the table of outcomes of a page: what is said, and its cells."""
    soup = BeautifulSoup(read(page), "lxml")
    tables = [one for one in soup.select("table") if one.select_one("thead th").get_text() == "What is said"]
    found = [row for table in tables for row in table.select("tbody tr")]
    return [[cell.get_text().strip() for cell in row.select("th, td")] for row in found]


def test_every_claim_and_headline_has_a_row(published):
    found = rows("book/what-if.html")
    headlines = [one for one in published["results"].values() if "book/key-findings" in one["used_in"]]
    assert len(found) == len(published["claims"]) + len(headlines) and len(headlines) > 10
    for cells in found:
        assert len(cells) == 1 + len(outcomes.COLUMNS)


def test_outcomes_that_were_worked_out_by_hand(published):
    """From May to December the first 59 stand for 88.5 a year, whose middle is two months nearer to that of 2020."""
    cagr = published["results"]["referrals.cagr"]["otherwise"]
    assert cagr["reading:opened_may"] == f"{(186 / (59 * 12 / 8)) ** (1 / (3 - 4 / 24)) - 1:.1%}"
    assert cagr["reading:opened_june"] == f"{(186 / (59 * 12 / 7)) ** (1 / (3 - 5 / 24)) - 1:.1%}"
    assert cagr["source:cullen2025"] is None
    mixed = published["claims"]["services-favourable-trials-mixed"]["otherwise"]
    assert mixed["without-unread"] is True and mixed["without-abstracts"] is False
    told = "\n".join(what_if.report("referrals.cagr"))
    assert "if the first year began in May: 30.0%" in told


def test_only_pairs_that_rest_on_each_other_are_tried(published):
    for one in [*published["results"].values(), *published["claims"].values()]:
        graded = {"secondary", "memory"} & one["grades"].keys()
        if all(one["rows"].values()):  # of a table that no single row decides all rows are tried
            assert ("without-unread" in one["otherwise"]) == bool(graded), one["label"]


def test_key_findings_say_what_each_sentence_survives(published):
    cited = [key for key, one in published["claims"].items() if "book/key-findings" in one["used_in"]]
    found = rows("book/key-findings.html")
    assert len(found) == len(cited) > 8
    assert all(cells[0] in " ".join(read("book/key-findings.html").split()) for cells in found if "‘" not in cells[0])


def test_the_map_leads_from_each_table_to_its_rows_and_each_chapter_to_its_results(published):
    soup = BeautifulSoup(read("book/architecture.html"), "lxml").select_one(".np-map")
    links = [link["href"].removeprefix("../") for link in soup.select("a")]
    assert all((HTML / link).is_file() for link in links)
    tables = {name for kind in ("results", "claims") for one in published[kind].values() for name in one["rows"]}
    assert {link for link in links if link.startswith("rows/")} == {f"rows/{name}.html" for name in tables}


def test_the_way_of_a_number_goes_from_its_rows_to_its_sentences(published):
    way = BeautifulSoup(read("book/claims.html"), "lxml").select_one(".np-way")
    one = published["results"]["referrals.cagr"]
    assert way.pre.get_text() == published["programs"][one["program"]]
    assert [link.get_text() for link in way.select("li")[0].select("a")] == [
        row for key in one["rows"].values() for row in key
    ]
    assert one["text"] in way.select("li")[2].get_text() and one["text"] in way.select("li")[3].get_text()
