"""A limit that reaches into boosted trees: those of this package, and what a classifier of another one was fitted to.

Trials train boosted trees in batches on all rows of the study, so that these are binned once. A limit of them trains in
the same way: what stands for it there (``stands_for``) is a batch learner that trains one model after the other.
"""

from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from longtail.errors import InputError, LongtailError, Said
from longtail.learners.learner import Answer, Learner, Predictions, task_of
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.trees import BoostedRegressor, BoostedTrees
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit
from longtail.outcomes import Task

__all__ = ["LimitOfTrees", "Trees"]

_LIBRARIES = "of longtail; as classifiers also of scikit-learn, LightGBM, XGBoost, CatBoost"

Trees = BoostedTrees | BoostedRegressor
"""Those of this package."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOfTrees(Limit):
    """Limit of boosted trees, or of a classifier of scikit-learn's kind that has what it needs."""

    tasks: ClassVar[tuple[Task, ...]] = ("classification", "regression")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    @abstractmethod
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
        """Train on ``rows`` of ``(X, y)`` under the limit, then predict ``X_eval``."""

    @abstractmethod
    def of_estimator(
        self, learner: SklearnLearner, X: Any, y: NDArray[np.int64], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train on ``(X, y)``, of two classes at least, under the limit, then predict ``X_eval``."""

    def fit_predict(self, X: Any, y: NDArray[Any], X_eval: Any, *, n_classes: int, seed: int) -> Answer:
        """Train under the limit, then predict. See :class:`longtail.learners.Learner`."""
        learner = self.inner
        if isinstance(learner, Trees):
            rows = np.arange(len(X))
            return self.of_boosted_trees(learner, X, y, rows, X_eval, n_classes=n_classes, seed=seed)
        assert isinstance(learner, SklearnLearner)
        if (y == y[0]).all():
            return learner.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)
        return self.of_estimator(learner, X, y, X_eval, n_classes=n_classes, seed=seed)

    @property
    def stands_for(self) -> Learner:
        """Learner that trials train in this one's place: of boosted trees a batch learner."""
        return _InBatches(limit=self, learner=self.inner) if isinstance(self.inner, Trees) else self

    def _require_trees(self, what: str, reachable: bool) -> None:
        """Refuse a learner that is neither boosted trees nor reachable."""
        if not isinstance(self.inner, Trees) and not reachable:
            law = f"be boosted trees whose {what} can be reached ({_LIBRARIES})"
            raise InputError("learner", law, Said(self.inner.name))


@dataclass(frozen=True, slots=True, kw_only=True)
class _InBatches:
    """A limit of boosted trees, whose models are trained in one call on all rows of a study."""

    limit: LimitOfTrees
    learner: Trees

    executor: ClassVar[Literal["threads"]] = "threads"

    @property
    def name(self) -> str:
        return self.limit.name

    @property
    def version(self) -> str:
        return self.limit.version

    @property
    def task(self) -> Task:
        return task_of(self.learner)

    @property
    def trials_per_batch(self) -> int:
        return self.learner.trials_per_batch

    def describe(self) -> dict[str, Any]:
        return self.limit.describe()

    def fit_predict(self, X: Any, y: Any, X_eval: Any, *, n_classes: int, seed: int) -> Answer:
        return self.limit.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)

    def fit_predict_many(
        self,
        X: NDArray[np.float32],
        y: NDArray[Any],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: NDArray[np.float32],
        *,
        n_classes: int,
        seeds: Sequence[int],
    ) -> list[Answer | LongtailError]:
        answers: list[Answer | LongtailError] = []
        for rows, seed in zip(subsets, seeds, strict=True):
            chosen = np.asarray(rows, np.int64)
            try:
                answers.append(
                    self.limit.of_boosted_trees(self.learner, X, y, chosen, X_eval, n_classes=n_classes, seed=seed)
                )
            except LongtailError as refusal:
                answers.append(refusal)
        return answers
