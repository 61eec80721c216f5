"""A random forest on many subsets at once: trees to the end, as scikit-learn's RandomForestClassifier grows them.

Each of ``n_trees`` trees is grown on all rows of the subset, or on as many drawn with replacement, until its leaves are
pure; each node tries ``max_features`` features, drawn by the trial's seed, and takes the split that leaves the least
Gini impurity [Breiman2001]_. A model's probabilities are the mean over trees of the class shares of an example's leaf.

Large nodes compare at most 255 bins of a feature, small ones all values. Values are ranked once a data set, and the
rows to be evaluated are divided along with those trained on. All counts are whole numbers: a trial is the same bits
alone or in a batch, on any number of threads.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import index
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError
from longtail.learners.learner import Predictions
from longtail.learners.mlp.training_rounds import check_count
from longtail.learners.trees.examples import Examples, only_answer
from longtail.learners.trees.tables import table_of
from longtail.trees.forest_growth import grow_forest
from longtail.trees.forest_splits import ForestRule, ForestTable
from longtail.trees.table import TreeTable

__all__ = ["Forest"]

_BINS = 255
_ANY_DEPTH = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class Forest:
    """A random forest, whose algorithm the module's text describes.

    Parameters
    ----------
    n_trees : int
        Of the forest.
    max_features : int or None
        Features that a node tries, and more where none of them divides it; the root of their number, rounded down,
        where it is None.
    min_samples_leaf : int
        The fewest training rows of a leaf.
    max_depth : int or None
        The most splits between the root and a leaf; as many as there are where it is None.
    bootstrap : bool
        Whether each tree gets rows drawn with replacement. Without, a forest fits what it has seen.
    trials_per_batch : int
        Models in one call. Not part of the identity: no model depends on it.

    Raises
    ------
    InputError
        If a setting is out of its range.

    Examples
    --------
    >>> X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    >>> exclusive_or = np.array([0, 1, 1, 0])
    >>> Forest(n_trees=9).fit_predict(X, exclusive_or, X, n_classes=2, seed=0).labels
    array([0, 1, 1, 0])
    """

    name: ClassVar[str] = "forest"
    version: ClassVar[str] = "1"
    executor: ClassVar[Literal["threads"]] = "threads"

    n_trees: int = 100
    max_features: int | None = None
    min_samples_leaf: int = 1
    max_depth: int | None = None
    bootstrap: bool = False
    trials_per_batch: int = 4

    def __post_init__(self) -> None:
        for argument in ("n_trees", "min_samples_leaf", "trials_per_batch"):
            check_count(argument, getattr(self, argument))
        for argument in ("max_features", "max_depth"):
            if getattr(self, argument) is not None:
                check_count(argument, getattr(self, argument))

    def describe(self) -> dict[str, Any]:
        """Return its settings."""
        return {
            "name": self.name,
            "n_trees": self.n_trees,
            "max_features": self.max_features,
            "min_samples_leaf": self.min_samples_leaf,
            "max_depth": self.max_depth,
            "bootstrap": self.bootstrap,
        }

    def fit_predict(
        self,
        X: NDArray[np.float32],
        y: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Predictions:
        """Train on ``(X, y)`` alone, then predict ``X_eval``, see :class:`~longtail.learners.Learner`."""
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
    ) -> list[Predictions | LongtailError]:
        """See :class:`~longtail.learners.BatchLearner`."""
        examples = Examples.of(X, y, X_eval, n_classes=n_classes)
        table = table_of(examples.X, _BINS, ())
        return [
            self._trained(table, examples, np.asarray(rows, np.int64), index(seed))
            for rows, seed in zip(subsets, seeds, strict=True)
        ]

    def _trained(
        self, table: TreeTable, examples: Examples, rows: NDArray[np.int64], seed: int
    ) -> Predictions | LongtailError:
        if not len(rows):
            return InputError("a subset", "have at least one row", len(rows), "Use a larger fraction.")
        d, n_rows = examples.X.shape[1], len(examples.X)
        labels = np.zeros(n_rows, np.int64)
        labels[: len(examples.y)] = examples.y
        votes = np.zeros((n_rows, examples.n_classes), np.float32)
        rule = ForestRule(
            n_trees=int(self.n_trees),
            n_features=min(d, max(1, int(d**0.5)) if self.max_features is None else int(self.max_features)),
            min_rows=int(self.min_samples_leaf),
            max_depth=_ANY_DEPTH if self.max_depth is None else int(self.max_depth),
            bootstrap=bool(self.bootstrap),
        )
        arrays = _forest_table(table, rows)
        grow_forest(arrays, rule, labels, examples.n_classes, rows, examples.others(rows), seed, votes)
        return examples.voted(votes / np.float32(self.n_trees))


def _forest_table(table: TreeTable, rows: NDArray[np.int64]) -> ForestTable:
    """Make the table, in which ``rows`` alone decide the bins of features with many values."""
    layout, d = table.layout, len(table.values)
    codes = table.codes.copy() if table.ranks else table.codes
    many, bin_of = np.full(d, -1, np.int64), np.zeros((d, 256), np.uint8)
    for number, (f, ranks) in enumerate(table.ranks.items()):
        codes[layout.bundle[f]] = table.bins_of_many(f, rows)[ranks]
        many[f] = number
    for f in range(d):
        bin_of[f] = table.bins_of_codes(f)
    missing = np.array(layout.missing)
    sizes = np.array([len(values) for values in table.values])
    n_bins = np.where(many >= 0, _BINS, sizes) + missing
    ranks = np.stack(list(table.ranks.values())) if table.ranks else np.zeros((0, len(codes[0])), np.int32)
    return ForestTable(
        codes=codes,
        bundle=layout.bundle,
        n_bins=n_bins,
        missing=missing,
        bin_of=bin_of,
        n_codes=table.n_codes,
        many=many,
        ranks=ranks,
        first=np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64),
        values=np.concatenate(table.values),
    )
