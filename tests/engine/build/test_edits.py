"""A build after any sequence of edits, builds and kills equals a build from nothing: seeded sequences, drawn at random.

There are twenty of two builds before the last one; ``NEWPIP_SEQUENCES=500`` draws as many, each of nine: for the night.
"""

import base64
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from tests.helpers import ROOT, files, mostly_at_night, words, write_chapter

NIGHT = int(os.environ.get("NEWPIP_SEQUENCES") or 0)
SEEDS, LENGTH = (range(NIGHT), 9) if NIGHT else (range(20), 2)
# Builds in copies of one process that has imported all that builds import.
SERVER = """
import os, sys
from newpip_book import cli
from newpip_book.build import pipeline
pipeline.preload_modules()
for line in sys.stdin:
    child = os.fork()
    if not child:
        os.setsid()
        said = os.open(line.strip(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(said, 1), os.dup2(said, 2)
        os._exit(cli.main(["build"]))
    print(child, flush=True)
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
LABELS = "result-labels.csv"
PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
IMPORTS = """from newpip import draw, harbour
from newpip.data import load
from newpip.publish import claim, figure, number"""
FIGURE = """fig, ax = draw.canvas(2)
ax.barh(lamps["lamp"], lamps["metres"])
figure("heights", fig, data=lamps, alt="Bars.", title="Each lamp has its bar.", holds="drawn", caption="Heights.")
claim("drawn", len(lamps) > 0, "lamps with none")"""
PART = "(my-part)=\n## {}\n\nWords of a part.\n"


class Sources:
    """What the book is made of: a few choices, from which every file follows."""

    def __init__(self):
        self.numbers = {"first": "len(lamps)"}  # of the first chapter
        self.claim, self.figure, self.part = True, "first", "second"  # and where the figure and the part are
        self.heading, self.second, self.title = "A part", "02-second", "Second"
        self.page, self.download, self.included, self.picture = True, "one", "Version one.", "book"
        self.metres, self.offset, self.cited, self.year = 31, 0, True, 1901

    def render(self):
        """Return the files: from path to text, bytes, or the parts of a chapter."""
        first = ["(chapter-first)=\n# First\n", *(f"It is {{glue:text}}`{key}`." for key in self.numbers)]
        first += ["The tallest is above ten. {claim}`tall`"] * self.claim
        second = [f"(chapter-second)=\n# {self.title}\n", "See {ref}`chapter-first`."]
        cover = ["# Harbour\n", *(f"The cover says {{result}}`{key}`." for key in self.numbers)]
        cover += ["As {cite:t}`keeper1901` wrote."] * self.cited + ["{numref}`heights` shows it."] * bool(self.figure)
        texts = {"first": first, "second": second, "cover": cover}
        if self.part:
            texts[self.part].append(f"\n{PART.format(self.heading)}")
            cover.insert(1, "See {ref}`my-part`.")
        code = 'lamps = load("lamps")'
        figures = {name: [code, FIGURE] if self.figure == name else [code] for name in ("first", "second")}
        numbers = [f'number("{key}", {value} + harbour.OFFSET)' for key, value in self.numbers.items()]
        claims = ['claim("tall", lamps["metres"].max() > 10, "it with ten")'] * self.claim
        made = {
            "chapters/01-first.ipynb": ["\n".join(first), IMPORTS, *figures["first"], *numbers, *claims],
            f"chapters/{self.second}.ipynb": ["\n".join(second), IMPORTS, *figures["second"]],
            "book/index.md": "\n".join(cover) + "\n",
            "data/lamps.csv": f"lamp,metres,colour\nrock,{self.metres},red\npier,12,green\nmole,9,white\n",
            "newpip/harbour.py": f'"""A module of the book."""\n\nOFFSET = {self.offset}\n',
            "book/references.bib": f"@misc{{keeper1901, author={{A. Keeper}}, title={{Lamp}}, year={{{self.year}}}}}\n",
        }
        if self.numbers:
            made[f"book/{LABELS}"] = "pattern,label\n" + "".join(f"{key},The {key}\n" for key in self.numbers)
        if self.page:
            where = f"../{self.picture}/spot.png"
            made["book/extra.md"] = (
                f"# Extra\n\n[A list](files/list.txt)\n\n![A spot]({where})\n\n```{{include}} ../NOTES.md\n```\n"
            )
            made |= {"book/files/list.txt": self.download, "NOTES.md": f"{self.included}\n"}
            made |= {f"{self.picture}/spot.png": PIXEL}
        pages = ["book/reading", *["book/extra"] * self.page]
        listed = "".join(f"      - file: {name}\n" for name in pages)
        made["_toc.yml"] = (
            "format: jb-book\nroot: book/index\nparts:\n  - caption: The harbour\n    numbered: true\n    chapters:\n"
            f"      - file: chapters/01-first\n      - file: chapters/{self.second}\n"
            f"  - caption: Besides\n    chapters:\n{listed}"
        )
        return made


CHOICES = {
    "claim": (True, False),
    "figure": ("first", "second", ""),
    "part": ("first", "second", "cover", ""),
    "heading": ("A part", "A piece", "A share"),
    "second": ("02-second", "02-other", "05-second"),
    "title": ("Second", "Another"),
    "page": (True, False),
    "download": ("one", "two"),
    "included": ("Version one.", "Version two."),
    "picture": ("book", "pictures"),
    "metres": (31, 32, 47),
    "offset": (0, 1),
    "cited": (True, False),
    "year": (1901, 1902),
    "numbers": ({"first": "len(lamps)"}, {"again": "len(lamps)"}, {"first": "7", "sum": "lamps['metres'].sum()"}, {}),
}


def change(book, draw):
    """Change one thing, drawn at random, and return what it is now."""
    name = draw.choice(sorted(CHOICES))
    setattr(book, name, draw.choice([one for one in CHOICES[name] if one != getattr(book, name)]))
    return name, getattr(book, name)


class Shelf:
    """A folder of a book, and the process that builds it."""

    def __init__(self, folder):
        self.folder, self.log = folder, folder.with_suffix(".log")
        shutil.copytree(Path(__file__).parents[1] / "other_book", folder)
        for path in [*(folder / "chapters").iterdir(), *map((folder / "book").joinpath, ("index.md", LABELS))]:
            path.unlink()
        hidden = shutil.ignore_patterns("__pycache__", ".*")
        shutil.copytree(ROOT / "newpip", folder / "newpip", ignore=hidden)
        shutil.copytree(ROOT / "book" / "_ext", folder / "book" / "_ext", ignore=hidden)
        self.kept = files(folder)
        asked = words(folder, SOURCE_DATE_EPOCH="1760000000")
        asked["args"] = [sys.executable, "-c", SERVER]
        self.server = subprocess.Popen(**asked, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def write(self, made):
        """Write the sources that differ, and remove those that are gone."""
        for name in files(self.folder).keys() - made.keys() - self.kept.keys():
            if not name.startswith("_build/"):
                (self.folder / name).unlink()
        for name, content in made.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if isinstance(content, list):
                aside = path.with_suffix(".new")
                write_chapter(aside, content)
                content = aside.read_bytes()
                aside.unlink()
            content = content.encode() if isinstance(content, str) else content
            if not path.is_file() or path.read_bytes() != content:
                path.write_bytes(content)

    def begin(self):
        """Begin to build, and return the process."""
        print(self.log, file=self.server.stdin, flush=True)
        return int(self.server.stdout.readline())

    def finish(self):
        """Wait for the end of the build, which is to be a good one."""
        assert int(self.server.stdout.readline()) == 0, self.log.read_text(encoding="utf-8")

    def kill_build(self, after):
        """Build, and kill all of it after some seconds, if it is not done by then."""
        child = self.begin()
        time.sleep(after)
        with suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)
        self.server.stdout.readline()

    def pages(self):
        return files(self.folder / "_build" / "html")

    def clear(self):
        """Forget all that was built."""
        shutil.rmtree(self.folder / "_build", ignore_errors=True)


@pytest.fixture(scope="module")
def shelves(tmp_path_factory):
    """The book that is edited, and the one that is built from nothing."""
    pair = [Shelf(tmp_path_factory.mktemp(name) / "book") for name in ("edited", "new")]
    yield pair
    for one in pair:
        one.server.stdin.close()
        one.server.wait()


@pytest.mark.parametrize("seed", mostly_at_night(SEEDS[::2], every=10))
class TestEvenSeeds:
    """Two classes, so that two processes share the seeds."""

    def test_after_edits_builds_and_kills_the_pages_are_those_of_a_build_from_nothing(self, seed, shelves):
        edit_build_and_kill(seed, *shelves)


@pytest.mark.night
@pytest.mark.parametrize("seed", SEEDS[1::2])
class TestOddSeeds:
    """The other half."""

    def test_after_edits_builds_and_kills_the_pages_are_those_of_a_build_from_nothing(self, seed, shelves):
        edit_build_and_kill(seed, *shelves)


def edit_build_and_kill(seed, edited, new):
    """Draw a sequence, and hold its pages to those of a build from nothing."""
    draw, book, done = random.Random(seed), Sources(), []
    for _ in range(draw.randint(0, 3)):
        change(book, draw)  # where it begins
    for _ in range(LENGTH):
        edited.write(book.render())
        if draw.random() < 0.3:
            edited.kill_build(draw.uniform(0, 1.5))
            done.append("killed")
        else:
            edited.begin()
            edited.finish()
        done += [change(book, draw) for _ in range(draw.randint(0, 2))]
    new.clear()
    for shelf in (edited, new):
        shelf.write(book.render())
        shelf.begin()
    for shelf in (edited, new):
        shelf.finish()
    after, expected = edited.pages(), new.pages()
    differs = sorted(name for name in after.keys() | expected.keys() if after.get(name) != expected.get(name))
    assert not differs, (seed, done)
    assert len(after) > 30
