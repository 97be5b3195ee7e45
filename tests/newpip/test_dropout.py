"""Dropout: identities, closed forms, numerical integration, and estimators on populations whose truth is known."""

import math
import warnings

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import integrate, special, stats

from newpip import dropout

shares = st.floats(0, 1)
inside = st.floats(0.001, 0.999)


@given(shares, shares, shares)
def test_bounds_hold_whatever_befell_those_who_left(left, completers, leavers):
    limits = dropout.bounds(left, completers)
    assert limits.low - 1e-12 <= dropout.overall(left, completers, leavers) <= limits.high + 1e-12
    assert limits.width == pytest.approx(left, abs=1e-12)


@pytest.mark.parametrize(("completers", "low", "high"), [(1, 0.82, 1), (0.9, 0.738, 0.918), (0.8, 0.656, 0.836)])
def test_bounds_at_the_quoted_dropout(completers, low, high):
    limits = dropout.bounds(0.18, completers)
    assert (limits.low, limits.high) == pytest.approx((low, high), abs=1e-12)


def test_bounds_curve_is_the_bounds_at_each_point():
    curve = dropout.bounds_curve([0, 0.18, 0.6], [1, 0.8])
    assert len(curve) == 6
    for row in curve.itertuples():
        limits = dropout.bounds(row.dropout, row.completers)
        assert (row.low, row.high) == pytest.approx((limits.low, limits.high), abs=1e-12)
    assert set(zip(curve["completers"], curve["dropout"], strict=True)) == {
        (c, d) for c in (1, 0.8) for d in (0, 0.18, 0.6)
    }


@given(inside, inside, shares)
def test_at_the_tipping_point_the_target_is_met(completers, target, leavers):
    tip = dropout.tipping(completers, target, leavers)
    if completers <= target:
        assert tip == 0
    elif leavers > target:
        assert tip == math.inf
    else:
        assert 0 <= tip <= 1
        assert dropout.overall(tip, completers, leavers) == pytest.approx(target, abs=1e-9)


def test_tipping_when_nobody_who_left_benefited():
    assert dropout.tipping(1.0) == pytest.approx(0.5)
    assert dropout.tipping(0.9) == pytest.approx(1 - 0.5 / 0.9)
    assert dropout.tipping(0.8) == pytest.approx(1 - 0.5 / 0.8)


def test_surface_holds_every_pair():
    grid = dropout.surface([0, 0.5], [0, 0.25, 1], 0.8)
    wide = grid.pivot(index="leavers", columns="dropout", values="overall").to_numpy()
    assert wide == pytest.approx(np.array([[0.8, 0.4], [0.8, 0.525], [0.8, 0.9]]))


@given(shares, inside, st.floats(-4, 4))
def test_delta_shifts_the_log_odds_by_delta(left, completers, delta):
    leavers = dropout.shifted(completers, delta)
    assert math.log(leavers / (1 - leavers)) == pytest.approx(math.log(completers / (1 - completers)) + delta, abs=1e-6)
    found = dropout.delta_adjusted(left, completers, delta)
    assert found == pytest.approx((1 - left) * completers + left * leavers, abs=1e-12)
    assert dropout.delta_adjusted(left, completers, 0) == pytest.approx(completers, abs=1e-9)


def test_delta_leaves_certainty_as_it_is_without_a_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert dropout.delta_adjusted(0.18, [1.0, 0.0], -4).tolist() == [1.0, 0.0]


def test_frame_bounds_of_ten_interviewed():
    families = dropout.frame_bounds(10, 10, 106)
    assert (families.low, families.high) == pytest.approx((10 / 106, 1))
    assert families.width == pytest.approx(96 / 106)
    assert dropout.frame_bounds(8, 10, 106).high == pytest.approx(104 / 106)


@given(st.integers(0, 60), st.integers(0, 60), st.integers(1, 60), st.data())
def test_frame_bounds_hold_for_every_outcome_of_those_not_asked(benefited, others, unasked, data):
    asked, frame = benefited + others, benefited + others + unasked
    limits = dropout.frame_bounds(benefited, asked, frame)
    truth = (benefited + data.draw(st.integers(0, unasked))) / frame
    assert limits.low <= truth <= limits.high


