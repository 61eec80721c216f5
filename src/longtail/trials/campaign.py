"""Run trials on whatever workers there are, each one once, whatever happens to workers.

joblib is the seam: threads for learners that release the interpreter lock, processes for the others, or whatever the
caller chose with ``joblib.parallel_config``, a Dask cluster for instance. A trial gets one BLAS thread, so that its
bits do not depend on how many run beside it. A worker that dies takes its trial along: whatever has not come back is
run again, and a run stops only when workers die without a single trial finishing in between, or too many trials fail.
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
from typing import Any
from warnings import catch_warnings

import numpy as np
from joblib import Parallel, delayed
from joblib.parallel import get_active_backend
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.errors import LongtailError, parameter
from longtail.handed_rows import handed_rows
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import taken
from longtail.machine import one_thread
from longtail.randomness import integer_seed
from longtail.trials.batches import answers_of, batches_of
from longtail.trials.checked_trial import check_learner
from longtail.trials.design import SubsetDesign
from longtail.trials.record import TrialRecord, failed_record, without_margins
from longtail.trials.sent_trials import SentTrials, are_sent
from longtail.trials.truth import Truth
from longtail.trials.worker_life import settings_of_workers, start_tracker

__all__ = ["Campaign", "Progress", "TooManyFailuresError", "Watch", "WorkersDiedError"]

_MOST_FAILURES = 0.1
_FAILURES_TO_JUDGE_BY = 3
_DEATHS_IN_A_ROW = 3
_REASONS_SHOWN = 3
Progress = Callable[[int, int], None]


class TooManyFailuresError(LongtailError):
    """Error raised where more than a tenth of the trials failed. The message counts the reasons."""


class WorkersDiedError(LongtailError):
    """Worker processes died, and again, without a trial that finished in between."""


@dataclass(slots=True)
class Watch:
    """Counts finished and failed trials, tells the caller, and stops a run that fails too often."""

    planned: int
    finished: int
    progress: Progress | None
    ran: int = 0
    reasons: Counter[str] = field(default_factory=Counter)

    def start(self) -> None:
        """Tell the caller how many trials are there already."""
        if self.progress:
            self.progress(self.finished, self.planned)

    def see(self, record: TrialRecord) -> None:
        """Count a finished trial. Refuse to go on where too many have failed."""
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
class Campaign:
    """One learner, one data set, one design: whatever is asked for, run on the workers that there are."""

    learner: Learner
    dataset: Dataset
    design: SubsetDesign
    jobs: int | None
    margins: bool

    def run(self, trials: Sequence[int], watch: Watch) -> Iterator[TrialRecord]:
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
        with one_thread(), catch_warnings(action="ignore"):
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
        if are_sent():
            yield from self._sent(X_eval, truth, batches_of(self.learner, trials))
            return
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
        with one_thread(), _closed_in_silence(parallel(tasks)) as finished:
            for records in finished:
                yield from records

    def _sent(self, X_eval: Any, truth: Truth, batches: list[Sequence[int]]) -> Iterator[TrialRecord]:
        """Send the batches to a cluster, many short ones at a time."""
        parallel = Parallel(n_jobs=-1, return_as="generator_unordered")
        sent = SentTrials(run=_run_where_sent, workers=get_active_backend()[0].effective_n_jobs(-1))
        tasks = sent.tasks(
            batches, learner=self.learner, X_eval=X_eval, truth=truth, design=self.design, dataset=self.dataset
        )
        with one_thread(), _closed_in_silence(parallel(tasks)) as finished:
            for found in finished:
                yield from sent.received(found)


def _run_where_sent(
    learner: Learner,
    X_eval: Any,
    truth: Truth,
    design: SubsetDesign,
    together: NDArray[np.int64] | None,
    n_train: int,
    batch: Sequence[int],
    parent: int,
) -> list[TrialRecord]:
    """Run one batch of trials on a cluster: make its subsets and seeds there."""
    inclusions = [design.inclusion(n_train, trial, together) for trial in batch]
    seeds = [integer_seed(design.seed, "learner", trial) for trial in batch]
    return _run_batch(learner, X_eval, truth, inclusions, batch, seeds, parent)


@contextmanager
def _closed_in_silence(finished: Any) -> Iterator[Iterable[Any]]:
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
    one_thread()  # which nobody leaves
    # Only the main thread may set it, and Dask's workers have other threads.
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGINT, signal.SIG_IGN)


def _is_death(error: Exception) -> bool:
    """Return whether the error says that workers were lost, and not that a learner made a mistake.

    Covers loky's workers, a cluster's workers, the loss of all workers, and the loss of data that one held.
    """
    return isinstance(error, BrokenExecutor | CancelledError | TimeoutError) or type(error).__name__ == "KilledWorker"
