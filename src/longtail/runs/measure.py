"""Measure: freeze a study in a run folder and run its trials, or go on where they stopped."""

from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset, load_dataset
from longtail.dataset.bundled import BUNDLED
from longtail.dataset.documents import load_documents
from longtail.dataset.roles import Missing
from longtail.dataset.target import AskedTask
from longtail.errors import InputError
from longtail.learners.any_learner import any_learner
from longtail.outcomes import Outcomes, Task
from longtail.runs.data_options import data_options
from longtail.runs.run_folder import RunFolder, Study
from longtail.trials import MEMORY_BUDGET, SubsetDesign, TrialSet, run_trials
from longtail.trials.runner import Progress, check_first_trial, holds_trials, share_of

__all__ = ["DataSource", "measure"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """The user's names for the data and for how much is studied, so that a later command can find the data again.

    ``kept`` is the file in the run's folder that holds data which came from memory. ``task`` is what the user said that
    the target is, ``settled`` what a study found it to be.
    """

    data: str
    target: str | None = None
    group: str | None = None
    rows: int | None = None
    together: str | None = None
    text: str | None = None
    embedding: str | None = None
    test: str | None = None
    drop: tuple[str, ...] = ()
    missing: Missing = "refuse"
    task: Task | None = None
    kept: str | None = None
    settled: Task | None = None

    @classmethod
    def of(cls, study: Study) -> "DataSource":
        """Rebuild the source from a stored study.

        Use the stored absolute path if it still exists; otherwise the name that the user typed, which may exist here.
        """
        return cls(
            data=study.found("data") or study.source,
            target=study.target,
            group=study.group,
            rows=study.rows,
            together=study.together,
            text=study.text,
            embedding=study.found("embedding") or study.embedding,
            test=study.found("test") or study.test,
            drop=study.drop,
            missing=study.missing,
            task=study.task,
            settled=study.identity["data"].get("task", "classification"),
        )

    def load(self, frame: Any = None) -> Dataset:
        """Load the data, all rows of it: from where they are, or from a frame in memory.

        Raises
        ------
        InputError
            If they are not there, or break a law of :class:`~longtail.dataset.Dataset`.
        """
        given, task = self.data if frame is None else frame, self.task or self._settled_task
        if task == "language":
            self._require_no_labels()
            return load_documents(given, self.text, self.test, self.together)
        if self.task is None and task is not None:
            # As at first, when the values said what the target is, and a note told it.
            with suppress(InputError):
                found = self._loaded(given, None)
                if found.task == task:
                    return found
        return self._loaded(given, task)

    def _loaded(self, given: Any, task: AskedTask | None) -> Dataset:
        return load_dataset(
            given,
            self.target,
            self.group,
            self.together,
            text=self.text,
            embedding=self.embedding,
            drop=self.drop,
            missing=self.missing,
            test=self.test,
            task=task,
        )

    def _require_no_labels(self) -> None:
        """Refuse options that speak of labels or features, which texts that are themselves learned have none of."""
        missing = None if self.missing == "refuse" else self.missing
        spoken = {"target": self.target, "group": self.group, "embedding": self.embedding, "drop": self.drop or None}
        for argument, value in {**spoken, "missing": missing}.items():
            if value is not None:
                raise InputError(argument, "be left out for texts that are themselves what is learned", value)

    @property
    def _settled_task(self) -> Task | None:
        """Return what a study found the target to be, where a target can be either: in a table or an archive."""
        if self.settled == "language":
            return "language"
        of_classes = self.target is None and not self.data.endswith(".npz")
        return None if of_classes else self.settled

    def options(self, learner: str | None = None, fraction: float = 0.7, seed: int = 0) -> str:
        """Return the options that name this study on a command line after DATA. Defaults are left out.

        Examples
        --------
        >>> DataSource(data="people.csv", target="kind of person").options(seed=5)
        "--target 'kind of person' --seed 5"
        """
        return data_options(self, learner, fraction, seed)

    def study(self, trial_set: TrialSet, n_trials: int) -> Study:
        """Return the study of this data that a run folder holds."""
        return Study(
            source=self.data,
            target=self.target,
            group=self.group,
            rows=self.rows,
            together=self.together,
            text=self.text,
            embedding=self.embedding,
            test=self.test,
            drop=self.drop,
            missing=self.missing,
            task=self.task,
            places=self._places(),
            identity=trial_set.identity,
            n_trials=n_trials,
        )

    def _places(self) -> dict[str, str]:
        """Absolute paths of the data, as far as they are files or folders."""
        if self.kept is not None:
            return {"data": self.kept}
        named = {"data": self.data, "embedding": self.embedding, "test": self.test}
        return {
            name: str(Path(given).absolute())
            for name, given in named.items()
            if given is not None and given not in BUNDLED and Path(given).exists()
        }


@checked
def measure(
    source: DataSource,
    dataset: Dataset,
    learner: Any,
    design: SubsetDesign,
    out: str | Path,
    *,
    trials: range | None = None,
    jobs: int | None = None,
    margins: bool = True,
    memory: int = MEMORY_BUDGET,
    progress: Progress | None = None,
) -> Outcomes:
    """Run the trials of a study in a run folder. Trials that are there are not run again.

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
    learner = any_learner(learner)
    folder = RunFolder(Path(out))
    trial_set = TrialSet.of(dataset, learner, design, margins=margins)
    folder.check(trial_set, source.group)
    # This refuses a fraction that leaves no example in or none out.
    design.inclusion(dataset.n_train, 0, dataset.together)
    share = share_of(trials, design)
    if not holds_trials(out, trial_set):
        check_first_trial(learner, dataset, design, share[0])  # This is checked before anything is written.
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
            checked=True,
        )
