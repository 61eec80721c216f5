"""Compiled binning: from values to ranks once a data set, from ranks to bins once a subset.

A value's rank is its place among the distinct values of its feature. The bins of a subset follow from how many of its
rows have each rank, so that a model depends on nothing but the rows it is trained on. Where a subset has no more
distinct values than there may be bins, each has its own; otherwise bins hold about equally many rows. A value that is
not in the subset belongs to the nearer bin beside it, as if cuts were made halfway between the subset's values.
"""

from typing import Any

import numpy as np

from longtail.compilation import compiled, part
from longtail.trees.arrays import CODES, Array

__all__ = [
    "bins_of_ranks",
    "codes_of_pairs",
    "distinct_values",
    "gathered",
    "ranks_of",
    "rows_of_codes",
    "words_of",
]


@part
def _place(values: Array, n: int, value: Any) -> int:
    """Return the index of the first of ``n`` ordered values that is not below ``value``."""
    low, high = 0, n
    while low < high:
        middle = (low + high) // 2
        if values[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def distinct_values(column: Array, most: int, found: Array) -> int:
    """Write distinct values in order, without NaN, and return how many there are, one more than ``most`` where there
    are more.
    """
    n = 0
    for i in range(len(column)):
        value = column[i]
        if np.isnan(value):
            continue
        place = _place(found, n, value)
        if place < n and found[place] == value:
            continue
        for later in range(n, place, -1):
            found[later] = found[later - 1]
        found[place] = value
        n += 1
        if n > most:
            break
    return n


@compiled
def ranks_of(column: Array, values: Array, ranks: Array) -> bool:
    """Write each value's place in ``values``, where a missing value comes last. Return whether any is missing."""
    any_missing = False
    for i in range(len(column)):
        if np.isnan(column[i]):
            ranks[i] = len(values)
            any_missing = True
        else:
            ranks[i] = _place(values, len(values), column[i])
    return any_missing


@compiled
def codes_of_pairs(codes: Array, ranks: Array, n_ranks: int, most: int, number: Array, pairs: Array) -> int:
    """Number the pairs that occur, in order of appearance. Return how many there are, or -1 beyond ``most``.

    ``number`` holds -1 in the place of each pair that could occur.
    """
    n = 0
    for i in range(len(codes)):
        place = codes[i] * n_ranks + ranks[i]
        if number[place] < 0:
            if n == most:
                return -1
            number[place] = n
            n += 1
        pairs[i] = number[place]
    return n


@compiled
def bins_of_ranks(rows: Array, values: Array, most: int, bins: Array) -> None:
    """Write the bin of each rank, by the number of ``rows`` that have it. There are at most ``most`` bins."""
    total, distinct = 0, 0
    for rank in range(len(rows)):
        total += rows[rank]
        distinct += rows[rank] > 0
    seen, current, last, closed = 0, -1, -1, True
    for rank in range(len(rows)):
        if rows[rank] == 0:
            continue
        fresh = current + 1 if closed else current
        for between in range(last + 1, rank):
            near_last = last >= 0 and 2 * values[between] <= values[last] + values[rank]
            bins[between] = current if near_last else fresh
        bins[rank], current, last = fresh, fresh, rank
        seen += rows[rank]
        closed = distinct <= most or seen * most >= (current + 1) * total
    for rank in range(last + 1, len(rows)):
        bins[rank] = max(current, 0)


@compiled
def gathered(codes: Array, rows: Array) -> Array:
    """Return (n_bundles, n_rows) codes of some rows."""
    chosen = np.empty((len(codes), len(rows)), np.uint8)
    for b in range(len(codes)):
        for i in range(len(rows)):
            chosen[b, i] = codes[b, rows[i]]
    return chosen


@compiled
def words_of(codes: Array) -> Array:
    """Pack eight codes of a row in one number."""
    n_bundles, n = codes.shape
    words = np.zeros(((n_bundles + 7) // 8, n), np.uint64)
    for b in range(n_bundles):
        word, shift = words[b // 8], np.uint64(8 * (b % 8))
        for i in range(n):
            word[i] |= np.uint64(codes[b, i]) << shift
    return words


@compiled
def rows_of_codes(codes: Array) -> Array:
    """Count the rows of each code, (n_bundles, 256)."""
    rows = np.zeros((len(codes), CODES), np.int64)
    for b in range(len(codes)):
        for i in range(codes.shape[1]):
            rows[b, codes[b, i]] += 1
    return rows
