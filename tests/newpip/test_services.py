"""Services: intervals, pooling against metafor, and the evidence map."""

import math
from dataclasses import asdict

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from newpip import services
from newpip.data import load

# R 4.2.2, metafor 3.8-1, metadat 1.2-0:
#   r <- rma(measure="PLO", xi=xi, ni=ni, method="REML", test=test, level=level,
#            control=list(threshold=1e-14, maxiter=10000, tau2.max=1e6))
#   p <- predict(r, transf=transf.ilogit)
#   c(p$pred, p$ci.lb, p$ci.ub, r$tau2, r$I2, r$QE, r$QEp)   with test="z"
#   c(p$ci.lb, p$ci.ub, p$pi.lb, p$pi.ub)                    with test="knha"
# "fourteen" is metadat's dat.pritz1997, which has two rows with every one counted.
METAFOR = {
    "three services": (
        [118, 428, 40],
        [125, 450, 48],
        0.95,
        [
            0.924210672573,
            0.842043290579,
            0.965392178264,
            0.423009110377,
            79.921993519584,
            9.515039789354,
            0.008586879376,
        ],
        [0.661386067888, 0.987035459706, 0.300800032863, 0.997115330776],
    ),
    "three services at 90%": (
        [118, 428, 40],
        [125, 450, 48],
        0.90,
        [
            0.924210672573,
            0.858943915014,
            0.960661524453,
            0.423009110377,
            79.921993519584,
            9.515039789354,
            0.008586879376,
        ],
        [0.778687748331, 0.976885957938, 0.557559458443, 0.991596783955],
    ),
    "one of them twice": (
        [118, 428, 40, 41],
        [125, 450, 48, 48],
        0.95,
        [
            0.911657855918,
            0.836824152341,
            0.954056453554,
            0.384921365231,
            77.071707206990,
            13.709929329918,
            0.003327795022,
        ],
        [0.770286661505, 0.969473690359, 0.515500037746, 0.990107875304],
    ),
    "two alike": (
        [40, 41],
        [48, 48],
        0.95,
        [0.843466340491, 0.756409278190, 0.903384118456, 0, 0, 0.078912662077, 0.778776380589],
        [0.663855248417, 0.936313372872, 0.663855248417, 0.936313372872],
    ),
    "four alike": (
        [20, 22, 19, 21],
        [40, 41, 40, 40],
        0.95,
        [0.509306657948, 0.432390161165, 0.585785035425, 0, 0, 0.363305747924, 0.947713857670],
        [0.465663996483, 0.552807920095, 0.465663996483, 0.552807920095],
    ),
    "fourteen": (
        [16, 10, 4, 43, 10, 25, 13, 12, 22, 4, 5, 18, 58, 6],
        [17, 12, 8, 58, 10, 42, 14, 12, 41, 5, 6, 23, 68, 10],
        0.95,
        [
            0.757479295089,
            0.660521965105,
            0.833716201424,
            0.364587778609,
            56.559602996336,
            29.785416460258,
            0.005056641178,
        ],
        [0.648129069819, 0.841174472225, 0.433303872319, 0.927317960149],
    ),
}


@pytest.mark.parametrize("name", METAFOR)
def test_pool_agrees_with_metafor(name):
    numerators, denominators, level, wald, knha = METAFOR[name]
    found = services.pool(numerators, denominators, level)
    percent = 100 * found.i2
    assert [found.estimate, found.low, found.high, found.tau2, percent, found.q, found.q_p] == pytest.approx(
        wald, rel=1e-8, abs=1e-10
    )
    assert [found.hk_low, found.hk_high, found.prediction_low, found.prediction_high] == pytest.approx(knha, abs=1e-9)
    assert found.k == len(numerators)


@pytest.mark.parametrize("name", ["three services", "three services at 90%", "fourteen"])
def test_the_second_prediction_interval_is_that_of_higgins_and_others(name):
    # Mean plus and minus t, on k - 2, times the root of tau2 plus the squared Wald error, all as metafor has them.
    numerators, denominators, level, (estimate, low, high, tau2, *_), _ = METAFOR[name]
    found = services.pool(numerators, denominators, level)
    mean, low, high = (math.log(share / (1 - share)) for share in (estimate, low, high))
    error = (high - low) / 2 / stats.norm.ppf((1 + level) / 2)
    reach = stats.t.ppf((1 + level) / 2, len(numerators) - 2) * math.hypot(error, math.sqrt(tau2))
    expected = [1 / (1 + math.exp(-end)) for end in (mean - reach, mean + reach)]
    assert [found.higgins_low, found.higgins_high] == pytest.approx(expected, rel=1e-5)


