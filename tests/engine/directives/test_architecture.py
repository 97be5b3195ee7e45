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


def test_floors_are_counted_from_below():
    (engine,) = (one for one in architecture.contracts() if one["id"] == "engine")
    page = BeautifulSoup(read("book/architecture.html"), "html5lib").article
    floors = {row.find("th").get_text(): row.find("td").get_text() for row in page.select("tbody tr") if row.find("th")}
    for floor, layer in enumerate(reversed(architecture.layers(engine)), 1):
        assert {floors[name] for name in layer} == {str(floor)}
