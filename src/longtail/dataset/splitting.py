"""The one split of a data set that comes without test examples: a fifth aside, stratified by class, always the same.

Where rows belong to units, a fifth of the units is set aside, with all of their rows: so test examples are of persons
that no model knows.

Its seed is not the study's: two studies of one file must see the same training examples, or their scores could not be
set side by side. Classes of one example stay in training, where they can be memorized.
"""

import math

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError
from longtail.randomness import generator

__all__ = ["stratified_sample", "stratified_split", "tail_keeping_sample", "whole_units_split"]

_TEST_FRACTION = 0.2
_SEED = 0
_MOST_WHOLE = 100
_MOST_ASIDE = 0.4  # Of all rows, where units are of very different sizes.


@checked
def stratified_sample(codes: NDArray[np.int64], n: int) -> NDArray[np.intp]:
    """Sorted positions of ``n`` examples drawn at random, each class in proportion, and at least one of each class.

    Parameters
    ----------
    codes : (n_all,) int array
        Class of each example.
    n : int
        How many to draw; at most ``n_all``. A class that would get none gets one on top.

    Examples
    --------
    >>> codes = np.array([0] * 90 + [1] * 9 + [2])
    >>> np.bincount(codes[stratified_sample(codes, 20)]).tolist()
    [18, 2, 1]
    """
    counts = np.bincount(codes)
    wanted = np.maximum(np.rint(counts * n / len(codes)).astype(int), (counts > 0).astype(int))
    return _drawn(codes, wanted)


@checked
def tail_keeping_sample(codes: NDArray[np.int64], n: int) -> tuple[NDArray[np.intp], int]:
    """Sorted positions of about ``n`` examples drawn at random so that what is rare is not what is thrown away.

    Parameters
    ----------
    codes : (n_all,) int array
        Kind of each example: its class, or its group within its class.
    n : int
        How many to draw; at most ``n_all``. No kind gets none.

    Returns
    -------
    rows : int array
    whole : int
        Kinds of so many examples or fewer are kept whole; others keep as many, and an equal share of what is beyond.
        The largest number up to 100 for which this takes no more than half of ``n``, and at least 1.

    Examples
    --------
    >>> codes = np.array([0] * 9000 + [1] * 900 + [2] * 26)
    >>> rows, whole = tail_keeping_sample(codes, 1000)
    >>> whole, np.bincount(codes[rows]).tolist()
    (100, [810, 164, 26])
    """
    counts = np.bincount(codes)
    taken = np.minimum.outer(np.arange(_MOST_WHOLE + 1), counts).sum(axis=1)
    whole = max(int(np.flatnonzero(taken <= n / 2)[-1]), 1)
    kept = np.minimum(counts, whole)
    beyond = counts - kept
    share = max(n - kept.sum(), 0) / max(beyond.sum(), 1)
    return _drawn(codes, kept + np.rint(beyond * share).astype(int)), whole


def _drawn(codes: NDArray[np.int64], wanted: NDArray[np.int_]) -> NDArray[np.intp]:
    """Return sorted positions of so many examples of each kind."""
    shuffled = generator(_SEED, "stratified sample").permutation(len(codes))
    by_class = shuffled[np.argsort(codes[shuffled], kind="stable")]
    counts = np.bincount(codes)
    rank_in_class = np.arange(len(codes)) - np.repeat(np.cumsum(counts) - counts, counts)
    return np.sort(by_class[rank_in_class < np.repeat(wanted, counts)])


