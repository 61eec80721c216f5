"""The most likely mixture: against plain EM, against random rivals, and where the answer is known."""

import numpy as np
import pytest

from longtail.randomness import generator
from longtail.tail.poisson_mixture import LARGEST_COUNT, most_likely_mixture, seen_probabilities


def cells(counts):
    return np.bincount(np.minimum(counts, LARGEST_COUNT + 1), minlength=LARGEST_COUNT + 2)[1:].astype(float)


def log_likelihood(rates, weights, numbers):
    return float(numbers @ np.log(seen_probabilities(rates) @ weights + 1e-300))


@pytest.fixture(scope="module")
def numbers():
    return cells(generator(0, "mixture").zipf(1.7, size=3000))


def test_probabilities_sum_to_one_given_that_it_was_seen():
    rates = np.geomspace(1e-3, 250, 60)
    assert seen_probabilities(rates).sum(axis=0) == pytest.approx(1, abs=1e-12)


def test_nothing_is_more_likely_by_more_than_the_gap(numbers):
    found = most_likely_mixture(numbers)
    best = log_likelihood(found.rates, found.weights, numbers)
    assert found.gap <= 0.01
    for k in range(200):
        stream = generator(0, "rival", k)
        rates = np.concatenate([found.rates * stream.uniform(0.9, 1.1, len(found.rates)), stream.gamma(1, 20, 5)])
        weights = stream.dirichlet(np.concatenate([found.weights * 500, np.full(5, 0.05)]))
        assert log_likelihood(rates, weights, numbers) <= best + found.gap


def test_expectation_maximization_gets_there_too_in_ten_thousand_steps(numbers):
    found = most_likely_mixture(numbers)
    rates = np.geomspace(1e-3, 200, 300)
    kernel, weights = seen_probabilities(rates), np.full(300, 1 / 300)
    for _ in range(10_000):
        weights *= kernel.T @ (numbers / (kernel @ weights)) / numbers.sum()
    by_em = float(numbers @ np.log(kernel @ weights))
    best = log_likelihood(found.rates, found.weights, numbers)
    assert best - 0.5 < by_em <= best + found.gap


def test_a_mixture_is_found_from_its_own_expected_numbers():
    """With numbers that a two-point law predicts exactly, that law has the greatest likelihood possible (Gibbs)."""
    rates, weights = np.array([0.7, 12.0]), np.array([0.6, 0.4])
    expected = 1e5 * seen_probabilities(rates) @ weights
    found = most_likely_mixture(expected)
    best = log_likelihood(rates, weights, expected)
    assert best - found.gap <= log_likelihood(found.rates, found.weights, expected) <= best + 1e-9
    near_low = abs(found.rates - 0.7) < 0.1
    assert found.weights[near_low].sum() == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize("counts", [[1], [1, 1, 1], [500], [3, 3, 3], [1, 1000]])
def test_degenerate_counts_are_solved(counts):
    found = most_likely_mixture(cells(np.array(counts)))
    assert found.weights.sum() == pytest.approx(1)
    assert np.isfinite(found.gap)
