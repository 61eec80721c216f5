r"""Exact nearest neighbors under Euclidean distance, in one fixed order: by distance, then by index.

Lists for all of 60,000 images cost trillions of operations, and double precision (which scikit-learn uses inside, even
for single-precision data) doubles the bill. So candidates are found in single precision, through one matrix product a
tile, and a list is made from them in double precision, from the differences themselves. Single precision moves the
squared distance of a query :math:`q` from an example :math:`x` (centered, and scaled to coordinates within ±1, of
which there are :math:`d`) by less than

.. math:: \varepsilon = (d + 8) \left( 2^{-24} (\lVert q \rVert + \lVert x \rVert)^2 + 2^{-124} \right),

the second term for underflow. So a list is proven complete when its last member is nearer, by more than
:math:`\varepsilon`, than every example that is no candidate; one with a norm beyond :math:`\lVert q \rVert` plus that
distance is farther anyway. A list that is not proven (mostly: ties that go on beyond the candidates) is made again from
all examples. Between the examples of one data set every tile serves its rows and its columns, which halves the work.
"""

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Floats, Reals, Singles, Whole
from longtail.compilation import compiled
from longtail.errors import InputError, Said

__all__ = ["nearest_neighbours", "neighbours_of"]


_TILE = 2048  # Rows and columns of a tile, 16 MB of products.
_SPARE_CANDIDATES = 16
_ROUNDING, _UNDERFLOW = 2.0**-24, 2.0**-124  # Relative rounding, and underflow, of single precision.


