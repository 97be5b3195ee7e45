"""Write a drawing of matplotlib's as SVG that is light: the same picture, without what no browser needs."""

import re
from html import escape
from xml.etree import ElementTree

SPACE = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}href"
UNNEEDED = {"metadata", "style", "defs"}
IDLE = {"stroke-linejoin": "round", "stroke-linecap": "butt", "text-anchor": "start", "stroke-dashoffset": "0"}
FONT, ROUND = 'font-family="sans-serif"', 'stroke-linejoin="round"'
PATH = re.compile(r"[A-Za-z]|-?[\d.]+(?:e-?\d+)?")


def lean(text, key):
    """Write a picture anew: text stays text, ids are its own, numbers have two decimals, styles are attributes.

    Parameters
    ----------
    text : str
        What :meth:`matplotlib.figure.Figure.savefig` writes as SVG, with ``svg.fonttype`` ``"none"``.
    key : str
        What each id begins with.

    Returns
    -------
    str
    """
    root = ElementTree.fromstring(text[text.index("<svg") :])
    marks = {one.get("id"): one for one in root.iter(f"{SPACE}path") if one.get("id")}
    clips = {one.get("id"): f"{key}-{place}" for place, one in enumerate(root.iter(f"{SPACE}clipPath"))}
    drawn = _joined(_flat(root, marks, clips))
    used = {one[1]["clip-path"] for one in drawn if "clip-path" in one[1]}
    boxes = [
        _element("clipPath", {"id": clips[one.get("id")]}, _element(*_shape(one[0])))
        for one in root.iter(f"{SPACE}clipPath")
        if f"url(#{clips[one.get('id')]})" in used
    ]
    size = {name: _short(root.get(name)) for name in ("width", "height", "viewBox")}
    head = " ".join(f'{name}="{value}"' for name, value in size.items())
    body = "\n".join([*boxes, *(_element(*one) for one in drawn)])
    return f'<svg xmlns="http://www.w3.org/2000/svg" {head} {FONT} {ROUND}>\n{body}\n</svg>\n'


def _flat(node, marks, clips, around=None):
    """Yield what is drawn, in order, as its name, attributes and text; a group's style goes to what is in it."""
    style = (around or {}) | _style(node, clips)
    for child in node:
        name = child.tag.removeprefix(SPACE)
        if name in UNNEEDED or name == "clipPath":
            continue
        if name == "g":
            inner = _flat(child, marks, clips, style)
            yield from sorted(inner, key=_rank) if "axis_" in child.get("id", "") else inner
        elif name == "use":
            mark = marks[child.get(LINK).removeprefix("#")]
            looks = style | _style(mark, clips) | _style(child, clips)
            looks |= {"fill": "none"} if len(PATH.findall(mark.get("d"))) == 6 else {}  # a tick is a line
            yield _mark(mark.get("d"), float(child.get("x")), float(child.get("y")), _plain(looks))
        else:
            shape, looks, words = _shape(child)
            looks = _plain(style | _style(child, clips) | looks)
            if name != "path" or "d" in looks and (looks.get("fill") != "none" or "stroke" in looks):
                yield shape, looks, words


def _style(node, clips):
    """Return an element's style, clip and place as attributes."""
    found = dict(part.split(":", 1) for part in node.get("style", "").split(";") if part.strip())
    found = {name.strip(): value.strip().strip('"') for name, value in found.items()}
    font = re.fullmatch(r"((?:\w+ )*)([\d.]+)px .*", found.pop("font", ""))
    if font:
        found["font-size"] = font[2]
        for word in font[1].split():
            found["font-style" if word in ("italic", "oblique") else "font-weight"] = word
    found.pop("font-family", None)
    if "font-size" in found:
        found["font-size"] = found["font-size"].removesuffix("px")
    for name in ("transform", "clip-path"):
        if node.get(name):
            found[name] = node.get(name)
    if "clip-path" in found:
        found["clip-path"] = f"url(#{clips[found['clip-path'][5:-1]]})"
    return found


def _plain(looks):
    """Leave out what says nothing, and shorten numbers."""
    kept = {name: value for name, value in looks.items() if IDLE.get(name) != value and name != "stroke-miterlimit"}
    if re.match(r"rotate\(-?0[ .)]", kept.get("transform", "")):
        del kept["transform"]
    return {name: value if value.startswith(("#", "url")) else _short(value) for name, value in kept.items()}


def _shape(node):
    """Return an element's name, its own attributes and its text."""
    name = node.tag.removeprefix(SPACE)
    own = {one: node.get(one) for one in ("x", "y", "width", "height") if node.get(one)}
    if node.get("d"):
        own["d"] = " ".join(node.get("d").split())
    return name, {one: _short(value) for one, value in own.items()}, node.text.strip() if name == "text" else ""


def _mark(path, x, y, looks):
    """Return a mark at its place: a circle as such, another sign as a path of its own."""
    parts = PATH.findall(path)
    if parts.count("C") == 8:
        radius = max(abs(float(one)) for one in parts if not one.isalpha())
        return "circle", {"cx": _short(x), "cy": _short(y), "r": _short(radius)} | looks, ""
    place, shift = 0, (x, y)
    for at, one in enumerate(parts):
        if not one.isalpha():
            parts[at] = _short(float(one) + shift[place % 2])
            place += 1
    return "path", {"d": " ".join(parts)} | looks, ""


def _rank(element):
    """Put the words of an axis after its ticks, and these after the grid: they do not overlap, and can be joined."""
    name, looks, _ = element
    return 2 if name == "text" else "clip-path" not in looks


def _joined(drawn):
    """Join open lines of one look that follow each other."""
    kept = [("", {}, "")]
    for name, looks, text in drawn:
        last, style = kept[-1][1], looks | {"d": ""}
        line = name == kept[-1][0] == "path" and looks.get("fill") == "none" and "stroke-opacity" not in looks
        if line and style == last | {"d": ""}:
            kept[-1] = ("path", last | {"d": f"{last['d']} {looks['d']}"}, "")
        else:
            kept.append((name, looks, text))
    return kept[1:]


def _short(number):
    """Round the numbers in a text to two decimals."""
    return re.sub(r"-?\d+\.\d+(e-?\d+)?", lambda found: f"{float(found[0]):.2f}".rstrip("0").rstrip("."), str(number))


def _element(name, attributes, inside=""):
    """Write an element; words are escaped, elements within are not. A clip does not turn with what it clips."""
    if "transform" in attributes and "clip-path" in attributes:
        free = {one: value for one, value in attributes.items() if one != "clip-path"}
        return f'<g clip-path="{attributes["clip-path"]}">{_element(name, free, inside)}</g>'
    said = "".join(f' {one}="{escape(str(value))}"' for one, value in attributes.items())
    inside = inside if inside.startswith("<") and name == "clipPath" else escape(inside, quote=False)
    return f"<{name}{said}>{inside}</{name}>" if inside else f"<{name}{said}/>"
