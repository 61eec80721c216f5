"""Fitted trees of squared error: what :mod:`~longtail.learners.trees.fitted_trees` is for classes, for numbers."""

from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from longtail.learners.learner import Values
from longtail.learners.trees.fitted_trees import staged_scores
from longtail.learners.trees.number_examples import NumberExamples, Unit

__all__ = ["FittedNumbers"]

_START = np.zeros(1, np.float32)


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedNumbers:
    """A model, as :meth:`longtail.BoostedRegressor.fit_trees` keeps it.

    Parameters
    ----------
    examples : NumberExamples
        All rows of the call, (n_rows, d).
    unit : Unit
        That of the scores. Before the first round they are 0, the mean.
    leaf : (n_trees, 1, n_rows) uint8 array
        Number of each row's leaf; 0 in a tree without a split.
    value : (n_trees, 1, 64) float32 array
        Value of each leaf; 0 beyond the last one, and in a tree without a split.
    """

    examples: NumberExamples
    unit: Unit
    leaf: NDArray[np.uint8]
    value: NDArray[np.float32]

    @property
    def boosts(self) -> bool:
        """Return whether there are rounds."""
        return True

    def losses(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Compute the mean squared error on some rows before the first round, and after each, (n_trees + 1,).

        It is in the square of the unit of the scores.
        """
        truth = (self.examples.target[rows] - self.unit.mean) / self.unit.reach
        staged = staged_scores(_START, self.leaf[:, :, rows], self.value)
        return np.array([np.square(scores[0] - truth).mean() for scores in staged])

    def predictions(self, n_trees: int | None = None) -> Values:
        """Return the predictions for the rows to be evaluated, of the first rounds or of all."""
        count = len(self.value) if n_trees is None else n_trees
        staged = staged_scores(_START, self.leaf[:, :, self.examples.evaluated], self.value)
        return Values(values=self.unit.values_of(next(islice(staged, count, None))[0]))
