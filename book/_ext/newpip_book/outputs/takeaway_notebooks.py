"""Each chapter as a notebook to take away: no outputs, and no markup that only the book knows."""

import base64
import mimetypes
import re
import textwrap
from functools import cache
from pathlib import Path
from urllib.parse import quote, unquote

import nbformat

from newpip import data
from newpip.files import write_atomic, zip_bytes
from newpip.forms import GLUE
from newpip_book import project
from newpip_book.authoring import lint_bibliography, markup, notebooks, syntax
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
NUMBERED = re.compile(r"^(?P<lead>[ \t]*)\$\$(?P<formula>.*?)\$\$[ \t]*\((?P<name>[^()\s]+)\)[ \t]*$", re.M | re.S)
FOOTNOTE = re.compile(r"\[\^(?P<name>[^\]\s]+)\](?P<text>:(?= ))?")
MEANING = re.compile(r"^(?P<term>\S.*)\n+: +(?P<text>.*)$", re.MULTILINE)
CODE_OR_ROLE = re.compile(
    r"(?P<code>(?<!`)(?P<ticks>`+)(?!`).+?(?<!`)(?P=ticks)(?!`))|(?P<space> ?)\{(?P<name>[\w:+.-]+)\}`(?P<text>[^`]+)`",
    re.DOTALL,
)
CITED = re.compile(r"(?:\{([^{}]*)\})?\s*([^{}\s]*)\s*(?:\{([^{}]*)\})?")
ATTRIBUTES = re.compile(r"(?<=[)`*])\{[.#\w][^{}]*\}(?!`)")
ROLES = {
    "claim": lambda text, _: "",
    "glue:text": lambda text, texts: texts.get(text, text),
    "result": lambda text, texts: texts.get(text, text),
    "numref": lambda text, texts: texts.get(text, f"*{text}*"),
    "ref": lambda text, _: f"*{text.split('<')[0].strip().removeprefix('chapter-')}*",
    "doc": lambda text, _: f"*{text.split('<')[0].strip().rpartition('/')[2]}*",
    "eq": lambda text, texts: texts.get(f"({text})", f"({text})"),
    "term": lambda text, _: text.split("<")[0].strip(),
    "cite:p": lambda text, _: f"({'; '.join(map(_cited, text.split(',')))})",
    "cite:t": lambda text, _: "; ".join(map(_cited, text.split(","))),
    "cite:author": lambda text, _: "; ".join(_cited(one, ("author",)) for one in text.split(",")),
    "cite:year": lambda text, _: "; ".join(_cited(one, ("year",)) for one in text.split(",")),
    "math": lambda text, _: f"${text}$",
    "abbr": lambda text, _: text.strip(),
    "kbd": lambda text, _: f"<kbd>{text}</kbd>",
    "dfn": lambda text, _: f"*{text}*",
    "sub": lambda text, _: f"<sub>{text}</sub>",
    "sup": lambda text, _: f"<sup>{text}</sup>",
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


def to_plain_markdown(notebook, texts, lab=False):
    """Drop outputs, fold what the book folds, and turn what only the book knows into Markdown for other programs.

    Pictures of files become attachments of their cells.

    Parameters
    ----------
    notebook : nbformat.NotebookNode
        The chapter; it is changed.
    texts : dict of str to str
        The named results as prose shows them.
    lab : bool, optional
        Whether it is for JupyterLab, which shows some of MyST's blocks as they are.
    """
    named = {**texts, **_published(notebook), **_equations(notebook)}
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            tags = set(cell.metadata.get("tags", []))
            if tags & {"hide-cell", "hide-input"}:
                cell.metadata["jupyter"] = {"source_hidden": True}
            if "hide-cell" in tags:  # what it gives is folded too, also after all cells have run
                cell.metadata["jupyter"]["outputs_hidden"] = True
        else:
            cell.source = plain(cell.source, named, lab)
            _attach_pictures(cell)


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


def _equations(notebook):
    """Give the labelled equations of a notebook their numbers, as prose and formulas name them."""
    labelled = [
        name
        for cell in notebook.cells
        if cell.cell_type == "markdown"
        for _, kind, name in markup.labels(cell.source)
        if kind == "equation"
    ]
    return {f"({name})": f"({number})" for number, name in enumerate(labelled, 1)}


def plain(source, texts, lab=False):
    """Turn MyST's own into Markdown for any notebook.

    Parameters
    ----------
    source : str
        A cell of Markdown.
    texts : dict of str to str
        From the name of a result, figure or table to what stands for it, and from an equation's in brackets.
    lab : bool, optional
        Whether it is for JupyterLab, which shows some of MyST's blocks as they are.

    Returns
    -------
    str
    """
    lines = source.split("\n")
    for token in reversed(markup.tokens(source)):
        if token.type in ("myst_target", "myst_line_comment"):
            lines[slice(*token.map)] = []
        elif token.type in ("fence", "colon_fence"):
            block = markup.block_of(token, source.split("\n"))
            if block and block.name in syntax.DIRECTIVES:
                lead = re.match(r"[ \t>]*", lines[token.map[0]])[0]
                shown = _block(block, lines[slice(*token.map)], texts, lab).rstrip("\n")
                made = [f"{lead}{line}".rstrip() for line in shown.split("\n")] if shown else []
                beside = "".join(lines[token.map[1] : token.map[1] + 1]).strip(" \t>")
                lines[slice(*token.map)] = [*made, lead.rstrip()] if made and beside else made
    return _outside_code("\n".join(lines), lambda text: _plain_text(text, texts)).strip("\n")


def _outside_code(text, change):
    """Change the parts of Markdown that are no block of code."""
    lines, done, at = text.split("\n"), [], 0
    blocks = [one.map for one in markup.tokens(text) if one.type in ("fence", "code_block") and one.map]
    for start, end in [*blocks, [len(lines), len(lines)]]:
        if start > at:
            done.append(change("\n".join(lines[at:start])))
        done += lines[start:end]
        at = end
    return "\n".join(done)


def _plain_text(text, texts):
    """Turn roles, numbered formulas, footnotes, definitions and attributes into what any notebook shows."""
    text = NUMBERED.sub(lambda found: _numbered(found["formula"], found["name"], texts, found["lead"]), text)
    text = MEANING.sub(lambda found: f"**{found['term']}**: {found['text']}", text)
    text = ATTRIBUTES.sub("", text)
    text = CODE_OR_ROLE.sub(lambda found: found[0] if found["code"] else _role(found, texts), text)
    return FOOTNOTE.sub(lambda found: f"<sup>{found['name']}</sup>", text)


def _numbered(formula, name, texts, lead=""):
    number = texts.get(f"({name})", "").strip("()")
    tag = f" \\tag{{{number}}}" if number else ""
    return f"{lead}$${formula.rstrip()}{tag}\n{lead}$$"


def _role(found, texts):
    form = ROLES.get(found["name"])
    text = form(found["text"], texts) if form else found["text"]
    return f"{found['space'] if text else ''}{text}"


def _block(block, written, texts, lab):
    """Return what stands for a directive, what is in it turned into Markdown as well."""
    known, options = syntax.DIRECTIVES[block.name], {name: value for name, value, _ in block.options}
    if lab and known.lab:
        return "\n".join([*written[: -1 - block.content.count("\n")], plain(block.content, texts, lab), written[-1]])
    content = plain(block.content, texts, lab) if known.holds == "words" else block.content.rstrip("\n")
    if known.plain.startswith("@"):
        return FORMS[known.plain](block, content, options, texts)
    return known.plain.format(title=block.title, content=content)


def _admonition(block, content, options, texts):
    folded = "dropdown" in options.get("class", "").split()
    return (syntax.FOLDED if folded else syntax.TITLED).format(title=plain(block.title, texts), content=content)


def _picture(block, content, options, texts):
    picture = f"![{options.get('alt', '')}]({block.title})"
    return f"{picture}\n\n*{content.strip()}*" if content.strip() else picture


def _rows(block, content, options, texts):
    """Write a list of lists as a table of Markdown."""
    rows = [
        [" ".join(cell.split()) for cell in re.split(r"^(?:\* |  )- ?", row, flags=re.MULTILINE)[1:]]
        for row in re.split(r"^(?=\* - )", content, flags=re.MULTILINE)
        if row.strip()
    ]
    head, body = (rows[0], rows[1:]) if options.get("header-rows") else ([""] * len(rows[0]), rows)
    lines = [head, ["---"] * len(head), *body]
    table = "\n".join(f"| {' | '.join(cells)} |" for cells in lines)
    return f"*{block.title}*\n\n{table}" if block.title else table


def _formula(block, content, options, texts):
    name = options.get("label") or options.get("name")
    formula = f"\n{block.title}{content.strip()}\n"
    return _numbered(formula, name, texts) if name else f"$${formula}$$"


FORMS = {"@admonition": _admonition, "@picture": _picture, "@rows": _rows, "@formula": _formula}


def _attach_pictures(cell):
    """Take the files of pictures into a cell, as notebooks carry them."""
    for source in sorted({found[1] for found in re.finditer(r"!\[[^\]]*\]\(([^)\s:]+)\)", cell.source)}):
        path = notebooks.ROOT / "chapters" / unquote(source)
        kind = mimetypes.guess_type(path.name)[0]
        if kind and path.is_file():
            cell.setdefault("attachments", {})[path.name] = {kind: base64.b64encode(path.read_bytes()).decode()}
            cell.source = cell.source.replace(f"]({source})", f"](attachment:{path.name})")


def _cited(key, parts=("author", "year")):
    """Name a work by its authors and year, as a reader without the bibliography can look it up."""
    before, key, after = CITED.fullmatch(key.strip()).groups()
    work = lint_bibliography.parse(notebooks.load_text(lint_bibliography.BIBLIOGRAPHY)[0]).get(key)
    if work is None:
        return key
    names = [" ".join([*one.prelast_names, *one.last_names]) for one in work.persons.get("author", [])]
    names = [lint_bibliography.plain_text(one) for one in names]
    first = " and ".join(names) if len(names) < 3 else f"{names[0]} et al."
    said = {"author": first.replace(" and others", " et al."), "year": work.fields.get("year", "")}
    words = " ".join(said[part] for part in parts).strip()
    return f"{f'{before} ' if before else ''}{words}{f', {after}' if after else ''}"


def setup(app):
    """Connect."""
    app.connect("build-finished", write_notebooks)
