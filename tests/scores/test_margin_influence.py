"""Influence on margins: planted effects, coverage, false discoveries, and by other routes."""

import tracemalloc

import numpy as np
import pytest
from scipy import stats

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import TestFunctional, influence, margin_influence, margin_regression, significant_influence
from longtail.scores.margin_regression import MarginRegression, _solved_by_examples, _solved_by_trials


def world(n_trials=200, n=60, n_test=8, noise=1.0, fraction=0.5, n_effects=1, seed=0, balanced=True):
    """Trials whose margins are sums of planted effects and noise, and the effects."""
    rng = np.random.default_rng(seed)
    effects = np.zeros((n, n_test))
    effects[:n_effects] = rng.normal(0, 1.5, (n_effects, n_test))
    size = round(fraction * n)
    inside = np.zeros((n_trials, n), bool)
    for row in inside:
        row[rng.permutation(n)[:size] if balanced else rng.random(n) < fraction] = True
    margin = inside @ effects + noise * rng.normal(size=(n_trials, n_test))
    outcomes = Outcomes.from_arrays(
        inside, inside, test_correct=margin > 0, test_margin=margin, trial_numbers=np.arange(n_trials)
    )
    return outcomes, effects


def all_pairs(outcomes, control=None, **more):
    found = influence(outcomes, estimand="margin", control=control, strongest=outcomes.n_test, **more)
    shape = (outcomes.n_train, outcomes.n_test)
    table = {name: np.full(shape, np.nan) for name in ("value", "low", "high", "q_value")}
    for name, kept in table.items():
        kept[found.train, found.test] = getattr(found, name)
    return found, table


def dense_leave_one_out(inside, y, scale, shrinkage):
    """Refit without each trial, written out: what residuals come to with the centering kept."""
    centered = inside - inside.mean(axis=0)
    y = y - y.mean()
    left = []
    for trial in range(len(y)):
        others = np.arange(len(y)) != trial
        design = np.c_[np.ones(others.sum()), centered[others]]
        penalty = np.diag([0.0, *(1 / scale)])
        coefficients = np.linalg.solve(design.T @ design + shrinkage * penalty, design.T @ y[others])
        left.append(y[trial] - coefficients[0] - centered[trial] @ coefficients[1:])
    return np.array(left)


def test_residuals_are_those_of_models_of_the_other_trials():
    outcomes, _ = world(n_trials=30, n=12, n_test=1)
    fitted = MarginRegression.fit(outcomes.inclusion, outcomes.test_margin, None)
    centered = outcomes.inclusion - outcomes.inclusion.mean(axis=0)
    shrinkage = fitted.shrinkage * np.trace(centered @ centered.T) / 30
    by_refits = dense_leave_one_out(
        outcomes.inclusion.astype(float), outcomes.test_margin[:, 0], np.ones(12), shrinkage
    )
    np.testing.assert_allclose(fitted.residual[:, 0], by_refits, rtol=1e-6)


def test_without_shrunk_effects_the_value_is_the_difference_of_means():
    """Noise alone: the shrinkage is strong, and what is added and taken away nearly cancels."""
    outcomes, _ = world(n_trials=100, n=20, n_effects=0)
    _, table = all_pairs(outcomes)
    inside, margin = outcomes.inclusion, outcomes.test_margin
    difference = np.array([margin[column].mean(axis=0) - margin[~column].mean(axis=0) for column in inside.T])
    assert np.abs(table["value"] - difference).max() < 0.1 * np.abs(difference).max()


@pytest.mark.parametrize(("fraction", "balanced"), [(0.5, True), (0.7, True), (0.7, False)])
@pytest.mark.parametrize("helpful", [True, False])
def test_intervals_cover_the_difference_that_the_design_defines(fraction, balanced, helpful):
    """480 pairs of 4 worlds each. Pairs of a world share trials: 1,920 intervals count as no fewer than 300, and the
    chance that their share lies outside .95 ± .045 is below 1e-3. A misleading control may cost width, not coverage.
    """
    covered = []
    for seed in range(4):
        outcomes, effects = world(n_trials=120, fraction=fraction, balanced=balanced, n_effects=20, seed=seed)
        noise = np.random.default_rng(seed).normal(size=effects.shape)
        _, table = all_pairs(outcomes, control=effects + noise if helpful else noise)
        n = outcomes.n_train
        others = (effects.sum(axis=0) - effects) / (n - 1)
        truth = effects - others if balanced else effects
        covered.append((table["low"] <= truth) & (truth <= table["high"]))
    assert np.mean(covered) == pytest.approx(0.95, abs=0.045)


