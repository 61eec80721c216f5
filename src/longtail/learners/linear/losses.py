r"""The losses of linear classifiers, evaluated for many subsets at once.

Of scores :math:`z` with one column a class:

.. math:: \text{cross-entropy} \quad & \log \sum_c e^{z_c} - z_y, \\
          \text{squared hinge, one class against the rest} \quad & \sum_c \max(0, 1 - t_c z_c)^2,
          \quad t_y = 1, \; t_{c \ne y} = -1.

A kernel turns the scores of all examples under all models into slopes in place, and adds up the losses; an example
that a model leaves out has slope zero. A class that a subset lacks has probability zero there.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.compilation import compiled

__all__ = ["cross_entropy", "squared_hinge"]


@compiled
def cross_entropy(
    scores: NDArray[np.float32],
    labels: NDArray[np.int64],
    inclusion: NDArray[np.bool_],
    present: NDArray[np.bool_],
    losses: NDArray[np.float64],
) -> None:
    """Scores (n, models, classes) become slopes; ``losses`` (models,) grow."""
    n_examples, n_models, n_classes = scores.shape
    for example in range(n_examples):
        label = labels[example]
        for model in range(n_models):
            if not inclusion[example, model]:
                for c in range(n_classes):
                    scores[example, model, c] = 0
                continue
            of_label = scores[example, model, label]
            largest = of_label
            for c in range(n_classes):
                if present[model, c]:
                    largest = max(largest, scores[example, model, c])
            total = np.float32(0)
            for c in range(n_classes):
                mass = np.exp(scores[example, model, c] - largest) if present[model, c] else np.float32(0)
                scores[example, model, c] = mass
                total += mass
            losses[model] += np.log(np.float64(total)) - (of_label - largest)
            for c in range(n_classes):
                scores[example, model, c] /= total
            scores[example, model, label] -= np.float32(1)


@compiled
def squared_hinge(
    scores: NDArray[np.float32],
    labels: NDArray[np.int64],
    inclusion: NDArray[np.bool_],
    present: NDArray[np.bool_],
    losses: NDArray[np.float64],
) -> None:
    """Scores (n, models, classes) become slopes; ``losses`` (models,) grow."""
    n_examples, n_models, n_classes = scores.shape
    for example in range(n_examples):
        for model in range(n_models):
            for c in range(n_classes):
                side = np.float32(1) if c == labels[example] else np.float32(-1)
                slack = np.float32(1) - side * scores[example, model, c]
                if inclusion[example, model] and present[model, c] and slack > 0:
                    losses[model] += np.float64(slack) * np.float64(slack)
                    scores[example, model, c] = np.float32(-2) * side * slack
                else:
                    scores[example, model, c] = 0
