"""What a chapter depends on: what it loads and imports, and nothing else."""

import re

import nbformat

from newpip.data import folder
from newpip_book.authoring import dependencies, notebooks
from newpip_book.project import ROOT


def notebook(*lines):
    """A chapter of one cell."""
    return nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("\n".join(lines))])


def test_a_chapter_depends_on_what_it_loads_and_imports_and_on_nothing_else():
    parts = dependencies.manifest(
        notebook("from newpip import referrals", "from newpip.data import load", 'load("teams")')
    )
    assert {"code", "requirements.txt", "data/teams.csv", "newpip.referrals", "newpip.data"} <= parts.keys()
    assert "newpip.intervals" in parts, "a module's own imports count"
    assert "newpip.dropout" not in parts and "data/referrals.csv" not in parts


def test_a_changed_table_changes_only_what_loads_it(tmp_path, monkeypatch):
    reads = notebook('from newpip.data import load\nload("referrals")')
    other = notebook('from newpip.data import load\nload("teams")')
    before = dependencies.manifest(reads), dependencies.manifest(other)
    for path in folder().iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setenv("NEWPIP_DATA", str(tmp_path))
    with open(tmp_path / "referrals.csv", "a", encoding="utf-8") as file:
        file.write("\n")
    assert dependencies.changed_parts(before[0], dependencies.manifest(reads)) == ["data/referrals.csv"]
    assert dependencies.changed_parts(before[1], dependencies.manifest(other)) == []


def test_every_table_a_chapter_loads_is_named_in_full():
    """Dependence is read off ``load("name")``; a computed name would hide it."""
    for path in notebooks.chapters():
        for cell in nbformat.read(path, as_version=4).cells:
            if cell.cell_type == "code":
                assert len(re.findall(r"\bload\(", cell.source)) == cell.source.count('load("'), path.name


def test_what_the_book_imports_is_read_from_its_code():
    names = dependencies.imported_libraries([notebook("import seaborn as sns", "from newpip import draw")])
    assert {"seaborn", "matplotlib.pyplot", "numpy"} <= names
    assert not {name for name in names if name.startswith("newpip")}
    assert (ROOT / "newpip" / "draw.py").is_file()
