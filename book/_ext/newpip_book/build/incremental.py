"""What a build has to know of the one before: which pages to read again, and whether it came to its end."""

import hashlib
import json
from pathlib import Path

from docutils.parsers.rst import directives, roles

from newpip_book import project
from newpip_book.authoring import dependencies, vocabulary
from newpip_book.directives import architecture
from newpip_book.execution import runner


def rerun(app, env, added, changed, removed):
    """Name the pages whose text, data, modules or lock changed since they were read, whatever the times of their files.

    A build that did not finish may have left what chapters published on the way, of other data perhaps, so after one
    every page is read again; after one that warned, those that it read or wrote, since Sphinx warns as it does so.
    """
    again = _left(app, env)
    _mark(app).write_text("")
    app.newpip_touched = set()
    known, env.newpip_depends = getattr(env, "newpip_depends", {}), {}
    read, env.newpip_texts = getattr(env, "newpip_texts", {}), {}
    opened = runner.runs.notebooks if runner.runs else {}
    for docname in env.found_docs:
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        env.newpip_texts[docname] = hashlib.sha256(text.encode()).hexdigest()
        if path.suffix == ".ipynb":
            notebook = opened.get(path) or dependencies.read_notebook(text)
            env.newpip_depends[docname] = notebook.metadata.kernelspec.depends_on
    if "book/architecture" in env.found_docs:
        env.newpip_depends["book/architecture"] = architecture.chapters()
    if "book/data-dictionary" in env.found_docs:
        env.newpip_depends["book/data-dictionary"] = dependencies.all_tables()
    of_now = {name: (env.newpip_texts[name], env.newpip_depends.get(name)) for name in env.found_docs}
    return sorted(name for name, now in of_now.items() if name in again or now != (read.get(name), known.get(name)))


def _left(app, env):
    """Name the pages that the last build did not bring to a good end: all of them, where it did not come to its own."""
    if not _mark(app).exists():
        return set()
    noted = _mark(app).read_text()
    return set(json.loads(noted)) if noted else set(env.found_docs)


def read_last(app, env, docnames):
    """Read the pages without code first: the chapters may still be running."""
    docnames.sort(key=lambda name: Path(env.doc2path(name)).suffix == ".ipynb")
    app.newpip_touched.update(docnames)


def note_written(app, doctree, docname):
    """Keep in mind which pages this build writes."""
    app.newpip_touched.add(docname)


def await_outputs(app, docname, source):
    """Wait for a chapter's outputs before it is read."""
    if runner.runs:
        runner.runs.wait(Path(app.env.doc2path(docname)))


def notice_assets(app, config):
    """Make styles, scripts and templates a part of the settings: when one changed, Sphinx writes every page again."""
    places = [*(Path(app.confdir, name) for name in config.html_static_path), project.ENGINE / "theme" / "templates"]
    places.append(Path(app.confdir, "book", "cover.svg"))
    files = sorted(path for place in places for path in (place, *place.rglob("*")) if path.is_file())
    config.newpip_assets = hashlib.sha256(
        b"".join(path.name.encode() + path.read_bytes() for path in files)
    ).hexdigest()


def finish(app, error):
    """Note that the build came to its end, and which pages it read and wrote if there was a warning."""
    if error is None and app._warncount:
        _mark(app).write_text(json.dumps(sorted(app.newpip_touched)))
    elif error is None:
        _mark(app).unlink(missing_ok=True)


def share_cache(app, config):
    """Let Sphinx find the chapters' outputs where the build keeps them, wherever its own folder is."""
    if Path(app.srcdir) == project.ROOT and not config.nb_execution_cache_path:
        config.nb_execution_cache_path = str(runner.CACHE)


def note_known(app):
    """Write down the settings, roles and directives that this build knows: newpip check then tells a misspelling."""
    if Path(app.srcdir) != project.ROOT:
        return
    here = {"settings": {"extensions", *app.config.values}, "roles": {*roles._roles, *roles._role_registry}}
    here["directives"] = {*directives._directives, *directives._directive_registry, "eval-rst", "code-cell"}
    for name, domain in app.registry.domains.items():
        for kind in ("roles", "directives"):
            own = {*getattr(domain, kind), *getattr(app.registry, f"domain_{kind}").get(name, ())}
            here[kind] |= {f"{name}:{one}" for one in own} | (own if name == "std" else set())
    content = {kind: sorted(names) for kind, names in here.items()}
    vocabulary.KNOWN.parent.mkdir(exist_ok=True)
    vocabulary.KNOWN.write_text(json.dumps({"stamp": vocabulary.stamp(), **content}), encoding="utf-8")


def _mark(app):
    """Return the file that stands while a build is under way, and after one that was not good."""
    return Path(app.outdir).parent / ".unfinished"


def setup(app):
    """Connect."""
    app.add_config_value("newpip_assets", "", "html")
    app.connect("config-inited", share_cache)
    app.connect("config-inited", notice_assets)
    app.connect("builder-inited", note_known)
    app.connect("env-get-outdated", rerun)
    app.connect("env-before-read-docs", read_last)
    app.connect("source-read", await_outputs)
    app.connect("doctree-resolved", note_written)
    app.connect("build-finished", finish, priority=999)  # after whatever else may warn
