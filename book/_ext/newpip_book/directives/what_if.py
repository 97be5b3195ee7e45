"""Show what would fall: what each claim and headline would be if the data were otherwise."""

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book import page_records
from newpip_book.directives import citation, results_json
from newpip_book.directives.table_nodes import simple_table
from newpip_book.provenance import outcomes

KINDS = ("claims", "results")


class what_if(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place for a table of outcomes: of all claims and headlines, or of those that one page states."""


class WhatIfDirective(SphinxDirective):
    """``{what-if}``: what every claim and headline would be otherwise; ``{what-if} here``, those of this page."""

    optional_arguments = 1

    def run(self):
        if self.arguments not in ([], ["here"]):
            raise self.error(f"{self.arguments[0]!r} was found; here, or nothing, was expected")
        page_records.record(self.env, self.env.docname)["tries"] = True
        return [what_if(here=bool(self.arguments))]


def note_outcomes(app, env):
    """Name the pages that show outcomes, when one of them is another."""
    found = app.newpip_published
    told = [(key, one.get("otherwise"), one["text"]) for kind in KINDS for key, one in found[kind].items()]
    pages = [name for name, page in page_records.records(env).items() if page.get("tries")]
    return page_records.update(env, "outcomes", dict.fromkeys(pages, repr(told)))


def show_outcomes(app, doctree, docname):
    """Put the tables into a page that is about to be written."""
    for node in list(doctree.findall(what_if)):
        page = docname if node["here"] else ""
        entries = list(_entries(app, page))
        summary = [] if page else [nodes.paragraph("", _summary(entries))]
        node.replace_self([*summary, _table(app, docname, entries, short=bool(page))])


def _entries(app, page):
    """Yield the claims and headlines, or those that a page states, in its order; each once."""
    found, headlines = app.newpip_published, app.config.newpip_headlines
    for name, key, _ in app.newpip_sentences:
        if name == (page or found["claims"].get(key, {}).get("chapter")) and key in found["claims"]:
            yield "claims", key, found["claims"][key]
    for key, one in found["results"].items():
        if (page or headlines) in one["used_in"]:
            yield "results", key, one


def _summary(entries):
    """Say in a paragraph how many hold whatever is left out, and which hang on one row."""
    tried = [one for kind, _, one in entries if kind == "claims"]
    shown = [one for kind, _, one in entries if kind == "results"]
    firm = sum(map(outcomes.survives, tried))
    moved = sum(any(state == "other" for _, _, state in outcomes.listed(one, {})) for one in tried)
    single = [one["label"] for one in shown if sum(map(len, one["rows"].values())) == 1]
    lines = [
        f"Of {len(tried)} claims {firm} hold whatever rows are left out by grade or as judgements of ours, "
        f"and under each other reading; {moved} would be false in at least one of all tries.",
        f"Of {len(shown)} headline numbers {sum(map(outcomes.survives, shown))} stay as they are in all of them.",
        f"These hang on one row: {'; '.join(single)}." if single else "None of them hangs on one row alone.",
    ]
    return " ".join(lines)


def _table(app, docname, entries, short):
    """Build the table of outcomes; on a page of its own one can choose by them."""
    sources = citation.source_names(app)
    header = ["What is said", *outcomes.COLUMNS.values()]
    rows = []
    for kind, key, one in entries:
        page, anchor = results_json.place(kind, key, one["chapter"])
        address = f"{app.builder.get_relative_uri(docname, page)}#{anchor}"
        said = one["label"] if kind == "claims" else f"{one['label']}: {one['text']}"
        link = nodes.reference("", said, internal=True, refuri=address)
        rows.append([link, *(outcomes.cell(one, column, sources) for column in outcomes.COLUMNS)])
    table = simple_table(header, rows, ["np-table"] + ["np-long"] * (not short), stub=1)
    for at, entry in enumerate(table.next_node(nodes.row)):
        entry["classes"] += ["np-choose"] * (at in (1, 2) and not short) + ["np-text"] * (at == 0)
    return table


def setup(app):
    """Connect, after the results are known."""
    app.add_config_value("newpip_headlines", "", "html")
    app.add_node(what_if)
    app.add_directive("what-if", WhatIfDirective)
    app.connect("env-updated", note_outcomes, priority=600)
    app.connect("doctree-resolved", show_outcomes, priority=400)  # before tables get their scripts
