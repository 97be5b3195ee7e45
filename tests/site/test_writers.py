"""Tables and figures are the same whether the build writes them or a run in the page, and scripts work on both.

The payloads are those stored in the chapters: what a run of a cell in the page would hand on.
"""

import json

import pytest

from tests.helpers import CHAPTERS, HTML, PAGES, ROOT, read

OURS = "application/vnd.newpip+json"

# What the page would write in the place of each table and figure, beside what is there; both told as lists of lines.
WRITTEN = """async ([folder, outputs, book]) => {
    const { display } = await import(`${folder}output.js`);
    const all = kind => [...document.querySelectorAll(kind)];
    book.root = new URL("../", location.href);
    book.numbers = new Map(all("figure.np-figure, table.np-table").map(one =>
        [one.id, one.querySelector(".caption-number")?.textContent]));
    book.shapes = new Map(all(".np-frame table.np-table[id]").map(one => {
        const widths = one.querySelector("colgroup");
        return [one.id, { classes: one.closest(".np-frame").className, widths, columns: widths?.children.length }];
    }));
    const skipped = "a.headerlink, .np-source, details, .np-large, .np-values, .np-filter > *, .np-more > *, svg";
    const through = "a, .np-sort, thead p, div:not([class]), span:not([class]), .std-ref";
    const few = ["docutils", "align-default", "table", "row-odd", "row-even", "colwidths-given", "np-beyond", "np-one"];
    const told = one => {
        if (one.nodeType === 3) return [one.data.replace(/\\s+/g, "")];
        if (one.nodeType !== 1 || one.matches(skipped)) return [];
        const inside = [...one.childNodes].flatMap(told);
        if (one.matches(through)) return inside;
        const classes = [...one.classList].filter(name => !few.includes(name) && name !== "np-ready").sort();
        const facts = one.closest("thead, .np-filter, .np-more") ? [] : ["id", "data-label", "role", "aria-label"];
        return [`<${one.localName} ${classes} ${facts.map(name => one.getAttribute(name))}>`, ...inside];
    };
    const found = [];
    for (const message of outputs) {
        const { kind, key } = message.data["application/vnd.newpip+json"];
        const place = document.getElementById(`${kind}-${key}`) ?? document.getElementById(key);
        const kept = place.closest(".np-frame") ?? place;
        const published = told(kept).join("");
        const seat = document.createComment("");
        kept.replaceWith(seat);
        const made = display(message, book);
        seat.replaceWith(made);
        const written = told(made.querySelector(".np-frame") ?? made).join("");
        const at = [...written].findIndex((letter, place) => letter !== published[place]);
        if (written !== published) found.push([key, ...[published, written].map(one => one.slice(at - 20, at + 80))]);
        for (const table of made.querySelectorAll("table.np-long")) {
            table.dispatchEvent(new CustomEvent("newpip:table", { bubbles: true }));
        }
    }
    return found;
}"""

