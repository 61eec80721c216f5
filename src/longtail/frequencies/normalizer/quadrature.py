r"""Moments of the normalizer, :math:`\mathbb E[R^{-z}]` along a vertical line of complex z.

The normalizer of one frequency is :math:`R`, the sum of the other N - 1 independent draws. It does not concentrate (at
N = 50,000 under Zipf's law its spread is still 11 %), so it is integrated over, exactly, through its Laplace transform
:math:`\mathbb E e^{-sR} = M(s)^{N-1}`, where :math:`M(s) = \mathbb E e^{-sp}`. For Re z > 0, on a ray,

.. math:: \mathbb E[R^{-z}] = \frac{1}{\Gamma(z)} \int_0^{\infty e^{i\theta}} s^{z-1} M(s)^{N-1} \, ds ,

integrated by the trapezoid rule in log s, which converges geometrically [TrefethenWeideman2014]_. Where z lies to the
left of that, :mod:`~longtail.frequencies.normalizer.hankel_contour` goes around the negative axis instead.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy.special import loggamma

from longtail.array_types import Complex, Floats
from longtail.frequencies.compressed_measure import CompressedMeasure
from longtail.frequencies.log_value import ROUNDING

__all__ = [
    "MOST_COMPLEX_TERMS",
    "NormalizerMoments",
    "laplace_moments",
    "log_laplace_transform",
    "natural_log_scale",
    "nothing_known",
    "vertical_powers",
    "without_negligible_part",
]


_BLOCK = 64
_LINE_BLOCK = 256
_NO_DRAW_MATTERS = 1e-90
_MOST_TERMS = 6e7  # The same limit at real s.
MOST_COMPLEX_TERMS = 1.3e7
"""Of sums that are M at complex s, for one line: about a second."""
_GONE = 50.0  # exp(-50) is lost beside 1.
# Up to this size M is computed from M - 1: in a long list M is 1 except for a billionth, and that billionth matters.
_NEAR = 20.0


@dataclass(frozen=True, kw_only=True)
class NormalizerMoments:
    """Moments E[(R e^scale)^-z 1(R > 0)] exp(-log_size) at every z, and their absolute errors on that same scale."""

    values: Complex
    errors: Floats
    log_size: float


def natural_log_scale(measure: CompressedMeasure) -> float:
    """Return the logarithm of the s at which ``(N - 1)(1 - M(s)) = 1``: one over a typical normalizer."""
    others = measure.n_subpopulations - 1
    target = min(1.0, 0.5 * others * (1 - measure.zero_fraction))

    def exponent(log_s: float) -> float:
        return others * float(measure.weights @ -np.expm1(-np.exp(np.minimum(log_s + measure.log_values, 700.0))))

    low = np.log(target) - np.log(others) - measure.largest - 1
    high = low + 2
    while exponent(high) < target:
        high += 4
    while high - low > 1e-9:
        middle = (low + high) / 2
        low, high = (middle, high) if exponent(middle) < target else (low, middle)
    return float(low)


def laplace_moments(measure: CompressedMeasure, log_scale: float, z: Complex, angle: float) -> NormalizerMoments:
    """Return the moments at Re z > 0, z equally spaced on a vertical line, by a ray at ``angle`` in [0, pi/2).

    Notes
    -----
    With s = exp(y) the integrand is :math:`e^{zy}(M^{N-1} - e^{-s})`; subtracting the exponential, whose integral is
    :math:`\\Gamma(z)`, makes it fall off on both sides. The real ray loses digits like :math:`1/|\\Gamma(z)|` as Im z
    grows; turning it by :math:`\\theta` wins back :math:`e^{\\theta\\,\\mathrm{Im} z}`.
    """
    c = float(z[0].real)
    step = 0.12 if angle == 0 else 0.15 * (np.pi / 2 - angle) / (1 + c / 15)  # high powers grow near the imaginary axis
    all_zero = measure.zero_fraction ** (measure.n_subpopulations - 1)
    found = _where_it_matters(
        lambda y: _laplace_difference(measure, log_scale, y, angle, all_zero),
        c,
        step,
        first=-28 / (1 + max(c - 0.5, 0)),
        most=int((_MOST_TERMS if angle == 0 else MOST_COMPLEX_TERMS) / len(measure.weights)),
    )
    if found is None:
        return nothing_known(z)
    y, difference, rounding = found
    blocks = (z[start : start + _LINE_BLOCK] for start in range(0, len(z), _LINE_BLOCK))
    with np.errstate(over="ignore", invalid="ignore"):
        sums = step * np.concatenate([vertical_powers(y, block) @ difference for block in blocks])
    if not np.isfinite(sums).all():
        return nothing_known(z)
    growth = step * np.exp(np.minimum(c * y, 700.0))
    log_gamma = loggamma(z)
    less_one: Any = sums * np.exp(1j * angle * z - log_gamma)
    lost = growth @ (rounding + ROUNDING * np.abs(difference))
    lost = lost + ROUNDING * np.abs(z) * float(growth @ np.abs(difference * y))
    values = less_one + (1 - all_zero)
    lost = lost + (1 + abs(values[0])) * _aliases(z, angle, 2 * np.pi / step)
    errors = lost * np.exp(-angle * z.imag - log_gamma.real) + ROUNDING * (2 + np.abs(log_gamma)) * np.abs(less_one)
    errors = errors + ROUNDING * (1 + np.abs(z) * (1 + abs(log_scale))) * abs(
        values[0]
    )  # Frequencies are rounded once.
    return NormalizerMoments(values=values, errors=errors, log_size=0.0)


def _aliases(z: Complex, angle: float, period: float) -> Floats:
    r"""Return the error of the trapezoid rule relative to the moment: the integral at :math:`z \pm i\,` period, by
    Poisson's formula.

    On a turned ray that is :math:`|\Gamma(z)| e^{\theta \mathrm{Im} z}`; twice the first two stand for them all.
    """
    up, down = z + 1j * period, z - 1j * period
    aliases: Floats = 2 * sum(np.exp(loggamma(at).real + angle * at.imag) for at in (up, down))
    return aliases


def _laplace_difference(
    measure: CompressedMeasure, log_scale: float, y: Floats, angle: float, all_zero: float
) -> tuple[Floats | Complex, Floats]:
    """Return ``M(s)^(N-1) - exp(-s)`` on the ray, less what an all-zero draw contributes to both, and its rounding.

    Both are nearly the same where R hardly varies; what rounding leaves is of the size of each, not of the difference.
    """
    turned = np.exp(np.minimum(y, 300.0)) * (np.exp(1j * angle) if angle else 1.0)
    log_transform = log_laplace_transform(measure, turned, log_scale)
    with np.errstate(under="ignore"):
        transform, exponential = np.exp(log_transform), np.exp(-turned)
        difference = transform - exponential
        small = np.abs(turned) < 0.5
        difference[small] = exponential[small] * np.expm1(log_transform[small] + turned[small])
        rounding = np.abs(transform) * (np.abs(log_transform) + ~small)
        rounding = rounding + np.abs(exponential) * (np.abs(turned) + ~small)
        if all_zero:
            difference = difference + all_zero * np.expm1(-turned)
        return difference, ROUNDING * rounding


def _where_it_matters(
    integrand: Callable[[Floats], tuple[Floats | Complex, Floats]], c: float, step: float, first: float, most: int
) -> tuple[Floats, Floats | Complex, Floats] | None:
    """Return equally spaced y, the integrand and its rounding, as far as ``exp(c y) |integrand|`` matters on either
    side.

    None where that takes more than ``most`` points, as in the corner of a strip beyond which the integral diverges.
    """
    block, start = int(6 / step), int(np.ceil(first / step))
    parts: list[tuple[Floats, Floats | Complex, Floats]] = []
    after, before = start, start
    beyond = False
    while not beyond or _size(parts[0], c)[0] > 1e-18:
        if (len(parts) + 1) * block > most:
            return None
        if not beyond:
            y = step * np.arange(after, after + block)
            parts.append((y, *integrand(y)))
            after += block
            beyond = bool(y[-1] > 3 and _size(parts[-1], c)[-8:].max() < 1e-19)
        else:
            y = step * np.arange(before - block, before)
            parts.insert(0, (y, *integrand(y)))
            before -= block
    y, value, rounding = (np.concatenate(part) for part in zip(*parts, strict=True))
    size = _size((y, value, rounding), c)
    kept = size > 1e-20 * max(1.0, size.max())
    return y[kept], value[kept], rounding[kept]


def _size(part: tuple[Floats, Floats | Complex, Floats], c: float) -> Floats:
    """Return ``exp(c y) |integrand|``."""
    y, value, _ = part
    size: Floats = np.abs(value) * np.exp(np.minimum(c * y, 700.0))
    return size


def without_negligible_part(measure: CompressedMeasure, log_scale: float, *, left: bool) -> CompressedMeasure:
    """Return the measure with its smallest frequencies at zero, as far as all of them together cannot move the
    normalizer.

    To the ``left`` of the imaginary axis, where moments of R are of positive order, nothing else can matter; to its
    right all draws may be that small.
    """
    share = measure.weights * np.exp(np.minimum(measure.log_values + log_scale, 0.0)) * measure.n_subpopulations
    order = np.argsort(measure.log_values)
    negligible = np.zeros(len(share), dtype=bool)
    negligible[order] = np.cumsum(share[order]) < 1e-22
    zero_fraction = measure.zero_fraction + float(measure.weights[negligible].sum())
    others = measure.n_subpopulations - 1
    if not left and zero_fraction**others - measure.zero_fraction**others > _NO_DRAW_MATTERS:
        return measure
    return replace(
        measure,
        log_values=measure.log_values[~negligible],
        weights=measure.weights[~negligible],
        zero_fraction=zero_fraction,
    )


def log_laplace_transform(measure: CompressedMeasure, s: Floats | Complex, log_scale: float) -> Floats | Complex:
    """Return ``(N - 1) log M(s e^log_scale)`` for positive or complex s, without cancellation at small and large
    ``|s|``.
    """
    out: Any = np.empty(len(s), dtype=s.dtype)
    scaled = np.exp(np.minimum(measure.log_values + log_scale, 700.0))
    for start in range(0, len(s), _BLOCK):
        part = s[start : start + _BLOCK]
        log_m = _log_m_real if s.dtype == np.float64 else _log_m_complex
        with np.errstate(divide="ignore", under="ignore", over="ignore", invalid="ignore"):
            out[start : start + _BLOCK] = log_m(np.multiply.outer(part, scaled), measure)
    log_transform: Floats | Complex = (measure.n_subpopulations - 1) * out
    return log_transform


def _log_m_real(x: Floats, measure: CompressedMeasure) -> Floats:
    fallen = -(np.expm1(-x) @ measure.weights)
    log_m = np.log1p(-np.minimum(fallen, 0.75))
    large = fallen > 0.5
    if large.any():
        direct = np.exp(-x[large]) @ measure.weights + measure.zero_fraction
        log_m[large] = np.log(np.maximum(direct, 1e-300))
    return log_m


def _log_m_complex(x: Complex, measure: CompressedMeasure) -> Complex:
    """Return log M.

    With ``h = b / 2``, ``exp(-a-ib) - 1 = expm1(-a) (1 - 2 sin^2 h) - 2 sin^2 h - 2i exp(-a) sin h cos h``. It is used
    where M is near 1, otherwise the definition.
    """
    a = np.ascontiguousarray(x.real)
    b = np.where(a < _GONE, x.imag, 0.0)  # the sine of a large number is slow
    top = np.maximum(-a.min(axis=1), 0.0)
    log_m = np.empty(len(x), dtype=complex)
    near = top < _NEAR
    if near.any():
        fallen, half = (np.expm1(-a), b / 2) if near.all() else (np.expm1(-a[near]), b[near] / 2)
        sine = np.sin(half)
        turned = 2 * sine * sine
        real, imaginary = fallen - turned - fallen * turned, (2 + 2 * fallen) * sine * np.cos(half)
        d = real @ measure.weights - 1j * (imaginary @ measure.weights)
        log_m[near] = 0.5 * np.log1p(d.real * (2 + d.real) + d.imag**2) + 1j * np.arctan2(d.imag, 1 + d.real)
        near[near] = np.abs(1 + d) > 0.5
    far = ~near
    if far.any():
        direct = np.exp(-x[far] - top[far, None]) @ measure.weights + measure.zero_fraction * np.exp(-top[far])
        size = np.maximum(np.abs(direct), 1e-300)
        log_m[far] = np.log(size) + 1j * np.angle(direct) + top[far]
    return log_m


def vertical_powers(logs: Floats | Complex, z: Complex) -> Complex:
    """Return the matrix ``exp(z_k * logs)`` for equally spaced z, by repeated multiplication in short runs."""
    out = np.empty((len(z), len(logs)), dtype=complex)
    run = 16
    with np.errstate(under="ignore", over="ignore", invalid="ignore"):
        first = np.exp(np.multiply.outer(1j * (z[:run].imag - z[0].imag), logs))
        for start in range(0, len(z), run):
            length = min(run, len(z) - start)
            out[start : start + length] = first[:length] * np.exp(z[start] * logs)
    return out


def nothing_known(z: Complex) -> NormalizerMoments:
    """Return the moments of a contour on which everything cancels: their error is infinite."""
    return NormalizerMoments(values=np.ones_like(z), errors=np.full(len(z), np.inf), log_size=0.0)
