"""Doses: the curve of one copy, against enumeration and against what the nearest neighbor must do."""

from itertools import combinations

import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from longtail.dataset import Dataset, load_dataset
from longtail.errors import InputError
from longtail.experiments.dose import _all_out, dose_study
from longtail.experiments.planted_doses import plant_doses
from longtail.learners.nearest_neighbors import NearestNeighbors
from longtail.scores import exact_knn_memorization

NEAREST = KNeighborsClassifier(1, algorithm="brute")


@pytest.fixture(scope="module")
def scattered():
    """260 points far apart, of five classes and two groups, one of them large."""
    draws = np.random.default_rng(0)
    return Dataset.from_arrays(
        draws.normal(size=(260, 20)),
        draws.integers(5, size=260),
        draws.normal(size=(10, 20)),
        np.arange(10) % 5,
        group=np.where(np.arange(260) % 4 == 0, "few", "many"),
    )


@pytest.fixture(scope="module")
def twins():
    """120 pairs of points next to one another, pairs far apart; both of a pair have one of five labels."""
    draws = np.random.default_rng(1)
    X = np.repeat(draws.normal(size=(120, 20)), 2, axis=0) + 1e-3 * draws.normal(size=(240, 20))
    return Dataset.from_arrays(X, np.repeat(draws.integers(5, size=120), 2), X[:5], np.arange(5))


@pytest.mark.parametrize("n_copies", [0, 1, 2, 3, 4])
def test_the_chance_that_all_others_are_out_is_that_of_all_subsets(n_copies):
    """Subsets of five of eight; example 0 is out, examples 1 to k are the others."""
    subsets = [set(chosen) for chosen in combinations(range(8), 5) if 0 not in chosen]
    share = np.mean([not subset & set(range(1, 1 + n_copies)) for subset in subsets])
    assert _all_out(8, 5, n_copies) == pytest.approx(share)


def test_the_nearest_neighbor_needs_one_copy(scattered):
    """A copy that is in is right; one that is out is right where another is in, or its nearest neighbor is by chance.

    Exact over all subsets, by the scores of nearest neighbors. 120 models, 20 examples a dose, seed 0: within five
    standard errors of binomial counts (at most 1e-5).
    """
    settings = {"copies": (1, 2, 3), "n_examples": 20, "wrong_labels": True}
    found, planted = (
        dose_study(scattered, NEAREST, **settings, n_trials=120, jobs=1),
        plant_doses(scattered, **settings),
    )
    exact = exact_knn_memorization(planted.data.X, planted.data.y, n_neighbors=1).value
    n, n_in = planted.data.n_train, round(0.7 * planted.data.n_train)
    for dose in found.doses:
        truth, n_left_out = exact[planted.dose == dose.copies].mean(), 0.3 * 120 * 20
        assert abs(dose.memorization.value - truth) < 5 * (np.sqrt(truth * (1 - truth) / n_left_out) + 0.5 / n_left_out)
        assert dose.memorization.value + dose.left_out.value == pytest.approx(1)
        first = found.doses[0].memorization.value
        assert dose.expected == pytest.approx(first * _all_out(n, n_in, dose.copies - 1))
    assert found.doses[0].memorization.value > 0.7
    assert found.n_train == 260 + 20 * (-1 + 0 + 1)  # each example's sibling is out


def test_doses_of_digits_are_those_of_the_exact_nearest_neighbor():
    """Memorization in closed form, no trial drawn, lies within each interval: 400 digits, 1, 2 and 4 copies, seed 0."""
    digits = load_dataset("digits").sample(400)
    found = dose_study(digits, NearestNeighbors(), copies=(1, 2, 4), n_trials=120, wrong_labels=True, jobs=1)
    planted = plant_doses(digits, (1, 2, 4), 30, wrong_labels=True, seed=0)
    exact = exact_knn_memorization(planted.data.X, planted.data.y, n_neighbors=1).value
    for dose in found.doses:
        truth = exact[planted.dose == dose.copies].mean()
        assert dose.memorization.low <= truth <= dose.memorization.high
    assert found.doses[0].memorization.value > 0.9


def test_what_is_planted_is_what_was_asked_for(scattered):
    planted = plant_doses(scattered, (1, 4), 10, wrong_labels=True, seed=3)
    data, at_random = planted.data, planted.at_random
    assert np.bincount(planted.doses[at_random]).tolist() == [0, 10, 0, 0, 10]
    assert len({*planted.rows, *planted.siblings}) == 2 * len(planted.rows)
    assert data.n_train == 260 - 2 * len(planted.rows) + planted.doses.sum()
    for example, row in enumerate(planted.rows):
        copies = planted.planted == example
        assert copies.sum() == planted.doses[example] == planted.dose[copies][0]
        assert (data.X[copies] == scattered.X[row]).all()
        assert len(set(data.y[copies])) == 1
        assert data.y[copies][0] != scattered.y[row]
    untouched = planted.planted < 0
    assert (data.y[untouched] == scattered.y[data.position[untouched]]).all()
    assert not np.isin(planted.siblings, data.position).any()
    assert (data.y_test == scattered.y[planted.siblings]).all()
    assert (data.y_test == scattered.y[planted.rows]).all()
    own = plant_doses(scattered, (1, 4), 10, seed=3)
    assert (own.data.y == scattered.y[own.data.position]).all()


