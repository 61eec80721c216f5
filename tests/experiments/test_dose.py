"""Doses: the curve of one copy, against enumeration and against what the nearest neighbor must do."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.experiments.dose import _all_out, dose_study, planted
from longtail.learners.nearest_neighbors import NearestNeighbors
from longtail.scores import exact_knn_memorization

NEAREST = KNeighborsClassifier(1, algorithm="brute")


@pytest.fixture(scope="module")
def scattered():
    """Two hundred points far apart, of five classes."""
    draws = np.random.default_rng(0)
    return Dataset.from_arrays(
        draws.normal(size=(200, 20)), draws.integers(5, size=200), draws.normal(size=(10, 20)), np.arange(10) % 5
    )


@pytest.mark.parametrize("n_copies", [0, 1, 2, 3, 4])
def test_the_chance_that_all_others_are_out_is_that_of_all_subsets(n_copies):
    """Subsets of five of eight; example 0 is out, examples 1 to k are the others."""
    subsets = [set(chosen) for chosen in combinations(range(8), 5) if 0 not in chosen]
    share = np.mean([not subset & set(range(1, 1 + n_copies)) for subset in subsets])
    assert _all_out(8, 5, n_copies) == pytest.approx(share)


def test_the_nearest_neighbor_needs_one_copy(scattered):
    """A copy that is in is right; one that is out is right where another is in, or by its nearest neighbor's chance.

    So memorization is (1 - chance) times the probability that all others are out. 120 models, 20 examples a dose, seed
    0: within five standard errors of binomial counts (at most 1e-5).
    """
    found = dose_study(scattered, NEAREST, copies=(1, 2, 3), n_examples=20, n_trials=120, wrong_labels=True, jobs=1)
    for dose in found.doses:
        n_left_out = 0.3 * 120 * 20
        error = np.sqrt(dose.expected * (1 - dose.expected) / n_left_out) + 0.5 / n_left_out
        assert abs(dose.memorization.value - dose.expected) < 5 * error
        assert dose.memorization.value + dose.left_out.value == pytest.approx(1)
    assert found.doses[0].memorization.value > 0.7
    assert found.n_train == 200 + 20 * (0 + 1 + 2)


def test_doses_of_digits_are_those_of_the_exact_nearest_neighbor():
    """Memorization in closed form, no trial drawn, lies within each interval: 300 digits, 1, 2 and 4 copies, seed 0."""
    digits = load_dataset("digits").sample(300)
    found = dose_study(digits, NearestNeighbors(), copies=(1, 2, 4), n_trials=120, wrong_labels=True, jobs=1)
    data, doses, _ = planted(digits, (1, 2, 4), 30, wrong_labels=True, seed=0)
    exact = exact_knn_memorization(data.X, data.y, n_neighbors=1).value
    for dose in found.doses:
        truth = exact[doses == dose.copies].mean()
        assert dose.memorization.low <= truth <= dose.memorization.high
    assert found.doses[0].memorization.value > 0.9


def test_what_is_planted_is_what_was_asked_for(scattered):
    data, doses, source = planted(scattered, (1, 4), 10, wrong_labels=True, seed=3)
    assert np.bincount(doses, minlength=5).tolist() == [180, 10, 0, 0, 40]
    for example in np.unique(source[doses == 4]):
        copies = source == example
        assert copies.sum() == 4
        assert (data.X[copies] == scattered.X[example]).all()
        assert len(set(data.y[copies])) == 1
        assert data.y[copies][0] != scattered.y[example]
    untouched = doses == 0
    assert (data.y[untouched] == scattered.y[source[untouched]]).all()
    own, _, rows = planted(scattered, (1, 4), 10, wrong_labels=False, seed=3)
    assert (own.y == scattered.y[rows]).all()


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"copies": (0, 1)}, "copies must be different whole numbers of at least 1"),
        ({"copies": (2, 2)}, "copies must be different whole numbers of at least 1"),
        ({"copies": ()}, "copies must be different whole numbers of at least 1"),
        ({"n_examples": 1}, "n_examples must be at least 2 at each dose; got 1."),
        ({"n_examples": 50}, "n_examples must leave half of the 120 training examples as they are"),
    ],
)
def test_a_dose_without_examples_is_one_line(settings, line):
    with pytest.raises(InputError) as caught:
        dose_study(load_dataset("iris"), NEAREST, **settings)
    assert str(caught.value).startswith(line)
