"""``longtail equalize``: which level of privacy or compression costs every group the same."""

import math
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from longtail.cli.answering import answer_on_run, run_of_classes
from longtail.cli.options import Json, Run

if TYPE_CHECKING:
    from longtail.experiments.equal_levels import EqualLevels, TrainedLevel
    from longtail.experiments.level_planner import GroupLevel
    from longtail.findings.results import Result

__all__ = ["equalize_command"]

_COLUMNS = {"memorization": "memorization γ", "label privacy": "label ε", "differential privacy": "ε"}


def equalize_command(
    run: Run,
    budget: Annotated[
        float, typer.Option("--budget", help="Accuracy that each group may lose, within the group: 0.01 is a point.")
    ] = 0.01,
    delta: Annotated[float, typer.Option("--delta", help="Of differential privacy.")] = 1e-5,
    public: Annotated[
        bool, typer.Option("--public-groups", help="Everybody knows who is in which group; levels may tell it.")
    ] = False,
    subpopulations: Annotated[
        Literal["found", "given"], typer.Option("--subpopulations", help="What tails are made of.")
    ] = "found",
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    json: Json = False,
) -> None:
    """Find one level for each group that costs all the same.

    For each group, or class, the strongest limit that was trained in RUN whose predicted cost keeps to the budget, and
    the strongest guarantee that does not force more. Levels that would break their guarantee are refused. Writes
    RUN/results/equalize.json, and the report anew.

    Example: longtail equalize runs/limits --budget 0.01
    """
    from dataclasses import asdict

    from longtail.experiments.equal_levels import equal_levels

    folder = run_of_classes(run, "levels that cost groups the same")
    plan = equal_levels(
        folder, budget, delta=delta, groups_are_public=public, subpopulations=subpopulations, level=level
    )
    plain = {"budget": budget, "delta": delta, "level": level, **asdict(plan)}
    answer_on_run(run, _told(plan, budget, delta, len(folder.trials().numbers())), plain if json else None)


def _told(plan: "EqualLevels", budget: float, delta: float, n_trials: int) -> "Result":
    from longtail.findings.results import Result, ResultTable
    from longtail.percent import chosen, in_hundredths

    forced = [
        [
            name,
            in_hundredths(plan.seen_once[name]),
            in_hundredths(plan.guessed[name]),
            *(_range(groups[place]) for groups in plan.forced.values()),
        ]
        for place, name in enumerate(plan.seen_once)
    ]
    tables = [
        ResultTable(
            title=f"The strongest guarantee that does not force more than {chosen(budget)}",
            columns=[plan.groups, "seen once, %", "guessed, %", *(_COLUMNS[kind] for kind in plan.forced)],
            rows=forced,
        )
    ]
    notes = [
        "γ: no example raises the chance of its own label by more; label ε: (ε, 0)-label-differential privacy; ε: "
        f"(ε, {delta:g})-differential privacy. 0: what the group saw once, guessed so often, forces no more whatever "
        "is guaranteed. This is a bound, and a real learner may lose more."
    ]
    if plan.trained:
        rows = [[name, *(_cell(kind[name]) for kind in plan.trained.values())] for name in plan.seen_once]
        title = f"The strongest limit trained that is predicted to cost at most {chosen(budget)} within the group"
        tables.insert(0, ResultTable(title=title, columns=[plan.groups, *plan.trained], rows=rows))
        notes.insert(0, "In parentheses the predicted cost in percent; what each guarantees stands in the report.")
    else:
        notes.insert(0, "No limit was trained here: longtail limit --epsilon 1,3,8 --prune 0.5,0.9 adds some.")
    return Result(
        name="equalize",
        title="One level for each group that costs all the same",
        command=f"longtail equalize RUN --budget {budget:g}",
        n_trials=n_trials,
        said=[f"Refused: {reason}" for reason in plan.refused],
        tables=tables,
        notes=notes,
    )


def _cell(found: "TrainedLevel | None") -> str:
    if found is None:
        return "none"
    from longtail.percent import in_hundredths

    return f"{found.limit} ({in_hundredths(found.predicted)})"


def _range(group: "GroupLevel") -> str:
    return f"{_level(group.level)} [{_level(group.strongest)}, {_level(group.weakest)}]"


def _level(level: float) -> str:
    return "none" if math.isinf(level) else f"{level:.3g}"
