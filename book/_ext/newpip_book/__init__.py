"""The book's Sphinx extension: results in prose, claims held to account, figures, tables, the data dictionary."""

import json
import zlib
from pathlib import Path


def rerun(app, env, added, changed, removed):
    """Name the pages whose data, modules or lock changed since they were read.

    A build that did not finish may have left what chapters published on the way, of other data perhaps, so after one
    every page is read again.
    """
    unfinished = _mark(app).exists()
    _mark(app).touch()
    from newpip_book import depends

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


def share_cache(app, config):
    """Let Sphinx find the chapters' outputs where the build keeps them, wherever its own folder is."""
    from newpip_book import execute

    if Path(app.srcdir) == execute.ROOT and not config.nb_execution_cache_path:
        config.nb_execution_cache_path = str(execute.CACHE)


def note_known(app):
    """Write down the settings, roles and directives that this build knows: newpip check then tells a misspelling."""
    from docutils.parsers.rst import directives, roles

    from newpip_book import fit

    if Path(app.srcdir) != fit.ROOT:
        return
    here = {"settings": set(app.config.values), "roles": {*roles._roles, *roles._role_registry}}
    here["directives"] = {*directives._directives, *directives._directive_registry, "eval-rst", "code-cell"}
    for name, domain in app.registry.domains.items():
        for kind in ("roles", "directives"):
            own = {*getattr(domain, kind), *getattr(app.registry, f"domain_{kind}").get(name, ())}
            here[kind] |= {f"{name}:{one}" for one in own} | (own if name == "std" else set())
    content = {kind: sorted(names) for kind, names in here.items()}
    fit.KNOWN.parent.mkdir(exist_ok=True)
    fit.KNOWN.write_text(json.dumps({"mark": fit.mark(), **content}), encoding="utf-8")


def forget_usual_theme(app, config):
    """Drop the options that Jupyter Book sets for its usual theme, whatever the theme."""
    config.html_theme_options = {}


def _mark(app):
    """Return the file that stands while a build is under way."""
    return Path(app.outdir).parent / ".unfinished"


def setup(app):
    """Connect the parts to Sphinx; they are imported here, so that newpip check need not wait for them."""
    from newpip_book import citation, dictionary, doors, mathml, metadata, quicker, reading, render, results, security, slides

    mathml.setup(app)
    quicker.setup(app)
    app.add_role("result", results.ResultRole())
    app.add_role("claim", results.ClaimRole())
    app.add_directive("claims", results.ClaimsDirective)
    app.add_node(results.claims)
    app.add_node(results.result)
    app.add_node(results.claim)
    app.add_directive("data-dictionary", dictionary.DataDictionary)
    app.connect("config-inited", share_cache)
    app.connect("builder-inited", note_known)
    app.connect("env-get-outdated", rerun)
    app.connect("doctree-read", results.note)
    app.connect("env-purge-doc", results.forget)
    app.connect("env-merge-info", results.merge)
    app.add_directive("citation", citation.CitationDirective)
    app.add_node(citation.citing)
    app.add_config_value("newpip_citation", citation.read(), "html")  # a changed citation is written into every page
    app.connect("doctree-read", render.mark_code)
    app.connect("env-updated", results.judge)
    app.connect("doctree-resolved", results.fill)
    app.connect("doctree-resolved", citation.cite)
    app.connect("build-finished", finish)
    app.connect("build-finished", dictionary.publish_tables)
    app.connect("build-finished", slides.publish)
    app.connect("html-page-context", render.offer_sorting)
    app.add_config_value("comments_config", {}, "")  # set by Jupyter Book, for an extension that the book leaves out
    app.connect("config-inited", forget_usual_theme)
    app.add_html_theme("newpip", Path(__file__).parent / "theme")
    app.add_js_file("theme.js", priority=1)
    app.set_translator("html", reading.Translator)
    app.connect("html-page-context", reading.tidy)
    app.connect("config-inited", metadata.locate)
    app.connect("env-updated", metadata.date_pages)
    app.connect("html-page-context", metadata.describe, priority=900)
    app.connect("build-finished", metadata.write_sitemap)
    app.connect("html-collect-pages", doors.pages)
    render.setup(app)
    app.connect("html-page-context", security.guard, priority=999)
    return {"env_version": _version(), "parallel_read_safe": True, "parallel_write_safe": True}


def _version():
    """Return a number for this extension's code, so that pages read by an older one are read again."""
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    return zlib.crc32(code)
