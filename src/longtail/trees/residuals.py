r"""Compiled boosting of squared error: residuals in whole numbers, a tree for each round, and the means of its leaves.

A tree is grown on the residuals :math:`r_i = y_i - F(x_i)`; the loss :math:`\frac12 r_i^2` bends alike everywhere, so
that the sum of hessians is the number of rows. So a row adds two numbers packed into one of 64 bits:

.. math:: w_i = g_i 2^{32} + 1, \qquad g_i = -r_i / u .

The unit u is 2^-30 of the least power of two that no residual of the round exceeds. For the search of splits as many
bits are dropped as let all sums fit into 31, and what is dropped is rounded up or down by a golden sequence, as in
``boosting.py``; the steps of the leaves are made of the numbers without dropped bits.
"""

from typing import Any

import numpy as np

from longtail.compilation import compiled_without_checks, part_without_checks, source_number
from longtail.trees import draws, growth, routing
from longtail.trees.arrays import CODES, HALF, START, STOP, Array, Layout, Rule, Space
from longtail.trees.draws import choose_columns, choose_rows
from longtail.trees.growth import Fields, grow
from longtail.trees.routing import predict_along

__all__ = ["boost_residuals"]

_UNIT = 2.0**-30
_BELOW = 32
"""Bits of a packed number below its gradient, which is read from the upper half."""
_LOWER = 2**31 - 1


def _compiled_boost(callees: int) -> Any:
    """Compile the kernel for callees in other files, see ``compilation.py``."""

    @compiled_without_checks
    def boost_residuals(
        layout: Layout,
        rule: Rule,
        space: Space,
        effective: Array,
        target: Array,
        scores: Array,
        other_codes: Array,
        other_scores: Array,
        seed: int,
        leaf: Array,
        value: Array,
    ) -> int:
        """Train on the float32 ``target``, adding to ``scores`` (n,) and to ``other_scores`` tree by tree.

        ``leaf`` and ``value`` as of :func:`~longtail.trees.boosting.boost`.
        """
        n = len(scores)
        gradient = np.empty(n, np.int32)
        n_bundles = len(space.codes)
        used, masks = np.empty(n_bundles + 3, np.int64), np.empty((n_bundles + 3, CODES), np.uint64)
        allowed = np.ones(len(layout.first), np.bool_)
        n_taken = max(1, int(np.floor(rule.row_share * n + 0.5)))
        state = np.uint64(seed)
        for tree in range(rule.n_trees):
            size = _size(scores, target)
            if size == 0:  # nothing is left to learn
                break
            most = _gradients(scores, target, size, gradient)
            fields = _pack(gradient, most, tree, space.packed)
            state = choose_rows(n, n_taken, state, space.rows[0])
            state = choose_columns(rule.column_share, state, allowed)
            n_leaves = grow(layout, rule, space, fields, effective, allowed, n_taken)
            if n_leaves == 1:
                continue
            _leaf_values(space, rule, n_leaves, gradient, size)
            row = tree if leaf.shape[1] > 0 else 0
            predict_along(
                space,
                n_leaves,
                n_taken == n,
                used,
                masks,
                scores,
                other_codes,
                other_scores,
                leaf[row],
                value[row],
            )
        return callees

    return boost_residuals


@part_without_checks
def _size(scores: Array, target: Array) -> float:
    """Return the least power of two that no residual exceeds, 0 where all are 0."""
    most = np.float32(0)
    for i in range(len(scores)):
        most = max(most, abs(scores[i] - target[i]))
    if most == 0:
        return 0.0
    size = 1.0
    while size < most:
        size *= 2
    while size / 2 >= most:
        size /= 2
    return size


@part_without_checks
def _gradients(scores: Array, target: Array, size: float, gradient: Array) -> Any:
    """Write the nearest whole numbers, and return the larger of the sums of positive and of negative ones."""
    up, down, scale = np.int64(0), np.int64(0), 1 / (size * _UNIT)
    for i in range(len(scores)):
        g = np.int32(np.floor(np.float64(scores[i] - target[i]) * scale + 0.5))
        gradient[i] = g
        up += max(g, np.int32(0))
        down -= min(g, np.int32(0))
    return max(up, down)


@part_without_checks
def _pack(gradient: Array, most: int, tick: int, packed: Array) -> Any:
    """Write what each row adds, and return how it is read: the number of rows stands for the sum of hessians."""
    n, drop = len(packed), 0
    room = (np.int64(1) << 30) - n - 1
    while (most >> drop) >= room:
        drop += 1
    u, low, cut = np.uint64(tick) * np.uint64(0x9E3779B1), np.uint64(0xFFFFFFFF), np.uint64(32 - drop)
    for i in range(n):
        u += np.uint64(0x9E3779B9)
        g = (np.int64(gradient[i]) + np.int64((u & low) >> cut)) >> drop
        packed[i] = (g << _BELOW) + 1
    return Fields(_BELOW, 0, _LOWER, _LOWER, 2.0**drop * _UNIT, 1.0)


@part_without_checks
def _leaf_values(space: Space, rule: Rule, n_leaves: int, gradient: Array, size: float) -> None:
    """Compute the step of each leaf, from the sums without dropped bits."""
    for leaf in range(n_leaves):
        g = np.int64(0)
        index = space.rows[space.leaf[leaf, HALF]][space.leaf[leaf, START] : space.leaf[leaf, STOP]]
        for j in range(len(index)):
            g += gradient[np.uint64(index[j])]
        step = g * _UNIT * size / (len(index) + rule.l2)
        space.value[leaf] = np.float32(-rule.learning_rate * step)


boost_residuals = _compiled_boost(source_number(draws, growth, routing))
