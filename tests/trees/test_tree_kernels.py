"""The arithmetic of trees: sums that cannot overflow, splits by enumeration, the exponential, the drawing of rows."""

import math
from itertools import combinations

import numpy as np
import pytest

from longtail.compilation import read_only
from longtail.learners import BoostedTrees
from longtail.learners.kept import fingerprint
from longtail.trees import binning, table
from longtail.trees.arrays import Rule, space_for
from longtail.trees.boosting import MOST_ROWS, NO_LEAVES, NO_VALUES, _exp, _fields, _pack, boost
from longtail.trees.draws import choose_rows
from longtail.trees.table import TreeTable


@pytest.mark.parametrize("n", [1, 2, 3, 1000, 2**16, 2**19, MOST_ROWS])
def test_no_sum_overflows_its_field(n):
    """By whole numbers of Python: the largest sums that n rows can have, and smaller ones by powers of two."""
    for up in [0, *(n << bits for bits in range(0, 31, 3)), n << 30]:
        for bend in (0, n, n << 20, n << 30):
            bits_n, bits_h, drop_g, drop_h = _fields(n, up, up // 2, bend)
            assert n < 2**bits_n
            assert (up >> drop_g) + 1 + n <= 2 ** (63 - bits_n - bits_h)
            assert (bend >> drop_h) + 1 + n <= 2**bits_h
            assert max(drop_g, drop_h) <= 30
            assert bits_n + 2 * bits_h <= 64
            assert bits_h <= 30  # the kernels read fields as 32-bit numbers
            assert drop_g == 0 or (up >> (drop_g - 1)) + n + 1 >= min(2 ** (63 - bits_n - bits_h), 2**30)


def test_packed_sums_are_the_sums_of_their_parts():
    """Over random rows, the fields of one sum are the sums of rounded gradients and hessians and the number of rows."""
    rng = np.random.default_rng(0)
    n = 3000
    gradient = rng.integers(-(2**30), 2**30, n).astype(np.int32)
    hessian = rng.integers(0, 2**30, n).astype(np.int32)
    positive, negative = gradient[gradient > 0].sum(dtype=np.int64), -gradient[gradient < 0].sum(dtype=np.int64)
    packed = np.zeros(n, np.int64)
    sums = (positive, negative, hessian.sum(dtype=np.int64))
    shift_g, shift_h, mask_h, mask_n, unit_g, unit_h = _pack(gradient, hessian, sums, 7, packed)
    for rows in (rng.random(n) < 0.5, gradient > 0, gradient < 0, np.ones(n, bool)):
        total = int(packed[rows].sum())
        assert total & mask_n == rows.sum()
        exact_g, exact_h = gradient[rows].sum(dtype=np.int64) * 2.0**-30, hessian[rows].sum(dtype=np.int64) * 2.0**-31
        assert abs((total >> shift_g) * unit_g - exact_g) < 4 * math.sqrt(rows.sum()) * unit_g
        assert abs(((total >> shift_h) & mask_h) * unit_h - exact_h) < 4 * math.sqrt(rows.sum()) * unit_h


def _one_split(X, y, *, levels=(), min_rows=1, level_rows=1):
    """Which of the training rows go left in a tree of two leaves, without smoothing or penalty."""
    table = TreeTable.of(X, categorical=levels)
    layout = table.layout._replace(penalty=np.zeros_like(table.layout.penalty))
    rows = np.arange(len(X))
    cut = table.cut(rows, rows[:0])
    rule = Rule(1, 2, 99, 1.0, min_rows, 1e-9, 0.0, 1e-9, level_rows, 1.0, 1.0)
    scores = np.zeros((1, len(X)), np.float32)
    space = space_for(layout, 2, cut.words, cut.codes)
    ones = np.ones(len(X), np.float32)
    unasked = NO_LEAVES, NO_VALUES
    others = cut.other_codes, scores[:, :0]
    boost(layout, rule, space, cut.effective, y, np.array([1]), ones, scores, *others, 0, *unasked)
    return scores[0] == scores[0, 0]


def _gain(y, left):
    """At even odds: gradients are one half or minus one half, hessians a quarter."""
    return sum((0.5 - y[side]).sum() ** 2 / (0.25 * side.sum()) for side in (left, ~left) if side.any())


@pytest.mark.parametrize("seed", range(8))
def test_the_split_of_levels_is_the_best_of_all_halves(seed):
    """Fisher's theorem by enumeration: of all 2^5 ways to divide six levels, one of them missing values."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 6, (60, 1)).astype(np.float32)
    y = (rng.random(60) < rng.random(6)[X[:, 0].astype(int)]).astype(np.int64)
    X[X == 5] = np.nan
    level = np.where(np.isnan(X[:, 0]), 5, X[:, 0])
    halves = [np.isin(level, chosen) for size in range(1, 6) for chosen in combinations(range(6), size)]
    best = max(_gain(y, half) for half in halves)
    assert _gain(y, _one_split(X, y, levels=(0,))) == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_levels_of_few_rows_stay_together(seed):
    """Of frequent levels those with the most of class 1 go left; all with fewer than ten rows go right together."""
    rng = np.random.default_rng(seed)
    X = rng.choice(8, (90, 1), p=[0.3, 0.2, 0.2, 0.15, 0.06, 0.04, 0.03, 0.02]).astype(np.float32)
    y = (rng.random(90) < rng.random(8)[X[:, 0].astype(int)]).astype(np.int64)
    rows = np.bincount(X[:, 0].astype(int), minlength=8)
    frequent, rare = np.flatnonzero(rows >= 10), np.flatnonzero((rows > 0) & (rows < 10))
    found = _one_split(X, y, levels=(0,), level_rows=10)
    assert len(rare) > 1
    assert len(set(found[np.isin(X[:, 0], rare)].tolist())) == 1
    order = sorted(frequent, key=lambda level: -y[X[:, 0] == level].mean())
    best = max(_gain(y, np.isin(X[:, 0], order[:size])) for size in range(1, len(order) + 1))
    assert _gain(y, found) == pytest.approx(best, rel=1e-6)


@pytest.mark.parametrize("seed", range(8))
def test_the_split_of_an_ordered_feature_is_the_best_of_all_cuts(seed):
    """Of all cuts of three features, with missing values on either side, that leave five rows on each."""
    rng = np.random.default_rng(seed)
    X = rng.integers(0, 12, (50, 3)).astype(np.float32)
    y = rng.integers(0, 2, 50)
    X[rng.random(X.shape) < 0.2] = np.nan
    gone = np.isnan(X)
    cuts = [
        (X[:, [f]] <= cut)[:, 0] | (gone[:, f] & side) for f in range(3) for cut in range(12) for side in (False, True)
    ]
    cuts += [~gone[:, f] for f in range(3)]
    best = max(_gain(y, left) for left in cuts if min(left.sum(), (~left).sum()) >= 5)
    found = _one_split(X, y, min_rows=5)
    assert min(found.sum(), (~found).sum()) >= 5
    assert _gain(y, found) == pytest.approx(best, rel=1e-6)


def test_the_exponential():
    """Within two units in the last place of the mathematical library's, over the whole range of single precision."""
    points = np.linspace(-87, 87, 5001, dtype=np.float32)
    found = np.array([_exp(x) for x in points], np.float64)
    assert np.abs(found / np.exp(points.astype(np.float64)) - 1).max() < 2 * 2.0**-23


def test_rows_are_drawn_without_replacement_and_each_as_often():
    """4,000 draws of 3 of 10 rows: each row 1,200 times with standard deviation 29; six of them: one alarm in 5e7."""
    state, index, seen = np.uint64(1), np.zeros(10, np.int32), np.zeros(10)
    for _ in range(4000):
        state = np.uint64(choose_rows(10, 3, state, index))
        chosen = index[:3]
        assert (np.diff(chosen) > 0).all()
        seen[chosen] += 1
    assert seen.sum() == 12_000
    assert np.abs(seen - 1200).max() < 6 * 29


def test_bins_hold_about_equally_many_rows():
    """300 distinct values in 50 bins: six each; what is not in the subset belongs to the nearer side of a cut."""
    values = np.arange(600, dtype=np.float32)
    rows = np.zeros(600, np.int64)
    rows[::2] = 1
    bins = np.zeros(600, np.int64)
    binning.bins_of_ranks(rows, values, 50, bins)
    assert (np.bincount(bins[::2]) == 6).all()
    assert (np.diff(bins) >= 0).all()
    assert bins[11] == bins[10]  # the middle of 10 and 12 is still on the left
    values[11] = 11.5
    binning.bins_of_ranks(rows, values, 50, bins)
    assert bins[11] == bins[12] == bins[10] + 1


def test_few_values_have_a_bin_each_and_many_rows_of_one_value_share_it():
    bins = np.zeros(5, np.int64)
    binning.bins_of_ranks(np.array([3, 0, 2, 9, 1]), np.arange(5, dtype=np.float32), 4, bins)
    np.testing.assert_array_equal(bins, [0, 0, 1, 2, 3])
    rows = np.ones(1000, np.int64)
    rows[500] = 1000
    bins = np.zeros(1000, np.int64)
    binning.bins_of_ranks(rows, np.arange(1000, dtype=np.float32), 255, bins)
    assert bins.max() <= 254
    assert (bins == bins[500]).sum() < 8


def test_a_fingerprint_sees_values_and_order():
    values = np.arange(1000, dtype=np.uint64)
    prints = {int(fingerprint(read_only(values)))}
    for place in (0, 500, 999):
        changed = values.copy()
        changed[place] += np.uint64(1)
        prints.add(int(fingerprint(read_only(changed))))
    prints.add(int(fingerprint(read_only(values[::-1].copy()))))
    prints.add(int(fingerprint(read_only(values[:-1].copy()))))
    assert len(prints) == 6


def test_two_bundles_more_than_a_word_are_joined_and_nothing_that_is_grown_changes(monkeypatch):
    """Nine features of 15 levels: 225 codes a pair are more than a small bundle may have, and fewer than a byte."""
    rng = np.random.default_rng(0)
    X = rng.integers(0, 15, (600, 9)).astype(np.float32)
    y = (X[:, 0] > 7) ^ (X[:, 8] > 7)
    grown = {}
    for saved in (2, 0):
        monkeypatch.setattr(table, "_BUNDLES_SAVED", saved)
        made = TreeTable.of(X, categorical=(0, 1))
        assert len(made.codes) == {2: 5, 0: 9}[saved]
        decoded = [made.bins_of_codes(f)[made.codes[made.layout.bundle[f]]] for f in range(9)]
        np.testing.assert_array_equal(decoded, X.T)
        monkeypatch.setattr("longtail.learners.trees.boosting_settings.table_of", lambda *_, made=made: made)
        learner = BoostedTrees(n_trees=4, categorical=(0, 1))
        grown[saved] = learner.fit_predict(X[:400], y[:400].astype(int), X, n_classes=2, seed=0).logits.tobytes()
    assert grown[2] == grown[0]
