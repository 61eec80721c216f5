"""Scores as tables in files, CSV or Parquet by the file's ending; written whole or not at all."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from longtail.errors import InputError
from longtail.neutral_text import spreadsheet_text
from longtail.scores.influence import InfluenceScores
from longtail.scores.mislabeled_or_rare import MislabeledOrRare
from longtail.whole_files import whole_file

__all__ = ["require_table", "write_columns", "write_evidence", "write_influence", "write_table"]


def write_columns(columns: Mapping[str, NDArray[Any]], path: Path) -> None:
    """Write one row a training example: its number as ``train``, then ``columns``, empty where undetermined.

    Raises
    ------
    InputError
        If the file's ending is neither ``.csv`` nor ``.parquet``, or its folder does not exist.
    """
    n_rows = len(next(iter(columns.values())))
    write_table({"train": np.arange(n_rows), **columns}, path, "out")


def write_influence(scores: InfluenceScores, duplicates: NDArray[np.str_], path: Path) -> None:
    """Write one row a pair: ``train, test, value, low, high, q_value, duplicate``. The last is "exact", "near" or
    empty.

    Raises
    ------
    InputError
        See :func:`write_columns`.
    """
    columns = {name: getattr(scores, name) for name in ("train", "test", "value", "low", "high", "q_value")}
    write_table({**columns, "duplicate": duplicates}, path, "pairs")


def write_evidence(
    found: MislabeledOrRare, memorization: NDArray[Any], path: Path, particulars: Mapping[str, NDArray[Any]]
) -> None:
    """Write one row an example in question, with its memorization and ``particulars``, see :func:`write_columns`."""
    evidence = {name: getattr(found, name) for name in ("score", "contradiction", "assurance", "harm")}
    write_table({"train": found.train, "memorization": memorization, **evidence, **particulars}, path, "out")


def require_table(path: Path, option: str) -> None:
    """Refuse a file that could not be written, before anything is computed."""
    if path.suffix not in (".csv", ".parquet"):
        raise InputError(option, "end in .csv or .parquet", str(path))
    if not path.parent.is_dir():
        raise InputError(option, "lie in a folder that exists", str(path))


def write_table(columns: Mapping[str, NDArray[Any]], path: Path, option: str) -> None:
    """Write columns of one length, see :func:`write_columns`. ``option`` is what an error calls the path."""
    require_table(path, option)
    table = pa.table({name: pa.array(column, from_pandas=True) for name, column in columns.items()})
    with whole_file(path) as partial:
        if path.suffix == ".csv":
            pa.csv.write_csv(_for_spreadsheets(table), partial)
        else:
            pa.parquet.write_table(table, partial)


def _for_spreadsheets(table: pa.Table) -> pa.Table:
    """Return the same table with texts and names that a spreadsheet reads as text. Numbers stay numbers."""
    columns = [
        pa.array([text if text is None else spreadsheet_text(text) for text in column.to_pylist()], column.type)
        if pa.types.is_string(column.type) or pa.types.is_large_string(column.type)
        else column
        for column in table.columns
    ]
    return pa.table(columns, names=[spreadsheet_text(name) for name in table.column_names])
