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

from newpip_book.theme.table_shape import shape, shorten_titles

BOX = 'data-scrolls="" tabindex="0" role="{role}" aria-label="{label}"'
TIDY = (
    # MyST-NB names folded cells otherwise than they are labelled, and writes both states of the label
    (
        re.compile(r'<summary aria-label="Toggle hidden content">\s*<p [^>]*>(.*?)</p>.*?</summary>', re.DOTALL),
        r"<summary>\1</summary>",
    ),
    # docutils gives entries of the bibliography a role that WAI-ARIA has since withdrawn
    (re.compile(r'role="doc-biblioentry"'), 'role="listitem"'),
    (re.compile(r"<th></th>"), "<td></td>"),  # the corner of what pandas prints names nothing
    (re.compile(r'(<div class="highlight)"><pre>'), rf'\1"><pre {BOX.format(role="group", label="Code")}>'),
    (re.compile(r'(<div class="output text_html)">'), rf'\1" {BOX.format(role="group", label="Output")}>'),
)
PLAIN = re.compile(r'<span(?: class="(?!ow")[abdeg-jln-rt-z][a-z]{0,2}")?>([^<]*)</span>')


class Translator(HTML5Translator):
    """Sphinx's own translator, with tables shaped by their text and admonitions that fold without a script."""

    def visit_table(self, node):
        """Write a table in its box; a long one with room for what sortable.js offers, so that nothing jumps."""
        titles = [child.astext() for child in node if isinstance(child, nodes.title)]
        label = escape(titles[0] if titles else "Table", quote=True)
        box = BOX.format(role="region", label=label)
        classes, widths = shape(node)
        if widths is not None:
            node["classes"] = [*(one for one in node["classes"] if one != "colwidths-auto"), "colwidths-given"]
            for column, width in zip(node.findall(nodes.colspec), widths, strict=True):
                column["colwidth"] = width
        self.labels = [escape(entry.astext(), quote=True) for entry in node.next_node(nodes.row)]
        self.body.append(f'<div class="{" ".join(["np-frame", *classes])}">\n')
        if "np-long" in node["classes"]:
            self.body.append('<div class="np-filter"></div>')
        self.body.append(f'<div class="np-box" {box}>')
        super().visit_table(node)

    def depart_table(self, node):
        """Close what :meth:`visit_table` opened."""
        super().depart_table(node)
        self.body.append("</div>\n")
        if "np-long" in node["classes"]:
            self.body.append('<div class="np-more"></div>')
        self.body.append("</div>\n")

    def visit_entry(self, node):
        """Write a cell with the heading of its column, which a phone shows beside it; a name of a row needs none."""
        place, label = node.parent.column, self.labels[node.parent.column]
        super().visit_entry(node)
        if isinstance(node.parent.parent, nodes.tbody) and (place or "np-number" in node["classes"]):
            tag = self.body[-1]
            self.body[-1] = f'{tag[:3]} data-label="{label}"{tag[3:]}'

    def add_permalink_ref(self, node, title):
        """Write a link to a section, figure, table or term that says where it leads; a heading's stands after it."""
        if not (node["ids"] and self.config.html_permalinks and self.builder.add_permalinks):
            return
        name = escape(self._said(node), quote=True)
        link = f'<a class="headerlink" href="#{node["ids"][0]}" aria-label="Link to {name}"></a>'
        if isinstance(node, nodes.section):
            self.context[-1] += f"{link}\n"
        else:
            self.body.append(link)

    def _said(self, node):
        """Name what a link leads to, by its number if it has one."""
        kind = self.builder.env.domains["std"].get_enumerable_node_type(node)
        number = self.builder.fignumbers.get(kind, {}).get(node["ids"][0])
        if number and kind != "section":
            return self.config.numfig_format[kind] % ".".join(map(str, number))
        title = node.next_node(nodes.title) or node.next_node(nodes.caption) or node
        what = "page" if isinstance(node.parent, nodes.document) else node.tagname
        return f"this {what}: {title.astext()}"

    def visit_label(self, node):
        """Write the label of a work without brackets: it is a name and a year."""
        if isinstance(node.parent, nodes.citation):
            self.body.append('<span class="label">')
        else:
            super().visit_label(node)

    def depart_label(self, node):
        """Close what :meth:`visit_label` opened."""
        if isinstance(node.parent, nodes.citation):
            self.body.append("</span>\n")
        else:
            super().depart_label(node)

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
    app.connect("doctree-resolved", shorten_titles, priority=700)  # after the tables of what the book knows of itself
    app.connect("html-page-context", clean_html)
    app.connect("html-page-context", draw_cover)
