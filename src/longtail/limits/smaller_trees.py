"""Smaller trees: fewer leaves, less depth, larger leaves or fewer trees, of any learner that grows trees.

The learner is trained with one or more of its own settings replaced. Each library has other names for them; the first
that the learner has is taken, also within a pipeline:

==========  ===============================================================================================
``depth``   ``max_depth``, ``depth``
``leaves``  ``n_leaves``, ``max_leaf_nodes``, ``num_leaves``, ``max_leaves``
``rows``    ``min_samples_leaf``, ``min_child_samples``, ``min_data_in_leaf``
``trees``   ``n_trees``, ``n_estimators``, ``max_iter``, ``iterations``
==========  ===============================================================================================

A limit must be stricter than what the learner has already; otherwise it would limit nothing, or lift a limit.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset import Dataset
from longtail.errors import InputError, Said
from longtail.learners.learner import Answer, Learner
from longtail.learners.settings import with_settings
from longtail.learners.sklearn_learner import SklearnLearner
from longtail.learners.sklearn_regressor import SklearnRegressor
from longtail.limits.limit import NO_GUARANTEE, Guarantee, Limit

__all__ = ["SmallerTrees"]

_NAMES = {
    "rows": ("min_samples_leaf", "min_child_samples", "min_data_in_leaf"),
    "trees": ("n_trees", "n_estimators", "max_iter", "iterations"),
    "leaves": ("n_leaves", "max_leaf_nodes", "num_leaves", "max_leaves"),
    "depth": ("max_depth", "depth"),
}
_OF_TREES = (*_NAMES["depth"], *_NAMES["leaves"])  # max_iter alone does not show that a model has trees.
_LEAST = {"rows": 2, "trees": 1, "leaves": 2, "depth": 1}


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class SmallerTrees(Limit):
    """A learner whose trees are kept small.

    Parameters
    ----------
    inner : Learner
        Boosted trees, or an estimator of scikit-learn (also of another library) that has the setting.
    depth : int, optional
        The most splits between the root and a leaf.
    leaves : int, optional
        The most leaves of a tree.
    rows : int, optional
        The fewest training rows of a leaf.
    trees : int, optional
        The number of trees.

    Raises
    ------
    InputError
        If nothing is limited, the learner has no such setting, or the limit is none.
    """

    name: ClassVar[str] = "smaller-trees"
    version: ClassVar[str] = "1"
    levels: ClassVar[tuple[str, ...]] = ("depth=4", "depth=2")
    audited: ClassVar[tuple[str, ...]] = ("depth=3", "rows=50")
    guarantee: ClassVar[Guarantee] = NO_GUARANTEE

    depth: int | None = None
    leaves: int | None = None
    rows: int | None = None
    trees: int | None = None

    def __post_init__(self) -> None:
        if not self._named:
            remedy = "For instance smaller-trees:depth=3."
            raise InputError("smaller-trees", "limit depth, leaves, rows or trees", Said("none"), remedy)
        settings = settings_of_trees(self.inner)
        for name, value in self._named.items():
            _require_stricter(name, value, settings, self.inner.name)

    @property
    def title(self) -> str:
        """Sizes that are limited, in words."""
        words = {
            "rows": "leaves of at least {} rows",
            "trees": "{} trees",
            "leaves": "trees of {} leaves",
            "depth": "trees of depth {}",
        }
        return ", ".join(words[name].format(value) for name, value in self._named.items())

    @property
    def kind(self) -> str:
        """All but the last number, by which alone it can be compared."""
        words = {"rows": "larger leaves", "trees": "fewer trees", "leaves": "fewer leaves", "depth": "less depth"}
        *fixed, varied = self._named
        return ", ".join([*(f"{words[name]} ({self._named[name]})" for name in fixed), words[varied]])

    @property
    def strength(self) -> float:
        """The last of its numbers: the more rows in a leaf, and the fewer of anything else, the stronger."""
        name, value = list(self._named.items())[-1]
        return float(value if name == "rows" else -value)

    def refuse(self, dataset: Dataset) -> None:
        """Refuse sizes that no tree on these data reaches, for which libraries would make room."""
        for name in ("leaves", "depth"):
            value = self._named.get(name, 0)
            if value >= dataset.n_train:
                law = f"be below the number of training examples, {dataset.n_train:,}, to limit trees"
                raise InputError(name, law, value)

    def fit_predict(
        self, X: NDArray[np.float32], y: NDArray[np.int64], X_eval: NDArray[np.float32], *, n_classes: int, seed: int
    ) -> Answer:
        """Train the learner with smaller trees, then predict. See :class:`longtail.learners.Learner`."""
        return self.stands_for.fit_predict(X, y, X_eval, n_classes=n_classes, seed=seed)

    @property
    def stands_for(self) -> Learner:
        """The learner with smaller trees: trials train it in this one's place, in batches where it takes batches."""
        settings = settings_of_trees(self.inner)
        return with_settings(self.inner, {_own_name(name, settings): value for name, value in self._named.items()})

    @property
    def _named(self) -> dict[str, int]:
        """Sizes that are limited, by our name for each setting."""
        return {name: value for name in _NAMES if (value := getattr(self, name)) is not None}


def settings_of_trees(learner: Learner) -> dict[str, Any]:
    """Return the settings of a learner by name. Those of a pipeline's last step come without their prefix."""
    if isinstance(learner, SklearnLearner | SklearnRegressor):
        parameters = learner.estimator.get_params(deep=True)
        steps = getattr(learner.estimator, "steps", None)
        prefix = f"{steps[-1][0]}__" if steps else ""
        return {name.removeprefix(prefix): value for name, value in parameters.items() if name.startswith(prefix)}
    described: Any = learner
    return {each.name: getattr(learner, each.name) for each in fields(described)} if is_dataclass(described) else {}


def _own_name(name: str, settings: Mapping[str, Any]) -> str:
    """Return the learner's own name for a setting."""
    return next(own for own in _NAMES[name] if own in settings)


def _require_stricter(name: str, value: int, settings: Mapping[str, Any], learner: str) -> None:
    if value < _LEAST[name]:
        raise InputError(name, f"be at least {_LEAST[name]}", value)
    if not any(own in settings for own in _OF_TREES) or not any(own in settings for own in _NAMES[name]):
        raise InputError("learner", f"grow trees and have a setting for {name}", Said(learner))
    before = settings[_own_name(name, settings)]
    if isinstance(before, bool) or not isinstance(before, int) or (name == "depth" and before < 0):
        return  # The setting is absent, a share of the rows, or the library's own choice.
    if value <= before if name == "rows" else value >= before:
        how = "above" if name == "rows" else "below"
        raise InputError(name, f"be {how} the learner's own, {before}, to limit it", value)
