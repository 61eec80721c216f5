"""Axes that cover what is drawn, intervals too, with round ticks."""

import math
from collections.abc import Iterable, Sequence

from longtail.arguments import checked
from longtail.report.charts.chart import Option

__all__ = ["linear", "logarithmic", "rows"]

_STEPS = 6
_MARGIN = 0.03  # The share of an axis that is added beyond what is drawn.
_EQUALS = "\u00a0=\u00a0"  # Spaces that do not break, because the line should break elsewhere.
_LONGEST_NAME = 48  # The longest name on an axis. The tip and the table show the whole name.


@checked
def linear(name: str, values: Iterable[float], *, unit: str) -> Option:
    """Return a linear axis over ``values``, a little longer than they are.

    Its ticks are at multiples of 1, 2 or 5 powers of ten.

    Examples
    --------
    >>> axis = linear("memorization", [-0.03, 1.0], unit="plain")
    >>> axis["min"], axis["max"], axis["axisTick"]["customValues"]
    (-0.0609, 1.0, [0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
    """
    known = [value for value in values if math.isfinite(value)] or [0.0]
    low, high = min(known), max(known)
    if high == low:
        high = low + (abs(low) or 1.0)
    step = _round_step((high - low) / _STEPS)
    margin = _MARGIN * (high - low)
    first = low if _is_multiple(low, step) else low - margin
    last = high if _is_multiple(high, step) else high + margin
    multiples = range(math.ceil(first / step - 1e-9), math.floor(last / step + 1e-9) + 1)
    ticks = [round(k * step, 12) for k in multiples]
    return {
        "type": "value",
        "name": name,
        "min": round(first, 12),
        "max": round(last, 12),
        "axisTick": {"customValues": ticks},
        "axisLabel": {"customValues": ticks, "formatter": unit},
    }


@checked
def logarithmic(name: str, low: float, high: float, *, unit: str) -> Option:
    """Return a logarithmic axis from ``low`` to ``high``, with a tick at each power of ten between them.

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
    """Return an axis with a row for each name, the first on top. The middle of row ``k`` is at ``k``."""
    return {
        "type": "value",
        "inverse": True,
        "min": -0.5,
        "max": len(names) - 0.5,
        "interval": 1,
        "axisLabel": {
            "customValues": list(range(len(names))),
            "formatter": [_shortened(name).replace(" = ", _EQUALS) for name in names],
        },
    }


def _shortened(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else name[: _LONGEST_NAME - 1].rstrip() + "…"


def _round_step(least: float) -> float:
    scale = 10.0 ** math.floor(math.log10(least))
    return next(factor * scale for factor in (1, 2, 5, 10) if factor * scale >= least * (1 - 1e-9))


def _is_multiple(value: float, step: float) -> bool:
    return abs(value / step - round(value / step)) < 1e-9


def _is_power(value: float) -> bool:
    return _is_multiple(math.log10(value), 1.0)
