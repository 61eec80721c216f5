"""Memorization and influence against loops over the definition, published tables, exact probabilities, coverage."""

from fractions import Fraction
from math import comb

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.outcomes import Outcomes
from longtail.scores import influence, memorization
from longtail.scores.proportions import newcombe_difference, wilson_interval
from longtail.scores.significance import fisher_p_value, q_values


@pytest.fixture(scope="module")
def outcomes() -> Outcomes:
    rng = np.random.default_rng(0)
    inclusion = rng.random((30, 12)) < 0.6
    return Outcomes.from_arrays(inclusion, rng.random((30, 12)) < 0.7, test_correct=rng.random((30, 9)) < 0.5)


def test_memorization_is_the_definition_example_by_example(outcomes):
    scores = memorization(outcomes)
    for i in range(outcomes.n_train):
        inside, outside = [], []
        for trial in range(outcomes.n_trials):
            (inside if outcomes.inclusion[trial, i] else outside).append(int(outcomes.correct[trial, i]))
        assert scores.value[i] == pytest.approx(sum(inside) / len(inside) - sum(outside) / len(outside), abs=1e-12)
        assert (scores.n_in[i], scores.n_out[i]) == (len(inside), len(outside))
        assert scores.low[i] <= scores.value[i] <= scores.high[i]


def test_influence_is_the_definition_pair_by_pair(outcomes):
    scores = influence(outcomes, strongest=9)
    assert scores.n_pairs == 12 * 9
    assert sorted(zip(scores.train.tolist(), scores.test.tolist(), strict=True)) == [
        (i, j) for i in range(12) for j in range(9)
    ]
    for i, j, value in zip(scores.train, scores.test, scores.value, strict=True):
        inside = outcomes.inclusion[:, i]
        expected = outcomes.test_correct[inside, j].mean() - outcomes.test_correct[~inside, j].mean()
        assert value == pytest.approx(expected, abs=1e-12)


def test_influence_keeps_the_strongest_first_and_adjusts_for_all_pairs(outcomes):
    everything, few = influence(outcomes, strongest=9), influence(outcomes, strongest=2, train=[3, 7])
    for i in (3, 7):
        mine = few.value[few.train == i]
        assert mine.tolist() == sorted(everything.value[everything.train == i], reverse=True)[:2]
    best = influence(outcomes, strongest=2)
    for i, j, q in zip(best.train, best.test, best.q_value, strict=True):
        assert q == everything.q_value[(everything.train == i) & (everything.test == j)][0]


def test_an_example_never_out_gets_no_number():
    inclusion = np.array([[1, 1, 0], [1, 0, 1], [1, 1, 0]])
    scores = memorization(Outcomes.from_arrays(inclusion, np.ones((3, 3), int)))
    assert np.isnan(scores.value[0])
    assert np.isnan([scores.low[0], scores.high[0], scores.q_value[0]]).all()
    assert scores.n_out[0] == 0
    assert np.isfinite(scores.value[1:]).all()


def test_no_test_examples_give_no_pairs():
    scores = influence(Outcomes.from_arrays([[1, 0], [0, 1]], [[1, 0], [0, 1]]))
    assert len(scores.value) == scores.n_pairs == 0


NEWCOMBE_TABLE_II_METHOD_10 = [  # Newcombe (1998), Table II, row 10, examples (a)-(h)
    ((56, 70, 48, 80), (0.0524, 0.3339)),
    ((9, 10, 3, 10), (0.1705, 0.8090)),
    ((6, 7, 2, 7), (0.0582, 0.8062)),
    ((5, 56, 0, 29), (-0.0381, 0.1926)),
    ((0, 10, 0, 20), (-0.1611, 0.2775)),
    ((0, 10, 0, 10), (-0.2775, 0.2775)),
    ((10, 10, 0, 20), (0.6791, 1.0000)),
    ((10, 10, 0, 10), (0.6075, 1.0000)),
]


@pytest.mark.parametrize(("counts", "published"), NEWCOMBE_TABLE_II_METHOD_10)
def test_newcombe_interval_is_the_published_one(counts, published):
    difference = newcombe_difference(*counts, 0.95)
    assert (difference.low, difference.high) == pytest.approx(published, abs=6e-5)