# Sorts each column of each long table up, down and up again, and after another column; returns what is no order.
SORTED = """() => {
    const wrong = [];
    const number = text => /^[-\u2212+\u00a3]?[\\d,]+(\\.\\d+)?( ?%)?$/.test(text);
    const words = text => /^[^\\d]*$/.test(text);
    const size = text => Number(text.replace(/\u2212/g, "-").replace(/[\u00a3,%\\s]/g, ""));
    for (const table of document.querySelectorAll("table.np-long")) {
        const heads = [...table.tHead.rows[0].cells], rows = () => [...table.tBodies[0].rows];
        const given = new Map(rows().map((row, at) => [row, at]));
        const press = at => heads[at].querySelector("button").click();
        heads.forEach((head, at) => {
            const said = row => row.cells[at].textContent.replace(/\\s+/g, " ").trim();
            const gap = row => ["", "\u2013"].includes(said(row));
            const once = () => { press(at); return rows(); };
            const [up, down, again] = [once(), once(), once()];
            press((at + 1) % heads.length);
            const later = once();
            const blame = what => wrong.push(`${table.id} ${at}: ${what}`);
            if (new Set(up).size !== given.size) blame("rows lost");
            if (up.some((row, place) => row !== again[place] || row !== later[place])) blame("depends on clicks");
            for (const [way, order] of [["up", up], ["down", down]]) order.slice(1).forEach((row, place) => {
                const before = order[place], [a, b] = [said(before), said(row)];
                const [less, more] = way === "up" ? [a, b] : [b, a];
                if (gap(before) && !gap(row)) blame(`a gap before ${b}`);
                if (a === b && given.get(before) > given.get(row)) blame(`${a} not as given`);
                if (gap(row) || gap(before)) return;
                if (number(less) && number(more) && size(less) > size(more)) blame(`${way} ${a}, ${b}`);
                if (words(less) && number(more)) blame(`${way} ${a}, ${b}`);
            });
        });
        const by = table.closest(".np-frame").querySelector(".np-by select");
        by.value = "";
        by.dispatchEvent(new Event("change"));
        if (rows().some((row, at) => given.get(row) !== at)) wrong.push(`${table.id}: not as given again`);
    }
    return wrong;
}"""


def outputs(chapter):
    """Return a chapter's stored tables and figures as a run in the page would send them; drawings are not compared."""
    notebook = json.loads((ROOT / chapter.replace(".html", ".ipynb")).read_text(encoding="utf-8"))
    stored = [one for cell in notebook["cells"] for one in cell.get("outputs", ()) if OURS in one.get("data", {})]
    drawn = {"newpip": {"svg": {"wide": '<svg xmlns="http://www.w3.org/2000/svg"/>'}, "values": {}}}
    return [{"data": {OURS: one["data"][OURS]}, "metadata": drawn} for one in stored]


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_a_run_writes_what_the_build_writes_and_its_tables_sort(chapter, site, tab, page_python):
    manifest = json.loads((HTML / "_run" / "manifest.json").read_text(encoding="utf-8"))
    book = {"colours": manifest["colours"], "labels": manifest["labels"], "figures": {}, "results": {}}
    opened = tab()
    opened.goto(f"{site}/{chapter}")
    assert opened.evaluate(SORTED) == []
    assert opened.evaluate(WRITTEN, [f"{site}/{manifest['book']}", outputs(chapter), book]) == []
    bare = "all => all.filter(one => !one.closest('.np-frame').querySelector('input[type=search]')).length"
    assert opened.eval_on_selector_all("table.np-long", bare) == 0
    assert opened.evaluate(SORTED) == []
    assert opened.complaints == []


@pytest.mark.parametrize("page", [page for page in PAGES if page not in CHAPTERS and "np-long" in read(page)])
def test_long_tables_of_other_pages_sort(page, site, tab):
    opened = tab()
    opened.goto(f"{site}/{page}")
    assert opened.evaluate(SORTED) == []


def test_words_are_found_however_they_are_typed(site, tab):
    opened = tab()
    opened.goto(f"{site}/chapters/04-discussion.html")
    fold = "pair => pair.map(newpipFold)"
    for one, other in (
        ("speaker\u2019s", "speaker's"),
        ("\u22120.46", "-0.46"),
        ("2017\u201318", "2017-18"),
        ("a\u00a0b", "a b"),
        ("Matthe\u00df", "mattheß"),
        ("Matthe\u00df", "MATTHESS"),
        ("Caf\u00e9", "cafe"),
        ("\u201cso\u201d", '"so"'),
    ):
        folded = opened.evaluate(fold, [one, other])
        assert folded[0] == folded[1]
    frame = opened.locator(".np-frame:has(#pooled-reviews)")
    shown = {}
    for typed in ("-0.", "\u22120."):
        frame.get_by_label("Show rows that contain").fill(typed)
        frame.locator("output").filter(has_text="of").wait_for()
        shown[typed] = frame.locator("output").inner_text()
    assert len(set(shown.values())) == 1
