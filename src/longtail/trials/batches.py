"""What is trained in one call: a trial of a plain learner, a whole batch of trials of a batch learner.

A batch is fixed by the numbers of its trials and run whole even where some of them are there already, or lie beyond the
trials that were asked for: what a device adds up in which order depends on the shape of a batch.
"""

import gc
import warnings
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError, MachineError, Said, parameter
from longtail.learners.learner import Answer, BatchLearner, Learner
from longtail.learners.wanted_rows import taken
from longtail.machine_faults import machine_fault

__all__ = ["answers_of", "batches_of", "trained_as"]


@checked
def batches_of(learner: Learner, trials: Iterable[int]) -> list[Sequence[int]]:
    """Return the batches that hold ``trials``.

    Examples
    --------
    >>> from longtail.trials import BatchedLogistic
    >>> batches_of(BatchedLogistic(trials_per_batch=4), [1, 2, 9])
    [range(0, 4), range(8, 12)]
    """
    trained = trained_as(learner)
    if not isinstance(trained, BatchLearner):
        return [[trial] for trial in trials]
    size = trained.trials_per_batch
    return [range(number * size, (number + 1) * size) for number in sorted({trial // size for trial in trials})]


def trained_as(learner: Learner) -> Learner:
    """Return the learner that a limit stands for, if it names one. Return others as they are."""
    found: Learner = getattr(learner, "stands_for", learner)
    return found


def answers_of(
    learner: Learner,
    X_eval: Any,
    truth: NDArray[Any],
    inclusions: Sequence[NDArray[np.bool_]],
    n_classes: int,
    seeds: Sequence[int],
) -> Sequence[Answer | Exception]:
    """Ask for the predictions of each model of a batch, or what it raised.

    Where the machine was at fault, a batch is tried a second time: memory may have become free.

    Parameters
    ----------
    learner : Learner
        What is trained.
    X_eval, truth : arrays
        Features (or rows as they are) and classes or numbers of all examples, those of the training set first.
    inclusions : sequence of (n_train,) bool arrays
        Subsets; one where the learner is no batch learner.
    n_classes : int
        Of the study.
    seeds : sequence of int
        One for each subset.

    Raises
    ------
    MachineError
        If memory or a disk was not enough, twice.
    """
    fault = ""
    for _ in range(2):
        answers = _answers(learner, X_eval, truth, inclusions, n_classes, seeds)
        faults = (machine_fault(answer) for answer in answers if isinstance(answer, Exception))
        fault = next(filter(None, faults), "")
        if not fault:
            return answers
        gc.collect()
    remedy = f"Finished trials are kept: make room, or lower {parameter('jobs')}, and run the same command again"
    raise MachineError(f"{fault}. {remedy}.")


def _answers(
    learner: Learner,
    X_eval: Any,
    truth: NDArray[Any],
    inclusions: Sequence[NDArray[np.bool_]],
    n_classes: int,
    seeds: Sequence[int],
) -> Sequence[Answer | Exception]:
    members = [np.flatnonzero(inclusion) for inclusion in inclusions]
    try:
        learner = trained_as(learner)
        if isinstance(learner, BatchLearner):
            n_train = len(inclusions[0])
            X, y = X_eval[:n_train], truth[:n_train]
            answers = learner.fit_predict_many(X, y, members, X_eval, n_classes=n_classes, seeds=seeds)
            return _one_each(answers, learner, len(seeds))
        (chosen,), (seed,) = members, seeds
        X, y = taken(X_eval, chosen), truth[chosen]
        if learner.executor == "threads":  # Threads share the filters of warnings.
            return [learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Convergence is judged by the fit of the included examples.
            return [learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)]
    except SystemExit as stop:  # It would end the user's own script, without a word.
        error = InputError(
            f"learner {learner.name}", "leave the process running", Said(f"exit({stop.code!r}) in a fit")
        )
        return [error] * len(seeds)
    except Exception as error:
        return [error] * len(seeds)


def _one_each(answers: Sequence[Answer | Exception], learner: Learner, n_models: int) -> Sequence[Answer | Exception]:
    if len(answers) != n_models:
        raise InputError(f"learner {learner.name}", f"answer for each of {n_models} subsets", Said(f"{len(answers)}"))
    return answers
