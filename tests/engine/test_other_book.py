"""Another book, other_book/, built with the engine as it is: all of its own shows, and nothing of this one."""

import ast
import json
import re
import shutil
import zipfile
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup

from newpip import data
from newpip_book.authoring import notebooks
from newpip_book.project import ENGINE, ROOT
from tests.helpers import run

SAID = re.compile(r"NEWPIP(?!_)|(?i:newcastle|cullen|parent-infant|psychotherap|10\.2989/|recomputed)")
# Of the words of this book, those that any book or script could use.
COMMON = {"cite", "claim", "claims", "code", "glossary", "links", "protocol", "service", "sources", "themes"}
THIS = re.compile(SAID.pattern + r"|chapters/\d\d-")


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    folder = tmp_path_factory.mktemp("shelf") / "harbour"
    shutil.copytree(Path(__file__).with_name("other_book"), folder)
    done = run(folder, "newpip_book", "build")
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr
    return folder


@pytest.fixture(scope="module")
def site(book):
    return book / "_build" / "html"


def page(site, name):
    return BeautifulSoup((site / name).read_text(encoding="utf-8"), "html.parser")


def texts(site):
    """Yield the name and content of each file of a site that holds text."""
    for path in sorted(path for path in site.rglob("*") if path.is_file()):
        try:
            text = path.read_text(encoding="utf-8")
            yield path.relative_to(site).as_posix(), "" if path.name == "minisearch.js" else text  # others' words
        except UnicodeDecodeError:
            assert path.suffix in (".png", ".inv", ".epub"), path


@cache
def words():
    """List what this book calls its own: chapters, pages, tables, keys, labels, sources and terms."""
    names = {Path(path).stem for path in [*notebooks.chapters(), *notebooks.pages()]} - {"index"}
    names |= {one["name"] for one in data.package()["resources"]}
    names |= {content for _, _, name, content in notebooks.roles() if name in ("claim", "result", "glue:text")}
    names |= {content for _, _, name, content in notebooks.roles() if name in ("numref", "ref") and "<" not in content}
    names |= set(re.findall(r"^@\w+\{([^,]+)", (ROOT / "book" / "references.bib").read_text("utf-8"), re.MULTILINE))
    glossary = (ROOT / "book" / "glossary.md").read_text(encoding="utf-8")
    terms = {term.lower() for term in re.findall(r"^(\w.*)\n  \S", glossary, flags=re.MULTILINE)}
    assert len(names) > 300 and len(terms) > 40
    return sorted((names | terms) - COMMON)


def test_its_pages_say_what_its_chapters_computed(site):
    cover, first, second = (
        page(site, f"{name}.html") for name in ("book/index", "chapters/01-lamps", "chapters/02-keepers")
    )
    assert cover.title.text == "Harbour lights"
    assert "The tallest lamp stands 31 metres above the water" in cover.main.text
    assert "The tallest of 3 lamps stands 31 metres high." in " ".join(first.main.text.split())
    assert "It is more than twice as tall as the next." in first.main.text
    assert first.find("figure", id="lamps-heights").find("svg")["aria-label"].startswith("Bars, one for each lamp")
    small = cover.find("figure", class_="np-key")
    assert small.svg["aria-label"].startswith("Bars, one for each lamp") and small.a.text.startswith("Fig. 1.1: larger")
    assert small.a["href"] == "../chapters/01-lamps.html#lamps-heights"
    assert all(one["id"].startswith("small-lamps-heights-") for one in small.find_all(id=True))
    marks, bars = cover.find_all("div", class_="np-sketch")
    assert marks.svg["aria-label"] == "lamps 3" and len(marks.find_all("circle")) == 3 and marks.a.text == "Fig. 1.1"
    tall, low = bars.find_all("rect")
    assert (
        float(low["height"]) / float(tall["height"]) == pytest.approx(3 / 31, rel=0.01) and "fill:none" in tall["style"]
    )
    assert [cell.text for cell in second.find("table", id="keepers-nights").find_all("td")] == [
        *("pier", "120", "rock", "200", "mole", "45"),
    ]
    results = json.loads((site / "results.json").read_text(encoding="utf-8"))["results"]
    assert {key: one["value"] for key, one in results.items()} == {
        **{"lamps.count": 3, "lamps.tallest": 31, "keepers.nights": 365},
    }
    assert results["lamps.tallest"]["used_in"] == ["book/index", "chapters/01-lamps"]


