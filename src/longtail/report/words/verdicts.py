"""What a limit costs, in a verdict: by the whole, by mean recall, and by its worst class and group.

A limit is cheap if it surely loses no more than a point both of accuracy and of mean recall, and surely more of no
class and no group. It is costly if it surely loses more than a point of any of these. Intervals of groups and classes
hold together, so that many groups do not make a limit costly by chance.
"""

import math

from longtail.findings import GroupLoss, LimitFindings, LimitOutcome

__all__ = [
    "AFFORDABLE",
    "became_constant",
    "cheap",
    "costly",
    "erased",
    "group_name",
    "hardest_hit",
    "severity",
    "unsettled",
]

AFFORDABLE = 0.01
"""Accuracy that may be lost to a limit that is called affordable: one point."""

_ERASED = 0.1


def cheap(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that surely lose no more than one point, by the whole, by mean recall, and of no group."""
    return [each for each in limits.limits if _most(each) <= AFFORDABLE and not _costs(limits, each)]


def costly(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that surely lose more than one point, by the whole, by mean recall, or of a group."""
    return [each for each in limits.limits if _costs(limits, each)]


def unsettled(limits: LimitFindings) -> list[LimitOutcome]:
    """Return the limits that cannot be told to lose more, nor to lose at most that."""
    return [each for each in limits.limits if _most(each) > AFFORDABLE and not _costs(limits, each)]


def severity(limits: LimitFindings, limit: LimitOutcome) -> tuple[float, ...]:
    """Return the sort key of a limit that rises with what it does to whom it hits hardest."""
    surely = [limit.measured.low] + ([hardest_hit(limit).cost.low] if limit.groups else [])
    return bool(became_constant(limits, limit)), len(erased(limit)), max(surely), limit.measured.value


def group_name(limits: LimitFindings, group: GroupLoss) -> str:
    """Write the name of a group, and whether it is a class."""
    given = limits.groups != "classes" and not any(group is each for limit in limits.limits for each in limit.classes)
    return f"{'group' if given else 'class'} {group.name}"


def hardest_hit(limit: LimitOutcome) -> GroupLoss:
    """Return the group or class whose loss is surely the largest: the one whose interval starts highest."""
    every = [*limit.groups, *limit.classes]
    return max(every, key=lambda group: (not math.isnan(group.cost.low), group.cost.low, group.cost.value))


def erased(limit: LimitOutcome) -> list[GroupLoss]:
    """Return the groups and classes on which the limited models are surely right less than a tenth as often."""
    every = [*limit.groups, *limit.classes]
    return [group for group in every if group.limited.high < _ERASED * group.unlimited.value]


def became_constant(limits: LimitFindings, limit: LimitOutcome) -> str:
    """Return the class that models always answer under a limit, and did not without it. Empty if there is none."""
    if limit.judged is None or (limits.judged is not None and limits.judged.constant == limit.judged.constant):
        return ""
    return limit.judged.constant


def _most(limit: LimitOutcome) -> float:
    """Return the most that a limit may cost, of accuracy and of mean recall."""
    recall = None if limit.judged is None else limit.judged.recall_lost
    return limit.measured.high if recall is None else max(limit.measured.high, recall.high)


def _costs(limits: LimitFindings, limit: LimitOutcome) -> bool:
    recall = None if limit.judged is None else limit.judged.recall_lost
    surely = [limit.measured, *([] if recall is None else [recall])]
    surely += [group.cost for group in (*limit.groups, *limit.classes)]
    return any(each.low > AFFORDABLE for each in surely) or bool(erased(limit) or became_constant(limits, limit))
