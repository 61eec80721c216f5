r"""The tangent kernel of the built-in network, in closed form.

The gradient of a margin in the weights of layer l is the outer product of what enters the layer, :math:`a_l`, and the
margin's slope at what leaves it, :math:`\delta_l`; that in the biases is :math:`\delta_l`. So the inner product of two
gradients needs neither of them:

.. math:: K(x, x') = \sum_l \bigl(a_l \cdot a_l' + 1\bigr) \bigl(\delta_l \cdot \delta_l'\bigr).

No projection is needed, whatever the number of parameters: a kernel costs two matrix products a layer.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Reals, Whole
from longtail.attribution.tangent import Slopes, Tangent, slopes_of
from longtail.dataset import Dataset
from longtail.learners import CompiledMLP
from longtail.learners.mlp.trained_mlp import TrainedMLP

__all__ = ["factors_of", "kernel_of_factors", "tangent_of_mlp"]

Factors = list[tuple[Reals, Reals]]
"""For each layer what enters it, (n, fan-in), and the margin's slope at what leaves it, (n, fan-out)."""


def tangent_of_mlp(learner: CompiledMLP, dataset: Dataset, rows: Whole, seed: int) -> Tangent:
    """Train the network on some rows, and return its tangent."""
    network = learner.fit(dataset.X[rows], dataset.y[rows], n_classes=dataset.n_classes, seed=seed)
    train, slopes = factors_of(network, dataset.X, dataset.y)
    test, test_slopes = factors_of(network, dataset.X_test, dataset.y_test)
    return Tangent(
        kernel=kernel_of_factors(train, train),
        cross=kernel_of_factors(train, test),
        doubt=1 - slopes.probability,
        margin=test_slopes.margin,
    )


def kernel_of_factors(first: Factors, second: Factors) -> Reals:
    """Return the (n, n') inner products of all gradients, from their factors. What enters a layer may be sparse."""
    kernel = np.zeros((len(first[0][1]), len(second[0][1])))
    for (units, slope), (other_units, other_slope) in zip(first, second, strict=True):
        product: Any = units @ other_units.T
        product = product.toarray() if hasattr(product, "toarray") else product
        product += 1
        product *= slope @ other_slope.T
        kernel += product
    return kernel


def factors_of(network: TrainedMLP, X: NDArray[np.float32], labels: Whole) -> tuple[Factors, Slopes]:
    """Return the factors of each example's gradient, and its margin at the logits."""
    layers = [(weights.astype(float), biases.astype(float)) for weights, biases in network.layers]
    units = [network.inputs(X).astype(float)]
    for weights, biases in layers[:-1]:
        units.append(np.maximum(units[-1] @ weights + biases, 0))
    weights, biases = layers[-1]
    found = slopes_of(units[-1] @ weights + biases, labels)
    slopes = [found.slope]
    for (weights, _), below in zip(layers[:0:-1], units[:0:-1], strict=True):
        slopes.append((slopes[-1] @ weights.T) * (below > 0))
    return list(zip(units, slopes[::-1], strict=True)), found
