"""Each chapter as a notebook to take away: no outputs, and no markup that only the book knows."""

import base64
import re
import textwrap
from functools import cache
from pathlib import Path
from urllib.parse import quote

import nbformat

from newpip import data
from newpip.files import write_atomic, zip_bytes
from newpip.forms import GLUE
from newpip_book import project
from newpip_book.authoring import lint_references, notebooks
from newpip_book.project import LIBRARY

FOLDER = "notebooks"  # beside the pages; also the branch that book.yml keeps them on, for Colab
CALL = re.compile(r"^(figure|table)\(\s*\"([\w-]+)\"", flags=re.MULTILINE)
HOW = """# How to run this notebook

It is a chapter of a book, made to be taken away; the numbers in its text are those of the book.
You need Python 3.11 or newer with Jupyter, or a service such as Colab.
"""
CARRIED = """\
Run the next cell first: it holds the package `{name}` and its data, and installs the libraries that are lacking.
Then run the cells from top to bottom.
"""
UNPACK = """\
# The package {name} and its data, which this notebook carries, put where Python finds them.
import base64, io, sys, tempfile, zipfile
from importlib import metadata

folder = tempfile.mkdtemp(prefix="{name}-")
sys.path.insert(0, folder)
here = {{one.metadata["Name"].lower() for one in metadata.distributions()}}
lacking = [name for name in "{needed}".split() if name not in here]
if lacking:
    %pip install --quiet {{" ".join(lacking)}}

carried = \"\"\"
{carried}
\"\"\"
zipfile.ZipFile(io.BytesIO(base64.b64decode(carried))).extractall(folder)
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
    "key-figure": "{{numref}}`{title}` shows it, further down.\n",
    "commissioning-tool": "The tool itself is on this chapter's page of the book.\n",
}
FOLDED = "<details><summary>{title}</summary>\n\n{content}\n</details>"  # what the book folds
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


def write_notebooks(app, error):
    """Put a copy of each chapter that can be taken away beside the pages."""
    if error is not None:
        return
    target = Path(app.outdir) / FOLDER
    target.mkdir(exist_ok=True)
    for path in notebooks.chapters():
        notebook = nbformat.v4.reads(path.read_text("utf-8"))
        taken = takeaway_notebook(notebook, app.config.newpip_repository, app.newpip_texts)
        write_atomic(target / path.name, nbformat.writes(taken) + "\n")


def takeaway_notebook(notebook, place, texts):
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
    to_plain_markdown(notebook, texts)
    how, first = IN_THE_BOOK, []
    if project.packaged() and place:
        owner, name, branch = place
        install = f'%pip install --quiet "{project.name()} @ git+https://github.com/{owner}/{name}@{branch}"'
        how, first = INSTALLED, [nbformat.v4.new_code_cell(install, id="install")]
    elif project.packaged():
        folded = {"jupyter": {"source_hidden": True}, "cellView": "form"}  # as JupyterLab and Colab fold a cell
        how, first = CARRIED, [nbformat.v4.new_code_cell(_carried(), id="install", metadata=folded)]
    text = HOW + how.format(name=project.name())
    notebook.cells[:0] = [nbformat.v4.new_markdown_cell(text, id="how-to-run"), *first]
    return notebook


@cache
def _carried():
    """Write the code that unpacks the package, with it: where no address is known, a notebook brings it along."""
    folder = LIBRARY.parent
    files = {path.relative_to(folder).as_posix(): path for path in sorted(LIBRARY.rglob("*.py"))}
    tables = ["datapackage.json", *(one["path"] for one in data.package()["resources"])]
    files |= {f"{LIBRARY.name}/_data/{name}": data.folder() / name for name in tables}
    packed = base64.b64encode(zip_bytes({name: path.read_bytes() for name, path in files.items()})).decode()
    needed = " ".join(project.requirements())
    return UNPACK.format(name=project.name(), needed=needed, carried="\n".join(textwrap.wrap(packed, 1000)))


def to_plain_markdown(notebook, texts, blocks=BLOCKS):
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
            tags = set(cell.metadata.get("tags", []))
            if tags & {"hide-cell", "hide-input"}:
                cell.metadata["jupyter"] = {"source_hidden": True}
            if "hide-cell" in tags:  # what it gives is folded too, also after all cells have run
                cell.metadata["jupyter"]["outputs_hidden"] = True
        else:
            cell.source = _plain(cell.source, named, blocks)


def stored_results(notebook):
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
    """Say of each figure and table which of the two it is, before its name, with a link to its section.

    A notebook has no numbers for them; a heading's address is Jupyter's.
    """
    named, section = {}, ""
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            section = (re.findall(r"^#+ (.+)$", cell.source, flags=re.MULTILINE) or [section])[-1]
        for kind, key in CALL.findall(cell.source) if cell.cell_type == "code" else ():
            named[key] = f"[{kind.capitalize()} *{key}*](#{quote(section.replace(' ', '-'))})"
    return named


def _plain(source, texts, blocks=BLOCKS):
    """Turn MyST's own into Markdown."""
    source = re.sub(r"^\([\w-]+\)=\n", "", source, flags=re.MULTILINE)
    source = BLOCK.sub(lambda found: _block(found, blocks), source)
    return re.sub(r" ?\{([\w:]+)\}`([^`]*)`", lambda found: _role(found, texts), source)


def _block(found, blocks):
    if found["kind"] not in blocks:
        return found[0]
    folded = found["kind"] == "admonition" and ":class: dropdown" in found[0]
    return (FOLDED if folded else blocks[found["kind"]]).format(**found.groupdict())


def _role(found, texts):
    text = ROLES[found[1]](found[2], texts)
    return f"{' ' if found[0].startswith(' ') and text else ''}{text}"


def _cited(key):
    """Name a work by its authors and year, as a reader without the bibliography can look it up."""
    work = lint_references.parse_bibliography(notebooks.load_text(lint_references.BIBLIOGRAPHY)[0]).get(key.strip())
    if work is None:
        return key.strip()
    names = [" ".join([*one.prelast_names, *one.last_names]).strip("{}") for one in work.persons.get("author", [])]
    first = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    return f"{first.replace(' and others', ' et al.')} {work.fields.get('year', '')}".strip()


def setup(app):
    """Connect."""
    app.connect("build-finished", write_notebooks)
