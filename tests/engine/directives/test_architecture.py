"""The architecture page: every room, what happens in it, and every rule of pyproject.toml."""

from bs4 import BeautifulSoup

from newpip_book.directives import architecture
from tests.helpers import read


def test_every_room_says_what_it_is_for():
    for contract in architecture.contracts():
        for layer in architecture.layers(contract) if contract["type"] == "layers" else ():
            for room in layer:
                assert len(architecture.purpose(contract["containers"][0], room)) > 20, room


def test_the_page_shows_every_room_and_every_contract():
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
