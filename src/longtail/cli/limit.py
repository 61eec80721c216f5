"""``longtail limit``: what privacy and compression cost, and whom, beside what the theory says."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from longtail.cli.options import Data, Fraction, Group, Jobs, Json, LearnerName, Out, Seed, Target
from longtail.cli.printing import errors, print_json, print_table, remark
from longtail.cli.printing import out as console
from longtail.cli.progress import trial_progress

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.findings import LimitFindings, LimitOutcome

__all__ = ["limit_command"]

_MOST_GROUPS = 12
_Number = TypeVar("_Number", int, float)


def limit_command(
    data: Data,
    out: Out,
    epsilon: Annotated[str, typer.Option("--epsilon", help="Differential privacy at these levels: 1,3,8.")] = "",
    delta: Annotated[float, typer.Option("--delta", help="Of differential privacy.")] = 1e-5,
    label_epsilon: Annotated[str, typer.Option("--label-epsilon", help="Label privacy at these levels: 1,2.")] = "",
    prune: Annotated[str, typer.Option("--prune", help="Shares of weights to prune: 0.5,0.9.")] = "",
    bits: Annotated[str, typer.Option("--bits", help="Round weights to so many bits: 8,4.")] = "",
    controls: Annotated[
        bool, typer.Option("--controls", help="Also train without noise, and without clipping: the split of the cost.")
    ] = False,
    trials: Annotated[int, typer.Option("--trials", help="Models of each learner.")] = 40,
    rows: Annotated[
        int | None, typer.Option("--rows", help="Study a random part of so many training examples.")
    ] = None,
    subpopulations: Annotated[
        str, typer.Option("--subpopulations", help="What predictions are made of: found, given, none.")
    ] = "found",
    target: Target = None,
    group: Group = None,
    learner: LearnerName = "mlp",
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """What privacy and compression cost, and whom.

    Trains with each limit and without, and sets the loss of each group beside what the theory predicts. Run it again to
    resume. Writes RUN: the study, the trials, findings.json and report.html.

    Example: longtail limit digits --epsilon 3 --prune 0.9 --out runs/limits
    """
    from longtail.cli.studying import chosen_study, require_jobs
    from longtail.study import DataSource, Levels, RunFolder, limit, planned_limits

    require_jobs(jobs)
    levels = Levels(
        epsilons=_numbers("--epsilon", epsilon, float),
        delta=delta,
        label_epsilons=_numbers("--label-epsilon", label_epsilon, float),
        sparsities=_numbers("--prune", prune, float),
        bits=_numbers("--bits", bits, int),
        controls=controls,
    )
    source = DataSource(data=data, target=target, group=group, rows=rows)
    dataset, chosen, design = chosen_study(source, learner, trials, fraction, seed)
    dataset = dataset if rows is None else dataset.sample(rows)
    limits = planned_limits(dataset, chosen, levels)

    def say(text: str) -> None:
        errors.print(text, markup=False)

    with trial_progress("Training") as bar:

        def watched(what: str) -> Callable[[int, int], None]:
            say(f"Training: {what}")
            return bar

        findings = limit(
            source,
            dataset,
            chosen,
            design,
            out,
            limits,
            subpopulations=subpopulations,  # type: ignore[arg-type]  # checked where it is used
            jobs=jobs,
            progress=watched,
            say=say,
        )
    assert findings.limits is not None
    if json:
        print_json(findings.to_json()["limits"])
        return
    _print(findings.limits)
    console.print(f"\nThe report: {RunFolder(out).report}", markup=False)


def _numbers(option: str, text: str, kind: Callable[[str], _Number]) -> tuple[_Number, ...]:
    """``1,3,8`` as numbers."""
    from longtail.errors import InputError

    try:
        return tuple(kind(part) for part in text.split(",") if part.strip())
    except ValueError:
        whole = "whole numbers" if kind is int else "numbers"
        raise InputError(option, f"be {whole} separated by commas", text, "For instance 8,4.") from None


def _print(found: "LimitFindings") -> None:
    console.print(
        f"Without limits: right on {_percent(found.unlimited_accuracy)} of test examples, mean memorization "
        f"{_percent(found.unlimited_memorization)}.\n"
    )
    print_table(
        f"Accuracy lost, over {found.n_trials} pairs of models, in percent",
        ("limit", "lost", "on seen kinds", "predicted", "memorization", "forced*"),
        [_line(each) for each in found.limits],
    )
    if found.resolutions:
        remark(
            "Predicted is what the theory says of kinds that the training subsets held; beside it the part of the loss "
            f"on those kinds (told apart at {found.resolutions[len(found.resolutions) // 2]}).\n"
            "*: the least error above the optimum that a promise forces; no difference of two learners."
        )
    for each in found.limits:
        _print_groups(found, each)
    if found.split:
        console.print()
        rows = [(f"{part.limit}: {part.part}", _cell(part.cost)) for part in found.split]
        print_table("What of private training costs, in percent of accuracy", ("part", "cost"), rows)
    if found.assumptions:
        remark(f"\nPredictions assume: {'; '.join(found.assumptions)}.")


def _line(each: "LimitOutcome") -> tuple[str, ...]:
    middle = len(each.predicted) // 2
    seen, predicted = (each.measured_on_seen[middle], each.predicted[middle]) if each.predicted else (None, None)
    return each.name, *map(_cell, (each.measured, seen, predicted, each.memorization, each.forced))


def _print_groups(found: "LimitFindings", each: "LimitOutcome") -> None:
    dearest = sorted(each.groups, key=lambda group: -group.cost.value)[:_MOST_GROUPS]
    left = f", the {_MOST_GROUPS} dearest of {len(each.groups)}" if len(each.groups) > _MOST_GROUPS else ""
    console.print()
    print_table(
        f"{each.name}: accuracy in percent by {found.groups}{left}",
        ("group", "train/test", "without", "with", "lost", "predicted"),
        [
            (
                group.name,
                f"{group.n_train}/{group.n_test}",
                _cell(group.unlimited, 0),
                _cell(group.limited, 0),
                _cell(group.cost),
                _cell(group.predicted),
            )
            for group in dearest
        ],
    )


def _cell(estimate: "Estimate | None", digits: int = 1) -> str:
    if estimate is None:
        return "–"
    value, low, high = (100 * end for end in (estimate.value, estimate.low, estimate.high))
    return f"{value:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"


def _percent(estimate: "Estimate") -> str:
    return f"{estimate.value:.1%} [{estimate.low:.1%}, {estimate.high:.1%}]"
