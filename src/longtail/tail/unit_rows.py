"""Rows of each unit and kind: the matrix from which the tail of rows that come in units is estimated."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["UnitRows", "unit_rows"]

_FEWEST_UNITS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class UnitRows:
    """Result of :func:`unit_rows`.

    Parameters
    ----------
    rows : (units, kinds) sparse array
        How many rows of a kind a unit has. Every unit has some.
    n_missing : int
        Rows without a kind, which were left out.
    """

    rows: Any
    n_missing: int


@checked
def unit_rows(labels: ArrayLike, together: ArrayLike, counts: ArrayLike | None = None) -> UnitRows:
    """Count the rows of each unit and kind.

    Parameters
    ----------
    labels, together : (n,) arrays
        The kind of each row, which may be missing, and its unit, which may not.
    counts : (n,) int array, optional
        How many rows each stands for; one if not given.

    Raises
    ------
    InputError
        If the lengths differ, a row has no unit, counts are no whole numbers of at least 0, or there are fewer than
        five units.

    Examples
    --------
    >>> unit_rows(["a", "b", "a", "a", "c"], [1, 1, 2, 3, 4], [2, 1, 1, 0, 1])
    Traceback (most recent call last):
    longtail.errors.InputError: together must name at least 5 units, as they are the independent draws; got 3.
    """
    from scipy.sparse import csr_array  # Both are imported here, because whoever has counts needs neither.

    from longtail.dataset.names import named

    kinds, units = named("labels", labels), named("together", together)
    if len(kinds.codes) != len(units.codes):
        raise InputError("together", f"have one entry a row ({len(kinds.codes)})", len(units.codes))
    units.require_all("together", "name a unit in every row", "Leave rows without one out.")
    times = np.ones(len(kinds.codes)) if counts is None else _whole(counts, len(kinds.codes))
    known = ~kinds.missing
    rows = csr_array((times[known], (units.codes[known], kinds.codes[known])))
    rows = rows[np.flatnonzero(rows.sum(axis=1))]
    rows.eliminate_zeros()
    if rows.shape[0] < _FEWEST_UNITS:
        law = f"name at least {_FEWEST_UNITS} units, as they are the independent draws"
        raise InputError("together", law, rows.shape[0])
    return UnitRows(rows=rows, n_missing=int(times[kinds.missing].sum()))


def _whole(counts: ArrayLike, n: int) -> Any:
    times = np.asarray(counts, np.float64)
    if times.shape != (n,):
        raise InputError("counts", f"have one entry a row ({n})", times.shape)
    wrong = ~((times >= 0) & (times == np.floor(times)))
    if wrong.any():
        raise InputError("counts", "be whole numbers of at least 0", float(times[wrong][0]))
    return times
