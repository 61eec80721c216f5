"""Smaller trees: counted in the trees that were grown, and the same as the estimator with that setting."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.learners import BoostedTrees, CompiledMLP, SklearnLearner
from longtail.limits import SmallerTrees
from longtail.limits.asked_for import asked_for
from longtail.trials import SubsetDesign, run_trials

FOREST = RandomForestClassifier(n_estimators=12, bootstrap=False, max_depth=6)
GROWN = {
    "depth": lambda forest: max(tree.get_depth() for tree in forest.estimators_),
    "leaves": lambda forest: max(tree.get_n_leaves() for tree in forest.estimators_),
    "rows": lambda forest: -min(tree.tree_.n_node_samples[tree.tree_.feature < 0].min() for tree in forest.estimators_),
    "trees": lambda forest: len(forest.estimators_),
}


class Kept(RandomForestClassifier):
    """A forest that remembers the last one fitted."""

    def fit(self, X, y, sample_weight=None):
        Kept.last = super().fit(X, y, sample_weight)
        return Kept.last


@pytest.mark.parametrize("name", GROWN)
@pytest.mark.parametrize("value", [2, 5])
def test_no_tree_is_larger_than_the_limit_says(name, value):
    iris = load_dataset("iris")
    inner = SklearnLearner(estimator=Kept(n_estimators=12, bootstrap=False, max_depth=6))
    limit = SmallerTrees(inner=inner, **{name: value})
    limit.fit_predict(iris.X, iris.y, iris.X_test, n_classes=3, seed=1)
    assert GROWN[name](Kept.last) <= (-value if name == "rows" else value)


def test_it_is_the_estimator_with_that_setting():
    iris = load_dataset("iris")
    for wrapped in (FOREST, make_pipeline(StandardScaler(), FOREST), HistGradientBoostingClassifier(max_iter=5)):
        inner = SklearnLearner(estimator=wrapped)
        (limit,) = asked_for(["smaller-trees:depth=2"], iris, inner)
        last = "randomforestclassifier__max_depth" if hasattr(wrapped, "steps") else "max_depth"
        direct = replace(inner, estimator=wrapped.__sklearn_clone__().set_params(**{last: 2}))
        mine, theirs = (
            each.fit_predict(iris.X, iris.y, iris.X_test, n_classes=3, seed=5).logits for each in (limit, direct)
        )
        np.testing.assert_array_equal(mine, theirs)


def test_levels_are_in_order_and_one_number_tells_them_apart():
    iris, inner = load_dataset("iris"), SklearnLearner(estimator=RandomForestClassifier())
    texts = ["depth=5", "depth=2", "leaves=9", "leaves=3", "rows=5", "rows=30", "trees=50", "trees=5"]
    limits = asked_for([f"smaller-trees:{text}" for text in texts], iris, inner)
    for weak, strong in zip(limits[::2], limits[1::2], strict=True):
        assert weak.kind == strong.kind
        assert weak.strength < strong.strength
    assert len({limit.kind for limit in limits}) == 4
    (both,) = asked_for(["smaller-trees:depth=2,rows=5"], iris, inner)
    assert (both.title, both.kind) == ("leaves of at least 5 rows, trees of depth 2", "larger leaves (5), less depth")


@pytest.mark.parametrize(
    ("inner", "settings", "said"),
    [
        (FOREST, {}, "smaller-trees must limit depth, leaves, rows or trees; got none."),
        (FOREST, {"depth": 6}, "depth must be below the learner's own, 6, to limit it; got 6."),
        (FOREST, {"trees": 100}, "trees must be below the learner's own, 12, to limit it; got 100."),
        (RandomForestClassifier(min_samples_leaf=5), {"rows": 3}, "rows must be above the learner's own, 5, .* got 3."),
        (FOREST, {"depth": 0}, "depth must be at least 1; got 0."),
        (FOREST, {"rows": 1}, "rows must be at least 2; got 1."),
        (FOREST, {"depth": 2.5}, "depth must be .*whole number.*; got 2.5."),
        (KNeighborsClassifier(), {"depth": 2}, "learner must grow trees and have a setting for depth; got KNeighb"),
    ],
)
def test_what_limits_nothing_is_refused(inner, settings, said):
    with pytest.raises(InputError, match=said):
        SmallerTrees(inner=SklearnLearner(estimator=inner), **settings)


@pytest.mark.parametrize("text", ["leaves=1e9", "depth=150"])
def test_what_no_tree_on_the_data_reaches_is_refused(text):
    """scikit-learn makes room for all leaves that are allowed before it grows one."""
    inner = SklearnLearner(estimator=RandomForestClassifier())
    with pytest.raises(InputError, match="must be below the number of training examples, .*, to limit trees; got 1"):
        asked_for([f"smaller-trees:{text}"], load_dataset("iris"), inner)


def test_a_network_has_no_trees():
    with pytest.raises(InputError, match="learner must grow trees and have a setting for trees; got compiled-mlp."):
        SmallerTrees(inner=CompiledMLP(), trees=3)


def test_trials_train_whole_batches_of_it(monkeypatch):
    """The same bits as the learner with those settings, four models a call."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(80, 3)).astype(np.float32)
    data = Dataset.from_arrays(X, (X[:, 0] * X[:, 1] > 0).astype(np.int64))
    trees = {"n_trees": 5, "min_samples_leaf": 4, "trials_per_batch": 4}
    expected = run_trials(BoostedTrees(**trees, max_depth=2), data, SubsetDesign(n_trials=8), jobs=1)
    calls, train = [], BoostedTrees.fit_predict_many

    def counted(learner, X, y, subsets, *arguments, **settings):
        calls.append(len(subsets))
        return train(learner, X, y, subsets, *arguments, **settings)

    monkeypatch.setattr(BoostedTrees, "fit_predict_many", counted)
    limited = SmallerTrees(inner=BoostedTrees(**trees), depth=2)
    found = run_trials(limited, data, SubsetDesign(n_trials=8), jobs=1)
    assert calls == [4, 4]
    np.testing.assert_array_equal(found.margin, expected.margin)
