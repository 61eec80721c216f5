r"""The difference of two means of numbers, with an interval for skewed values and few of them.

Losses are skewed: most models do well on an example and a few do badly. Of the studentized difference
:math:`T = (\hat d - d) / s`, with :math:`s^2 = v_1/n_1 + v_2/n_2`, Welch's interval [Welch1947]_ takes Student's law.
To the next order that law leans by

.. math:: \Pr[T \le t] \approx \Phi(t) + \frac{g}{6} (2 t^2 + 1)\, \phi(t), \qquad
          g = \frac{k_1 / n_1^2 - k_2 / n_2^2}{s^3},

with the third central moments :math:`k`, since a sample with a large mean has a large spread as well. Hall's monotone
transformation :math:`T + g T^2 / 3 + g^2 T^3 / 27 + g / 6` takes the lean out [Hall1992]_, and can be inverted. At
small counts, or where the leans of both sides cancel, it covers less than Welch's; elsewhere more. So the interval is
the *envelope* of both.

Measured coverage at nominal 95 %, of normal, exponential, squared normal and lognormal values, on both sides or on one
side alone: 94 to 97 % with 70 trials in and 30 out, where Welch's falls to 88 %; 91 to 96 % with 14 and 6, Welch's to
82 %. What is rarer than one trial in thirty and decides the mean cannot be seen in thirty trials by any method: for a
lognormal of shape 1.5 on one side alone it is 91 %, Welch's 78 %. ``benchmarks/means_coverage.py`` prints the table.

Where the range of the values is bounded, a side on which all trials agree is given what they could not show: what has
probability :math:`u` is missed by n trials with probability :math:`(1 - u)^n`, which may be half of what an interval
may miss, and moves the mean by at most :math:`u` times the way to the end of the range. It joins the rest as Newcombe's
parts do, as a root of squares. Where the range is open, nothing is known of what was not seen.

P-values, of no gain against a gain, are the larger of the two methods', and no smaller than any reshuffling of the
trials could give, :math:`1 / \binom{n_1 + n_2}{n_1}`.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from longtail.array_types import Reals
from longtail.outcomes import Performance
from longtail.sampling_laws import student_half_width, student_sf

__all__ = ["INTERVAL", "DifferenceOfMeans", "Moments", "difference_of_means", "moments_of"]

INTERVAL = "envelope of Welch's interval and of Hall's for skewed values"

_NO_LEAN = 1e-6
_CONSTANT = 1e-6
"""Standard deviations below this share of the values' size are rounding."""


class DifferenceOfMeans(NamedTuple):
    """Estimate, interval and one-sided p-value, elementwise. NaN where a side has no trial."""

    value: Reals
    low: Reals
    high: Reals
    p_value: Reals


@dataclass(frozen=True, slots=True, kw_only=True)
class Moments:
    """Moments of numbers on one side, elementwise.

    Parameters
    ----------
    n : array
        How many there are.
    mean, variance, third : arrays
        Mean; unbiased estimates of variance and third central moment, 0 where there are too few.
    """

    n: Reals
    mean: Reals
    variance: Reals
    third: Reals

    @classmethod
    def of_sums(cls, n: Reals, mean: Reals, squares: Reals, cubes: Reals) -> "Moments":
        """Return the moments of sums of squared and cubed deviations from the mean."""
        size = np.maximum(np.abs(mean), np.sqrt(squares / np.maximum(n, 1)))
        variance = squares / np.maximum(n - 1, 1)
        varies = variance > (_CONSTANT * size) ** 2
        third = cubes * n / np.maximum((n - 1) * (n - 2), 1)
        return cls(
            n=n, mean=mean, variance=np.where(varies, variance, 0.0), third=np.where(varies & (n > 2), third, 0.0)
        )

    def scaled(self, factor: float | Reals) -> "Moments":
        """Return the moments of as many numbers more, of the same law."""
        return Moments(n=self.n * factor, mean=self.mean, variance=self.variance, third=self.third)

    def __getitem__(self, places: NDArray[np.integer] | slice) -> "Moments":
        """Return the moments of some of the elements."""
        parts = (self.n, self.mean, self.variance, self.third)
        n, mean, variance, third = (np.asarray(part[places]) for part in parts)
        return Moments(n=n, mean=mean, variance=variance, third=third)


