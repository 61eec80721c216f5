"""Multinomial counts against their exact law, across the seams of the blocks."""

import numpy as np
import pytest
from scipy.stats import binom, chisquare

from longtail.simulators import multinomial
from longtail.simulators.multinomial import draw_counts


def test_counts_sum_and_zero_frequencies_are_never_drawn():
    frequencies = np.r_[np.zeros(100_000), np.ones(50_000), np.zeros(70_000)]
    counts = draw_counts(frequencies, 123_456, np.random.default_rng(0))
    assert counts.sum() == 123_456
    assert counts.dtype == np.int32
    assert not counts[frequencies == 0].any()


@pytest.mark.parametrize("block", [2, 3, 1 << 16])
def test_each_count_is_binomial_whatever_the_blocks(block, monkeypatch):
    """Seed 1, 4,000 draws; a chi-square test for each of 5 points at level 1e-6: a false alarm in 2e5."""
    monkeypatch.setattr(multinomial, "_BLOCK", block)
    probabilities = np.array([0.4, 0.3, 0.15, 0.1, 0.05])
    rng = np.random.default_rng(1)
    counts = np.array([draw_counts(probabilities, 12, rng) for _ in range(4_000)])
    for point, probability in enumerate(probabilities):
        expected = binom.pmf(np.arange(13), 12, probability) * len(counts)
        observed = np.bincount(counts[:, point], minlength=13)
        tail = np.flatnonzero(expected > 5)
        pooled = [np.append(x[tail], x.sum() - x[tail].sum()) for x in (observed, expected)]
        assert chisquare(pooled[0], pooled[1] * pooled[0].sum() / pooled[1].sum()).pvalue > 1e-6


def test_a_pair_across_blocks_has_the_multinomial_covariance(monkeypatch):
    """Cov = -n p q; seed 2, 20,000 draws, tolerance of 6 standard errors."""
    monkeypatch.setattr(multinomial, "_BLOCK", 2)
    probabilities, n = np.array([0.3, 0.2, 0.4, 0.1]), 10
    rng = np.random.default_rng(2)
    counts = np.array([draw_counts(probabilities, n, rng) for _ in range(20_000)])
    products = (counts[:, 0] - n * 0.3) * (counts[:, 2] - n * 0.4)
    assert abs(products.mean() + n * 0.3 * 0.4) < 6 * products.std() / np.sqrt(len(products))
