"""Plan: how many trials fit into the time there is.

The number comes from a short ladder, not from the clock directly, so that two runs of one audit on one machine choose
the same number although no two timings agree.
"""

import time
from dataclasses import replace
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import Learner
from longtail.trials import SubsetDesign, run_trials

__all__ = ["LADDER", "rows_within", "seconds_per_trial", "trials_within"]

LADDER = (2000, 1000, 500, 200, 100, 60, 40, 20)
"""Numbers of trials to choose from: whole rounds of a balanced design."""

ROWS_LADDER = (20_000, 10_000, 5_000, 2_000, 1_000)
"""Numbers of training examples to choose from, where all are too many."""

_WORTHWHILE_TRIALS = 200
_LONG_ENOUGH = 1.0


def seconds_per_trial(learner: Any, dataset: Dataset, design: SubsetDesign, jobs: int | None = None) -> float:
    """Return the wall-clock seconds that one more trial takes, with ``jobs`` at a time. Nothing is stored.

    The first lot pays for compilation and for starting workers, so a second one is timed, and a larger third one if
    that was over in no time.
    """
    learner = any_learner(learner)
    few = replace(design, n_trials=design.least_trials)
    _timed(learner, dataset, few, jobs)
    seconds = _timed(learner, dataset, few, jobs)
    if seconds > _LONG_ENOUGH:
        return seconds / few.n_trials
    many = replace(design, n_trials=10 * few.n_trials)
    return _timed(learner, dataset, many, jobs) / many.n_trials


def rows_within(
    seconds: float, dataset: Dataset, learner: Any, design: SubsetDesign, jobs: int | None = None
) -> int | None:
    """Return the number of training examples to study so that two hundred trials fit. None for all of them.

    The time of a trial is taken on the smallest number and supposed to grow in proportion.
    """
    learner = any_learner(learner)
    smallest = ROWS_LADDER[-1]
    if dataset.n_train <= 2 * smallest:
        return None
    each = seconds_per_trial(learner, dataset.sample(smallest), design, jobs) / smallest
    candidates = [dataset.n_train, *(rows for rows in ROWS_LADDER if rows < dataset.n_train)]
    fitting = next((rows for rows in candidates if rows * each * _WORTHWHILE_TRIALS <= seconds), smallest)
    return None if fitting == dataset.n_train else fitting


@checked
def trials_within(seconds: float, per_trial: float) -> int:
    """Return the largest number on the ladder that fits, and the smallest one if none does.

    Examples
    --------
    >>> trials_within(100.0, 0.3), trials_within(1.0, 60.0)
    (200, 20)
    """
    return next((n for n in LADDER if n * per_trial <= seconds), LADDER[-1])


def _timed(learner: Learner, dataset: Dataset, design: SubsetDesign, jobs: int | None) -> float:
    start = time.perf_counter()
    run_trials(learner, dataset, design, jobs=jobs)
    return time.perf_counter() - start
