"""The settings that boosted trees of every loss share, and what follows from them: the table, the rule of growth."""

from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError
from longtail.learners.trees.checks import check_settings
from longtail.learners.trees.tables import table_of
from longtail.trees.arrays import Rule
from longtail.trees.boosting import MOST_ROWS
from longtail.trees.routing import MOST_LEAVES
from longtail.trees.table import TreeTable

__all__ = ["BoostingSettings", "require_rows"]

_LEAST_HESSIAN = 1e-3
_SMOOTHING = 10.0
_LEVEL_ROWS = 10
_ANY_DEPTH = 2**31


@dataclass(frozen=True, slots=True, kw_only=True)
class BoostingSettings:
    """Settings of the growth of boosted trees, whose meaning :class:`longtail.BoostedTrees` says."""

    name: ClassVar[str]
    executor: ClassVar[Literal["threads"]] = "threads"

    n_trees: int = 100
    n_leaves: int = 31
    max_depth: int | None = None
    learning_rate: float = 0.1
    min_samples_leaf: int = 20
    l2: float = 0.0
    max_bins: int = 255
    row_share: float = 1.0
    column_share: float = 1.0
    categorical: tuple[int, ...] | None = None
    trials_per_batch: int = 8
    unordered: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        check_settings(self, MOST_LEAVES)

    def describe(self) -> dict[str, Any]:
        """Return its settings."""
        return {
            "name": self.name,
            "n_trees": self.n_trees,
            "n_leaves": self.n_leaves,
            "max_depth": self.max_depth,
            "learning_rate": self.learning_rate,
            "min_samples_leaf": self.min_samples_leaf,
            "l2": self.l2,
            "max_bins": self.max_bins,
            "row_share": self.row_share,
            "column_share": self.column_share,
            "categorical": None if self.categorical is None else list(self.categorical),
        }

    @property
    def rows(self) -> Literal["features", "columns"]:
        """Rows that it is handed: the columns of a table as they are, unless it was said which are unordered."""
        return "columns" if self.categorical is None else "features"

    def _table(self, X: NDArray[np.float32]) -> TreeTable:
        """Return the table of all rows of a call."""
        unordered = self.unordered if self.categorical is None else self.categorical
        d = X.shape[1]
        if any(column >= d for column in unordered):
            raise InputError("categorical", f"hold numbers below {d}, the columns of X", unordered)
        return table_of(X, self.max_bins, unordered)

    def _rule(self, largest_weight: float = 1.0) -> Rule:
        """Return the rule of growth, in units of the largest weight."""
        return Rule(
            n_trees=int(self.n_trees),
            n_leaves=int(self.n_leaves),
            max_depth=_ANY_DEPTH if self.max_depth is None else int(self.max_depth),
            learning_rate=float(self.learning_rate),
            min_rows=int(self.min_samples_leaf),
            min_hessian=_LEAST_HESSIAN / largest_weight,
            l2=float(self.l2) / largest_weight,
            smoothing=_SMOOTHING / largest_weight,
            level_rows=min(_LEVEL_ROWS, int(self.min_samples_leaf)),
            row_share=float(self.row_share),
            column_share=float(self.column_share),
        )


def require_rows(rows: NDArray[np.int64]) -> None:
    """Refuse a subset of no row, or of more than sums have room for.

    Raises
    ------
    InputError
        With how many there are.
    """
    if not 0 < len(rows) <= MOST_ROWS:
        law = f"have between 1 and {MOST_ROWS:,} rows"
        raise InputError("a subset", law, len(rows), "Use a smaller fraction.")
