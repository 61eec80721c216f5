"""Quantiles and tails are the bits of ``scipy.stats``, whose import is what they spare."""

from math import comb

import numpy as np
from scipy import stats

from longtail import sampling_laws


def test_they_are_the_bits_of_scipy_stats():
    rng = np.random.default_rng(0)
    levels = [0.5, 0.9, 0.95, 0.99, 1 - 1e-9]
    freedom = rng.integers(1, 3000, 500).astype(float)
    x, p = 4 * rng.standard_normal(500), rng.random(500)
    a, b = rng.integers(1, 3000, 500) + 0.5, rng.integers(1, 3000, 500) + 0.5
    for level in levels:
        assert sampling_laws.normal_half_width(level) == stats.norm.isf((1 - level) / 2)
        np.testing.assert_array_equal(
            sampling_laws.student_half_width(level, freedom), stats.t.isf((1 - level) / 2, freedom)
        )
    np.testing.assert_array_equal(sampling_laws.normal_sf(x), stats.norm.sf(x))
    np.testing.assert_array_equal(sampling_laws.student_sf(x, freedom), stats.t.sf(x, freedom))
    np.testing.assert_array_equal(sampling_laws.beta_ppf(p, a, b), stats.beta.ppf(p, a, b))
    np.testing.assert_array_equal(sampling_laws.beta_isf(p, a, b), stats.beta.isf(p, a, b))


def test_the_hypergeometric_tail_is_that_of_counted_ways():
    """Whole numbers of ways, divided once, for every table of a few and for far tails of many."""
    few = [(k, n, s, other) for n in range(5) for other in range(5) for s in range(n + other + 1) for k in range(7)]
    many = [(90, 100, 120, 400), (0, 30, 20, 70), (250, 300, 251, 700), (31, 30, 40, 70), (5, 2000, 4000, 3000)]
    found = sampling_laws.hypergeometric_tail(*np.array(few + many).T)
    for (k, n, s, other), tail in zip(few + many, found, strict=True):
        ways = sum(comb(n, j) * comb(other, s - j) for j in range(k, min(n, s) + 1) if s - j >= 0)
        np.testing.assert_allclose(tail, ways / comb(n + other, s), rtol=1e-13)
