r"""The marginal of the other convention: the list itself in random order, with no random normalizer.

Then :math:`\alpha` is one entry of the list divided by its sum, and every moment is a finite sum. It differs from the
paper's convention, where N entries are drawn with replacement: by 0.6 % in :math:`\tau_1` at the paper's own example,
Zipf's law with N = n = 50,000.
"""

import math
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from longtail.array_types import Floats
from longtail.frequencies.compressed_measure import CompressedMeasure, compress
from longtail.frequencies.log_value import ROUNDING, LogValue, within
from longtail.frequencies.priors import Prior

__all__ = ["FixedListMarginal"]

_FINEST = 4096.0


@dataclass(frozen=True)
class FixedListMarginal:
    """Power sums over a fixed list."""

    prior: Prior
    n_subpopulations: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "n_subpopulations", compress(self.prior).n_subpopulations)
        object.__setattr__(self, "_measure", lru_cache(maxsize=4)(lambda resolution: compress(self.prior, resolution)))

    def power_sum(self, j: int, k: int) -> LogValue:
        """The sum of a^j (1 - a)^k over the entries a of the normalized list."""
        log_a, log_rest, weights = self.frequencies(28.0)
        stiffness = max(28.0, float(j), -k * float(log_rest.max()))
        if stiffness > 28:
            log_a, log_rest, weights = self.frequencies(min(_FINEST, 2.0 ** math.ceil(math.log2(stiffness))))
        with np.errstate(invalid="ignore"):
            exponent = j * log_a + (k * log_rest if k else 0.0)
        zeros = self._measure(28.0).zero_fraction if j == 0 else 0.0  # type: ignore[attr-defined]
        top = 0.0 if zeros else float(exponent.max())
        if top == -math.inf:
            return LogValue(-math.inf, 0.0)
        terms = weights * np.exp(exponent - top)
        total = float(terms.sum()) + zeros
        size = float(terms @ np.abs(np.where(terms > 0, exponent, 0.0))) / total
        unresolved = math.inf if stiffness > _FINEST and len(weights) < self.n_subpopulations else 0.0
        log = math.log(total) + top + math.log(self.n_subpopulations)
        return LogValue(log, ROUNDING * (8 + 4 * size) + 1e-14 + unresolved)

    def weight(self, low: float, high: float) -> LogValue:
        """Return the mass of the entries in the band: a sum over whole panels, which are made to end at the band's
        ends.
        """
        measure: CompressedMeasure = self._measure(28.0)  # type: ignore[attr-defined]
        total_frequency = measure.n_subpopulations * float(measure.weights @ np.exp(measure.log_values))
        with np.errstate(divide="ignore"):
            ends = tuple(float(np.log(end * total_frequency)) for end in (low, high))
        measure = compress(self.prior, breaks=ends)
        frequencies = np.exp(measure.log_values) / total_frequency
        inside = within(frequencies, low, high)
        total = measure.n_subpopulations * float(measure.weights[inside] @ frequencies[inside])
        return LogValue(math.log(total) if total > 0 else -math.inf, 1e-13)

    def frequencies(self, resolution: float) -> tuple[Floats, Floats, Floats]:
        """Return log a, log(1 - a) and the share of the list that each node stands for."""
        measure: CompressedMeasure = self._measure(resolution)  # type: ignore[attr-defined]
        values = np.exp(measure.log_values)
        total = measure.n_subpopulations * float(measure.weights @ values)
        with np.errstate(divide="ignore"):
            log_rest = np.log1p(-np.minimum(values / total, 1.0))
        return measure.log_values - math.log(total), log_rest, measure.weights
