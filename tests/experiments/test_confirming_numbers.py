"""Retraining without an example, and the split of variance, where performance is a number: in closed form."""

import numpy as np
import pytest
from sklearn.dummy import DummyRegressor
from sklearn.linear_model import Ridge
from sklearn.tree import DecisionTreeRegressor

from longtail.dataset import Dataset
from longtail.experiments.confirmation import confirm
from longtail.experiments.leave_one_out import leave_one_out, mean_leave_one_out
from longtail.experiments.number_references import number_references
from longtail.experiments.variance_split import split_of_variance
from longtail.learners.any_learner import any_learner
from longtail.trials import SubsetDesign, run_trials


def line(n=40, n_test=0):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n + n_test, 2))
    y = X @ [1.0, -2.0] + rng.normal(size=n + n_test)
    y[3] += 8
    return Dataset.from_arrays(X[:n], y[:n], X[n:], y[n:], task="regression")


def test_leaving_out_one_of_a_ridge_regression_is_its_leverage():
    """A residual grows by 1 / (1 - h) without the example [Allen 1974]; no seed matters, so no interval has a width."""
    data, penalty = line(), 2.0
    found = leave_one_out(any_learner(Ridge(penalty, fit_intercept=False)), data, [3, 5], n_models=3, jobs=1)
    X = data.X.astype(float)
    hat = X @ np.linalg.solve(X.T @ X + penalty * np.eye(2), X.T)
    residual = data.target - hat @ data.target
    without = residual / (1 - np.diag(hat))
    expected = (without**2 - residual**2)[[3, 5]] / data.target.var()
    assert found.value == pytest.approx(expected, rel=1e-4)
    assert found.low == pytest.approx(found.value, rel=1e-5)
    assert found.high == pytest.approx(found.value, rel=1e-5)
    assert found.kind.name == "squared_error"


def test_confirmation_of_numbers_is_of_the_most_memorized():
    data, learner = line(), any_learner(DecisionTreeRegressor(max_features=1))
    runs = {q: run_trials(learner, data, SubsetDesign(n_trials=40, fraction=q, seed=0), jobs=1) for q in (0.5, 0.8)}
    found = confirm(learner, data, runs, 0.5, top=3, n_models=6, n_subsets=4, n_seeds=3, jobs=1)
    assert 3 in found.top.train
    place = found.top.train.tolist().index(3)
    assert found.top.low[place] > 0
    assert found.limit_of_mean == mean_leave_one_out(runs)
    assert found.variance.seed_out > 0  # a feature is drawn at each split
    assert found.to_json()["kind"]["name"] == "squared_error"


def test_variance_of_numbers_is_split_as_it_was_made():
    """Of 400 subsets, 3 seeds and 4 examples: parts 1 and 4, within 15 %, which is five standard errors."""
    rng = np.random.default_rng(2)
    inside = rng.permuted(np.tile([True, True, False, False], (400, 1)), axis=1)
    values = rng.normal(size=(400, 1, 4)) + 2 * rng.normal(size=(400, 3, 4))
    found = split_of_variance(inside, values)
    assert found.subset_out == pytest.approx(1.0, abs=0.5)
    assert found.seed_out == pytest.approx(4.0, rel=0.15)
    assert found.share_of_subset_out.low < 0.2 < found.share_of_subset_out.high


def test_references_of_numbers_are_in_units_of_the_training_target():
    """The mean has an error that is known without training; boosting does better on a line."""
    data = line(300, 100)
    found = number_references(data, any_learner(DummyRegressor()), seed=0)
    errors = (data.target_test - data.target.mean()) ** 2 / data.target.var()
    assert found.learner_quality.value == pytest.approx(1 - errors.mean(), rel=1e-5)
    assert found.reference_quality.value > 0.5
    assert found.difference.value == pytest.approx(found.learner_quality.value - found.reference_quality.value)
    assert found.difference.high < 0
    assert number_references(line(), any_learner(DummyRegressor())) is None
