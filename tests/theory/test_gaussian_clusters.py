"""Excess memorization of Gaussian clusters: against learners of another kind, quadrature, and known limits."""

import math
from itertools import pairwise

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from longtail.errors import InputError
from longtail.theory import Dirichlet, LongTailModel, PitmanYor, Uniform, Zipf
from longtail.theory.gaussian_clusters import (
    excess_memorization,
    mixture_excess_memorization,
    noise_of_mean,
    noisy_mean,
)


def _bits_of_signs(n: int, similarity: float) -> float:
    """I(sign of the mean; the mean | center) in bits, a coordinate: the entropy of a sign whose center is known."""
    spread = math.sqrt((1 - similarity) / (n * similarity))

    def entropy(center):
        p = norm.cdf(center / spread)
        return norm.pdf(center) * -(p * math.log2(max(p, 1e-300)) + (1 - p) * math.log2(max(1 - p, 1e-300)))

    return quad(entropy, -9, 9, limit=200)[0]


@pytest.mark.parametrize(("n", "d", "similarity"), [(1, 150, 0.25), (2, 150, 0.2), (6, 300, 0.1)])
def test_no_learner_of_signs_keeps_less(n, d, similarity):
    """A learner that keeps the signs of the mean, its errors counted over 3,000 clusters, seed 0.

    It keeps a bit a coordinate, of which quadrature says how many are excess: more than is needed for its error, even
    if that is 3 standard errors larger than counted.
    """
    rng = np.random.default_rng(0)
    center = math.sqrt(similarity) * rng.standard_normal((3000, d))
    signs = np.sign(center + math.sqrt((1 - similarity) / n) * rng.standard_normal(center.shape))
    fresh = (signs * (center + math.sqrt(1 - similarity) * rng.standard_normal(center.shape))).sum(axis=1)
    noise = (signs * rng.standard_normal(center.shape)).sum(axis=1)
    line = (fresh.mean() + noise.mean()) / 2
    wrong = max((fresh < line).mean(), (noise >= line).mean())
    error = wrong + 3 * math.sqrt(wrong * (1 - wrong) / 3000)
    needed = excess_memorization(error, n_examples=n, dimension=d, similarity=similarity).needed
    kept = d * _bits_of_signs(n, similarity)
    assert 0.2 * kept < needed < kept, (needed, kept, error)


@pytest.mark.parametrize("n", [1, 7])
def test_the_bound_is_strong_data_processing_in_high_dimension(n):
    """The least is at least (1 - tau) / (rho tau) times the information of the test, and tends to it as d grows."""
    error, similarity = 0.2, 0.4
    information = 0.6 * math.log(4) / math.log(2)
    tau = n * similarity / (1 + (n - 1) * similarity)
    linear = (1 - tau) / (similarity * tau) * information
    near, far = (
        excess_memorization(error, n_examples=n, dimension=d, similarity=similarity).needed for d in (50, 1_000_000)
    )
    assert near > linear
    assert far == pytest.approx(linear, rel=1e-4)


def test_the_noisy_mean_keeps_the_information_of_two_gaussian_channels():
    """Its excess is I(M; mean) - I(M; center), each the logarithm of a ratio of variances."""
    n, d, similarity, noise = 5, 30, 0.4, 0.7
    variance = similarity + (1 - similarity) / n + noise
    of_mean = d / 2 * math.log2(variance / noise)
    of_center = d / 2 * math.log2(variance / (variance - similarity))
    error, bits = noisy_mean(noise, n_examples=n, dimension=d, similarity=similarity)
    assert bits == pytest.approx(of_mean - of_center, rel=1e-10)
    slope = similarity / variance  # of a fresh example on the message
    reach = slope / (1 + math.sqrt(1 - slope * similarity)) * math.sqrt(variance)
    radius = quad(lambda r: norm.cdf(-reach * r) * math.exp((d - 1) * math.log(r) - r * r / 2), 1e-9, 25, limit=300)[0]
    assert error == pytest.approx(radius / (2 ** (d / 2 - 1) * math.gamma(d / 2)), rel=1e-8)


