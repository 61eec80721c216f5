"""Tables, CSV or Parquet: one column is the target, the others are features; few-valued text becomes indicators."""

import difflib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from longtail.dataset.examples import Dataset
from longtail.dataset.labels import encode_labels
from longtail.dataset.originals import Originals
from longtail.errors import InputError, Said

__all__ = ["load_table", "read_table", "require_column", "separator_of"]

_MOST_LEVELS = 50
_FEW_NUMBERS, _STRAY_SHARE = 10, 0.1
"""A text column with more different numbers than the first, and less other text than the second, is a broken column."""
_SEPARATORS = ",;\t"
_DECIMAL_COMMA = re.compile(r"[+-]?\d+(,\d+)?")


def load_table(path: Path, target: str | None, group: str | None = None, together: str | None = None) -> Dataset:
    """Read a data set from a table.

    Parameters
    ----------
    path : Path
        ``.csv``, ``.tsv`` or ``.parquet``.
    target : str
        The column that holds the labels.
    group : str, optional
        The column that holds given subpopulations; it is not used as a feature.
    together : str, optional
        The column that says which rows stay together; it is not used as a feature, either.

    Raises
    ------
    InputError
        If a column is not there, has missing values, or holds neither numbers nor few-valued text.
    """
    table = read_table(path)
    if target is None:
        columns = Said(f"none; the columns are {', '.join(map(str, table.column_names))}")
        raise InputError("--target", "name the column that holds the labels", columns)
    require_column("--target", table.column_names, target)
    for argument, column in (("--group", group), ("--together", together)):
        if column is not None:
            require_column(argument, table.column_names, column)
    left = [name for name in table.column_names if name not in (target, group, together)]
    encoded = [_encode(name, table.column(name)) for name in left]
    if not encoded:
        raise InputError("data", "have a column besides the target", Said(f"only {target!r}"))
    labels = _labels("--target", target, table.column(target))
    encode_labels(f"--target {target}", labels)  # refuses here, by the name that the user typed
    notes = [f"Column {group!r} names the subpopulations and is not used as a feature."] if group else []
    notes += [f"Rows with one value of {together!r} are in or out together; it is not a feature."] if together else []
    return Dataset.from_arrays(
        np.column_stack([part.values for part in encoded]),
        labels,
        group=None if group is None else _labels("--group", group, table.column(group)).astype(str),
        together=None if together is None else _labels("--together", together, table.column(together)).astype(str),
        name=path.stem,
        feature_names=[name for part in encoded for name in part.names],
        notes=notes + [part.note for part in encoded if part.note],
        originals=Originals(
            table=table.select(left),
            column_of_feature=tuple(i for i, part in enumerate(encoded) for _ in part.names),
        ),
    )


def read_table(path: Path) -> pa.Table:
    """A table as it is in the file.

    Raises
    ------
    InputError
        If it cannot be parsed, is empty, or has two columns of one name.
    """
    try:
        if path.suffix == ".parquet":
            table = pa.parquet.read_table(path)
        else:
            parse = pa.csv.ParseOptions(delimiter=separator_of(path))
            convert = pa.csv.ConvertOptions(strings_can_be_null=True)  # an empty label is missing, not a class
            table = pa.csv.read_csv(path, parse_options=parse, convert_options=convert)
        names = table.column_names
    except UnicodeDecodeError as error:  # of a column's name: pyarrow decodes it only when it is asked for
        raise InputError("data", "be a table in UTF-8", Said(f"{path.name}: {error}"), "Convert it first.") from error
    except (pa.ArrowInvalid, pa.ArrowKeyError, OSError) as error:
        raise InputError("data", f"be a readable {path.suffix} table", Said(f"{path.name}: {error}")) from error
    undecoded = [field.name for field in table.schema if pa.types.is_binary(field.type)]
    if undecoded and path.suffix != ".parquet":  # pyarrow hands over as bytes what is no UTF-8
        raise InputError(
            "data", "be a table in UTF-8", Said(f"other bytes in column {undecoded[0]!r}"), "Convert it first."
        )
    if table.num_rows == 0:
        raise InputError("data", "have at least one row", Said(f"none in {path.name}"))
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError("data", "have columns of different names", twice[0])
    return table


