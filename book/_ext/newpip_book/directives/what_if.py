"""Show what would fall: what each claim and headline would be if the data were otherwise."""

import zlib

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book import page_records
from newpip_book.directives import citation, results_json
from newpip_book.directives.table_nodes import simple_table
from newpip_book.provenance import outcomes


class what_if(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place for a table of outcomes: of all claims and headlines, or of those that one page states."""


class WhatIfDirective(SphinxDirective):
    """``{what-if}``: what every claim and headline would be otherwise; ``{what-if} here``, those of this page."""

    optional_arguments = 1

    def run(self):
        if self.arguments not in ([], ["here"]):
            raise self.error(f"{self.arguments[0]!r} was found; here, or nothing, was expected")
        page_records.record(self.env, self.env.docname)["published"] = True
        return [what_if(here=bool(self.arguments))]


def note_published(app, env):
    """Name the pages that show what is known of all results, when any of it is another."""
    told = zlib.crc32(results_json.dumps(app.newpip_published).encode())
    pages = [name for name, page in page_records.records(env).items() if page.get("published")]
    return page_records.update(env, "known", dict.fromkeys(pages, told))


def show_outcomes(app, doctree, docname):
    """Put the tables into a page that is about to be written."""
    for node in list(doctree.findall(what_if)):
        found = app.newpip_published["claims"]
        stated = {key: said for name, key, said in app.newpip_sentences if name == docname and key in found}
        claims = {key: found[key] | {"label": said} for key, said in stated.items()}
        if node["here"]:
            node.replace_self(_table(app, docname, claims))
            continue
        headlines = _headlines(app)
        node.replace_self(
            [
                nodes.paragraph("", _summary(found, headlines)),
                _table(app, docname, found, whole=True),
                nodes.rubric("", "Headline numbers"),
                _table(app, docname, headlines),
            ]
        )


def _headlines(app):
    """Return the numbers that the page of headlines cites."""
    found, page = app.newpip_published["results"], app.config.newpip_headlines
    return {key: one for key, one in found.items() if page in one["used_in"]}


def _summary(claims, headlines):
    """Say in a paragraph how many hold whatever is left out, and which hang on one row."""
    tried = [one for one in claims.values() if any(not name.startswith("source:") for name in one["otherwise"])]
    moved = sum(any(state == "other" for _, _, state in outcomes.listed(one, {})) for one in claims.values())
    single = [f"{one['text']} ({one['label']})" for one in headlines.values() if _rows(one) == 1]
    lines = [
        f"Of {len(claims)} claims {len(claims) - len(tried)} use no row that is left out by its grade or as a "
        f"judgement of ours, and no reading that could be another; of the other {len(tried)}, "
        f"{sum(map(outcomes.survives, tried))} stay true in each of these tries.",
        f"In all, {moved} claims would be false in at least one try.",
        f"Of {len(headlines)} headline numbers {sum(map(outcomes.survives, headlines.values()))} stay as they are.",
        f"These hang on one row: {'; '.join(single)}." if single else "None of them hangs on one row alone.",
    ]
    return " ".join(lines)


def _rows(one):
    """Count the rows that something rests on."""
    return sum(map(len, one["rows"].values()))


def _table(app, docname, entries, whole=False):
    """Build a table of outcomes; in the whole one readers can search and choose."""
    sources = citation.source_names(app)
    rows = []
    for key, one in entries.items():
        kind, said = ("claims", one["label"]) if "holds" in one else ("results", f"{one['label']}: {one['text']}")
        page, anchor = results_json.place(kind, key, one["chapter"])
        address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        link = nodes.reference("", said, internal=True, refuri=address)
        rows.append([link, *(outcomes.cell(one, column, sources) for column in outcomes.COLUMNS)])
    classes = ["np-table"] + ["np-long"] * whole
    table = simple_table(["What is said", *outcomes.COLUMNS.values()], rows, classes, stub=1)
    for at, entry in enumerate(table.next_node(nodes.row)):
        entry["classes"] += ["np-choose"] * (at in (1, 2) and whole)
    return table


def setup(app):
    """Connect, after the results are known."""
    app.add_config_value("newpip_headlines", "", "html")
    app.add_node(what_if)
    app.add_directive("what-if", WhatIfDirective)
    app.connect("env-updated", note_published, priority=600)
    app.connect("doctree-resolved", show_outcomes, priority=400)  # before tables get their scripts
