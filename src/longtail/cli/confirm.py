"""``longtail confirm``: the memorization of a run against retraining without each example."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run
from longtail.cli.options import Jobs, Json, LearnerOfRun, Run, Seed

if TYPE_CHECKING:
    from longtail.experiments.confirmation import Confirmation
    from longtail.findings.results import Result

__all__ = ["confirm_command"]


def confirm_command(
    run: Run,
    others: Annotated[
        list[Path] | None,
        typer.Argument(metavar="RUN…", help="Runs of the same study at other fractions: the mean is followed to 1."),
    ] = None,
    top: Annotated[int, typer.Option("--top", help="How many of the most memorized examples to retrain without.")] = 10,
    models: Annotated[int, typer.Option("--models", help="Models with all examples, and without each.")] = 20,
    subsets: Annotated[int, typer.Option("--subsets", help="Subsets for the split of variance.")] = 20,
    seeds: Annotated[int, typer.Option("--seeds", help="Models on each of those subsets.")] = 4,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    learner: LearnerOfRun = None,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Retrain the most memorized without each of them.

    Retrains with all examples and without each of the most memorized, and several models on each of several subsets.
    With runs at other fractions it also estimates the mean in the limit. Writes RUN/confirmation.json,
    RUN/results/confirm.json and the report anew.

    Example: longtail confirm runs/digits --top 10
    """
    from longtail.checked_json import checked_text
    from longtail.cli.studying import require_jobs
    from longtail.experiments.confirmation import confirm, outcomes_by_fraction
    from longtail.findings.example_name import named_rows
    from longtail.runs.learner_of_run import learner_of_run
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.whole_files import write_atomically

    require_jobs(jobs)
    folder = RunFolder(run)
    study = folder.study()
    chosen = learner_of_run(study, learner)
    dataset = reload_dataset(study)
    by_fraction = outcomes_by_fraction(run, others or ())
    found = confirm(
        chosen,
        dataset,
        by_fraction,
        next(iter(by_fraction)),
        top=top,
        n_models=models,
        n_subsets=subsets,
        n_seeds=seeds,
        seed=seed,
        level=level,
        jobs=jobs,
    )
    with folder.writing():
        write_atomically(run / "confirmation.json", checked_text(found.to_json(), indent=1, owner=folder.key))
        folder.remember("confirmation.json", "longtail confirm RUN")
    names = named_rows(found.top.train.tolist(), dataset.position)
    n_trials = next(iter(by_fraction.values())).n_trials
    answer_on_run(
        run, _told(found, names, n_trials, tied=dataset.together is not None), found.to_json() if json else None
    )


def _told(found: "Confirmation", names: list[str], n_trials: int, *, tied: bool) -> "Result":
    from longtail.findings.example_name import COUNTED
    from longtail.findings.results import Result, ResultTable
    from longtail.percent import percent

    scores, top = found.scores, found.top
    rows = [
        [
            names[place],
            f"{scores.value[i]:.3f} [{scores.low[i]:.3f}, {scores.high[i]:.3f}]",
            f"{top.value[place]:.3f} [{top.low[place]:.3f}, {top.high[place]:.3f}]",
        ]
        for place, i in enumerate(top.train.tolist())
    ]
    said = []
    if found.limit_of_mean is not None:
        mean = found.limit_of_mean
        said.append(
            f"Mean memorization in the limit of leaving out one: {mean}, {mean.method}. {mean.warning}".rstrip()
        )
    kind = top.kind
    what = "being right" if kind.is_right_or_wrong else kind.title
    said.append(
        f"Of the variance of {what} on a left-out example, {percent(found.variance.share_of_subset_out)} "
        "is the subset's and the rest the seed's."
    )
    if tied:
        said.append("Rows belong to units: without an example means without all rows of its unit.")
    unit = "" if kind.is_right_or_wrong else f", {kind.unit}"
    return Result(
        name="confirm",
        title="The most memorized examples, retrained without each",
        command="longtail confirm RUN",
        n_trials=n_trials,
        said=said,
        tables=[
            ResultTable(
                title=f"The {len(rows)} most memorized, retrained without each ({top.n_models} models each)",
                columns=["example", f"subsampled{unit}", f"leave-one-out{unit}"],
                rows=rows,
            )
        ],
        notes=[
            "Intervals are for one example each. Leave-one-out memorization is the smaller quantity: a subset lacks "
            f"many of an example's likes, too. The models with all examples are shared by all rows. {COUNTED}"
        ],
    )
