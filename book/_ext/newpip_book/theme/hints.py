"""Hints of exercises, folded away by the browser itself: no script, and found by keyboard and screen reader."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective


class fold(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """What is folded away."""


class HintDirective(SphinxDirective):
    """``{hint}``: its content, to be opened by whoever wants it.

    Elsewhere ``{hint}`` is an admonition, which JupyterLab shows; the class ``dropdown`` folds it there too.
    """

    has_content = True
    option_spec = {"class": str}

    def run(self):
        node = fold()
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def visit(translator, node):
    """Open the fold."""
    translator.body.append('<details class="np-hint"><summary>Hint</summary>\n')


def depart(translator, node):
    """Close it."""
    translator.body.append("</details>\n")


def _nothing(translator, node):
    """Write the content alone: on paper nothing folds."""


def setup(app):
    """Put this directive in the place of docutils's admonition of the same name."""
    on_paper = (_nothing, _nothing)
    app.add_node(fold, html=(visit, depart), latex=on_paper, text=on_paper)
    app.add_directive("hint", HintDirective, override=True)
