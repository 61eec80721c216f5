r"""Regression of counts whose probabilities scatter around what predictors say: the beta-binomial law.

.. math:: k \sim \mathrm{BetaBinomial}(n,\; c\mu,\; c(1 - \mu)), \qquad \mu = \mathrm{logistic}(\beta \cdot x).

Its likelihood needs :math:`\log \Gamma(x + m) - \log \Gamma(x)` for whole numbers m, which for small m is a sum of m
logarithms, exact to rounding and far cheaper than two evaluations of the function; beyond, Stirling's series is used
after x was raised to eight, where its next term is below 1e-14.
"""

import math
from typing import NamedTuple

import numpy as np
import scipy
from scipy.special import expit

from longtail.array_types import Reals
from longtail.compilation import compiled, part
from longtail.machine import one_thread

__all__ = ["BetaBinomial", "beta_binomial_regression"]

_RIDGE = 0.1
_LOG_CONCENTRATIONS = (-2.0, 7.0)
_LOGARITHMS = 24
_STIRLING_FROM = 8.0


class BetaBinomial(NamedTuple):
    """A fitted law: ``theta`` holds the coefficients and the logarithm of the concentration."""

    theta: Reals

    @property
    def concentration(self) -> float:
        """Number of trials that the predictors are worth."""
        return float(np.exp(np.clip(self.theta[-1], *_LOG_CONCENTRATIONS)))

    def mean(self, predictors: Reals) -> Reals:
        """Return the expected proportion of each row of ``predictors``."""
        return _mean(self.theta, predictors)


def beta_binomial_regression(
    predictors: Reals, successes: Reals, trials: Reals, start: BetaBinomial | None = None
) -> BetaBinomial:
    """Fit the law of highest likelihood. A small ridge penalty holds the slopes.

    Parameters
    ----------
    predictors : (n, p) array
        Standardized; an intercept is added.
    successes, trials : (n,) arrays of counts
    start : BetaBinomial, optional
        A law of similar data, from which the search is shorter.
    """
    design = np.ascontiguousarray(predictors, np.float64)
    slopes = np.r_[0, np.ones(design.shape[1]), 0]  # Coefficients that the ridge penalty holds down.
    k, n = np.ascontiguousarray(successes, np.float64), np.ascontiguousarray(trials, np.float64)

    def negative_log_likelihood(theta: Reals) -> tuple[float, Reals]:
        mu, c = _mean(theta, design), BetaBinomial(theta).concentration
        by_mean = np.empty_like(mu)
        value, by_log_c = _likelihood(mu, c, k, n, by_mean)
        by_linear = by_mean * mu * (1 - mu)
        gradient = np.r_[by_linear.sum(), design.T @ by_linear, by_log_c]
        return _RIDGE * float(slopes @ theta**2) - value, 2 * _RIDGE * slopes * theta - gradient

    first = np.r_[2.0, np.zeros(design.shape[1]), 2.0] if start is None else start.theta
    with one_thread():  # a second thread would only wait for these small products
        return BetaBinomial(
            scipy.optimize.minimize(
                negative_log_likelihood, first, jac=True, method="L-BFGS-B", options={"ftol": 1e-13, "gtol": 1e-7}
            ).x
        )


def _mean(theta: Reals, predictors: Reals) -> Reals:
    mean: Reals = expit(np.clip(theta[0] + predictors @ theta[1:-1], -14, 14))
    return mean


@compiled
def _likelihood(mu: Reals, c: float, successes: Reals, trials: Reals, by_mean: Reals) -> tuple[float, float]:
    """Return the log likelihood, but for what no parameter changes, and its slope in log c. Fill in those in mu."""
    total, by_log_c = 0.0, 0.0
    for i in range(len(mu)):
        a, b = c * mu[i], c * (1 - mu[i])
        right, by_a = _rising(a, successes[i])
        wrong, by_b = _rising(b, trials[i] - successes[i])
        both, by_both = _rising(c, trials[i])
        total += right + wrong - both
        by_log_c += a * by_a + b * by_b - c * by_both
        by_mean[i] = c * (by_a - by_b)
    return total, by_log_c


@compiled
def _rising(x: float, count: float) -> tuple[float, float]:
    """Return log Gamma(x + count) - log Gamma(x) for a whole count, and its derivative in x."""
    value, slope = 0.0, 0.0
    if count <= _LOGARITHMS:
        product = 1.0
        for step in range(int(count)):
            product *= x + step
            slope += 1 / (x + step)
            if step % 4 == 3:  # One logarithm for four factors, which cannot overflow.
                value += math.log(product)
                product = 1.0
        return value + math.log(product), slope
    low, high = x, x + count
    while low < _STIRLING_FROM:
        value += math.log(low)
        slope += 1 / low
        low += 1
    value_high, slope_high = _stirling(high)
    value_low, slope_low = _stirling(low)
    return value + value_high - value_low, slope + slope_high - slope_low


@part
def _stirling(x: float) -> tuple[float, float]:
    """Return log Gamma(x) without its constant, and the digamma function, for x of eight and more."""
    z = 1 / (x * x)
    value = (1 / 12 - z * (1 / 360 - z * (1 / 1260 - z * (1 / 1680 - z * (1 / 1188 - z * 691 / 360360))))) / x
    slope = z * (1 / 12 - z * (1 / 120 - z * (1 / 252 - z * (1 / 240 - z * (1 / 132 - z * 691 / 32760)))))
    return (x - 0.5) * math.log(x) - x + value, math.log(x) - 0.5 / x - slope
