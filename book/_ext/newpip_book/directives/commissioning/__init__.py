"""The commissioning tool: what its script needs to know, written into the page from data/ and newpip/scenario.py."""

import json
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip import data
from newpip_book.project import add_static_files

HERE = Path(__file__).parent

TABLES = ("scenario_inputs", "scenario_presets", "sources", "participants")
PARTS = {"area": "The area", "way in": "The way in", "work": "The work", "decision": "Your decision"}
STATUS = {
    "checked": "From a source",
    "unverified-found": "Found elsewhere, not checked",
    "unverified-memory": "From memory, not checked",
    "our-assumption": "Our assumption",
}
COLUMNS = ["input", "label", "unit", "part", "help", "least", "most", "step", "low", "central", "high"]


class CommissioningTool(SphinxDirective):
    """``{commissioning-tool}``: the tool; what stands inside is for readers without scripts."""

    has_content = True

    def run(self):
        """Put the content into a place that the script takes over."""
        for name in TABLES:
            self.env.note_dependency(str(data.folder() / data.resource(name)["path"]))
        content = self.parse_content_to_nodes()
        opening = nodes.raw("", '<div class="np-tool" id="commissioning-tool">', format="html")
        known = json.dumps(knowledge(), ensure_ascii=False).replace("<", "\\u003c")
        script = f'<script type="application/json" id="commissioning-data">{known}</script></div>'
        return [opening, *content, nodes.raw("", script, format="html")]


def knowledge():
    """Gather what the tool shows.

    Returns
    -------
    dict
        `inputs`, `presets`, `outputs`, `parts`, what the `evidence` is, and where the data `dictionary` stands.
    """
    from newpip import scenario  # here, so that a build of other pages need not wait for it

    inputs, presets = data.load("scenario_inputs"), data.load("scenario_presets")
    names = presets.drop_duplicates("preset").set_index("preset")["label"]
    return {
        "inputs": [_described(row) for row in inputs.to_dict("records")],
        "presets": [
            {"preset": name, "label": label, "values": scenario.preset(inputs, presets, name).to_dict("index")}
            | {"own": _own(presets[presets["preset"] == name])}
            for name, label in names.items()
        ],
        "outputs": [{"output": name, "label": said[0], "unit": said[1]} for name, said in scenario.OUTPUTS.items()],
        "parts": PARTS,
        "evidence": evidence(),
        "dictionary": "../book/data-dictionary.html#table-scenario-",
    }


def _described(row):
    """Say what an input is and where its default comes from."""
    return {name: row[name] for name in COLUMNS} | _from(row) | {"range_from": row["range_from"]}


def _own(rows):
    """Say where the values of a preset that are its own come from."""
    return {row["input"]: _from(row) for row in rows.to_dict("records")}


def _from(row):
    titles = data.load("sources").set_index("source_id")["title"]
    ours = row["verified"] == "our-assumption"
    place = {"title": "" if ours else titles[row["source_id"]], "locator": "" if ours else row["locator"]}
    return {"status": STATUS[row["verified"]], **place, "note": row["note"]}


def evidence():
    """Say what the evidence does and does not support, as the brief prints it.

    Returns
    -------
    list of str
    """
    heard = data.load("participants")["participant_group"].value_counts()
    summary = data.load("sources").set_index("source_id").loc["pif2023", "year"]
    return [
        "What the sources support: NEWPIP's referrals, its posts, the usual length of stay and how many referrals "
        f"became families supported. The {heard['parent']} parents and {heard['professional']} professionals "
        "interviewed spoke for the service; that is experience, and the study measured no outcome.",
        "What they do not support: that a family supported is a family helped, by how much, or that money is saved. "
        "So there is no benefit and no return on investment here. No full analysis of that kind had been made for "
        f"such a team when the evidence was summarised in {summary}.",
        "What is assumed: every input not marked as from a source. Replace it by what is known of your area.",
        "What the ranges are: what follows if each input lies within its own range, independently of the others. "
        "They leave out chance from week to week, growth of referrals, and whatever the formula leaves out.",
    ]


def load_script(app, pagename, templatename, context, doctree):
    """Load the tool's scripts and styles on the page that has it, and on no other."""
    if doctree and any('id="commissioning-tool"' in raw.astext() for raw in doctree.findall(nodes.raw)):
        app.add_js_file("scenario.js", loading_method="defer")
        app.add_js_file("commissioning.js", loading_method="defer")
        app.add_css_file("commissioning.css")


def setup(app):
    """Connect; a book that has such a page names this module among its extensions."""
    add_static_files(app, HERE / "scenario.js", HERE / "commissioning.js", HERE / "commissioning.css")
    app.add_directive("commissioning-tool", CommissioningTool)
    app.connect("html-page-context", load_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