def expected_share(benefited, asked, lost, of, mean, sd, weight):
    """Mean of the overall share: Gauss-Hermite over delta inside adaptive quadrature over benefit."""
    left = (weight * lost + 0.5) / (weight * of + 1)
    benefit = stats.beta(benefited + 0.5, asked - benefited + 0.5)
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)

    def inner(quantile):
        leavers = special.expit(special.logit(benefit.ppf(quantile)) + mean + sd * nodes)
        return weights @ leavers / weights.sum()

    leavers, _ = integrate.quad(inner, 1e-12, 1 - 1e-12, epsabs=1e-8, limit=200)
    return (1 - left) * benefit.mean() + left * leavers


def probability_below(share, benefited, asked, lost, of, mean, sd):
    """Chance that the overall share lies below `share`, by the midpoint rule over benefit and delta."""
    left = stats.beta(lost + 0.5, of - lost + 0.5)
    u = (np.arange(500) + 0.5) / 500
    completers = stats.beta(benefited + 0.5, asked - benefited + 0.5).ppf(u)[:, None]
    leavers = special.expit(special.logit(completers) + mean + sd * stats.norm.ppf(u)[None, :])
    turn = (share - completers) / (leavers - completers)
    below = np.where(leavers < completers, left.sf(turn), left.cdf(turn))
    return below.mean()


@pytest.mark.parametrize(
    ("benefited", "lost", "of", "weight"), [(10, 14, 76, 1.0), (8, 14, 76, 1.0), (9, 7, 38, 1.0), (9, 14, 76, 0.25)]
)
def test_probabilistic_mean_agrees_with_integration(benefited, lost, of, weight):
    found = dropout.probabilistic(benefited, 10, lost, of, 400_000, 20250701, weight=weight)
    # The standard deviation is at most 0.14, so 0.001 is more than four standard errors.
    assert found.mean == pytest.approx(expected_share(benefited, 10, lost, of, -1, 1, weight), abs=1e-3)


@pytest.mark.parametrize("benefited", [8, 9])
@pytest.mark.parametrize("level", [0.95, 0.8])
def test_probabilistic_interval_agrees_with_integration(benefited, level):
    found = dropout.probabilistic(benefited, 10, 14, 76, 400_000, 7, level=level)
    assert probability_below(found.low, benefited, 10, 14, 76, -1, 1) == pytest.approx((1 - level) / 2, abs=3e-3)
    assert probability_below(found.high, benefited, 10, 14, 76, -1, 1) == pytest.approx((1 + level) / 2, abs=3e-3)


def test_without_a_difference_probabilistic_is_the_beta_of_those_who_stayed():
    found = dropout.probabilistic(8, 10, 14, 76, 400_000, 3, delta_mean=0, delta_sd=0)
    beta = stats.beta(8.5, 2.5)
    assert found.mean == pytest.approx(beta.mean(), abs=1e-3)
    assert (found.low, found.high) == pytest.approx(beta.interval(0.95), abs=3e-3)
    density = found.density(20)
    edges = np.linspace(0, 1, 21)
    assert density["density"].to_numpy() / 20 == pytest.approx(np.diff(beta.cdf(edges)), abs=3e-3)
    assert density["share"].tolist() == pytest.approx(((edges[1:] + edges[:-1]) / 2).tolist())


def test_the_uniform_prior_adds_a_whole_yes_and_a_whole_no():
    found = dropout.probabilistic(10, 10, 14, 76, 400_000, 3, prior=1, delta_mean=0, delta_sd=0)
    beta = stats.beta(11, 1)
    assert found.mean == pytest.approx(beta.mean(), abs=1e-3)
    assert (found.low, found.high) == pytest.approx(beta.interval(0.95), abs=3e-3)


def test_weight_zero_forgets_the_other_study():
    forgotten = dropout.probabilistic(8, 10, 14, 76, 20_000, 3, weight=0)
    assert forgotten == dropout.probabilistic(8, 10, 1, 2, 20_000, 3, weight=0)
    assert forgotten != dropout.probabilistic(8, 10, 14, 76, 20_000, 3)


