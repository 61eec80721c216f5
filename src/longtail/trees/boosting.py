r"""Compiled boosting: derivatives of the loss in whole numbers, a tree for each score, and the steps of its leaves.

A row's gradient, its hessian and the number one are packed into one 64-bit whole number, so that one addition counts
all three, and no sum depends on its order:

.. math:: w_i = g_i 2^{s_g} + h_i 2^{s_h} + 1 .

The lowest field has the least number of bits b with :math:`n < 2^b`. Gradients and hessians are whole numbers of 2^-30
and 2^-31; of these, as few bits are dropped as let the sums fit their fields, and what is dropped is rounded up or down
by a golden sequence, which is even, so that sums are not biased. A rounded number is off by less than one unit. So the
sum over any rows is within n units of the exact one, and the exact sum over any rows lies between that of all negative
numbers and that of all positive ones; those, n units further, fit, so every sum fits and every difference of sums is
exact. The steps of the leaves are made of the numbers without dropped bits.
"""

from typing import Any

import numpy as np

from longtail.compilation import compiled_without_checks, part_without_checks, source_number
from longtail.trees import draws, growth, routing
from longtail.trees.arrays import CODES, HALF, START, STOP, Array, Layout, Rule, Space
from longtail.trees.draws import choose_columns, choose_rows
from longtail.trees.growth import Fields, grow
from longtail.trees.routing import predict_along

__all__ = ["MOST_ROWS", "NO_LEAVES", "NO_VALUES", "boost"]

MOST_ROWS = 2**20 - 1
"""With twice as many, hessians would have no bit left for a row."""

NO_LEAVES, NO_VALUES = np.zeros((1, 0), np.uint8), np.zeros((1, 0), np.float32)
"""For those who do not ask in which leaves rows fall."""

_GRADIENT_UNIT, _HESSIAN_UNIT = 2.0**-30, 2.0**-31
_LONGEST_STEP = 10.0
"""Of a score, in one tree, before the learning rate: where a class is rare, hessians vanish and steps would diverge."""


def _compiled_boost(callees: int) -> Any:
    """Compile the kernel for callees in other files, see ``compilation.py``."""

    @compiled_without_checks
    def boost(
        layout: Layout,
        rule: Rule,
        space: Space,
        effective: Array,
        y: Array,
        classes: Array,
        weight: Array,
        scores: Array,
        other_codes: Array,
        other_scores: Array,
        seed: int,
        leaf: Array,
        value: Array,
    ) -> int:
        """Train, adding to ``scores`` (n_scores, n) of the rows trained on and to ``other_scores`` tree by tree.

        Unless they are empty, ``leaf`` gets the number of the leaf of each row, those trained on first, in each tree,
        and ``value`` the values of each tree's leaves. A tree without a split leaves both as they are.
        """
        n_scores, n = scores.shape
        probability = np.empty((n_scores, n), np.float32)
        gradient, hessian = np.empty(n, np.int32), np.empty(n, np.int32)
        n_bundles = len(space.codes)
        used, masks = np.empty(n_bundles + 3, np.int64), np.empty((n_bundles + 3, CODES), np.uint64)
        allowed = np.ones(len(layout.first), np.bool_)
        n_taken = max(1, int(np.floor(rule.row_share * n + 0.5)))
        state = np.uint64(seed)
        for tree in range(rule.n_trees):
            _probabilities(scores, probability)
            for k in range(n_scores):
                sums = _derivatives(probability[k], y, classes[k], weight, n_scores, gradient, hessian)
                fields = _pack(gradient, hessian, sums, tree * n_scores + k, space.packed)
                state = choose_rows(n, n_taken, state, space.rows[0])
                state = choose_columns(rule.column_share, state, allowed)
                n_leaves = grow(layout, rule, space, fields, effective, allowed, n_taken)
                if n_leaves == 1:
                    continue
                _leaf_values(space, rule, n_leaves, gradient, hessian)
                row = tree * n_scores + k if leaf.shape[1] > 0 else 0
                predict_along(
                    space,
                    n_leaves,
                    n_taken == n,
                    used,
                    masks,
                    scores[k],
                    other_codes,
                    other_scores[k],
                    leaf[row],
                    value[row],
                )
        return callees

    return boost


@compiled_without_checks
def _exp(x: Any) -> Any:
    """The exponential in single precision, within 2 units in the last place, by the polynomial of Cephes."""
    x = min(max(x, np.float32(-87.0)), np.float32(87.0))
    k = np.floor(x * np.float32(1.4426950408889634) + np.float32(0.5))
    r = x - k * np.float32(0.693359375) - k * np.float32(-2.12194440e-4)
    p = np.float32(1.9875691500e-4)
    p = p * r + np.float32(1.3981999507e-3)
    p = p * r + np.float32(8.3334519073e-3)
    p = p * r + np.float32(4.1665795894e-2)
    p = p * r + np.float32(1.6666665459e-1)
    p = p * r + np.float32(5.0000001201e-1)
    power = np.int32((np.int32(k) + np.int32(127)) << np.int32(23)).view(np.float32)
    return (p * r * r + r + np.float32(1.0)) * power


