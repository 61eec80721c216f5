"""Candidates for the lists of nearest neighbors: those that are nearest by single precision.

Each query has a heap whose top is the farthest of its candidates. Few pairs of a tile are nearer than a top, so the
pairs are looked at some at a time, in a form that compilers turn into vector instructions, and one at a time only where
some are.
"""

import numpy as np

from longtail.array_types import Reals, Singles, Whole
from longtail.compilation import compiled, part
from longtail.neighbours.single_precision import squared_norms, tiles, tiles_among_themselves

__all__ = ["candidates_among_themselves", "candidates_of"]

_AT_A_TIME = 32


def candidates_of(points: Singles, query_points: Singles, n_candidates: int) -> tuple[Whole, Reals]:
    """Return candidates for each query, and a lower bound on the squared norm less twice the product of all others.

    The bound is infinite if there are none.
    """
    norms = squared_norms(points).astype(np.float32)
    keys, members = _empty_heaps(len(query_points), n_candidates)
    for top, left, products in tiles(points, query_points):
        rows = slice(top, top + len(products))
        _offer_columns_to_rows(products, norms, left, keys[rows], members[rows])
    return members, _least_rejected(keys, n_candidates, len(points))


def candidates_among_themselves(points: Singles, n_candidates: int, exclude_self: bool) -> tuple[Whole, Reals]:
    """Return the same when the queries are the points. A tile right of the diagonal serves its rows and its columns."""
    norms = squared_norms(points).astype(np.float32)
    keys, members = _empty_heaps(len(points), n_candidates)
    tops = keys[:, 0].copy()
    for top, left, products in tiles_among_themselves(points):
        _offer_both_ways(products, norms, top, left, exclude_self, keys, members, tops)
    return members, _least_rejected(keys, n_candidates, len(points) - exclude_self)


def _empty_heaps(n_queries: int, n_candidates: int) -> tuple[Singles, Whole]:
    return np.full((n_queries, n_candidates), np.inf, np.float32), np.full((n_queries, n_candidates), -1)


def _least_rejected(keys: Singles, n_candidates: int, n_others: int) -> Reals:
    if n_candidates >= n_others:
        return np.full(len(keys), np.inf)
    return keys[:, 0].astype(np.float64)


@part
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


@part
def _some_below(products: Singles, norms: Singles, top: np.float32) -> bool:
    some = np.int32(0)
    for place in range(len(products)):
        some |= np.int32(norms[place] - np.float32(2) * products[place] < top)
    return bool(some != 0)


@part
def _some_below_either(products: Singles, norms: Singles, tops: Singles, norm: np.float32, top: np.float32) -> bool:
    some = np.int32(0)
    for place in range(len(products)):
        twice = np.float32(2) * products[place]
        some |= np.int32(norms[place] - twice < top) | np.int32(norm - twice < tops[place])
    return bool(some != 0)


@compiled
def _offer_columns_to_rows(products: Singles, norms: Singles, left: int, keys: Singles, members: Whole) -> None:
    n_columns = products.shape[1]
    for row in range(products.shape[0]):
        for first in range(0, n_columns, _AT_A_TIME):
            end = min(first + _AT_A_TIME, n_columns)
            here, there = products[row, first:end], norms[left + first : left + end]
            if not _some_below(here, there, keys[row, 0]):
                continue
            for place in range(len(here)):
                key = there[place] - np.float32(2) * here[place]
                if key < keys[row, 0]:
                    _offer(key, left + first + place, keys[row], members[row])


@compiled
def _offer_both_ways(
    products: Singles,
    norms: Singles,
    top: int,
    left: int,
    exclude_self: bool,
    keys: Singles,
    members: Whole,
    tops: Singles,
) -> None:
    n_columns = products.shape[1]
    for row in range(products.shape[0]):
        i = top + row
        for first in range(max(0, i - left), n_columns, _AT_A_TIME):
            end = min(first + _AT_A_TIME, n_columns)
            here, start = products[row, first:end], left + first
            there, heights = norms[start : left + end], tops[start : left + end]
            if not _some_below_either(here, there, heights, norms[i], tops[i]):
                continue
            for place in range(len(here)):
                j = start + place
                if i == j and exclude_self:
                    continue
                key = there[place] - np.float32(2) * here[place]
                if key < tops[i]:
                    _offer(key, j, keys[i], members[i])
                    tops[i] = keys[i, 0]
                key = norms[i] - np.float32(2) * here[place]
                if key < tops[j] and i != j:
                    _offer(key, i, keys[j], members[j])
                    tops[j] = keys[j, 0]
