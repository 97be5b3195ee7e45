"""Fold what only those who work with a chapter want: its aims, its exercises and, by code.js, all code.

Without scripts the code stands in the page, exercises and aims are folded. With scripts a button shows all of it.
"""

from docutils import nodes

CODE = 'class="cell '


def fold(app, doctree, docname):
    """Fold the aims that a chapter opens with, and its exercises under their heading."""
    if app.builder.format != "html" or not app.env.doc2path(docname).endswith(".ipynb"):
        return
    chapter = next(doctree.findall(nodes.section), None)
    for aims in [one for one in chapter or () if isinstance(one, nodes.Admonition)][:1]:
        aims["classes"] += ["dropdown", "np-aims"]
    for section in [one for one in doctree.findall(nodes.section) if "exercises" in one["ids"]]:
        begun = '<details class="np-exercises"><summary>Show the exercises</summary>'
        section.insert(1, nodes.raw("", begun, format="html"))
        section.append(nodes.raw("", "</details>", format="html"))


def offer_switch(app, pagename, templatename, context, doctree):
    """Let readers of a chapter with code show it; another page shows what it has."""
    if doctree and app.env.doc2path(pagename).endswith(".ipynb") and CODE in context.get("body", ""):
        context["has_code"] = True
        app.add_js_file("code.js", loading_method="defer")


def setup(app):
    """Connect."""
    app.connect("doctree-resolved", fold, priority=900)
    app.connect("html-page-context", offer_switch)
