"""Check the bibliography, as BibTeX and biblatex write it, and what chapters and pages cite of it."""

import difflib
import re
import unicodedata
from functools import lru_cache

from newpip import data
from newpip_book.authoring import notebooks
from newpip_book.project import ROOT

BIBLIOGRAPHY = ROOT / "book" / "references.bib"
ENTRY = re.compile(r"^[ \t]*@(?P<kind>\w+)\s*[{(]\s*(?P<key>[^,\s}]*)", re.MULTILINE)
OTHER = {"comment", "preamble", "string"}  # what begins with @ and is no entry
KINDS = {"report": "techreport", "thesis": "phdthesis", "electronic": "online", "www": "online", "dataset": "dataset"}
FIELDS = {"journaltitle": "journal", "location": "address"}  # biblatex and BibTeX
# Commands that say how words look, or that they are an address: the words stay.
LOOKS = re.compile(r"\\(?:emph|text(?:it|bf|sc|rm|tt|sl|up|normal)|mkbib\w+|url|path|uppercase|lowercase)\s*(?=\{)")
SWITCHES = re.compile(r"\\(?:em|it|bf|sc|rm|tt|sl)\b\s*")
QUOTED = re.compile(r"\\enquote\s*\{([^{}]*)\}")
LINKED = re.compile(r"\\href\s*\{[^{}]*\}\s*(?=\{)")
NEEDED = {  # what the style of the book cannot do without, by kind of work
    "article": "author title journal year",
    "book": "author|editor title publisher year",
    "booklet": "author title year",
    "inbook": "author|editor title publisher year",
    "incollection": "author title booktitle year",
    "inproceedings": "author title booktitle year",
    "manual": "title",
    "mastersthesis": "author title school year",
    "phdthesis": "author title school year",
    "proceedings": "title year",
    "techreport": "author title institution year",
    "unpublished": "author title note",
    **dict.fromkeys(("dataset", "misc", "online", "patent", "software"), "author|editor|title"),
}
ADDRESSES = {"url", "doi", "eprint", "file"}
COMMAND = re.compile(r"\\[A-Za-z]+")
BARE = re.compile(r"(?<!\\)%")


def problems():
    """List what is wrong in references.bib, where it and sources.csv differ, and what is cited and not in it.

    Returns
    -------
    list of str
        One line a problem, as ``file:line:key: what is wrong, what was expected``.
    """
    raw, unread = notebooks.load_text(BIBLIOGRAPHY) if BIBLIOGRAPHY.is_file() else ("", ())
    if unread:
        return list(unread)
    place = notebooks.display_path(BIBLIOGRAPHY)
    broken = [
        f"{place}:{line}:{key}: {said}" if key else f"{place}:{line}:1: {said}" for line, key, said in faults(raw)
    ]
    if broken:
        return broken
    entries, listed, lines = parse(raw), _source_rows(), {key: line for line, _, key in _begun(raw)}
    names = list(entries.keys())
    keys = names if listed is None else listed.keys()
    found = [f"{where}: {_no_entry(place, key, names)}" for where, key in _cited_keys() if key not in names]
    found += [
        f"data/sources.csv: {place} has no entry {key!r}; one was expected" for key in sorted(set(keys) - set(names))
    ]
    for key, entry in entries.items():
        where = f"{place}:{lines.get(key, 1)}:{key}"
        if listed is not None and key not in listed:
            found.append(f"{where}: data/sources.csv has no such source; one was expected")
        elif listed is not None:
            found += [f"{where}: {wrong}" for wrong in _field_differences(entry.fields, listed[key])]
    return found


def _cited_keys():
    """Yield each work that is cited, and where."""
    for _, where, name, content in notebooks.roles():
        if name.startswith("cite"):
            for key in re.sub(r"\{[^}]*\}", "", content).split(","):  # what is said before and after a source
                yield where, key.strip()


