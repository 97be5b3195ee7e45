"""What authors write: what is on the list works in every form of the book, and the rest is refused by name."""

import json
import re
import shutil
import zipfile
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from docutils.parsers.rst import directives, roles
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace

from newpip_book.authoring import formulas, lint_syntax, markup, syntax
from newpip_book.build import pipeline
from newpip_book.outputs import takeaway_notebooks
from newpip_book.project import ROOT, settings
from tests.helpers import run

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d494844520000000100000001080600000015c4890000000a49444154"
    "789c63000100000500010d0a2db40000000049454e44ae426082"
)
ALL = r"""## Everything

$$
a = b
$$ (my-eq)

See {eq}`my-eq`, {eq}`twofold`, [there](#part), {doc}`02-keepers`, {doc}`words <../book/reading>`.

```{math}
:label: twofold
\begin{align} a &= b \\ c &= d \end{align}
```

$\sum_{i=1}^{n} \frac{\alpha}{\beta_i}$ and {math}`x^2`.

(part)=
### A part

Press {kbd}`Tab`, {abbr}`GP (general practitioner)`, {dfn}`dfnword`, H{sub}`lo`O, m{sup}`hi`.
By {cite:author}`keeper1901` in {cite:year}`keeper1901`, {cite:p}`{see}keeper1901{p. 3}` and {cite:t}`keeper1901`.
A footnote.[^note] Line<br>break, [site](https://example.org){.class} and {ref}`words <part>`.

[^note]: Its text.

word
: its meaning

::::{admonition} Outer
Outer words.

:::{note}
Inner {kbd}`Esc`.
:::
::::

```{figure} dot.png
:alt: A black dot
:name: dot
Caption of it.
```

![Another dot](dot.png) {numref}`dot` shows it.

```{image} dot.png
:alt: The third dot
```

```{table} Tabled
| a | b |
|---|---|
| c1 | c2 |
```

```{list-table} Listed
:header-rows: 1
* - A
  - B
* - c3
  - c4
```

```{code-block} python
xyz = 1
```

> A quotation.

% a hidden remark
"""
BOXES = "".join(f"\n:::{{{name}}}\nIn {name}.\n:::\n" for name in sorted(syntax.DIRECTIVES) if name in (
    "note", "tip", "important", "seealso", "attention", "caution", "warning", "danger", "error", "hint"))  # fmt: skip


@pytest.fixture(scope="module")
def known(tmp_path_factory):
    """Every role and directive that Docutils, Sphinx and the extensions that are installed bring."""
    folder = tmp_path_factory.mktemp("known")
    (folder / "index.md").write_text("# A page\n", encoding="utf-8")
    more = ("sphinx_exercise", "sphinx_proof", "sphinx_design", "sphinx_togglebutton", "sphinxcontrib.mermaid")
    here = [name for name in more if _can_import(name)]
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\n", encoding="utf-8")
    config = {
        "extensions": [*settings()["sphinx"]["config"]["extensions"], *here],
        **{"html_math_renderer": "mathml", "bibtex_bibfiles": [], "external_toc_path": str(folder / "_toc.yml")},
    }
    with docutils_namespace():
        app = Sphinx(folder, None, folder / "html", folder / "trees", "html", config, status=None, warning=None)
        found = {"roles": {*roles._roles, *roles._role_registry}}
        found["directives"] = {*directives._directives, *directives._directive_registry, "eval-rst", "code-cell"}
        for name, domain in app.registry.domains.items():
            for kind in found:
                own = {*getattr(domain, kind), *getattr(app.registry, f"domain_{kind}").get(name, ())}
                found[kind] |= {f"{name}:{one}" for one in own} | (own if name == "std" else set())
    return found


def _can_import(name):
    try:
        __import__(name)
    except ImportError:
        return False
    return True


