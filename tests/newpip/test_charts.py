"""Charts: each draws at the width asked for, and keeps its data and its words."""

import pandas as pd

from newpip import charts, draw


def test_a_table_is_said_row_by_row():
    frame = pd.DataFrame({"row": ["a\nb", "c"], "low": [0.1, None], "high": [0.25, None]})
    said = charts.said(frame, "{row}{limits}", limits=charts.limits(frame, missing=", unknown"))
    assert said == "a, b (10.0% to 25.0%); c, unknown"
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
    frame = frame.assign(fill="full", shade="other", note="")
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
    lines = {line.get_label(): line.get_markerfacecolor() for line in chart.draw().axes[0].lines}
    assert lines == {"here": draw.COLOURS["other"], "elsewhere": "none"}


def test_bars_bear_their_numbers():
    frame = pd.DataFrame({"year": [2001, 2002], "n": [4, 9]})
    chart = charts.numbered_bars(frame, x="year", y="n", xlabel="Year", ylabel="Number", alt="Two.", height=2)
    axes = chart.draw().axes[0]
    assert [bar.get_height() for bar in axes.patches] == [4, 9]
    assert [text.get_text() for text in axes.texts] == ["4", "9"]
    assert [label.get_text() for label in axes.get_xticklabels()] == ["2001", "2002"]


def test_lines_are_told_apart_by_more_than_colour():
    frame = pd.DataFrame({"x": [1, 2] * 3, "y": [1, 2, 2, 3, 3, 4], "name": ["b", "b", "a", "a", "c", "c"]})
    chart = charts.marked_lines(frame, x="x", y="y", by="name", alt="Three.", height=2, ends={"xlabel": "X"})
    lines = chart.draw().axes[0].lines
    assert [line.get_label() for line in lines] == ["b", "a", "c"]
    assert len({str(line.get_marker()) for line in lines}) == len({line.get_color() for line in lines}) == 3


def test_a_threshold_is_dashed():
    frame = pd.DataFrame({"x": [1, 2], "y": [0.1, 0.2]})
    chart = charts.threshold_line(
        frame, x="x", y="y", threshold=0.05, xlabel="X", ylabel="Y", alt="One line.", height=2
    )
    line, level = chart.draw().axes[0].lines
    assert list(line.get_ydata()) == [0.1, 0.2] and level.get_ydata()[0] == 0.05 and level.get_linestyle() == "--"
