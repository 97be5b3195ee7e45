"""The picture of what depends on what, drawn from the imports themselves each time the page is built."""

import ast
import tomllib
from html import escape
from textwrap import wrap

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from newpip_book.authoring import dependencies, notebooks
from newpip_book.project import LIBRARY, ROOT

# What the layers of pyproject.toml are, in their order; one without a name stops the build.
NAMES = ("Commands", "Answers to exercises", "Questions", "Tools, the reading of data, publishing", "Foundations")
BOOK, CHAPTERS, DATA = "The book", "Chapters", "Data"
WIDTH, BOX, EDGE, LANE = 406, 300, 2, 14  # of the picture, of a box, of the space around it, of the lane of an arrow
LINE, WORDS = 18, 38  # the height of a line of names, and how many letters fit into it


class Architecture(SphinxDirective):
    """``{architecture}``: the picture, and the table of who imports whom under it."""

    def run(self):
        """Draw what is there now, and draw it again when any of it changes; the chapters, freshness looks after."""
        for path in [ROOT / "pyproject.toml", *LIBRARY.rglob("*.py")]:
            self.env.note_dependency(str(path))
        groups, imports = layers(), graph()
        arrows = between(groups, imports)
        picture = nodes.container("", nodes.raw("", draw(groups, arrows), format="html"), classes=["np-diagram"])
        rules = nodes.bullet_list("", *[nodes.list_item("", _words(f"{one['name']}.")) for one in contracts()])
        return [picture, _words("The rules that the tests hold it to:"), rules, _table(imports)]


def contracts():
    """List the contracts that the code is held to.

    Returns
    -------
    list of dict
        As pyproject.toml has them for import-linter.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    return settings["tool"]["importlinter"]["contracts"]


def layers():
    """List the groups of the book's code, those that know more first, as the contract in pyproject.toml has them.

    Returns
    -------
    dict
        From a group's name to its modules, chapters or files.
    """
    contract = next(one for one in contracts() if one["type"] == "layers")
    rows = [[f"newpip.{name.strip()}" for name in layer.split("|")] for layer in contract["layers"]]
    chapters = [notebooks.name(path) for path in notebooks.chapters()]
    inner = dict(zip(NAMES, rows, strict=True))
    return {BOOK: ["newpip_book"], CHAPTERS: chapters, **inner, DATA: ["data"]}


def graph():
    """Find what imports what: modules each other, chapters modules and tables.

    Returns
    -------
    dict
        From a module or chapter to the set of what it knows. The book counts as one.
    """
    import grimp  # here, so that newpip check need not wait for it

    found = grimp.build_graph("newpip", "newpip_book", cache_dir=None)
    known = {"newpip_book": set()}
    for module in sorted(found.modules):
        own = "newpip_book" if module.startswith("newpip_book") else module
        known.setdefault(own, set()).update(found.find_modules_directly_imported_by(module))
    known["newpip_book"] = {name for name in known["newpip_book"] if not name.startswith("newpip_book")}
    known["newpip_book"] |= {notebooks.name(path) for path in notebooks.chapters()}  # which it reads and runs
    known["newpip.data"] |= {"data"}
    return known | chapters()


def chapters():
    """Find what chapters import.

    Returns
    -------
    dict
        From the name of a chapter to the set of modules of newpip that its code imports.
    """
    cells = {notebooks.name(path): notebooks.notebook(path)[0].cells for path in notebooks.chapters()}
    return {
        name: set().union(*(imported(cell.source) for cell in own if cell.cell_type == "code"))
        for name, own in cells.items()
    }


def imported(code):
    """Name the modules of newpip that code imports.

    Parameters
    ----------
    code : str

    Returns
    -------
    set of str
    """
    names = set()
    for node in dependencies.nodes(code):
        if isinstance(node, ast.Import):
            names |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            names |= {f"newpip.{one.name}" for one in node.names} if node.module == "newpip" else {node.module}
    return {name for name in names if name.split(".")[0] in ("newpip", "newpip_book")}


def between(groups, imports):
    """List which group knows which.

    Parameters
    ----------
    groups, imports : dict
        As from :func:`layers` and :func:`graph`.

    Returns
    -------
    list of (str, str)
        The group that knows, and the one that is known; those nearest each other first.
    """
    order = list(groups)
    home = {one: group for group, members in groups.items() for one in members}
    found = set()
    for importer, known in imports.items():
        for one in known:
            ends = home.get(_listed(importer, home)), home.get(_listed(one, home))
            if None not in ends and ends[0] != ends[1]:
                found.add(ends)
    return sorted(found, key=lambda ends: (abs(order.index(ends[1]) - order.index(ends[0])), order.index(ends[0])))


def _listed(name, home):
    """Return the name under which a module stands in a group: its own, or its package's."""
    return name if name in home else name.rpartition(".")[0]


