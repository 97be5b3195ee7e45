"""Show a published figure small, wherever it is wanted: beside a chapter's question and answer, or on another page.

Under it a link leads to the figure itself. Question, answer and figure together are the lead of their page.
"""

import re

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from newpip_book import page_records
from newpip_book.directives.results import claims_are_marked

log = logging.getLogger(__name__)
DRAWING = re.compile(r'<svg[^>]* role="img".*?</svg>', re.DOTALL)
OWN_IDS = re.compile(r'(\bid="|url\(#|href="#)')


class key_figure(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place for a figure shown small."""


class KeyFigure(SphinxDirective):
    """``{key-figure} some-figure``: a figure of any chapter, small, with a link to it."""

    required_arguments = 1

    def run(self):
        node = key_figure(key=self.arguments[0])
        self.set_source_info(node)
        page_records.record(self.env, self.env.docname).setdefault("key figures", []).append(node["key"])
        return [node]


def note_drawings(app, env):
    """Name the pages that show a figure small which is drawn anew, elsewhere or numbered otherwise."""
    pages = page_records.records(env)
    shown = {name: [_look(env, key) for key in page.get("key figures", ())] for name, page in pages.items()}
    return page_records.update(env, "small figures", shown)


def _look(env, key):
    place = _place(env, key)
    return place and (*place, _number(env, *place), page_records.record(env, place[0]).get("source"))


def _place(env, key):
    """Return the page and the id of a figure; None where there is none."""
    place = env.domaindata["std"]["anonlabels"].get(key)
    return place if place and place[1] in env.toc_fignumbers.get(place[0], {}).get("figure", {}) else None


def _number(env, docname, anchor):
    return env.config.numfig_format["figure"] % ".".join(map(str, env.toc_fignumbers[docname]["figure"][anchor]))


def show(app, doctree, docname):
    """Put the drawings in their places, and lay out the lead of a page that has one."""
    trees = {docname: doctree}
    for node in list(doctree.findall(key_figure)):
        place = _place(app.env, node["key"])
        if place and place[0] not in trees:
            trees[place[0]] = app.env.get_doctree(place[0])
        link = figure_link(app, docname, node["key"], ": larger, with its data")
        _lay_out(node, [_drawing(trees[place[0]], place[1], link)] if place else [])


def _drawing(tree, anchor, link):
    """Copy the narrowest of a figure's drawings, its ids made anew, with a link to where it stands in full."""
    figure = next(one for one in tree.findall(nodes.figure) if anchor in one["ids"])
    drawings = DRAWING.findall(figure.next_node(nodes.raw).astext())
    svg = min(drawings, key=lambda one: float(re.search(r'viewBox="\S+ \S+ (\S+) ', one)[1]))
    picture = OWN_IDS.sub(r"\g<1>small-", re.sub(r' class="[^"]*"', "", svg, count=1))
    html = f'<figure class="np-key np-screen">{picture}<figcaption>{link}</figcaption></figure>'
    return nodes.raw("", html, format="html")


def figure_link(app, docname, key, words):
    """Write a link to a figure, by its number.

    Parameters
    ----------
    app : sphinx.application.Sphinx
    docname : str
        The page that is to have the link.
    key : str
        The figure's name.
    words : str
        What the link says after the number.

    Returns
    -------
    str
        HTML; empty where no page has such a figure.
    """
    place = _place(app.env, key)
    if place is None:
        if not claims_are_marked():
            log.warning("no chapter publishes the figure %r", key, location=docname)
        return ""
    page, anchor = place
    address = f"{app.builder.get_relative_uri(docname, page) if page != docname else ''}#{anchor}"
    return f'<a href="{address}">{_number(app.env, page, anchor)}{words}</a>'


def _lay_out(node, drawing):
    """Replace the place by the drawing; after a section that follows another, both and the drawing are the lead."""
    answer = node.parent
    page = answer.parent
    before = page.index(answer) - 1 if isinstance(answer, nodes.section) else 0
    if before < 1 or not isinstance(page[before], nodes.section):
        node.replace_self(drawing)
        return
    at = answer.index(node)
    rest = answer.children[at + 1 :]
    del answer[at:]
    words = nodes.container("", page[before], answer)
    lead = nodes.container("", words, *drawing, classes=["np-lead"])
    page[before : before + 2] = [lead, *rest]


def setup(app):
    """Connect."""
    app.add_node(key_figure)
    app.add_directive("key-figure", KeyFigure)
    app.connect("env-updated", note_drawings)
    app.connect("doctree-resolved", show, priority=600)  # when numbers and references are in their places
