r"""Margins and confidences: how sure a model is of the true class, in one pass over its logits.

For logits :math:`z` and the true class :math:`y`,

.. math:: \text{margin} = z_y - \max_{k \ne y} z_k, \qquad
          \text{confidence} = z_y - \log \sum_{k \ne y} e^{z_k} = \operatorname{logit}\, \mathrm{softmax}(z)_y.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.compilation import compiled

__all__ = ["margins_and_confidences"]


@compiled
def margins_and_confidences(
    logits: NDArray[np.float64], truth: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return margin and confidence of each row of (n, classes) logits. With one class both are infinite."""
    n, n_classes = logits.shape
    margins, confidences = np.empty(n), np.empty(n)
    for row in range(n):
        largest = -np.inf
        for label in range(n_classes):
            if label != truth[row]:
                largest = max(largest, logits[row, label])
        margins[row] = logits[row, truth[row]] - largest
        total = 0.0
        for label in range(n_classes):
            if label != truth[row]:
                total += np.exp(logits[row, label] - largest)
        confidences[row] = margins[row] - np.log(total) if total > 0 else np.inf
    return margins, confidences
