"""Turn what a chapter published into numbered, captioned figures and tables of the page."""

import base64
import csv
import io
import json
import re
from collections import Counter
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx import addnodes

from newpip.colours import COLOURS
from newpip.forms import MIME
from newpip_book import page_records
from newpip_book.authoring import published
from newpip_book.directives.citation import citing
from newpip_book.directives.origins import origin
from newpip_book.directives.results import claim, result
from newpip_book.directives.table_nodes import simple_table
from newpip_book.project import add_static_files

HERE = Path(__file__).parent

BRIEF = 30  # rows; a figure's data are a table in the page up to here, and a file beyond
LARGE = '<button class="np-large" type="button" hidden>Open large</button>'
DATA = "<summary>Data as a table</summary>"
LONG = 12  # rows; of a longer table the first are shown, and it can be sorted and searched


class searched(nodes.Element):
    """Words for the index of the search alone; on the page they stand elsewhere, as a picture's description."""


class titled_figure(nodes.figure):  # noqa: N801, docutils names its nodes in lower case
    """A figure whose caption stands above its picture: HTML wants that at one end, and docutils writes it behind."""


class reading(nodes.Part, nodes.TextElement):
    """How to read a figure: what stands under its title and above its picture."""


def _skip(translator, node):
    raise nodes.SkipNode


def _open_figure(translator, node):
    translator.visit_figure(node)


def _close_figure(translator, node):
    translator.body.append("</figure>\n")


def _open_reading(translator, node):
    translator.body.append(translator.starttag(node, "p", "", CLASS="np-how"))


def _close_reading(translator, node):
    """Close it, and the caption with it."""
    translator.body.append("</p>\n</figcaption>\n")


def _open_legend(translator, node):
    """Open what stands below the picture; docutils would open a caption with it."""
    if isinstance(node.parent, titled_figure):
        translator.body.append(translator.starttag(node, "div", CLASS="legend"))
    else:
        type(translator).visit_legend(translator, node)


def _close_legend(translator, node):
    type(translator).depart_legend(translator, node)


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
        key, figure = payload["key"], payload["kind"] == "figure"
        mark = "utf-8" if payload["csv"].isascii() else "utf-8-sig"  # by which spreadsheets know other letters
        files = {"Data": {"CSV": _write_download(renderer, f"{key}.csv", payload["csv"].encode(mark))}}
        if figure:
            widest = _standalone_svg(list(ours["svg"].values())[-1], payload)
            files["Picture"] = {
                "SVG": _write_download(renderer, f"{key}.svg", widest.encode()),
                "PNG": _write_download(renderer, f"{key}.png", base64.b64decode(ours["png"])),
            }
            _write_values(renderer, payload, ours["values"])
        files["Code"] = {"notebook": renderer.renderer.document.settings.env.docname}
        node = figure_node(payload, ours) if figure else published_table(payload)
        node["names"].append(key)
        anchor = nodes.make_id(key)
        taken = anchor in renderer.renderer.document.ids  # by a heading of the same name
        node["published"], node["ids"] = key, [f"{payload['kind']}-{anchor}" if taken else anchor]
        footer = [_footer(payload, files), *_folded(payload, files["Data"]["CSV"], node["ids"][0])]
        if figure:
            node += nodes.legend("", *footer)
            node += searched("", nodes.Text(payload["alt"]))
        published = [node] if figure else [node, *footer]
        document = renderer.renderer.document
        document.note_explicit_target(node, node)
        env = document.settings.env
        page_records.record(env, env.docname).setdefault("figures", {})[key] = {
            name: payload[name] for name in ("kind", "key", "alt", "caption", "title", "holds") if name in payload
        }
        return published


def use_theme_colours(svg):
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


def figure_node(payload, shown):
    """Build a figure around the drawings themselves, so that they need no further request; book.css shows one.

    Parameters
    ----------
    payload : dict
        Its ``key``, ``alt`` text, its ``caption``, how long the ``title`` at its beginning is, and what claim ``holds``
        that.
    shown : dict
        Its drawings, ``svg``, the last the widest, and the ``values`` of its marks.

    Returns
    -------
    titled_figure
    """
    figure = titled_figure("", classes=["np-figure"])
    alt = payload["alt"].replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
    title = nodes.caption("", "", *_caption(payload, 0, payload["title"]))
    if "holds" in payload:
        title += claim("", "", key=payload["holds"])
    figure += [title, reading("", "", *_caption(payload, payload["title"] + 1))]
    drawings = [
        use_theme_colours(svg).replace("<svg", f'<svg class="np-{name}" role="img" aria-label="{alt}"', 1)
        for name, svg in reversed(shown["svg"].items())
    ]
    one, marks = " np-one" * (len(drawings) == 1), len(shown["values"].get("said", []))
    data = f'data-key="{payload["key"]}" data-marks="{marks}" data-values="_downloads/{payload["key"]}.js"'
    picture = f'<div class="np-picture{one}" {data}>{"".join(drawings)}</div>'
    figure += nodes.raw("", f"{picture}{LARGE}", format="html")
    return figure


