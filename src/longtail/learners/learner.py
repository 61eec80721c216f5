"""A learner: training examples and a seed in, predictions out; and nothing else may matter.

``fit_predict`` must be a pure function of its arguments: the same data, subset and seed give the same predictions
whichever worker runs it, in which order, beside whichever other trials. ``describe`` and ``version`` are its identity:
two learners with equal descriptions and versions are the same learner, and their trials may be pooled.

Labels are codes 0..k-1 of the study's classes. A subset may lack some, and may be of one class: that is no failure; a
class that was never seen is predicted never. A learner that hands the labels to somebody else's code may want them as
the user has them, or without gaps: one with a field ``class_names`` is told the names before a run
(``class_names.py``). ``X`` and ``X_eval`` may be read-only, and are shared with other trials.

Where the study's target is a number, ``y`` are numbers, ``n_classes`` is 0, and the learner, whose ``task`` is
"regression", answers with :class:`Values`. A language model, of task "language", is handed texts, zeros for ``y``, and
answers with :class:`Performances`.

A ``BatchLearner`` trains many models in one call, each with its own subset and seed. Which trials make a batch is fixed
by their numbers, and a batch is run again whole, so that the last bits of a result repeat, too. Beside other trials, or
alone, a trial's result may differ by rounding only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError
from longtail.learners.token_losses import TokenLosses
from longtail.outcomes import Performance, Task

__all__ = [
    "Answer",
    "BatchLearner",
    "Learner",
    "Performances",
    "Predictions",
    "Values",
    "batch_of_one",
    "fitting_arrays",
    "task_of",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Predictions:
    """Predictions of one trained model for the examples it is evaluated on.

    Parameters
    ----------
    labels : (n_eval,) int array
        Predicted class codes.
    logits : (n_eval, n_classes) float array, or None
        Scores whose softmax is the predicted distribution (for a probabilistic classifier: log-probabilities, -inf
        allowed). Decision values of a classifier without probabilities are allowed when ``calibrated`` is False:
        margins are made from them, confidences are not. None when a learner gives labels alone.
    calibrated : bool
        Whether ``softmax(logits)`` is the learner's predicted distribution.
    """

    labels: NDArray[np.integer[Any]]
    logits: NDArray[np.floating[Any]] | None
    calibrated: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """Numbers that one trained model predicts, for a target that is a number.

    Parameters
    ----------
    values : (n_eval,) float array
        In the target's own unit.
    """

    values: NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Performances:
    """Performances of one trained model on each example, where the learner itself measures them.

    Parameters
    ----------
    values : mapping of (n_eval,) float arrays
        By kind of performance: a known name (:data:`longtail.outcomes.PERFORMANCES`) or a kind of the learner's own.
        The first is the one that is shown where no other is asked for.
    tokens : TokenLosses, optional
        Losses of the single tokens of each text. They are kept beside the trials, and the report marks the words.
    """

    values: Mapping[str | Performance, NDArray[np.floating[Any]]]
    tokens: TokenLosses | None = None


Answer = Any
"""What a learner may answer: :class:`Predictions`, :class:`Values` or :class:`Performances`, by its task."""


def task_of(learner: Any) -> Task:
    """Return the task of a learner: its attribute ``task``, classification where it says nothing."""
    task: Task = getattr(learner, "task", "classification")
    return task


@runtime_checkable
class Learner(Protocol):
    """The protocol of a learner, which ``longtail.trials.conformance`` tests.

    Attributes
    ----------
    name : str
        What people call it.
    version : str
        Changes whenever the same settings would give other results.
    executor : {"threads", "processes"}
        Where its trials run best: compiled kernels that release the interpreter lock share memory in threads.
    """

    @property
    def name(self) -> str:
        """Name that people use for it."""
        ...

    @property
    def version(self) -> str:
        """Version, which changes whenever the same settings would give other results."""
        ...

    @property
    def executor(self) -> Literal["threads", "processes"]:
        """Kind of workers in which its trials run best."""
        ...

    def describe(self) -> dict[str, Any]:
        """Return its settings, as JSON-able data. Together with ``version`` they are its identity."""
        ...

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Answer:
        """Train on ``(X, y)`` alone, then predict ``X_eval``.

        Parameters
        ----------
        X : (n, d) float32 array
            Training features.
        y : (n,) int64 array
            Class codes in ``range(n_classes)``; some may be absent, and are predicted never.
        X_eval : (n_eval, d) float32 array
            What to predict: the study's training examples, in or out, and its test examples. Read-only.
        n_classes : int
            Number of classes of the study.
        seed : int
            In [0, 2**32); all randomness comes from it.
        """
        ...


@runtime_checkable
class BatchLearner(Learner, Protocol):
    """A learner that trains many models in one call."""

    @property
    def trials_per_batch(self) -> int:
        """Number of trials in a batch. It is not part of the learner's identity."""
        ...

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seeds: Sequence[int],
    ) -> Sequence[Answer]:
        """Train a model on each subset of ``(X, y)``, then predict ``X_eval`` with each.

        Parameters
        ----------
        X : (n, d) float32 array
            Features of all training examples of the study.
        y : (n,) int64 array
            Their classes.
        subsets : sequence of int arrays
            Which rows each model is trained on.
        X_eval : (n_eval, d) float32 array
            What to predict.
        n_classes : int
            Number of classes of the study.
        seeds : sequence of int
            One for each model; all its randomness comes from it.

        Returns
        -------
        sequence
            For each model its answer, or the :class:`~longtail.errors.LongtailError` that makes it a failed trial.
        """
        ...


def batch_of_one(
    learner: BatchLearner,
    X: NDArray[np.float32],
    y: NDArray[np.int64],
    X_eval: NDArray[np.float32],
    *,
    n_classes: int,
    seed: int,
) -> Predictions:
    """Do ``fit_predict`` for a learner that trains batches. The error of a failed trial is raised."""
    X, y, X_eval = fitting_arrays(X, y, X_eval, n_classes)
    answer: Predictions | LongtailError
    (answer,) = learner.fit_predict_many(X, y, [np.arange(len(X))], X_eval, n_classes=n_classes, seeds=[seed])
    if isinstance(answer, LongtailError):
        raise answer
    return answer


def fitting_arrays(X: Any, y: Any, X_eval: Any, n_classes: int) -> tuple[Any, Any, Any]:
    """Check that the arrays of ``fit_predict`` fit together, and make them contiguous and of its types.

    Raises
    ------
    InputError
        If they do not: other shapes, no rows, codes of no class, or numbers that are not finite.
    """
    X, X_eval = np.ascontiguousarray(X, np.float32), np.ascontiguousarray(X_eval, np.float32)
    y = np.ascontiguousarray(y, np.int64)
    if X.ndim != 2 or X.shape[0] == 0 or X.shape[1] == 0:
        raise InputError("X", "be a table with at least one row and one column", X.shape)
    if y.shape != X.shape[:1]:
        raise InputError("y", f"hold one class code for each of the {len(X)} rows of X", y.shape)
    if X_eval.ndim != 2 or X_eval.shape[1] != X.shape[1]:
        raise InputError("X_eval", f"have the {X.shape[1]} columns of X", X_eval.shape)
    if y.min() < 0 or y.max() >= n_classes:
        raise InputError("y", f"hold class codes from 0 to {n_classes - 1}", sorted(set(y.tolist())))
    for argument, values in (("X", X), ("X_eval", X_eval)):
        if not np.isfinite(values).all():
            raise InputError(argument, "hold finite numbers only", values[~np.isfinite(values)][0])
    return X, y, X_eval
