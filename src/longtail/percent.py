"""Shares in per cent and differences in points, with their intervals, which decide the digits.

One rule for every number that has an interval: as many decimals as show one digit of half the interval's width, two
where the first is 1 or 2, and at most three. What is not all is never written 100. No other
file writes a share in percent: a test looks for formats of their own.
"""

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from longtail.errors import InputError

if TYPE_CHECKING:
    from longtail.estimate import Estimate  # It needs NumPy, which `longtail tail --help` does without.

__all__ = ["alone", "chosen", "in_hundredths", "lost", "parts", "percent", "points", "share", "with_decimals"]

_MOST = 3


def percent(estimate: "Estimate") -> str:
    """Write an estimate of a share with its interval, in percent.

    Examples
    --------
    >>> from longtail.estimate import Estimate
    >>> percent(Estimate(value=0.966, low=0.945, high=0.9871, level=0.95, method=""))
    '96.6 [94.5, 98.7] %'
    >>> percent(Estimate(value=0.5, low=0.25, high=0.99999, level=0.95, method=""))
    '50 [25, 99.999] %'
    """
    return f"{in_hundredths(estimate)} %"


def points(estimate: "Estimate") -> str:
    """Write a difference of two shares with its interval, in percentage points.

    Examples
    --------
    >>> from longtail.estimate import Estimate
    >>> points(Estimate(value=0.021, low=-0.0004, high=0.04, level=0.95, method=""))
    '2.1 [0.0, 4.0] points'
    """
    return f"{in_hundredths(estimate)} points"


def lost(estimate: "Estimate") -> str:
    """Write what is lost, or gained where that is sure, with its interval, in percentage points.

    Examples
    --------
    >>> from longtail.estimate import Estimate
    >>> lost(Estimate(value=0.021, low=-0.0004, high=0.04, level=0.95, method=""))
    'loses 2.1 [0.0, 4.0] points'
    >>> lost(Estimate(value=-0.021, low=-0.04, high=-0.01, level=0.95, method=""))
    'gains 2.1 [1.0, 4.0] points'
    """
    if not _numbers(estimate)[2] < 0:
        return f"loses {points(estimate)}"
    gain = replace(estimate, value=-estimate.value, low=-estimate.high, high=-estimate.low)
    return f"gains {points(gain)}"


def share(part: float, whole: float = 1, unit: str = "%") -> str:
    """Write a share that was counted, without an interval: never 100 % of less than all, nor 0 % of more than nothing.

    Examples
    --------
    >>> share(60, 1437), share(999, 1000), share(1, 5000), share(0, 9), share(1.0, unit="")
    ('4.2 %', '99.9 %', '0.02 %', '0.0 %', '100.0')
    """
    if whole == 0:
        raise InputError("whole", "be another number than 0", whole)
    value, decimals = part / whole, 1
    while decimals < _MOST and value and not round(100 * value, decimals):
        decimals += 1
    return f"{_number(value, decimals)} {unit}".rstrip()


def chosen(part: float, unit: str = "%") -> str:
    """Write a share or a difference that somebody chose, a level or a threshold, with the digits it was chosen with.

    Examples
    --------
    >>> chosen(0.95), chosen(0.001), chosen(0.25, "points")
    ('95 %', '0.1 %', '25 points')
    """
    return f"{100 * part:.6g} {unit}"


def with_decimals(estimate: "Estimate") -> str:
    """Write an estimate as it is, with its interval: a correlation, a probability.

    Examples
    --------
    >>> from longtail.estimate import Estimate
    >>> with_decimals(Estimate(value=0.8512, low=0.82, high=0.88, level=0.95, method=""))
    '0.85 [0.82, 0.88]'
    >>> with_decimals(Estimate(value=-0.001, low=-0.2, high=0.2, level=0.95, method=""))
    '0.00 [−0.20, 0.20]'
    """
    value, low, high = _numbers(estimate)
    decimals = _decimals((high - low) / 2)
    written = f"{value:z.{decimals}f} [{low:z.{decimals}f}, {high:z.{decimals}f}]"  # never -0
    return written.replace("-", "−").replace("nan", "–")


def alone(estimate: "Estimate") -> str:
    """Write the value of an estimate of a share, without a unit, and with the digits that its interval allows.

    Examples
    --------
    >>> from longtail.estimate import Estimate
    >>> alone(Estimate(value=0.966, low=0.945, high=0.9871, level=0.95, method=""))
    '96.6'
    """
    return parts(estimate)[0]


def _decimals(half: float) -> int:
    """Return how many decimals show one digit of half an interval, two where the first is 1 or 2."""
    place = math.floor(math.log10(half)) if 0 < half < math.inf else 0
    return min(max((1 if half < 3 * 10**place else 0) - place, 0), _MOST)


def in_hundredths(estimate: "Estimate") -> str:
    """Write an estimate of a share or of a difference of two, without a unit."""
    value, low, high = parts(estimate)
    return f"{value} [{low}, {high}]"


def parts(estimate: "Estimate") -> tuple[str, str, str]:
    """Write value and ends of an estimate of a share or of a difference of two, each by itself, without a unit.

    Examples
    --------
    >>> from longtail.estimate import Estimate
    >>> parts(Estimate(value=0.966, low=0.945, high=0.9871, level=0.95, method=""))
    ('96.6', '94.5', '98.7')
    """
    value, low, high = _numbers(estimate)
    decimals = _decimals(50 * (high - low))
    return _number(value, decimals), _number(low, decimals), _number(high, decimals)


def _numbers(estimate: "Estimate") -> tuple[float, float, float]:
    """Return value and ends, of an estimate alone."""
    try:
        return estimate.value, estimate.low, estimate.high
    except AttributeError:
        raise InputError("estimate", "be an Estimate", type(estimate).__name__) from None


def _number(value: float, decimals: int) -> str:
    """Write a share in hundredths: never -0, a dash for NaN, more decimals where it would be rounded up to all."""
    if math.isnan(value):
        return "–"
    while decimals < _MOST and abs(value) < 1 and abs(round(100 * value, decimals)) == 100:
        decimals += 1
    text = f"{100 * value:.{decimals}f}"
    return text.removeprefix("-") if not float(text) else text.replace("-", "−")
