"""Run the trials of a design: those that are not there yet, in any order, on any workers, one result at a time.

joblib is the seam: threads for learners that release the interpreter lock, processes for the others, or whatever the
caller chose with ``joblib.parallel_config``, a Dask cluster for instance. A trial gets one BLAS thread, so that its
bits do not depend on how many run beside it. A worker that dies takes its trial along: whatever has not come back is
run again, and a run stops only when workers die without a single trial finishing in between. Where the machine itself
fails, a trial is not recorded as failed: the run stops, to go on later. One process at a time writes to a store.
"""

import os
import signal
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import BrokenExecutor, CancelledError
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from warnings import catch_warnings

import numpy as np
from joblib import Parallel, delayed
from joblib.parallel import get_active_backend
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import DamagedRunError, InputError, LongtailError, Said, parameter
from longtail.learners.function_learner import FunctionLearner, is_training_function
from longtail.learners.learner import Learner
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.wanted_rows import taken
from longtail.machine import held
from longtail.machine_faults import blames_the_machine
from longtail.notices import notice
from longtail.outcomes import Outcomes
from longtail.randomness import integer_seed
from longtail.trials.batches import answers_of, batches_of
from longtail.trials.checked_trial import check_learner
from longtail.trials.collect import MEMORY_BUDGET, collect_outcomes
from longtail.trials.design import SubsetDesign
from longtail.trials.handed_rows import handed_rows, told_of
from longtail.trials.record import TrialRecord, failed_record, without_margins
from longtail.trials.store import TrialStore
from longtail.trials.trial_set import TrialSet
from longtail.trials.truth import Truth, require_task
from longtail.trials.worker_life import settings_of_workers, start_tracker

__all__ = [
    "Progress",
    "TooManyFailuresError",
    "WorkersDiedError",
    "as_learner",
    "check_first_trial",
    "holds_trials",
    "run_trials",
    "share_of",
]

_MOST_FAILURES = 0.1
_FAILURES_TO_JUDGE_BY = 3
_DEATHS_IN_A_ROW = 3
_REASONS_SHOWN = 3
_TRIALS_SHOWN = 10
Progress = Callable[[int, int], None]


class TooManyFailuresError(LongtailError):
    """Error raised where more than a tenth of the trials failed. The message counts the reasons."""


class WorkersDiedError(LongtailError):
    """Worker processes died, and again, without a trial that finished in between."""


@checked
def as_learner(estimator: Any) -> Learner:
    """Return a learner as it is. Wrap a scikit-learn classifier, or a function ``train(rows, labels, seed)``.

    Raises
    ------
    InputError
        If it is none of these.
    """
    if is_training_function(estimator):
        return FunctionLearner(train=estimator)
    return estimator if isinstance(estimator, Learner) else SklearnLearner(estimator=estimator)


@checked
def run_trials(
    estimator: Any,
    dataset: Dataset,
    design: SubsetDesign,
    store: str | Path | None = None,
    *,
    trials: range | None = None,
    jobs: int | None = None,
    margins: bool = True,
    memory: int = MEMORY_BUDGET,
    progress: Progress | None = None,
    checked: bool = False,
) -> Outcomes:
    """Train ``design.n_trials`` models, each on its subset, and return the table of outcomes.

    Parameters
    ----------
    estimator : scikit-learn classifier, training function or Learner
        What is trained; cloned and seeded for each trial.
    dataset : Dataset
        What it is trained on.
    design : SubsetDesign
        Which examples each trial trains on.
    store : path, optional
        A run folder. Trials that it holds are not run again; each new one is saved as it finishes, so an interrupted
        run loses only what was under way. Without it, nothing is written.
    trials : range, optional
        One machine's share of the trials; all of them where it is not given.
    jobs : int, optional
        How many trials at a time; as ``joblib.parallel_config`` says, or one for each core, where it is not given. It
        does not affect any result.
    margins : bool
        Whether margins and confidences are kept; without them a trial takes a seventeenth of the room, and what needs
        them (the efficient estimator, attacks) is not to be had.
    memory : int
        Bytes that the table may take in memory, see :mod:`longtail.trials.collect`. It does not affect any result.
    progress : callable, optional
        Called with (finished, planned), once at the start and after each trial.
    checked : bool
        Whether the learner went through :func:`check_first_trial` already. A first run begins with it otherwise.

    Returns
    -------
    Outcomes
        Of all finished trials of the set, in order of their numbers.

    Raises
    ------
    TooManyFailuresError
        If more than a tenth of the trials fail. Up to that, a failed trial is recorded with its reason and left out.
    WorkersDiedError
        If worker processes keep dying.
    MachineError
        If memory or a disk was not enough for a trial; finished trials are kept.
    BusyRunError
        If another process, or another thread of this one, is writing to ``store``.
    DamagedRunError
        If finished trials were removed while the others were run.
    InputError
        If the learner's predictions break the protocol, or ``trials`` are none of the design's.
    """
    learner = told_of(as_learner(estimator), dataset)
    require_task(learner, dataset)
    share = share_of(trials, design)
    trial_set = TrialSet.of(dataset, learner, design, margins=margins)
    campaign = _Campaign(learner, dataset, design, jobs, margins)
    if not checked and (store is None or not holds_trials(store, trial_set)):
        campaign.check(share[0])
    if store is None:
        records = campaign.run(share, _Watch(len(share), 0, progress))
        return _told(collect_outcomes(records, share, dataset.n_train, memory=memory), dataset)
    place = Path(store)
    place.mkdir(parents=True, exist_ok=True)
    with held(place):
        folder = TrialStore(place / "trials" / trial_set.key, trial_set, together=dataset.together)
        folder.prepare()
        present = _sound(folder)
        missing = [trial for trial in share if trial not in present]
        for record in campaign.run(missing, _Watch(len(share), len(share) - len(missing), progress)):
            folder.append(record)
        _require_all(folder, share)
        return _told(folder.outcomes(memory, tell_failed=False), dataset)


