"""The commissioning calculation: worked by hand, and held to closed forms."""

import itertools
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from newpip import scenario
from newpip.data import load
from newpip.grades import GRADES
from newpip.intervals import wilson

INPUTS, PRESETS = load("scenario_inputs"), load("scenario_presets")
EVERY = (*scenario.UNCERTAIN, *scenario.CHOSEN)


def area(name="newpip"):
    return scenario.preset(INPUTS, PRESETS, name)


def certain(**values):
    """A scenario of known values: 100 families a year, half a year each, ten to a post."""
    plain = {
        **{"births": 1000, "need": 0.5, "uptake": 0.25, "acceptance": 0.8, "dropout": 0, "stay": 6},
        **{"full_caseload": 20, "direct": 0.5, "post_cost": 50_000, "team": 4, "weight": 1},
    }
    return pd.DataFrame(dict.fromkeys(["low", "central", "high"], pd.Series(plain | values, dtype=float)))


def spread(**values):
    """The same with a range from low to high for the inputs named."""
    frame = certain()
    for name, three in values.items():
        frame.loc[name] = [float(one) for one in three]
    return frame


# ---- By hand ----


def test_a_scenario_worked_by_hand():
    assert scenario.central(certain()) == {
        "referrals": 125,  # 1000 x 0.5 x 0.25
        "families": 100,  # x 0.8
        "completing": 100,  # nobody leaves
        "caseload": 50,  # 100 a year x half a year
        "carried": 10,  # 20 x 0.5
        "posts": 5,
        "cost": 250_000,
        "cost_per_family": 2_500,
        "team_cost": 200_000,
        "seen": 80,  # four posts of the five
        "wait": 3,  # 20 queue after the year, and 80 a year are begun with
    }


def test_those_who_leave_stay_half_as_long():
    found = scenario.central(certain(dropout=0.5))
    assert found["completing"] == 50 and found["caseload"] == 37.5 and found["posts"] == 3.75
    assert found["wait"] == 0 and found["seen"] == 100


def test_the_wait_is_that_of_a_queue_followed_month_by_month():
    families, seen = 100 / 12, 80 / 12
    queue = 0
    for _ in range(12):
        queue += families - seen
    assert scenario.central(certain())["wait"] == pytest.approx(queue / seen)


def test_a_tornado_worked_by_hand():
    inputs = spread(births=(500, 1000, 1200), stay=(3, 6, 12), post_cost=(1, 50_000, 60_000))
    found = scenario.tornado(inputs, "posts")
    assert found["input"].tolist()[:2] == ["stay", "births"]
    assert found.set_index("input").loc["stay"].tolist() == [2.5, 10, 7.5]
    assert found.set_index("input").loc["births"].tolist() == pytest.approx([2.5, 6, 3.5])
    assert (found["swing"].iloc[2:] == 0).all()


def test_losses_worked_by_hand():
    values = certain(weight=2)["central"]  # five posts are needed
    assert scenario.loss(values).tolist() == [2 * 50_000, 0]
    assert scenario.loss({**values, "team": 5.0}).tolist() == [0, 50_000]
    assert scenario.loss({**values, "team": 2.0}).tolist() == [2 * 3 * 50_000, 2 * 2 * 50_000]


# ---- Shape ----

UP, DOWN = 1, -1
DIRECTIONS = {
    "posts": {
        **dict.fromkeys(["births", "need", "uptake", "acceptance", "stay"], UP),
        **dict.fromkeys(["dropout", "full_caseload", "direct"], DOWN),
    },
    "referrals": dict.fromkeys(["births", "need", "uptake"], UP),
    "families": dict.fromkeys(["births", "need", "uptake", "acceptance"], UP),
    "completing": {**dict.fromkeys(["births", "need", "uptake", "acceptance"], UP), "dropout": DOWN},
    "carried": dict.fromkeys(["full_caseload", "direct"], UP),
    "cost_per_family": {
        **dict.fromkeys(["stay", "post_cost"], UP),
        **dict.fromkeys(["dropout", "full_caseload", "direct"], DOWN),
    },
    "team_cost": dict.fromkeys(["team", "post_cost"], UP),
    "seen": {
        **dict.fromkeys(["births", "need", "uptake", "acceptance", "team", "full_caseload", "direct", "dropout"], UP),
        "stay": DOWN,
    },
}
DIRECTIONS["caseload"] = {name: way for name, way in DIRECTIONS["posts"].items() if way == UP} | {"dropout": DOWN}
DIRECTIONS["cost"] = DIRECTIONS["posts"] | {"post_cost": UP}
DIRECTIONS["wait"] = DIRECTIONS["posts"] | {"team": DOWN}
BOUNDS = INPUTS.set_index("input")[["least", "most"]]
places = st.fixed_dictionaries({name: st.floats(0, 1) for name in EVERY})


def test_every_output_has_its_directions():
    assert DIRECTIONS.keys() == scenario.OUTPUTS.keys()


