r"""Early stopping of boosting: as many rounds as do best on examples that are held out [ZhangYu2005]_.

Of a model's training subset a share is drawn by its seed and held out; trees are grown on the others. The search for
the number of rounds ends where p rounds in a row (the patience) brought no new least loss on the held-out examples, log
loss of classes and squared error of numbers; the model keeps the rounds of the least loss until there, the fewest of
equal ones. Rounds do not depend on later ones, so all of the learner's rounds are trained, and what is kept is their
beginning.

Held-out examples count as members of the subset: the model's length was chosen by them. They are memorized less than
the others, which is a part of what the limit does.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.learners.class_names import labels_of
from longtail.learners.fitted_estimator import only_class
from longtail.learners.learner import Answer, Predictions
from longtail.learners.seeding import global_generators_seeded
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.staged_estimator import has_stages, stage, stages
from longtail.learners.wanted_rows import taken
from longtail.limits.limit_of_trees import LimitOfTrees, Trees
from longtail.percent import chosen
from longtail.randomness import generator

__all__ = ["StoppedEarly"]

_USUAL_SHARE = 0.1


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedEarly(LimitOfTrees):
    """Boosting that keeps as many rounds as do best on held-out examples.

    Parameters
    ----------
    inner : Learner
        Boosted trees, or a classifier that says what its first rounds predict: scikit-learn's boosting, LightGBM,
        XGBoost, CatBoost, also as the last step of a pipeline.
    patience : int
        Rounds without a new least loss after which the search ends.
    held_out : float
        Share of the training subset that is held out, in (0, 0.5].

    Raises
    ------
    InputError
        If a setting is out of its range, or the learner has no rounds that can be reached.
    """

    name: ClassVar[str] = "stopped-early"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("patience=10", "patience=1")
    audited: ClassVar[tuple[str, ...]] = ("patience=5",)

    patience: int
    held_out: float = _USUAL_SHARE

    def __post_init__(self) -> None:
        if self.patience < 1:
            raise InputError("patience", "be at least 1", self.patience)
        if not 0 < self.held_out <= 0.5:
            raise InputError("held_out", "lie above 0 and not above 0.5", self.held_out)
        self._require_trees("rounds", isinstance(self.inner, SklearnLearner) and has_stages(self.inner.estimator))

    @property
    def title(self) -> str:
        """Patience, and the share that is held out, in words."""
        return f"stopped after {self.patience} rounds without gain, {chosen(self.held_out)} held out"

    @property
    def kind(self) -> str:
        """Early stopping, and what is held out where that is not the usual share."""
        return "early stopping" + ("" if self.held_out == _USUAL_SHARE else f", {chosen(self.held_out)} held out")

    @property
    def strength(self) -> float:
        """The less patience, the stronger."""
        return -float(self.patience)

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
        """Grow trees on the rows that are not held out, and predict by the first of them."""
        grown_on, held_out = self.parted(rows, seed)
        fitted = learner.fit_trees(X, y, grown_on, X_eval, n_classes=n_classes, seed=seed)
        if not fitted.boosts or len(held_out) == 0:
            return fitted.predictions()
        return fitted.predictions(self.rounds_kept(fitted.losses(held_out).tolist(), first=0))

    def of_estimator(
        self, learner: SklearnLearner, X: Any, y: NDArray[np.int64], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Fit to the examples that are not held out, and predict by the first rounds, one of them at least."""
        kept, aside = self.parted(np.arange(len(y)), seed)
        with global_generators_seeded(seed):
            if (y[kept] == y[kept[0]]).all():
                return only_class(learner.estimator, int(y[kept[0]]), len(X_eval), n_classes)
            model = learner.fitted(taken(X, kept), y[kept], n_classes=n_classes, seed=seed)
            labels = labels_of(learner.class_names, n_classes)
            losses = (_log_loss(answer, y[aside]) for answer in stages(model, taken(X, aside), labels))
            return stage(model, X_eval, self.rounds_kept(losses, first=1), labels)

    def parted(self, rows: NDArray[np.int64], seed: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return the rows that trees are grown on, and those held out, each in order. Of one row none is held out."""
        n_held_out = min(max(1, round(self.held_out * len(rows))), len(rows) - 1)
        order = generator(seed, "early stopping").permutation(len(rows))
        return rows[np.sort(order[n_held_out:])], rows[np.sort(order[:n_held_out])]

    def rounds_kept(self, losses: Iterable[float], *, first: int) -> int:
        """Return the number of rounds of the least loss until the search ends, the fewest of equal ones.

        Parameters
        ----------
        losses : iterable of float
            After ``first`` rounds, and after each further one. No more are asked for than the search needs.
        first : int
            Fewest rounds that are kept.
        """
        best, least = first, math.inf
        for number, loss in enumerate(losses, first):
            if loss < least:
                best, least = number, loss
            elif number - best >= self.patience:
                break
        return best


def _log_loss(answer: Predictions, y: NDArray[np.int64]) -> float:
    """Return the mean log loss of log-probabilities, in nats."""
    assert answer.logits is not None
    return -float(np.asarray(answer.logits, float)[np.arange(len(y)), y].mean())
