"""Odd values of _config.yml and _toc.yml: each is one line with its place, and the nearest that is known."""

import re
from pathlib import Path

import pytest

from newpip_book.authoring import config_values, lint_config, notebooks

BOOK = Path(__file__).parents[1] / "other_book"
CONFIG, TOC = ((BOOK / name).read_text(encoding="utf-8") for name in ("_config.yml", "_toc.yml"))
SETTINGS = {  # what is written in place of what; what is said
    ("execute_notebooks: cache", "execute_notebooks: always"): "one of auto, cache",
    ("execute_notebooks: cache", "execute_notebooks: force"): "cache was expected",
    ("execute:", "execute:\n  timeout: -1"): "timeout is -1; a number of seconds",
    ("execute:", "executed:"): "no setting 'executed'; 'execute' was expected",
    ("stderr_output", "stderr_outptu"): "no setting 'stderr_outptu'; 'stderr_output' was expected",
    ("[book/references.bib]", "book/references.bib"): "array was expected",
    ("[book/references.bib]", "[3]"): "a list of files was expected",
    ("sphinxext.opengraph", "sphinx_nothing"): "no extension 'sphinx_nothing'",
    (", newpip_book]", "]"): "newpip_book is not among the extensions",
    ("[myst_nb,", "myst_nb # ["): "a list of modules was expected",
    ("dollarmath]", "dollarmaths]"): "the syntax 'dollarmaths'",
    ("html_theme: newpip", "html_theme: alabaster"): "html_theme is 'alabaster'; newpip was expected",
    ("numfig_secnum_depth: 1", "numfig_secnum_depth: one"): "one of 0, 1, 2, 3",
    ("bibtex_reference_style: author_year", "bibtex_reference_style: author_yr"): "one of author_year",
    ("dependencies.read_notebook", "nothing.read"): "there is no function",
    ("language: en", "language: 7"): "the letters of a language",
    ("title: Harbour lights", "title: 3"): "string was expected",
    ("use_multitoc_numbering: true", "use_multitoc_numbering: maybe"): "true or false was expected",
    ("execute:\n  execute_notebooks: cache\n  stderr_output: error", "execute: [a]"): "object was expected",
}
CONTENTS = {
    ("format: jb-book", "format: jb-bok"): "'jb-bok'",
    ("root: book/index\n", ""): "'root' key not found",
    ("chapters/02-keepers", "chapters/02-Keepers"): "chapters/02-keepers was expected",
    ("chapters/02-keepers", "chapters/01-lamps"): "listed twice",
    ("caption: Besides", "captoin: Besides"): "'caption' was expected",
    ("numbered: true", "numbered: yess"): "true, false or a depth was expected",
    ("numbered: true", "numbered: -1"): "true, false or a depth was expected",
    ("root:", "defaults: x\nroot:"): "names and values in braces were expected",
    ("root:", "defaults: {titlesonyl: false}\nroot:"): "'titlesonly' was expected",
    ("file: chapters/02-keepers", "file: 3"): "must be str",
    ("    chapters:\n      - file: book/reading", "    chapters: book/reading"): "entry not a mapping",
}


@pytest.fixture
def told(monkeypatch, tmp_path):
    """Lint the settings and contents of a copy of the small book."""
    for name in ("book", "chapters"):
        (tmp_path / name).symlink_to(BOOK / name)
    monkeypatch.setattr(lint_config, "ROOT", tmp_path)
    monkeypatch.setattr(config_values, "ROOT", tmp_path)
    monkeypatch.setattr(lint_config.vocabulary, "known", dict)
    monkeypatch.setattr(notebooks, "ROOT", tmp_path)

    def tell(config=CONFIG, toc=TOC):
        (tmp_path / "_config.yml").write_text(config, encoding="utf-8")
        (tmp_path / "_toc.yml").write_text(toc, encoding="utf-8")
        return [*lint_config.check_config(), *lint_config.check_toc()]

    return tell


def test_every_odd_value_is_one_line(told):
    assert told() == []
    for which, text, cases in (("config", CONFIG, SETTINGS), ("toc", TOC, CONTENTS)):
        for (old, new), said in cases.items():
            assert old in text, old
            found = told(**{which: text.replace(old, new, 1)})
            assert any(said in one for one in found), (new, found)
            for one in found:
                assert re.fullmatch(rf"(_{which}\.yml:\d+:\d+|[\w/.-]+): .*expected( there)?", one), one
    for text in ("", "- a", "a: &a 1\nb: *c", "a:\n\tb: 1"):
        assert len(told(config=text)) == 1 and len(told(toc=text)) == 1


def test_a_setting_of_sphinx_is_known_by_name_and_type(monkeypatch, told):
    kinds = {
        "numfig": "bool",
        "html_title": "str",
        "html_theme": "str",
        "extensions": "list",
        "nb_merge_streams": "bool",
    }
    monkeypatch.setattr(lint_config.vocabulary, "known", lambda: {"settings": kinds})
    found = told(
        CONFIG.replace("numfig: true", "numfig: yess").replace("html_theme:", "html_title: 3\n    html_theme:")
    )
    assert any("numfig is 'yess'; true or false was expected" in one for one in found)
    assert any("html_title is 3; text was expected" in one for one in found)
    assert any("no setting 'nb_execution_raise_on_error'" in one for one in found)
    found = told(CONFIG.replace("html_theme:", "html_them:"))
    assert any("no setting 'html_them'; 'html_theme' was expected" in one for one in found)
