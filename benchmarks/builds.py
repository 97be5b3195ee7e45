"""Compare how long builds take: this book and its peers, from nothing and after each change."""

import shutil
from collections import defaultdict
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from benchmarks.builders import BENCH, BUILDERS, JUPYTER_BOOK, ROOT
from benchmarks.edits import SCENARIOS, Author
from benchmarks.table import table
from benchmarks.workspace import Workspace

PAGES = BENCH / "jupyter-book"  # the pages of Jupyter Book, kept for the part that weighs pages
AUTHOR = Author(
    chapter="01-background", table="coreq", key="1", column="topic", value="Interviewers by their initials",
    page="02-method", shown="Interviewers by their initials",
)  # fmt: skip
CAPTION = (
    "Seconds of a build, median of {rounds} rounds, each of which visited every builder once, on the same machine. "
    "This book builds all that it is, {chapters} chapters, other pages and slides, and checks data, claims and "
    "references. The others build the same chapters alone, without stored outputs and with their defaults, and check "
    "nothing. In the order of the rows, each builder began with nothing and went on with what it had kept. Changed "
    "were chapter {chapter} and table {table}. With make live, the time is from saving the chapter until its page is "
    "told to reload. nbconvert keeps nothing, so each of its builds takes as long as the first. Versions: {versions}; "
    "all else is as in requirements.txt."
)


def measure(rounds, builders=BUILDERS, author=AUTHOR, source=ROOT):
    """Build with every builder in every scenario, in interleaved rounds.

    Parameters
    ----------
    rounds : int
    builders : sequence of benchmarks.builders.Builder, optional
    author : benchmarks.edits.Author, optional
        What is changed.
    source : pathlib.Path, optional
        The book.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.

    Raises
    ------
    benchmarks.commands.CommandError
        When a builder cannot be installed, fails, or does not run the chapters that it has to run.
    """
    BENCH.mkdir(parents=True, exist_ok=True)
    versions = ", ".join(filter(None, [builder.install() for builder in builders]))
    with TemporaryDirectory(dir=BENCH) as work:
        workspaces = [Workspace(builder, author, source, Path(work)) for builder in builders]
        runs = [
            {"round": number, **run}
            for number in range(1, rounds + 1)
            for workspace in workspaces
            for run in workspace.visit()
        ]
        for workspace in workspaces:
            if workspace.builder == JUPYTER_BOOK:
                shutil.copytree(workspace.folder / "_build" / "html", PAGES, dirs_exist_ok=True)
    chapters = len(list(source.glob("chapters/*.ipynb")))
    return tables(runs, chapters=chapters, chapter=author.chapter, table=author.table, versions=versions)


def tables(runs, **facts):
    """Set the builders side by side.

    Parameters
    ----------
    runs : list of dict
        One a build: its ``round``, and what :meth:`benchmarks.workspace.Workspace.visit` yields.
    **facts
        What the caption says of the book and the builders.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.
    """
    names = {name: name for name in dict.fromkeys(run["builder"] for run in runs)}
    columns = {"scenario": "Scenario", **names}
    rounds = max(run["round"] for run in runs)
    ran = (
        "What these builds did: how many chapters they ran, and whether the page was right afterwards. A builder that "
        "looks at notebooks alone goes on showing the old result of a table that was changed."
    )
    heads = {"round": "Round", "builder": "Builder", "scenario": "Scenario", "seconds": "Seconds"}
    heads |= {"kernels": "Chapters run", "right": "Page right"}
    return [
        table("builds", CAPTION.format(rounds=rounds, **facts), columns, _by_scenario(runs, names, _seconds)),
        table("builds-chapters-run", ran, columns, _by_scenario(runs, names, _chapters_run)),
        table("builds-runs", "Every single build, in order.", heads, runs, shown=False),
    ]


def _by_scenario(runs, names, summarise):
    """Make a row of each scenario and a column of each builder."""
    groups = defaultdict(list)
    for run in runs:
        groups[run["scenario"], run["builder"]].append(run)
    scenarios = [name for name in SCENARIOS if any(scenario == name for scenario, _ in groups)]
    cells = {key: summarise(group) for key, group in groups.items()}
    return [
        {"scenario": SCENARIOS[scenario], **{name: cells.get((scenario, name)) for name in names}}
        for scenario in scenarios
    ]


def _seconds(group):
    return median(run["seconds"] for run in group)


def _chapters_run(group):
    wrong = any(run["right"] is False for run in group)
    return f"{median(run['kernels'] for run in group):.0f}{', page wrong' if wrong else ''}"
