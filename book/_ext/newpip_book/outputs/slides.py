"""The deck: figures of the book, one to a slide, each under a sentence that stands in the book beside its claim."""

import json
import re
import shutil
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import yaml
from docutils import nodes
from jinja2 import Environment
from sphinx import addnodes
from sphinx.util import logging

from newpip_book.directives.results import BROKEN, claim, paste
from newpip_book.project import add_static_files

HERE = Path(__file__).parent

log = logging.getLogger(__name__)
LIST = "book/slides.yml"
TEMPLATE = Path(__file__).with_name("slides.html")
REVEAL = files("sphinx_revealjs") / "_static" / "revealjs"
KEPT = ("dist/reveal.js", "dist/reveal.css", "dist/reset.css", "LICENSE")


def publish(app, error):
    """Write slides/index.html beside the pages, with reveal.js from the package that carries it, unless it is there."""
    listed = Path(app.srcdir) / LIST
    if error is not None or app.builder.name != "html" or not listed.exists():
        return
    folder, listed = Path(app.outdir) / "slides", yaml.safe_load(listed.read_text("utf-8"))
    noted, mark = Path(app.doctreedir) / "slides", _mark(app, listed)  # what the deck that is there was made of
    if (folder / "index.html").exists() and noted.exists() and noted.read_text() == mark:
        return
    folder.mkdir(exist_ok=True)
    for name in KEPT:
        with (REVEAL / name).open("rb") as source, (folder / Path(name).name).open("wb") as target:
            shutil.copyfileobj(source, target)
    template = Environment(autoescape=True).from_string(TEMPLATE.read_text("utf-8"))
    deck = _deck(app, listed)
    page = template.render(title=app.config.html_title or app.config.project, **deck)
    (folder / "index.html").write_text(page, encoding="utf-8")
    whole = deck["closing"] and len(deck["slides"]) == len(listed["slides"])
    noted.write_text(mark if whole else "")  # what is missing is to be warned of again


def _mark(app, listed):
    """Digest what the deck is made of: the list, the template, sentences and numbers, and the pages it takes from."""
    std = app.env.domaindata["std"]
    places = [std["anonlabels"].get(entry["figure"]) for entry in listed["slides"]]
    pages = {place[0] for place in [*places, std["labels"].get(listed["closing"])] if place} | {app.config.root_doc}
    trees = [Path(app.doctreedir, f"{name}.doctree").read_bytes() for name in sorted(pages)]
    said = app.newpip_sentences, app.newpip_texts, sorted(app.newpip_broken)
    said += tuple(app.config[name] for name in ("html_title", "project", "language", "numfig_format"))
    placed = [(name, app.env.titles[name].astext(), app.env.toc_fignumbers.get(name)) for name in sorted(pages)]
    made_of = repr([listed, said, placed, app.extensions["newpip_book"].metadata]) + TEMPLATE.read_text("utf-8")
    kept = [(REVEAL / name).read_bytes() for name in KEPT]
    return sha256(b"".join([*trees, *kept, made_of.encode()])).hexdigest()


def _deck(app, listed):
    """Gather what the slides say, all of it from the pages as built."""
    cover, figures = _read(app, app.config.root_doc), _figures(app, {entry["figure"] for entry in listed["slides"]})
    return {
        "language": app.config.language,
        "heading": cover.next_node(nodes.title).astext(),
        "opening": [_said(one.astext()) for one in list(cover.findall(nodes.paragraph))[:2]],
        "back": _address(app, app.config.root_doc),
        "slides": [slide for entry in listed["slides"] if (slide := _slide(app, figures, entry))],
        "closing": _section(app, listed["closing"]),
    }


def _slide(app, figures, entry):
    """Join a figure to the sentence that ends with a claim; a missing one is a warning, and so stops the build."""
    key, page = entry["figure"], entry.get("page")
    if key not in figures:
        log.warning(f"{LIST}: no chapter publishes the figure %r", key)
        return None
    docname, figure = figures[key]
    said = [
        sentence
        for where, glued, sentence in app.newpip_sentences
        if glued == f"claim.{entry['claim']}" and where == (page or docname)
    ]
    if not said:
        log.warning(f"{LIST}: no sentence of %s ends with the claim %r", page or docname, entry["claim"])
        return None
    name = figure["name"]
    number = app.config.numfig_format["figure"] % ".".join(map(str, app.env.toc_fignumbers[docname]["figure"][name]))
    return {
        "key": key,
        "sentence": f"{said[0]} {BROKEN}" if f"claim.{entry['claim']}" in app.newpip_broken else said[0],
        **figure,
        "number": number,
        "chapter": app.env.titles[docname].astext(),
        "address": f"{_address(app, docname)}#{name}",
    }


def _figures(app, keys):
    """Find published figures, as key -> (page, what a slide shows of it); only pages that changed are opened."""
    places, noted = app.env.domaindata["std"]["anonlabels"], Path(app.doctreedir) / "slides.json"
    known, now = json.loads(noted.read_text("utf-8")) if noted.exists() else {}, {}
    for docname in sorted({places[key][0] for key in keys if key in places}):
        version = repr(app.extensions["newpip_book"].metadata).encode()
        mark = sha256(Path(app.doctreedir, f"{docname}.doctree").read_bytes() + version).hexdigest()
        there = known.get(docname, ("",))[0] == mark
        now[docname] = known[docname] if there else (mark, _shown(app.env.get_doctree(docname)))
    noted.write_text(json.dumps(now), encoding="utf-8")
    return {key: (docname, figure) for docname, (_, figures) in now.items() for key, figure in figures.items()}


def _shown(doctree):
    """Map the published figures of a page to what a slide shows of each."""
    return {
        figure["names"][0]: {
            "name": figure["ids"][0],
            "picture": figure.next_node(nodes.raw).astext(),
            "caption": figure.next_node(nodes.caption).astext(),
            "unverified": figure.get("unverified", ""),
        }
        for figure in doctree.findall(nodes.figure)
        if "np-figure" in figure["classes"]
    }


def _section(app, label):
    """Take a section's heading and the bold beginnings of its list, for the last slide."""
    if label not in app.env.domaindata["std"]["labels"]:
        log.warning(f"{LIST}: no page has a section labelled %r", label)
        return None
    docname, name, heading = app.env.domaindata["std"]["labels"][label]
    section = next(one for one in _read(app, docname).findall(nodes.section) if name in one["ids"])
    points = []
    for item in section.findall(nodes.list_item):
        short, long, *_ = item.next_node(nodes.paragraph).astext().split("\n")
        points.append((_said(short), _said(long)))
    return {"heading": heading, "points": points, "address": f"{_address(app, docname)}#{name}"}


def _read(app, docname):
    """Return a page with its numbers in place, without the marks of its claims and its references."""
    doctree = app.env.get_doctree(docname)
    paste(app, doctree, docname)
    for node in [*doctree.findall(claim), *doctree.findall(addnodes.pending_xref)]:
        if isinstance(node, claim) or node["refdomain"] == "cite":
            node.parent.remove(node)
    return doctree


def _said(text):
    """Close the gaps that what was taken out has left."""
    return re.sub(r" (?=[.,;])", "", " ".join(text.split()))


def _address(app, docname):
    return app.builder.get_relative_uri("slides/index", docname)


def setup(app):
    """Connect."""
    add_static_files(app, HERE / "slides.js", HERE / "slides.css")
    app.connect("build-finished", publish)
