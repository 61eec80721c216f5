"""Neighbors of some among a sample of all: by brute force on the sample, and as of all where all are searched."""

import numpy as np
import pytest

from longtail.neighbours import nearest_neighbours
from longtail.scores import near_examples as module
from longtail.scores.near_examples import near_examples, near_held_out, searched, usual_distance

X = np.random.default_rng(0).normal(size=(60, 3))
X[7], X[8] = X[3], X[3]  # copies


def nearest_by_hand(i, among, k):
    others = [j for j in among if j != i]
    return sorted(others, key=lambda j: (np.linalg.norm(X[i] - X[j]), j))[:k]


@pytest.mark.parametrize("most", [60, 25, 6])
def test_neighbors_are_the_nearest_of_the_searched_ones(monkeypatch, most):
    monkeypatch.setattr(module, "SEARCHED", most)
    among, of = searched(60), np.arange(60)
    assert len(among) == most
    assert len(set(among.tolist())) == most
    indices, distances = near_examples(X, 4, of)
    assert indices.tolist() == [nearest_by_hand(i, among, 4) for i in of]
    assert distances == pytest.approx(np.linalg.norm(X[of][:, None] - X[indices], axis=2))
    assert usual_distance(X, 4) == pytest.approx(np.median(distances[:, -1]))
    assert near_held_out(X, 2, X[:5] + 0.1).tolist() == [
        sorted(among, key=lambda j: np.linalg.norm(X[i] + 0.1 - X[j]))[:2] for i in range(5)
    ]


def test_where_all_are_searched_lists_are_those_of_all():
    indices, distances = near_examples(X, 5, np.array([3, 7, 50]))
    all_of = [found[[3, 7, 50]] for found in nearest_neighbours(X, 5)]
    assert indices.tolist() == all_of[0].tolist()
    assert distances.tolist() == all_of[1].tolist()
    units = np.arange(1.0, 1.0 + X.shape[1])
    scaled = near_examples((X / units).astype(np.float32), 5, np.array([3, 7, 50]))
    assert all(
        np.array_equal(*pair) for pair in zip(near_examples(X, 5, np.array([3, 7, 50]), units), scaled, strict=True)
    )
    assert near_examples(X, 5, np.zeros(0, np.int64))[0].shape == (0, 5)
