"""The named results of all chapters: pasted into any page, and claims held to account."""

import json
import os
import sys
from pathlib import Path
from urllib.parse import quote

from docutils import nodes
from myst_nb.core.variables import RetrievalError
from myst_nb.ext.glue.utils import glue_warning, retrieve_glue_data
from myst_nb.ext.utils import RoleBase
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective, SphinxRole

from newpip_book import page_records, project
from newpip_book.authoring import labels, published
from newpip_book.directives import results_json
from newpip_book.directives.moved_rows import moved_rows
from newpip_book.directives.origins import origins
from newpip_book.directives.table_nodes import simple_table

log = logging.getLogger(__name__)
BROKEN = "[For these data, this sentence does not hold.]"
STRAIGHT = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")  # quotes, before Sphinx curls them
MISSING = "[not computed for these data]"


class result(nodes.Inline, nodes.TextElement):  # noqa: N801, docutils names its nodes in lower case
    """A place in a page for a chapter's number, which in the chapter itself is already there."""


class claim(nodes.Inline, nodes.TextElement):  # noqa: N801
    """The end of a sentence that a chapter's claim stands beside."""


class entry_reference(nodes.Inline, nodes.TextElement):  # noqa: N801
    """A number in a page, or the mark of a claim, that leads to its entry on a page of results."""


class claims(nodes.General, nodes.Element):  # noqa: N801
    """The place for the list of all claims."""


class ClaimsDirective(SphinxDirective):
    """``{claims}``: every claim with its sentence, its chapter, what it rests on, and that it held."""

    def run(self):
        return [claims()]


class ResultRole(SphinxRole):
    """``{result}`` pastes a number of any chapter; in the chapter itself ``{glue:text}`` does."""

    def run(self):
        node = result("", "", key=self.text)
        self.set_source_info(node)
        return [node], []


class GlueRole(RoleBase):
    """``{glue:text}`` as published; MyST-NB's own would read 200,000 as a pair of numbers.

    Where marks are asked for, one says that there is no such number.
    """

    def run(self):
        try:
            text = retrieve_glue_data(self.document, self.text).data["text/plain"]
        except RetrievalError as error:
            return (
                ([_warning_node(MISSING)], [])
                if claims_are_marked()
                else ([], [glue_warning(str(error), self.document, self.line)])
            )
        return [result(text, text, key=self.text)], []


class ClaimRole(SphinxRole):
    """``{claim}`` ends a sentence whose truth a chapter checks."""

    def run(self):
        node = claim("", "", key=self.text)
        self.set_source_info(node)
        return [node], []


def claims_are_marked():
    """Tell whether what does not hold for the data is to be marked in the pages instead of stopping the build.

    Returns
    -------
    bool
    """
    return os.environ.get("NEWPIP_CLAIMS") == "mark"


def _warning_node(text):
    return nodes.strong(text, text, classes=["claim-broken"])


def published_results(app):
    """List the results and claims that the chapters glued when they ran.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Yields
    ------
    newpip_book.authoring.published.Published
    """
    for docname in sorted(app.env.found_docs):
        path = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.glue.json"
        if path.exists():
            for key, output in json.loads(path.read_text(encoding="utf-8")).items():
                if "newpip" in output["metadata"]:
                    yield published.named(key, output["data"]["text/plain"], output["metadata"]["newpip"], docname)


def published_figures(env):
    """List the figures and tables that the pages show.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment

    Yields
    ------
    newpip_book.authoring.published.Published
    """
    for docname, page in sorted(page_records.records(env).items()):
        yield from (published.payload(one, docname) for one in page.get("figures", {}).values())


def record_citations(app, doctree):
    """Keep which numbers and claims a page cites, so that a later build can check them without opening it again."""
    found = list(doctree.findall(lambda node: isinstance(node, (result, claim, claims))))
    page_records.record(app.env, app.env.docname)["cites"] = {
        "results": sorted({node["key"] for node in found if isinstance(node, result)}),
        "claims": [node["key"] for node in found if isinstance(node, claim)],
        "all_claims": any(isinstance(node, claims) for node in found),
    }


