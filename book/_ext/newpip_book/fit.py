"""Whether the parts of the book fit together: settings, contents, chapters, pages, keys, citations, stored outputs."""

import ast
import json
import re
import zlib
from functools import lru_cache
from pathlib import Path

import yaml

from newpip import data
from newpip_book import depends, sources
from newpip_book.depends import ROOT

BIBLIOGRAPHY = ROOT / "book" / "references.bib"
KNOWN = ROOT / "_build" / "known.json"  # the settings, roles and directives that the last build knew
KINDS = {
    **{"object": dict, "array": list, "string": str, "boolean": bool},
    **{"number": (int, float), "integer": int, "null": type(None)},
}
CONTENTS = {"format", "root", "defaults", "meta", "parts", "chapters", "sections", "subtrees", "entries"}
CONTENTS |= {"file", "glob", "url", "title", "options"}
FREE = {"defaults", "meta", "options"}
KEYED = {"number", "claim", "interval", "figure", "table"}
LABEL = re.compile(r"^[ \t]*\((?P<label>[\w-]+)\)=[ \t]*$|^[ \t]*:(?:name|label):[ \t]*(?P<named>[\w-]+)", re.MULTILINE)
DIRECTIVE = re.compile(r"^[ \t]*(?:`{3,}|~{3,}|:{3,})\{(?P<name>[\w:+.-]+)\}", re.MULTILINE)


class _Once(yaml.SafeLoader):
    """A reader of YAML that does not let a key stand twice, the second silently winning."""

    def construct_mapping(self, node, deep=False):
        keys = set()
        for key, _ in node.value:
            if key.value in keys:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            keys.add(key.value if isinstance(key.value, str) else id(key))
        return super().construct_mapping(node, deep)


def problems():
    """List everything in which the parts of the book do not fit together.

    Returns
    -------
    list of str
        One line a problem, as ``file:row:column: what is wrong, what was expected``; in chapters ``cell N:line M``.
    """
    unread = unreadable()
    found = [*settings(), *contents(), *unread, *bibliography()]
    return found + ([] if unread else [*keys(), *references(), *unknown()])


def unreadable():
    """List what keeps chapters and pages from being read.

    Returns
    -------
    list of str
    """
    chapters = [one for path in sources.chapters() for one in sources.notebook(path)[1]]
    return chapters + [one for path in sources.pages() for one in sources.text(path)[1]]


def settings():
    """List what is wrong in _config.yml, keys that would be ignored in silence among them.

    Returns
    -------
    list of str
    """
    content, wrong = _yaml("_config.yml")
    if wrong:
        return wrong
    book = _package("jupyter_book")
    form = json.loads((book / "config_schema.json").read_text(encoding="utf-8"))
    usual = yaml.safe_load((book / "default_config.yml").read_text(encoding="utf-8"))
    lines = _lines("_config.yml")
    found = [f"_config.yml:{_at(lines, path)}: {wrong} was expected" for path, wrong in _misfits(content, form)]
    for path in _strangers(content, usual, form):
        found.append(
            f"_config.yml:{_at(lines, path)}: Jupyter Book has no setting {path[-1]!r}; one that it knows was expected"
        )
    own = (content.get("sphinx") or {}).get("config") or {}
    for name in own if isinstance(own, dict) else ():
        if known() and name not in known()["settings"]:
            where = _at(lines, ["sphinx", "config", name])
            found.append(f"_config.yml:{where}: Sphinx has no setting {name!r}; one that it knows was expected")
    for name in content.get("bibtex_bibfiles") or []:
        if not (ROOT / name).is_file():
            found.append(
                f"_config.yml:{_at(lines, ['bibtex_bibfiles'])}: there is no file {name}; a bibliography was expected"
            )
    return found


