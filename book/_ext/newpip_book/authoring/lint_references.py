"""Check what pages refer to: sources, keys of results and claims, labels, equations and pages."""

import ast
import re
from functools import lru_cache

from newpip import data
from newpip_book.authoring import code_reading, labels, markup, notebooks, prose, published
from newpip_book.authoring.stale import is_fresh
from newpip_book.project import ROOT

KEYED = {"number", "numbers", "claim", "interval", "figure", "table"}
ENDS = {"interval": r"[.](estimate|low|high)", "numbers": "[.].+"}  # what completes a name that is given
SHOWN = re.compile(r"^[ \t]*(?:`{3,}|:{3,})\{(?:key-figure\}|sketch\} \S+)[ \t]+(\S+)", re.MULTILINE)


def problems():
    """List keys and labels that lead nowhere, in chapters and pages that can all be read.

    Returns
    -------
    list of str
    """
    return [*check_keys(), *check_labels()]


def check_keys():
    """List keys that prose cites and no chapter names, claims without a sentence, and sentences without a claim.

    Returns
    -------
    list of str
    """
    named, found, open_names = {}, [], {}
    for path in notebooks.chapters():
        open_names[path] = [] if is_fresh(path) else _key_patterns(path)
        for key, place in _named(path, notebooks.file_signature(path)).items():
            if key in named and not key.startswith("claim."):
                found.append(f"{place}: {key!r} is named in {named[key][1]} too; a name of its own was expected")
            named.setdefault(key, (path, place))
    moved = labels.renamed()[0]
    told = {f"claim.{content}" for _, _, name, content in notebooks.roles() if name == "claim"}
    held = {f"claim.{key}": place for key, place in _held().items()}
    for key in held.keys() - named.keys():
        wrong = f"no cell checks the claim {key.removeprefix('claim.')!r}, on which a title rests"
        found.append(f"{held[key]}: {wrong}; a claim() of a chapter was expected")
    for path, place, name, content in notebooks.roles():
        if name not in ("claim", "result") and not name.startswith("glue"):
            continue
        key = f"claim.{content}" if name == "claim" else content.split(":")[0]
        own = [path] if name.startswith("glue") else open_names
        if any(re.fullmatch(form, key) for one in own for form in open_names[one]):
            continue  # a name that code puts together, and that no stored output confirms yet
        if name != "claim" and key in moved and key not in named:
            found.append(f"{place}: the number {key!r} was renamed; {moved[key]!r} was expected")
        elif name == "claim" and key not in named:
            found.append(f"{place}: no cell checks the claim {content!r}; a claim() of a chapter was expected")
        elif name == "result" and content not in named:
            found.append(f"{place}: no chapter names the number {content!r}; a number() of a chapter was expected")
        elif name.startswith("glue") and (key not in named or named[key][0] != path):
            found.append(f"{place}: no cell of this chapter names {key!r}; a number() of it was expected")
    for key in sorted(named.keys() - told - held.keys()):
        if key.startswith("claim."):
            name = key.removeprefix("claim.")
            found.append(f"{named[key][1]}: no sentence ends with {{claim}}`{name}`; one was expected")
    return found


def _held():
    """Map the claims that titles of figures rest on to the cell that publishes one."""
    return {
        one.value.value: f"{notebooks.display_path(path)}:cell {number}"
        for path in notebooks.chapters()
        for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1)
        if cell.cell_type == "code"
        for call in _publishing_calls(cell.source)
        for one in call.keywords
        if one.arg == "holds" and isinstance(one.value, ast.Constant) and call.func.id == "figure"
    }


@lru_cache
def _named(path, stamped):
    """Map what a chapter names, in its code or its stored outputs, to the cell that does."""
    found = {}
    for number, cell in enumerate(notebooks.load_notebook(path)[0].cells, 1):
        place = f"{notebooks.display_path(path)}:cell {number}"
        if cell.cell_type == "code":
            for key in [*_stored_keys(cell), *_called_keys(cell.source)]:
                found.setdefault(key, place)
    return found