def test_a_control_makes_intervals_narrower():
    outcomes, effects = world(n_trials=60, n_effects=60, seed=3)
    plain, sharpened = (all_pairs(outcomes, control)[1] for control in (None, effects))
    width = [np.nanmean(table["high"] - table["low"]) for table in (plain, sharpened)]
    assert width[1] < 0.7 * width[0]


def test_false_discoveries_of_null_pairs_are_rare():
    """20 worlds without any effect at 5 %: the share with a discovery is at most .05; 6 or more have chance 4e-4."""
    alarms = [
        len(significant_influence(world(seed=seed, n_effects=0, n_trials=60)[0], estimand="margin").train) > 0
        for seed in range(20)
    ]
    assert sum(alarms) < 6


def test_planted_pairs_are_found_and_rows_with_them():
    outcomes, effects = world(n_effects=2, seed=1, noise=0.3)
    found = significant_influence(outcomes, estimand="margin", control=effects)
    strong = np.argwhere(np.abs(effects) > 0.5)
    assert set(map(tuple, strong)) <= set(zip(found.train.tolist(), found.test.tolist(), strict=True))
    rows = margin_influence(outcomes, effects).row_q_value
    assert (rows[:2] < 1e-6).all()
    assert np.median(rows[2:]) > 0.05


def test_q_values_are_scipys_within_the_step_that_t_is_counted_in():
    outcomes, _ = world(n_effects=5, seed=2)
    _, table = all_pairs(outcomes)
    half = (table["high"] - table["low"]) / 2
    t = table["value"] / (half / stats.t.ppf(0.975, outcomes.n_trials - 2))
    p = 2 * stats.t.sf(np.abs(t), outcomes.n_trials - 2)
    expected = stats.false_discovery_control(p.ravel()).reshape(p.shape)
    assert (table["q_value"] >= expected - 1e-12).all()
    np.testing.assert_allclose(table["q_value"], expected, rtol=0.02)


def test_blocks_change_nothing(monkeypatch):
    outcomes, effects = world(n_effects=5)
    whole = margin_influence(outcomes, effects, both_ways=True, keep_all=True)
    monkeypatch.setattr("longtail.scores.margin_regression._NUMBERS_PER_BLOCK", 7 * outcomes.n_trials)
    parts = margin_influence(outcomes, effects, both_ways=True, keep_all=True)
    np.testing.assert_allclose(parts.pairs.value, whole.pairs.value, rtol=1e-9)
    assert np.array_equal(parts.pairs.test, whole.pairs.test)
    np.testing.assert_allclose(parts.predicted, whole.predicted, rtol=1e-4, atol=1e-6)
    assert parts.n_significant == whole.n_significant


def test_the_surest_both_ways_are_those_of_the_whole_table():
    outcomes, _ = world(n_effects=5)
    found, table = all_pairs(outcomes)
    few = influence(outcomes, estimand="margin", strongest=2, both_ways=True)
    sureness = np.abs(table["value"]) / (table["high"] - table["low"])
    wanted = {(i, j) for i in range(60) for j in np.argsort(-sureness[i])[:2]}
    wanted |= {(i, j) for j in range(8) for i in np.argsort(-sureness[:, j])[:2]}
    assert set(zip(few.train.tolist(), few.test.tolist(), strict=True)) == wanted
    assert few.n_pairs == found.n_pairs == 480


def test_a_functional_of_the_test_set_is_the_mean_of_its_pairs():
    outcomes, effects = world(n_effects=60, seed=4)
    members = np.arange(8) < 3
    on = TestFunctional.mean(members, "first")
    found = influence(outcomes, estimand="margin", on=on, control=effects)
    truth = effects[:, members].mean(axis=1)
    truth = truth - (truth.sum() - truth) / (len(truth) - 1)
    order = np.argsort(found.train)
    inside = (found.low[order] <= truth) & (truth <= found.high[order])
    assert inside.mean() > 0.85  # 60 intervals at 95 %: fewer than 52 inside have a chance below 1e-3
    assert found.n_pairs == 60
    rightness = influence(outcomes, on=[on, TestFunctional.gap(members, ~members)])
    assert rightness.unit == "difference"
    assert rightness.n_pairs == 120


