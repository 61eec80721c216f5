"""Leave-one-out against exact values: nearest neighbors by distances, ridge by the hat matrix."""

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.linear_model import RidgeClassifier
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.leave_one_out import leave_one_out, mean_leave_one_out
from longtail.outcomes import Outcomes
from longtail.scores import memorization
from longtail.trials import SklearnLearner, SubsetDesign, run_trials

KNN = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")


def _noisy(n=200, seed=0):
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3))
    y = (X[:, 0] + 0.5 * rng.normal(size=n) > 0).astype(int)
    return Dataset.from_arrays(X, y, X[:0], y[:0])


def test_top_examples_of_nearest_neighbors_are_exact():
    data = _noisy()
    distance = cdist(data.X, data.X)
    np.fill_diagonal(distance, np.inf)
    exact = 1.0 - (data.y[distance.argmin(axis=1)] == data.y)
    found = leave_one_out(KNN, data, np.arange(40), n_models=3, jobs=1)
    assert found.value.tolist() == exact[:40].tolist()
    assert (found.low <= exact[:40]).all()
    assert (exact[:40] <= found.high).all()


def test_ridge_by_the_hat_matrix():
    """Leaving i out of ridge regression moves its own residual to r_i / (1 - h_ii)."""
    data = _noisy(60)
    design = np.column_stack([np.ones(60), data.X.astype(float)])
    penalty = np.diag([0.0, 1, 1, 1])
    hat = design @ np.linalg.solve(design.T @ design + penalty, design.T)
    target = 2.0 * data.y - 1
    residual = target - hat @ target
    with_all = np.sign(hat @ target) == target
    without = np.sign(target - residual / (1 - np.diag(hat))) == target
    found = leave_one_out(SklearnLearner(estimator=RidgeClassifier(alpha=1.0)), data, np.arange(60), n_models=2, jobs=1)
    assert found.value.tolist() == (with_all.astype(float) - without).tolist()


def test_mean_in_the_limit_is_below_subsampled_and_holds_the_exact_one():
    """1-NN on noisy labels: studies of 100 trials at 0.5 and 0.8, seeds 0 and 1. The interval holds the exact mean."""
    data = _noisy()
    distance = cdist(data.X, data.X)
    np.fill_diagonal(distance, np.inf)
    exact = float(1 - (data.y[distance.argmin(axis=1)] == data.y).mean())
    studies = {
        q: run_trials(KNN, data, SubsetDesign(n_trials=100, fraction=q, seed=seed), jobs=1)
        for seed, q in enumerate((0.5, 0.8))
    }
    limit = mean_leave_one_out(studies)
    assert limit.low <= exact <= limit.high
    assert limit.value < memorization(studies[0.5]).value.mean()
    assert abs(limit.value - exact) < 0.02
    assert limit.high - limit.low < 0.1
    assert limit.warning == ""


def test_it_says_when_the_mean_grows():
    rng = np.random.default_rng(0)
    inclusion = rng.random((60, 40)) < 0.5
    none, much = inclusion | True, inclusion | (rng.random(inclusion.shape) < 0.5)
    studies = {q: Outcomes.from_arrays(inclusion, right) for q, right in ((0.5, none), (0.8, much))}
    assert "grows with the fraction" in mean_leave_one_out(studies).warning


def test_bad_requests_are_refused():
    data = _noisy()
    with pytest.raises(InputError, match="train must hold"):
        leave_one_out(KNN, data, [200])
    with pytest.raises(InputError, match="n_models must be"):
        leave_one_out(KNN, data, [0], n_models=1)
    with pytest.raises(InputError, match="studies must hold two"):
        mean_leave_one_out({})