def _strangers(content, usual, form, path=()):
    """Yield the keys that neither Jupyter Book's defaults nor its schema know."""
    fields = form.get("properties", {})
    for name, value in content.items():
        if name not in usual and name not in fields:
            yield [*path, name]
        elif isinstance(value, dict) and isinstance(usual.get(name), dict):
            yield from _strangers(value, usual[name], fields.get(name, {}), (*path, name))


def _misfits(value, form, path=()):
    """Yield where a value is not of the type, or not one of the words, that Jupyter Book's schema asks for.

    What that schema uses beyond types and words, jupyter-book itself checks when it builds.
    """
    kinds = form.get("type", [])
    kinds = [kinds] if isinstance(kinds, str) else kinds
    if kinds and not any(isinstance(value, KINDS[kind]) for kind in kinds):
        yield path, f"{value!r} was found, {' or '.join(kinds)}"
    elif "enum" in form and value not in form["enum"]:
        yield path, f"{value!r} was found, one of {', '.join(map(str, form['enum']))}"
    elif isinstance(value, dict):
        for name, one in value.items():
            yield from _misfits(one, form.get("properties", {}).get(name, {}), (*path, name))


def contents():
    """List where _toc.yml and the files of the book differ.

    Returns
    -------
    list of str
    """
    content, wrong = _yaml("_toc.yml")
    if wrong:
        return wrong
    from sphinx_external_toc.parsing import TOCTREE_OPTIONS, MalformedError, parse_toc_data

    lines, files = _lines("_toc.yml"), _files(content)
    found = [
        f"_toc.yml:{_at(lines, [key])}: contents have no {key!r}; one of {', '.join(sorted(CONTENTS))} was expected"
        for key in _names(content)
        if key not in CONTENTS.union(TOCTREE_OPTIONS)
    ]
    found += [
        f"_toc.yml:{_find(lines, name)}: {name} is listed twice; once was expected"
        for name in sorted({str(name) for name in files if files.count(name) > 1})
    ]
    if found:
        return found
    try:
        listed = list(parse_toc_data(content))
    except (MalformedError, TypeError, ValueError, AttributeError, KeyError) as error:
        return [f"_toc.yml:1:1: {str(error).strip() or 'no contents'}; a table of contents as jb-book was expected"]
    present = {sources.name(path).rsplit(".", 1)[0] for path in [*sources.chapters(), *sources.pages()]}
    found = [
        f"_toc.yml:{_find(lines, name)}: there is no {name}.ipynb or {name}.md; a chapter or page was expected"
        for name in listed
        if name.removesuffix(".md").removesuffix(".ipynb") not in present
    ]
    listed = {name.removesuffix(".md").removesuffix(".ipynb") for name in listed}
    for path in [*sources.chapters(), *sources.pages()]:
        if sources.name(path).rsplit(".", 1)[0] not in listed:
            found.append(f"{sources.name(path)}: _toc.yml does not list it; every chapter and page was expected there")
    return found


def _files(content):
    """List every file that the contents name, however deep."""
    if isinstance(content, dict):
        return [
            one for key, value in content.items() for one in ([value] if key in ("file", "root") else _files(value))
        ]
    return [one for part in content for one in _files(part)] if isinstance(content, list) else []


def _names(content):
    """List every key of the contents, however deep; the options of Sphinx's own are not looked into."""
    if isinstance(content, dict):
        return [one for key, value in content.items() for one in [key, *(_names(value) if key not in FREE else [])]]
    return [one for part in content for one in _names(part)] if isinstance(content, list) else []


