r"""Rounding of leaf values: each leaf of a fitted booster adds one of a few values to the score.

With b bits the values of a tree become :math:`2^b` values at even distances from its least to its largest one,

.. math:: v \mapsto v_{\min} + s \cdot \mathrm{round}\Bigl(\frac{v - v_{\min}}{s}\Bigr),
          \qquad s = \frac{v_{\max} - v_{\min}}{2^b - 1},

so a constant that all leaves of a tree share is no matter. A tree keeps its splits; with one bit it says up or down.
Nothing is trained again. A forest is no case for it: its leaves, grown to the end, hold one class each. No audit tries
it by itself: few deploy such leaves, and its time is better spent on larger ones, which many do.
"""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError
from longtail.learners.class_names import labels_of
from longtail.learners.leaf_values import change_leaf_values, has_leaf_values
from longtail.learners.learner import Answer, Predictions
from longtail.learners.seeding import global_generators_seeded
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.limits.limit_of_trees import LimitOfTrees, Trees

__all__ = ["RoundedLeaves", "evenly_rounded"]

_MOST_BITS = 16


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class RoundedLeaves(LimitOfTrees):
    """Boosting whose leaf values are rounded after training.

    Parameters
    ----------
    inner : Learner
        Boosted trees, or scikit-learn's gradient boosting, LightGBM, XGBoost or CatBoost, also as the last step of a
        pipeline.
    bits : int
        From 1 to 16.

    Raises
    ------
    InputError
        If ``bits`` is out of range, or the leaves of the learner cannot be reached.
    """

    name: ClassVar[str] = "rounded-leaves"
    version: ClassVar[str] = "1"
    kind: ClassVar[str] = "rounding of leaf values"
    levels: ClassVar[tuple[str, ...]] = ("bits=3", "bits=1")

    bits: int

    def __post_init__(self) -> None:
        if not 1 <= self.bits <= _MOST_BITS:
            raise InputError("bits", f"be a whole number from 1 to {_MOST_BITS}", self.bits)
        reachable = isinstance(self.inner, SklearnLearner) and has_leaf_values(self.inner.estimator)
        self._require_trees("leaf values", reachable)

    @property
    def title(self) -> str:
        """Number of bits of a leaf value, in words."""
        return f"leaf values of {self.bits} bit{'s' if self.bits > 1 else ''}"

    @property
    def strength(self) -> float:
        """The fewer bits, the stronger."""
        return -float(self.bits)

    def of_boosted_trees(
        self,
        learner: Trees,
        X: NDArray[np.float32],
        y: NDArray[Any],
        rows: NDArray[np.int64],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seed: int,
    ) -> Answer:
        """Train, round the values of each tree's leaves, then predict."""
        fitted = learner.fit_trees(X, y, rows, X_eval, n_classes=n_classes, seed=seed)
        value, n_leaves = fitted.value.copy(), fitted.leaf[:, :, rows].max(axis=2, initial=0) + 1
        for place in np.ndindex(n_leaves.shape):
            of_tree = value[place][: n_leaves[place]]
            of_tree[:] = evenly_rounded(of_tree, self.bits)
        return replace(fitted, value=value).predictions()

    def of_estimator(
        self, learner: SklearnLearner, X: Any, y: NDArray[np.int64], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Fit, round the values of each tree's leaves, then predict."""
        with global_generators_seeded(seed):
            model = learner.fitted(X, y, n_classes=n_classes, seed=seed)
            change_leaf_values(model.model, lambda values: evenly_rounded(values, self.bits))
            return model.predictions(X_eval, labels_of(learner.class_names, n_classes), n_classes)


def evenly_rounded(values: NDArray[np.floating[Any]], bits: int) -> Reals:
    """Round the values of a tree's leaves to 2^bits ones, evenly from their least to their largest.

    Examples
    --------
    >>> evenly_rounded(np.array([-1.0, 0.4, 0.6, 2.0]), 1).tolist()
    [-1.0, -1.0, 2.0, 2.0]
    """
    exact = np.asarray(values, np.float64)
    least, step = exact.min(), (exact.max() - exact.min()) / (2**bits - 1)
    return least + step * np.rint((exact - least) / step) if step > 0 else exact
