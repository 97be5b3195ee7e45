"""Each chapter as a notebook to take away, and the way to run it elsewhere: Binder, Colab, Codespaces.

The links to other sites stand only where the address of the repository is known: ``repository: url`` in _config.yml, or
``NEWPIP_REPOSITORY``; that to Binder only where ``launch_buttons: binderhub_url`` names a hub as well. Nothing is asked
of those sites until a reader follows a link.
"""

import json
import os
import re
from hashlib import sha256
from pathlib import Path

import nbformat
from docutils import nodes
from sphinx.errors import ConfigError
from sphinx.util.osutil import relative_uri

from newpip.forms import GLUE
from newpip_book import project
from newpip_book.authoring import lint_references

HELP = "book/rerun"  # the page, if the book has it, that says how to run a chapter
FOLDER = "notebooks"  # beside the pages; also the branch that book.yml keeps them on, for Colab
CALL = re.compile(r"^(figure|table)\(\s*\"([\w-]+)\"", flags=re.MULTILINE)
GITHUB = re.compile(r"https://github\.com/([\w.-]+)/([\w.-]+?)(?:\.git)?/?")
HOW = """# How to run this notebook

It is a chapter of a book, made to be taken away; the numbers in its text are those of the book.
You need Python 3.11 or newer with Jupyter, or a service such as Colab.
"""
INSTALLED = """\
Run the next cell first: it installs the package `{name}`, which brings the data and all that the chapter needs.
Then run the cells from top to bottom.
"""
IN_THE_BOOK = "Put it into the folder of the book, which holds the data, and run the cells from top to bottom.\n"
BLOCK = re.compile(
    r"^(:::|```)\{(?P<kind>[\w-]+)\} ?(?P<title>[^\n]*)\n(?::[^\n]*\n)*(?P<content>.*?)^\1$",
    flags=re.MULTILINE | re.DOTALL,
)
BLOCKS = {  # how a notebook anywhere shows them
    "admonition": "**{title}**\n\n{content}",
    "hint": "<details><summary>Hint</summary>\n\n{content}\n</details>",
    "slider": "",
    "commissioning-tool": "The tool itself is on this chapter's page of the book.\n",
}
KEPT = {name: form for name, form in BLOCKS.items() if name not in ("admonition", "hint")}  # the rest, MyST shows
ROLES = {
    "claim": lambda text, _: "",
    "glue:text": lambda text, texts: texts.get(text, text),
    "result": lambda text, texts: texts.get(text, text),
    "numref": lambda text, texts: texts.get(text, f"*{text}*"),
    "ref": lambda text, _: f"*{text.split('<')[0].strip().removeprefix('chapter-')}*",
    "term": lambda text, _: text.split("<")[0].strip(),
    "cite:p": lambda text, _: f"({'; '.join(map(_cited, text.split(',')))})",
    "cite:t": lambda text, _: _cited(text),
}


def repository():
    """Read the address of the repository and its branch.

    Returns
    -------
    tuple of str
        Owner, name and branch on GitHub; empty where no address is configured.

    Raises
    ------
    sphinx.errors.ConfigError
        If the address is not one of a repository on GitHub.
    """
    told = project.settings().get("repository") or {}
    url = os.environ.get("NEWPIP_REPOSITORY", told.get("url") or "")
    if not url:
        return ()
    found = GITHUB.fullmatch(url)
    if not found:
        raise ConfigError(f"the repository is {url!r}; an address as https://github.com/owner/name was expected")
    return (*found.groups(), told.get("branch", "main"))


def hub():
    """Read the address of the BinderHub that opens chapters: Jupyter Book's own setting for it.

    Returns
    -------
    str
        Empty where none is configured.
    """
    told = project.settings().get("launch_buttons") or {}
    return (told.get("binderhub_url") or "").rstrip("/")


def links(place, file, binder=""):
    """List where a chapter can be run on other sites.

    Parameters
    ----------
    place : tuple of str
        As :func:`repository` returns it.
    file : str
        The notebook's name, such as ``"01-background.ipynb"``.
    binder : str
        As :func:`hub` returns it.

    Returns
    -------
    dict
        From a site's name to an address; empty where no address is configured.
    """
    if not place:
        return {}
    owner, name, branch = place
    opened = {"Binder": f"{binder}/v2/gh/{owner}/{name}/{branch}?urlpath=lab/tree/work/{file}"} if binder else {}
    return opened | {
        "Colab": f"https://colab.research.google.com/github/{owner}/{name}/blob/{FOLDER}/{file}",
        "Codespaces": f"https://codespaces.new/{owner}/{name}/tree/{branch}",
    }


def offer(app, doctree, docname):
    """End each chapter's page with its notebook and the places that run it."""
    if app.builder.name != "html" or not docname.startswith("chapters/"):
        return
    file = f"{docname.removeprefix('chapters/')}.ipynb"
    here = relative_uri(app.builder.get_target_uri(docname), f"{FOLDER}/{file}")
    line = nodes.paragraph("", "Run this chapter yourself: ", classes=["np-launch"])
    line += nodes.reference("", "download the notebook", refuri=here, internal=True)
    for place, (site, address) in enumerate(links(app.config.newpip_repository, file, app.config.newpip_hub).items()):
        line += nodes.Text(", open it in " if place == 0 else ", ")
        line += nodes.reference("", site, refuri=address, internal=False)
    if HELP in app.env.found_docs:
        line += nodes.Text(", or see ")
        line += nodes.reference("", "how", refuri=app.builder.get_relative_uri(docname, HELP), internal=True)
    line += nodes.Text(".")
    next(doctree.findall(nodes.section)).append(line)


