r"""Test examples that are in the training set already: leakage, not long tail.

A memorized training example that moves a test example is evidence for the long tail only if the two are different
examples. Two examples are *exact* duplicates at distance zero, *near* duplicates within a quarter of the median
distance from a training example to its nearest neighbor among the others. That unit comes from the data; the quarter
is a convention, and can be set.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.neighbours import nearest_neighbours

__all__ = ["NearDuplicates", "duplicate_pairs", "near_duplicates"]

_NEARNESS = 0.25
_ASKED = 1000  # Number of training examples from which the usual distance is found.


@dataclass(frozen=True, slots=True, kw_only=True)
class NearDuplicates:
    """Test examples with a duplicate in the training set, by test example.

    Parameters
    ----------
    train, test : (pairs,) int arrays
        Each such test example once, with its nearest training example.
    distance : (pairs,) float array
        Euclidean.
    exact : (pairs,) bool array
        Whether it is zero.
    """

    train: NDArray[np.int64]
    test: NDArray[np.int64]
    distance: NDArray[np.float64]
    exact: NDArray[np.bool_]


@checked
def near_duplicates(X: ArrayLike, X_test: ArrayLike, nearness: float = _NEARNESS) -> NearDuplicates:
    """Find test examples that have an exact or near duplicate in the training set.

    Parameters
    ----------
    X, X_test : (n, d), (n_test, d) arrays
        Features, in comparable units.
    nearness : float
        In units of the median distance between nearest training examples; 0 finds exact duplicates alone.

    Raises
    ------
    InputError
        If ``nearness`` is negative, or the arrays do not fit together.
    """
    within = _radius(np.asarray(X), nearness)
    if not len(np.asarray(X_test)):
        no_row = np.zeros(0, np.int64)
        return NearDuplicates(train=no_row, test=no_row, distance=np.zeros(0), exact=np.zeros(0, bool))
    nearest, distance = nearest_neighbours(X, 1, X_test)
    test = np.flatnonzero(distance[:, 0] <= within)
    apart = distance[test, 0]
    return NearDuplicates(train=nearest[test, 0], test=test, distance=apart, exact=apart == 0)


@checked
def duplicate_pairs(
    X: ArrayLike,
    X_test: ArrayLike,
    train: NDArray[np.int64],
    test: NDArray[np.int64],
    nearness: float = _NEARNESS,
) -> NDArray[np.str_]:
    """Return for each pair of a training and a test example "exact", "near", or "" where they are no duplicates."""
    features, held = np.asarray(X), np.asarray(X_test)
    within = _radius(features, nearness)
    apart = np.array([np.linalg.norm(features[i].astype(float) - held[j]) for i, j in zip(train, test, strict=True)])
    return np.where(apart == 0, "exact", np.where(apart <= within, "near", "")) if len(apart) else np.zeros(0, "U5")


def _radius(X: NDArray[np.generic], nearness: float) -> float:
    if not nearness >= 0:
        raise InputError("nearness", "be at least 0", nearness)
    if len(X) < 2:
        return 0.0
    asked = X[np.linspace(0, len(X) - 1, min(len(X), _ASKED)).astype(int)]
    _, distance = nearest_neighbours(X, 2, asked)  # The nearest is the example itself, or its duplicate.
    return nearness * float(np.median(distance[:, 1]))
