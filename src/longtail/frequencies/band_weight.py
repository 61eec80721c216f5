r"""The weight that the normalized model puts on a band of frequencies.

.. math:: N\, \mathbb E[\alpha\, 1(a \le \alpha \le b)]
          = \frac{N}{2 \pi i} \int_{c - i\infty}^{c + i\infty} H(z)\, \mathbb E[p^z]\, \mathbb E[R^{-z}] \, dz

with the transform H of the band (:mod:`~longtail.frequencies.frequency_band`). Its edges are sharp, so something else
must be smooth. Under a continuous law the frequencies are: the line is made as tall as their moments ask. Under a list
only the normalizer can be: on a lattice it has atoms, over which the weight is a sum; else its density is a Fourier sum
if few frequencies make it up; else the line is tried all the same, and claims what it reaches.
"""

import math
from functools import cached_property, lru_cache

import numpy as np

from longtail.array_types import Floats
from longtail.frequencies.compressed_measure import CompressedMeasure, compress, distinct_frequencies
from longtail.frequencies.frequency_band import band_transform
from longtail.frequencies.log_value import ROUNDING, LogValue
from longtail.frequencies.normalizer.common_step import nearly_on_a_lattice
from longtail.frequencies.normalizer.density import NormalizerDensity, normalizer_density, normalizer_ends
from longtail.frequencies.normalizer.enumerated import log_poisson
from longtail.frequencies.normalizer.lattice import LatticeAtoms, NormalizerLattice, normalizer_lattice
from longtail.frequencies.normalizer.lines import Contour, Line, Lines, golden_minimum, log_sum, without_far_tail
from longtail.frequencies.normalizer.quadrature import laplace_moments, log_laplace_transform
from longtail.frequencies.priors import Lognormal, Pareto, ScipyPrior

__all__ = ["BandWeight"]


_SHARPEST_NORMALIZER = 64.0
_NEGLIGIBLE_ATOM = 1e-13
_HEIGHTS = (32.0, 256.0, 2048.0, 16384.0)
_FEW = 100  # Number of draws whose transform dies out slowly, so that moments of p must help.
_FAR = 1e-14  # Probability of the draws so far out that the density of R leaves them out.
# Largest product of the sharpest frequency of the density and the lattice's step at which the terms end quickly.
_SMOOTH = 0.05
# Error of the Euler-Maclaurin end correction, times that product to the fourth power. The formula gives 1/5760, and
# the rest is the ratio of the sharpest to a typical frequency.
_NEXT_TERMS = 1e-6
_NOTHING = LogValue(-math.inf, math.inf)
_ABSOLUTE = 5e-13  # Absolute error below which no further digit of a weight is needed.


