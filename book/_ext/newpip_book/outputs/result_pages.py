"""Generate the pages of results: for each chapter, what each of its numbers, claims, figures and tables rests on.

A number in a page leads to its entry here; cards.js shows the entry in the page itself.
"""

from itertools import chain
from urllib.parse import quote

from newpip.grades import GRADES
from newpip_book import project
from newpip_book.directives import citation, results_json
from newpip_book.outputs import row_pages
from newpip_book.project import add_static_files
from newpip_book.provenance import outcomes

FEW = 12  # rows of a table that an entry names
KINDS = {"results": "number", "claims": "claim", "figures": "figure or table"}


def collect(app):
    """Hand the pages of results to Sphinx.

    Parameters
    ----------
    app : sphinx.application.Sphinx

    Yields
    ------
    pagename, context, templatename
        As Sphinx's event ``html-collect-pages`` wants them.
    """
    found = getattr(app, "newpip_published", None)
    if found is None or app.config.html_theme != "newpip":
        return
    named = citation.source_names(app)
    places = row_pages.places(named)
    chapters = sorted({one["chapter"] for kind in KINDS for one in found[kind].values()})
    row_pages.remove_others(app, {results_json.place("results", "", chapter)[0] for chapter in chapters}, "results")
    for chapter in chapters:
        title, number = app.env.titles[chapter].astext(), app.env.toc_secnumbers.get(chapter, {}).get("")
        entries = [_entry(app, found, places, named, *one) for one in _published(found, chapter)]
        page = results_json.place("results", "", chapter)[0]
        told = {"chapter": title, "home": app.builder.get_relative_uri(page, chapter), "entries": entries}
        yield (
            page,
            {"title": f"Results of chapter {number[0]}" if number else f"Results of {title}", **told},
            "results.html",
        )


def _published(found, chapter):
    """List what a chapter publishes, in the order of its cells: numbers first, then claims, figures and tables."""
    of = {kind: [(kind, key, one) for key, one in found[kind].items() if one["chapter"] == chapter] for kind in KINDS}
    return chain.from_iterable(sorted(of[kind], key=lambda one: one[2]["cell"]) for kind in KINDS)


def _entry(app, found, places, named, kind, key, one):
    """Gather what the template says of one publication."""
    page, anchor = results_json.place(kind, key, one["chapter"])
    address = f"{page}.html#{quote(anchor)}"
    facts, base = app.config.newpip_citation, app.config.html_baseurl
    work = citation.part_of_book(facts, "page", key, f"{one['label'].rstrip('.')} ({key})", address, base)
    return one | {
        "anchor": anchor,
        "key": key,
        "kind": KINDS[kind],
        "exact": _exact(one),
        "otherwise": outcomes.listed(one, named),
        "graded": any(name.startswith("without-") for name in one.get("otherwise", ())),
        "measure": _measure(one),
        "known": known(one["grades"]),
        "pairs": list(zip(one.get("compared", ()), one.get("values", ()), strict=True)),
        "rests": [_rested(name, rows, one["tables"][name], places[name]) for name, rows in one["rows"].items()],
        "code": found["programs"][one["program"]],
        "uses": [_use(app, page, name) for name in one["used_in"]],
        "address": f"{base}{address}",
        "citation": citation.as_text(work),
    }


def _exact(one):
    """Say a value unrounded, where prose shows it otherwise."""
    value = one.get("value")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or f"{value:g}" == one["text"].replace(",", ""):
        return ""
    return str(value)


def _measure(one):
    """Return the unit as it is said behind the text: per cent are a share already."""
    unit = one.get("unit", "")
    return unit.removeprefix("share").strip() if "%" in one["text"] else unit


def known(grades):
    """Say how far the rows behind something were read.

    Parameters
    ----------
    grades : dict of str to int
        The number of rows of each grade.

    Returns
    -------
    str
    """
    total, told = sum(grades.values()), {GRADES[grade]: grades[grade] for grade in GRADES if grades.get(grade)}
    if not told:
        return ""
    rows = f"Known from {total} {'row' if total == 1 else 'rows'}"
    return (
        f"{rows}, {next(iter(told))}."
        if len(told) == 1
        else f"{rows}: {', '.join(f'{n} {words}' for words, n in told.items())}."
    )


def _rested(name, rows, columns, places):
    """Say which rows of a table something rests on, with where each is from."""
    shown = [{"row": row, **places[row]} for row in (rows[:FEW] if len(rows) < max(FEW, len(places)) else ())]
    words = f"{len(rows)} of {len(places)} rows" if shown else f"all {len(rows)} rows" if rows else ""
    told = {"table": name, "columns": ", ".join(columns), "count": words}
    return told | {"rows": shown, "more": bool(shown) * (len(rows) - len(shown))}


def _use(app, page, name):
    """Return the title of a page that uses something, and the way there."""
    title = app.env.titles[name].astext() if name in app.env.titles else "The slides"
    return title, app.builder.get_relative_uri(page, name)


def add_scripts(app, pagename, templatename, context, doctree):
    """Load the scripts that open cards, and that look for entries, on the pages that have some."""
    context["answers"] = "data-result=" in context.get("body", "")
    found = getattr(app, "newpip_published", {}).get("results", {})
    if any(one["chapter"] == pagename for one in found.values()):
        context["entries_page"] = results_json.place("results", "", pagename)[0]
    if context["answers"] or templatename == "results.html":
        app.add_js_file("cards.js", loading_method="defer")
    if templatename in ("results.html", "rows.html"):
        app.add_js_file("filter.js", loading_method="defer")


def setup(app):
    """Connect."""
    add_static_files(app, project.ENGINE / "outputs" / "cards.js", project.ENGINE / "outputs" / "filter.js")
    app.connect("html-collect-pages", collect)
    app.connect("html-page-context", add_scripts)
