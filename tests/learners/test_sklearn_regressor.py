"""Regressors as learners: any of scikit-learn's, in the target's own unit, memorization in closed form."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.ensemble import RandomForestRegressor
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.learners import SklearnLearner, SklearnRegressor
from longtail.learners.any_learner import any_learner
from longtail.learners.names import NAMED_REGRESSORS, named_learner
from longtail.limits import SmallerTrees, StrongerPenalty
from longtail.limits.spelling import named_limit
from longtail.runs.learner_of_run import built_in_learner
from longtail.scores import memorization
from longtail.trials import SubsetDesign, run_trials

RNG = np.random.default_rng(0)
X = RNG.normal(size=(60, 3))
Y = X @ [1.0, -2.0, 0.5] + RNG.normal(size=60)
DATA = Dataset.from_arrays(X[:40], Y[:40], X[40:], Y[40:])


def test_trials_hold_the_errors_of_ridge_s_own_formula():
    outcomes = run_trials(Ridge(2.0), DATA, SubsetDesign(n_trials=4, seed=1), jobs=1)
    for trial in range(4):
        rows = outcomes.inclusion[trial]
        A, b = DATA.X[rows].astype(float), DATA.target[rows]
        centered = A - A.mean(axis=0)
        slope = np.linalg.solve(centered.T @ centered + 2.0 * np.eye(3), centered.T @ (b - b.mean()))
        values = (np.vstack([DATA.X, DATA.X_test]) - A.mean(axis=0)) @ slope + b.mean()
        errors = (values - Y) ** 2 / DATA.target.var()
        assert outcomes.performance[trial] == pytest.approx(errors[:40], rel=1e-4, abs=1e-8)
        assert outcomes.test_performance[trial] == pytest.approx(errors[40:], rel=1e-4, abs=1e-8)


def test_memorization_by_trials_is_that_of_all_subsets():
    """The mean of a few points without features: sampled scores within five standard errors of all 120 subsets' own."""
    y = np.array([0.0, 1.0, 2.0, 3.5, 8.0, -1.0, 0.5, 2.5, 1.5, 4.0])
    small = Dataset.from_arrays(np.zeros((10, 1)), y, np.zeros((2, 1)), y[:2], task="regression")
    outcomes = run_trials(Ridge(), small, SubsetDesign(n_trials=100, fraction=0.7, seed=0), jobs=1)
    scores = memorization(outcomes)
    every = np.array([[i in chosen for i in range(10)] for chosen in combinations(range(10), 7)])
    errors = (y - (every @ y / 7)[:, None]) ** 2 / y.var()
    for i in range(10):
        exact = errors[~every[:, i], i].mean() - errors[every[:, i], i].mean()
        parts = [side.variance[i] / side.n[i] for side in scores.moments]
        assert abs(scores.value[i] - exact) < 5 * np.sqrt(sum(parts)) + 1e-6


def test_the_target_comes_in_its_own_unit():
    """Poisson regression refuses negative targets, which a standardized one would have."""
    counts = Dataset.from_arrays(X, np.exp(Y / 4), task="regression")
    assert run_trials(PoissonRegressor(), counts, SubsetDesign(n_trials=4), jobs=1).n_trials == 4


def test_the_same_seed_is_the_same_trial():
    forest = RandomForestRegressor(5)
    one, other = (run_trials(forest, DATA, SubsetDesign(n_trials=4, seed=7), jobs=1) for _ in range(2))
    assert np.array_equal(one.performance, other.performance)


@pytest.mark.parametrize("name", NAMED_REGRESSORS)
def test_named_ones_are_made_again_from_their_identity(name):
    made = named_learner(name, "regression")
    identity = {"name": made.name, "version": made.version, "settings": made.describe()}
    assert built_in_learner(identity).describe() == made.describe()
    assert made.task == "regression"


def test_an_estimator_is_what_it_predicts():
    assert isinstance(any_learner(Ridge()), SklearnRegressor)
    assert isinstance(any_learner(LogisticRegression()), SklearnLearner)
    with pytest.raises(InputError, match="learner must be a regressor, where the target is a number"):
        SklearnRegressor(estimator=LogisticRegression())
    with pytest.raises(InputError, match="learner must be one for regression, as the data arrays are"):
        run_trials(LogisticRegression(), DATA, SubsetDesign(n_trials=4))
    with pytest.raises(InputError, match="learner must be one of boosting, hist-boosting, forest, ridge, knn"):
        named_learner("logistic", "regression")


def test_limits_of_trees_and_penalties_take_regressors():
    ridge, trees = named_learner("ridge", "regression"), named_learner("boosting", "regression")
    assert isinstance(named_limit("smaller-trees:depth=2", DATA, trees), SmallerTrees)
    stronger = named_limit("stronger-penalty:alpha=50", DATA, ridge)
    assert isinstance(stronger, StrongerPenalty)
    assert stronger.task == "regression"
    assert stronger.stands_for.estimator.get_params()["ridge__alpha"] == 50
    with pytest.raises(InputError, match="alpha must be finite and above the learner's own, 1; got 0.5"):
        named_limit("stronger-penalty:alpha=0.5", DATA, ridge)
    with pytest.raises(InputError, match="learner must have a setting alpha, the weight of a penalty; got boosted-reg"):
        named_limit("stronger-penalty:alpha=50", DATA, trees)
