"""Tables in files, CSV or Parquet, and frames of pandas or polars: all become one Arrow table.

A file of text is read as text, for only its owner's purpose says what a column is: names of classes and groups are
taken as they are written, features by what they say (:mod:`longtail.dataset.typed_columns`). Gaps are found by one
list, in text of every container, and those spelled out are told. An index of pandas is no feature.
"""

import csv
import json
import warnings
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet

from longtail.dataset.arrow_columns import is_text, plain
from longtail.dataset.column_choice import TABLES, check_columns, listed
from longtail.dataset.gaps import Column, without_gaps
from longtail.dataset.headless import no_header_note
from longtail.dataset.text_files import (
    TEXT_FILES,
    header_notes,
    read_text_file,
    text_batches,
    text_names,
    unreadable,
)
from longtail.errors import InputError, Said

__all__ = [
    "TABLES",
    "ReadTable",
    "clean_batches",
    "column_names",
    "frame_table",
    "is_frame",
    "read_table",
    "with_gaps",
    "without_index",
]

_INDEX = "__index_level_"  # The name that pandas gives to an index without a name.
_ARROW = (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, pa.ArrowTypeError, OSError)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadTable:
    """A table as it was read.

    Parameters
    ----------
    table : pyarrow.Table
        Columns of text, numbers, dates or categories; gaps are null. All are text if ``from_text``.
    from_text : bool
        Whether the file has no types of its own.
    index : tuple of str
        Columns that were the index of a frame.
    notes : tuple of str
        What was chosen.
    """

    table: pa.Table
    from_text: bool = False
    index: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def read_table(path: Path) -> ReadTable:
    """Read a table as it is in the file.

    Raises
    ------
    InputError
        If it cannot be parsed, is empty, or has more than 100,000 columns.
    """
    from_text = path.suffix.lower() in TEXT_FILES
    try:
        table = read_text_file(path) if from_text else _parquet(path)
        check_columns(table.column_names)
    except (*_ARROW, UnicodeDecodeError, csv.Error) as error:
        raise unreadable(path, error) from error
    if table.num_rows == 0:
        raise InputError("data", "have at least one row", Said(f"none in {path.name}"))
    found = with_gaps(without_index(table))
    headless = no_header_note(found.table) if from_text else []
    return replace(found, from_text=from_text, notes=(*header_notes(path), *headless, *found.notes))


def is_frame(data: object) -> bool:
    """Return whether the data are a table in memory: of pandas, polars, pyarrow, or any library that speaks Arrow."""
    return hasattr(data, "__arrow_c_stream__")


def frame_table(frame: Any) -> ReadTable:
    """Return a frame as an Arrow table, with its index told apart.

    Raises
    ------
    InputError
        If a column mixes types, has no text as its name, or there are no rows.
    """
    names = getattr(frame, "columns", None)
    if names is None and hasattr(frame, "to_frame"):
        raise InputError("data", "be a frame, which has columns", Said("a series"), "Make it one: data.to_frame().")
    if names is not None and not getattr(names, "is_unique", True):  # Of pandas alone, which says so before Arrow does.
        check_columns([str(name) for name in names])
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Names that are no text become text, with a warning.
            table = pa.table(frame)
    except (*_ARROW, TypeError, ValueError) as error:
        remedy = "Make each column of one type first, and sparse columns dense."
        raise InputError("data", "be a frame whose columns have one type each", Said(str(error)), remedy) from error
    check_columns(table.column_names)
    if table.num_rows == 0:
        raise InputError("data", "have at least one row", Said("none"))
    return with_gaps(without_index(table))


def with_gaps(read: ReadTable, except_for: Sequence[str] = ()) -> ReadTable:
    """Return the table with null where text stands for a gap, and the texts that were read so."""
    columns, spelled = [], Counter[str]()
    where: dict[str, list[str]] = {}
    for name, column in zip(read.table.column_names, read.table.columns, strict=True):
        simple = _simple(column)
        found: Counter[str] = Counter()
        words = plain("data", simple) if pa.types.is_dictionary(simple.type) else simple
        if is_text(words) and name not in except_for:
            cleaned, found = without_gaps(words)
            simple = cleaned if found else simple
        columns.append(simple)
        for spelling in found:
            where.setdefault(spelling, []).append(name)
        spelled += found
    table = pa.table(columns, names=read.table.column_names, metadata=read.table.schema.metadata)
    said = [
        f"{spelling!r} (in {listed(where[spelling])}: {times:,})" for spelling, times in spelled.items() if spelling
    ]
    notes = [f"Read as gaps: {', '.join(said)}."] if said else []
    return replace(read, table=table, notes=(*read.notes, *notes))


