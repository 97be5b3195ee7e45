"""How text becomes HTML that can be read with a keyboard, on a phone and without scripts.

Whatever can be wider than a phone (tables, code, what pandas prints, formulas) scrolls inside a box that the Tab key
reaches. theme.js takes those boxes out of the Tab key's way that have nothing to scroll.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.locale import admonitionlabels
from sphinx.writers.html5 import HTML5Translator

BOX = 'data-scrolls="" tabindex="0" role="{role}" aria-label="{label}"'
TIDY = (
    # MyST-NB names folded cells otherwise than they are labelled, and writes both states of the label
    (
        re.compile(r'<summary aria-label="Toggle hidden content">\s*<p [^>]*>(.*?)</p>.*?</summary>', re.DOTALL),
        r"<summary>\1</summary>",
    ),
    # docutils gives entries of the bibliography a role that WAI-ARIA has since withdrawn
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
    (re.compile(r'(<div class="highlight)"><pre>'), rf'\1"><pre {BOX.format(role="group", label="Code")}>'),
    (re.compile(r'(<div class="output text_html)">'), rf'\1" {BOX.format(role="group", label="Output")}>'),
)
PLAIN = re.compile(r'<span(?: class="(?!ow")[abdeg-jln-rt-z][a-z]{0,2}")?>([^<]*)</span>')


class Translator(HTML5Translator):
    """Sphinx's own translator, with tables in boxes and admonitions that fold without a script."""

    def visit_table(self, node):
        titles = [child.astext() for child in node if isinstance(child, nodes.title)]
        label = escape(titles[0] if titles else "Table", quote=True)
        box = BOX.format(role="region", label=label)
        if "np-long" in node["classes"]:
            self.body.append('<div class="np-filter"></div>')  # room for what sortable.js offers, so that nothing jumps
        self.body.append(f'<div class="np-box" {box}>')
        super().visit_table(node)

    def depart_table(self, node):
        super().depart_table(node)
        self.body.append("</div>\n")

    def visit_admonition(self, node, name=""):
        """Write an admonition of class ``dropdown`` as <details>, its title as the <summary>."""
        if "dropdown" not in node["classes"]:
            super().visit_admonition(node, name)
            return
        title = node.pop(0) if isinstance(node[0], nodes.title) else nodes.title("", admonitionlabels[name])
        self.body.append(self.starttag(node, "details", CLASS=f"admonition {name}".strip()))
        self.body.append(f"<summary>{escape(title.astext())}</summary>\n")

    def depart_admonition(self, node=None):
        """Close what :meth:`visit_admonition` opened."""
        folded = node is not None and "dropdown" in node["classes"]
        self.body.append("</details>\n" if folded else "</div>\n")


def clean_html(app, pagename, templatename, context, doctree):
    """Mend what MyST-NB and Pygments write, in the text of a page."""
    if "body" not in context:
        return
    for found, wanted in TIDY:
        context["body"] = found.sub(wanted, context["body"])
    context["body"] = re.sub(r"<pre .*?</pre>", _plain_spans, context["body"], flags=re.DOTALL)


def _plain_spans(block):
    """Leave in code only the marks that theme.css colours: of keywords, texts, numbers and comments."""
    return PLAIN.sub(r"\1", block[0])


def draw_cover(app, pagename, templatename, context, doctree):
    """Hand the cover the picture that the book has for it, if it has one."""
    picture = Path(app.srcdir, "book", "cover.svg")
    if pagename == app.config.root_doc and picture.is_file():
        context["cover"] = picture.read_text(encoding="utf-8").removesuffix("\n")


def forget_usual_theme(app, config):
    """Drop the options that Jupyter Book sets for its usual theme, whatever the theme."""
    config.html_theme_options = {}


def setup(app):
    """Connect the book's own theme and translator."""
    app.add_config_value("comments_config", {}, "")  # set by Jupyter Book, for an extension that the book leaves out
    app.connect("config-inited", forget_usual_theme)
    app.add_html_theme("newpip", Path(__file__).parent / "templates")
    app.add_js_file("theme.js", priority=1)
    app.set_translator("html", Translator)
    app.connect("html-page-context", clean_html)
    app.connect("html-page-context", draw_cover)
