r"""The transform of a band of frequencies, for the weight that a prior puts on it.

The weight of a band, :math:`N\,\mathbb E[\alpha\,1(a \le \alpha \le b)]`, is a Mellin-Barnes integral like the moments,
with the beta function replaced by

.. math:: H(z) = \int_{u_a}^{u_b} \frac{u^{-z}}{1 + u} \, du, \qquad u_a = \frac{a}{1 - a},\; u_b = \frac{b}{1 - b} .

H falls off only like 1 / Im z, because a band has sharp edges: the integral converges as fast as the frequencies or
the normalizer are smooth on a logarithmic scale.
"""

import numpy as np

from longtail.array_types import Complex

__all__ = ["band_transform"]

_TERMS = 24


def _accelerated() -> list[float]:
    """Return the signed coefficients of the polynomial that is 1 / (1 + t) on [0, 1] to 5.8^-24
    [CohenVillegasZagier2000]_.
    """
    d = ((3 + 8**0.5) ** _TERMS + (3 + 8**0.5) ** -_TERMS) / 2
    b, c, coefficients = -1.0, -d, []
    for k in range(_TERMS):
        c = b - c
        coefficients.append(c / d)
        b *= (k + _TERMS) * (k - _TERMS) / ((k + 0.5) * (k + 1))
    return coefficients


_COEFFICIENTS = _accelerated()


def band_transform(low: float, high: float, z: Complex) -> Complex:
    """Return H(z) for 0 <= low <= high <= 1. It needs Re z < 1 where ``low`` is 0 and Re z > 0 where ``high`` is 1."""
    u_low, u_high = low / (1 - low) if low < 1 else np.inf, high / (1 - high) if high < 1 else np.inf
    below = _within_one(min(u_low, 1.0), min(u_high, 1.0), z)
    above = _within_one(1 / max(u_high, 1.0), 1 / max(u_low, 1.0), 1 - z)  # In the variable 1 / u instead of u.
    return below + above


def _within_one(low: float, high: float, z: Complex) -> Complex:
    """The integral of u^-z / (1 + u) over [low, high] inside [0, 1], term by term of the polynomial."""
    total = np.zeros_like(z)
    if low == high:
        return total
    ratio = np.log(low / high) if low > 0 else -np.inf
    for k, coefficient in enumerate(_COEFFICIENTS):
        x = k + 1 - z
        safe = np.where(x == 0, 1.0, x)
        span = -np.expm1(x * ratio) / safe if low > 0 else 1 / safe
        total += coefficient * high ** (k + 1.0) * np.where(x == 0, -ratio, span)
    powers: Complex = total * np.exp(-z * np.log(high))
    return powers
