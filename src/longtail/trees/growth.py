r"""Compiled growth of one tree: the leaf whose best split gains most is split next.

Rows are counted by the codes of their bundles, eight codes a word; the sums of codes are then spread to the bins of the
features. Of an ordered feature a bin holds the sum of itself and those before it, which is what a cut sends left. Of
two children only the smaller is counted, the other is what remains. The gain of a split into sides with
gradients :math:`G` and hessians :math:`H` is [ChenGuestrin2016]_

.. math:: \frac{G_l^2}{H_l + \lambda} + \frac{G_r^2}{H_r + \lambda} - \frac{G^2}{H + \lambda},

and of gains that are equal in single precision the first counts, in the order of the features and of their bins. Levels
of an unordered feature are ordered by :math:`G / (H + s)` first [Fisher1958]_; those with few rows in a leaf are not
told apart there, since their gradients are mostly noise. Indices are unsigned where it matters,
since numba looks whether others are negative. All files here obey one rule: no function of the mathematical library, no
fused operation, so that the bits are the same on every processor.
"""

from typing import Any, NamedTuple

import numpy as np
from numba.core import types
from numba.extending import intrinsic

from longtail.compilation import compiled_without_checks, part_without_checks
from longtail.trees.arrays import (
    BEST,
    CODES,
    DEPTH,
    HALF,
    ORDERED,
    PARENT,
    SLOT,
    START,
    STOP,
    TOTAL,
    TWO_BINS,
    UNORDERED,
    Array,
    Layout,
    Rule,
    Space,
)

__all__ = ["Fields", "grow"]

_LEAST_GAIN = 1e-10
_BLOCK = 512
"""Candidates of which the largest gain is known, so that only its block is searched for it."""


class Fields(NamedTuple):
    """Fields of a packed sum: gradients, hessians, number of rows, from the highest bits to the lowest.

    Gradients begin at bit 32 or above. Where the number of rows stands for the hessians, both begin at bit 0.
    """

    shift_g: int
    shift_h: int
    mask_h: int
    mask_n: int
    unit_g: float
    unit_h: float


def _in_32_bits(operation: str) -> Any:
    """Make an operation of two 32-bit numbers whose result has 32 bits too, where numba's own have 64."""

    def typed(_context: Any, _left: Any, _right: Any) -> Any:
        def code(_context: Any, builder: Any, _signature: Any, numbers: Any) -> Any:
            return getattr(builder, operation)(*numbers)

        return types.int32(types.int32, types.int32), code

    return intrinsic(typed)


_shift_up, _shift_down, _shift_signed, _minus = map(_in_32_bits, ("shl", "lshr", "ashr", "sub"))


def _bits(_context: Any, _number: Any) -> Any:
    """Read the bits of a number in single precision. Positive numbers have the order of their bits."""

    def code(context: Any, builder: Any, _signature: Any, numbers: Any) -> Any:
        return builder.bitcast(numbers[0], context.get_value_type(types.int32))

    return types.int32(types.float32), code


_bits_of: Any = intrinsic(_bits)


@compiled_without_checks
def grow(
    layout: Layout, rule: Rule, space: Space, fields: Fields, effective: Array, allowed: Array, n_taken: int
) -> int:
    """Grow a tree on the rows ``space.rows[0, :n_taken]``, and return its number of leaves."""
    _plant(layout, rule, space, fields, allowed, n_taken)
    n_leaves = 1
    while n_leaves < rule.n_leaves:
        leaf = 0
        for other in range(1, n_leaves):
            if space.gain[other] > space.gain[leaf]:
                leaf = other
        if not space.gain[leaf] > 0:
            break
        _split(layout, rule, space, fields, effective, leaf, n_leaves)
        n_leaves += 1
        if n_leaves < rule.n_leaves:
            _judge(layout, rule, space, fields, allowed, leaf, n_leaves - 1)
    return n_leaves


@part_without_checks
def _plant(layout: Layout, rule: Rule, space: Space, fields: Fields, allowed: Array, n_taken: int) -> None:
    """Make the root, a leaf of all rows."""
    total = np.int64(0)
    for j in range(n_taken):
        total += space.packed[np.uint64(space.rows[0, j])]
    space.leaf[0, START], space.leaf[0, STOP], space.leaf[0, HALF], space.leaf[0, DEPTH] = 0, n_taken, 0, 0
    space.leaf[0, TOTAL], space.leaf[0, PARENT], space.leaf[0, SLOT], space.gain[0] = total, -1, 0, 0.0
    _count(space, 0, len(space.codes))
    _spread(layout, space.sums, total, space.bins[0])
    if n_taken >= 2 * rule.min_rows and rule.max_depth > 0:
        space.gain[0], space.leaf[0, BEST] = _best(layout, rule, space, fields, allowed, 0)


