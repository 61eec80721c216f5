r"""The clipped and summed gradients of a batch, without ever making one gradient for each example.

In a layer with inputs :math:`a_i` and slopes :math:`d_i` at its outputs, example i's gradient is the outer product
:math:`a_i d_i^\top` for the weights and :math:`d_i` for the biases. Its squared norm is therefore known in closed form
[Goodfellow2015]_,

.. math:: \lVert g_i \rVert^2 = \sum_{\text{layers}} (\lVert a_i \rVert^2 + 1)\, \lVert d_i \rVert^2,

and the sum of gradients, each clipped to norm C, is one matrix product a layer with the slopes scaled by
:math:`\min(1, C / \lVert g_i \rVert)`. So clipping costs about as much as a plain step.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Singles
from longtail.limits.network_training import Layers

__all__ = ["clipped_sum", "gradient_norms"]

_LEAST_NORM = 1e-12


def gradient_norms(inputs: list[Singles], slopes: list[Singles]) -> Singles:
    """Return the norm of each example's gradient over all layers.

    Parameters
    ----------
    inputs, slopes : list of (rows, units) arrays
        For each layer: its inputs, and the slope of each example's own loss at its outputs.
    """
    squares = [
        (np.einsum("ij,ij->i", below, below) + 1) * np.einsum("ij,ij->i", above, above)
        for below, above in zip(inputs, slopes, strict=True)
    ]
    norms: Singles = np.sqrt(np.sum(squares, axis=0))
    return norms


def clipped_sum(
    inputs: list[Singles], slopes: list[Singles], into: Layers, clipping_norm: float | NDArray[np.float64]
) -> None:
    """Fill ``into`` with the sum over examples of their gradients, each shortened to ``clipping_norm`` at most.

    Parameters
    ----------
    inputs, slopes
        As for :func:`gradient_norms`.
    into : list of (weights, biases)
        Views of the gradient.
    clipping_norm : float or (rows,) array
        C, of all or of each; infinite to clip nothing.
    """
    factors = np.minimum(1, clipping_norm / np.maximum(gradient_norms(inputs, slopes), _LEAST_NORM))
    for (weights, biases), below, above in zip(into, inputs, slopes, strict=True):
        shortened = above * factors.astype(np.float32)[:, None]
        np.matmul(below.T, shortened, out=weights)
        shortened.sum(axis=0, out=biases)
