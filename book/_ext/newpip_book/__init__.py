"""The book's Sphinx extension: results in prose, claims held to account, figures, tables, the data dictionary."""

from sphinx.util import logging

from newpip_book import depends, dictionary, mathml, private, results

log = logging.getLogger(__name__)


def rerun(app, env, added, changed, removed):
    """Name the chapters whose data, modules or lock changed since they last ran, and say what did."""
    known = getattr(env, "newpip_depends", {})
    env.newpip_depends = {}
    stale = []
    for docname in sorted(env.found_docs):
        path = env.doc2path(docname)
        if not path.endswith(".ipynb"):
            continue
        with open(path, encoding="utf-8") as file:
            env.newpip_depends[docname] = depends.read_notebook(file.read()).metadata.kernelspec.depends_on
        why = depends.changed(known.get(docname, {}), env.newpip_depends[docname])
        if why and docname in known:
            log.info("%s runs again, changed: %s", docname, ", ".join(why))
            stale.append(docname)
    return stale + [docname for docname in env.found_docs if docname == "book/data-dictionary"]


def setup(app):
    """Connect the parts to Sphinx."""
    mathml.setup(app)
    app.add_role("result", results.ResultRole())
    app.add_role("claim", results.ClaimRole())
    app.add_node(results.result)
    app.add_node(results.claim)
    app.add_directive("data-dictionary", dictionary.DataDictionary)
    app.connect("env-get-outdated", rerun)
    app.connect("env-updated", results.judge)
    app.connect("doctree-resolved", results.fill)
    app.connect("build-finished", dictionary.publish_tables)
    app.connect("html-page-context", private.keep_own, priority=999)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