def bibliography():
    """List what is wrong in references.bib, and where it and sources.csv say different things.

    Returns
    -------
    list of str
    """
    from pybtex.database import BibliographyDataError
    from pybtex.scanner import PybtexSyntaxError

    raw, wrong = sources.text(BIBLIOGRAPHY)
    if wrong:
        return list(wrong)
    place = sources.name(BIBLIOGRAPHY)
    try:
        entries = works(raw)
    except PybtexSyntaxError as error:
        return [f"{place}:{error.lineno}:1: {error}; an entry of BibTeX was expected"]
    except BibliographyDataError as error:
        return [f"{place}:1:1: {error}; an entry of BibTeX was expected"]
    lines = {found[1]: raw.count("\n", 0, found.start()) + 1 for found in re.finditer(r"@\w+\s*\{\s*([^,\s]+)", raw)}
    listed = _sources()
    keys = lines.keys() if listed is None else listed.keys()
    found = [
        f"{where}: no entry of {place} is named {key!r}; one of its keys was expected"
        for _, where, name, content in sources.roles()
        if name.startswith("cite")
        for key in content.split(",")
        if key.strip() not in entries
    ]
    found += [
        f"data/sources.csv: {place} has no entry {key!r}; one was expected" for key in sorted(keys - entries.keys())
    ]
    for key, entry in entries.items():
        where = f"{place}:{lines.get(key, 1)}:{key}"
        if listed is not None and key not in listed:
            found.append(f"{where}: data/sources.csv has no such source; one was expected")
        elif listed is not None:
            found += [f"{where}: {wrong}" for wrong in _differs(entry.fields, listed[key])]
    return found


@lru_cache
def works(raw):
    """Parse a bibliography.

    Parameters
    ----------
    raw : str
        As BibTeX.

    Returns
    -------
    pybtex.utils.OrderedCaseInsensitiveDict
        From key to entry.
    """
    from pybtex.database import parse_string

    return parse_string(raw, "bibtex").entries


def _sources():
    """Read the book's own table of sources; None when it cannot be read, or other data are to be built with."""
    if data.folder() != ROOT / "data":
        return None
    try:
        described = data.resource("sources")
        from newpip.schema import Table

        table = Table("", described, data.folder() / described["path"])
    except data.DataError:
        return None
    if not table.sound:
        return None
    return {row[0]: dict(zip(table.names, row, strict=True)) for row in table.rows}


def _differs(fields, row):
    """Yield in what an entry of the bibliography differs from its row in the table of sources."""
    year = fields.get("year", "").strip("{}")
    pairs = {
        "title": (_letters(fields.get("title", "")), _letters(row["title"])),
        "doi": (fields.get("doi", ""), row["doi"]),
        "year": (year if year.isdigit() else "", row["year"]),
    }
    for name, (here, there) in pairs.items():
        if here != there:
            said = f"the {name} is {fields.get(name, '')!r}, but {row[name]!r} in data/sources.csv"
            yield f"{said}; the same was expected"


def _letters(title):
    """Compare titles by their letters and digits alone: braces and dashes are BibTeX's own."""
    return re.sub(r"[^a-z0-9]", "", re.sub(r"\\\W|[{}]", "", title).lower())


def keys():
    """List keys that prose cites and no chapter names, claims without a sentence, and sentences without a claim.

    Returns
    -------
    list of str
    """
    named, found, open_names = {}, [], {}
    for path in sources.chapters():
        open_names[path] = [] if is_fresh(path) else _patterns(path)
        for key, place in _named(path, sources.stamp(path)).items():
            if key in named and not key.startswith("claim."):
                found.append(f"{place}: {key!r} is named in {named[key][1]} too; a name of its own was expected")
            named.setdefault(key, (path, place))
    told = {f"claim.{content}" for _, _, name, content in sources.roles() if name == "claim"}
    for path, place, name, content in sources.roles():
        if name not in ("claim", "result") and not name.startswith("glue"):
            continue
        key = f"claim.{content}" if name == "claim" else content.split(":")[0]
        own = [path] if name.startswith("glue") else open_names
        if any(re.fullmatch(form, key) for one in own for form in open_names[one]):
            continue  # a name that code puts together, and that no stored output confirms yet
        if name == "claim" and key not in named:
            found.append(f"{place}: no cell checks the claim {content!r}; a claim() of a chapter was expected")
        elif name == "result" and content not in named:
            found.append(f"{place}: no chapter names the number {content!r}; a number() of a chapter was expected")
        elif name.startswith("glue") and (key not in named or named[key][0] != path):
            found.append(f"{place}: no cell of this chapter names {key!r}; a number() of it was expected")
    for key in sorted(named.keys() - told):
        if key.startswith("claim."):
            name = key.removeprefix("claim.")
            found.append(f"{named[key][1]}: no sentence ends with {{claim}}`{name}`; one was expected")
    return found


