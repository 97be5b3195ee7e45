"""Turn what a chapter published into numbered, captioned figures and tables of the page."""

import re

from docutils import nodes
from sphinx import addnodes

from newpip.colours import COLOURS
from newpip.publish import MIME

LONG = 12  # rows; a longer table scrolls inside itself, and can be sorted and searched


class RenderPublished:
    """MyST-NB's way in: it calls ``handle_mime`` for each form of each output."""

    mime_priority_overrides = [("*", MIME, 1)]

    @staticmethod
    def handle_mime(renderer, data, inline):
        """Return the nodes of a published figure or table, [] for its other forms, None for what is not ours."""
        ours = data.output_metadata.get("newpip")
        if inline or ours is None:
            return None
        if data.mime_type != MIME:
            return []
        payload = data.content
        files = {"CSV": _keep(renderer, f"{payload['key']}.csv", payload["csv"])}
        if payload["kind"] == "figure":
            files["SVG"] = _keep(renderer, f"{payload['key']}.svg", ours["svg"])
            node = _figure(payload, ours["svg"])
            node += nodes.legend("", _footer(payload, files))
            published = [node]
        else:
            node = _table(payload)
            published = [node, _footer(payload, files)]
        node["names"].append(payload["key"])
        document = renderer.renderer.document
        document.note_explicit_target(node, node)
        return published


def themed(svg):
    """Let a picture's colours follow the page's scheme, through the variables in book.css.

    Parameters
    ----------
    svg : str
        A picture drawn with ``newpip.colours.COLOURS``.

    Returns
    -------
    str
    """
    for name, shade in COLOURS.items():
        svg = re.sub(rf"{shade}\b", f"var(--np-{name}, {shade})", svg, flags=re.IGNORECASE)
    return svg


def _figure(payload, svg):
    """Build a figure around the picture itself, so that it needs no further request."""
    figure = nodes.figure("", classes=["np-figure"])
    alt = payload["alt"].replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    picture = themed(svg).replace("<svg", f'<svg role="img" aria-label="{alt}"', 1)
    figure += nodes.raw("", picture, format="html")
    figure += nodes.caption("", payload["caption"])
    return figure


def _table(payload):
    """Build a table whose first column names the rows."""
    classes = ["np-table"] + ["np-long"] * (len(payload["rows"]) > LONG)
    table = nodes.table("", nodes.title("", payload["caption"]), classes=classes)
    group = nodes.tgroup("", cols=len(payload["header"]))
    for place in range(len(payload["header"])):
        group += nodes.colspec("", colwidth=1, stub=1 if place == 0 else None)
    group += nodes.thead("", _row(payload["header"], payload["numeric"]))
    group += nodes.tbody("", *[_row(cells, payload["numeric"]) for cells in payload["rows"]])
    table += group
    return table


def _row(cells, numeric):
    """Build a row, numbers to the right."""
    entries = zip(cells, numeric, strict=True)
    return nodes.row(
        "",
        *[
            nodes.entry("", nodes.paragraph("", "", _cell(str(cell))), classes=["np-number"] if right else [])
            for cell, right in entries
        ],
    )


def _cell(text):
    """Return a cell's text, or a link where it is the label of a chapter."""
    if re.fullmatch(r"chapter-[a-z]+", text):
        return addnodes.pending_xref(
            "", nodes.inline("", text), refdomain="std", reftype="ref", reftarget=text, refexplicit=False
        )
    return nodes.Text(text)


def offer_sorting(app, pagename, templatename, context, doctree):
    """Load the script that sorts and searches long tables, on the pages that have one."""
    if doctree and any("np-long" in table["classes"] for table in doctree.findall(nodes.table)):
        app.add_js_file("sortable.js", loading_method="defer")


def _footer(payload, files):
    """Say where the data are from and offer them."""
    line = nodes.paragraph("", "Data: ", classes=["np-source"])
    for place, (label, path) in enumerate(files.items()):
        line += nodes.Text(" · " if place else "")
        link = addnodes.download_reference("", "", reftarget=path, classes=["np-download"])
        link += [nodes.Text(label), nodes.inline("", f" of {payload['key']}", classes=["np-unseen"])]
        line += link
    line += nodes.Text(". Source: ")
    for place, name in enumerate(payload["source"]):
        line += nodes.Text(", " if place else "")
        line += addnodes.pending_xref(
            "", nodes.inline("", name), refdomain="std", reftype="ref", reftarget=f"table-{name}", refexplicit=True
        )
    line += nodes.Text(".")
    if payload["unverified"]:
        line += nodes.Text(f" {payload['unverified']}")
    return line


def _keep(renderer, name, content):
    """Write a file that the page offers, and return its address for Sphinx's downloads."""
    return renderer.write_file(["published", name], content.encode("utf-8"), overwrite=True)
