r"""The density of the normalizer, and with it the weight of a band of frequencies.

Where the characteristic function :math:`\mathbb E e^{i \omega R} = M(-i\omega)^{N-1}` dies out within a thousand
frequencies, the density of R is its Fourier sum, right to rounding: R lies, but for :math:`e^{-40}`, between ends that
Chernoff's bound gives, so the sum has a period. The weight of a band is then an average over p of integrals with ends,

.. math:: N\, \mathbb E[\alpha\, 1(a \le \alpha \le b)]
          = N\, \mathbb E_p \int_{p (1 - b) / b}^{p (1 - a) / a} \frac{p}{p + r} f_R(r) \, dr ,

which are smooth in p on the scale on which f is; panels in p are cut accordingly.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.polynomial.legendre import legder, leggauss, legvander

from longtail.array_types import Complex, Floats
from longtail.frequencies.compressed_measure import CompressedMeasure
from longtail.frequencies.normalizer.quadrature import log_laplace_transform

__all__ = ["NormalizerDensity", "normalizer_density", "normalizer_ends"]


_ORDER = 24
_MOST_FREQUENCIES = 1024
_BLOCK = 256
_POINTS_AT_ONCE = 2**15
_DEAD = 1e-16


def _to_coefficients() -> Floats:
    """Return the matrix that turns values at the Gauss-Legendre points into a Legendre series."""
    nodes, weights = leggauss(_ORDER)
    matrix: Floats = legvander(nodes, _ORDER - 1).T * weights * (np.arange(_ORDER) + 0.5)[:, None]
    return matrix


_TO_COEFFICIENTS = _to_coefficients()


@dataclass(frozen=True)
class NormalizerDensity:
    """A Fourier sum: the density at r is Re(sum_k coefficients_k exp(-2 pi i k (r - low) / period))."""

    low: float
    high: float
    period: float
    coefficients: Complex

    @property
    def sharpest(self) -> float:
        """Highest angular frequency in the sum."""
        return 2 * np.pi * len(self.coefficients) / self.period

    @cached_property
    def panels(self) -> tuple[Floats, Floats]:
        """Return points and density at the Gauss-Legendre points.

        Each row is a panel of two periods of the highest frequency.
        """
        number = max(8, 2 ** int(np.ceil(np.log2(len(self.coefficients) / 2))))
        width = self.period / number
        offsets = width * (leggauss(_ORDER)[0] + 1) / 2
        k = np.arange(len(self.coefficients))
        density = np.empty((number, _ORDER))
        for column, offset in enumerate(offsets):
            folded = np.zeros(number, dtype=complex)
            np.add.at(folded, k % number, self.coefficients * np.exp(-2j * np.pi * k * offset / self.period))
            density[:, column] = np.fft.fft(folded).real
        return self.low + width * np.arange(number)[:, None] + offsets, density

    def at(self, r: Floats) -> tuple[Floats, Floats, Floats]:
        """Return the density and its first two derivatives, for r between the ends."""
        points, density = self.panels
        half = self.period / len(points) / 2
        position = (r - self.low) / (2 * half)
        panel = np.minimum(position.astype(int), len(points) - 1)
        x = 2 * (position - panel) - 1
        first = density @ _TO_COEFFICIENTS.T
        second = np.pad(legder(first, axis=1), ((0, 0), (0, 1))) / half
        third = np.pad(legder(second, axis=1), ((0, 0), (0, 1))) / half
        values = np.empty((3, len(r)))
        for start in range(0, len(r), _POINTS_AT_ONCE):
            part = slice(start, start + _POINTS_AT_ONCE)
            polynomials = legvander(x[part], _ORDER - 1)
            for row, series in enumerate((first, second, third)):
                values[row, part] = np.einsum("ik,ik->i", polynomials, series[panel[part]])
        return values[0], values[1], values[2]

    def tails(self, p: Floats, start: Floats) -> Floats:
        """Return the integral of ``p / (p + r) f(r)`` over r >= start, for each p with its own start."""
        return np.concatenate(
            [self._tails(p[i : i + _BLOCK], start[i : i + _BLOCK]) for i in range(0, len(p), _BLOCK)] or [np.zeros(0)]
        )

    def _tails(self, p: Floats, start: Floats) -> Floats:
        points, density = self.panels
        nodes, weights = leggauss(_ORDER)
        number, half = len(points), self.period / len(points) / 2
        kernel = (half * weights * density) / (1 + points / p[:, None, None])
        whole = np.cumsum(kernel.sum(axis=2)[:, ::-1], axis=1)[:, ::-1]
        position = np.clip((start - self.low) / (2 * half), 0, number)
        panel = np.minimum(position.astype(int), number - 1)
        after = np.where(panel + 1 < number, whole[np.arange(len(p)), np.minimum(panel + 1, number - 1)], 0.0)
        begin = 2 * (position - panel) - 1
        x = begin[:, None] + (1 - begin[:, None]) * (nodes + 1) / 2
        coefficients = density[panel] @ _TO_COEFFICIENTS.T
        values = np.einsum("pxk,pk->px", legvander(x, _ORDER - 1), coefficients)
        r = self.low + 2 * half * (panel[:, None] + (x + 1) / 2)
        part: Floats = (values / (1 + r / p[:, None])) @ weights * half * (1 - begin) / 2
        both: Floats = after + part
        return both


def normalizer_density(measure: CompressedMeasure, log_scale: float) -> NormalizerDensity | None:
    """Return the density of ``R e^log_scale``, or None where it has atoms or would take too many frequencies."""
    low, high = normalizer_ends(measure, log_scale)
    if not high > low:
        return None
    period = 1.05 * (high - low)
    coefficients: list[Complex] = []
    for start in range(0, _MOST_FREQUENCIES + _BLOCK, 64):
        omega = 2 * np.pi * np.arange(start, start + 64) / period
        values = np.exp(log_laplace_transform(measure, -1j * omega, log_scale) - 1j * omega * low)
        coefficients.append(values)
        if np.abs(values).max() < _DEAD:
            every = np.concatenate(coefficients)
            every = every[: 1 + int(np.flatnonzero(np.abs(every) > _DEAD)[-1])]
            every[1:] *= 2
            return NormalizerDensity(low, high, period, every / period)
    return None


def normalizer_ends(measure: CompressedMeasure, log_scale: float) -> tuple[float, float]:
    """Return the two values between which ``R e^log_scale`` lies, except for a probability of e^-40 (Chernoff's bound
    on either side).
    """
    sigma = np.geomspace(1e-4, 1e8, 400)
    with np.errstate(over="ignore", invalid="ignore"):
        above = (log_laplace_transform(measure, -sigma + 0j, log_scale).real + 40) / sigma
        below = (-log_laplace_transform(measure, sigma, log_scale) - 40) / sigma
    return max(float(np.nanmax(below)), 0.0), float(np.nanmin(above))
