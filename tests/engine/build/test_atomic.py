"""Pages are published whole, or file by file for a reader who looks on."""

from newpip_book.build import atomic


def test_pages_that_are_looked_at_are_brought_up_to_date_one_by_one(tmp_path):
    fresh, there = tmp_path / "fresh", tmp_path / "there"
    for folder, files in (
        (fresh, {"a": "one", "in/b": "two"}),
        (there, {"in/b": "old", "gone/c": "three", "a.new": "x"}),
    ):
        for name, text in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text)
    atomic.sync_tree(fresh, there)
    places = [path for path in there.rglob("*") if path.is_file()]
    assert {path.relative_to(there).as_posix(): path.read_text() for path in places} == {"a": "one", "in/b": "two"}
    before = {path: path.stat().st_ino for path in places}
    (fresh / "a").write_text("more")
    atomic.sync_tree(fresh, there)
    assert (there / "a").read_text() == "more"
    assert {path for path in places if path.stat().st_ino == before[path]} == {there / "in" / "b"}


def test_pages_are_replaced_one_by_one_where_a_system_does_not_move_a_folder_in_use(tmp_path, monkeypatch):
    """As Windows does not, where a program has one of the pages open."""
    fresh, target = tmp_path / "fresh", tmp_path / "html"
    for folder, text in ((fresh, "new"), (target, "old")):
        folder.mkdir()
        (folder / "index.html").write_text(text, encoding="utf-8")

    def refuse(path, to):
        raise PermissionError(13, "in use", str(path))

    with monkeypatch.context() as context:
        context.setattr(type(target), "rename", refuse)
        atomic.swap_tree(fresh, target)
    assert (target / "index.html").read_text(encoding="utf-8") == "new"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["fresh", "html"]


def test_a_new_clone_has_nothing_to_put_back(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "BUILD", tmp_path / "_build")
    atomic.recover_interrupted_publish()
    assert not (tmp_path / "_build").exists()


def test_pages_that_a_killed_build_had_taken_away_are_put_back(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic, "BUILD", tmp_path)
    (tmp_path / "html.old").mkdir()
    atomic.recover_interrupted_publish()
    assert (tmp_path / "html").is_dir() and not (tmp_path / "html.old").exists()