@lru_cache
def _named(path, stamped):
    """Map what a chapter names, in its code or its stored outputs, to the cell that does."""
    found = {}
    for number, cell in enumerate(sources.notebook(path)[0].cells, 1):
        place = f"{sources.name(path)}:cell {number}"
        if cell.cell_type == "code":
            for key in [*_glued(cell), *_called(cell.source)]:
                found.setdefault(key, place)
    return found


def _glued(cell):
    """Yield the names in a cell's stored outputs."""
    for output in cell.outputs:
        name = (output.get("metadata") or {}).get("scrapbook", {}).get("name")
        if name:
            yield name


def _called(source):
    """Yield the names that a cell's code gives in full."""
    for call in _calls(source):
        key, kind = call.args[0].value, call.func.id
        if kind == "interval":
            yield from (f"{key}.{part}" for part in ("estimate", "low", "high"))
        elif kind in ("number", "claim"):
            yield f"claim.{key}" if kind == "claim" else key


def _calls(source):
    """List the calls by which code hands something to the reader under a name given in full."""
    named = [call for call in depends.calls(source) if call.args and getattr(call.func, "id", "") in KEYED]
    return [call for call in named if isinstance(call.args[0], ast.Constant) and isinstance(call.args[0].value, str)]


def references():
    """List references to labels, figures and tables that are nowhere.

    Returns
    -------
    list of str
    """
    labels = {f"table-{name}" for name in _tables()}
    for _, _, words in sources.prose():
        labels |= {found["label"] or found["named"] for found in LABEL.finditer(words)}
    for path in sources.chapters():
        for cell in sources.notebook(path)[0].cells:
            if cell.cell_type == "code":
                labels |= {call.args[0].value for call in _calls(cell.source) if call.func.id in ("figure", "table")}
                labels |= {form["key"] for form in _published(cell) if "key" in form}
    known, found = {one.lower() for one in labels}, []
    for _, place, name, content in sources.roles():
        target = re.sub(r"^.*<(.*)>$", r"\1", content)
        if name in ("ref", "numref") and target.lower() not in known:
            found.append(f"{place}: nothing is labelled {target!r}; a label, figure or table of the book was expected")
    return found


def _published(cell):
    """Yield what a cell's stored outputs publish as figures and tables."""
    for output in cell.outputs:
        form = (output.get("data") or {}).get("application/vnd.newpip+json")
        if isinstance(form, dict):
            yield form


def _tables():
    """Name the tables, or none when their description cannot be read."""
    try:
        return [one["name"] for one in data.package()["resources"]]
    except data.DataError:
        return []


def unknown():
    """List roles and directives that the last build did not know; none before the first build.

    Returns
    -------
    list of str
    """
    if not known():
        return []
    found = [
        f"{place}: there is no role {name!r}; one that the book knows was expected"
        for _, place, name, _ in sources.roles()
        if name not in known()["roles"]
    ]
    for path, place, words in sources.prose():
        for one in DIRECTIVE.finditer(words):
            if one["name"] not in known()["directives"]:
                line = words.count("\n", 0, one.start()) + 1
                where = f"{place}:line {line}" if path.suffix == ".ipynb" else f"{place}:{line}:1"
                found.append(f"{where}: there is no directive {one['name']!r}; one that the book knows was expected")
    return found


def known():
    """Read the settings, roles and directives that the last build knew.

    Returns
    -------
    dict
        Empty before the first build with this lock and this extension.
    """
    return _known(sources.stamp(KNOWN))


