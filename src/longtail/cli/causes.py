"""``longtail causes``: how much of memorization is due to wrong labels, small classes and atypical examples."""

from typing import TYPE_CHECKING, Annotated

import typer

from longtail.cli.answering import answer_on_run
from longtail.cli.options import Jobs, Json, LearnerOfRun, Run
from longtail.cli.progress import trial_progress

if TYPE_CHECKING:
    from longtail.findings.results import Result
    from longtail.scores.three_tails import ThreeTails

__all__ = ["causes_command"]


def causes_command(
    run: Run,
    models: Annotated[
        int, typer.Option("--models", help="Models to train for each choice of flipped labels, at least 10.")
    ] = 60,
    flips: Annotated[int, typer.Option("--flips", help="How often 5 % of the labels are chosen and flipped.")] = 6,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    learner: LearnerOfRun = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Divide memorization by its cause: a label, a class, an example.

    Wrong labels, small classes and atypical examples: the parts add up to all that the run measured. Labels are flipped
    and models trained on that, to tell how many labels are wrong; what a small class adds is read from how memorization
    falls with the size of a class; the rest is atypical. Writes RUN/results/causes.json, and the report anew.

    Example: longtail causes runs/digits
    """
    from dataclasses import asdict

    from longtail.analysis.analysis import Analysis
    from longtail.cli.studying import require_jobs
    from longtail.errors import InputError
    from longtail.runs.reload import reload_dataset
    from longtail.runs.run_folder import RunFolder
    from longtail.study.three_tails_of_run import three_tails_of_run

    require_jobs(jobs)
    if models < 10:
        raise InputError("--models", "be at least 10", models)
    if flips < 1:
        raise InputError("--flips", "be at least 1", flips)
    folder = RunFolder(run)
    outcomes = folder.trials().outcomes()
    if outcomes.of_numbers:
        raise InputError("RUN", "be of a classification, whose labels may be wrong", str(run))
    analysis = Analysis(reload_dataset(folder.study()), outcomes, level)
    with trial_progress("Models on flipped labels") as progress:
        found = three_tails_of_run(
            analysis, folder, learner, n_models=models, n_flips=flips, jobs=jobs, progress=progress
        )
    plain = {"n_trials": outcomes.n_trials, "level": level, **asdict(found)} if json else None
    answer_on_run(run, _told(found, outcomes.n_trials), plain)


def _told(found: "ThreeTails", n_trials: int) -> "Result":
    from longtail.findings.results import Result, ResultTable
    from longtail.percent import in_hundredths, percent

    parts = (found.wrong_labels, found.small_classes, found.atypical)
    names = ("wrong labels", "small classes", "atypical examples")
    rows = [
        [name, in_hundredths(part), in_hundredths(share)]
        for name, part, share in zip(names, parts, found.shares, strict=True)
    ]
    rows.append(["together", in_hundredths(found.total), "100"])
    wrong, small, rest = (percent(share) for share in found.shares)
    low, high = found.n_wrong.low, found.n_wrong.high
    return Result(
        name="causes",
        title="What memorization is due to",
        command="longtail causes RUN",
        n_trials=n_trials,
        said=[
            f"Of all memorization, {wrong} is due to wrong labels, {small} to small classes, and {rest} to atypical "
            "examples."
        ],
        tables=[
            ResultTable(
                title=f"Mean memorization of {found.n_examples:,} examples, in points, divided",
                columns=["due to", "points", "share, %"],
                rows=rows,
            )
        ],
        notes=[
            f"In this order: all of it where the label is wrong, about {found.n_wrong.value:,.0f} [{low:,.0f}, "
            f"{high:,.0f}] labels; where it is right, what a class below the even size of {found.even_size:,.0f} "
            f"({found.n_small} are) has more than at that size, as memorization falls with size to the power "
            f"{found.exponent.value:.2f} [{found.exponent.low:.2f}, {found.exponent.high:.2f}]; atypical is the rest. "
            "It holds for labels wrong at random, and for classes that are about equally hard."
        ],
    )
