"""Measure how fast the book is and write it down, as JSON and as Markdown.

Whatever runs beside it is measured too: leave the machine alone meanwhile. Parts that are not named keep their figures.
"""

import argparse
import json
import sys
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


def main(arguments=None):
    """Measure the parts that are named, or all.

    Parameters
    ----------
    arguments : list of str, optional

    Returns
    -------
    int
        The exit code.
    """
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "part", nargs="*", choices=[*PARTS, []], metavar="PART", help=f"{', '.join(PARTS)}; all by default"
    )
    parser.add_argument("--rounds", type=int, default=ROUNDS, help=f"how often: {ROUNDS} times by default")
    parser.add_argument("--dry-run", action="store_true", help="print the figures, write nothing")
    chosen = parser.parse_args(arguments)
    if chosen.rounds < 1:
        parser.error(f"--rounds {chosen.rounds}: a number from 1 was expected")
    try:
        parts = json.loads(FIGURES.read_text(encoding="utf-8"))
        for name in chosen.part or PARTS:
            part = {"machine": describe(), "tables": import_module(f"benchmarks.{name}").measure(chosen.rounds)}
            print(document({name: part})) if chosen.dry_run else _store(parts | {name: part})
            parts[name] = part
    except (CommandError, OSError) as error:
        print(error, file=sys.stderr)
        return 2
    return 0


def _store(parts):
    """Write the figures of all parts."""
    FIGURES.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    FIGURES.with_suffix(".md").write_text(document(parts), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