def clean_batches(path: Path, columns: Sequence[str]) -> Iterator[tuple[pa.Table, Counter[str]]]:
    """Read some columns of a file in batches, in the same way as :func:`read_table`.

    Each batch comes with the spellings of its gaps.

    Raises
    ------
    InputError
        If it cannot be parsed, or a column is not there or there twice.
    """
    from_text = path.suffix.lower() in TEXT_FILES
    try:
        for batch in text_batches(path, columns) if from_text else _parquet_batches(path, columns):
            cleaned, spelled = {}, Counter[str]()
            for name in batch.schema.names:
                column = plain("data", pa.chunked_array([batch.column(name)]))
                if is_text(column):
                    column, found = without_gaps(column)
                    spelled += found
                cleaned[name] = column
            yield pa.table(cleaned), spelled
    except (*_ARROW, UnicodeDecodeError, csv.Error) as error:
        raise unreadable(path, error) from error


def column_names(path: Path) -> list[str]:
    """Return names of the columns of a file.

    Raises
    ------
    InputError
        If it is no table, or two columns have one name.
    """
    try:
        if path.suffix.lower() in TEXT_FILES:
            names = text_names(path)
        else:
            with pa.parquet.ParquetFile(path) as file:
                names = file.schema_arrow.names
        check_columns(names)
    except (*_ARROW, UnicodeDecodeError, csv.Error) as error:
        raise unreadable(path, error) from error
    return names


def _simple(column: Column) -> Column:
    """Return the column, unless Arrow has few kernels for its type: views and extensions become plain."""
    kind: Any = column.type
    if pa.types.is_dictionary(kind):
        words = kind.value_type
        if pa.types.is_string(words) or pa.types.is_large_string(words):
            return column
        if not pa.types.is_string_view(words):
            return plain("data", column)
        chunks: list[Any] = list(column.chunks)
        levels = [chunk.dictionary.cast(pa.large_string()) for chunk in chunks]
        recoded: list[Any] = [
            pa.DictionaryArray.from_arrays(chunk.indices, words, ordered=kind.ordered)
            for chunk, words in zip(chunks, levels, strict=True)
        ]
        return pa.chunked_array(recoded)
    if isinstance(kind, pa.BaseExtensionType) or pa.types.is_string_view(kind) or pa.types.is_run_end_encoded(kind):
        return plain("data", column)
    return column


def without_index(table: pa.Table) -> ReadTable:
    """Return the table without the index of a frame, as far as it has no name, and the columns that were the index.

    An index without a name is no column at all. Where it is no count from 0, it is told that rows are counted by their
    place: row 73 is then ``frame.iloc[73]``, and ``frame.loc[73]`` may be another.
    """
    metadata = (table.schema.metadata or {}).get(b"pandas")
    levels: list[Any] = []
    if metadata is not None:
        try:
            levels = json.loads(metadata).get("index_columns", [])
        except (ValueError, AttributeError):
            levels = []
    named = [name for name in table.column_names if name in levels and not name.startswith(_INDEX)]
    kept = [name for name in table.column_names if not name.startswith(_INDEX)]
    notes = [f"The index {listed(named)} is no feature; it may be named as group or as together."] if named else []
    if len(kept) < len(table.column_names) or any(_starts_elsewhere(level) for level in levels):
        notes.append("The index without a name is no feature, and names no row: rows are counted by place, from 0.")
    return ReadTable(table=table.select(kept), index=tuple(named), notes=tuple(notes))


def _starts_elsewhere(level: Any) -> bool:
    """Return whether a level of an index is a range that is not 0, 1, 2, …"""
    return isinstance(level, dict) and (level.get("start"), level.get("step")) != (0, 1)


def _parquet(path: Path) -> pa.Table:
    with pa.parquet.ParquetFile(path) as file:
        check_columns(file.schema_arrow.names)
        return file.read()


def _parquet_batches(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    with pa.parquet.ParquetFile(path) as file:
        yield from file.iter_batches(columns=list(columns), batch_size=1 << 20)