def _caption(payload, at=0, end=None):
    """Yield the text of a caption, or of a part of it, with a place for each number that it cites."""
    text = payload["caption"][:end]
    for begins, ends, key in payload.get("cites", ()):
        if at <= begins < len(text):
            yield nodes.Text(text[at:begins])
            yield result(text[begins:ends], text[begins:ends], key=key)
            at = ends
    yield nodes.Text(text[at:])


def published_table(payload):
    """Build a table whose first column names the rows, with numbers to the right.

    Parameters
    ----------
    payload : dict
        The ``caption``, ``header``, ``rows`` of text; which columns are ``numeric``, and by which one may ``choose``.

    Returns
    -------
    docutils.nodes.table
    """
    classes = ["np-table"] + ["np-long"] * (len(payload["rows"]) > LONG)
    rows = [[_cell(str(cell)) for cell in cells] for cells in payload["rows"]]
    table = simple_table(payload["header"], rows, classes, payload["caption"], stub=1)
    table.next_node(nodes.title).children[:] = []
    table.next_node(nodes.title).extend(_caption(payload))
    head, *body = table.findall(nodes.row)
    for entry, chosen in zip(head, payload.get("choose", []), strict=False):
        entry["classes"] += ["np-choose"] * chosen
    for row in (head, *body):
        for entry, right in zip(row, payload["numeric"], strict=True):
            entry["classes"][:0] = ["np-number"] * right
    return table


def _cell(text):
    """Return a cell's text, or a link where it is the label of a chapter."""
    if re.fullmatch(r"chapter-[a-z]+", text):
        return addnodes.pending_xref(
            "", nodes.inline("", text), refdomain="std", reftype="ref", reftarget=text, refexplicit=False
        )
    return nodes.Text(text)


def add_scripts(app, pagename, templatename, context, doctree):
    """Load the scripts for long tables and for figures, on the pages that have some."""
    if doctree and any("np-long" in table["classes"] for table in doctree.findall(nodes.table)):
        app.add_js_file("sortable.js", loading_method="defer")
    if doctree and any("np-figure" in figure["classes"] for figure in doctree.findall(nodes.figure)):
        app.add_js_file("figures.js", loading_method="defer")


def _footer(payload, files):
    """Offer data, picture and code, and say where the data are from."""
    line = nodes.inline(classes=["np-offer"])
    for name, ways in files.items():
        line += nodes.Text(f"{name}: ")
        if name == "Code":
            cell = f"code-{nodes.make_id(payload['key'])}"
            line += nodes.reference("", "", *_link_text("cell", payload), refid=cell, internal=True)
            line += nodes.Text(", ")
        for place, (label, path) in enumerate(ways.items()):
            line += nodes.Text(", " if place else "")
            words = _link_text(label, payload)
            if name == "Code":  # the notebook to take away, beside the pages
                up, file = "../" * path.count("/"), path.rpartition("/")[2]
                line += nodes.reference("", "", *words, refuri=f"{up}notebooks/{file}.ipynb", classes=["download"])
                continue
            line += addnodes.download_reference("", "", *words, reftarget=path, classes=["np-download"])
        line += nodes.Text(". ")
    return nodes.paragraph("", "", line, origin("", "", key=payload["key"]), classes=["np-source"])


def _link_text(label, payload):
    """Name a link, and for those who hear it out of its place, what it is of."""
    return [nodes.Text(label), nodes.inline("", f" of {payload['key']}", classes=["np-unseen"])]


def _folded(payload, file, anchor):
    """Build what unfolds under a figure or table: a figure's data, many rows once it is opened, and how to cite it."""
    rows = list(csv.reader(io.StringIO(payload["csv"])))
    if payload["kind"] == "figure" and len(rows) <= BRIEF + 1:
        yield nodes.raw("", _data(rows, payload), format="html")
    elif payload["kind"] == "figure":
        said = escape(payload["key"], quote=True)
        yield nodes.raw("", f'<details class="np-fold np-data" data-key="{said}">{DATA}', format="html")
        link = addnodes.download_reference("", "", nodes.Text("CSV"), reftarget=file, classes=["np-download"])
        said = nodes.Text(f"The data have {len(rows) - 1:,} rows, in the ")
        yield nodes.paragraph("", "", said, link, nodes.Text("."))
        yield nodes.raw("", "</details>", format="html")
    yield citing(kind=payload["kind"], key=payload["key"], anchor=anchor, title=published.title(payload))


