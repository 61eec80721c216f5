r"""Boosted trees on many subsets at once: histogram boosting, as LightGBM and HistGradientBoostingClassifier grow it.

A model adds ``n_trees`` trees to a constant score, each a step of Newton's method in the mean cross-entropy
[Friedman2001]_ [ChenGuestrin2016]_: of the scores :math:`F`, with one score for two classes and one for each class
otherwise,

.. math:: g_i = p_i - y_i, \qquad h_i = p_i (1 - p_i), \qquad
          F \leftarrow F - \eta\, \frac{\sum_{i \in \text{leaf}} g_i}{\sum_{i \in \text{leaf}} h_i + \lambda} .

No step is longer than ten, where it would diverge: hessians of a rare class vanish. A tree grows best leaf first to
``n_leaves`` leaves of at least ``min_samples_leaf`` rows each. Values are binned
[KeEtAl2017]_; a missing value has a bin of its own, and each split learns on which side it belongs. Columns in
``categorical`` hold unordered levels, which are ordered by their gradients before they are cut in two; levels of fewer
than ten rows in a leaf (or than ``min_samples_leaf``, if that is less) go to one side together.

What makes many subsets fast: values are ranked once a data set, features that exclude each other share a byte, all sums
are whole numbers, and the rows to be evaluated fall through each tree as it is grown, so that nothing is predicted
afterwards. Bins follow from the rows of the subset alone, and no sum depends on its order: a trial is the same bits
alone or in a batch, on any number of threads, on any processor.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError
from longtail.learners.learner import Predictions
from longtail.learners.trees.boosting_settings import BoostingSettings, require_rows
from longtail.learners.trees.examples import Examples, only_answer
from longtail.learners.trees.fitted_trees import FittedTrees
from longtail.trees.arrays import space_for
from longtail.trees.boosting import NO_LEAVES, NO_VALUES, boost
from longtail.trees.routing import MOST_LEAVES
from longtail.trees.table import TreeTable

__all__ = ["BoostedTrees"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostedTrees(BoostingSettings):
    """Gradient boosting of binned trees, whose algorithm the module's text describes.

    Parameters
    ----------
    n_trees : int
        Rounds; with more than two classes a round is a tree for each class.
    n_leaves : int
        The most leaves of a tree, at most 64.
    max_depth : int or None
        The most splits between the root and a leaf; as many as there are where it is None.
    learning_rate : float
        Share of a Newton step that is taken.
    min_samples_leaf : int
        The fewest training rows of a leaf.
    l2 : float
        Added to the sum of a leaf's hessians.
    max_bins : int
        The most bins of a feature, without that of missing values; at most 255.
    row_share, column_share : float
        Shares of the training rows and of the features that each tree is grown on, drawn by the trial's seed. With
        both at 1 there is no randomness.
    categorical : tuple of int or None
        Columns of the features whose numbers name unordered levels. None is for what a run's data say: of a table, the
        columns as they are are handed over, gaps as NaN and texts as unordered levels.
    trials_per_batch : int
        Models in one call. Not part of the identity: no model depends on it.
    unordered : tuple of int
        What the data of a run say of the columns; told before a run, and not part of the identity, as the data are.

    Raises
    ------
    InputError
        If a setting is out of its range.

    Examples
    --------
    >>> X = np.arange(80, dtype=np.float32)[:, None]
    >>> y = (np.arange(80) >= 40).astype(np.int64)
    >>> BoostedTrees(n_trees=10).fit_predict(X, y, X[38:42], n_classes=2, seed=0).labels
    array([0, 0, 1, 1])
    """

    name: ClassVar[str] = "boosted-trees"
    version: ClassVar[str] = "3"

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train on ``(X, y)`` alone, then predict ``X_eval``, see :class:`~longtail.learners.Learner`.

        Raises
        ------
        InputError
            If the arrays do not fit together, hold infinity, or have more than 1,048,575 training rows.
        """
        rows = np.arange(len(X))
        return only_answer(self.fit_predict_many(X, y, [rows], X_eval, n_classes=n_classes, seeds=[seed]))

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seeds: Sequence[int],
        weight: NDArray[np.floating[Any]] | None = None,
    ) -> list[Predictions | LongtailError]:
        """See :class:`~longtail.learners.BatchLearner`.

        ``weight``, (n,) positive numbers, multiplies each example's loss; it does not count as several rows.
        """
        examples = Examples.of(X, y, X_eval, n_classes=n_classes, weight=weight)
        table = self._table(examples.X)
        return [
            self._trained(table, examples, np.asarray(rows, np.int64), index(seed))
            for rows, seed in zip(subsets, seeds, strict=True)
        ]

    def fit_trees(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        rows: NDArray[np.integer[Any]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> FittedTrees:
        """Train on ``rows`` of ``(X, y)``, and keep the trees: the leaf of every row in each tree, and its value.

        Its predictions are those of :meth:`fit_predict`, to the bit.

        Raises
        ------
        InputError
            As of :meth:`fit_predict`.
        """
        examples = Examples.of(X, y, X_eval, n_classes=n_classes)
        chosen = np.asarray(rows, np.int64)
        present, _ = examples.classes_of(chosen)
        n_scores, n = {1: 0, 2: 1}.get(len(present), len(present)), len(examples.X)
        others = np.setdiff1d(np.arange(n), chosen)
        leaf = np.zeros((self.n_trees * n_scores, n), np.uint8)
        value = np.zeros((self.n_trees * n_scores, MOST_LEAVES), np.float32)
        require_rows(chosen)
        start = np.zeros(0, np.float32)
        if n_scores:
            start, *_ = self._scores(self._table(examples.X), examples, chosen, others, index(seed), leaf, value)
        in_order = np.empty_like(leaf)
        in_order[:, np.concatenate([chosen, others])] = leaf
        return FittedTrees(
            examples=examples,
            present=present,
            start=start,
            leaf=in_order.reshape(self.n_trees, n_scores, n),
            value=value.reshape(self.n_trees, n_scores, MOST_LEAVES),
        )

    def _trained(
        self, table: TreeTable, examples: Examples, rows: NDArray[np.int64], seed: int
    ) -> Predictions | LongtailError:
        try:
            require_rows(rows)
        except InputError as refusal:
            return refusal
        present, _ = examples.classes_of(rows)
        if len(present) == 1:
            return examples.constant(present)
        others = examples.others(rows)
        _, scores, other_scores = self._scores(table, examples, rows, others, seed, NO_LEAVES, NO_VALUES)
        return examples.predictions(present, rows, scores, others, other_scores)

    def _scores(
        self,
        table: TreeTable,
        examples: Examples,
        rows: NDArray[np.int64],
        others: NDArray[np.int64],
        seed: int,
        leaf: NDArray[np.uint8],
        value: NDArray[np.float32],
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        """Return the scores that training starts from, and those of the rows and of others where it ends."""
        y, weight = examples.y[rows], examples.weight[rows]
        present, share = examples.classes_of(rows)
        cut = table.cut(rows, others)
        start = [math.log(share[1] / share[0])] if len(present) == 2 else [math.log(part) for part in share]
        initial = np.array(start, np.float32)
        scores, other_scores = (np.tile(initial[:, None], len(some)) for some in (rows, others))
        space = space_for(table.layout, self.n_leaves, cut.words, cut.codes)
        largest = weight.max()
        layout = table.layout._replace(penalty=(table.layout.penalty + self.l2) / largest)
        boost(
            layout,
            self._rule(float(largest)),
            space,
            cut.effective,
            y,
            present[1:] if len(present) == 2 else present,
            weight / largest,
            scores,
            cut.other_codes,
            other_scores,
            seed,
            leaf,
            value,
        )
        return initial, scores, other_scores