@part_without_checks
def _probabilities(scores: Array, probability: Array) -> None:
    """Write the probability of class 1 where there is one score, and of each class where there are several."""
    n_scores, n = scores.shape
    if n_scores == 1:
        for i in range(n):
            probability[0, i] = np.float32(1) / (np.float32(1) + _exp(-scores[0, i]))
        return
    top, total = scores[0].copy(), np.zeros(n, np.float32)
    for k in range(1, n_scores):
        for i in range(n):
            top[i] = max(top[i], scores[k, i])
    for k in range(n_scores):
        for i in range(n):
            mass = _exp(scores[k, i] - top[i])
            probability[k, i] = mass
            total[i] += mass
    for k in range(n_scores):
        for i in range(n):
            probability[k, i] /= total[i]


@part_without_checks
def _derivatives(
    probability: Array, y: Array, label: int, weight: Array, n_scores: int, gradient: Array, hessian: Array
) -> Any:
    """Write them as whole numbers, and return the sums of positive and of negative gradients, and of hessians.

    With several scores hessians are larger by K / (K - 1), as LightGBM has them: one score of K is redundant.
    """
    up, down, bend = np.int64(0), np.int64(0), np.int64(0)
    factor = n_scores / (n_scores - 1.0) if n_scores > 1 else 1.0
    scale_g, scale_h = np.float32(1 / _GRADIENT_UNIT), np.float32(factor / _HESSIAN_UNIT)
    for i in range(len(probability)):
        p = probability[i]
        g = np.int32((p - np.float32(y[i] == label)) * weight[i] * scale_g)
        h = np.int32(p * (np.float32(1) - p) * weight[i] * scale_h)
        gradient[i], hessian[i] = g, h
        up += max(g, np.int32(0))
        down -= min(g, np.int32(0))
        bend += h
    return up, down, bend


@compiled_without_checks
def _fields(n: int, up: int, down: int, bend: int) -> Any:
    """Return the bits of the three fields, and how many bits of gradients and of hessians are dropped."""
    bits_n = 1
    while (1 << bits_n) <= n:
        bits_n += 1
    bits_h = min((64 - bits_n) // 2 - 1, 30)
    room_g = (np.int64(1) << min(63 - bits_n - bits_h, 30)) - n - 1
    room_h = (np.int64(1) << bits_h) - n - 1
    drop_g, drop_h = 0, 0
    while (max(up, down) >> drop_g) >= room_g:
        drop_g += 1
    while (bend >> drop_h) >= room_h:
        drop_h += 1
    return bits_n, bits_h, drop_g, drop_h


@compiled_without_checks
def _pack(gradient: Array, hessian: Array, sums: Any, tick: int, packed: Array) -> Any:
    """Write what each row adds, and return how it is read."""
    bits_n, bits_h, drop_g, drop_h = _fields(len(packed), sums[0], sums[1], sums[2])
    shift_g, low = bits_n + bits_h, np.uint64(0xFFFFFFFF)
    u, v = np.uint64(tick) * np.uint64(0x9E3779B1), np.uint64(tick) * np.uint64(0x85EBCA77)
    cut_g, cut_h = np.uint64(32 - drop_g), np.uint64(32 - drop_h)
    for i in range(len(packed)):
        u += np.uint64(0x9E3779B9)
        v += np.uint64(0xC13FA9A9)
        g = (np.int64(gradient[i]) + np.int64((u & low) >> cut_g)) >> drop_g
        h = (np.int64(hessian[i]) + np.int64((v & low) >> cut_h)) >> drop_h
        packed[i] = (g << shift_g) + (h << bits_n) + 1
    unit_g, unit_h = 2.0**drop_g * _GRADIENT_UNIT, 2.0**drop_h * _HESSIAN_UNIT
    return Fields(shift_g, bits_n, (1 << bits_h) - 1, (1 << bits_n) - 1, unit_g, unit_h)


@part_without_checks
def _leaf_values(space: Space, rule: Rule, n_leaves: int, gradient: Array, hessian: Array) -> None:
    """Compute the step of each leaf, from the sums without dropped bits."""
    for leaf in range(n_leaves):
        g, h = np.int64(0), np.int64(0)
        index = space.rows[space.leaf[leaf, HALF]][space.leaf[leaf, START] : space.leaf[leaf, STOP]]
        for j in range(len(index)):
            i = np.uint64(index[j])
            g += gradient[i]
            h += hessian[i]
        newton = g * _GRADIENT_UNIT / (h * _HESSIAN_UNIT + rule.l2)
        step = min(max(newton, -_LONGEST_STEP), _LONGEST_STEP)
        space.value[leaf] = np.float32(-rule.learning_rate * step)


boost = _compiled_boost(source_number(draws, growth, routing))
