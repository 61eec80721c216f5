"""What ``longtail limit`` prints of the worst class and group under each limit, and of either mistake by group."""

from longtail.cli.printing import out as console
from longtail.cli.printing import print_table, remark
from longtail.estimate import Estimate
from longtail.findings import Judged, LimitFindings, Worst

__all__ = ["print_judged"]

_MOST_GROUPS = 12


def print_judged(found: LimitFindings) -> None:
    """Print a row for each learner, and rates of either mistake by group where there are two classes."""
    learners = [("without limits", found.judged), *((each.name, each.judged) for each in found.limits)]
    known = [(name, each) for name, each in learners if each is not None]
    if not known:
        return
    console.print()
    grouped = any(each.worst_group for _, each in known)
    print_table(
        "Right on new examples, in percent: all, mean over classes, the worst class"
        + (" and group" if grouped else ""),
        (
            "learner",
            "all",
            "mean recall",
            "recall lost",
            "worst class",
            *(["worst group"] if grouped else []),
            "attack",
        ),
        [_line(name, each, grouped=grouped) for name, each in known],
    )
    for name, each in known:
        for always in each.always:
            remark(f"{name}: {always.n_models} of {each.n_models} models always answer {always.label!r}.")
    if found.untested:
        remark(found.untested)
    for name, each in known:
        if each.rates:
            _print_rates(name, each)


def _line(name: str, each: Judged, *, grouped: bool) -> tuple[str, ...]:
    worst = [_worst(each.worst_class), *([_worst(each.worst_group)] if grouped else [])]
    return name, *map(_cell, (each.accuracy, each.recall, each.recall_lost)), *worst, _cell(each.advantage)


def _worst(worst: Worst | None) -> str:
    return "–" if worst is None else f"{worst.name} {_cell(worst.right)}"


def _print_rates(name: str, each: Judged) -> None:
    console.print()
    print_table(
        f"{name}: wrong answers in percent, {each.positive!r} being positive (the rarer class)",
        ("group", "positive/negative", "false negative", "false positive"),
        [
            (
                rate.name,
                f"{rate.n_positive}/{rate.n_negative}",
                _cell(rate.false_negative),
                _cell(rate.false_positive),
            )
            for rate in each.rates[: _MOST_GROUPS + 1]
        ],
    )


def _cell(estimate: Estimate | None) -> str:
    if estimate is None:
        return "–"
    value, low, high = (100 * end for end in (estimate.value, estimate.low, estimate.high))
    return f"{value:.1f} [{low:.1f}, {high:.1f}]"
