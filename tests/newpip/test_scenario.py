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
WAYS = (scenario.COUNTED, scenario.ESTIMATED)


def area(name="newpip"):
    return scenario.preset(INPUTS, PRESETS, name)


def certain(**values):
    """A scenario of known values: 100 families a year, half a year each, ten to a post."""
    demand = {"referrals": 125} if "referrals" in values else {"births": 1000, "need": 0.5, "uptake": 0.25}
    plain = {
        **demand,
        **{"acceptance": 0.8, "dropout": 0, "stay": 6},
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


def test_referrals_that_are_counted_take_the_place_of_their_estimate():
    assert scenario.central(certain(referrals=125)) == scenario.central(certain())
    counted = certain(referrals=125)
    counted.loc["referrals"] = [100, 125, 150]
    assert scenario.uncertain(counted)[0] == "referrals"
    assert scenario.tornado(counted, "posts").loc[0].tolist() == ["referrals", 4, 6, 2]


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
    assert scenario.loss(values).tolist() == [2, 0]
    assert scenario.loss({**values, "team": 5.0}).tolist() == [0, 1]
    assert scenario.loss({**values, "team": 2.0}).tolist() == [2 * 3, 2 * 2]
    unused, missing = scenario.gaps({**values, "team": 4.5})
    assert unused.tolist() == [0, 0.5] and missing.tolist() == [0.5, 0]


def test_pounds_are_rounded_to_two_digits_and_nothing_else_is():
    results = scenario.ranges(certain(post_cost=61_234))
    rounded = scenario.rounded(results)
    assert rounded.loc["cost"].tolist() == [310_000] * 3 and rounded.loc["cost_per_family"].tolist() == [3_100] * 3
    assert rounded.loc["team_cost"].tolist() == [240_000] * 3 and rounded.index.equals(results.index)
    pounds = ["cost", "cost_per_family", "team_cost"]
    pd.testing.assert_frame_equal(rounded.drop(pounds), results.drop(pounds))


# ---- Shape ----

UP, DOWN = 1, -1
DEMAND = ("referrals", "births", "need", "uptake")
DIRECTIONS = {
    "posts": {
        **dict.fromkeys([*DEMAND, "acceptance", "stay"], UP),
        **dict.fromkeys(["dropout", "full_caseload", "direct"], DOWN),
    },
    "referrals": dict.fromkeys(DEMAND, UP),
    "families": dict.fromkeys([*DEMAND, "acceptance"], UP),
    "completing": {**dict.fromkeys([*DEMAND, "acceptance"], UP), "dropout": DOWN},
    "carried": dict.fromkeys(["full_caseload", "direct"], UP),
    "cost_per_family": {
        **dict.fromkeys(["stay", "post_cost"], UP),
        **dict.fromkeys(["dropout", "full_caseload", "direct"], DOWN),
    },
    "team_cost": dict.fromkeys(["team", "post_cost"], UP),
    "seen": {
        **dict.fromkeys([*DEMAND, "acceptance", "team", "full_caseload", "direct", "dropout"], UP),
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
@given(places=places, name=st.sampled_from(EVERY), other=st.floats(0, 1), unused=st.sampled_from(WAYS))
def test_outputs_move_one_way_or_not_at_all(places, name, other, unused):
    low, high = sorted([places[name], other])
    ends = []
    for end in (low, high):
        values = {
            key: BOUNDS.loc[key, "least"] * (1 - place) + BOUNDS.loc[key, "most"] * place
            for key, place in (places | {name: end}).items()
            if key not in unused
        }
        ends.append(scenario.outputs(values))
    for output, ways in DIRECTIONS.items():
        change = float(ends[1][output] - ends[0][output])
        close = 1e-9 * max(1, abs(float(ends[0][output])))
        moves = name in ways and name not in unused
        assert change * ways[name] >= -close if moves else abs(change) <= close, output


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
    with pytest.raises(ValueError, match="either referrals or births, need, uptake, not births, uptake"):
        scenario.central(certain().drop("need"))
    with pytest.raises(ValueError, match="not referrals, births, need, uptake"):
        scenario.central(pd.concat([certain(), certain(referrals=125).loc[["referrals"]]]))
    with pytest.raises(ValueError, match="not neither"):
        scenario.central(certain().drop(["births", "need", "uptake"]))
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


@pytest.mark.parametrize(("k", "n"), [(106, 126), (172, 241), (3, 40)])
def test_a_triangle_about_an_interval_leaves_as_much_beyond_as_the_interval_does(k, n):
    limits = wilson(k, n)
    low, high = scenario.triangle(limits)
    drawn = stats.triang((limits.estimate - low) / (high - low), low, high - low)
    assert low < limits.low and high > limits.high
    assert [drawn.cdf(limits.low), drawn.sf(limits.high)] == pytest.approx([0.025, 0.025], abs=1e-6)


@pytest.mark.parametrize("k", [0, 1, 9, 10])
def test_a_triangle_of_shares_ends_at_none_or_all(k):
    low, high = scenario.triangle(wilson(k, 10))
    assert 0 <= low <= k / 10 <= high <= 1 and low < high


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
    """Losses of nothing, and of the sum of two symmetric triangles about zero."""
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
    assert evppi.index.tolist() == scenario.uncertain(area(name))
    assert (evppi >= 0).all() and (evppi <= evpi).all()


def test_the_regression_method_agrees():
    """Strong, Oakley and Brennan (2014): regress the difference in loss on the input, on random draws."""
    from sklearn.linear_model import LinearRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import SplineTransformer

    inputs, rng = area(), np.random.default_rng(5)
    drawn = scenario.draw(inputs, rng.random((200_000, scenario.DIMENSIONS)))
    given_team, next_team = scenario.loss(drawn)
    difference = next_team - given_team
    _, evpi, evppi = scenario.perfect_information(inputs)
    for name in ("referrals", "stay", "full_caseload", "direct"):
        model = make_pipeline(SplineTransformer(6), LinearRegression())
        fitted = model.fit(drawn[name][:, None], difference).predict(drawn[name][:, None])
        by_regression = min(0, difference.mean()) - np.minimum(0, fitted).mean()
        assert evppi[name] == pytest.approx(by_regression, abs=0.015 * evpi), name


def test_when_waiting_does_not_count_nothing_is_worth_finding_out():
    inputs = area()
    inputs.loc["weight"] = 0
    expected, evpi, evppi = scenario.perfect_information(inputs)
    assert expected[0] < expected[1] and evpi == 0 and evppi.eq(0).all()


@pytest.mark.parametrize("weight", [0.25, 1, 3])
def test_any_size_is_the_newsvendors(weight):
    """The best of all sizes is a quantile, and whoever knows what is needed loses nothing."""
    inputs = spread(births=(500, 1000, 1200), weight=(weight,) * 3)
    size, evpi = scenario.any_size(inputs)
    needed = stats.triang(5 / 7, 2.5, 3.5)  # posts, by births
    assert size == pytest.approx(needed.ppf(weight / (1 + weight)), rel=1e-3)
    expected = needed.expect(lambda x: max(0, size - x) + weight * max(0, x - size))
    assert evpi == pytest.approx(expected, rel=1e-3)


def test_where_any_size_is_open_knowing_all_is_worth_at_least_as_much():
    for name in PRESETS["preset"].unique():
        expected, evpi, _ = scenario.perfect_information(area(name))
        _, any_size = scenario.any_size(area(name))
        assert evpi <= any_size <= expected.min()


# ---- The tables ----


def test_the_table_holds_the_inputs_in_order():
    assert INPUTS["input"].tolist() == list(EVERY)
    assert PRESETS.groupby("preset")["label"].nunique().eq(1).all()


def test_every_preset_lies_within_what_the_tool_accepts():
    for name in PRESETS["preset"].unique():
        frame = area(name).join(BOUNDS)
        assert (frame["low"] >= frame["least"]).all() and (frame["high"] <= frame["most"]).all()


def test_published_inputs_are_those_of_the_other_tables():
    inputs, counted = area(), load("activity").set_index("measure")["n"]
    k, n = counted["families"], counted["referrals"]
    limits = wilson(k, n)
    low, high = scenario.triangle(limits)
    assert inputs.loc["acceptance"].tolist() == pytest.approx([low, k / n, high], abs=5e-4)
    assert inputs.loc["acceptance", "central"] == pytest.approx(k / n, abs=5e-6)
    assert inputs.loc["dropout", "central"] == load("attrition").set_index("attrition_id").loc["fonagy_quoted", "value"]
    service, staffing = load("service").set_index("fact")["value"], load("staffing")
    ends = [service["stay_months_low"], service["stay_months_high"]]
    assert inputs.loc["stay"].tolist() == [ends[0], sum(ends) / 2, ends[1]]
    assert inputs.loc["team", "central"] == staffing.loc[staffing["therapeutic"], "posts"].sum()


def test_referrals_are_an_input_where_they_are_counted():
    counted = load("referrals").set_index("year")["referrals"]
    assert area().loc["referrals"].tolist() == counted.loc[2018:2020].tolist() == [88, 132, 186]
    assert not set(area().index) & set(scenario.ESTIMATED)
    for name in ("small", "large"):
        assert "referrals" not in area(name).index and set(scenario.ESTIMATED) <= set(area(name).index)


def test_no_referrals_beyond_the_counts_are_drawn():
    """Births, need and share referred drawn apart gave up to 230 a year, where the most ever counted is 186."""
    drawn = scenario.outputs(scenario.draw(area(), scenario.points()))["referrals"]
    assert drawn.min() >= 88 and drawn.max() <= 186


def test_referrals_are_worth_most_and_then_what_a_post_carries():
    """As a referee found with draws of his own: 9,293, 5,422, 4,316 and 3,083 pounds at the mean cost of a post."""
    _, _, evppi = scenario.perfect_information(area())
    cost = area().loc["post_cost"].mean()
    found = (evppi * cost).sort_values(ascending=False)
    assert found.index.tolist()[:4] == ["referrals", "full_caseload", "direct", "stay"]
    assert found.tolist()[:4] == pytest.approx([9293, 5422, 4316, 3083], rel=0.03)


def test_nothing_assumed_is_called_published():
    status = INPUTS.set_index("input")["grade"]
    assert set(status.index[status == "source"]) == {"births", "referrals", "acceptance", "stay", "team"}
    assert status["dropout"] == "secondary"  # a trial's, read where it is quoted
    label = PRESETS.set_index("preset").loc["newpip", "label"].unique()
    assert label.tolist() == ["Illustration from NEWPIP's counts"]
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
        assert one["range_from"] == row.range_from or ours
    for one in told["presets"]:
        values = pd.DataFrame.from_dict(one["values"], orient="index")
        expected = area(one["preset"])
        pd.testing.assert_frame_equal(values.loc[expected.index], expected, check_names=False)
        assert list(values.index) == list(EVERY) and one["counted"] == ("referrals" in expected.index)
        assert set(one["own"]) == set(PRESETS.loc[PRESETS["preset"] == one["preset"], "input"])
    assert [one["output"] for one in told["outputs"]] == list(scenario.OUTPUTS)


def test_results_are_listed_with_their_names_formats_and_units():
    results = scenario.ranges(area())
    named = {name: (f"{value:{fmt}}", unit) for name, value, fmt, unit in scenario.by_name(results)}
    assert len(named) == 3 * len(scenario.OUTPUTS)
    assert named["posts.high"] == (f"{results.loc['posts', 'high']:.1f}", "full-time posts")
    listed = scenario.listed_results(results).set_index("output")
    assert named["cost"] == (listed.loc["cost", "central_said"], "GBP a year")
    assert listed.loc["cost", "unit"] == "£ a year"


def test_areas_stand_side_by_side_with_their_ranges():
    results = {"b": scenario.ranges(area()), "a": scenario.ranges(area())}
    wide = scenario.side_by_side(results)
    assert list(wide) == ["output", "a", "b", "label", "unit"] and wide["a"].equals(wide["b"])
    low, high = results["a"].loc["posts", ["low", "high"]]
    assert wide.set_index("output").loc["posts", "a"].endswith(f" ({low:.1f} to {high:.1f})")


def test_inputs_are_listed_as_they_are_read():
    rows = {"input": ["a", "b", "c"], "unit": ["share", "GBP a year", "months"], "grade": "source"}
    values = pd.DataFrame({"low": [0.125, 50000, 4.5], "central": [0.2, 60000, 6], "high": [0.5, 70000, 8]})
    listed = scenario.listed_inputs(pd.DataFrame(rows).join(values))
    assert listed["low_said"].tolist() == ["12.5%", "50,000", "4.5"] and listed["unit"].iloc[1] == "£ a year"
    assert set(listed["status"]) == {GRADES["source"]}
