"""What the kernels of boosted trees read and write: the layout of the bins, the rule of growth, the memory of a run."""

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "BEST",
    "CODES",
    "DEPTH",
    "HALF",
    "ORDERED",
    "PARENT",
    "SLOT",
    "START",
    "STOP",
    "TOTAL",
    "TWO_BINS",
    "UNORDERED",
    "Array",
    "Layout",
    "Rule",
    "Space",
    "space_for",
]

Array = NDArray[Any]
CODES = 256
TWO_BINS, ORDERED, UNORDERED = 0, 1, 2
START, STOP, HALF, DEPTH, TOTAL, PARENT, BEST, SLOT = range(8)
"""Of a leaf: its rows within a half, its depth and sum, 2 * split + side above it, its best candidate, its bins."""


class Layout(NamedTuple):
    """Places of the bins of each feature, and the codes of its bundle that mean each bin, see ``table.py``.

    A candidate is a split that is compared with others: what goes left is one of two bins; the bins up to one of them,
    without the missing values or, once more, with them; the first so many levels in their order, of those with enough
    rows. Where an ordered feature has no missing values, its last bin is a candidate too, which sends all left and
    never wins: so the sums of all its bins, as they are, are those of its candidates.
    """

    first: Array  # (d,) first stored bin
    stored: Array  # (d,) number of stored bins: 1 of a feature with two bins
    kind: Array  # (d,) TWO_BINS, ORDERED or UNORDERED
    missing: Array  # (d,) whether the last bin is of missing values
    bundle: Array  # (d,) whose codes hold the feature
    default: Array  # (d,) bin of the codes that have no entry; -1 where a code is the bin
    entry: Array  # (d + 1,) where the feature's entries start: pairs of a code and its bin
    entry_code: Array  # bundle * 256 + code
    entry_bin: Array  # among all stored bins; of a feature with two bins, its only one
    candidate: Array  # (d + 1,) where the feature's candidates start
    feature: Array  # (n_candidates,) feature of a candidate
    series: Array  # (n_series, 3) of candidates: first, one past the last, the bin whose sum is the first's or -1
    penalty: Array  # (n_candidates,) added to the hessians of both sides


class Rule(NamedTuple):
    """Settings of the growth of trees."""

    n_trees: int
    n_leaves: int
    max_depth: int
    learning_rate: float
    min_rows: int
    min_hessian: float
    l2: float
    smoothing: float
    level_rows: int
    row_share: float
    column_share: float


class Space(NamedTuple):
    """Memory of one training run, so that no tree has to allocate more."""

    packed: Array  # (n,) int64, what a row adds to a sum
    words: Array  # (n_words, n) uint64, eight codes of a row
    codes: Array  # (n_bundles, n) uint8
    rows: Array  # (2, n) int32, leaf by leaf; a split moves those of its leaf to the other half
    sums: Array  # (n_words * 8 * 256,) by code
    bins: Array  # (n_leaves, n_stored) by bin
    left_sum: Array  # (n_candidates,)
    gains: Array  # (n_candidates,) int32, the bits of numbers
    ratio: Array  # (256,) of levels
    order: Array  # (256,) of levels
    sides: Array  # (256,) whether a bin goes left
    goes_left: Array  # (n_leaves - 1, 256) whether a code goes left
    split: Array  # (n_leaves - 1, 3) bundle, and two children: a split, or -1 - leaf
    leaf: Array  # (n_leaves, 8) its START ... SLOT
    gain: Array  # (n_leaves,) of its best split; 0 where it has none
    value: Array  # (64,) float32


def space_for(layout: Layout, n_leaves: int, words: Array, codes: Array) -> Space:
    """Allocate memory for trees of ``n_leaves`` on the rows whose codes are given."""
    n, n_candidates, n_splits = codes.shape[1], len(layout.feature), max(n_leaves - 1, 1)
    n_stored = int(layout.stored.sum())
    return Space(
        packed=np.zeros(n, np.int64),
        words=words,
        codes=codes,
        rows=np.zeros((2, n), np.int32),
        sums=np.zeros(len(words) * 8 * CODES, np.int64),
        bins=np.zeros((n_leaves, n_stored), np.int64),
        left_sum=np.zeros(n_candidates, np.int64),
        gains=np.zeros(n_candidates, np.int32),
        ratio=np.zeros(CODES, np.float64),
        order=np.zeros(CODES, np.int64),
        sides=np.zeros(CODES, np.bool_),
        goes_left=np.zeros((n_splits, CODES), np.uint8),
        split=np.zeros((n_splits, 3), np.int64),
        leaf=np.zeros((n_leaves, 8), np.int64),
        gain=np.zeros(n_leaves, np.float64),
        value=np.zeros(64, np.float32),
    )
