"""The compiled part of single linkage: listed pairs, and those of a tile of products, joined at each radius."""

import numpy as np

from longtail.array_types import Floats, Reals, Singles, Whole
from longtail.compilation import compiled, part

__all__ = ["join_listed", "join_near"]

_AT_A_TIME = 32


@part
def _first_of(row: int, first: Whole) -> int:
    """Return the first row of a tree, and shorten the way there."""
    while first[row] != row:
        first[row] = first[first[row]]
        row = first[row]
    return row


@part
def _join(one: int, other: int, at: int, firsts: Whole) -> None:
    """Join two rows from a radius on, up to the first at which they are joined already, as at all that are larger."""
    while at < len(firsts):
        earlier, later = _first_of(one, firsts[at]), _first_of(other, firsts[at])
        if earlier == later:
            break
        firsts[at, max(earlier, later)] = min(earlier, later)
        at += 1


@part
def _distance(one: Floats, other: Floats) -> float:
    total = 0.0
    for column in range(len(one)):
        difference = np.float64(one[column]) - np.float64(other[column])
        total += difference * difference
    return float(np.sqrt(total))


@part
def _some_within(products: Singles, squares: Singles, reach: np.float32) -> bool:
    some = np.int32(0)
    for place in range(len(products)):
        some |= np.int32(squares[place] - np.float32(2) * products[place] <= reach)
    return bool(some != 0)


@compiled
def join_listed(near: Whole, distance: Reals, radii: Reals, firsts: Whole) -> None:
    """Join each row to those that it lists (-1 is nobody), at every radius that reaches them."""
    for row in range(near.shape[0]):
        at = 0
        for place in range(near.shape[1]):
            while at < len(radii) and distance[row, place] > radii[at]:
                at += 1
            if at == len(radii):
                break
            if near[row, place] >= 0:
                _join(row, near[row, place], at, firsts)


@compiled
def join_near(
    products: Singles,
    squares: Singles,
    top: int,
    left: int,
    rows: Whole,
    X: Floats,
    radii: Reals,
    scaled: Reals,
    n_radii: int,
    error: Reals,
    firsts: Whole,
) -> None:
    """Join the pairs of a tile, at every radius that holds them.

    Parameters
    ----------
    products : (rows, columns) array
        Of the points in single precision, from row ``top`` and from row ``left``.
    squares : (m,) array
        Squared norms of the points.
    rows : (m,) int array
        Which example each point is.
    X : (n, d) array
        The examples themselves.
    radii, scaled : arrays
        Ascending, and their squares in the unit of the points.
    n_radii : int
        Pairs farther apart than so many of the radii are passed over.
    error : (m,) array
        How far off a squared distance from each point may be.
    firsts : (radii, n) int array
        A forest for each radius, in which every row points to an earlier row of its tree, or to itself. Changed.
    """
    n_columns = products.shape[1]
    for row in range(products.shape[0]):
        i = top + row
        nearest = np.float64(squares[i]) - error[i]
        reach = np.float32(scaled[n_radii - 1] - nearest)
        reach += np.float32(2.0**-23) * abs(reach)  # Rounded up.
        for start in range(max(0, i + 1 - left), n_columns, _AT_A_TIME):
            end = min(start + _AT_A_TIME, n_columns)
            here, there = products[row, start:end], squares[left + start : left + end]
            if not _some_within(here, there, reach):
                continue
            for place in range(len(here)):
                key = there[place] - np.float32(2) * here[place]
                if key > reach:
                    continue
                one, other, at = rows[i], rows[left + start + place], 0
                while at < n_radii - 1 and nearest + key > scaled[at]:
                    at += 1
                if _first_of(one, firsts[at]) == _first_of(other, firsts[at]):
                    continue
                distance = _distance(X[one], X[other])
                while at < len(radii) and distance > radii[at]:
                    at += 1
                _join(one, other, at, firsts)