def test_whatever_the_libraries_bring_is_on_the_list_or_refused_with_what_works(known):
    assert len(known["roles"]) > 120 and len(known["directives"]) > 120
    lists = {"roles": syntax.ROLES, "directives": syntax.DIRECTIVES}
    for kind, written in (("roles", "{{{}}}`x`"), ("directives", "```{{{}}}\nx\n```")):
        aliases = {"sub", "sup", "kbd", "abbr", "dfn"}  # Docutils has these under longer names
        assert set(lists[kind]) - aliases <= known[kind], kind
        for name in known[kind] - set(lists[kind]):
            (said,) = [one for _, one in lint_syntax.wrong(written.format(name))]
            assert re.fullmatch(rf"there is no {kind[:-1]} {re.escape(repr(name))} here; .+ was expected", said)
            works = re.search(r"here; (.*) was expected", said)[1]
            named = re.fullmatch(r"\{([\w:-]+)\}", works)
            assert not named or named[1] in lists[kind] or f"{{{named[1]}}}" in works, said


def test_what_another_name_stands_for_is_on_the_list():
    for kind, works in (("roles", syntax.ROLES), ("directives", syntax.DIRECTIVES)):
        assert not set(syntax.INSTEAD[kind]) & set(works)
        for instead in syntax.INSTEAD[kind].values():
            assert instead in works or not re.fullmatch(r"[a-z][a-z:-]+", instead) or " " in instead, instead
    assert set(takeaway_notebooks.ROLES) == set(syntax.ROLES)


REFUSED = {  # a text; the line, from 1; words of the message
    "{kbdd}`x`": (1, "no role 'kbdd'", "{kbd}"),
    "a\n{footcite:p}`x`": (2, "no role 'footcite:p'", "{cite:p}"),
    "```{dropdown} Title\nx\n```": (1, "no directive 'dropdown'", ":class: dropdown"),
    "- item\n\n  ```{card}\n  x\n  ```": (3, "no directive 'card'", "{admonition}"),
    "::::{note}\nx\n\n:::{tabs}\ny\n:::\n::::": (4, "no directive 'tabs'", "headings"),
    ":::{note}\n{file}`x`\n:::": (2, "no role 'file'", "`code`"),
    ":::{note}\n---\nclass: tip\n---\n{file}`x`\n:::": (5, "no role 'file'", "`code`"),
    ":::{note}\nx": (1, "is not closed", ":::"),
    "```{figure} none.png\n:alt: A dot\n```": (1, "no picture 'none.png'", "a file"),
    "```{figure} dot.png\n```": (1, "no description", ":alt:"),
    "```{image} dot.png\n:alt: x\n:widht: 3\n```": (3, "no option 'widht'", "width"),
    "![](dot.png)": (1, "no description", "![words"),
    "![a](https://example.org/a.png)": (1, "another site", "a file"),
    "![a](attachment:a.png)": (1, "attached to the cell", "a file"),
    "[a](missing.md)": (1, "no file 'missing.md'", "a page"),
    "[a](javascript:alert())": (1, "'[a](javascript", "https"),
    "| a |\n|---|\n| {file}`x` |": (3, "no role 'file'", "`code`"),
    "# Another": (1, "a second title", "##"),
    "Another\n===": (1, "a second title", "##"),
    "### Deep": (1, "level 3 stands under one of level 1", "##"),
    "<script>1</script>": (1, "<script>", "figure()"),
    "<div>\nx\n</div>": (1, "<div>", "{admonition}"),
    'a <img src="a.png">': (1, "<img>", "![description]"),
    '<a href="x" onclick="y()">z</a>': (1, "a script in <a>", "without it"),
    "<!-- remark -->": (1, "a remark of HTML", "%"),
    "{{ name }}": (1, "'{{ name }}'", "{glue:text}"),
    "- [ ] a task": (1, "'[ ] '", "a list"),
    "a ~~word~~": (1, "'~~word~~'", "the words"),
    "> [!NOTE]\n> words": (1, "'[!NOTE]'", ":::{note}"),
    "::: {.callout-note}\nx\n:::": (1, "begins no directive", ":::{note}"),
    "```mermaid\nx\n```": (1, "no language", "figure()"),
    "\\begin{align}\na &= b\n\\end{align}": (1, "begin{align}", "$$"),
    "a \\(x = 1\\) b": (1, "\\( begins no formula", "$ ... $"),
    ".. note:: x": (1, "'.. note::'", ":::{note}"),
    "[[page]]": (1, "'[[page]]'", "[words](file)"),
    "+++\nx": (1, "a break between blocks", "cell"),
    "---\ntitle: x\n---\nx": (1, "settings of a page", "# words"),
    "```{glossary}\na\n  b\n```": (1, "for pages of book/", "Markdown"),
    "a\n\n$$\nx\n\\tag{A}\n$$": (5, "\\tag is not shown", "(name)"),
    "a $\\bm{x}$": (1, "\\bm is not shown", "\\mathbf"),
    "```{math}\n\\begin{array}{c} a \\end{array}\n```": (2, "\\begin{array}", "matrix"),
    "{math}`\\color{red} x`": (1, "\\color", "colours"),
}