def moments_of(values: NDArray[np.floating], inclusion: NDArray[np.bool_]) -> tuple[Moments, Moments]:
    """Return the moments of each column over the rows that are in, and over those that are out.

    Parameters
    ----------
    values : (trials, n) float array
    inclusion : (trials, n) bool array
    """
    n_trials, n = values.shape
    inside = inclusion.sum(axis=0).astype(float)
    counts = np.stack([inside, n_trials - inside])
    sums = np.zeros((2, n))
    for row, mine in zip(values, inclusion, strict=True):
        x = row.astype(np.float64)
        kept = np.where(mine, x, 0.0)
        sums[0] += kept
        sums[1] += x - kept
    with np.errstate(divide="ignore", invalid="ignore"):
        means = np.where(counts > 0, sums / counts, np.nan)
    squares, cubes = np.zeros((2, 2, n))
    for row, mine in zip(values, inclusion, strict=True):
        apart = row - np.where(mine, means[0], means[1])
        square = apart * apart
        cube = square * apart
        for side, here in enumerate((mine, ~mine)):
            squares[side] += np.where(here, square, 0.0)
            cubes[side] += np.where(here, cube, 0.0)
    first, second = (Moments.of_sums(counts[i], means[i], squares[i], cubes[i]) for i in (0, 1))
    return first, second


def difference_of_means(inside: Moments, outside: Moments, kind: Performance, level: float) -> DifferenceOfMeans:
    """Estimate what performance gains inside: the difference of means, turned round for a loss.

    Parameters
    ----------
    inside, outside : Moments
        Of the performance itself.
    kind : Performance
        Its direction and range.
    level : float
        Nominal coverage of each interval, in (0, 1).
    """
    value = kind.sign * (inside.mean - outside.mean)
    with np.errstate(divide="ignore", invalid="ignore"):
        parts = inside.variance / inside.n, outside.variance / outside.n
        error = np.sqrt(parts[0] + parts[1])
        lean = kind.sign * (inside.third / inside.n**2 - outside.third / outside.n**2)
        certain = error == 0
        freedom = error**4 / (
            parts[0] ** 2 / np.maximum(inside.n - 1, 1) + parts[1] ** 2 / np.maximum(outside.n - 1, 1)
        )
        g = np.where(certain, 0.0, lean / error**3)
        t = np.where(certain, np.where(value > 0, np.inf, np.where(value < 0, -np.inf, 0.0)), value / error)
    fewest = np.minimum(inside.n, outside.n)
    freedom = np.maximum(np.where(certain, 1.0, freedom), np.maximum(fewest - 1, 1))
    most = np.asarray(student_half_width(level, freedom))
    below, above = np.maximum(most, _straightened(most, g)), np.maximum(most, -_straightened(-most, g))
    unseen = _unseen(inside, kind, level), _unseen(outside, kind, level)
    up, down = (0, 1) if kind.sign > 0 else (1, 0)
    low = value - np.sqrt((below * error) ** 2 + unseen[0][down] ** 2 + unseen[1][up] ** 2)
    high = value + np.sqrt((above * error) ** 2 + unseen[0][up] ** 2 + unseen[1][down] ** 2)
    alone = fewest <= 1
    low, high = (np.where(alone, end, x) for end, x in ((-kind.span, low), (kind.span, high)))
    p_value = np.maximum(student_sf(t, freedom), student_sf(_leaned(t, g), freedom))
    p_value = np.where(alone, 1.0, np.maximum(p_value, _least_p_value(inside.n, outside.n)))
    p_value = np.where(certain & (value <= 0), 1.0, p_value)
    unknown = np.where(np.isnan(value), np.nan, 0.0)
    return DifferenceOfMeans(
        value, np.maximum(low, -kind.span) + unknown, np.minimum(high, kind.span) + unknown, p_value + unknown
    )


def _leaned(t: Reals, g: Reals) -> Reals:
    """Hall's transformation of a studentized difference, nearly normal whatever the lean."""
    with np.errstate(invalid="ignore"):
        turned = t + g * t**2 / 3 + g**2 * t**3 / 27 + g / 6
    return np.where(np.isinf(t), t, turned)


def _straightened(x: Reals, g: Reals) -> Reals:
    """The inverse of Hall's transformation: the studentized difference that has this quantile."""
    leans = np.abs(g) > _NO_LEAN
    safe = np.where(leans, g, 1.0)
    inverse: Reals = np.where(leans, 3 / safe * (np.cbrt(1 + safe * (x - safe / 6)) - 1), x)
    return inverse


def _unseen(side: Moments, kind: Performance, level: float) -> tuple[Reals, Reals]:
    """Return how far what no trial showed could move the mean up and down, on a side where all trials agree."""
    constant = (side.variance == 0) & (side.n > 1)
    if not np.isfinite(kind.span):
        return np.zeros(side.n.shape), np.zeros(side.n.shape)
    missed = 1 - ((1 - level) / 2) ** (1 / np.maximum(side.n, 1))
    up, down = missed * (kind.high - side.mean), missed * (side.mean - kind.low)
    return np.where(constant, up, 0.0), np.where(constant, down, 0.0)


def _least_p_value(n_in: Reals, n_out: Reals) -> Reals:
    ways: Reals = gammaln(n_in + n_out + 1) - gammaln(n_in + 1) - gammaln(n_out + 1)
    return np.exp(-ways)
