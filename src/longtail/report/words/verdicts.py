"""What a limit costs, in a verdict: whether it surely loses a point of accuracy, and whom it hits hardest."""

import math

from longtail.findings import GroupLoss, LimitFindings, LimitOutcome

__all__ = ["AFFORDABLE", "cheap", "costly", "erased", "group_name", "hardest_hit", "unsettled"]

AFFORDABLE = 0.01
"""Accuracy that may be lost to a limit that is called affordable: one point."""

_ERASED = 0.1


def cheap(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that surely lose no more than one point of accuracy."""
    return [limit for limit in limits.limits if limit.measured.high <= AFFORDABLE]


def costly(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that surely lose more than one point of accuracy."""
    return [limit for limit in limits.limits if limit.measured.low > AFFORDABLE]


def unsettled(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that cannot be told to lose more, nor to lose at most that."""
    return [limit for limit in limits.limits if limit.measured.low <= AFFORDABLE < limit.measured.high]


def group_name(limits: LimitFindings, group: GroupLoss) -> str:
    """Write the name of a group, and whether it is a class."""
    return f"{'class' if limits.groups == 'classes' else 'group'} {group.name}"


def hardest_hit(limit: LimitOutcome) -> GroupLoss:
    """Return the group whose loss is surely the largest: the one whose interval starts highest."""
    return max(limit.groups, key=lambda group: (not math.isnan(group.cost.low), group.cost.low, group.cost.value))


def erased(limit: LimitOutcome) -> list[GroupLoss]:
    """Return the groups on which the limited models are surely right less than a tenth as often as those without."""
    return [group for group in limit.groups if group.limited.high < _ERASED * group.unlimited.value]
