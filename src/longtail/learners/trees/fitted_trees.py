r"""Fitted trees: of one model of boosted trees the leaf of each row in each tree, and the values of the leaves.

The scores of a row after k rounds are

.. math:: F_k = F_0 + \sum_{t \le k} v_{t, \ell_t},

where :math:`\ell_t` is the row's leaf in tree t and :math:`v` are its values. So a model of fewer rounds, or of other
values, needs no new training, and rows need no second pass through the trees.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from longtail.learners.learner import Predictions
from longtail.learners.trees.examples import Examples

__all__ = ["FittedTrees", "staged_scores"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedTrees:
    """A model, as :meth:`longtail.BoostedTrees.fit_trees` keeps it.

    Parameters
    ----------
    examples : Examples
        All rows of the call, (n_rows, d).
    present : (n_present,) int64 array
        Classes that were trained on, rising.
    start : (n_scores,) float32 array
        Scores before the first round: one for each class present, the second's alone where there are two, none where
        there is one.
    leaf : (n_trees, n_scores, n_rows) uint8 array
        Number of each row's leaf; 0 in a tree without a split.
    value : (n_trees, n_scores, 64) float32 array
        Value of each leaf; 0 beyond the last one, and in a tree without a split.
    """

    examples: Examples
    present: NDArray[np.int64]
    start: NDArray[np.float32]
    leaf: NDArray[np.uint8]
    value: NDArray[np.float32]

    @property
    def boosts(self) -> bool:
        """Return whether there are rounds: none are of a single class."""
        return len(self.start) > 0

    def staged_scores(self, rows: NDArray[np.int64] | slice) -> Iterator[NDArray[np.float32]]:
        """Yield the (n_scores, n) scores of some rows before the first round, and after each."""
        return staged_scores(self.start, self.leaf[:, :, rows], self.value)

    def losses(self, rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """Compute the mean log loss on some rows before the first round, and after each, (n_trees + 1,) nats.

        A class that was not trained on has a probability of 1e-12.
        """
        y = self.examples.y[rows]
        losses = []
        for scores in self.staged_scores(rows):
            logits = self.examples.logits_of(self.present, scores).astype(float)
            top = logits.max(axis=1)
            whole = np.log(np.exp(logits - top[:, None]).sum(axis=1)) + top
            losses.append((whole - logits[np.arange(len(y)), y]).mean())
        return np.array(losses)

    def predictions(self, n_trees: int | None = None) -> Predictions:
        """Return the predictions for the rows to be evaluated, of the first rounds or of all."""
        if not self.boosts:
            return self.examples.constant(self.present)
        count = len(self.value) if n_trees is None else n_trees
        staged = self.staged_scores(self.examples.evaluated)
        return self.examples.predicted(self.present, next(islice(staged, count, None)))


def staged_scores(
    start: NDArray[np.float32], leaf: NDArray[np.uint8], value: NDArray[np.float32]
) -> Iterator[NDArray[np.float32]]:
    """Yield the (n_scores, n) scores before the first round, and after each.

    Parameters
    ----------
    start : (n_scores,) array
        Scores before the first round.
    leaf : (n_trees, n_scores, n) array
        Number of each row's leaf.
    value : (n_trees, n_scores, n_leaves) array
        Value of each leaf.
    """
    scores = np.repeat(start[:, None], leaf.shape[2], axis=1)
    yield scores
    for of_round, of_leaves in zip(leaf, value, strict=True):
        scores = scores + np.take_along_axis(of_leaves, of_round.astype(np.intp), axis=1)
        yield scores
