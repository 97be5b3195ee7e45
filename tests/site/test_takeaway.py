"""What a reader can take away: the data, picture, code and citation of each figure and table, and of the page."""

import csv
import io
import json
import re
import struct
import zlib
from functools import cache

import nbformat
import pytest
from bs4 import BeautifulSoup
from pybtex.database import parse_string

from newpip import publish
from newpip_book import project
from newpip_book.authoring import notebooks
from newpip_book.directives import citation
from tests.helpers import CHAPTERS, HTML, PAGES, ROOT

LABELS = {"figure": "Figure", "table": "Table"}


@cache
def soup(page):
    text = (HTML / page).read_text(encoding="utf-8")
    return BeautifulSoup(text[text.index("<article") : text.index("</article>")], "html.parser")


@cache
def published(page):
    """Each figure and table of a chapter: its kind, key, number, anchor, and the line and folds that belong to it."""
    found = []
    for line in soup(page).select("p.np-source"):
        figure = line.find_parent("figure")
        node = figure or line.parent.find("table", class_="np-table")
        folds = (figure or line.parent).select("details.np-fold")
        number = re.search(r"\d+\.\d+", node.select_one(".caption-number").get_text())[0]
        links = {re.split(r" of ", link.get_text())[0]: link["href"] for link in line.select(".np-offer a")}
        key = re.search(r" of (\S+)$", line.select_one(".np-offer a").get_text())[1]
        found.append(("figure" if figure else "table", key, number, node["id"], links, folds, line))
    return found


def ris(text):
    """Read one or more entries of RIS."""
    entries = [[]]
    for line in text.replace("\r\n", "\n").strip("\n").split("\n"):
        if line:
            assert re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line), line
            entries[-1].append((line[:2], line[6:]))
            if line.startswith("ER"):
                entries.append([])
    assert entries.pop() == [] and all(entry[0][0] == "TY" and entry[-1] == ("ER", "") for entry in entries)
    return [dict(entry) for entry in entries]


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_figure_and_table_offers_its_data_picture_code_and_sources(page):
    assert len(published(page)) >= 3
    for kind, key, _, _, links, _, line in published(page):
        wanted = ["CSV", "SVG", "PNG", "cell", "notebook"] if kind == "figure" else ["CSV", "cell", "notebook"]
        assert list(links) == wanted, key
        for name in set(wanted) - {"cell"}:
            assert (HTML / page).parent.joinpath(links[name]).is_file(), (key, name)
        for name, ending in {"CSV": "csv", "SVG": "svg", "PNG": "png"}.items():
            assert name not in links or links[name].endswith(f"/{key}.{ending}")
        *sources, rows = [link["href"] for link in line.find_all("a", recursive=False)]
        assert rows == f"../results/{page.removeprefix('chapters/')}#figure.{key}"
        assert sources and all("data-dictionary.html#table-" in source for source in sources), key


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_code_link_leads_to_the_cell_that_made_it_folded_away(page):
    for _, key, _, _, links, _, _ in published(page):
        assert links["cell"] == f"#code-{key}"
        target = soup(page).find(id=f"code-{key}")
        assert target.find_parent("details") and f'"{key}"' in target.get_text()


@pytest.mark.parametrize("page", CHAPTERS)
def test_the_notebook_offered_is_the_chapter_made_to_be_taken_away(page):
    links = published(page)[0][4]
    offered = nbformat.read((HTML / page).parent / links["notebook"], as_version=4)
    source = nbformat.read(ROOT / page.replace(".html", ".ipynb"), as_version=4)
    code, own = ([one.source for one in book.cells if one.cell_type == "code"] for book in (offered, source))
    assert code[1:] == own and code[0].startswith(("%pip", "# The package"))
    assert not any("{glue" in cell.source or "{claim}" in cell.source for cell in offered.cells), (
        "the author's own file"
    )


def png(content):
    """Return what a PNG says of itself: width, height, pixels a metre, and the names of its chunks."""
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    chunks, place = {}, 8
    while place < len(content):
        size, name = struct.unpack(">I4s", content[place : place + 8])
        body = content[place + 8 : place + 8 + size]
        assert zlib.crc32(name + body) == struct.unpack(">I", content[place + 8 + size : place + 12 + size])[0]
        chunks[name.decode()] = body
        place += 12 + size
    return *struct.unpack(">II", chunks["IHDR"][:8]), struct.unpack(">IIB", chunks["pHYs"]), set(chunks)


@pytest.mark.parametrize("page", CHAPTERS)
def test_pictures_are_the_same_size_and_say_nothing_of_the_day(page):
    for kind, key, _, _, links, _, _ in published(page):
        if kind == "table":
            continue
        width, height, (across, down, unit), chunks = png((HTML / page).parent.joinpath(links["PNG"]).read_bytes())
        assert (across, down, unit) == (round(publish.DPI / 0.0254),) * 2 + (1,), key
        assert chunks <= {"IHDR", "pHYs", "IDAT", "IEND"}, key
        svg = (HTML / page).parent.joinpath(links["SVG"]).read_text(encoding="utf-8")
        points = [float(size) for size in re.search(r'width="([\d.]+)pt" height="([\d.]+)pt"', svg).groups()]
        assert width == pytest.approx(points[0] / 72 * publish.DPI, rel=0.03), key
        assert height == pytest.approx(points[1] / 72 * publish.DPI, rel=0.03), key
        assert "sans-serif" in svg and "var(" not in svg and "<title>" in svg and "<desc>" in svg


