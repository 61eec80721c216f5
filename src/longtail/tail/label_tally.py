"""A running count of labels that arrive in batches.

Dense non-negative integers are counted by their place in an array; everything else by hashing in Arrow. Either way the
memory grows with the distinct labels, since partial counts are added up whenever they outgrow the last sum.
"""

from typing import Any, TypeAlias

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import ArrayLike, NDArray

from longtail.dataset.arrow_columns import is_text, one_dimensional
from longtail.dataset.gaps import without_blanks
from longtail.dataset.names import named
from longtail.errors import InputError, Said

__all__ = ["LabelTally"]

Column: TypeAlias = "pa.Array[Any] | pa.ChunkedArray[Any]"

_SLICE = 1 << 22
"""How many rows are hashed at a time; bounds the memory beside a NumPy array that is already there."""
_LEAST_COMPACTION = 1 << 20
_LARGEST_DENSE_LABEL = 1 << 26
"""Labels below this are counted in place: 512 MB of counters at the very most, 8 bytes a possible label."""


class LabelTally:
    """Counts of labels, or of pairs (class, label), summed over batches."""

    def __init__(self) -> None:
        self._dense = np.zeros(0, dtype=np.int64)
        self._partial: list[pa.Table] = []
        self._waiting = 0
        self._compacted = 0
        self._with_classes: bool | None = None

    def add(self, labels: ArrayLike, classes: ArrayLike | None = None) -> None:
        """Count one batch, one label (and class) an example."""
        self._check_kind(classes)
        if classes is None and self._add_dense(labels):
            return
        columns = {"label": _arrow(labels, "labels")}
        if classes is not None:
            columns["class"] = _arrow(classes, "classes")
            if len(columns["class"]) != len(columns["label"]):
                law = f"have one entry an example ({len(columns['label'])})"
                raise InputError("classes", law, Said(f"{len(columns['class'])} entries"))
        table = pa.table(columns)
        for start in range(0, len(table), _SLICE):
            piece = table.slice(start, _SLICE)
            counted = piece.group_by(list(columns), use_threads=False).aggregate([([], "count_all")])
            self._append(counted.rename_columns([*columns, "count"]))

    def add_counted(self, labels: ArrayLike, classes: ArrayLike | None, counts: NDArray[np.int64]) -> None:
        """Add labels that were counted already."""
        self._check_kind(classes)
        columns = {"label": _arrow(labels, "labels")}
        if classes is not None:
            columns["class"] = _arrow(classes, "classes")
        self._append(pa.table({**columns, "count": pa.array(counts)}))

    def total(self, *, group_missing: bool) -> tuple[NDArray[Any], NDArray[Any] | None, NDArray[np.int64], int]:
        """Return labels, classes, counts and the number of examples that lack either.

        Those examples form groups of their own if asked.
        """
        self._move_dense()
        if not self._partial:
            return np.zeros(0), None, np.zeros(0, dtype=np.int64), 0
        self._compact()
        (table,) = self._partial
        absent = pc.is_null(table["label"])
        if "class" in table.column_names:
            absent = pc.or_(absent, pc.is_null(table["class"]))
        n_missing = int(pc.sum(pc.filter(table["count"], absent)).as_py() or 0)
        if not group_missing:
            table = table.filter(pc.invert(absent))
        classes = table["class"].to_numpy() if "class" in table.column_names else None
        return table["label"].to_numpy(), classes, table["count"].to_numpy().astype(np.int64), n_missing

    def _check_kind(self, classes: object) -> None:
        given = classes is not None
        if self._with_classes not in (None, given):
            raise InputError("batches", "all have classes or none", Said("some with, some without"))
        self._with_classes = given

    def _add_dense(self, labels: Any) -> bool:
        """Count in place if these are small non-negative integers, and return whether they were."""
        plain = isinstance(labels, np.ndarray) and not isinstance(labels, np.ma.MaskedArray)
        if not plain or labels.dtype.kind not in "iu" or labels.ndim != 1 or not labels.size:
            return False
        largest, smallest = int(labels.max()), int(labels.min())
        if smallest < 0 or largest >= min(_LARGEST_DENSE_LABEL, max(8 * labels.size, 1 << 16)):
            return False
        if largest >= len(self._dense):
            self._dense = np.concatenate([self._dense, np.zeros(largest + 1 - len(self._dense), dtype=np.int64)])
        for start in range(0, len(labels), _SLICE):
            counted = np.bincount(labels[start : start + _SLICE])
            self._dense[: len(counted)] += counted
        return True

    def _move_dense(self) -> None:
        seen = np.flatnonzero(self._dense)
        if len(seen):
            self._append(pa.table({"label": pa.array(seen), "count": pa.array(self._dense[seen])}))
            self._dense = np.zeros(0, dtype=np.int64)

    def _append(self, counted: pa.Table) -> None:
        self._partial.append(counted)
        self._waiting += len(counted)
        if self._waiting > max(_LEAST_COMPACTION, self._compacted):
            self._compact()

    def _compact(self) -> None:
        together = pa.concat_tables(_alike(self._partial))
        keys = [name for name in together.column_names if name != "count"]
        summed = together.group_by(keys, use_threads=False).aggregate([("count", "sum")])
        summed = summed.rename_columns([*keys, "count"])
        self._partial, self._compacted, self._waiting = [summed], len(summed), 0


def _arrow(values: ArrayLike, argument: str) -> Column:
    """Return an Arrow column in which every missing value is null and text has no blanks around it."""
    held = one_dimensional(argument, values)
    if not isinstance(held, pa.ChunkedArray):  # The types are mixed, and 3 and "3" are one name.
        found = named(argument, values)
        return pa.array(np.array([*found.names, None], object)[found.codes], type=pa.large_string())
    if pa.types.is_nested(held.type):
        raise InputError(argument, "be numbers, text or dates, one an example", Said(f"type {held.type}"))
    return without_blanks(held) if is_text(held) else held


def _alike(tables: list[pa.Table]) -> list[pa.Table]:
    """Return the tables in one schema: numbers are widened, anything else becomes text."""
    try:
        schema = pa.unify_schemas([table.schema for table in tables], promote_options="permissive")
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        names = tables[0].column_names
        schema = pa.schema([(name, pa.int64() if name == "count" else pa.string()) for name in names])
    return [table.cast(schema) for table in tables]
