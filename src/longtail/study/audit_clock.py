r"""What all models of an audit may take, of its budget: as much as what follows their training leaves.

Scores, neighbors, attacks and the report take about

.. math:: 5 + 3 \cdot 10^{-8} \, n m + 5 \cdot 10^{-11} \, d \, \bigl(\sum_k n_k^2 + n^2 + n m\bigr)

seconds on one core, of :math:`n` training and :math:`m` test examples with :math:`d` features and :math:`n_k` of class
:math:`k`: influences are of pairs, and neighbors are looked for within classes and among all, as long as that is not
too much. Beyond 2e9 pairs, influences are of the most memorized examples alone; and where all of a class are too many
to be compared with all of it, no kinds are looked for.
"""

import numpy as np

from longtail.analysis.analysis import MOST_PAIRS
from longtail.analysis.partitions import too_many_to_find
from longtail.dataset import Dataset

__all__ = ["seconds_after_training", "seconds_for_models"]

_AT_MOST, _AT_LEAST = 0.9, 0.4  # of the budget
_AFTER, _PER_PAIR, _PER_PRODUCT = 5.0, 3e-8, 5e-11  # measured on 26,048 x 108 and 48,000 x 512
_MOST_PRODUCTS, _OF_A_COMPARISON = 4e11, 100  # beyond, neighbors are looked for of few examples


def seconds_for_models(dataset: Dataset, minutes: float) -> float:
    """Return what all models may take: nine tenths of a budget or less, two fifths of it or more."""
    budget = 60.0 * minutes
    return min(_AT_MOST * budget, max(budget - seconds_after_training(dataset), _AT_LEAST * budget))


def seconds_after_training(dataset: Dataset) -> float:
    """Return about how long what follows the training of all models takes."""
    n, n_test, d = float(dataset.n_train), float(dataset.n_test), dataset.X.shape[1]
    within = 0.0 if too_many_to_find(dataset) else float((np.bincount(dataset.y).astype(float) ** 2).sum())
    among = sum(n * others for others in (n, n_test) if n * others * (d + _OF_A_COMPARISON) <= _MOST_PRODUCTS)
    seconds: float = _AFTER + _PER_PAIR * min(n * n_test, MOST_PAIRS) + _PER_PRODUCT * d * (within + among)
    return seconds
