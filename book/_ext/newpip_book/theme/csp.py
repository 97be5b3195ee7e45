"""What a page may do: run the book's own scripts, show its own files, and ask no other site for anything.

The policy stands in a <meta> of every page, so that it holds wherever the folder is served from.

- No inline script runs; the block of JSON-LD (metadata.py) is data. Chapters may also run Pyodide, which compiles
  WebAssembly and works in a worker: ``'wasm-unsafe-eval'`` and ``blob:``.
- No inline <style> counts (``style-src-elem``). Style *attributes* are allowed, in ``style-src``, since pandas puts
  the alignment of its tables into them; no script reads any text from outside into an attribute.
- Pictures may be data, which is how browsers and notebooks hand small ones over. Forms go to the search page only.
- ``frame-ancestors`` and ``report-uri`` mean nothing in a <meta>: whoever serves the folder can add them as headers.
"""

import re
from pathlib import Path

OWN = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self' 'unsafe-inline'",
    "style-src-elem": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "base-uri": "'none'",
    "form-action": "'self'",
}
RUNS_CODE = {"script-src": "'self' 'wasm-unsafe-eval'", "worker-src": "'self' blob:"}


def policy(runs_code=False, **more):
    """Return the Content-Security-Policy of a page.

    Parameters
    ----------
    runs_code : bool
        Whether readers can run the page's cells in it.
    **more : str
        What one page needs besides, such as ``style_src_elem="'sha256-...'"``.

    Returns
    -------
    str
    """
    rules = OWN | (RUNS_CODE if runs_code else {})
    rules |= {name.replace("_", "-"): sources for name, sources in more.items()}
    return "; ".join(f"{name} {sources}" for name, sources in rules.items())


def apply_policy(app, pagename, templatename, context, doctree):
    """Give a page its policy and leave only what it allows: files of the book, no style in the text.

    What extensions bring along for every page (buttons to copy, tabs, toggles, scripts of Sphinx) goes as well: what a
    page needs of it is in the book's own theme.css and theme.js.
    """
    runs_code = pagename in app.env.found_docs and app.env.doc2path(pagename).endswith(".ipynb")
    context["policy"] = policy(runs_code)
    for kind in ("css_files", "script_files"):
        context[kind] = [one for one in context.get(kind, []) if _is_own_asset(app, one)]
    if "body" in context:
        context["body"] = re.sub(r"<style\b[^>]*>.*?</style>", "", context["body"], flags=re.DOTALL)


def _is_own_asset(app, asset):
    """Tell whether a style or script is a file of the book or of its theme."""
    name = str(getattr(asset, "filename", asset) or "").split("?")[0].removeprefix("_static/")
    places = [Path(app.confdir, entry) for entry in app.config.html_static_path]
    folders = [*(place for place in places if place.is_dir()), Path(__file__).parent / "templates" / "static"]
    return name in {place.name for place in places} or any((folder / name).is_file() for folder in folders if name)


def setup(app):
    """Connect."""
    app.connect("html-page-context", apply_policy, priority=999)
