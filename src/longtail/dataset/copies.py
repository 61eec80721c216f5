r"""Copies among examples: exact ones, equal in every feature, and near ones, closer than chance brings any two.

With :math:`r_1` the distance from an example to its nearest other one (exact copies counted once) and :math:`r_5` to
the fifth, points that are spread evenly around it, in :math:`d` dimensions, have
:math:`P(r_1 / r_5 < x) = 1 - (1 - x^d)^4 \le 4 x^d`. Two examples are *near copies* where :math:`r_1 \le x\, r_5` with
:math:`4 x^d n = 1/20`, and :math:`x \le 1/4`: so that of :math:`n` examples without a copy, one is taken for a copy
once in twenty data sets. The dimension is that of the data themselves, from the same distances [LevinaBickel2004]_. So
a dense region does not pass for copies; and as :math:`r_1` must be as small a part of its own median over all
examples, two that are alone in a far corner do not either.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Whole
from longtail.errors import InputError

__all__ = ["Copies", "copies_among", "row_codes"]


_FIFTH = 5
_ROWS_AT_A_TIME = 10_000  # Rows of which a copy is held.
_NEAREST, _FALSE_ALARM = 0.25, 0.05
_MOST_WORK, _PER_PAIR = 1.5e11, 60
"""Multiplications for the neighbors of all, and how many more a pair of rows takes: a few seconds. Of larger data, near
copies are sought in no part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Copies:
    """Copies of each example, as codes that copies share.

    Parameters
    ----------
    exact : (n,) int array
        The same code for the same features.
    unit : (n,) int array
        The same code for exact and near copies, and for what is joined by a chain of them.
    sought : bool
        Whether near copies were sought; if not, ``unit`` is ``exact``.
    """

    exact: Whole
    unit: Whole
    sought: bool


