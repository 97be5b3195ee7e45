"""Check _config.yml and _toc.yml, keys that would be ignored in silence among them."""

import difflib
import json
import re
from pathlib import Path

import yaml

from newpip_book.authoring import notebooks, toc, vocabulary
from newpip_book.authoring.config_values import RULES, value_at, wrong_kind, wrong_values
from newpip_book.project import ROOT

KINDS = {
    **{"object": dict, "array": list, "string": str, "boolean": bool},
    **{"number": (int, float), "integer": int, "null": type(None)},
}


CONTENTS = {"format", "root", "defaults", "meta", "parts", "chapters", "sections", "subtrees", "entries"}
CONTENTS |= {"file", "glob", "url", "title", "options"}


FREE = {"defaults", "meta", "options"}
OPTIONS = ("caption", "hidden", "maxdepth", "numbered", "reversed", "titlesonly")


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
    sections = [name for name, value in usual.items() if isinstance(value, dict) and name in content]
    flat = [(name,) for name in sections if not isinstance(content[name], dict)]
    flags = [(one,) for one, value in usual.items() if isinstance(value, bool)]
    flags += [(name, one) for name in sections for one, value in usual[name].items() if isinstance(value, bool)]
    odd = [(path, value_at(content, path)) for path in flags]
    typed = [(path, f"{value!r} was found, true or false") for path, value in odd if not isinstance(value, bool | None)]
    kinds = [
        *((path, f"{content[path[0]]!r} was found, object") for path in flat),
        *_type_errors(content, form),
        *typed,
    ]
    kinds = list(dict((tuple(path), said) for path, said in reversed(kinds)).items())[::-1]
    found = [(path, f"{said} was expected") for path, said in kinds]
    for path in _unknown_keys(content, usual, form):
        known = [*value_at(usual, path[:-1]), *_properties(form, path[:-1])]
        found.append(
            (tuple(path), f"Jupyter Book has no setting {path[-1]!r}; {_nearest(path[-1], known)} was expected")
        )
    typed = {path for path, _ in found}
    found += [(path, said) for path, said in wrong_values(content) if path not in typed]
    found += _wrong_for_sphinx(value_at(content, ("sphinx", "config")))
    return [f"_config.yml:{_locate_key(lines, path)}: {said}" for path, said in found]


def _wrong_for_sphinx(own):
    """Yield the settings of Sphinx that it does not know, or that are of another type; none before the first build."""
    known = vocabulary.known().get("settings", {})
    for name, value in own.items() if isinstance(own, dict) and known else ():
        path = ("sphinx", "config", name)
        if name not in known:
            yield path, f"Sphinx has no setting {name!r}; {_nearest(name, known)} was expected"
        elif (wanted := wrong_kind(value, known[name])) and path not in RULES:
            yield path, f"{name} is {value!r}; {wanted} was expected"


def _nearest(name, known, listed="that it knows"):
    """Name the setting that was meant, perhaps."""
    close = difflib.get_close_matches(str(name), [str(one) for one in known], 1)
    return repr(close[0]) if close else f"one {'' if listed.startswith('that') else 'of '}{listed}"


def _properties(form, path):
    for name in path:
        form = form.get("properties", {}).get(name, {})
    return form.get("properties", {})


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
        f"contents have no {key!r}; {_nearest(key, {*CONTENTS, *OPTIONS}, ', '.join(sorted(CONTENTS)))} was expected"
        for key in _names(content)
        if key not in CONTENTS.union(TOCTREE_OPTIONS)
    ]
    found += [
        f"_toc.yml:{_locate_text(lines, name)}: {name} is listed twice; once was expected"
        for name in sorted({str(name) for name in files if files.count(name) > 1})
    ]
    if found:
        return found
    found = [f"_toc.yml:{_locate_key(lines, [key])}: {said}" for key, said in _wrong_options(content)]
    if found:
        return found
    try:
        listed = list(parse_toc_data(content))
    except (MalformedError, TypeError, ValueError, AttributeError, KeyError) as error:
        said, _, path = re.sub(r"<class '(\w+)'>", r"\1", str(error).strip() or "no contents").partition(" @ '")
        where, _, more = path.partition("'")
        where = _locate_part([int(one) if one.isdigit() else one for one in where.split("/") if one])
        said = f"{said}{more}".rstrip(". ")
        return [f"_toc.yml:{where}: {said}; a table of contents as jb-book was expected"]
    present = {notebooks.display_path(path).rsplit(".", 1)[0] for path in [*notebooks.chapters(), *notebooks.pages()]}
    found = [
        f"_toc.yml:{_locate_text(lines, name)}: there is no {name}.ipynb or {name}.md; "
        f"{_meant(name, present)} was expected"
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


def _meant(name, present):
    """Name the page that was meant, perhaps."""
    close = difflib.get_close_matches(name.lower(), present, 1, 0.8)
    return close[0] if close else "a chapter or page"


def _wrong_options(content):
    """Yield the options of contents that are of another type, wherever they stand."""
    for one in content if isinstance(content, list) else ():
        yield from _wrong_options(one)
    for key, value in content.items() if isinstance(content, dict) else ():
        whole = isinstance(value, int) and value >= 0
        if key in ("hidden", "reversed", "titlesonly") and not isinstance(value, bool):
            yield key, f"{key} is {value!r}; true or false was expected"
        elif key in ("numbered", "maxdepth") and not (whole or value == -1 and key == "maxdepth"):
            yield key, f"{key} is {value!r}; {'true, false or ' if key == 'numbered' else ''}a depth was expected"
        elif key in FREE and not isinstance(value, dict):
            yield key, f"{key} is {value!r}; names and values in braces were expected"
        elif key in FREE - {"meta"}:
            unknown = [name for name in value if name not in OPTIONS]
            yield from ((key, f"{key} have no {name!r}; {_nearest(name, OPTIONS)} was expected") for name in unknown)
            yield from _wrong_options(value)
        else:
            yield from _wrong_options(value)


def _locate_part(path):
    """Find the row and column of a part of the contents."""
    node = yaml.compose(notebooks.load_text(ROOT / "_toc.yml")[0])
    for step in path:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return f"{node.start_mark.line + 1}:{node.start_mark.column + 1}"


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
