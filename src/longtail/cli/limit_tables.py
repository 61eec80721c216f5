"""What ``longtail limit`` prints for people: the limits, each by group, and the parts of what privacy costs."""

from longtail.cli.judged_tables import print_judged
from longtail.cli.printing import out as console
from longtail.cli.printing import print_table, remark
from longtail.cli.remedy_tables import print_exemplars, print_remedies
from longtail.estimate import Estimate
from longtail.findings import FlippedExample, GroupLoss, LimitFindings, LimitOutcome
from longtail.findings.example_name import COUNTED, held_out_name, training_name
from longtail.percent import in_hundredths, percent, share
from longtail.report.words.limits import limits_answer

__all__ = ["print_limits"]

_MOST_GROUPS = 12
_MOST_EXAMPLES = 6


def print_limits(found: LimitFindings) -> None:
    """Print what limits cost in two sentences, then all tables of the limits."""
    console.print(f"{limits_answer(found)}\n", markup=False)
    console.print(
        f"Without limits: right on {percent(found.unlimited_accuracy)} of new examples, mean "
        f"memorization {percent(found.unlimited_memorization)}.\n"
    )
    _print_overview(found)
    print_judged(found)
    print_remedies(found)
    for each in found.limits:
        _print_groups(each.name, found.groups, each.groups)
        if each.classes:
            _print_groups(each.name, "class", each.classes)
        _print_flipped(each)
        if each.choice:
            console.print(each.choice, markup=False)
    if found.split:
        console.print()
        rows = [(f"{part.limit}: {part.part}", _cell(part.cost)) for part in found.split]
        print_table("What of private training costs, in percent of accuracy", ("part", "cost"), rows)
    print_exemplars(found)
    _print_gallery(found, "Hardest: what models without limits know and limited ones lose", found.lost)
    _print_gallery(found, "Easiest: what every model keeps", found.kept)
    if found.lost or found.kept or any(each.flipped for each in found.limits):
        remark(f"\n{COUNTED}")
    if found.assumptions:
        remark(f"\nPredictions assume: {'; '.join(found.assumptions)}.")


def _print_overview(found: LimitFindings) -> None:
    print_table(
        f"Accuracy lost, over {found.n_trials} pairs of models, in percent",
        ("limit", "lost", "on seen kinds", "predicted", "memorization", "forced*"),
        [_line(each) for each in found.limits],
    )
    for said in found.about_trials:
        remark(said)
    if found.by_unit:
        remark(found.by_unit)
    if found.below_zero:
        remark(found.below_zero)
    if found.resolutions:
        middle = found.resolutions[len(found.resolutions) // 2]
        remark(
            "Predicted is what the theory says of kinds that the training subsets held, coupling as measured; beside "
            f"it the part of the loss on those kinds (told apart at {middle}).\n"
            "*: the least error above the optimum that a guarantee forces; no difference of two learners."
        )


def _line(each: LimitOutcome) -> tuple[str, ...]:
    middle = len(each.predicted) // 2
    seen, predicted = (each.measured_on_seen[middle], each.predicted[middle]) if each.predicted else (None, None)
    return each.name, *map(_cell, (each.measured, seen, predicted, each.memorization, each.forced))


def _print_groups(limit: str, kind: str, groups: list[GroupLoss]) -> None:
    costliest = sorted(groups, key=lambda group: -group.cost.value)[:_MOST_GROUPS]
    left = f", the {_MOST_GROUPS} most costly of {len(groups)}" if len(groups) > _MOST_GROUPS else ""
    console.print()
    print_table(
        f"{limit}: accuracy in percent by {kind}{left}; intervals hold together",
        ("group", "train/test", "without", "with", "lost", "predicted"),
        [
            (
                group.name,
                f"{group.n_train}/{group.n_test}",
                _cell(group.unlimited),
                _cell(group.limited),
                _cell(group.cost),
                _cell(group.predicted),
            )
            for group in costliest
        ],
    )


def _print_flipped(each: LimitOutcome) -> None:
    """Print how memorized the examples are that the limit gives up, and which fall furthest."""
    if each.flipped:
        shown = ", ".join(
            f"{training_name(example.train, example.row)} (" + _three_decimals(example.memorization) + ")"
            for example in each.flipped[:_MOST_EXAMPLES]
        )
        console.print(
            f"Memorization without the limit of training examples that its models mostly misfit: "
            f"{_cell(each.misfitted_memorization)} percent, of the others {_cell(each.fitted_memorization)}. "
            f"Those that fall furthest, and their memorization without it: {shown}.",
            markup=False,
        )


def _print_gallery(found: LimitFindings, title: str, examples: list[FlippedExample]) -> None:
    if examples:
        console.print()
        print_table(
            f"{title}, by shares of models ({'; '.join(found.compared)})",
            ("label", "test example", "without", "with"),
            [
                (each.label, held_out_name(each.test, each.row), share(each.unlimited), share(each.limited))
                for each in examples[:_MOST_EXAMPLES]
            ],
        )


def _three_decimals(memorization: Estimate | None) -> str:
    return "unknown" if memorization is None else f"{memorization.value:.3f}"


def _cell(estimate: Estimate | None) -> str:
    return "–" if estimate is None else in_hundredths(estimate)
