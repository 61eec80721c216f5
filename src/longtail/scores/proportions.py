r"""The difference of two independent proportions, with an interval whose coverage was measured.

Three intervals are known. Newcombe's hybrid score interval (method 10 of [Newcombe1998]_) joins the score intervals
:math:`[l, u]` of the two proportions [Wilson1927]_, with :math:`d = \hat p_1 - \hat p_2`:

.. math:: d - \sqrt{(\hat p_1 - l_1)^2 + (u_2 - \hat p_2)^2}
          \;\le\; p_1 - p_2 \;\le\; d + \sqrt{(u_1 - \hat p_1)^2 + (\hat p_2 - l_2)^2}.

The same join of Jeffreys intervals, the quantiles of :math:`\mathrm{Beta}(k + 1/2, n - k + 1/2)`
[BrownCaiDasGupta2001]_, is the second; the third is Wald's after one success and one failure were added to each side
[AgrestiCaffo2000]_. Summed exactly over a grid of rates, each falls below 93 % somewhere at nominal 95 %: Newcombe's to
83 % where one rate is near 1 and the other near 0, which is where memorized examples are. They fail in different
places, so their *envelope*, 2 % wider and held to at most 1.1 times Newcombe's width, covers at least 93 % wherever
both sides have at least 6 trials (92 % at 5 and 5, 90 % at 18 and 2), and 95.5-96.1 % on average where n p (1 - p) is
at least 5 on both sides. ``benchmarks/scores_coverage.py`` prints the comparison.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.sampling_laws import beta_isf, beta_ppf, normal_half_width
from longtail.scores.count_tables import on_distinct_tables

__all__ = [
    "INTERVAL",
    "DifferenceOfProportions",
    "agresti_caffo_difference",
    "clopper_pearson_difference",
    "difference_of_proportions",
    "jeffreys_difference",
    "newcombe_difference",
    "wilson_interval",
]


INTERVAL = "envelope of Newcombe's, Agresti and Caffo's and Jeffreys' intervals"
_STRETCH = 1.02
_WIDEST = 1.1  # Largest width, as a multiple of Newcombe's.


class DifferenceOfProportions(NamedTuple):
    """Point estimate and interval, elementwise. Both are NaN where a proportion has no trials."""

    value: Reals
    low: Reals
    high: Reals


@checked
def difference_of_proportions(
    successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike, level: float
) -> DifferenceOfProportions:
    """Estimate ``p1 - p2`` with the envelope interval of the module. All arguments broadcast.

    Examples
    --------
    >>> difference = difference_of_proportions(14, 14, 0, 6, 0.95)
    >>> [round(float(x), 3) for x in difference]
    [1.0, 0.55, 1.0]
    """

    def envelope(k1: Any, n1: Any, k2: Any, n2: Any) -> tuple[Reals, ...]:
        newcombe = newcombe_difference(k1, n1, k2, n2, level)
        others = (agresti_caffo_difference(k1, n1, k2, n2, level), jeffreys_difference(k1, n1, k2, n2, level))
        low = np.minimum.reduce([newcombe.low, *(other.low for other in others)])
        high = np.maximum.reduce([newcombe.high, *(other.high for other in others)])
        spare = (_STRETCH - 1) / 2 * (high - low)
        below = newcombe.low - np.maximum(low - spare, -1)
        above = np.minimum(high + spare, 1) - newcombe.high
        room = (_WIDEST - 1) * (newcombe.high - newcombe.low)
        share = np.minimum(1, room / np.maximum(below + above, 1e-300))
        return newcombe.value, newcombe.low - share * below, newcombe.high + share * above

    counts = (successes_1, trials_1, successes_2, trials_2)
    return DifferenceOfProportions(*on_distinct_tables(envelope, *counts))


@checked
def wilson_interval(successes: ArrayLike, trials: ArrayLike, level: float) -> tuple[Reals, Reals]:
    """Return Wilson's score interval for a proportion.

    Parameters
    ----------
    successes, trials : arrays of counts, of one shape
    level : float
        Nominal coverage, in (0, 1).

    Returns
    -------
    low, high : arrays in [0, 1]
        NaN where ``trials`` is 0.

    Examples
    --------
    >>> low, high = wilson_interval(10, 10, 0.95)
    >>> round(float(low), 3), float(high)
    (0.722, 1.0)
    """
    k, n = np.asarray(successes, float), np.asarray(trials, float)
    z = normal_half_width(level)
    with np.errstate(divide="ignore", invalid="ignore"):
        center = (k + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
        low = np.where(k == 0, 0.0, center - half)
        high = np.where(k == n, 1.0, center + half)
    undefined = np.where(n == 0, np.nan, 0.0)
    return low + undefined, high + undefined


@checked
def newcombe_difference(
    successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike, level: float
) -> DifferenceOfProportions:
    """Estimate ``p1 - p2`` with Newcombe's interval. All arguments broadcast.

    Examples
    --------
    >>> difference = newcombe_difference(56, 70, 48, 80, 0.95)  # example (a) of Newcombe's Table II
    >>> [round(float(x), 4) for x in difference]
    [0.2, 0.0524, 0.3339]
    """
    k1, n1, k2, n2 = (np.asarray(x, float) for x in (successes_1, trials_1, successes_2, trials_2))
    return _joined(k1, n1, wilson_interval(k1, n1, level), k2, n2, wilson_interval(k2, n2, level))


def jeffreys_difference(
    successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike, level: float
) -> DifferenceOfProportions:
    """Estimate ``p1 - p2`` with the join of two Jeffreys intervals. All arguments broadcast."""
    k1, n1, k2, n2 = (np.asarray(x, float) for x in (successes_1, trials_1, successes_2, trials_2))
    return _joined(k1, n1, _beta_interval(k1, n1, level, 0.5), k2, n2, _beta_interval(k2, n2, level, 0.5))


def agresti_caffo_difference(
    successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike, level: float
) -> DifferenceOfProportions:
    """Estimate ``p1 - p2`` with Agresti and Caffo's interval, cut to [-1, 1]. All arguments broadcast."""
    k1, n1, k2, n2 = (np.asarray(x, float) for x in (successes_1, trials_1, successes_2, trials_2))
    p1, p2 = (k1 + 1) / (n1 + 2), (k2 + 1) / (n2 + 2)
    half = normal_half_width(level) * np.sqrt(p1 * (1 - p1) / (n1 + 2) + p2 * (1 - p2) / (n2 + 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        value = k1 / n1 - k2 / n2
    undefined = np.where(np.isnan(value), np.nan, 0.0)
    low, high = np.maximum(p1 - p2 - half, -1) + undefined, np.minimum(p1 - p2 + half, 1) + undefined
    return DifferenceOfProportions(value, low, high)


def clopper_pearson_difference(
    successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike, level: float
) -> DifferenceOfProportions:
    """Estimate ``p1 - p2`` from two exact intervals that err half of ``1 - level`` each. It never covers less than
    ``level``.

    Wide; it is for levels so near 1 that approximations of a tail cannot be trusted.
    """

    def exact(k1: Any, n1: Any, k2: Any, n2: Any) -> tuple[Reals, ...]:
        each = 1 - (1 - level) / 2
        (low_1, high_1), (low_2, high_2) = _beta_interval(k1, n1, each, None), _beta_interval(k2, n2, each, None)
        with np.errstate(divide="ignore", invalid="ignore"):
            return k1 / n1 - k2 / n2, low_1 - high_2, high_1 - low_2

    counts = (successes_1, trials_1, successes_2, trials_2)
    return DifferenceOfProportions(*on_distinct_tables(exact, *counts))


def _joined(
    k1: Reals, n1: Reals, interval_1: tuple[Reals, Reals], k2: Reals, n2: Reals, interval_2: tuple[Reals, Reals]
) -> DifferenceOfProportions:
    (low_1, high_1), (low_2, high_2) = interval_1, interval_2
    with np.errstate(divide="ignore", invalid="ignore"):
        p1, p2 = k1 / n1, k2 / n2
    value = p1 - p2
    low: Any = value - np.hypot(p1 - low_1, high_2 - p2)
    high: Any = value + np.hypot(high_1 - p1, p2 - low_2)
    return DifferenceOfProportions(value, np.maximum(low, -1.0), np.minimum(high, 1.0))


def _beta_interval(k: Reals, n: Reals, level: float, prior: float | None) -> tuple[Reals, Reals]:
    """Return quantiles of Beta(k + prior, n - k + prior).

    Without a prior, return Clopper and Pearson's exact interval.
    """
    tail = (1 - level) / 2
    a, b = (k, n - k) if prior is None else (k + prior, n - k + prior)
    more = 1 if prior is None else 0
    low = np.where(k == 0, 0.0, beta_ppf(tail, np.where(k == 0, 1, a), b + more))
    high = np.where(k == n, 1.0, beta_isf(tail, a + more, np.where(k == n, 1, b)))
    undefined = np.where(n == 0, np.nan, 0.0)
    return low + undefined, high + undefined
