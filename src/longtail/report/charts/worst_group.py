"""Who is served worst against who is found: the worst group's accuracy and the best attack's advantage, by limit."""

from longtail.estimate import Estimate
from longtail.findings import Judged, LimitFindings, Worst
from longtail.report.charts.axes import linear
from longtail.report.charts.chart import Chart, Column, Datum, Option
from longtail.report.charts.marks import ACCENT, MUTED, WARM, interval_lines, is_known, spoken

__all__ = ["pareto_front", "worst_group_chart"]


def worst_group_chart(found: LimitFindings) -> Chart | None:
    """Draw the worst group's accuracy against the advantage of the best attack. None where no attack was made."""
    learners = [("without limits", found.judged), *((each.name, each.judged) for each in found.limits)]
    known = [
        (name, _worst(each).right, each.advantage)
        for name, each in learners
        if each and each.advantage and is_known(each.advantage) and is_known(_worst(each).right)
    ]
    if not known:
        return None
    kind = "group" if found.judged is not None and found.judged.worst_group else "class"
    front = pareto_front([(advantage.value, right.value) for _, right, advantage in known])
    ends = [end for _, right, advantage in known for end in ((advantage.low, right.low), (advantage.high, right.high))]
    return Chart(
        name="worst-group",
        title=f"The worst {kind}'s accuracy against the advantage of the best attack",
        caption=f"Each point is a learner: how often it is right on its worst {kind}, against what the best attack "
        "gains by its models (true- less false-positive rate). Up and left is better for everybody; the dashed line "
        "joins those that no other betters in both. Lines are confidence intervals.",
        option={
            "xAxis": linear("advantage of the best attack", [0.0, *(x for x, _ in ends)], unit="percent"),
            "yAxis": linear(f"right on the worst {kind}", [y for _, y in ends], unit="percent"),
            "series": [_front(known, front), _points(known, front)],
        },
        height=440,
        table=f"The worst {kind} and the best attack, under each limit",
        columns=[
            Column(title="learner"),
            Column(title=f"right on the worst {kind}", unit="percent"),
            Column(title="from", unit="percent"),
            Column(title="to", unit="percent"),
            Column(title="advantage", unit="percent"),
            Column(title="from", unit="percent"),
            Column(title="to", unit="percent"),
            Column(title="on the front"),
        ],
        rows=[
            [name, a.value, a.low, a.high, b.value, b.low, b.high, "yes" if at in front else ""]
            for at, (name, a, b) in enumerate(known)
        ],
    )


def pareto_front(points: list[tuple[float, float]]) -> list[int]:
    """Return which points no other betters, being no higher in the first number and no lower in the second.

    They come by the first number.

    Examples
    --------
    >>> pareto_front([(0.5, 0.9), (0.1, 0.7), (0.3, 0.6), (0.1, 0.5)])
    [1, 0]
    """
    best = [
        at for at, (x, y) in enumerate(points) if not any(a <= x and b >= y and (a, b) != (x, y) for a, b in points)
    ]
    return sorted(best, key=lambda at: points[at])


def _worst(judged: Judged) -> Worst:
    return judged.worst_group or judged.worst_class


def _front(known: list[tuple[str, Estimate, Estimate]], front: list[int]) -> Option:
    return {
        "type": "line",
        "name": "front",
        "silent": True,
        "symbol": "none",
        "lineStyle": {"color": MUTED, "type": [4, 3], "width": 1.2},
        "data": [{"value": [known[at][2].value, known[at][1].value]} for at in front],
    }


def _points(known: list[tuple[str, Estimate, Estimate]], front: list[int]) -> Option:
    lines = [((b.low, a.value), (b.high, a.value)) for _, a, b in known]
    lines += [((b.value, a.low), (b.value, a.high)) for _, a, b in known]
    return {
        "type": "scatter",
        "name": "learners",
        "symbolSize": 9,
        "data": [_datum(name, a, b, on_front=at in front) for at, (name, a, b) in enumerate(known)],
        "markLine": interval_lines(lines, color=ACCENT),
    }


def _datum(name: str, right: Estimate, advantage: Estimate, *, on_front: bool) -> Datum:
    return {
        "value": [advantage.value, right.value],
        "itemStyle": {"color": ACCENT if on_front else WARM},
        "text": [name, f"right on the worst: {spoken(right)}", f"advantage: {spoken(advantage)}"],
    }