class BandWeight:
    """Weights of bands under one prior, whose lines are given."""

    def __init__(self, lines: Lines, rtol: float) -> None:
        self.lines, self.rtol = lines, rtol
        self._cut = lru_cache(maxsize=4)(lambda breaks: compress(lines.prior, breaks=breaks))

    @property
    def measure(self) -> CompressedMeasure:
        """Return the compressed measure of one frequency."""
        return self.lines.measure

    def __call__(self, low: float, high: float) -> LogValue:
        """Return the weight of [low, high], ends included."""
        if isinstance(self.lines.prior, Pareto):
            return self._pareto(self.lines.prior.shape, low, high) if low < high else LogValue(-math.inf, 0.0)
        if isinstance(self.lines.prior, Lognormal | ScipyPrior):
            return self._of_a_law(low, high)
        if self._lattice is not None and math.isfinite((value := self._on_lattice(self._lattice, low, high)).log):
            return value
        if (self._lattice is not None or self._has_atoms) and self._ends_on_atoms(low, high):
            return _NOTHING
        if low == high:
            return LogValue(-math.inf, 0.0)
        return self._by_density(low, high) if self._density is not None else self._by_hankel_lines(low, high)

    @cached_property
    def _entries(self) -> tuple[Floats, Floats] | None:
        return distinct_frequencies(self.lines.prior)

    @cached_property
    def _lattice(self) -> NormalizerLattice | None:
        """Return the lattice of a list whose frequencies have a common step, None for any other prior."""
        return None if self._entries is None else normalizer_lattice(*self._entries, self.measure.n_subpopulations)

    @cached_property
    def _has_atoms(self) -> bool:
        """Return whether single values of R may have a probability that matters, although the list has no common step.

        The likeliest outcome of N draws is at most as likely as N Poisson numbers that happen to sum to N. Besides,
        all but few frequencies may lie on a lattice.
        """
        n = self.measure.n_subpopulations
        if self._entries is not None:
            values, numbers = self._entries
            if any(nearly_on_a_lattice(values, numbers, 10.0**-decimals) for decimals in range(5)):
                return True
        elif self.measure.whole:
            numbers = n * np.append(self.measure.weights, self.measure.zero_fraction)
        else:
            return False
        log_likeliest = float(log_poisson(np.floor(numbers), numbers).sum()) - float(
            log_poisson(np.array([float(n)]), n)[0]
        )
        return log_likeliest > math.log(_NEGLIGIBLE_ATOM)

    def _of_a_law(self, low: float, high: float) -> LogValue:
        if low == high:
            return LogValue(-math.inf, 0.0)
        value = self._by_tall_lines(low, high, (12.0,))
        if self._suffices(value):
            return value
        if self._density is not None:
            return self._by_density(low, high)
        return min(value, self._by_tall_lines(low, high, (24.0, 48.0)), key=_uncertainty)

    def _on_lattice(self, lattice: NormalizerLattice, low: float, high: float) -> LogValue:
        """Return the weight for a lattice.

        Use the density with its ends moved to the lattice where it is fine enough; otherwise add up the atoms if they
        are few.
        """
        if self._is_fine:
            density, steps = self._density, self._steps_per_unit
            assert density is not None
            total, error = self._density_integral(low, high)
            total += lattice.moved_ends(density, steps, low, high) / self._some
            error += _NEXT_TERMS * (density.sharpest / steps) ** 4
        elif (atoms := self._atoms) is not None and lattice.is_small(atoms):
            total, error = (part / self._some for part in lattice.sum_over(atoms, low, high))
        else:
            return _NOTHING
        return _known_to(total, error)

    @cached_property
    def _steps_per_unit(self) -> float:
        """Return the number of lattice steps in one typical normalizer."""
        assert self._lattice is not None
        return float(self._lattice.frequencies[-1]) * math.exp(-self.lines.log_scale)

    @cached_property
    def _is_fine(self) -> bool:
        """Return whether the atoms of R are values of a smooth density."""
        lattice, density = self._lattice, self._density
        if lattice is None or density is None or density.sharpest > _SMOOTH * self._steps_per_unit:
            return False
        size = 2 ** math.ceil(math.log2(density.period * self._steps_per_unit))
        return not lattice.returns(size, density.sharpest / self._steps_per_unit)

    @cached_property
    def _atoms(self) -> LatticeAtoms | None:
        first, last = (end * self._steps_per_unit for end in normalizer_ends(self.measure, self.lines.log_scale))
        return self._lattice.atoms(first, last) if self._lattice is not None else None

    def _ends_on_atoms(self, low: float, high: float) -> bool:
        """Return whether an end of the band separates values of R for some frequency."""
        first, last = normalizer_ends(self.measure, self.lines.log_scale)
        odds = np.array([end / (1 - end) for end in (low, high) if 0 < end < 1])
        thresholds = np.exp(self.lines.logs)[:, None] / odds
        return bool(((thresholds > first) & (thresholds < last)).any())

    def _pareto(self, shape: float, low: float, high: float) -> LogValue:
        """Return the weight under a Pareto prior.

        Above the largest frequency that p = 1 can have, only the power law N a H(a) E[R^-a] remains; below it, see
        ``_below``.
        """
        if self.measure.n_subpopulations == 2:
            return _pair_of_pareto(shape, low, high)
        sure = 1 / (1 + max(self._bulk[0] * math.exp(-self.lines.log_scale), self.measure.n_subpopulations - 1))
        if low >= sure:
            return self._power_law(shape, low, high)
        if high <= sure:
            return self._below(low, high)
        if low > 0 and (1 - low) / low < self._bulk[1] * math.exp(-self.lines.log_scale):
            return _sum(self._power_law(shape, sure, high), self._below(low, sure))
        everything = _FAR + self._power_law(shape, sure, 1).relative_error  # The weights above and below sum to 1.
        return _known_to(1 - (self._power_law(shape, high, 1).value if high < 1 else 0.0), everything)

    @cached_property
    def _bulk(self) -> tuple[float, float]:
        """Return the two values between which R e^log_scale lies, except for a negligible probability."""
        return normalizer_ends(without_far_tail(self.lines.others(28.0), _FAR), self.lines.log_scale)

    def _power_law(self, shape: float, low: float, high: float) -> LogValue:
        z = np.array([shape + 0j, shape + 0.01j])
        moment = laplace_moments(self.lines.others(28.0), self.lines.log_scale, z, 0.0)
        band = float(band_transform(low, high, z).real[0])
        log = math.log(self.measure.n_subpopulations * shape * band * float(moment.values.real[0]))
        error = float(moment.errors[0]) / float(moment.values.real[0]) + 64 * ROUNDING
        return LogValue(log + shape * self.lines.log_scale, error * (1 + shape))

    def _below(self, low: float, high: float) -> LogValue:
        """Return the weight where the edge of the law shows, if R is not so large.

        Take nothing, the density, or vertical lines that are tall enough.
        """
        if (1 - high) / high > self._bulk[1] * math.exp(-self.lines.log_scale):
            return LogValue(math.log(_FAR), 1.0)
        if self._density is not None:
            return self._by_density(low, high)
        least = self._sharpness / 4 if self.measure.n_subpopulations > _FEW else 0.0
        return self._by_tall_lines(low, high, tuple(height for height in _HEIGHTS if height > least))

    @cached_property
    def _sharpness(self) -> float:
        """Return the highest angular frequency that R still contains, where R has size 1."""
        omega = np.geomspace(1, 1e6, 121)
        transform = log_laplace_transform(self.lines.others(28.0), -1j * omega, self.lines.log_scale).real
        alive = transform > -30
        return float(omega[np.flatnonzero(alive)[-1]]) if alive.any() else 1.0

    def _by_tall_lines(self, low: float, high: float, heights: tuple[float, ...]) -> LogValue:
        """Integrate on vertical lines.

        One line serves all bands, and only a band whose integral is small on it gets a line at its own saddle point.
        """
        tail = self.measure.tail_exponent
        most = min(1.0 if low == 0 else 4.0, tail)
        best = self._on_tall_line(0.3 * min(1.0, tail), most, low, high, heights)
        if not self._suffices(best):
            c = most * round(10 * self._saddle(low, high, 0.2 * most, 0.8 * most) / most) / 10
            best = min(best, self._on_tall_line(c, most, low, high, heights), key=_uncertainty)
        return best

    def _on_tall_line(self, c: float, most: float, low: float, high: float, heights: tuple[float, ...]) -> LogValue:
        """Integrate on a line that is as tall as necessary. The line must lie in a strip that ends at ``most``."""
        best = _NOTHING
        for height in heights:
            line = self.lines.tall_line(c, height, min(0.06, 0.15 * min(c, most - c)))
            if line is None:
                break
            best = min(best, self._integral(line, low, high), key=_uncertainty)
            if self._suffices(best):
                break
        return best

    def _by_hankel_lines(self, low: float, high: float) -> LogValue:
        if high >= 1:
            below = self(0.0, low) if low > 0 else LogValue(-math.inf, 0.0)
            above = max(1 - below.value, ROUNDING)
            return LogValue(math.log(above), (ROUNDING + below.value * below.relative_error) / above)
        best = _NOTHING
        c = 0.05 * round(20 * self._saddle(low, high, -1.5, 0.96)) or 0.05
        for height in (64.0, 128.0, 256.0, 512.0, 1024.0):
            with np.errstate(all="ignore"):
                value = self._integral(self.lines.line(Contour(c, height, 0.06, None)), low, high)
            stalled = value.relative_error > best.relative_error / 2
            best = best if stalled else value
            if stalled or self._suffices(best):
                break
        return best

    def _suffices(self, value: LogValue) -> bool:
        return value.relative_error < self.rtol / 4 or value.relative_error * value.value < _ABSOLUTE

    @cached_property
    def _density(self) -> NormalizerDensity | None:
        others = self.lines.others(_SHARPEST_NORMALIZER)
        law = isinstance(self.lines.prior, Lognormal | Pareto | ScipyPrior)
        return normalizer_density(without_far_tail(others, _FAR) if law else others, self.lines.log_scale)

    def _by_density(self, low: float, high: float) -> LogValue:
        return _known_to(*self._density_integral(low, high))

    def _density_integral(self, low: float, high: float) -> tuple[float, float]:
        """Return the weight if R has this density, and its absolute error."""
        density = self._density
        assert density is not None
        odds = [end / (1 - end) if end < 1 else math.inf for end in (low, high)]
        cuts = density.low + 10 / density.sharpest * np.arange(1 + (density.high - density.low) * density.sharpest / 10)
        ends = [np.log(u * cuts[cuts > 0]) - self.lines.log_scale for u in odds if 0 < u < math.inf]
        measure = self._cut(tuple(np.concatenate(ends))) if ends else self.measure
        p = np.exp(measure.log_values + self.lines.log_scale)
        total = 0.0
        for u, sign in zip(odds, (-1, 1), strict=True):
            if u > 0:
                total += sign * float(measure.weights @ density.tails(p, np.maximum(p / u, density.low)))
        scale = self.measure.n_subpopulations / self._some
        rounding = 1e-13 * float(measure.weights @ np.minimum(p, 1.0))
        return total * scale, scale * (rounding + measure.neglected) + (_FAR if measure.neglected else 0.0)

    @cached_property
    def _some(self) -> float:
        """Return the probability of a draw that is not all zero."""
        return float(1 - self.measure.zero_fraction**self.measure.n_subpopulations)

    def _saddle(self, low: float, high: float, left: float, right: float) -> float:
        """Return the minimum of the integrand on the real axis, with R at its typical value."""

        def height(c: float) -> float:
            band = float(band_transform(low, high, np.array([c + 0j])).real[0])
            return math.log(max(band, 1e-300)) + log_sum(c * self.lines.logs + self.lines.log_weights)

        return golden_minimum(height, left, right, 0.03)

    def _integral(self, line: Line, low: float, high: float) -> LogValue:
        f = float(line.z[1].imag) / np.pi
        band = band_transform(low, high, line.z)
        terms = band * line.product
        total = float(terms[0].real / 2 + terms[1:].real.sum()) * f
        coarse = float(terms[0].real / 2 + terms[2::2].real.sum()) * 2 * f
        absolute = float(np.abs(terms).sum() - abs(terms[0]) / 2) * f
        if not 0 < absolute < 1e150:
            return _NOTHING
        rounding = ROUNDING * absolute * (8 + abs(line.log_size))
        discretization = 10 * (coarse - total) ** 2 / absolute
        normalizer = f * float(np.abs(band) @ line.errors)  # Neighbors share the rounding of M.
        truncation = float(np.abs(terms[-40:]).max()) * (3 + 0.5 * float(line.z[-1].imag))
        error = rounding + discretization + normalizer + truncation
        if not math.isfinite(error):
            return _NOTHING
        log_unit = line.log_size + math.log(self.measure.n_subpopulations / self._some)
        if total < error:  # It is only known to be no larger.
            return LogValue(math.log(max(error, 1e-300)) + log_unit, 1.0)
        log = math.log(total) + log_unit
        neglected = self.measure.neglected * self.measure.n_subpopulations**2 * math.exp(min(-log, 700.0))
        return LogValue(log, error / total + neglected)


