r"""Compiled search for the split of a node of a random forest.

A node draws features without replacement and takes the split with the largest
:math:`\sum_c l_c^2 / l + \sum_c r_c^2 / r`, where :math:`l_c` and :math:`r_c` count class c on both sides: that of the
least Gini impurity [Breiman2001]_. A large node counts classes by code, once for all features of a bundle; a small one
sorts its rows. Cuts lie halfway between neighboring values of the node's rows, exactly so also where a large node
compared bins. All counts are whole numbers.
"""

from typing import Any, NamedTuple

import numpy as np

from longtail.compilation import part_without_checks
from longtail.trees.arrays import CODES, Array

__all__ = ["SMALL", "ForestRule", "ForestSpace", "ForestTable", "best_large", "best_small", "next_number"]

SMALL = 96
"""Rows of a node up to which it is sorted; below 256, as a place takes eight bits of a key."""


class ForestRule(NamedTuple):
    """Settings of the growth of a forest."""

    n_trees: int
    n_features: int
    min_rows: int
    max_depth: int
    bootstrap: bool


class ForestTable(NamedTuple):
    """Rows as ranks: by the code of its bundle for a feature with few values, as they are for others."""

    codes: Array  # (n_bundles, n_rows) uint8
    bundle: Array  # (d,)
    n_bins: Array  # (d,) with that of missing values
    missing: Array  # (d,) whether the last bin is of missing values
    bin_of: Array  # (d, 256) uint8, bin of a code
    n_codes: Array  # (n_bundles,)
    many: Array  # (d,) row of ``ranks``, or -1
    ranks: Array  # (n_many, n_rows) int32
    first: Array  # (d + 1,) of the feature's values
    values: Array  # all distinct values, by rank


class ForestSpace(NamedTuple):
    """Memory of one forest."""

    rows: Array  # (n,) int32, node by node
    others: Array  # (m,) int32, rows that are routed
    spare: Array  # (max(n, m),) int32
    labeled: Array  # (n_rows,) int64, a row's class, and above 16 bits how often it was drawn
    counts: Array  # (n_bundles, K * 256) classes by code
    by_bin: Array  # (K, 256)
    seen: Array  # (n_bundles,) the node that counted the bundle
    order: Array  # (d,) features, those drawn first
    keys: Array  # (SMALL,) ranks of a small node's rows with their places, in order
    labels: Array  # (SMALL,) what is in ``labeled`` of them
    taken: Array  # (n_bundles, SMALL) their codes
    alike: Array  # (n_bundles,) whether these are all alike
    node: Array  # (K,) classes of a node
    left: Array  # (K,) classes on the left


@part_without_checks
def next_number(state: Any, below: int) -> Any:
    """Return the next state of SplitMix64, and a whole number below ``below``."""
    state += np.uint64(0x9E3779B97F4A7C15)
    z = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state, np.int64(((z ^ (z >> np.uint64(31))) >> np.uint64(32)) * np.uint64(below) >> np.uint64(32))


@part_without_checks
def best_large(
    table: ForestTable, rule: ForestRule, space: Any, start: int, stop: int, total: int, state: Any, number: int
) -> Any:
    """Return feature, cut and side of missing values. Try ``n_features``, and more until one divides the node."""
    d, feature = len(space.order), -1
    best, cut, missing_left = 0.0, np.int64(0), False
    for tried in range(d):
        if tried >= rule.n_features and feature >= 0:
            break
        state, step = next_number(state, d - tried)
        f = space.order[tried + step]
        space.order[tried + step], space.order[tried] = space.order[tried], f
        bundle = table.bundle[f]
        if space.seen[bundle] != number:
            space.seen[bundle] = number
            _count_codes(table, space, bundle, start, stop)
        gain, at, side = _counted_split(table, rule, space, f, total)
        if gain > best:
            best, feature, cut, missing_left = gain, f, at, side
    if feature >= 0:
        cut = _cut_between(table, space, feature, cut, start, stop)
    return state, feature, cut, missing_left


