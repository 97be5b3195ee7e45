"""results.json of a book of one chapter: every entry as the schema has it, in words, and where it is used."""

import io
import json

import jsonschema
import pytest

from newpip_book.authoring import published
from newpip_book.directives import results_json
from tests.engine.one_chapter import PROSE, build

SCHEMA = json.loads(results_json.SCHEMA.read_text(encoding="utf-8"))


def read(out):
    return json.loads((out / "results.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    return build(tmp_path_factory.mktemp("results"), 12.5)


@pytest.fixture
def found(built):
    return read(built)


COMPUTED = ("cell", "program", "tables", "rows", "grades", "grade", "otherwise")


def words(entries):
    """Leave of each entry what does not come from its program."""
    return {key: {name: one[name] for name in one if name not in COMPUTED} for key, one in entries.items()}


def test_each_entry_says_what_it_is_and_where_it_is_used(found):
    assert words(found["results"]) == {
        "a.value": {
            **{"value": 12.5, "unit": "things", "text": "12.5", "label": "The value"},
            **{"chapter": "chapter", "used_in": ["chapter", "index"]},
        }
    }
    sentence = "It is above ten."
    assert words(found["claims"]) == {
        "above-ten": {
            **{
                "holds": True,
                "because": "the value with ten",
                "compared": [],
                "values": [],
                "text": sentence,
                "label": sentence,
            },
            **{"chapter": "chapter", "used_in": ["chapter"]},
        }
    }
    assert words(found["figures"]) == {
        "t": {"kind": "table", "text": "A table", "label": "A table", "chapter": "chapter", "used_in": []}
    }
    assert (found["schema"], found["replaced"]) == (2, {})


def test_each_entry_says_where_it_comes_from(found):
    one = found["results"]["a.value"]
    assert (one["cell"], one["tables"], one["rows"], one["grade"]) == (2, {}, {}, "")
    program = 'from newpip.publish import number\nnumber("a.value", 12.5, unit="things")'
    assert found["programs"][one["program"]] == program


def test_it_is_as_its_schema_describes_it(found, built):
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(found, SCHEMA)
    beside = built / "results.schema.json"
    assert json.loads(beside.read_text(encoding="utf-8")) == SCHEMA


@pytest.mark.parametrize(
    ("kind", "key", "change"),
    [
        ("results", "a.value", {"label": ""}),
        ("results", "a.value", {"value": None}),
        ("results", "a.value", {"used_in": ["index", "index"]}),
        ("results", "a.value", {"more": 1}),
        ("claims", "above-ten", {"holds": "yes"}),
        ("figures", "t", {"kind": "list"}),
        ("replaced", "a.old", "no key at all"),
    ],
)
def test_the_schema_refuses_what_is_not_so(found, kind, key, change):
    found[kind][key] = found[kind][key] | change if isinstance(change, dict) else change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(found, SCHEMA)


def test_every_field_is_described():
    for name in ("result", "claim", "figure"):
        form = SCHEMA["$defs"][name]
        assert set(form["required"]) == form["properties"].keys()
        assert all("description" in one or "$ref" in one or "enum" in one for one in form["properties"].values())


def test_a_result_without_a_label_is_a_warning_and_so_stops_a_build(tmp_path):
    build(tmp_path, 12)
    listed = tmp_path / "source" / "book" / "result-labels.csv"
    for rows, said in (("b.value,Another\n", "'a.value' has no label"), ("", "there is no row")):
        listed.write_text(f"pattern,label\n{rows}", encoding="utf-8")
        warnings = io.StringIO()
        build(tmp_path, warnings=warnings)
        assert said in warnings.getvalue()


def test_a_renamed_key_points_on(tmp_path):
    build(tmp_path, 12)
    (tmp_path / "source" / "book" / "renamed-results.csv").write_text("old,new\na.before,a.value\n", encoding="utf-8")
    warnings = io.StringIO()
    assert read(build(tmp_path, warnings=warnings))["replaced"] == {"a.before": "a.value"}
    assert "WARNING" not in warnings.getvalue()


def test_a_claim_is_told_by_the_sentence_of_its_own_chapter(tmp_path):
    page, chapter = tmp_path / "a.md", tmp_path / "b.md"
    page.write_text("# A\n\nElsewhere. {claim}`above-ten`\n", encoding="utf-8")
    chapter.write_text(PROSE, encoding="utf-8")
    claim = published.Published("claim", "above-ten", "b", "holds", {"holds": True, "because": "ten"})
    origins = {"b": {"claim.above-ten": {"program": "claim()"}}}
    made = results_json.content([claim], {"a": page, "b": chapter}, tmp_path, "a", origins)["claims"]["above-ten"]
    assert (made["text"], made["used_in"]) == ("It is above ten.", ["a", "b"])


def test_what_else_is_known_joins_the_entry(tmp_path):
    one = published.Published("result", "a.value", "b", "12", {"value": 12, "unit": ""})
    origins = {"b": {"a.value": {"program": "x", "grade": "source"}, "a.other": {"program": "y", "grade": "memory"}}}
    made = results_json.content([one], {}, tmp_path, "b", origins)["results"]
    assert made.keys() == {"a.value"} and made["a.value"]["grade"] == "source"