@pytest.mark.slow
def test_probabilistic_gives_the_same_bits_whatever_the_workers_and_chunks():
    one = dropout.probabilistic(9, 10, 14, 76, 45_678, 20250701)
    assert sum(one.counts) == one.draws == 45_678
    for chunk, n_jobs in [(10_000, 1), (1, 1), (20_000, 2), (15_000, 2)]:
        assert dropout.probabilistic(9, 10, 14, 76, 45_678, 20250701, chunk=chunk, n_jobs=n_jobs) == one
    assert dropout.probabilistic(9, 10, 14, 76, 45_678, 20250702) != one


def test_probabilistic_needs_no_more_memory_for_more_draws():
    import tracemalloc

    dropout.probabilistic(9, 10, 14, 76, 10_000, 1)
    tracemalloc.start()
    dropout.probabilistic(9, 10, 14, 76, 2_000_000, 1)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000  # half of what the draws alone would take


@given(inside, st.floats(0.01, 100), st.floats(0.01, 100))
def test_selection_divides_the_odds(observed, psi, again):
    truth = dropout.selection_true_share(observed, psi)
    assert truth / (1 - truth) * psi == pytest.approx(observed / (1 - observed), rel=1e-6)
    twice = dropout.selection_true_share(truth, again)
    assert twice == pytest.approx(dropout.selection_true_share(observed, psi * again), rel=1e-6)


def test_selection_is_what_sampling_by_satisfaction_does():
    # 600 satisfied reached at 0.3, 400 others at 0.1: 180 of 220 reached are satisfied.
    assert dropout.selection_true_share(180 / 220, 3) == pytest.approx(0.6)


def test_selection_at_ten_of_ten():
    limit = 0.05 ** (1 / 10)
    assert dropout.selection_lower(10, 10, 1) == pytest.approx(limit, abs=1e-9)
    assert dropout.psi_to(0.5, 10, 10) == pytest.approx(limit / (1 - limit), rel=1e-9)
    assert dropout.selection_true_share(1.0, 50) == 1


@given(st.integers(1, 20), st.integers(0, 20), inside)
def test_psi_to_brings_the_limit_to_the_target(benefited, others, target):
    psi = dropout.psi_to(target, benefited, benefited + others)
    assert dropout.selection_lower(benefited, benefited + others, psi) == pytest.approx(target, abs=1e-7)


def population(cells):
    """Build a frame from (covariate, benefited, stayed): people."""
    rows = [key for key, people in cells.items() for _ in range(people)]
    return pd.DataFrame(rows, columns=["need", "benefited", "stayed"])


# Two levels of need; among the less needy 160 of 200 stayed and 120 of those benefited, among the others
# 100 of 200 and 30. Those who left fared as those who stayed with the same need.
AT_RANDOM = {
    (0, 1, 1): 120,
    (0, 0, 1): 40,
    (0, 1, 0): 30,
    (0, 0, 0): 10,
    (1, 1, 1): 30,
    (1, 0, 1): 70,
    (1, 1, 0): 30,
    (1, 0, 0): 70,
}
# The same, but nobody who left benefited.
NOT_AT_RANDOM = AT_RANDOM | {(0, 1, 0): 0, (0, 0, 0): 40, (1, 1, 0): 0, (1, 0, 0): 100}


def test_estimators_on_a_finite_population_have_a_closed_form():
    found = dropout.estimators(population(AT_RANDOM))
    assert found["complete_case"] == pytest.approx(150 / 260)
    assert found["ipw"] == pytest.approx(0.5 * 120 / 160 + 0.5 * 30 / 100, abs=1e-6)
    assert found["aipw"] == pytest.approx(0.5 * 120 / 160 + 0.5 * 30 / 100, abs=1e-6)
    assert found["stayed"] == 260
    assert found["ess"] == pytest.approx(400**2 / (160 * 1.25**2 + 100 * 2**2), rel=1e-6)


