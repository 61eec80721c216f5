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

__all__ = ["PackedTrials", "cell_counts", "fisher_cells", "most_joint", "packed", "pairs_at_or_above"]


_TILE = 2048  # Test examples at a time: their words and counts stay in cache.


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
def cell_counts(train: Words, test: Words, right: Whole, counts: Whole) -> None:
    """Add each pair to ``counts[place of K, k]``, where ``right[j]`` is the place of test example j's K among all K.

    ``test`` is (words, examples).
    """
    room = np.empty(_TILE, np.uint64)
    for left in range(0, test.shape[1], _TILE):
        tile, places = test[:, left : left + _TILE], right[left : left + _TILE]
        totals = room[: len(places)]
        for i in range(len(train)):
            _joints(train[i], tile, totals)
            for j in range(len(places)):
                counts[places[j], totals[j]] += 1


@compiled
def most_joint(train: Words, included: Whole, test: Words, right: Whole, n_trials: int, chosen: Whole) -> None:
    """Find the test examples of highest influence for each training example, the first of equals first. Write -1 where
    there are too few. ``test`` is (words, examples).

    Influence is ordered by the whole number k T - K n_1, as n_1 and T - n_1 are the training example's own.
    """
    strongest, room = chosen.shape[1], np.empty(_TILE, np.uint64)
    best = np.full(chosen.shape, np.iinfo(np.int64).min)
    for left in range(0, test.shape[1], _TILE):
        tile, here = test[:, left : left + _TILE], right[left : left + _TILE]
        totals = room[: len(here)]
        for i in range(len(train)):
            _joints(train[i], tile, totals)
            mine, own, kept = included[i], best[i], chosen[i]
            for j in range(len(here)):
                height = np.int64(totals[j]) * n_trials - here[j] * mine
                if height <= own[strongest - 1]:
                    continue
                place = strongest - 1
                while place > 0 and own[place - 1] < height:
                    own[place], kept[place] = own[place - 1], kept[place - 1]
                    place -= 1
                own[place], kept[place] = height, left + j


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
