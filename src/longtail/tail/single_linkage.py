r"""Single linkage at several radii at once: the components of the graphs that join near examples.

Two examples are connected at a radius if a chain of examples joins them whose steps are no longer than the radius. What
is connected at a radius is so at every larger one, so each radius has a forest of its own, and a pair asks the smallest
radius that may hold it: if that connects the two already, it changes nothing. Only where it does not are the two
compared in double precision, so the pairs, millions where examples crowd, are neither kept nor sorted. The radius that
may hold a pair comes from products in single precision, see :mod:`longtail.neighbours.single_precision`.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Floats, Reals, Whole
from longtail.errors import InputError

__all__ = ["connected_at", "nearest_distances"]


def nearest_distances(X: NDArray[Any]) -> NDArray[np.float64]:
    """Return the distance from each row to the nearest other row, infinite if there is none."""
    if len(X) < 2:
        return np.full(len(X), np.inf)

    # Imported here, because the compiler's import takes a third of a second.
    from longtail.neighbours import nearest_neighbours

    return nearest_neighbours(X, 1)[1][:, 0]


@checked
def connected_at(X: Floats, radii: Reals) -> Whole:
    """Return the component of each row at each radius.

    Parameters
    ----------
    X : (n, d) array
        Examples.
    radii : (n_radii,) array
        Ascending, in the unit of the columns.

    Returns
    -------
    (n_radii, n) int array
        Components, numbered from 0 in the order of their first rows.

    Raises
    ------
    InputError
        If the arrays have other axes.

    Examples
    --------
    >>> connected_at(np.array([[0.0], [5.0], [1.0], [7.0]]), np.array([1.0, 2.0, 4.0])).tolist()
    [[0, 1, 0, 2], [0, 1, 0, 1], [0, 0, 0, 0]]
    """
    if X.ndim != 2 or radii.ndim != 1:
        raise InputError("X and radii", "have two axes and one", (X.ndim, radii.ndim))
    # Imported here, because the compiler's import takes a third of a second.
    from longtail.neighbours.single_precision import (
        centered_and_scaled,
        error_bound,
        squared_norms,
        tiles_among_themselves,
    )
    from longtail.tail.linkage_kernels import join_near

    points, _, unit = centered_and_scaled(X, X)
    squares = squared_norms(points)
    norms, singles = np.sqrt(squares), squares.astype(np.float32)
    error = error_bound(X.shape[1], norms + norms.max())
    scaled = np.minimum(radii / unit, 2 * norms.max() + 1) ** 2  # No two points are farther apart.
    firsts = np.tile(np.arange(len(X)), (len(radii), 1))
    for top, left, products in tiles_among_themselves(points):
        join_near(products, singles, top, left, X, radii, scaled, error, firsts)
    return np.array([_numbered(first) for first in firsts])


def _numbered(first: Whole) -> Whole:
    """Number the trees of a forest in which each row points to an earlier row of its tree, or to itself."""
    while not np.array_equal(first, first[first]):
        first = first[first]
    numbers: Whole = np.unique(first, return_inverse=True)[1].astype(np.int64)
    return numbers
