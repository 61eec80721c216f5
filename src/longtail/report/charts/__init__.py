"""The charts of the page: findings in, plain data out; a script of the page hands them to Apache ECharts.

=====================  =====================================================================================
``chart.py``           :class:`Chart`: an option of ECharts, its caption, its legend, its table
``histogram.py``       how many examples are memorized how much
``learner_tail.py``    errors against training-set size, and what sets of examples are worth
``rank_frequency.py``  kinds of examples and how frequent they are
``costs.py``           the least error that each guarantee forces
``limits.py``          what limits did cost, by group and by frequency, beside what was predicted
``worst_group.py``     the worst group's accuracy against the best attack's advantage, a point a limit
``attacks.py``         attack curves under a guarantee's ceiling
``subgroups.py``       whom attacks find, and on whom models are right, by subgroup
``exposure.py``        exposure against memorization, a dot for each example
``intervals.py``       estimates in rows, each with its interval
``axes.py``            axes with round ticks
``marks.py``           colors, reference lines, intervals
=====================  =====================================================================================
"""

from longtail.arguments import checked
from longtail.findings import Findings, LimitFindings
from longtail.report.charts.attacks import attack_chart
from longtail.report.charts.chart import Chart
from longtail.report.charts.costs import cost_chart
from longtail.report.charts.exposure import exposure_chart
from longtail.report.charts.histogram import memorization_chart
from longtail.report.charts.learner_tail import curve_chart, worth_chart
from longtail.report.charts.limits import frequency_chart, group_chart, limit_chart, retention_chart
from longtail.report.charts.rank_frequency import tail_chart
from longtail.report.charts.subgroups import subgroup_chart
from longtail.report.charts.worst_group import worst_group_chart

__all__ = ["Chart", "charts_of"]


@checked
def charts_of(findings: Findings) -> dict[str, Chart]:
    """Draw every chart that these findings have, by name, in the order of the page."""
    charts = [memorization_chart(findings.memorization)]
    if findings.learner_tail is not None:
        charts.append(curve_chart(findings.learner_tail))
    if (worth := worth_chart(findings)) is not None:
        charts.append(worth)
    if findings.tail is not None:
        charts.append(tail_chart(findings.tail))
    if findings.costs is not None and any(row.costs for row in findings.costs.rows):
        charts.append(cost_chart(findings.costs, findings.tail))
    if findings.limits is not None and findings.limits.limits:
        charts += _of_limits(findings.limits)
    if findings.membership is not None and findings.membership.attacks:
        charts.append(attack_chart(findings.membership))
        if findings.membership.subgroups:
            charts.append(subgroup_chart(findings.membership))
        if findings.membership.scatter is not None:
            charts.append(exposure_chart(findings.membership.scatter))
    return {chart.name: chart for chart in charts}


def _of_limits(found: LimitFindings) -> list[Chart]:
    charts = [limit_chart(found), retention_chart(found)]
    for index, limit in enumerate(found.limits):
        if limit.groups:
            charts.append(group_chart(found, index))
        if limit.bins:
            charts.append(frequency_chart(limit, index))
    if (worst := worst_group_chart(found)) is not None:
        charts.append(worst)
    return charts