@checked
def nearest_neighbours(
    X: ArrayLike, n_neighbors: int, queries: ArrayLike | None = None, *, exclude_self: bool = True
) -> tuple[Whole, Reals]:
    """Find the nearest examples of each query, nearest first. Equal distances go by index, the smaller first.

    Parameters
    ----------
    X : (n, d) array
        The examples.
    n_neighbors : int
        Length of a list.
    queries : (n_queries, d) array, optional
        The examples themselves when left out.
    exclude_self : bool
        When ``queries`` is left out: whether an example is kept out of its own list. Its duplicates stay in.

    Returns
    -------
    indices : (n_queries, n_neighbors) int array
        Rows of ``X``.
    distances : (n_queries, n_neighbors) float array
        Euclidean, in double precision.

    Raises
    ------
    InputError
        If the arrays do not fit together, hold a number that is not finite, or there are fewer than ``n_neighbors``.

    Notes
    -----
    Memory: the lists, a centered copy of the data, and one 16 MB tile. Time: one single-precision
    matrix product, n times n_queries times d (half of it without ``queries``), on BLAS's threads.

    Examples
    --------
    >>> indices, distances = nearest_neighbours([[0.0], [1.0], [3.0], [1.0]], n_neighbors=2)
    >>> indices.tolist(), distances.tolist()
    ([[1, 3], [3, 0], [1, 3], [1, 0]], [[1.0, 1.0], [0.0, 1.0], [2.0, 2.0], [0.0, 1.0]])
    """
    X = _checked_table("X", X)
    among_themselves = queries is None
    queries = X if queries is None else _checked_table("queries", queries)
    excluded = np.arange(len(X)) if among_themselves and exclude_self else np.full(len(queries), -1)
    _check_fit(X, queries, n_neighbors, n_others=len(X) - (among_themselves and exclude_self))

    points, query_points, unit = _centered_and_scaled(X, queries)
    n_candidates = min(n_neighbors + max(_SPARE_CANDIDATES, n_neighbors // 4), len(X))
    if among_themselves:
        candidates, least_rejected = _candidates_among_themselves(points, n_candidates, exclude_self)
    else:
        candidates, least_rejected = _candidates(points, query_points, n_candidates)

    indices, squared = _sorted_by_distance(X, queries, candidates, excluded, n_neighbors)
    query_norms, radius = np.sqrt(_squared_norms(query_points)), np.sqrt(squared[:, -1]) / unit
    error = (X.shape[1] + 8) * (_ROUNDING * (2 * query_norms + radius) ** 2 + _UNDERFLOW)
    is_proven = radius**2 + error < query_norms**2 + least_rejected
    for query in np.flatnonzero(~is_proven):
        indices[query], squared[query] = _by_looking_at_all(X, queries[query], excluded[query], n_neighbors)
    return indices, np.sqrt(squared)


def neighbours_of(X: ArrayLike, n_neighbors: int, of: ArrayLike) -> tuple[Whole, Reals]:
    """Find the lists of some of the examples, each without the example itself. They equal those rows of all lists.

    Parameters
    ----------
    X, n_neighbors
        As for :func:`nearest_neighbours`.
    of : (m,) int array
        Rows of ``X``.

    Returns
    -------
    indices, distances : (m, n_neighbors) arrays
        As of :func:`nearest_neighbours`.

    Examples
    --------
    >>> X = np.array([[0.0], [1.0], [3.0], [1.0]])
    >>> neighbours_of(X, 2, [3])[0].tolist(), nearest_neighbours(X, 2)[0][3].tolist()
    ([[1, 0]], [1, 0])
    """
    rows, table = np.asarray(of), np.asarray(X)
    if table.ndim != 2:
        raise InputError("X", "have two axes", Said(f"{table.ndim}"))
    if rows.ndim != 1 or (
        len(rows) and (rows.dtype.kind not in "iu" or not 0 <= rows.min() <= rows.max() < len(table))
    ):
        raise InputError("of", f"hold rows of X, from 0 to {len(table) - 1}", of)
    if not len(rows):
        return np.zeros((0, n_neighbors), np.int64), np.zeros((0, n_neighbors))
    indices, distances = nearest_neighbours(table, n_neighbors + 1, table[rows])
    own = indices == rows[:, None]
    own[~own.any(axis=1), -1] = True  # The list is full of its duplicates that come before it.
    shape = (len(rows), n_neighbors)
    return indices[~own].reshape(shape), distances[~own].reshape(shape)


# --------------------------------------------------------------------------------------------------------- candidates


def _candidates(points: Singles, query_points: Singles, n_candidates: int) -> tuple[Whole, Reals]:
    """Return candidates for each query, and a lower bound on |x|² - 2 q·x of all others (infinite if there are
    none).
    """
    norms = _squared_norms(points)
    keys, members = _empty_heaps(len(query_points), n_candidates)
    for top in range(0, len(query_points), _TILE):
        rows = slice(top, top + _TILE)
        for left in range(0, len(points), _TILE):
            products = query_points[rows] @ points[left : left + _TILE].T
            _offer_columns_to_rows(products, norms, left, keys[rows], members[rows])
    return members, _least_rejected(keys, n_candidates, len(points))


def _candidates_among_themselves(points: Singles, n_candidates: int, exclude_self: bool) -> tuple[Whole, Reals]:
    """Return the same when the queries are the points. A tile right of the diagonal serves its rows and its columns."""
    norms = _squared_norms(points)
    keys, members = _empty_heaps(len(points), n_candidates)
    for top in range(0, len(points), _TILE):
        for left in range(top, len(points), _TILE):
            products = points[top : top + _TILE] @ points[left : left + _TILE].T
            _offer_both_ways(products, norms, top, left, exclude_self, keys, members)
    return members, _least_rejected(keys, n_candidates, len(points) - exclude_self)


def _centered_and_scaled(X: Floats, queries: Floats) -> tuple[Singles, Singles, float]:
    """Return both tables in single precision, and the length that became 1."""
    center = X.mean(axis=0)
    unit = float(max(np.abs(X - center).max(), np.abs(queries - center).max())) or 1.0
    points = ((X - center) / unit).astype(np.float32)
    return points, points if queries is X else ((queries - center) / unit).astype(np.float32), unit


def _squared_norms(points: Singles) -> Reals:
    norms: Reals = np.einsum("ij,ij->i", points, points, dtype=np.float64)
    return norms


def _empty_heaps(n_queries: int, n_candidates: int) -> tuple[Singles, Whole]:
    return np.full((n_queries, n_candidates), np.inf, np.float32), np.full((n_queries, n_candidates), -1)


def _least_rejected(keys: Singles, n_candidates: int, n_others: int) -> Reals:
    if n_candidates >= n_others:
        return np.full(len(keys), np.inf)
    return keys[:, 0].astype(np.float64)


@compiled
def _offer(key: np.float32, member: int, keys: Singles, members: Whole) -> None:
    """Put a member in place of the top of a heap whose largest key is at the top, and sift it down."""
    place, size = 0, len(keys)
    while True:
        child = 2 * place + 1
        if child >= size:
            break
        if child + 1 < size and keys[child + 1] > keys[child]:
            child += 1
        if keys[child] <= key:
            break
        keys[place], members[place] = keys[child], members[child]
        place = child
    keys[place], members[place] = key, member


@compiled
def _offer_columns_to_rows(products: Singles, norms: Reals, left: int, keys: Singles, members: Whole) -> None:
    for row in range(products.shape[0]):
        for column in range(products.shape[1]):
            key = np.float32(norms[left + column] - 2 * products[row, column])
            if key < keys[row, 0]:
                _offer(key, left + column, keys[row], members[row])


@compiled
def _offer_both_ways(
    products: Singles, norms: Reals, top: int, left: int, exclude_self: bool, keys: Singles, members: Whole
) -> None:
    for row in range(products.shape[0]):
        i = top + row
        for column in range(max(0, i - left), products.shape[1]):
            j = left + column
            if i == j and exclude_self:
                continue
            key = np.float32(norms[j] - 2 * products[row, column])
            if key < keys[i, 0]:
                _offer(key, j, keys[i], members[i])
            key = np.float32(norms[i] - 2 * products[row, column])
            if key < keys[j, 0] and i != j:
                _offer(key, i, keys[j], members[j])


# -------------------------------------------------------------------------------------------------------- exact lists


def _sorted_by_distance(
    X: Floats, queries: Floats, candidates: Whole, excluded: Whole, n_neighbors: int
) -> tuple[Whole, Reals]:
    candidates = np.sort(candidates, axis=1)  # A stable sort by distance then leaves ties in the order of the index.
    squared = _squared_distances(X, queries, candidates, excluded)
    order = np.argsort(squared, axis=1, kind="stable")[:, :n_neighbors]
    return np.take_along_axis(candidates, order, axis=1), np.take_along_axis(squared, order, axis=1)


def _by_looking_at_all(X: Floats, query: Floats, excluded: int, n_neighbors: int) -> tuple[Whole, Reals]:
    """Compare all examples without sorting them all.

    Those no farther than the last of the list are few or easy to sort.
    """
    everyone = np.arange(len(X))[None]
    squared = _squared_distances(X, query[None], everyone, np.array([excluded]))[0]
    near = np.flatnonzero(squared <= np.partition(squared, n_neighbors - 1)[n_neighbors - 1])
    order = near[np.argsort(squared[near], kind="stable")[:n_neighbors]]
    return order, squared[order]


@compiled
def _squared_distances(X: Floats, queries: Floats, candidates: Whole, excluded: Whole) -> Reals:
    """Compute squared distances from the differences.

    They are infinite for a query's excluded example and for the empty places of a heap (-1).
    """
    squared = np.full(candidates.shape, np.inf)
    for query in range(candidates.shape[0]):
        for place in range(candidates.shape[1]):
            example = candidates[query, place]
            if example < 0 or example == excluded[query]:
                continue
            total = 0.0
            for feature in range(X.shape[1]):
                difference = np.float64(queries[query, feature]) - np.float64(X[example, feature])
                total += difference * difference
            squared[query, place] = total
    return squared


def _checked_table(argument: str, table: ArrayLike) -> Floats:
    table = np.asarray(table)
    table = np.ascontiguousarray(table, np.float32 if table.dtype == np.float32 else np.float64)
    if table.ndim != 2 or 0 in table.shape:
        raise InputError(argument, "be a table with at least one row and one column", table.shape)
    if not np.isfinite(table).all():
        raise InputError(argument, "hold finite numbers only", table[~np.isfinite(table)][0])
    return table


def _check_fit(X: Floats, queries: Floats, n_neighbors: int, n_others: int) -> None:
    if queries.shape[1] != X.shape[1]:
        raise InputError("queries", f"have the {X.shape[1]} columns of X", queries.shape)
    if isinstance(n_neighbors, bool) or not isinstance(n_neighbors, int | np.integer):
        raise InputError("n_neighbors", "be a whole number", n_neighbors)
    if not 1 <= n_neighbors <= n_others:
        raise InputError("n_neighbors", f"lie between 1 and the {n_others} examples to choose from", n_neighbors)
