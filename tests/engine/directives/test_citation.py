"""Readers are asked to write only where it is said whom to write to; what they write about is filled in."""

from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup

from newpip_book import project
from newpip_book.directives.citation import contact_link
from tests.engine.one_chapter import PROSE, build

ASKED = PROSE + "\n```{contact}\nPlease tell us, at\n```\n"
ABOUT = "Lamps%3A%20One%20chapter"
ISSUES = "https://git.example.org/book/issues/new"


def in_citation(*contacts):
    return {"newpip_citation": {**project.citation(), "contact": list(contacts)}}


@pytest.mark.parametrize(
    ("settings", "address", "link"),
    [
        (in_citation({"name": "A", "email": "a@example.org"}), "a@example.org", "mailto:a@example.org?subject="),
        (in_citation({"website": ISSUES}), ISSUES, f"{ISSUES}?title="),
        ({"newpip_contact": f"{ISSUES}?labels=book"}, f"{ISSUES}?labels=book", f"{ISSUES}?labels=book&title="),
        ({"newpip_contact": f"{ISSUES}?issue[title]={{subject}}"}, ISSUES, f"{ISSUES}?issue[title]="),
        (in_citation({"name": "A"}), "", ""),
    ],
)
def test_a_contact_is_an_address_of_mail_or_of_a_page(settings, address, link):
    config = SimpleNamespace(**{"html_title": "Lamps", "newpip_contact": "", **in_citation(), **settings})
    assert contact_link(SimpleNamespace(config=config), "One chapter") == (address, link and link + ABOUT)


def test_readers_are_asked_where_there_is_somebody_to_write_to(tmp_path):
    out = build(tmp_path, 12, ASKED, html_title="Lamps", html_theme="newpip", newpip_contact=ISSUES)
    page = BeautifulSoup((out / "chapter.html").read_text(encoding="utf-8"), "html5lib")
    asked = next(one for one in page.select("p") if "Please tell us" in one.get_text())
    assert asked.get_text() == f"Please tell us, at {ISSUES}."
    at_foot = next(one for one in page.select("footer a") if one.get_text() == "Tell us about this page")
    assert at_foot["href"] == asked.find("a")["href"] == f"{ISSUES}?title={ABOUT}"


def test_nothing_is_said_where_there_is_nobody(tmp_path):
    out = build(tmp_path, 12, ASKED, html_theme="newpip")
    assert "ell us" not in (out / "chapter.html").read_text(encoding="utf-8")
