"""The commissioning tool: what its script needs to know, written into the page from data/ and newpip/scenario.py."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip import data
from newpip_book.project import add_static_files, settings

HERE = Path(__file__).parent
TABLES = ("scenario_inputs", "scenario_presets", "sources")


class CommissioningTool(SphinxDirective):
    """``{commissioning-tool}``: the tool; what stands inside is for readers without scripts.

    Its printed brief ends with the list that the page labels ``brief-evidence``.
    """

    has_content = True

    def run(self):
        """Put the content into a place that the script takes over."""
        from newpip import scenario  # here, so that a build of other pages need not wait for it

        self.env.note_dependency(scenario.__file__)
        for name in TABLES:
            self.env.note_dependency(str(data.folder() / data.resource(name)["path"]))
        described = scenario.describe(*map(data.load, TABLES)) | {"book": settings()["title"]}
        known = json.dumps(described, ensure_ascii=False).replace("<", "\\u003c")
        script = f'<script type="application/json" id="commissioning-data">{known}</script></div>'
        opening = nodes.raw("", '<div class="np-tool" id="commissioning-tool">', format="html")
        return [opening, *self.parse_content_to_nodes(), nodes.raw("", script, format="html")]


def add_tool_assets(app, pagename, templatename, context, doctree):
    """Load the tool's scripts and styles on the page that has it, and on no other."""
    if doctree and any('id="commissioning-tool"' in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file("numbers.js", loading_method="defer")
        app.add_js_file("scenario.js", loading_method="defer")
        app.add_js_file("commissioning.js", loading_method="defer")
        app.add_css_file("commissioning.css")


def setup(app):
    """Connect; a book that has such a page names this module among its extensions."""
    own = ("scenario.js", "commissioning.js", "commissioning.css")
    add_static_files(app, HERE.parent / "numbers.js", *(HERE / name for name in own))
    app.add_directive("commissioning-tool", CommissioningTool)
    app.connect("html-page-context", add_tool_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
