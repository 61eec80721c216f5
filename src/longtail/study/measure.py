"""Measure: freeze a study in a run folder and run its trials, or go on where they stopped."""

from dataclasses import dataclass
from pathlib import Path

from longtail.dataset import Dataset
from longtail.outcomes import Outcomes
from longtail.study.run_folder import RunFolder, Study
from longtail.trials import Learner, SubsetDesign, TrialSet, run_trials
from longtail.trials.runner import Progress

__all__ = ["DataSource", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """How the user named the data and how much of it is studied, so that a later command can find it again."""

    data: str
    target: str | None = None
    group: str | None = None
    rows: int | None = None


def measure(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Outcomes:
    """Run the trials of a study in a run folder; trials that are there are not run again.

    Parameters
    ----------
    source : DataSource
        Written into the study.
    dataset, learner, design
        What is studied, see :func:`longtail.trials.run_trials`.
    out : path
        The run folder.
    jobs, progress
        See :func:`longtail.trials.run_trials`.

    Returns
    -------
    Outcomes
        Of all trials in the folder.

    Raises
    ------
    StudyMismatchError
        If the folder holds another study.
    BusyRunError
        If another process is writing to it.
    """
    folder = RunFolder(Path(out))
    trial_set = TrialSet.of(dataset, learner, design)
    folder.check(dataset, trial_set)
    design.n_included(dataset.n_train)
    with folder.writing():
        folder.freeze(
            Study(
                source=source.data,
                target=source.target,
                group=source.group,
                rows=source.rows,
                identity=trial_set.identity,
                n_trials=design.n_trials,
            )
        )
        return run_trials(learner, dataset, design, store=folder.path, jobs=jobs, progress=progress)
