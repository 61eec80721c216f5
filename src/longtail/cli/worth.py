"""``longtail worth``: what the memorized examples, or any others, are worth on new data.

The memorized ones are left out beside what they are compared with: those that look mislabeled, those that look rare,
and as many others.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.options import Jobs, Json, LearnerOfRun, Run
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, remark
from longtail.cli.progress import trial_progress
from longtail.percent import chosen

if TYPE_CHECKING:
    from longtail.dataset import Dataset
    from longtail.estimate import Estimate
    from longtail.outcomes import Outcomes
    from longtail.runs.run_folder import RunFolder

__all__ = ["worth_command"]


def worth_command(
    run: Run,
    of: Annotated[
        str,
        typer.Option("--of", help="memorized, group:NAME, class:NAME, or a file with a row number of the data a line."),
    ] = "memorized",
    on: Annotated[
        str | None,
        typer.Option("--on", help="The test examples that count: class:NAME, group:NAME, or a file; all otherwise."),
    ] = None,
    trials: Annotated[
        int | None, typer.Option("--trials", help="Models without each set; at most 100 if not given.")
    ] = None,
    learner: LearnerOfRun = None,
    level: Annotated[float, typer.Option("--level", help="Coverage of all intervals together.")] = 0.95,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Measure what some training examples are worth on new data.

    Trains the trials of RUN again without them, with the same subsets and seeds, and compares on test examples: a
    vendor's rows, a year, a class. Without --of and --on it tests whether this learning needs memorization: without
    the memorized examples, chosen on other trials than they are judged on; without those that look mislabeled, those
    that look rare, and as many others of the same classes. Rows that you choose by scores of RUN look worth more than
    they are. Writes the new trials into RUN; of the memorized also RUN/removal.json, and the report anew.

    Example: longtail worth runs/people --of group:2019 --on class:yes
    """
    from longtail.cli.studying import require_jobs
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.study.worth import counted_examples, memorized_examples, named_examples, worth_of

    require_jobs(jobs)
    folder = RunFolder(run)
    dataset, outcomes = reload_dataset(folder.study()), folder.trials().outcomes()
    if of == "memorized" and on is None and not outcomes.of_numbers:
        _necessity(folder, dataset, outcomes, learner, trials=trials, level=level, jobs=jobs, json=json)
        return
    judged = trials
    if of == "memorized":
        rows, judged = memorized_examples(outcomes, trials)
    else:
        rows = named_examples(dataset, of)
    counted = counted_examples(dataset, on)
    with trial_progress("Models without them") as progress:
        arm = worth_of(
            folder,
            dataset,
            outcomes,
            learner,
            rows,
            on=counted,
            n_trials=judged,
            level=level,
            jobs=jobs,
            progress=progress,
        )
    if json:
        print_json(arm.to_json() | {"of": of, "on": on})
        return
    console.print(f"{len(arm.removed):,} training examples ({of}) are worth {_worth(arm.loss, outcomes, on)}.")
    remark(
        f"\n{arm.lost.shape[0]} models with and without them, {arm.in_a_subset:.1f} of them in a subset, judged on "
        f"{arm.lost.shape[1]:,} test examples; {chosen(level)} interval over both. Negative: models are better without."
    )


def _necessity(
    folder: "RunFolder",
    dataset: "Dataset",
    outcomes: "Outcomes",
    learner: str | None,
    *,
    trials: int | None,
    level: float,
    jobs: int | None,
    json: bool,
) -> None:
    """Train without the memorized and without the sets that they are compared with, and print the verdict."""
    from longtail.cli.removal_tables import print_removal
    from longtail.findings.plain import to_plain
    from longtail.study.refreshed import refreshed_report
    from longtail.study.removal import removal_of_memorized

    with trial_progress("Models without the sets") as progress:
        found = removal_of_memorized(
            folder, dataset, outcomes, learner, n_trials=trials, level=level, jobs=jobs, progress=progress
        )
    refreshed_report(folder)
    if json:
        print_json(to_plain(found) | {"of": "memorized", "on": None})
        return
    print_removal(found)


def _worth(loss: "Estimate", outcomes: "Outcomes", on: str | None) -> str:
    """Write what is lost with its unit: points of accuracy, or the quality that numbers have."""
    if outcomes.of_numbers:
        from longtail.analysis.quality import quality_name

        where = "on test examples" if on is None else f"on {on}"
        from longtail.percent import with_decimals

        return f"{with_decimals(loss)} of {quality_name(outcomes.kind)} {where}"
    from longtail.report.words.worth import points

    return f"{points(loss)} points {'of test accuracy' if on is None else f'of accuracy on {on}'}"