def test_weighting_removes_the_bias_at_random_and_not_the_bias_otherwise():
    at_random, otherwise = population(AT_RANDOM), population(NOT_AT_RANDOM)
    truth = at_random["benefited"].mean()
    assert dropout.estimators(at_random)["complete_case"] - truth > 0.05
    assert dropout.estimators(at_random)["aipw"] == pytest.approx(truth, abs=1e-6)
    assert otherwise["benefited"].mean() == pytest.approx(150 / 400)
    assert dropout.estimators(otherwise)["aipw"] == pytest.approx(0.525, abs=1e-6)


def test_what_befell_those_who_left_is_not_looked_at():
    frame = population(AT_RANDOM)
    hidden = frame.assign(benefited=frame["benefited"].where(frame["stayed"] == 1))
    assert dropout.estimators(hidden) == dropout.estimators(frame)


# Chances to benefit of 1/4, 1/2, 3/4 are logistic in need; chances to stay of 0.3, 0.9, 0.6 are not.
OUTCOME_RIGHT = {
    (-1, 1, 1): 30,
    (-1, 0, 1): 90,
    (-1, 1, 0): 70,
    (-1, 0, 0): 210,
    (0, 1, 1): 180,
    (0, 0, 1): 180,
    (0, 1, 0): 20,
    (0, 0, 0): 20,
    (1, 1, 1): 180,
    (1, 0, 1): 60,
    (1, 1, 0): 120,
    (1, 0, 0): 40,
}
# Chances to stay of 1/4, 1/2, 3/4 are logistic in need; chances to benefit of 0.2, 0.9, 0.4 are not.
STAYING_RIGHT = {
    (-1, 1, 1): 20,
    (-1, 0, 1): 80,
    (-1, 1, 0): 60,
    (-1, 0, 0): 240,
    (0, 1, 1): 180,
    (0, 0, 1): 20,
    (0, 1, 0): 180,
    (0, 0, 0): 20,
    (1, 1, 1): 120,
    (1, 0, 1): 180,
    (1, 1, 0): 40,
    (1, 0, 0): 60,
}


def test_the_augmented_estimator_needs_only_one_of_its_models():
    outcome_right, staying_right = population(OUTCOME_RIGHT), population(STAYING_RIGHT)
    assert dropout.estimators(outcome_right)["aipw"] == pytest.approx(0.5, abs=1e-5)
    assert abs(dropout.estimators(outcome_right)["ipw"] - 0.5) > 0.01
    assert dropout.estimators(staying_right)["aipw"] == pytest.approx(0.5, abs=1e-5)
    assert dropout.estimators(staying_right)["ipw"] == pytest.approx(0.5, abs=1e-5)


def test_estimators_when_everybody_stayed_or_everybody_benefited():
    everybody = population({(0, 1, 1): 5, (0, 0, 1): 5, (1, 1, 1): 3, (1, 0, 1): 7})
    found = dropout.estimators(everybody)
    assert [found[name] for name in dropout.ESTIMATORS] == pytest.approx([0.4] * 3, abs=1e-6)
    assert found["ess"] == 20
    happy = dropout.estimators(population({(0, 1, 1): 5, (0, 0, 0): 5, (1, 1, 1): 3, (1, 0, 0): 7}))
    assert [happy[name] for name in dropout.ESTIMATORS] == pytest.approx([1] * 3)


def cohort(n, rng, mechanism="at random"):
    need = rng.integers(0, 2, n)
    benefited = rng.random(n) < np.where(need, 0.3, 0.75)
    chance = {
        "completely": np.full(n, 0.65),
        "at random": np.where(need, 0.5, 0.8),
        "not at random": np.where(need, 0.5, 0.7) + 0.2 * benefited,
    }[mechanism]
    return pd.DataFrame({"need": need, "benefited": benefited.astype(int), "stayed": rng.random(n) < chance})


def not_at_random(n, rng):
    return cohort(n, rng, "not at random")


def completely(n, rng):
    return cohort(n, rng, "completely")


