"""Files of text that hold a table: what separates columns, how they are encoded, and every column as text.

Nothing is typed here and no gap is found: ``007`` and `` ?`` come out as they are written. The header decides what
separates columns; lines end with a line feed, a carriage return, or both. Blanks around the names of columns are no
part of them. Columns of one name are told apart as pandas does, ``size`` and ``size.1``, and it is said.
"""

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv

from longtail.dataset.column_choice import check_columns, listed
from longtail.errors import InputError, Said

__all__ = [
    "TEXT_FILES",
    "header_notes",
    "read_text_file",
    "require_one_of_each",
    "separator_of",
    "text_batches",
    "text_names",
    "unreadable",
]

TEXT_FILES = (".csv", ".tsv")

_SEPARATORS = ",;\t|"
_SPELLED = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
_LONGEST_HEADER = 1 << 24
_BLOCK = 1 << 24  # Bytes that are read at a time. The usual megabyte holds only a few rows of a wide table.
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


def read_text_file(path: Path) -> pa.Table:
    """Read the whole table, every column as text."""
    header = _Header(path)
    names = _names_in_file(header)
    return pa.csv.read_csv(path, **_options(header, names, None)).rename_columns(_stripped(names))


def text_batches(path: Path, columns: Sequence[str]) -> Iterator[pa.RecordBatch]:
    """Read some columns in batches. Of two columns of one name none is read, as it is not clear which is meant."""
    header = _Header(path)
    _require_one_of_each(header, columns)
    names = _names_in_file(header)
    raw = dict(zip(_stripped(names), names, strict=True))
    wanted = [raw[column] for column in columns]
    with pa.csv.open_csv(path, **_options(header, wanted, wanted)) as batches:
        for batch in batches:
            yield batch.rename_columns(list(columns))


def require_one_of_each(path: Path, columns: Sequence[str | None]) -> None:
    """Refuse columns that are asked for by a name that several have, as it is not clear which is meant."""
    _require_one_of_each(_Header(path), columns)


def _require_one_of_each(header: "_Header", columns: Sequence[str | None]) -> None:
    for column, same in _same_names(header.names).items():
        if column in columns:
            law = "have columns of different names where one is asked for"
            raise InputError("data", law, Said(f"{len(same)} of {column!r}"), "Rename them first.")


def text_names(path: Path) -> list[str]:
    """Return names of the columns."""
    return _stripped(_names_in_file(_Header(path)))


def separator_of(path: Path) -> str:
    """Return the sign that separates the columns of a text table.

    It is the one that its header holds most of outside quotes. Without any it is a comma, or a tab in .tsv files.
    """
    return _Header(path).separator


def header_notes(path: Path) -> list[str]:
    """Return sentences that name the separator that was chosen, if it is no comma, and columns of one name."""
    if path.suffix.lower() not in TEXT_FILES:
        return []
    header = _Header(path)
    separator, same = header.separator, _same_names(header.names)
    chosen = [f"Columns are separated by {_SPELLED[separator]}, as the header says."] if separator != "," else []
    told_apart = [
        f"{len(names)} columns are called {name!r}; they are taken as {listed(names)}." for name, names in same.items()
    ]
    return [*chosen, *told_apart]


def unreadable(path: Path, error: Exception) -> InputError:
    """Make the error for a table that cannot be parsed."""
    # The invalid bytes are in a column's name or in its values.
    if isinstance(error, UnicodeDecodeError) or "invalid UTF8" in str(error):
        return _another_encoding(_place(path, str(error)))
    return InputError("data", f"be a readable {path.suffix} table", Said(f"{path.name}: {error}"))


def _place(path: Path, error: str) -> str:
    """Name the column that Arrow names by its number."""
    number = re.search(r"In CSV column #(\d+)", error)
    return f"{path.name}: {error}" if number is None else f"other bytes in column {text_names(path)[int(number[1])]!r}"


def _stripped(names: list[str]) -> list[str]:
    bare = [name.strip() for name in names]
    return bare if len(set(bare)) == len(names) else names


def _options(header: "_Header", names: Sequence[str], only: list[str] | None) -> dict[str, Any]:
    """Return the options that read every column as text.

    Gaps are recognized elsewhere, with the blanks around them.
    """
    return {
        "read_options": _reading(header),
        "parse_options": pa.csv.ParseOptions(delimiter=header.separator, newlines_in_values=True),
        "convert_options": pa.csv.ConvertOptions(
            include_columns=only, column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
        ),
    }


def _names_in_file(header: "_Header") -> list[str]:
    with header.path.open("rb") as file:
        begin = file.read(2)
    if begin in _UTF_16:
        raise _another_encoding(f"UTF-16 in {header.path.name}")
    check_columns(_different(header.names))  # The names are checked before any row is read.
    parse = pa.csv.ParseOptions(delimiter=header.separator, newlines_in_values=True)
    with pa.csv.open_csv(header.path, read_options=_reading(header), parse_options=parse) as first:
        return first.schema.names


def _reading(header: "_Header") -> pa.csv.ReadOptions:
    """Return how a file is read: by the names in its header, or by different ones where two are alike."""
    if not _same_names(header.names):
        return pa.csv.ReadOptions(block_size=_BLOCK)
    return pa.csv.ReadOptions(block_size=_BLOCK, column_names=_different(header.names), skip_rows=1)


def _different(names: Sequence[str]) -> list[str]:
    """Return the names, those that came before with a number behind them."""
    taken, numbers, different = set(names), dict[str, Iterator[int]](), list[str]()
    for name in names:
        new = name
        if name in numbers:
            new = next(candidate for number in numbers[name] if (candidate := f"{name}.{number}") not in taken)
            taken.add(new)
        else:
            numbers[name] = count(1)
        different.append(new)
    return different


def _same_names(names: Sequence[str]) -> dict[str, list[str]]:
    """Return each name that several columns have, and what these are taken as."""
    if len(set(names)) == len(names):
        return {}
    several = {name for name, times in Counter(names).items() if times > 1}
    taken: dict[str, list[str]] = {name: [] for name in names if name in several}
    for name, different in zip(names, _different(names), strict=True):
        if name in several:
            taken[name].append(different)
    return taken


@dataclass(frozen=True)
class _Header:
    """The first line of a file, read once for all that is asked of it."""

    path: Path

    @cached_property
    def line(self) -> str:
        """The line, or as much of it as the longest header that is allowed."""
        with self.path.open("rb") as file:
            line = file.readline(_LONGEST_HEADER).decode("utf-8-sig", errors="replace")
        return re.split(r"[\r\n]", line, maxsplit=1)[0]  # A carriage return alone ends a line, too.

    @cached_property
    def separator(self) -> str:
        """The sign that it holds most of outside quotes."""
        bare = _without_quotes(self.line)
        found = max(_SEPARATORS, key=bare.count)
        if bare.count(found):
            return found
        return "\t" if self.path.suffix.lower() == ".tsv" else ","

    @cached_property
    def names(self) -> list[str]:
        """Names of the columns as they are written."""
        return next(csv.reader([self.line], delimiter=self.separator), [])


def _without_quotes(header: str) -> str:
    return "".join(header.split('"')[::2])


def _another_encoding(what: str) -> InputError:
    return InputError("data", "be a table in UTF-8", Said(what), "Convert it first: iconv -t UTF-8, or “CSV UTF-8”.")
