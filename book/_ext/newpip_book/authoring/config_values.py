"""What single settings of _config.yml may be, beyond the types that Jupyter Book's own schema knows."""

import re
from importlib.util import find_spec

from newpip_book.project import ROOT

NEEDED = ("myst_nb", "jupyter_book", "sphinx_external_toc", "newpip_book")
SYNTAX = ("attrs_inline", "colon_fence", "deflist", "dollarmath")  # which every form of the book shows
CONTACT = r"|[^\s@<>\"':/?&]+@[^\s@<>\"':/?&]+\.[^\s@<>\"':/?&]+|https?://[^\s<>\"'/]+\.[^\s<>\"']+"  # or none
ADDRESS = r"|https?://[^\s/]\S*"
KINDS = {"bool": "true or false", "str": "text", "int": "a whole number", "list": "a list", "dict": "names and values"}


def _one_of(*words):
    return lambda value: value in words, f"{'one of ' if len(words) > 1 else ''}{', '.join(map(str, words))}"


def _text(pattern, wanted):
    return lambda value: value is None or (isinstance(value, str) and re.fullmatch(pattern, value)), wanted


def _texts(value):
    return isinstance(value, list) and all(isinstance(one, str) and one for one in value)


def _has_module(name):
    """Tell whether a module can be found, without importing more than the packages that it is in."""
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def _seconds(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool) and value >= 1


RULES = {
    ("execute", "execute_notebooks"): _one_of("cache"),
    ("execute", "timeout"): (_seconds, "a number of seconds, from 1,"),
    ("bibtex_bibfiles",): (_texts, "a list of files"),
    ("exclude_patterns",): (_texts, "a list of patterns"),
    ("repository", "url"): _text(ADDRESS, "an address that begins with https://, or nothing,"),
    ("launch_buttons", "binderhub_url"): _text(ADDRESS, "an address that begins with https://, or nothing,"),
    ("sphinx", "config", "html_theme"): _one_of("newpip"),
    ("sphinx", "config", "html_math_renderer"): _one_of("mathml"),
    ("sphinx", "config", "bibtex_reference_style"): _one_of("author_year", "label", "super"),
    ("sphinx", "config", "bibtex_default_style"): _one_of("author_year", "alpha", "plain", "unsrt", "unsrtalpha"),
    ("sphinx", "config", "language"): _text(r"[a-z]{2,3}([_-]\w+)?", "the letters of a language, such as en,"),
    ("sphinx", "config", "include_patterns"): (_texts, "a list of patterns"),
    ("sphinx", "config", "html_css_files"): (_texts, "a list of files"),
    ("sphinx", "config", "numfig_secnum_depth"): _one_of(0, 1, 2, 3),
    ("sphinx", "config", "newpip_contact"): _text(
        CONTACT, "an address of mail, or of a page where readers can write (https://...),"
    ),
}


def value_at(content, path):
    """Return a setting, or None where it is not set.

    Parameters
    ----------
    content : dict
    path : tuple of str

    Returns
    -------
    object
    """
    for name in path:
        content = content.get(name) if isinstance(content, dict) else None
    return content


def wrong_values(content):
    """Find the settings whose values would be ignored, or would stop the build at a place that tells nothing.

    Parameters
    ----------
    content : dict
        The settings.

    Yields
    ------
    path : tuple of str
        Where it stands.
    said : str
        What is wrong, what was expected.
    """
    for path, (fits, wanted) in RULES.items():
        value = value_at(content, path)
        if value is not None and not fits(value):
            yield path, f"{path[-1]} is {value!r}; {wanted} was expected".replace(",,", ",")
    yield from _wrong_files(content)
    yield from _wrong_extensions(content)


def _wrong_files(content):
    names = value_at(content, ("bibtex_bibfiles",))
    for name in names if _texts(names) else ():
        if not (ROOT / name).is_file():
            yield ("bibtex_bibfiles",), f"there is no file {name}; a bibliography was expected"


def _wrong_extensions(content):
    """Yield the extensions of Sphinx and MyST that are not there, or are lacking."""
    path = ("sphinx", "config", "extensions")
    names = value_at(content, path)
    if names is not None and not _texts(names):
        yield path, f"extensions is {names!r}; a list of modules was expected"
    elif names is not None:
        yield from ((path, f"{one} is not among the extensions; it was expected") for one in NEEDED if one not in names)
        lost = [one for one in names if not _has_module(one)]
        yield from ((path, f"there is no extension {one!r}; a module that is installed was expected") for one in lost)
    path = ("parse", "myst_enable_extensions")
    for one in value_at(content, path) or ():
        if one not in SYNTAX:
            yield path, f"the syntax {one!r} is not shown in every form of the book; {_one_of(*SYNTAX)[1]} was expected"
    formats = value_at(content, ("sphinx", "config", "nb_custom_formats"))
    for reader in formats.values() if isinstance(formats, dict) else ():
        if not (isinstance(reader, str) and _has_module(reader.rpartition(".")[0])):
            path = ("sphinx", "config", "nb_custom_formats")
            yield path, f"there is no function {reader!r}; one of a module that is installed was expected"


def wrong_kind(value, kind):
    """Tell what a setting of Sphinx should be, where it is of another type.

    Parameters
    ----------
    value : object
    kind : str
        The name of the type of what it is by default; others than those known here may be anything.

    Returns
    -------
    str
        Empty where it fits.
    """
    names = {"bool": bool, "str": str, "int": int, "list": (list, tuple), "dict": dict}
    if kind not in names or value is None:
        return ""
    fits = isinstance(value, names[kind]) and (kind != "int" or not isinstance(value, bool))
    return "" if fits else KINDS[kind]
