"""Check _config.yml and _toc.yml, keys that would be ignored in silence among them."""

import json
import re
from pathlib import Path

import yaml

from newpip_book.authoring import notebooks, toc, vocabulary
from newpip_book.project import ROOT

KINDS = {
    **{"object": dict, "array": list, "string": str, "boolean": bool},
    **{"number": (int, float), "integer": int, "null": type(None)},
}


CONTENTS = {"format", "root", "defaults", "meta", "parts", "chapters", "sections", "subtrees", "entries"}
CONTENTS |= {"file", "glob", "url", "title", "options"}


FREE = {"defaults", "meta", "options"}
CONTACT = r"|[^\s@<>\"':/?&]+@[^\s@<>\"':/?&]+\.[^\s@<>\"':/?&]+|https?://[^\s<>\"'/]+\.[^\s<>\"']+"  # or none


class _UniqueKeyLoader(yaml.SafeLoader):
    """A reader of YAML that does not let a key stand twice, the second silently winning."""

    def construct_mapping(self, node, deep=False):
        keys = set()
        for key, _ in node.value:
            if key.value in keys:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            keys.add(key.value if isinstance(key.value, str) else id(key))
        return super().construct_mapping(node, deep)


def check_config():
    """List what is wrong in _config.yml, keys that would be ignored in silence among them.

    Returns
    -------
    list of str
    """
    content, wrong = _load_yaml("_config.yml")
    if wrong:
        return wrong
    book = _package_dir("jupyter_book")
    form = json.loads((book / "config_schema.json").read_text(encoding="utf-8"))
    usual = yaml.safe_load((book / "default_config.yml").read_text(encoding="utf-8"))
    lines = _lines("_config.yml")
    found = [
        f"_config.yml:{_locate_key(lines, path)}: {wrong} was expected" for path, wrong in _type_errors(content, form)
    ]
    for path in _unknown_keys(content, usual, form):
        found.append(
            f"_config.yml:{_locate_key(lines, path)}: "
            f"Jupyter Book has no setting {path[-1]!r}; one that it knows was expected"
        )
    own = (content.get("sphinx") or {}).get("config") or {}
    known = vocabulary.known()
    for name in own if isinstance(own, dict) else ():
        if known and name not in known["settings"]:
            where = _locate_key(lines, ["sphinx", "config", name])
            found.append(f"_config.yml:{where}: Sphinx has no setting {name!r}; one that it knows was expected")
    contact = own.get("newpip_contact") if isinstance(own, dict) else None
    if contact is not None and not re.fullmatch(CONTACT, str(contact)):
        where = _locate_key(lines, ["sphinx", "config", "newpip_contact"])
        wanted = "an address of mail, or of a page where readers can write (https://...), was expected"
        found.append(f"_config.yml:{where}: newpip_contact is {contact!r}; {wanted}")
    for name in content.get("bibtex_bibfiles") or []:
        if not (ROOT / name).is_file():
            found.append(
                f"_config.yml:{_locate_key(lines, ['bibtex_bibfiles'])}: "
                f"there is no file {name}; a bibliography was expected"
            )
    return found


def _unknown_keys(content, usual, form, path=()):
    """Yield the keys that neither Jupyter Book's defaults nor its schema know."""
    fields = form.get("properties", {})
    for name, value in content.items():
        if name not in usual and name not in fields:
            yield [*path, name]
        elif isinstance(value, dict) and isinstance(usual.get(name), dict):
            yield from _unknown_keys(value, usual[name], fields.get(name, {}), (*path, name))


def _type_errors(value, form, path=()):
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
            yield from _type_errors(one, form.get("properties", {}).get(name, {}), (*path, name))


def check_toc():
    """List where _toc.yml and the files of the book differ.

    Returns
    -------
    list of str
    """
    content, wrong = _load_yaml("_toc.yml")
    if wrong:
        return wrong
    from sphinx_external_toc.parsing import TOCTREE_OPTIONS, MalformedError, parse_toc_data

    lines, files = _lines("_toc.yml"), [content.get("root"), *toc.files(content)]
    found = [
        f"_toc.yml:{_locate_key(lines, [key])}: "
        f"contents have no {key!r}; one of {', '.join(sorted(CONTENTS))} was expected"
        for key in _names(content)
        if key not in CONTENTS.union(TOCTREE_OPTIONS)
    ]
    found += [
        f"_toc.yml:{_locate_text(lines, name)}: {name} is listed twice; once was expected"
        for name in sorted({str(name) for name in files if files.count(name) > 1})
    ]
    if found:
        return found
    try:
        listed = list(parse_toc_data(content))
    except (MalformedError, TypeError, ValueError, AttributeError, KeyError) as error:
        return [f"_toc.yml:1:1: {str(error).strip() or 'no contents'}; a table of contents as jb-book was expected"]
    present = {notebooks.display_path(path).rsplit(".", 1)[0] for path in [*notebooks.chapters(), *notebooks.pages()]}
    found = [
        f"_toc.yml:{_locate_text(lines, name)}: there is no {name}.ipynb or {name}.md; a chapter or page was expected"
        for name in listed
        if name.removesuffix(".md").removesuffix(".ipynb") not in present
    ]
    listed = {name.removesuffix(".md").removesuffix(".ipynb") for name in listed}
    for path in [*notebooks.chapters(), *notebooks.pages()]:
        if notebooks.display_path(path).rsplit(".", 1)[0] not in listed:
            found.append(
                f"{notebooks.display_path(path)}: _toc.yml does not list it; every chapter and page was expected there"
            )
    return found


def _names(content):
    """List every key of the contents, however deep; the options of Sphinx's own are not looked into."""
    if isinstance(content, dict):
        return [one for key, value in content.items() for one in [key, *(_names(value) if key not in FREE else [])]]
    return [one for part in content for one in _names(part)] if isinstance(content, list) else []


def _package_dir(name):
    """Return the folder of an installed package, without importing it."""
    from importlib.util import find_spec

    return Path(find_spec(name).origin).parent


def _load_yaml(file):
    """Read a file of YAML that has to hold names and values."""
    raw, wrong = notebooks.load_text(ROOT / file)
    if wrong:
        return {}, list(wrong)
    try:
        content = yaml.load(raw, _UniqueKeyLoader)  # noqa: S506, a safe loader
    except yaml.MarkedYAMLError as error:
        spot = error.problem_mark or error.context_mark
        return {}, [f"{file}:{spot.line + 1}:{spot.column + 1}: {error.problem}; YAML was expected"]
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return {}, [f"{file}:1:1: {' '.join(str(error).split())}; YAML was expected"]
    if not isinstance(content, dict):
        return {}, [f"{file}:1:1: no names and values were found; YAML such as 'title: A book' was expected"]
    return content, []


def _lines(file):
    return notebooks.load_text(ROOT / file)[0].splitlines()


def _locate_key(lines, path):
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


def _locate_text(lines, words):
    """Find the row and column of some words."""
    rows = [number for number, line in enumerate(lines, 1) if re.search(rf"{re.escape(words)}(\.\w+)?\s*$", line)]
    return f"{rows[-1]}:{lines[rows[-1] - 1].index(words) + 1}" if rows else "1:1"
