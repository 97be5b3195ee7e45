"""Decide which pages are read again: by the content of all that they are made of, whatever the times of files."""

import hashlib
import os
import re
from pathlib import Path

from sphinx import addnodes
from sphinx.errors import ConfigError

from newpip_book import page_records, project, state
from newpip_book.authoring import dependencies, lint_config, vocabulary
from newpip_book.build import fingerprint
from newpip_book.execution import runner

OFFERING = ("_downloads", "_images", "cite", "data", "notebooks")  # folders of files that pages offer
OFFERED = re.compile(rf"(?:{'|'.join(OFFERING)})/[\w.-]+")


def outdated(app, env, added, changed, removed):
    """Name the pages whose text, data, modules or lock changed since they were read.

    A build that did not finish may have left what chapters published on the way, of other data perhaps, so after one
    every page is read again; after one that warned, those that it read or wrote, since Sphinx warns as it does so.
    """
    unfinished = _unfinished(app).get(str(app.outdir), [])
    again = set(env.found_docs) if unfinished == "all" else set(unfinished)
    _mark_unfinished(app, "all")
    app.newpip_touched, app.newpip_words_pruned = set(), False
    app.newpip_sources = {docname: _source(Path(env.doc2path(docname))) for docname in env.found_docs}
    pages = page_records.records(env)
    for docname, now in app.newpip_sources.items():
        before = pages.get(docname, {})
        if before.get("source") != now or before.get("files") != _digests(env, docname):
            again.add(docname)
    return sorted(again)


def record_inputs(app, doctree):
    """Keep what a page that was read is made of, and what it refers to."""
    record = page_records.record(app.env, app.env.docname)
    record["source"] = app.newpip_sources[app.env.docname]
    record["files"] = _digests(app.env, app.env.docname)
    record["refers"] = sorted({str(node["reftarget"]) for node in doctree.findall(addnodes.pending_xref)})


def _source(path):
    """Return the digest of a page's text and, of a chapter, what its outputs depend on."""
    text = path.read_text(encoding="utf-8")
    notebook = dependencies.read_notebook(text) if path.suffix == ".ipynb" else None
    depends_on = notebook.metadata.kernelspec.depends_on if notebook else {}
    return hashlib.sha256(text.encode()).hexdigest(), depends_on


def _digests(env, docname):
    """Map the files that a page's directives noted as dependencies to digests of their content."""
    names = sorted(map(str, env.dependencies.get(docname, ())))
    paths = [Path(os.path.normpath(os.path.join(env.srcdir, name))) for name in names]
    return {str(path): fingerprint.file_digest(path) for path in paths if path.is_file()}


def note_contents(app, env):
    """Name every page when the contents changed, for each page shows them."""
    entries = [(name, env.titles[name].astext(), env.toc_secnumbers.get(name, {}).get("")) for name in env.found_docs]
    contents = repr([sorted(map(repr, entries)), sorted(env.toctree_includes.items())])
    return page_records.update(env, "contents", dict.fromkeys(env.found_docs, contents))


def note_targets(app, env):
    """Name the pages that refer to what is called or numbered otherwise now, or is elsewhere."""
    named = _places_named(env)
    numbers = {
        (name, target): number
        for name, kinds in env.toc_fignumbers.items()
        for targets in kinds.values()
        for target, number in targets.items()
    }
    works = env.domains.get("cite")
    cited = {one.key: (one.citation_id, repr(one.entry)) for one in works.citations} if works else {}
    lists = {key.docname for key in works.bibliographies} if works else set()
    shown = {}
    for docname, page in page_records.records(env).items():
        targets = page.get("refers", ())
        places = [named.get(one.lower()) or named.get(one) for one in targets]
        parts = [(place, numbers.get(tuple(place[:2]))) for place in places if place]
        keys = sorted(cited) if docname in lists else [key.strip() for one in targets for key in one.split(",")]
        shown[docname] = repr([parts, [(key, cited[key]) for key in keys if key in cited]])
    return page_records.update(env, "targets", shown)


def _places_named(env):
    """Map what pages can refer to, as the reference writes it, to where it is and what it is called."""
    domain = env.get_domain("std")
    named = {name: place for (_, name), place in domain.objects.items()} | domain._terms
    return named | {name: place[:2] for name, place in domain.anonlabels.items()} | domain.labels


def read_chapters_last(app, env, docnames):
    """Read the pages without code first: the chapters may still be running.

    What is known of all of them is dropped first, so that no label that moved from one to another is there twice.
    """
    docnames.sort(key=lambda name: Path(env.doc2path(name)).suffix == ".ipynb")
    for docname in docnames:
        app.emit("env-purge-doc", env, docname)
        env.clear_doc(docname)
    app.newpip_touched.update(docnames)


def note_written(app, doctree, docname):
    """Keep in mind which pages this build writes; before the first, forget the words that only older ones had."""
    index = getattr(app.builder, "indexer", None)
    if index and not app.newpip_words_pruned:
        for words in (index._mapping, index._title_mapping):
            for word in [word for word, pages in words.items() if not pages]:
                del words[word]
        app.newpip_words_pruned = True
    app.newpip_touched.add(docname)


