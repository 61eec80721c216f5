"""``longtail limit``: what privacy and compression cost, and whom, beside what the theory says."""

from typing import Annotated, Literal

import typer

from longtail.cli.limit_options import (
    Bits,
    Controls,
    Delta,
    Epsilons,
    LabelEpsilons,
    LimitCommand,
    Named,
    PrivateSettings,
    Sparsities,
    spelled_out,
)
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
    Missing,
    Out,
    Seed,
    Target,
    Task,
    Test,
    Text,
    Together,
)
from longtail.cli.printing import errors, print_json
from longtail.cli.printing import out as console
from longtail.cli.progress import trial_progress

__all__ = ["COMMAND_CLASS", "limit_command"]

COMMAND_CLASS = LimitCommand

_Trials = Annotated[int, typer.Option("--trials", help="Models of each learner.")]
_Rows = Annotated[int | None, typer.Option("--rows", help="Study a random part of so many training examples.")]
_Subpopulations = Annotated[
    Literal["found", "given", "none"], typer.Option("--subpopulations", help="What predictions are made of.")
]
_LearnerSettings = Annotated[
    str, typer.Option("--learner-settings", help="Of the learner, by name: hidden=128,batch_size=64.")
]


def limit_command(
    data: Data,
    out: Out,
    epsilon: Epsilons = "",
    delta: Delta = None,
    label_epsilon: LabelEpsilons = "",
    prune: Sparsities = "",
    bits: Bits = "",
    limit: Named = None,
    controls: Controls = False,
    trials: _Trials = 40,
    rows: _Rows = None,
    subpopulations: _Subpopulations = "found",
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
    learner_settings: _LearnerSettings = "",
    private_settings: PrivateSettings = "",
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    jobs: Jobs = None,
    language_model: LanguageModel = False,
    json: Json = False,
) -> None:
    """Measure what privacy and compression cost, and whom.

    Trains with each limit and without, and sets the loss of each group beside what the theory predicts. Run it again to
    resume. Writes RUN: the study, the trials, findings.json and report.html.

    Example: longtail limit digits --epsilon 3 --prune 0.9 --out runs/limits
    """
    from dataclasses import replace

    from longtail.cli.audit_texts import limit_texts
    from longtail.cli.limit_tables import print_limits
    from longtail.cli.number_study import limit_numbers
    from longtail.cli.studying import chosen_study, require_jobs, say_choices, source_of
    from longtail.limits.asked_for import asked_for, with_parts
    from longtail.runs.run_folder import RunFolder
    from longtail.study.limits import limit as study_of_limits

    require_jobs(jobs)
    asked = spelled_out(
        limit or [],
        epsilons=epsilon,
        delta=delta,
        label_epsilons=label_epsilon,
        sparsities=prune,
        bits=bits,
        private_settings=private_settings,
    )
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
    dataset, chosen, design = chosen_study(source, learner, trials, fraction, seed, learner_settings, out)
    dataset = dataset if rows is None else dataset.sample(rows)
    limits = asked_for(asked, dataset, chosen)
    limits = with_parts(limits) if controls else limits
    if dataset.task == "language":
        limit_texts(source, dataset, chosen, design, out, limits, jobs=jobs, json=json)
        return
    if dataset.task != "classification":
        limit_numbers(replace(source, rows=rows), dataset, chosen, design, out, limits, jobs=jobs, json=json)
        return
    with trial_progress("Training") as bar:
        findings = study_of_limits(
            replace(source, rows=rows),
            dataset,
            chosen,
            design,
            out,
            limits,
            subpopulations=subpopulations,
            jobs=jobs,
            progress=bar,
            say=errors.print,
        )
    say_choices(dataset)
    assert findings.limits is not None
    if json:
        print_json(findings.to_json()["limits"])
        return
    print_limits(findings.limits)
    console.print(f"\nThe report: {RunFolder(out).report}")
