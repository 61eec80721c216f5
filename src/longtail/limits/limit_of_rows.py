"""A limit that knows which training examples of a study it is trained on: their groups, or scores of them.

Learners are handed features and labels, not groups. Such a limit is told of the data set once (:meth:`Limit.told`) and
then trains as a batch learner of one model, which is handed the places of its examples among those of the study. So the
learner that it limits need not know of groups. What it is told stands in the identity of its trials
(:meth:`Limit.told_hash`). Outside a study nobody tells it anything, and it does what it can without.
"""

import hashlib
import warnings
from abc import abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Predictions
from longtail.limits.limit import Limit

__all__ = ["LimitOfGroups", "LimitOfRows", "groups_hash", "known_groups", "require_groups"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitOfRows(Limit):
    """Limit that is handed the places of its training examples among those of the study."""

    trials_per_batch: ClassVar[int] = 1

    @property
    @abstractmethod
    def knows_rows(self) -> bool:
        """Return whether it was told of a study's examples, so that it needs their places."""

    @abstractmethod
    def fit_rows(
        self, X: Any, y: NDArray[np.int64], rows: NDArray[np.intp], X_eval: Any, *, n_classes: int, seed: int
    ) -> Predictions:
        """Train on ``rows`` of the training examples ``(X, y)`` of a study, then predict."""

    def fit_predict(self, X: Any, y: NDArray[np.int64], X_eval: Any, *, n_classes: int, seed: int) -> Predictions:
        """Train outside a study, then predict. See :class:`longtail.learners.Learner`."""
        if self.knows_rows:
            law = "be trained by a study, which says which examples these are"
            raise InputError(f"limit {self.name}", law, Said("alone, or within another limit"))
        return self.fit_rows(X, y, np.arange(len(y)), X_eval, n_classes=n_classes, seed=seed)

    def fit_predict_many(
        self,
        X: Any,
        y: NDArray[np.int64],
        subsets: Sequence[NDArray[np.integer[Any]]],
        X_eval: Any,
        *,
        n_classes: int,
        seeds: Sequence[int],
    ) -> list[Predictions]:
        """Train a model on each subset, then predict. See :class:`longtail.learners.BatchLearner`."""
        with warnings.catch_warnings():
            if self.executor == "processes":  # Threads share the filters of warnings.
                warnings.simplefilter("ignore")
            return [
                self.fit_rows(X, y, np.asarray(rows, np.intp), X_eval, n_classes=n_classes, seed=seed)
                for rows, seed in zip(subsets, seeds, strict=True)
            ]


class LimitOfGroups(LimitOfRows):
    """Limit that knows the given groups of a study's examples.

    A subclass has the field ``group_of_example``: codes of the groups, or None until the study tells them.
    """

    __slots__ = ()

    group_of_example: NDArray[np.int64] | None

    @property
    def knows_rows(self) -> bool:
        """Return whether groups were told."""
        return self.group_of_example is not None

    def refuse(self, dataset: Dataset) -> None:
        """Refuse data without groups.

        Raises
        ------
        InputError
            With what to do.
        """
        require_groups(self.name, dataset.group)

    def told(self, dataset: Dataset) -> Self:
        """Return the limit that knows the groups of a study."""
        known: dict[str, Any] = {"group_of_example": require_groups(self.name, dataset.group)}
        return replace(self, **known)

    def told_hash(self, dataset: Dataset) -> dict[str, str]:
        """Return the hash of the groups, for the identity of trials."""
        return groups_hash(self.name, dataset)


def require_groups(name: str, group: NDArray[np.int64] | None) -> NDArray[np.int64]:
    """Return the groups of a study's examples, which a limit needs.

    Raises
    ------
    InputError
        If none are given.
    """
    if group is None:
        remedy = "Name the column that holds them; where classes are the groups, use balanced."
        raise InputError("group", f"be given for {name}", Said("no groups"), remedy)
    return group


def groups_hash(name: str, dataset: Dataset) -> dict[str, str]:
    """Return the hash of a study's groups, for the identity of trials that depend on them."""
    groups = np.asarray(require_groups(name, dataset.group), "<i8")
    return {"groups": hashlib.sha256(groups.tobytes()).hexdigest()}


def known_groups(told: NDArray[np.int64] | None, y: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the group of each example of a study, or its class if nobody told of groups."""
    return y if told is None else told
