"""Retraining: the learner of a study once more on chosen examples, many seeds."""

from collections.abc import Sequence

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray

from longtail.array_types import Bits
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.handed_rows import handed_rows, told_of
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import taken
from longtail.machine import one_thread
from longtail.randomness import integer_seed

__all__ = ["right_after_training"]


def right_after_training(
    learner: Learner,
    dataset: Dataset,
    kept: Sequence[NDArray[np.int64]],
    asked: NDArray[np.int64],
    seeds: Sequence[tuple[int, str, int]],
    jobs: int | None = None,
) -> Bits:
    """Return whether each model is right on each evaluated example: a (models, n_eval) bool array.

    Parameters
    ----------
    learner, dataset
        What is trained, on which examples.
    kept : sequence of int arrays
        For each model the training examples that it is trained on.
    asked : int array
        The training examples that it is asked for.
    seeds : sequence of (seed, name, number)
        For each model the address of its randomness.
    jobs : int, optional
        Models at a time; one for each core where it is not given. It does not affect the result.

    Raises
    ------
    InputError
        If some model would be trained on nothing.
    """
    if any(not len(members) for members in kept):
        raise InputError("examples", "leave at least one to train on", Said("none"))

    examples = handed_rows(learner, dataset)
    X_eval = taken(examples, asked)
    told = told_of(learner, dataset)

    def one(members: NDArray[np.int64], address: tuple[int, str, int]) -> Bits:
        seed = integer_seed(*address)
        with one_thread():
            predictions = told.fit_predict(
                taken(examples, members), dataset.y[members], X_eval, n_classes=dataset.n_classes, seed=seed
            )
        return np.asarray(predictions.labels == dataset.y[asked])

    parallel = Parallel(n_jobs=-1 if jobs is None else jobs, prefer=learner.executor)
    return np.array(list(parallel(delayed(one)(*task) for task in zip(kept, seeds, strict=True))))
