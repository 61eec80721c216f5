"""The name of an example as a person reads it: its row in the data as given, counted from 0.

A study numbers its training and its test examples apart, and only files and JSON show those numbers. Where the row is
not known the number is shown, and the name says that it is one.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["COUNTED", "held_out_name", "named_rows", "training_name"]

COUNTED = "Rows are those of the data as given, counted from 0."


def training_name(train: int, row: int | None = None) -> str:
    """Return the name of a training example.

    Examples
    --------
    >>> training_name(462, 512), training_name(462)
    ('row 512', 'training example 462')
    """
    return f"training example {train}" if row is None else f"row {row}"


def held_out_name(test: int, row: int | None = None) -> str:
    """Return the name of a test example.

    Examples
    --------
    >>> held_out_name(35, 90), held_out_name(35)
    ('test row 90', 'test example 35')
    """
    return f"test example {test}" if row is None else f"test row {row}"


def named_rows(examples: list[int], rows: NDArray[np.int64] | None, *, held_out: bool = False) -> list[str]:
    """Return the names of several examples, in their order.

    Parameters
    ----------
    examples : list of int
        Numbers among the training examples, or, if ``held_out``, among the test examples.
    rows : (n,) int array, optional
        The row of every such example: ``Dataset.position`` or ``Dataset.position_test``.
    held_out : bool
        Whether they are test examples.
    """
    name = held_out_name if held_out else training_name
    return [name(i, None if rows is None else int(rows[i])) for i in examples]
