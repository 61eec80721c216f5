r"""Examples whose target is a number, as boosted trees take them: in units of the subset, so that few digits suffice.

Of a subset with targets y, trees are grown on :math:`(y - \bar y) / \max |y - \bar y|`, and scores are turned back, in
double precision, into numbers in the target's own unit. The mean is rounded once, so that no order of rows matters.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError
from longtail.learners.learner import Values
from longtail.learners.trees.examples import check_features, one_table, others

__all__ = ["NumberExamples", "Unit"]

_MOST = 1e150
"""Squares of larger numbers are none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """The unit of a subset: its mean target, and the largest distance from it, 1 where all targets are equal."""

    mean: float
    reach: float

    @classmethod
    def of(cls, target: NDArray[np.float64]) -> "Unit":
        """Return the unit of a subset's targets."""
        mean = math.fsum(target.tolist()) / len(target)
        reach = float(np.abs(target - mean).max())
        return cls(mean=mean, reach=reach if reach > 0 else 1.0)

    def scores_of(self, target: NDArray[np.float64]) -> NDArray[np.float32]:
        """Return the scores that targets stand for."""
        return ((target - self.mean) / self.reach).astype(np.float32)

    def values_of(self, scores: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return the numbers that scores stand for, in the target's own unit."""
        return self.mean + self.reach * scores.astype(np.float64)


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberExamples:
    """All rows of a call.

    Parameters
    ----------
    X : (n_rows, d) float32 array
        Rows to train on come first; where those to evaluate begin with the same rows, they stand here once.
    target : (n,) float64 array
        Of the rows to train on.
    evaluated : slice
        Which rows are to be evaluated.
    """

    X: NDArray[np.float32]
    target: NDArray[np.float64]
    evaluated: slice

    @classmethod
    def of(cls, X: NDArray[np.float32], y: NDArray[Any], X_eval: NDArray[np.float32]) -> "NumberExamples":
        """Check the arrays of a call.

        Raises
        ------
        InputError
            If they do not fit together, or hold what is not finite.
        """
        X, X_eval = np.ascontiguousarray(X, np.float32), np.ascontiguousarray(X_eval, np.float32)
        target = np.ascontiguousarray(y, np.float64)
        check_features(X, X_eval)
        if target.shape != X.shape[:1]:
            raise InputError("y", f"hold one number for each of the {len(X)} rows of X", target.shape)
        strange = ~(np.abs(target) < _MOST)
        if strange.any():
            raise InputError("y", f"hold finite numbers below {_MOST:g} in size", float(target[strange][0]))
        both, evaluated = one_table(X, X_eval)
        return cls(X=both, target=target, evaluated=evaluated)

    def others(self, rows: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the rows to evaluate that are not trained on."""
        return others(len(self.X), self.evaluated, rows)

    def values(self, unit: Unit, scores: NDArray[np.float32]) -> Values:
        """Return what the scores (n_rows,) of all rows predict for those that are to be evaluated."""
        return Values(values=unit.values_of(scores[self.evaluated]))