def _told(outcomes: Outcomes, dataset: Dataset) -> Outcomes:
    """Return the outcomes with labels, and give a notice if trials failed: results of the others may be biased."""
    labeled = outcomes.labeled(dataset.y)
    if labeled.about_failed:
        notice(labeled.about_failed)
    return labeled


def check_first_trial(learner: Learner, dataset: Dataset, design: SubsetDesign, trial: int = 0) -> None:
    """Refuse, or tell of, a learner that breaks its rules: one trial, trained twice and asked twice.

    Raises
    ------
    InputError
        See :func:`longtail.trials.checked_trial.check_learner`.
    """
    require_task(learner, dataset)
    _Campaign(told_of(learner, dataset), dataset, design, None, margins=True).check(trial)


def holds_trials(store: str | Path, trial_set: TrialSet) -> bool:
    """Return whether a run folder holds a trial of the set."""
    return next((Path(store) / "trials" / trial_set.key).glob("[0-9]*.npz"), None) is not None


def _sound(folder: TrialStore) -> set[int]:
    """Return the numbers of the trials that count. The others are named and removed, so that they run again."""
    sound, removed = set(), []
    for trial in folder.numbers():
        try:
            failure = folder.read(trial).failure
        except DamagedRunError:
            failure = "MemoryError"
        if blames_the_machine(failure):
            folder.discard(trial)
            removed.append(trial)
        else:
            sound.add(trial)
    if removed:
        shown = ", ".join(map(str, removed[:_TRIALS_SHOWN])) + (", …" if len(removed) > _TRIALS_SHOWN else "")
        reason = "were damaged, not their own, or failed for lack of memory or room"
        notice(f"{len(removed)} trials in {folder.folder} {reason}, and are run again: {shown}.")
    return sound


def _require_all(folder: TrialStore, share: range) -> None:
    """Notice that somebody removed the folder, or trials, while others were being written."""
    present = set(folder.numbers())
    gone = sum(trial not in present for trial in share)
    if gone:
        raise DamagedRunError(
            f"{gone:,} trials that were finished are no longer in {folder.folder}: they were removed meanwhile. "
            "Run the same command again to make them anew."
        )


@dataclass(slots=True)
class _Watch:
    """Counts finished and failed trials, tells the caller, and stops a run that fails too often."""

    planned: int
    finished: int
    progress: Progress | None
    ran: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        if self.progress:
            self.progress(self.finished, self.planned)

    def see(self, record: TrialRecord) -> None:
        self.finished += 1
        self.ran += 1
        if record.failure:
            self.reasons[record.failure] += 1
        if self.progress:
            self.progress(self.finished, self.planned)
        failed = self.reasons.total()
        hopeless = failed == self.ran >= _FAILURES_TO_JUDGE_BY
        if hopeless or failed > max(_MOST_FAILURES * self.planned, _FAILURES_TO_JUDGE_BY):
            shown = "; ".join(f"{times} with {reason}" for reason, times in self.reasons.most_common(_REASONS_SHOWN))
            more = "; …" if len(self.reasons) > _REASONS_SHOWN else ""
            raise TooManyFailuresError(
                f"{failed} of {self.ran} trials failed: {shown.rstrip('. ')}{more}. "
                "Trials that succeeded are kept; fix the learner and run again."
            )


