"""What is built again after a change: all that rests on it, though no page changed."""

import json
import shutil
from types import SimpleNamespace

import pytest
from sphinx.errors import ExtensionError

from newpip.data import folder
from newpip_book.build import incremental
from tests.engine.one_chapter import build


def test_a_changed_style_is_published_though_no_page_changed(tmp_path):
    style = tmp_path / "source" / "static" / "own.css"
    style.parent.mkdir(parents=True)
    style.write_text("/* before */")
    settings = {"html_static_path": [str(style.parent)]}
    out = build(tmp_path, 12, **settings)
    style.write_text("/* after */")
    assert (build(tmp_path, **settings) / "_static" / "own.css").read_text() == "/* after */", out


def published(out):
    """Return what the chapter shows and the data it offers."""
    page = (out / "chapter.html").read_text(encoding="utf-8").partition("<section")[2]
    (table,) = out.rglob("t.csv")
    assert "59" in page
    return page, table.read_bytes()


@pytest.mark.night
def test_a_stopped_build_leaves_nothing_behind(tmp_path, monkeypatch):
    """Other data stop the build; the first data then give the first numbers, though no chapter's file changed."""
    other = tmp_path / "other"
    shutil.copytree(folder(), other)
    table = (other / "referrals.csv").read_text(encoding="utf-8")
    (other / "referrals.csv").write_text(table.replace("\n2017,59,", "\n2017,5,"), encoding="utf-8")
    value = 'int(load("referrals")["referrals"].iloc[0])'
    out = build(tmp_path, value)
    before = published(out)
    with monkeypatch.context() as patch:
        patch.setenv("NEWPIP_DATA", str(other))
        with pytest.raises(ExtensionError, match="above-ten"):
            build(tmp_path)
    build(tmp_path)
    assert json.loads((out / "results.json").read_text(encoding="utf-8"))["results"]["a.value"]["value"] == 59
    assert published(out) == before


def test_what_no_page_offers_any_more_is_removed_and_the_rest_stays(tmp_path):
    kept = ["book/a.html", "data/a.csv", "cite/a.bib", "_downloads/a.csv", "notebooks/a.ipynb", "_static/a.css"]
    left = ["book/b.html", "data/b.csv", "cite/b.bib", "_downloads/b.csv", "notebooks/b.ipynb"]
    for name in [*kept, *left]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(" ".join(f'href="../{one}"' for one in kept if name == "book/a.html"))
    trees = tmp_path / "trees"
    for name in ("alone/c", "book/a"):  # as read in an earlier build, one of them the last of its folder
        for path in (trees / f"{name}.doctree", tmp_path / f"{name}.html"):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    app = SimpleNamespace(outdir=tmp_path, doctreedir=trees, env=SimpleNamespace(found_docs={"book/a", "index"}))
    incremental.remove_leftovers(app, RuntimeError())
    assert all((tmp_path / name).exists() for name in [*kept, *left])
    incremental.remove_leftovers(app, None)
    assert [(tmp_path / name).exists() for name in kept] == [True] * len(kept)
    assert [(tmp_path / name).exists() for name in left] == [False] * len(left)
    assert not (tmp_path / "alone" / "c.html").exists()
    assert sorted(path.name for path in trees.rglob("*.doctree")) == ["a.doctree"]
