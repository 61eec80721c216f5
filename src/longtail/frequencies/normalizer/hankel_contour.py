r"""Moments of the normalizer to the left: :math:`\mathbb E[R^{-z}]` for any Re z, on Hankel's contour.

.. math:: \mathbb E[R^{-z}] = \frac{\Gamma(1-z)}{2 \pi i} \int s^{z-1} M(-s)^{N-1} \, ds

runs from :math:`-\infty` around the negative axis and back. It crosses the positive axis at the saddle point, the
minimum of :math:`|s^{z-1} M(-s)^{N-1}|`, where nothing cancels at real z, and at complex z no more than the gamma
function beside it takes away again. Trapezoid rule, with geometric convergence [TrefethenWeideman2014]_.

What is claimed is a bound: every term times the rounding of its exponent, which is the sum of the sizes of the parts of
that exponent; and what a geometric convergence leaves after three step sizes. ``docs/derivations/mellin-barnes.md``
derives it.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.special import gammaln, loggamma

from longtail.array_types import Complex, Floats
from longtail.frequencies.compressed_measure import CompressedMeasure
from longtail.frequencies.log_value import ROUNDING
from longtail.frequencies.normalizer.quadrature import (
    MOST_COMPLEX_TERMS,
    NormalizerMoments,
    log_laplace_transform,
    nothing_known,
    vertical_powers,
)
from longtail.frequencies.trapezoid import geometric_error

__all__ = ["hankel_moments", "log_hankel_peak"]


_BLOCK = 64
_LONGEST_ARM = 4096
_LINE_BLOCK = 256
_END = 16


@dataclass(frozen=True, slots=True, kw_only=True)
class _Saddle:
    """The saddle point: the s > 0 at which ``log M(-s)^(N-1) - power log s`` is least.

    ``conditioning`` is how much a relative rounding of the frequencies and their logarithms moves log M^(N-1) there.
    """

    log_s: float
    log_peak: float
    curvature: float
    conditioning: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Arm:
    """The upper half of a contour: points s in units of the saddle point, integrand (less s^(z-1)), its rounding."""

    s: Complex
    integrand: Complex
    rounding: Floats
    step: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sums:
    """Sums over both arms, at each z: the integral and its absolute error."""

    values: Complex
    errors: Floats


def hankel_moments(measure: CompressedMeasure, log_scale: float, z: Complex, opening: float = 0.2) -> NormalizerMoments:
    """Return the moments at any Re z that is no positive whole number, z equally spaced on a vertical line.

    Notes
    -----
    The contour is a parabola, whose arms are followed until the transform has died out. A normalizer that is spread
    over many scales dies out too slowly for that; then it is a hyperbola, whose arms open by ``opening`` beyond the
    vertical and are followed on a logarithmic scale, at the price of a factor exp(opening Im z) in the error.
    """
    c = float(z[0].real)
    saddle = _saddle(measure, log_scale, max(1 - c, 1.0))
    transform = _Transform(measure, log_scale, saddle)
    arm = _parabolic_arm(transform, z) or _hyperbolic_arm(transform, c, opening)
    if arm is None:
        return nothing_known(z)
    sums = _over_both_arms(arm, z - 1)
    log_gamma = loggamma(1 - z)
    size = float(log_gamma[0].real)
    factor = np.exp(log_gamma - size + 1j * z.imag * saddle.log_s) / (2 * np.pi)
    exponent = np.abs(log_gamma) + np.abs(z) * (1 + abs(saddle.log_s)) + abs(saddle.log_peak) + size
    return NormalizerMoments(
        values=factor * sums.values,
        errors=np.abs(factor) * (sums.errors + ROUNDING * exponent * np.abs(sums.values)),
        log_size=saddle.log_peak + c * saddle.log_s + size,
    )


def log_hankel_peak(measure: CompressedMeasure, log_scale: float, c: float) -> float:
    """Return log E[R^-c] for c < 0 approximately, from the integral at its saddle point.

    It is exact enough to place a contour.
    """
    saddle = _saddle(measure, log_scale, 1 - c)
    width = 0.5 * np.log(2 * np.pi * max(saddle.curvature, 1e-9))
    return float(saddle.log_peak + c * saddle.log_s + gammaln(1 - c) - width)


class _Transform:
    """The transform ``M(-s)^(N-1) - Pr[R = 0]`` over its value at the saddle point, with s in units of the saddle
    point.
    """

    def __init__(self, measure: CompressedMeasure, log_scale: float, saddle: _Saddle) -> None:
        self.measure, self.saddle = measure, saddle
        self.log_unit = log_scale + saddle.log_s
        log_zero = measure.zero_fraction ** (measure.n_subpopulations - 1)
        self.all_zero = log_zero * np.exp(-saddle.log_peak)

    def __call__(self, s: Complex) -> tuple[Complex, Floats]:
        """Return the transform and how far it may be rounded."""
        logs = log_laplace_transform(self.measure, -s, self.log_unit)
        values: Complex = np.exp(logs - self.saddle.log_peak)
        exponent = 4 + np.abs(logs) + self.saddle.conditioning * np.abs(s)
        return values - self.all_zero, ROUNDING * np.abs(values) * exponent


def _parabolic_arm(transform: _Transform, z: Complex) -> _Arm | None:
    """Points s = 1 + i t - bend t^2."""
    c, height = float(z[0].real), max(float(z[-1].imag), 1.0)
    step = min(0.1, 0.5 / np.sqrt(max(transform.saddle.curvature, 1.0)))
    bend = min(0.02, (2 * max(1 - c, 1.0) / height) ** 2)  # the arms may turn left only beyond the saddles at complex z

    def parabola(t: Floats) -> tuple[Complex, Complex]:
        return 1 + 1j * t - bend * t**2, 1 + 2j * bend * t

    return _followed_arm(parabola, transform, c, step, _LONGEST_ARM)


def _hyperbolic_arm(transform: _Transform, c: float, opening: float) -> _Arm | None:
    """Points s = (1 - sin(opening) cosh t + i cos(opening) sinh t) / (1 - sin(opening))."""
    step, sine, cosine = 0.15 * opening, np.sin(opening), np.cos(opening)

    def hyperbola(t: Floats) -> tuple[Complex, Complex]:
        s = 1 - sine * np.cosh(t) + 1j * cosine * np.sinh(t)
        return s / (1 - sine), (cosine * np.cosh(t) + 1j * sine * np.sinh(t)) / (1 - sine)

    return _followed_arm(hyperbola, transform, c, step, min(int(60 / step), _LONGEST_ARM))


def _followed_arm(
    curve: Callable[[Floats], tuple[Complex, Complex]], transform: _Transform, c: float, step: float, longest: int
) -> _Arm | None:
    """Return the upper arm up to where it has died out, or None if it does not die out in time.

    ``curve`` gives s and ds / (i dt).
    """

    def has_ended(s: Complex, value: Complex) -> bool:
        return bool(np.max(np.abs(value) * np.abs(s) ** (c - 1) * np.abs(s)) < 1e-18)

    longest = min(longest, int(MOST_COMPLEX_TERMS / len(transform.measure.weights)))
    s, speed = curve(step * (longest + np.arange(8.0)))
    if not has_ended(s, transform(s)[0] * speed):
        return None
    points, values, roundings = [], [], []
    for k in range(0, longest + _BLOCK, _BLOCK):
        s, speed = curve(step * np.arange(k, k + _BLOCK))
        value, rounding = transform(s)
        points.append(s)
        values.append(value * speed)
        roundings.append(rounding * np.abs(speed))
        if has_ended(s[-8:], value[-8:]):
            break
    integrand, rounded = np.concatenate(values), np.concatenate(roundings)
    integrand[0] /= 2
    rounded[0] /= 2
    return _Arm(s=np.concatenate(points), integrand=integrand, rounding=rounded, step=step)


def _over_both_arms(arm: _Arm, powers: Complex) -> _Sums:
    """Return the trapezoid sums of ``s^powers`` times the integrand over the upper arm and its mirror image."""
    parts = [_summed(arm, powers[start : start + _LINE_BLOCK]) for start in range(0, len(powers), _LINE_BLOCK)]
    values, errors = (np.concatenate(part) for part in zip(*parts, strict=True))
    return _Sums(values=values, errors=errors)


def _summed(arm: _Arm, powers: Complex) -> tuple[Complex, Floats]:
    """Return a block of the sums, and their errors: rounding, step size, and the ends of the arms."""
    logs, f = np.log(arm.s), arm.integrand
    with np.errstate(over="ignore", invalid="ignore"):
        upper, lower = vertical_powers(logs, powers), vertical_powers(np.conj(logs), powers)
        fine, half, quarter = (
            stride * (upper[:, ::stride] @ f[::stride] + lower[:, ::stride] @ np.conj(f[::stride]))
            for stride in (1, 2, 4)
        )
        sizes = np.abs(upper) + np.abs(lower)
        absolute = sizes @ np.abs(f)
        rounding = sizes @ arm.rounding + ROUNDING * np.abs(powers) * (sizes @ np.abs(f * logs))
        ends = _END * (sizes[:, -_END:] * np.abs(f[-_END:])).max(axis=1)
        errors = rounding + geometric_error(fine, half, quarter, absolute) + ends
    if not np.isfinite(errors).all():  # So much cancels that a float overflows, and the contour tells nothing.
        return np.ones_like(fine), np.full(len(fine), 1e250)
    return arm.step * fine, arm.step * errors


def _saddle(measure: CompressedMeasure, log_scale: float, power: float) -> _Saddle:
    """Find by bisection the s at which the tilted mean of s R is ``power``."""
    others = measure.n_subpopulations - 1

    def tilted(log_s: float) -> tuple[float, Floats, Floats]:
        """Return log M(-s), every s p, and the shares of the tilted law."""
        x = np.exp(np.minimum(log_s + log_scale + measure.log_values, 700.0))
        top = float(x.max())
        shares = measure.weights * np.exp(x - top)
        total = float(shares.sum()) + measure.zero_fraction * np.exp(-top)
        log_m = np.log1p(float(measure.weights @ np.expm1(x))) if top < 1 else top + np.log(total)
        return float(log_m), x, shares / total

    low, high = np.log(power) - 60.0, np.log(power) + 60.0
    while high - low > 1e-6:
        middle = (low + high) / 2
        _, x, shares = tilted(middle)
        low, high = (middle, high) if others * float(shares @ x) < power else (low, middle)
    log_m, x, shares = tilted(low)
    mean = float(shares @ x)
    logarithms = 2 + np.abs(measure.log_values) + abs(low + log_scale)
    return _Saddle(
        log_s=float(low),
        log_peak=others * log_m,
        curvature=others * (float(shares @ x**2) - mean**2) + power,
        conditioning=others * float(shares @ (x * logarithms)),
    )
