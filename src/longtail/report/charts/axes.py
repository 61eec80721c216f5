"""Axes with round ends that cover what is drawn, intervals too."""

import math
from collections.abc import Iterable, Sequence

from longtail.report.charts.chart import Option

__all__ = ["linear", "logarithmic", "rows"]

_STEPS = 6
_LONGEST_NAME = 48  # of a row, on its axis; its tip and its table have all of it


def linear(name: str, values: Iterable[float], *, unit: str) -> Option:
    """A linear axis over ``values`` with ends and ticks at multiples of 1, 2 or 5 times a power of ten.

    Examples
    --------
    >>> axis = linear("memorization", [-0.03, 0.98], unit="plain")
    >>> axis["min"], axis["max"], axis["interval"]
    (-0.2, 1.0, 0.2)
    """
    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    step = _round_step((high - low) / _STEPS if high > low else max(abs(high), 1.0))
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if first == last:
        last += 1
    digits = 12
    return {
        "type": "value",
        "name": name,
        "min": round(first * step, digits),
        "max": round(last * step, digits),
        "interval": round(step, digits),
        "axisLabel": {"formatter": unit},
    }


def logarithmic(name: str, low: float, high: float, *, unit: str) -> Option:
    """A logarithmic axis from ``low`` to ``high``, with a tick at each power of ten between them.

    Examples
    --------
    >>> axis = logarithmic("rank", 1, 1346, unit="count")
    >>> axis["min"], axis["max"]
    (1, 1346)
    """
    return {
        "type": "log",
        "name": name,
        "min": low,
        "max": high,
        "axisLabel": {"formatter": unit, "showMinLabel": _is_power(low), "showMaxLabel": _is_power(high)},
    }


def rows(names: Sequence[str]) -> Option:
    """A row for each name, the first on top; the middle of row ``k`` is at ``k``."""
    return {
        "type": "value",
        "inverse": True,
        "min": -0.5,
        "max": len(names) - 0.5,
        "interval": 1,
        "axisLabel": {"customValues": list(range(len(names))), "formatter": [_shortened(name) for name in names]},
    }


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _round_step(least: float) -> float:
    scale = 10.0 ** math.floor(math.log10(least))
    return next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= least * (1 - 1e-9))


def _is_power(value: float) -> bool:
    exponent = math.log10(value)
    return abs(exponent - round(exponent)) < 1e-9
