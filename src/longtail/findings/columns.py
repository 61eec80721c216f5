"""Columns: what was measured of every example, each a quantity that describes itself.

A column says what it is called, in which unit it is, and how it was made; so tables, files and the page show whatever
columns there are, and know none of them by name. The first column of a list leads: lists are sorted by it.

What a unit means for how a number is written:

================  =============================================================================
``difference``    of two probabilities, in [-1, 1]
``probability``   in [0, 1]
``q-value``       the false-discovery rate at which the example would just be reported
others            counted things ("trials", "examples") or any unit; written as they are
================  =============================================================================
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from longtail.arguments import checked
from longtail.array_types import Numbers
from longtail.estimate import Estimate

__all__ = ["Column", "Numbers", "check_columns"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Column:
    """One quantity of every example.

    Parameters
    ----------
    name : str
        A short identifier, which names the column in files: letters, digits and underscores.
    title : str
        The quantity in words, as the heading of a table.
    unit : str
        See the module.
    value : (n,) array of numbers
        NaN where it is undetermined.
    low, high : (n,) float array or None
        The ends of each value's interval; None where there is none.
    method : str
        How it was made, in a few words; of a q-value, what it is a test of. Empty where there is nothing to say.
    of : str
        The name of the column that counts what this one is a part of; empty where it is no part.

    Examples
    --------
    >>> right = Column(name="right", title="models right", unit="trials", value=np.array([3, 4]), of="n_trials")
    >>> list(right.parts())
    ['right']
    """

    name: str
    title: str
    unit: str
    value: Numbers
    low: NDArray[np.float64] | None = None
    high: NDArray[np.float64] | None = None
    method: str = ""
    of: str = ""

    def __eq__(self, other: object) -> bool:
        """Return whether another column says the same of the same examples.

        Numbers that are undetermined in both columns are the same.
        """
        if not isinstance(other, Column):
            return NotImplemented
        mine, theirs = self.parts(), other.parts()
        words = [(each.name, each.title, each.unit, each.method, each.of) for each in (self, other)]
        same = all(np.array_equal(mine[name], theirs[name], equal_nan=True) for name in mine if name in theirs)
        return words[0] == words[1] and mine.keys() == theirs.keys() and same

    __hash__ = None  # type: ignore[assignment]  # as of every dataclass that compares by its content

    def at(self, place: int, level: float) -> Estimate | float:
        """Return the value at one place.

        It is an estimate at the given level where there are intervals; otherwise the bare number.
        """
        if self.low is None or self.high is None:
            number: float = self.value[place].item()
            return number
        return Estimate.at(place, self.value, self.low, self.high, level=level, method=self.method)

    def at_places(self, places: ArrayLike) -> "Column":
        """Return the column of the examples at these places, in this order."""
        chosen = np.asarray(places, np.int64)
        low, high = (None if end is None else end[chosen] for end in (self.low, self.high))
        return replace(self, value=self.value[chosen], low=low, high=high)

    def parts(self) -> dict[str, Numbers]:
        """Return the arrays by the names that they have in a file: the value, and the ends of its interval."""
        ends = {f"{self.name}_low": self.low, f"{self.name}_high": self.high}
        return {self.name: self.value, **{name: end for name, end in ends.items() if end is not None}}


def check_columns(columns: Sequence[Column], length: int) -> None:
    """Raise ``ValueError`` if they are not of ``length`` examples, share a name, or are part of nothing."""
    names = [column.name for column in columns]
    if len(set(names)) != len(names):
        raise ValueError(f"two columns have one name: {names}")
    for column in columns:
        if not column.name.isidentifier():
            raise ValueError(f"{column.name!r} is no name of a column")
        if column.of and column.of not in names:
            raise ValueError(f"column {column.name} is a part of {column.of}, which is not there")
        if (column.low is None) != (column.high is None):
            raise ValueError(f"column {column.name} has half an interval")
        for array in column.parts().values():
            if array.shape != (length,):
                raise ValueError(f"column {column.name} has shape {array.shape} instead of ({length},)")
