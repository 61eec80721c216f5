r"""The normalizer of a list whose frequencies differ by whole multiples of one step.

In units of that step :math:`p = p_0 + s` with whole s, and R, the sum of N - 1 draws, is :math:`(N - 1) p_0 + k` with
whole k: it has atoms, and the weight of a band is a sum over them,

.. math:: N\, \mathbb E[\alpha\, 1(a \le \alpha \le b)]
          = N\, \mathbb E_p \sum_{k_b(p)}^{k_a(p)} \frac{p}{p + (N-1) p_0 + k} \Pr[k] ,

whose ends are whole numbers, and inside. The probabilities are a discrete Fourier sum of
:math:`(\mathbb E e^{i\omega s})^{N-1}` over one period of :math:`\omega`, exact but for rounding. Where this dies out
early and does not return within the period, the atoms are values of the smooth density, and the sum is its integral
with every end moved to the middle between two points, by the Euler-Maclaurin formula.
"""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Floats, Whole
from longtail.frequencies.gamma_ratio import log1p_complex
from longtail.frequencies.log_value import ROUNDING
from longtail.frequencies.normalizer.common_step import common_step, nearly_on_a_lattice
from longtail.frequencies.normalizer.density import NormalizerDensity

__all__ = ["LatticeAtoms", "NormalizerLattice", "normalizer_lattice"]


_MOST_POINTS = 2**22
_MOST_TERMS = 3e8
_RETURNED = 1e-14
_COARSER = (2, 3, 5, 7, 10, 12, 16, 25, 50, 100, 256, 500, 1000, 1024, 10**4, 10**5, 10**6)
_TIE = 2e-15


@dataclass(frozen=True, kw_only=True)
class LatticeAtoms:
    """Probabilities ``Pr[k] = probabilities[k - first]``, and a bound on the total error of them all."""

    first: int
    probabilities: Floats
    error: float


