"""The page of corrections: every row of the table, newest first, each with the page that it is of."""

from bs4 import BeautifulSoup

from newpip import data
from newpip_book.project import ROOT

PAGE = ROOT / "_build" / "html" / "book" / "corrections.html"


def test_every_correction_is_shown_with_its_page():
    rows = [
        [" ".join(cell.get_text().split()) for cell in row.select("td, th")]
        for row in BeautifulSoup(PAGE.read_text(encoding="utf-8"), "html5lib").select("article table tbody tr")
    ]
    table = data.load("corrections")
    assert [row[1:] for row in rows] == [
        [one.said.replace("'", "\u2019"), one.now.replace("'", "\u2019"), str(one.since.date()).replace("-", "\u2011")]
        for one in table.itertuples()
    ]
    assert all(row[0] for row in rows)


def test_corrections_name_pages_of_this_book_and_come_newest_first():
    table = data.load("corrections")
    for page in table["page"]:
        assert any((ROOT / f"{page}{ending}").is_file() for ending in (".md", ".ipynb")), page
    assert table["since"].is_monotonic_decreasing
    assert (table["said"] != table["now"]).all()
