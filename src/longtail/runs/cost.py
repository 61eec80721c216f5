r"""Cost: what a study will take and what it will be able to see, before it is run.

Time comes from a few trials that are timed and thrown away; disk and memory from the sizes of the arrays,

.. math:: \text{disk} = T \left(\lceil n/8 \rceil + \lceil N/8 \rceil + 2 b N + h\right), \qquad
          \text{memory} = p + 8 N d + \min\left(B,\; T (n + N + 2 b N)\right) + J w,

for :math:`T` trials of :math:`n` training and :math:`N` examples in all with :math:`d` features, :math:`b` numbers a
prediction (margin, confidence), a header :math:`h` of each file, the budget :math:`B` of the table of outcomes,
:math:`p` for this process itself, and :math:`J` workers that take :math:`w` each: a subset of the data, and, being
processes, what a process needs. A learner's own working memory is not in it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.learners.any_learner import any_learner
from longtail.machine import cores
from longtail.runs.timing import seconds_per_trial
from longtail.scores.convergence import smallest_visible_memorization, visible_memorization
from longtail.trials import MEMORY_BUDGET, SubsetDesign, run_trials
from longtail.trials.collect import bytes_of_outcomes
from longtail.trials.record import TrialRecord
from longtail.trials.trial_file import encoded

__all__ = ["StudyCost", "study_cost"]

_PARENT, _WORKER = 400_000_000, 200_000_000
"""Bytes of a process that measures (350 MB with the compiled learner) and of a worker process, data apart; measured."""

_Q_LEVEL = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class StudyCost:
    """Time, memory and disk that a study takes.

    Parameters
    ----------
    n_trials : int
        Of the plan.
    seconds_per_trial, seconds : float
        Wall clock, at so many jobs.
    disk_bytes : int
        Of the trials' files; reading by example takes as much again.
    memory_bytes : int
        At most, on this machine, workers included.
    table_bytes, memory_budget : int
        The table of outcomes, and what it may take in memory; a larger one is mapped from the disk.
    jobs : int
        Trials at a time.
    smallest_visible : float
        The smallest memorization whose interval leaves out 0, for an example that every model with it gets right.
    smallest_found : float
        The memorization that is found, by its q-value among all examples, with probability 0.8.
    level : float
        Of that interval.
    """

    n_trials: int
    seconds_per_trial: float
    seconds: float
    disk_bytes: int
    memory_bytes: int
    table_bytes: int
    memory_budget: int
    jobs: int
    smallest_visible: float
    smallest_found: float
    level: float


@checked
def study_cost(
    learner: Any,
    dataset: Dataset,
    design: SubsetDesign,
    *,
    jobs: int | None = None,
    memory: int = MEMORY_BUDGET,
    level: float = 0.95,
) -> StudyCost:
    """Estimate what ``design.n_trials`` trials take.

    A few trials are run to time them, and nothing is written.

    Parameters
    ----------
    learner, dataset, design
        See :func:`longtail.trials.run_trials`.
    jobs : int, optional
        Trials at a time; one for each core where it is not given.
    memory : int
        Bytes that the table of outcomes may take.
    level : float
        Of the interval that tells a memorization from 0.
    """
    learner = any_learner(learner)
    each = seconds_per_trial(learner, dataset, design, jobs)
    n_all, n_trials = dataset.n_train + dataset.n_test, design.n_trials
    of_one = run_trials(learner, dataset, SubsetDesign(n_trials=design.least_trials), trials=range(1), jobs=1)
    margins, confidences = of_one.margin is not None, of_one.confidence is not None
    table = bytes_of_outcomes(n_trials, dataset.n_train, n_all, margins=margins, confidences=confidences)
    workers = jobs or cores()
    features = 4 * n_all * dataset.X.shape[1]
    of_worker = round(design.fraction * features) + (_WORKER if learner.executor == "processes" else 0)
    n_in = round(design.fraction * n_trials)
    return StudyCost(
        n_trials=n_trials,
        seconds_per_trial=each,
        seconds=n_trials * each,
        disk_bytes=n_trials * _bytes_of_file(dataset, margins, confidences),
        memory_bytes=_PARENT + 2 * features + min(table, memory) + workers * of_worker,
        table_bytes=table,
        memory_budget=memory,
        jobs=workers,
        smallest_visible=smallest_visible_memorization(n_in, n_trials - n_in, level),
        smallest_found=visible_memorization(n_in, n_trials - n_in, _Q_LEVEL / dataset.n_train),
        level=level,
    )


def _bytes_of_file(dataset: Dataset, margins: bool, confidences: bool) -> int:
    """Return the size of one trial's file. The content is made, but not written."""
    n_all = dataset.n_train + dataset.n_test
    numbers, none = np.zeros(n_all, np.float16), np.zeros(0, np.float16)
    record = TrialRecord(
        trial=0,
        inclusion=np.zeros(dataset.n_train, bool),
        correct=np.zeros(n_all, bool),
        margin=numbers if margins else none,
        confidence=numbers if confidences else none,
    )
    return len(encoded(record, study="0" * 16))
