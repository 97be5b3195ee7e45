"""What a built book holds so that its chapters run in the page: Python, libraries, newpip and data/, and the scripts.

Without the distribution (``make pyodide``) the book is built just as well, and no chapter offers to run.
"""

import hashlib
import json
import platform
import re
import shutil
from importlib.metadata import version
from pathlib import Path
from runpy import run_path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip import data
from newpip.colours import COLOURS
from newpip.files import zip_bytes
from newpip_book.live_cells import distribution
from newpip_book.live_cells.kept import BLANK, MANIFEST, WORKER
from newpip_book.project import LIBRARY, add_static_files

SCRIPTS = Path(__file__).with_name("page")
STARTING = "transfer.js"  # what the service worker needs of its own: not every browser lets it import modules
PUBLISHED = "published.json"
OFFERED = ("clean.js", "load.js", "loading.js", "output.js", "start.js", "terminal.js", STARTING, "worker.js")


def setup(app):
    """Connect to Sphinx."""
    add_static_files(app, *(SCRIPTS / name for name in ("inpage.js", "inpage.css", "my-work.js")))
    app.add_config_value("newpip_live_cells", distribution.assembled(), "html")  # pages offer to run cells, or do not
    app.add_directive("live-cell", LiveCell)
    app.add_directive("page-differences", PageDifferences)
    app.connect("config-inited", tag_pages)
    app.connect("doctree-resolved", reserve_space)
    app.connect("html-page-context", add_run_buttons)
    app.connect("build-finished", write_assets)


def differences():
    """Read the list of what a cell does otherwise in the page than in Jupyter's kernel.

    Returns
    -------
    dict
        From the name of each difference to it, with its one sentence as ``told``.
    """
    return run_path(str(SCRIPTS / "differences.py"))["KNOWN"]


class PageDifferences(SphinxDirective):
    """``{page-differences}``: what a cell does otherwise in the page than in Jupyter."""

    def run(self):
        """List them."""
        self.env.note_dependency(str(SCRIPTS / "differences.py"))
        items = [nodes.list_item("", nodes.paragraph("", one.told)) for one in differences().values()]
        return [nodes.bullet_list("", *items)]


class LiveCell(SphinxDirective):
    """``{live-cell}``: code on a page that is no chapter, which can be run in the page; the build does not run it."""

    has_content = True

    def run(self):
        """Write it as a cell of a chapter's exercises is written, which stands open where code is not wanted."""
        text = "\n".join(self.content)
        shown = nodes.literal_block(text, text, language="python")
        cell = nodes.container("", nodes.container("", shown, classes=["cell_input"]), classes=["cell"])
        return [nodes.container("", cell, classes=["np-exercises"])]


def tag_pages(app, config):
    """Let pages say one thing where cells can be run in them, and another where not: ``{only} page_python``."""
    if config.newpip_live_cells:
        app.tags.add("page_python")


def offers_cells(app, doctree):
    """Say whether a page has cells that can be run in it."""
    return app.config.newpip_live_cells and any("cell" in one["classes"] for one in doctree.findall(nodes.container))


def reserve_space(app, doctree, docname):
    """Keep a place for what inpage.js offers, so that nothing jumps when it comes."""
    if offers_cells(app, doctree):
        section = next(doctree.findall(nodes.section))
        aims = [child for child in section.children if isinstance(child, nodes.Admonition)]
        after = section.index(aims[0] if aims else section.next_node(nodes.title)) + 1
        section.insert(after, nodes.raw("", '<div class="np-place"></div>', format="html"))


def add_run_buttons(app, pagename, templatename, context, doctree):
    """Let cells be run, where the page's Python is at hand."""
    if doctree and offers_cells(app, doctree):
        app.add_css_file("inpage.css")
        size = sum(path.stat().st_size for path in _first_files()) / 1e6
        app.add_js_file("inpage.js", type="module", **{"data-megabytes": f"{size:.0f}", "data-version": BLANK.decode()})


def write_assets(app, error):
    """Put Python, the book's own part and the scripts beside the pages, each under a name that tells its content."""
    if error:
        return
    out = Path(app.outdir)
    if not app.config.newpip_live_cells:
        shutil.rmtree(out / "_run", ignore_errors=True)
        (out / WORKER).unlink(missing_ok=True)
        return
    own = {"book.zip": bundle_library(), PUBLISHED: published(app.newpip_published), **scripts()}
    about = {
        "bytes": sum(path.stat().st_size for path in _first_files() if path.suffix != ".mjs"),
        "versions": version_differences(),
        "colours": COLOURS,
        "labels": _labels(app),
    }
    write_run(out, {path.name: path for path in _files()}, own, about)