@dataclass(frozen=True, kw_only=True, eq=False)
class NormalizerLattice:
    """A list in units of its step, relative to its most numerous frequency.

    Parameters
    ----------
    steps : ndarray of int
        Whole multiples of the step, one for each distinct frequency.
    numbers : ndarray
        How many of the N entries have each.
    base : float
        The most numerous frequency, in steps.
    n_subpopulations : int
        N.
    """

    steps: Whole
    numbers: Floats
    base: float
    n_subpopulations: int

    @cached_property
    def frequencies(self) -> Floats:
        """All different frequencies, in steps."""
        return self.base + self.steps

    @property
    def offset(self) -> float:
        """Difference of R and its whole part k."""
        return (self.n_subpopulations - 1) * self.base

    def atoms(self, low: float, high: float) -> LatticeAtoms | None:
        """Return the probabilities of k, if R lies in [low, high] steps, or None where the period holds too many
        points.
        """
        first = math.floor(low - self.offset)
        needed = math.ceil(high - self.offset) - first + 2
        if needed > _MOST_POINTS:
            return None
        size = 2 ** math.ceil(math.log2(max(needed, 16)))
        characteristic, rounding = self.characteristic(size)
        rotated = np.fft.irfft(characteristic, size)
        probabilities = np.maximum(np.roll(rotated, -(first % size)), 0.0)
        spread = math.sqrt(float((np.abs(characteristic) ** 2).sum()) * 2)
        return LatticeAtoms(first=first, probabilities=probabilities, error=rounding * spread + 1e-15)

    def characteristic(self, size: int) -> tuple[NDArray[np.complexfloating[Any, Any]], float]:
        """Return ``E exp(-2 pi i m k / size)`` for m = 0 … size / 2, and its relative error.

        Notes
        -----
        What is transformed is the law of s less an atom of one at zero, so that rounding is relative to the share of
        the list that is not the most numerous frequency.
        """
        shares = self.numbers / self.numbers.sum()
        moved = self.steps != 0
        less_one = np.bincount(self.steps[moved] % size, weights=shares[moved], minlength=size)
        less_one[0] -= float(shares[moved].sum())
        others = self.n_subpopulations - 1
        relative = ROUNDING * (4 * others * float(shares[moved].sum()) + math.log2(size))
        with np.errstate(divide="ignore", invalid="ignore", under="ignore"):
            power = np.exp(others * log1p_complex(np.fft.rfft(less_one)))
        return np.nan_to_num(power, nan=0.0), relative  # NaN stands for 0 to a power.

    def returns(self, size: int, sharpest: float) -> bool:
        """Return whether the characteristic function, which has died out at ``sharpest``, grows again before the period
        ends.
        """
        if size <= _MOST_POINTS:
            beyond = np.abs(self.characteristic(size)[0])[math.ceil(size * sharpest / (2 * math.pi)) :]
            return bool((beyond > _RETURNED).any())
        return any(nearly_on_a_lattice(self.frequencies, self.numbers, float(step)) for step in _COARSER)

    def sum_over(self, atoms: LatticeAtoms, low: float, high: float) -> tuple[float, float]:
        """Return the weight of the band, atom by atom, and its absolute error."""
        normalizer = self.offset + atoms.first + np.arange(len(atoms.probabilities))
        starts = np.clip(self._first_inside(high) - atoms.first, 0, len(normalizer)).astype(int)
        stops = np.clip(self._first_beyond(low) - atoms.first, 0, len(normalizer)).astype(int)
        total, most = 0.0, 0.0
        for p, number, start, stop in zip(self.frequencies, self.numbers, starts, stops, strict=True):
            if p > 0 and stop > start:
                total += number * p * float((atoms.probabilities[start:stop] / (p + normalizer[start:stop])).sum())
                most += number * p / (p + max(normalizer[start], 0.0))
        return total, most * atoms.error

    def is_small(self, atoms: LatticeAtoms) -> bool:
        """Return whether the sum over the atoms takes about a second at most."""
        return len(atoms.probabilities) * len(self.steps) <= _MOST_TERMS

    def moved_ends(self, density: NormalizerDensity, steps_per_unit: float, low: float, high: float) -> float:
        r"""Return how much weight is gained when the integrals over the density become sums over the lattice.

        Notes
        -----
        With :math:`\varphi(r) = f(r)\, p / (p + r)`, an end e and the middle s = e - d before the first point inside,
        :math:`\sum \varphi = \int_s^\infty \varphi + \varphi'(s)/24 + \dots` in units of the step, and the integral
        from s to e is :math:`\varphi d - \varphi' d^2/2 + \varphi'' d^3/6` with derivatives at e. The next
        terms are of the order of :math:`(\mathrm{sharpest} \cdot \mathrm{step})^4 / 5760`.
        """
        gained = 0.0
        for b, sign, inside in ((high, 1, self._first_inside), (low, -1, self._first_beyond)):
            if not 0 < b < 1:
                continue
            ends = self.frequencies * ((1 - b) / b)
            matter = (ends > density.low * steps_per_unit) & (ends < density.high * steps_per_unit)
            p, end = self.frequencies[matter], ends[matter]
            d = end - (inside(b)[matter] + self.offset - 0.5)
            f, f1, f2 = (
                value / steps_per_unit ** (order + 1) for order, value in enumerate(density.at(end / steps_per_unit))
            )
            h, fall = p / (p + end), 1 / (p + end)
            phi, phi1 = h * f, h * (f1 - fall * f)
            phi2 = h * (f2 - 2 * fall * f1 + 2 * fall**2 * f)
            moved = phi * d - phi1 * d**2 / 2 + phi2 * d**3 / 6 + (phi1 - d * phi2) / 24
            gained += sign * float(self.numbers[matter] @ moved)
        return gained

    def _first_inside(self, high: float) -> Floats:
        """Return the least k at which the frequency is at most ``high``, ties included."""
        if high >= 1:
            return np.full(len(self.steps), -math.inf)
        end, slack = self._end(high)
        return np.ceil(end - slack)

    def _first_beyond(self, low: float) -> Floats:
        """Return the least k at which the frequency is below ``low``."""
        if low <= 0:
            return np.full(len(self.steps), math.inf)
        end, slack = self._end(low)
        return np.floor(end + slack) + 1

    def _end(self, b: float) -> tuple[Floats, Floats]:
        """Return the k at which each frequency is b, a whole number only for ties, and what rounding may add to it."""
        return self.frequencies * ((1 - b) / b) - self.offset, _TIE * self.frequencies / b


def normalizer_lattice(values: Floats, numbers: Floats, n_subpopulations: int) -> NormalizerLattice | None:
    """Return the lattice of a list given by its different values in increasing order, or None where they have no common
    step.
    """
    step = common_step(values) if len(values) > 1 else None
    if step is None:
        return None
    base = values[int(np.argmax(numbers))]
    in_steps = float(base / step)
    nearest = round(in_steps)
    return NormalizerLattice(
        steps=np.rint((values - base) / step).astype(np.int64),
        numbers=numbers,
        base=float(nearest) if abs(in_steps - nearest) < 1e-13 * (1 + in_steps) else in_steps,
        n_subpopulations=n_subpopulations,
    )
