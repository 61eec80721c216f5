"""Who pays twice: which subgroups an attack finds, and how right models are on them when they were left out."""

from longtail.findings import MembershipFindings
from longtail.report.charts.chart import Chart
from longtail.report.charts.intervals import Marks, interval_chart
from longtail.report.charts.marks import ACCENT, WARM

__all__ = ["subgroup_chart"]


def subgroup_chart(found: MembershipFindings) -> Chart:
    """Draw one row for each subgroup, the most exposed first: members found beside accuracy without them."""
    groups = found.subgroups
    return interval_chart(
        name="subgroups",
        title="Members found in each subgroup, and how right models are on it",
        caption=f"Members that {found.attacks[0].name} finds in each subgroup while it takes 1 % of non-members for "
        "members, beside how often models are right on the subgroup when it was left out of training. Lines are "
        "confidence intervals.",
        x_name="share of the subgroup",
        row_name="subgroup",
        names=[group.name for group in groups],
        series=[
            Marks(name="members found", color=WARM, estimates=[group.tpr_at_1_percent for group in groups]),
            Marks(name="right when left out", color=ACCENT, estimates=[group.left_out_accuracy for group in groups]),
        ],
    )
