"""Whatever style a chapter is written in, its programs give what it publishes, or newpip check refuses it."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from newpip_book.authoring import code_reading, lint_code, lint_effects, lint_names, slices
from newpip_book.provenance import programs

IMPORTS = "from newpip.publish import claim, figure, interval, number, table\n"


def styles(name):
    """Read the pieces of code in a file, each under its heading."""
    text = (Path(__file__).parent / f"styles_{name}.txt").read_text(encoding="utf-8")
    return dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n?)+)", text, flags=re.MULTILINE))


STYLES, FIGURES, REFUSED = styles("of_numbers"), styles("of_drawings"), styles("refused")


def of_code(code):
    cells = [SimpleNamespace(cell_type="code", source=IMPORTS), SimpleNamespace(cell_type="code", source=code)]
    return slices.Chapter(SimpleNamespace(cells=cells))


def outcomes(chapter):
    """Run the whole, and each of its programs alone, as :mod:`newpip_book.provenance.programs` does."""
    whole = programs.run_all({"whole": chapter.statements})["whole"]
    alone = programs.run_all({at: chapter.program(one) for at, one in enumerate(chapter.publications)})
    return whole, {key: said for one in alone.values() for key, said in (one if isinstance(one, dict) else {}).items()}


def refused(chapter, code):
    """List what newpip check names in a chapter."""
    references = code_reading.References(code, code_reading.imported_as([code]))
    said = [*lint_names.problems_of(chapter, "x"), *lint_effects.problems_of(chapter, "x")]
    imports = lint_code.wrong_imports(code)
    return [*said, *imports, *lint_code.wrong_references(references, set(), library=False)]


@pytest.mark.parametrize("code", STYLES.values(), ids=STYLES)
def test_a_number_is_followed_or_refused(code):
    chapter = of_code(code)
    if not refused(chapter, code):
        whole, alone = outcomes(chapter)
        assert not isinstance(whole, str), whole
        assert whole and whole == alone


PICTURED = "number('n', sum(len(a.get_children()) + sum(map(len, a.containers)) for a in fig.axes))\n" + (
    "import hashlib, io\n"
    "def seen():\n    stream = io.BytesIO()\n    fig.savefig(stream, format='raw')\n"
    "    return hashlib.sha256(stream.getvalue()).hexdigest()\nnumber('m', seen())"
)


@pytest.mark.parametrize("code", FIGURES.values(), ids=FIGURES)
@pytest.mark.slow
def test_a_drawing_is_followed_or_refused(code):
    frame = "import pandas as pd\nf = pd.DataFrame({'x': [1, 2], 'a': [0, 1], 'b': [2, 3]})\n"
    code = f"from newpip import draw\n{frame}{code}\n{PICTURED}"
    chapter = of_code(code)
    if not refused(chapter, code):
        whole, alone = outcomes(chapter)
        assert not isinstance(whole, str), whole
        assert whole and whole == alone


@pytest.mark.parametrize("code", REFUSED.values(), ids=REFUSED)
def test_what_can_go_stale_unseen_is_refused(code):
    assert refused(of_code(code), code)
