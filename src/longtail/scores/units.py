"""Units: rows that belong to one person, and are in or out of a subset together."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Reals, Whole
from longtail.errors import InputError, Said
from longtail.outcomes import Outcomes

__all__ = ["Units", "units_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Units:
    """Rows that belong to units.

    Parameters
    ----------
    of_row : (n,) int array
        The unit of each row, from 0 on without gaps.
    size : (units,) int array
        How many rows each has.
    inclusion : (trials, units) bool array
        Which units each trial was trained on.
    """

    of_row: Whole
    size: Whole
    inclusion: NDArray[np.bool_]

    @property
    def first_row(self) -> Whole:
        """The first row of each unit."""
        first: Whole = np.unique(self.of_row, return_index=True)[1].astype(np.int64)
        return first

    def total(self, values: NDArray[np.floating] | NDArray[np.bool_]) -> Reals:
        """Return the sum over the rows of each unit, along the last axis."""
        order = np.argsort(self.of_row, kind="stable")
        starts = np.concatenate([[0], np.cumsum(self.size)[:-1]])
        summed: Reals = np.add.reduceat(np.asarray(values[..., order], np.float64), starts, axis=-1)
        return summed


@checked
def units_of(outcomes: Outcomes, together: ArrayLike) -> Units:
    """Return the units of a table of trials.

    Parameters
    ----------
    outcomes : Outcomes
        In which all rows of a unit are in or out of each trial together.
    together : (n,) array
        The unit that each row belongs to.

    Raises
    ------
    InputError
        If ``together`` has another length, or a trial holds a part of a unit.

    Examples
    --------
    >>> table = Outcomes.from_arrays([[1, 1, 0], [0, 0, 1]], [[1, 1, 0], [1, 0, 1]])
    >>> units_of(table, ["ann", "ann", "bob"]).size.tolist()
    [2, 1]
    """
    named = np.asarray(together)
    if named.shape != (outcomes.n_train,):
        law = f"name a unit for each of {outcomes.n_train} rows"
        raise InputError("together", law, Said(f"shape {named.shape}"))
    _, first, of_row, size = np.unique(named, return_index=True, return_inverse=True, return_counts=True)
    inclusion = outcomes.inclusion[:, first]
    torn = inclusion[:, of_row] != outcomes.inclusion
    if torn.any():
        trial, row = (int(place) for place in np.argwhere(torn)[0])
        what = Said(f"a part of the unit of row {row} in trial {trial}")
        raise InputError("together", "name units that are in or out of every trial as a whole", what)
    return Units(of_row=of_row.astype(np.int64), size=size.astype(np.int64), inclusion=inclusion)
