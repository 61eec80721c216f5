"""Boosted trees to first order: leaves, by what scores are made of, and the kernel, pair by pair."""

import numpy as np
import pytest

from longtail.attribution import has_attributions, trak
from longtail.attribution.tangent import slopes_of
from longtail.attribution.tangent_of_trees import shared_leaves, tangent_of_trees
from longtail.dataset import Dataset
from longtail.learners import BoostedTrees, Forest

SMALL = BoostedTrees(n_trees=3, n_leaves=4, min_samples_leaf=5)


def table(n_classes: int, n: int = 240) -> Dataset:
    rng = np.random.default_rng(n_classes)
    X = rng.normal(size=(n, 3)).astype(np.float32)
    X[::9, 1] = np.nan
    score = X[:, 0] + np.nan_to_num(X[:, 1]) ** 2 + rng.normal(size=n) / 2
    return Dataset.from_arrays(
        np.nan_to_num(X), np.digitize(score, np.quantile(score, np.arange(1, n_classes) / n_classes))
    )


def leaves(learner, data, rows, X):
    """Predictions, and by score the leaf of each row in each tree."""
    fitted = learner.fit_trees(data.X, data.y, rows, X, n_classes=data.n_classes, seed=5)
    return fitted.predictions(), fitted.leaf.transpose(1, 0, 2)


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("row_share", [1.0, 0.7])
def test_scores_are_sums_of_one_value_a_leaf(n_classes, row_share):
    """Least squares on the leaves alone give every score, of rows trained on or not: 12 values for 240 rows.

    A single row noted in a wrong leaf would leave a rest.
    """
    data, rows = table(n_classes), np.arange(0, 150, 2)
    learner = BoostedTrees(n_trees=3, n_leaves=4, min_samples_leaf=5, row_share=row_share)
    X = np.concatenate([data.X, data.X_test])
    answer, leaf = leaves(learner, data, rows, X)
    assert leaf.shape == (1 if n_classes == 2 else n_classes, 3, len(X))
    scores = answer.logits[:, 1:] if n_classes == 2 else answer.logits
    for trees, score in zip(leaf, scores.T, strict=True):
        assert trees.max() == 3
        chosen = np.concatenate([np.eye(4)[tree] for tree in trees], axis=1)
        fitted = chosen @ np.linalg.lstsq(chosen, score.astype(float), rcond=None)[0]
        np.testing.assert_allclose(fitted, score, atol=1e-5)


def test_noting_leaves_changes_no_bit_of_the_predictions():
    data, rows = table(3), np.arange(100)
    X = np.concatenate([data.X, data.X_test])
    noted, _ = leaves(SMALL, data, rows, X)
    (plain,) = SMALL.fit_predict_many(data.X, data.y, [rows], X, n_classes=3, seeds=[5])
    assert noted.logits.tobytes() == plain.logits.tobytes()


def test_shared_leaves_are_counted_pair_by_pair():
    leaf = np.random.default_rng(0).integers(0, 3, (5, 8)).astype(np.uint8)
    leaf[2] = 0  # a tree without a split
    counted = [[sum(leaf[t, i] == leaf[t, j] for t in (0, 1, 3, 4)) for j in range(8)] for i in range(6)]
    np.testing.assert_array_equal(shared_leaves(leaf, 6), counted)


def test_the_kernel_is_that_of_gradients_in_the_values_of_leaves():
    """The gradients are written out: the margin's slope at a score, at each leaf that an example falls into."""
    data, rows = table(3), np.arange(0, 180, 2)
    X, labels = np.concatenate([data.X, data.X_test]), np.concatenate([data.y, data.y_test])
    found = tangent_of_trees(SMALL, data, rows, 5)
    answer, leaf = leaves(SMALL, data, rows, X)
    slopes = slopes_of(answer.logits, labels)
    gradients = np.concatenate(
        [slopes.slope[:, [c]] * np.eye(4)[leaf[c, t]] for c in range(3) for t in range(3)], axis=1
    )
    kernel = gradients @ gradients.T
    n = data.n_train
    np.testing.assert_allclose(found.kernel, kernel[:n, :n], atol=1e-9)
    np.testing.assert_allclose(found.cross, kernel[:n, n:], atol=1e-9)
    np.testing.assert_allclose(found.margin, slopes.margin[n:])
    np.testing.assert_allclose(found.doubt, 1 - slopes.probability[:n])


def test_a_class_that_the_subset_lacks_has_no_tree():
    data = table(3)
    two = np.flatnonzero(data.y > 0)
    found = tangent_of_trees(SMALL, data, two, 5)
    assert np.isfinite(found.kernel).all()
    assert np.isfinite(found.margin).all()
    one = tangent_of_trees(SMALL, data, np.flatnonzero(data.y == 1), 5)
    assert not one.kernel.any()


def test_attributions_of_trees_order_a_class_by_its_own_examples():
    """On one column cut in two, those of a test example's side and label help it, and those of another label hurt it.

    Seed 3; 40 rows of 200 have a wrong label. Means over all pairs, which are apart by many standard errors.
    """
    rng = np.random.default_rng(3)
    X = rng.normal(size=(200, 1)).astype(np.float32)
    y = (X[:, 0] > 0) ^ (np.arange(200) % 5 == 0)
    data = Dataset.from_arrays(X, y)
    tau = trak(BoostedTrees(n_trees=10, n_leaves=4), data, 4).value
    near = (data.X[:, 0] > 0)[:, None] == (data.X_test[:, 0] > 0)
    same = data.y[:, None] == data.y_test
    assert tau[near & same].mean() > 10 * abs(tau[~near].mean())
    assert tau[near & ~same].mean() < -10 * abs(tau[~near].mean())
    assert has_attributions(BoostedTrees())
    assert not has_attributions(Forest())