@pytest.mark.slow
def test_simulated_bias_is_the_bias_of_theory():
    truth = 0.525
    bias = {}
    for name, generator in {"completely": completely, "at random": cohort, "not": not_at_random}.items():
        table = dropout.simulate(generator, 1000, 200, 20250701, truth=truth).set_index("estimator")
        bias[name], error = table["bias"], table["mcse"]
        expected = {
            "completely": [0, 0, 0],
            "at random": [(0.8 * 0.75 + 0.5 * 0.3) / 1.3 - truth, 0, 0],
            # Of the less needy 0.85 stay, and 0.675 stay and benefited; of the others 0.56 and 0.21.
            "not": [(0.675 + 0.21) / (0.85 + 0.56) - truth] + 2 * [(0.675 / 0.85 + 0.21 / 0.56) / 2 - truth],
        }[name]
        assert (np.abs(bias[name].to_numpy() - expected) < 4 * error.to_numpy() + 0.001).all()
    assert abs(bias["at random"]["aipw"]) < 0.01 < 0.05 < bias["at random"]["complete_case"]
    assert bias["not"]["aipw"] > 0.05


@pytest.mark.slow
def test_simulate_reports_error_and_spread_of_the_replications():
    table = dropout.simulate(cohort, 60, 40, 5, truth=0.525).set_index("estimator")
    streams = np.random.SeedSequence(5).spawn(40)
    each = pd.DataFrame([dropout.estimators(cohort(60, np.random.default_rng(stream))) for stream in streams])
    for name in dropout.ESTIMATORS:
        assert table.loc[name, "bias"] == pytest.approx(each[name].mean() - 0.525, abs=1e-12)
        assert table.loc[name, "rmse"] == pytest.approx(math.sqrt(((each[name] - 0.525) ** 2).mean()), abs=1e-12)
        assert table.loc[name, "mcse"] == pytest.approx(each[name].std() / math.sqrt(40), abs=1e-12)
    assert table.loc["complete_case", "ess_mean"] == pytest.approx(each["stayed"].mean())
    assert table.loc["ipw", "ess_mean"] == table.loc["aipw", "ess_mean"] == pytest.approx(each["ess"].mean())


def test_simulate_takes_everybody_as_the_truth_when_none_is_given():
    table = dropout.simulate(cohort, 200, 50, 5)
    assert table["truth"].iloc[0] == pytest.approx(0.525, abs=0.02)
    given_truth = dropout.simulate(cohort, 200, 50, 5, truth=table["truth"].iloc[0])
    pd.testing.assert_frame_equal(table.drop(columns="mcse"), given_truth.drop(columns="mcse"))
    assert (table["mcse"] < given_truth["mcse"]).all()


@pytest.mark.slow
def test_simulate_gives_the_same_bits_whatever_the_workers():
    one, two = (dropout.simulate(cohort, 3000, 60, 20250701, n_jobs=n_jobs) for n_jobs in (1, 2))
    pd.testing.assert_frame_equal(one, two, check_exact=True)


def test_a_small_cohort_that_a_covariate_splits_is_fitted_without_a_warning():
    frame = pd.DataFrame({"need": range(12), "benefited": [1, 0] * 6, "stayed": [1] * 8 + [0] * 4})
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = dropout.estimators(frame)
    assert found["ipw"] == pytest.approx(0.5, abs=1e-3)


@pytest.mark.parametrize(
    ("call", "named"),
    [
        (lambda: dropout.overall(1.2, 0.5, 0.5), "dropout"),
        (lambda: dropout.overall(0.2, math.nan, 0.5), "completers"),
        (lambda: dropout.bounds_curve([0, 2], 0.5), "dropout"),
        (lambda: dropout.tipping(0.8, target=1.5), "target"),
        (lambda: dropout.delta_adjusted(0.2, 0.5, -math.inf), "delta"),
        (lambda: dropout.frame_bounds(11, 10, 106), "benefited"),
        (lambda: dropout.frame_bounds(0, 0, 0), "frame"),
        (lambda: dropout.probabilistic(11, 10, 14, 76, 100, 1), "benefited"),
        (lambda: dropout.probabilistic(9, 10, 77, 76, 100, 1), "lost"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 0, 1), "draws"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 100, 1, weight=2), "weight"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 100, 1, prior=0), "prior"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 100, 1, level=95), "level"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 100, 1, delta_sd=-1), "delta_sd"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 100, 1, chunk=0), "chunk"),
        (lambda: dropout.probabilistic(9, 10, 14, 76, 100, 1).density(3), "bins"),
        (lambda: dropout.selection_true_share(0.5, 0), "psi"),
        (lambda: dropout.psi_to(1, 10, 10), "target"),
        (lambda: dropout.estimators(population({(0, 1, 0): 3})), "stayed"),
        (lambda: dropout.estimators(population({(0, 2, 1): 3})), "benefited"),
        (lambda: dropout.estimators(population({(0, 1, 1): 3}).drop(columns="need")), "covariate"),
        (
            lambda: dropout.estimators(population({(math.nan, 1, 1): 3, (0, 0, 0): 3})),
            "finite number for every covariate",
        ),
        (lambda: dropout.simulate(cohort, 0, 10, 1), "n must"),
        (lambda: dropout.simulate(cohort, 10, 1, 1), "replications"),
    ],
)
def test_bad_arguments_are_named(call, named):
    with pytest.raises(ValueError, match=named):
        call()


