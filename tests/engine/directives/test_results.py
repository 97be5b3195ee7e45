"""The Sphinx extension on a book of one chapter: numbers are pasted, false claims stop the build."""

import io
import json
import re
import shutil
from pathlib import Path
from types import SimpleNamespace

import nbformat
import pytest
from docutils import nodes
from pygments.filters import ErrorToken
from sphinx import highlighting
from sphinx.application import Sphinx
from sphinx.errors import ExtensionError
from sphinx.util.docutils import docutils_namespace

from newpip.data import folder
from newpip_book.authoring import dependencies, notebooks
from newpip_book.build import sphinx_patches
from newpip_book.directives import figures
from newpip_book.execution import stored_outputs

PROSE = """# One chapter

The value is {glue:text}`a.value`.
It is above ten. {claim}`above-ten`
"""
CODE = """from newpip.data import load
from newpip.publish import claim, number, table
import pandas as pd
number("a.value", VALUE, unit="things")
claim("above-ten", VALUE > 10, "the value with ten")
table("t", pd.DataFrame({"x": ["<script>alert(1)</script>"], "n": [VALUE]}), caption="A table", source=[])
"""


def write(source, value, prose=PROSE, code=CODE):
    """Write the sources of a book whose one chapter publishes ``value``."""
    source.mkdir(exist_ok=True)
    cells = [nbformat.v4.new_markdown_cell(prose), nbformat.v4.new_code_cell(code.replace("VALUE", str(value)))]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata.kernelspec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    nbformat.write(notebook, source / "chapter.ipynb")
    cover = "# Cover\n\nIt is {result}`a.value`.\n\n```{toctree}\nchapter\n```\n"
    (source / "index.md").write_text(cover, encoding="utf-8")


def build(tmp_path, value=None, prose=PROSE, warnings=None, code=CODE, **settings):
    """Build the book, of a new value when one is given; return its folder."""
    source = tmp_path / "source"
    if value is not None:
        write(source, value, prose, code)
    config = {
        "extensions": ["myst_nb", "newpip_book"],
        "nb_custom_formats": {".ipynb": "newpip_book.authoring.dependencies.read_notebook"},
        "nb_execution_mode": "cache",
        "nb_execution_raise_on_error": True,
        "html_math_renderer": "mathml",
        "numfig": True,
        "root_doc": "index",
        **settings,
    }
    out = tmp_path / "build" / "html"
    trees = tmp_path / "build" / "doctrees"
    with docutils_namespace():
        app = Sphinx(source, None, out, trees, "html", confoverrides=config, status=None, warning=warnings)
        app.build()
    return out


def test_numbers_reach_every_page_and_results_json(tmp_path):
    out = build(tmp_path, 12.5)
    results = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert results == {"schema": 1, "results": {"a.value": {"value": 12.5, "unit": "things", "chapter": "chapter"}}}
    assert "It is <span" in (out / "index.html").read_text(encoding="utf-8")
    assert "12.5" in (out / "index.html").read_text(encoding="utf-8")


def test_a_changed_style_is_published_though_no_page_changed(tmp_path):
    style = tmp_path / "source" / "static" / "own.css"
    style.parent.mkdir(parents=True)
    style.write_text("/* before */")
    settings = {"html_static_path": [str(style.parent)]}
    out = build(tmp_path, 12, **settings)
    style.write_text("/* after */")
    assert (build(tmp_path, **settings) / "_static" / "own.css").read_text() == "/* after */", out


def test_text_from_data_is_escaped(tmp_path):
    page = (build(tmp_path, 12) / "chapter.html").read_text(encoding="utf-8")
    assert "<script>alert(1)" not in page and "&lt;script&gt;alert(1)" in page


def test_words_of_a_figure_are_escaped(tmp_path):
    words = 'alt="<b onclick=a()>\\"", caption="<img src=x onerror=a()>"'
    code = (
        'from newpip.publish import figure; from newpip import draw; fig, ax = draw.canvas(1)\nax.set(title="<i>x</i>")'
    )
    value = f'1\n{code}\nfigure("f", fig, data=pd.DataFrame({{"x": [1]}}), source=[], {words})\n12'
    page = (build(tmp_path, 12, code=CODE + value) / "chapter.html").read_text(encoding="utf-8")
    assert "onerror=a()" in page and "<img src=x" not in page and "<b onclick" not in page and "<i>x" not in page


