"""Exact scores against every subset there is (in fractions), against real fits, and in limits known by other means."""

import itertools
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
import sklearn
from scipy.stats import nhypergeom
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from longtail.errors import InputError
from longtail.neighbours import nearest_neighbours
from longtail.scores import exact_knn_influence, exact_knn_memorization
from longtail.scores.exact_knn import _rank_distribution, n_ranks_needed


def vote(X, y, subset, query, k):
    """The rules in plain Python: by distance, then by index; the most frequent label, then the smallest."""
    nearest = sorted(subset, key=lambda i: (((X[i] - query) ** 2).sum(), i))[:k]
    labels = [y[i] for i in nearest]
    return min(set(labels), key=lambda label: (-labels.count(label), label))


def probabilities_right(X, y, query, truth, m, k):
    """For each training example i: P(right | i in) and P(right | i out), over all subsets of size m."""
    n = len(X)
    right, total = np.zeros((2, n), int), np.zeros((2, n), int)
    for subset in combinations(range(n), m):
        side = np.array([0 if i in subset else 1 for i in range(n)])
        total[side, range(n)] += 1
        right[side, range(n)] += vote(X, y, subset, query, k) == truth
    return np.array([[float(Fraction(int(right[s, i]), int(total[s, i]))) for i in range(n)] for s in (0, 1)])


def problem(kind, n=8, n_classes=3):
    draws = np.random.default_rng(7)
    X = draws.normal(size=(n, 2)) if kind == "generic" else draws.integers(0, 2, size=(n, 2)).astype(float)
    return X, draws.integers(0, n_classes, n)


SIZES = [(k, m) for m in (1, 3, 5, 7) for k in (1, 2, 3, 5) if k <= m]


@pytest.mark.parametrize("kind", ["generic", "duplicates"])
@pytest.mark.parametrize(("k", "m"), SIZES)
def test_memorization_is_that_of_all_subsets(kind, k, m):
    X, y = problem(kind)
    exact = exact_knn_memorization(X, y, n_neighbors=k, fraction=m / 8)
    expected = np.array([probabilities_right(X, y, X[i], y[i], m, k)[:, i] for i in range(8)])
    np.testing.assert_allclose(exact.correct_in, expected[:, 0], atol=1e-12)
    np.testing.assert_allclose(exact.correct_out, expected[:, 1], atol=1e-12)
    np.testing.assert_allclose(exact.value, expected[:, 0] - expected[:, 1], atol=1e-12)
    assert exact.neglected == 0


@pytest.mark.parametrize("kind", ["generic", "duplicates"])
@pytest.mark.parametrize(("k", "m"), SIZES)
def test_influence_is_that_of_all_subsets(kind, k, m):
    X, y = problem(kind)
    queries, truths = np.array([[0.0, 0.0], [1.0, 0.4]]), np.array([1, 2])
    exact = exact_knn_influence(X, y, queries, truths, n_neighbors=k, fraction=m / 8)
    for j in range(2):
        right_in, right_out = probabilities_right(X, y, queries[j], truths[j], m, k)
        np.testing.assert_allclose(exact.dense()[:, j], right_in - right_out, atol=1e-12)


def test_influences_on_one_test_example_sum_to_zero():
    """P(right) = q P(right | i in) + (1 - q) P(right | i out) for each i, and the sums over i of both probabilities are
    n P(right): a subset of m is counted m times in the first, n - m times in the second. So the influence of the many
    examples that are too far to vote is known from that of the few that are near."""
    draws = np.random.default_rng(0)
    X, y = draws.normal(size=(500, 3)), draws.integers(0, 4, 500)
    exact = exact_knn_influence(X, y, draws.normal(size=(20, 3)), draws.integers(0, 4, 20), n_neighbors=7)
    assert exact.train.shape[1] < 60
    assert np.abs(exact.elsewhere).max() > 1e-6
    np.testing.assert_allclose(exact.dense().sum(axis=0), 0, atol=2 * 500 * exact.neglected)
    assert exact.neglected < 1e-10


def test_rank_distribution_is_negative_hypergeometric():
    """SciPy's counts the undrawn that come before the k-th drawn."""
    n_others, n_drawn, k = 40, 25, 4
    n_undrawn = n_others - n_drawn
    expected = nhypergeom.pmf(np.arange(n_undrawn + 1), n_others, n_undrawn, k)
    ours = _rank_distribution(n_others, n_drawn, k, n_others)
    np.testing.assert_allclose(ours[k - 1 : k + n_undrawn], expected, atol=1e-14)
    assert ours.sum() == pytest.approx(1, abs=1e-14)


