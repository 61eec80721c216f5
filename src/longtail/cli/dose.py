"""``longtail dose``: how the memorization of one copy falls as there are more of them."""

from pathlib import Path
from typing import Annotated

import typer

from longtail.cli.answering import answer_on_run, print_result
from longtail.cli.options import (
    Data,
    Drop,
    Embedding,
    Fraction,
    Group,
    Jobs,
    Json,
    LearnerByTask,
    Missing,
    Seed,
    Target,
    Task,
    Text,
)
from longtail.cli.printing import print_json
from longtail.cli.progress import trial_progress

__all__ = ["dose_command"]


def dose_command(
    data: Data,
    copies: Annotated[str, typer.Option("--copies", help="The doses: how often an example is there.")] = "1,2,4,8,16",
    examples: Annotated[int, typer.Option("--examples", help="Examples at each dose, drawn at random.")] = 30,
    trials: Annotated[int, typer.Option("--trials", help="How many models to train.")] = 400,
    wrong_labels: Annotated[
        bool,
        typer.Option(
            "--wrong-labels",
            help="Canaries: copies of an example share a wrong label, or another's number.",
        ),
    ] = False,
    label_noise: Annotated[
        float, typer.Option("--label-noise", help="Replace this share of all training labels, each copy by itself.")
    ] = 0.0,
    target: Target = None,
    group: Group = None,
    text: Text = None,
    embedding: Embedding = None,
    drop: Drop = None,
    missing: Missing = "refuse",
    task: Task = None,
    learner: LearnerByTask = None,
    limit: Annotated[
        str | None,
        typer.Option("--limit", metavar="NAME:SETTINGS", help="Put the learner under a limit, as longtail limit does."),
    ] = None,
    fraction: Fraction = 0.7,
    level: Annotated[float, typer.Option("--level", help="Nominal coverage of each interval.")] = 0.95,
    seed: Seed = 0,
    run: Annotated[
        Path | None, typer.Option("--run", help="A run on the same data, whose report is to show the answer.")
    ] = None,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Measure the memorization of one of several copies.

    A point seen once is memorized or lost, one seen often is known from its other copies: the paper's curve, on your
    data and learner, beside what it is where one copy is enough, with the accuracy on fresh siblings, and by --group.
    Trains models; writes nothing, but RUN/results/dose.json and the report of RUN anew where --run names one.

    Example: longtail dose digits --wrong-labels
    """
    from longtail.cli.dose_tables import dose_in_words
    from longtail.cli.studying import chosen_study, require_jobs, say_choices, source_of
    from longtail.experiments.dose import dose_study
    from longtail.limits.spelling import named_limit
    from longtail.runs.run_folder import RunFolder

    require_jobs(jobs)
    doses = _parsed(copies)
    if run is not None:
        RunFolder(run).study()  # A folder that is no run is refused before anything is trained.
    source = source_of(
        data,
        target=target,
        group=group,
        together=None,
        text=text,
        embedding=embedding,
        drop=drop,
        missing=missing,
        task=task,
    )
    dataset, chosen, _ = chosen_study(source, learner, trials, fraction, seed)
    if limit is not None:
        chosen = named_limit(limit, dataset, chosen)
    with trial_progress("Training") as progress:
        found = dose_study(
            dataset,
            chosen,
            copies=doses,
            n_examples=examples,
            n_trials=trials,
            fraction=fraction,
            wrong_labels=wrong_labels,
            label_noise=label_noise,
            level=level,
            seed=seed,
            jobs=jobs,
            progress=progress,
        )
    say_choices(dataset)
    if run is not None:
        answer_on_run(run, dose_in_words(found), {"data": data, **found.to_json()} if json else None)
    elif json:
        print_json({"data": data, **found.to_json()})
    else:
        print_result(dose_in_words(found))


def _parsed(copies: str) -> list[int]:
    from longtail.errors import InputError

    try:
        return [int(part) for part in copies.split(",")]
    except ValueError:
        raise InputError("--copies", "be whole numbers with commas between them, as 1,2,4", copies) from None
