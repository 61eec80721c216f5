"""Confirmation: its parts are those of the modules that it joins, of the right examples, from the right runs."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.confirmation import confirm
from longtail.experiments.leave_one_out import leave_one_out, mean_leave_one_out
from longtail.scores import memorization
from longtail.trials import SklearnLearner, SubsetDesign, run_trials

KNN = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")


def noisy(n=60):
    rng = np.random.default_rng(0)
    X = rng.normal(size=(n, 3))
    y = (X[:, 0] + 0.5 * rng.normal(size=n) > 0).astype(int)
    return Dataset.from_arrays(X, y, X[:0], y[:0])


def test_a_confirmation_is_of_the_most_memorized():
    data = noisy()
    runs = {q: run_trials(KNN, data, SubsetDesign(n_trials=40, fraction=q, seed=0), jobs=1) for q in (0.5, 0.8)}
    found = confirm(KNN, data, runs, 0.5, top=5, n_models=3, n_subsets=4, n_seeds=2, jobs=1)
    value = memorization(runs[0.5]).value
    assert value[found.top.train].min() >= np.sort(value)[-5]
    again = leave_one_out(KNN, data, found.top.train, n_models=3, jobs=1)
    assert found.top.value.tolist() == again.value.tolist()
    assert found.limit_of_mean == mean_leave_one_out(runs)
    assert found.variance.seed_out == 0  # nearest neighbors draw nothing
    plain = found.to_json()
    assert [row["train"] for row in plain["top"]] == found.top.train.tolist()
    assert plain["variance"]["share_of_subset_out"]["value"] == 1.0


def test_one_fraction_has_no_limit():
    data = noisy(30)
    runs = {0.5: run_trials(KNN, data, SubsetDesign(n_trials=20, fraction=0.5, seed=0), jobs=1)}
    found = confirm(KNN, data, runs, 0.5, top=1, n_models=2, n_subsets=3, n_seeds=2, jobs=1)
    assert found.limit_of_mean is None
    assert found.to_json()["limit_of_mean"] is None
    with pytest.raises(InputError, match="top must be between 1 and 30"):
        confirm(KNN, data, runs, 0.5, top=31)
    with pytest.raises(InputError, match="n_subsets must be at least 2, to have each example in and out once"):
        confirm(KNN, data, runs, 0.5, top=1, n_subsets=1)