@checked
def stratified_split(codes: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return positions of training and of test examples, each sorted.

    Parameters
    ----------
    codes : (n,) int array
        Class of each example.

    Examples
    --------
    >>> keep, aside = stratified_split(np.array([0, 1] * 10))
    >>> len(keep), np.bincount(np.array([0, 1] * 10)[aside]).tolist()
    (16, [2, 2])
    """
    counts = np.bincount(codes)
    shared = np.flatnonzero(counts[codes] >= 2)
    n_classes = int((counts >= 2).sum())
    n_aside = max(math.ceil(_TEST_FRACTION * len(shared)), n_classes)
    # There are too few examples to set one of each class aside.
    if n_classes == 0 or len(shared) - n_aside < n_classes:
        return np.arange(len(codes)), np.arange(0)
    aside = np.sort(shared[_shuffled_split(codes[shared], n_aside)])
    return np.setdiff1d(np.arange(len(codes)), aside), aside


@checked
def whole_units_split(
    codes: NDArray[np.int64], units: NDArray[np.int64] | None
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return positions of training and of test examples, each sorted, so that no unit is in both.

    Units are stratified by the class of most of their rows. Large ones go back to training until at most two fifths of
    the rows are aside, and so do those whose class is in no other. Where fewer than two units would be left to train
    on, or none set aside, rows are split whatever their units.

    Parameters
    ----------
    codes : (n,) int array
        Class of each example.
    units : (n,) int array, optional
        Code of the unit of each example; without it, each example is one.

    Raises
    ------
    InputError
        If there is not one unit for each example.

    Examples
    --------
    >>> codes, units = np.array([0, 1] * 10).repeat(3), np.arange(20).repeat(3)
    >>> keep, aside = whole_units_split(codes, units)
    >>> len(aside), np.isin(units[aside], units[keep]).any()
    (12, np.False_)
    """
    if units is None:
        return stratified_split(codes)
    if units.shape != codes.shape or codes.ndim != 1:
        raise InputError("units", f"have one entry for each of {len(codes)} examples", units.shape)
    _, of_row, size = np.unique(units, return_inverse=True, return_counts=True)
    classes, code = np.unique(codes, return_inverse=True)
    tally = np.zeros((len(size), len(classes)), np.int64)
    np.add.at(tally, (of_row, code), 1)
    held = np.zeros(len(size), bool)
    held[stratified_split(tally.argmax(axis=1).astype(np.int64))[1]] = True
    for unit in np.argsort(-size, kind="stable"):
        alone = ((tally[~held].sum(axis=0) == 0) & (tally[unit] > 0)).any()
        if held[unit] and (alone or size[held].sum() > _MOST_ASIDE * len(codes)):
            held[unit] = False
    if not held.any() or (~held).sum() < 2:
        return stratified_split(codes)
    return np.flatnonzero(~held[of_row]), np.flatnonzero(held[of_row])


def _shuffled_split(codes: NDArray[np.int64], n_aside: int) -> NDArray[np.intp]:
    """Return the test positions of scikit-learn's ``StratifiedShuffleSplit(test_size=n_aside, random_state=0)``.

    It is written here since importing scikit-learn takes most of a second of every command that loads data.
    """
    random = np.random.RandomState(_SEED)
    counts = np.unique(codes, return_counts=True)[1]
    by_class = np.split(np.argsort(codes, kind="stable"), np.cumsum(counts)[:-1])
    kept = _shared_out(counts, len(codes) - n_aside, random)
    put_aside = _shared_out(counts - kept, n_aside, random)
    chosen = [
        own[random.permutation(len(own))][first : first + n]
        for own, first, n in zip(by_class, kept.tolist(), put_aside.tolist(), strict=True)
    ]
    positions: NDArray[np.intp] = np.concatenate(chosen)
    return positions


def _shared_out(counts: NDArray[np.int_], n: int, random: np.random.RandomState) -> NDArray[np.int_]:
    """Return how many of ``n`` draws each class gets in proportion to its count. Largest remainders are rounded up."""
    exact = counts / counts.sum() * n
    shares = np.floor(exact)
    remainders, missing = exact - shares, int(n - shares.sum())
    for remainder in np.unique(remainders)[::-1]:
        if missing == 0:
            break
        tied = np.flatnonzero(remainders == remainder)
        up = min(len(tied), missing)
        shares[random.choice(tied, size=up, replace=False)] += 1
        missing -= up
    whole: NDArray[np.int_] = shares.astype(int)
    return whole
