"""Results and claims in a book of one chapter: numbers are pasted, false claims stop the build."""

import io
import json

import pytest
from sphinx.errors import ExtensionError

from tests.engine.one_chapter import CODE, PROSE, build

TITLED = f"""{CODE}
from newpip import draw
from newpip.publish import figure
fig, ax = draw.canvas(1)
figure("f", fig, data=pd.DataFrame({{"x": [1]}}), alt="A", title="It stands above.", holds="above-ten", caption="How.")
"""


def test_numbers_reach_every_page_and_results_json(tmp_path):
    out = build(tmp_path, 12.5)
    published = json.loads((out / "results.json").read_text(encoding="utf-8"))
    assert published["results"]["a.value"]["value"] == 12.5
    assert "It is <span" in (out / "index.html").read_text(encoding="utf-8")
    assert "12.5" in (out / "index.html").read_text(encoding="utf-8")


def test_a_false_claim_stops_the_build_and_names_chapter_claim_and_sentence(tmp_path):
    out = build(tmp_path, 12, code=TITLED)
    before = (out / "chapter.html").read_bytes()
    with pytest.raises(ExtensionError) as stopped:
        build(tmp_path, 8, code=TITLED)
    message = str(stopped.value)
    assert "chapter: claim 'above-ten'" in message and "It is above ten." in message
    assert "It stands above." in message
    assert (out / "chapter.html").read_bytes() == before
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]["a.value"]["value"] == 8


def test_a_false_claim_can_be_marked_instead(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("NEWPIP_CLAIMS", "mark")
    page = (build(tmp_path, 8, code=TITLED) / "chapter.html").read_text(encoding="utf-8")
    assert page.count("this sentence does not hold") == 2
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


def test_a_number_of_thousands_is_pasted_as_published(tmp_path):
    code = CODE.replace('VALUE, unit="things"', 'VALUE, ",", unit="things"')
    text = (build(tmp_path, 200_000, code=code) / "chapter.html").read_text(encoding="utf-8")
    assert ">200,000<" in text and "(200, 0)" not in text
