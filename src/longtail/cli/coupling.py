"""``longtail coupling``: how far misfits carry over to fresh examples, and the mixture bound that follows."""

from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run, run_of_classes
from longtail.cli.options import Json, Run

if TYPE_CHECKING:
    from longtail.estimate import Estimate
    from longtail.experiments.mixture_bound import MixtureBound
    from longtail.findings.results import Result, ResultTable

__all__ = ["coupling_command"]


def coupling_command(
    run: Run,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    json: Json = False,
) -> None:
    """Measure how far misfits carry over to fresh examples.

    Measures the coupling of the mixture theorem, by how often a subpopulation was in the training subset, and evaluates
    the bound on the error above the optimum. Subpopulations are those given by --group, or found at several radii.
    Writes RUN/results/coupling.json, and the report anew.

    Example: longtail coupling runs/digits
    """
    from dataclasses import asdict

    from longtail.analysis.partitions import partitions_of
    from longtail.experiments.mixture_bound import mixture_bound
    from longtail.runs.reload import reload_dataset

    folder = run_of_classes(run, "the coupling of costs to memorization")
    outcomes = folder.trials().outcomes()
    found = {
        partition.name: mixture_bound(outcomes, partition.ids, level)
        for partition in partitions_of(reload_dataset(folder.study()))
    }
    plain = {name: asdict(bound) for name, bound in found.items()}
    answer_on_run(
        run,
        _told(found, outcomes.n_trials),
        {"n_trials": outcomes.n_trials, "level": level, "partitions": plain} if json else None,
    )


def _told(found: "dict[str, MixtureBound]", n_trials: int) -> "Result":
    from longtail.findings.results import Result
    from longtail.percent import percent

    return Result(
        name="coupling",
        title="How far misfits carry over to fresh examples",
        command="longtail coupling RUN",
        n_trials=n_trials,
        said=[
            f"By {name}: the error above the optimum is at least {percent(bound.excess)} (plug-in)."
            for name, bound in found.items()
        ],
        tables=[_table(name, bound) for name, bound in found.items()],
        notes=[
            "A misfit carried over is a left-out example of the subpopulation that is misjudged, too; where too few "
            "show it, it adds nothing to the bound. That is on the error above the optimum, no difference of two "
            "learners. It takes the coupling of the models at hand for that of any; its lower end has each part at the "
            "lower end of its interval."
        ],
    )


def _table(name: str, bound: "MixtureBound") -> "ResultTable":
    from longtail.findings.results import ResultTable
    from longtail.percent import share

    rows = [
        [
            str(row.count),
            f"{row.n_subpopulations:.1f}",
            share(row.misfitted) if row.n_subpopulations else "–",
            _interval(row.misfits_carried),
            _interval(row.fits_carried),
        ]
        for row in bound.rows
    ]
    columns = ["seen", "subpopulations", "misfitted", "misfits carried over", "fits carried over"]
    return ResultTable(title=f"Subpopulations: {name}", columns=columns, rows=rows)


def _interval(part: "Estimate | None") -> str:
    from longtail.percent import with_decimals

    return "too few show it" if part is None else with_decimals(part)
