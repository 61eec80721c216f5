"""The one split of a data set that comes without test examples: a fifth aside, stratified by class, always the same.

Its seed is not the study's: two studies of one file must see the same training examples, or their scores could not be
set side by side. Classes of one example stay in training, where they can be memorized.
"""

import math

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedShuffleSplit

__all__ = ["stratified_split"]

_TEST_FRACTION = 0.2
_SEED = 0


def stratified_split(codes: NDArray[np.int64]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Positions of training and of test examples, each sorted.

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
    if n_classes == 0 or len(shared) - n_aside < n_classes:  # too few to set one of each class aside
        return np.arange(len(codes)), np.arange(0)
    splitter = StratifiedShuffleSplit(n_splits=1, test_size=n_aside, random_state=_SEED)
    _, chosen = next(splitter.split(np.zeros((len(shared), 1)), codes[shared]))
    aside = np.sort(shared[chosen])
    return np.setdiff1d(np.arange(len(codes)), aside), aside
