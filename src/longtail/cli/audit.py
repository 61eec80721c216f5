"""``longtail audit``: one data set, the whole way, to a report."""

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
    LearnerName,
    Out,
    Seed,
    Target,
    Text,
    Together,
)
from longtail.cli.printing import errors, print_json
from longtail.cli.printing import out as console
from longtail.cli.progress import trial_progress, waiting

__all__ = ["audit_command"]


def audit_command(
    data: Data,
    out: Out,
    minutes: Annotated[
        float, typer.Option("--minutes", help="Time for the whole; it decides the number of trials.")
    ] = 3.0,
    trials: Annotated[int | None, typer.Option("--trials", help="Set the number of trials instead.")] = None,
    rows: Annotated[
        int | None, typer.Option("--rows", help="Study a random part of so many training examples.")
    ] = None,
    target: Target = None,
    group: Group = None,
    together: Together = None,
    text: Text = None,
    embedding: Embedding = None,
    drop: Drop = None,
    learner: LearnerName = "mlp",
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    jobs: Jobs = None,
    json: Json = False,
) -> None:
    """Everything about one data set, in a few minutes, in one report.

    Trains as many models as fit the time, scores each example, estimates the tail and what limits would cost. Run it
    again to resume. Writes RUN: the study, the trials, findings.json and report.html; nothing outside it.

    Example: longtail audit digits --minutes 3 --out runs/digits
    """
    from dataclasses import replace

    from longtail.cli.studying import chosen_study, require_jobs
    from longtail.study import DataSource, RunFolder, audit, plan_audit

    def say(text: str) -> None:
        errors.print(text, markup=False)

    require_jobs(jobs)
    source = DataSource(
        data=data,
        target=target,
        group=group,
        together=together,
        text=text,
        embedding=None if embedding is None else str(embedding),
        drop=tuple(drop or ()),
    )
    dataset, chosen, design = chosen_study(source, learner, trials, fraction, seed)
    with waiting("Timing a few trials …"):
        plan = plan_audit(dataset, chosen, design, out, minutes=minutes, rows=rows, trials=trials, jobs=jobs, say=say)
    for note in plan.dataset.notes:
        say(note)
    source = replace(source, rows=plan.rows)
    with trial_progress("Training") as progress:
        findings = audit(source, plan.dataset, chosen, plan.design, out, jobs=jobs, progress=progress, say=say)
    if json:
        print_json(findings.to_json())
        return
    console.print()
    for sentence in findings.summary:
        console.print(f"• {sentence}", markup=False)
    console.print(f"\nThe report: {RunFolder(out).report}", markup=False)
