"""Compiled growth of a random forest: trees to the end, rows to be evaluated divided along with those trained on."""

from typing import Any

import numpy as np

from longtail.compilation import compiled_without_checks, part_without_checks, source_number
from longtail.trees import forest_splits
from longtail.trees.arrays import CODES, Array
from longtail.trees.forest_splits import (
    SMALL,
    ForestRule,
    ForestSpace,
    ForestTable,
    best_large,
    best_small,
    next_number,
)

__all__ = ["grow_forest"]


def _compiled_growth(callees: int) -> Any:
    """Compile the kernel for callees in another file, see ``compilation.py``."""

    @compiled_without_checks
    def grow_forest(
        table: ForestTable,
        rule: ForestRule,
        y: Array,
        n_classes: int,
        inside: Array,
        outside: Array,
        seed: int,
        votes: Array,
    ) -> int:
        """Add to ``votes``, (n_rows, K) float32, the class shares of each row's leaf in each tree."""
        n_rows, d = table.codes.shape[1], len(table.bundle)
        n = len(inside)
        space = ForestSpace(
            np.empty(n, np.int32),
            np.empty(n + len(outside), np.int32),
            np.empty(n + len(outside), np.int32),
            np.zeros(n_rows, np.int64),
            np.zeros((len(table.codes), n_classes * CODES), np.int64),
            np.zeros((n_classes, CODES), np.int64),
            np.zeros(len(table.codes), np.int64),
            np.arange(d),
            np.zeros(SMALL, np.int64),
            np.zeros(SMALL, np.int64),
            np.zeros((len(table.codes), SMALL), np.uint8),
            np.zeros(len(table.codes), np.bool_),
            np.zeros(n_classes, np.int64),
            np.zeros(n_classes, np.int64),
        )
        state, number = np.uint64(seed), 0
        for _ in range(rule.n_trees):
            state, n_inside, n_outside = _sample(rule, y, inside, outside, space, state)
            state, number = _tree(table, rule, space, n_inside, n_outside, state, number, votes)
        return callees

    return grow_forest


@part_without_checks
def _sample(rule: ForestRule, y: Array, inside: Array, outside: Array, space: Any, state: Any) -> Any:
    """Choose the rows of a tree: all, or as many drawn with replacement. Rows that are not drawn are routed."""
    n, n_inside, n_outside = len(inside), 0, len(outside)
    for j in range(len(outside)):
        space.others[j] = outside[j]
    for j in range(n):
        space.labeled[inside[j]] = y[inside[j]] if rule.bootstrap else y[inside[j]] + (1 << 16)
    if rule.bootstrap:
        for _ in range(n):
            state, j = next_number(state, n)
            space.labeled[inside[j]] += 1 << 16
    for j in range(n):
        row = inside[j]
        if space.labeled[row] >> 16 > 0:
            space.rows[n_inside] = row
            n_inside += 1
        else:
            space.others[n_outside] = row
            n_outside += 1
    return state, n_inside, n_outside


