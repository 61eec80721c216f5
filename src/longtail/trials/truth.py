"""The truth that a trial's answer is judged by: classes, numbers, or nothing where the learner judges itself."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments.arrays import require_unmasked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Answer, Learner, Performances, Predictions, Values, task_of
from longtail.outcomes import Task
from longtail.trials.record import TrialRecord, performances_of, record_of

__all__ = ["Truth", "require_task"]

_ANSWERS: dict[Task, type] = {"classification": Predictions, "regression": Values, "language": Performances}


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """The truth of all examples of a study, training examples first.

    Parameters
    ----------
    task : {"classification", "regression", "language"}
        What is learned.
    y : (n + n_test,) array
        Class codes, numbers, or zeros: what a learner is handed of its subset.
    n_classes : int
        Number of classes; 0 where the target is no class.
    variance : float
        Of a target that is a number, over the training examples: the unit of squared errors.
    """

    task: Task
    y: NDArray[Any]
    n_classes: int
    variance: float = 1.0

    @classmethod
    def of(cls, dataset: Dataset) -> "Truth":
        """Return the truth of a data set.

        Raises
        ------
        InputError
            If its target is a number that does not vary over the training examples, which leaves no unit of errors.
        """
        if dataset.target is None or dataset.target_test is None:
            y = np.concatenate([dataset.y, dataset.y_test])
            return cls(task=dataset.task, y=y, n_classes=dataset.n_classes)
        y = np.concatenate([dataset.target, dataset.target_test])
        if np.ptp(dataset.target) == 0:
            said = Said(f"{dataset.target[0]:g} in all {dataset.n_train:,}")
            raise InputError("target", "vary over the training examples, to be predicted", said)
        return cls(task=dataset.task, y=y, n_classes=0, variance=float(dataset.target.var()))

    def of_some(self, places: NDArray[np.integer[Any]]) -> "Truth":
        """Return the truth of some examples, with the units of all."""
        return replace(self, y=self.y[places])

    def record(self, trial: int, inclusion: NDArray[np.bool_], answer: Answer, learner: str) -> TrialRecord:
        """Return the record of a trial's answer.

        Raises
        ------
        InputError
            If it is no answer to this task, or breaks a law of its kind.
        """
        wanted = _ANSWERS[self.task]
        if not isinstance(answer, wanted):
            law = f"answer {self.task} with {wanted.__name__}"
            raise InputError(f"learner {learner}", law, Said(f"{type(answer).__name__} in trial {trial}"))
        if isinstance(answer, Predictions):
            return record_of(trial, inclusion, answer, self.y, self.n_classes, learner)
        measured = self._errors(answer, trial, learner) if isinstance(answer, Values) else answer
        assert isinstance(measured, Performances)
        return performances_of(trial, inclusion, measured, len(self.y), learner)

    def _errors(self, answer: Values, trial: int, learner: str) -> Performances:
        """Return squared errors in units of the target's variance."""
        require_unmasked(f"learner {learner}", answer.values)
        values = np.asarray(answer.values, np.float64)
        if values.shape != self.y.shape or not np.isfinite(values).all():
            law = f"predict a finite number for each of {len(self.y)} examples"
            what = f"shape {values.shape}" if values.shape != self.y.shape else f"{values[~np.isfinite(values)][0]}"
            raise InputError(f"learner {learner}", law, Said(f"{what} in trial {trial}"))
        with np.errstate(over="ignore"):
            return Performances(values={"squared_error": (values - self.y) ** 2 / self.variance})


def require_task(learner: Learner, dataset: Dataset) -> None:
    """Refuse a learner of another task than the data's.

    Raises
    ------
    InputError
        With the name of both.
    """
    if task_of(learner) != dataset.task:
        law = f"be one for {dataset.task}, as the data {dataset.name} are"
        remedy = "A function train(texts, seed) is one." if dataset.task == "language" else ""
        raise InputError("learner", law, Said(f"{learner.name}, for {task_of(learner)}"), remedy)
