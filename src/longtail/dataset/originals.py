"""The examples as their owner knows them: the row of the table before it became features, the text, the file's name.

Features are for models; a person recognizes an example by its row, its words or its file. Nothing here is seen by a
model, and nothing here is part of the content hash.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import InputError

__all__ = ["MISSING", "Originals"]

MISSING = "(missing)"
"""How a value that is not there is shown, and the name of its level."""


@checked
@dataclass(frozen=True, slots=True, kw_only=True)
class Originals:
    """Appearance of the examples as they were given.

    Parameters
    ----------
    table : pyarrow.Table
        A row for each example as given, training and test; an example's row is its ``Dataset.position``.
    text : str or None
        The column that is the example's text, if it is a text.
    column_of_feature : tuple of int
        The column of ``table`` from which each feature was made; empty where features came from somewhere else.
    for_models : tuple of str
        The columns that a learner of rows as they are may see; empty where the data are no table.
    not_for_models : tuple of (str, str)
        Each other column of the data, and what it is instead: the target, a group, an identifier.
    pictures : (rows, height, width, 1 or 3) uint8 array or None
        Pictures that are not the features, by position.

    Examples
    --------
    >>> given = Originals(table=pa.table({"age": [41, None], "town": ["Ulm", "Bonn"]}))
    >>> given.row(1)
    {'age': '(missing)', 'town': 'Bonn'}
    >>> given.column("town", [1, 0])
    ['Bonn', 'Ulm']
    """

    table: pa.Table
    text: str | None = None
    column_of_feature: tuple[int, ...] = ()
    for_models: tuple[str, ...] = ()
    not_for_models: tuple[tuple[str, str], ...] = ()
    pictures: NDArray[np.uint8] | None = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the columns."""
        return tuple(self.table.column_names)

    def row(self, position: int) -> dict[str, str]:
        """Return one example: the name of each column, and its value as text."""
        return {name: self.column(name, [position])[0] for name in self.names}

    def words(self, position: int) -> str:
        """Return the whole text of one example. It is empty if examples are no texts."""
        return "" if self.text is None else self.column(self.text, [position])[0]

    def column(self, name: str, positions: Sequence[int] | NDArray[np.int64]) -> list[str]:
        """Return the values of one column at ``positions``, as text."""
        if name not in self.names:
            raise InputError("name", "be a column of the table", name)
        if any(not 0 <= position < len(self.table) for position in positions):
            raise InputError("positions", f"hold rows from 0 to {len(self.table) - 1}", list(positions))
        chosen = self.table.column(name).take(pa.array(positions, pa.int64()))
        return [_shown(value) for value in chosen.to_pylist()]


def _shown(value: object) -> str:
    if value is None or value != value:  # A missing number may be NaN.
        return MISSING
    return f"{value:.7g}" if isinstance(value, float) else str(value)
