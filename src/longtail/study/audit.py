"""Audit: one data set, the whole way, within a time budget; resumable as a whole.

The number of trials is planned once and frozen in the study, so that an audit that was cut goes on to the very same
end. Everything after the trials is computed anew from them: it takes seconds and cannot be out of date.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Findings
from longtail.report import write_report
from longtail.study.gather import gather_findings, limits_found, save_findings
from longtail.study.measure import DataSource, measure
from longtail.study.plan import rows_within, seconds_per_trial, trials_within
from longtail.study.run_folder import RunFolder
from longtail.trials import Learner, SubsetDesign, TrialSet
from longtail.trials.runner import Progress

__all__ = ["AuditPlan", "audit", "plan_audit"]

_SHARE_FOR_TRIALS = 0.6
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditPlan:
    """How large an audit is.

    Parameters
    ----------
    dataset : Dataset
        All of the data, or the part of it that is studied.
    rows : int or None
        How many training examples were asked of the data; None for all.
    design : SubsetDesign
        With its number of trials.
    """

    dataset: Dataset
    rows: int | None
    design: SubsetDesign


def plan_audit(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    minutes: float,
    rows: int | None = None,
    trials: int | None = None,
    jobs: int | None = None,
    say: Say = lambda _: None,
) -> AuditPlan:
    """How many examples and trials to study: those of a run that is there, else as many as fit into the time.

    Parameters
    ----------
    dataset, learner
        What is studied.
    design : SubsetDesign
        Its number of trials is replaced.
    out : path
        The run folder; nothing is written to it.
    minutes : float
        Of the whole audit; three fifths of it go to the trials.
    rows, trials : int, optional
        Set these instead of planning them.
    jobs : int, optional
        How many trials at a time.
    say : callable
        Told what was planned, a sentence at a time.

    Raises
    ------
    InputError
        If ``minutes`` is not positive, or ``rows`` or ``trials`` are too few.
    StudyMismatchError
        If the folder holds another study.
    """
    if not minutes > 0:
        raise InputError("--minutes", "be positive", minutes)
    seconds = _SHARE_FOR_TRIALS * 60 * minutes
    folder = RunFolder(Path(out))
    there = folder.study() if folder.is_run else None
    if there is not None and rows is None:
        rows = there.rows
    elif rows is None:
        rows = rows_within(seconds, dataset, learner, design, jobs)
    part = dataset if rows is None else dataset.sample(rows)
    held = folder.check_identity(TrialSet.of(part, learner, design))
    if trials is not None:
        return AuditPlan(dataset=part, rows=rows, design=replace(design, n_trials=trials))
    if held is not None and held.n_trials is not None:
        say(f"Going on with the study in {out}: {held.n_trials} trials.")
        return AuditPlan(dataset=part, rows=rows, design=replace(design, n_trials=held.n_trials))
    each = seconds_per_trial(learner, part, design, jobs)
    n_trials = max(trials_within(seconds, each), design.least_trials)
    say(f"One more trial takes {each:.2g} s: {n_trials} trials, about {max(n_trials * each, 1):.0f} s.")
    if n_trials * each > seconds:
        say(f"That is more than {minutes:g} minutes allow, but fewer trials would say too little.")
    return AuditPlan(dataset=part, rows=rows, design=replace(design, n_trials=n_trials))


def audit(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
    say: Say = lambda _: None,
) -> Findings:
    """Run the trials that are missing, gather the findings, write ``findings.json`` and ``report.html``.

    Parameters
    ----------
    source, dataset, learner, design, out, jobs, progress
        See :func:`longtail.study.measure`; make data set and design with :func:`plan_audit`.
    say : callable
        Told what is being done, a sentence at a time.

    Returns
    -------
    Findings
        As they were written.
    """
    measure(source, dataset, learner, design, out, jobs=jobs, progress=progress)
    folder = RunFolder(Path(out))
    say("Estimating memorization, influence and the tail …")
    with folder.writing():
        findings, examples = gather_findings(dataset, folder)
        findings = replace(findings, limits=limits_found(folder))
        write_report(findings, folder.report, save_findings(findings, examples, folder))
    return findings
