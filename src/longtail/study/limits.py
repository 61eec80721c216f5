"""Limits: what privacy, compression and regularization cost, and whom; one run folder, one trial set a limit.

The unlimited learner's trials are the study of the folder, as ``longtail measure`` makes it, and those that are there
are used. Each limited learner is trained on the same subsets with the same seeds, so that models are compared in pairs;
its trials lie beside, under a hash of their own, and a run that was cut goes on where it stopped. What was found before
stays: the findings are of all limits whose trials are in the folder.
"""

from collections.abc import Callable
from pathlib import Path

from longtail.dataset import Dataset
from longtail.findings import Findings
from longtail.report import write_report
from longtail.study.gather import gather_findings, save_findings
from longtail.study.limit_findings import limit_findings
from longtail.study.limit_groups import Group, Subpopulations, groups_of, subpopulations_of
from longtail.study.limit_plan import Limit
from longtail.study.measure import DataSource, measure
from longtail.study.run_folder import RunFolder
from longtail.study.run_limits import limits_in, train_limits
from longtail.trials import Learner, SubsetDesign
from longtail.trials.runner import Progress

__all__ = ["limit", "remarks"]

Say = Callable[[str], None]


def limit(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    limits: list[Limit],
    *,
    subpopulations: Subpopulations = "found",
    jobs: int | None = None,
    progress: Callable[[str], Progress] | None = None,
    say: Say = lambda _: None,
) -> Findings:
    """Train the learner with and without limits, and write findings and report.

    Parameters
    ----------
    source, dataset, learner, design, out, jobs
        See :func:`longtail.study.measure`.
    limits : list of Limit
        See :func:`longtail.study.planned_limits`.
    subpopulations : {"found", "given", "none"}
        What predictions are made of.
    progress : callable, optional
        From what is being trained to the callback that :func:`longtail.trials.run_trials` takes.
    say : callable
        Told what is being done, a sentence at a time.

    Raises
    ------
    InputError
        If groups cannot be compared.
    StudyMismatchError
        If the folder holds another study.
    """
    groups = groups_of(dataset)
    for remark in remarks(dataset, groups, limits):
        say(remark)
    watch = progress or (lambda _: lambda _finished, _planned: None)
    unlimited = measure(
        source, dataset, learner, design, out, jobs=jobs, progress=watch(f"{learner.name}, without limits")
    )
    folder = RunFolder(Path(out))
    with folder.writing():
        train_limits(dataset, design, limits, folder, jobs=jobs, watch=watch)
        say("Comparing …")
        partitions, notes = subpopulations_of(dataset, subpopulations)
        for note in notes:
            say(note)
        trials = limits_in(folder, dataset, learner, design, limits)
        found = limit_findings(dataset, unlimited, trials, groups, partitions)
        findings = gather_findings(dataset, folder, limits=found)
        save_findings(findings, folder)
        write_report(findings, folder.report)
    return findings


def remarks(dataset: Dataset, groups: list[Group], limits: list[Limit]) -> list[str]:
    """What a user should know before, a line each: too large a delta, groups too small to say much about."""
    said = [
        f"Note: group {group.name!r} has one training example; models are trained with and without it."
        for group in groups
        if group.train.sum() == 1
    ]
    deltas = {each.learner.guarantee.delta for each in limits if each.learner.guarantee.bound is not None}
    said += [
        f"Note: delta = {delta:g} is above 1/n = {1 / dataset.n_train:.3g}: it would allow to publish an example whole."
        for delta in sorted(deltas)
        if delta > 1 / dataset.n_train
    ]
    return said
