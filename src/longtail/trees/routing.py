"""Compiled routing: which leaf each row falls into, by the codes of its bundles alone [LuccheseEtAl2015]_.

A leaf is a bit. Each code of a bundle leaves open the leaves that the splits on that bundle do not close to it, and a
row's leaf is the one bit that all its codes leave open: one look-up a bundle, however deep the tree.
"""

from typing import Any

import numpy as np

from longtail.compilation import compiled_without_checks, part_without_checks
from longtail.trees.arrays import CODES, HALF, START, STOP, Array, Space

__all__ = ["MOST_LEAVES", "leaves_open", "note_leaves", "predict_along", "route"]

MOST_LEAVES = 64
"""Bits of a number."""

_DE_BRUIJN = 0x03F79D71B4CB0A89
"""Its 64 windows of six bits differ: multiplied by a power of two, its upper six bits tell which."""

_BIT = np.zeros(64, np.uint64)
_BIT[[(_DE_BRUIJN << bit & (2**64 - 1)) >> 58 for bit in range(64)]] = np.arange(64)
_BLOCK = 1024


@part_without_checks
def leaves_open(space: Space, n_leaves: int, used: Array, masks: Array) -> int:
    """Write which leaves each code leaves open.

    ``masks`` gets a row for each bundle that the tree asks, whose numbers stand in ``used``; the last one is repeated
    until their number, which is returned, is a multiple of four.
    """
    one, everything = np.uint64(1), np.uint64(2**64 - 1) >> np.uint64(64 - n_leaves)
    below = np.zeros((n_leaves, 2), np.uint64)
    for split in range(n_leaves - 2, -1, -1):  # The children of a split come after it.
        for side in range(2):
            child = space.split[split, 1 + side]
            below[split, side] = below[child, 0] | below[child, 1] if child >= 0 else one << np.uint64(-1 - child)
    n_used = 0
    for split in range(n_leaves - 1):
        place = 0
        while place < n_used and used[place] != space.split[split, 0]:
            place += 1
        if place == n_used:
            used[place] = space.split[split, 0]
            masks[place] = everything
            n_used += 1
        row, goes_left = masks[place], space.goes_left[split]
        if_left, if_right = ~below[split, 1], ~below[split, 0]
        for code in range(CODES):
            row[code] &= if_left if goes_left[code] else if_right
    while n_used % 4 != 0:
        used[n_used] = used[n_used - 1]
        for code in range(CODES):
            masks[n_used, code] = masks[n_used - 1, code]
        n_used += 1
    return n_used


@compiled_without_checks
def predict_along(
    space: Space,
    n_leaves: int,
    all_taken: bool,
    used: Array,
    masks: Array,
    scores: Array,
    other_codes: Array,
    other_scores: Array,
    leaf: Array,
    value: Array,
) -> None:
    """Add a grown tree's values to the scores of the rows trained on and of the others.

    Unless they are empty, ``leaf`` gets the number of each row's leaf, those trained on first, and ``value`` the
    values of the leaves.
    """
    n = len(scores)
    n_used = leaves_open(space, n_leaves, used, masks)
    if all_taken:
        _add_values(space, n_leaves, scores)
    else:
        route(space.codes, used[:n_used], masks, space.value, scores)
    route(other_codes, used[:n_used], masks, space.value, other_scores)
    if len(leaf) > 0:
        note_leaves(space.codes, used[:n_used], masks, leaf[:n])
        note_leaves(other_codes, used[:n_used], masks, leaf[n:])
        for number in range(n_leaves):
            value[number] = space.value[number]


@part_without_checks
def _add_values(space: Space, n_leaves: int, scores: Array) -> None:
    for leaf in range(n_leaves):
        value = space.value[leaf]
        index = space.rows[space.leaf[leaf, HALF]][space.leaf[leaf, START] : space.leaf[leaf, STOP]]
        for j in range(len(index)):
            scores[np.uint64(index[j])] += value


@part_without_checks
def route(codes: Array, used: Array, masks: Array, value: Array, scores: Array) -> None:
    """Add to each row's score the value of its leaf, where ``codes`` is (n_bundles, n)."""
    n = len(scores)
    remaining = np.empty(_BLOCK, np.uint64)
    for start in range(0, n, _BLOCK):
        stop = min(n, start + _BLOCK)
        remaining[:] = np.uint64(2**64 - 1)
        for u in range(0, len(used), 4):
            _close(codes, used, masks, u, start, stop, remaining)
        here = scores[start:stop]
        for i in range(stop - start):
            here[i] += value[_BIT[(remaining[i] * np.uint64(_DE_BRUIJN)) >> np.uint64(58)]]


@part_without_checks
def note_leaves(codes: Array, used: Array, masks: Array, leaf: Array) -> None:
    """Write the number of each row's leaf, where ``codes`` is (n_bundles, n)."""
    n = len(leaf)
    remaining = np.empty(_BLOCK, np.uint64)
    for start in range(0, n, _BLOCK):
        stop = min(n, start + _BLOCK)
        remaining[:] = np.uint64(2**64 - 1)
        for u in range(0, len(used), 4):
            _close(codes, used, masks, u, start, stop, remaining)
        for i in range(stop - start):
            leaf[start + i] = _BIT[(remaining[i] * np.uint64(_DE_BRUIJN)) >> np.uint64(58)]


@part_without_checks
def _close(codes: Array, used: Array, masks: Array, u: int, start: int, stop: int, remaining: Array) -> Any:
    """Close leaves by four bundles at a time."""
    first, second = codes[used[u]][start:stop], codes[used[u + 1]][start:stop]
    third, fourth = codes[used[u + 2]][start:stop], codes[used[u + 3]][start:stop]
    one, two, three, four = masks[u], masks[u + 1], masks[u + 2], masks[u + 3]
    for i in range(stop - start):
        open_to_both = one[np.uint64(first[i])] & two[np.uint64(second[i])]
        remaining[i] &= open_to_both & three[np.uint64(third[i])] & four[np.uint64(fourth[i])]
