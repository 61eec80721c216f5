r"""The marginal of the normalized model, by a Mellin-Barnes integral.

With :math:`\alpha = p / (p + R)`, p and R independent, and :math:`0 < \mathrm{Re}\, z < j`,

.. math:: \mathbb E[\alpha^j (1-\alpha)^k] = \frac{1}{2 \pi i} \int_{c - i\infty}^{c + i\infty}
          B(j - z, k + z)\, \mathbb E[p^z]\, \mathbb E[R^{-z}] \, dz ,

because B is the Mellin transform of :math:`u^j (1+u)^{-(j+k)}` at u = p / R. The product on the real axis is convex in
c and everything in it is positive; a line through its minimum cancels least. That minimum is inside (0, j) in ordinary
cases; where n is so much larger than N that singletons are exponentially rare it moves to negative c, which is allowed
too: the strip extends to -k, and the residue at z = 0 is never crossed because B has no pole there while
:math:`\mathbb E[R^{-z}]` is finite. Derivation, error estimate and checks: ``docs/derivations/mellin-barnes.md``.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, loggamma

from longtail.theory.compressed_measure import CompressedMeasure, compress
from longtail.theory.gamma_ratio import log_gamma_ratio
from longtail.theory.log_value import ROUNDING, LogValue
from longtail.theory.normalizer_quadrature import (
    hankel_moments,
    laplace_moments,
    natural_log_scale,
)
from longtail.theory.priors import Prior

__all__ = ["MellinBarnes"]

Array = NDArray[np.floating[Any]]
Complex = NDArray[np.complexfloating[Any, Any]]


@dataclass(frozen=True, slots=True)
class _Contour:
    """Where the integrals run: Re z, the end and step of Im z, and the angle of the Laplace ray (None: Hankel)."""

    c: float
    height: float
    step: float
    angle: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Line:
    """``E[p^z] E[R^-z] exp(-log_size)`` on a contour, and the absolute error of the second factor."""

    z: Complex
    product: Complex
    errors: Array
    log_size: float


class MellinBarnes:
    """Power moments of one frequency among N independent, normalized draws from ``prior``."""

    def __init__(self, prior: Prior, measure: CompressedMeasure, rtol: float) -> None:
        self.measure, self.rtol = measure, rtol
        self.n_subpopulations = measure.n_subpopulations
        self._line = lru_cache(maxsize=32)(self._computed_line)
        self._compressed = lru_cache(maxsize=8)(lambda resolution: compress(prior, resolution))

    @cached_property
    def _log_scale(self) -> float:
        return natural_log_scale(self.measure)

    @cached_property
    def _all_zero(self) -> float:
        """The probability that the other N - 1 draws are all zero."""
        return float(self.measure.zero_fraction ** (self.n_subpopulations - 1))

    def power_sum(self, j: int, k: int) -> LogValue:
        """N E[alpha^j (1 - alpha)^k], conditioned on a draw that is not all zero."""
        some = 1 - self.measure.zero_fraction**self.n_subpopulations
        number = math.log(self.n_subpopulations)
        if k == 0 and j <= 1:
            return LogValue((1 - j) * number, 2 * ROUNDING)
        best = LogValue(-math.inf, math.inf)
        for contour in self._contours(j, k):
            value = self._integral(contour, j, k)
            if value.relative_error < best.relative_error:
                best = value
            if best.relative_error < min(self.rtol / 20, 1e-10):
                break
        if k == 0 and self._all_zero > 0:  # all the others are zero: alpha = 1
            alone = math.log(self._all_zero * (1 - self.measure.zero_fraction))
            best = LogValue(float(np.logaddexp(best.log, alone)), best.relative_error)
        return best.scaled(number - math.log(some), 4 * ROUNDING)

    def _contours(self, j: int, k: int) -> Iterator[_Contour]:
        """Cheapest first; every one is right, they differ in how much cancels on them."""
        tail = self.measure.tail_exponent
        middle = min(0.5, tail / 2)
        step = min(0.06, 0.12 * middle)
        if 1 <= j <= 8:
            yield _Contour(middle, 22.0, step, 0.0)
        if j > 8 or j == 0:
            yield _Contour(-0.5, _height(j + 0.5), step, None)
        saddle = self._saddle_abscissa(j, k)
        if saddle < 0:
            yield _Contour(saddle, _height(j - saddle), min(0.06, 1 / math.sqrt(1 - saddle)), None)
            yield _Contour(saddle / 2, _height(j - saddle / 2), 0.03, None)
        turned = math.pi / 2 - min(0.15, 2 / math.sqrt(max(j, 1)))
        for c in (middle, 1.3, j - 0.5):
            if 0 < c < min(j, 0.9 * tail):
                yield _Contour(c, _height(j - c) + 2, step / 2 if c == middle else step, turned)

    def _saddle_abscissa(self, j: int, k: int) -> float:
        """A minimum over c < 0 of the integrand on the real axis, where R is put at its mean; rounded to be shared."""
        if k == 0:
            return -0.5
        logs, log_weights = self.measure.log_values + self._log_scale, np.log(self.measure.weights)
        candidates = -np.concatenate([[0.5], np.geomspace(1, min(float(k), 1e7) * 0.9 + 1, 400)])
        heights = [
            float(gammaln(j - c) + np.real(log_gamma_ratio(float(k), c, float(j)))) + _log_sum(c * logs + log_weights)
            for c in candidates
        ]
        return float(candidates[int(np.argmin(heights))])

    def _computed_line(self, contour: _Contour) -> _Line:
        z = contour.c + 1j * contour.step * np.arange(int(contour.height / contour.step) + 1)
        reach = math.hypot(contour.c, contour.height)
        measure = self.measure if reach <= 28 else self._compressed(2.0 ** math.ceil(math.log2(reach)))
        if contour.angle is None:
            moments = hankel_moments(measure, self._log_scale, z)
        else:
            moments = laplace_moments(measure, self._log_scale, z, contour.angle)
        log_p = measure.log_values + self._log_scale
        real_power = contour.c * log_p + np.log(measure.weights)
        top = float(real_power.max())
        powers = _vertical_sums(log_p, np.exp(real_power - top), z)
        return _Line(
            z=z,
            product=powers * moments.values,
            errors=np.abs(powers) * moments.errors,
            log_size=moments.log_size + top,
        )

    def _integral(self, contour: _Contour, j: int, k: int) -> LogValue:
        line = self._line(contour)
        z, f = line.z, contour.step / np.pi
        if k > 0:
            log_beta = loggamma(j - z) + log_gamma_ratio(float(k), z, float(j))
        else:
            log_beta = loggamma(j - z) + loggamma(z) - math.lgamma(j)
        size = float(log_beta.real.max())
        beta = np.exp(log_beta - size)
        terms = beta * line.product
        total = float(terms[0].real / 2 + terms[1:].real.sum()) * f
        coarse = float(terms[0].real / 2 + terms[2::2].real.sum()) * 2 * f
        absolute = float(np.abs(terms).sum() - abs(terms[0]) / 2) * f
        if not total > 0:
            return LogValue(-math.inf, math.inf)
        rounding = 4 * ROUNDING * (absolute + abs(line.log_size) * ROUNDING)
        discretization = 10 * (coarse - total) ** 2 / absolute
        normalizer = 3 * f * float(np.linalg.norm(np.abs(beta) * line.errors))
        truncation = 3 * float(np.abs(terms[-3:]).max())
        log = math.log(total) + size + line.log_size
        neglected = self.measure.neglected * self.n_subpopulations * math.exp(min(-log, 700.0))
        error = (rounding + discretization + normalizer + truncation) / total + neglected + ROUNDING * abs(log)
        return LogValue(log, error)


def _height(x: float) -> float:
    """Im z at which ``|Gamma(x + i w)|`` has fallen to rounding below its value on the axis, with some to spare."""
    low, high = 0.0, 60.0 + 20 * math.sqrt(max(x, 1.0))
    floor = float(gammaln(x)) - 44 if x > 1 else -44
    while high - low > 0.5:
        middle = (low + high) / 2
        low, high = (middle, high) if loggamma(x + 1j * middle).real > floor else (low, middle)
    return math.ceil(high)


def _log_sum(logs: Array) -> float:
    top = float(logs.max())
    return top + math.log(float(np.exp(logs - top).sum()))


def _vertical_sums(logs: Array, weights: Array, z: Complex) -> Complex:
    """``sum_i weights_i exp(i Im(z) logs_i)`` for equally spaced z."""
    out = np.empty(len(z), dtype=complex)
    run = 16
    step = z[1].imag - z[0].imag if len(z) > 1 else 0.0
    first = np.exp(np.multiply.outer(1j * step * np.arange(run), logs))
    for start in range(0, len(z), run):
        length = min(run, len(z) - start)
        out[start : start + length] = first[:length] @ (weights * np.exp(1j * z[start].imag * logs))
    return out