def test_auroc_counts_pairs_in_order():
    labels, margin = np.array([0, 1, 1, 0, 1]), np.array([[0.3, 0.2, -0.5, -0.1, 0.1]])
    score = np.where(labels == 1, margin[0], -margin[0])
    pairs = [float(a > b) + 0.5 * (a == b) for a in score[labels == 1] for b in score[labels == 0]]
    outcomes = Outcomes.from_arrays([[1, 0]], [[1, 1]], test_correct=margin > 0, test_margin=margin)
    assert TestFunctional.auroc(labels).values(outcomes, "margin")[0] == pytest.approx(np.mean(pairs))


def test_examples_that_stay_together_have_the_effect_of_their_group():
    """The same trials with each column twice: the estimate of the one example is that of both."""
    outcomes, effects = world(n_effects=20)
    twice = np.repeat(outcomes.inclusion, 2, axis=1)
    doubled = Outcomes.from_arrays(
        twice,
        twice,
        test_correct=outcomes.test_correct,
        test_margin=outcomes.test_margin,
        trial_numbers=outcomes.trial_numbers,
    )
    _, one = all_pairs(outcomes, control=effects)
    _, two = all_pairs(doubled, control=np.repeat(effects / 2, 2, axis=0))
    for name in ("value", "low", "high"):
        np.testing.assert_allclose(two[name][::2], one[name], rtol=1e-9, atol=1e-12)
        np.testing.assert_allclose(two[name][1::2], one[name], rtol=1e-9, atol=1e-12)


def test_what_was_never_out_has_no_influence():
    outcomes, _ = world(n=20)
    inside = outcomes.inclusion.copy()
    inside[:, 0] = True
    changed = Outcomes.from_arrays(
        inside,
        inside,
        test_correct=outcomes.test_correct,
        test_margin=outcomes.test_margin,
        trial_numbers=outcomes.trial_numbers,
    )
    found, table = all_pairs(changed)
    assert np.isnan(table["value"][0]).all()
    assert np.isnan(found.q_value[found.train == 0]).all()
    assert np.isfinite(table["value"][1:]).all()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"control": np.zeros((3, 8))}, "control must be numbers of shape"),
        ({"control": np.full((60, 8), np.nan)}, "control must hold finite numbers"),
        ({"estimand": "correctness", "control": np.zeros((60, 8))}, "control must come with"),
        ({"on": []}, "on must hold a functional"),
        ({"on": TestFunctional.mean([True, False])}, "on must weigh each of 8"),
    ],
)
def test_what_does_not_fit_is_refused_in_one_line(change, says):
    with pytest.raises(InputError, match=says):
        influence(world()[0], **{"estimand": "margin", **change})


def test_a_table_without_margins_or_with_few_trials_is_refused():
    outcomes, _ = world()
    bare = Outcomes.from_arrays(outcomes.inclusion, outcomes.correct, test_correct=outcomes.test_correct)
    with pytest.raises(InputError, match="outcomes must hold margins of test examples"):
        influence(bare, estimand="margin")
    with pytest.raises(InputError, match="at least 20 trials"):
        influence(outcomes.of_trials(np.arange(10)), estimand="margin")
    with pytest.raises(InputError, match="exactly two classes"):
        TestFunctional.auroc([0, 1, 2])


def test_both_systems_have_the_same_solution():
    """More trials than training examples, or fewer: the same numbers by either route."""
    outcomes, _ = world(n_trials=50, n=30)
    scale = np.random.default_rng(0).uniform(0.5, 2, 30)
    rest = outcomes.test_margin - outcomes.test_margin.mean(axis=0)
    by_trials, by_examples = (
        solve(outcomes.inclusion, scale, rest, 3.0) for solve in (_solved_by_trials, _solved_by_examples)
    )
    for one, other in zip(by_trials, by_examples, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9)


def test_attributions_are_never_widened_whole(monkeypatch):
    """They take 2 MB in half precision, 8 MB as float64. What is held at a time is bounded, and the fit is the same."""
    rng = np.random.default_rng(0)
    inclusion, targets = rng.random((20, 2000)) < 0.5, rng.normal(size=(20, 500))
    control = rng.normal(size=(2000, 500)).astype(np.float16)
    whole = MarginRegression.fit(inclusion, targets, control)
    monkeypatch.setattr(margin_regression, "_NUMBERS_PER_BLOCK", 2**16)
    tracemalloc.start()
    in_blocks = MarginRegression.fit(inclusion, targets, control)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 4e6, peak
    np.testing.assert_allclose(in_blocks.factor, whole.factor, rtol=1e-9)
    np.testing.assert_allclose(in_blocks.residual, whole.residual, rtol=1e-9, atol=1e-12)
