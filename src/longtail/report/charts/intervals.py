"""Estimates in rows: one or several marks a row, each with its interval, on one common axis."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from longtail.estimate import Estimate
from longtail.report.charts.axes import linear, rows
from longtail.report.charts.chart import Cell, Chart, Column, Datum, Key, Option
from longtail.report.charts.marks import CARD, interval_lines, is_known, reference, spoken

__all__ = ["Marks", "interval_chart"]

_ROW, _LANE, _FRAME = 24, 11, 52  # Heights in pixels: of a row, of each lane in it, and of the axis with margins.
_SPREAD = 0.66  # The share of a row's height for its lanes. The rest separates the rows.


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """One series: a mark for each row that has an estimate.

    ``mark`` is a dot for what was measured and a hollow diamond for what theory says.
    """

    name: str
    color: str
    estimates: Sequence[Estimate | None]
    mark: Literal["dot", "diamond"] = "dot"


def interval_chart(
    *,
    name: str,
    title: str,
    caption: str,
    x_name: str,
    row_name: str,
    names: Sequence[str],
    series: Sequence[Marks],
    unit: Literal["percent", "difference"] = "percent",
) -> Chart:
    """Make a chart of rows, with a line at 0.

    Its table has the estimates of each row with both ends of their intervals.
    """
    known = [e for marks in series for e in marks.estimates if e is not None and is_known(e)]
    ends = [end for e in known for end in (e.value, e.low, e.high)]
    offsets = [_offset(lane, len(series)) for lane in range(len(series))]
    return Chart(
        name=name,
        title=title,
        caption=caption,
        option={
            "xAxis": linear(x_name, [0.0, *ends], unit="percent" if unit == "percent" else "plain"),
            "yAxis": rows(names),
            "series": [
                *(_series(marks, names, at, unit) for marks, at in zip(series, offsets, strict=True)),
                reference("x", 0.0),
            ],
        },
        height=_FRAME + len(names) * (_ROW + _LANE * len(series)),
        along="y",
        keys=[Key(mark=marks.mark, color=marks.color, text=marks.name) for marks in series] if len(series) > 1 else [],
        table=title,
        columns=_columns(row_name, several=len(series) > 1, unit=unit),
        rows=_cells(names, series),
    )


def _columns(row_name: str, *, several: bool, unit: Literal["percent", "difference"]) -> list[Column]:
    return [
        Column(title=row_name),
        *([Column(title="what")] if several else []),
        *(Column(title=title, unit=unit) for title in ("estimate", "interval from", "to")),
        Column(title="level", unit="level"),
    ]


def _cells(names: Sequence[str], series: Sequence[Marks]) -> list[list[Cell]]:
    several = len(series) > 1
    return [
        [name, *([marks.name] if several else []), estimate.value, estimate.low, estimate.high, estimate.level]
        for row, name in enumerate(names)
        for marks in series
        if (estimate := marks.estimates[row]) is not None
    ]


def _series(marks: Marks, names: Sequence[str], at: float, unit: str) -> Option:
    placed = [
        (round(row + at, 4), names[row], e) for row, e in enumerate(marks.estimates) if e is not None and is_known(e)
    ]
    hollow = marks.mark == "diamond"
    return {
        "type": "scatter",
        "name": marks.name,
        "symbol": "diamond" if hollow else "circle",
        "symbolSize": 11 if hollow else 9,
        "itemStyle": {
            "color": CARD if hollow else marks.color,
            "borderColor": marks.color,
            "borderWidth": 1.8 if hollow else 0,
        },
        "data": [_datum(marks, row, e, height, unit) for height, row, e in placed],
        "markLine": interval_lines((((e.low, height), (e.high, height)) for height, _, e in placed), color=marks.color),
    }


def _datum(marks: Marks, row: str, estimate: Estimate, height: float, unit: str) -> Datum:
    lines = [row, f"{marks.name}: {spoken(estimate, unit)}"]
    return {
        "value": [estimate.value, height],
        "text": [*lines, estimate.warning] if estimate.warning else lines,
    }


def _offset(lane: int, n_lanes: int) -> float:
    return _SPREAD * ((lane + 0.5) / n_lanes - 0.5)
