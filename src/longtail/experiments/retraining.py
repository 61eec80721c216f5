"""Retraining: the learner of a study once more on chosen examples, many seeds; and which learner that was."""

import inspect
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from joblib import Parallel, delayed
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from longtail.dataset import Dataset
from longtail.errors import InputError, Said, StudyMismatchError, parameter
from longtail.learners.class_names import with_class_names
from longtail.learners.function_learner import FunctionLearner
from longtail.learners.learner import Learner
from longtail.learners.wanted_rows import taken
from longtail.randomness import integer_seed
from longtail.runs.masks import TRAINED_ELSEWHERE
from longtail.runs.run_folder import Study
from longtail.runs.script_source import source_of_script
from longtail.trials.handed_rows import handed_rows

__all__ = ["require_learner", "right_after_training"]

Bits = NDArray[np.bool_]


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
    told = with_class_names(learner, dataset.class_names)

    def one(members: NDArray[np.int64], address: tuple[int, str, int]) -> Bits:
        seed = integer_seed(*address)
        with threadpool_limits(1):
            predictions = told.fit_predict(
                taken(examples, members), dataset.y[members], X_eval, n_classes=dataset.n_classes, seed=seed
            )
        return np.asarray(predictions.labels == dataset.y[asked])

    parallel = Parallel(n_jobs=-1 if jobs is None else jobs, prefer=learner.executor)
    return np.array(list(parallel(delayed(one)(*task) for task in zip(kept, seeds, strict=True))))


def require_learner(study: Study, learner: Learner) -> None:
    """Refuse a learner that is not the one whose trials are in the study.

    Of trials that a script recorded, it is a training function of that script.

    Raises
    ------
    StudyMismatchError, InputError
        With what differs.
    """
    held = study.identity["learner"]
    if isinstance(learner, FunctionLearner) and held["version"] == TRAINED_ELSEWHERE and _of_its_script(learner, held):
        return
    if held["version"] == TRAINED_ELSEWHERE:
        script = ", ".join(held.get("source", {})) or "a script"
        law = f"be a function train(rows, labels, seed) of the script that trained the run ({script})"
        raise InputError("learner", law, Said(learner.name), "Name it as module:train.")
    if (held["name"], held["version"]) != (learner.name, learner.version):
        raise StudyMismatchError(
            f"the run was made with {held['name']} {held['version']}, not {learner.name} {learner.version}. "
            f"Give the same {parameter('learner')}."
        )


def _of_its_script(learner: FunctionLearner, held: Mapping[str, Any]) -> bool:
    """Return whether a training function is of the very script that recorded the trials."""
    place = inspect.getsourcefile(learner.train)
    return place is not None and source_of_script(Path(place)) == held.get("source", {})
