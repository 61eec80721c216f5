r"""The marginal of the normalized model when the normalizer has few values: the exact sum over all of them.

If the list has d distinct values, the sum R of N - 1 draws takes at most :math:`\binom{N + d - 2}{d - 1}` values, with
multinomial probabilities. Every term of :math:`\mathbb E[\alpha^j (1 - \alpha)^k]` is positive, so the sum is right to
rounding however small it is.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln

from longtail.array_types import Floats
from longtail.frequencies.compressed_measure import CompressedMeasure
from longtail.frequencies.log_value import ROUNDING, LogValue, within

__all__ = ["EnumeratedMarginal", "enumerable", "log_poisson", "normalizer_atoms"]

_MOST_TERMS = 1_000_000


def enumerable(measure: CompressedMeasure) -> bool:
    """Return whether the normalizer has few enough values for the exact sum."""
    kinds = len(measure.weights) + (measure.zero_fraction > 0)
    draws = measure.n_subpopulations - 1
    log_number = gammaln(draws + kinds) - gammaln(draws + 1) - gammaln(kinds)
    return bool(kinds == 1 or log_number + math.log(kinds) < math.log(_MOST_TERMS))


def normalizer_atoms(measure: CompressedMeasure) -> tuple[Floats, Floats]:
    """Return every value of R, in the unit of the largest frequency, and the logarithm of its probability."""
    values, weights = np.exp(measure.log_values - measure.largest), measure.weights
    if measure.zero_fraction > 0:
        values, weights = np.append(values, 0.0), np.append(weights, measure.zero_fraction)
    draws = measure.n_subpopulations - 1
    sum_of_all = -float(log_poisson(np.array([float(draws)]), float(draws))[0])
    left, total, log_probability = np.array([draws]), np.zeros(1), np.array([sum_of_all])
    for value, weight in zip(values[:-1], weights[:-1], strict=True):
        repeats = left + 1
        taken = np.arange(repeats.sum()) - np.repeat(np.cumsum(repeats) - repeats, repeats)
        left = np.repeat(left, repeats) - taken
        total = np.repeat(total, repeats) + taken * value
        log_probability = np.repeat(log_probability, repeats) + log_poisson(taken.astype(float), draws * weight)
    return total + left * values[-1], log_probability + log_poisson(left.astype(float), draws * float(weights[-1]))


def log_poisson(k: Floats, expected: float | Floats) -> Floats:
    r"""The logarithm of :math:`e^{-\lambda} \lambda^k / k!`, without the logarithms of factorials that nearly cancel.

    Multinomial probabilities are those of Poisson numbers, given their sum. At k of half a million the plain form
    loses seven digits; this one follows the deviance and what is left of Stirling's series [Loader2000]_.
    """
    away = k - expected
    with np.errstate(divide="ignore", invalid="ignore"):
        deviance = np.where(k > 0, k * np.log1p(away / expected) - away, expected)
        series = 1 / (12 * k) - 1 / (360 * k**3) + 1 / (1260 * k**5) - 1 / (1680 * k**7)
        small = gammaln(k + 1) - (k + 0.5) * np.log(k) + k - 0.5 * math.log(2 * math.pi)
        rest = np.where(k < 20, small, series) + 0.5 * np.log(2 * math.pi * k)
    log_probability: Floats = -deviance - np.where(k > 0, rest, 0.0)
    return log_probability


@dataclass(frozen=True)
class EnumeratedMarginal:
    """Power sums by enumeration of the normalizer."""

    measure: CompressedMeasure

    def __post_init__(self) -> None:
        normalizer, log_probability = normalizer_atoms(self.measure)
        p = np.exp(self.measure.log_values - self.measure.largest)
        with np.errstate(divide="ignore"):
            odds = p[:, None] / normalizer
        logs = (np.log(self.measure.weights)[:, None] + log_probability).ravel()
        object.__setattr__(self, "_odds", odds.ravel())
        object.__setattr__(self, "_log_probability", logs)
        positive = log_probability[normalizer > 0]
        zero = float(np.logaddexp.reduce(positive)) if len(positive) else -math.inf
        object.__setattr__(self, "_log_others_positive", zero)

    @property
    def n_subpopulations(self) -> int:
        """Number N of subpopulations."""
        return self.measure.n_subpopulations

    def power_sum(self, j: int, k: int) -> LogValue:
        """Return N E[alpha^j (1 - alpha)^k] from alpha = u / (1 + u), u = p / R."""
        odds: Floats = self._odds  # type: ignore[attr-defined]
        with np.errstate(divide="ignore", invalid="ignore"):
            log_alpha = -np.log1p(1 / odds)
            log_rest = -np.log1p(odds)
            exponent = self._log_probability + j * log_alpha + (k * log_rest if k else 0.0)  # type: ignore[attr-defined]
        top = float(exponent.max())
        log = top + math.log(float(np.exp(exponent - top).sum())) if top > -math.inf else -math.inf
        zeros = self.measure.zero_fraction
        if j == 0 and zeros > 0:
            log = float(np.logaddexp(log, math.log(zeros) + self._log_others_positive))  # type: ignore[attr-defined]
        if log == -math.inf:
            return LogValue(log, 0.0)
        some = math.log(self.n_subpopulations) - math.log1p(-(zeros**self.n_subpopulations))
        return LogValue(log + some, ROUNDING * (40 + 4 * abs(log) + 4 * math.log(self.n_subpopulations)))

    def weight(self, low: float, high: float) -> LogValue:
        """Return N E[alpha 1(low <= alpha <= high)], term by term."""
        odds: Floats = self._odds  # type: ignore[attr-defined]
        with np.errstate(divide="ignore"):
            alpha = 1 / (1 + 1 / odds)
        terms = np.exp(self._log_probability) * alpha  # type: ignore[attr-defined]
        total = self.n_subpopulations * float(terms[within(alpha, low, high)].sum())
        some = 1 - self.measure.zero_fraction**self.n_subpopulations
        return LogValue(math.log(total / some) if total > 0 else -math.inf, 100 * ROUNDING)
