"""Let a reader hand files of their own to a chapter, which then shows what follows from these.

The files go to a function of the book that runs in the page (``page/handed.py``), and the chapter's cells run on the
tables that it makes of them; ``page/own-data.js`` puts what they give in the place of what the book has.
"""

import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util.docutils import SphinxDirective

from newpip_book.authoring.published_only import left_out
from newpip_book.project import add_static_files, settings

PAGE = Path(__file__).with_name("page")
MARK = "np-published-only"
LINES = 10_000  # that the reader of notebooks keeps for each cell, the first of which begins after as many


class OwnData(SphinxDirective):
    """``{own-data} module:function``: a place to choose or drop files; what stands inside is said under it.

    Options: ``accept``, the endings of the names of such files; ``example``, the address of one in the built book;
    ``heading``, of the page that is made of them, with ``%title%`` for what the function calls it.
    """

    required_arguments = 1
    has_content = True
    option_spec = dict.fromkeys(("accept", "example", "heading"), directives.unchanged_required)

    def run(self):
        """Make the place, where pages run Python."""
        inside = self.parse_content_to_nodes()
        if not self.config.newpip_live_cells:
            return inside
        about = {"call": self.arguments[0], "book": settings()["title"], **self.options}
        place = nodes.raw("", _place(about), format="html")
        place["own_data"] = True
        return [place, *inside]


def _place(about):
    """Write the place that the script takes over."""
    told = json.dumps(about, ensure_ascii=False).replace("<", "\\u003c")
    return f'<div class="np-yours"><script type="application/json">{told}</script></div>'


def mark_published_only(app, doctree):
    """Mark what stands in cells that are for the published book alone, on a page with such a place."""
    if not any(raw.get("own_data") for raw in doctree.findall(nodes.raw)):
        return
    cells = json.loads(Path(app.env.doc2path(app.env.docname)).read_text(encoding="utf-8"))["cells"]
    left = left_out(cells)
    for section in doctree.findall(nodes.section):
        for part in section.children:
            cell = (getattr(part, "line", None) or 0) // LINES - 1
            if isinstance(part, nodes.Element) and cell >= 0 and left[cell]:
                part["classes"].append(MARK)


def add_assets(app, pagename, templatename, context, doctree):
    """Load the script on a page with such a place, and on no other."""
    if doctree and any(raw.get("own_data") for raw in doctree.findall(nodes.raw)):
        app.add_css_file("own-data.css")
        app.add_js_file("own-data.js", type="module")


def setup(app):
    """Connect to Sphinx."""
    add_static_files(app, PAGE / "own-data.js", PAGE / "own-data.css")
    app.add_directive("own-data", OwnData)
    app.connect("doctree-read", mark_published_only)
    app.connect("html-page-context", add_assets)
