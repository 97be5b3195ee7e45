"""The deck: figures of the book, one to a slide, each under a sentence that stands in the book beside its claim."""

import re
import shutil
from importlib.resources import files
from pathlib import Path

from docutils import nodes
from jinja2 import Environment
from sphinx import addnodes
from sphinx.util import logging

from newpip.files import write_atomic
from newpip.grades import note
from newpip_book.authoring import deck
from newpip_book.directives.figures import LARGE, reading
from newpip_book.directives.origins import origins
from newpip_book.directives.results import BROKEN, claim, paste_results
from newpip_book.project import add_static_files

HERE = Path(__file__).parent

log = logging.getLogger(__name__)
LIST = deck.LIST
TEMPLATE = Path(__file__).with_name("slides.html")
REVEAL = files("sphinx_revealjs") / "_static" / "revealjs"
REVEAL_FILES = ("dist/reveal.js", "dist/reveal.css", "dist/reset.css", "LICENSE")


def write_slides(app, error):
    """Write slides/index.html beside the pages, with reveal.js from the package that carries it."""
    if error is not None:
        return
    listed = deck.read(Path(app.srcdir))
    if listed is None:
        shutil.rmtree(Path(app.outdir, "slides"), ignore_errors=True)
        return
    folder = Path(app.outdir) / "slides"
    folder.mkdir(exist_ok=True)
    for name in REVEAL_FILES:
        write_atomic(folder / Path(name).name, (REVEAL / name).read_bytes())
    template = Environment(autoescape=True).from_string(TEMPLATE.read_text("utf-8"))
    page = template.render(title=app.config.html_title or app.config.project, **_deck(app, listed))
    write_atomic(folder / "index.html", page)


def _deck(app, listed):
    """Gather what the slides say, all of it from the pages as built."""
    cover, figures = (
        _resolved_doctree(app, app.config.root_doc),
        _figures(app, {entry["figure"] for entry in listed["slides"]}),
    )
    return {
        "language": app.config.language,
        "heading": cover.next_node(nodes.title).astext(),
        "opening": [_close_gaps(one.astext()) for one in list(cover.findall(nodes.paragraph))[:2]],
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
        for where, claim_key, sentence in app.newpip_sentences
        if claim_key == entry["claim"] and where == (page or docname)
    ]
    if not said:
        log.warning(f"{LIST}: no sentence of %s ends with the claim %r", page or docname, entry["claim"])
        return None
    name = figure["name"]
    number = app.config.numfig_format["figure"] % ".".join(map(str, app.env.toc_fignumbers[docname]["figure"][name]))
    return {
        "key": key,
        "sentence": f"{said[0]} {BROKEN}" if entry["claim"] in app.newpip_broken else said[0],
        **figure,
        "number": number,
        "chapter": app.env.titles[docname].astext(),
        "address": f"{_address(app, docname)}#{name}",
    }


def _figures(app, keys):
    """Find published figures, as key -> (page, what a slide shows of it)."""
    places = app.env.domaindata["std"]["anonlabels"]
    pages = sorted({places[key][0] for key in keys if key in places})
    found = {}
    for page in pages:
        for key, figure in _published_figures(app.env.get_doctree(page)).items():
            grades = origins(app)[page][key]["grades"]
            found[key] = page, {**figure, "grades": note(grades, "rows behind this")}
    return found


def _published_figures(doctree):
    """Map the published figures of a page to what a slide shows of each."""
    return {
        figure["names"][0]: {
            "name": figure["ids"][0],
            "picture": figure.next_node(nodes.raw).astext().removesuffix(LARGE),
            "caption": figure.next_node(reading).astext(),
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
    section = next(one for one in _resolved_doctree(app, docname).findall(nodes.section) if name in one["ids"])
    points = []
    for item in section.findall(nodes.list_item):
        short, long, *_ = item.next_node(nodes.paragraph).astext().split("\n")
        points.append((_close_gaps(short), _close_gaps(long)))
    return {"heading": heading, "points": points, "address": f"{_address(app, docname)}#{name}"}


def _resolved_doctree(app, docname):
    """Return a page with its numbers in place, without the marks of its claims and its references."""
    doctree = app.env.get_doctree(docname)
    paste_results(app, doctree, docname)
    for node in [*doctree.findall(claim), *doctree.findall(addnodes.pending_xref)]:
        if isinstance(node, claim) or node["refdomain"] == "cite":
            node.parent.remove(node)
    return doctree


def _close_gaps(text):
    """Close the gaps that what was taken out has left."""
    return re.sub(r" (?=[.,;])", "", " ".join(text.split()))


def _address(app, docname):
    return app.builder.get_relative_uri("slides/index", docname)


def setup(app):
    """Connect."""
    add_static_files(app, HERE / "slides.js", HERE / "slides.css")
    app.connect("build-finished", write_slides)
