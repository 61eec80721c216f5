r"""A control variate from kernel ridge regression: what leaving out neighbors does to a margin, to first order.

Kernel ridge on one-hot labels in ±1, with the Gaussian kernel K at the median distance, has
:math:`A = (K + \lambda I)^{-1}` and, with :math:`\alpha = A Y`, predicts the examples R without themselves by the block
identity

.. math:: y_R - f^{-R}_R = (A_{RR})^{-1} \alpha_R .

For :math:`R = \{i, j\}` against :math:`R = \{i\}` that gives :math:`w_{ij}`, the change of i's margin (its label
against the strongest other one) when j is left out as well. A subset that leaves out the examples O then moves the
margin by about :math:`\sum_{j \in O} w_{ij}`, which minus its expectation :math:`(1 - q) \sum_j w_{ij}` is the control
variate: its mean is zero, and no surrogate is trained on any subset. Cost: one inverse, :math:`O(n^3)`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["kernel_ridge_control"]

_RIDGE = 1.0
_MOST_EXAMPLES = 20_000


@checked
def kernel_ridge_control(X: ArrayLike, y: ArrayLike, inclusion: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Return the control variate of every trial and example.

    Parameters
    ----------
    X : (n, d) array
        Features, in comparable units.
    y : (n,) int array
        Class codes.
    inclusion : (trials, n) bool array
        The subsets that the models were trained on.

    Returns
    -------
    (trials, n) float32 array

    Raises
    ------
    InputError
        If the shapes do not fit, or n is above 20,000.
    """
    features, labels = np.asarray(X, float), np.asarray(y, np.int64)
    n = inclusion.shape[1]
    if features.ndim != 2 or len(features) != n or labels.shape != (n,):
        raise InputError("X and y", f"have one row for each of {n} examples", (features.shape, labels.shape))
    if n > _MOST_EXAMPLES:
        raise InputError("X", f"hold at most {_MOST_EXAMPLES} examples for a kernel ridge control", n)
    moves = _moves(features, labels).astype(np.float32)
    left_out = ~inclusion - (~inclusion).mean(axis=1, dtype=np.float32, keepdims=True)
    control: NDArray[np.float32] = left_out.astype(np.float32) @ moves.T
    return control


def _moves(X: NDArray[np.float64], y: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return W of the module: row i, column j, zero on the diagonal."""
    norms = np.einsum("ij,ij->i", X, X)
    squared = np.maximum(norms[:, None] + norms - 2 * X @ X.T, 0)
    typical = np.median(squared) or 1.0
    A = np.linalg.inv(np.exp(-squared / typical) + _RIDGE * np.eye(len(X)))
    Y = 2.0 * (y[:, None] == np.arange(y.max() + 1)) - 1
    alpha, pivots, everyone = A @ Y, np.diag(A), np.arange(len(y))
    without_itself = Y - alpha / pivots[:, None]
    without_itself[everyone, y] = -np.inf
    rival = without_itself.argmax(axis=1)
    contrast = alpha[:, y].T - alpha[:, rival].T  # row i: every example's alpha of i's label minus that of i's rival
    own = contrast[everyone, everyone]
    determinant = np.outer(pivots, pivots) - A**2
    np.fill_diagonal(determinant, 1)
    moves = (own / pivots)[:, None] - (pivots * own[:, None] - A * contrast) / determinant
    np.fill_diagonal(moves, 0)
    return np.asarray(moves, float)
