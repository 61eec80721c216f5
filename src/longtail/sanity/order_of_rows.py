"""Columns that order the file: dates, times, numbers that rise from row to row.

Where rows were recorded in time, a random part of them set aside lies between training rows, nearer than a later row
will be. A column is named if its rank correlation with the row number is at least 0.95, and it takes more than fifty
values.
"""

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.gaps import Column
from longtail.findings.sanity import Remark
from longtail.sanity.commands import without_column
from longtail.sanity.subject import Subject
from longtail.sanity.words import listed, quoted

__all__ = ["order_of_rows"]

_CORRELATED, _MANY, _MOST_ROWS = 0.95, 50, 20_000


def order_of_rows(subject: Subject) -> list[Remark]:
    """Remark on columns that rise or fall with the row number."""
    step = -(-len(subject.places) // _MOST_ROWS)
    places = subject.places[::step]
    names = [name for name, column in subject.columns.items() if _follows(_numbers(column)[::step], places)]
    if not names or not subject.set_aside_here:
        return []
    return [
        Remark(
            name="columns that order the file",
            finding=f"{listed(quoted(names))} {'orders' if len(names) == 1 else 'order'} the file.",
            meaning="If rows were recorded in time, test rows drawn at random lie between training rows; accuracy on "
            "later rows may be lower.",
            remedy="Give later rows as test rows, or leave the column out.",
            command=without_column(subject.options, names[0]),
            voids=["accuracy"],
        )
    ]


def _numbers(column: Column) -> NDArray[np.float64]:
    kind = column.type
    if pa.types.is_temporal(kind):
        column = column.cast(pa.int32() if kind.bit_width == 32 else pa.int64())
    elif not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return np.zeros(len(column))
    return np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), np.float64)


def _follows(numbers: NDArray[np.float64], places: NDArray[np.int64]) -> bool:
    known = np.isfinite(numbers)
    values, ranks = np.unique(numbers[known], return_inverse=True)
    if len(values) <= _MANY:
        return False
    return bool(abs(np.corrcoef(ranks, np.argsort(np.argsort(places[known])))[0, 1]) >= _CORRELATED)
