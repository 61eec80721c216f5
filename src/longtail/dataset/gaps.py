"""One list and one predicate of what is missing, for labels, groups, units and features of every container.

A value is missing if it is ``None``, NaN, NaT, ``pandas.NA``, masked, or null in Arrow. Text that stands for a gap is
missing as well in tables and archives, where people write it: the spellings of :data:`GAPS`, with or without blanks
around them.
"""

from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from longtail.arguments import checked

__all__ = ["GAPS", "Column", "is_missing", "nan_is_null", "without_blanks", "without_gaps"]

if TYPE_CHECKING:
    Column: TypeAlias = pa.ChunkedArray[Any]
else:
    Column = pa.ChunkedArray  # The class has no type parameters at run time.

GAPS = (
    "", "?", "#N/A", "#N/A N/A", "#NA", "-1.#IND", "-1.#QNAN", "-NaN", "-nan", "1.#IND", "1.#QNAN", "<NA>", "N/A", "NA",
    "NULL", "NaN", "NaT", "n/a", "nan", "null",
)  # fmt: skip
"""How a gap is written in text. ``None`` and ``-`` are not among them: they are levels of many a category."""


@checked
def is_missing(value: object) -> bool:
    """Return whether one value is missing.

    Examples
    --------
    >>> [is_missing(value) for value in (None, float("nan"), np.datetime64("NaT"), np.ma.masked, 0, "", "NA")]
    [True, True, True, True, False, False, False]
    """
    if value is None or value is np.ma.masked:
        return True
    if isinstance(value, np.datetime64 | np.timedelta64):
        return bool(np.isnat(value))
    try:
        return bool(value != value)  # NaN, NaT and a decimal NaN are unequal to themselves.
    except TypeError:  # pandas.NA is neither true nor false.
        return True
    except (ArithmeticError, ValueError):  # The value may be a signaling NaN or an array.
        return not hasattr(value, "__len__")


def nan_is_null(column: Column) -> Column:
    """Return the column with null where it held NaN, and 0 for -0, which is equal to it."""
    if not pa.types.is_floating(column.type):
        return column
    wide = column.cast(pa.float64())
    masked: Column = pc.if_else(pc.is_nan(wide), pa.scalar(None, pa.float64()), pc.add(wide, 0.0))
    return masked


def without_blanks(column: Column) -> Column:
    """Return a column of text without the blanks around its values."""
    trimmed: Column = pc.utf8_trim_whitespace(column)
    return trimmed


@checked
def without_gaps(column: Column) -> tuple[Column, Counter[str]]:
    """Return a column of text in which gaps are null, and how often each spelling was met.

    Examples
    --------
    >>> found, spelled = without_gaps(pa.chunked_array([["oak", " ?", "NA", ""]]))
    >>> found.to_pylist(), dict(spelled)
    (['oak', None, None, None], {'?': 1, 'NA': 1, '': 1})
    """
    trimmed = without_blanks(column)
    gap = pc.is_in(trimmed, value_set=pa.array(GAPS, trimmed.type))
    if not pc.any(gap).as_py():
        return column, Counter()
    spelled = _counted(trimmed.filter(gap))
    masked: Column = pc.if_else(gap, pa.scalar(None, column.type), column)
    return masked, spelled


def _counted(column: Column) -> Counter[str]:
    known = column.unique()
    places = np.bincount(pc.index_in(column, value_set=known).to_numpy(), minlength=len(known))
    return Counter(dict(zip(map(str, known.to_pylist()), places.tolist(), strict=True)))
