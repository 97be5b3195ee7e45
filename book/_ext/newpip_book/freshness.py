"""What a build has to know of the one before: which pages to read again, and whether it came to its end."""

import hashlib
import json
import re
from pathlib import Path

from docutils.parsers.rst import directives, roles

from newpip_book import architecture, depends, execute, fit

OFFERED = re.compile(r"(?:_downloads/\w+|cite|data|notebooks)/[\w.-]+")


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
    opened = execute.runs.notebooks if execute.runs else {}
    for docname in env.found_docs:
        path = Path(env.doc2path(docname))
        text = path.read_text(encoding="utf-8")
        env.newpip_texts[docname] = hashlib.sha256(text.encode()).hexdigest()
        if path.suffix == ".ipynb":
            notebook = opened.get(path) or depends.read_notebook(text)
            env.newpip_depends[docname] = notebook.metadata.kernelspec.depends_on
    if "book/architecture" in env.found_docs:
        env.newpip_depends["book/architecture"] = architecture.chapters()
    if "book/data-dictionary" in env.found_docs:
        env.newpip_depends["book/data-dictionary"] = depends.all_tables()
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
    if execute.runs:
        execute.runs.wait(Path(app.env.doc2path(docname)))


def notice_assets(app, config):
    """Make styles, scripts and templates a part of the settings: when one changed, Sphinx writes every page again."""
    folders = [*(Path(app.confdir, name) for name in config.html_static_path), Path(__file__).parent / "theme"]
    files = sorted(path for folder in folders for path in folder.rglob("*") if path.is_file())
    config.newpip_assets = hashlib.sha256(
        b"".join(path.name.encode() + path.read_bytes() for path in files)
    ).hexdigest()


def finish(app, error):
    """Note that the build came to its end, and which pages it read and wrote if there was a warning."""
    if error is None and app._warncount:
        _mark(app).write_text(json.dumps(sorted(app.newpip_touched)))
    elif error is None:
        _mark(app).unlink(missing_ok=True)


def drop_leftovers(app, error):
    """Remove pages that are no more, and files that no page offers any more: Sphinx itself deletes nothing."""
    if error is not None or app.builder.name != "html":
        return
    out = Path(app.outdir)
    for folder in {Path(docname).parent for docname in app.env.found_docs} - {Path()}:
        for page in (out / folder).glob("*.html"):
            if str(folder / page.stem) not in app.env.found_docs:
                page.unlink()
    offered = {file for page in out.rglob("*.html") for file in OFFERED.findall(page.read_text(encoding="utf-8"))}
    for folder in ("_downloads", "cite", "data", "notebooks"):
        for path in [path for path in (out / folder).rglob("*") if path.is_file()]:
            if path.relative_to(out).as_posix() not in offered:
                path.unlink()


def share_cache(app, config):
    """Let Sphinx find the chapters' outputs where the build keeps them, wherever its own folder is."""
    if Path(app.srcdir) == execute.ROOT and not config.nb_execution_cache_path:
        config.nb_execution_cache_path = str(execute.CACHE)


def note_known(app):
    """Write down the settings, roles and directives that this build knows: newpip check then tells a misspelling."""
    if Path(app.srcdir) != fit.ROOT:
        return
    here = {"settings": {"extensions", *app.config.values}, "roles": {*roles._roles, *roles._role_registry}}
    here["directives"] = {*directives._directives, *directives._directive_registry, "eval-rst", "code-cell"}
    for name, domain in app.registry.domains.items():
        for kind in ("roles", "directives"):
            own = {*getattr(domain, kind), *getattr(app.registry, f"domain_{kind}").get(name, ())}
            here[kind] |= {f"{name}:{one}" for one in own} | (own if name == "std" else set())
    content = {kind: sorted(names) for kind, names in here.items()}
    fit.KNOWN.parent.mkdir(exist_ok=True)
    fit.KNOWN.write_text(json.dumps({"mark": fit.mark(), **content}), encoding="utf-8")


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
    app.connect("build-finished", drop_leftovers, priority=998)
    app.connect("build-finished", finish, priority=999)  # after whatever else may warn
