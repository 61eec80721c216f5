"""``longtail measure``: run or resume the trials of a study."""

from dataclasses import replace
from typing import Annotated

import typer

from longtail.cli.options import (
    Data,
    Drop,
    Embedding,
    Fraction,
    Group,
    Jobs,
    Json,
    LanguageModel,
    LearnerOfRunIfAny,
    Memory,
    Missing,
    Out,
    Seed,
    Target,
    Task,
    Test,
    Text,
    Together,
)
from longtail.cli.printing import out as console
from longtail.cli.printing import print_json, remark
from longtail.cli.progress import trial_progress
from longtail.memory_at_hand import require_memory_to_start

__all__ = ["measure_command"]


def measure_command(
    data: Data,
    out: Out,
    trials: Annotated[int, typer.Option("--trials", help="How many models to train.")] = 400,
    share: Annotated[
        str | None,
        typer.Option(
            "--range", metavar="A:B", help="This machine's share: trials A to B - 1. Join with longtail merge."
        ),
    ] = None,
    target: Target = None,
    group: Group = None,
    together: Together = None,
    text: Text = None,
    embedding: Embedding = None,
    test: Test = None,
    drop: Drop = None,
    missing: Missing = "refuse",
    task: Task = None,
    learner: LearnerOfRunIfAny = None,
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    subsets: Annotated[
        int | None,
        typer.Option("--subsets", help="Only so many different subsets, each under several seeds: longtail judge."),
    ] = None,
    jobs: Jobs = None,
    margins: Annotated[
        bool, typer.Option("--margins/--no-margins", help="Keep margins and confidences, 16 of 17 parts of the disk.")
    ] = True,
    memory: Memory = 2.0,
    language_model: LanguageModel = False,
    json: Json = False,
) -> None:
    """Train the models: who is right on what, with and without it.

    Each model sees a random subset. Run it again to resume or, with more --trials, to grow. Writes RUN: the study and
    a file for each trial.

    Example: longtail measure digits --trials 400 --out runs/digits
    """
    require_memory_to_start()
    from longtail.analysis.accuracy import fit_of
    from longtail.cli.studying import (
        bytes_of_memory,
        chosen_study,
        fit_in_words,
        parsed_range,
        require_jobs,
        say_choices,
        say_quality,
        source_of,
    )
    from longtail.runs.measure import measure

    require_jobs(jobs)
    budget = bytes_of_memory(memory)
    source = source_of(
        data,
        target=target,
        group=group,
        together=together,
        text=text,
        embedding=embedding,
        test=test,
        drop=drop,
        missing=missing,
        task=task,
        language_model=language_model,
    )
    own_trials = None if share is None else parsed_range(share)
    dataset, chosen, design = chosen_study(source, learner, trials, fraction, seed, out=out)
    design = replace(design, n_subsets=subsets)
    with trial_progress("Training") as progress:
        outcomes = measure(
            source,
            dataset,
            chosen,
            design,
            out,
            trials=own_trials,
            jobs=jobs,
            margins=margins,
            memory=budget,
            progress=progress,
        )
    say_choices(dataset)
    if outcomes.of_numbers:
        say_quality(outcomes, out, as_json=json)
        return
    fit = fit_of(outcomes, 0.95, dataset.together_test)
    if json:
        print_json(
            {
                "run": str(out),
                "n_trials": outcomes.n_trials,
                "included_accuracy": fit.included_accuracy,
                "left_out_accuracy": fit.left_out_accuracy,
                "test_accuracy": fit.test_accuracy,
                "failed": outcomes.about_failed,
            }
        )
        return
    console.print(f"{outcomes.n_trials} models in {out}: {fit_in_words(fit)}.")
    remark(f"Next: longtail scores {out}")
