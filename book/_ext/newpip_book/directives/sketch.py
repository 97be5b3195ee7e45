"""Draw a few named results small and plain, for a page that leads to the figure which has them all.

The content is a list, an item a row or bar: its label, a colon, and its results, which may need no label. An item
in italics is drawn open.
"""

from html import escape

from docutils import nodes
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from newpip.colours import COLOURS
from newpip_book import page_records
from newpip_book.directives.figures import use_theme_colours
from newpip_book.directives.key_figure import figure_link
from newpip_book.directives.results import result

log = logging.getLogger(__name__)
WIDTH, LINE, PITCH = 120, 12, 6.6  # of a drawing, of a line of its text, and from one mark to the next
LOOKS = ("", "fill-opacity:.4", "fill:none")  # of the marks of an item's results, one after the other


class sketch(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place for a drawing; its content is the list."""


class Sketch(SphinxDirective):
    """``{sketch} bars some-figure``: results as bars, ranges of a whole, or marks, with a link to a figure."""

    has_content = True
    required_arguments = 2
    option_spec = {"colours": str.split}

    def run(self):
        kind, key = self.arguments
        if kind not in KINDS:
            raise self.error(f"{kind!r} cannot be sketched; one of {', '.join(KINDS)} was expected")
        unknown = sorted({*self.options.get("colours", [])} - {*COLOURS})
        if unknown:
            raise self.error(f"there is no colour {unknown[0]!r}; one of {', '.join(COLOURS)} was expected")
        node = sketch(kind=kind, key=key, colours=self.options.get("colours", ["newpip"]))
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        page_records.record(self.env, self.env.docname).setdefault("key figures", []).append(key)
        return [node]


def draw(app, doctree, docname):
    """Put the drawings in their places, before the results in their lists are pasted."""
    for node in list(doctree.findall(sketch)):
        items = [one for item in node.findall(nodes.list_item) if (one := _item(app, item))["values"]]
        height, parts = KINDS[node["kind"]](items, node["colours"])
        said = escape("; ".join(f"{one['label']} {one['said']}".strip() for one in items), quote=True)
        size = f'viewBox="0 0 {WIDTH} {height:g}" width="{WIDTH}" height="{height:g}"'
        svg = f'<svg role="img" aria-label="{said}" {size}>{"".join(parts)}</svg>'
        keys = " ".join(one["key"] for one in node.findall(result))
        html = f'<div class="np-sketch" data-results="{escape(keys)}">{use_theme_colours(svg)}'
        html += f"{figure_link(app, docname, node['key'], '')}</div>"
        node.replace_self(nodes.raw("", html, format="html"))


def _item(app, item):
    """Read an item: its label, its values and how prose says them, and whether it is to be open."""
    label, values, said, ended = "", [], [], ":" not in item.astext()
    for node in item.findall(lambda one: isinstance(one, (result, nodes.Text))):
        known = app.newpip_published["results"].get(node["key"]) if isinstance(node, result) else None
        if known and ended:
            values.append(known["value"])
            said.append(known["text"])
        elif known or isinstance(node, nodes.Text):
            before, colon, _ = (known["text"], "", "") if known else node.astext().partition(":")
            label += "" if ended else before
            ended = ended or bool(colon)
    text = " to ".join(said) if len(said) == 2 else ", ".join(said)
    return {"label": label.strip(), "values": values, "said": text, "open": bool(item.next_node(nodes.emphasis))}


def _text(x, y, words, anchor="start", colour="ink"):
    style = f"fill:{COLOURS[colour]};text-anchor:{anchor}"
    return (
        f'<text x="{x:.4g}" y="{y:.4g}" font-size="11" font-family="sans-serif" style="{style}">{escape(words)}</text>'
    )


def _bars(items, colours):
    """Draw values as upright bars, each with its number on top."""
    highest, step, room = max(one["values"][0] for one in items), WIDTH / len(items), 42
    base = LINE + room
    for place, one in enumerate(items):
        high, middle = room * one["values"][0] / highest, step * (place + 0.5)
        look = f"fill:{'none' if one['open'] else COLOURS[colours[0]]};stroke:{COLOURS[colours[0]]}"
        box = f'x="{middle - 0.36 * step:.4g}" y="{base - high:.4g}" width="{0.72 * step:.4g}" height="{high:.4g}"'
        dashed = ' stroke-dasharray="3 2"' * one["open"]
        parts = [f'<rect {box}{dashed} style="{look}"/>', _text(middle, base - high - 3, one["said"], "middle")]
        one["parts"] = [*parts, _text(middle, base + LINE - 1, one["label"], "middle", "soft")]
    return base + LINE + 2, [part for one in items for part in one["parts"]]


def _ranges(items, colours):
    """Draw shares of a whole as stretches of a line from none to all."""
    parts, row = [], 2.6 * LINE
    for place, one in enumerate(items):
        top, (low, *_, high) = place * row, [WIDTH * value for value in (*one["values"], one["values"][-1])]
        parts.append(_text(0, top + LINE - 3, one["label"]))
        for begins, ends, wide, shade in ((0, WIDTH, 1.5, "rule"), (low, high, 5, colours[0])):
            style = f"stroke:{COLOURS[shade]};stroke-width:{wide}"
            parts.append(f'<path d="M{begins:.4g} {top + 17:.4g}H{ends:.4g}" style="{style}"/>')
        parts.append(_text(WIDTH, top + LINE + 17, one["said"], "end", "soft"))
    return len(items) * row + 1, parts


def _marks(items, colours):
    """Draw counts as rows of marks, those of a second result paler and of a third open."""
    parts, top, a_line = [], 0, int(WIDTH // PITCH)
    for place, one in enumerate(items):
        shade = COLOURS[colours[place % len(colours)]]
        parts += [_text(0, top + LINE - 3, one["label"]), _text(WIDTH, top + LINE - 3, one["said"], "end", "soft")]
        looks = [look for look, count in zip(LOOKS, one["values"], strict=False) for _ in range(int(count))]
        for at, look in enumerate(looks):
            x, y = 3 + at % a_line * PITCH, top + LINE + 4 + at // a_line * PITCH
            parts.append(f'<circle cx="{x:.4g}" cy="{y:.4g}" r="2.5" style="fill:{shade};stroke:{shade};{look}"/>')
        top += LINE + 3 + (len(looks) + a_line - 1) // a_line * PITCH + 3
    return top, parts


KINDS = {"bars": _bars, "ranges": _ranges, "marks": _marks}


def setup(app):
    """Connect."""
    app.add_node(sketch)
    app.add_directive("sketch", Sketch)
    app.connect("doctree-resolved", draw, priority=400)
