"""The list of what readers type in the search."""

import pytest

from newpip_book.authoring import notebooks, search_words


@pytest.fixture
def listed(tmp_path, monkeypatch):
    """Write the list of a book."""
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)
    (tmp_path / "book").mkdir()
    return lambda text: (tmp_path / search_words.LIST).write_text(text)


def test_a_book_needs_no_list(listed):
    assert search_words.read() == ({}, [])


def test_what_is_typed_has_words_of_the_book(listed):
    listed("typed,means\ndad,father; man\n")
    assert search_words.read() == ({"dad": "father; man"}, [])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("typed,means\ndad,father\ndad,man\n", "book/search-words.csv:3"),
        ("typed,means\ndad,\n", "book/search-words.csv:2:means"),
        ("typed\ndad\n", "book/search-words.csv"),
    ],
)
def test_what_is_wrong_is_named_by_row_and_column(text, said, listed):
    listed(text)
    words, problems = search_words.read()
    assert words == {} and problems and all(one.startswith(said) for one in problems), problems
