"""Measure: freeze a study in a run folder and run its trials, or go on where they stopped."""

from dataclasses import dataclass
from pathlib import Path

from longtail.dataset import Dataset, load_dataset
from longtail.outcomes import Outcomes
from longtail.study.run_folder import RunFolder, Study
from longtail.trials import MEMORY_BUDGET, Learner, SubsetDesign, TrialSet, run_trials
from longtail.trials.runner import Progress, share_of

__all__ = ["DataSource", "measure"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """How the user named the data and how much of it is studied, so that a later command can find it again."""

    data: str
    target: str | None = None
    group: str | None = None
    rows: int | None = None
    together: str | None = None
    text: str | None = None
    embedding: str | None = None
    drop: tuple[str, ...] = ()

    @classmethod
    def of(cls, study: Study) -> "DataSource":
        """As a study in a run folder says."""
        return cls(
            data=study.source,
            target=study.target,
            group=study.group,
            rows=study.rows,
            together=study.together,
            text=study.text,
            embedding=study.embedding,
            drop=study.drop,
        )

    def load(self) -> Dataset:
        """The data, all rows of it.

        Raises
        ------
        InputError
            If they are not there, or break a law of :class:`~longtail.dataset.Dataset`.
        """
        return load_dataset(
            self.data,
            self.target,
            self.group,
            self.together,
            text=self.text,
            embedding=self.embedding,
            drop=self.drop,
        )

    def study(self, trial_set: TrialSet, n_trials: int) -> Study:
        """The study of this data that a run folder holds."""
        return Study(
            source=self.data,
            target=self.target,
            group=self.group,
            rows=self.rows,
            together=self.together,
            text=self.text,
            embedding=self.embedding,
            drop=self.drop,
            identity=trial_set.identity,
            n_trials=n_trials,
        )


def measure(
    source: DataSource,
    dataset: Dataset,
    learner: Learner,
    design: SubsetDesign,
    out: str | Path,
    *,
    trials: range | None = None,
    jobs: int | None = None,
    margins: bool = True,
    memory: int = MEMORY_BUDGET,
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
    trials, jobs, margins, memory, progress
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
    trial_set = TrialSet.of(dataset, learner, design, margins=margins)
    folder.check(trial_set, source.group)
    design.inclusion(dataset.n_train, 0, dataset.together)  # refuses a fraction that leaves nobody in or out
    share = share_of(trials, design)
    with folder.writing():
        folder.freeze(source.study(trial_set, design.n_trials))
        return run_trials(
            learner,
            dataset,
            design,
            store=folder.path,
            trials=share,
            jobs=jobs,
            margins=margins,
            memory=memory,
            progress=progress,
        )