def require_column(argument: str, columns: Sequence[str], wanted: str) -> None:
    """Refuse a column that is not there, and suggest the nearest one."""
    if wanted not in columns:
        near = difflib.get_close_matches(wanted, columns, n=1)
        shown = ", ".join(columns[:12]) + (", …" if len(columns) > 12 else "")
        raise InputError(
            argument, "name a column", wanted, f"Did you mean {near[0]!r}?" if near else f"There are {shown}."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Encoded:
    """One column of the table as one or more columns of features."""

    names: list[str]
    values: NDArray[np.float32]
    note: str = ""


def _encode(name: str, column: "pa.ChunkedArray[Any]") -> _Encoded:
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy())[0])
        what = Said(f"{column.null_count} missing in column {name!r}, the first in row {row}")
        raise InputError("data", "have no missing (NaN) feature values", what, "Fill or drop them first.")
    if pa.types.is_decimal(column.type):
        column = column.cast(pa.float64())
    kind = column.type
    if pa.types.is_boolean(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind):
        with np.errstate(over="ignore"):
            return _Encoded(names=[name], values=column.to_numpy().astype(np.float32)[:, None])
    if pa.types.is_dictionary(kind):
        column = column.cast(pa.string())
    elif not (pa.types.is_string(kind) or pa.types.is_large_string(kind)):
        raise InputError(
            "data", "have columns of numbers or text", Said(f"column {name!r} of {kind}"), "Drop it first."
        )
    texts = column.to_numpy().astype(str)
    _refuse_text_among_numbers(name, texts)
    levels, codes = np.unique(texts, return_inverse=True)
    if all(_DECIMAL_COMMA.fullmatch(level) for level in levels):
        what = Said(f"{str(levels[0])!r} in column {name!r}")
        raise InputError("data", "write numbers with a decimal point", what, "Replace the commas first.")
    if len(levels) > _MOST_LEVELS:
        law = f"have text columns of at most {_MOST_LEVELS} different values"
        remedy = "Drop it, or name it with --group."
        raise InputError("data", law, Said(f"{len(levels)} in column {name!r}"), remedy)
    indicators = (codes[:, None] == np.arange(len(levels))).astype(np.float32)
    note = f"Text column {name!r} became {len(levels)} indicator columns."
    return _Encoded(names=[f"{name}={level}" for level in levels], values=indicators, note=note)


def _refuse_text_among_numbers(name: str, texts: NDArray[Any]) -> None:
    """One "unknown" in a column of ages makes it text; it is no category."""
    wrong = np.array([not _is_number(text) for text in texts])
    if len(np.unique(texts[~wrong])) > _FEW_NUMBERS and 0 < wrong.mean() < _STRAY_SHARE:
        row = int(np.argmax(wrong))
        what = Said(f"{str(texts[row])!r} in row {row} of column {name!r}, {wrong.sum()} such in all")
        raise InputError("data", "have no text in a column of numbers", what, "Mend or drop those rows, or the column.")


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _labels(argument: str, name: str, column: "pa.ChunkedArray[Any]") -> NDArray[Any]:
    if column.null_count:
        row = int(np.flatnonzero(column.is_null().to_numpy())[0])
        what = Said(f"{column.null_count} missing in column {name!r}, the first in row {row}")
        raise InputError(argument, "have a value in every row", what, "Drop those rows first.")
    if pa.types.is_dictionary(column.type):
        column = column.cast(pa.string())
    if pa.types.is_nested(column.type):
        remedy = "Multilabel and multi-output targets are not handled."
        raise InputError(argument, "hold one value a row", Said(f"column {name!r} of {column.type}"), remedy)
    return np.asarray(column.to_numpy())


def separator_of(path: Path) -> str:
    """What separates the columns of a text table: a tab by its ending, else what its header holds most of."""
    if path.suffix.lower() == ".tsv":
        return "\t"
    with path.open(encoding="utf-8", errors="replace") as file:
        header = file.readline()
    return max(_SEPARATORS, key=header.count)
