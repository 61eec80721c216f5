r"""Gauss rules of discrete measures: a few positive weights that stand for very many points.

A measure with atoms in a panel is replaced by its own q-point Gauss rule, which integrates every polynomial up to
degree 2q - 1 exactly as the atoms do. Nodes and weights are the eigenvalues and first components of the Jacobi matrix
of the three-term recurrence [GolubWelsch1969]_; all routines work on many panels at once.
"""

import numpy as np
from numpy.typing import NDArray

from longtail.array_types import Floats

__all__ = ["equally_spaced_rule", "golub_welsch", "weighted_points_rule"]


def golub_welsch(diagonal: Floats, squared_off_diagonal: Floats, mass: Floats) -> tuple[Floats, Floats]:
    """Return nodes and weights, one row a panel, from rows of recurrence coefficients (the first off-diagonal is
    unused).
    """
    panels, order = diagonal.shape
    jacobi = np.zeros((panels, order, order))
    rows = np.arange(order)
    jacobi[:, rows, rows] = diagonal
    off = np.sqrt(squared_off_diagonal[:, 1:])
    jacobi[:, rows[1:], rows[:-1]] = jacobi[:, rows[:-1], rows[1:]] = off
    nodes, vectors = np.linalg.eigh(jacobi)
    return nodes, mass[:, None] * vectors[:, 0, :] ** 2


def equally_spaced_rule(number: Floats, order: int) -> tuple[Floats, Floats]:
    r"""Rules for the counting measure on {0, …, M - 1}, for each M in ``number``.

    The recurrence of the discrete Chebyshev polynomials is known in closed form,
    :math:`b_k = k^2 (1 - k^2/M^2) / (4 (4 k^2 - 1))` on the scale :math:`y = (2 i - (M - 1)) / M`, so a panel of
    :math:`10^{11}` integers costs as little as one of twenty.
    """
    k = np.arange(order, dtype=float)
    squared_off = np.zeros((len(number), order))
    squared_off[:, 1:] = k[1:] ** 2 * (1 - (k[1:] / number[:, None]) ** 2) / (4 * k[1:] ** 2 - 1)
    nodes, weights = golub_welsch(np.zeros_like(squared_off), squared_off, number)
    return (nodes * number[:, None] + (number[:, None] - 1)) / 2, weights


def weighted_points_rule(
    points: Floats, weights: Floats, starts: NDArray[np.intp], order: int
) -> tuple[Floats, Floats]:
    """Rules for arbitrary weighted points, split into panels at ``starts``, by Stieltjes' procedure.

    Every panel must hold more than ``order`` distinct points, in increasing order.
    """
    lengths = np.diff(np.append(starts, len(points)))
    low, high = points[starts], points[starts + lengths - 1]
    middle, half = (low + high) / 2, (high - low) / 2
    y = (points - np.repeat(middle, lengths)) / np.repeat(half, lengths)
    mass = np.add.reduceat(weights, starts)
    diagonal, squared_off = np.zeros((len(starts), order)), np.zeros((len(starts), order))
    previous, current = np.zeros_like(y), 1 / np.sqrt(np.repeat(mass, lengths))
    for k in range(order):
        weighted = weights * current
        diagonal[:, k] = np.add.reduceat(weighted * y * current, starts)
        if k == order - 1:
            break
        following = (y - np.repeat(diagonal[:, k], lengths)) * current
        following -= np.repeat(np.sqrt(squared_off[:, k]), lengths) * previous
        squared_off[:, k + 1] = np.add.reduceat(weights * following**2, starts)
        previous, current = current, following / np.repeat(np.sqrt(squared_off[:, k + 1]), lengths)
    nodes, rule_weights = golub_welsch(diagonal, squared_off, mass)
    return middle[:, None] + half[:, None] * nodes, rule_weights
