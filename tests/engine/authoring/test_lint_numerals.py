"""Numbers that were typed are found in digits, in words and as the place of a row; reviewed phrases are let pass."""

import ast
import re
from types import SimpleNamespace

import pytest

from newpip_book.authoring import lint_numerals, notebooks, prose, reviewed


def found(line):
    """List the numbers that the check sees in a line of Markdown."""
    return [one[0] for one in lint_numerals.numbers(line, prose.prose_only(line))]


TYPED = {
    "There were 10 parents, {glue:text}`a.b` of them (`x = 5`), as $1 + 1$ and [here](https://a.org/7) say.": ["10"],
    "In 2020 it was £1,200.50, or 12 %.": ["2020", "£1,200.50", "12 %"],
    "Four points leave two {term}`degrees of freedom`.": ["Four", "two"],
    "Twenty-one of the twenty families, and ninety more.": ["Twenty-one", "twenty", "ninety"],
    "More than half, two thirds, three quarters and a tenth.": ["half", "two", "thirds", "three", "quarters", "tenth"],
    "A dozen came twice, and referrals doubled.": ["dozen", "twice", "doubled"],
    "The last year includes the start of the pandemic.": ["The last"],
    "At first nobody waited, and in the latest count, so far, all did.": ["At first", "the latest", "so far"],
    "A two-sided test.": ["two"],
    "One of the first came second, and once more.": [],
    "1. A point of a list has no number but its own.": [],
    "Seventy percent, threefold.": ["Seventy", "threefold"],
    "Often, someone weighed the tension; he often lasts.": [],
}


@pytest.mark.parametrize("line, numbers", TYPED.items(), ids=TYPED)
def test_typed_numbers_are_found(line, numbers):
    assert found(line) == numbers


def test_a_word_keeps_its_place_when_all_else_is_blanked():
    text = "Of {glue:text}`a.b` parents,\n```python\nx = 2\n```\n\n```{glossary}\nterm\n  Two words.\n```\n"
    words = prose.prose_only(text)
    assert len(words) == len(text) and words.count("\n") == text.count("\n")
    assert words.index("Two words") == text.index("Two words") and "x = 2" not in words and "glossary" not in words


CODE = """
number("a.two", 2, ".0f", "two years")
claim("two", left == 2, "the two counts with two")
frame = frame.query("n > 2 and stage == 'two of them'")
figure("key-two", fig, alt=f"Bars of {n:.2f} in two rows.", title="One", caption="The last two", data=frame)
table("t", frame, columns={"two": "Two"}, fmt={"two": ".2f"})
ax.set(xlabel="Four", ylabel=f"{year} and {year + 1}")
charts.forest(frame, ends={"xlabel": "Five", "xlim": (0, 1)})
ax.text(1, 2, "half of all")
label = f"{row.low:.1f} to {row.high:.1f}" + "{:.0f} to {:.0f}".format(3, 4)
"""


def test_what_code_shows_is_read_and_what_it_compares_is_not():
    texts = [text for _, text in prose.texts(ast.parse(CODE))]
    assert [one[0] for text in texts for one in lint_numerals.numbers(text, text)] == [
        "two",
        "two",
        "The last",
        "two",
        "Two",
        "Four",
        "Five",
        "half",
    ]


def check(monkeypatch, line, pattern=r"(?!)", claim=""):
    """Return what the check says of a line, beside a chapter with a claim and a list of one phrase."""
    cell = SimpleNamespace(cell_type="code", source=claim)
    monkeypatch.setattr(notebooks, "chapters", lambda: ["chapter"])
    monkeypatch.setattr(notebooks, "load_notebook", lambda path: (SimpleNamespace(cells=[cell]), ()))
    monkeypatch.setattr(reviewed, "patterns", lambda name: ([(re.compile(pattern), "why")], ()))
    monkeypatch.setattr(prose, "lines", lambda: [("page.md:1:1", line, prose.prose_only(line))])
    return lint_numerals.typed_numerals()


def test_a_reviewed_phrase_covers_only_the_number_within_it(monkeypatch):
    pattern = r"\bmore than half\. \{claim\}`a-b`"
    assert check(monkeypatch, "That is more than half. {claim}`a-b`", pattern) == []
    assert len(check(monkeypatch, "That is more than half. {claim}`c-d`", pattern)) == 1
    said = check(monkeypatch, "Of five, more than half. {claim}`a-b`", pattern)
    assert said == ["page.md:1:1: 'five' in: Of five, more than half. {claim}`a-b`"]


COMPARED = {
    "in the condition": 'claim("k", share > 0.5, "shares")',
    "as a fraction": 'claim("k", share > whole / 2, "shares")',
    "in words": 'claim("k", holds, "the share with a half")',
    "by keyword": 'claim("k", holds, because="the share with half of all")',
}


@pytest.mark.parametrize("claim", COMPARED.values(), ids=COMPARED)
def test_a_number_that_the_claim_of_its_sentence_compares_is_computed(monkeypatch, claim):
    assert check(monkeypatch, "That is more than half. {claim}`k`", claim=claim) == []
    assert len(check(monkeypatch, "That is more than half. {claim}`other`", claim=claim)) == 1
    assert len(check(monkeypatch, "That is more than a third. {claim}`k`", claim=claim)) == 1
    assert len(check(monkeypatch, "That is more than half.", claim=claim)) == 1
    assert len(check(monkeypatch, "That is 50%. {claim}`k`", claim=claim)) == 1


@pytest.mark.parametrize(
    "word, value", {"Two": 2, "twenty": 20, "thirty-seven": 37, "forty two": 42, "halves": 0.5, "thirds": 1 / 3}.items()
)
def test_a_number_in_words_has_its_value(monkeypatch, word, value):
    assert check(monkeypatch, f"{word} it is. {{claim}}`k`", claim=f'claim("k", n == {value}, "n")') == []


def test_a_place_is_computed_where_a_result_is_named_by_it(monkeypatch):
    assert check(monkeypatch, "The last year had {glue:text}`referrals.last`.") == []
    assert check(monkeypatch, "There were {result}`small.first` at first.") == []
    assert len(check(monkeypatch, "The last year had {glue:text}`referrals.lasting`.")) == 1
    assert len(check(monkeypatch, "The last year includes the start of the pandemic.")) == 1


def test_a_place_is_computed_where_the_claim_compares_it(monkeypatch):
    said, claim = "The last year brought most. {claim}`k`", 'claim("k", holds, "the last count with every other")'
    assert check(monkeypatch, said, claim=claim) == []
    assert len(check(monkeypatch, said, claim='claim("k", holds, "the counts")')) == 1


def test_every_reviewed_phrase_is_a_phrase_that_the_book_says():
    """A bare number word would let every number of its kind pass, whatever it counts."""
    text = [line for _, line, _ in prose.lines()]
    for pattern, reason in reviewed.patterns(lint_numerals.ALLOWED)[0]:
        assert len(reason) > 5
        for part in [pattern.pattern] if "(" in pattern.pattern else re.split(r"(?<!\\)\|", pattern.pattern):
            assert any(re.search(part, line) for line in text), part
        for word in ("two", "Two", "half", "three", "the last", "The last year", "twice", "186", "2020"):
            assert not pattern.search(f"There were {word} of them."), pattern.pattern


def test_no_number_in_the_book_was_typed():
    assert lint_numerals.problems() == []