@lru_cache
def _known(stamped):
    try:
        content = json.loads(KNOWN.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if content.get("mark") == mark() else {}


@lru_cache
def mark():
    """Return a number for the lock and the extension's code.

    Returns
    -------
    int
    """
    code = [path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py"))]
    return zlib.crc32(b"".join([*code, (ROOT / "requirements.txt").read_bytes()]))


def is_fresh(path):
    """Tell whether a chapter's stored outputs are of the code, data and modules that are here now.

    Parameters
    ----------
    path : pathlib.Path

    Returns
    -------
    bool
    """
    return not _moved(path)


def _moved(path):
    """Name what changed since a chapter's outputs were stored."""
    notebook = sources.notebook(path)[0]
    stored = notebook.metadata.get("newpip", {}).get("depends_on", {})
    try:
        return depends.changed(stored, depends.stored_manifest(notebook)) if stored else ["not stored by make refresh"]
    except (data.DataError, OSError):
        return []  # what cannot be read is named by the check of the data


def _patterns(path):
    """List the forms of the names that a chapter's code puts together."""
    found = []
    for cell in sources.notebook(path)[0].cells:
        for call in depends.calls(cell.source) if cell.cell_type == "code" else ():
            kind = getattr(call.func, "id", "")
            if kind in ("number", "claim", "interval") and call.args and isinstance(call.args[0], ast.JoinedStr):
                parts = [re.escape(one.value) if isinstance(one, ast.Constant) else ".+" for one in call.args[0].values]
                first, last = ("claim[.]" * (kind == "claim"), r"[.](estimate|low|high)" * (kind == "interval"))
                found.append(first + "".join(parts) + last)
    return found


def stale():
    """List the chapters whose stored outputs are of other code, data or modules than are here now.

    Returns
    -------
    list of str
    """
    if data.folder() != ROOT / "data":
        return []
    return [
        f"{sources.name(path)}: stale outputs ({', '.join(_moved(path))}); those of make refresh were expected"
        for path in sources.chapters()
        if not sources.notebook(path)[1] and _moved(path)
    ]


def _package(name):
    """Return the folder of an installed package, without importing it."""
    from importlib.util import find_spec

    return Path(find_spec(name).origin).parent


def _yaml(file):
    """Read a file of YAML that has to hold names and values."""
    raw, wrong = sources.text(ROOT / file)
    if wrong:
        return {}, list(wrong)
    try:
        content = yaml.load(raw, _Once)  # noqa: S506, a safe loader
    except yaml.MarkedYAMLError as error:
        spot = error.problem_mark or error.context_mark
        return {}, [f"{file}:{spot.line + 1}:{spot.column + 1}: {error.problem}; YAML was expected"]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {}, [f"{file}:1:1: {' '.join(str(error).split())}; YAML was expected"]
    if not isinstance(content, dict):
        return {}, [f"{file}:1:1: no names and values were found; YAML such as 'title: NEWPIP' was expected"]
    return content, []


def _lines(file):
    return sources.text(ROOT / file)[0].splitlines()


def _at(lines, path):
    """Find where a setting stands: the row and column of its own name, after those that it stands under."""
    row = 0
    for name in path:
        if isinstance(name, str):
            spot = next(
                (n for n in range(row, len(lines)) if re.match(rf"[\s-]*['\"]?{re.escape(name)}['\"]?\s*:", lines[n])),
                row,
            )
            row = spot
    column = len(lines[row]) - len(lines[row].lstrip()) + 1 if lines else 1
    return f"{row + 1}:{column}"


def _find(lines, words):
    """Find the row and column of some words."""
    rows = [number for number, line in enumerate(lines, 1) if re.search(rf"{re.escape(words)}(\.\w+)?\s*$", line)]
    return f"{rows[-1]}:{lines[rows[-1] - 1].index(words) + 1}" if rows else "1:1"
