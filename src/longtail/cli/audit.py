"""``longtail audit``: one data set, the whole way, to a report."""

import re
import shlex
from typing import TYPE_CHECKING, Annotated

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
    LearnerByData,
    Missing,
    Out,
    Seed,
    Target,
    Task,
    Test,
    Text,
    Together,
)
from longtail.cli.printing import errors, print_json, remark
from longtail.cli.printing import out as console
from longtail.cli.progress import waiting
from longtail.memory_at_hand import require_memory_to_start

if TYPE_CHECKING:
    from longtail.findings import Findings

__all__ = ["audit_command"]


def audit_command(
    data: Data,
    out: Out,
    minutes: Annotated[
        float, typer.Option("--minutes", help="Time for the whole; it decides the number of models and the limits.")
    ] = 3.0,
    trials: Annotated[int | None, typer.Option("--trials", help="Set the number of trials instead.")] = None,
    limit_trials: Annotated[
        int | None, typer.Option("--limit-trials", help="Set the number of models under each limit instead; 0: none.")
    ] = None,
    tail_trials: Annotated[
        int | None,
        typer.Option(
            "--tail-trials", help="Set the number of models at each other training-set size instead; 0: none."
        ),
    ] = None,
    rows: Annotated[
        int | None, typer.Option("--rows", help="Study a random part of so many training examples.")
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
    learner: LearnerByData = None,
    fraction: Fraction = 0.7,
    seed: Seed = 0,
    jobs: Jobs = None,
    language_model: LanguageModel = False,
    json: Json = False,
) -> None:
    """Study one data set, in a few minutes, in one report.

    Trains as many models as fit the time: with and without limits, at other sizes, and without the memorized examples.
    Scores each example, attacks the models, and says how long the tail is and what limits cost. Run it again to
    resume, or with more minutes to extend. Writes RUN: the study, the trials, findings.json and report.html; nothing
    outside it.

    Example: longtail audit digits --minutes 3 --out runs/digits
    """
    require_memory_to_start()
    from dataclasses import replace

    from longtail.cli.audit_progress import audit_progress
    from longtail.cli.audit_texts import audit_texts_command
    from longtail.cli.number_study import audit_numbers
    from longtail.cli.studying import chosen_data, require_jobs, source_of
    from longtail.runs.run_folder import RunFolder
    from longtail.study import audit, plan_audit
    from longtail.study.audit_learner import chosen_learner

    require_jobs(jobs)
    if language_model:
        audit_texts_command(
            data,
            out,
            text=text,
            test=test,
            together=together,
            trials=trials,
            learner=learner,
            fraction=fraction,
            seed=seed,
            jobs=jobs,
            minutes=minutes,
            limit_trials=limit_trials,
            json=json,
            others={
                "--target": target,
                "--group": group,
                "--embedding": embedding,
                "--drop": drop,
                "--missing": missing,
                "--rows": rows,
                "--tail-trials": tail_trials,
            },
        )
        return
    if not RunFolder(out).is_run and not (out / "trials").is_dir():  # A run that lost its study gets it back.
        RunFolder(out).require_free()  # Before anything is read or printed.
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
    )
    dataset, design = chosen_data(source, trials, fraction, seed)
    dataset = dataset.sample(rows) if rows is not None and dataset.task != "classification" else dataset
    chosen = chosen_learner(dataset, learner, out)
    if RunFolder(out).is_run:
        RunFolder(out).require_group(group)  # This is refused before the plan is printed.
    said = [f"{chosen.reason} Another is named by --learner."] if chosen.reason else []

    def say(line: str) -> None:
        """Print, after what was chosen, which nothing that is refused comes after."""
        while said:
            errors.print(said.pop())
        errors.print(line)

    if dataset.task != "classification":
        audit_numbers(
            replace(source, rows=rows),
            dataset,
            chosen.learner,
            design,
            out,
            minutes=minutes,
            trials=trials,
            limit_trials=limit_trials,
            jobs=jobs,
            json=json,
            say=say,
        )
        return
    with waiting("Timing a few models, and a plain one …"):
        plan = plan_audit(
            dataset,
            chosen.learner,
            design,
            out,
            minutes=minutes,
            rows=rows,
            trials=trials,
            limit_trials=limit_trials,
            tail_trials=tail_trials,
            options=source.options(chosen.option, fraction, seed),
            reference=chosen.reference,
            jobs=jobs,
            say=say,
        )
    for note in plan.dataset.notes:
        errors.print(note)
    with audit_progress(plan.stages) as watch:
        findings = audit(
            replace(source, rows=plan.rows),
            plan.dataset,
            chosen.learner,
            plan.design,
            out,
            limits=plan.limits,
            scope=plan.scope,
            references=plan.references,
            jobs=jobs,
            watch=watch,
            say=lambda line: watch.say(re.sub(r"\bDATA\b", shlex.quote(data), line)),
        )
    if json:
        print_json(findings.to_json())
        return
    _print(findings, data, str(out))
    console.print(f"\nThe report: {RunFolder(out).report}")


def _print(findings: "Findings", data: str, run: str) -> None:
    """Print the answers, the steps, and what was left out, with names in the place of DATA and RUN."""
    from longtail.findings.example_name import COUNTED

    names = {"DATA": shlex.quote(data), "RUN": shlex.quote(run)}

    def command(text: str) -> str:
        return re.sub(r"\b(DATA|RUN)\b", lambda found: names[found[0]], text)

    for answer in findings.summary:
        console.print(f"\n{answer.topic}", style="bold")
        console.print(f"  {answer.text}")
    remark("\nWhat to do, in order", style="bold")
    for step in findings.next_steps:
        named = ", ".join(step.names())
        remark(f"  • {step.text}{f' {named}.' if named else ''}")
        if step.command:
            remark(f"    $ {command(step.command)}")
    if findings.omissions:
        console.print("\nWhat was left out", style="bold")
    for omission in findings.omissions:
        console.print(f"  • {omission.what}: {omission.reason}")
        if omission.command:
            console.print(f"    $ {command(omission.command)}")
    remark(f"\nBrackets hold 95 % intervals. {COUNTED}")
