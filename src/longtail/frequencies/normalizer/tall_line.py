r"""Moments of the normalizer on a tall line of complex z, by one fast Fourier transform in log s.

On a ray at angle :math:`\theta`, with :math:`s = e^{y + i\theta}` and :math:`g(s) = (1 + s/m)^{-m}`, the transform of a
gamma law,

.. math:: \mathbb E[R^{-z}] = \frac{m^z\,\Gamma(m - z)}{\Gamma(m)} + \frac{e^{i\theta z}}{\Gamma(z)}
          \int_{-\infty}^{\infty} e^{zy} \bigl(M(s)^{N-1} - g(s)\bigr) \, dy .

Subtracting g makes the integrand die out on both sides. On equally spaced y and z = c + iw the sum is a discrete
Fourier transform, so that thousands of moments cost what their values of M cost; :math:`\theta = \pi/2 - 5/W` leaves
:math:`e^5` of rounding at the top w = W. A band of frequencies has sharp edges and needs such a line if the prior has
edges too (Pareto's law does).
"""

import math
from collections.abc import Callable

import numpy as np
from scipy.special import loggamma

from longtail.array_types import Complex, Floats
from longtail.frequencies.gamma_ratio import log1p_complex
from longtail.frequencies.log_value import ROUNDING
from longtail.frequencies.normalizer.quadrature import NormalizerMoments

__all__ = ["LogTransform", "tall_line_moments"]

LogTransform = Callable[[Floats, float], Complex]
"""``(N - 1) log M(exp(y + i angle))`` at equally spaced y, R of the size of 1."""

_GAMMA = 24.0
_FURTHEST = 200.0
_DEAD = 1e-19


def tall_line_moments(log_transform: LogTransform, z: Complex) -> NormalizerMoments | None:
    """Return the moments at z, equally spaced and upward from the real axis.

    Return None if the integrand does not die out.
    """
    c, spacing, height = float(z[0].real), float(z[1].imag), float(z[-1].imag)
    angle = math.pi / 2 - 5 / height
    size = 2 ** math.ceil(math.log2(2 * math.pi * height / (0.75 * spacing)))
    step = 2 * math.pi / (size * spacing)
    found = _where_it_matters(log_transform, c, step, angle)
    if found is None:
        return None
    first, integrand, rounding = found
    folded = np.zeros(-(-len(integrand) // size) * size, dtype=complex)
    folded[: len(integrand)] = integrand
    sums = np.fft.ifft(folded.reshape(-1, size).sum(axis=0))[: len(z)] * size
    log_gamma = loggamma(z)
    turned = np.exp(1j * angle * z - log_gamma + 1j * z.imag * (first * step))
    gamma_law = np.exp(z * math.log(_GAMMA) + loggamma(_GAMMA - z) - math.lgamma(_GAMMA))
    return NormalizerMoments(
        values=step * turned * sums + gamma_law,
        errors=4 * step * rounding * np.exp(-angle * z.imag - log_gamma.real) + 4 * ROUNDING * np.abs(gamma_law),
        log_size=0.0,
    )


def _where_it_matters(
    log_transform: LogTransform, c: float, step: float, angle: float
) -> tuple[int, Complex, float] | None:
    """Return the integrand at ``step * (first + 0, 1, …)``: first, values, and the sum of what rounding may add to
    them.
    """
    block = math.ceil(4 / step)
    blocks: dict[int, Complex] = {}
    rounding = 0.0
    for direction in (1, -1):
        number = 0 if direction == 1 else -1
        while True:
            y = step * (block * number + np.arange(block))
            logs = log_transform(y, angle)
            log_gamma_law = -_GAMMA * log1p_complex(np.exp(y + 1j * angle) / _GAMMA)
            growth = np.exp(c * y)
            value = growth * np.exp(log_gamma_law) * np.expm1(logs - log_gamma_law)
            far = (logs - log_gamma_law).real > 1
            value[far] = (growth * (np.exp(logs) - np.exp(log_gamma_law)))[far]
            blocks[number] = value
            sizes = growth * (np.exp(logs.real) * (1 + np.abs(logs)) + np.exp(log_gamma_law.real))
            rounding += ROUNDING * float((sizes * np.minimum(np.exp(y), 1.0) ** 0.5 if direction < 0 else sizes).sum())
            end = value[-1] if direction == 1 else value[0]
            if abs(end) < _DEAD:
                break
            if abs(y[0]) > _FURTHEST:
                return None
            number += direction
    first = min(blocks)
    return first * block, np.concatenate([blocks[number] for number in sorted(blocks)]), rounding
