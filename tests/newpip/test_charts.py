"""Charts: each draws at the width asked for, and keeps its data and its words."""

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex

from newpip import charts, draw


def test_a_table_is_said_row_by_row():
    frame = pd.DataFrame({"row": ["a\nb", "c"], "low": [0.1, None], "high": [0.25, None]})
    said = charts.said(frame, "{row}{limits}", limits=charts.limits(frame, missing=", unknown"))
    assert said == "a, b (10.0% to 25.0%); c, unknown"
    assert charts.said(frame.assign(row="a,\nb"), "{row}") == "a, b; a, b"
    assert list(charts.limits(frame, ".2f")) == [" (0.10 to 0.25)", ""]


def test_ranges_say_the_lowest_and_the_highest_number():
    frame = pd.DataFrame({"at": ["a", "a", "b", "c"], "n": [9, 3, 4, None]}).astype({"n": "Int64"})
    assert charts.ranges(frame, ["at"], "n") == {("a",): "3\N{EN DASH}9", ("b",): "4"}


def test_sizes_put_what_nobody_counted_at_the_side():
    frame = pd.DataFrame({"name": ["a", "b"], "n": [40, None], "open": [False, True]})
    chart = charts.sizes(
        frame, label="name", n="n", hollow="open", colour=["newpip", "other"], xlabel="People", alt="Two.", height=2
    )
    fig = chart.draw(3)
    assert [line.get_xdata()[0] for line in fig.axes[0].lines if line.get_marker() == "o"] == [40, charts.UNKNOWN]
    assert fig.get_size_inches()[0] == 3 and list(chart.data.columns) == ["name", "n", "open"]


def test_counted_leaves_out_rows_without_an_item():
    frame = pd.DataFrame({"row": ["a"], "column": ["x"], "kind": ["k"], "n": [7]})
    frame = frame.assign(fill="full", shade="other", note="", name="One")
    chart = charts.counted(
        frame, row="row", column="column", kind="kind", fill="fill", shade="shade", note="note", n="n",
        rows={"a": "A", "b": "B"}, columns={"x": "X"}, marks={"k": "o"}, signs={"K": ("o", "full", "other")},
        alt="One.", height=2, data=frame[["n"]],
    )  # fmt: skip
    axes = chart.draw().axes[0]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["A"]
    assert "7" in [text.get_text() for text in axes.texts] and list(chart.data.columns) == ["n"]


def test_dated_counts_are_open_where_they_were_not_read():
    frame = pd.DataFrame({"day": pd.to_datetime(["2019-01-01", "2020-01-01"]), "n": [5, 8], "open": [True, False]})
    names = {True: "elsewhere", False: "here"}
    chart = charts.dated(frame, x="day", y="n", hollow="open", names=names, ylabel="Teams", alt="Two.", height=2)
    fig = chart.draw()
    assert [line.get_markerfacecolor() for line in fig.axes[0].lines] == [draw.COLOURS["other"], "none"]
    assert texts(fig) == ["5", "8"] and [text.get_text() for text in fig.legends[0].get_texts()] == [
        "elsewhere",
        "here",
    ]


