r"""The difference of two independent proportions, with Newcombe's hybrid score interval.

Each proportion gets its score interval :math:`[l, u]` [Wilson1927]_; for :math:`d = \hat p_1 - \hat p_2` it is

.. math:: d - \sqrt{(\hat p_1 - l_1)^2 + (u_2 - \hat p_2)^2}
          \;\le\; p_1 - p_2 \;\le\; d + \sqrt{(u_1 - \hat p_1)^2 + (\hat p_2 - l_2)^2}

(method 10 of [Newcombe1998]_). It stays inside [-1, 1], is not empty at proportions of 0 and 1, and needs no
continuity correction at the counts that trials give.
"""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.stats import norm

__all__ = ["DifferenceOfProportions", "newcombe_difference", "wilson_interval"]

Reals = NDArray[np.float64]


class DifferenceOfProportions(NamedTuple):
    """Point estimate and interval, elementwise; NaN where a proportion has no trials."""

    value: Reals
    low: Reals
    high: Reals


def wilson_interval(successes: ArrayLike, trials: ArrayLike, level: float) -> tuple[Reals, Reals]:
    """Wilson's score interval for a proportion.

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
    z = norm.isf((1 - level) / 2)
    with np.errstate(divide="ignore", invalid="ignore"):
        center = (k + z**2 / 2) / (n + z**2)
        half = z * np.sqrt(k * (n - k) / n + z**2 / 4) / (n + z**2)
        low = np.where(k == 0, 0.0, center - half)
        high = np.where(k == n, 1.0, center + half)
    nobody = np.where(n == 0, np.nan, 0.0)
    return low + nobody, high + nobody


def newcombe_difference(
    successes_1: ArrayLike, trials_1: ArrayLike, successes_2: ArrayLike, trials_2: ArrayLike, level: float
) -> DifferenceOfProportions:
    """``p1 - p2`` with its interval; all arguments broadcast.

    Examples
    --------
    >>> difference = newcombe_difference(56, 70, 48, 80, 0.95)  # example (a) of Newcombe's Table II
    >>> [round(float(x), 4) for x in difference]
    [0.2, 0.0524, 0.3339]
    """
    k1, n1, k2, n2 = (np.asarray(x, float) for x in (successes_1, trials_1, successes_2, trials_2))
    low_1, high_1 = wilson_interval(k1, n1, level)
    low_2, high_2 = wilson_interval(k2, n2, level)
    with np.errstate(divide="ignore", invalid="ignore"):
        p1, p2 = k1 / n1, k2 / n2
    value = p1 - p2
    low: Any = value - np.hypot(p1 - low_1, high_2 - p2)
    high: Any = value + np.hypot(high_1 - p1, p2 - low_2)
    return DifferenceOfProportions(value, np.maximum(low, -1.0), np.minimum(high, 1.0))
