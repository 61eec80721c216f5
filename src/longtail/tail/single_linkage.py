r"""Single linkage at several radii at once: the components of the graphs that join near examples.

Two examples are connected at a radius if a chain of examples joins them whose steps are no longer than the radius. What
is connected at a radius is so at every larger one, so each radius has a forest of its own.

First the lists of nearest examples are joined (:mod:`~longtail.tail.near_lists`). At a radius below the last distance
in an example's list, all that it is joined to are listed. So only pairs remain of which both lists end within the
radius: examples where the data crowd, nearly all of them in one component by then. They are put in the order of their
components, and a tile of pairs is looked at only where more than one component is left at some radius that the boxes
around its rows and columns leave possible (:mod:`longtail.neighbours.boxes`). Of its pairs, only those are compared in
double precision which the smallest radius that may hold them does not connect already; that radius comes from products
in single precision, see :mod:`longtail.neighbours.single_precision`.
"""

import numpy as np

from longtail.arguments import checked
from longtail.array_types import Bits, Floats, Reals, Whole
from longtail.errors import InputError
from longtail.tail.near_lists import near_list

__all__ = ["connected_at"]


@checked
def connected_at(X: Floats, radii: Reals, lists: tuple[Whole, Reals] | None = None) -> Whole:
    """Return the component of each row at each radius.

    Parameters
    ----------
    X : (n, d) array
        Examples.
    radii : (n_radii,) array
        Ascending, in the unit of the columns.
    lists : two (n, k) arrays, optional
        The nearest rows of each row, -1 where one is left out, and their distances, as of
        :func:`~longtail.tail.near_lists.near_list`, which makes them otherwise.

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
    from longtail.tail.linkage_kernels import join_listed

    near, distance = near_list(X) if lists is None else lists
    firsts = np.tile(np.arange(len(X)), (len(radii), 1))
    join_listed(near, distance, radii, firsts)
    firsts = np.array([_roots(first) for first in firsts])
    _join_unlisted(X, radii, distance[:, -1], firsts)
    return np.array([np.unique(_roots(first), return_inverse=True)[1] for first in firsts])


def _join_unlisted(X: Floats, radii: Reals, listed_to: Reals, firsts: Whole) -> None:
    """Join what no list holds: pairs of rows whose lists both end within a radius."""
    from longtail.neighbours.boxes import box_distances
    from longtail.neighbours.single_precision import (
        TILE,
        centered_and_scaled,
        error_bound,
        squared_norms,
        tiles_among_themselves,
    )
    from longtail.tail.linkage_kernels import join_near

    crowded = listed_to <= radii[:, None]
    several = [len(np.unique(first[rows])) > 1 for first, rows in zip(firsts, crowded, strict=True)]
    if not any(several):
        return
    rows = np.flatnonzero(crowded[np.flatnonzero(several)[-1]])
    rows = rows[np.lexsort(firsts[:, rows])]  # By the components at the largest radius first.
    members = np.ascontiguousarray(X[rows])
    points, _, unit = centered_and_scaled(members, members)
    squares = squared_norms(points)
    norms, singles = np.sqrt(squares), squares.astype(np.float32)
    error = error_bound(X.shape[1], norms + norms.max())
    scaled = np.minimum(radii / unit, 2 * norms.max() + 1) ** 2  # No two points are farther apart.
    possible = box_distances(points, TILE)[None] <= scaled[:, None, None] + error.max()
    n_radii = _largest(possible & _may_join(firsts[:, rows], crowded[:, rows], TILE))
    for top, left, products in tiles_among_themselves(points, n_radii > 0):
        n = n_radii[top // TILE, left // TILE]
        join_near(products, singles, top, left, rows, X, radii, scaled, n, error, firsts)


def _may_join(first: Whole, crowded: Bits, size: int) -> Bits:
    """Tell of each radius and each two blocks of rows whether their crowded rows are of several components."""
    starts = np.arange(0, first.shape[1], size)
    least = np.minimum.reduceat(np.where(crowded, first, np.iinfo(np.int64).max), starts, axis=1)
    most = np.maximum.reduceat(np.where(crowded, first, -1), starts, axis=1)
    both = (most[:, :, None] >= 0) & (most[:, None] >= 0)
    several: Bits = np.minimum(least[:, :, None], least[:, None]) < np.maximum(most[:, :, None], most[:, None])
    return both & several


def _largest(at: Bits) -> Whole:
    """Return the number of radii up to the last that holds, 0 where none does."""
    n: Whole = np.where(at.any(axis=0), len(at) - np.argmax(at[::-1], axis=0), 0)
    return n


def _roots(first: Whole) -> Whole:
    """Return the first row of each row's tree, in a forest in which each points to an earlier row or to itself."""
    while not np.array_equal(first, first[first]):
        first = first[first]
    return first