@part_without_checks
def _split(layout: Layout, rule: Rule, space: Space, fields: Fields, effective: Array, leaf: int, new: int) -> None:
    """Divide the rows of ``leaf``, so that those that go right become the leaf ``new``."""
    split, candidate, bins = new - 1, space.leaf[leaf, BEST], space.bins[space.leaf[leaf, SLOT]]
    bundle = layout.bundle[layout.feature[candidate]]
    left = _left_sum(layout, rule, space, fields, bins, candidate)
    n_left, n_both = left & fields.mask_n, space.leaf[leaf, TOTAL] & fields.mask_n
    _sides(layout, rule, space, fields, effective, bins, candidate, 2 * n_left > n_both, split)
    space.split[split, 0] = bundle
    if space.leaf[leaf, PARENT] >= 0:
        space.split[space.leaf[leaf, PARENT] // 2, 1 + space.leaf[leaf, PARENT] % 2] = split
    space.split[split, 1], space.split[split, 2] = -1 - leaf, -1 - new
    space.leaf[leaf, PARENT], space.leaf[new, PARENT] = 2 * split, 2 * split + 1
    start, stop, half = space.leaf[leaf, START], space.leaf[leaf, STOP], space.leaf[leaf, HALF]
    middle = _partition(space.codes[bundle], space.goes_left[split], space.rows, half, start, stop)
    space.leaf[leaf, STOP], space.leaf[new, START], space.leaf[new, STOP] = middle, middle, stop
    space.leaf[leaf, HALF], space.leaf[new, HALF] = 1 - half, 1 - half
    space.leaf[new, TOTAL], space.leaf[leaf, TOTAL] = space.leaf[leaf, TOTAL] - left, left
    space.leaf[leaf, DEPTH] += 1
    space.leaf[new, DEPTH] = space.leaf[leaf, DEPTH]
    space.gain[leaf], space.gain[new] = 0.0, 0.0


@part_without_checks
def _judge(layout: Layout, rule: Rule, space: Space, fields: Fields, allowed: Array, leaf: int, new: int) -> None:
    """Count two fresh leaves and look for their best splits. The larger one keeps the bins, less the other's."""
    n_left, n_right = space.leaf[leaf, STOP] - space.leaf[leaf, START], space.leaf[new, STOP] - space.leaf[new, START]
    if max(n_left, n_right) < 2 * rule.min_rows or space.leaf[leaf, DEPTH] >= rule.max_depth:
        return
    smaller, larger = (leaf, new) if n_left <= n_right else (new, leaf)
    space.leaf[larger, SLOT], space.leaf[smaller, SLOT] = space.leaf[leaf, SLOT], new
    _count(space, smaller, len(space.codes))
    rest, counted = space.bins[space.leaf[larger, SLOT]], space.bins[new]
    _spread(layout, space.sums, space.leaf[smaller, TOTAL], counted)
    for q in range(len(rest)):
        rest[q] -= counted[q]
    if n_left >= 2 * rule.min_rows:
        space.gain[leaf], space.leaf[leaf, BEST] = _best(layout, rule, space, fields, allowed, leaf)
    if n_right >= 2 * rule.min_rows:
        space.gain[new], space.leaf[new, BEST] = _best(layout, rule, space, fields, allowed, new)


# ---------------------------------------------------------------------------------------------------------- counting


@part_without_checks
def _count(space: Space, leaf: int, n_bundles: int) -> None:
    """Sum the leaf's rows by code."""
    index = space.rows[space.leaf[leaf, HALF]][space.leaf[leaf, START] : space.leaf[leaf, STOP]]
    space.sums[:] = 0
    for number in range(len(space.words)):
        words, lanes = space.words[number], min(n_bundles - 8 * number, 8)
        sums = space.sums[number * 8 * CODES : (number + 1) * 8 * CODES]
        if len(index) == len(words):  # All rows are taken, in order.
            for i in range(len(words)):
                _add(sums, words[i], space.packed[i], lanes)
        else:
            for j in range(len(index)):
                row = np.uint64(index[j])
                _add(sums, words[row], space.packed[row], lanes)


@part_without_checks
def _add(sums: Array, word: Any, packed: int, lanes: int) -> None:
    low = np.uint64(255)
    sums[word & low] += packed
    sums[np.uint64(256) + ((word >> np.uint64(8)) & low)] += packed
    if lanes > 2:
        sums[np.uint64(512) + ((word >> np.uint64(16)) & low)] += packed
        sums[np.uint64(768) + ((word >> np.uint64(24)) & low)] += packed
    if lanes > 4:
        sums[np.uint64(1024) + ((word >> np.uint64(32)) & low)] += packed
        sums[np.uint64(1280) + ((word >> np.uint64(40)) & low)] += packed
    if lanes > 6:
        sums[np.uint64(1536) + ((word >> np.uint64(48)) & low)] += packed
        sums[np.uint64(1792) + (word >> np.uint64(56))] += packed


@part_without_checks
def _spread(layout: Layout, sums: Array, total: int, bins: Array) -> None:
    """Turn sums by code into sums by bin. A feature's default bin gets what the others leave."""
    for f in range(len(layout.first)):
        first, default = layout.first[f], layout.default[f]
        if default < 0:
            by_code = sums[layout.bundle[f] * CODES : (layout.bundle[f] + 1) * CODES]
            by_bin = bins[first : first + layout.stored[f]]
            if layout.kind[f] == ORDERED:
                _add_up(by_code, by_bin)
            else:
                for b in range(len(by_bin)):
                    by_bin[b] = by_code[b]
        elif layout.kind[f] == TWO_BINS:
            counted = np.int64(0)
            for e in range(layout.entry[f], layout.entry[f + 1]):
                counted += sums[np.uint64(layout.entry_code[np.uint64(e)])]
            bins[np.uint64(first)] = counted
        else:
            rest = total
            bins[first : first + layout.stored[f]] = 0
            for e in range(layout.entry[f], layout.entry[f + 1]):
                counted = sums[np.uint64(layout.entry_code[np.uint64(e)])]
                bins[np.uint64(layout.entry_bin[np.uint64(e)])] += counted
                rest -= counted
            bins[np.uint64(first + default)] += rest
            if layout.kind[f] == ORDERED:
                _add_up(bins[first : first + layout.stored[f]], bins[first : first + layout.stored[f]])


@part_without_checks
def _add_up(parts: Array, sums: Array) -> None:
    """Write the sum of the first so many parts."""
    left = np.int64(0)
    for b in range(len(sums)):
        left += parts[b]
        sums[b] = left


# --------------------------------------------------------------------------------------------------------- best split


@part_without_checks
def _best(layout: Layout, rule: Rule, space: Space, fields: Fields, allowed: Array, leaf: int) -> Any:
    """Return gain and candidate of the leaf's best split, or 0 and -1 where none gains."""
    total, bins = space.leaf[leaf, TOTAL], space.bins[space.leaf[leaf, SLOT]]
    as_they_are = _left_sums(layout, rule, space, fields, allowed, bins)
    most, candidate = np.int32(0), 0
    for number in range(len(layout.series)):
        first, last, at = layout.series[number, 0], layout.series[number, 1], layout.series[number, 2]
        left_sum = bins[at : at + last - first] if as_they_are and at >= 0 else space.left_sum[first:last]
        for start in range(0, last - first, _BLOCK):
            stop = min(start + _BLOCK, last - first)
            penalty, gains = layout.penalty[first + start : first + stop], space.gains[first + start : first + stop]
            most_here = _gains(rule, fields, total, left_sum[start:stop], penalty, gains)
            if most_here > most:
                most, candidate = most_here, first + start
    if most <= 0:
        return 0.0, -1
    while space.gains[np.uint64(candidate)] != most:
        candidate += 1
    left, penalty_there = _left_sum(layout, rule, space, fields, bins, candidate), np.float64(layout.penalty[candidate])
    whole = _worth(total, fields, rule.l2)
    gain = _worth(left, fields, penalty_there) + _worth(total - left, fields, penalty_there) - whole
    if gain > _LEAST_GAIN * whole + 1e-15:
        return gain, candidate
    return 0.0, -1


@part_without_checks
def _worth(total: int, fields: Fields, penalty: float) -> Any:
    g = np.float64(total >> fields.shift_g) * fields.unit_g
    return g * g / (_hessian(total, fields) + penalty)


@part_without_checks
def _hessian(total: int, fields: Fields) -> float:
    return np.float64((total >> fields.shift_h) & fields.mask_h) * fields.unit_h


@part_without_checks
def _left_sums(layout: Layout, rule: Rule, space: Space, fields: Fields, allowed: Array, bins: Array) -> Any:
    """Compute the sum of what goes left, for each candidate, and return whether bins may be read instead.

    It is 0, which is no split, where its feature is not allowed. Where all are, no bins that are candidates as they are
    are copied.
    """
    as_they_are = True
    for f in range(len(allowed)):
        as_they_are = as_they_are and allowed[f]
    for number in range(len(layout.series)):
        if as_they_are and layout.series[number, 2] >= 0:
            continue
        first, last = layout.series[number, 0], layout.series[number, 1]
        for f in range(layout.feature[first], layout.feature[last - 1] + 1):
            found = space.left_sum[layout.candidate[f] : layout.candidate[f + 1]]
            by_bin = bins[layout.first[f] : layout.first[f] + layout.stored[f]]
            if not allowed[f]:
                found[:] = 0
            elif layout.kind[f] == UNORDERED:
                n_frequent = _order_levels(by_bin, rule, space, fields)
                left = np.int64(0)
                for k in range(len(found)):
                    left += by_bin[space.order[k]]
                    found[k] = left if k < n_frequent else 0
            elif layout.missing[f] and layout.kind[f] == ORDERED:
                n_cuts = len(by_bin) - 1
                missing = by_bin[n_cuts] - by_bin[n_cuts - 1]
                for b in range(n_cuts):
                    found[b] = by_bin[b]
                for b in range(len(found) - n_cuts):
                    found[n_cuts + b] = by_bin[b] + missing
            else:
                for b in range(len(found)):
                    found[b] = by_bin[b]
    return as_they_are


@part_without_checks
def _gains(rule: Rule, fields: Fields, total: int, left_sum: Array, penalty: Array, gains: Array) -> Any:
    """Write the bits of gains, without the subtrahend that all splits of a leaf share, and return the largest.

    They are those of a negative number where a side is too small. Whole numbers are compared faster, and fields are
    read from the two halves of a sum, for a vector holds twice as many numbers of 32 bits as of 64.
    """
    least, n = np.int32(rule.min_rows), np.int32(total & fields.mask_n)
    g, h = np.int32(total >> fields.shift_g), np.int32((total >> fields.shift_h) & fields.mask_h)
    unit_g, unit_h, low = np.float32(fields.unit_g), np.float32(fields.unit_h), np.float32(rule.min_hessian)
    mask_h, mask_n, halves = np.int32(fields.mask_h), np.int32(fields.mask_n), left_sum.view(np.int32)
    down_g, down_h = np.int32(fields.shift_g - 32), np.int32(fields.shift_h)
    up_h = np.int32(min(32 - fields.shift_h, 31))  # A shift by 32 is not defined; by 31 the mask takes what is left.
    most = np.int32(0)
    for q in range(len(gains)):
        k = np.uint64(2) * np.uint64(q)
        lower, upper = halves[k], halves[k + np.uint64(1)]
        n_left, whole_g = np.int32(lower & mask_n), _shift_signed(upper, down_g)
        whole_h = np.int32((_shift_up(upper, up_h) | _shift_down(lower, down_h)) & mask_h)
        g_left, h_left = np.float32(whole_g) * unit_g, np.float32(whole_h) * unit_h
        g_right, h_right = np.float32(_minus(g, whole_g)) * unit_g, np.float32(_minus(h, whole_h)) * unit_h
        large = (n_left >= least) & (_minus(n, n_left) >= least)
        fine = large & (h_left >= low) & (h_right >= low)
        h_left += penalty[q]
        h_right += penalty[q]
        gain = (g_left * g_left * h_right + g_right * g_right * h_left) / (h_left * h_right)
        bits = _bits_of(gain) if fine else np.int32(-1)
        gains[q] = bits
        most = bits if bits > most else most
    return most


@part_without_checks
def _order_levels(by_bin: Array, rule: Rule, space: Space, fields: Fields) -> int:
    """Order levels by G / (H + smoothing), and return how many have enough rows for that. The others come last."""
    n_frequent = 0
    for b in range(len(by_bin)):
        if (by_bin[b] & fields.mask_n) < rule.level_rows:
            continue
        g = np.float64(by_bin[b] >> fields.shift_g) * fields.unit_g
        ratio = g / (_hessian(by_bin[b], fields) + rule.smoothing)
        k = n_frequent
        while k > 0 and space.ratio[k - 1] > ratio:
            space.ratio[k] = space.ratio[k - 1]
            space.order[k] = space.order[k - 1]
            k -= 1
        space.ratio[k], space.order[k] = ratio, b
        n_frequent += 1
    n_ordered = n_frequent
    for b in range(len(by_bin)):
        if (by_bin[b] & fields.mask_n) < rule.level_rows:
            space.order[n_ordered] = b
            n_ordered += 1
    return n_frequent


# ---------------------------------------------------------------------------------------------------------- splitting


@part_without_checks
def _left_sum(layout: Layout, rule: Rule, space: Space, fields: Fields, bins: Array, candidate: int) -> Any:
    """Return the sum of what a candidate sends left."""
    f = layout.feature[candidate]
    cut = candidate - layout.candidate[f]
    by_bin = bins[layout.first[f] : layout.first[f] + layout.stored[f]]
    left = np.int64(0)
    if layout.kind[f] == TWO_BINS:
        left += by_bin[0]
    elif layout.kind[f] == ORDERED:
        if cut >= len(by_bin) - 1:
            cut -= len(by_bin) - 1
            left += by_bin[len(by_bin) - 1] - by_bin[len(by_bin) - 2]
        left += by_bin[cut]
    else:
        _order_levels(by_bin, rule, space, fields)
        for k in range(cut + 1):
            left += by_bin[space.order[k]]
    return left


@part_without_checks
def _sides(
    layout: Layout,
    rule: Rule,
    space: Space,
    fields: Fields,
    effective: Array,
    bins: Array,
    candidate: int,
    most_left: bool,
    split: int,
) -> None:
    """Write which codes of the bundle go left. A code that no row of the leaf has goes where most rows go."""
    f = layout.feature[candidate]
    cut, first, n_bins = candidate - layout.candidate[f], layout.first[f], layout.stored[f]
    by_bin, left = bins[first : first + n_bins], space.sides
    if layout.kind[f] == TWO_BINS:
        left[0] = layout.default[f] != 0  # the stored bin is the one that is not the default
        left[1] = not left[0]
        n_bins = 2
    elif layout.kind[f] == ORDERED:
        missing_left = most_left and by_bin[n_bins - 1] == by_bin[n_bins - 2]
        if cut >= n_bins - 1:
            cut, missing_left = cut - (n_bins - 1), True
        for b in range(n_bins):
            left[b] = effective[first + b] <= cut
        if layout.missing[f]:
            left[n_bins - 1] = missing_left
    else:
        _order_levels(by_bin, rule, space, fields)
        for k in range(n_bins):
            level = space.order[k]
            left[level] = k <= cut if by_bin[level] != 0 else most_left
    _codes_left(layout, f, left, n_bins, space.goes_left[split])


@part_without_checks
def _codes_left(layout: Layout, f: int, left: Array, n_bins: int, goes_left: Array) -> None:
    default = layout.default[f]
    if default < 0:
        goes_left[:] = 0
        for b in range(n_bins):
            goes_left[b] = left[b]
        return
    goes_left[:] = left[default]
    for e in range(layout.entry[f], layout.entry[f + 1]):
        stored = layout.kind[f] != TWO_BINS
        bin_ = layout.entry_bin[e] - layout.first[f] if stored else 1 - default
        goes_left[layout.entry_code[e] % CODES] = left[bin_]


@part_without_checks
def _partition(codes: Array, goes_left: Array, index: Array, half: int, start: int, stop: int) -> Any:
    """Write rows that go left from ``start`` upwards, others from ``stop`` downwards. No branch has to be predicted."""
    source, target = index[half], index[1 - half]
    low, high, one = np.uint64(start), np.uint64(stop - 1), np.uint64(1)
    for j in range(start, stop):
        row = source[np.uint64(j)]
        is_left = np.uint64(goes_left[np.uint64(codes[np.uint64(row)])])
        target[low] = row
        target[high] = row
        low += is_left
        high += is_left - one
    return np.int64(low)