def test_wilson_interval_solves_its_equation():
    """Its ends are the p with |k/n - p| = z sqrt(p (1 - p) / n)."""
    z = 1.959963984540054
    for k, n in [(3, 10), (1, 200), (99, 100)]:
        for p in map(float, wilson_interval(k, n, 0.95)):
            assert abs(k / n - p) == pytest.approx(z * (p * (1 - p) / n) ** 0.5, rel=1e-9)


def test_fisher_p_values_by_counting_tables():
    for k1, n1, k2, n2 in [(3, 5, 1, 7), (0, 4, 2, 6), (5, 5, 0, 5), (2, 2, 2, 2)]:
        total = k1 + k2
        tail = sum(comb(n1, k) * comb(n2, total - k) for k in range(k1, min(n1, total) + 1) if total - k <= n2)
        assert fisher_p_value(k1, n1, k2, n2) == pytest.approx(float(Fraction(tail, comb(n1 + n2, total))), rel=1e-12)


def test_q_values_are_benjamini_hochberg_step_up():
    """Rejecting q <= alpha must reject exactly what the step-up procedure rejects, at every alpha."""
    p = np.random.default_rng(3).random(40) ** 3
    for alpha in (0.01, 0.05, 0.2, 0.5):
        ranked = np.sort(p)
        passing = np.flatnonzero(ranked <= alpha * np.arange(1, 41) / 40)
        cut = ranked[passing[-1]] if len(passing) else -1.0
        assert ((q_values(p) <= alpha) == (p <= cut)).all()


def test_q_values_are_their_definition():
    """The least, over all p-values as large or larger, of p m / (how many are at most p): exact, so no false alarm."""
    rng = np.random.default_rng(4)
    for size in (1, 2, 7, 60, 400):
        p = np.round(rng.random(size) ** 3, rng.integers(1, 6))
        p[rng.random(size) < 0.2] = np.nan
        tested = p[~np.isnan(p)]
        by_hand = [
            np.nan if np.isnan(own) else min(q * len(tested) / np.sum(tested <= q) for q in tested[tested >= own])
            for own in p
        ]
        np.testing.assert_allclose(q_values(p), by_hand, rtol=1e-14)
        np.testing.assert_array_equal(q_values(p.reshape(1, -1)), q_values(p).reshape(1, -1))


def test_interval_covers_at_small_counts_and_extreme_rates():
    """Exact coverage, by summing binomial probabilities: at least 93 % at each of these rates with 70 in and 30 out."""
    from scipy.stats import binom

    k1, k2 = np.meshgrid(np.arange(71), np.arange(31), indexing="ij")
    interval = newcombe_difference(k1, 70, k2, 30, 0.95)
    for p1, p2 in [(1.0, 0.5), (0.999, 0.02), (0.99, 0.9), (1.0, 0.97), (0.6, 0.3), (0.95, 0.05)]:
        weight = binom.pmf(k1, 70, p1) * binom.pmf(k2, 30, p2)
        covered = weight[(interval.low <= p1 - p2) & (p1 - p2 <= interval.high)].sum()
        assert covered >= 0.93, (p1, p2)


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        (([[1, 0], [1, 1]], [[1, 1], [1, 1]]), "all of 2 in trial 1"),
        (([[1, 0], [0, 0]], [[1, 1], [1, 1]]), "none of 2 in trial 1"),
        (([[1, 0]], [[1, 2]]), "2 in trial 0, example 1"),
        (([[1, 0]], [[1, 0, 1]]), "correct must have the shape of inclusion"),
        (([1, 0], [1, 0]), "inclusion must have shape"),
        (([[1, 0]], [[1, 0]], np.zeros((2, 2))), "margin must be floats of shape"),
    ],
)
def test_impossible_outcomes_are_refused(arrays, message):
    with pytest.raises(InputError, match=message.replace("(", r"\(")):
        Outcomes.from_arrays(*arrays)


def test_a_trial_given_twice_is_refused():
    with pytest.raises(InputError, match="trial 4 twice"):
        Outcomes.from_arrays([[1, 0], [0, 1]], [[1, 0], [0, 1]], trial_numbers=[4, 4])


@pytest.mark.parametrize("level", [0, 1, 95])
def test_levels_are_probabilities(outcomes, level):
    with pytest.raises(InputError, match="level must lie strictly between 0 and 1"):
        memorization(outcomes, level=level)
