"""Boxes around blocks of points: no two points of two blocks are nearer than their boxes."""

import numpy as np

from longtail.array_types import Reals, Singles

__all__ = ["box_distances"]


def box_distances(points: Singles, size: int) -> Reals:
    """Return the squared distance between the boxes around each two blocks of so many consecutive points.

    Examples
    --------
    >>> box_distances(np.array([[0, 0], [1, 2], [4, 1], [5, 6]], np.float32), 2).tolist()
    [[0.0, 9.0], [9.0, 0.0]]
    """
    starts = np.arange(0, len(points), size)
    low = np.minimum.reduceat(points, starts).astype(np.float64)
    high = np.maximum.reduceat(points, starts).astype(np.float64)
    apart = np.empty((len(starts), len(starts)))
    for block in range(len(starts)):
        gaps = np.maximum(low - high[block], low[block] - high)
        apart[block] = (np.maximum(gaps, 0) ** 2).sum(axis=1)
    return apart