def test_the_second_prediction_interval_of_three_services_says_nothing():
    found = services.pool([118, 428, 40], [125, 450, 48])
    assert [round(100 * end, 1) for end in (found.higgins_low, found.higgins_high)] == [0.1, 100.0]


def test_two_services_have_no_second_prediction_interval():
    found = services.pool([118, 40], [125, 48])
    assert math.isnan(found.higgins_low) and math.isnan(found.higgins_high)
    assert [round(100 * end, 1) for end in (found.hk_low, found.hk_high)] == [0.4, 100.0]


# metafor's dat.bcg: with tuberculosis and without, vaccinated and not, in thirteen trials.
BCG = np.array(
    [
        (4, 119, 11, 128),
        (6, 300, 29, 274),
        (3, 228, 11, 209),
        (62, 13536, 248, 12619),
        (33, 5036, 47, 5761),
        (180, 1361, 372, 1079),
        (8, 2537, 10, 619),
        (505, 87886, 499, 87892),
        (29, 7470, 45, 7232),
        (17, 1699, 65, 1600),
        (186, 50448, 141, 27197),
        (5, 2493, 3, 2338),
        (27, 16886, 29, 17825),
    ],
    dtype=float,
)


def test_q_profile_agrees_with_the_example_of_metafor():
    # Viechtbauer (2010), confint(rma(ai, bi, ci, di, measure="RR", data=dat.bcg)):
    # tau^2 0.3132 (0.1197 to 1.1115), I^2 92.22 (81.92 to 97.68).
    ill, well, ill_without, well_without = BCG.T
    effects = np.log(ill / (ill + well)) - np.log(ill_without / (ill_without + well_without))
    variances = 1 / ill - 1 / (ill + well) + 1 / ill_without - 1 / (ill_without + well_without)
    tau2, (low, high) = services._reml(effects, variances), services._q_profile(effects, variances, 0.95)
    assert [tau2, low, high] == pytest.approx([0.3132, 0.1197, 1.1115], abs=5e-5)
    _, within = services._heterogeneity(effects, variances)
    shares = [100 * one / (one + within) for one in (tau2, low, high)]
    assert shares == pytest.approx([92.22, 81.92, 97.68], abs=5e-3)


def test_i2_of_three_services_may_be_almost_anything():
    found = services.pool([118, 428, 40], [125, 450, 48])
    assert [round(100 * one, 1) for one in (found.i2_low, found.i2, found.i2_high)] == [22.9, 79.9, 99.5]
    alike = services.pool([40, 41], [48, 48])
    assert (alike.i2_low, alike.i2) == (0, 0) and 0.9 < alike.i2_high < 1


@pytest.mark.parametrize(
    ("numerators", "denominators", "tau2"),
    [
        ([31, 45, 39], [41, 46, 51], 1.183343105844),
        ([4, 20, 17], [5, 101, 87], 0),
        ([14, 21, 30], [15, 66, 83], 2.493285785227),
    ],
)
def test_pool_takes_the_higher_of_two_peaks(numerators, denominators, tau2):
    # The restricted likelihood has a peak at 0 and another; tau2 as metafor 3.8-1 reports it.
    assert services.pool(numerators, denominators).tau2 == pytest.approx(tau2, abs=1e-9)


def test_pool_of_two_mirrored_services_has_a_closed_form():
    found = services.pool([10, 30], [40, 40])
    assert found.tau2 == pytest.approx(2 * math.log(3) ** 2 - (1 / 10 + 1 / 30), abs=1e-10)
    assert found.estimate == pytest.approx(0.5, abs=1e-12)


counts = st.lists(
    st.integers(1, 300).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))), min_size=2, max_size=6
)


@pytest.mark.slow
@given(counts)
def test_pool_mirrors_when_failures_are_counted(pairs):
    x, n = map(np.array, zip(*pairs, strict=True))
    yes, no = services.pool(x, n), services.pool(n - x, n)
    assert yes.estimate == pytest.approx(1 - no.estimate, abs=1e-7)
    assert yes.low == pytest.approx(1 - no.high, abs=1e-7)
    assert yes.prediction_low == pytest.approx(1 - no.prediction_high, abs=1e-7)


