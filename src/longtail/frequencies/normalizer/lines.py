r"""Vertical lines of complex z, and the moments :math:`\mathbb E[p^z]\, \mathbb E[R^{-z}]` on them.

Every integral of the normalized model runs up such a line; it depends on the prior alone, so it is computed once and
serves many quantities. Which line cancels least is for the integrals to say.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

import numpy as np

from longtail.array_types import Complex, Floats
from longtail.frequencies.compressed_measure import CompressedMeasure, compress
from longtail.frequencies.log_value import ROUNDING
from longtail.frequencies.normalizer.hankel_contour import hankel_moments
from longtail.frequencies.normalizer.pareto_transform import pareto_log_transform
from longtail.frequencies.normalizer.quadrature import (
    laplace_moments,
    log_laplace_transform,
    natural_log_scale,
    without_negligible_part,
)
from longtail.frequencies.normalizer.tall_line import LogTransform, tall_line_moments
from longtail.frequencies.priors import Pareto, Prior

__all__ = ["Contour", "Line", "Lines", "golden_minimum", "log_sum", "without_far_tail"]


_FINEST = 8192.0
_FAR_LEFT = -8.0  # Left of this line, moments of R have so high an order that single large draws decide.
_SHARPEST_NORMALIZER = 64.0
_MOST_TERMS = 2.5e8  # Largest number of terms of the sums on one line, about a second.
# A moment of order z at p + R needs moments of p up to order |z| and this much more.
_ROOM = 24.0


@dataclass(frozen=True, slots=True)
class Contour:
    """Path of the integrals: Re z, the end and step of Im z, and the angle of the Laplace ray (None: Hankel)."""

    c: float
    height: float
    step: float
    angle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Values of ``E[p^z] E[R^-z] exp(-log_size)`` on a contour, and their absolute errors."""

    z: Complex
    product: Complex
    errors: Floats
    log_size: float


class Lines:
    """Lines of one prior. ``scale`` turns frequencies into the unit of a typical normalizer."""

    def __init__(self, prior: Prior, measure: CompressedMeasure) -> None:
        self.prior, self.measure = prior, measure
        self.line = lru_cache(maxsize=32)(self._computed_line)
        self.tall_line = lru_cache(maxsize=8)(self._computed_tall_line)
        self.others = lru_cache(maxsize=8)(self._computed_others)
        self._compressed = lru_cache(maxsize=8)(lambda resolution: compress(prior, resolution))

    @cached_property
    def log_scale(self) -> float:
        """Logarithm of one over a typical normalizer."""
        return natural_log_scale(self.measure)

    @cached_property
    def logs(self) -> Floats:
        """Logarithms of the frequencies, in the unit of a typical normalizer."""
        return self.measure.log_values + self.log_scale

    @cached_property
    def log_weights(self) -> Floats:
        """Logarithms of the weights of the frequencies."""
        return np.log(self.measure.weights)

    def _resolved(self, reach: float) -> CompressedMeasure:
        """Return the measure that is exact for powers up to ``|z| = reach``."""
        return self.measure if reach <= 28 else self._compressed(min(_FINEST, 2.0 ** math.ceil(math.log2(reach))))

    def _computed_others(self, reach: float, left: bool = False) -> CompressedMeasure:
        """Return the measure of the other draws.

        It needs less resolution, since only few of them can be as large as R.
        """
        return without_negligible_part(self._resolved(reach), self.log_scale, left=left)

    def _computed_line(self, contour: Contour) -> Line:
        z = contour.c + 1j * contour.step * np.arange(int(contour.height / contour.step) + 1)
        reach = math.hypot(contour.c, contour.height)
        measure = self._resolved(reach)
        if len(z) * len(measure.weights) > _MOST_TERMS:
            return Line(z=z, product=np.ones_like(z), errors=np.full(len(z), math.inf), log_size=0.0)
        others = self.others(reach if contour.c < _FAR_LEFT else min(reach, _SHARPEST_NORMALIZER), contour.c < 0)
        if contour.angle is None:
            moments = hankel_moments(others, self.log_scale, z, min(0.2, 10 / contour.height))
        else:
            moments = laplace_moments(others, self.log_scale, z, contour.angle)
        top, powers, rounding = self._powers(z, reach)
        unresolved = math.inf if reach > _FINEST and not measure.whole else 0.0
        return Line(
            z=z,
            product=powers * moments.values,
            errors=np.abs(powers) * moments.errors + rounding * np.abs(moments.values) + unresolved,
            log_size=moments.log_size + top,
        )

    def _powers(self, z: Complex, reach: float) -> tuple[float, Complex, Floats]:
        """Return E[p^z] as the logarithm of its size and the remaining factor, and how far that may be rounded."""
        measure = self._resolved(reach)
        logs = measure.log_values + self.log_scale
        real_power = float(z[0].real) * logs + np.log(measure.weights)
        top = float(real_power.max())
        shares = np.exp(real_power - top)
        exponent = 2 + np.abs(z[0].real * logs) + np.abs(np.log(measure.weights)) + abs(top)
        rounding = ROUNDING * (float(shares @ exponent) + z.imag * float(shares @ np.abs(logs)))
        return top, _vertical_sums(logs, shares, z), rounding

    def _computed_tall_line(self, c: float, height: float, spacing: float) -> Line | None:
        """Return the line of a continuous law by one Fourier transform.

        Return None where R has no moment of this order.
        """
        z = c + 1j * spacing * np.arange(math.ceil(height / spacing) + 1)
        if isinstance(self.prior, Pareto):
            moments = tall_line_moments(pareto_log_transform(self.prior, self.log_scale), z)
            log_size = c * self.log_scale + math.log(self.prior.shape)
            powers = np.exp(1j * z.imag * self.log_scale) / (self.prior.shape - z)
            rounding = ROUNDING * (4 + z.imag * abs(self.log_scale)) * np.abs(powers)
        else:
            others = without_far_tail(self.others(height + _ROOM), 1e-17)
            moments = tall_line_moments(_log_transform(others, self.log_scale), z)
            log_size, powers, rounding = self._powers(z, height)
        if moments is None:
            return None
        errors = np.abs(powers) * moments.errors + rounding * np.abs(moments.values)
        return Line(z=z, product=powers * moments.values, errors=errors, log_size=log_size)


