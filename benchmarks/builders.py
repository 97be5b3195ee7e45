"""How long this book takes to build, beside four other ways to build its chapters, and beside the least there is to do.

Each builder has an environment and a copy of the chapters of its own, in ``_build/.bench``. Rounds are interleaved:
each visits every builder once. ``BENCH_ROUNDS`` sets how many there are.
"""

import os
import shutil
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import books, install
from benchmarks.compared import OURS, PLAIN, SCENARIOS, tables
from benchmarks.workspace import Builder, Plan, Workspace
from newpip_book.project import ROOT
from tests.helpers import copy_book

BENCH = ROOT / "_build" / ".bench"
PAGES = BENCH / "plain"  # those of Jupyter Book's defaults, kept for the part that opens pages
ROUNDS = 5

BUILDERS = (
    Builder(
        OURS, "", {}, lambda programs, chapters: [programs / "python", "-m", "newpip_book", "build"],
        "html/chapters/{}.html",
    ),
    Builder(
        PLAIN, "jupyter-book",
        {
            "_config.yml": "title: NEWPIP\nexecute:\n  execute_notebooks: cache\n  timeout: 300\n",
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n  - glob: chapters/*\n",
            "index.md": "# NEWPIP\n",
        },
        lambda programs, chapters: [programs / "jupyter-book", "build", "."],
        "html/chapters/{}.html",
    ),
    Builder(
        "nbsphinx", "nbsphinx",
        {
            "conf.py": 'project = "NEWPIP"\nextensions = ["nbsphinx"]\nexclude_patterns = ["_build"]\n',
            "index.rst": "NEWPIP\n======\n\n.. toctree::\n   :glob:\n\n   chapters/*\n",
        },
        lambda programs, chapters: [programs / "python", "-m", "sphinx", ".", "_build"],
        "chapters/{}.html",
    ),
    Builder(
        "mkdocs-jupyter", "mkdocs-jupyter",
        {
            "mkdocs.yml": "site_name: NEWPIP\ndocs_dir: chapters\nsite_dir: _build\ntheme:\n  name: material\n"
            "plugins:\n  - mkdocs-jupyter:\n      execute: true\n",
            "chapters/index.md": "# NEWPIP\n",
        },
        lambda programs, chapters: [programs / "mkdocs", "build"],
        "{}/index.html",
    ),
    Builder(
        "nbconvert", "nbconvert", {},
        lambda programs, chapters: [
            programs / "jupyter", "nbconvert", "--execute", "--to", "html", "--output-dir", "_build", *chapters,
        ],
        "{}.html",
        keeps=False,
    ),
)  # fmt: skip

WHOLE = Plan(
    copy_book, "01-background", "population", "Tyne and Wear", "share_other",
    {f"0.09{digit}": f"9.{digit}%" for digit in "512346"}, "02-method",
    BUILDERS, tuple(SCENARIOS), int(os.environ.get("BENCH_ROUNDS") or ROUNDS),
)  # fmt: skip
QUICK = Plan(
    books.of_one_cell, "01-count", "referrals", "2017", "referrals", {"59": "59", "61": "61"}, "01-count",
    (BUILDERS[0], replace(BUILDERS[-1], environment="")), ("cold", "nothing"), 1,
)  # fmt: skip


def measure(quick=False):
    """Build with every builder in every scenario, in interleaved rounds.

    Parameters
    ----------
    quick : bool
        One round of a small book, by two builders, both from this book's own environment.

    Returns
    -------
    list of dict
        Tables of :func:`benchmarks.table.table`.

    Raises
    ------
    benchmarks.measure.CommandError
        When a builder fails, or does not run the chapters that it has to run.
    """
    plan = QUICK if quick else WHOLE
    BENCH.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=BENCH) as work:
        workspaces = [Workspace(builder, plan, Path(work)) for builder in plan.builders]
        ours, runs = workspaces[0], []
        for number in range(plan.rounds):
            for workspace in workspaces:
                runs += workspace.visit(number)
                runs += [workspace.live(number), *workspace.limit(number)] if workspace is ours else []
        chapters, readers = len(ours.chapters), ours.readers()
        for plain in (one for one in workspaces if one.builder.name == PLAIN):
            shutil.copytree(plain.folder / "_build" / "html", PAGES, dirs_exist_ok=True)
    changed = f"chapter {plan.edited}, table {plan.table}"
    versions = install.versions({one.builder.name: one.programs for one in workspaces})
    return [*tables(runs, chapters, readers, changed), versions]
