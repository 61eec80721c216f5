"""How far two partitions agree, against scikit-learn's."""

import numpy as np
from sklearn.metrics import adjusted_rand_score

from longtail.tail.subpopulations import _adjusted_rand_index


def test_it_is_scikit_learns_to_the_bit():
    rng = np.random.default_rng(0)
    for _ in range(100):
        n, first, second = rng.integers(2, 300), rng.integers(1, 30), rng.integers(1, 30)
        a, b = rng.integers(0, first, n), rng.integers(0, second, n)
        assert _adjusted_rand_index(a, b) == adjusted_rand_score(a, b)
