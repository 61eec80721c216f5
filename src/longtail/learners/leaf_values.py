"""Leaf values of a fitted booster, changed in place: each library keeps them in its own way.

A tree's values are changed together. CatBoost's trees have, of more than two classes, a value for each class in each
leaf; scikit-learn's, LightGBM's and XGBoost's have a tree for each class.
"""

import json
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np

from longtail.array_types import Reals
from longtail.learners.fitted_estimator import last_step

__all__ = ["change_leaf_values", "has_leaf_values"]

_Change = Callable[[Reals], Reals]


def has_leaf_values(estimator: Any) -> bool:
    """Return whether the leaf values of a booster, fitted or not, can be reached."""
    return _way(estimator) is not None


def change_leaf_values(model: Any, change: _Change) -> None:
    """Change the values of all leaves of a fitted booster.

    Parameters
    ----------
    model : estimator
        Fitted; a pipeline whose last step is a booster, too.
    change : callable
        From the values of a tree's leaves, (n_leaves,), to those that replace them.
    """
    way = _way(model)
    assert way is not None
    way(last_step(model), change)


def _of_histograms(model: Any, change: _Change) -> None:
    for of_round in model._predictors:
        for tree in of_round:
            leaf = tree.nodes["is_leaf"] != 0
            tree.nodes["value"][leaf] = change(tree.nodes["value"][leaf])


def _of_gradient_boosting(model: Any, change: _Change) -> None:
    for regressor in np.ravel(model.estimators_):
        tree = regressor.tree_
        leaf = tree.children_left < 0
        tree.value[leaf, 0, 0] = change(tree.value[leaf, 0, 0])


def _of_lightgbm(model: Any, change: _Change) -> None:
    booster = model.booster_
    for number, tree in enumerate(booster.dump_model()["tree_info"]):
        leaves = range(tree["num_leaves"])
        values = change(np.array([booster.get_leaf_output(number, leaf) for leaf in leaves]))
        for leaf, value in zip(leaves, values.tolist(), strict=True):
            booster.set_leaf_output(number, leaf, value)


def _of_xgboost(model: Any, change: _Change) -> None:
    booster = model.get_booster()
    saved = json.loads(booster.save_raw("json"))
    for tree in saved["learner"]["gradient_booster"]["model"]["trees"]:
        leaf = np.array(tree["left_children"]) < 0
        values = np.array(tree["split_conditions"], float)  # of a leaf: its value
        values[leaf] = change(values[leaf])
        tree["split_conditions"] = values.tolist()
    booster.load_model(bytearray(json.dumps(saved), "utf-8"))


def _of_catboost(model: Any, change: _Change) -> None:
    values, counts = np.asarray(model.get_leaf_values(), float), np.asarray(model.get_tree_leaf_counts(), int)
    ends = np.cumsum(counts) * (len(values) // max(int(counts.sum()), 1))
    trees: Iterable[Reals] = np.split(values, ends[:-1])
    model.set_leaf_values(np.concatenate([change(tree) for tree in trees]))


_WAYS: dict[tuple[str, str], Callable[[Any, _Change], None]] = {
    ("sklearn", "HistGradientBoostingClassifier"): _of_histograms,
    ("sklearn", "GradientBoostingClassifier"): _of_gradient_boosting,
    ("lightgbm", "LGBMClassifier"): _of_lightgbm,
    ("xgboost", "XGBClassifier"): _of_xgboost,
    ("catboost", "CatBoostClassifier"): _of_catboost,
}
"""Package and class -> how values are changed."""


def _way(model: Any) -> Callable[[Any, _Change], None] | None:
    kinds = [(kind.__module__.split(".")[0], kind.__name__) for kind in type(last_step(model)).__mro__]
    return next((_WAYS[kind] for kind in kinds if kind in _WAYS), None)