def test_a_false_claim_stops_the_build_and_names_chapter_claim_and_sentence(tmp_path):
    out = build(tmp_path, 12)
    before = (out / "chapter.html").read_bytes()
    with pytest.raises(ExtensionError) as stopped:
        build(tmp_path, 8)
    message = str(stopped.value)
    assert "chapter: claim 'above-ten'" in message and "It is above ten." in message
    assert (out / "chapter.html").read_bytes() == before
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]["a.value"]["value"] == 8


def published(out):
    """Return what the chapter shows and the data it offers."""
    page = (out / "chapter.html").read_text(encoding="utf-8").partition("<section")[2]
    (table,) = out.rglob("t.csv")
    assert "59" in page
    return page, table.read_bytes()


def test_a_stopped_build_leaves_nothing_behind(tmp_path, monkeypatch):
    """Other data stop the build; the first data then give the first numbers, though no chapter's file changed."""
    other = tmp_path / "other"
    shutil.copytree(folder(), other)
    table = (other / "referrals.csv").read_text(encoding="utf-8")
    (other / "referrals.csv").write_text(table.replace("\n2017,59,", "\n2017,5,"), encoding="utf-8")
    value = 'int(load("referrals")["referrals"].iloc[0])'
    out = build(tmp_path, value)
    before = published(out)
    with monkeypatch.context() as patch:
        patch.setenv("NEWPIP_DATA", str(other))
        with pytest.raises(ExtensionError, match="above-ten"):
            build(tmp_path)
    build(tmp_path)
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]["a.value"]["value"] == 59
    assert published(out) == before


def test_a_false_claim_can_be_marked_instead(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NEWPIP_CLAIMS", "mark")
    page = (build(tmp_path, 8) / "chapter.html").read_text(encoding="utf-8")
    assert "this sentence does not hold" in page
    assert "above-ten" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("prose", "said"),
    [
        (PROSE.replace("{claim}`above-ten`", ""), "no sentence ends with"),
        (PROSE + "\nAnother. {claim}`unheard`\n", "no cell checks the claim 'unheard'"),
        (PROSE + "\nAnd {result}`a.nothing`.\n", "no chapter names the number 'a.nothing'"),
    ],
)
def test_claims_sentences_and_numbers_must_match(tmp_path, prose, said):
    warnings = io.StringIO()
    build(tmp_path, 12, prose, warnings=warnings)
    assert said in warnings.getvalue()


