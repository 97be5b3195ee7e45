"""Generate index.html (a redirect to the cover), 404.html and the sitemap."""

import base64
import hashlib
from pathlib import Path
from urllib.parse import urlsplit
from xml.sax.saxutils import escape

from newpip_book import page_records
from newpip_book.theme.csp import policy

THEME = Path(__file__).parent / "templates"


def collect_special_pages(app):
    """Hand both pages to Sphinx.

    A server shows 404.html at any depth of addresses, so it can lean on no relative address: its style and script
    stand in it, named in its policy by their digests. Its links start from the book's address where that is known
    (metadata.py); where it is not, the script looks for the folder that the book is in.
    """
    if app.config.html_theme != "newpip":
        return
    style, script = ((THEME / name).read_text(encoding="utf-8") for name in ("lost.css", "lost.js"))
    root, cover = urlsplit(app.config.html_baseurl).path or "/", app.builder.get_target_uri(app.config.root_doc)
    rules = policy(style_src_elem=_digest(style), script_src=_digest(script))
    lost = {"title": "Page not found", "style": style, "script": script, "root": root, "cover": cover, "rules": rules}
    yield "404", lost, "404.html"
    target = app.builder.get_relative_uri("index", app.config.root_doc)
    yield "index", {"title": app.config.html_title, "target": target}, "redirect.html"


def _digest(text):
    """Return how a policy names an inline style or script."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def write_sitemap(app, error):
    """List the pages for search engines, if the book has an address."""
    path = Path(app.outdir, "sitemap.xml")
    if error:
        return
    path.unlink(missing_ok=True)
    if not app.config.html_baseurl:
        return
    lines = []
    for docname in sorted(app.env.found_docs):
        change = page_records.record(app.env, docname).get("changed")
        day = f"<lastmod>{change['text'][0]}</lastmod>" if change else ""
        address = escape(app.config.html_baseurl + app.builder.get_target_uri(docname))
        lines.append(f"<url><loc>{address}</loc>{day}</url>")
    urls = "\n".join(lines)
    path.write_text(
        '<?xml version="1.0" encoding="utf-8"?>\n'
        f'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{urls}\n</urlset>\n',
        encoding="utf-8",
    )


def setup(app):
    """Connect."""
    app.connect("html-collect-pages", collect_special_pages)
    app.connect("build-finished", write_sitemap)
