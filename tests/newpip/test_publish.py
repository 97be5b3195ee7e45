"""What a chapter hands to the reader carries its data, its words and nothing unsafe."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from newpip import charts, draw, forms, publish


@pytest.fixture
def shown(monkeypatch):
    """Collect what is displayed."""
    outputs = []
    monkeypatch.setattr(
        publish, "display", lambda data, raw, metadata=None: outputs.append((data, metadata or {})) if raw else None
    )
    return outputs


FRAME = pd.DataFrame({"name": ["<b>a</b>", "b"], "share": [0.25, np.nan], "n": [4, 1]})


def test_a_number_keeps_its_value_and_shows_its_form(shown):
    publish.number("a.b", np.float64(-0.0056), ".1%", "share")
    data, metadata = shown[0]
    assert data["application/papermill.record/text/plain"] == "\u22120.6%"
    assert metadata["newpip"] == {"value": -0.0056, "unit": "share"}
    json.dumps(metadata)


def test_a_list_is_a_number_too(shown):
    publish.number("ids", ["K7", "K9"])
    assert shown[0][1]["newpip"]["value"] == ["K7", "K9"]
    assert shown[0][0]["text/plain"] == "ids = K7, K9"


@pytest.mark.parametrize("value", [float("nan"), np.inf, pd.NA, [1.0, np.nan], np.array([np.inf])])
def test_a_number_must_be_finite(shown, value):
    with pytest.raises(ValueError, match="finite"):
        publish.number("a", value)


def test_a_claim_says_whether_it_holds(shown):
    publish.claim("up", np.bool_(False), "b with a")
    assert shown[0][1]["newpip"] == {"holds": False, "because": "b with a"}
    json.dumps(shown[0][1])


def test_a_figure_carries_its_data_its_words_and_a_picture_of_text(shown):
    fig, ax = draw.canvas(2)
    ax.plot([0, 1], [0, 1], color=draw.COLOURS["parent"], label="up")
    ax.legend()
    publish.figure("line", fig, data=FRAME, alt="A line goes up.", title="Up.", caption="A line.")
    data, metadata = shown[0]
    payload, svg = data[publish.MIME], metadata["newpip"]["svg"]["narrow"]
    assert payload["alt"] == "A line goes up." and payload["csv"].startswith("name,share,n\n")
    assert "<text" in svg and draw.COLOURS["parent"] in svg and "<dc:date>" not in svg
    assert metadata["newpip"]["values"] == {} and list(metadata["newpip"]["svg"]) == ["narrow"]


def test_the_same_figure_is_the_same_bytes(shown):
    for _ in range(2):
        fig, ax = draw.canvas(2)
        ax.plot([0, 1], [0, 1])
        publish.figure("line", fig, data=FRAME, alt="x", title="x", caption="x")
    assert shown[0] == shown[1]


def test_a_table_is_escaped_and_says_dash_for_missing(shown):
    publish.table("t", FRAME, caption="c", columns={"name": "Name", "share": "Share"})
    data, _ = shown[0]
    assert "<b>" not in data["text/html"]
    payload = data[publish.MIME]
    assert payload["rows"][1] == ["b", "\u2013"] and payload["numeric"] == [False, True]
    assert payload["header"] == ["Name", "Share"]


@pytest.mark.parametrize("text", ["=1+1", "+1+1", "-1+cmd", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_spreadsheet_takes_text_of_a_download_for_a_formula(shown, text):
    publish.table("t", pd.DataFrame({"name": [text], "n": [-3]}), caption="c")
    row = shown[0][0][publish.MIME]["csv"].split("\n", 1)[1]
    assert row.strip('"').startswith("'") and row.rstrip().endswith(",-3")


@pytest.mark.parametrize("cell", ["-3", "+4.5", "a=b", "", None, -3, 2.5])
def test_numbers_and_other_text_are_left_as_they_are(cell):
    assert publish.escape_spreadsheet_formula(cell) is cell


def test_a_table_names_the_columns_that_a_reader_can_choose_by(shown):
    publish.table("t", FRAME, caption="A table", choose=["n"])
    publish.table("t", FRAME, caption="A table")
    assert shown[0][0][publish.MIME]["choose"] == [False, False, True]
    assert "choose" not in shown[1][0][publish.MIME]


@pytest.mark.parametrize("n, said", [(0, "no"), (1, "one"), (2, "two"), (20, "twenty"), (21, "21"), (1234, "1,234")])
def test_a_small_number_is_said_as_a_word(n, said):
    assert publish.in_words(n) == said


def test_a_number_can_be_named_in_words(shown):
    publish.number("a.b", 3, publish.in_words, "documents")
    data, metadata = shown[0]
    assert data["text/plain"] == "a.b = three" and metadata["newpip"] == {"value": 3, "unit": "documents"}


def test_numbers_are_named_one_by_one(shown):
    publish.numbers("a.year", pd.Series([1.5, 2], index=["2017", "2018"]), ".1f", "things")
    assert {meta["scrapbook"]["name"]: meta["newpip"]["value"] for _, meta in shown} == {
        "a.year.2017": 1.5,
        "a.year.2018": 2.0,
    }


def test_a_chart_is_published_with_its_own_data_and_words(shown):
    frame = pd.DataFrame({"row": ["a"], "estimate": [0.5], "low": [0.4], "high": [0.6]})
    chart = charts.forest(frame, label="row", alt="One estimate.", height=2)
    publish.figure("f", chart, title=f"It is {publish.cite('f', 0.5)}.", holds="is-half", caption="A caption.")
    payload = shown[-1][0][publish.MIME]
    assert payload["caption"][: payload["title"]] == "It is 0.5." and payload["holds"] == "is-half"
    assert payload["caption"] == "It is 0.5. A caption." and payload["cites"] == [[6, 9, "f"]]
    assert payload["alt"] == "One estimate." and payload["csv"].startswith("row,estimate,low,high\na,0.5")
    assert chart.draw(3).get_size_inches()[0] == 3


def test_a_chart_is_drawn_for_a_phone_and_for_a_desktop_and_knows_where_its_marks_stand(shown):
    frame = pd.DataFrame({"row": ["a\nb", "c"], "estimate": [0.5, 0.25], "low": [0.4, np.nan], "high": [0.6, np.nan]})
    publish.figure("f", charts.forest(frame, label="row", alt="Two.", height=2), title="Two.", caption="Dots.")
    drawings, values = shown[-1][1]["newpip"]["svg"], shown[-1][1]["newpip"]["values"]
    ids = re.findall(r'\bid="([^"]+)"', "".join(drawings.values()))
    assert len(ids) >= 2 and len(ids) == len(set(ids)) and all(one.startswith("f-") for one in ids)
    assert values["said"] == ["a, b\n50.0% (40.0% to 60.0%)", "c\n25.0%"] and values["reach"][0] < values["reach"][1]
    width = {}
    for name, svg in drawings.items():
        width[name] = float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])
        dots = re.findall(r'<circle cx="([\d.]+)" cy="([\d.]+)"', svg)
        assert values["at"][name] == [pytest.approx([float(x), float(y)], abs=0.1) for x, y in dots]
    assert width["wide"] > 2 * width["narrow"] and set(values["at"]) == {"narrow", "wide"}


@pytest.mark.parametrize("drawn", [["narrow"], ["wide"]])
def test_a_page_that_runs_a_chapter_draws_no_more_than_it_shows(shown, monkeypatch, drawn):
    monkeypatch.setattr(forms, "DRAWN", drawn)
    monkeypatch.setattr(publish, "DRAWN", drawn)
    frame = pd.DataFrame({"row": ["a"], "estimate": [0.5], "low": [0.4], "high": [0.6]})
    publish.figure("f", charts.forest(frame, label="row", alt="One.", height=2), title="One.", caption="A dot.")
    assert list(shown[-1][1]["newpip"]["svg"]) == drawn and list(shown[-1][1]["newpip"]["values"]["at"]) == drawn


def test_a_caption_cites_numbers_where_they_stand(shown):
    said = f"Of {publish.cite('a.n', 1234, ',')} people, {publish.cite('a.share', 0.5, '.0%')}."
    publish.table("t", FRAME, caption=said)
    payload = shown[-1][0][publish.MIME]
    assert payload["caption"] == "Of 1,234 people, 50%." and "\ue000" not in json.dumps(shown[-1][0])
    assert [(payload["caption"][begins:ends], key) for begins, ends, key in payload["cites"]] == [
        ("1,234", "a.n"),
        ("50%", "a.share"),
    ]
    publish.table("t", FRAME, caption="Plain.")
    assert "cites" not in shown[-1][0][publish.MIME]


YEARS = pd.DataFrame({"year": [2017, 2018, 2018], "kind": ["a", "a", "b"], "n": [1.5, -2, 3]})
FRAMES = {  # what is published; the headings, the first row, the first lines of the CSV
    "a crosstab": (
        pd.crosstab(YEARS["kind"], YEARS["year"]),
        (["kind", "2017", "2018"], ["a", "1", "1"], "kind,2017,2018\na,1,1"),
    ),
    "groups of two": (
        YEARS.groupby(["kind", "year"])["n"].sum(),
        (["kind", "year", "n"], ["a", "2017", "1.5"], "kind,year,n\na,2017,1.5"),
    ),
    "columns of two levels": (
        YEARS.groupby("kind")[["n"]].agg(["min", "max"]),
        (["kind", "n min", "n max"], ["a", "\N{MINUS SIGN}2.0", "1.5"], "kind,n min,n max\na,-2,1.5"),
    ),
    "rows with names": (
        pd.DataFrame({"n": [1]}, index=["first"]),
        (["row", "n"], ["first", "1"], "row,n\nfirst,1"),
    ),
    "rows of a filter": (
        YEARS[YEARS["year"] > 2017],
        (["year", "kind", "n"], ["2018", "a", "\N{MINUS SIGN}2.0"], "year,kind,n\n2018,a,-2"),
    ),
    "dates": (
        pd.DataFrame({"day": pd.to_datetime(["2017-06-01", None]), "at": pd.to_datetime(["2017-06-01 10:30"] * 2)}),
        (["day", "at"], ["2017-06-01", "2017-06-01 10:30"], "day,at\n2017-06-01,2017-06-01 10:30:00"),
    ),
    "months": (
        pd.DataFrame({"n": [1]}, index=pd.period_range("2020-01", periods=1, freq="M", name="month")),
        (["month", "n"], ["2020-01", "1"], "month,n\n2020-01,1"),
    ),
    "text under numbers": (
        pd.DataFrame([["=1", "x"]], columns=[2017, 2018]),
        (["2017", "2018"], ["=1", "x"], "2017,2018\n'=1,x"),
    ),
    "categories": (
        pd.DataFrame({"c": pd.Categorical(["=1+1"]), "d": [pd.Interval(-1, 3)]}),
        (["c", "d"], ["=1+1", "(-1, 3]"], "c,d\n'=1+1,\"(-1, 3]\""),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FRAMES)
def test_a_table_of_any_frame_says_what_its_rows_are(name, shown):
    frame, (header, row, text) = FRAMES[name]
    before = frame.copy()
    publish.table("t", frame, caption="c")
    payload = shown[-1][0][publish.MIME]
    assert (payload["header"], payload["rows"][0]) == (header, row)
    assert payload["csv"].startswith(f"{text}\n") and frame.equals(before)


@pytest.mark.parametrize(
    ("frame", "columns", "said"),
    [
        (pd.DataFrame({"a": [1]}, index=pd.Index([3], name="a")), None, "names rows 'a', and a column too"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), None, "more than one column 'a'"),
        (YEARS, {"b": "B"}, "has no column 'b'"),
        ([1, 2], None, "is a list; a DataFrame"),
    ],
)
def test_a_table_that_cannot_be_shown_is_named(frame, columns, said):
    with pytest.raises(ValueError, match=r"table 't' .* expected") as error:
        publish.table("t", frame, caption="c", columns=columns)
    assert said in str(error.value)
