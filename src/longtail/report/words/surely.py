"""Whether the first of many is surely above the others: the level divided by how many were compared.

An interval of 95 % is for one number that was named beforehand. The highest of thirty lies above what it is compared
with by chance alone, most of the time. So the level is divided by their number, and each is compared with the others
together, not with a whole that it is part of.
"""

import math
from statistics import NormalDist

from longtail.estimate import Estimate

__all__ = ["surely_above", "surely_above_rest"]

_ERROR = 0.05
_FEWEST = 10
"""Examples below which a group's interval is no basis for a claim far out in its tail."""


def surely_above_rest(estimate: Estimate, whole: Estimate, n: int, n_whole: int, compared: int) -> bool:
    """Return whether a group, chosen for being highest of ``compared``, is above all that is not in it.

    Parameters
    ----------
    estimate, whole : Estimate
        Means over the group, and over everything.
    n, n_whole : int
        How many examples each is over.
    compared : int
        Groups that could have been chosen.
    """
    share = n / n_whole
    if n < _FEWEST or n_whole - n < _FEWEST or math.isnan(estimate.value) or math.isnan(whole.value):
        return False
    above = (estimate.value - whole.value) / (
        1 - share
    )  # The variance of the rest, whose mean is (whole - share * mine) / (1 - share).
    mine, all_of_it = _below(estimate), _above(whole)
    rest = math.sqrt(max(all_of_it**2 - (share * mine) ** 2, all_of_it**2 / 4)) / (1 - share)
    return above > NormalDist().inv_cdf(1 - _ERROR / compared) * math.hypot(mine, rest)


def surely_above(estimate: Estimate, chance: float, compared: int) -> bool:
    """Return whether the highest of ``compared`` estimates is above a known number."""
    if math.isnan(estimate.value):
        return False
    return estimate.value - chance > NormalDist().inv_cdf(1 - _ERROR / compared) * _below(estimate)


def _below(estimate: Estimate) -> float:
    """Return one standard error, as the lower part of the interval says."""
    return (estimate.value - estimate.low) / NormalDist().inv_cdf((1 + estimate.level) / 2)


def _above(estimate: Estimate) -> float:
    return (estimate.high - estimate.value) / NormalDist().inv_cdf((1 + estimate.level) / 2)
