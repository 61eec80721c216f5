r"""Counting all pairs of a training and a test example without keeping them.

Of a pair, three whole numbers matter: how many trials had the training example (:math:`n_1` of T), how many were right
on the test example (K), and how many did both (k). So the pairs are a count table over few cells (:math:`n_1`, K, k),
and everything that ranks pairs, Fisher's p-values and q-values over all pairs, is computed once a cell.

Trials are bits of 64-bit words: k is a population count of an AND, some tens of words a pair. The kernels go over the
pairs in tiles that stay in cache; two passes over 600 million pairs of 2,000 trials cost less than one matrix product.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from longtail.array_types import Bits, Reals, Whole, Words
from longtail.compilation import compiled, part

__all__ = ["HIGHEST", "LOWEST", "PackedTrials", "count_pairs", "fisher_cells", "packed", "pairs_at_or_above"]

LOWEST = np.iinfo(np.int64).min
"""Below every pair: where none is kept yet."""
HIGHEST = np.iinfo(np.int64).max
"""Above every pair."""

_TILE = 2048  # Test examples at a time: their words and counts stay in cache.
_COPIES = 4  # Of the counts: a processor waits where it adds to one cell again and again.
_BLOCK = 32  # Pairs that are looked at together: mostly none of them is among the strongest.


@dataclass(frozen=True, slots=True, kw_only=True)
class PackedTrials:
    """Bits of trials, example by example: ``words`` is (examples, words) and ``totals`` counts each example's bits."""

    words: Words
    totals: Whole
    n_trials: int

    @property
    def varied(self) -> Bits:
        """(examples,) bool array: whether the bit is not the same in all trials, so that something can move it."""
        some: Bits = (self.totals > 0) & (self.totals < self.n_trials)
        return some


