"""Features in units that can be compared, and neighbors among more of them than are worth a copy."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Singles, Whole
from longtail.neighbours.nearest import nearest_neighbours

__all__ = ["in_units", "neighbours_in_parts"]

_ROWS_AT_A_TIME = 10_000
_ROWS_OF_A_PART = 100_000


@checked
def in_units(X: NDArray[np.generic], units: NDArray[np.float64] | None) -> Singles:
    """Divide columns by their units, in single precision. Without units, return the features as they are.

    Examples
    --------
    >>> in_units(np.array([[2.0, 6.0]], np.float32), np.array([1.0, 4.0])).tolist()
    [[2.0, 1.5]]
    """
    if units is None:
        given: Singles = X  # type: ignore[assignment]  # Whatever numbers there are, neighbors are found exactly.
        return given
    scaled = np.empty(X.shape, np.float32)
    for start in range(0, len(X), _ROWS_AT_A_TIME):
        rows = slice(start, start + _ROWS_AT_A_TIME)
        np.divide(X[rows], units, out=scaled[rows], casting="same_kind")
    return scaled


@checked
def neighbours_in_parts(
    X: Singles, n_neighbors: int, queries: Singles, units: NDArray[np.float64] | None, own: Whole | None = None
) -> tuple[Whole, Reals]:
    """Find the lists of :func:`~longtail.neighbours.nearest_neighbours` with copies of one part of the data at a time.

    Parameters
    ----------
    X, n_neighbors, queries
        As there.
    units : (d,) array or None
        By which the columns of both are divided.
    own : (n_queries,) int array, optional
        Where the queries are examples themselves: their rows, which are kept out of their lists.

    Returns
    -------
    indices, distances : (n_queries, n_neighbors) arrays
        The nearest first; equal distances go by index.
    """
    asked = in_units(queries, units)
    indices, distances = np.zeros((len(queries), 0), np.int64), np.zeros((len(queries), 0))
    for start, part in _parts(X):
        place, apart = nearest_neighbours(in_units(part, units), min(n_neighbors + (own is not None), len(part)), asked)
        place += start
        if own is not None:
            apart[place == own[:, None]] = np.inf
        indices, distances = np.concatenate([indices, place], axis=1), np.concatenate([distances, apart], axis=1)
        order = np.argsort(distances, axis=1, kind="stable")[:, :n_neighbors]
        indices, distances = np.take_along_axis(indices, order, axis=1), np.take_along_axis(distances, order, axis=1)
    return indices, distances


def _parts(X: Singles) -> Iterator[tuple[int, Singles]]:
    for start in range(0, len(X), _ROWS_OF_A_PART):
        yield start, X[start : start + _ROWS_OF_A_PART]
