"""The split into training and test examples is scikit-learn's, to the example."""

import numpy as np
from sklearn.model_selection import StratifiedShuffleSplit

from longtail.dataset.splitting import stratified_split


def test_the_split_is_that_of_scikit_learn():
    """Drawn tables of classes, ties and classes of one among them. Equality is exact, so there is no false alarm."""
    rng, compared = np.random.default_rng(0), 0
    for _ in range(200):
        codes = rng.integers(0, rng.integers(1, 12), rng.integers(12, 400))
        keep, aside = stratified_split(codes)
        shared = np.flatnonzero(np.bincount(codes)[codes] >= 2)
        splitter = StratifiedShuffleSplit(n_splits=1, test_size=max(len(aside), 1), random_state=0)
        _, chosen = next(splitter.split(np.zeros((len(shared), 1)), codes[shared]))
        if len(aside):
            assert aside.tolist() == sorted(shared[chosen].tolist())
            assert sorted([*keep, *aside]) == list(range(len(codes)))
            compared += 1
    assert compared > 150
