"""Colors, and the marks that several charts share: they are names of the style sheet's variables.

So one drawing follows the page into its dark scheme and onto paper, and nothing is drawn again.
"""

import math
from collections.abc import Iterable

from longtail.arguments import checked
from longtail.estimate import Estimate
from longtail.report import numbers
from longtail.report.charts.chart import Option

__all__ = [
    "ACCENT",
    "CARD",
    "INK",
    "MUTED",
    "SERIES",
    "WARM",
    "interval_lines",
    "is_known",
    "note",
    "reference",
    "series_color",
    "spoken",
]

INK, MUTED, CARD, ACCENT, WARM = (f"var(--{name})" for name in ("ink", "muted", "card", "accent", "warm"))
SERIES = tuple(f"var(--series-{index})" for index in range(6))


@checked
def series_color(index: int, n_series: int) -> str:
    """Return the color of one of several series. Together they span the scale, and one alone takes its middle.

    Examples
    --------
    >>> [series_color(k, 3) for k in range(3)], series_color(0, 1)
    (['var(--series-0)', 'var(--series-2)', 'var(--series-5)'], 'var(--series-2)')
    """
    last = len(SERIES) - 1
    return SERIES[last // 2 if n_series == 1 else round(index * last / (n_series - 1))]


def is_known(estimate: Estimate | None) -> bool:
    """Return whether there is a value to draw."""
    return estimate is not None and math.isfinite(estimate.value)


def interval_lines(ends: Iterable[tuple[tuple[float, float], tuple[float, float]]], *, color: str) -> Option:
    """Draw intervals as lines from end to end, beside the marks of a series.

    An interval without an end is not drawn, and only its text tells of it.
    """
    drawn = [[first, last] for first, last in ends if all(map(math.isfinite, (*first, *last))) and first != last]
    return {
        "silent": True,
        "z": 1,
        "symbol": "none",
        "label": {"show": False},
        "lineStyle": {"color": color, "type": "solid", "width": 2, "opacity": 0.55},
        "emphasis": {"disabled": True},
        "data": [[{"coord": list(end)} for end in line] for line in drawn],
    }


def reference(axis: str, at: float, text: str = "", *, color: str = MUTED, position: str = "insideEndTop") -> Option:
    """Draw a dashed line across the whole chart, with its label on it."""
    label = {"show": bool(text), "formatter": text, "position": position, "color": color}
    if position == "end":
        label["align"] = "left"
    return {
        "type": "line",
        "name": text,
        "data": [],
        "silent": True,
        "markLine": {
            "silent": True,
            "symbol": "none",
            "precision": 20,
            "lineStyle": {"color": color, "type": [4, 3], "width": 1.2},
            "label": label,
            "data": [{f"{axis}Axis": at}],
        },
    }


def note(x: float, y: float, text: str, *, color: str = MUTED, position: str = "right") -> Option:
    """Words at a place of the chart."""
    return {
        "type": "scatter",
        "name": text,
        "silent": True,
        "symbolSize": 1,
        "itemStyle": {"color": "transparent"},
        "label": {"show": True, "formatter": text, "position": position, "color": color},
        "data": [{"value": [x, y]}],
    }


@checked
def spoken(estimate: Estimate, unit: str = "percent") -> str:
    """Say an estimate in a sentence, with its interval.

    Examples
    --------
    >>> spoken(Estimate(value=0.25, low=0.1, high=0.4, level=0.95, method="Newcombe"), "difference")
    '0.250, interval 0.100 to 0.400 at 95\u202f%'
    """
    write = numbers.percent if unit == "percent" else numbers.difference
    said = write(estimate.value)
    if not (numbers.undetermined(estimate.low) or numbers.undetermined(estimate.high)):
        level = f"{numbers.exactly(100 * estimate.level)}{numbers.NARROW_SPACE}%"
        said += f", interval {write(estimate.low)} to {write(estimate.high)} at {level}"
    return said
