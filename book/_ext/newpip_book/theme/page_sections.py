"""List a page's sections, for the bar of a phone and the edge of a desktop."""

import re

INNER = re.compile(r"<ul>\s*<li><a [^>]*>.*?</a>\s*(<ul>.*</ul>)\s*</li>\s*</ul>", re.DOTALL)


def list_sections(app, pagename, templatename, context, doctree):
    """Hand the layout the sections below the page's title, where there is more than one."""
    found = INNER.fullmatch(context.get("toc", "").strip())
    if found and found[1].count("<a ") > 1:
        context["sections"] = found[1].replace(' class="reference internal"', "")


def setup(app):
    """Connect."""
    app.connect("html-page-context", list_sections)