def test_noisy_means_need_one_and_a_half_to_four_times_the_bits_in_high_dimension():
    """2 z^2 / r by the normal quantile z, which lies between pi / 2, for guesses, and 4, for few errors."""
    for error in (1e-9, 0.02, 0.1, 0.3, 0.4999):
        found = excess_memorization(error, n_examples=6, dimension=10_000_000, similarity=0.3)
        information = (1 - 2 * error) * math.log((1 - error) / error)
        ratio = 2 * norm.ppf(error) ** 2 / information
        assert found.attained / found.needed == pytest.approx(ratio, rel=1e-3)
        assert math.pi / 2 < ratio < 4
        noise = noise_of_mean(error, n_examples=6, dimension=10_000_000, similarity=0.3)
        again = noisy_mean(noise, n_examples=6, dimension=10_000_000, similarity=0.3)
        assert again == pytest.approx((error, found.attained), rel=1e-6)


def test_it_falls_as_examples_and_rises_as_accuracy():
    bits = [excess_memorization(0.1, n_examples=n, dimension=1000, similarity=0.2).needed for n in (1, 10, 100, 1000)]
    assert all(8 < few / many < 14 for few, many in pairwise(bits))
    assert excess_memorization(0.5, n_examples=3, dimension=10, similarity=0.2).needed == 0


def test_what_no_learner_can_takes_infinitely_many_bits():
    found = excess_memorization(0.001, n_examples=1, dimension=20, similarity=0.2)
    assert (found.needed, found.attained) == (math.inf, math.inf)
    assert noisy_mean(0.0, n_examples=1, dimension=20, similarity=0.2)[1] == math.inf


@pytest.mark.parametrize("prior", [Dirichlet(40, 0.3), Uniform(40), Zipf(40)])
def test_a_mixture_needs_the_sum_of_its_clusters(prior):
    """All counts from 1 to n one by one, and no more than they give: the counts above ten stand at their mean."""
    model = LongTailModel(prior=prior, n_samples=30, n_classes=2)
    found = mixture_excess_memorization(model, 0.2, dimension=200, similarity=0.3)
    parts = [excess_memorization(0.2, n_examples=n, dimension=200, similarity=0.3) for n in range(1, 31)]
    numbers = [model.expected_number_seen(n) for n in range(1, 31)]
    needed = sum(number * part.needed for number, part in zip(numbers, parts, strict=True))
    attained = sum(number * part.attained for number, part in zip(numbers, parts, strict=True))
    assert needed * 0.999 < found.needed <= needed * (1 + 1e-9)
    assert attained * (1 - 1e-9) <= found.attained < attained * 1.05
    assert found.of_singletons == pytest.approx(numbers[0] * parts[0].needed / needed, rel=1e-3)


@pytest.mark.parametrize(
    ("change", "line"),
    [
        ({"error": 0.0}, "error must lie above 0 and be at most 0.5; got 0."),
        ({"error": 0.6}, "error must lie above 0 and be at most 0.5; got 0.6."),
        ({"similarity": 1.0}, "similarity must lie strictly between 0 and 1; got 1."),
        ({"dimension": 0}, "dimension must be a whole number of at least 1; got 0."),
        ({"n_examples": 1.5}, "n_examples must be a whole number"),
    ],
)
def test_what_cannot_be_is_one_line(change, line):
    with pytest.raises(InputError) as caught:
        excess_memorization(**{"error": 0.1, "n_examples": 1, "dimension": 100, "similarity": 0.3} | change)
    assert str(caught.value).startswith(line)


def test_a_mixture_that_cannot_be_is_one_line():
    model = LongTailModel(prior=Zipf(40), n_samples=30, n_classes=2)
    with pytest.raises(InputError, match="error must be one that a single example allows"):
        mixture_excess_memorization(model, 0.001, dimension=20, similarity=0.2)
    endless = LongTailModel(prior=PitmanYor(concentration=1.0, discount=0.5), n_samples=30, n_classes=2)
    with pytest.raises(InputError, match="prior must have finitely many subpopulations"):
        mixture_excess_memorization(endless, 0.1, dimension=200, similarity=0.3)
    with pytest.raises(InputError, match="error must be at least that of the mean itself, 0.328"):
        noise_of_mean(0.1, n_examples=1, dimension=20, similarity=0.2)
    with pytest.raises(InputError, match="noise must be at least 0 and finite; got -1"):
        noisy_mean(-1.0, n_examples=1, dimension=20, similarity=0.2)
