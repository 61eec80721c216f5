"""Audit: one data set, the whole way, within a time budget; resumable as a whole.

The number of trials is planned once and frozen in the study, so that an audit that was cut goes on to the very same
end. Everything after the trials is computed anew from them: it takes seconds and cannot be out of date.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.findings import Findings
from longtail.report import write_report
from longtail.study.gather import gather_findings, save_findings
from longtail.study.measure import DataSource, measure
from longtail.study.plan import seconds_per_trial, trials_within
from longtail.study.run_folder import RunFolder
from longtail.trials import Learner, SubsetDesign, TrialSet
from longtail.trials.runner import Progress

__all__ = ["audit", "planned_design"]

_SHARE_FOR_TRIALS = 0.6
Say = Callable[[str], None]


def planned_design(
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    minutes: float,
    jobs: int | None = None,
    say: Say = lambda _: None,
) -> SubsetDesign:
    """The design with its number of trials: the frozen one of a run that is there, else as many as fit.

    Parameters
    ----------
    dataset, learner
        What is studied.
    design : SubsetDesign
        Its number of trials is replaced.
    out : path
        The run folder.
    minutes : float
        Of the whole audit; three fifths of it go to the trials.
    jobs : int, optional
        How many trials at a time.
    say : callable
        Told what was planned, a sentence.

    Raises
    ------
    InputError
        If ``minutes`` is not positive.
    StudyMismatchError
        If the folder holds another study.
    """
    if not minutes > 0:
        raise InputError("--minutes", "be positive", minutes)
    held = RunFolder(Path(out)).check(dataset, TrialSet.of(dataset, learner, design))
    if held is not None and held.n_trials is not None:
        say(f"Going on with the study in {out}: {held.n_trials} trials.")
        return replace(design, n_trials=held.n_trials)
    each = seconds_per_trial(learner, dataset, design, jobs)
    n_trials = max(trials_within(_SHARE_FOR_TRIALS * 60 * minutes, each), design.least_trials)
    needed = n_trials * each
    say(f"One more trial takes {each:.2g} s: {n_trials} trials, about {max(needed, 1):.0f} s.")
    if needed > _SHARE_FOR_TRIALS * 60 * minutes:
        say(f"That is more than {minutes:g} minutes allow, but fewer trials would say too little.")
    return replace(design, n_trials=n_trials)


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
        See :func:`longtail.study.measure`; make ``design`` with :func:`planned_design`.
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
        findings = gather_findings(dataset, folder)
        save_findings(findings, folder)
        write_report(findings, folder.report)
    return findings
