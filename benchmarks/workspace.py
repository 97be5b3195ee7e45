"""A builder's own copy of the book, in which it builds it again and again, changed a little each time."""

import os
import re
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import nbformat

from benchmarks import books, install, saved
from benchmarks.compared import LIMIT, LIVE, OURS
from benchmarks.measure import CommandError, run
from newpip_book.authoring.dependencies import manifest

ALONE = Path(__file__).with_name("limit.py")
COUNTER = """__import__("pathlib").Path(__import__("os").environ["BENCH_KERNELS"]).open("a").write("started\\n")\n"""
KEPT = ("_build", ".cache")  # where builders keep what serves the next build; mkdocs-jupyter in the second
FAILED = re.compile(r"Executing notebook failed|Traceback \(most recent call last\)")
WORDS = ("amber", "basalt", "cobalt", "dolomite", "emerald", "feldspar", "garnet", "hematite")


@dataclass(frozen=True)
class Builder:
    """One way to build the chapters.

    Attributes
    ----------
    name : str
        As tables name it.
    environment : str
        The file of benchmarks/environments that lists what to install, without its ending; empty for this book's own.
    settings : dict
        From the name of a file of the project to its text; empty for this book, which has its own.
    command : callable
        From the folder of programs, the Python and the list of chapters to the words of the command.
    page : str
        Where it writes the page of a chapter, ``{}`` being the chapter's name.
    keeps : bool
        Whether anything of one build serves the next.
    """

    name: str
    environment: str
    settings: dict
    command: Callable
    page: str
    keeps: bool = True


@dataclass(frozen=True)
class Plan:
    """What is built by whom and how often, and what is changed in it.

    Attributes
    ----------
    copy : callable
        Makes the book in a folder.
    edited : str
        The chapter of which a sentence and a cell of code are changed.
    table, key, column : str
        Where the value stands that is changed; the key is in the first column.
    values : dict
        From the values that it takes to what a page then shows; the first is the one that it has.
    page : str
        The chapter that shows it.
    builders : tuple of Builder
        This book first.
    scenarios : tuple of str
        Those of SCENARIOS for builders that keep something.
    rounds : int
    """

    copy: Callable
    edited: str
    table: str
    key: str
    column: str
    values: dict
    page: str
    builders: tuple
    scenarios: tuple
    rounds: int


