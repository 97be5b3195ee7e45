"""The architecture page: every room, what happens in it, and every rule of pyproject.toml."""

from bs4 import BeautifulSoup

from newpip_book.directives import architecture
from tests.helpers import ROOT, read


def test_a_room_is_said_to_be_what_its_first_line_says():
    first = (ROOT / "newpip" / "intervals.py").read_text(encoding="utf-8").partition("\n")[0]
    assert architecture.purpose("newpip", "intervals") == first.strip('"') != ""
    assert architecture.purpose("newpip_book", "outputs") != ""


def test_the_page_shows_every_module_and_every_contract():
    page = BeautifulSoup(read("book/architecture.html"), "html5lib").article
    shown = {row.find(["th", "td"]).get_text() for row in page.select("tbody tr")}
    for folder in architecture.SOURCES.values():
        rooms = [path for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()]
        assert {path.stem for path in rooms} - {"__init__"} <= shown
    text = page.get_text().replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    for contract in architecture.contracts():
        assert contract["name"] in text


def test_a_room_may_know_those_below_it_alone():
    (engine,) = (one for one in architecture.contracts() if one["id"] == "engine")
    page = BeautifulSoup(read("book/architecture.html"), "html5lib").article
    rows = {row.find(["th", "td"]).get_text(): row.find_all("td")[-1].get_text() for row in page.select("tbody tr")}
    listed = architecture.layers(engine)
    assert rows["execution"] == ", ".join(name for layer in listed[listed.index(["execution"]) + 1 :] for name in layer)
