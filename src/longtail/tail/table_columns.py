"""One or two columns of a file, a batch at a time, read by the one reader of tables; and a column of counts, if any.

A table may have a row for each example, or a row for each site and species with how many were counted there. Counting
the rows of the second kind would be wrong and plausible, so that a column called ``count`` (or ``abundance``) is never
passed over: it is summed where the other columns are text, and asked about where they are not.
"""

import shlex
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.arrow_columns import is_text
from longtail.dataset.column_choice import require_column
from longtail.dataset.gaps import Column, without_blanks
from longtail.dataset.tables import TABLES, clean_batches, column_names
from longtail.dataset.typed_columns import typed
from longtail.errors import InputError, Said, parameter

__all__ = ["ROWS", "ColumnBatches"]

ROWS = "rows"
"""In place of a column of counts: each row is one example."""

_CALLED_COUNTS = frozenset(
    {"count", "counts", "abundance", "abundances", "individuals", "n_individuals", "individualcount"}
)


@dataclass(slots=True, kw_only=True)
class ColumnBatches:
    """Labels, classes if a target is named, and counts if there are, of a CSV or Parquet file.

    Text files are read as text: a label is a name, even when it is written in digits.

    Parameters
    ----------
    path : Path
    group : str
        The column of labels.
    target : str or None
        The column of classes.
    count : str or None
        The column of counts, or ``"rows"``; by default what the table looks like.
    spelled : Counter
        What was read as a gap, so far.
    """

    path: Path
    group: str
    target: str | None = None
    count: str | None = None
    spelled: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if not self.path.is_file():
            raise InputError("data", "be a file that exists", str(self.path))
        if self.path.suffix.lower() not in TABLES:
            raise InputError("data", "end in .csv, .tsv or .parquet", self.path.name)
        names = column_names(self.path)
        asked = {"group": self.group, "target": self.target, "count": self.count}
        for argument, column in asked.items():
            if column is not None and not (argument == "count" and column == ROWS):
                require_column(argument, names, column)
        if self.count is not None and self.count in (self.group, self.target):
            raise InputError(
                "count", f"name another column than {parameter('group')} and {parameter('target')}", self.count
            )
        if self.count is None:
            self.count = _column_of_counts(self.path, names, (self.group, self.target))
        elif self.count == ROWS and ROWS not in names:
            self.count = None

    def __iter__(self) -> Iterator[tuple[Column, Column | None, NDArray[np.int64] | None]]:
        """Yield one batch after the other."""
        wanted = [name for name in dict.fromkeys((self.group, self.target, self.count)) if name is not None]
        for batch, spelled in clean_batches(self.path, wanted):
            self.spelled += spelled
            counts = None if self.count is None else _whole(self.count, batch.column(self.count))
            classes = None if self.target is None else batch.column(self.target)
            yield batch.column(self.group), classes, counts

    @property
    def notes(self) -> tuple[str, ...]:
        """Choices that were made, known once all batches were read."""
        said = [f"{spelling!r} ({times:,})" for spelling, times in self.spelled.items() if spelling]
        gaps = [f"read as gaps: {', '.join(said)}"] if said else []
        summed = f"the column {self.count!r} holds counts, which are summed (with {ROWS!r} for the count, rows are)"
        return (*([summed] if self.count is not None else []), *gaps)


def _column_of_counts(path: Path, names: Sequence[str], used: tuple[str | None, ...]) -> str | None:
    """Return the column that holds counts, if one is called so.

    Refuse it where each row may as well be a single example.
    """
    called = [name for name in names if name.casefold() in _CALLED_COUNTS and name not in used]
    if not called:
        return None
    batch, _ = next(clean_batches(path, names), (None, None))
    if batch is None or not all(_is_whole(batch.column(name)) for name in called):
        return None
    others = {name: typed(column) for name, column in _text_columns(batch, (*called, *used))}
    not_text = [name for name in batch.column_names if name not in (*called, *used) and name not in others]
    not_text += [name for name, column in others.items() if not is_text(column) and not pa.types.is_null(column.type)]
    if not_text or len(called) > 1:
        what = Said(f"none, and a column {called[0]!r}" + (f" beside {not_text[0]!r}" if not_text else ""))
        law = "say whether a row is one example or as many as a column counts"
        remedy = f"Give {parameter('count')} {shlex.quote(called[0])}, or {parameter('count')} {ROWS}."
        raise InputError("count", law, what, remedy)
    return called[0]


def _text_columns(batch: pa.Table, without: tuple[str | None, ...]) -> Iterator[tuple[str, Column]]:
    for name in batch.column_names:
        if name not in without and is_text(batch.column(name)):
            yield name, batch.column(name)


def _is_whole(column: Column) -> bool:
    found = typed(without_blanks(column)) if is_text(column) else column
    return pa.types.is_integer(found.type) and not found.null_count and bool(np.all(found.to_numpy() >= 0))


def _whole(name: str, column: Column) -> NDArray[np.int64]:
    found: Any = typed(column) if is_text(column) else column
    if not (pa.types.is_integer(found.type) or pa.types.is_floating(found.type)) and not pa.types.is_boolean(
        found.type
    ):
        raise InputError("count", "name a column of whole numbers", Said(f"{name!r} of {found.type}"))
    numbers = np.asarray(found.cast(pa.float64()).to_numpy(), np.float64)
    wrong = ~((numbers >= 0) & (numbers == np.floor(numbers)) & (numbers < 2.0**53))
    if wrong.any():
        bad = column[int(wrong.argmax())].as_py()
        raise InputError("count", "name a column of whole numbers of at least 0, one in every row", bad)
    return numbers.astype(np.int64)
