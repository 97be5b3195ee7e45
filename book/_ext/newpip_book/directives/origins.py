"""Say under each figure and table which tables it rests on and how far their rows were read: computed, never typed."""

from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms.post_transforms import SphinxPostTransform

from newpip.grades import note
from newpip_book import project
from newpip_book.directives import results_json
from newpip_book.provenance import records


class origin(nodes.Inline, nodes.TextElement):  # noqa: N801, docutils names its nodes in lower case
    """The place for what a figure or table rests on."""


class FillOrigins(SphinxPostTransform):
    """Fills the places, before references are resolved."""

    default_priority = 5

    def run(self, **options):
        for node in list(self.document.findall(origin)):
            known = origins(self.app).get(self.env.docname, {}).get(node["key"], {})
            node.replace_self(
                [*_line(known), *self._entry(node["key"] if known and self.config.html_theme == "newpip" else "")]
            )

    def _entry(self, key):
        """Yield a link to the rows themselves, for the screen."""
        if key:
            page, anchor = results_json.place("figures", key, self.env.docname)
            address = f"{self.app.builder.get_relative_uri(self.env.docname, page)}#{quote(anchor)}"
            yield nodes.Text(" ")
            link = nodes.reference(
                "", "", nodes.Text("Row by row"), refuri=address, internal=True, classes=["np-screen"]
            )
            link += nodes.inline("", f": what {key} rests on", classes=["np-unseen"])
            yield link


def origins(app):
    """Return where the results of all chapters come from, computed once a build.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Returns
    -------
    dict
        From the name of each chapter's page to what :func:`newpip_book.provenance.records.of_chapter` returns.
    """
    if not hasattr(app, "newpip_origins"):
        kept = project.state_dir(Path(app.srcdir), Path(app.outdir))
        compute = app.config.newpip_origins or (lambda path: records.of_chapter(path, kept))
        paths = {name: Path(app.env.doc2path(name)) for name in sorted(app.env.found_docs)}
        app.newpip_origins = {name: compute(path) for name, path in paths.items() if path.suffix == ".ipynb"}
    return app.newpip_origins


def _line(known):
    """Yield the source tables, with links to their descriptions, and what grades their rows have."""
    for place, name in enumerate(known.get("tables", ())):
        yield nodes.Text(", " if place else "Source: ")
        target = {"refdomain": "std", "reftype": "ref", "reftarget": f"table-{name}", "refexplicit": True}
        yield addnodes.pending_xref("", nodes.inline("", name), **target, source_table=True)
    yield nodes.Text("." if known.get("tables") else "Source: none of the tables.")
    grades = note(known.get("grades", {}), "rows behind this")
    if grades:
        yield nodes.Text(f" {grades}")


def unlink_tables(app, env, node, contnode):
    """Name a source table without a link where no page of the book describes the tables."""
    described = any(label.startswith("table-") for label in env.get_domain("std").anonlabels)
    return contnode if node.get("source_table") and not described else None


def setup(app):
    """Connect."""
    app.add_config_value("newpip_origins", None, "")
    app.add_node(origin)
    app.add_post_transform(FillOrigins)
    app.connect("missing-reference", unlink_tables)
