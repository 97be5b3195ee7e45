"""``python -m benchmarks [PART …]``: measure how fast the book is, and write it down, as JSON and as Markdown.

Whatever runs beside it is measured too: leave the machine alone meanwhile. Parts that are not named keep their figures.
"""

import argparse
import json
import sys
import time
from importlib import import_module

from benchmarks.machine import ROOT, describe
from benchmarks.table import markdown

PARTS = {
    "builders": "This book, and the same chapters built in other ways",
    "steps": "What each step gives",
    "growth": "How it grows",
    "analyses": "The analyses",
    "setting_up": "Setting up",
    "in_page": "In the page",
}
FIGURES = ROOT / "benchmarks" / "figures.json"


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
    parser.add_argument("part", nargs="*", choices=[*PARTS, []], help="what to measure: all by default")
    parser.add_argument("--quick", action="store_true", help="see in a minute whether it works; nothing is written")
    chosen = parser.parse_args(arguments)
    parts = json.loads(FIGURES.read_text(encoding="utf-8")) if FIGURES.exists() else {}
    for name in chosen.part or PARTS:
        began, machine = time.monotonic(), describe()
        tables = import_module(f"benchmarks.{name}").measure(quick=chosen.quick)
        print(f"{name}: measured in {time.monotonic() - began:.0f} s", file=sys.stderr)
        if chosen.quick:
            print("\n".join(markdown(one) for one in tables))
            continue
        parts[name] = {"machine": machine, "tables": tables}
        parts = {one: parts[one] for one in PARTS if one in parts}
        FIGURES.write_text(json.dumps(parts, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        FIGURES.with_suffix(".md").write_text(document(parts), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