@part_without_checks
def best_small(
    table: ForestTable, rule: ForestRule, space: Any, start: int, stop: int, total: int, state: Any, number: int
) -> Any:
    """Return the same for a small node.

    It is one function, since a call that passes all arrays costs more than a feature.
    """
    d, n, n_features, least, n_classes = len(space.order), stop - start, rule.n_features, rule.min_rows, len(space.node)
    order, seen, alike, taken, labels = space.order, space.seen, space.alike, space.taken, space.labels
    labeled, node, left, rows = space.labeled, space.node, space.left, space.rows[start:stop]
    bundles, many, n_bins, codes, bin_of = table.bundle, table.many, table.n_bins, table.codes, table.bin_of
    for j in range(n):
        labels[j] = labeled[np.uint64(rows[j])]
    best, feature, cut, missing_left = 0.0, -1, np.int64(0), False
    for tried in range(d):
        if tried >= n_features and feature >= 0:
            break
        state, step = next_number(state, d - tried)
        f = order[tried + step]
        order[tried + step], order[tried] = order[tried], f
        bundle = bundles[f]
        if seen[bundle] != number:
            seen[bundle] = number
            different, first = np.uint8(0), codes[bundle, np.uint64(rows[0])]
            for j in range(n):
                code = codes[bundle, np.uint64(rows[j])]
                taken[bundle, j] = code
                different |= code ^ first
            alike[bundle] = different == 0
        if alike[bundle] and many[f] < 0:
            continue
        if n_bins[f] > 2:
            gain, at, side = _sorted_split(table, rule, space, f, start, n, total)
        else:
            gain, at, side = -1.0, np.int64(0), False
            for c in range(n_classes):
                left[c] = 0
            n_left = np.int64(0)
            for j in range(n):
                weight = (labels[j] >> 16) * (1 - np.int64(bin_of[f, np.uint64(taken[bundle, j])]))
                left[np.uint64(labels[j] & 0xFFFF)] += weight
                n_left += weight
            if least <= n_left <= total - least:
                ours, theirs = 0.0, 0.0
                for c in range(n_classes):
                    ours += np.float64(left[c]) * np.float64(left[c])
                    theirs += np.float64(node[c] - left[c]) * np.float64(node[c] - left[c])
                gain = ours / np.float64(n_left) + theirs / np.float64(total - n_left)
        if gain > best:
            best, feature, cut, missing_left = gain, f, at, side
    return state, feature, cut, missing_left


@part_without_checks
def _sorted_split(table: ForestTable, rule: ForestRule, space: Any, f: int, start: int, n: int, total: int) -> Any:
    """Return the best cut of a small node, whose rows are put in order. Missing values come last."""
    many, keys = table.many[f], space.keys
    taken, bins = space.taken[table.bundle[f]], table.bin_of[f]
    for j in range(n):
        if many >= 0:
            rank = np.int64(table.ranks[many, np.uint64(space.rows[np.uint64(start + j)])])
        else:
            rank = np.int64(bins[np.uint64(taken[j])])
        key = rank << 8 | j
        k = j
        while k > 0 and keys[k - 1] > key:
            keys[k] = keys[k - 1]
            k -= 1
        keys[k] = key
    most, gone = keys[n - 1] >> 8, table.first[f + 1] - table.first[f]  # a missing value has the rank behind the last
    if keys[0] >> 8 == most:
        return -1.0, np.int64(0), False
    best, cut, side = -1.0, np.int64(0), False
    for series in range(2 if most == gone else 1):
        space.left[:] = 0
        n_left = np.int64(0)
        for place in range(n if series == 1 else 0):
            if keys[place] >> 8 == gone:
                n_left += _move_left(space, keys[place])
        for place in range(n - 1):
            here, after = keys[place] >> 8, keys[place + 1] >> 8
            if here == gone:
                break
            n_left += _move_left(space, keys[place])
            if after == here or (series == 1 and after == gone):
                continue
            gain = _gain(space, n_left, total, rule.min_rows)
            if gain > best:
                best, side = gain, series == 1
                cut = here if after == gone else _rank_between(table, f, here, after)
    return best, cut, side