@given(counts)
def test_pool_lies_among_its_services_and_inside_its_intervals(pairs):
    x, n = map(np.array, zip(*pairs, strict=True))
    half = np.where((x == 0) | (x == n), 0.5, 0)
    shares = (x + half) / (n + 2 * half)
    found = services.pool(x, n)
    assert shares.min() - 1e-12 <= found.estimate <= shares.max() + 1e-12
    assert found.low <= found.estimate <= found.high
    assert found.prediction_low <= found.hk_low + 1e-12 and found.hk_high <= found.prediction_high + 1e-12
    assert 0 <= found.i2 <= 1 and 0 <= found.q_p <= 1


@pytest.mark.parametrize(
    ("numerators", "denominators", "level", "named"),
    [
        ([5], [10], 0.95, "at least 2"),
        ([5, 6], [10], 0.95, "one length"),
        ([5, 11], [10, 10], 0.95, "numerators"),
        ([5, 6.5], [10, 10], 0.95, "whole numbers"),
        ([5, 0], [10, 0], 0.95, "denominators"),
        ([5, math.nan], [10, 10], 0.95, "numerators"),
        ([5, 6], [10, 10], 95, "level"),
    ],
)
def test_pool_refuses_what_it_cannot_pool(numerators, denominators, level, named):
    with pytest.raises(ValueError, match=named):
        services.pool(numerators, denominators, level)


def test_counting_a_service_twice_narrows_every_interval():
    rows = services.double_count([118, 428, 40], [125, 450, 48], (41, 48)).set_index("counted")
    assert rows.loc["once", "k"] == 3 and rows.loc["twice", "k"] == 4
    for name, label in {"once": "three services", "twice": "one of them twice"}.items():
        _, _, _, wald, knha = METAFOR[label]
        assert rows.loc[name, "width"] == pytest.approx(wald[2] - wald[1], abs=1e-9)
        assert rows.loc[name, "hk_width"] == pytest.approx(knha[1] - knha[0], abs=1e-9)
        assert rows.loc[name, "prediction_width"] == pytest.approx(knha[3] - knha[2], abs=1e-9)
    assert rows.loc["once"].drop(["width", "hk_width", "prediction_width"]).to_dict() == asdict(
        services.pool([118, 428, 40], [125, 450, 48])
    )


OUTCOMES = pd.DataFrame(
    [
        ("a1", "a", "relationship", "feedback", 0.94, "share", 118, 125, 125, "inferred from rounding", "improved"),
        ("b1", "b", "relationship", "pre-post", 0.95, "share", 428, 450, None, "assumed for illustration", "improved"),
        ("c1", "c", "relationship", "single-group", 0.83, "share", 40, 48, None, "inferred from rounding", "improved"),
        ("d1", "d", "relationship", "single-group", 0.854, "share", None, 55, 55, "unknown", "improved"),
        ("b2", "b", "caregiver", "pre-post", 0.84, "share", None, None, None, "unknown", "improved"),
        ("e1", "e", "caregiver", "randomised", 0.3, "score change", None, None, 76, "unknown", "no difference"),
        ("e2", "e", "caregiver", "randomised", None, "direction", None, None, 70, "unknown", "improved"),
        ("c0", "c", "relationship", "single-group", 0.2, "ratio", None, None, None, "", ""),
        ("a2", "a", "caregiver", "", None, "direction", None, None, None, "", "improved"),
        ("f1", "f", "experience", "interviews", None, "direction", None, None, None, "unknown", "not reported"),
    ],
    columns=[
        "outcome_id",
        "service_id",
        "domain",
        "design",
        "value",
        "unit",
        "numerator",
        "denominator",
        "n",
        "count_status",
        "direction",
    ],
).astype({"numerator": "Int64", "denominator": "Int64", "n": "Int64"})
COUNTED = {"a1": "analysed", "c1": "analysed", "e1": "enrolled", "e2": "enrolled"}
OUTCOMES = OUTCOMES.assign(
    n_counts=OUTCOMES["outcome_id"].map(COUNTED).fillna(""), measure=OUTCOMES["outcome_id"], grade="source"
)
SERVICES = pd.DataFrame(
    [
        ("a", "Alder", "parents who answered", ""),
        ("b", "Beech", "", ""),
        ("c", "Cedar", "families at the end", ""),
        ("d", "Cedar again", "families", "c"),
        ("e", "Elm", "dyads randomised", ""),
        ("f", "Fir", "parents interviewed", ""),
    ],
    columns=["service_id", "name", "who_counted", "same_service_as"],
).assign(kind="service")
REVIEWS = pd.DataFrame(
    [
        ("One", "caregiver", "pooled estimate", 846, "no clear difference"),
        ("One", "caregiver", "pooled estimate", 500, "favours"),
        ("Two", "caregiver", "pooled estimate", 900, "mixed"),
        ("Three", "relationship", "vote count", None, "favours"),
        ("Four", "", "verdict", 5660, "not stated"),
    ],
    columns=["review", "domain", "kind", "participants", "verdict"],
).astype({"participants": "Int64"})
REVIEWS = REVIEWS.assign(outcome="something", grade="source")


