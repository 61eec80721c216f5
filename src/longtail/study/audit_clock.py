r"""What all models of an audit may take, of its budget: as much as what follows their training leaves.

Scores, neighbors, attacks and the report take about

.. math:: 5 + 8 \cdot 10^{-5} \, (n + m) + 3 \cdot 10^{-8} \, n m +
          5 \cdot 10^{-11} \, d \, \bigl(\sum_k n_k^2 + n^2 + n m + 0.1 \, n \min(n, 40{,}000)\bigr)

seconds on one core, of :math:`n` training and :math:`m` test examples with :math:`d` features and :math:`n_k` of class
:math:`k`: influences are of pairs, and neighbors are looked for within classes, among all, and for the memorized (about
a twentieth of all, twice) among 40,000 at most. Beyond 2e9 pairs, influences are of the most memorized examples alone;
where all of a class are too many to be compared with all of it, no kinds are looked for; and where the neighbors of all
are too many, those that matter have theirs alone.
"""

import numpy as np

from longtail.analysis.analysis import MOST_PAIRS
from longtail.analysis.examples import MOST_PICTURED, MOST_TESTS_PICTURED, neighbors_are_of
from longtail.analysis.partitions import too_many_to_find
from longtail.dataset import Dataset
from longtail.scores.near_examples import SEARCHED

__all__ = ["seconds_after_training", "seconds_for_models"]

_AT_MOST, _AT_LEAST = 0.9, 0.4  # of the budget
_AFTER, _PER_EXAMPLE, _PER_PAIR, _PER_PRODUCT = 5.0, 8e-5, 3e-8, 5e-11
"""Measured on 26,048 x 108, 48,000 x 512 and 800,000 x 314."""
_MEMORIZED = 0.05  # of all examples, whose labels are asked about


def seconds_for_models(dataset: Dataset, minutes: float) -> float:
    """Return what all models may take: nine tenths of a budget or less, two fifths of it or more."""
    budget = 60.0 * minutes
    return min(_AT_MOST * budget, max(budget - seconds_after_training(dataset), _AT_LEAST * budget))


def seconds_after_training(dataset: Dataset) -> float:
    """Return about how long what follows the training of all models takes."""
    n, n_test, d = float(dataset.n_train), float(dataset.n_test), dataset.X.shape[1]
    within = 0.0 if too_many_to_find(dataset) else float((np.bincount(dataset.y).astype(float) ** 2).sum())
    among = n * neighbors_are_of(dataset.n_train, d, dataset.n_train, MOST_PICTURED)
    among += n * neighbors_are_of(dataset.n_train, d, dataset.n_test, MOST_TESTS_PICTURED)
    suspected = 2 * _MEMORIZED * n * min(n, SEARCHED)
    seconds: float = _AFTER + _PER_EXAMPLE * (n + n_test) + _PER_PAIR * min(n * n_test, MOST_PAIRS)
    seconds += _PER_PRODUCT * d * (within + among + suspected)
    return seconds