@pytest.mark.parametrize("k", [1, 6])
def test_real_fits_agree(k):
    """600 scikit-learn fits. Of 2 x 100 frequencies none is 5 standard errors off (false alarm below 1e-3: 200 times
    a two-sided normal tail of 6e-7, with a margin for the binomial's tails), and their mean square is near 1."""
    draws = np.random.default_rng(k)
    X, y = draws.normal(size=(100, 2)), draws.integers(0, 3, 100)
    n_fits, m = 600, 70
    included, right = np.zeros((2, n_fits, 100), bool)
    with sklearn.config_context(assume_finite=True, skip_parameter_validation=True):
        for fit in range(n_fits):
            subset = np.sort(draws.permutation(100)[:m])
            included[fit, subset] = True
            right[fit] = KNeighborsClassifier(k).fit(X[subset], y[subset]).predict(X) == y
    exact = exact_knn_memorization(X, y, n_neighbors=k, fraction=0.7)
    scores = []
    for side, probability in ((included, exact.correct_in), (~included, exact.correct_out)):
        n = side.sum(axis=0)
        is_random = (probability > 0.05) & (probability < 0.95)
        assert ((right & side).sum(axis=0)[probability > 1 - 1e-9] == n[probability > 1 - 1e-9]).all()
        frequency = (right & side).sum(axis=0) / n
        error = np.sqrt(probability * (1 - probability) / n)
        scores.append(((frequency - probability) / np.where(is_random, error, 1))[is_random])
    scores = np.concatenate(scores)
    assert np.abs(scores).max() < 5
    assert 0.6 < np.mean(scores**2) < 1.5


@pytest.mark.parametrize("k", [1, 3])
def test_ties_on_a_grid_are_those_of_brute_force(k):
    """Ten examples on a 3 x 3 grid, some of them twice, all 252 subsets of five.

    For one neighbor by scikit-learn; for three by a stable sort, as its heap keeps any of the equally far third ones.
    """
    draws = np.random.default_rng(0)
    X, y = draws.integers(0, 3, (10, 2)).astype(np.float32), draws.integers(0, 3, 10)
    assert len(np.unique(X, axis=0)) < 10
    included, right = np.zeros((2, 252, 10), bool)
    for fit, members in enumerate(itertools.combinations(range(10), 5)):
        chosen = list(members)
        included[fit, chosen] = True
        if k == 1:
            right[fit] = KNeighborsClassifier(k, algorithm="brute").fit(X[chosen], y[chosen]).predict(X) == y
        else:
            apart = ((X[:, None] - X[chosen]) ** 2).sum(axis=2)
            voters = y[chosen][np.argsort(apart, axis=1, kind="stable")[:, :k]]
            right[fit] = [np.bincount(labels).argmax() for labels in voters] == y
    exact = exact_knn_memorization(X, y, n_neighbors=k, fraction=0.5)
    for side, probability in ((included, exact.correct_in), (~included, exact.correct_out)):
        np.testing.assert_allclose(probability, (right & side).sum(axis=0) / side.sum(axis=0), atol=1e-9)


def test_the_largest_subsets_leave_one_out():
    """With n - 1 of n drawn nothing is random: scikit-learn's leave-one-out predictions, on well separated digits."""
    X, y = load_digits(return_X_y=True)
    X, y = X[:300], y[:300]
    exact = exact_knn_memorization(X, y, n_neighbors=3, fraction=299 / 300)
    neighbors = KNeighborsClassifier(3, algorithm="brute").fit(X, y).kneighbors(return_distance=False)
    left_out = np.array([np.bincount(labels).argmax() for labels in y[neighbors]])
    np.testing.assert_allclose(exact.correct_out, left_out == y, atol=1e-12)


def test_many_voters_neither_overflow_nor_drift():
    """150 voters of 400 examples: of two classes without a place of their own, the one five times as frequent wins."""
    draws = np.random.default_rng(3)
    X, y = draws.normal(size=(400, 2)), (np.arange(400) % 6 == 0).astype(int)
    exact = exact_knn_memorization(X, y, n_neighbors=150, fraction=0.5)
    assert np.isfinite(exact.value).all()
    assert exact.correct_out[y == 0].min() > 0.99
    assert exact.correct_out[y == 1].max() < 0.01
    assert exact.correct_out.min() >= 0
    assert exact.correct_out.max() <= 1 + 1e-12


def test_lists_may_be_brought_along():
    X, y = problem("generic", n=200)
    lists = nearest_neighbours(X, 60)
    brought = exact_knn_memorization(X, y, lists=lists)
    np.testing.assert_array_equal(brought.value, exact_knn_memorization(X, y).value)
    with pytest.raises(InputError, match=f"^lists must hold at least {n_ranks_needed(200, 5, 0.7)} neighbors; got 5"):
        exact_knn_memorization(X, y, lists=(lists[0][:, :5], lists[1][:, :5]))


def test_labels_may_be_anything_and_unseen_ones_are_never_right():
    X, y = problem("generic")
    names = np.array(["ant", "bee", "cat"])[y]
    np.testing.assert_array_equal(exact_knn_memorization(X, names).value, exact_knn_memorization(X, y).value)
    assert not exact_knn_influence(X, names, X[:2], ["auk", "zebra"]).dense().any()


@pytest.mark.parametrize(
    ("argument", "changed"),
    [
        ("fraction", {"fraction": 1.0}),
        ("fraction", {"fraction": 0.01}),
        ("n_neighbors", {"n_neighbors": 7}),
        ("n_neighbors", {"n_neighbors": 0}),
        ("y", {"y": [0, 1]}),
        ("X", {"X": np.full((8, 1), np.nan)}),
        ("lists", {"lists": (np.zeros((3, 7)), np.zeros((3, 7)))}),
    ],
)
def test_refuses_by_name(argument, changed):
    X, y = problem("generic")
    with pytest.raises(InputError, match=f"^{argument} must"):
        exact_knn_memorization(**{"X": X, "y": y, **changed})