def test_bars_bear_their_numbers():
    frame = pd.DataFrame({"year": [2001, 2002], "n": [4, 9]})
    chart = charts.numbered_bars(frame, x="year", y="n", xlabel="Year", ylabel="Number", alt="Two.", height=2)
    axes = chart.draw().axes[0]
    assert [bar.get_height() for bar in axes.patches] == [4, 9]
    assert [text.get_text() for text in axes.texts] == ["4", "9"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2001", "2002"]


def test_many_bars_bear_no_more_names_and_numbers_than_fit():
    frame = pd.DataFrame(
        {"year": [f"{year}/{year % 100 + 1}" for year in range(2010, 2030)], "n": range(10**5, 10**5 + 20)}
    )
    chart = charts.numbered_bars(frame, x="year", y="n", xlabel="Year", ylabel="Number", alt="Many.", height=2)
    for width, shown in ((draw.WIDTH, 5), (draw.WIDE, 10)):
        axes = chart.draw(width).axes[0]
        names = [label.get_text() for label in axes.get_xticklabels()]
        assert len(names) == shown and names[-1] == "2029/30" and not axes.texts
        assert "100,000" in [label.get_text() for label in axes.get_yticklabels()]


def test_lines_are_told_apart_by_more_than_colour():
    frame = pd.DataFrame({"x": [1, 2] * 3, "y": [1, 2, 2, 3, 3, 4], "name": ["b", "b", "a", "a", "c", "c"]})
    chart = charts.marked_lines(frame, x="x", y="y", by="name", alt="Three.", height=2, ends={"xlabel": "X"})
    lines = chart.draw().axes[0].lines
    assert [text.get_text() for text in lines[0].axes.texts] == ["b", "a", "c"] and not lines[0].axes.get_legend()
    assert len({str(line.get_marker()) for line in lines}) == len({line.get_color() for line in lines}) == 3


def test_a_threshold_is_dashed():
    frame = pd.DataFrame({"x": [1, 2], "y": [0.1, 0.2]})
    chart = charts.threshold_line(
        frame, x="x", y="y", threshold=0.05, ends={"xlabel": "X", "ylabel": "Y"}, alt="One line.", height=2
    )
    line, level = chart.draw().axes[0].lines
    assert list(line.get_ydata()) == [0.1, 0.2] and level.get_ydata()[0] == 0.05 and level.get_linestyle() == "--"


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
    return charts.bands(
        frame, panels, by="by", x="x", level=(0.5, "half"), at=(0.1, "left"), xlabel="X", ylabel="Y", **WORDS
    )


def documents():
    return pd.DataFrame({"node": ["a", "b"], "label": ["A", "B"], "layer": [0, 1], "x": [0.5, 0.5]})


MADE = {
    "lines": lambda: charts.lines(GRID, x="x", y="z", hue="y", **WORDS),
    "bands": band,
    "dodged": lambda: charts.dodged(
        pd.concat([ITEMS, ITEMS.assign(row="other")]), by="row", x="place", y="row", hue="level", looks=LOOKS, **WORDS
    ),
    "flows": lambda: charts.flows(STEPS.assign(n=[4, 2, None]), group="group", label="step", n="n", **WORDS),
    "timelines": lambda: charts.timelines(
        EVENTS.assign(start=DATES, end=pd.NaT), lane="lane", label="label", start="start", end="end",
        colours={"study": "newpip", "service": "other"}, **WORDS,
    ),
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
    assert chart.alt in ("Said.", "Said.: 30% if First; 60% if Second.") and len(chart.data)


def test_rows_are_said_one_after_the_other():
    frame = pd.DataFrame({"name": ["a", "b"], "share": [0.5, 0.25], "not known": ["x", "y"]})
    assert charts.said(frame, "{name} ({not known}), {share:.0%}") == "a (x), 50%; b (y), 25%"
    assert charts.said(frame[:0], "{name}") == ""


def test_lines_of_reference_and_points_stand_where_they_are_said_to():
    points = {"frame": pd.DataFrame({"x": [0.5], "y": [1.0], "name": ["Here"]}), "x": "x", "y": "y", "label": "name"}
    wide = pd.DataFrame({"a": [0, 1], "b": [1, 0]}, index=[0.0, 1.0])
    chart = charts.lines(
        wide,
        colours=["parent", "professional"],
        level=(0.3, "low"),
        at=0.6,
        points=points,
        percent="xy",
        data=GRID,
        **WORDS,
    )
    fig = chart.draw()
    first, second, across, upright, point = (line for line in fig.axes[0].lines if len(line.get_xdata()))
    assert [to_hex(line.get_color()) for line in (first, second)] == [*map(to_hex, draw.GROUPS.values())]
    assert list(across.get_ydata()) == [0.3, 0.3] and list(upright.get_xdata()) == [0.6, 0.6]
    assert point.get_xydata().tolist() == [[0.5, 1.0]] and texts(fig) == ["b", "a", "low", "Here"]
    assert chart.data is GRID and fig.axes[0].yaxis.get_major_formatter()(0.5) == "50%"


def test_each_band_has_a_panel_and_its_own_point():
    fig = band().draw()
    assert texts(fig) == ["half", "left", "First", "half", "Second"]
    assert [ax.lines[-1].get_xydata().tolist() for ax in fig.axes] == [[[0.3, 0.5]], [[0.6, 0.5]]]


def test_a_step_without_a_count_says_so():
    assert texts(MADE["flows"]().draw()) == [
        *("asked: 4", "heard: 2", "", "Parents"),
        *("asked: not reported", "Professionals"),
    ]


def test_one_group_alone_has_a_panel():
    alone = STEPS.query("group == 'professional'").assign(n=6)
    fig = charts.flows(alone, group="group", label="step", n="n", **WORDS).draw()
    assert texts(fig) == ["asked: 6", "Professionals"]


def test_lines_of_a_forest_rise_above_its_labels_where_they_are_told_to():
    frame = pd.DataFrame({"row": ["a"], "estimate": [np.nan], "low": [0.4], "high": [0.6]})
    for raised, order in ((True, [4, 1]), (False, [2, 1])):
        fig = charts.forest(frame, label="row", reference=0.5, raised=raised, **WORDS).draw()
        line, _, reference = fig.axes[0].lines
        assert [line.get_zorder(), reference.get_zorder()] == order


def lines(chart):
    """The points of every line in a drawing, and its labels."""
    ax = chart.draw().axes[0]
    return [list(zip(*line.get_data(), strict=True)) for line in ax.lines], [text.get_text() for text in ax.texts]


def test_rows_are_said_in_their_order():
    frame = pd.DataFrame({"label": ["b", "a"], "value": [1.25, 2.0]})
    assert charts.said(frame, "{label} is {value:.1f}") == "b is 1.2; a is 2.0"
    assert charts.said(frame[:0], "{label}") == ""


def test_a_tornado_leaves_out_what_moves_nothing_but_keeps_it_in_its_data():
    swings = pd.DataFrame({"input": ["x", "y"], "at_low": [1.0, 3.0], "at_high": [5.0, 3.0], "swing": [4.0, 0.0]})
    names = pd.Series({"x": "Ex", "y": "Why"})
    chart = charts.tornado(swings, names, middle=(3.0, "all central"), height=2, xlabel="Posts", alt="Posts by input")
    points, texts = lines(chart)
    assert texts == ["Ex", "all central"] and [(1.0, 0), (5.0, 0)] in points
    assert chart.alt == "Posts by input: Ex, 1.0 to 5.0." and chart.data.equals(swings)


def test_lollipops_start_at_zero():
    frame = pd.DataFrame({"name": ["a", "b"], "worth": [0.5, 0.25]})
    chart = charts.lollipops(frame, label="name", value="worth", height=2, xlabel="Worth", alt="Worth")
    points, texts = lines(chart)
    assert texts == ["a", "b"] and [(0.0, 1), (0.25, 1)] in points
    assert chart.alt == "Worth: a, 0.50; b, 0.25." and list(chart.data) == ["name", "worth"]


def test_a_line_with_its_band_can_be_marked_and_drawn_at_any_width():
    frame = pd.DataFrame({"x": [1, 2], "y": [3.0, 2.0], "low": [1.0, 1.0], "high": [4.0, 3.0]})
    chart = charts.line_with_band(
        frame, x="x", y="y", low="low", high="high", height=2, mark=1.5, alt="Falls", names="ab"
    )
    points, texts = lines(chart)
    assert texts == ["a", "b"] and points[0] == [(1, 3.0), (2, 2.0)] and points[1][0][0] == 1.5
    assert chart.draw(6).get_figwidth() == 6 and chart.draw().get_figwidth() == draw.WIDTH


def test_a_grid_of_counts_leaves_empty_cells_open_and_says_the_rest():
    frame = pd.DataFrame({"source": ["b", "b", "a"], "verdict": ["good", "bad", "good"], "claims": [2, 0, 1]})
    rows, columns = {"a": "News item", "b": "Paper"}, {"good": "fine", "bad": "not"}
    words = {"row": "source", "column": "verdict", "count": "claims", "alt": "Claims"}
    chart = charts.count_grid(frame, rows=rows, columns=columns, height=2, **words)
    ax = chart.draw().axes[0]
    assert chart.alt == "Claims. News item: 1 good; Paper: 2 good." and chart.data is frame
    assert [text.get_text() for text in ax.texts] == ["2", "1"]
    assert [text.get_text() for text in ax.get_yticklabels()] == ["News\nitem", "Paper"]


def test_spans_start_at_zero_and_need_no_estimate():
    frame = pd.DataFrame({"name": ["a", "b"], "low": [2.0, 3.0], "high": [4.0, 5.25]})
    chart = charts.spans(frame, label="name", height=2, xlabel="Families", alt="Families", form=".1f")
    points, texts = lines(chart)
    assert texts == ["a", "b"] and [(3.0, 1), (5.25, 1)] in points and chart.draw().axes[0].get_xlim()[0] == 0
    assert chart.alt == "Families: a, 2.0 to 4.0; b, 3.0 to 5.2." and list(chart.data) == ["name", "low", "high"]
    dotted = charts.spans(frame.assign(estimate=[3.0, 4.0]), label="name", height=2, xlabel="", alt="")
    assert [(4.0, 1)] in lines(dotted)[0]


def test_a_queue_is_drawn_with_its_two_gaps():
    frame = pd.DataFrame({"when": [0.0, 1.0], "joined": [0.0, 10.0], "started": [0.0, 6.0]})
    words = {"names": ["come", "taken on", "to be"], "notes": ["4 wait", "8 months"], "alt": "A queue"}
    chart = charts.running_totals(
        frame, x="when", come="joined", taken="started", level=2 / 3, height=3, **words, ends={"xlabel": "Year"}
    )
    points, texts = lines(chart)
    assert points[2] == [(1.0, 6.0), (1 + 2 / 3, 10.0)] and texts[2:] == ["4 wait", "8 months", *words["names"]]
    assert chart.draw().axes[0].get_xlabel() == "Year"


def test_each_panel_holds_its_own_band_and_line():
    values = {"x": [1, 2, 1, 2], "low": [0, 1, 2, 3], "high": [2, 3, 4, 5], "line": [1, 2, 3, 4]}
    frame = pd.DataFrame({"who": ["b", "b", "a", "a"], **values})
    columns = {"by": "who", "x": "x", "low": "low", "high": "high", "line": "line", "names": ["fluid", "all"]}
    chart = charts.bands_and_lines(frame, **columns, ylabel="Months", height=4, alt="Bands", ends={"xlabel": "Year"})
    top, below = chart.draw().axes
    assert [[text.get_text() for text in ax.texts] for ax in (top, below)] == [["b", "fluid", "all"], ["a"]]
    assert list(below.lines[-1].get_ydata()) == [3, 4] and [top.get_xlabel(), below.get_xlabel()] == ["", "Year"]


def test_bars_carry_their_numbers():
    frame = pd.DataFrame({"voice": ["A", "B"], "words": [30, 0]})
    chart = charts.labelled_bars(frame, label="voice", value="words", height=2, alt="Bars", ends={"xlabel": "Words"})
    ax = chart.draw().axes[0]
    assert [bar.get_width() for bar in ax.patches] == [30, 0] and ax.get_xlabel() == "Words"
    assert [text.get_text() for text in ax.texts] == ["30", "0"]


def test_grouped_bars_are_labelled_group_by_group():
    frame = pd.DataFrame(
        {"group": ["parent", "professional", "parent"], "level": ["low", "low", "high"], "share": [0.25, 1.0, 0.75]}
    ).assign(said=["1 of 4", "2 of 2", "3 of 4"])
    columns = {"row": "level", "share": "share", "group": "group", "label": "said"}
    ax = charts.grouped_bars(frame, **columns, height=2, alt="Bars").draw().axes[0]
    assert [text.get_text() for text in ax.texts] == ["1 of 4", "3 of 4", "2 of 2"]
    assert [bar.get_width() for bar in ax.containers[0]] == [0.25, 0.75]


def test_points_stand_in_their_panel_in_the_colour_of_their_group():
    values = {"n": [1, 2, 1, 2], "codes": [3, 5, 1, 2]}
    frame = pd.DataFrame({"panel": ["b", "b", "a", "a"], "who": ["parent", "professional"] * 2, **values})
    words = {"ylabel": "{} seen", "xlabel": "People", "notes": {"parent": (1, 3, "parents")}, "alt": "Points"}
    columns = {"by": "panel", "x": "n", "y": "codes", "group": "who"}
    top, below = charts.points_by_group(frame, **columns, **words, split=1.5, height=3).draw().axes
    assert [top.get_ylabel(), below.get_ylabel(), below.get_xlabel()] == ["b seen", "a seen", "People"]
    assert top.lines[0].get_color() == draw.GROUPS["parent"] == top.texts[0].get_color()
    assert list(below.lines[1].get_ydata()) == [2]


def test_a_specification_curve_has_the_answers_of_each_option_on_its_scale():
    frame = pd.DataFrame({"a": ["x", "x", "y"], "b": ["p", "q", "q"], "answer": [3.0, 3.0, 1.0]})
    frame["specification"] = [2, 2, 1]
    chart = charts.specification_curve(
        frame, answer="answer", choices=["a", "b"], labels={"a": "Choice", "x": "Option"}, headline=(2, "ours"),
        form=".1f", xlabel="Months", level=(2, "stay"), alt="Waits",
    )  # fmt: skip
    answers, strips = chart.draw().axes
    assert answers.lines[0].get_xydata().tolist() == [[1, 1], [3, 2]]
    assert answers.lines[1].get_marker() == "D" and answers.lines[1].get_xydata().tolist() == [[3, 2]]
    assert [text.get_text() for text in answers.texts] == ["ours", "stay"]
    assert [label.get_text() for label in strips.get_yticklabels()] == ["Choice", "Option", "y", "b", "p", "q"]
    drawn = {mark: [line.get_xydata().tolist() for line in strips.lines if line.get_marker() == mark] for mark in "|o"}
    assert drawn["|"] == [[[3, 1]], [[1, 2]], [[3, 4]], [[3, 5], [1, 5]]]
    assert drawn["o"] == [[[3, 1]], [[1, 2]], [[3, 4]], [[2, 5]]]
    assert chart.alt == "Waits: 2 from 1.0 to 3.0, median 2.0, headline 3.0." and len(chart.data) == 3
