"""Sliders in a page, which need no Python: where they start and what they rest on comes from the data."""

import json
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from newpip import data, sliders
from newpip.sliders import SLIDERS
from newpip_book.directives.results import published_results
from newpip_book.project import add_static_files

HERE = Path(__file__).parent

log = logging.getLogger(__name__)


class slider(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place of some sliders; it holds what a reader without scripts sees."""


class SliderDirective(SphinxDirective):
    """``{slider} dropout``: sliders by their name in ``SLIDERS``; the content is for readers without scripts.

    An option with a slider's name, such as ``:completers: dropout.completers.90``, lets it start at that result.
    """

    required_arguments = 1
    has_content = True
    option_spec = {one.name: directives.unchanged_required for some in SLIDERS.values() for one in some.inputs}

    def run(self):
        """Put the content into a place that the script takes over."""
        if self.arguments[0] not in SLIDERS:
            raise self.error(f"no slider {self.arguments[0]!r}; expected one of {', '.join(SLIDERS)}")
        self.env.note_dependency(sliders.__file__)
        for name in SLIDERS[self.arguments[0]].tables:
            self.env.note_dependency(str(data.folder() / data.resource(name)["path"]))
        node = slider("", kind=self.arguments[0], keys=self.options)
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def add_slider_settings(app, doctree, docname):
    """Give each slider of a page its settings, from the data and from the results that it names."""
    found = list(doctree.findall(slider))
    values = {one.key: one.meta["value"] for one in published_results(app) if one.kind == "result"} if found else {}
    for node in found:
        for key in set(node["keys"].values()) - values.keys():
            log.warning("no chapter names the number %r", key, location=(docname, node.line))
        starts = {name: values.get(key) for name, key in node["keys"].items()}
        tables = {name: data.load(name) for name in SLIDERS[node["kind"]].tables}
        node["settings"] = sliders.settings(node["kind"], tables, starts)


def add_slider_assets(app, pagename, templatename, context, doctree):
    """Load the script and its styles on the pages that have sliders."""
    if doctree and any(True for _ in doctree.findall(slider)):
        app.add_js_file("numbers.js", loading_method="defer")
        app.add_js_file("sliders.js", loading_method="defer")
        app.add_css_file("sliders.css")


def visit(translator, node):
    """Open the place that the script fills."""
    told = json.dumps(node["settings"], sort_keys=True)
    translator.body.append(translator.starttag(node, "div", CLASS="np-slider", **{"data-slider": told}))


def depart(translator, node):
    """Close it."""
    translator.body.append("</div>\n")


def setup(app):
    """Connect; a book that has such a page names this module among its extensions."""
    app.add_node(slider, html=(visit, depart))
    add_static_files(app, HERE.parent / "numbers.js", HERE / "sliders.js", HERE / "sliders.css")
    app.add_directive("slider", SliderDirective)
    app.connect("doctree-resolved", add_slider_settings)
    app.connect("html-page-context", add_slider_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
