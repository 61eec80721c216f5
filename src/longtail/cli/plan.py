"""``longtail plan``: what a study will take, and what it will be able to see."""

import math
import re
import shlex
from dataclasses import asdict
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
    LearnerByData,
    Memory,
    Missing,
    Seed,
    Target,
    Task,
    Test,
    Text,
    Together,
)
from longtail.cli.printing import errors, print_json, print_table, remark
from longtail.cli.progress import waiting
from longtail.percent import chosen

if TYPE_CHECKING:
    from longtail.runs.cost import StudyCost

__all__ = ["plan_command"]

_UNITS = (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3))


def plan_command(
    data: Data,
    trials: Annotated[int, typer.Option("--trials", help="How many models you think of training.")] = 400,
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
    memory: Memory = 2.0,
    json: Json = False,
) -> None:
    """Tell what a study will take, and what it will be able to see.

    Time, memory and disk, and the smallest memorization that so many trials make visible; a few trials are timed. The
    learner is the one that an audit would choose, if none is named.
    And what is to be known of the data first: duplicates, leaks, rare classes, each with what to do.
    Writes nothing.

    Example: longtail plan digits --trials 400
    """
    from longtail.cli.studying import bytes_of_memory, chosen_data, require_jobs, say_choices, source_of
    from longtail.findings.plain import to_plain
    from longtail.report.words.commands import words
    from longtail.report.words.sanity import sanity_lines
    from longtail.runs.cost import study_cost
    from longtail.sanity import look_over
    from longtail.study.audit_learner import chosen_learner

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
    )
    dataset, design = chosen_data(source, trials, fraction, seed)
    choice = chosen_learner(dataset, learner)
    named = source.options(choice.name, fraction, seed)
    found = look_over(dataset, named) if dataset.task == "classification" else None
    with waiting("Timing a few trials …"):
        cost = study_cost(choice.learner, dataset, design, jobs=jobs, memory=budget)
    if choice.reason:
        errors.print(f"{choice.reason} Another is named by --learner.")
    say_choices(dataset)
    if json:
        print_json({**asdict(cost), "learner": choice.name, "sanity": to_plain(found)})
        return
    for line in sanity_lines(found) if found is not None else ():
        remark(re.sub(r"\bDATA\b", shlex.quote(data), line))
    remark()
    kept = (
        "in memory" if cost.table_bytes <= budget else f"mapped from disk, being over the {_size(budget)} of --memory"
    )
    examples = f"{dataset.n_train} training and {dataset.n_test} test examples"
    title = f"{trials} trials of {choice.learner.name} on {dataset.name}: {examples}"
    print_table(
        title,
        ("", ""),
        [
            ("time", f"{_duration(cost.seconds)} ({cost.seconds_per_trial:.2g} s a trial, {cost.jobs} at a time)"),
            ("memory", f"at most about {_size(cost.memory_bytes)}"),
            ("table of outcomes", f"{_size(cost.table_bytes)}, {kept}"),
            ("disk", f"{_size(cost.disk_bytes)}; as much again to read by example"),
            *_visible(cost, dataset.task == "classification"),
        ],
    )
    remark(f"\nNext: {words(f'longtail measure {shlex.quote(data)}', named, f'--trials {trials}', '--out RUN')}")


def _visible(cost: "StudyCost", of_classes: bool) -> list[tuple[str, str]]:
    """Return rows on the smallest memorization that can be seen: where it is a share, the trials alone decide that."""
    name = "smallest memorization visible"
    if not of_classes:
        return [(name, "depends on how much the errors vary: longtail scores says it")]
    found = f"{cost.smallest_found:.3f} (4 times in 5, at 5 % false discoveries)"
    return [
        (name, f"{cost.smallest_visible:.3f} ({chosen(cost.level)} interval of one example)"),
        ("  found among all examples", "none, with so few trials" if math.isnan(cost.smallest_found) else found),
    ]


def _size(number: float) -> str:
    unit, factor = next(((unit, factor) for unit, factor in _UNITS if number >= factor), ("bytes", 1.0))
    return f"{number / factor:.3g} {unit}"


def _duration(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.2g} s"
    return f"{seconds / 60:.3g} min" if seconds < 7200 else f"{seconds / 3600:.3g} h"
