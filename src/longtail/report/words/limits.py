"""What limits cost, and whom, in two sentences: who is given up is said before anything else."""

from longtail.findings import GroupLoss, LimitFindings, LimitOutcome
from longtail.percent import percent, points
from longtail.report.words.surely import surely_above_rest
from longtail.report.words.verdicts import (
    AFFORDABLE,
    became_constant,
    cheap,
    costly,
    erased,
    group_name,
    hardest_hit,
    severity,
    unsettled,
)

__all__ = ["gives_up", "limits_answer", "verb"]

_ANOTHER = 0.01  # Accuracy and mean recall that differ by a point are both told.


def limits_answer(limits: LimitFindings) -> str:
    """Say which limit costs most and whom, and which are affordable."""
    worst = max(limits.limits, key=lambda limit: severity(limits, limit))
    told = _told(limits, worst)
    if len(limits.limits) == 1:
        return f"{told}. {_one(limits)}"
    sorts = [
        (cheap(limits), "surely costs no more than one point", "surely cost no more than one point"),
        (unsettled(limits), "may cost more or less than one point", "may cost more or less than one point"),
        (costly(limits), "surely costs more", "surely cost more"),
    ]
    listed = "; ".join(
        f"{len(those)} {one if len(those) == 1 else many} ({'; '.join(_named(limits, each) for each in those)})"
        for those, one, many in sorts
        if those
    )
    return f"{told}. Of {len(limits.limits)} limits, {listed}."


def gives_up(limits: LimitFindings) -> bool:
    """Return whether a limit makes models constant, or erases a class or group: what is to be said first of all."""
    return any(became_constant(limits, each) or erased(each) for each in limits.limits)


def _told(limits: LimitFindings, limit: LimitOutcome) -> str:
    name = limit.name
    costs = f"{verb(name, 'cost')} {points(limit.measured)} of accuracy{_recall(limit)}"
    leaves = f"{verb(name, 'leave')} {points(limit.memorization)} of memorization on average{_below_none(limit)}"
    if constant := became_constant(limits, limit):
        assert limit.judged is not None
        number = max(each.n_models for each in limit.judged.always)
        gone = f", {verb(name, 'erase')} {_gone(limits, erased(limit))}" if erased(limit) else ""
        return (
            f"Under {name} {number} of {limit.judged.n_models} models became constant, and always answer “{constant}”: "
            f"{'it' if verb(name, 'cost') == 'costs' else 'they'} {costs}{gone} and {leaves}"
        )
    name = f"{name[0].upper()}{name[1:]}"
    if erased(limit):
        return f"{name} {verb(name, 'erase')} {_gone(limits, erased(limit))}, {costs} and {leaves}"
    return f"{name} {costs}{_whom(limits, limit)} and {leaves}"


def verb(limit: str, does: str) -> str:
    """Return a verb in the number of a limit's name: trees of depth 3 cost, label privacy costs.

    Examples
    --------
    >>> verb("trees of depth 3", "cost"), verb("label privacy, ε = 1", "cost"), verb("Weights of 4 bits", "leave")
    ('cost', 'costs', 'leave')
    """
    first = limit.split(" ", 1)[0]
    return does if first.endswith("s") and not first.endswith("ss") else f"{does}s"


def _below_none(limit: LimitOutcome) -> str:
    """Say what it means that memorization is surely negative."""
    if limit.memorization.high >= 0:
        return ""
    return " (below none: models that were trained on a row are right on it less often)"


def _gone(limits: LimitFindings, gone: list[GroupLoss]) -> str:
    first = max(gone, key=lambda group: group.cost.low)
    more = f" and {len(gone) - 1} more" if len(gone) > 1 else ""
    return (
        f"{group_name(limits, first)}{more} (right on {percent(first.unlimited)} of it without, on "
        f"{percent(first.limited)} with)"
    )


def _recall(limit: LimitOutcome) -> str:
    """Tell the mean recall lost where it is another number than the accuracy lost, because classes are unequal."""
    lost = None if limit.judged is None else limit.judged.recall_lost
    if lost is None or abs(lost.value - limit.measured.value) < _ANOTHER:
        return ""
    return f" (of recall, as a mean over classes, {points(lost)})"


def _whom(limits: LimitFindings, limit: LimitOutcome) -> str:
    if not limit.groups:
        return ""
    hit = hardest_hit(limit)
    peers = limit.groups if any(hit is each for each in limit.groups) else limit.classes
    n_new = sum(group.n_witnesses for group in peers)
    surely = surely_above_rest(hit.cost, limit.measured, hit.n_witnesses, n_new, len(limit.groups) + len(limit.classes))
    doubt = "" if surely else ", though not surely more than others"
    return f", of {group_name(limits, hit)} {points(hit.cost)}{doubt},"


def _named(limits: LimitFindings, limit: LimitOutcome) -> str:
    """Name a limit, and the group that makes it costly where the whole does not."""
    if not limit.groups or limit.measured.low > AFFORDABLE or hardest_hit(limit).cost.low <= AFFORDABLE:
        return limit.name
    return f"{limit.name} to {group_name(limits, hardest_hit(limit))}"


def _one(limits: LimitFindings) -> str:
    """Say whether the only limit is costly, cheap or unsettled."""
    if unsettled(limits):
        if limits.limits[0].measured.high <= AFFORDABLE:
            return (
                "On the whole it surely costs no more than one point; of recall, as a mean over classes, that could "
                "not be told."
            )
        return "It could not be told to cost more or less than one point."
    return f"It surely costs {'more' if costly(limits) else 'no more'} than one point." if limits.limits else ""
