"""Addresses, dates and commits of pages: right where they are known, left out where they are not."""

import subprocess
from types import SimpleNamespace

import pytest
from sphinx.errors import ConfigError

from newpip_book import project
from newpip_book.theme import metadata, special_pages

IDENTITY = ["-c", "user.name=A", "-c", "user.email=a@example.org"]


def git(folder, *command, day="2026-01-02"):
    stamp = f"{day}T12:00:00+00:00"
    environment = {"GIT_AUTHOR_DATE": stamp, "GIT_COMMITTER_DATE": stamp, "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    subprocess.run(["git", *IDENTITY, *command], cwd=folder, env=environment, check=True, capture_output=True)


@pytest.fixture
def history(tmp_path, monkeypatch):
    """A repository with a page and a table of different days."""
    root = tmp_path / "repository"
    for name in ("book", "data"):
        (root / name).mkdir(parents=True)
    git(root, "init")
    for name, day in (("book/a page.md", "2026-01-02"), ("data/t.csv", "2026-03-04")):
        (root / name).write_text("one\n", encoding="utf-8")
        git(root, "add", ".", day=day)
        git(root, "commit", "-m", name, day=day)
    monkeypatch.setattr(project, "ROOT", root.resolve())
    return root.resolve()


def test_each_file_has_the_day_and_commit_of_its_last_change(history):
    found = metadata._commits()
    assert {path.name: (day, dirty) for path, (day, _, dirty) in found.items()} == {
        "a page.md": ("2026-01-02", False),
        "t.csv": ("2026-03-04", False),
    }
    assert all(len(commit) == 40 for _, commit, _ in found.values())


def test_changes_that_are_not_committed_are_told(history):
    (history / "data/t.csv").write_text("two\n", encoding="utf-8")
    day, commit, dirty = metadata._commits()[history / "data/t.csv"]
    assert dirty and "not committed" in metadata._sentence({"text": (day, commit, dirty)})


def test_a_sentence_says_both_dates():
    said = metadata._sentence({"text": ("2026-01-02", "a" * 40, False), "data": ("2026-03-04", "b" * 40, False)})
    assert said == (
        "Page last changed on 2 January 2026 (commit aaaaaaaaaa); its data on 4 March 2026 (commit bbbbbbbbbb)."
    )
    assert metadata._sentence({}) == ""


def test_without_the_whole_history_nothing_is_said(history, tmp_path, monkeypatch):
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "--depth", "1", f"file://{history}", str(shallow))
    monkeypatch.setattr(project, "ROOT", shallow.resolve())
    assert metadata._commits() == {}


def test_without_a_repository_of_its_own_nothing_is_said(history, tmp_path, monkeypatch):
    (history / "book/sdist").mkdir()
    monkeypatch.setattr(project, "ROOT", history / "book/sdist")  # inside somebody else's repository
    assert metadata._commits() == {}
    (tmp_path / "alone").mkdir()
    monkeypatch.setattr(project, "ROOT", tmp_path / "alone")
    assert metadata._commits() == {}


@pytest.mark.parametrize(
    ("environment", "configured", "wanted"),
    [
        ("https://example.org/newpip", "", "https://example.org/newpip/"),
        ("https://example.org/", "https://example.com/", "https://example.org/"),
        ("", "https://example.com/book/", "https://example.com/book/"),
        ("", "", ""),
    ],
)
def test_the_address_comes_from_the_environment_or_the_configuration(environment, configured, wanted, monkeypatch):
    monkeypatch.setenv("NEWPIP_SITE", environment)
    config = SimpleNamespace(html_baseurl=configured)
    metadata.set_base_url(None, config)
    assert config.html_baseurl == config.ogp_site_url == wanted


def test_what_is_no_address_is_refused(monkeypatch):
    monkeypatch.setenv("NEWPIP_SITE", "example.org")
    with pytest.raises(ConfigError, match="NEWPIP_SITE"):
        metadata.set_base_url(None, SimpleNamespace(html_baseurl=""))


def site(tmp_path, address):
    """A book of two pages as Sphinx's application presents it."""
    config = SimpleNamespace(
        html_baseurl=address, html_title="A book", author="Somebody", language="en", root_doc="book/index"
    )
    env = SimpleNamespace(
        found_docs={"chapters/01", "book/index"},
        newpip_pages={"chapters/01": {"changed": {"text": ("2026-01-02", "a" * 40, False)}}},
    )
    builder = SimpleNamespace(name="html", get_target_uri=lambda name: f"{name}.html")
    return SimpleNamespace(config=config, env=env, builder=builder, outdir=tmp_path)


def test_a_known_address_is_in_the_sitemap_and_on_each_page(tmp_path):
    app = site(tmp_path, "https://example.org/newpip/")
    special_pages.write_sitemap(app, None)
    text = (tmp_path / "sitemap.xml").read_text(encoding="utf-8")
    assert "<loc>https://example.org/newpip/chapters/01.html</loc><lastmod>2026-01-02</lastmod>" in text
    address = "https://example.org/newpip/chapters/01.html"
    context = {"title": "1. A &amp; B</script>", "metatags": f'<meta property="og:url" content="{address}" />\n'}
    context["pageurl"] = address
    metadata.add_metadata(app, "chapters/01", "page.html", context, object())
    assert 'og:url"' in context["metatags"] and f'"url": "{address}"' in context["metatags"]
    assert context["metatags"].count("</script>") == 1 and '"name": "A & B' in context["metatags"]


def test_an_unknown_address_is_nowhere(tmp_path):
    app = site(tmp_path, "")
    (tmp_path / "sitemap.xml").write_text("of an earlier build", encoding="utf-8")
    special_pages.write_sitemap(app, None)
    assert not (tmp_path / "sitemap.xml").exists()
    context = {"title": "A", "metatags": '<meta property="og:url" content="chapters/01.html" />\n'}
    metadata.add_metadata(app, "chapters/01", "page.html", context, object())
    assert "og:url" not in context["metatags"] and '"url"' not in context["metatags"]