def test_the_sibling_is_the_nearest_of_the_class_and_whether_a_copy_is_nearest_to_it_is_counted(scattered):
    planted = plant_doses(scattered, (1,), 2, seed=0)
    unit = scattered.X / scattered.X.std(axis=0)
    row, sibling = planted.rows[0], planted.siblings[0]
    others = [other for other in np.flatnonzero(scattered.y == scattered.y[row]) if other != row]
    assert sibling == min(others, key=lambda other: np.linalg.norm(unit[other] - unit[row]))
    left = np.setdiff1d(np.arange(260), planted.siblings)
    nearest = [left[np.linalg.norm(unit[left] - unit[each], axis=1).argmin()] for each in planted.siblings]
    assert planted.is_nearest.tolist() == [near == row for near, row in zip(nearest, planted.rows, strict=True)]


def test_a_twin_is_judged_as_the_copy_is(twins):
    """The nearest neighbor tells a point and its twin the same: the gain there is memorization, model by model."""
    found = dose_study(twins, NEAREST, copies=(1, 3), n_examples=12, n_trials=60, jobs=1)
    assert found.nearest == 1
    for dose in found.doses:
        assert dose.sibling_gain.value == pytest.approx(dose.memorization.value, abs=1e-12)
        assert dose.siblings.value >= dose.left_out.value
    assert found.doses[0].sibling_gain.low > 0.2
    assert found.doses[1].siblings.value > found.doses[0].siblings.value + 0.1


def test_label_noise_is_as_large_as_was_asked_for_and_spares_the_siblings(scattered):
    """420 labels, 20 % replaced, seed 0: 84 expected, standard deviation 8."""
    planted = plant_doses(scattered, (1, 16), 12, label_noise=0.2, seed=0)
    changed = planted.data.y != scattered.y[planted.data.position]
    assert abs(changed.sum() - 0.2 * len(changed)) < 4 * np.sqrt(0.16 * len(changed))
    assert changed[planted.dose == 16].any()
    assert not changed[planted.dose == 16].all()
    assert (planted.data.y_test == scattered.y[planted.siblings]).all()


def test_a_large_group_has_doses_of_its_own_and_a_small_one_is_named(scattered):
    found = dose_study(scattered, NEAREST, copies=(1, 2), n_examples=15, n_trials=20, wrong_labels=True, jobs=1)
    assert [group.name for group in found.groups] == ["many"]
    assert found.left_out_groups == ("few",)
    assert [dose.n_examples for dose in found.groups[0].doses] == [15, 15]
    assert [dose.n_examples for dose in found.doses] == [15, 15]
    assert found.groups[0].doses[0].memorization.value > found.groups[0].doses[1].memorization.value


def test_the_worth_of_a_kind_is_good_and_turing_s():
    """Kinds of a word each, given as groups: n tau_1 is twice the pairs over the singletons, up to smoothing."""
    draws = np.random.default_rng(0)
    kinds = np.minimum(draws.zipf(1.6, size=400), 300)
    data = Dataset.from_arrays(draws.normal(size=(400, 3)), np.arange(400) % 2, group=kinds)
    found = dose_study(data, NEAREST, copies=(1, 64), n_examples=10, n_trials=8, jobs=1)
    pairs = np.unique(np.column_stack([data.group, data.y]), axis=0, return_counts=True)[1]
    once, twice = (int((pairs == times).sum()) for times in (1, 2))
    assert found.worth.by_copies[0].low < 2 * twice / once < found.worth.by_copies[0].high
    assert found.worth.by_copies[0].value == pytest.approx(2 * twice / once, rel=0.5)


@pytest.mark.parametrize(
    ("settings", "line"),
    [
        ({"copies": (0, 1)}, "copies must be different whole numbers of at least 1"),
        ({"copies": (2, 2)}, "copies must be different whole numbers of at least 1"),
        ({"copies": ()}, "copies must be different whole numbers of at least 1"),
        ({"n_examples": 1}, "n_examples must be at least 2 at each dose; got 1."),
        ({"n_examples": 50}, "n_examples must leave half of the 120 training examples as they are"),
        ({"copies": (1, 10**8), "n_examples": 2}, "copies must plant at most 20 times as many copies as there are"),
        ({"label_noise": 1.0}, "label_noise must be a share of at least 0 and below 1; got 1.0."),
    ],
)
def test_a_dose_without_examples_is_one_line(settings, line):
    with pytest.raises(InputError) as caught:
        dose_study(load_dataset("iris"), NEAREST, **settings)
    assert str(caught.value).startswith(line)
