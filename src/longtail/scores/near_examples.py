"""Nearest examples as evidence on a label: among all, or, where there are more than 40,000, among 40,000 at random.

Exact lists of all examples cost the square of their number: trees and bounds by the triangle inequality look at nearly
all pairs in the twenty columns and more that tables and pictures have. A sample keeps the cost in proportion. What is
asked of neighbors, whether near ones have the same label, is asked of the sample alike for every example, and the usual
distance is the sample's.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError
from longtail.neighbours import in_units, nearest_neighbours
from longtail.randomness import generator

__all__ = ["SEARCHED", "near_examples", "near_held_out", "searched", "usual_distance"]

SEARCHED = 40_000
"""Examples among which neighbors are looked for, at most."""

_USUAL = 2000
"""Examples that tell the usual distance."""


def searched(n: int) -> Whole:
    """Return which of ``n`` examples are compared with, rising: all, or 40,000 at random.

    Examples
    --------
    >>> searched(3).tolist(), len(searched(70_000))
    ([0, 1, 2], 40000)
    """
    if n <= SEARCHED:
        return np.arange(n)
    return np.sort(generator(0, "searched examples").permutation(n)[:SEARCHED])


@checked
def near_examples(
    X: NDArray[np.generic], k: int, of: Whole, units: NDArray[np.float64] | None = None
) -> tuple[Whole, Reals]:
    """Find the ``k`` nearest of the searched examples for some of the examples, each without the example itself.

    Parameters
    ----------
    X : (n, d) array
        All examples.
    k : int
        Fewer than there are to search.
    of : (m,) int array
        Rows of ``X``.
    units : (d,) array, optional
        By which columns are divided, of the rows that are looked at alone.

    Returns
    -------
    indices, distances : (m, k) arrays
        Rows of ``X``, the nearest first, and their Euclidean distances.

    Raises
    ------
    InputError
        If ``of`` does not number rows of ``X``.

    Examples
    --------
    >>> near_examples(np.array([[0.0], [1.0], [3.0]]), 1, np.array([2]))
    (array([[1]]), array([[2.]]))
    """
    if not len(of):
        return np.zeros((0, k), np.int64), np.zeros((0, k))
    if not 0 <= of.min() <= of.max() < len(X):
        raise InputError("of", f"number rows from 0 to {len(X) - 1:,}", (int(of.min()), int(of.max())))
    among = searched(len(X))
    places, distances = nearest_neighbours(in_units(X[among], units), k + 1, in_units(X[of], units))
    indices = among[places]
    own = indices == of[:, None]
    own[~own.any(axis=1), -1] = True  # It is not searched, or its duplicates that come before it fill the list.
    shape = (len(of), k)
    return indices[~own].reshape(shape), distances[~own].reshape(shape)


def near_held_out(
    held: NDArray[np.generic], k: int, asked: NDArray[np.generic], units: NDArray[np.float64] | None = None
) -> Whole:
    """Find the nearest of the searched held-out examples for each example that is asked about, as rows of ``held``."""
    among = searched(len(held))
    return among[nearest_neighbours(in_units(held[among], units), min(k, len(among)), in_units(asked, units))[0]]


def usual_distance(X: NDArray[np.generic], k: int, units: NDArray[np.float64] | None = None) -> float:
    """Return the median distance to the k-th nearest example: of all, or of 2,000 at random where there are more."""
    n = len(X)
    usual = np.arange(n) if n <= _USUAL else generator(0, "usual distance").permutation(n)[:_USUAL]
    return float(np.median(near_examples(X, k, usual, units)[1][:, -1])) or 1.0