def notebook(*lines):
    """A chapter of one cell."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])


def test_a_chapter_depends_on_what_it_loads_and_imports_and_on_nothing_else():
    parts = dependencies.manifest(
        notebook("from newpip import referrals", "from newpip.data import load", 'load("teams")')
    )
    assert {"code", "requirements.txt", "data/teams.csv", "newpip.referrals", "newpip.data"} <= parts.keys()
    assert "newpip.intervals" in parts, "a module's own imports count"
    assert "newpip.dropout" not in parts and "data/referrals.csv" not in parts


def test_a_changed_table_changes_only_what_loads_it(tmp_path, monkeypatch):
    reads = notebook('from newpip.data import load\nload("referrals")')
    other = notebook('from newpip.data import load\nload("teams")')
    before = dependencies.manifest(reads), dependencies.manifest(other)
    for path in folder().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path))
    with open(tmp_path / "referrals.csv", "a", encoding="utf-8") as file:
        file.write("\n")
    assert dependencies.changed(before[0], dependencies.manifest(reads)) == ["data/referrals.csv"]
    assert dependencies.changed(before[1], dependencies.manifest(other)) == []


def test_every_table_a_chapter_loads_is_named_in_full():
    """Dependence is read off ``load("name")``; a computed name would hide it."""
    for path in notebooks.chapters():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert len(re.findall(r"\bload\(", cell.source)) == cell.source.count('load("'), path.name


def test_storing_outputs_is_repeatable_and_leaves_pictures_out(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(notebook("1 + 1"), path)
    ran = nbformat.read(path, as_version=4)
    svg = {"image/svg+xml": "<svg/>", "text/plain": "2"}
    ran.cells[0].outputs = [nbformat.v4.new_output("display_data", svg, metadata={"newpip": {"svg": "<svg/>"}})]
    assert stored_outputs.store(path, ran)
    first = Path(path).read_bytes()
    assert b"svg" not in first and b'"2"' in first
    assert not stored_outputs.store(path, ran) and Path(path).read_bytes() == first


def test_colours_follow_the_page():
    assert figures.themed("fill: #0072B2") == "fill: var(--np-parent, #0072b2)"


def test_a_slide_of_what_is_not_in_the_book_is_named(tmp_path):
    (tmp_path / "source" / "book").mkdir(parents=True)
    listed = "slides:\n- {figure: nowhere, claim: above-ten}\nclosing: no-such-section\n"
    (tmp_path / "source" / "book" / "slides.yml").write_text(listed, encoding="utf-8")
    said = io.StringIO()
    out = build(tmp_path, 12, warnings=said)
    assert "no chapter publishes the figure 'nowhere'" in said.getvalue()
    assert "no page has a section labelled 'no-such-section'" in said.getvalue()
    assert "<h1" in (out / "slides" / "index.html").read_text(encoding="utf-8")


def test_a_number_of_thousands_is_pasted_as_published(tmp_path):
    code = CODE.replace('VALUE, unit="things"', 'VALUE, ",", unit="things"')
    text = (build(tmp_path, 200_000, code=code) / "chapter.html").read_text(encoding="utf-8")
    assert ">200,000<" in text and "(200, 0)" not in text


def test_pages_are_shared_but_the_cover_is_read_anew():
    """The contents of every page are made from the cover, and are gone from a copy of it that was written."""
    env = SimpleNamespace(get_doctree=lambda name: object())
    sphinx_patches.share_pages(SimpleNamespace(env=env, config=SimpleNamespace(root_doc="book/index")), None)
    assert env.get_doctree("chapters/01") is env.get_doctree("chapters/01")
    assert env.get_doctree("book/index") is not env.get_doctree("book/index")


def test_code_that_did_not_change_keeps_its_colours_and_other_code_gets_its_own(tmp_path, monkeypatch):
    made, real = [], sphinx_patches.HIGHLIGHT
    monkeypatch.setattr(highlighting, "highlight", real)  # which is put back afterwards
    monkeypatch.setattr(sphinx_patches, "HIGHLIGHT", lambda code, *how: made.append(code) or real(code, *how))
    app, bridge = SimpleNamespace(doctreedir=tmp_path), highlighting.PygmentsBridge("html", "sphinx")

    def written(*blocks):
        sphinx_patches.colour_once(app, None, "page")
        page = [bridge.highlight_block(code, lang, **how) for code, lang, how in blocks]
        sphinx_patches.keep_colours(app, "page", "page.html", {}, object())
        return page

    one, two = ("x = 1", "python", {}), ("x = 2", "python", {})
    first = written(one, two)
    assert written(one, two) == first and made == ["x = 1", "x = 2"]
    lined, plain = written(("x = 1", "python", {"linenos": "inline"}), ("x = 1", "text", {}))
    assert len({lined, plain, *first}) == 4
    with pytest.raises(ErrorToken):  # which Sphinx takes for a reason to warn, each time
        highlighting.highlight("0 $ 1", bridge.get_lexer("", "python", {}), bridge.get_formatter())
    written(one)
    assert made.count("x = 1") == 4, "what a page no longer has is not kept"


def test_an_outline_keeps_what_figures_are_numbered_by_and_nothing_else():
    figure = nodes.figure("", nodes.raw("", "<svg/>"), nodes.caption("", "", nodes.emphasis("", "Counts")), ids=["f"])
    deep = nodes.container("", nodes.paragraph("", "Words"), nodes.container("", figure, literal_block=False))
    section = nodes.section("", nodes.title("", "One"), nodes.paragraph("", "More words"), deep, ids=["one"])
    kinds = nodes.section, nodes.figure, nodes.table
    [kept] = sphinx_patches._bare(nodes.Element("", section), kinds)
    assert [type(node).__name__ for node in kept.findall(nodes.Element)] == [
        *("section", "title", "container", "container", "figure", "caption"),
    ]
    assert kept["ids"] == ["one"] and kept.next_node(nodes.figure)["ids"] == ["f"]
    assert kept.next_node(nodes.caption).astext() == "Counts"


def test_outlines_of_another_process_are_taken_over():
    here, there = SimpleNamespace(newpip_outlines={"a": 1}), SimpleNamespace(newpip_outlines={"b": 2, "c": 3})
    sphinx_patches.merge(None, here, ["b"], there)
    assert here.newpip_outlines == {"a": 1, "b": 2}