# A probabilistic bias analysis: with a bias parameter held fixed, the limits are those of the Beta, carried over.

FIXED, BETA, TAILS = 1e9, stats.beta(9.5, 1.5), np.array([0.025, 0.975])
NOBODY_LEFT = {"lost": None, "of": None}
UNASKED = (96 / 106, -0.7, 0)
ALONE = {
    "chance": ({}, lambda q: q),
    "courtesy": ({"courtesy": (0.2 * FIXED, 0.8 * FIXED)}, lambda q: (q - 0.2) / 0.8),
    "selection": ({"selection": (np.log(3), 0)}, lambda q: q / (q + 3 * (1 - q))),
    "unasked": (
        {"unasked": UNASKED},
        lambda q: (10 * q + 96 * special.expit(special.logit(q) - 0.7)) / 106,
    ),
    "dropout": (
        {"lost": 0.18 * FIXED, "of": FIXED, "delta_mean": -2, "delta_sd": 0},
        lambda q: 0.82 * q + 0.18 * special.expit(special.logit(q) - 2),
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_each_bias_alone_has_its_closed_form(name):
    setting, carried = ALONE[name]
    found = dropout.probabilistic(9, 10, **NOBODY_LEFT | setting, draws=200_000, seed=5)
    assert (found.low, found.high) == pytest.approx(carried(BETA.ppf(TAILS)), abs=4e-3)
    mean, _ = integrate.quad(lambda u: carried(BETA.ppf(u)), 0, 1)
    assert found.mean == pytest.approx(mean, abs=2e-3)


def test_the_biases_together_are_undone_one_after_the_other():
    together = NOBODY_LEFT.copy()
    for setting, _ in ALONE.values():
        together |= setting
    found = dropout.probabilistic(9, 10, **together, draws=200_000, seed=5)
    limits = BETA.ppf(TAILS)
    for _, carried in ALONE.values():
        limits = carried(limits)
    assert (found.low, found.high) == pytest.approx(limits, abs=5e-3)


def test_a_normal_shift_of_those_not_asked_agrees_with_integration():
    found = dropout.probabilistic(9, 10, **NOBODY_LEFT, unasked=(0.9, 0, 1), draws=400_000, seed=5)
    # The same sum as dropout by a fixed share: nine in ten "left", with a shift about zero.
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    others, _ = integrate.quad(
        lambda u: weights @ special.expit(special.logit(BETA.ppf(u)) + nodes) / weights.sum(), 1e-12, 1 - 1e-12
    )
    assert found.mean == pytest.approx(0.1 * BETA.mean() + 0.9 * others, abs=1e-3)


def test_courtesy_is_a_share_of_false_yeses():
    # Of 100 people 60 benefited; a quarter of the other 40 say so too.
    assert dropout.courtesy_true_share(0.70, 0.25) == pytest.approx(0.60)
    assert dropout.courtesy_true_share([0.1, 1.0], 0.25).tolist() == [0, 1]


def test_every_bias_works_alone_and_with_all_the_others():
    biases = {"courtesy": {"courtesy": (2, 8)}, "dropout": {"lost": 14, "of": 76}}
    settings = dropout.alone_and_together(biases)
    assert settings["chance"] == NOBODY_LEFT and settings["courtesy"] == NOBODY_LEFT | biases["courtesy"]
    assert settings["all"] == {"courtesy": (2, 8), "lost": 14, "of": 76}
    found = dropout.bias_analysis([10, 8], 10, settings, 20_000, 3)
    assert list(found["setting"].unique()) == ["chance", "courtesy", "dropout", "all"] and len(found) == 8
    alone = dropout.probabilistic(8, 10, 14, 76, 20_000, 3)
    row = found.query("setting == 'dropout' and benefited == 8").iloc[0]
    assert (row["mean"], row["low"], row["high"]) == (alone.mean, alone.low, alone.high)


@pytest.mark.slow
def test_a_bias_analysis_gives_the_same_bits_whatever_the_workers():
    every = {"courtesy": (2, 8), "selection": (0.7, 0.35), "unasked": (0.9, 0, 1), "lost": 14, "of": 76}
    one = dropout.bias_analysis([9], 10, {"all": every}, 250_000, 20250701, n_jobs=1)
    assert dropout.bias_analysis([9], 10, {"all": every}, 250_000, 20250701, n_jobs=2).equals(one)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ({"courtesy": (0, 8)}, "courtesy"),
        ({"selection": (0.7, -1)}, "selection_sd"),
        ({"unasked": (2, 0, 1)}, "unasked"),
        ({"unasked": (0.5, np.nan, 1)}, "unasked_mean"),
    ],
)
def test_a_bias_out_of_range_is_named(setting, said):
    with pytest.raises(ValueError, match=said):
        dropout.probabilistic(9, 10, **NOBODY_LEFT, draws=10, seed=1, **setting)
    with pytest.raises(ValueError, match="courtesy"):
        dropout.courtesy_true_share(0.5, 1)


