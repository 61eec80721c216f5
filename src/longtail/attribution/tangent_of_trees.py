r"""The tangent kernel of boosted trees: in how many trees two examples share a leaf.

With the structure of its trees held fixed, a boosted model is linear in the values of its leaves, and the gradient of a
score in them is a one at each leaf that an example falls into. So

.. math:: K(x, x') = \sum_c \delta_c \delta_c' \, \#\{t : x \text{ and } x' \text{ share a leaf of tree } t
          \text{ of score } c\},

where :math:`\delta_c` is the margin's slope at score c. That a tree would be cut elsewhere without an example is left
out, as in [SharchilevEtAl2018]_. Trees with a single leaf take no step, and do not count.
"""

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array

from longtail.array_types import Reals, Whole
from longtail.attribution.tangent import Tangent, slopes_of
from longtail.dataset import Dataset
from longtail.handed_rows import handed_rows, told_of
from longtail.learners import BoostedTrees

__all__ = ["shared_leaves", "tangent_of_trees"]


def tangent_of_trees(learner: BoostedTrees, dataset: Dataset, rows: Whole, seed: int) -> Tangent:
    """Train boosted trees on some rows, and return their tangent."""
    n, labels = dataset.n_train, np.concatenate([dataset.y, dataset.y_test])
    told, X = told_of(learner, dataset), handed_rows(learner, dataset)
    fitted = told.fit_trees(X[:n], dataset.y, rows, X, n_classes=dataset.n_classes, seed=seed)
    logits = fitted.predictions().logits
    assert logits is not None
    slopes = slopes_of(logits, labels)
    leaf = fitted.leaf.transpose(1, 0, 2)[:, :, fitted.examples.evaluated]
    present = np.unique(dataset.y[rows])
    kernel = np.zeros((n, len(labels)))
    for trees, label in zip(leaf, present[len(present) - len(leaf) :], strict=True):
        slope = slopes.slope[:, label]
        kernel += shared_leaves(trees, n) * slope[:n, None] * slope
    return Tangent(
        kernel=kernel[:, :n],
        cross=kernel[:, n:],
        doubt=1 - slopes.probability[:n],
        margin=slopes.margin[n:],
    )


def shared_leaves(leaf: NDArray[np.uint8], n: int) -> Reals:
    """Count in how many trees each of the first n examples shares a leaf with each example, (n, n_examples).

    Parameters
    ----------
    leaf : (n_trees, n_examples) array
        Number of each example's leaf.
    n : int
    """
    grown = leaf[leaf.max(axis=1) > 0] if len(leaf) else leaf
    n_trees, n_examples = grown.shape
    column = (grown + 256 * np.arange(n_trees)[:, None]).T.ravel()
    table = csr_array(
        (np.ones(len(column), np.float32), column, np.arange(n_examples + 1) * n_trees),
        shape=(n_examples, 256 * n_trees),
    )
    return np.asarray((table[:n] @ table.T).toarray(), float)
