"""Trials that are sent to a cluster: many short ones in one task, and nothing sent that a worker can make itself.

A task of a cluster costs tens of milliseconds of its scheduler, its worker and this process. So a task holds batches of
trials that take about half a second together, by the rate at which tasks before it ran; subsets and seeds are made
where the trial runs, from the design. What all tasks share, the examples and their labels, are arguments of their own,
which joblib's Dask backend sends once a worker.
"""

import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from joblib import delayed
from joblib.parallel import get_active_backend
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.learners.learner import Learner
from longtail.trials.design import SubsetDesign
from longtail.trials.record import TrialRecord
from longtail.trials.truth import Truth

__all__ = ["SentTrials", "are_sent"]

_SECONDS_OF_A_TASK = 0.5
_TASKS_EACH = 2  # That are left for each worker at the end, so that none waits long for the last.


def are_sent() -> bool:
    """Return whether trials go to a Dask cluster."""
    return type(get_active_backend()[0]).__name__ == "DaskDistributedBackend"


@dataclass(slots=True)
class SentTrials:
    """Deals batches of trials out to tasks, as many to a task as half a second holds.

    Parameters
    ----------
    run : callable
        What runs one batch where it is sent: (learner, X_eval, truth, design, together, n_train, batch, parent) to its
        records.
    workers : int
        Tasks at a time.
    """

    run: Callable[..., list[TrialRecord]]
    workers: int
    _trials: int = field(default=0, init=False)
    _seconds: float = field(default=0.0, init=False)

    def tasks(
        self,
        batches: Sequence[Sequence[int]],
        *,
        learner: Learner,
        X_eval: Any,
        truth: Truth,
        design: SubsetDesign,
        dataset: Dataset,
    ) -> Iterator[Any]:
        """Yield tasks for joblib, each as large as what came back until then says."""
        bare, start = replace(truth, y=truth.y[:0]), 0
        of_data = (dataset.together, dataset.n_train)
        while start < len(batches):
            end = start + self.size(len(batches) - start, len(batches[start]))
            chosen = batches[start:end]
            yield delayed(_run_sent)(self.run, learner, X_eval, bare, truth.y, design, *of_data, chosen, os.getpid())
            start = end

    def size(self, n_left: int, n_trials: int) -> int:
        """Return how many of the batches that are left go into the next task, each of so many trials."""
        if not self._seconds:
            return 1
        wanted = _SECONDS_OF_A_TASK * self._trials / (self._seconds * n_trials)
        return max(1, min(int(wanted), n_left // (_TASKS_EACH * self.workers)))

    def received(self, found: tuple[float, list[TrialRecord]]) -> list[TrialRecord]:
        """Take note of how long a task ran, and return its records."""
        seconds, records = found
        self._trials, self._seconds = self._trials + len(records), self._seconds + max(seconds, 1e-6)
        return records


def _run_sent(
    run: Callable[..., list[TrialRecord]],
    learner: Learner,
    X_eval: Any,
    bare: Truth,
    y: NDArray[Any],
    design: SubsetDesign,
    together: NDArray[np.int64] | None,
    n_train: int,
    batches: Sequence[Sequence[int]],
    parent: int,
) -> tuple[float, list[TrialRecord]]:
    start, truth = time.perf_counter(), replace(bare, y=y)
    records = [
        record for batch in batches for record in run(learner, X_eval, truth, design, together, n_train, batch, parent)
    ]
    return time.perf_counter() - start, records