def test_the_years_of_a_window_are_the_whole_ones():
    counts = pd.DataFrame({"year": [2017, 2018, 2019, 2020], "referrals": [1, 2, 4, 8]})
    opened, closed = pd.Timestamp("2018-02-01"), pd.Timestamp("2020-03-01")
    eligible, wider = dropout.in_window(counts, opened, closed)
    assert eligible["year"].tolist() == [2018, 2019] and wider["year"].tolist() == [2017, 2018, 2019]
    eligible, _ = dropout.in_window(counts, pd.Timestamp("2030-02-01"), pd.Timestamp("2031-03-01"))
    assert eligible["year"].tolist() == [2017, 2018, 2019]


def test_figures_from_elsewhere_say_what_was_counted_and_how_they_are_known():
    attrition = pd.DataFrame(
        [
            ("newpip", "NEWPIP", "service dropout", "Home", None, None, None, "cullen2025", "p 1", "source"),
            ("one", "One", "Loss", "Trial", 0.2, 0.2, None, "one2000", "p 2", "abstract"),
            ("some", "Some", "range", "Clinic", None, 0.1, 0.5, "some2001", "p 3", "secondary"),
            ("own", "Own", "Loss", "Here", 0.3, None, None, "thisbook", "p 4", "assumption"),
        ],
        columns=["attrition_id", "study", "kind", "setting", "value", "low", "high", "source_id", "locator", "grade"],
    ).set_index("attrition_id")
    shown = dropout.elsewhere(attrition)
    assert shown["label"].tolist() == ["NEWPIP\nservice dropout: not known", "One\nloss, at least", "Some\nclinic"]
    assert shown["open"].tolist() == [False, True, True]
    sources = pd.DataFrame(
        {
            "source_id": ["cullen2025", "one2000", "some2001"],
            "authors": ["C, D", "O; P", "S"],
            "year": [2025, 2000, 2001],
        }
    )
    told = dropout.register(attrition, sources, {"source": "read", "abstract": "abstract", "secondary": "elsewhere"})
    assert told["share"].tolist() == ["not known", "20.0% or more", "10% to 50%", "30.0%"]
    assert told["read"].tolist() == ["C (2025): p 1", "O (2000): p 2", "S (2001): p 3", "Inferred here: p 4"]
