"""Write results.json: every result, claim, figure and table, in words and figures, and where it is used."""

import hashlib
import json
from pathlib import Path

from newpip.files import write_atomic
from newpip_book.authoring import deck, labels, notebooks, published, sentences

NAME = "results.json"
SCHEMA = Path(__file__).with_name("results.schema.json")
BEFORE = {"results": "", "claims": published.CLAIM, "figures": "figure."}  # a key, in the id of its entry
KINDS = {"result": "results", "claim": "claims", "figure": "figures", "table": "figures"}


def content(items, pages, root, cover, origins):
    """Gather what results.json says.

    Parameters
    ----------
    items : list of newpip_book.authoring.published.Published
        What all chapters publish.
    pages : dict
        From the name of each page of the book to its path.
    root : pathlib.Path
        The folder of the book.
    cover : str
        The name of the first page.
    origins : dict
        Where they come from: of each chapter, by name, what :mod:`newpip_book.provenance.records` computes.

    Returns
    -------
    dict
        As results.schema.json, beside this module, describes it.
    """
    texts = {one.key: one.text for one in items if one.kind == "result"}
    homes = {one.key: one.chapter for one in items if one.kind in ("figure", "table")}
    said, uses = claimed(pages, items), _uses(root, pages, cover, homes)
    for one in items:
        if one.meta.get("cites"):
            uses[one.chapter]["results"] |= {key for *_, key in one.meta["cites"]}
        if one.meta.get("holds") and one.kind == "figure":
            uses[one.chapter]["claims"].add(one.meta["holds"])
    listed, programs = labels.read(root)[0], {}
    found = {"results": {}, "claims": {}, "figures": {}}
    for one in items:
        kind, words = KINDS[one.kind], one.text
        if one.kind == "result":
            own = {"value": one.meta["value"], "unit": one.meta["unit"], "label": listed.label(one.key, texts)}
        elif one.kind == "claim":
            words = _own_sentence(one, said)
            own = {"holds": one.meta["holds"], "because": one.meta["because"], "label": words}
        else:
            own = {"kind": one.kind, "label": one.meta["caption"]}
        used = sorted(name for name, cited in uses.items() if one.key in cited[kind])
        origin = dict(origins[one.chapter][published.CLAIM * (one.kind == "claim") + one.key])
        code = origin.pop("program")
        name = f"{one.chapter.rpartition('/')[2]}-{hashlib.sha256(code.encode()).hexdigest()[:8]}"
        programs[name] = code
        more = {"chapter": one.chapter, "used_in": used, "program": name, **origin}
        found[kind][one.key] = {**own, "text": words, **more}
    return {"schema": 2, **found, "programs": programs, "replaced": labels.renamed(root)[0]}


def place(kind, key, chapter):
    """Return where the entry of a publication is.

    Parameters
    ----------
    kind : str
        ``results``, ``claims`` or ``figures``.
    key, chapter : str

    Returns
    -------
    page, anchor : str
        The page of the chapter's results, and the id of the entry on it.
    """
    return f"results/{chapter.rpartition('/')[2]}", BEFORE[kind] + key


def claimed(pages, items):
    """List the sentences that end with a claim, and behind them the titles of figures that a claim holds.

    Parameters
    ----------
    pages : dict
        From the name of each page to its path.
    items : list of newpip_book.authoring.published.Published
        What all chapters publish.

    Returns
    -------
    list of tuple of str
        Page, claim and sentence, in the order of the pages' names.
    """
    texts = published.words(items)
    said = [(name, *pair) for name in sorted(pages) for pair in sentences.claimed(pages[name], texts)]
    figures = [one for one in items if one.kind == "figure" and one.meta.get("holds")]
    return [*said, *((one.chapter, one.meta["holds"], published.title(one.meta)) for one in figures)]


def _own_sentence(claim, said):
    """Return the sentence that a claim stands beside: that of its own chapter, or of another page."""
    found = sorted((page != claim.chapter, at) for at, (page, key, _) in enumerate(said) if key == claim.key)
    return said[found[0][1]][2] if found else ""


def _uses(root, pages, cover, homes):
    """Map the name of each page to the keys that it cites, by kind."""
    cited = {name: (*sentences.cited(path), _figures(path)) for name, path in pages.items()}
    if cover in pages:
        cited[deck.PAGE] = deck.cited(root, pages, cover, homes)
    kinds = ("results", "claims", "figures")
    return {name: dict(zip(kinds, map(set, keys), strict=True)) for name, keys in cited.items()}


def _figures(path):
    """Name the figures and tables that a page refers to."""
    roles = notebooks.roles([path])
    return {content.rstrip(">").rpartition("<")[2] for _, _, name, content in roles if name in ("ref", "numref")}


def dumps(found):
    """Write results.json as text, an entry a line.

    Parameters
    ----------
    found : dict
        From :func:`content`.

    Returns
    -------
    str
    """
    parts = [f"{json.dumps(name)}: {_part(part)}" for name, part in sorted(found.items())]
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _part(part):
    """Write one part of it: a number, or entries by their keys."""
    if not isinstance(part, dict):
        return json.dumps(part)
    entries = [
        f" {json.dumps(key)}: {json.dumps(entry, ensure_ascii=False, sort_keys=True)}"
        for key, entry in sorted(part.items())
    ]
    return "{\n" + ",\n".join(entries) + "\n}"


def write(out, found):
    """Write results.json beside the pages, and the schema that describes it.

    Parameters
    ----------
    out : pathlib.Path
        The folder of the pages.
    found : dict
        From :func:`content`.

    Returns
    -------
    pathlib.Path
        Where it is.
    """
    out.mkdir(parents=True, exist_ok=True)
    write_atomic(out / SCHEMA.name, SCHEMA.read_text(encoding="utf-8"))
    write_atomic(out / NAME, dumps(found))
    return out / NAME