@checked
def row_codes(*parts: NDArray[np.float32]) -> Whole:
    """Return a code for each row, the same for rows that are equal in every column, in the order of first rows.

    Rows are sorted by a hash of theirs, and compared with the first of the same hash. Should two that differ share one,
    all are told apart by their bytes.

    Parameters
    ----------
    *parts : (n, d) arrays
        Of the same columns, one below the other.

    Raises
    ------
    InputError
        If their columns are not the same.

    Examples
    --------
    >>> row_codes(np.array([[1, 2], [0, 0], [1, 2], [-0.0, 0]], np.float32)).tolist()
    [0, 1, 0, 1]
    """
    columns = {part.shape[1:] for part in parts}
    if len(columns) != 1 or not all(map(len, columns)) or parts[0].ndim > 2:
        raise InputError("parts", "be tables of the same columns", [part.shape for part in parts])
    hashes = np.concatenate([np.zeros(0, np.uint64), *map(_hashes, parts)])
    _, first, place = np.unique(hashes, return_index=True, return_inverse=True)
    of = first[place.ravel()]
    if not all(_are_equal(parts, rows, of[rows]) for rows in _some_at_a_time(np.flatnonzero(of != np.arange(len(of))))):
        found: dict[bytes, int] = {}
        return np.array([found.setdefault(key, len(found)) for part in parts for key in _keys(part)], np.int64)
    order = np.empty(len(first), np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return order[place.ravel()]


def _hashes(X: NDArray[np.float32]) -> NDArray[np.uint64]:
    """Return 64 bits of each row: its columns' bits times odd numbers, added up."""
    odd = np.random.default_rng(0).integers(0, 2**63, X.shape[1], np.uint64) * np.uint64(2) + np.uint64(1)
    found = np.empty(len(X), np.uint64)
    for rows in _some_at_a_time(np.arange(len(X))):
        words = (np.ascontiguousarray(X[rows]) + np.float32(0)).view(np.uint32)  # -0.0 becomes 0.0
        found[rows] = np.einsum("ij,j->i", words, odd, dtype=np.uint64, casting="unsafe")
    return found


def _are_equal(parts: Sequence[NDArray[np.float32]], rows: Whole, others: Whole) -> bool:
    """Return whether rows, counted through all parts, equal others."""
    return bool((_taken(parts, rows) == _taken(parts, others)).all())


def _taken(parts: Sequence[NDArray[np.float32]], rows: Whole) -> NDArray[np.uint32]:
    """Return the bits of some rows, counted through all parts."""
    taken = np.empty((len(rows), parts[0].shape[1]), np.float32)
    start = 0
    for part in parts:
        own = (rows >= start) & (rows < start + len(part))
        taken[own] = part[rows[own] - start]
        start += len(part)
    return (taken + np.float32(0)).view(np.uint32)


def _some_at_a_time(rows: Whole) -> Iterator[Whole]:
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        yield rows[start : start + _ROWS_AT_A_TIME]


def _keys(X: NDArray[np.float32]) -> Iterator[bytes]:
    """Yield the bytes of each row."""
    for rows in _some_at_a_time(np.arange(len(X))):
        for row in np.ascontiguousarray(X[rows]) + np.float32(0):  # -0.0 becomes 0.0
            yield row.tobytes()


@checked
def copies_among(*parts: NDArray[np.float32], one_unit: bool = False) -> Copies:
    """Find exact and near copies among the rows of a table.

    Parameters
    ----------
    *parts : (n, d) arrays
        Finite features of the same columns, one below the other.
    one_unit : bool
        Whether all columns have the same unit, as pixels have; otherwise each is divided by its standard deviation.

    Raises
    ------
    InputError
        If the tables do not have the same columns.

    Examples
    --------
    >>> points = np.random.default_rng(0).normal(size=(50, 3)).astype(np.float32)
    >>> found = copies_among(np.concatenate([points, points[:1], points[1:2] + 1e-5]))
    >>> found.exact[50:].tolist(), (found.unit[50:] == found.unit[:2]).tolist()
    ([0, 50], [True, True])
    """
    # Imported here, because the compiler's import takes a third of a second.
    from scipy import sparse  # Imported here, with its graphs, because most commands look for no copies.
    from scipy.sparse.csgraph import connected_components

    from longtail.neighbours import nearest_neighbours

    exact = row_codes(*parts)
    first = np.unique(exact, return_index=True)[1]
    n = len(first)
    if n < 2 * _FIFTH or float(n) ** 2 * (parts[0].shape[1] + _PER_PAIR) > _MOST_WORK:
        return Copies(exact=exact, unit=exact, sought=n < 2 * _FIFTH)
    distinct = np.concatenate(parts)[first]
    spread = distinct.std(axis=0, dtype=np.float64)
    scaled = distinct if one_unit else (distinct / np.where(spread > 0, spread, 1)).astype(np.float32)
    members, apart = nearest_neighbours(scaled, _FIFTH)
    within = _nearness(apart) * np.minimum(apart[:, -1], np.median(apart[:, 0]))
    query, place = np.nonzero((apart <= within[:, None]) & (apart < np.inf))
    graph = sparse.coo_array((np.ones(len(query), np.int8), (query, members[query, place])), shape=(n, n))
    unit = connected_components(graph, directed=False)[1].astype(np.int64)
    return Copies(exact=exact, unit=unit[exact], sought=True)


def _nearness(apart: NDArray[np.float64]) -> float:
    """Return the greatest ratio of the distances to the nearest and to the fifth that is taken for a copy."""
    n = len(apart)
    known = (apart[:, 0] > 0) & (apart[:, -1] > apart[:, 0])
    if not known.any():
        return 0.0
    logs = np.log(apart[known, -1:] / apart[known, :-1]).mean()
    dimension = 1 / max(float(logs), 1e-3)
    return float(min(_NEAREST, math.exp(math.log(_FALSE_ALARM / (4 * n)) / dimension)))
