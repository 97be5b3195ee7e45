"""The bibliography as BibTeX and biblatex write it is read; what is broken in it is named by line and key."""

import pytest
from pybtex.style.formatting.unsrt import Style

from newpip_book.authoring import lint_bibliography
from newpip_book.directives import bibliography

READ = {  # a field as it is typed, and as it is read
    r"{\"U}ber Gr{\"o}{\ss}e und Ma{\ss}": "Über Größe und Maß",
    r"The \emph{emph} \textbf{title}": "The emph title",
    r"50\% of A \& B\_c": "50% of A & B_c",
    r"Na{\"\i}ve \'{e}t\'e, {\c{C}}a {\v{S}} {\O}re": "Naïve été, Ça Š Øre",
    r"A -- B and \enquote{quoted} ``words''": "A – B and “quoted” “words”",
    r"$\alpha$-test of {NHS} \href{https://x.org}{words}": "α-test of NHS words",
}
WRONG = {  # a bibliography, and each line, key and words of what is wrong
    "@misc{a, title={x}}\n\n@misc{a, title={y}}": [(3, "a", "stands at line 1 too")],
    "@misc{A, title={x}}\n@misc{a, title={y}}": [(2, "a", "stands at line 1 too")],
    "@misc{a, title={x}}\n@misc{b, title={y\n": [(2, "b", "is not closed")],
    "@misc{a, title={x} year={3}}": [(1, "a", "a comma after each field")],
    "@misc{a, title=x}\n@misc{b, title={y}, title={z}}": [(1, "a", "without braces"), (2, "b", "'title' stands twice")],
    "@misc{a, title={x},\n author={A, B, C, D}}": [(2, "a", "'and' between them")],
    "@artcle{a, title={x}}": [(1, "a", "@article was expected")],
    "@article{a, title={x}, author={B, C}, year={2}}": [(1, "a", "no journal")],
    "@book{a, title={x}, year={2}, publisher={P}}": [(1, "a", "no author or editor")],
    "@misc{a, year={2020}}": [(1, "a", "no author or editor or title")],
    "@misc{a, title={50% x}}": [(1, "a", r"\% was expected")],
    "@misc{a, title={\\foo{x}}}": [(1, "a", r"\foo in title")],
    "@misc{a, title={x}, author={\\foo{B}, C}}": [(1, "a", r"\foo in author")],
    "@misc{a, title={x}, crossref={b}}": [(1, "a", "leads to 'b'")],
    "@misc{, title={x}}": [(1, "", "key expected")],
}
TAKEN = """% a remark
@comment{nothing}
@string{j = {A journal}}
@article{one, title = {{\\"U}ber}, author = {van der Berg, Jan and M{\\"u}ller, K.}, journal = j, date = {2020-05-01}}
@online{two, title = {T}, url = {https://x.org/a%20b_c}, doi = {https://doi.org/10.1007/123\\_4}, year = 2021}
@report{three, title = {T}, author = {{NHS {\\&} Co}}, institution = {I}, date = {2019}}
"""


def test_fields_are_read_as_readers_see_them():
    for typed, shown in READ.items():
        assert lint_bibliography.plain_text(typed) == shown


@pytest.mark.parametrize("raw", WRONG)
def test_what_is_broken_is_named_by_line_and_key(raw):
    found = lint_bibliography.faults(raw)
    assert [one[:2] for one in found] == [one[:2] for one in WRONG[raw]], found
    for (_, _, said), (_, _, words) in zip(found, WRONG[raw], strict=True):
        assert words in said and said.endswith("expected")


def test_what_bibtex_and_biblatex_write_is_taken():
    assert lint_bibliography.faults(TAKEN) == []
    entries = lint_bibliography.parse(TAKEN)
    assert [bibliography.cited_as(one) for one in entries.values()] == [
        *("van der Berg and Müller, 2020", "T, 2021", "NHS & Co, 2019"),
    ]
    assert entries["two"].fields["url"] == "https://x.org/a%20b_c" and entries["two"].fields["doi"] == "10.1007/123_4"
    for name, entry in entries.items():
        text = Style().format_entry("x", entry).text.render_as("text")
        assert "\\" not in text and "{" not in text, name
    row = {"title": "Über", "doi": "", "year": "2020"}
    assert list(lint_bibliography._field_differences(entries["one"].fields, row)) == []
    row["title"] = "Uber"
    (said,) = lint_bibliography._field_differences(entries["one"].fields, row)
    assert said.startswith("the title is")