def published(found):
    """Tell what a cell's results and figures are held to in the page, a fiftieth of results.json.

    Parameters
    ----------
    found : dict
        What results.json says.

    Returns
    -------
    bytes
    """
    values = {key: {"value": one["value"]} for key, one in found["results"].items() if "value" in one}
    tables = {key: {"tables": sorted(one.get("tables", ()))} for key, one in found["figures"].items()}
    return json.dumps({"results": values, "figures": tables}, ensure_ascii=False, sort_keys=True).encode()


def write_run(out, python, own, about):
    """Write what runs in the page: Python and the book's own part, each in a folder named by its content.

    Parameters
    ----------
    out : pathlib.Path
        The built book; :func:`newpip_book.live_cells.kept.seal` then completes its manifest.
    python : dict of str to pathlib.Path
        The distribution's files.
    own : dict of str to bytes
        The scripts, and what Python needs of this book.
    about : dict
        What else scripts are told.
    """
    libraries = f"_run/python-{_digest(python[distribution.LOCK].read_bytes())}/"
    book = f"_run/book-{_digest(b''.join(own.values()))}/"
    for folder in (out / "_run").glob("*-*/"):
        if f"_run/{folder.name}/" not in (libraries, book):
            shutil.rmtree(folder)
    _copy_missing(out / libraries, python)
    _write_files(out / book, own)
    (out / WORKER).write_bytes(service_worker())
    manifest = {"python": libraries, "book": book, **about}
    (out / MANIFEST).write_text(json.dumps(manifest, sort_keys=True), encoding="utf-8")


def scripts():
    """Read the scripts that are loaded when a cell is first run.

    Returns
    -------
    dict of str to bytes
    """
    return {name: (SCRIPTS / name).read_bytes() for name in OFFERED}


def service_worker():
    """Write the service worker's script.

    Returns
    -------
    bytes
    """
    shared = re.sub(rb"(?m)^export ", b"", (SCRIPTS / STARTING).read_bytes())
    return shared + b"\n" + (SCRIPTS / WORKER).read_bytes()


def bundle_library():
    """Pack newpip, data/ and what runs the cells, the same bytes for the same files.

    Returns
    -------
    bytes
        A zip archive.
    """
    files = {path.relative_to(LIBRARY.parent).as_posix(): path for path in LIBRARY.rglob("*.py")}
    files |= {f"IPython/{path.name}": path for path in (SCRIPTS / "IPython").glob("*.py")}
    files |= {
        **{path.name: path for path in SCRIPTS.glob("*.py")},
        "data/datapackage.json": data.folder() / "datapackage.json",
    }
    files |= {f"data/{one['path']}": data.folder() / one["path"] for one in data.package()["resources"]}
    return zip_bytes({name: path.read_bytes() for name, path in sorted(files.items())})


def version_differences():
    """List where the page's versions differ from those the book is built with.

    Returns
    -------
    list of (str, str, str)
        Name, version in the book, version in the page.
    """
    lock = json.loads((distribution.FOLDER / distribution.LOCK).read_text(encoding="utf-8"))
    wanted = [*distribution.pinned()["libraries"], *distribution.pinned()["from_requirements"]]
    pairs = [("Python", platform.python_version(), lock["python"])]
    pairs += [(name, version(name), lock["packages"][name]["version"]) for name in sorted(wanted)]
    return [pair for pair in pairs if pair[1] != pair[2]]


def _files():
    """List the distribution's files."""
    return sorted(path for path in distribution.FOLDER.iterdir() if path.is_file())


def _first_files():
    """List those that a page loads before the first cell runs; libraries that are not in memory come when asked for."""
    return [path for path in _files() if path.suffix != ".whl"]


def _copy_missing(folder, files):
    """Copy the files that are not there yet; the folder's name tells their content."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, path in files.items():
        if not (folder / name).exists() or (folder / name).stat().st_size != path.stat().st_size:
            shutil.copyfile(path, folder / name)


def _write_files(folder, contents):
    """Write the files of the book's own part."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def _digest(content):
    return hashlib.sha256(content).hexdigest()[:12]


def _labels(app):
    """Say where the chapters and the tables' descriptions stand: from label to address and title."""
    domain = app.env.get_domain("std")
    places = {name: (docname, anchor, "") for name, (docname, anchor) in domain.anonlabels.items()}
    places |= domain.labels
    return {
        name: [f"{docname}.html#{anchor}", title]
        for name, (docname, anchor, title) in sorted(places.items())
        if name.startswith(("chapter-", "table-"))
    }
