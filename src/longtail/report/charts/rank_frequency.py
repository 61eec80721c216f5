"""How long the tail is: the frequency of each subpopulation against its rank, both logarithmic."""

from longtail.findings import Resolution, TailFindings
from longtail.report import numbers
from longtail.report.charts.axes import logarithmic
from longtail.report.charts.chart import Chart, Column, Datum, Key, Option
from longtail.report.charts.marks import WARM, reference, series_color

__all__ = ["tail_chart"]


def tail_chart(tail: TailFindings) -> Chart:
    """Draw one curve for each resolution, thick where subpopulations were seen once."""
    once = 1 / tail.n_samples
    n_curves = len(tail.resolutions)
    colors = [series_color(index, n_curves) for index in range(n_curves)]
    highest = max([once, *(f for r in tail.resolutions for f in r.frequencies)])
    longest = max([10, *(r.n_subpopulations for r in tail.resolutions)])
    curves = [_curve(r, once=once, color=color) for r, color in zip(tail.resolutions, colors, strict=True)]
    ends = [_seen_once(r, once=once, color=color) for r, color in zip(tail.resolutions, colors, strict=True)]
    return Chart(
        name="tail",
        title="Frequency of subpopulations against their rank",
        caption=_caption(tail),
        option={
            "xAxis": logarithmic("rank of the subpopulation", 1, 1.15 * longest, unit="count"),
            "yAxis": logarithmic("frequency", once / 2, min(1.0, 1.3 * highest), unit="percent"),
            "series": [
                *curves,
                *sorted(ends, key=lambda end: -end["data"][-1]["value"][0] if end["data"] else 0),
                reference("y", once, "seen once", color=WARM, position="insideStartBottom"),
            ],
        },
        height=400,
        keys=[
            Key(
                mark="line",
                color=color,
                text=f"{r.name}: {numbers.count(r.n_singletons)} of {numbers.count(r.n_subpopulations)} seen once",
            )
            for r, color in zip(tail.resolutions, colors, strict=True)
        ],
        table="Frequency of subpopulations by rank, thinned as in the chart",
        columns=[
            Column(title="resolution"),
            Column(title="rank", unit="count"),
            Column(title="frequency", unit="percent"),
        ],
        rows=[[r.name, rank, share] for r in tail.resolutions for rank, share in _points(r, once)],
    )


def _caption(tail: TailFindings) -> str:
    return (
        f"The share that each subpopulation has of {numbers.count(tail.n_samples)} examples, against its rank, both "
        "logarithmic. The thick end of a curve is what was seen once. These are the counts of this sample, exact as "
        "they stand; what they say of the next sample stands below, with intervals."
    )


def _curve(resolution: Resolution, *, once: float, color: str) -> Option:
    return {
        "type": "line",
        "name": resolution.name,
        "itemStyle": {"color": color},
        "lineStyle": {"color": color, "width": 1.8},
        "data": [_datum(resolution, rank, share, once) for rank, share in _points(resolution, once)],
    }


def _seen_once(resolution: Resolution, *, once: float, color: str) -> Option:
    singletons = [point for point in _points(resolution, once) if point[1] == once]
    return {
        "type": "line",
        "name": f"{resolution.name}, seen once",
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": color, "width": 5, "cap": "butt"},
        "data": [{"value": list(point)} for point in singletons],
    }


def _points(resolution: Resolution, once: float) -> list[tuple[int, float]]:
    """Return the curve, with the first and the last of what was seen once as its end."""
    repeated = [(r, f) for r, f in zip(resolution.ranks, resolution.frequencies, strict=True) if f > 1.5 * once]
    if not resolution.n_singletons:
        return repeated
    last = resolution.n_subpopulations
    first = last - resolution.n_singletons + 1
    return [*repeated, (first, once)] + ([(last, once)] if last > first else [])


def _datum(resolution: Resolution, rank: int, share: float, once: float) -> Datum:
    n = round(share / once)
    seen = "seen once" if n == 1 else f"seen {numbers.count(n)} times"
    return {
        "value": [rank, share],
        "text": [f"{resolution.name}, rank {numbers.count(rank)}", f"{numbers.percent(share)} of the examples: {seen}"],
    }