@settings(max_examples=300, deadline=None)
@given(places=places, name=st.sampled_from(EVERY), other=st.floats(0, 1))
def test_outputs_move_one_way_or_not_at_all(places, name, other):
    low, high = sorted([places[name], other])
    ends = []
    for end in (low, high):
        values = {
            key: BOUNDS.loc[key, "least"] * (1 - place) + BOUNDS.loc[key, "most"] * place
            for key, place in (places | {name: end}).items()
        }
        ends.append(scenario.outputs(values))
    for output, ways in DIRECTIONS.items():
        change = float(ends[1][output] - ends[0][output])
        close = 1e-9 * max(1, abs(float(ends[0][output])))
        assert change * ways.get(name, 0) >= -close if name in ways else abs(change) <= close, output


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("births", (0, 0, 0), "births must be above 0"),
        ("stay", (9, 7, 8), "stay must be finite with low <= central <= high"),
        ("stay", (1, 2, math.inf), "stay must be finite"),
        ("stay", (math.nan, 2, 3), "stay must be finite"),
        ("need", (0.5, 0.9, 1.1), "need must be a share"),
        ("dropout", (-0.1, 0, 0.1), "dropout must be at least 0"),
        ("team", (3, 4, 5), "team is chosen and has no range"),
    ],
)
def test_inputs_that_cannot_be_are_named(name, values, said):
    frame = certain()
    frame.loc[name] = values
    for function in (scenario.central, scenario.ranges, scenario.perfect_information):
        with pytest.raises(ValueError, match=said):
            function(frame)


def test_other_bad_arguments_are_named():
    with pytest.raises(ValueError, match="inputs must hold stay"):
        scenario.central(certain().drop("stay"))
    with pytest.raises(ValueError, match="output must be one of referrals.*not 'profit'"):
        scenario.tornado(certain(), "profit")
    with pytest.raises(ValueError, match="draws and chunk must be at least 1"):
        scenario.monte_carlo(certain(), 0, 1)


# ---- Draws and ranges ----


@pytest.mark.parametrize("three", [(0, 1, 4), (1, 1, 4), (0, 4, 4), (2, 3, 3.5)])
def test_triangular_draws_are_scipys(three):
    low, mode, high = three
    uniform = np.linspace(0.001, 0.999, 50)
    expected = stats.triang.ppf(uniform, (mode - low) / (high - low), low, high - low)
    assert scenario.triangular(uniform, *three) == pytest.approx(expected, rel=1e-12)


def test_points_are_even_in_every_input_and_spread_over_every_pair():
    found = scenario.points()
    even = (np.arange(scenario.POINTS) + 0.5) / scenario.POINTS
    for column in found.T:
        assert np.array_equal(np.sort(column), even)
    for one, other in itertools.combinations(range(found.shape[1]), 2):
        cells, _, _ = np.histogram2d(found[:, one], found[:, other], bins=8, range=[[0, 1], [0, 1]])
        assert cells.min() > 0.7 * scenario.POINTS / 64


def test_without_ranges_there_is_no_range():
    found = scenario.ranges(certain())
    assert found["low"].tolist() == pytest.approx(found["central"].tolist())
    assert found["high"].tolist() == pytest.approx(found["central"].tolist())


def test_the_range_of_one_input_is_that_of_its_triangle():
    found = scenario.ranges(spread(births=(500, 1000, 1500))).loc["families"]
    assert found[["low", "high"]].tolist() == pytest.approx(stats.triang.ppf([0.025, 0.975], 0.5, 50, 100), rel=1e-3)


def test_random_draws_give_the_same_bits_however_many_work():
    one, two = (scenario.monte_carlo(area(), 5_500, seed=7, chunk=1_000, jobs=jobs) for jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)
    assert not one.equals(scenario.monte_carlo(area(), 5_500, seed=8, chunk=1_000))


@pytest.mark.parametrize("name", PRESETS["preset"].unique())
def test_the_fixed_points_agree_with_random_draws(name):
    fixed, random = scenario.ranges(area(name)), scenario.monte_carlo(area(name), 300_000, seed=1)
    np.testing.assert_allclose(fixed[["low", "high"]], random[["low", "high"]], rtol=0.02, atol=0.15)


def test_the_share_of_draws_in_which_a_team_is_enough():
    inputs = spread(births=(500, 1000, 1500))  # 5 posts at 1000 births, so 4 are enough up to 800
    assert scenario.enough(inputs) == pytest.approx(stats.triang.cdf(800, 0.5, 500, 1000), abs=1e-3)


# ---- Value of information ----


def two_ways(values):
    """Losses of nothing, and of the sum of two symmetric triangles about nought."""
    total = (values["births"] - 2) + (values["stay"] - 2)
    return np.stack(np.broadcast_arrays(np.zeros_like(total), total))


def test_perfect_information_has_its_closed_form():
    """E min(0, X) is -1/6 for one triangle on (-1, 1), and -7/30 for the sum of two: the sum of four uniforms."""
    inputs = spread(births=(1, 2, 3), stay=(1, 2, 3))
    expected, evpi, evppi = scenario.perfect_information(inputs, two_ways)
    assert expected == pytest.approx([0, 0], abs=1e-3)
    assert evpi == pytest.approx(7 / 30, rel=5e-3)
    assert evppi[["births", "stay"]].tolist() == pytest.approx([1 / 6, 1 / 6], rel=5e-3)
    assert evppi.drop(["births", "stay"]).eq(0).all()


