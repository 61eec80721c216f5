"""The beta-binomial regression against SciPy's functions, differences, and a law that counts were drawn from."""

import numpy as np
from scipy.special import betaln, expit
from scipy.stats import betabinom

from longtail.scores.beta_binomial import BetaBinomial, _likelihood, _rising, beta_binomial_regression


def test_the_likelihood_is_scipy_s_and_its_slopes_are_differences():
    """Small and large counts, so both ways of the rising factorial; up to what does not depend on parameters."""
    rng = np.random.default_rng(0)
    n = np.array([0, 1, 5, 24, 25, 26, 60, 700, 4000] * 40, float)
    k = rng.binomial(n.astype(int), rng.random(len(n))).astype(float)
    mu = expit(rng.normal(0, 5, len(n)))
    for c in (0.2, 3.0, 900.0):

        def value(mu, c):
            return float((betaln(k + c * mu, n - k + c * (1 - mu)) - betaln(c * mu, c * (1 - mu))).sum())

        by_mean = np.empty_like(mu)
        found, by_log_c = _likelihood(mu, c, k, n, by_mean)
        np.testing.assert_allclose(found, value(mu, c), rtol=1e-11)
        h = 1e-5
        np.testing.assert_allclose(
            by_log_c, (value(mu, c * np.exp(h)) - value(mu, c * np.exp(-h))) / (2 * h), rtol=1e-4
        )
        step = h * mu * (1 - mu)
        moved = (value(mu + step, c) - value(mu - step, c)) / (2 * h)
        np.testing.assert_allclose((by_mean * mu * (1 - mu)).sum(), moved, rtol=1e-4)


def test_rising_factorials_of_whole_numbers_are_ratios_of_factorials():
    """6 * 7 * ... * 30 by whole numbers; its derivative is a sum of reciprocals."""
    product, reciprocals = 1, 0.0
    for number in range(6, 36):
        product, reciprocals = product * number, reciprocals + 1 / number
    value, slope = _rising(6.0, 30.0)
    np.testing.assert_allclose([value, slope], [np.log(float(product)), reciprocals], rtol=1e-13)


def test_the_law_of_drawn_counts_is_found_from_any_start():
    """6,000 counts of 12, seed 1: coefficients within 0.15 and the concentration within 15 %, four standard errors."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(6000, 2))
    mu, c = expit(1.0 + x @ [0.8, -0.5]), 6.0
    k, n = betabinom.rvs(12, c * mu, c * (1 - mu), random_state=rng).astype(float), np.full(6000, 12.0)
    law = beta_binomial_regression(x, k, n)
    np.testing.assert_allclose(law.theta[:3], [1.0, 0.8, -0.5], atol=0.15)
    np.testing.assert_allclose(law.concentration, 6.0, rtol=0.15)
    elsewhere = beta_binomial_regression(x, k, n, BetaBinomial(np.array([-1.0, 2.0, 2.0, 0.0])))
    np.testing.assert_allclose(elsewhere.theta, law.theta, atol=1e-4)
    np.testing.assert_allclose(law.mean(x), expit(law.theta[0] + x @ law.theta[1:3]))
