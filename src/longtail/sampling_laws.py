"""Quantiles and tails of the usual sampling laws: normal, Student's, beta; and the exact interval of a Poisson mean.

They are the same bits as ``scipy.stats`` gives, from ``scipy.special`` alone: importing ``scipy.stats`` takes most of a
second of CPU time, which every command would pay. The tail of the hypergeometric law, which is Fisher's exact test, is
summed here. What has no such form (ranks, the binomial test) is imported from ``scipy.stats`` where it is used.
"""

from typing import Any

import numpy as np
from scipy.special import betainccinv, betaincinv, gammainccinv, gammaincinv, ndtr, ndtri, stdtr, stdtrit

from longtail.array_types import Reals, Whole

__all__ = [
    "beta_isf",
    "beta_ppf",
    "hypergeometric_tail",
    "normal_half_width",
    "normal_sf",
    "poisson_mean_high",
    "poisson_mean_low",
    "student_half_width",
    "student_sf",
]


def normal_half_width(level: float) -> float:
    """Half the width of an interval of a normal estimate, in standard errors.

    Examples
    --------
    >>> round(normal_half_width(0.95), 3)
    1.96
    """
    return float(-ndtri((1 - level) / 2))


def student_half_width(level: Any, freedom: Any) -> Any:
    """Half the width of an interval of a mean whose standard error was estimated, in standard errors.

    Parameters
    ----------
    level : float or array
        Nominal coverage, in (0, 1).
    freedom : float or array
        Degrees of freedom of the standard error.

    Examples
    --------
    >>> round(float(student_half_width(0.95, 9)), 3)
    2.262
    """
    return -stdtrit(freedom, (1 - level) / 2)


def normal_sf(x: Any) -> Any:
    """The probability that a standard normal number lies above x."""
    return ndtr(-x)


def student_sf(x: Any, freedom: Any) -> Any:
    """The probability that Student's t lies above x."""
    return stdtr(freedom, -x)


def beta_ppf(probability: Any, a: Any, b: Any) -> Any:
    """The point below which Beta(a, b) lies with a probability."""
    return betaincinv(a, b, probability)


def beta_isf(probability: Any, a: Any, b: Any) -> Any:
    """The point above which Beta(a, b) lies with a probability."""
    return betainccinv(a, b, probability)


def poisson_mean_low(number: float, tail: float) -> float:
    """Return the lower end for the mean of a Poisson number, exceeded with probability ``tail`` [Garwood1936]_."""
    return float(gammaincinv(number, tail)) if number else 0.0


def poisson_mean_high(number: float, tail: float) -> float:
    """Return the upper end for the mean of a Poisson number, with probability ``tail`` beyond [Garwood1936]_.

    Examples
    --------
    >>> round(poisson_mean_high(0, 0.05), 3)  # the rule of three
    2.996
    """
    return float(gammainccinv(number + 1, tail))


def hypergeometric_tail(k: Whole, n: Whole, successes: Whole, n_other: Whole) -> Reals:
    """Return the probability that k or more of the successes are among n of all n + n_other.

    The law's terms are products of the ratios of those that follow one another, counted from its mode, where they are
    largest: nothing cancels, and it is SciPy's to one part in 10^13.

    Examples
    --------
    >>> three = np.array([3, 3])
    >>> hypergeometric_tail(np.array([3, 1]), three, three, three).round(12).tolist()
    [0.05, 0.95]
    """
    lowest, highest = np.maximum(successes - n_other, 0), np.minimum(n, successes)
    mode = np.clip((n + 1) * (successes + 1) // (n + n_other + 2), lowest, highest)
    total, above = np.ones(len(k)), np.where(k <= mode, 1.0, 0.0)
    for step in (1, -1):
        end = highest if step > 0 else lowest
        asked, term, at = np.flatnonzero(mode != end), np.ones(len(k)), mode.copy()
        while len(asked):
            j = at[asked] + (step < 0) * step  # The lower of the two terms whose ratio is asked.
            up = (n[asked] - j) * (successes[asked] - j)
            down = (j + 1) * (n_other[asked] - successes[asked] + j + 1)
            term[asked] *= up / down if step > 0 else down / up
            at[asked] += step
            total[asked] += term[asked]
            above[asked] += np.where(at[asked] >= k[asked], term[asked], 0.0)
            asked = asked[(at[asked] != end[asked]) & (term[asked] > 0)]
    share: Reals = np.minimum(above / total, 1.0)
    return share