def _stored_keys(cell):
    """Yield the names of results and claims in a cell's stored outputs."""
    for one in published.of_cells([cell], ""):
        if one.kind in ("result", "claim"):
            yield f"{published.CLAIM}{one.key}" if one.kind == "claim" else one.key


def _called_keys(source):
    """Yield the names that a cell's code gives in full."""
    for call in _publishing_calls(source):
        key, kind = call.args[0].value, call.func.id
        if kind == "interval":
            yield from (f"{key}.{part}" for part in ("estimate", "low", "high"))
        elif kind in ("number", "claim"):
            yield f"claim.{key}" if kind == "claim" else key


def _publishing_calls(source):
    """List the calls by which code hands something to the reader under a name given in full."""
    named = [call for call in code_reading.calls(source) if call.args and getattr(call.func, "id", "") in KEYED]
    return [call for call in named if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)]


def check_labels():
    """List references to labels, figures, tables, equations and pages that are nowhere, and labels that stand twice.

    Returns
    -------
    list of str
    """
    named = {("place", f"table-{name}"): "" for name in _table_names()}
    found = []
    for _, place, words in notebooks.prose():
        for line, kind, label in markup.labels(words):
            spot = prose.line_place(place, line + 1)
            before = named.setdefault((kind, label.lower()), spot)
            if before != spot:
                found.append(f"{spot}: the label {label!r} stands at {before} too; a label of its own was expected")
    for path in notebooks.chapters():
        for cell in notebooks.load_notebook(path)[0].cells:
            if cell.cell_type == "code":
                calls = (one for one in _publishing_calls(cell.source) if one.func.id in ("figure", "table"))
                shown = [one.args[0].value for one in calls]
                shown += [one.key for one in published.of_cells([cell], "") if one.kind in ("figure", "table")]
                named |= {("place", one.lower()): "" for one in shown}
    for path, place, name, content in notebooks.roles():
        target = re.sub(r"^.*<(.*)>$", r"\1", content, flags=re.DOTALL)
        if name in ("ref", "numref") and ("place", target.lower()) not in named:
            found.append(f"{place}: nothing is labelled {target!r}; a label, figure or table of the book was expected")
        elif name == "eq" and ("equation", target.lower()) not in named:
            found.append(f"{place}: no equation is labelled {target!r}; $$ ... $$ ({target}) was expected")
        elif name == "doc" and not _is_page(path, target):
            found.append(f"{place}: there is no page {target!r}; a page or chapter of the book was expected")
    for _, place, words in notebooks.prose():
        lost = [key for key in SHOWN.findall(words) if ("place", key.lower()) not in named]
        found += [
            f"{place}: no chapter publishes the figure {key!r}; one that a chapter does was expected" for key in lost
        ]
        for line, target in markup.links(words):
            if target.startswith("#") and ("place", target[1:].lower()) not in named:
                spot = prose.line_place(place, line + 1)
                found.append(f"{spot}: nothing is labelled {target[1:]!r}; a label of the book was expected")
    return found


def _is_page(path, target):
    """Tell whether a page is there, named from another or from the root of the book."""
    place = ROOT / target[1:] if target.startswith("/") else path.parent / target
    return any(place.with_name(place.name + ending).is_file() for ending in (".md", ".ipynb"))


def _table_names():
    """Name the tables, by their files where their description, of which others tell, cannot be read."""
    try:
        return [one["name"] for one in data.package()["resources"]]
    except data.DataError:
        return [path.stem for path in data.folder().glob("*.csv")]


def _key_patterns(path):
    """List the forms of the names that a chapter's code puts together."""
    found = []
    for cell in notebooks.load_notebook(path)[0].cells:
        for call in code_reading.calls(cell.source) if cell.cell_type == "code" else ():
            kind = getattr(call.func, "id", "")
            if kind not in KEYED - {"figure", "table"} or not call.args:
                continue
            given = getattr(call.args[0], "values", [call.args[0]])
            if isinstance(call.args[0], ast.JoinedStr) or kind == "numbers":
                parts = [re.escape(one.value) if isinstance(one, ast.Constant) else ".+" for one in given]
                found.append("claim[.]" * (kind == "claim") + "".join(parts) + ENDS.get(kind, ""))
    return found
