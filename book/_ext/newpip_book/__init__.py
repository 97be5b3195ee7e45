"""The book's Sphinx extension: results in prose, claims held to account, figures, tables, the data dictionary."""

import zlib
from pathlib import Path

from newpip_book import depends, dictionary, hints, launch, mathml, private, render, results, sliders


def rerun(app, env, added, changed, removed):
    """Name the pages whose data, modules or lock changed since they were read.

    A build that did not finish may have left what chapters published on the way, of other data perhaps, so after one
    every page is read again.
    """
    unfinished = _mark(app).exists()
    _mark(app).touch()
    known, env.newpip_depends = getattr(env, "newpip_depends", {}), {}
    for docname in env.found_docs:
        path = Path(env.doc2path(docname))
        if path.suffix == ".ipynb":
            notebook = depends.read_notebook(path.read_text(encoding="utf-8"))
            env.newpip_depends[docname] = notebook.metadata.kernelspec.depends_on
    if "book/data-dictionary" in env.found_docs:
        env.newpip_depends["book/data-dictionary"] = depends.all_tables()
    return sorted(name for name in env.found_docs if unfinished or env.newpip_depends.get(name) != known.get(name))


def finish(app, error):
    """Note that the build came to its end."""
    if error is None:
        _mark(app).unlink(missing_ok=True)


def _mark(app):
    """Return the file that stands while a build is under way."""
    return Path(app.outdir).parent / ".unfinished"


def setup(app):
    """Connect the parts to Sphinx."""
    mathml.setup(app)
    sliders.setup(app)
    hints.setup(app)
    launch.setup(app)
    app.add_role("result", results.ResultRole())
    app.add_role("claim", results.ClaimRole())
    app.add_directive("claims", results.ClaimsDirective)
    app.add_node(results.claims)
    app.add_node(results.result)
    app.add_node(results.claim)
    app.add_directive("data-dictionary", dictionary.DataDictionary)
    app.connect("env-get-outdated", rerun)
    app.connect("env-updated", results.judge)
    app.connect("doctree-resolved", results.fill)
    app.connect("build-finished", finish)
    app.connect("build-finished", dictionary.publish_tables)
    app.connect("html-page-context", render.offer_sorting)
    app.connect("html-page-context", private.keep_own, priority=999)
    return {"env_version": _version(), "parallel_read_safe": True, "parallel_write_safe": True}


def _version():
    """Return a number for this extension's code, so that pages read by an older one are read again."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return zlib.crc32(code)