def _data(rows, payload):
    """Write a figure's data as a folded table that scrolls inside itself."""
    head = "".join(f'<th scope="col">{escape(name.replace("_", " "))}</th>' for name in rows[0])
    body = "".join(f"<tr>{''.join(f'<td>{escape(_short(cell))}</td>' for cell in row)}</tr>" for row in rows[1:])
    said = escape(payload["key"], quote=True)
    return (
        f'<details class="np-fold np-data">{DATA}'
        f'<div class="np-scroll" tabindex="0" role="region" aria-label="Data of {said}">'
        f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div></details>"
    )


def _short(cell):
    """Round a fraction for reading to four significant digits; the CSV has them all."""
    if not re.fullmatch(r"-?\d+\.\d{2,}(e-?\d+)?", cell):
        return cell
    return (f"{float(cell):.4g}" if abs(float(cell)) < 1e4 else f"{float(cell):.0f}").replace("-", "\N{MINUS SIGN}")


def _standalone_svg(svg, payload):
    """Let a picture stand alone, with its caption and description in it and white behind it."""
    words = f"<title>{escape(published.title(payload))}</title><desc>{escape(payload['alt'])}</desc>"
    return re.sub(r"(<svg[^>]*>)", rf'\1{words}<rect width="100%" height="100%" fill="#ffffff"/>', svg, count=1)


def add_code_anchors(app, doctree):
    """Give the cell that made a figure or table an anchor, for the link under it to lead to and to unfold."""
    for node in doctree.findall(lambda one: isinstance(one, (nodes.figure, nodes.table)) and "published" in one):
        cell = node
        while cell.get("nb_element") != "cell_code":
            cell = cell.parent
        cell[0]["ids"].append(f"code-{nodes.make_id(node['published'])}")


def _write_values(renderer, payload, values):
    """Write what figures.js reads once a reader asks: the values of the marks, and the rows where they are many.

    It is a script, so that it can be read from a disk too.
    """
    rows = list(csv.reader(io.StringIO(payload["csv"])))
    said = values | ({"rows": [[_short(cell) for cell in row] for row in rows]} if len(rows) > BRIEF + 1 else {})
    if said:
        content = json.dumps([payload["key"], said], ensure_ascii=False, separators=(",", ":"))
        path = _write_download(renderer, f"{payload['key']}.js", f"newpipFigure(...{content})".encode())
        env = renderer.renderer.document.settings.env
        env.dlfiles.add_file(env.docname, env.relfn2path(path, env.docname)[0])


def _write_download(renderer, name, content):
    """Write a file that the page offers, and return its address for Sphinx's downloads."""
    return renderer.write_file(["published", name], content, overwrite=True)


def name_downloads(app, env):
    """Give downloads plain addresses that last, where Sphinx puts each into a folder named for its path here."""
    names = Counter(Path(source).name for source in env.dlfiles)
    app.newpip_downloads = {name for name, count in names.items() if count == 1}
    for source, (docnames, _) in list(env.dlfiles.items()):
        if Path(source).name in app.newpip_downloads:
            env.dlfiles[source] = docnames, Path(source).name


def link_downloads(app, doctree, docname):
    """Lead a page's links to where its downloads are."""
    for node in doctree.findall(addnodes.download_reference):
        name = Path(node.get("filename", "")).name
        if name in app.newpip_downloads:
            node["filename"] = name


def setup(app):
    """Connect, and write nothing where words are for the index alone."""
    app.add_enumerable_node(titled_figure, "figure", html=(_open_figure, _close_figure))
    app.add_node(reading, html=(_open_reading, _close_reading))
    app.add_node(nodes.legend, override=True, html=(_open_legend, _close_legend))
    app.add_node(searched, **{form: (_skip, None) for form in ("html", "epub", "latex", "text", "man", "texinfo")})
    add_static_files(app, HERE / "sortable.js", HERE / "figures.js")
    app.connect("doctree-read", add_code_anchors)
    app.connect("env-updated", name_downloads)
    app.connect("doctree-resolved", link_downloads)
    app.connect("html-page-context", add_scripts)
