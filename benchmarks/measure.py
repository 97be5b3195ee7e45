"""Measure how fast the book is and write it down, as JSON and as Markdown.

Whatever runs beside it is measured too: leave the machine alone meanwhile. Parts that are not named keep their figures.
"""

import json
from importlib import import_module

from benchmarks.builders import ROOT
from benchmarks.commands import CommandError
from benchmarks.machine import describe
from benchmarks.table import markdown

PARTS = {  # a module each
    "builds": "How long a build takes",
    "page_weight": "How heavy a page is",
    "first_output": "How soon a cell answers in the page",
}
FIGURES = ROOT / "benchmarks" / "figures.json"
ROUNDS = 5


def document(parts):
    """Write all figures as Markdown.

    Parameters
    ----------
    parts : dict
        From a part's name to its ``machine`` and ``tables``.

    Returns
    -------
    str
    """
    blocks = ["# How fast the book is\n\nWritten by `make bench`; the same figures as figures.json.\n"]
    for name, part in parts.items():
        lines = "\n".join(f"- {what}: {told}" for what, told in part["machine"].items())
        blocks.append(f"## {PARTS[name]}\n\n{lines}\n")
        blocks += [markdown(one) for one in part["tables"] if one["shown"]]
    return "\n".join(blocks)


def measure(chosen=(), rounds=ROUNDS, dry_run=False):
    """Measure the parts that are named, or all.

    Parameters
    ----------
    chosen : sequence of str
        Names of parts.
    rounds : int
        How often.
    dry_run : bool
        Whether the figures are printed, and nothing is written.

    Raises
    ------
    CommandError
        When there is no such part, or a command that is measured fails.
    """
    unknown = set(chosen) - set(PARTS)
    if unknown or rounds < 1:
        found = f"{' '.join(unknown)}, {rounds} rounds".lstrip(", ")
        raise CommandError(f"{found}: some of {', '.join(PARTS)}, and 1 round or more, were expected")
    parts = json.loads(FIGURES.read_text(encoding="utf-8"))
    for name in chosen or PARTS:
        part = {"machine": describe(), "tables": import_module(f"benchmarks.{name}").measure(rounds)}
        print(document({name: part})) if dry_run else _store(parts | {name: part})
        parts[name] = part


def _store(parts):
    """Write the figures of all parts."""
    FIGURES.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    FIGURES.with_suffix(".md").write_text(document(parts), encoding="utf-8")
