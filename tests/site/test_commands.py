"""Every command that the book's own texts give: run as printed, in a small book, or not run for a reason given here.

The book lies in a folder with a space and an umlaut in its name; its environment is that of these tests.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from newpip_book import cli
from newpip_book.project import ROOT
from tests.helpers import FIRST, make_targets, mostly_at_night, small_book, write_chapter

TEXTS = ("book/your-service.md", "book/rerun.md", "README.md", "CONTRIBUTING.md")
INLINE = re.compile(r"`((?:\w+=\S+ )*(?:make [a-z]|python run.py [a-z]|\S*newpip )[^`\n]*)`")
FENCE = re.compile(r"^( *)```bash\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
OF_THE_BOOK = "the small book has no such chapter and result; tests/engine tries the verb"
SUITE = "it is the suite that this test is a part of"
SERVES = "it serves until it is ended"
LONG = "it takes minutes or hours"
SHOWS = "it shows the form of a command that the guide gives whole"
OTHER_BOOK = "the small book has no template for it; tests/engine/maintenance/test_service.py builds it"
NETWORK = "it fetches from the network"
COMMITS = "it needs commits that store outputs; tests/engine/maintenance/test_diff.py makes them"
PUBLISHES = "it publishes, or records what is published"
NOT_RUN = {
    "make test": SUITE,
    "make test-night": SUITE,
    "python run.py test": SUITE,
    "make test-quick": SUITE,
    ".venv/bin/pytest tests/newpip/test_data.py": SUITE,
    ".venv/bin/newpip explain referrals.cagr": OF_THE_BOOK,
    ".venv/bin/newpip refresh --force 01-background": OF_THE_BOOK,
    ".venv/bin/newpip explain referrals:2018": OF_THE_BOOK,
    ".venv/bin/newpip what-if referrals.cagr": OF_THE_BOOK,
    "make hooks": NETWORK,
    "make release TAG=v$VERSION": NETWORK,
    "make lab": SERVES,
    "make lab CHAPTERS=chapters": SERVES,
    "make live": SERVES,
    "make serve": SERVES,
    "make mutate": LONG,
    "make bench": LONG,
    "make pdf": "it needs a browser; tests/engine/outputs/test_pdf.py binds the book",
    "make epub": "it binds the cover of the whole book, as tests/engine/outputs/test_epub.py does",
    ".venv/bin/newpip pdf --code": "it needs a browser; tests/engine/outputs/test_binding.py reads pages so",
    "make test-pages": NETWORK,
    "make pyodide": NETWORK,
    "make lock": NETWORK,
    "make audit": NETWORK,
    ".venv/bin/newpip diff HEAD data": COMMITS,
    ".venv/bin/newpip diff v1.0.0 HEAD --corrections": COMMITS,
    ".venv/bin/newpip diff A B": SHOWS,
    "newpip new-service DIR": SHOWS,
    "newpip import-service FILE.xlsx DIR": SHOWS,
    "newpip build --service DIR": SHOWS,
    ".venv/bin/newpip build --service ../our-service": OTHER_BOOK,
    ".venv/bin/newpip build --service ../our-service ../their-service --out ../side-by-side": OTHER_BOOK,
    'git tag --annotate v$VERSION --message "Release $VERSION"': PUBLISHES,
    "git push origin v$VERSION": PUBLISHES,
}


def blocks(name):
    """Return the blocks of commands of a text, without the indent of a list."""
    return [
        re.sub(rf"^{indent}", "", block, flags=re.MULTILINE)
        for indent, block in FENCE.findall((ROOT / name).read_text(encoding="utf-8"))
    ]


def inline(name):
    """Return the commands that stand within the sentences of a text."""
    return set(INLINE.findall(FENCE.sub("", (ROOT / name).read_text(encoding="utf-8"))))


def to_run(block):
    """Return what of a block is run: a command that is not is left out whole."""
    return "\n".join(line for line in block.splitlines() if line.split("  #")[0].strip() not in NOT_RUN)


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    """A small book with a repository, where make finds an environment that is ready."""
    folder = small_book(tmp_path_factory.mktemp("Bücher und mehr") / "das Buch")
    titled = ("(chapter-background)=\n" + FIRST[0], *FIRST[1:])  # as the template of a chapter refers to it
    write_chapter(folder / "chapters" / "01-first.ipynb", titled)
    for name in ("Makefile", "run.py", "CHANGELOG.md", ".gitignore"):
        (folder / name).write_bytes((ROOT / name).read_bytes())
    (folder / ".venv" / "bin").mkdir(parents=True)
    for name, command in (("python", ""), ("newpip", " -m newpip_book")):
        path = folder / ".venv" / "bin" / name
        path.write_text(f'#!/bin/sh\nexec "{sys.executable}"{command} "$@"\n')
        path.chmod(0o755)
    (folder / ".venv" / "ready").write_text(f"{folder.resolve()}\n")
    typed(folder, "git init --quiet && git add --all && git commit --quiet --message first")
    return folder


def typed(book, commands):
    """Type commands in the book, whose environment is set up, and return what they did."""
    (book / ".venv" / "ready").touch()
    kept = {name: said for name, said in os.environ.items() if not name.startswith(("NEWPIP_", "MAKE", "GIT_"))}
    who = {f"GIT_{role}_{part}": "a@b.example" for role in ("AUTHOR", "COMMITTER") for part in ("NAME", "EMAIL")}
    kept["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), kept["PATH"]])
    environment = kept | who | {"PYTHONPATH": f"{book}:{book / 'book' / '_ext'}", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(["bash", "-ec", commands], cwd=book, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"
    return done


@pytest.mark.parametrize("name", mostly_at_night(sorted(TEXTS, key="README.md".__ne__), every=4))
def test_commands_run_as_they_are_printed(name, book, tmp_path):
    (book / "notes.txt").write_text(name)  # something to commit
    for block in blocks(name):
        typed(book, to_run(block).replace("/somewhere/else", str(tmp_path / "else")))
    if name == "book/your-service.md":
        assert "2021,205," in (book.parent / "our-service" / "referrals.csv").read_text(encoding="utf-8")


@pytest.mark.night
def test_commands_within_sentences_run_too(book):
    """The walks have run the others, and have left the folder of a service."""
    walked = {line.strip() for name in TEXTS for block in blocks(name) for line in block.splitlines()}
    for command in sorted(set().union(*map(inline, TEXTS)) - walked - set(NOT_RUN)):
        typed(book, command.replace("DIR", "drawn"))
    assert list((book / "drawn").glob("*.svg"))


@pytest.mark.night
def test_what_the_import_prints_can_be_pasted_wherever_one_stands(book, tmp_path):
    service = tmp_path / "unser Dienst für alle"
    first = typed(book, f".venv/bin/newpip new-service '{service}'").stdout
    second = typed(book, first.partition("then: ")[2]).stdout
    build = f"! ({second.partition('Build with: ')[2].strip()}) 2>&1"
    assert "this book has no template for a service's site" in typed(book, build).stdout
    away = typed(
        book,
        f"cd '{service.parent}' && '{book}/.venv/bin/newpip' import-service */service.xlsx 'unser Dienst für alle'",
    )
    build = f"! (cd / && {away.stdout.partition('Build with: ')[2].strip()}) 2>&1"
    assert "this book has no template for a service's site" in typed(book, build).stdout


def test_what_is_not_run_is_still_printed():
    lines = {line.split("  #")[0].strip() for name in TEXTS for block in blocks(name) for line in block.splitlines()}
    assert set(NOT_RUN) <= lines | set().union(*map(inline, TEXTS)) and all(NOT_RUN.values())


def test_every_target_and_verb_that_a_text_names_exists():
    verbs = set(cli.VERBS)
    code = "\n".join([*(block for name in TEXTS for block in blocks(name)), *set().union(*map(inline, TEXTS))])
    assert {"book", "live", "serve", "pdf"} <= set(re.findall(r"(?:^|\s)make ([a-z-]+)", code)) <= make_targets()
    assert {"check", "figures", "new-service"} <= set(re.findall(r"newpip ([a-z][a-z-]*)", code)) <= verbs
