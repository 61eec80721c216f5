r"""Boosted regression trees on many subsets at once, as LightGBM and HistGradientBoostingRegressor grow them.

A model adds ``n_trees`` trees to the mean target of its subset, each a step towards the least squared error
[Friedman2001]_: of the residuals :math:`r_i = y_i - F(x_i)`,

.. math:: F \leftarrow F + \eta\, \frac{\sum_{i \in \text{leaf}} r_i}{n_{\text{leaf}} + \lambda} .

How a tree grows, what is binned, missing values and levels without an order, and what makes many subsets fast, is as
:mod:`~longtail.learners.trees.boosted_trees` says; a row counts as one where there a hessian does.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError
from longtail.learners.learner import Values
from longtail.learners.trees.boosting_settings import BoostingSettings, require_rows
from longtail.learners.trees.examples import only_answer
from longtail.learners.trees.fitted_numbers import FittedNumbers
from longtail.learners.trees.number_examples import NumberExamples, Unit
from longtail.outcomes import Task
from longtail.trees.arrays import space_for
from longtail.trees.boosting import NO_LEAVES, NO_VALUES
from longtail.trees.residuals import boost_residuals
from longtail.trees.routing import MOST_LEAVES
from longtail.trees.table import TreeTable

__all__ = ["BoostedRegressor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostedRegressor(BoostingSettings):
    """Gradient boosting of squared error. Settings are those of :class:`~longtail.BoostedTrees`.

    Raises
    ------
    InputError
        If a setting is out of its range.

    Examples
    --------
    >>> X = np.arange(80, dtype=np.float32)[:, None]
    >>> y = np.where(np.arange(80) >= 40, 5.0, 1.0)
    >>> BoostedRegressor().fit_predict(X, y, X[38:42], n_classes=0, seed=0).values.round(3)
    array([1., 1., 5., 5.])
    """

    name: ClassVar[str] = "boosted-regression-trees"
    version: ClassVar[str] = "1"
    task: ClassVar[Task] = "regression"

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[Any],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Values:
        """Train on ``(X, y)`` alone, then predict ``X_eval``, see :class:`~longtail.learners.Learner`.

        ``n_classes`` is 0 and not used.

        Raises
        ------
        InputError
            If the arrays do not fit together, are not finite (``X`` may hold NaN), or have more than 1,048,575
            training rows.
        """
        rows = np.arange(len(X))
        return only_answer(self.fit_predict_many(X, y, [rows], X_eval, n_classes=n_classes, seeds=[seed]))

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[Any],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,  # noqa: ARG002  part of the protocol
        seeds: Sequence[int],
    ) -> list[Values | LongtailError]:
        """See :class:`~longtail.learners.BatchLearner`."""
        examples = NumberExamples.of(X, y, X_eval)
        table = self._table(examples.X)
        return [
            self._trained(table, examples, np.asarray(rows, np.int64), index(seed))
            for rows, seed in zip(subsets, seeds, strict=True)
        ]

    def fit_trees(
        self,
        X: NDArray[np.float32],
        y: NDArray[Any],
        rows: NDArray[np.integer[Any]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,  # noqa: ARG002  as of BoostedTrees
        seed: int,
    ) -> FittedNumbers:
        """Train on ``rows`` of ``(X, y)``, and keep the trees: the leaf of every row in each tree, and its value.

        Its predictions are those of :meth:`fit_predict`, to the bit.

        Raises
        ------
        InputError
            As of :meth:`fit_predict`.
        """
        examples = NumberExamples.of(X, y, X_eval)
        chosen, n = np.asarray(rows, np.int64), len(examples.X)
        require_rows(chosen)
        others = np.setdiff1d(np.arange(n), chosen)
        leaf = np.zeros((self.n_trees, n), np.uint8)
        value = np.zeros((self.n_trees, MOST_LEAVES), np.float32)
        unit, *_ = self._scores(self._table(examples.X), examples, chosen, others, index(seed), leaf, value)
        in_order = np.empty_like(leaf)
        in_order[:, np.concatenate([chosen, others])] = leaf
        return FittedNumbers(examples=examples, unit=unit, leaf=in_order[:, None], value=value[:, None])

    def _trained(
        self, table: TreeTable, examples: NumberExamples, rows: NDArray[np.int64], seed: int
    ) -> Values | LongtailError:
        try:
            require_rows(rows)
        except InputError as refusal:
            return refusal
        others = examples.others(rows)
        unit, scores, other_scores = self._scores(table, examples, rows, others, seed, NO_LEAVES, NO_VALUES)
        all_scores = np.empty(len(examples.X), np.float32)
        all_scores[rows], all_scores[others] = scores, other_scores
        return examples.values(unit, all_scores)

    def _scores(
        self,
        table: TreeTable,
        examples: NumberExamples,
        rows: NDArray[np.int64],
        others: NDArray[np.int64],
        seed: int,
        leaf: NDArray[np.uint8],
        value: NDArray[np.float32],
    ) -> tuple[Unit, NDArray[np.float32], NDArray[np.float32]]:
        """Return the unit of the scores, and those of the rows and of others where training ends."""
        target = examples.target[rows]
        unit, cut = Unit.of(target), table.cut(rows, others)
        scores, other_scores = (np.zeros(len(some), np.float32) for some in (rows, others))
        boost_residuals(
            table.layout._replace(penalty=table.layout.penalty + np.float32(self.l2)),
            self._rule(),
            space_for(table.layout, self.n_leaves, cut.words, cut.codes),
            cut.effective,
            unit.scores_of(target),
            scores,
            cut.other_codes,
            other_scores,
            seed,
            leaf,
            value,
        )
        return unit, scores, other_scores