@part_without_checks
def _tree(
    table: ForestTable,
    rule: ForestRule,
    space: Any,
    n_inside: int,
    n_outside: int,
    state: Any,
    number: int,
    votes: Array,
) -> Any:
    """Grow one tree, the left side first. Nodes that wait are on a stack."""
    rows, others, spare, labeled, node = space.rows, space.others, space.spare, space.labeled, space.node
    stack, height = np.empty((n_inside + 1, 5), np.int64), 1
    _push(stack, 0, 0, n_inside, 0, n_outside, 0)
    while height > 0:
        height -= 1
        start, stop, other_start = stack[height, 0], stack[height, 1], stack[height, 2]
        other_stop, depth = stack[height, 3], stack[height, 4]
        number += 1
        feature, cut, missing_left = -1, np.int64(0), False
        total, pure = _count_node(labeled, rows[start:stop], node)
        if not pure and total >= 2 * rule.min_rows and depth < rule.max_depth:
            if stop - start <= SMALL:
                state, feature, cut, missing_left = best_small(table, rule, space, start, stop, total, state, number)
            else:
                state, feature, cut, missing_left = best_large(table, rule, space, start, stop, total, state, number)
        if feature < 0:
            _vote(node, total, rows[start:stop], others[other_start:other_stop], votes)
            continue
        gone = table.first[feature + 1] - table.first[feature]
        if table.many[feature] >= 0:
            ranks = table.ranks[table.many[feature]]
            middle = start + _divide_ranks(ranks, cut, gone, missing_left, rows[start:stop], spare)
            other_middle = other_start + _divide_ranks(
                ranks, cut, gone, missing_left, others[other_start:other_stop], spare
            )
        else:
            codes, bins = table.codes[table.bundle[feature]], table.bin_of[feature]
            middle = start + _divide_codes(codes, bins, cut, gone, missing_left, rows[start:stop], spare)
            other_middle = other_start + _divide_codes(
                codes, bins, cut, gone, missing_left, others[other_start:other_stop], spare
            )
        _push(stack, height, middle, stop, other_middle, other_stop, depth + 1)
        _push(stack, height + 1, start, middle, other_start, other_middle, depth + 1)
        height += 2
    return state, number


@part_without_checks
def _push(stack: Array, at: int, start: int, stop: int, other_start: int, other_stop: int, depth: int) -> None:
    stack[at, 0], stack[at, 1], stack[at, 2], stack[at, 3], stack[at, 4] = start, stop, other_start, other_stop, depth


@part_without_checks
def _count_node(labeled: Array, rows: Array, node: Array) -> Any:
    for c in range(len(node)):
        node[c] = 0
    total, most = 0, 0
    for j in range(len(rows)):
        drawn = labeled[np.uint64(rows[j])]
        node[np.uint64(drawn & 0xFFFF)] += drawn >> 16
        total += drawn >> 16
    for c in range(len(node)):
        most = max(most, node[c])
    return total, most == total


@part_without_checks
def _vote(node: Array, total: int, rows: Array, others: Array, votes: Array) -> None:
    for c in range(len(node)):
        if node[c] == 0:
            continue
        share = np.float32(node[c] / total)
        for j in range(len(rows)):
            votes[np.uint64(rows[j]), np.uint64(c)] += share
        for j in range(len(others)):
            votes[np.uint64(others[j]), np.uint64(c)] += share


@part_without_checks
def _divide_codes(codes: Array, bins: Array, cut: int, gone: int, missing_left: bool, rows: Array, spare: Array) -> Any:
    """Divide the rows, those that go left first, each side in its order.

    Return how many go left. No branch has to be predicted.
    """
    low, high, one = np.uint64(0), np.uint64(0), np.uint64(1)
    for j in range(len(rows)):
        row = rows[j]
        at = np.int64(bins[np.uint64(codes[np.uint64(row)])])
        left = np.uint64((at <= cut) | (missing_left & (at == gone)))
        rows[low] = row
        spare[high] = row
        low += left
        high += one - left
    for j in range(np.int64(high)):
        rows[low + np.uint64(j)] = spare[j]
    return np.int64(low)


@part_without_checks
def _divide_ranks(ranks: Array, cut: int, gone: int, missing_left: bool, rows: Array, spare: Array) -> Any:
    """Divide the rows by a feature with many values in the same way."""
    low, high, one = np.uint64(0), np.uint64(0), np.uint64(1)
    for j in range(len(rows)):
        row = rows[j]
        rank = np.int64(ranks[np.uint64(row)])
        left = np.uint64((rank <= cut) | (missing_left & (rank == gone)))
        rows[low] = row
        spare[high] = row
        low += left
        high += one - left
    for j in range(np.int64(high)):
        rows[low + np.uint64(j)] = spare[j]
    return np.int64(low)


grow_forest = _compiled_growth(source_number(forest_splits))
