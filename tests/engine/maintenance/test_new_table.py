"""A table that nothing describes is described as far as the others go, and the rest is asked of its author."""

import json

import pytest

from newpip import data
from newpip_book.authoring.notebooks import ChapterError
from newpip_book.maintenance import new_table
from tests.helpers import ROOT

ROWS = "place,seen_on,families,rate,open,source_id,locator,grade,note\n"
ROWS += 'north,2020-01-31,12,0.5,true,cullen2025,"Method, Setting",source,\n'
ROWS += 'south,2020-02-29,3,1,false,cullen2025,"Method, Setting",source,Odd.\n'


@pytest.fixture
def tables(tmp_path, monkeypatch):
    """A copy of the data with a table more."""
    for path in (ROOT / "data").iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "visits.csv").write_text(ROWS, encoding="utf-8")
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path))
    return tmp_path


def test_it_is_whole_once_its_author_describes_it(tables):
    assert new_table.start("visits") == ["place", "seen_on", "families", "rate", "open"]
    problems = data.check()
    assert len(problems) == 6 and all("visits" in one and "description is empty" in one for one in problems)
    package = json.loads((tables / "datapackage.json").read_text(encoding="utf-8"))
    one = package["resources"][-1]
    for part in (one, *one["schema"]["fields"]):
        part["description"] = part["description"] or "What it holds."
    (tables / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    assert data.check() == []
    types = {field["name"]: field["type"] for field in one["schema"]["fields"]}
    assert [types[name] for name in ("place", "seen_on", "families", "rate", "open")] == [
        *("string", "date", "integer", "number", "boolean"),
    ]
    assert one["schema"]["primaryKey"] == ["place"]
    assert [key["reference"]["resource"] for key in one["schema"]["foreignKeys"]] == ["sources"]
    assert data.load("visits")["families"].tolist() == [12, 3]
    (tables / "visits.csv").write_text(ROWS.replace("cullen2025", "nobody"), encoding="utf-8")
    assert any("visits.csv:2:source_id: 'nobody'" in one for one in data.check())


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("referrals", None, "describes it"),
        ("visit", None, "no such file"),
        ("../visits", None, "the name of a table"),
        ("visits", "", "a row for the columns' names"),
        ("visits", "a,b\n1\n", "visits.csv:2"),
        ("visits", "a,a\n1,2\n", "visits.csv:1"),
        ("visits", b"a,b\n\xff,1\n", "visits.csv"),
    ],
)
def test_what_is_no_new_table_is_named_and_nothing_written(tables, name, text, said):
    if text is not None:
        (tables / "visits.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    before = (tables / "datapackage.json").read_bytes()
    with pytest.raises(ChapterError, match=said):
        new_table.start(name)
    assert (tables / "datapackage.json").read_bytes() == before
