r"""Ratios of gamma functions and binomial coefficients whose large arguments nearly cancel.

At :math:`x = 10^{12}` the difference ``loggamma(x + a) - loggamma(x + b)`` has no correct digit after the third; the
difference of Stirling's series, taken term by term, keeps all of them.
"""

import math
from typing import overload

import numpy as np
from scipy.special import gammaln, loggamma

from longtail.arguments import checked
from longtail.array_types import Complex

__all__ = ["log1p_complex", "log_binomial", "log_gamma_ratio"]

_LARGE = 20.0  # From this argument on, the five terms below are right to 1e-17.
_STIRLING = (1 / 12, -1 / 360, 1 / 1260, -1 / 1680, 1 / 1188)


@overload
def log_gamma_ratio(x: float, a: float, b: float) -> complex: ...
@overload
def log_gamma_ratio(x: float, a: Complex, b: float) -> Complex: ...
@checked
def log_gamma_ratio(x: float, a: float | Complex, b: float) -> complex | Complex:
    """Log Gamma(x + a) - log Gamma(x + b) for x > 0 and complex a, also where ``|a|`` is far below x.

    Examples
    --------
    >>> bool(log_gamma_ratio(1e12, 1.0, 0.0).real == math.log(1e12))
    True
    """
    upper = np.asarray(x + a, dtype=complex)
    lower = complex(x + b)
    if min(float(upper.real.min()), lower.real) < _LARGE:
        return loggamma(upper) - loggamma(lower)
    difference = np.asarray(a - b, dtype=complex)
    growth = log1p_complex(difference / lower)
    main = (
        (upper - 0.5) * growth
        + difference * (math.log(x) + log1p_complex(np.asarray(b / x, dtype=complex)))
        - difference
    )
    correction = sum(
        coefficient * (upper ** -(2 * i + 1) - lower ** -(2 * i + 1)) for i, coefficient in enumerate(_STIRLING)
    )
    return main + correction  # type: ignore[no-any-return]


@checked
def log_binomial(n: int, k: int) -> float:
    """Log of n choose k, right to rounding for any n.

    Examples
    --------
    >>> round(math.exp(log_binomial(10, 3)), 10)
    120.0
    """
    k = min(k, n - k)
    if k == 0:
        return 0.0
    return float(np.real(log_gamma_ratio(float(n - k), k + 1.0, 1.0))) - float(gammaln(k + 1))


def log1p_complex(u: Complex) -> Complex:
    """log(1 + u) without the cancellation near 0 that numpy's has."""
    real = 0.5 * np.log1p(np.maximum(u.real * (2 + u.real) + u.imag**2, -1.0))
    return real + 1j * np.arctan2(u.imag, 1 + u.real)
