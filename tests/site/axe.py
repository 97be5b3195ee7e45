"""Look at a page with axe-core, quickly: at one of each of what looks alike."""

from pathlib import Path

import axe_playwright_python

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
LEVELS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"]

# What axe would look at again and again, and slowly: the inside of a picture, which is one image; rows of a table,
# which look alike; and the colours of code, which are held to the same contrast in TestLook.
PRUNE = """() => {
    for (const one of document.querySelectorAll("svg[role=img] > *, tbody tr:nth-child(n + 9)")) one.remove();
    for (const code of document.querySelectorAll(".highlight pre")) code.textContent = code.textContent;
}"""

# Text of one colour, size and weight, on one ground and equally opaque, has one contrast: axe looks at one of each.
LOOKS = """() => {
    const seen = new Set(), clear = /^rgba\\(.*, 0\\)$/;
    for (const one of document.querySelectorAll("[data-look]")) one.removeAttribute("data-look");
    for (const one of document.querySelectorAll("body *")) {
        if (![...one.childNodes].some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
        const style = getComputedStyle(one);
        const look = [style.color, style.fontSize, style.fontWeight, style.textShadow, one.checkVisibility()];
        for (let at = one; at; at = at.parentElement) {
            const { backgroundColor, backgroundImage, opacity, position } = getComputedStyle(at);
            look.push(opacity, position, backgroundImage);
            if (!clear.test(backgroundColor)) { look.push(backgroundColor); break; }
        }
        if (!seen.has(look.join())) one.setAttribute("data-look", "");
        seen.add(look.join());
    }
}"""


def look(opened, address):
    """Open a page, without what would only be looked at again, and with axe-core in it."""
    opened.goto(address)
    opened.evaluate(PRUNE)
    opened.evaluate(AXE)


def axe(opened, *but):
    """Return axe-core's violations of all rules but some, and but contrast."""
    rules = {rule: {"enabled": False} for rule in ("color-contrast", *but)}
    rules["empty-table-header"] = {"enabled": True}
    return violations(opened, "html", {"runOnly": {"type": "tag", "values": LEVELS}, "rules": rules}, least=5)


def pale(opened):
    """Return axe-core's violations of contrast."""
    opened.evaluate(LOOKS)
    return violations(opened, "[data-look]", {"runOnly": {"type": "rule", "values": ["color-contrast"]}}, least=1)


def violations(opened, place, options, least):
    """Let axe-core look at a place by some rules, and return what it finds wrong."""
    found = opened.evaluate(
        """async ([place, options]) => {
            const { violations, passes } = await axe.run(place, { ...options, resultTypes: ["violations"] });
            return [passes.length, violations.flatMap(one => one.nodes.map(node => `${one.id}: ${node.html}`))];
        }""",
        [place, options],
    )
    assert found[0] >= least, "axe looked at next to nothing"
    return found[1]