def check_claims(app, env):
    """Publish results.json, read every sentence, and stop the build when one is no longer true.

    results.json comes first, so that an author sees the new numbers even when a sentence stands in the way.
    """
    path = _publish_results(app)
    pages = {name: page["cites"] for name, page in sorted(page_records.records(env).items())}
    _warn_unmatched_claims(app)
    app.newpip_broken = {
        key for _, key, _ in app.newpip_sentences if key in app.newpip_claims and not app.newpip_claims[key]["holds"]
    }
    broken = [_broken_claim_message(app, *place) for place in app.newpip_sentences if place[1] in app.newpip_broken]
    if broken and not claims_are_marked():
        lines = [f"{len(broken)} sentences are no longer true:", *broken]
        lines += [f"The pages were left as they were; the new numbers are in {path}."]
        lines += ["Mend the sentences or the data, or build with NEWPIP_CLAIMS=mark."]
        raise ExtensionError("\n".join(lines))
    print("".join(f"{line}\n" for line in broken), end="", file=sys.stderr)
    return page_records.update(env, "shown", {name: _shown(app, cited) for name, cited in pages.items()})


def _publish_results(app):
    """Gather what the chapters published, write results.json and return its path."""
    root = Path(app.srcdir)
    items = [*published_results(app), *published_figures(app.env)]
    pages = {name: Path(app.env.doc2path(name)) for name in app.env.found_docs}
    _warn_twins(items)
    app.newpip_texts = published.texts(items)
    for problem in labels.problems(app.newpip_texts, whole=not project.data_label(), root=root):
        log.warning(problem)
    found = results_json.content(items, pages, root, app.config.root_doc, origins(app))
    app.newpip_claims, app.newpip_sentences = found["claims"], results_json.claimed(pages, items)
    app.newpip_published = found
    return results_json.write(Path(app.outdir), found)


def _warn_twins(items):
    """Warn of results and claims that several chapters name alike."""
    chapters = {}
    for one in items:
        first = chapters.setdefault((one.kind, one.key), one.chapter)
        if first != one.chapter and one.kind in ("result", "claim"):
            log.warning("%s: %r is named in %s too", one.chapter, one.key, first)


def _shown(app, cited):
    """Return all that a page shows of numbers and claims: it is written again when any of it changed."""
    if cited["all_claims"]:
        return [app.newpip_sentences, app.newpip_claims]
    return [
        [(app.newpip_texts.get(key), _home(app, "results", key)) for key in cited["results"]],
        [(key in app.newpip_broken, _home(app, "claims", key)) for key in cited["claims"]],
    ]


def _home(app, kind, key):
    """Return the chapter that publishes a result or a claim; empty where none does, or where none has an entry."""
    if app.config.html_theme != "newpip":
        return ""
    return app.newpip_published[kind].get(key, {}).get("chapter", "")


def resolve_results(app, doctree, docname):
    """Put numbers and marks into a page that is about to be written."""
    paste_results(app, doctree, docname)
    for node in list(doctree.findall(claims)):
        node.replace_self(_claims_table(app, docname))
    for node in list(doctree.findall(claim)):
        if node["key"] in app.newpip_broken:  # only when they are to be marked
            node.replace_self(_warning_node(BROKEN))
        else:
            _close_up(node)
            node.replace_self(_mark(app, docname, node["key"]))


def paste_results(app, doctree, docname):
    """Replace each place for a number by its text, which leads to what is known of it."""
    for node in list(doctree.findall(result)):
        known = app.newpip_texts.get(node["key"])
        text = node.astext() or known
        if known is not None and text.translate(STRAIGHT) != known.translate(STRAIGHT):
            log.warning("%r is cited as %r; %r was expected", node["key"], text, known, location=docname)
        if text is None and not claims_are_marked():
            log.warning("no chapter names the number %r", node["key"], location=(docname, node.line))
        node.replace_self(_warning_node(MISSING) if text is None else _number(app, docname, node, text))


