"""Examples as tree learners take them: rows to train on and to evaluate in one table, and scores as predictions."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError
from longtail.learners.learner import Predictions

__all__ = ["Examples", "check_features", "one_table", "only_answer", "others"]

_LEAST_PROBABILITY = 1e-12
_Answer = TypeVar("_Answer")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examples:
    """All rows of a call.

    Parameters
    ----------
    X : (n_rows, d) float32 array
        Rows to train on come first; where those to evaluate begin with the same rows, they stand here once.
    y, weight : (n,) arrays
        Of the rows to train on.
    evaluated : slice
        Which rows are to be evaluated.
    n_classes : int
        Number of classes of the study.
    """

    X: NDArray[np.float32]
    y: NDArray[np.int64]
    weight: NDArray[np.float32]
    evaluated: slice
    n_classes: int

    @classmethod
    def of(
        cls,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        weight: NDArray[np.floating[Any]] | None = None,
    ) -> "Examples":
        """Check the arrays of a call, see :class:`~longtail.learners.BatchLearner`.

        Raises
        ------
        InputError
            If they do not fit together.
        """
        X, X_eval = np.ascontiguousarray(X, np.float32), np.ascontiguousarray(X_eval, np.float32)
        y = np.ascontiguousarray(y, np.int64)
        _check(X, y, X_eval, n_classes)
        chosen = np.ones(len(y), np.float32) if weight is None else np.ascontiguousarray(weight, np.float32)
        if chosen.shape != y.shape or not (np.isfinite(chosen).all() and (chosen > 0).all()):
            raise InputError("weight", f"hold a positive finite number for each of the {len(y)} rows of X", weight)
        both, evaluated = one_table(X, X_eval)
        return cls(X=both, y=y, weight=chosen, evaluated=evaluated, n_classes=n_classes)

    def classes_of(self, rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
        """Return the classes of a subset, and the share of the weight that each has."""
        weights = np.bincount(self.y[rows], weights=self.weight[rows], minlength=self.n_classes)
        present = np.flatnonzero(weights)
        return present, weights[present] / weights.sum()

    def others(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows to evaluate that are not trained on."""
        return others(len(self.X), self.evaluated, rows)

    def constant(self, present: NDArray[np.int64]) -> Predictions:
        """Return the predictions of a subset of one class."""
        n = len(self.X[self.evaluated])
        logits = self.logits_of(present, np.zeros((0, n), np.float32))
        return Predictions(labels=np.repeat(present, n), logits=logits)

    def predictions(
        self,
        present: NDArray[np.int64],
        rows: NDArray[np.int64],
        scores: NDArray[np.float32],
        others: NDArray[np.int64],
        other_scores: NDArray[np.float32],
    ) -> Predictions:
        """Return the predictions that scores mean. One score is the log-odds of the second class."""
        all_scores = np.empty((len(scores), len(self.X)), np.float32)
        all_scores[:, rows], all_scores[:, others] = scores, other_scores
        return self.predicted(present, all_scores[:, self.evaluated])

    def predicted(self, present: NDArray[np.int64], scores: NDArray[np.float32]) -> Predictions:
        """Return the predictions that the scores (n_scores, n) of the rows to be evaluated mean."""
        both = _both(scores)
        labels = present[both.argmax(axis=0)] if len(both) != 2 else present[(both[1] > both[0]).astype(int)]
        return Predictions(labels=labels, logits=self.logits_of(present, scores))

    def logits_of(self, present: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return (n, n_classes) logits, in which a class that was not trained on has probability 1e-12, so that
        margins are finite.
        """
        both = _both(scores)
        if len(present) == self.n_classes:
            return both.T
        top = both.max(axis=0)
        floor = np.log(np.exp(both - top).sum(axis=0)) + top + np.float32(np.log(_LEAST_PROBABILITY))
        logits = np.repeat(floor[:, None], self.n_classes, axis=1)
        logits[:, present] = both.T
        return logits

    def voted(self, share: NDArray[np.float32]) -> Predictions:
        """Return the predictions of votes, (n_rows, n_classes). A class with all votes leaves the others 1e-12."""
        of_evaluated = share[self.evaluated]
        logits = np.log(np.maximum(of_evaluated, np.float32(_LEAST_PROBABILITY)))
        return Predictions(labels=of_evaluated.argmax(axis=1), logits=logits)


def only_answer(answers: Sequence[_Answer | LongtailError]) -> _Answer:
    """Return the answer of a batch of one, in which missing values are values.

    The error of a failed trial is raised.
    """
    (answer,) = answers
    if isinstance(answer, LongtailError):
        raise answer
    return answer


def _both(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return a score for each class present: of one class 0, of two those of the second one and 0."""
    if len(scores) > 1:
        return scores
    return np.concatenate([np.zeros((1, scores.shape[1]), np.float32), scores])


def one_table(X: NDArray[np.float32], X_eval: NDArray[np.float32]) -> tuple[NDArray[np.float32], slice]:
    """Return all rows of a call, those to train on first, and which of them are to be evaluated.

    Where those to evaluate begin with the rows to train on, they stand there once.
    """
    if _starts_with(X_eval, X):
        return X_eval, slice(0, None)
    return np.concatenate([X, X_eval]), slice(len(X), None)


def others(n: int, evaluated: slice, rows: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return which of n rows are to be evaluated and are not among ``rows``."""
    left = np.zeros(n, bool)
    left[evaluated] = True
    left[rows] = False
    return np.flatnonzero(left)


def check_features(X: NDArray[np.float32], X_eval: NDArray[np.float32]) -> None:
    """Refuse tables that do not fit together, or hold infinity.

    Raises
    ------
    InputError
        With what is wrong.
    """
    if X.ndim != 2 or 0 in X.shape:
        raise InputError("X", "be a table with at least one row and one column", X.shape)
    if X_eval.ndim != 2 or X_eval.shape[1] != X.shape[1]:
        raise InputError("X_eval", f"have the {X.shape[1]} columns of X", X_eval.shape)
    for argument, values in (("X", X), ("X_eval", X_eval)):
        if np.isinf(values).any():
            raise InputError(argument, "hold no infinity", values[np.isinf(values)][0], "NaN is a missing value.")


def _starts_with(X_eval: NDArray[np.float32], X: NDArray[np.float32]) -> bool:
    if len(X_eval) < len(X):
        return False
    same_memory = X_eval.__array_interface__["data"][0] == X.__array_interface__["data"][0]
    return same_memory or np.array_equal(X_eval[: len(X)], X, equal_nan=True)


def _check(X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], n_classes: int) -> None:
    check_features(X, X_eval)
    if y.shape != X.shape[:1]:
        raise InputError("y", f"hold one class code for each of the {len(X)} rows of X", y.shape)
    if y.min() < 0 or y.max() >= n_classes:
        raise InputError("y", f"hold class codes from 0 to {n_classes - 1}", sorted(set(y.tolist())))
