"""What limits did cost: measured beside predicted, for all, by group and by frequency; and what stayed memorized."""

from longtail.estimate import Estimate
from longtail.findings import LimitFindings, LimitOutcome
from longtail.report import numbers
from longtail.report.charts.chart import Chart
from longtail.report.charts.intervals import Marks, interval_chart
from longtail.report.charts.marks import ACCENT, SERIES, WARM

__all__ = ["frequency_chart", "group_chart", "limit_chart", "retention_chart"]

_MOST_GROUPS = 30  # that are drawn; the table of the section has all


def limit_chart(found: LimitFindings) -> Chart:
    """Accuracy lost under each limit: on all new examples, on kinds seen in training, and as predicted for these."""
    middle = len(found.resolutions) // 2
    where = f" Kinds are told apart at {found.resolutions[middle]}." if found.resolutions else ""
    series = [Marks(name="lost, all new examples", color=SERIES[4], estimates=[each.measured for each in found.limits])]
    if any(each.predicted for each in found.limits):
        series += [
            Marks(
                name="lost, kinds seen in training",
                color=ACCENT,
                estimates=[_at(each.measured_on_seen, middle) for each in found.limits],
            ),
            Marks(
                name="predicted for these",
                color=WARM,
                mark="diamond",
                estimates=[_at(each.predicted, middle) for each in found.limits],
            ),
        ]
    return interval_chart(
        name="limits",
        title="Accuracy lost under each limit, measured and predicted",
        caption="Accuracy lost under each limit: dots are measured, hollow diamonds are what the theory predicts."
        f"{where} Lines are confidence intervals; left of 0 a limit helped.",
        x_name="accuracy lost",
        row_name="limit",
        names=[each.name for each in found.limits],
        series=series,
    )


def retention_chart(found: LimitFindings) -> Chart:
    """Draw mean memorization without limits and under each limit."""
    return interval_chart(
        name="retention",
        title="Mean memorization without limits and under each limit",
        caption="Mean memorization of the training examples before and after: without limits on top, then under each. "
        "Lines are confidence intervals.",
        x_name="mean memorization",
        row_name="limit",
        names=["without limits", *(each.name for each in found.limits)],
        series=[
            Marks(
                name="mean memorization",
                color=ACCENT,
                estimates=[found.unlimited_memorization, *(each.memorization for each in found.limits)],
            )
        ],
    )


def group_chart(found: LimitFindings, index: int) -> Chart:
    """Draw the cost of one limit for each group, measured and predicted."""
    limit = found.limits[index]
    groups = limit.groups[:_MOST_GROUPS]
    left_out = len(limit.groups) - len(groups)
    more = f" {numbers.count(left_out)} more groups stand in the table." if left_out else ""
    return _measured_and_predicted(
        name=f"groups-{index + 1}",
        title=f"Accuracy lost by group under {limit.name}",
        caption=f"Accuracy that each group loses under {limit.name}, by {found.groups}. Lines are confidence "
        f"intervals, wide where a group has few test examples.{more}",
        row_name="group",
        names=[group.name for group in groups],
        measured=[group.cost for group in groups],
        predicted=[group.predicted for group in groups],
    )


def frequency_chart(limit: LimitOutcome, index: int) -> Chart:
    """Draw what test examples add to the loss, by how often their kind was in the training subset."""
    return _measured_and_predicted(
        name=f"frequencies-{index + 1}",
        title=f"What each frequency adds to the loss under {limit.name}",
        caption=f"What test examples add to the accuracy lost under {limit.name}, by how often their kind was in the "
        "training subset; the rows add up to the whole loss. Lines are confidence intervals.",
        row_name="kind was",
        names=[part.name for part in limit.bins],
        measured=[part.measured for part in limit.bins],
        predicted=[part.predicted for part in limit.bins],
    )


def _measured_and_predicted(
    *,
    name: str,
    title: str,
    caption: str,
    row_name: str,
    names: list[str],
    measured: list[Estimate],
    predicted: list[Estimate | None],
) -> Chart:
    series = [Marks(name="measured", color=ACCENT, estimates=measured)]
    if any(estimate is not None for estimate in predicted):
        series.append(Marks(name="predicted", color=WARM, mark="diamond", estimates=predicted))
    return interval_chart(
        name=name, title=title, caption=caption, x_name="accuracy lost", row_name=row_name, names=names, series=series
    )


def _at(estimates: list[Estimate], position: int) -> Estimate | None:
    return estimates[position] if position < len(estimates) else None
