"""The forest against enumeration, against scikit-learn's, and against itself in a batch."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier

from longtail.errors import InputError
from longtail.learners.trees import Forest
from longtail.trees.forest_splits import SMALL
from longtail.trials.conformance import LearnerConformance


class TestForest(LearnerConformance):
    batch_tolerance = 0.0
    margin_tolerance = 0.0

    def make_learner(self):
        return Forest(n_trees=10)


class TestForestOfDrawnRows(TestForest):
    def make_learner(self):
        return Forest(n_trees=10, bootstrap=True, max_features=2)


def _impurity_left(y, left, n_classes):
    """What a split maximizes: the squared class counts of each side over its size."""
    return sum((np.bincount(y[side], minlength=n_classes) ** 2).sum() / side.sum() for side in (left, ~left))


@pytest.mark.parametrize("n", [40, 5 * SMALL])
@pytest.mark.parametrize("n_classes", [2, 3])
def test_the_first_split_is_the_best_of_all_cuts(n, n_classes):
    """By enumeration, with missing values on either side; small nodes are sorted, large ones counted."""
    for seed in range(5):
        rng = np.random.default_rng(seed)
        X = rng.integers(0, 9, (n, 3)).astype(np.float32)
        X[:, 2] = rng.integers(0, 2, n)
        y = np.where(rng.random(n) < 0.5, X[:, 0] > 4, rng.integers(0, n_classes, n)).astype(np.int64)
        X[rng.random(X.shape) < 0.2] = np.nan
        gone = np.isnan(X)
        cuts = [(X[:, f] <= cut) | (gone[:, f] & side) for f in range(3) for cut in range(9) for side in (False, True)]
        cuts = [left for left in cuts if min(left.sum(), (~left).sum()) >= 3]
        learner = Forest(n_trees=1, max_depth=1, max_features=3, min_samples_leaf=3)
        share = np.exp(learner.fit_predict(X, y, X, n_classes=n_classes, seed=0).logits).round(5)
        found = (share == share[0]).all(axis=1)
        assert min(found.sum(), (~found).sum()) >= 3
        best = max(_impurity_left(y, left, n_classes) for left in cuts)
        assert _impurity_left(y, found, n_classes) == pytest.approx(best)


def test_a_forest_without_bootstrap_fits_what_it_has_seen():
    """Labels at random, one feature of 2,000 values, far more than bins: every training example is right."""
    rng = np.random.default_rng(1)
    X, y = rng.normal(size=(2000, 1)).astype(np.float32), rng.integers(0, 2, 2000)
    labels = Forest(n_trees=3).fit_predict(X, y, X, n_classes=2, seed=0).labels
    np.testing.assert_array_equal(labels, y)


def test_a_cut_lies_halfway_between_the_values_of_its_node():
    X = np.array([[0], [1], [10], [11]], np.float32)
    asked = np.array([[5.4], [5.5], [5.6], [-9], [99]], np.float32)
    labels = Forest(n_trees=1).fit_predict(X, np.array([0, 0, 1, 1]), asked, n_classes=2, seed=0).labels
    np.testing.assert_array_equal(labels, [0, 0, 1, 0, 1])


def test_it_is_as_accurate_as_scikit_learns():
    """Digits, 600 to train on and 600 held out: within 2.5 points of each other."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:1200].astype(np.float32), y[:1200]
    ours = Forest(n_trees=60).fit_predict(X[:600], y[:600], X, n_classes=10, seed=0)
    theirs = RandomForestClassifier(60, bootstrap=False, random_state=0).fit(X[:600], y[:600])
    assert (ours.labels[:600] == y[:600]).all()
    assert (ours.labels[600:] == y[600:]).mean() == pytest.approx(theirs.score(X[600:], y[600:]), abs=0.025)


def test_drawn_rows_leave_a_third_out():
    """One tree on rows drawn with replacement: of the others, 36.8 % of 4,000, half are wrong by chance."""
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(4000, 2)).astype(np.float32), rng.integers(0, 2, 4000)
    labels = Forest(n_trees=1, bootstrap=True).fit_predict(X, y, X, n_classes=2, seed=3).labels
    assert (labels != y).mean() == pytest.approx(np.exp(-1) / 2, abs=0.04)


def test_settings_out_of_range_are_refused():
    for settings in ({"n_trees": 0}, {"max_features": 0}, {"min_samples_leaf": 0}, {"max_depth": 0}):
        with pytest.raises(InputError, match=f"{next(iter(settings))} must"):
            Forest(**settings)
