"""One commit gives the same bytes, wherever, whenever and by however many workers it is built, and with no network."""

import shutil
import subprocess

import pytest

from tests.helpers import files, mostly_at_night, run, small_book, words

HERE = {"NEWPIP_WORKERS": "1", "PYTHONHASHSEED": "1", "TZ": "Pacific/Auckland"}
THERE = {"NEWPIP_WORKERS": "2", "PYTHONHASHSEED": "2", "TZ": "America/New_York", "LC_ALL": "C.UTF-8"}
WHEN = {"SOURCE_DATE_EPOCH": "1760000000"}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Two books of the same sources, in folders of other names and depths, each built from nothing by itself.

    The second is built with no network.
    """
    places = tmp_path_factory.mktemp("a") / "book", tmp_path_factory.mktemp("another") / "deeper"
    books = [small_book(place) for place in places]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    ways = zip(books, (HERE, THERE), strict=True)
    one, other = (words(book, "newpip_book", "build", **way, **WHEN) for book, way in ways)
    running = [subprocess.Popen(**given, **pipes) for given in (one, cut_off(other))]
    for process in running:
        said, _ = process.communicate()
        assert process.returncode == 0, said
    return books


def cut_off(given):
    """Put a build in a network of its own; where this machine gives none, keep its Python to this machine."""
    empty = ["unshare", "--net", "--map-root-user", "sh", "-c"]
    try:
        allowed = subprocess.run([*empty, "ip link set lo up"], capture_output=True, check=False).returncode == 0
    except OSError:
        allowed = False
    if allowed:
        return {**given, "args": [*empty, 'ip link set lo up && exec "$@"', "sh", *given["args"]]}
    guarded = "from newpip_book import cli; from newpip_book.execution import network_guard"
    code = f"{guarded}; network_guard.block_network(); raise SystemExit(cli.main(['build']))"
    return {**given, "args": [given["args"][0], "-c", code]}


def test_two_builds_are_the_same_byte_for_byte(built):
    one, other = (files(book / "_build" / "html") for book in built)
    assert len(one) > 50 and set(one) == set(other)
    assert [name for name in one if one[name] != other[name]] == []


def test_it_builds_with_no_network(built):
    assert (built[1] / "_build" / "html" / "index.html").read_text() != "built before"


def test_no_page_names_the_folder_that_it_was_built_in(built):
    for book in built:
        named = [name for name, content in files(book / "_build" / "html").items() if str(book).encode() in content]
        assert named == []


def test_building_again_with_nothing_changed_gives_the_same(built):
    before = files(built[0] / "_build" / "html")
    assert run(built[0], "newpip_book", "build", **HERE, **WHEN).returncode == 0
    assert files(built[0] / "_build" / "html") == before


@pytest.mark.night
def test_figures_are_the_same_byte_for_byte(built):
    for book, way in zip(built, (HERE, THERE), strict=True):
        assert run(book, "newpip_book", "figures", "--out", "figures", **way).returncode == 0
    one, other = (files(book / "figures") for book in built)
    assert one and one == other


@pytest.mark.parametrize(
    ("written", "named"),
    mostly_at_night(
        [
            ("{nonsense}`x`\n\n```{gibberish}\n```", ("'nonsense'", "'gibberish'")),
            ("{term}`a word that no glossary has`", ("a word that no glossary has",)),
        ],
        every=2,
    ),
)
def test_what_the_pages_do_not_know_stops_the_build_and_leaves_them(built, tmp_path, written, named):
    book = shutil.copytree(built[0], tmp_path / "book", symlinks=True)
    with open(book / "book" / "index.md", "a", encoding="utf-8") as page:
        page.write(f"\n{written}\n")
    before = files(book / "_build" / "html")
    done = run(book, "newpip_book", "build", **WHEN)
    assert done.returncode == 2 and "Traceback" not in done.stderr
    for word in named:
        assert any("book/index.md:" in line and word in line for line in done.stderr.splitlines()), done.stderr
    assert files(book / "_build" / "html") == before


@pytest.mark.night
def test_a_warning_comes_again_until_all_is_as_it_was_and_then_the_pages_are(built, tmp_path):
    book = shutil.copytree(built[0], tmp_path / "book", symlinks=True)
    assert run(book, "newpip_book", "build", **WHEN).returncode == 0  # what is kept is of this folder from now on
    before = files(book / "_build" / "html")
    page, table = book / "book" / "index.md", book / "data" / "referrals.csv"
    kept = [shutil.copy2(path, tmp_path) for path in (page, table)]
    page.write_text(page.read_text(encoding="utf-8") + "\n{term}`a word that no glossary has`\n", encoding="utf-8")
    table.write_text(table.read_text(encoding="utf-8").replace("2017,59,", "2017,61,"), encoding="utf-8")
    for _ in range(2):
        done = run(book, "newpip_book", "build", **WHEN)
        assert done.returncode == 2 and "a word that no glossary has" in done.stderr
        assert files(book / "_build" / "html") == before
    for path, original in zip((page, table), kept, strict=True):
        shutil.copy2(original, path)  # with the time that its file had
    assert run(book, "newpip_book", "build", **WHEN).returncode == 0
    assert files(book / "_build" / "html") == before
