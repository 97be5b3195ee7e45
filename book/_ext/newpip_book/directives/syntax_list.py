"""Show the list of what authors can write, which newpip check holds them to."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book.authoring import syntax
from newpip_book.directives.table_nodes import simple_table


class SyntaxList(SphinxDirective):
    """``{syntax} KIND``: a table of the roles, directives or signs that work in every form of the book."""

    required_arguments = 1

    def run(self):
        head, rows, caption = TABLES[self.arguments[0]]()
        cells = [[nodes.literal("", row[0]), *map(_words, row[1:])] for row in rows]
        return [simple_table(head, cells, ["np-table"], caption, stub=1)]


def _words(text):
    """Show what stands in backticks as code."""
    parts = [nodes.literal("", one) if at % 2 else nodes.Text(one) for at, one in enumerate(text.split("`"))]
    return nodes.inline("", "", *parts)


def _roles():
    rows = [[one.example, one.shows] for one in syntax.ROLES.values()]
    return ["Written", "What readers see"], rows, "Roles, in chapters and on pages"


def _directives():
    rows = [[f":::{{{one.name}}} {one.example}".rstrip(), one.shows, one.where] for one in syntax.DIRECTIVES.values()]
    return ["First line", "What readers see", "Where"], rows, "Directives"


def _signs():
    return ["Written", "What readers see"], [list(one) for one in syntax.SIGNS.values()], "Signs of Markdown"


TABLES = {"roles": _roles, "directives": _directives, "signs": _signs}


def setup(app):
    """Connect."""
    app.add_directive("syntax", SyntaxList)
