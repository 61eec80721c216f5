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
from longtail.scores.memorization import MemorizationScores

__all__ = ["write_columns", "write_memorization"]


def write_memorization(scores: MemorizationScores, path: Path) -> None:
    """One row a training example: ``train, value, low, high, n_in, n_out, q_value``; see :func:`write_columns`."""
    write_columns({name: getattr(scores, name) for name in ("value", "low", "high", "n_in", "n_out", "q_value")}, path)


def write_columns(columns: Mapping[str, NDArray[Any]], path: Path) -> None:
    """One row a training example: its number as ``train``, then ``columns``; empty where undetermined.

    Raises
    ------
    InputError
        If the file's ending is neither ``.csv`` nor ``.parquet``, or its folder does not exist.
    """
    if path.suffix not in (".csv", ".parquet"):
        raise InputError("--out", "end in .csv or .parquet", str(path))
    if not path.parent.is_dir():
        raise InputError("--out", "lie in a folder that exists", str(path))
    arrays = {name: pa.array(column, from_pandas=True) for name, column in columns.items()}
    n_rows = len(next(iter(columns.values())))
    table = pa.table({"train": np.arange(n_rows), **arrays})
    partial = path.with_name(f".partial-{path.name}")
    if path.suffix == ".csv":
        pa.csv.write_csv(table, partial)
    else:
        pa.parquet.write_table(table, partial)
    partial.replace(path)