def _no_entry(place, key, names):
    """Say that a work is not in the bibliography, and which was meant, perhaps."""
    close = difflib.get_close_matches(key.lower(), names, 1)
    return f"no entry of {place} is named {key!r}; {repr(close[0]) if close else 'one of its keys'} was expected"


def keys():
    """List the keys of references.bib.

    Returns
    -------
    set of str
        Empty where it cannot be read, which :func:`problems` says.
    """
    raw = notebooks.load_text(BIBLIOGRAPHY)[0] if BIBLIOGRAPHY.is_file() else ""
    return set() if faults(raw) else set(parse(raw).keys())


def _begun(raw):
    """List the line, kind and key of each entry that begins."""
    found = ((raw.count("\n", 0, one.start()) + 1, one["kind"].lower(), one["key"]) for one in ENTRY.finditer(raw))
    return [one for one in found if one[1] not in OTHER]


@lru_cache
def faults(raw):
    """Find what is wrong in the text of a bibliography.

    Parameters
    ----------
    raw : str
        As BibTeX.

    Returns
    -------
    list of (int, str, str)
        The line and key of the entry, and what is wrong, what was expected.
    """
    import pybtex.errors
    from pybtex.database.input.bibtex import Parser
    from pybtex.exceptions import PybtexError

    begun, found, parser = _begun(raw), [], Parser()
    with pybtex.errors.capture() as wrong:
        try:
            parser.parse_string(raw)
        except PybtexError as error:
            wrong.append(error)
    found += [_explained(error, begun, raw) for error in wrong]
    first = {}
    for line, _, key in begun:
        before = first.setdefault(key.lower(), line)
        if key and before != line:
            found.append((line, key, f"the key {key!r} stands at line {before} too; a key of its own was expected"))
    if found:
        return sorted(set(found))
    lines = {key: line for line, _, key in begun}
    entries = normalized(parser.data.entries)
    return [(lines.get(key, 1), key, said) for key, entry in entries.items() for said in _entry_faults(entry, entries)]


def _explained(error, begun, raw):
    """Turn an error of the parser into line, key, and what was expected."""
    line, said = getattr(error, "lineno", None), str(error)
    name = re.search(r"(?:repeated bibliography entry: |entry with key )(\S+)", said)
    if name:
        lines = [at for at, _, key in begun if key.lower() == name[1].lower()]
        line = lines[-1] if "repeated" in said else lines[0]
    names = re.search(r"Too many commas in '(.*)'", said)
    if names:
        at = raw.find(names[1])
        line = raw.count("\n", 0, at) + 1 if at >= 0 else 1
    above = [one for one in begun if one[0] <= (line or 1)]
    key = above[-1][2] if above else ""
    if "premature end" in said:
        line, wanted = (
            (above[-1][0] if above else 1),
            "the entry is not closed; the closing brace of an entry of BibTeX was expected",
        )
    elif name and "repeated" in said:
        first = lines[0] if len(lines) > 1 else 1
        wanted = f"the key {key!r} stands at line {first} too; a key of its own was expected"
    elif name:
        wanted = f"the field {said.split()[-2]!r} stands twice; once was expected"
    elif names:
        wanted = f"{names[1]!r} has too many commas for one name; names with 'and' between them were expected"
    elif "undefined string" in said:
        wanted = f"{said.split(': ')[-1]!r} stands without braces; words in braces were expected"
    else:
        wanted = f"{said.partition(': ')[2] or said}; an entry of BibTeX, a comma after each field, was expected"
    return line or 1, key, wanted


def _entry_faults(entry, entries):
    """Yield what keeps an entry from being shown."""
    if entry.type not in NEEDED:
        close = difflib.get_close_matches(entry.type, NEEDED, 1)
        yield f"@{entry.type} is no kind of work; {'@' + close[0] if close else '@misc'} was expected"
        return
    if "crossref" in entry.fields and entry.fields["crossref"] not in entries:
        yield f"crossref leads to {entry.fields['crossref']!r}, which is no entry; a key of this file was expected"
        return
    said = [(name, text) for name, text in entry.fields.items() if name not in ADDRESSES]
    said += [(role, str(one)) for role, persons in entry.persons.items() for one in persons]
    for name, text in said:
        yield from _field_faults(name, text) if re.search(r"[\\%$]", text) else ()
    for names in NEEDED[entry.type].split():
        if not any(entry.persons.get(one) or entry.fields.get(one, "").strip("{} ") for one in names.split("|")):
            wanted = names.replace("|", " or ")
            yield f"@{entry.type} has no {wanted}; {names.split('|')[0]} = {{...}} was expected"


