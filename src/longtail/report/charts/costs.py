"""The least error that each guarantee forces, at each resolution of the tail."""

from longtail.findings import CostFindings, TailFindings
from longtail.report.charts.chart import Chart
from longtail.report.charts.intervals import Marks, interval_chart
from longtail.report.charts.marks import series_color

__all__ = ["cost_chart"]


def cost_chart(costs: CostFindings, tail: TailFindings | None) -> Chart:
    """Draw one row for each guarantee, with one mark for each resolution."""
    n_lanes = max(len(row.costs) for row in costs.rows)
    resolutions = tail.resolutions if tail is not None else []
    given = [resolution.name for resolution in resolutions[:n_lanes]]
    names = given + [f"resolution {lane + 1}" for lane in range(len(given), n_lanes)]
    found = " Colors are the resolutions of the tail; no interval covers the choice among them." if n_lanes > 1 else ""
    return interval_chart(
        name="costs",
        title="Least error above the optimum that each guarantee forces",
        caption="Lower bounds on the error that each guarantee adds to the best that is possible without it. Lines are "
        f"confidence intervals, from sampling the tail and from guessing labels.{found}",
        x_name="forced error",
        row_name="guarantee",
        names=[row.guarantee for row in costs.rows],
        series=[
            Marks(
                name=name,
                color=series_color(lane, n_lanes),
                estimates=[row.costs[lane] if lane < len(row.costs) else None for row in costs.rows],
            )
            for lane, name in enumerate(names)
        ],
    )
