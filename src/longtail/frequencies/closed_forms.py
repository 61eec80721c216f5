r"""Marginals that need no quadrature: one subpopulation, equal ones, Dirichlet and Pitman-Yor priors.

All are given as expected power sums :math:`\mathbb E \sum_x D(x)^j (1 - D(x))^k`, which are N times the moments of the
marginal where N is finite, and exist where it is not.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import betainc, betaincc

from longtail.errors import InputError, Said
from longtail.frequencies.gamma_ratio import log_gamma_ratio
from longtail.frequencies.log_value import ROUNDING, LogValue, within
from longtail.frequencies.priors import Dirichlet, PitmanYor

__all__ = ["DirichletMarginal", "EqualMarginal", "PitmanYorMarginal"]

_BETA_ERROR = 1e-12  # Relative error of scipy's incomplete beta function.


@dataclass(frozen=True, slots=True)
class EqualMarginal:
    """Marginal of N equal frequencies. With N = 1 all mass is on one point."""

    n_subpopulations: int

    def power_sum(self, j: int, k: int) -> LogValue:
        """Return N (1/N)^j (1 - 1/N)^k."""
        if self.n_subpopulations == 1:
            return LogValue(0.0 if k == 0 else -math.inf, 0.0)
        log = (1 - j) * math.log(self.n_subpopulations) + k * math.log1p(-1 / self.n_subpopulations)
        return LogValue(log, ROUNDING * (2 + 2 * abs(log)))

    def weight(self, low: float, high: float) -> LogValue:
        """Return all of the mass if 1/N lies in the band, otherwise nothing."""
        inside = within(np.array([1 / self.n_subpopulations]), low, high)[0]
        return LogValue(0.0 if inside else -math.inf, 0.0)


@dataclass(frozen=True, slots=True)
class DirichletMarginal:
    r"""Marginal of a symmetric Dirichlet prior: :math:`\alpha` is Beta(a, (N - 1) a)."""

    prior: Dirichlet

    @property
    def n_subpopulations(self) -> int:
        """Number N of subpopulations."""
        return self.prior.n_subpopulations

    def power_sum(self, j: int, k: int) -> LogValue:
        """Return N B(a + j, b + k) / B(a, b) with b = (N - 1) a, as ratios that stay small at any n."""
        a = self.prior.concentration
        b = (self.n_subpopulations - 1) * a
        own = _log_rising(a, j)
        before, after = _log_ratio(b, a, 0.0), _log_ratio(b + k, 0.0, a + j)
        log = math.log(self.n_subpopulations) + own + before + after
        return LogValue(log, ROUNDING * (4 + 4 * (abs(own) + abs(before) + abs(after))))

    def weight(self, low: float, high: float) -> LogValue:
        """Return the probability that Beta(a + 1, (N - 1) a), the size-biased frequency, lies in the band."""
        a = self.prior.concentration
        return _beta_probability(a + 1, (self.n_subpopulations - 1) * a, low, high)


@dataclass(frozen=True, slots=True)
class PitmanYorMarginal:
    r"""Marginal of a Pitman-Yor process, from its size-biased first frequency, Beta(1 - d, theta + d)."""

    prior: PitmanYor

    @property
    def n_subpopulations(self) -> float:
        """Number of subpopulations, which is infinite."""
        return math.inf

    def power_sum(self, j: int, k: int) -> LogValue:
        r"""Return Gamma(theta + 1) / (Gamma(1 - d) Gamma(theta + d)) B(j - d, k + theta + d)."""
        if j == 0:
            infinite = Said("0, of which there are infinitely many")
            raise InputError("l", "be at least 1 under a Pitman-Yor prior", infinite)
        theta, d = self.prior.concentration, self.prior.discount
        constant = math.lgamma(theta + 1) - math.lgamma(theta + d) if theta < 1e3 else _log_ratio(theta, 1.0, d)
        own = math.lgamma(j - d) - math.lgamma(1 - d)
        rest = _log_ratio(max(float(k), 1.0), theta + d - (k == 0), theta + j - (k == 0))
        log = constant + own + rest
        return LogValue(log, ROUNDING * (4 + 4 * (abs(own) + abs(rest) + abs(constant))))

    def weight(self, low: float, high: float) -> LogValue:
        """The probability that the size-biased first frequency lies in the band."""
        return _beta_probability(1 - self.prior.discount, self.prior.concentration + self.prior.discount, low, high)


def _beta_probability(a: float, b: float, low: float, high: float) -> LogValue:
    """Return the probability of the band as a difference of two tail probabilities, of those tails that lose fewer
    digits.
    """
    below = float(betainc(a, b, high)) - float(betainc(a, b, low))
    above = float(betaincc(a, b, low)) - float(betaincc(a, b, high))
    tails = min(float(betainc(a, b, high)), float(betaincc(a, b, low)))
    probability = below if betainc(a, b, high) < betaincc(a, b, low) else above
    if probability <= 0:
        return LogValue(-math.inf, 0.0 if low == high else math.inf)
    return LogValue(math.log(probability), 1e-13 + _BETA_ERROR * tails / probability)


def _log_rising(x: float, m: int) -> float:
    """Log of the rising factorial x (x + 1) … (x + m - 1)."""
    if m <= 64:
        return math.fsum(math.log(x + i) for i in range(m))
    return _log_ratio(x, float(m), 0.0)


def _log_ratio(x: float, a: float, b: float) -> float:
    return float(np.real(log_gamma_ratio(x, a, b)))