@dataclass(frozen=True, slots=True)
class _Campaign:
    """One learner, one data set, one design: whatever is asked for, run on the workers that there are."""

    learner: Learner
    dataset: Dataset
    design: SubsetDesign
    jobs: int | None
    margins: bool

    def run(self, trials: Sequence[int], watch: _Watch) -> Iterator[TrialRecord]:
        """Records of ``trials``, in the order in which they finish, each one once, whatever happens to workers."""
        watch.start()
        self._subset(0)  # This refuses a fraction that leaves no example in or none out.
        missing, deaths = dict.fromkeys(trials), 0
        while missing:
            try:
                for found in self._attempt(list(missing)):
                    record = found if self.margins else without_margins(found)
                    if record.trial in missing:
                        del missing[record.trial]
                        deaths = 0
                        watch.see(record)
                        yield record
            except Exception as error:
                if not _is_death(error):
                    raise
                deaths += 1
                if deaths == _DEATHS_IN_A_ROW:
                    raise WorkersDiedError(
                        f"worker processes died {deaths} times without a trial finishing in between, with "
                        f"{len(missing)} trials to go ({type(error).__name__}); memory may be short: lower "
                        f"{parameter('jobs')}. Finished trials are kept."
                    ) from error

    def check(self, trial: int) -> None:
        """Run one checked trial. See :mod:`longtail.trials.checked_trial`."""
        data, chosen = self.dataset, np.flatnonzero(self._subset(trial))
        examples = handed_rows(self.learner, data)
        with threadpool_limits(1), catch_warnings(action="ignore"):
            check_learner(
                self.learner,
                taken(examples, chosen),
                Truth.of(data).y[chosen],
                taken(examples, np.arange(data.n_train)),
                n_classes=data.n_classes,
                seed=integer_seed(self.design.seed, "learner", trial),
            )

    def _subset(self, trial: int) -> NDArray[np.bool_]:
        return self.design.inclusion(self.dataset.n_train, trial, self.dataset.together)

    def _attempt(self, trials: list[int]) -> Iterator[TrialRecord]:
        X_eval = handed_rows(self.learner, self.dataset)
        truth = Truth.of(self.dataset)
        n_jobs = self.jobs or get_active_backend()[1] or -1
        of_workers = settings_of_workers(self.learner.executor) if n_jobs != 1 else {}
        if of_workers:
            start_tracker()
        parallel = Parallel(n_jobs=n_jobs, prefer=self.learner.executor, return_as="generator_unordered", **of_workers)
        tasks = (
            delayed(_run_batch)(
                self.learner,
                X_eval,
                truth,
                [self._subset(trial) for trial in batch],
                batch,
                [integer_seed(self.design.seed, "learner", trial) for trial in batch],
                os.getpid(),
            )
            for batch in batches_of(self.learner, trials)
        )
        # Other processes limit their own threads.
        with threadpool_limits(1), _closed_in_silence(parallel(tasks)) as finished:
            for records in finished:
                yield from records


@contextmanager
def _closed_in_silence(finished: Any) -> Iterator[Iterable[list[TrialRecord]]]:
    """Close the results without joblib's warning that nothing waits for them: who interrupts a run knows it."""
    try:
        yield finished
    finally:
        with catch_warnings(action="ignore", category=UserWarning):
            finished.close()


def _run_batch(
    learner: Learner,
    X_eval: Any,
    truth: Truth,
    inclusions: Sequence[NDArray[np.bool_]],
    trials: Sequence[int],
    seeds: Sequence[int],
    parent: int,
) -> list[TrialRecord]:
    """Run one batch of trials, wherever it runs. Whatever the learner raises becomes the record of a failed trial."""
    if os.getpid() != parent:
        _settle_in_a_worker()
    answers = answers_of(learner, X_eval, truth.y, inclusions, truth.n_classes, seeds)
    return [
        failed_record(trial, inclusion, answer)
        if isinstance(answer, Exception)
        else truth.record(trial, inclusion, answer, learner.name)
        for trial, inclusion, answer in zip(trials, inclusions, answers, strict=True)
    ]


@cache
def _settle_in_a_worker() -> None:
    """Set one BLAS thread for the whole life of a worker.

    Restoring the number would disturb the trials of other threads.

    Ctrl-C reaches every process of a terminal; the parent answers it, and ends its workers.
    """
    threadpool_limits(1)
    # Only the main thread may set it, and Dask's workers have other threads.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_death(error: Exception) -> bool:
    """Return whether the error says that workers were lost, and not that a learner made a mistake.

    Covers loky's workers, a cluster's workers, the loss of all workers, and the loss of data that one held.
    """
    return isinstance(error, BrokenExecutor | CancelledError | TimeoutError) or type(error).__name__ == "KilledWorker"


def share_of(trials: range | None, design: SubsetDesign) -> range:
    """Return the trials that are asked for: all of the design, or a range of them.

    Raises
    ------
    InputError
        If the range is empty, has gaps or leaves the design.
    """
    share = range(design.n_trials) if trials is None else trials
    if not (share.step == 1 and 0 <= share.start < share.stop <= design.n_trials):
        law = f"be a range A:B within the {design.n_trials} trials of the study"
        remedy = f"Set their number by {parameter('n_trials')}."
        raise InputError("trials", law, Said(f"{share.start}:{share.stop}"), remedy)
    return share