def test_every_share_is_either_counted_or_of_unknown_count():
    counted, unknown = services.proportions(OUTCOMES), services.unknown_n(OUTCOMES)
    assert counted["outcome_id"].tolist() == ["a1", "b1", "c1"]
    assert unknown["outcome_id"].tolist() == ["d1", "b2"]
    assert counted["supported"].tolist() == [True, False, True]


def test_proportions_carry_both_intervals():
    rows = services.proportions(OUTCOMES)
    for method, low, high in [("wilson", "low", "high"), ("beta", "exact_low", "exact_high")]:
        for row in rows.itertuples():
            expected = proportion_confint(row.numerator, row.denominator, method=method)
            assert (getattr(row, low), getattr(row, high)) == pytest.approx(expected, abs=1e-9)
    assert rows["estimate"].tolist() == pytest.approx([118 / 125, 428 / 450, 40 / 48])


def test_proportions_of_nothing_keep_their_columns():
    rows = services.proportions(OUTCOMES.iloc[[4]])
    assert rows.empty and {"estimate", "low", "high", "exact_low", "exact_high", "supported"} <= set(rows.columns)


def entry(table, level, domain, design, name):
    return table.set_index(["level", "domain", "design", "name"]).loc[(level, domain, design, name)]


def test_evidence_takes_two_records_of_one_service_for_one_entry():
    table = services.evidence(OUTCOMES, SERVICES, REVIEWS)
    single = table.query("level == 'service' and domain == 'relationship' and design == 'single-group'")
    assert single["name"].tolist() == ["Cedar"]
    assert single["who_counted"].tolist() == ["families at the end; families"]


def test_evidence_prefers_those_analysed_to_a_larger_number_of_nobody_knows_whom():
    cedar = entry(services.evidence(OUTCOMES, SERVICES, REVIEWS), "service", "relationship", "single-group", "Cedar")
    assert (cedar.n, cedar.counts, cedar.findings) == (48, "analysed", 2)
    nameless = OUTCOMES.assign(n_counts="")
    cedar = entry(services.evidence(nameless, SERVICES, REVIEWS), "service", "relationship", "single-group", "Cedar")
    assert (cedar.n, cedar.counts) == (55, "printed")


def test_evidence_leaves_assumed_numbers_out():
    table = services.evidence(OUTCOMES, SERVICES, REVIEWS)
    assumed = entry(table, "service", "relationship", "pre-post", "Beech")
    assert pd.isna(assumed.n) and assumed.counts == "unknown"


def test_evidence_says_which_way_an_entry_points():
    table = services.evidence(OUTCOMES, SERVICES, REVIEWS)
    elm = entry(table, "service", "caregiver", "randomised", "Elm")
    assert (elm.answer, elm.n, elm.counts) == ("mixed", 76, "enrolled")
    assert entry(table, "service", "experience", "interviews", "Fir").answer == "unclear"
    assert entry(table, "service", "caregiver", "not stated", "Alder").answer == "favourable"


def test_evidence_has_the_worst_grade_of_its_rows():
    doubtful = OUTCOMES.assign(grade=["memory" if one == "e2" else "source" for one in OUTCOMES["outcome_id"]])
    table = services.evidence(doubtful, SERVICES, REVIEWS)
    assert entry(table, "service", "caregiver", "randomised", "Elm").grade == "memory"
    assert (table["grade"] != "source").sum() == 1


def test_evidence_takes_the_largest_number_of_a_review():
    table = services.evidence(OUTCOMES, SERVICES, REVIEWS)
    one = entry(table, "review", "caregiver", "pooled estimate", "One")
    assert (one.n, one.counts, one.answer, one.findings) == (846, "in its studies", "mixed", 2)
    assert entry(table, "review", "relationship", "vote count", "Three").counts == "unknown"


