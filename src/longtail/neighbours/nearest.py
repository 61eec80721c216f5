r"""Exact nearest neighbors under Euclidean distance, in one fixed order: by distance, then by index.

Lists for all of 60,000 images cost trillions of operations, and double precision (which scikit-learn uses inside, even
for single-precision data) doubles the bill. So candidates are found in single precision, and a list is made from them
in double precision, from the differences themselves. It is proven complete when its last member is nearer than every
example that is no candidate by more than single precision can err (:mod:`~longtail.neighbours.single_precision`); an
example with a norm beyond the query's plus that distance is farther anyway. A list that is not proven (mostly: ties
that go on beyond the candidates) is made again from more candidates, and if that does not do either, from all.
"""

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.array_types import Bits, Floats, Reals, Whole
from longtail.compilation import compiled, read_only
from longtail.errors import InputError
from longtail.neighbours.candidates import candidates_among_themselves, candidates_of
from longtail.neighbours.single_precision import centered_and_scaled, error_bound, squared_norms

__all__ = ["nearest_neighbours"]


_SPARE, _MANY_SPARE = 4, 32  # Each candidate costs a comparison that is made often; ties need many of them.


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
    Memory: the lists, a centered copy of the data, and one tile of 1 MB. Time: one single-precision
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

    points, query_points, unit = centered_and_scaled(X, queries)
    n_candidates = min(n_neighbors + max(_SPARE, n_neighbors // 4), len(X))
    if among_themselves:
        candidates, least_rejected = candidates_among_themselves(points, n_candidates, exclude_self)
    else:
        candidates, least_rejected = candidates_of(points, query_points, n_candidates)
    indices, squared = _sorted_by_distance(X, queries, candidates, excluded, n_neighbors)
    norms = np.sqrt(squared_norms(query_points))
    unproven = np.flatnonzero(~_are_proven(squared, least_rejected, norms, unit, X.shape[1]))
    if len(unproven):
        n_candidates = min(n_neighbors + max(_MANY_SPARE, n_neighbors // 2), len(X))
        candidates, least_rejected = candidates_of(points, query_points[unproven], n_candidates)
        again = _sorted_by_distance(X, queries[unproven], candidates, excluded[unproven], n_neighbors)
        indices[unproven], squared[unproven] = again
        are_proven = _are_proven(again[1], least_rejected, norms[unproven], unit, X.shape[1])
        for query in unproven[~are_proven]:
            indices[query], squared[query] = _by_looking_at_all(X, queries[query], excluded[query], n_neighbors)
    return indices, np.sqrt(squared)


# -------------------------------------------------------------------------------------------------------- exact lists


def _sorted_by_distance(
    X: Floats, queries: Floats, candidates: Whole, excluded: Whole, n_neighbors: int
) -> tuple[Whole, Reals]:
    candidates = np.sort(candidates, axis=1)  # A stable sort by distance then leaves ties in the order of the index.
    squared = _squared_distances(read_only(X), read_only(queries), candidates, excluded)
    order = np.argsort(squared, axis=1, kind="stable")[:, :n_neighbors]
    return np.take_along_axis(candidates, order, axis=1), np.take_along_axis(squared, order, axis=1)


def _are_proven(squared: Reals, least_rejected: Reals, norms: Reals, unit: float, n_columns: int) -> Bits:
    radius = np.sqrt(squared[:, -1]) / unit
    return radius**2 + error_bound(n_columns, 2 * norms + radius) < norms**2 + least_rejected


def _by_looking_at_all(X: Floats, query: Floats, excluded: int, n_neighbors: int) -> tuple[Whole, Reals]:
    """Compare all examples without sorting them all.

    Those no farther than the last of the list are few or easy to sort.
    """
    everyone = np.arange(len(X))[None]
    squared = _squared_distances(read_only(X), read_only(query[None]), everyone, np.array([excluded]))[0]
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
    return read_only(table)


def _check_fit(X: Floats, queries: Floats, n_neighbors: int, n_others: int) -> None:
    if queries.shape[1] != X.shape[1]:
        raise InputError("queries", f"have the {X.shape[1]} columns of X", queries.shape)
    if isinstance(n_neighbors, bool) or not isinstance(n_neighbors, int | np.integer):
        raise InputError("n_neighbors", "be a whole number", n_neighbors)
    if not 1 <= n_neighbors <= n_others:
        raise InputError("n_neighbors", f"lie between 1 and the {n_others} examples to choose from", n_neighbors)