def _number(app, docname, node, text):
    """Return a number that leads to its entry; within another link, its text alone."""
    chapter, ancestor = _home(app, "results", node["key"]), node.parent
    while ancestor is not None and not isinstance(ancestor, nodes.reference):
        ancestor = ancestor.parent
    if ancestor is not None or not chapter:
        return nodes.inline(text, text)
    return _reference(app, docname, "results", node["key"], text, "np-result")


def _mark(app, docname, key):
    """Return the mark of a claim at the end of its sentence."""
    if not _home(app, "claims", key):
        return []
    return _reference(app, docname, "claims", key, "", "np-claim")


def _reference(app, docname, kind, key, text, look):
    return entry_reference("", text, key=key, refuri=_entry_address(app, docname, kind, key), classes=[look])


def _entry_address(app, docname, kind, key):
    page, anchor = results_json.place(kind, key, _home(app, kind, key))
    return f"{app.builder.get_relative_uri(docname, page)}#{quote(anchor)}"


def _close_up(node):
    """Take away the space before a mark, which is to stand at its sentence."""
    place = node.parent.index(node)
    before = node.parent[place - 1] if place else None
    if isinstance(before, nodes.Text):
        node.parent.replace(before, nodes.Text(before.rstrip()))


def _visit_entry_reference(translator, node):
    label = {} if node.children else {"aria-label": "What holds this sentence"}
    more = {"data-result": node["key"], **label}
    translator.body.append(translator.starttag(node, "a", "", href=node["refuri"], **more))


def _depart_entry_reference(translator, node):
    translator.body.append("</a>")


def _write_children_alone(translator, node):
    """Write nothing around a number in a heading that the contents repeat."""


def _warn_unmatched_claims(app):
    """Warn of claims that no sentence ends with, and of sentences that no cell checks."""
    told = {key for _, key, _ in app.newpip_sentences}
    for key in sorted(app.newpip_claims.keys() - told):
        log.warning("%s: no sentence ends with {claim}`%s`", app.newpip_claims[key]["chapter"], key)
    for docname, key, sentence in app.newpip_sentences:
        if key not in app.newpip_claims:
            log.warning("%s: no cell checks the claim %r of: %s", docname, key, sentence)


def _broken_claim_message(app, docname, key, sentence):
    """Say which sentence is no longer true, and what was compared."""
    meta = app.newpip_claims[key]
    where = docname if docname == meta["chapter"] else f"{docname} (checked in {meta['chapter']})"
    lines = [f"{where}: claim {key!r}", f"  {sentence}", f"  compared: {meta['because']}"]
    lines += [f"  changed: {moved}" for moved in moved_rows(meta["tables"])]
    return "\n".join(f"  {line}" for line in lines)


def _claims_table(app, docname):
    """Build the table of all claims."""
    header = ["Sentence", "Page", "What was compared", "Tables it rests on", "Held"]
    rows = []
    for page, key, sentence in app.newpip_sentences:
        meta = app.newpip_claims[key]
        tables = ", ".join(meta["tables"])
        title = app.env.titles[page].astext()
        link = nodes.reference("", title, internal=True, refuri=app.builder.get_relative_uri(docname, page))
        held = "yes" if meta["holds"] else "no"
        compared = nodes.Text(meta["because"])
        if _home(app, "claims", key):
            address = _entry_address(app, docname, "claims", key)
            compared = nodes.reference("", meta["because"], internal=True, refuri=address)
        rows.append([nodes.Text(sentence), link, compared, nodes.Text(tables), nodes.Text(held)])
    return simple_table(header, rows, ["np-table", "np-long", "np-even"])


def setup(app):
    """Connect."""
    app.add_role("result", ResultRole())
    app.add_role_to_domain("glue", "text", GlueRole(), override=True)
    app.add_role("claim", ClaimRole())
    app.add_directive("claims", ClaimsDirective)
    app.add_node(claims)
    app.add_node(result, html=(_write_children_alone, _write_children_alone))
    app.add_node(claim)
    app.add_node(entry_reference, html=(_visit_entry_reference, _depart_entry_reference))
    app.connect("doctree-read", record_citations)
    app.connect("env-updated", check_claims)
    app.connect("doctree-resolved", resolve_results)
