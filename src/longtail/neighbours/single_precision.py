r"""Squared distances in single precision: one matrix product a tile, and a bound on their error.

Examples are centered, and scaled to coordinates within ±1, of which there are :math:`d`. Then
:math:`\lVert q \rVert^2 + \lVert x \rVert^2 - 2 q \cdot x`, computed from products and norms in single precision, is
off the squared distance by less than

.. math:: \varepsilon = (d + 8) \left( 2^{-24} (\lVert q \rVert + \lVert x \rVert)^2 + 2^{-124} \right),

the second term for underflow. Between the examples of one data set every tile serves its rows and its columns, which
halves the work. Tiles of few columns are a thread's work: a second one would wait between them, and waiting takes as
much of a processor.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext

import numpy as np

from longtail.array_types import Bits, Floats, Reals, Singles
from longtail.machine import one_thread

__all__ = ["TILE", "centered_and_scaled", "error_bound", "squared_norms", "tiles", "tiles_among_themselves"]


TILE = 512
"""Rows and columns of a tile: 1 MB of products, which stay in cache."""
_WIDE = 128  # Columns from which a tile, 67 million multiplications, is worth several threads.
_ROUNDING, _UNDERFLOW = 2.0**-24, 2.0**-124  # Relative rounding, and underflow, of single precision.


def centered_and_scaled(X: Floats, queries: Floats) -> tuple[Singles, Singles, float]:
    """Return both tables in single precision, and the length that became 1."""
    center = X.mean(axis=0)
    unit = float(max(np.abs(X - center).max(), np.abs(queries - center).max())) or 1.0
    points = ((X - center) / unit).astype(np.float32)
    return points, points if queries is X else ((queries - center) / unit).astype(np.float32), unit


def squared_norms(points: Singles) -> Reals:
    """Compute squared norms in double precision."""
    norms: Reals = np.einsum("ij,ij->i", points, points, dtype=np.float64)
    return norms


def error_bound(n_columns: int, norms: Reals) -> Reals:
    """Return how far off a squared distance may be. ``norms`` is the sum of the two norms, or more."""
    return (n_columns + 8) * (_ROUNDING * norms**2 + _UNDERFLOW)


def tiles(points: Singles, query_points: Singles) -> Iterator[tuple[int, int, Singles]]:
    """Yield the first row and column of each tile, and its products, a table that the next one overwrites."""
    room = np.empty(TILE * TILE, np.float32)
    with _threads_for(points):
        for top in range(0, len(query_points), TILE):
            for left in range(0, len(points), TILE):
                yield top, left, _products(query_points[top : top + TILE], points[left : left + TILE], room)


def tiles_among_themselves(points: Singles, wanted: Bits | None = None) -> Iterator[tuple[int, int, Singles]]:
    """Yield likewise the products of the points with one another, without the tiles below the diagonal.

    Where ``wanted`` tells of each two blocks of rows whether their tile is, the others are passed over.
    """
    room = np.empty(TILE * TILE, np.float32)
    with _threads_for(points):
        for top in range(0, len(points), TILE):
            for left in range(top, len(points), TILE):
                if wanted is not None and not wanted[top // TILE, left // TILE]:
                    continue
                yield top, left, _products(points[top : top + TILE], points[left : left + TILE], room)


def _threads_for(points: Singles) -> AbstractContextManager[None]:
    """Leave the products of many tiles of few columns to one thread."""
    return one_thread() if points.shape[1] < _WIDE and len(points) > TILE else nullcontext()


def _products(rows: Singles, columns: Singles, room: Singles) -> Singles:
    products = room[: len(rows) * len(columns)].reshape(len(rows), len(columns))
    return np.matmul(rows, columns.T, out=products)