def golden_minimum(function: Callable[[float], float], low: float, high: float, tolerance: float) -> float:
    """Find the point at which a function with a single valley is least, by golden-section search."""
    golden = (math.sqrt(5) - 1) / 2
    left, right = high - golden * (high - low), low + golden * (high - low)
    at_left, at_right = function(left), function(right)
    while high - low > tolerance:
        if at_left < at_right:
            high, right, at_right = right, left, at_left
            left = high - golden * (high - low)
            at_left = function(left)
        else:
            low, left, at_left = left, right, at_right
            right = low + golden * (high - low)
            at_right = function(right)
    return (low + high) / 2


def log_sum(logs: Floats) -> float:
    """Return ``log(sum(exp(logs)))``."""
    top = float(logs.max())
    return top + math.log(float(np.exp(logs - top).sum()))


def _vertical_sums(logs: Floats, weights: Floats, z: Complex) -> Complex:
    """Return ``sum_i weights_i exp(i Im(z) logs_i)`` for equally spaced z.

    A sum's place is a large step and a small one, so that one product of two matrices has them all.
    """
    n_small = max(1, round(math.sqrt(len(z))))
    step = z[1].imag - z[0].imag if len(z) > 1 else 0.0
    small = np.exp(np.multiply.outer(1j * step * np.arange(n_small), logs))
    large = np.exp(np.multiply.outer(1j * z[::n_small].imag, logs)) * weights
    sums: Complex = (large @ small.T).ravel()[: len(z)]
    return sums


def _log_transform(measure: CompressedMeasure, log_scale: float) -> LogTransform:
    def log_transform(y: Floats, angle: float) -> Complex:
        return np.asarray(log_laplace_transform(measure, np.exp(y + 1j * angle), log_scale), dtype=complex)

    return log_transform


def without_far_tail(measure: CompressedMeasure, probability: float) -> CompressedMeasure:
    """Return the measure without its largest frequencies, so far out that some of N draws is among them only with this
    probability.
    """
    order = np.argsort(measure.log_values)[::-1]
    far = np.zeros(len(order), dtype=bool)
    far[order] = np.cumsum(measure.weights[order]) * measure.n_subpopulations < probability
    return replace(measure, log_values=measure.log_values[~far], weights=measure.weights[~far])
