"""Run the trials of a design: those that are not there yet, in any order, on any workers, one result at a time.

joblib is the seam: threads for learners that release the interpreter lock, processes for the others, or whatever the
caller chose with ``joblib.parallel_config``. A trial gets one BLAS thread, so that its bits do not depend on how many
run beside it.
"""

import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.dataset import Dataset
from longtail.errors import LongtailError
from longtail.outcomes import Outcomes
from longtail.randomness import integer_seed
from longtail.trials.design import SubsetDesign
from longtail.trials.learner import Learner
from longtail.trials.record import TrialRecord, record_of
from longtail.trials.sklearn_learner import SklearnLearner
from longtail.trials.store import TrialStore, outcomes_of
from longtail.trials.trial_set import TrialSet

__all__ = ["TooManyFailuresError", "as_learner", "run_trials"]

_MOST_FAILURES = 0.1
_FAILURES_TO_JUDGE_BY = 3
Progress = Callable[[int, int], None]


class TooManyFailuresError(LongtailError):
    """More than a tenth of the trials failed; the message holds the first reason."""


def as_learner(estimator: Any) -> Learner:
    """A learner as it is; a scikit-learn classifier wrapped.

    Raises
    ------
    InputError
        If it is neither.
    """
    return estimator if isinstance(estimator, Learner) else SklearnLearner(estimator=estimator)


def run_trials(
    estimator: Any,
    dataset: Dataset,
    design: SubsetDesign,
    store: str | Path | None = None,
    *,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> Outcomes:
    """Train ``design.n_trials`` models, each on its subset, and return the table of outcomes.

    Parameters
    ----------
    estimator : scikit-learn classifier or Learner
        What is trained; cloned and seeded for each trial.
    dataset : Dataset
        What it is trained on.
    design : SubsetDesign
        Which examples each trial trains on.
    store : path, optional
        A run folder. Trials that it holds are not run again; each new one is saved as it finishes, so an interrupted
        run loses only what was under way. Without it, nothing is written.
    jobs : int, optional
        How many trials at a time; one for each core where it is not given. It does not affect any result.
    progress : callable, optional
        Called with (finished, planned), once at the start and after each trial.

    Returns
    -------
    Outcomes
        Of all finished trials of the set, in order of their numbers.

    Raises
    ------
    TooManyFailuresError
        If more than a tenth of the trials fail. Up to that, a failed trial is recorded with its reason and left out.
    InputError
        If the learner's predictions break the protocol.
    """
    learner = as_learner(estimator)
    trial_set = TrialSet.of(dataset, learner, design)
    if store is None:
        records = list(_finished(learner, dataset, design, range(design.n_trials), jobs, _Watch(design, 0, progress)))
        return outcomes_of(sorted(records, key=lambda record: record.trial), dataset.n_train)
    folder = TrialStore(Path(store) / "trials" / trial_set.key, trial_set)
    folder.prepare()
    for trial in folder.damaged():
        folder.discard(trial)
    present = set(folder.numbers())
    missing = [trial for trial in range(design.n_trials) if trial not in present]
    watch = _Watch(design, design.n_trials - len(missing), progress)
    for record in _finished(learner, dataset, design, missing, jobs, watch):
        folder.append(record)
    return folder.outcomes()


@dataclass(slots=True)
class _Watch:
    """Counts finished and failed trials, tells the caller, and stops a run that fails too often."""

    design: SubsetDesign
    finished: int
    progress: Progress | None
    failed: int = 0
    ran: int = 0

    def start(self) -> None:
        if self.progress:
            self.progress(self.finished, self.design.n_trials)

    def see(self, record: TrialRecord) -> None:
        self.finished += 1
        self.ran += 1
        self.failed += bool(record.failure)
        if self.progress:
            self.progress(self.finished, self.design.n_trials)
        hopeless = self.failed == self.ran >= _FAILURES_TO_JUDGE_BY
        if hopeless or self.failed > max(_MOST_FAILURES * self.design.n_trials, _FAILURES_TO_JUDGE_BY):
            raise TooManyFailuresError(
                f"{self.failed} of {self.ran} trials failed, the last one with {record.failure}. "
                "Trials that succeeded are kept; mend the learner and run again."
            )


def _finished(
    learner: Learner,
    dataset: Dataset,
    design: SubsetDesign,
    trials: Iterable[int],
    jobs: int | None,
    watch: _Watch,
) -> Iterator[TrialRecord]:
    """Records of ``trials``, in the order in which they finish."""
    watch.start()
    X_eval = np.concatenate([dataset.X, dataset.X_test])
    truth = np.concatenate([dataset.y, dataset.y_test])
    design.n_included(dataset.n_train)  # refuses a fraction that leaves nobody in or out
    parallel = Parallel(n_jobs=-1 if jobs is None else jobs, prefer=learner.executor, return_as="generator_unordered")
    tasks = (
        delayed(_run_one)(
            learner,
            X_eval,
            truth,
            design.inclusion(dataset.n_train, trial),
            dataset.n_classes,
            trial,
            integer_seed(design.seed, "learner", trial),
        )
        for trial in trials
    )
    with threadpool_limits(1):  # for trials in threads; processes limit their own
        for record in parallel(tasks):
            watch.see(record)
            yield record


def _run_one(
    learner: Learner,
    X_eval: NDArray[np.float32],
    truth: NDArray[np.int64],
    inclusion: NDArray[np.bool_],
    n_classes: int,
    trial: int,
    seed: int,
) -> TrialRecord:
    """One trial, wherever it runs. Whatever the learner raises becomes the record of a failed trial."""
    members = np.flatnonzero(inclusion)
    try:
        if learner.executor == "threads":
            predictions = learner.fit_predict(X_eval[members], truth[members], X_eval, n_classes=n_classes, seed=seed)
        else:
            with threadpool_limits(1), warnings.catch_warnings():
                warnings.simplefilter("ignore")  # convergence is judged by how well included examples are fitted
                predictions = learner.fit_predict(
                    X_eval[members], truth[members], X_eval, n_classes=n_classes, seed=seed
                )
    except Exception as error:
        none, no_bits = np.zeros(0, np.float16), np.zeros(0, bool)
        reason = " ".join(f"{type(error).__name__}: {error}".split())
        return TrialRecord(
            trial=trial, inclusion=inclusion, correct=no_bits, margin=none, confidence=none, failure=reason or "unknown"
        )
    return record_of(trial, inclusion, predictions, truth, n_classes, learner.name)
