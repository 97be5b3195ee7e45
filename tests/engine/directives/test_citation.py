"""A sentence that asks readers to write stands only where CITATION.cff says whom to write to."""

from urllib.parse import unquote

import pytest
from bs4 import BeautifulSoup

from newpip_book import project
from tests.engine.one_chapter import PROSE, build

ASKED = PROSE + "\n```{contact}\nPlease tell us, at\n```\n"


@pytest.mark.parametrize(
    ("contact", "address"),
    [
        ({"email": "a@example.org"}, "mailto:a@example.org"),
        ({"website": "https://example.org/us"}, "https://example.org/us"),
    ],
)
def test_readers_are_asked_where_there_is_somebody_to_write_to(tmp_path, contact, address):
    out = build(tmp_path, 12, ASKED, newpip_citation={**project.citation(), "contact": [{"name": "A", **contact}]})
    page = BeautifulSoup((out / "chapter.html").read_text(encoding="utf-8"), "html5lib")
    asked = next(one for one in page.select("p") if "Please tell us" in one.get_text())
    assert asked.get_text() == f"Please tell us, at {address.removeprefix('mailto:')}."
    assert unquote(asked.find("a")["href"]) == address


@pytest.mark.parametrize("contact", [[], [{"name": "A"}]])
def test_nothing_is_said_where_there_is_nobody(tmp_path, contact):
    out = build(tmp_path, 12, ASKED, newpip_citation={**project.citation(), "contact": contact})
    assert "Please tell us" not in (out / "chapter.html").read_text(encoding="utf-8")