def test_the_command_writes_the_same_results_as_the_build(book, site):
    done = run(book, "newpip_book", "results", "--format", "json")
    assert done.stdout == (site / "results.json").read_text(encoding="utf-8"), done.stderr


def test_it_is_named_licensed_and_cited_by_its_own_files(site):
    cover = page(site, "book/index.html")
    assert "Two keepers. Text, figures and data: CC BY-SA 4.0; code: Apache 2.0." in cover.footer.text
    assert (site / "cite" / "book.bib").read_text(encoding="utf-8").startswith("@misc{harbour-lights-book,\n")
    facts = json.loads(cover.find("script", type="application/ld+json").string)
    assert facts["name"] == "Harbour lights" and "isBasedOn" not in facts
    assert facts["license"] == "https://creativecommons.org/licenses/by-sa/4.0/"
    taken = json.loads((site / "notebooks" / "01-lamps.ipynb").read_text(encoding="utf-8"))
    assert "folder of the book" in "".join(taken["cells"][0]["source"])


def test_no_word_key_or_file_of_this_book_is_in_it(site):
    ours = re.compile(rf"(?<![\w-])({'|'.join(map(re.escape, words()))})(?![\w-])")
    found = [f"{name}: {one[0]}" for name, text in texts(site) for one in [*SAID.finditer(text), *ours.finditer(name)]]
    found += [f"{name}: {one[0]}" for name, text in texts(site) for one in ours.finditer(text)]
    assert not found


def test_the_librarys_name_stands_in_code_alone(site):
    for path in site.rglob("*.html"):
        shown = page(site, path.relative_to(site))
        for code in shown.find_all("pre"):
            code.decompose()
        assert "newpip" not in shown.text.lower(), path


def test_no_message_of_the_engine_names_this_book():
    found = []
    for path in ENGINE.rglob("*.py"):
        name, tree = path.relative_to(ENGINE).as_posix(), ast.parse(path.read_text(encoding="utf-8"))
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
        texts = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in notes]
        found += [f"{name}:{node.lineno}" for node in texts if THIS.search(str(node.value))]
    assert not found


def test_what_it_has_not_is_absent_and_no_link_leads_nowhere(site):
    assert not (site / "slides").exists()
    lost = []
    for path in site.rglob("*.html"):
        for link in BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").find_all(href=True):
            target = link.get("data-path") or link["href"].partition("#")[0].partition("?")[0]
            here = site if link.get("data-path") else path.parent
            if not re.match(r"[a-z]+:", target) and not (here / target).exists():
                lost.append(f"{path.relative_to(site)}: {target}")
    assert not lost


def test_it_is_checked_refreshed_and_bound_like_any_book(book, site, tmp_path):
    copy = shutil.copytree(book, tmp_path / "copy")
    assert "lamps.ipynb: outputs stored" in run(copy, "newpip_book", "refresh").stdout
    checked = run(copy, "newpip_book", "check")
    assert (checked.returncode, checked.stderr) == (0, "")
    started = run(copy, "newpip_book", "new-chapter", "waiting")
    assert (started.returncode, started.stderr.count("\n")) == (2, 1) and "_template" in started.stderr
    bound = run(copy, "newpip_book", "epub")
    assert bound.returncode == 0, bound.stderr
    with zipfile.ZipFile(copy / "_build" / "html" / "harbour-lights.epub") as archive:
        inside = "".join(archive.read(name).decode() for name in archive.namelist())
    assert "<dc:title>Harbour lights: a book of two chapters</dc:title>" in inside
    assert not SAID.findall(inside)


def test_the_book_is_the_nearest_one_upwards_and_else_the_checkout(book, monkeypatch, tmp_path):
    monkeypatch.delenv("NEWPIP_DATA", raising=False)
    monkeypatch.chdir(book / "chapters")
    assert data.root() == book.resolve() and data.folder() == book.resolve() / "data"
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path))
    assert data.folder() == tmp_path
    monkeypatch.delenv("NEWPIP_DATA")
    monkeypatch.chdir(tmp_path)
    assert data.root() == Path(data.__file__).parents[1]