def test_evidence_loses_no_finding():
    table = services.evidence(OUTCOMES, SERVICES, REVIEWS)
    assert table.groupby("level")["findings"].sum().to_dict() == {
        "service": len(OUTCOMES) - 1,  # one is a baseline
        "review": len(REVIEWS) - 1,  # one names no domain
    }
    assert not table.duplicated(["level", "domain", "design", "entry"]).any()
    assert set(table["answer"]) <= {*services.ANSWERS, "mixed"}


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (lambda: services.evidence(OUTCOMES, SERVICES.iloc[1:], REVIEWS), "services"),
        (lambda: services.evidence(OUTCOMES.assign(direction="up"), SERVICES, REVIEWS), "direction"),
        (lambda: services.evidence(OUTCOMES, SERVICES, REVIEWS.assign(verdict="good")), "verdict"),
    ],
)
def test_evidence_refuses_what_it_does_not_know(change, named):
    with pytest.raises(ValueError, match=named):
        change()


def test_the_register_has_both_reports_of_the_stockholm_trial():
    # Abstracts: doi 10.1002/imhj.20291 for half a year after joining, doi 10.1002/imhj.21536 for the follow-up.
    rows = load("outcomes").query("service_id == 'salomonsson_trial'")
    found = rows.groupby(["source_id", "domain"])["direction"].agg(lambda said: sorted(set(said)))
    assert found["salomonsson2011"].to_dict() == {
        "baby": ["no difference"],
        "caregiver": ["improved", "no difference"],
        "relationship": ["improved", "no difference"],
    }
    assert found["salomonsson2015", "relationship"] == ["no difference"]
    assert found["salomonsson2015", "caregiver"] == ["improved"]


def test_what_people_said_had_changed_stands_under_what_changed_for_every_service():
    outcomes = load("outcomes")
    assert not (outcomes.query("domain == 'experience'")["direction"] == "improved").any()
    ours = outcomes.query("service_id == 'newpip'")
    assert set(ours["design"]) == {"interviews"} and ours[["value", "numerator", "denominator"]].isna().all(axis=None)
    changed = ours.query("direction == 'improved'")
    assert sorted(changed["domain"]) == ["caregiver", "relationship", "workforce"]


def test_no_figure_of_an_unread_trial_is_called_loss_to_follow_up():
    lost = load("attrition").query("kind == 'trial loss to follow-up'")
    assert lost["counted_as"].str.startswith("Not seen again").all() and len(lost) > 0


def test_labels_tell_services_trials_programmes_and_second_records_apart():
    table = pd.DataFrame(
        {
            "service_id": ["a", "b", "t", "p"],
            "name": ["North (a team)", "North again (a report)", "A trial", "Circle (a programme)"],
            "kind": ["service", "service", "trial", "programme"],
            "place": ["Leeds", "Leeds", "", ""],
            "same_service_as": ["", "a", "", ""],
            "source_id": ["x", "x", "y", "y"],
        }
    )
    sources = pd.DataFrame({"authors": ["Ash, B.", "Elm, C., Oak, D."], "year": [2001, 2002]}, index=["x", "y"])
    labels = services.labelled(table, sources)["label"]
    expected = ["North", "North again (same as Leeds)", "Trial: Elm (2002)", "Circle (a programme)"]
    assert list(labels) == expected
    assert list(services.entries(pd.Series(["b", "a", "t"]), table)) == ["a", "a", "t"]


def test_numbers_are_said_with_whom_they_count():
    n = pd.Series([40, None], dtype="Int64")
    assert list(services.how_many(n, ["analysed", ""])) == ["40 analysed", "not known"]
    assert list(services.how_many(n, ["analysed", ""], unknown="")) == ["40 analysed", ""]


def test_every_share_keeps_limits_only_where_counts_are_supported():
    outcomes = load("outcomes")
    rows = services.every_share(outcomes)
    assert len(rows) == len(services.proportions(outcomes)) + len(services.unknown_n(outcomes))
    assert (rows["low"].notna() == rows["supported"].astype(bool)).all()
    assumed = rows[~rows["supported"].astype(bool)]
    assert assumed["estimate"].equals(assumed["value"].astype(float))
    said = services.counts_said(rows)
    assert said[rows["supported"].astype(bool)].str.fullmatch(r"\d+ of \d+").all()
    assert set(said[rows["n"].isna() & ~rows["supported"].astype(bool)]) <= {"number not printed"}