@part_without_checks
def _move_left(space: Any, key: int) -> Any:
    labeled = space.labels[key & 0xFF]
    space.left[labeled & 0xFFFF] += labeled >> 16
    return labeled >> 16


@part_without_checks
def _gain(space: Any, n_left: int, total: int, least: int) -> float:
    n_right = total - n_left
    if n_left < least or n_right < least:
        return -1.0
    left, right = 0.0, 0.0
    for c in range(len(space.left)):
        a = np.float64(space.left[c])
        b = np.float64(space.node[c]) - a
        left += a * a
        right += b * b
    return left / np.float64(n_left) + right / np.float64(n_right)


@part_without_checks
def _count_codes(table: ForestTable, space: Any, bundle: int, start: int, stop: int) -> None:
    counts, codes = space.counts[bundle], table.codes[bundle]
    counts[:] = 0
    for j in range(start, stop):
        row = np.uint64(space.rows[np.uint64(j)])
        labeled = space.labeled[row]
        counts[np.uint64((labeled & 0xFFFF) * CODES + np.int64(codes[row]))] += labeled >> 16


@part_without_checks
def _counted_split(table: ForestTable, rule: ForestRule, space: Any, f: int, total: int) -> Any:
    """Return the best cut of a large node, whose classes are counted by code: the last bin on the left."""
    n_classes, n_bins = len(space.node), table.n_bins[f]
    counts, bins, n_codes = space.counts[table.bundle[f]], table.bin_of[f], table.n_codes[table.bundle[f]]
    if n_bins == 2:
        n_left = np.int64(0)
        for c in range(n_classes):
            of_class, second = counts[c * CODES : (c + 1) * CODES], np.int64(0)
            for code in range(n_codes):
                second += of_class[code] * np.int64(bins[code])
            space.left[c] = space.node[c] - second
            n_left += space.left[c]
        return _gain(space, n_left, total, rule.min_rows), np.int64(0), False
    by_bin = space.by_bin
    for c in range(n_classes):
        of_class, into = counts[c * CODES : (c + 1) * CODES], by_bin[c]
        for b in range(n_bins):
            into[b] = 0
        for code in range(n_codes):
            into[np.uint64(bins[code])] += of_class[code]
    best, cut, side = -1.0, np.int64(0), False
    for series in range(2 if table.missing[f] else 1):
        n_left = np.int64(0)
        for c in range(n_classes):
            space.left[c] = by_bin[c, n_bins - 1] if series == 1 else 0
            n_left += space.left[c]
        for b in range(n_bins - 1):
            fresh = np.int64(0)
            for c in range(n_classes):
                space.left[c] += by_bin[c, b]
                fresh += by_bin[c, b]
            n_left += fresh
            if fresh == 0:
                continue
            gain = _gain(space, n_left, total, rule.min_rows)
            if gain > best:
                best, cut, side = gain, np.int64(b), series == 1
    return best, cut, side


@part_without_checks
def _cut_between(table: ForestTable, space: Any, f: int, cut: int, start: int, stop: int) -> Any:
    """Return the rank up to which values go left, from the bin up to which they do."""
    many, gone = table.many[f], table.first[f + 1] - table.first[f]
    codes, bins = table.codes[table.bundle[f]], table.bin_of[f]
    low, high = np.int64(-1), np.int64(gone)
    for j in range(start, stop):
        row = np.uint64(space.rows[np.uint64(j)])
        at = np.int64(bins[np.uint64(codes[row])])
        rank = np.int64(table.ranks[many, row]) if many >= 0 else at
        if rank == gone:
            continue
        if at <= cut:
            low = max(low, rank)
        else:
            high = min(high, rank)
    return low if high == gone else _rank_between(table, f, low, high)


@part_without_checks
def _rank_between(table: ForestTable, f: int, low: int, high: int) -> Any:
    """Return the last rank whose value is not above the middle of two."""
    values = table.values[table.first[f] : table.first[f + 1]]
    middle = (np.float64(values[low]) + np.float64(values[high])) / 2
    while low + 1 < high:
        at = (low + high) // 2
        if np.float64(values[at]) <= middle:
            low = at
        else:
            high = at
    return low
