"""Plan: how many trials fit into the time there is.

The number comes from a short ladder, not from the clock directly, so that two runs of one audit on one machine choose
the same number although no two timings agree.
"""

import time
from dataclasses import replace
from typing import Any

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.handed_rows import handed_rows
from longtail.learners.any_learner import any_learner
from longtail.learners.learner import BatchLearner, Learner
from longtail.learners.trees import BoostedRegressor, BoostedTrees
from longtail.machine import cores
from longtail.trials import SubsetDesign, run_trials
from longtail.trials.batches import trained_as

__all__ = [
    "ENOUGH_FOR_ALL",
    "LADDER",
    "batch_size",
    "in_short_batches",
    "rows_within",
    "seconds_per_trial",
    "trials_within",
    "warm_up",
]

LADDER = (2000, 1400, 1000, 700, 500, 300, 200, 100, 60, 40, 20)
"""Numbers of trials to choose from: whole rounds of a balanced design."""

ROWS_LADDER = (200_000, 100_000, 50_000, 20_000, 10_000, 5_000, 2_000, 1_000)
"""Numbers of training examples to choose from, where all are too many."""

ENOUGH_FOR_ALL = 40
"""Trials from which all examples are studied, not a part with more trials: margins order the most memorized from 20."""

_WORTHWHILE_TRIALS = 200
_MORE_FOR_ALL = 1.8  # A multiple of the seconds that there are, which all examples may take: those of all models.
_LONG_ENOUGH = 1.0
_TOO_LONG = 10.0
_SECOND_SIZE = 4  # A multiple of the smallest number of rows.
_LARGE, _SHORT_BATCH = 100_000, 2  # training examples; models
_NEAR = 4.0  # A multiple of the seconds that there are.


def warm_up(learner: Any, dataset: Dataset, design: SubsetDesign, jobs: int = 1) -> None:
    """Train ``jobs`` models on a small part of the data, for what comes once: to compile, import, and start workers."""
    _timed(any_learner(learner), dataset.sample(_smallest(dataset)), design, jobs, jobs)


def seconds_per_trial(learner: Any, dataset: Dataset, design: SubsetDesign, jobs: int | None = None) -> float:
    """Return the wall-clock seconds that one more trial takes, with ``jobs`` at a time. Nothing is stored.

    After a few trials on a small part, which pay for compilation and for starting workers, one trial is timed alone, or
    one batch of a batch learner (of large data a short one, where models of a batch share little); it also pays for
    what a data set costs once. Then as many as run at a time are timed, and more of them if that was over in no time;
    what takes long is not timed twice.
    """
    learner = in_short_batches(any_learner(learner), dataset)
    workers, each = jobs or cores(), batch_size(learner)
    warm_up(learner, dataset, design, workers)
    handed_rows(learner, dataset)  # What is made once, as words are counted, is kept for all trials.
    alone = _timed(learner, dataset, design, each, 1)
    if alone > _TOO_LONG:
        return alone / (workers * each)
    number = workers * each
    seconds = _timed(learner, dataset, design, number, jobs)
    if seconds < _LONG_ENOUGH:
        number *= 10
        seconds = _timed(learner, dataset, design, number, jobs)
    return seconds / number


def batch_size(learner: Learner) -> int:
    """Return how many models are trained at once, even where one is asked for."""
    trained = trained_as(learner)
    return trained.trials_per_batch if isinstance(trained, BatchLearner) else 1


def in_short_batches(learner: Any, dataset: Dataset) -> Any:
    """Return the learner, or the limit, with two models a batch where the data are large and it grows trees.

    Models of a batch share the codes of the data alone, so that two show what eight cost.
    """
    if dataset.n_train < _LARGE:
        return learner
    if isinstance(inner := getattr(learner, "inner", None), BoostedTrees | BoostedRegressor):
        return replace(learner, inner=in_short_batches(inner, dataset))
    if isinstance(learner, BoostedTrees | BoostedRegressor):
        return replace(learner, trials_per_batch=min(_SHORT_BATCH, learner.trials_per_batch))
    return learner


def rows_within(
    seconds: float,
    dataset: Dataset,
    learner: Any,
    design: SubsetDesign,
    jobs: int | None = None,
    most: int | None = None,
) -> tuple[int | None, float | None]:
    """Return the number of training examples to study, all where forty trials fit, and the seconds of one trial.

    Where they do not, it is as many as leave time for two hundred; and never more than ``most``, which memory may hold.

    The time of a trial is taken at two small numbers, and supposed to lie on their line beyond. A line says little of
    what is far beyond: where all examples may fit, as they do within four times that line, they are timed themselves.

    Returns
    -------
    int or None
        None for all of them.
    float or None
        Seconds of a trial on so many, where they were timed.
    """
    learner = any_learner(learner)
    smallest = _smallest(dataset)
    room = dataset.n_train if most is None else most
    if dataset.n_train <= 2 * smallest:
        return None, None
    sizes = (smallest, min(_SECOND_SIZE * smallest, dataset.n_train))
    first, second = (seconds_per_trial(learner, dataset.sample(size), design, jobs) for size in sizes)
    slope = max((second - first) / (sizes[1] - sizes[0]), 0.0)
    candidates = [dataset.n_train, *(rows for rows in ROWS_LADDER if smallest < rows < dataset.n_train)]
    line = {rows: max(first, second + slope * (rows - sizes[1])) for rows in candidates}
    slowest = _MORE_FOR_ALL * seconds / ENOUGH_FOR_ALL
    if room >= dataset.n_train and line[dataset.n_train] <= _NEAR * slowest:
        whole = seconds_per_trial(learner, dataset, design, jobs)
        if whole <= slowest:
            return None, whole
    held = [rows for rows in candidates[1:] if rows <= room]
    rows = next((rows for rows in held if line[rows] * _WORTHWHILE_TRIALS <= seconds), smallest)
    return rows, None


@checked
def trials_within(seconds: float, per_trial: float) -> int:
    """Return the largest number on the ladder that fits, and the smallest one if none does.

    Examples
    --------
    >>> trials_within(100.0, 0.3), trials_within(1.0, 60.0)
    (300, 20)
    """
    return next((n for n in LADDER if n * per_trial <= seconds), LADDER[-1])


def _smallest(dataset: Dataset) -> int:
    """Return the least number of training examples that an audit draws: the ladder's, or two of each class."""
    return max(ROWS_LADDER[-1], 2 * dataset.n_classes)


def _timed(learner: Learner, dataset: Dataset, design: SubsetDesign, number: int, jobs: int | None) -> float:
    design = replace(design, n_trials=max(number, design.least_trials))
    start = time.perf_counter()
    run_trials(learner, dataset, design, trials=range(number), jobs=jobs, checked=True)  # A check trains twice more.
    return time.perf_counter() - start
