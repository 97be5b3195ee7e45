"""Sliders in a page, which need no Python: where they start and what they rest on comes from the data."""

import inspect
import json
import zlib
from dataclasses import dataclass
from pathlib import Path
from statistics import NormalDist

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from newpip import data
from newpip.data import load
from newpip_book.directives.results import published_results
from newpip_book.project import ROOT, add_static_files

HERE = Path(__file__).parent

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Input:
    """One slider: its name in the formulas, its label, its ends and step, and how its value reads."""

    name: str
    label: str
    low: float
    high: float | str  # or the name of the constant that it is
    step: float
    unit: str = "share"


def _default(function, name):
    return inspect.signature(function).parameters[name].default


# What the formulas rest on is imported where it is asked for: a build that writes no such page need not wait for it.
def _dropout():
    """Return where the sliders of dropout start, and what their formulas need."""
    from newpip import dropout

    quoted = load("attrition").set_index("attrition_id").loc["fonagy_quoted", "value"]
    starts = {"dropout": float(quoted), "leavers": _default(dropout.tipping, "leavers")}
    return starts, {"target": _default(dropout.tipping, "target")}


def _exposure():
    """Return where the slider of months starts, and what its formulas need."""
    from newpip import referrals

    counts = load("referrals").sort_values("year")
    months = load("exposure_readings").set_index("reading")["months_first_year"]
    z = NormalDist().inv_cdf((1 + _default(referrals.trend, "level")) / 2)
    constants = {"years": counts["year"].tolist(), "counts": counts["referrals"].tolist(), "z": z}
    return {"months": int(months["opened_june"])}, {**constants, "whole": referrals.MONTHS}


def _population():
    """Return where the sliders of population start, and what their formulas need."""
    from newpip import sample

    found = load("population").query("verified == 'unverified-found'").iloc[0]
    starts = {"share": float(found["share_other"]), "people": len(load("participants"))}
    return starts, {"chance": _default(sample.n_to_see, "chance")}


SLIDERS = {
    "dropout": (
        "Those who left, and all who started",
        (
            Input("dropout", "Share who left", 0, 0.6, 0.01),
            Input("leavers", "Benefit among those who left", 0, 1, 0.01),
            Input("completers", "Benefit among those who stayed", 0, 1, 0.01),
        ),
        ("attrition",),
        _dropout,
    ),
    "exposure": (
        "How long the first year was",
        (Input("months", "Months of service in the first year", 4, "whole", 1, "months"),),
        ("referrals", "exposure_readings"),
        _exposure,
    ),
    "population": (
        "How easily a group is missed",
        (
            Input("share", "The group's share of the population", 0.001, 0.3, 0.001),
            Input("people", "People in a random sample", 1, 100, 1, "people"),
        ),
        ("population", "participants"),
        _population,
    ),
}


class slider(nodes.General, nodes.Element):  # noqa: N801, docutils names its nodes in lower case
    """The place of some sliders; it holds what a reader without scripts sees."""


class SliderDirective(SphinxDirective):
    """``{slider} dropout``: sliders by their name in ``SLIDERS``; the content is for readers without scripts.

    An option with a slider's name, such as ``:completers: dropout.completers.90``, lets it start at that result.
    """

    required_arguments = 1
    has_content = True
    option_spec = {one.name: directives.unchanged_required for _, inputs, *_ in SLIDERS.values() for one in inputs}

    def run(self):
        if self.arguments[0] not in SLIDERS:
            raise self.error(f"no slider {self.arguments[0]!r}; expected one of {', '.join(SLIDERS)}")
        node = slider("", kind=self.arguments[0], keys=self.options, rests_on=_rests_on(self.env, self.arguments[0]))
        self.set_source_info(node)
        self.state.nested_parse(self.content, self.content_offset, node)
        return [node]


def _rests_on(env, kind):
    """Return what the data say of some sliders: as kept from the last build, where neither data nor code changed."""
    described = [data.resource(name) for name in SLIDERS[kind][2]]
    tables = [data.folder() / one["path"] for one in described]
    for table in tables:
        env.note_dependency(str(table))
    code = sorted((ROOT / "newpip").glob("*.py"))
    made_of = repr(described).encode() + b"".join(path.read_bytes() for path in [*tables, *code])
    kept = vars(env).setdefault("newpip_sliders", {})
    if kept.get(kind, ("",))[0] != zlib.crc32(made_of):
        kept[kind] = zlib.crc32(made_of), SLIDERS[kind][3]()
    return kept[kind][1]


def settle(app, doctree, docname):
    """Give each slider of a page its settings, from the data and from the results that it names."""
    found = list(doctree.findall(slider))
    values = {key: meta["value"] for _, key, _, meta in published_results(app) if "value" in meta} if found else {}
    for node in found:
        for key in set(node["keys"].values()) - values.keys():
            log.warning("no chapter names the number %r", key, location=(docname, node.line))
        node["settings"] = settings(
            node["kind"], {name: values.get(key) for name, key in node["keys"].items()}, node["rests_on"]
        )


def settings(kind, starts=None, rests_on=None):
    """Say all that the script needs to know of some sliders.

    Parameters
    ----------
    kind : str
        A name of ``SLIDERS``.
    starts : dict of str to float, optional
        Where to start, where the data alone do not say.
    rests_on : tuple of dict, optional
        What the data say, where that is known.

    Returns
    -------
    dict
        `kind`, `legend`, `inputs` (one dict a slider, with its `start`) and `constants`.
    """
    legend, inputs, _, from_data = SLIDERS[kind]
    said, constants = rests_on or from_data()
    known = said | (starts or {})
    told = [{**vars(one), "high": constants.get(one.high, one.high), "start": known[one.name]} for one in inputs]
    return {"kind": kind, "legend": legend, "inputs": told, "constants": constants}


def add_slider_assets(app, pagename, templatename, context, doctree):
    """Load the script and its styles on the pages that have sliders."""
    if doctree and any(True for _ in doctree.findall(slider)):
        app.add_js_file("sliders.js", loading_method="defer")
        app.add_css_file("sliders.css")


def visit(translator, node):
    """Open the place that the script fills."""
    told = json.dumps(node["settings"], sort_keys=True)
    translator.body.append(translator.starttag(node, "div", CLASS="np-slider", **{"data-slider": told}))


def depart(translator, node):
    """Close it."""
    translator.body.append("</div>\n")


def _nothing(translator, node):
    """Write the content alone: on paper nothing slides."""


def setup(app):
    """Connect the sliders to Sphinx."""
    on_paper = (_nothing, _nothing)
    app.add_node(slider, html=(visit, depart), latex=on_paper, text=on_paper)
    add_static_files(app, HERE / "sliders.js", HERE / "sliders.css")
    app.add_directive("slider", SliderDirective)
    app.connect("doctree-resolved", settle)
    app.connect("html-page-context", add_slider_assets)
