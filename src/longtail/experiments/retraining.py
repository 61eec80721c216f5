"""Retraining: the learner of a study once more on chosen examples, many seeds."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from joblib import delayed
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.handed_rows import handed_rows, told_of
from longtail.learners.learner import Learner, Predictions
from longtail.learners.wanted_rows import taken
from longtail.machine import one_thread
from longtail.outcomes import ACCURACY, Performance
from longtail.randomness import integer_seed
from longtail.trials.truth import Truth
from longtail.trials.worker_life import side_by_side

__all__ = ["Retrained", "performance_after_training"]


class Retrained(NamedTuple):
    """Performances of retrained models, (models, n_eval), and their kind: a bool each where it is accuracy."""

    values: NDArray[Any]
    kind: Performance


def performance_after_training(
    learner: Learner,
    dataset: Dataset,
    kept: Sequence[NDArray[np.int64]],
    asked: NDArray[np.int64],
    seeds: Sequence[tuple[int, str, int]],
    jobs: int | None = None,
) -> Retrained:
    """Return the performance of each model on each evaluated example.

    It is right or wrong, a bool, where classes are learned; elsewhere a number, as the first kind of performance that
    trials of the learner keep: squared errors in units of the target's variance over the training examples, or what a
    language model measures first.

    Parameters
    ----------
    learner, dataset
        What is trained, on which examples.
    kept : sequence of int arrays
        For each model the training examples that it is trained on.
    asked : int array
        The examples that it is asked for: training examples, and test examples numbered after them.
    seeds : sequence of (seed, name, number)
        For each model the address of its randomness.
    jobs : int, optional
        Models at a time; one for each core where it is not given. It does not affect the result.

    Raises
    ------
    InputError
        If some model would be trained on nothing, or an answer breaks a law of its kind.
    """
    if any(not len(members) for members in kept):
        raise InputError("examples", "leave at least one to train on", Said("none"))

    examples, truth = handed_rows(learner, dataset), Truth.of(dataset)
    X_eval, judged = taken(examples, asked), truth.of_some(asked)
    told = told_of(learner, dataset)

    def one(members: NDArray[np.int64], address: tuple[int, str, int]) -> tuple[NDArray[Any], Performance]:
        seed = integer_seed(*address)
        with one_thread():
            answer = told.fit_predict(
                taken(examples, members), truth.y[members], X_eval, n_classes=truth.n_classes, seed=seed
            )
        if isinstance(answer, Predictions):
            return np.asarray(answer.labels == judged.y), ACCURACY
        record = judged.record(address[2], np.zeros(0, bool), answer, learner.name)
        return record.performance[0], record.kinds[0]

    parallel = side_by_side(learner.executor, jobs)
    found = list(parallel(delayed(one)(*task) for task in zip(kept, seeds, strict=True)))
    return Retrained(np.array([values for values, _ in found]), found[0][1])
