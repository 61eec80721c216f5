"""The compiled part of single linkage: the pairs of a tile of products, joined in the forest of each radius."""

import numpy as np

from longtail.array_types import Floats, Reals, Singles, Whole
from longtail.compilation import compiled, part

__all__ = ["join_near"]

_AT_A_TIME = 32


@part
def _first_of(row: int, first: Whole) -> int:
    """Return the first row of a tree, and shorten the way there."""
    while first[row] != row:
        first[row] = first[first[row]]
        row = first[row]
    return row


@part
def _distance(one: Floats, other: Floats) -> float:
    total = 0.0
    for column in range(len(one)):
        difference = np.float64(one[column]) - np.float64(other[column])
        total += difference * difference
    return float(np.sqrt(total))


@part
def _some_within(products: Singles, squares: Singles, reach: np.float32) -> bool:
    some = np.int32(0)
    for place in range(len(products)):
        some |= np.int32(squares[place] - np.float32(2) * products[place] <= reach)
    return bool(some != 0)


@compiled
def join_near(
    products: Singles,
    squares: Singles,
    top: int,
    left: int,
    X: Floats,
    radii: Reals,
    scaled: Reals,
    error: Reals,
    firsts: Whole,
) -> None:
    """Join the pairs of a tile, at every radius that holds them.

    Parameters
    ----------
    products : (rows, columns) array
        Of the points in single precision, from row ``top`` and from row ``left``.
    squares : (n,) array
        Squared norms of the points.
    X : (n, d) array
        The examples themselves.
    radii, scaled : (n_radii,) arrays
        Ascending, and their squares in the unit of the points.
    error : (n,) array
        How far off a squared distance from each point may be.
    firsts : (n_radii, n) int array
        A forest for each radius, in which every row points to an earlier row of its tree, or to itself. Changed.
    """
    n_columns, n_radii = products.shape[1], len(radii)
    for row in range(products.shape[0]):
        i = top + row
        nearest = np.float64(squares[i]) - error[i]
        reach = np.float32(scaled[n_radii - 1] - nearest)
        reach += np.float32(2.0**-23) * abs(reach)  # Rounded up.
        for start in range(max(0, i + 1 - left), n_columns, _AT_A_TIME):
            end = min(start + _AT_A_TIME, n_columns)
            here, there = products[row, start:end], squares[left + start : left + end]
            if not _some_within(here, there, reach):
                continue
            for place in range(len(here)):
                key = there[place] - np.float32(2) * here[place]
                if key > reach:
                    continue
                j, at = left + start + place, 0
                while at < n_radii - 1 and nearest + key > scaled[at]:
                    at += 1
                if _first_of(i, firsts[at]) == _first_of(j, firsts[at]):
                    continue
                distance = _distance(X[i], X[j])
                while at < n_radii and distance > radii[at]:
                    at += 1
                while at < n_radii:
                    one, other = _first_of(i, firsts[at]), _first_of(j, firsts[at])
                    if one == other:  # And so at every larger radius.
                        break
                    firsts[at, max(one, other)] = min(one, other)
                    at += 1
