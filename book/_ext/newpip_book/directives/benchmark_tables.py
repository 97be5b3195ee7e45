"""The page of how fast the book is: the tables and pictures of what `make bench` measured, from its committed file."""

import json

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book.directives import figures
from newpip_book.directives.number_format import cell
from newpip_book.project import ROOT

FIGURES = ROOT / "benchmarks" / "figures.json"


class Speed(SphinxDirective):
    """``{speed} part``: the machine and the tables of one part of the benchmark."""

    required_arguments = 1

    def run(self):
        """Show what was measured, or stop where it was not."""
        self.env.note_dependency(str(FIGURES))
        name, parts = self.arguments[0], json.loads(FIGURES.read_text(encoding="utf-8"))
        if name not in parts:
            raise self.error(f"no part {name!r} in benchmarks/figures.json; expected one of {', '.join(parts)}")
        part = parts[name]
        found = [_machine(part["machine"])]
        for table in (one for one in part["tables"] if one["shown"]):
            found.append(self._named(_table(table), table["name"]))
            if table["drawn"]:
                found.append(self._named(_picture(table), f"{table['name']}-drawn"))
        return found

    def _named(self, node, name):
        """Let a table or picture be referred to."""
        node["names"].append(name)
        self.state.document.note_explicit_target(node, node)
        return node


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
        "rows": [[cell(row[name]) for name in columns] for row in table["rows"]],
        "numeric": [all(_number(row[name]) for row in table["rows"]) for name in columns],
    }
    return figures.published_table(payload)


def _number(value):
    return value is None or isinstance(value, int | float) and not isinstance(value, bool)


def _picture(table):
    """Draw a table's figures, both axes in logarithms, a line for each group."""
    import pandas as pd

    from newpip import draw
    from newpip.colours import COLOURS
    from newpip.publish import svg

    drawn, columns = table["drawn"], table["columns"]
    rows = pd.DataFrame(table["rows"]).dropna(subset=[drawn["x"], drawn["y"]])
    fig, ax = draw.canvas(3.2)
    marks = zip(("newpip", "ink", "other", "soft"), "os^D", strict=True)
    for (name, some), (colour, marker) in zip(rows.groupby(drawn["by"], sort=False), [*marks] * 3, strict=False):
        ax.plot(some[drawn["x"]], some[drawn["y"]], color=COLOURS[colour], marker=marker, markersize=5, label=name)
    ax.set(xscale="log", yscale="log", xlabel=columns[drawn["x"]], ylabel=columns[drawn["y"]])
    ax.legend(fontsize=8)
    alt = f"{columns[drawn['y']]} over {columns[drawn['x']]}, in logarithms. " + " ".join(
        f"{name}: from {cell(some[drawn['y']].iloc[0])} to {cell(some[drawn['y']].iloc[-1])}."
        for name, some in rows.groupby(drawn["by"], sort=False)
    )
    payload = {"alt": alt, "caption": f"{columns[drawn['y']]}, by {columns[drawn['x']]}.", "unverified": ""}
    return figures.picture(payload, svg(fig, table["name"]))


def _words(text):
    return nodes.paragraph("", text)


def setup(app):
    """Connect."""
    app.add_directive("speed", Speed)
