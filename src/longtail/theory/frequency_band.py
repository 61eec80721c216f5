r"""The transform of a band of frequencies, for the weight that a prior puts on it.

The weight of a band, :math:`N\,\mathbb E[\alpha\,1(a \le \alpha \le b)]`, is a Mellin-Barnes integral like the moments,
with the beta function replaced by

.. math:: H(z) = \int_{u_a}^{u_b} \frac{u^{-z}}{1 + u} \, du, \qquad u_a = \frac{a}{1 - a},\; u_b = \frac{b}{1 - b} .

H falls off only like 1 / Im z, because a band has sharp edges: the integral converges as fast as the frequencies and
the normalizer are smooth on a logarithmic scale.
"""

from typing import Any

import numpy as np
from numpy.polynomial.legendre import leggauss
from numpy.typing import NDArray

__all__ = ["band_transform"]

Complex = NDArray[np.complexfloating[Any, Any]]
_SERIES_END = 0.4
_ORDER = 16


def band_transform(low: float, high: float, z: Complex) -> Complex:
    """H(z) for 0 <= low <= high < 1 and Re z < 1."""
    difference: Complex = _up_to(high / (1 - high), z) - _up_to(low / (1 - low), z)
    return difference


def _up_to(u: float, z: Complex) -> Complex:
    """The integral from 0 to u: a power series below 0.4, Gauss-Legendre panels in log u above."""
    start = min(u, _SERIES_END)
    if start == 0:
        return np.zeros_like(z)
    series, power = np.zeros_like(z), 1.0
    for k in range(60):
        series += power / (k + 1 - z)
        power *= -start
        if abs(power) < 1e-18:
            break
    value: Complex = np.exp((1 - z) * np.log(start)) * series
    if u <= _SERIES_END:
        return value
    low, high = np.log(_SERIES_END), np.log(u)
    panels = int((high - low) * max(float(np.abs(z.imag).max()), 8.0) / 8) + 1
    edges = np.linspace(low, high, panels + 1)
    nodes, weights = leggauss(_ORDER)
    half = (high - low) / panels / 2
    for middle in (edges[1:] + edges[:-1]) / 2:
        x = middle + half * nodes
        value = value + np.exp(np.multiply.outer(1 - z, x)) @ (half * weights / (1 + np.exp(x)))
    return value