def _pair_of_pareto(shape: float, low: float, high: float) -> LogValue:
    """Return the weight for two subpopulations.

    The ratio u of their frequencies has density a u^(a - 1) / 2 below 1, and so has 1 / u.
    """
    below = _transform(min(low, 0.5), min(high, 0.5), -shape)
    above = _transform(max(low, 0.5), max(high, 0.5), shape)
    total = shape * (below + above)
    return LogValue(math.log(total), 64 * ROUNDING * (1 + shape)) if total > 0 else LogValue(-math.inf, 0.0)


def _transform(low: float, high: float, z: float) -> float:
    return float(band_transform(low, high, np.array([z + 0j])).real[0])


def _known_to(total: float, error: float) -> LogValue:
    total = max(total, 1e-300)
    return LogValue(math.log(max(total, error)), min(error / total, 1.0))


def _uncertainty(value: LogValue) -> tuple[float, float]:
    """Return a key that orders values by relative error.

    If nothing is known of two values but an upper bound, the smaller one says more.
    """
    return value.relative_error, value.log


def _sum(one: LogValue, other: LogValue) -> LogValue:
    log = float(np.logaddexp(one.log, other.log))
    errors = [value.relative_error * math.exp(value.log - log) for value in (one, other) if value.log > -math.inf]
    return LogValue(log, sum(errors))