def packed(bits: NDArray[np.bool_]) -> PackedTrials:
    """Pack a (trials, examples) table."""
    n_trials, n = bits.shape
    words = np.zeros((n, -(-n_trials // 64)), np.uint64)
    as_bytes = words.view(np.uint8)
    for start in range(0, n, 4096):
        rows = slice(start, start + 4096)
        packed_bits = np.packbits(np.ascontiguousarray(bits[:, rows].T), axis=1)
        as_bytes[rows, : packed_bits.shape[1]] = packed_bits
    return PackedTrials(words=words, totals=np.bitwise_count(words).sum(axis=1, dtype=np.int64), n_trials=n_trials)


@part
def _joint(one: Words, other: Words) -> int:
    """Count the bits that both have, in a form that compilers turn into the population count."""
    total = np.uint64(0)
    for word in range(len(one)):
        total += _ones(one[word] & other[word])
    return int(total)


@part
def _ones(x: np.uint64) -> np.uint64:
    x = x - ((x >> np.uint64(1)) & np.uint64(0x5555555555555555))
    x = (x & np.uint64(0x3333333333333333)) + ((x >> np.uint64(2)) & np.uint64(0x3333333333333333))
    x = (x + (x >> np.uint64(4))) & np.uint64(0x0F0F0F0F0F0F0F0F)
    return (x * np.uint64(0x0101010101010101)) >> np.uint64(56)


@part
def _joints(one: Words, others: Words, totals: Words) -> None:
    """Count the bits that ``one`` has with each of ``others``, (words, examples): many at a time, as memory lies."""
    totals[:] = np.uint64(0)
    for word in range(len(one)):
        mine, theirs = one[word], others[word]
        for place in range(len(theirs)):
            totals[place] += _ones(mine & theirs[place])


@compiled
def count_pairs(
    train: Words,
    n_included: int,
    rows: Whole,
    test: Words,
    right: Whole,
    columns: Whole,
    n_trials: int,
    cells: Words,
    counts: Whole,
    row_best: Whole,
    row_chosen: Whole,
    column_best: Whole,
    column_chosen: Whole,
) -> None:
    """Count each pair once: in its cell, and among the strongest of its row and of its column.

    Influence is ordered by the whole number k T - K n_1: in a row, T and n_1 are the training example's own, and in a
    column, examples that are in equally often are ordered alike. The lower place comes first among equals.

    Parameters
    ----------
    train, n_included, rows
        Bits of training examples that were in equally many trials, how many, and their places, rising.
    test, right, columns
        Bits, (words, examples), totals and places of test examples.
    n_trials : int
        T.
    cells : (examples,) array
        Where the counts of each test example's cells begin, one for each k.
    counts : array
        Of pairs in each cell; added to.
    row_best, row_chosen, column_best, column_chosen : (examples, kept) arrays
        The strongest so far and their places, the strongest first; brought up to date. None is kept where there is no
        room, and none of a column that has the highest number already.
    """
    in_rows, in_columns = row_best.shape[1] > 0, column_best.shape[1] > 0
    room, in_cells = np.empty(_TILE, np.uint64), np.zeros((_COPIES, len(counts)), np.int64)
    flat, step = in_cells.ravel(), np.uint64(len(counts))
    for left in range(0, test.shape[1], _TILE):
        tile = test[:, left : left + _TILE]
        width = tile.shape[1]
        joint = room[:width]
        cell = np.empty(width, np.uint64)
        chance, least = np.empty(width, np.int64), np.full(width, HIGHEST)
        for j in range(width):
            cell[j] = cells[left + j] + np.uint64(j % _COPIES) * step
            chance[j] = right[left + j] * n_included
            if in_columns and column_best[left + j, -1] < HIGHEST:
                least[j] = column_best[left + j, -1] + (rows[0] > column_chosen[left + j, -1])
        for i in range(len(train)):
            _joints(train[i], tile, joint)
            for j in range(width):
                flat[cell[j] + joint[j]] += 1
            if not in_rows and not in_columns:
                continue
            bar = row_best[i, -1] if in_rows else HIGHEST
            for start in range(0, width, _BLOCK):
                block = slice(start, start + _BLOCK)
                if not _any_high(joint[block], chance[block], least[block], n_trials, bar):
                    continue
                for j in range(start, min(start + _BLOCK, width)):
                    height = np.int64(joint[j]) * n_trials - chance[j]
                    if height >= bar:
                        _keep(height, columns[left + j], row_best[i], row_chosen[i])
                        bar = row_best[i, -1]
                    if height >= least[j]:
                        _keep(height, rows[i], column_best[left + j], column_chosen[left + j])
                        least[j] = column_best[left + j, -1] + 1
    for copy in in_cells:
        counts += copy


@part
def _any_high(joint: Words, chance: Whole, least: Whole, n_trials: int, bar: int) -> bool:
    """Return whether a pair is at the bar of its row or of its column, many at a time."""
    high = 0
    if len(joint) == _BLOCK:
        for j in range(_BLOCK):
            height = np.int64(joint[j]) * n_trials - chance[j]
            high += (height >= bar) + (height >= least[j])
    else:
        high = 1
    return high > 0


@part
def _keep(height: int, place: int, best: Whole, chosen: Whole) -> None:
    """Enter a pair among the strongest, if it is one of them."""
    at = len(best)
    while at > 0 and (best[at - 1] < height or (best[at - 1] == height and chosen[at - 1] > place)):
        at -= 1
    for later in range(len(best) - 1, at, -1):
        best[later], chosen[later] = best[later - 1], chosen[later - 1]
    if at < len(best):
        best[at], chosen[at] = height, place


@compiled
def pairs_at_or_above(
    train: Words, test: Words, right: Whole, least: Whole, found_train: Whole, found_test: Whole, found_joint: Whole
) -> int:
    """Fill in the pairs with ``k >= least[place of K]``, in order, and return how many there are, fitting or not."""
    n_found = 0
    for i in range(len(train)):
        for j in range(len(test)):
            joint = _joint(train[i], test[j])
            if joint >= least[right[j]]:
                if n_found < len(found_train):
                    found_train[n_found], found_test[n_found], found_joint[n_found] = i, j, joint
                n_found += 1
    return n_found


def fisher_cells(n_included: int, right: Whole, n_trials: int) -> Reals:
    """Return Fisher's one-sided p-value at every cell (place of K, k) of one :math:`n_1`, or 1 where k is below its
    range.
    """
    log_factorial = gammaln(np.arange(n_trials + 1) + 1.0)
    k, total = np.arange(n_included + 1)[None], right[:, None]
    n_out = n_trials - n_included
    possible = (k <= total) & (total - k <= n_out)
    left_in, wrong_out = np.where(possible, total - k, 0), np.where(possible, n_out - total + k, 0)
    log_chance = (
        log_factorial[n_included]
        - log_factorial[k]
        - log_factorial[n_included - k]
        + log_factorial[n_out]
        - log_factorial[left_in]
        - log_factorial[wrong_out]
        - log_factorial[n_trials]
        + log_factorial[total]
        + log_factorial[n_trials - total]
    )
    chance = np.exp(np.where(possible, log_chance, -np.inf))
    tail: Reals = np.minimum(np.cumsum(chance[:, ::-1], axis=1)[:, ::-1], 1.0)
    return tail
