"""A chart draws at the width asked for, and carries its data and its words."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from newpip import charts, draw

GRID = pd.DataFrame([(x, y, x + y) for x in (0.0, 0.5, 1.0) for y in (0.0, 0.5, 1.0)], columns=["x", "y", "z"])
STEPS = pd.DataFrame({"group": ["parent", "parent", "professional"], "step": ["asked", "heard", "asked"]})
LINKS = pd.DataFrame({"from_node": ["a"], "to_node": ["b"], "relation": ["cites"]})
ITEMS = pd.DataFrame({"row": ["one", "one", "two"], "level": ["yes", "no", "yes"], "place": [1, 2, 1]})
EVENTS = pd.DataFrame({"lane": ["study", "service"], "label": ["Begun", "Opened"]})
LOOKS = {"yes": ("newpip", "o"), "no": ("other", "X")}
DATES = pd.to_datetime(["2020-01-01", "2021-01-01"])
WORDS = {"alt": "Said.", "height": 3}


def texts(fig):
    """Collect what is written in a drawing's axes."""
    return [text.get_text() for ax in fig.axes for text in ax.texts]


def band():
    frame = pd.DataFrame({"by": [1, 1, 2, 2], "x": [0.0, 1.0] * 2, "low": 0.2, "high": 0.8})
    panels = pd.DataFrame({"by": [1, 2], "label": ["First", "Second"], "tipping": [0.3, 0.6]})
    return charts.bands(frame, panels, by="by", x="x", low="low", high="high", level=0.5, at=0.1, **WORDS)


def documents():
    return pd.DataFrame({"node": ["a", "b"], "label": ["A", "B"], "layer": [0, 1], "x": [0.5, 0.5]})


MADE = {
    "lines": lambda: charts.lines(GRID, x="x", y="z", hue="y", **WORDS),
    "bands": band,
    "contours": lambda: charts.contours(GRID, x="x", y="y", value="z", steps=[0.5, 1], heavy=1, at=0.2, **WORDS),
    "dodged": lambda: charts.dodged(
        pd.concat([ITEMS, ITEMS.assign(row="other")]), by="row", x="place", y="row", hue="level", looks=LOOKS, **WORDS
    ),
    "flows": lambda: charts.flows(STEPS.assign(n=[4, 2, None]), group="group", label="step", n="n", **WORDS),
    "timelines": lambda: charts.timelines(
        EVENTS.assign(start=DATES, end=pd.NaT), lane="lane", label="label", start="start", end="end",
        colours={"study": "newpip", "service": "other"}, **WORDS,
    ),
    "counts": lambda: charts.counts(pd.DataFrame({"what": ["a", "b"], "n": [3, 1]}), label="what", n="n", **WORDS),
    "signs": lambda: charts.signs(ITEMS, row="row", level="level", looks=LOOKS, **WORDS),
    "shelves": lambda: charts.shelves(
        ITEMS.assign(open=False), row="row", place="place", kind="level", hollow="open", looks=LOOKS, **WORDS
    ),
    "strata": lambda: charts.strata(documents(), LINKS, **WORDS),
    "statements": lambda: charts.statements(
        documents().assign(number=[1, 2], where="", relations=["cites 2", ""]), LINKS, alt="Said."
    ),
}  # fmt: skip


@pytest.mark.parametrize("make", MADE.values(), ids=MADE)
def test_a_chart_is_drawn_at_the_width_asked_for(make):
    chart = make()
    assert chart.draw(3).get_size_inches()[0] == 3 and chart.draw().get_size_inches()[0] == draw.WIDTH
    assert chart.alt == "Said." and len(chart.data)


def test_rows_are_said_one_after_the_other():
    frame = pd.DataFrame({"name": ["a", "b"], "share": [0.5, 0.25], "not known": ["x", "y"]})
    assert charts.said(frame, "{name} ({not known}), {share:.0%}") == "a (x), 50%; b (y), 25%"
    assert charts.said(frame[:0], "{name}") == ""


def test_lines_of_reference_and_points_stand_where_they_are_said_to():
    points = {"frame": pd.DataFrame({"x": [0.5], "y": [1.0], "name": ["Here"]}), "x": "x", "y": "y", "label": "name"}
    wide = pd.DataFrame({"a": [0, 1], "b": [1, 0]}, index=[0.0, 1.0])
    chart = charts.lines(
        wide, colours=["parent", "professional"], level=0.3, at=0.6, points=points, percent="xy", data=GRID, **WORDS
    )
    fig = chart.draw()
    first, second, across, upright, point = (line for line in fig.axes[0].lines if len(line.get_xdata()))
    assert [to_hex(line.get_color()) for line in (first, second)] == [*map(to_hex, draw.GROUPS.values())]
    assert list(across.get_ydata()) == [0.3, 0.3] and list(upright.get_xdata()) == [0.6, 0.6]
    assert point.get_xydata().tolist() == [[0.5, 1.0]] and texts(fig) == ["Here"]
    assert chart.data is GRID and fig.axes[0].yaxis.get_major_formatter()(0.5) == "50%"


def test_each_band_has_a_panel_and_its_own_point():
    fig = band().draw()
    assert texts(fig) == ["First", "Second"]
    assert [ax.lines[-1].get_xydata().tolist() for ax in fig.axes] == [[[0.3, 0.5]], [[0.6, 0.5]]]


def test_the_heavy_contour_is_the_one_named():
    drawn = MADE["contours"]().draw().axes[0].collections[0]
    assert dict(zip(drawn.levels, drawn.get_linewidths(), strict=True)) == {0.5: 1.3, 1.0: 3}


def test_a_step_without_a_count_says_so():
    assert texts(MADE["flows"]().draw()) == [
        *("asked: 4", "heard: 2", "", "Parents"),
        *("asked: not reported", "Professionals"),
    ]


def test_one_group_alone_has_a_panel():
    alone = STEPS.query("group == 'professional'").assign(n=6)
    fig = charts.flows(alone, group="group", label="step", n="n", **WORDS).draw()
    assert texts(fig) == ["asked: 6", "Professionals"]


def test_bars_end_in_their_counts():
    assert texts(MADE["counts"]().draw()) == ["3", "1"]


def test_lines_of_a_forest_rise_above_its_labels_where_they_are_told_to():
    frame = pd.DataFrame({"row": ["a"], "estimate": [np.nan], "low": [0.4], "high": [0.6]})
    for raised, order in ((True, [4, 1]), (False, [2, 2])):
        fig = charts.forest(frame, label="row", reference=0.5, raised=raised, **WORDS).draw()
        line, _, reference = fig.axes[0].lines
        assert [line.get_zorder(), reference.get_zorder()] == order
