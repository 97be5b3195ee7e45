"""List the rooms of the code and what each may import, from the contracts in pyproject.toml."""

import ast
import tomllib

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book.directives.table_nodes import simple_table
from newpip_book.project import ENGINE, LIBRARY, ROOT

SOURCES = {"newpip": LIBRARY, "newpip_book": ENGINE}


class Architecture(SphinxDirective):
    """``{architecture}``: a table of rooms for each contract on layers, and the list of all contracts."""

    def run(self):
        for path in [ROOT / "pyproject.toml", *(path for folder in SOURCES.values() for path in folder.rglob("*.py"))]:
            self.env.note_dependency(str(path))
        tables = [_table(one) for one in contracts() if one["type"] == "layers"]
        rules = [nodes.list_item("", nodes.paragraph("", f"{one['name']}.")) for one in contracts()]
        return [*tables, nodes.paragraph("", "The rules that the tests hold it to:"), nodes.bullet_list("", *rules)]


def contracts():
    """List the contracts that the code is held to.

    Returns
    -------
    list of dict
        As pyproject.toml has them for import-linter.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def layers(contract):
    """List the rooms of a contract on layers, those that know more first.

    Parameters
    ----------
    contract : dict
        From :func:`contracts`, of the type "layers".

    Returns
    -------
    list of list of str
        The modules and packages of each layer; those of one layer know nothing of each other.
    """
    return [[name.strip() for name in layer.replace(":", "|").split("|")] for layer in contract["layers"]]


def purpose(package, name):
    """Read the first line of a module's or package's docstring.

    Parameters
    ----------
    package, name : str
        Such as ``"newpip"`` and ``"intervals"``.

    Returns
    -------
    str
    """
    path = SOURCES[package] / name
    text = (path / "__init__.py" if path.is_dir() else path.with_suffix(".py")).read_text(encoding="utf-8")
    return ast.get_docstring(ast.parse(text)).partition("\n")[0].replace("`", "")


def _table(contract):
    """Build the table of one contract: each room, the floor it stands on, and what happens in it."""
    (package,), listed = contract["containers"], layers(contract)
    floors = [(str(len(listed) - at), name) for at, layer in enumerate(listed) for name in layer]
    rows = [[name, floor, purpose(package, name)] for floor, name in floors]
    return simple_table(["Room", "Floor", "What happens in it"], rows, ["np-table"], f"The rooms of {package}", stub=1)


def setup(app):
    """Connect."""
    app.add_directive("architecture", Architecture)
