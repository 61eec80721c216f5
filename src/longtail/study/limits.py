"""Limits: what privacy, compression and regularization cost, and whom; one run folder, one trial set a limit.

The unlimited learner's trials are the study of the folder, as ``longtail measure`` makes it, and those that are there
are used. Each limited learner is trained on the same subsets with the same seeds, so that models are compared in pairs;
its trials lie beside, under a hash of their own, and a run that was cut goes on where it stopped. What was found before
stays: the findings are of all limits whose trials are in the folder.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from longtail.analysis.analysis import Analysis
from longtail.analysis.groups import (
    Group,
    Subpopulations,
    groups_of,
    require_subpopulations,
    subpopulations_of,
    untested_note,
)
from longtail.analysis.limits import limit_findings
from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.findings import Findings, LimitFindings
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.limits import Limit
from longtail.report import write_report
from longtail.runs.measure import DataSource, measure
from longtail.runs.run_folder import RunFolder
from longtail.study.gather import gather_findings, save_findings
from longtail.study.limits_of_run import limits_in, train_limits
from longtail.trials import SubsetDesign, TrialSet
from longtail.trials.runner import Progress

__all__ = ["limit", "measured_limits", "remarks"]

Say = Callable[[str], None]


@checked
def limit(
    source: DataSource,
    dataset: Dataset,
    learner: Any,
    design: SubsetDesign,
    out: str | Path,
    limits: Sequence[Limit],
    *,
    subpopulations: Subpopulations = "found",
    jobs: int | None = None,
    progress: Progress | None = None,
    say: Say = lambda _: None,
) -> Findings:
    """Train the learner without limits and with each, and write findings and report.

    Parameters
    ----------
    source, dataset, learner, design, out, jobs, progress
        See :func:`longtail.runs.measure`.
    limits, subpopulations, say
        See :func:`measured_limits`.

    Raises
    ------
    InputError
        If groups cannot be compared; before anything is trained.
    StudyMismatchError
        If the folder holds another study.
    """
    learner = any_learner(learner)
    _refuse_before_training(source, dataset, learner, design, RunFolder(Path(out)), limits, subpopulations)
    for remark in remarks(dataset, groups_of(dataset), limits):
        say(remark)
    say(f"Training: {learner.name}, without limits")
    unlimited = measure(source, dataset, learner, design, out, jobs=jobs, progress=progress)
    folder = RunFolder(Path(out))
    with folder.writing():
        analysis = Analysis(dataset, unlimited)
        found = measured_limits(
            analysis,
            learner,
            design,
            folder,
            limits,
            subpopulations=subpopulations,
            jobs=jobs,
            progress=progress,
            say=say,
        )
        findings, examples = gather_findings(analysis, folder, limits=found, unread=found.unread)
        write_report(findings, folder.report, save_findings(findings, examples, folder), examples)
    return findings


def _refuse_before_training(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    folder: RunFolder,
    limits: Sequence[Limit],
    subpopulations: Subpopulations,
) -> None:
    """Look at whatever could be refused when all models are trained, and at the folder, before a line is printed."""
    folder.check(TrialSet.of(dataset, learner, design), source.group)
    require_subpopulations(dataset, subpopulations)
    groups_of(dataset)
    for each in limits:
        each.refuse(dataset)


@checked
def measured_limits(
    analysis: Analysis,
    learner: Any,
    design: SubsetDesign,
    folder: RunFolder,
    limits: Sequence[Limit],
    *,
    subpopulations: Subpopulations = "found",
    jobs: int | None = None,
    progress: Progress | None = None,
    say: Say = lambda _: None,
) -> LimitFindings:
    """Train the learner under each limit beside the trials of a study, and compare. Only trials are written.

    Limits that were measured in this folder before are compared, too.

    Parameters
    ----------
    analysis : Analysis
        Of the data set that is studied and its trials without limits.
    learner : Learner
        Of the study.
    design : SubsetDesign
        That of the study; its number of trials may be smaller, and is that of each limited learner.
    folder : RunFolder
        Of the study; the caller is writing to it.
    limits : sequence of Limit
        See :func:`longtail.study.asked_for`.
    subpopulations : {"found", "given", "none"}
        What predictions are made of.
    jobs, progress
        See :func:`longtail.trials.run_trials`.
    say : callable
        Told what is being done, a sentence at a time.
    """
    learner = any_learner(learner)
    dataset = analysis.dataset
    groups = groups_of(dataset)

    def watch(name: str) -> Progress:
        say(f"Training: {name}")
        return progress or (lambda _finished, _planned: None)

    train_limits(dataset, design, limits, folder, jobs=jobs, watch=watch)
    say("Comparing …")
    partitions, notes = subpopulations_of(analysis, subpopulations)
    for note in notes:
        say(note)
    held = limits_in(folder, dataset, learner, design, limits)
    for note in held.unread:
        say(note)
    return limit_findings(
        analysis, held.trials, groups, partitions, given=dataset.group is not None, unread=held.unread
    )


def remarks(dataset: Dataset, groups: Sequence[Group], limits: Sequence[Limit]) -> list[str]:
    """List what a user should know before, a line each: groups that are unseen or small, and too large a delta."""
    absent = untested_note(dataset)
    said = [f"Note: {absent}"] if absent else []
    said += [
        f"Note: group {group.name!r} has one training example; models are trained with and without it."
        for group in groups
        if group.train.sum() == 1
    ]
    deltas = {each.guarantee.delta for each in limits if each.guarantee.bound is not None}
    said += [
        f"Note: delta = {delta:g} is above 1/n = {1 / dataset.n_train:.3g}: it would allow to publish an example whole."
        for delta in sorted(deltas)
        if delta > 1 / dataset.n_train
    ]
    return said