def test_a_lone_uncertain_input_is_worth_all_there_is():
    inputs = spread(births=(500, 1000, 1200))
    _, evpi, evppi = scenario.perfect_information(inputs)
    assert evppi["births"] == pytest.approx(evpi, rel=0.01) and evpi > 0


@pytest.mark.parametrize("name", PRESETS["preset"].unique())
def test_no_input_is_worth_more_than_all(name):
    _, evpi, evppi = scenario.perfect_information(area(name))
    assert evppi.index.tolist() == list(scenario.UNCERTAIN)
    assert (evppi >= 0).all() and (evppi <= evpi).all()


def test_the_regression_method_agrees():
    """Strong, Oakley and Brennan (2014): regress the difference in loss on the input, on random draws."""
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer

    inputs, rng = area(), np.random.default_rng(5)
    drawn = scenario.draw(inputs, rng.random((200_000, len(scenario.UNCERTAIN))))
    given_team, next_team = scenario.loss(drawn)
    difference = next_team - given_team
    _, evpi, evppi = scenario.perfect_information(inputs)
    for name in ("need", "uptake", "full_caseload", "direct"):
        model = make_pipeline(SplineTransformer(6), LinearRegression())
        fitted = model.fit(drawn[name][:, None], difference).predict(drawn[name][:, None])
        by_regression = min(0, difference.mean()) - np.minimum(0, fitted).mean()
        assert evppi[name] == pytest.approx(by_regression, abs=0.015 * evpi), name


def test_when_waiting_does_not_count_nothing_is_worth_finding_out():
    inputs = area()
    inputs.loc["weight"] = 0
    expected, evpi, evppi = scenario.perfect_information(inputs)
    assert expected[0] < expected[1] and evpi == 0 and evppi.eq(0).all()


# ---- The tables ----


def test_the_table_holds_the_inputs_in_order():
    assert INPUTS["input"].tolist() == list(EVERY)
    assert PRESETS.groupby("preset")["label"].nunique().eq(1).all()


def test_every_preset_lies_within_what_the_tool_accepts():
    for name in PRESETS["preset"].unique():
        frame = area(name)
        assert (frame["low"] >= BOUNDS["least"]).all() and (frame["high"] <= BOUNDS["most"]).all()


def test_published_inputs_are_those_of_the_other_tables():
    inputs, counted = area(), load("activity").set_index("measure")["n"]
    k, n = counted["families"], counted["referrals"]
    limits = wilson(k, n)
    assert inputs.loc["acceptance"].tolist() == pytest.approx([limits.low, k / n, limits.high], abs=5e-4)
    assert inputs.loc["acceptance", "central"] == pytest.approx(k / n, abs=5e-6)
    assert inputs.loc["dropout", "central"] == load("attrition").set_index("attrition_id").loc["fonagy_quoted", "value"]
    service, staffing = load("service").set_index("fact")["value"], load("staffing")
    ends = [service["stay_months_low"], service["stay_months_high"]]
    assert inputs.loc["stay"].tolist() == [ends[0], sum(ends) / 2, ends[1]]
    assert inputs.loc["team", "central"] == staffing.loc[staffing["therapeutic"], "posts"].sum()


def test_the_share_referred_gives_the_counted_referrals():
    inputs, counted = area(), load("referrals").set_index("year")["referrals"]
    in_need = inputs.loc["births", "central"] * inputs.loc["need", "central"]
    assert (inputs.loc["uptake"] * in_need).tolist() == pytest.approx(counted.loc[2018:].tolist(), abs=5e-4)


def test_what_is_not_from_a_source_says_so():
    status = INPUTS.set_index("input")["grade"]
    assert set(status.index[status == "source"]) == {"births", "acceptance", "stay", "team"}
    assert status["dropout"] == "secondary", "a trial's figure, as the paper quotes it"
    assert PRESETS.loc[PRESETS["preset"] != "newpip", "grade"].eq("assumption").all()


def test_what_the_page_is_told_has_an_origin_for_every_value():
    sources = load("sources")
    told = scenario.describe(INPUTS, PRESETS, sources)
    titles = sources.set_index("source_id")["title"]
    assert [one["input"] for one in told["inputs"]] == list(EVERY)
    for one, row in zip(told["inputs"], INPUTS.itertuples(), strict=True):
        ours = row.grade == "assumption"
        assert (one["low"], one["central"], one["high"]) == (row.low, row.central, row.high)
        assert (one["title"], one["locator"]) == (("", "") if ours else (titles[row.source_id], row.locator))
        assert one["status"] == GRADES[row.grade].capitalize() and one["part"] in told["parts"]
    for one in told["presets"]:
        values = pd.DataFrame.from_dict(one["values"], orient="index")
        pd.testing.assert_frame_equal(values, area(one["preset"]), check_names=False)
        assert set(one["own"]) == set(PRESETS.loc[PRESETS["preset"] == one["preset"], "input"])
    assert [one["output"] for one in told["outputs"]] == list(scenario.OUTPUTS)
