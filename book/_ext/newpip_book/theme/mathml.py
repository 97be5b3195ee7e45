"""Formulas as MathML, made while the book is built: no script runs in the page and nothing is fetched."""

from html import escape

from docutils import nodes
from sphinx.util import logging
from sphinx.util.math import get_node_equation_number

from newpip_book.authoring.formulas import FormulaError, mathml

LOG = logging.getLogger(__name__)


def inline(translator, node):
    """Write a formula inside a sentence."""
    translator.body.append(_mathml(node))
    raise nodes.SkipNode


def block(translator, node):
    """Write a formula on a line of its own, with its number if it has one; it scrolls where the page is narrow."""
    number = get_node_equation_number(translator, node) if node.get("number") else ""
    named = "".join(f' id="{escape(one)}"' for one in node["ids"][:1])
    label = f"Formula {number}".strip()
    shown = f'<span class="np-eqno">({number})</span>' if number else ""
    translator.body.append(
        f'<div class="np-math{" np-numbered" if number else ""}"{named} tabindex="0" role="group" '
        f'aria-label="{label}">{_mathml(node, block=True)}{shown}</div>'
    )
    raise nodes.SkipNode


def _mathml(node, block=False):
    """Return a formula as MathML; one that cannot be shown stays as it was typed, and a warning says why."""
    try:
        return mathml(node.astext(), block)
    except FormulaError as error:
        LOG.warning("%s", error, location=node)
        return f"<code>{escape(node.astext())}</code>"


def setup(app):
    """Make this the renderer of formulas in HTML."""
    app.add_html_math_renderer("mathml", inline_renderers=(inline, None), block_renderers=(block, None))
