"""Columns of a table as they are, for learners that take missing values and unordered levels themselves.

One number a column: numbers, dates and times with NaN where one is missing; of a text, the place of its level among all
levels, which has no order. A missing text is a level of its own; one that no training row has is NaN, as nothing can be
learned of it. Nothing is pooled, filled or spread over columns of 0 and 1, as it is for features.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import Axes, checked
from longtail.errors import InputError

__all__ = ["AsTheyAre"]


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class AsTheyAre:
    """Columns of all examples that were given, training and test.

    Parameters
    ----------
    values : (rows, d) float32 array
        A row for each example as given, by ``Dataset.position``; NaN is missing.
    unordered : tuple of int
        Columns whose numbers name levels without an order.

    Raises
    ------
    InputError
        If ``unordered`` names no column.

    Examples
    --------
    >>> given = AsTheyAre(values=np.array([[20, 1], [np.nan, 0]], np.float32), unordered=(1,))
    >>> given.of([1]).tolist()
    [[nan, 0.0]]
    """

    values: Annotated[NDArray[np.float32], Axes(2)]
    unordered: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        if any(not 0 <= column < self.values.shape[1] for column in self.unordered):
            raise InputError("unordered", f"hold numbers below {self.values.shape[1]}, the columns", self.unordered)

    def of(self, positions: Sequence[int] | NDArray[np.int64]) -> NDArray[np.float32]:
        """Return the rows of some examples, read-only."""
        found: NDArray[np.float32] = np.ascontiguousarray(self.values[np.asarray(positions, np.int64)])
        found.flags.writeable = False
        return found

    def content_hash(self, positions: NDArray[np.int64]) -> str:
        """Return the SHA-256 of the rows of some examples, and of which columns have no order."""
        digest = hashlib.sha256(repr((self.values.shape[1], self.unordered)).encode())
        digest.update(self.of(positions).tobytes())
        return digest.hexdigest()
