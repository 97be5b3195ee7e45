"""The bibliography names works as the text does, says how much of each was read, and leads back to what cites it."""

from bs4 import BeautifulSoup

from newpip.data import load
from newpip_book.directives.bibliography import READ
from tests.engine.one_chapter import PROSE, build

LIST = "---\norphan: true\n---\n\n# Works\n\n```{bibliography}\n:all:\n```\n"
WORK = "@article{%s,\n title = {%s},\n author = {%s},\n year = {%s},\n journal = {A},\n doi = {10.1000/%s}\n}\n"
WORKS = [
    ("roe2019", "Lamps", "Roe, Ann and Poe, Ben", "2019", "roe"),
    ("zoe2020", "Wicks", "Doe, Jane", "2020", "wicks"),
    ("doe2020", "Oil", "Doe, Jane", "2020", "oil"),
    ("cullen2025", "Perspectives", "Cullen, Emer and Burns, Samantha and Brown, Melissa", "2025", "p"),
]
SETTINGS = {
    "extensions": ["myst_nb", "sphinxcontrib.bibtex", "newpip_book"],
    "bibtex_bibfiles": ["works.bib"],
    "bibtex_default_style": "author_year",
    "bibtex_reference_style": "author_year",
    "bibtex_cite_id": "{key}",
}


def entries(out):
    """Return the entries of the built list, from label to the entry."""
    page = BeautifulSoup((out / "works.html").read_text(encoding="utf-8"), "html5lib")
    return {one.select_one(".label").get_text(): one for one in page.select("div.citation")}


def test_works_are_named_as_they_are_cited_and_lead_back(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "works.md").write_text(LIST, encoding="utf-8")
    (source / "works.bib").write_text("".join(WORK % one for one in WORKS), encoding="utf-8")
    out = build(tmp_path, 12, f"{PROSE}\n## Why\n\nAs {{cite:p}}`zoe2020` says.\n", html_theme="newpip", **SETTINGS)
    found = entries(out)
    assert list(found) == ["Cullen et al., 2025", "Doe, 2020a", "Doe, 2020b", "Roe and Poe, 2019"]
    assert "Doe, 2020b" in (out / "chapter.html").read_text(encoding="utf-8")
    back = {link.get_text(): link["href"] for link in found["Doe, 2020b"].select(".np-source a")}
    assert back == {"One chapter": "chapter.html", "Why": "chapter.html#why"}
    assert "https://doi.org/10.1000/wicks" in str(found["Doe, 2020b"])
    read = load("sources").set_index("source_id").loc["cullen2025", "read"]
    assert found["Cullen et al., 2025"].select_one(".np-source").get_text() == f"{READ[read]}.".capitalize()

    build(tmp_path, 12, f"{PROSE}\n## Why\n\nAs {{cite:p}}`roe2019` says.\n", html_theme="newpip", **SETTINGS)
    found = entries(out)  # of a page whose own text has not changed
    assert found["Doe, 2020b"].select(".np-source a") == [] != found["Roe and Poe, 2019"].select(".np-source a")
