"""Draw where results come from: a number from its rows to its sentences, all tables with the chapters they feed."""

from html import escape
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from newpip_book import page_records
from newpip_book.authoring import notebooks, sentences
from newpip_book.directives import results_json

log = logging.getLogger(__name__)
KINDS = ("results", "claims")
FEW = 8  # rows of a table that are named
STEP, WIDE, LEFT, RIGHT = (
    22,
    640,
    200,
    400,
)  # pixels: between two lines, of the map, and where its threads begin and end


class origin_of(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place for the way of one number."""


class table_map(nodes.General, nodes.Element):  # noqa: N801
    """The place for the map of all tables."""


class OriginOf(SphinxDirective):
    """``{origin-of} KEY``: a number from its rows through the steps of its program to the sentences that cite it."""

    required_arguments = 1

    def run(self):
        page_records.record(self.env, self.env.docname)["published"] = True
        return [origin_of(key=self.arguments[0])]


class TableMap(SphinxDirective):
    """``{table-map}``: which tables feed the numbers and claims of which chapters, with links to both."""

    def run(self):
        page_records.record(self.env, self.env.docname)["published"] = True
        return [table_map()]


def draw(app, doctree, docname):
    """Put both into a page that is about to be written."""
    for node in list(doctree.findall(origin_of)):
        known = app.newpip_published["results"].get(node["key"])
        if known is None:
            log.warning("no chapter names the number %r", node["key"], location=docname)
        node.replace_self(nodes.raw("", _way(app, docname, node["key"], known), format="html") if known else [])
    for node in list(doctree.findall(table_map)):
        node.replace_self(nodes.raw("", _map(app, docname), format="html"))


def _way(app, docname, key, one):
    """Write the way of a number as a list of four steps."""
    up = "../" * docname.count("/")
    page, anchor = results_json.place("results", key, one["chapter"])
    program = app.newpip_published["programs"][one["program"]]
    rows = "".join(f"<p>{_rows(up, name, keys)}</p>" for name, keys in one["rows"].items())
    told = "".join(f"<p>{escape(said)}</p>" for said in _sentences(app, key, one["used_in"]))
    number = f'<p><a href="{up}{page}.html#{quote(anchor)}">{escape(one["text"])}</a>: {escape(one["label"])}</p>'
    steps = {"Rows": rows, "Steps": f"<pre>{escape(program)}</pre>", "Number": number, "Sentences": told}
    items = "".join(f"<li><strong>{name}</strong>{said}</li>" for name, said in steps.items())
    return f'<ol class="np-way">{items}</ol>'


def _rows(up, name, keys):
    """Name the first rows of a table, with links."""
    links = [f'<a href="{up}rows/{name}.html#{quote(key.replace(" ", "_"))}">{escape(key)}</a>' for key in keys[:FEW]]
    more = [f"{len(keys) - FEW} more"] * (len(keys) > FEW)
    return f"{name}: {', '.join(links + more)}"


def _sentences(app, key, pages):
    """List the sentences that cite a number, each once."""
    found = {}
    for page in pages:
        if page in app.env.found_docs:
            for line in sentences.lines(Path(app.env.doc2path(page))):
                if any(role["content"] == key for role in notebooks.ROLE.finditer(line)):
                    found[sentences.plain(line, app.newpip_texts)] = page
    return list(found)


def _map(app, docname):
    """Draw tables on the left, chapters on the right, and a thread for each pair, as thick as it bears results."""
    pairs = {}
    for kind in KINDS:
        for one in app.newpip_published[kind].values():
            for name in one["rows"]:
                pairs[name, one["chapter"]] = pairs.get((name, one["chapter"]), 0) + 1
    chapters = sorted({chapter for _, chapter in pairs})
    weight = {name: sum(n for (table, _), n in pairs.items() if table == name) for name, _ in pairs}
    middle = {
        name: sum(chapters.index(chapter) * n for (table, chapter), n in pairs.items() if table == name) / total
        for name, total in weight.items()
    }
    tables = sorted(weight, key=lambda name: (middle[name], name))
    height = STEP * (len(tables) + 1)
    reach = height / (len(chapters) + 1)
    places = {chapter: reach * (at + 1) for at, chapter in enumerate(chapters)}
    up = "../" * docname.count("/")
    body = "".join(_thread(up, name, STEP * (at + 1), pairs, places) for at, name in enumerate(tables))
    for chapter, y in places.items():
        target, title = results_json.place("results", "", chapter)[0], app.env.titles[chapter].astext()
        head = escape(title.partition(":")[0])
        body += f'<a href="{up}{target}.html"><text x="{RIGHT + 10}" y="{y + 4:.0f}">{head}</text></a>'
    said = "Which tables feed the numbers and claims of which chapters. Each name is a link."
    picture = f'<svg viewBox="0 0 {WIDE} {height}" role="group" aria-label="{said}">{body}</svg>'
    box = 'data-scrolls="" tabindex="0" role="region" aria-label="Map of tables and chapters"'
    return f'<div class="np-map np-screen" {box}>{picture}</div>'


def _thread(up, name, y, pairs, places):
    """Draw a table with its threads."""
    middle = (LEFT + RIGHT) / 2
    paths = "".join(
        f'<path d="M{LEFT} {y}C{middle:.0f} {y} {middle:.0f} {places[chapter]:.0f} {RIGHT} {places[chapter]:.0f}" '
        f'stroke-width="{1 + min(n, 60) / 12:.1f}"/>'
        for (table, chapter), n in sorted(pairs.items())
        if table == name
    )
    label = f'<text x="{LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>'
    return f'<g>{paths}<a href="{up}rows/{name}.html">{label}</a></g>'


def setup(app):
    """Connect."""
    app.add_node(origin_of)
    app.add_node(table_map)
    app.add_directive("origin-of", OriginOf)
    app.add_directive("table-map", TableMap)
    app.connect("doctree-resolved", draw)
