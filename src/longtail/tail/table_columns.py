"""One or two columns of a file, a batch at a time."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from longtail.dataset.tables import separator_of
from longtail.errors import InputError, Said

__all__ = ["column_batches", "lines_of_counts"]

_MISSING = ["", "NA", "N/A", "#N/A", "NaN", "nan", "null", "NULL"]
_TEXT = {".csv", ".tsv"}


def column_batches(
    path: Path, group: str, target: str | None
) -> Iterator[tuple["pa.Array[Any]", "pa.Array[Any] | None"]]:
    """Labels, and classes if a target is named, of a CSV or Parquet file.

    Text files are read as text: a label is a name, even when it is written in digits.
    """
    columns = list(dict.fromkeys([group] if target is None else [group, target]))
    if not path.is_file():
        raise InputError("data", "be a file that exists", str(path))
    suffix = path.suffix.lower()
    try:
        if suffix == ".parquet":
            batches = _parquet_batches(path, columns)
        elif suffix in _TEXT:
            batches = _csv_batches(path, columns, separator_of(path))
        else:
            raise InputError("data", "end in .csv, .tsv or .parquet", path.name)
        for batch in batches:
            yield batch.column(group), None if target is None else batch.column(target)
    except (pa.ArrowInvalid, UnicodeDecodeError) as error:  # the latter of a column's name
        raise InputError("data", "be a readable table", Said(f"{path.name}: {error}")) from None


def lines_of_counts(path: Path) -> list[str]:
    """The lines of a text file that holds one count a line; empty lines and ``#`` remarks are left out."""
    if not path.is_file():
        raise InputError("data", "be a file that exists", str(path))
    with path.open(encoding="utf-8", errors="replace") as lines:
        stripped = (line.split("#", 1)[0].strip() for line in lines)
        return [line for line in stripped if line]


def _parquet_batches(path: Path, columns: list[str]) -> Iterator[pa.RecordBatch]:
    with pyarrow.parquet.ParquetFile(path) as file:
        _check_columns(columns, file.schema_arrow.names)
        yield from file.iter_batches(columns=columns, batch_size=1 << 20)


def _csv_batches(path: Path, columns: list[str], delimiter: str) -> Iterator[pa.RecordBatch]:
    parse = pyarrow.csv.ParseOptions(delimiter=delimiter, newlines_in_values=True)
    with path.open("rb") as file:
        if not file.read(1):
            raise InputError("data", "have a header and at least one row", Said(f"{path.name} is empty"))
    with pyarrow.csv.open_csv(path, parse_options=parse) as header:
        _check_columns(columns, header.schema.names)
    convert = pyarrow.csv.ConvertOptions(
        include_columns=columns,
        column_types={name: pa.string() for name in columns},
        null_values=_MISSING,
        strings_can_be_null=True,
    )
    read = pyarrow.csv.ReadOptions(block_size=1 << 24)
    with pyarrow.csv.open_csv(path, read_options=read, parse_options=parse, convert_options=convert) as batches:
        yield from batches


def _check_columns(columns: list[str], names: list[str]) -> None:
    for column in columns:
        if column not in names:
            raise InputError("column", f"be one of {', '.join(names)}", column)
        if names.count(column) > 1:
            raise InputError("data", "have columns of different names", column)
