"""The linear checker against least squares, closed forms, scikit-learn, and an adversary within the condition."""

import numpy as np
import pytest
from sklearn.svm import SVC

from longtail.errors import InputError
from longtail.theory.linear_classifiers import independence, linear_coupling, max_margin


def unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def projection_by_least_squares(points: np.ndarray, ids: np.ndarray) -> float:
    norms = []
    for x, own in zip(points, ids, strict=True):
        others = points[ids != own].T
        norms.append(np.linalg.norm(others @ np.linalg.lstsq(others, x, rcond=None)[0]))
    return max(norms)


@pytest.mark.parametrize(("n", "dimension"), [(6, 40), (12, 15), (12, 8)])
def test_projection_equals_least_squares(n, dimension):
    rng = np.random.default_rng(n + dimension)
    points, ids = unit(rng.normal(size=(n, dimension))), rng.integers(0, 5, n)
    assert independence(points, ids).projection == pytest.approx(projection_by_least_squares(points, ids), abs=1e-7)


def test_small_pairs_can_span_a_large_projection():
    """Inner products of all pairs at most .1, yet the projection onto the others' span is .1 sqrt(n - 1)."""
    n = 65
    spread = np.r_[np.full(n - 1, 0.1), np.sqrt(1 - 0.01 * (n - 1))]
    points = np.vstack([np.eye(n)[: n - 1], spread])
    largest_pair = np.abs(points @ points.T - np.eye(n)).max()
    assert largest_pair == pytest.approx(0.1)
    assert independence(points, np.arange(n)).projection == pytest.approx(0.1 * np.sqrt(n - 1), abs=1e-7)


def test_similarity_is_the_least_within():
    points = unit(np.array([[1.0, 0.0], [1.0, 0.5], [1.0, 1.0]]))
    check = independence(points, [4, 4, 4])
    assert check.similarity == pytest.approx(np.sqrt(0.5))
    assert check.projection == 0.0
    assert check.allowed_projection == pytest.approx(0.5 / (8 * np.sqrt(3)))


def test_max_margin_of_orthonormal_points():
    for n in (1, 2, 9):
        assert max_margin(np.eye(n + 3)[:n], np.resize([1, -1], n)) == pytest.approx(1 / np.sqrt(n), rel=1e-10)


def test_max_margin_against_libsvm():
    """An SVM of libsvm has an intercept; with the mirror images added under opposite labels its best one is 0."""
    rng = np.random.default_rng(1)
    for n, dimension in ((8, 5), (10, 40)):
        points = rng.normal(size=(n, dimension))
        labels = np.where(points @ rng.normal(size=dimension) > 0, 1, -1)
        svm = SVC(kernel="linear", C=1e8, tol=1e-8).fit(np.r_[points, -points], np.r_[labels, -labels])
        assert max_margin(points, labels) == pytest.approx(1 / np.linalg.norm(svm.coef_), rel=1e-4)


def test_max_margin_is_zero_where_nothing_separates():
    assert max_margin([[1.0, 0.0], [-1.0, 0.0]], [1, 1]) == 0.0


def worst_classifier(points: np.ndarray, fresh: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, int]:
    """Labels at random, then the half-margin classifier in the span that is worst at the fresh point, by descent."""
    labels = rng.choice([-1, 1], len(points))
    coefficients = np.linalg.solve(points @ points.T, labels.astype(float))
    normal = coefficients @ points
    normal /= np.linalg.norm(normal)
    towards = -labels[0] * np.linalg.lstsq(points.T, fresh, rcond=None)[0] @ points
    half = max_margin(points, labels) / 2
    steps = np.linspace(0, 50, 2001)
    candidates = unit(normal + steps[:, None] * unit(towards))
    margins = (labels * (candidates @ points.T)).min(axis=1)
    return candidates[margins >= half][-1], int(labels[0])


def test_certified_points_never_flip_under_an_adversarial_classifier():
    """Planted fault: at 40 times the allowed projection the same adversary flips some."""
    rng = np.random.default_rng(2)
    flips = {1.0: 0, 40.0: 0}
    certified = 0
    for _ in range(400):
        n = int(rng.integers(2, 8))
        for factor in flips:
            similarity = rng.uniform(0.05, 0.9)
            theta = factor * 0.99 * similarity**2 / (8 * np.sqrt(n))
            points, fresh = np.eye(n + 2)[:n], np.zeros(n + 2)
            fresh[0] = similarity
            fresh[1:n] = unit(rng.normal(size=n - 1)) * min(theta, np.sqrt(1 - similarity**2))
            fresh[n] = np.sqrt(max(0.0, 1 - fresh @ fresh))
            fresh /= np.linalg.norm(fresh)
            w, label = worst_classifier(points, fresh, rng)
            check = linear_coupling(points, np.arange(n), w, fresh[None], [0])
            assert check.classifier_qualifies
            flips[factor] += np.sign(w @ fresh) != label
            if factor == 1.0:
                certified += check.holds
    assert certified > 200
    assert flips[1.0] == 0
    assert flips[40.0] > 0


def test_a_classifier_outside_the_span_is_not_certified():
    points, fresh = np.eye(4)[:2], unit(np.array([[0.9, 0.0, 0.3, 0.0]]))
    inside = linear_coupling(points, [0, 1], [1.0, -1.0, 0.0, 0.0], fresh, [0])
    outside = linear_coupling(points, [0, 1], [1.0, -1.0, -3.0, 0.0], fresh, [0])
    assert inside.holds
    assert not outside.holds
    assert outside.outside_span > 0.8
    assert "does not qualify" in outside.text
    assert inside.to_json()["certified"]["value"] == 1.0


def test_disagreement_within_a_subpopulation_is_not_certified():
    check = linear_coupling(np.eye(4)[:3], [0, 0, 1], [1.0, -1.0, 1.0, 0.0], np.eye(4)[2:3], [1])
    assert not check.agrees_within
    assert check.certified.value == 0.0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: independence([[1.0, 1.0]], [0]), "points must be unit vectors; got one of length 1.41421"),
        (lambda: independence([[1.0, np.nan]], [0]), "points must be unit vectors"),
        (lambda: independence([[1.0, 0.0]], [0, 1]), "subpopulations must hold one"),
        (lambda: max_margin([[1.0, 0.0]], [2]), "predictions must be 1 values"),
        (lambda: linear_coupling([[1.0]], [0], [0.0], [[1.0]], [0]), "w must be a finite vector"),
        (lambda: linear_coupling([[1.0], [1.0]], [0, 0], [1.0], [[1.0]], [0]), "seen exactly once"),
    ],
)
def test_bad_input_is_one_line(call, message):
    with pytest.raises(InputError, match=message) as caught:
        call()
    assert "\n" not in str(caught.value)
