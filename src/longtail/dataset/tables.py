"""Tables in files, CSV or Parquet, and frames of pandas or polars: all become one Arrow table."""

import csv
import difflib
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from longtail.errors import InputError, Said

__all__ = ["TABLES", "check_columns", "frame_table", "is_frame", "read_table", "require_column", "separator_of"]

TABLES = (".csv", ".tsv", ".parquet")

MOST_COLUMNS = 100_000

_SEPARATORS = ",;\t|"
_SPELLED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LONGEST_HEADER = 1 << 24
_BLOCK = 1 << 24  # bytes read at a time: of a wide table, the usual megabyte is a few rows
_MISSING = ["", "?", "#N/A", "#NA", "-NaN", "-nan", "<NA>", "N/A", "NA", "NULL", "NaN", "n/a", "nan", "null"]
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_INDEX = "__index_level_"  # how pandas hands over an index that has no name


def read_table(path: Path) -> pa.Table:
    """A table as it is in the file.

    Raises
    ------
    InputError
        If it cannot be parsed, is empty, has two columns of one name, or more than 100,000.
    """
    try:
        table = _parquet(path) if path.suffix.lower() == ".parquet" else _csv(path)
        check_columns(table.column_names)
    except UnicodeDecodeError as error:  # of a column's name: pyarrow decodes it only when it is asked for
        raise _another_encoding(f"{path.name}: {error}") from error
    except (pa.ArrowInvalid, pa.ArrowKeyError, pa.ArrowNotImplementedError, OSError) as error:
        raise InputError("data", f"be a readable {path.suffix} table", Said(f"{path.name}: {error}")) from error
    if table.num_rows == 0:
        raise InputError("data", "have at least one row", Said(f"none in {path.name}"))
    return table


def is_frame(data: object) -> bool:
    """Whether it is a table in memory: of pandas, polars, pyarrow, or any library that speaks Arrow."""
    return hasattr(data, "__arrow_c_stream__")


def frame_table(frame: Any) -> pa.Table:
    """A frame as an Arrow table, without its index.

    Raises
    ------
    InputError
        If a column mixes types, has no text as its name, or there are no rows.
    """
    try:
        table = pa.table(frame)
    except (pa.ArrowInvalid, pa.ArrowTypeError, pa.ArrowNotImplementedError, TypeError, ValueError) as error:
        remedy = "Make each column of one type first."
        raise InputError("data", "be a frame whose columns have one type each", Said(str(error)), remedy) from error
    table = table.select([name for name in table.column_names if not name.startswith(_INDEX)])
    plain = [
        field.with_type(pa.large_string()) if pa.types.is_string_view(field.type) else field for field in table.schema
    ]
    table = table.cast(pa.schema(plain))  # polars hands over views, for which much of Arrow has no kernel
    check_columns(table.column_names)
    if table.num_rows == 0:
        raise InputError("data", "have at least one row", Said("none"))
    return table


def check_columns(names: Sequence[str]) -> None:
    """Refuse more columns than can be studied, and two of one name."""
    if len(names) > MOST_COLUMNS:
        law = f"have at most {MOST_COLUMNS:,} columns"
        raise InputError("data", law, Said(f"{len(names):,}"), "Choose some, or give an --embedding.")
    name, times = Counter(names).most_common(1)[0] if len(names) else ("", 0)
    if times > 1:
        raise InputError("data", "have columns of different names", Said(f"{times} of {name!r}"), "Rename them first.")


def require_column(argument: str, columns: Sequence[str], wanted: str) -> None:
    """Refuse a column that is not there, and suggest the nearest one."""
    if wanted in columns:
        return
    near = difflib.get_close_matches(wanted, columns[:1000], n=1)
    same = [name for name in columns if name.strip().lower() == wanted.strip().lower()]
    shown = ", ".join(repr(name) for name in columns[:12]) + (", …" if len(columns) > 12 else "")
    suggested = (same or near)[:1]
    remedy = f"Did you mean {suggested[0]!r}?" if suggested else f"There are {shown}."
    if len(columns) == 1 and not same:
        remedy = f"The one column is {columns[0][:60]!r}: are its values separated by a comma, semicolon or tab?"
    raise InputError(argument, "name a column", wanted, remedy)


def separator_of(path: Path) -> str:
    """What separates the columns of a text table: what its header holds most of outside quotes; else a comma or tab."""
    header = _without_quotes(_header(path))
    found = max(_SEPARATORS, key=header.count)
    if header.count(found):
        return found
    return "\t" if path.suffix.lower() == ".tsv" else ","


def separator_note(path: Path) -> list[str]:
    """What was chosen, if it is no comma."""
    if path.suffix.lower() == ".parquet" or (separator := separator_of(path)) == ",":
        return []
    return [f"Columns are separated by {_SPELLED[separator]}, as the header says."]


def _parquet(path: Path) -> pa.Table:
    with pa.parquet.ParquetFile(path) as file:
        check_columns(file.schema_arrow.names)
        return file.read()


def _csv(path: Path) -> pa.Table:
    with path.open("rb") as file:
        if file.read(2) in _UTF_16:
            raise _another_encoding(f"UTF-16 in {path.name}")
    separator = separator_of(path)
    check_columns(next(csv.reader([_header(path)], delimiter=separator), []))
    parse = pa.csv.ParseOptions(delimiter=separator, newlines_in_values=True)
    convert = pa.csv.ConvertOptions(null_values=_MISSING, strings_can_be_null=True)  # no text is missing, not a class
    read = pa.csv.ReadOptions(block_size=_BLOCK)
    table = pa.csv.read_csv(path, read_options=read, parse_options=parse, convert_options=convert)
    undecoded = [field.name for field in table.schema if pa.types.is_binary(field.type)]
    if undecoded:  # pyarrow hands over as bytes what is no UTF-8
        raise _another_encoding(f"other bytes in column {undecoded[0]!r}")
    return table


def _header(path: Path) -> str:
    """The first line, or as much as the longest header that is allowed."""
    with path.open("rb") as file:
        return file.readline(_LONGEST_HEADER).decode("utf-8-sig", errors="replace").rstrip("\r\n")


def _without_quotes(header: str) -> str:
    return "".join(header.split('"')[::2])


def _another_encoding(what: str) -> InputError:
    return InputError("data", "be a table in UTF-8", Said(what), "Convert it first: iconv -t UTF-8, or “CSV UTF-8”.")
