"""Clusters that look like noise: what they are, that they are pure functions of the seed, and what is refused."""

import numpy as np
import pytest

from longtail.errors import InputError
from longtail.simulators.clusters import simulate_flipped_bits, simulate_noisy_mean, simulate_noisy_means
from longtail.theory import Zipf

MEAN = {"noise": 0.5, "n_examples": 2, "dimension": 60, "similarity": 0.4, "n_draws": 400, "seed": 3}
BITS = {"flip_probability": 0.2, "dimension": 60, "similarity": 0.4, "n_draws": 400, "seed": 3}


def test_the_bits_of_a_mean_are_those_of_determinants():
    """I(M; X | center) through the joint covariance of one coordinate; 5 standard errors, chance 6e-7."""
    found = simulate_noisy_mean(**MEAN).bits
    covariance = np.zeros((3, 3))  # given the center: two examples and the message
    covariance[:2, :2] = 0.6 * np.eye(2)
    covariance[2, :2] = covariance[:2, 2] = 0.3
    covariance[2, 2] = 0.3 + 0.5
    apart = np.linalg.det(covariance[:2, :2]) * covariance[2, 2]
    exact = 60 * np.log2(apart / np.linalg.det(covariance)) / 2
    assert abs(found.value - exact) < 5 * (found.high - found.value) / 1.96
    assert found.high - found.low < 0.1 * exact


@pytest.mark.parametrize(("simulate", "given"), [(simulate_noisy_mean, MEAN), (simulate_flipped_bits, BITS)])
def test_they_are_pure_functions_of_the_seed(simulate, given):
    assert simulate(**given) == simulate(**given)
    assert simulate(**given) != simulate(**given | {"seed": 4})


def test_more_alike_clusters_are_recognized_more_often():
    errors = [simulate_flipped_bits(**BITS | {"similarity": s}).error.value for s in (0.1, 0.4, 0.8)]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize(
    ("simulate", "given", "line"),
    [
        (simulate_noisy_mean, MEAN | {"noise": 0.0}, "noise must be positive and finite; got 0"),
        (simulate_noisy_mean, MEAN | {"n_draws": 1}, "n_draws must be a whole number of at least 2; got 1"),
        (simulate_noisy_mean, MEAN | {"similarity": 1.5}, "similarity must lie strictly between 0 and 1; got 1.5"),
        (
            simulate_flipped_bits,
            BITS | {"flip_probability": 0.5},
            "flip_probability must lie strictly between 0 and 0.5; got 0.5",
        ),
    ],
)
def test_what_cannot_be_drawn_is_one_line(simulate, given, line):
    with pytest.raises(InputError, match=line):
        simulate(**given)


def test_a_mixture_whose_singletons_cannot_be_so_accurate_is_one_line():
    with pytest.raises(InputError, match="error must be at least that of the mean itself"):
        simulate_noisy_means(Zipf(20), 0.01, n_samples=10, dimension=20, similarity=0.3, n_draws=3, seed=0)
