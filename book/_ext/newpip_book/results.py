"""The named results of all chapters: pasted into any page, published as results.json, and claims held to account."""

import json
import os
import sys
from pathlib import Path

from docutils import nodes
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.docutils import SphinxRole

log = logging.getLogger(__name__)


class result(nodes.Inline, nodes.TextElement):  # noqa: N801, docutils names its nodes in lower case
    """A place in a page that a chapter's number will fill."""


class claim(nodes.Inline, nodes.TextElement):  # noqa: N801
    """The end of a sentence that a chapter's claim stands beside."""


class ResultRole(SphinxRole):
    """``{result}`` pastes a number of any chapter; in the chapter itself ``{glue:text}`` does."""

    def run(self):
        node = result("", "", key=self.text)
        self.set_source_info(node)
        return [node], []


class ClaimRole(SphinxRole):
    """``{claim}`` ends a sentence whose truth a chapter checks."""

    def run(self):
        node = claim("", "", key=self.text)
        self.set_source_info(node)
        return [node], []


def glued(app):
    """Read what the chapters glued when they ran: (chapter, key, text, metadata) for each number and claim."""
    for docname in sorted(app.env.found_docs):
        path = Path(app.outdir).parent / "jupyter_execute" / f"{docname}.glue.json"
        if path.exists():
            for key, output in json.loads(path.read_text(encoding="utf-8")).items():
                if "newpip" in output["metadata"]:
                    yield docname, key, output["data"]["text/plain"], output["metadata"]["newpip"]


def judge(app, env):
    """Publish results.json, read every sentence, and stop the build when one is no longer true.

    results.json comes first, so that an author sees the new numbers even when a sentence stands in the way.
    """
    app.newpip_texts, results, claims = {}, {}, {}
    for chapter, key, text, meta in glued(app):
        kind = results if "value" in meta else claims
        if key in kind:
            log.warning("%s: %r is named in %s too", chapter, key, kind[key]["chapter"])
        kind[key] = {**meta, "chapter": chapter}
        app.newpip_texts[key] = text
    path = Path(app.outdir) / "results.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    content = json.dumps({"schema": 1, "results": results}, indent=1, ensure_ascii=False, sort_keys=True)
    path.write_text(content + "\n", encoding="utf-8")

    sentences = _sentences(app, env)
    told = {key for _, key, _ in sentences}
    for key in sorted(claims.keys() - told):
        log.warning("%s: no sentence ends with {claim}`%s`", claims[key]["chapter"], key.removeprefix("claim."))
    for docname, key, sentence in sentences:
        if key not in claims:
            log.warning("%s: no cell checks the claim %r of: %s", docname, key.removeprefix("claim."), sentence)
    app.newpip_broken = {key for key in told & claims.keys() if not claims[key]["holds"]}
    broken = [_complaint(*place, claims[place[1]]) for place in sentences if place[1] in app.newpip_broken]
    if broken and os.environ.get("NEWPIP_CLAIMS") != "mark":
        raise ExtensionError(
            f"{len(broken)} sentences are no longer true:\n"
            + "\n".join(broken)
            + f"\nThe pages were left as they were; "
            f"the new numbers are in {path}.\nMend the sentences or the data, or build with NEWPIP_CLAIMS=mark."
        )
    print("".join(f"{line}\n" for line in broken), end="", file=sys.stderr)
    return sorted({docname for docname in env.found_docs if _quotes(env.get_doctree(docname))})


def fill(app, doctree, docname):
    """Put numbers and marks into a page that is about to be written."""
    _paste(app, doctree, docname)
    for node in list(doctree.findall(claim)):
        if f"claim.{node['key']}" in app.newpip_broken:
            text = "[For these data, this sentence does not hold.]"
            node.replace_self(nodes.strong(text, text, classes=["claim-broken"]))
        else:
            node.parent.remove(node)


def _sentences(app, env):
    """List every sentence that ends with a claim, as (page, glued key, text)."""
    found = []
    for docname in sorted(env.found_docs):
        doctree = env.get_doctree(docname)
        _paste(app, doctree, docname)
        found += [(docname, f"claim.{node['key']}", _sentence(node)) for node in doctree.findall(claim)]
    return found


def _quotes(doctree):
    """Tell whether a page shows numbers or claims, so that it is written again when they change."""
    return any(True for _ in doctree.findall(lambda node: isinstance(node, (result, claim))))


def _paste(app, doctree, docname):
    """Replace each place for a number by its text."""
    for node in list(doctree.findall(result)):
        if node["key"] not in app.newpip_texts:
            log.warning("no chapter names the number %r", node["key"], location=(docname, node.line))
        text = app.newpip_texts.get(node["key"], "?")
        node.replace_self(nodes.inline(text, text, classes=["pasted-text"]))


def _sentence(node):
    """Return the sentence that a claim ends: its source line, with the numbers in it."""
    block = node.parent
    while isinstance(block, nodes.Inline):
        block = block.parent
    before = ""
    for part in block.findall(lambda one: isinstance(one, (nodes.Text, claim))):
        if part is node:
            break
        before += part.astext() if isinstance(part, nodes.Text) else ""
    return before.rsplit("\n", 1)[-1].strip()


def _complaint(docname, key, sentence, meta):
    """Say which sentence is no longer true, and what was compared."""
    where = docname if docname == meta["chapter"] else f"{docname} (checked in {meta['chapter']})"
    return f"  {where}: claim {key.removeprefix('claim.')!r}\n    {sentence}\n    compared: {meta['because']}"