def await_outputs(app, docname, source):
    """Wait for a chapter's outputs before it is read; what it glued before counts no more."""
    (Path(app.outdir).parent / "jupyter_execute" / f"{docname}.glue.json").unlink(missing_ok=True)
    if app.config.newpip_await_outputs:
        app.config.newpip_await_outputs(Path(app.env.doc2path(docname)))


def digest_assets(app, config):
    """Make styles, scripts and templates a part of the settings: when one changed, Sphinx writes every page again."""
    places = [*(Path(app.confdir, name) for name in config.html_static_path), project.ENGINE / "theme" / "templates"]
    places.append(Path(app.confdir, "book", "cover.svg"))
    files = sorted(path for place in places for path in (place, *place.rglob("*")) if path.is_file())
    content = b"".join(path.name.encode() + path.read_bytes() for path in files)
    config.newpip_assets = hashlib.sha256(content).hexdigest()


def finish(app, error):
    """Note that the build came to its end, and which pages it read and wrote if there was a warning."""
    if error is None:
        _mark_unfinished(app, sorted(app.newpip_touched) if app._warncount else None)
        files = [one.get("files", {}) for one in page_records.records(app.env).values()]
        fingerprint.record_included(
            project.state_dir(Path(app.srcdir), Path(app.outdir)),
            {path: digest for one in files for path, digest in one.items()},
        )


def _unfinished(app):
    return state.read(project.state_dir(Path(app.srcdir), Path(app.outdir))).get("unfinished", {})


def _mark_unfinished(app, pages):
    """Keep which pages the next build into the same folder is to read again."""
    others = {out: left for out, left in _unfinished(app).items() if out != str(app.outdir)}
    state.update(
        project.state_dir(Path(app.srcdir), Path(app.outdir)),
        unfinished=others | ({str(app.outdir): pages} if pages else {}),
    )


def remove_leftovers(app, error):
    """Remove pages that are no more, and files that no page offers any more: Sphinx itself deletes nothing."""
    if error is not None:
        return
    out = Path(app.outdir)
    for kept in [path for path in Path(app.doctreedir).rglob("*.doctree")]:
        docname = kept.relative_to(app.doctreedir).with_suffix("").as_posix()
        if docname not in app.env.found_docs:
            kept.unlink()
            (out / f"{docname}.html").unlink(missing_ok=True)
    for folder in {Path(docname).parent for docname in app.env.found_docs} - {Path()}:
        for page in (out / folder).glob("*.html"):
            if (folder / page.stem).as_posix() not in app.env.found_docs:
                page.unlink()
    offered = {file for page in out.rglob("*.html") for file in OFFERED.findall(page.read_text(encoding="utf-8"))}
    for path in [path for folder in OFFERING for path in (out / folder).rglob("*") if path.is_file()]:
        if path.relative_to(out).as_posix() not in offered:
            path.unlink()


def share_cache(app, config):
    """Let Sphinx find the chapters' outputs where the build keeps them, wherever its own folder is."""
    if Path(app.srcdir) == project.ROOT and not config.nb_execution_cache_path:
        config.nb_execution_cache_path = str(runner.CACHE)


def require_html(app):
    """Refuse every other builder: what pages hold is made for HTML, and the other forms are made from the pages."""
    if app.builder.name != "html":
        raise ConfigError(
            f"the builder {app.builder.name!r} was asked for; html was expected (newpip pdf, newpip epub)"
        )


def record_vocabulary(app):
    """Write down the settings that this build knows: newpip check then tells a misspelling."""
    if Path(app.srcdir) != project.ROOT:
        return
    kinds = {name: type(app.config.values[name].default).__name__ for name in app.config.values}
    vocabulary.record({"settings": kinds | {"extensions": "list"}})
    unknown = [name for name in project.settings()["sphinx"]["config"] if name not in vocabulary.known()["settings"]]
    if unknown:
        raise ConfigError("\n".join(one for one in lint_config.check_config()))


def setup(app):
    """Connect."""
    app.add_config_value("newpip_assets", "", "html")
    app.add_config_value("newpip_await_outputs", None, "")
    app.connect("config-inited", share_cache)
    app.connect("config-inited", digest_assets)
    app.connect("builder-inited", require_html)
    app.connect("builder-inited", record_vocabulary)
    app.connect("env-get-outdated", outdated)
    app.connect("env-before-read-docs", read_chapters_last)
    app.connect("env-get-updated", note_contents, priority=900)  # when sections have their numbers
    app.connect("env-get-updated", note_targets, priority=900)
    app.connect("source-read", await_outputs)
    app.connect("doctree-read", record_inputs, priority=900)  # when directives have noted what they depend on
    app.connect("doctree-resolved", note_written)
    app.connect("build-finished", remove_leftovers, priority=998)
    app.connect("build-finished", finish, priority=999)  # after whatever else may warn
