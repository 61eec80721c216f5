"""The laws that the statements' arguments obey: each check returns what it accepted, or raises one line."""

import math
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.errors import InputError, Said

__all__ = [
    "copies_law",
    "counts_law",
    "distribution_law",
    "epsilon_law",
    "n_classes_law",
    "number_law",
    "probability_law",
    "whole_law",
]

_ROUNDING = 1e-9
"""How far a distribution's sum may be from one: it is the user's rounding, and far below any digit we print."""

_LARGEST_WHOLE = 2.0**53
"""Above it floats skip whole numbers."""


def number_law(argument: str, value: float) -> float:
    """Return a value as one number. NaN and infinities are numbers, text is not, even if it consists of digits."""
    if not hasattr(value, "__float__"):
        raise InputError(argument, "be a number", value)
    return float(value)


def probability_law(argument: str, value: float) -> float:
    """Check a number in [0, 1]: a probability, a share, gamma or delta."""
    number = number_law(argument, value)
    if not 0 <= number <= 1:  # also refuses NaN
        raise InputError(argument, "lie in [0, 1]", value)
    return number


def epsilon_law(value: float) -> float:
    """Check a privacy level. It must be at least 0, and infinity guarantees nothing."""
    number = number_law("epsilon", value)
    if not number >= 0:
        raise InputError("epsilon", "be at least 0", value)
    return number


def copies_law(value: int) -> int:
    """Check how often a point was seen, a whole number of at least 1."""
    return whole_law("copies", value, least=1)


def n_classes_law(value: int) -> int:
    """Check the number of labels, a whole number of at least 2."""
    return whole_law("n_classes", value, least=2)


def distribution_law(argument: str, value: ArrayLike, least: int = 2) -> NDArray[np.float64]:
    """Check at least ``least`` non-negative numbers that sum to one."""
    try:
        weights = np.asarray(value, dtype=float)
    except (TypeError, ValueError):
        raise InputError(argument, f"be a list of at least {least} numbers", value) from None
    if weights.ndim != 1 or weights.size < least:
        raise InputError(argument, f"be a list of at least {least} numbers", value)
    if not np.all(weights >= 0):
        raise InputError(argument, "hold no negative number and no NaN", value)
    total = math.fsum(weights)
    if abs(total - 1) > _ROUNDING:
        raise InputError(argument, "sum to 1", Said(f"a sum of {total:.10g}"))
    return weights


def counts_law(argument: str, value: Iterable[int]) -> tuple[int, ...]:
    """Check whole numbers of at least 0."""
    return tuple(whole_law(argument, item, least=0) for item in value)


def whole_law(argument: str, value: float, least: int = 1) -> int:
    """Check a whole number of at least ``least``. A float such as 1e12 is as good as an int."""
    number = math.nan if isinstance(value, bool) or not hasattr(value, "__float__") else float(value)
    if not (number >= least and number.is_integer()):
        raise InputError(argument, f"be a whole number of at least {least}", value)
    if number > _LARGEST_WHOLE:
        raise InputError(argument, "be at most 2^53, about 9e15", value)
    return int(value)
