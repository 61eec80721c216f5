"""The split on planted variances, and on learners without seeds."""

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset
from longtail.errors import InputError
from longtail.experiments.variance_split import split_of_variance, variance_split
from longtail.trials import SklearnLearner, SubsetDesign


def test_planted_parts_are_found():
    """Given a subset, out models are right with chance 0.2 or 0.8: the subset's part is 0.09, the seed's 0.16."""
    rng = np.random.default_rng(0)
    inclusion = rng.random((60, 400)) < 0.7
    chance = np.where(rng.random(inclusion.shape) < 0.5, 0.2, 0.8)
    correct = inclusion[:, None] | (rng.random((60, 3, 400)) < chance[:, None])
    split = split_of_variance(inclusion, correct)
    assert split.subset_out == pytest.approx(0.09, abs=0.005)
    assert split.seed_out == pytest.approx(0.16, abs=0.005)
    assert (split.subset_in, split.seed_in) == (0, 0)
    assert split.share_of_subset_out.low <= 0.36 <= split.share_of_subset_out.high


def test_a_learner_without_randomness_owes_all_to_the_subset():
    rng = np.random.default_rng(1)
    X = rng.normal(size=(60, 2))
    data = Dataset.from_arrays(X, rng.integers(0, 2, 60), X[:0], np.zeros(0, int))
    learner = SklearnLearner(estimator=KNeighborsClassifier(1), name="knn")
    split = variance_split(learner, data, SubsetDesign(n_trials=20), n_seeds=2, jobs=1)
    assert split.seed_out == 0
    assert split.subset_out > 0.05
    assert split.share_of_subset_out.value == 1
    with pytest.raises(InputError, match="n_seeds must be"):
        variance_split(learner, data, SubsetDesign(n_trials=20), n_seeds=1)


def test_too_few_subsets_are_refused_before_anything_is_trained():
    """Of two subsets, one is left when the other is set aside: no example is out of two."""
    data = Dataset.from_arrays(np.zeros((8, 1)), np.arange(8) % 2, np.zeros((0, 1)), np.zeros(0, int))
    with pytest.raises(InputError, match=r"n_subsets must be so many that some example is out of two .* got 2"):
        variance_split("knn", data, SubsetDesign(n_trials=2, fraction=0.5))
    always = np.ones((5, 8), bool)
    with pytest.raises(InputError, match="out of two of them whichever is set aside; got 5"):
        split_of_variance(always, always[:, None].repeat(2, axis=1))