@pytest.mark.parametrize("page", CHAPTERS)
def test_a_figure_s_data_are_a_table_in_the_page_when_they_are_few(page):
    for kind, key, _, _, links, folds, _ in published(page):
        rows = list(
            csv.reader(io.StringIO((HTML / page).parent.joinpath(links["CSV"]).read_text(encoding="utf-8-sig")))
        )
        tables = [fold for fold in folds if "np-data" in fold["class"]]
        assert len(tables) == (kind == "figure"), key
        for table in tables if len(rows) <= 31 else ():
            shown = [[cell.get_text() for cell in row.find_all(["th", "td"])] for row in table.find_all("tr")]
            assert [name.replace("_", " ") for name in rows[0]] == shown[0] and len(shown) == len(rows), key
            for cell, said in zip(sum(rows[1:], []), sum(shown[1:], []), strict=True):
                assert cell == said or float(cell) == pytest.approx(float(said.replace("\u2212", "-")), rel=1e-3), key
            scroll = table.select_one("[tabindex='0'][role=region]")
            assert scroll["aria-label"] == f"Data of {key}"


@pytest.mark.parametrize("page", CHAPTERS)
def test_each_figure_and_table_can_be_cited_in_three_forms(page):
    for kind, key, number, anchor, _, folds, _ in published(page):
        assert anchor in (key.replace("_", "-"), f"{kind}-{key}"), "an anchor made of the key stays where it is"
        (fold,) = [fold for fold in folds if "np-citation" in fold["class"]]
        label = f"{LABELS[kind]} {number}"
        assert fold.summary.get_text() == f"Cite {label}"
        place = f"{page}#{anchor}"
        said, tex, lines = fold.p.get_text(), *(part.get_text() for part in fold.find_all("pre"))
        assert label in said and place in said and "Cullen" in said
        (entry,) = parse_string(tex, "bibtex").entries.values()
        assert label in entry.fields["title"] and place in entry.fields["howpublished"].replace("\\", "")
        (fields,) = ris(lines)
        assert fields["TI"].startswith(label) and fields["SE"] == place and fields["ID"] == entry.key
        files = [link["href"] for link in fold.find_all("a")]
        assert [name.rsplit(".")[-1] for name in files] == ["bib", "ris"]
        for name in files:
            text = (HTML / page).parent.joinpath(name).read_bytes().decode()
            both = (
                list(parse_string(text, "bibtex").entries) if name.endswith("bib") else [one["ID"] for one in ris(text)]
            )
            assert both == ["cullen2025", entry.key], "the study comes first"


@pytest.mark.parametrize("page", PAGES)
def test_each_page_says_how_to_cite_it_and_the_study_before_it(page):
    (foot,) = soup(page).select(".np-foot")
    facts = project.citation()
    assert foot.summary.get_text() == "Cite this page"
    study, own = (one.get_text() for one in foot.find_all("p", class_=None))
    assert study.startswith("Cullen, E., ") and facts["title"] in own
    tex, lines = (part.get_text() for part in foot.find_all("pre"))
    assert next(iter(parse_string(tex, "bibtex").entries)) == "cullen2025" and len(ris(lines)) == 2
    assert ris(lines)[1]["ET"] == facts["version"] and ris(lines)[1]["PY"] == facts["date-released"][:4]
    for link in foot.find_all("a"):
        assert (HTML / page).parent.joinpath(link["href"]).is_file()


def test_the_page_on_citing_says_the_same():
    facts = project.citation()
    text = soup("book/cite.html").get_text()
    for work in (citation.study(facts), citation.book(facts)):
        assert all(form(work) in text for form in (citation.as_text, citation.as_bibtex, citation.as_ris))
    source = (ROOT / "book" / "cite.md").read_text(encoding="utf-8")
    assert facts["title"] not in source and "10.2989" not in source


def test_the_study_is_the_one_in_the_bibliography():
    entry = parse_string((ROOT / "book" / "references.bib").read_text(encoding="utf-8"), "bibtex").entries["cullen2025"]
    study = citation.study(project.citation())
    assert re.sub(r"[{}]", "", entry.fields["title"]) == study.title and entry.fields["doi"] == study.doi
    assert tuple(f"{' '.join(one.last_names)}, {' '.join(one.first_names)}" for one in entry.persons["author"]) == (
        study.authors
    )


def test_an_address_appears_only_where_one_is_known():
    facts = project.citation()
    for address, url in (("", None), ("https://example.org/book/", "https://example.org/book/a.html#b")):
        work = citation.part_of_book(facts, "figure", "b", "Figure 1.1: 50% & more_or #less", "a.html#b", address)
        assert ris(citation.as_ris(work))[0].get("UR") == url
        (entry,) = parse_string(citation.as_bibtex(work), "bibtex").entries.values()
        assert entry.fields.get("url", "").replace(r"\#", "#") == (url or "")
        assert entry.fields["title"] == r"{Figure 1.1: 50\% \& more\_or \#less}"
        assert (url or "a.html#b") in citation.as_text(work)


def test_every_figure_and_table_is_referred_to():
    prose = "\n".join(
        cell.source
        for path in notebooks.chapters()
        for cell in nbformat.read(path, as_version=4).cells
        if cell.cell_type == "markdown"
    )
    prose += "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "book").glob("*.md"))
    named = set(re.findall(r"\{numref\}`(?:[^`<]*<)?([\w-]+)>?`", prose))
    keys = [key for page in CHAPTERS for _, key, *_ in published(page)]
    assert len(keys) == len(set(keys)) and set(keys) - named == set()


def test_the_pictures_are_not_stored_with_the_chapters():
    for path in notebooks.chapters():
        for cell in nbformat.read(path, as_version=4).cells:
            assert '"png"' not in json.dumps(cell.get("outputs", []))
