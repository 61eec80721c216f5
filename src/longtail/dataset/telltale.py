"""Columns that tell the target by themselves: copies of it, its finer code, what is known only after it.

For each column, the most frequent label of each of its values (of numbers, of each of up to 64 ranges as well) is
learned on half of the training rows and tried on the other half. A column is named if it removes nine tenths of the
error of always guessing the most frequent label. It stays a feature: only its owner knows whether it will be known when
the label is not.
"""

from collections.abc import Iterator, Mapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.dataset.arrow_columns import is_bytes, plain
from longtail.dataset.column_choice import listed
from longtail.dataset.gaps import Column, nan_is_null
from longtail.percent import share
from longtail.randomness import generator

__all__ = ["telltale_note", "telltales"]

_LEFT_ERROR = 0.1
_FEWEST_ERRORS = 5
"""Guessing the most frequent label must err so often on the held-out half, or nothing is said."""

_MOST_ROWS, _RANGES, _FEWEST_A_RANGE, _MOST_VALUES = 5_000, 64, 3, 256
_SEED = 0


@checked
def telltales(columns: Mapping[str, Column], labels: NDArray[np.int64], training: NDArray[np.intp]) -> dict[str, float]:
    """Map the columns that tell the label to the share of held-out rows on which they are right.

    Parameters
    ----------
    columns : mapping of str to column of n values
        Candidates for features.
    labels : (n,) int array
        Codes of classes.
    training : int array
        The rows to look at; at most 5,000 of them are.

    Examples
    --------
    >>> labels = np.arange(200) % 2
    >>> columns = {"copy": pa.chunked_array([labels]), "noise": pa.chunked_array([np.arange(200) // 3])}
    >>> telltales(columns, labels, np.arange(200))
    {'copy': 1.0}
    """
    rows = generator(_SEED, "telltale").permutation(training)[:_MOST_ROWS]
    learned, tried = rows[: len(rows) // 2], rows[len(rows) // 2 :]
    n_classes = int(labels.max()) + 1 if len(labels) else 0
    if not len(learned):
        return {}
    usual = int(np.bincount(labels[learned], minlength=n_classes).argmax())
    n_wrong = int((labels[tried] != usual).sum())
    if n_wrong < _FEWEST_ERRORS:
        return {}
    found = {}
    for name, column in columns.items():
        n_left = len(tried)
        for values in _values(column, learned):
            table = np.zeros((int(values.max()) + 1, n_classes), np.int32)
            np.add.at(table, (values[learned], labels[learned]), 1)
            guess = np.where(table.sum(axis=1) > 0, table.argmax(axis=1), usual)
            n_left = min(n_left, int((guess[values[tried]] != labels[tried]).sum()))
        if n_left <= _LEFT_ERROR * n_wrong:
            found[name] = 1 - n_left / len(tried)
    return found


def telltale_note(found: Mapping[str, float]) -> list[str]:
    """Return the sentence that tells the user of these columns."""
    if not found:
        return []
    shares = sorted(found, key=lambda name: -found[name])
    return [
        f"By itself tells the target of held-out rows: {listed(shares)}, right on {share(found[shares[0]])}; if it is "
        "known only after the target, drop it."
    ]


def _values(column: Column, learned: NDArray[np.intp]) -> Iterator[NDArray[np.int64]]:
    """Yield the value, and the range of values, that each row has. A gap is a value, and a range."""
    if pa.types.is_nested(column.type) or pa.types.is_null(column.type) or is_bytes(column.type):
        return
    column = nan_is_null(plain("data", column))
    known = column.unique().drop_null()
    numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type) or pa.types.is_temporal(column.type)
    if not numeric or len(known) <= _MOST_VALUES:
        yield pc.index_in(column, value_set=known).fill_null(len(known)).to_numpy().astype(np.int64)
    if numeric:
        yield from _ranges(column, learned)


def _ranges(column: Column, learned: NDArray[np.intp]) -> Iterator[NDArray[np.int64]]:
    if pa.types.is_temporal(column.type):
        narrow = pa.types.is_date32(column.type) or pa.types.is_time32(column.type)
        column = column.cast(pa.int32() if narrow else pa.int64())
    numbers = np.asarray(column.cast(pa.float64(), safe=False).to_numpy(), np.float64)
    missing = np.isnan(numbers)
    at_hand = numbers[learned][~missing[learned]]
    if len(at_hand):
        n_ranges = min(_RANGES, max(2, len(at_hand) // _FEWEST_A_RANGE))
        edges = np.unique(np.quantile(at_hand, np.linspace(0, 1, n_ranges + 1)[1:-1]))
        yield np.where(missing, len(edges) + 1, np.searchsorted(edges, numbers)).astype(np.int64)