@pytest.mark.parametrize("text", REFUSED, ids=[re.sub(r"\W+", "-", one)[:40] for one in REFUSED])
def test_what_some_form_would_lose_is_refused(text, tmp_path):
    (tmp_path / "dot.png").write_bytes(PICTURE)
    line, said, instead = REFUSED[text]
    found = list(lint_syntax.wrong(text, folder=tmp_path))
    assert (found[0][0] + 1, True) == (line, said in found[0][1]), found
    wrong, _, expected = found[0][1].rpartition("; ")
    assert instead in expected and re.search(r"(was|were) expected$", expected), found


def test_what_is_on_the_list_is_taken(tmp_path):
    (tmp_path / "dot.png").write_bytes(PICTURE)
    for name in ("02-keepers.ipynb",):
        (tmp_path / name).write_text("{}", encoding="utf-8")
    assert list(lint_syntax.wrong(ALL + BOXES, folder=tmp_path)) == []
    assert not list(lint_syntax.wrong(r"`` {file}`x` ``, \(an aside\), [1]: no, 3 < 4 and a_b {not}", folder=tmp_path))
    assert list(lint_syntax.wrong("# A title", level=0)) == []
    assert next(lint_syntax.wrong("## No title", level=0))[1].startswith("a heading of level 2 stands above the title")


TAKEN = (
    r"a, \dots, b", r"\begin{align} a &= b \\ c &= d \end{align}", r"\begin{cases} a & b \\ c & d \end{cases}",
    r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}", r"\frac12", r"\sum_{i=1}^n \alpha_i", r"\text{if } n > 3",
    r"\left( x \right)", r"\hat{p} \approx \sqrt[3]{x}", r"50\%", r"\mathcal{N}(0, 1)", r"\{1\}",
    r"\begin{aligned} x &= \begin{cases} 1 & a \\ 0 & b \end{cases} \\ y &= 2 \end{aligned}",
)  # fmt: skip
UNSHOWN = {
    r"\bm{x}": r"\bm", r"\textbf{n}": r"\textbf", r"\big( x": r"\big", r"x \tag{A}": r"\tag",
    r"\begin{array}{c} a \end{array}": r"\begin{array}", r"\stackrel{a}{b}": r"\stackrel", r"\color{red} x": r"\color",
    r"\newcommand{\x}{y}": r"\newcommand", r"\unknown": r"\unknown", r"\frac{a}": r"\frac{a}", "{x": "{", "x}": "}",
    r"a % b": "%", r"\end{cases}": r"\end{cases}", r"\left( x": r"\left", r"a &= b": "&", r"x \\ y": r"\\", "": "empty",
    r"\limits": r"\limits", r"\begin{cases} a": r"\begin{cases}", r"\left( x \right": r"\right", "x^": "x^", "\\": "\\",
}  # fmt: skip