def test_the_limits_of_pools_stand_below_each_other():
    pools = services.double_count([8, 9], [10, 12], (7, 9))
    rows = services.limits(pools, {"Wald": "", "Knapp-Hartung": "hk_"}, keep=["counted"])
    assert list(zip(rows["interval"], rows["counted"], strict=True)) == [
        ("Wald", "once"),
        ("Wald", "twice"),
        ("Knapp-Hartung", "once"),
        ("Knapp-Hartung", "twice"),
    ]
    assert rows["low"][3] == pools["hk_low"][1] and rows["estimate"][0] == pools["estimate"][0]


def test_a_map_is_said_cell_by_cell():
    signs = pd.DataFrame(
        [
            ("forms", "baby", 5, "up", "source"),
            ("forms", "baby", 9, "up", "secondary"),
            ("talk", "baby", None, "x", "source"),
        ],
        columns=["design", "domain", "n", "answer", "grade"],
    ).astype({"n": "Int64"})
    said = services.described(signs, {"talk": "Talk", "forms": "Forms"}, ["baby"], {"up": "better", "x": "unclear"})
    assert said == (
        "talk, baby: 1 unclear, numbers not known; "
        "forms, baby: 2 better, 5 to 9 people, 1 with a result known at second hand"
    )


def test_estimates_and_amounts_are_said_as_far_as_they_are_known():
    reviews = pd.DataFrame(
        {
            "measure": ["SMD", "RR", ""],
            "value": [-0.46, 1.5, None],
            "low": [-0.6, None, None],
            "high": [-0.3, None, None],
        }
    )
    minus = "\N{MINUS SIGN}"
    assert list(services.estimates_said(reviews)) == [
        f"SMD {minus}0.46 ({minus}0.60 to {minus}0.30)",
        "RR 1.5",
        "no size given",
    ]
    money = pd.DataFrame({"value": [1.5, 23.1, 1800, None], "unit": ["ratio", "GBP bn", "GBP", "GBP"]})
    assert list(services.amounts_said(money)) == ["1.5 to 1", "£23.10 billion", "£1,800", "none exists"]


def test_the_flow_of_the_register_adds_up():
    sources = pd.DataFrame({"source_id": list("abcde"), "held": [True, False, False, False, True]})
    rows = pd.DataFrame(
        {"source_id": ["a", "b", "b", "c", ""], "grade": ["source", "memory", "abstract", "secondary", ""]}
    )
    steps = services.reach(sources, [rows])
    assert steps["n"].tolist() == [5, 3, 2, 1]
    assert steps["left"].tolist() == [0, 2, 1, 1]
    assert (steps["n"].iloc[:-1].to_numpy() - steps["left"].iloc[1:].to_numpy() == steps["n"].iloc[1:].to_numpy()).all()
    more = pd.DataFrame({"other_source_id": ["d"], "how": ["abstract"]})
    with_more = services.reach(sources, [rows, more])
    assert with_more["n"].tolist() == [5, 4, 3, 1]


def test_plans_stand_beside_their_trials_with_the_worst_grade():
    trials = pd.DataFrame({"service_id": ["a", "b"], "grade": ["abstract", "source"]})
    planned = pd.DataFrame(
        {
            "service_id": ["a", "b"],
            "aspect": ["planned size", "registration"],
            "planned": ["180 pairs", "X1"],
            "grade": ["source", "secondary"],
        }
    )
    found = services.plans(
        trials, planned, ["registration", "planned size"], {"registration": "none", "planned size": "-"}
    )
    assert found[["registration", "planned size"]].to_numpy().tolist() == [["none", "180 pairs"], ["X1", "-"]]
    assert found["grade"].tolist() == ["abstract", "secondary"]
    with pytest.raises(ValueError, match="'b'"):
        services.plans(trials[:1], planned, ["planned size"], {"planned size": "-"})


def test_no_trial_has_a_judgement_that_nobody_published():
    plans = load("trial_plans")
    kinds = load("services").set_index("service_id")["kind"]
    assert (kinds[plans["service_id"]] == "trial").all()
    assert not (plans["aspect"] == "risk of bias").any(), "say in its note who judged it, and where"
    assert set(plans["grade"]) <= {"source", "abstract"}
