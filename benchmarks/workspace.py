"""Build a copy of the book again and again, a little changed each time."""

import os
import re
import shlex
import shutil

from benchmarks import live
from benchmarks.builders import PEERS, THIS_BOOK
from benchmarks.commands import CommandError, run
from benchmarks.edits import strip_outputs

LEFT_OUT = shutil.ignore_patterns("_build", ".*", "work", "dist", "tests")
COUNTER = """__import__("pathlib").Path(__import__("os").environ["BENCH_KERNELS"]).open("a").write("started\\n")\n"""
FAILED = re.compile(r"Executing notebook failed|Traceback \(most recent call last\)")


class Workspace:
    """A copy of the book, or for another builder of its chapters alone, without outputs.

    Parameters
    ----------
    builder : benchmarks.builders.Builder
    author : benchmarks.edits.Author
    source : pathlib.Path
        The book.
    work : pathlib.Path
        The folder of all workspaces.
    """

    def __init__(self, builder, author, source, work):
        self.builder, self.author, self.source = builder, author, source
        self.folder = work / builder.name.replace(" ", "-").lower()
        self.kernels = work / "kernels.log"
        pandoc = builder.programs.parent.glob("lib/*/site-packages/pypandoc/files")  # of nbsphinx, come as a package
        self.settings = {
            "PATH": os.pathsep.join(map(str, [builder.programs, *pandoc, os.environ["PATH"]])),
            "PYTHONPATH": os.pathsep.join([str(self.folder), str(self.folder / "book" / "_ext")]),
            "PYTHONDONTWRITEBYTECODE": "",
            "GIT_CEILING_DIRECTORIES": str(work),  # the commits of this repository are not the copy's
            "BENCH_KERNELS": str(self.kernels),
            "IPYTHONDIR": str(_counting_ipython(work / "ipython")),
        }

    def visit(self):
        """Begin afresh, and build in each scenario, one after the other.

        Yields
        ------
        dict
            One a build: ``builder``, ``scenario``, ``seconds``, ``kernels`` that it started, and whether the page was
            ``right`` afterwards, None where nothing was changed.
        """
        self._copy()
        for scenario in self.builder.scenarios:
            yield self._build(scenario, self.author.edit(scenario, self.folder))
        if self.builder == THIS_BOOK:
            yield self._save_live()

    def _copy(self):
        """Make the copy anew; another builder gets what the chapters need, and its settings."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self.builder == THIS_BOOK:
            shutil.copytree(self.source, self.folder, ignore=LEFT_OUT)
            return
        for name in ("chapters", "data", "newpip"):
            shutil.copytree(self.source / name, self.folder / name, ignore=LEFT_OUT)
        shutil.copytree(PEERS / self.builder.peer, self.folder, dirs_exist_ok=True)
        strip_outputs(self.folder / "chapters")

    def _build(self, scenario, expected):
        """Build once, and make sure that no chapter failed, and that a cold build ran them all."""
        self.kernels.write_text("")
        seconds, output = run(shlex.split(self.builder.command), self.folder, **self.settings)
        chapters = [path.stem for path in (self.folder / "chapters").glob("*.ipynb")]
        failed = [name for name in chapters if FAILED.search(self._page(name))] + FAILED.findall(output)
        right = expected and expected[1] in self._page(expected[0])
        row = self._row(self.builder.name, scenario, seconds, right)
        if failed or scenario == "cold" and row["kernels"] != len(chapters):
            raise CommandError(f"{row} for {len(chapters)} chapters; failed: {failed}:\n{output[-2000:]}")
        return row

    def _save_live(self):
        """Save a sentence while this book is served live."""
        self.kernels.write_text("")
        seconds, page = live.save_sentence(self.folder, self.author.chapter, "dolomite", **self.settings)
        return self._row(live.NAME, "sentence", seconds, "dolomite" in page)

    def _row(self, builder, scenario, seconds, right):
        """Write down one build."""
        kernels = len(self.kernels.read_text().splitlines()) + (self.builder == THIS_BOOK and self._runs_kept())
        return {"builder": builder, "scenario": scenario, "seconds": seconds, "kernels": kernels, "right": right}

    def _runs_kept(self):
        """Count the runs that this book kept since the build began: its kernels read no settings of IPython."""
        begun = self.kernels.stat().st_mtime_ns
        kept = self.folder.glob("_build/.jupyter_cache/executed/*/base.ipynb")
        return sum(path.stat().st_mtime_ns > begun for path in kept)

    def _page(self, chapter):
        """Read the page of a chapter."""
        return (self.folder / "_build" / self.builder.page.format(chapter)).read_text(encoding="utf-8")


def _counting_ipython(folder):
    """Write settings of IPython with which each kernel writes a line when it starts."""
    startup = folder / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "count.py").write_text(COUNTER)
    return folder