def draw(groups, arrows):
    """Draw boxes under each other, with arrows down their right side, in the page's own colours.

    Parameters
    ----------
    groups : dict
        As from :func:`layers`.
    arrows : list of (str, str)
        As from :func:`between`.

    Returns
    -------
    str
        SVG.
    """
    boxes, place, top = [], {}, EDGE
    for name, members in groups.items():
        lines = wrap(", ".join(_short(one) for one in members), WORDS, break_on_hyphens=False)
        height = LINE * (len(lines) + 1) + 12
        place[name] = (top, height)
        boxes.append(f'<rect x="{EDGE}" y="{top}" width="{BOX}" height="{height}" rx="6"/>')
        boxes.append(f'<text class="np-group" x="{EDGE + 10}" y="{top + LINE + 2}">{escape(name)}</text>')
        for number, line in enumerate(lines, 2):
            boxes.append(f'<text x="{EDGE + 10}" y="{top + LINE * number + 2}">{escape(line)}</text>')
        top += height + 14
    paths = [_lane(place, arrows, number, known) for number, known in enumerate(_known(groups, arrows))]
    told = escape(". ".join(f"{name}: {', '.join(known)}" for name, known in _told(arrows).items()))
    label = f"Boxes with arrows to what each knows. {told}."
    inside = "".join([*boxes, *paths])
    size = f'viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}"'
    return f'<svg role="img" aria-label="{label}" xmlns="http://www.w3.org/2000/svg" {size}>{inside}</svg>'


def _known(groups, arrows):
    """List the groups that others know, in order."""
    return [name for name in groups if any(end == name for _, end in arrows)]


def _lane(place, arrows, number, known):
    """Draw the line that leads into one box, with a dot where each box that knows it joins in."""
    x, right = EDGE + BOX + 16 + number * LANE, EDGE + BOX
    into, ends = place[known][0] + place[known][1] / 2 - 6, []
    for start in (start for start, end in arrows if end == known):
        leaving = sorted(end for one, end in arrows if one == start)
        ends.append(_leaving(place[start], leaving.index(known), len(leaving)))
    joins = "".join(f'<path d="M{right} {y:.1f}H{x}"/><circle cx="{x}" cy="{y:.1f}" r="2.5"/>' for y in ends)
    line = f'<path d="M{x} {min(ends):.1f}V{into:.1f}H{right + 5}"/>'
    return f'{joins}{line}<path class="np-head" d="M{right + 1} {into:.1f}l7 -4v8z"/>'


def _leaving(box, number, of):
    """Return the height at which one of several lines leaves a box: in its lower half, as arrows come in above."""
    top, height = box
    return top + height / 2 + 3 + (height / 2 - 9) * (number + 0.5) / of


def _told(arrows):
    """Gather, for each group, those it knows."""
    found = {}
    for start, end in arrows:
        found.setdefault(start, []).append(end)
    return found


def _short(name):
    """Return how the picture names a module or chapter."""
    return {"data": "data/*.csv, datapackage.json", "newpip_book": "newpip_book"}.get(
        name, name.removeprefix("newpip.").removeprefix("chapters/").removesuffix(".ipynb")
    )


def _table(imports):
    """Build the table of who imports whom."""
    table = nodes.table("", nodes.title("", "Each module and chapter, and what it imports"), classes=["np-table"])
    group = nodes.tgroup("", nodes.colspec("", colwidth=1, stub=1), nodes.colspec("", colwidth=3), cols=2)
    group += nodes.thead("", _row("Module or chapter", "Imports"))
    rows = [(name, sorted(known - {"newpip"})) for name, known in imports.items() if name != "newpip"]
    group += nodes.tbody(
        "", *[_row(_short(name), ", ".join(map(_short, known)) or "\N{EN DASH}") for name, known in rows]
    )
    table += group
    return table


def _row(*cells):
    return nodes.row("", *[nodes.entry("", _words(cell)) for cell in cells])


def _words(text):
    return nodes.paragraph("", text)


def setup(app):
    """Connect."""
    app.add_directive("architecture", Architecture)
