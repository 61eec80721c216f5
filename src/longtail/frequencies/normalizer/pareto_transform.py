r"""The Laplace transform of Pareto's law near the imaginary axis, where panels in log p cannot follow it.

With :math:`\Pr[p > t] = t^{-a}` for :math:`t \ge 1`, and t turned into the direction in which it decays,

.. math:: 1 - M(s) = 1 - e^{-s} + e^{-s} \int_0^\infty (1 + t/s)^{-a} e^{-t} \, dt ,

in which nothing cancels; where s is not small, :math:`M(s) = \tfrac as e^{-s} \int (1 + t/s)^{-a-1} e^{-t} dt`.
:math:`\log M(e^{y + i\theta})` is smooth in y, so it is computed on panels in y and
interpolated by polynomials from there.
"""

import math

import numpy as np
from numpy.polynomial.legendre import leggauss, legvander

from longtail.array_types import Complex, Floats
from longtail.frequencies.gamma_ratio import log1p_complex
from longtail.frequencies.normalizer.tall_line import LogTransform
from longtail.frequencies.priors import Pareto

__all__ = ["pareto_log_transform"]


_ORDER = 16
_PANEL = 0.25
_STEP = 0.14  # Step of the trapezoid rule in log t. The integrand is analytic in a strip of half-width pi / 2.
_BLOCK = 256


def pareto_log_transform(prior: Pareto, log_scale: float) -> LogTransform:
    """Return ``(N - 1) log M(s e^log_scale)`` on rays."""
    others = prior.n_subpopulations - 1
    nodes, weights = leggauss(_ORDER)
    to_coefficients = legvander(nodes, _ORDER - 1).T * weights * (np.arange(_ORDER) + 0.5)[:, None]

    def log_transform(y: Floats, angle: float) -> Complex:
        step = float(y[-1] - y[0]) / (len(y) - 1)
        points = max(1, int(_PANEL / step))
        panels = math.ceil(len(y) / points)
        starts = y[::points] - step / 2
        at = starts[:, None] + step * points * (nodes + 1) / 2
        values = _log_m(prior.shape, np.exp(at.ravel() + log_scale + 1j * angle))
        inside = legvander((2 * np.arange(points) + 1) / points - 1, _ORDER - 1)
        every = values.reshape(panels, _ORDER) @ (inside @ to_coefficients).T
        logs: Complex = others * every.ravel()[: len(y)]
        return logs

    return log_transform


def _log_m(shape: float, s: Complex) -> Complex:
    """Log M(s), from 1 - M(s) where s is small and from e^s M(s) elsewhere."""
    out = np.empty(len(s), dtype=complex)
    for start in range(0, len(s), _BLOCK):
        part = s[start : start + _BLOCK]
        small = np.abs(part) < 0.5
        log_m = out[start : start + _BLOCK]
        near, far = part[small], part[~small]
        log_m[small] = log1p_complex(np.expm1(-near) - np.exp(-near) * _turned(shape, near))
        log_m[~small] = np.log(shape / far * _turned(shape + 1, far)) - far
    return out


def _turned(power: float, s: Complex) -> Complex:
    """The integral of (1 + t/s)^-power exp(-t) over t > 0."""
    if len(s) == 0:
        return s
    x = np.arange(min(float(np.log(np.abs(s)).min()), 0.0) - 37, 4.0, _STEP)
    t = np.exp(x)
    integral: Complex = _STEP * (np.exp(-power * np.log1p(t / s[:, None])) @ (t * np.exp(-t)))
    return integral
