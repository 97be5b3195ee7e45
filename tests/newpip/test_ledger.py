"""The ledger: each verdict from small made-up tables, and the ledger of the real data held to account."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from newpip import data, ledger
from newpip_book.project import ROOT

CLAIM = {
    "claim_id": "one",
    "printed": "50%",
    "value": 50.0,
    "decimals": 0,
    "unit": "%",
    "bound": "exactly",
    "as_of": "",
    "says": "",
    "n_printed": None,
    "parts": "",
    "recompute": "",
    "same_as": "",
    "compared_by": "",
    "held_as": "",
    "source_id": "paper",
    "locator": "page 1",
}
WORDS = {"value": None, "decimals": None, "unit": ""}
REFERRALS = pd.DataFrame({"year": [2001, 2002, 2003, 2004], "referrals": [60, 90, 135, 190]})
PARTICIPANTS = pd.DataFrame(
    [("parent", "woman", 2), ("parent", "man", 1), ("professional", "woman", 1)],
    columns=["participant_group", "gender", "n"],
)
CODES = pd.DataFrame({"code": ["wait"], "speakers_parent": [2], "speakers_professional": [1]})
TIMELINE = pd.DataFrame(
    {
        "event": ["opened", "closed"],
        "start": pd.to_datetime(["2017-05-01", "2022-01-01"]),
        "end": pd.to_datetime(["2017-06-01", None]),
    }
)
TABLES = {
    "referrals": REFERRALS,
    "participants": PARTICIPANTS,
    "codes": CODES,
    "timeline": TIMELINE,
    "recruitment": pd.DataFrame(
        {"participant_group": ["parent", "parent"], "stage": ["details passed on", "invited"], "n": [11, 9]}
    ),
    "economics": pd.DataFrame({"economics_id": ["bachmann_less", "bachmann_more"], "value": [25.0, 2.0]}),
    "year_readings": pd.DataFrame({"start_month": [1, 4], "start_year_offset": [0, 0]}),
}


def judge(*changes):
    claims = pd.DataFrame([CLAIM | change for change in changes])
    claims["value"] = claims["value"].astype("float64")
    claims[["decimals", "n_printed"]] = claims[["decimals", "n_printed"]].astype("Int64")
    return ledger.ledger({**TABLES, "claims": claims}).set_index("claim_id")


def figure(printed, value, decimals=0, **more):
    return {"printed": printed, "value": value, "decimals": decimals, **more}


@pytest.mark.parametrize(
    ("change", "verdict", "recomputed"),
    [
        (figure("50%", 50, recompute="growth:2002"), ledger.REPRODUCED, "50"),
        (figure("41%", 41, recompute="growth:2004"), ledger.ROUNDED, "40.74"),
        (figure("40.7%", 40.7, 1, recompute="growth:2004"), ledger.ROUNDED, "40.74"),
        (figure("40%", 40, recompute="growth:2004"), ledger.FAILED, "40.74"),
        (figure("two", 2, recompute="people:parent:gender:woman"), ledger.REPRODUCED, "2"),
        (figure("three", 3, recompute="people:parent:gender:woman"), ledger.FAILED, "2"),
        (figure("67%", 67, recompute="share:parent:gender:woman"), ledger.ROUNDED, "66.67"),
        (figure("two", 2, recompute="groups"), ledger.REPRODUCED, "2"),
        (figure("11", 11, recompute="passed_on"), ledger.REPRODUCED, "11"),
        (figure("two", 2, recompute="speakers:parent:wait"), ledger.REPRODUCED, "2"),
        (figure("one", 1, recompute="speakers:professional:wait"), ledger.REPRODUCED, "1"),
        (figure("2017", 2017, recompute="year_of:opened"), ledger.REPRODUCED, "2017"),
        (figure("12 times", 12, recompute="cost_ratio"), ledger.ROUNDED, "12.5"),
        (figure("13 times", 13, recompute="cost_ratio"), ledger.ROUNDED, "12.5"),
        (figure("three", 3, recompute="listed", parts="a; b; c"), ledger.REPRODUCED, "3"),
        (figure("three", 3, recompute="listed", parts="a; b"), ledger.FAILED, "2"),
        (figure("85.4%", 85.4, 1, recompute="grim", n_printed=55), ledger.FAILED, "85.45"),
        (figure("85.4%", 85.4, 1, recompute="grim", n_printed=48), ledger.UNKNOWN, ""),
        (figure("7", 7), ledger.UNKNOWN, ""),
        (WORDS | {"says": "level", "recompute": "growth_course"}, ledger.FAILED, "falling"),
        (WORDS | {"says": "falling", "recompute": "growth_course"}, ledger.REPRODUCED, "falling"),
        (WORDS | {"says": "before", "recompute": "order:opened:closed"}, ledger.REPRODUCED, "before"),
        (WORDS | {"says": "all", "recompute": "everyone:parent:gender=woman"}, ledger.FAILED, "not all"),
        (WORDS | {"says": "all", "recompute": "everyone:professional:gender=woman"}, ledger.REPRODUCED, "all"),
    ],
)
def test_each_verdict_is_what_the_tables_make_it(change, verdict, recomputed):
    row = judge(change).loc["one"]
    assert (row["verdict"], row["recomputed"]) == (verdict, recomputed)


@pytest.mark.parametrize(
    ("counted", "offset", "most", "verdict"),
    [
        (105, 0, 60 + 90 * 183 / 365, ledger.UNKNOWN),  # by calendar years: all of 2001, and 2002 to 2 July
        (106, 0, 60 + 90 * 183 / 365, ledger.STRAINED),
        (106, -1, 0, ledger.STRAINED),  # a year that ends before the service opens cannot be meant
    ],
)
def test_a_window_is_held_against_an_even_spread_of_the_years(counted, offset, most, verdict):
    tables = TABLES | {
        "activity": pd.DataFrame(
            {"measure": ["referrals"], "n": [counted], "start": [pd.Timestamp("2001-06-01")], "end": ["2002-07-02"]}
        ).astype({"end": "datetime64[ns]"}),
        "timeline": pd.DataFrame({"event": ["referrals_open"], "start": [pd.Timestamp("2001-05-01")]}),
        "year_readings": pd.DataFrame({"start_month": [1], "start_year_offset": [offset]}),
    }
    assert float(ledger.most_in_window(tables)) == pytest.approx(most)
    claims = pd.DataFrame([CLAIM | figure(str(counted), float(counted), recompute="window")])
    assert ledger.ledger(tables | {"claims": claims})["verdict"].tolist() == [verdict]


def test_the_two_counts_of_referrals_are_hard_to_reconcile(judged):
    strained = judged.loc[judged["verdict"] == ledger.STRAINED, "claim_id"]
    assert set(strained) == {"window_referrals", "referrals_2017", "referrals_2018"}
    tables = {name: data.load(name) for name in ("activity", "referrals", "timeline", "year_readings")}
    # By hand: 59, and of the 88 the 243 days to the end of August 2018.
    assert float(ledger.most_in_window(tables)) == pytest.approx(59 + 88 * 243 / 365) and 59 + 88 * 243 / 365 < 126


def test_difference_is_recomputed_less_printed_and_missing_for_words():
    assert judge(figure("41%", 41, recompute="growth:2004")).loc["one", "difference"] == pytest.approx(5500 / 135 - 41)
    assert pd.isna(judge(WORDS | {"says": "level", "recompute": "growth_course"}).loc["one", "difference"])


@given(st.integers(1, 999), st.integers(0, 99))
def test_growth_rounded_to_its_decimals_is_never_called_wrong(before, added):
    exact = Fraction(100 * added, before)
    printed = f"{round(exact * 10) / 10:.1f}"
    tables = {"referrals": pd.DataFrame({"year": [1, 2], "referrals": [before, before + added]})}
    claim = CLAIM | figure(f"{printed}%", float(printed), 1, recompute="growth:2")
    row = ledger.ledger({**tables, "claims": pd.DataFrame([claim])}).iloc[0]
    assert row["verdict"] == (ledger.REPRODUCED if exact == Fraction(printed) else ledger.ROUNDED)


@pytest.mark.parametrize(
    ("one", "two", "verdict"),
    [
        (figure("50", 50), figure("51", 51, same_as="one", compared_by="same"), ledger.CONTRADICTED),
        (figure("50", 50), figure("50", 50, same_as="one", compared_by="same"), ledger.UNKNOWN),
        (figure("42%", 42), figure("42%", 42, same_as="one", compared_by="rest of 100"), ledger.CONTRADICTED),
        (figure("42%", 42), figure("58%", 58, same_as="one", compared_by="rest of 100"), ledger.UNKNOWN),
        (figure("50", 50), figure("51", 51, same_as="one", compared_by="both can hold"), ledger.UNKNOWN),
        (
            figure("45", 45, as_of="2023"),
            figure("46", 46, as_of="2024", same_as="one", compared_by="same"),
            ledger.UNKNOWN,
        ),
        (
            WORDS | {"says": "shown"},
            WORDS | {"says": "perceived", "same_as": "one", "compared_by": "same"},
            ledger.CONTRADICTED,
        ),
        (WORDS | {"says": "all"}, WORDS | {"says": "all", "same_as": "one", "compared_by": "same"}, ledger.UNKNOWN),
    ],
)
def test_two_places_are_compared_from_both_sides(one, two, verdict):
    judged = judge(one, {"claim_id": "two", **two})
    assert judged["verdict"].tolist() == [verdict, verdict]
    assert one.get("printed", "50%") in judged.loc["two", "why"]


def test_a_contradiction_comes_before_a_recomputation():
    twin = {"claim_id": "two", **figure("51", 51, same_as="one", compared_by="same")}
    assert judge(figure("50%", 50, recompute="growth:2002"), twin).loc["one", "verdict"] == ledger.CONTRADICTED


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (figure("108", 109), "not the figure printed"),
        (figure("49.2%", 49.2, 0), "not the figure printed"),
        (figure("eleven", 10), "not the figure printed"),
        ({"same_as": "nobody", "compared_by": "same"}, "same_as"),
        ({"recompute": "magic:2018"}, "recompute"),
    ],
)
def test_a_row_that_contradicts_itself_stops_the_ledger(change, named):
    with pytest.raises(ValueError, match=f"one: .*{named}"):
        judge(change)


@pytest.mark.parametrize(
    ("printed", "value", "decimals"),
    [
        ("£21,763", 21763, 0),
        ("at least £16.13 billion", 16.13, 2),
        ("six to nine", 9, 0),
        ("two-stage", 2, 0),
        ("over one and a half thousand", 1500, 0),
        ("0- to 4-year-olds", 4, 0),
    ],
)
def test_figures_are_read_as_they_are_printed(printed, value, decimals):
    assert judge(figure(printed, value, decimals)).loc["one", "verdict"] == ledger.UNKNOWN


@pytest.mark.parametrize(
    ("change", "held_as", "agrees"),
    [
        (figure("90", 90), "referrals:2002:referrals", True),
        (figure("91", 91), "referrals:2002:referrals", False),
        (figure("11", 11), "recruitment:parent details passed on:n", True),
        (figure("2017", 2017), "timeline:opened:start", True),
        (WORDS | {"says": "2017-05"}, "timeline:opened:start", True),
        (WORDS | {"says": "2017-06"}, "timeline:opened:start", False),
    ],
)
def test_the_books_own_table_is_held_against_the_print(change, held_as, agrees):
    assert judge({**change, "held_as": held_as}).loc["one", "agrees"] == agrees


def test_summary_counts_every_source_at_every_verdict():
    judged = judge(figure("50%", 50, recompute="growth:2002"), {"claim_id": "two", "source_id": "slides"}).reset_index()
    counts = ledger.summary(judged)
    assert len(counts) == 2 * len(ledger.VERDICTS) and counts["claims"].sum() == 2
    found = counts.set_index(["source_id", "verdict"])["claims"]
    assert found["paper", ledger.REPRODUCED] == found["slides", ledger.UNKNOWN] == 1


@pytest.fixture(scope="module")
def claims():
    return data.load("claims")


@pytest.fixture(scope="module")
def judged(claims):
    names = {held.split(":")[0] for held in claims["held_as"] if held}
    needed = {"referrals", "participants", "recruitment", "codes", "timeline", "economics", "year_readings"}
    return ledger.ledger({name: data.load(name) for name in names | needed | {"claims"}})


def test_the_books_tables_hold_every_figure_as_printed(judged):
    wrong = judged.loc[judged["agrees"].eq(False), ["claim_id", "printed", "held_as"]]
    assert wrong.empty, wrong.to_string()


def test_recomputed_percentages_of_the_paper_by_hand(judged):
    found = judged.set_index("claim_id")
    for claim, by_hand in {"growth_2018": 2900 / 59, "growth_2019": 50, "growth_2020": 5400 / 132}.items():
        row = found.loc[claim]
        assert row["value"] + row["difference"] == pytest.approx(by_hand, abs=1e-12)
    assert found.loc["bachmann_ratio", "recomputed"] == "13.44"
    assert found.loc["essex_remained", ["verdict", "recomputed"]].tolist() == [ledger.FAILED, "85.45"]
    assert found.loc["women_percent", "verdict"] == ledger.REPRODUCED


def test_the_known_contradictions_are_found_and_dates_are_no_contradiction(judged):
    verdicts = judged.set_index("claim_id")["verdict"]
    known = ["camhs_accept", "camhs_none", "rare_jewels_paper", "effective_abstract", "susi_heading"]
    assert (verdicts[known] == ledger.CONTRADICTED).all()
    assert (verdicts[["teams_45", "teams_46"]] == ledger.UNKNOWN).all()


def test_every_contradiction_is_told_in_the_register_of_disagreements(judged):
    contradicted = judged[judged["verdict"].isin([ledger.CONTRADICTED, ledger.STRAINED])]
    assert (contradicted["disagreement_id"] != "").all() and (contradicted["note"] != "").all()


def test_counts_that_are_printed_fit_their_percentage(claims):
    counted = claims.dropna(subset=["numerator"])
    assert len(counted) and (100 * counted["numerator"] / counted["denominator"] == counted["value"]).all()
    tested = claims[claims["recompute"] == "grim"]
    assert (tested["unit"] == "%").all() and tested["n_printed"].notna().all()


def test_only_the_documents_we_hold_are_in_the_ledger(claims):
    sources = data.load("sources").set_index("source_id")
    held = sources[sources["held"] & (sources["kind"] != "ours")].index
    assert set(claims["source_id"]) == set(held)


def test_chapters_that_use_a_claim_exist(claims):
    chapters = {path.stem for path in (ROOT / "chapters").glob("*.ipynb")}
    assert set(claims["used_in"]) - {""} <= chapters


def test_a_count_is_the_length_of_its_list_only_where_a_list_is_given(claims):
    assert ((claims["recompute"] == "listed") == (claims["parts"] != "")).all()
    assert ((claims["same_as"] != "") == (claims["compared_by"] != "")).all()


def test_documents_are_named_where_a_verdict_refers_to_them_too():
    rows = pd.DataFrame({"source_id": ["a", "b"], "why": ["repeated: 5 (b, p. 1)", "nothing else published gives it"]})
    named = ledger.with_document_names(rows, {"a": "The paper", "b": "Slides"})
    assert named["document"].tolist() == ["The paper", "Slides"]
    assert named["why"].tolist() == ["repeated: 5 (Slides, p. 1)", "nothing else published gives it"]


def test_rows_are_sorted_by_verdict_and_say_where_they_stand():
    verdicts = [ledger.UNKNOWN, ledger.FAILED, ledger.UNKNOWN]
    rows = pd.DataFrame({"document": "Slides", "locator": ["1", "2", "3"], "verdict": verdicts, "topic": list("bac")})
    placed = ledger.by_verdict(rows[::-1])
    assert placed["place"].tolist() == ["Slides: 2", "Slides: 3", "Slides: 1"] and "rank" not in placed
    assert ledger.by_verdict(rows[::-1], then=["topic"])["topic"].tolist() == ["a", "b", "c"]