class Workspace:
    """A builder's own copy of the book, or of its chapters alone, without outputs.

    Parameters
    ----------
    builder : Builder
    plan : Plan
    work : pathlib.Path
        The folder of all workspaces.
    """

    def __init__(self, builder, plan, work):
        self.builder, self.plan, self.work = builder, plan, work
        self.folder = work / builder.name.replace(" ", "-").lower()
        self.programs = install.make(builder.environment)
        self._count = work / "kernels.log"
        self._lay()
        self.chapters = sorted(path.relative_to(self.folder) for path in self.folder.glob("chapters/*.ipynb"))
        self.chapter = self.folder / "chapters" / f"{plan.edited}.ipynb"
        self.table = self.folder / "data" / f"{plan.table}.csv"
        self.originals = {path: path.read_text(encoding="utf-8") for path in (self.chapter, self.table)}

    def _lay(self):
        """Make the copy; for other builders keep what chapters need, and add the builder's settings."""
        self.plan.copy(self.folder)
        if self.builder.name == OURS:
            return
        for path in self.folder.iterdir():
            if path.name not in ("chapters", "data", "newpip"):
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        books.strip(self.folder / "chapters")
        for name, text in self.builder.settings.items():
            (self.folder / name).write_text(text, encoding="utf-8")

    def visit(self, number):
        """Build in each scenario, one after the other.

        Parameters
        ----------
        number : int
            Of the round, from 0: what is changed differs from round to round.

        Yields
        ------
        dict
            One a run.
        """
        for path, text in self.originals.items():
            path.write_text(text, encoding="utf-8")
        for kept in KEPT:
            shutil.rmtree(self.folder / kept, ignore_errors=True)
        if not self.builder.keeps:
            said = self._change("data", number)
            yield self._build(number, "any", said, all_run=True)
            if number == 0:
                yield self._build(number, "again", said, all_run=True)
            return
        for scenario in self.plan.scenarios:
            said = self._change(scenario, number)
            yield self._build(number, scenario, said, all_run=scenario == "cold")

    def _change(self, scenario, number):
        """Change what a scenario changes; return a page and what it is then to hold, or None where nothing changed."""
        word = WORDS[number % len(WORDS)]
        value, *others = self.plan.values
        if scenario == "sentence":
            books.add_sentence(self.chapter, word)
            return self.plan.edited, word
        if scenario == "code":
            books.add_comment(self.chapter, word)
            return self.plan.edited, f"# {word}"
        if scenario == "data":
            value = others[number % len(others)]
            books.set_cell(self.table, self.plan.key, self.plan.column, value)
        return None if scenario == "nothing" else (self.plan.page, f">{self.plan.values[value]}<")

    def _build(self, number, scenario, said, all_run):
        """Run the builder once; where all chapters have to run, make sure that they did."""
        cost, kernels = self.run(self.builder.command(self.programs, self.chapters))
        right = said[1] in self._page(said[0]) if said else None
        failed = [path.stem for path in self.chapters if FAILED.search(self._page(path.stem))]
        failed += FAILED.findall(cost.said)
        if failed or all_run and (kernels != len(self.chapters) or right is False):
            wrong = (
                f"{kernels} kernels for {len(self.chapters)} chapters; failed: {failed}; {said} on its page: {right}"
            )
            raise CommandError(f"{self.builder.name}, {scenario}: {wrong}\n{cost.said[-2000:]}")
        return _row(number, self.builder.name, scenario, cost, kernels, right)

    def run(self, command):
        """Run a command in the copy, and count the kernels that it starts.

        Parameters
        ----------
        command : list of str

        Returns
        -------
        cost : benchmarks.measure.Cost
        kernels : int
        """
        settings = self._counting()
        cost = run(command, self.folder, **settings)
        return cost, self._started()

    def _counting(self):
        """Return the environment of a command whose kernels are counted, from none."""
        self._count.write_text("")
        path = os.pathsep.join([*map(str, install.paths(self.programs)), os.environ["PATH"]])
        counting = {"BENCH_KERNELS": str(self._count), "IPYTHONDIR": str(_ipython(self.work))}
        return {"PATH": path, **counting, **books.settings(self.folder)}

    def _started(self):
        """Count the kernels that were started."""
        return len(self._count.read_text().splitlines())

    def _page(self, chapter):
        """Read the page of a chapter."""
        return (self.folder / "_build" / self.builder.page.format(chapter)).read_text(encoding="utf-8")

    def limit(self, number):
        """Measure what no build can do without: the chapters' kernels alone, and the pages of what has run.

        Parameters
        ----------
        number : int
            Of the round, from 0.

        Yields
        ------
        dict
            One a run.
        """
        for part in ("kernels", "pages"):
            cost, kernels = self.run([self.programs / "python", ALONE, part])
            yield _row(number, LIMIT, part, cost, kernels, None)

    def live(self, number):
        """Measure a sentence that is saved while this book is served live.

        Parameters
        ----------
        number : int
            Of the round, from 0.

        Returns
        -------
        dict
            The run.
        """
        word = WORDS[(number + 1) % len(WORDS)]
        cost = saved.sentence(self.folder, self.chapter, word, **self._counting())
        return _row(number, LIVE, "sentence", cost, self._started(), word in cost.said)

    def readers(self):
        """Count the chapters that depend on the table.

        Returns
        -------
        int
        """
        notebooks = [nbformat.read(self.folder / path, as_version=4) for path in self.chapters]
        return sum(f"data/{self.table.name}" in manifest(notebook) for notebook in notebooks)


def _row(number, builder, scenario, cost, kernels, right):
    """Write down one run."""
    costs = {"wall": cost.wall, "cpu": cost.cpu, "peak": cost.peak}
    return {"round": number + 1, "builder": builder, "scenario": scenario, **costs, "kernels": kernels, "right": right}


def _ipython(work):
    """Return a folder with which each kernel writes a line when it starts."""
    startup = work / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True, exist_ok=True)
    (startup / "count.py").write_text(COUNTER)
    return work / "ipython"