def publish(app, error):
    """Put a copy of each chapter that can be taken away beside the pages, where it is not there already."""
    if error is not None or app.builder.name != "html":
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    noted = Path(app.doctreedir) / "notebooks.json"  # what the copies that are there were made of
    known, marks = json.loads(noted.read_text()) if noted.exists() else {}, {}
    ours = app.config.newpip_repository, app.newpip_texts
    rest = repr([*ours, _bibliography(), app.extensions["newpip_book"].metadata])
    for path in sorted((Path(app.srcdir) / "chapters").glob("*.ipynb")):
        text = path.read_text("utf-8")
        marks[path.name] = sha256((text + rest).encode()).hexdigest()
        if marks[path.name] != known.get(path.name) or not (target / path.name).exists():
            nbformat.write(takeaway(nbformat.v4.reads(text), *ours), target / path.name)
    noted.write_text(json.dumps(marks))


def takeaway(notebook, place, texts):
    """Make of a chapter a notebook for anywhere: how to run it first, no outputs, no roles that only the book knows.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter; it is changed.
    place : tuple of str
        As :func:`repository` returns it.
    texts : dict of str to str
        The named results as prose shows them.

    Returns
    -------
    nbformat.NotebookNode
    """
    plain(notebook, texts)
    if place:
        owner, name, branch = place
        install = f'%pip install --quiet "{project.name()} @ git+https://github.com/{owner}/{name}@{branch}"'
    else:
        install = "# From the folder of the book's repository:\n# %pip install --quiet ."
    if project.packaged():
        how, first = HOW + INSTALLED.format(name=project.name()), [nbformat.v4.new_code_cell(install, id="install")]
    else:
        how, first = HOW + IN_THE_BOOK, []
    notebook.cells[:0] = [nbformat.v4.new_markdown_cell(how, id="how-to-run"), *first]
    return notebook


def plain(notebook, texts, blocks=BLOCKS):
    """Drop outputs, fold what the book folds, and turn what only the book knows into Markdown for other programs.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter; it is changed.
    texts : dict of str to str
        The named results as prose shows them.
    blocks : dict of str to str, optional
        From the name of a block to what stands in its place, with its ``{title}`` and ``{content}``; a block not
        named stays.
    """
    named = {**texts, **_published(notebook)}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if set(cell.metadata.get("tags", [])) & {"hide-cell", "hide-input"}:
                cell.metadata["jupyter"] = {"source_hidden": True}
        else:
            cell.source = _plain(cell.source, named, blocks)


def stored(notebook):
    """Read the named results from a chapter's stored outputs.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter.

    Returns
    -------
    dict of str to str
        As prose shows them.
    """
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", []) if "data" in output]
    return {
        output.metadata.scrapbook.name: output.data[f"{GLUE}text/plain"]
        for output in outputs
        if f"{GLUE}text/plain" in output.data
    }


def _published(notebook):
    """Say of each figure and table which of the two it is, before its name: a notebook has no numbers for them."""
    calls = [found for cell in notebook.cells if cell.cell_type == "code" for found in CALL.findall(cell.source)]
    return {key: f"{kind.capitalize()} *{key}*" for kind, key in calls}


def _plain(source, texts, blocks=BLOCKS):
    """Turn MyST's own into Markdown."""
    source = re.sub(r"^\([\w-]+\)=\n", "", source, flags=re.MULTILINE)
    source = BLOCK.sub(lambda found: _block(found, blocks), source)
    return re.sub(r" ?\{([\w:]+)\}`([^`]*)`", lambda found: _role(found, texts), source)


def _block(found, blocks):
    return blocks[found["kind"]].format(**found.groupdict()) if found["kind"] in blocks else found[0]


def _role(found, texts):
    text = ROLES[found[1]](found[2], texts)
    return f"{' ' if found[0].startswith(' ') and text else ''}{text}"


def _cited(key):
    """Name a work by its authors and year, as a reader without the bibliography can look it up."""
    work = lint_references.works(_bibliography()).get(key.strip())
    if work is None:
        return key.strip()
    names = [" ".join([*one.prelast_names, *one.last_names]).strip("{}") for one in work.persons.get("author", [])]
    first = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{first.replace(' and others', ' et al.')} {work.fields.get('year', '')}".strip()


def _bibliography():
    """Read the bibliography; a book may have none."""
    path = lint_references.BIBLIOGRAPHY
    return path.read_text("utf-8") if path.is_file() else ""


def setup(app):
    """Connect the notebooks and the links to Sphinx; a changed address is written into every page."""
    app.add_config_value("newpip_repository", repository(), "html", types=[tuple])
    app.add_config_value("newpip_hub", hub(), "html", types=[str])
    app.connect("doctree-resolved", offer)
    app.connect("build-finished", publish)