def test_formulas_are_shown_or_refused_by_name():
    for formula in TAKEN:
        assert formulas.mathml(formula, True).startswith("<math"), formula
    for formula, named in UNSHOWN.items():
        with pytest.raises(formulas.FormulaError, match="expected") as error:
            formulas.mathml(formula)
        assert named in str(error.value), formula


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small book, one chapter of which holds all that is on the list for chapters."""
    folder = tmp_path_factory.mktemp("shelf") / "harbour"
    shutil.copytree(Path(__file__).parents[1] / "other_book", folder)
    (folder / "chapters" / "dot.png").write_bytes(PICTURE)
    path = folder / "chapters" / "01-lamps.ipynb"
    content = json.loads(path.read_text(encoding="utf-8"))
    content["cells"].append({"cell_type": "markdown", "id": "all", "metadata": {}, "source": ALL + BOXES})
    path.write_text(json.dumps(content), encoding="utf-8")
    config = (folder / "_config.yml").read_text(encoding="utf-8")
    (folder / "_config.yml").write_text(config.replace("dollarmath]", "dollarmath, deflist, attrs_inline]"), "utf-8")
    for verb in ("build", "epub"):
        done = run(folder, "newpip_book", verb)
        assert done.returncode == 0, done.stderr
    return folder


WORDS = (
    *("general practitioner", "dfnword", "Its text.", "its meaning", "Outer words.", "Inner", "Caption of it."),
    *("Tabled", "c1", "c2", "Listed", "c3", "c4", "xyz = 1", "A quotation."),
)


@pytest.mark.slow
def test_what_is_on_the_list_works_on_pages_in_notebooks_and_in_epub(book):
    html = book / "_build" / "html"
    page = BeautifulSoup((html / "chapters" / "01-lamps.html").read_text(encoding="utf-8"), "html.parser").article
    packed = zipfile.ZipFile(next(html.glob("*.epub")))
    bound = BeautifulSoup(packed.read("book/page-01-lamps.xhtml").decode(), "html.parser")
    taken = nbformat.read(html / "notebooks" / "01-lamps.ipynb", as_version=4)
    cell = taken.cells[-1]
    for word in WORDS:
        assert word in page.get_text() + str(page), word
        assert word in bound.get_text() + str(bound), word
        assert word in cell.source, word
    assert {one["id"] for one in page.select("div.np-numbered")} == {"equation-my-eq", "equation-twofold"}
    assert [one.text for one in page.select("a[href^='#equation']")] == ["(1.1)", "(1.2)"]
    assert [one["alt"] for one in page.select("img")] == [one["alt"] for one in bound.select("img")]
    assert [one["alt"] for one in page.select("img")] == ["A black dot", "Another dot", "The third dot"]
    assert cell.attachments["dot.png"]["image/png"] and cell.source.count("(attachment:dot.png)") == 3
    assert r"\tag{1}" in cell.source and "See (1), (2)" in cell.source
    assert not re.search(r"^(:::|```\{)|\{[a-z:]+\}`|hidden remark|\(part\)=|\{\.class\}", cell.source, re.MULTILINE)


def test_what_is_on_the_list_works_in_jupyterlab():
    shown = takeaway_notebooks.plain(ALL + BOXES, {"(my-eq)": "(1)"}, lab=True)
    left = {found[1] for found in re.finditer(r"^[`:~]{3,}\{([\w-]+)\}", shown, re.MULTILINE)}
    assert left == {name for name, one in syntax.DIRECTIVES.items() if one.lab} and not re.search(
        r"\{[a-z:]+\}`", shown
    )


def test_places_of_warnings_are_cells_and_lines_and_faults_are_one_line():
    said = pipeline._clean_log("chapters/a.ipynb:80002: ERROR: x\nTraceback (most recent call last):\n  y")
    assert said == "chapters/a.ipynb:cell 8:line 2: ERROR: x\n"
    try:
        markup.tokens(None)
    except Exception as error:  # noqa: BLE001, whatever it is
        assert re.fullmatch(
            r"The build broke off in \w+\.py, line \d+ \(.*\); .* expected\. .*\n", pipeline.explain_fault(error)
        )


def test_the_books_own_extensions_are_named_in_the_list():
    found = set()
    for path in (ROOT / "book" / "_ext" / "newpip_book").rglob("*.py"):
        found |= set(re.findall(r"app\.add_(?:directive|role)\(\"([\w-]+)\"", path.read_text(encoding="utf-8")))
    assert found <= set(syntax.DIRECTIVES) | set(syntax.ROLES)
