"""People: no label of a participant stands anywhere, and no table joins what one person said."""

import io
import re
import zipfile

import pytest

from newpip import data
from tests.helpers import HTML, ROOT

# As the paper writes them, in parts, so that none stands here; case aside, as an index of words has none.
PACKED = re.compile("[A-Za-z0-9+/=]{400,}")  # an archive in a notebook, of files that are read where they lie
LABEL = re.compile("(?<![a-z0-9_])" + "h?" + "p" + "(?:10|[1-9])" + "(?![a-z0-9_])", re.IGNORECASE)
FOLDERS = ("data", "chapters", "newpip", "book", "tests", "teaching", "benchmarks")
PROVENANCE = ["source_id", "locator", "grade", "note"]
SAID = {"gist", "code", "code_group", "subtheme_id", "theme_id", "valence", "form"}
ONE_PERSON = re.compile(r"\b(s?he|her|hers|him|his|husband|wife|nurse|psychologist|visitor|father|mother)s?\b", re.I)


def texts(name, content):
    """Yield a file's text, or that of each file in an archive; what is no text is left out."""
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inside in archive.namelist():
                yield from texts(f"{name}/{inside}", archive.read(inside))
    elif b"\0" not in content:
        yield name, PACKED.sub("", content.decode("utf-8", errors="replace"))


def labels(paths):
    """List the files that hold a label, with what they hold."""
    contents = (text for path in paths for text in texts(str(path), path.read_bytes()))
    return {name: found for name, text in contents if (found := sorted(set(LABEL.findall(text))))}


def files(folder):
    return [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]


def test_no_label_stands_in_the_repository():
    kept = [path for folder in FOLDERS for path in files(ROOT / folder)]
    assert len(kept) > 100
    assert labels([*kept, *(path for path in ROOT.iterdir() if path.is_file())]) == {}


def test_no_label_stands_in_the_built_site():
    """Nor in its downloads, notebooks, slides, results and archives; Python's own distribution is not the book's."""
    kept = [path for path in files(HTML) if not path.relative_to(HTML).as_posix().startswith("_run/python-")]
    assert {"results.json", "search-index.js"} <= {path.name for path in kept}
    assert labels(kept) == {}


@pytest.mark.parametrize("label", ["P" + "1", "HP" + "6", "p" + "10", "a (P" + "3)."])
def test_a_label_would_be_found_in_a_file_and_in_an_archive_in_an_archive(label, tmp_path):
    (tmp_path / "a.txt").write_text(f"said {label}, once")
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.write(tmp_path / "a.txt", "c.txt")
    with zipfile.ZipFile(tmp_path / "d.zip", "w") as archive:
        archive.write(tmp_path / "b.zip", "b.zip")
    found = {str(tmp_path / name) for name in ("a.txt", "b.zip/c.txt", "d.zip/b.zip/c.txt")}
    assert set(labels(files(tmp_path))) == found


def test_no_table_leads_from_one_person_to_what_was_said():
    for resource in data.package()["resources"]:
        columns = {field["name"] for field in resource["schema"]["fields"]}
        persons = {column for column in columns if re.search("participant|speaker|person|voice|interviewee", column)}
        persons -= {"participant_group", "speakers_parent", "speakers_professional", "participants"}
        assert not persons or not columns & SAID, resource["name"]
        assert persons <= {"voice"} and (resource["name"] == "voices" or not persons), resource["name"]
        assert all(key["reference"]["resource"] != "voices" for key in resource["schema"].get("foreignKeys", []))


def test_voices_say_how_much_is_quoted_and_no_more():
    voices = data.load("voices")
    assert list(voices.columns) == ["voice", "excerpts", "words", *PROVENANCE]
    assert voices["voice"].tolist() == [chr(ord("A") + place) for place in range(len(voices))]
    assert len(voices) == data.load("participants")["n"].sum()
    assert voices["excerpts"].sum() == len(data.load("excerpts"))
    assert (voices["words"] % 10 == 0).all() and voices["words"].gt(0).eq(voices["excerpts"].gt(0)).all()
    assert (voices[PROVENANCE].nunique() == 1).all()


def test_excerpts_are_by_group_and_say_nothing_else_of_the_speaker():
    excerpts = data.load("excerpts")
    columns = ["excerpt_id", "participant_group", "subtheme_id", "form", "valence", "gist", *PROVENANCE]
    assert list(excerpts.columns) == columns
    assert (excerpts["excerpt_id"].str.rsplit("-", n=1).str[0] == excerpts["subtheme_id"]).all()
    assert (excerpts.groupby("subtheme_id")["locator"].nunique() == 1).all() and (excerpts["note"] == "").all()
    said = [*excerpts["gist"], *data.load("codes")["code"].str.replace("_", " "), *data.load("codes")["meaning"]]
    assert [text for text in said if ONE_PERSON.search(text)] == []


@pytest.mark.parametrize("group", ["parent", "professional"])
def test_people_quoted_with_a_group_of_codes_fit_those_quoted_with_its_codes(group):
    column = f"speakers_{group}"
    codes = data.load("codes").groupby("code_group")[column].agg(["max", "sum"]).sort_index()
    groups = data.load("code_groups").set_index("code_group")[column].sort_index()
    assert list(codes.index) == list(groups.index)
    assert (codes["max"] <= groups).all() and (groups <= codes["sum"]).all()
    people = data.load("participants").query("participant_group == @group")["n"].sum()
    assert (groups <= people).all()
