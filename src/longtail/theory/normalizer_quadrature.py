r"""Moments of the normalizer, :math:`\mathbb E[R^{-z}]` along a vertical line of complex z.

The normalizer of one frequency is :math:`R`, the sum of the other N - 1 independent draws. It does not concentrate (at
N = 50,000 under Zipf's law its spread is still 11 %), so it is integrated over, exactly, through its Laplace transform
:math:`\mathbb E e^{-sR} = M(s)^{N-1}`, where :math:`M(s) = \mathbb E e^{-sp}`. For Re z > 0, on a ray,

.. math:: \mathbb E[R^{-z}] = \frac{1}{\Gamma(z)} \int_0^{\infty e^{i\theta}} s^{z-1} M(s)^{N-1} \, ds ,

and for any z, on a parabola around the negative axis (Hankel's contour),

.. math:: \mathbb E[R^{-z}] = \frac{\Gamma(1-z)}{2 \pi i} \int s^{z-1} M(-s)^{N-1} \, ds .

The second one passes through the saddle point on the positive axis, where everything is positive. Both are integrated
by the trapezoid rule, which converges geometrically [TrefethenWeideman2014]_.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln, loggamma

from longtail.theory.compressed_measure import CompressedMeasure
from longtail.theory.log_value import ROUNDING

__all__ = [
    "NormalizerMoments",
    "hankel_moments",
    "laplace_moments",
    "log_hankel_peak",
    "log_laplace_transform",
    "natural_log_scale",
    "without_negligible_part",
]

Array = NDArray[np.floating[Any]]
Complex = NDArray[np.complexfloating[Any, Any]]

_BLOCK = 64
_LONGEST_ARM = 4096
_LINE_BLOCK = 256


@dataclass(frozen=True, kw_only=True)
class NormalizerMoments:
    """``E[(R e^scale)^-z; R > 0] * exp(-log_size)`` at every z, and its absolute error on that same scale."""

    values: Complex
    errors: Array
    log_size: float


def natural_log_scale(measure: CompressedMeasure) -> float:
    """The logarithm of the s at which ``(N - 1)(1 - M(s)) = 1``: one over a typical normalizer."""
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
    """The moments at Re z > 0, z equally spaced on a vertical line, by a ray at ``angle`` in [0, pi/2).

    Notes
    -----
    With s = exp(y) the integrand is :math:`e^{zy}(M^{N-1} - e^{-s})`; subtracting the exponential, whose integral is
    :math:`\\Gamma(z)`, makes it fall off on both sides. The real ray loses digits like :math:`1/|\\Gamma(z)|` as Im z
    grows; turning it by :math:`\\theta` wins back :math:`e^{\\theta\\,\\mathrm{Im} z}`.
    """
    c = float(z[0].real)
    step = 0.12 if angle == 0 else 0.15 * (np.pi / 2 - angle)
    all_zero = measure.zero_fraction ** (measure.n_subpopulations - 1)
    y, difference = _where_it_matters(
        lambda y: _laplace_difference(measure, log_scale, y, angle, all_zero),
        c,
        step,
        first=-28 / (1 + max(c - 0.5, 0)),
    )
    blocks = (z[start : start + _LINE_BLOCK] for start in range(0, len(z), _LINE_BLOCK))
    with np.errstate(over="ignore", invalid="ignore"):
        sums = step * np.concatenate([_powers(y, block) @ difference for block in blocks])
    if not np.isfinite(sums).all():
        return _nothing(z)
    absolute = step * float(np.abs(difference) @ np.exp(np.minimum(c * y, 700.0)))
    log_gamma = loggamma(z)
    values: Any = sums * np.exp(1j * angle * z - log_gamma) + (1 - all_zero)
    lost = absolute * np.exp(-angle * z.imag - log_gamma.real)
    errors = 4 * ROUNDING * (lost + np.abs(values) * (1 + 0.05 * z.imag))
    return NormalizerMoments(values=values, errors=errors, log_size=0.0)


def _laplace_difference(
    measure: CompressedMeasure, log_scale: float, y: Array, angle: float, all_zero: float
) -> Array | Complex:
    """``M(s)^(N-1) - exp(-s)`` on the ray, less what an all-zero draw contributes to both."""
    turned = np.exp(y) * np.exp(1j * angle) if angle else np.exp(y)
    log_transform = log_laplace_transform(measure, turned, log_scale)
    with np.errstate(under="ignore"):
        difference = np.exp(log_transform) - np.exp(-turned)
        small = np.abs(turned) < 0.5
        difference[small] = np.exp(-turned[small]) * np.expm1(log_transform[small] + turned[small])
        return difference + all_zero * np.expm1(-turned) if all_zero else difference


def _where_it_matters(
    integrand: Callable[[Array], Array | Complex], c: float, step: float, first: float
) -> tuple[Array, Array | Complex]:
    """Equally spaced y and integrand, from where ``exp(c y) |integrand|`` rises out of rounding to where it ends."""
    block = int(6 / step)
    start = int(np.ceil(first / step))
    ys, values, k = [], [], start
    while True:
        y = step * np.arange(k, k + block)
        ys.append(y)
        values.append(integrand(y))
        k += block
        if (y[-1] > 3 and np.abs(values[-1][-8:]).max() * np.exp(min(c * y[-1], 700)) < 1e-19) or y[-1] > 400:
            break
    k = start
    while abs(values[0][0]) * np.exp(c * ys[0][0]) > 1e-18 and ys[0][0] > -600:
        y = step * np.arange(k - block, k)
        ys.insert(0, y)
        values.insert(0, integrand(y))
        k -= block
    y, value = np.concatenate(ys), np.concatenate(values)
    size = np.abs(value) * np.exp(np.minimum(c * y, 700.0))
    kept = size > 1e-20 * max(1.0, size.max())
    return y[kept], value[kept]


def hankel_moments(measure: CompressedMeasure, log_scale: float, z: Complex, opening: float = 0.2) -> NormalizerMoments:
    """The moments at any Re z that is no positive whole number, on a contour through the saddle point.

    Notes
    -----
    The contour crosses the real axis at the minimum of :math:`|s^{z-1} M(-s)^{N-1}|` over s > 0, where nothing cancels
    at real z, and at complex z no more than the gamma function beside it takes away again. It is a parabola, whose arms
    are followed until the transform has died out. A normalizer that is spread over many scales dies out too slowly for
    that; then the contour is a hyperbola, whose arms open by ``opening`` beyond the vertical and are followed on a
    logarithmic scale, at the price of a factor exp(opening Im z) in the error.
    """
    c = float(z[0].real)
    power = max(1 - c, 1.0)
    log_sigma, log_peak, curvature = _saddle(measure, log_scale, power)
    all_zero = measure.zero_fraction ** (measure.n_subpopulations - 1)

    def transform(s: Complex) -> Complex:
        log_transform = log_laplace_transform(measure, -s, log_scale + log_sigma)
        difference: Complex = np.exp(log_transform - log_peak) - all_zero * np.exp(-log_peak)
        return difference

    step = min(0.1, 0.5 / np.sqrt(max(curvature, 1.0)))
    bend = min(0.02, (2 * power / z[-1].imag) ** 2)  # the arms may turn left only beyond the saddle points at complex z
    found = _followed_arm(lambda t: _parabola(t, bend), transform, c, step, _LONGEST_ARM)
    if found is None:
        step = 0.15 * opening
        found = _followed_arm(lambda t: _hyperbola(t, opening), transform, c, step, min(int(60 / step), _LONGEST_ARM))
    if found is None:
        return _nothing(z)
    s, integrand = found
    sums, coarse, absolute = (np.concatenate(part) for part in zip(*_both_arms(s, integrand, z - 1), strict=True))
    gamma = loggamma(1 - z)
    size = float(gamma[0].real)
    factor = np.exp(gamma - size + 1j * z.imag * log_sigma) / (2 * np.pi)
    error = 4 * ROUNDING * absolute * (1 + abs(log_peak))  # which is how well the exponent at the peak is known
    discretization = 10 * np.abs(coarse - sums) * np.minimum(np.abs(coarse - sums) / absolute, 1.0)
    return NormalizerMoments(
        values=step * factor * sums,
        errors=step * np.abs(factor) * (error + discretization),
        log_size=log_peak + c * log_sigma + size,
    )


def _both_arms(s: Complex, integrand: Complex, powers: Complex) -> Iterator[tuple[Complex, Complex, Array]]:
    """Sums over the upper and the conjugate arm, the same with every other point, and the sums of absolute values."""
    logs = np.log(s)
    for start in range(0, len(powers), _LINE_BLOCK):
        part = powers[start : start + _LINE_BLOCK]
        with np.errstate(over="ignore", invalid="ignore"):
            upper, lower = _powers(logs, part), _powers(np.conj(logs), part)
            sums = upper @ integrand + lower @ np.conj(integrand)
            coarse = 2 * (upper[:, ::2] @ integrand[::2] + lower[:, ::2] @ np.conj(integrand[::2]))
            absolute = (np.abs(upper) + np.abs(lower)) @ np.abs(integrand)
        if not np.isfinite(absolute).all():  # so much cancels that a float overflows: this contour says nothing
            sums, coarse, absolute = np.ones_like(sums), np.zeros_like(sums), np.full(len(sums), 1e250)
        yield sums, coarse, absolute


def _nothing(z: Complex) -> NormalizerMoments:
    """What a contour says on which everything cancels."""
    return NormalizerMoments(values=np.ones_like(z), errors=np.full(len(z), np.inf), log_size=0.0)


def _parabola(t: Array, bend: float) -> tuple[Complex, Complex]:
    """Points s = 1 + i t - bend t^2 and ds / (i dt)."""
    return 1 + 1j * t - bend * t**2, 1 + 2j * bend * t


def _hyperbola(t: Array, opening: float) -> tuple[Complex, Complex]:
    """Points s = (1 - sin(opening) cosh t + i cos(opening) sinh t) / (1 - sin(opening)) and ds / (i dt)."""
    sine, cosine = np.sin(opening), np.cos(opening)
    s = 1 - sine * np.cosh(t) + 1j * cosine * np.sinh(t)
    return s / (1 - sine), (cosine * np.cosh(t) + 1j * sine * np.sinh(t)) / (1 - sine)


def _followed_arm(
    curve: Callable[[Array], tuple[Complex, Complex]],
    transform: Callable[[Complex], Complex],
    c: float,
    step: float,
    longest: int,
) -> tuple[Complex, Complex] | None:
    """Points and integrand (less s^(z-1)) on the upper arm until it has died out; None if it does not in time."""

    def has_ended(s: Complex, value: Complex) -> bool:
        return bool(np.max(np.abs(value) * np.abs(s) ** (c - 1) * np.abs(s)) < 1e-18)

    s, speed = curve(step * (longest + np.arange(8.0)))
    if not has_ended(s, transform(s) * speed):
        return None
    points, values = [], []
    for k in range(0, longest + _BLOCK, _BLOCK):
        s, speed = curve(step * np.arange(k, k + _BLOCK))
        points.append(s)
        values.append(transform(s) * speed)
        if has_ended(s[-8:], values[-1][-8:] / speed[-8:]):
            break
    integrand = np.concatenate(values)
    integrand[0] /= 2
    return np.concatenate(points), integrand


def log_hankel_peak(measure: CompressedMeasure, log_scale: float, c: float) -> float:
    """About log E[R^-c] for c < 0, as its integral looks at the saddle point; enough to place a contour."""
    log_sigma, log_peak, curvature = _saddle(measure, log_scale, 1 - c)
    return float(log_peak + c * log_sigma + gammaln(1 - c) - 0.5 * np.log(2 * np.pi * max(curvature, 1e-9)))


def _saddle(measure: CompressedMeasure, log_scale: float, power: float) -> tuple[float, float, float]:
    """Where ``log M(-s)^(N-1) - power log s`` is least over s > 0.

    Returns log s, log M^(N-1) there, and the curvature in log s.
    """
    others = measure.n_subpopulations - 1

    def slopes(log_s: float) -> tuple[float, float, float]:
        x = np.exp(np.minimum(log_s + log_scale + measure.log_values, 700.0))
        top = float(x.max())
        tilted = measure.weights * np.exp(x - top)
        total = float(tilted.sum()) + measure.zero_fraction * np.exp(-top)
        first, second = float(tilted @ x) / total, float(tilted @ x**2) / total
        log_m = np.log1p(float(measure.weights @ np.expm1(x))) if top < 1 else top + np.log(total)
        return others * log_m, others * first, others * (second - first**2)

    low, high = np.log(power) - 60.0, np.log(power) + 60.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        low, high = (middle, high) if slopes(middle)[1] < power else (low, middle)
    log_transform, _, spread = slopes(low)
    return float(low), float(log_transform), spread + power


def without_negligible_part(measure: CompressedMeasure, log_scale: float) -> CompressedMeasure:
    """The measure with the smallest frequencies at zero, as far as all of them together cannot move the normalizer."""
    share = measure.weights * np.exp(np.minimum(measure.log_values + log_scale, 0.0)) * measure.n_subpopulations
    order = np.argsort(measure.log_values)
    negligible = np.zeros(len(share), dtype=bool)
    negligible[order] = np.cumsum(share[order]) < 1e-22
    if not negligible.any():
        return measure
    return replace(
        measure,
        log_values=measure.log_values[~negligible],
        weights=measure.weights[~negligible],
        zero_fraction=measure.zero_fraction + float(measure.weights[negligible].sum()),
    )


def log_laplace_transform(measure: CompressedMeasure, s: Array | Complex, log_scale: float) -> Array | Complex:
    """``(N - 1) log M(s e^log_scale)`` for positive or complex s, without cancellation at small and large ``|s|``."""
    out: Any = np.empty(len(s), dtype=s.dtype)
    scaled = np.exp(np.minimum(measure.log_values + log_scale, 700.0))
    for start in range(0, len(s), _BLOCK):
        part = s[start : start + _BLOCK]
        log_m = _log_m_real if s.dtype == np.float64 else _log_m_complex
        with np.errstate(divide="ignore", under="ignore", over="ignore", invalid="ignore"):
            out[start : start + _BLOCK] = log_m(np.multiply.outer(part, scaled), measure)
    log_transform: Array | Complex = (measure.n_subpopulations - 1) * out
    return log_transform


def _log_m_real(x: Array, measure: CompressedMeasure) -> Array:
    fallen = -(np.expm1(-x) @ measure.weights)
    log_m = np.log1p(-np.minimum(fallen, 0.75))
    large = fallen > 0.5
    if large.any():
        direct = np.exp(-x[large]) @ measure.weights + measure.zero_fraction
        log_m[large] = np.log(np.maximum(direct, 1e-300))
    return log_m


def _log_m_complex(x: Complex, measure: CompressedMeasure) -> Complex:
    """From ``exp(-a-ib) - 1 = expm1(-a) cos b - 2 sin^2(b/2) - i exp(-a) sin b`` where M is near 1, else directly."""
    a, b = x.real, x.imag
    top = np.maximum(-a.min(axis=1), 0.0)
    log_m = np.empty(len(x), dtype=complex)
    near = top < 1
    if near.any():
        an, bn = a[near], b[near]
        d = (np.expm1(-an) * np.cos(bn) - 2 * np.sin(bn / 2) ** 2 - 1j * np.exp(-an) * np.sin(bn)) @ measure.weights
        log_m[near] = 0.5 * np.log1p(d.real * (2 + d.real) + d.imag**2) + 1j * np.arctan2(d.imag, 1 + d.real)
        near[near] = np.abs(1 + d) > 0.5
    far = ~near
    if far.any():
        direct = np.exp(-x[far] - top[far, None]) @ measure.weights + measure.zero_fraction * np.exp(-top[far])
        size = np.maximum(np.abs(direct), 1e-300)
        log_m[far] = np.log(size) + 1j * np.angle(direct) + top[far]
    return log_m


def _powers(logs: Array | Complex, z: Complex) -> Complex:
    """The matrix ``exp(z_k * logs)`` for equally spaced z, by repeated multiplication in short runs."""
    out = np.empty((len(z), len(logs)), dtype=complex)
    run = 16
    with np.errstate(under="ignore", over="ignore", invalid="ignore"):
        first = np.exp(np.multiply.outer(1j * (z[:run].imag - z[0].imag), logs))
        for start in range(0, len(z), run):
            length = min(run, len(z) - start)
            out[start : start + length] = first[:length] * np.exp(z[start] * logs)
    return out
