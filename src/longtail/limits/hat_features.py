r"""Numbers as hat functions, so that a linear model of them bends: made from ranges that are public, and nothing else.

A number in [low, high] is a share z of the range. Of k points at even distances, the i-th hat function is one at the
i-th and falls linearly to zero at its neighbors, so a linear model of the k hats is any piecewise linear function with
these bends. Columns of money or counts crowd at one end of their range, where even points do not tell them
apart; so hats stand a second time on the scale of

.. math:: \log(1 + 10^4 z) / \log(1 + 10^4) .
"""

from collections.abc import Sequence

import numpy as np

from longtail.array_types import Singles

__all__ = ["hat_features"]

_CROWDING = 10_000.0


def hat_features(shares: Singles, columns: Sequence[int], knots: int) -> Singles:
    """Replace columns by hats at evenly spaced points, twice, and leave the others.

    Parameters
    ----------
    shares : (n, d) float32 array
        In [0, 1].
    columns : sequence of int
        Which are replaced.
    knots : int
        Points, at least 2.

    Returns
    -------
    (n, d + (2 * knots - 1) * len(columns)) float32 array
        The others first.

    Examples
    --------
    >>> hat_features(np.array([[0.25, 1.0]], np.float32), [0], 3)[0, :4].tolist()
    [1.0, 0.5, 0.5, 0.0]
    """
    others = np.delete(shares, list(columns), axis=1)
    numbers = shares[:, list(columns)]
    scales = np.stack([numbers, np.log1p(_CROWDING * numbers) / np.log1p(_CROWDING)], axis=2)
    hats = np.maximum(0, 1 - np.abs(scales[..., None] * (knots - 1) - np.arange(knots)))
    return np.concatenate([others, hats.reshape(len(shares), -1)], axis=1).astype(np.float32)
