"""Whom attacks find: how surely models with an example are told from models without, against its memorization."""

import math
from collections.abc import Sequence

from longtail.findings import ExposureScatter
from longtail.findings.example_name import training_name
from longtail.report import numbers
from longtail.report.charts.axes import linear
from longtail.report.charts.chart import Cell, Chart, Column, Datum
from longtail.report.charts.marks import ACCENT, reference

__all__ = ["exposure_chart"]

_COIN = 0.5
_RANGES = (
    ("below 0.25", -math.inf, 0.25),
    ("0.25 to 0.5", 0.25, 0.5),
    ("0.5 to 0.75", 0.5, 0.75),
    ("0.75 and more", 0.75, math.inf),
)


def exposure_chart(scatter: ExposureScatter) -> Chart:
    """Draw a translucent dot for each example, so that crowds are darker.

    A line stands where an attacker might toss a coin.
    """
    return Chart(
        name="exposure",
        title="Exposure against memorization",
        caption=_caption(scatter),
        option={
            "xAxis": linear("memorization", [0.0, 1.0, *scatter.memorization], unit="plain"),
            "yAxis": linear("told apart", [0.4, 1.0, *scatter.vulnerability], unit="plain"),
            "series": [
                {
                    "type": "scatter",
                    "name": "training examples",
                    "symbolSize": 7,
                    "itemStyle": {"color": ACCENT, "opacity": 0.45},
                    "data": _dots(scatter),
                },
                reference("y", _COIN, "a coin", position="insideEndBottom"),
            ],
        },
        height=440,
        table="Exposure by memorization, over ranges",
        columns=[
            Column(title="memorization"),
            Column(title="examples drawn", unit="count"),
            Column(title="told apart, on average", unit="difference"),
            Column(title="least", unit="difference"),
            Column(title="most", unit="difference"),
        ],
        rows=_ranges(scatter),
    )


def _caption(scatter: ExposureScatter) -> str:
    drawn, n = len(scatter.memorization), scatter.n_examples
    part = f" Drawn are {numbers.count(drawn)} of {numbers.count(n)} examples, evenly along memorization."
    return (
        "Each dot is a training example: how surely models trained on it are told from models that were not, against "
        "its memorization. Dots at the upper right are memorized, and found. Dots are point estimates; the "
        f"intervals of the most exposed are in their table.{part if drawn < n else ''}"
    )


def _dots(scatter: ExposureScatter) -> list[Datum]:
    unknown = [None] * len(scatter.memorization)
    examples: Sequence[int | None] = scatter.examples or unknown
    rows: Sequence[int | None] = scatter.rows or unknown
    return [
        {
            "value": [memorized, exposed],
            "text": [
                "a training example" if example is None else training_name(example, row),
                f"memorization {numbers.difference(memorized)}, told apart with {numbers.difference(exposed)}",
            ],
            **({"example": example} if example is not None else {}),
        }
        for example, row, memorized, exposed in zip(
            examples, rows, scatter.memorization, scatter.vulnerability, strict=True
        )
    ]


def _ranges(scatter: ExposureScatter) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for name, low, high in _RANGES:
        points = zip(scatter.memorization, scatter.vulnerability, strict=True)
        within = [exposed for memorized, exposed in points if low <= memorized < high]
        if within:
            rows.append([name, len(within), sum(within) / len(within), min(within), max(within)])
    return rows
