"""How many training examples are memorized how much: a bar a bin, counts on a logarithmic axis."""

from itertools import pairwise

from longtail.findings import MemorizationFindings
from longtail.report import numbers
from longtail.report.charts.axes import linear, logarithmic
from longtail.report.charts.chart import Chart, Column, Datum, Key
from longtail.report.charts.marks import ACCENT, WARM, reference, spoken

__all__ = ["memorization_chart"]

_FLOOR = 0.5  # Half an example, so that a bin of one example still has a bar.


def memorization_chart(found: MemorizationFindings) -> Chart:
    """Draw the histogram of the point estimates, warm from the threshold on."""
    bins = list(zip(pairwise(found.histogram_edges), found.histogram_counts, strict=True))
    occupied = [((low, high), n) for (low, high), n in bins if n]
    width = bins[0][0][1] - bins[0][0][0]
    ends = [end for (low, high), _ in occupied for end in (low, high)]
    bars = [_bar(edges, n, threshold=found.threshold, width=width) for edges, n in occupied]
    threshold = numbers.exactly(found.threshold)
    return Chart(
        name="memorization",
        title="Histogram of memorization",
        caption=_caption(found),
        option={
            "xAxis": linear("memorization", [-0.1, 1.0, *ends], unit="plain"),
            "yAxis": {
                **logarithmic("examples", _FLOOR, 2 * max([1, *found.histogram_counts]), unit="count"),
                "startValue": _FLOOR,
            },
            "series": [
                {"type": "bar", "name": "training examples", "barWidth": "94%", "data": bars},
                reference("x", found.threshold, f"memorized from {threshold}", color=WARM, position="end"),
            ],
        },
        height=260,
        snap="x",
        keys=[
            Key(mark="column", color=ACCENT, text=f"below {threshold}"),
            Key(mark="column", color=WARM, text=f"at {threshold} or beyond"),
        ],
        table="Number of training examples by estimated memorization; bins without any are left out",
        columns=[
            Column(title="from", unit="exactly"),
            Column(title="to", unit="exactly"),
            Column(title="examples", unit="count"),
        ],
        rows=[[low, high, n] for (low, high), n in occupied],
    )


def _bar(edges: tuple[float, float], n: int, *, threshold: float, width: float) -> Datum:
    low, high = edges
    beyond = low >= threshold - 1e-9 * width
    between = f"{numbers.exactly(low)} to {numbers.exactly(high)}"
    return {
        "value": [round((low + high) / 2, 10), n],
        "text": [f"memorization {between}", f"{numbers.count(n)} training example{'s' if n != 1 else ''}"],
        "itemStyle": {"color": WARM if beyond else ACCENT},
    }


def _caption(found: MemorizationFindings) -> str:
    mean = "undetermined" if numbers.undetermined(found.mean.value) else spoken(found.mean, "difference")
    return (
        f"Memorization of {numbers.count(found.n_examples)} training examples: how much more often a model is right on "
        "an example when it was trained on it. Counts stand on a logarithmic axis, as most examples lie near 0. Each "
        f"bar counts point estimates, which have intervals of their own; the mean is {mean}."
    )
