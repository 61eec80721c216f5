r"""The step of a list of frequencies whose differences are whole multiples of one number.

Whole numbers, decimals and counts over their total are such lists; any two frequencies are one. The sum R of N - 1
draws then lies on a lattice, and a band of frequencies cuts between or through its points.
"""

from fractions import Fraction
from math import lcm
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import Axes, checked
from longtail.array_types import Floats

__all__ = ["common_step", "nearly_on_a_lattice"]


_MOST_DECIMALS = 9
_LARGEST_WHOLE = 2.0**53
_SLACK = 8 * 2.0**-52
_MOST_FRACTIONS = 2_000
_LARGEST_DENOMINATOR = 10**5
_MOST_STEPS = 1e10
# If this many draws miss the lattice, the characteristic function grows again to e^-40 only.
_STRAYS = 40.0


@checked
def common_step(values: Annotated[Floats, Axes(1)]) -> float | None:
    """Return the largest number of which all differences are whole multiples, except for rounding. Return None where
    there is none.

    Parameters
    ----------
    values : ndarray
        Distinct, in increasing order, at least two.

    Examples
    --------
    >>> common_step(np.array([3.0, 7.0, 11.0])), common_step(np.array([1, 2**0.5, 3**0.5]))
    (4.0, None)
    """
    for decimals in range(_MOST_DECIMALS + 1):
        scaled = values * 10.0**decimals
        if scaled[-1] < _LARGEST_WHOLE and _whole(scaled[:64], scaled[:64]).all() and _whole(scaled, scaled).all():
            whole = np.rint(scaled).astype(np.int64)
            return float(np.gcd.reduce(whole - whole[0])) / 10.0**decimals
    differences = values - values[0]
    return _smallest_difference(values, differences) or _small_fractions(values, differences)


def nearly_on_a_lattice(values: Floats, numbers: Floats, step: float) -> bool:
    """Return whether so few of N draws miss the lattice with this ``step`` that the lattice shows in R."""
    away = (values - values[int(np.argmax(numbers))]) / step
    strays = float(numbers[~_whole(away, values / step)].sum())
    return strays < min(_STRAYS, 0.5 * float(numbers.sum()))


def _smallest_difference(values: Floats, differences: Floats) -> float | None:
    """Return the smallest difference if it is the common step."""
    gaps = np.diff(values)
    first = float(gaps[np.argmax(gaps < 1.000001 * gaps.min())])
    step = float(differences[-1]) / round(float(differences[-1]) / first)
    return step if _whole(differences / step, values / step).all() and differences[-1] / step < _MOST_STEPS else None


def _small_fractions(values: Floats, differences: Floats) -> float | None:
    """Return the step if all differences are fractions of the largest one with a small common denominator."""
    if len(values) > _MOST_FRACTIONS:
        return None
    denominator = 1
    for difference in differences[1:-1]:
        denominator = lcm(
            denominator,
            Fraction(float(difference / differences[-1])).limit_denominator(_LARGEST_DENOMINATOR).denominator,
        )
        if denominator > _MOST_STEPS:
            return None
    step = float(differences[-1]) / denominator
    return step if _whole(differences / step, values / step).all() else None


def _whole(numbers: Floats, sizes: Floats) -> NDArray[np.bool_]:
    """Return whether numbers are whole, except for the rounding of terms of the given sizes."""
    close: NDArray[np.bool_] = np.abs(numbers - np.rint(numbers)) <= np.minimum(_SLACK * (1 + np.abs(sizes)), 0.01)
    return close
