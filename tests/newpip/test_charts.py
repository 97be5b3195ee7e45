"""Charts hold what they draw, and say it in words."""

import pandas as pd

from newpip import charts, draw


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
    chart = charts.tornado(swings, names, middle=3.0, height=2, xlabel="Posts", alt="Posts by input")
    points, texts = lines(chart)
    assert texts == ["Ex"] and [(1.0, 0), (5.0, 0)] in points
    assert chart.alt == "Posts by input: Ex, 1.0 to 5.0." and chart.data.equals(swings)


def test_lollipops_start_at_zero():
    frame = pd.DataFrame({"name": ["a", "b"], "worth": [0.5, 0.25]})
    chart = charts.lollipops(frame, label="name", value="worth", height=2, xlabel="Worth", alt="Worth")
    points, texts = lines(chart)
    assert texts == ["a", "b"] and [(0.0, 1), (0.25, 1)] in points
    assert chart.alt == "Worth: a, 0.50; b, 0.25." and list(chart.data) == ["name", "worth"]


def test_a_line_with_its_band_can_be_marked_and_drawn_at_any_width():
    frame = pd.DataFrame({"x": [1, 2], "y": [3.0, 2.0], "low": [1.0, 1.0], "high": [4.0, 3.0]})
    chart = charts.line_with_band(frame, x="x", y="y", low="low", high="high", height=2, mark=1.5, alt="Falls")
    points, _ = lines(chart)
    assert points[0] == [(1, 3.0), (2, 2.0)] and points[1][0][0] == 1.5
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
    assert points[2] == [(1.0, 6.0), (1 + 2 / 3, 10.0)] and texts == ["", "", "4 wait", "8 months"]
    assert chart.draw().axes[0].get_xlabel() == "Year"


def test_each_panel_holds_its_own_band_and_line():
    values = {"x": [1, 2, 1, 2], "low": [0, 1, 2, 3], "high": [2, 3, 4, 5], "line": [1, 2, 3, 4]}
    frame = pd.DataFrame({"who": ["b", "b", "a", "a"], **values})
    columns = {"by": "who", "x": "x", "low": "low", "high": "high", "line": "line"}
    chart = charts.bands_and_lines(frame, **columns, ylabel="Months", height=4, alt="Bands", ends={"xlabel": "Year"})
    top, below = chart.draw().axes
    assert [top.texts[0].get_text(), below.texts[0].get_text()] == ["b", "a"]
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
