"""The ``benchmark`` directive: tables of what `make bench` measured, from its committed file."""

import json

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book.directives import figures
from newpip_book.project import ROOT

FIGURES = ROOT / "benchmarks" / "figures.json"


class Benchmark(SphinxDirective):
    """``{benchmark} part``: the tables of one part of the benchmark, and the machine."""

    required_arguments = 1

    def run(self):
        """Show what was measured, or stop where it was not."""
        self.env.note_dependency(str(FIGURES))
        name, parts = self.arguments[0], json.loads(FIGURES.read_text(encoding="utf-8"))
        if name not in parts:
            raise self.error(f"no part {name!r} in benchmarks/figures.json; expected one of {', '.join(parts)}")
        tables = [self._target(table) for table in parts[name]["tables"] if table["shown"]]
        return [*tables, _machine(parts[name]["machine"])]

    def _target(self, table):
        """Build a table that can be referred to."""
        node = _table(table)
        node["names"].append(table["name"])
        self.state.document.note_explicit_target(node, node)
        return node


def format_value(value):
    """Write one measured value for a reader: three figures are all that such measurements carry.

    Parameters
    ----------
    value : str, int, float, bool or None

    Returns
    -------
    str
        A dash where there was nothing to measure.
    """
    if value is None:
        return "\N{EN DASH}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
    return f"{value:,}" if isinstance(value, int) else value


def _machine(machine):
    """Say where it was measured, in small print."""
    told = ". ".join(f"{name}: {said}" for name, said in machine.items())
    return nodes.paragraph("", f"{told}.", classes=["np-machine"])


def _table(table):
    """Build a table, its caption above it."""
    columns = list(table["columns"])
    payload = {
        "caption": table["caption"],
        "header": list(table["columns"].values()),
        "rows": [[format_value(row[name]) for name in columns] for row in table["rows"]],
        "numeric": [all(_is_number(row[name]) for row in table["rows"]) for name in columns],
    }
    return figures.published_table(payload)


def _is_number(value):
    return value is None or isinstance(value, int | float) and not isinstance(value, bool)


def setup(app):
    """Connect."""
    app.add_directive("benchmark", Benchmark)