def _field_faults(name, text):
    """Yield what a field says that pages would show as it is typed, or lose."""
    if BARE.search(text):
        yield f"% in {name} would hide the rest of it; \\% was expected"
        return
    try:
        left = COMMAND.search(plain_text(text))
    except Exception as error:  # noqa: BLE001, whatever the reader of LaTeX raises
        yield f"{name} cannot be read ({' '.join(str(error).split())}); braces that close were expected"
        return
    if left:
        yield f"{left[0]} in {name} is not known; the letter itself, or words without it, was expected"


@lru_cache
def parse(raw):
    """Parse a bibliography without faults.

    Parameters
    ----------
    raw : str
        As BibTeX.

    Returns
    -------
    pybtex.utils.OrderedCaseInsensitiveDict
        From key to entry, as :func:`normalized` leaves them.
    """
    from pybtex.database import parse_string

    return normalized(parse_string(raw, "bibtex").entries)


def normalized(entries):
    """Bring what biblatex calls otherwise, and commands for looks alone, to what every style of BibTeX knows.

    Parameters
    ----------
    entries : dict
        From key to pybtex.database.Entry; they are changed.

    Returns
    -------
    dict
        The same.
    """
    for entry in entries.values():
        fields, entry.type = entry.fields, KINDS.get(entry.type, entry.type)
        if "date" in fields and "year" not in fields:
            fields["year"] = re.split(r"[-/]", fields["date"])[0]
        for theirs, ours in FIELDS.items():
            if theirs in fields and ours not in fields:
                fields[ours] = fields[theirs]
        for name in list(fields):
            fields[name] = _address(name, fields[name]) if name in ADDRESSES else words(fields[name])
    return entries


def _address(name, text):
    text = re.sub(r"\\([_%&#~$])", r"\1", LOOKS.sub("", text)).strip("{} ")
    return re.sub(r"^(https?://(dx\.)?doi\.org/|doi:\s*)", "", text, flags=re.IGNORECASE) if name == "doi" else text


def words(field):
    """Leave out of a field the commands that only say how its words look.

    Parameters
    ----------
    field : str

    Returns
    -------
    str
    """
    return SWITCHES.sub("", QUOTED.sub(r"``\1''", LOOKS.sub("", LINKED.sub("", field))))


def plain_text(field):
    """Read a field of BibTeX as its readers see it: accents, signs and dashes made, braces and commands gone.

    Parameters
    ----------
    field : str

    Returns
    -------
    str
    """
    from pybtex.richtext import Text

    return str(Text.from_latex(words(field))).replace("\N{NO-BREAK SPACE}", " ")


def _source_rows():
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


def _field_differences(fields, row):
    """Yield in what an entry of the bibliography differs from its row in the table of sources."""
    year = plain_text(fields.get("year", ""))
    pairs = {
        "title": (_letters(plain_text(fields.get("title", ""))), _letters(row["title"])),
        "doi": (fields.get("doi", "").lower(), row["doi"].lower()),
        "year": (year if year.isdigit() else "", row["year"]),
    }
    for name, (here, there) in pairs.items():
        if here != there:
            said = f"the {name} is {fields.get(name, '')!r}, but {row[name]!r} in data/sources.csv"
            yield f"{said}; the same was expected"


def _letters(title):
    """Compare titles by their letters and digits alone: dashes and quotation marks are typed in many ways."""
    return "".join(one for one in unicodedata.normalize("NFKC", title).casefold() if one.isalnum())
