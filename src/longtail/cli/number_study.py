"""An audit, or limits, of data whose target is a number: what the commands do instead, and what they print."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from longtail.cli.printing import errors, print_json, print_table, remark
from longtail.cli.printing import out as console
from longtail.percent import with_decimals

if TYPE_CHECKING:
    from longtail.dataset import Dataset
    from longtail.findings.number_references import NumberReferences
    from longtail.findings.numbers import NumberFindings
    from longtail.learners.learner import Learner
    from longtail.limits import Limit
    from longtail.runs.measure import DataSource
    from longtail.trials import SubsetDesign

__all__ = ["audit_numbers", "limit_numbers"]


def audit_numbers(
    source: "DataSource",
    dataset: "Dataset",
    learner: "Learner",
    design: "SubsetDesign",
    out: Path,
    *,
    minutes: float,
    trials: int | None,
    limit_trials: int | None,
    jobs: int | None,
    json: bool,
    say: Callable[[str], None],
) -> None:
    """Plan, train, gather and print the audit of a data set whose target is a number."""
    from longtail.study.number_study import plan_numbers

    plan = plan_numbers(
        dataset,
        learner,
        design,
        out,
        minutes=minutes,
        trials=trials,
        limit_trials=limit_trials,
        jobs=jobs,
        say=say,
    )
    for note in dataset.notes:
        errors.print(note)
    _run(source, dataset, learner, plan.design, out, plan.limits, plan.limit_trials, jobs, json, plan.references)


def limit_numbers(
    source: "DataSource",
    dataset: "Dataset",
    learner: "Learner",
    design: "SubsetDesign",
    out: Path,
    limits: "Sequence[Limit]",
    *,
    jobs: int | None,
    json: bool,
) -> None:
    """Train under limits, compare, and print what they cost in the quality of predictions."""
    for note in dataset.notes:
        errors.print(note)
    _run(source, dataset, learner, design, out, limits, None, jobs, json)


def _run(
    source: "DataSource",
    dataset: "Dataset",
    learner: "Learner",
    design: "SubsetDesign",
    out: Path,
    limits: "Sequence[Limit]",
    limit_trials: int | None,
    jobs: int | None,
    json: bool,
    references: "NumberReferences | None" = None,
) -> None:
    from longtail.cli.progress import trial_progress
    from longtail.runs.run_folder import RunFolder
    from longtail.study.number_study import number_study

    with trial_progress("Training") as bar:
        findings = number_study(
            source,
            dataset,
            learner,
            design,
            out,
            limits=limits,
            limit_trials=limit_trials,
            references=references,
            jobs=jobs,
            watch=lambda _: bar,
        )
    if json:
        print_json(findings.to_json())
        return
    _print(findings)
    console.print(f"\nThe report: {RunFolder(out).report}")


def _print(findings: "NumberFindings") -> None:
    from longtail.report.words.number_summary import number_summary

    for topic, text in number_summary(findings):
        console.print(f"\n{topic}", style="bold")
        console.print(f"  {text}")
    if findings.groups:
        name = findings.quality.name
        rows = [
            (
                group.name,
                f"{group.n_train:,}, {group.n_test:,}",
                with_decimals(group.memorization),
                with_decimals(group.plain),
                *(
                    "–" if (cost := limit.groups[place].cost) is None else with_decimals(cost)
                    for limit in findings.limits
                ),
            )
            for place, group in enumerate(findings.groups)
        ]
        columns = ("group", "train, test", "memorization", name, *(f"lost: {limit.name}" for limit in findings.limits))
        console.print()
        print_table(f"By {findings.group_kind}", columns, rows)
    for said in [*(limit.about_trials for limit in findings.limits if limit.about_trials), *findings.notes]:
        remark(said)
    remark(
        "\nBrackets hold 95 % intervals, those of what groups lose together. Rows are those of the data as given, "
        "counted from 0."
    )
