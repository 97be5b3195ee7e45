"""Prose read sentence by sentence: roles say what a reader reads, and claims end their sentences."""

import pytest

from newpip_book.authoring import deck, sentences
from tests.helpers import write_chapter

TEXTS = {"a.n": "10", "a.m": "6"}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("- **{result}`a.n` parents** took part.", "10 parents took part."),
        ("2. Of {glue:text}`a.n`, {glue:text}`a.m` came {cite:p}`cullen2025`.", "Of 10, 6 came."),
        ("It rose ({numref}`rise`). {claim}`rose`", "It rose."),
        ("It rose ({numref}`rise`, {numref}`fall` and {ref}`chapter-x`).", "It rose."),
        ("Read {ref}`Themes <chapter-themes>`, as {cite:t}`cullen2025` say.", "Read Themes, as cullen2025 say."),
        ("## What *it* is", "What it is"),
        ("The [list](https://example.org) has `one_name` and 200_000.", "The list has one_name and 200_000."),
        ("A {term}`Wald interval` of {result}`a.gone`.", "A Wald interval of ?."),
        ("The service's own.", "The service\N{RIGHT SINGLE QUOTATION MARK}s own."),
    ],
)
def test_a_line_says_what_a_reader_reads(line, said):
    assert sentences.plain(line, TEXTS) == said


PAGE = """(cover)=
# Cover

:::{admonition} A title
:class: tip
In a box.
:::

```python
number = 1  # {claim}`shown`
```

There were {result}`a.n`. {claim}`some` {claim}`ten`

- They came. {claim}`came`
"""


def test_a_page_is_read_line_by_line(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(PAGE, encoding="utf-8")
    assert sentences.sentences(page, TEXTS) == [
        *(("Cover", one) for one in ("In a box.", "There were 10.", "They came."))
    ]
    assert sentences.claimed(page, TEXTS) == [
        *(("some", "There were 10."), ("ten", "There were 10."), ("came", "They came."))
    ]
    assert sentences.cited(page) == ({"a.n"}, {"some", "ten", "came"})


def test_a_chapter_is_read_like_a_page(tmp_path):
    write_chapter(tmp_path / "01-a.ipynb", ["# A\n\nOf {glue:text}`a.m`. {claim}`six`", "1 + 1  # {claim}`x`"])
    assert sentences.claimed(tmp_path / "01-a.ipynb", TEXTS) == [("six", "Of 6.")]


def test_slides_cite_the_cover_the_sentences_of_claims_and_the_closing_points(tmp_path):
    (tmp_path / "book").mkdir()
    pages = {name: tmp_path / f"{name}.md" for name in ("cover", "one")}
    pages["cover"].write_text(
        "# Cover\n\nOf {result}`a.n`.\n\nBut {result}`a.m`.\n\nNot {result}`a.x`.\n", encoding="utf-8"
    )
    one = "# One\n\nThen {result}`b.n`. {claim}`then`\nMore {result}`b.x`.\n\n"
    end = "(end)=\n## End\n\n1. **Short {result}`c.n`.**\n   Long {result}`c.m`.\n   More {result}`c.x`.\n"
    end += "\n## Next\n\n- {result}`d.x`\n"
    pages["one"].write_text(one + end, encoding="utf-8")
    (tmp_path / deck.LIST).write_text("slides:\n  - figure: f\n    claim: then\nclosing: end\n", encoding="utf-8")
    found = deck.cited(tmp_path, pages, "cover", {"f": "one"})
    assert found == ({"a.n", "a.m", "b.n", "c.n", "c.m"}, {"then"}, {"f"})
    (tmp_path / deck.LIST).unlink()
    assert deck.cited(tmp_path, pages, "cover", {"f": "one"}) == (set(), set(), set())
