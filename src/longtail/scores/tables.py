"""Scores as tables in files, CSV or Parquet by the file's ending; written whole or not at all."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet

from longtail.errors import InputError
from longtail.scores.memorization import MemorizationScores

__all__ = ["write_memorization"]


def write_memorization(scores: MemorizationScores, path: Path) -> None:
    """One row a training example: ``train, value, low, high, n_in, n_out, q_value``; empty where undetermined.

    Raises
    ------
    InputError
        If the file's ending is neither ``.csv`` nor ``.parquet``, or its folder does not exist.
    """
    if path.suffix not in (".csv", ".parquet"):
        raise InputError("--out", "end in .csv or .parquet", str(path))
    if not path.parent.is_dir():
        raise InputError("--out", "lie in a folder that exists", str(path))
    columns = {name: getattr(scores, name) for name in ("value", "low", "high", "n_in", "n_out", "q_value")}
    arrays = {name: pa.array(column, from_pandas=True) for name, column in columns.items()}
    table = pa.table({"train": np.arange(len(scores.value)), **arrays})
    partial = path.with_name(f".partial-{path.name}")
    if path.suffix == ".csv":
        pa.csv.write_csv(table, partial)
    else:
        pa.parquet.write_table(table, partial)
    partial.replace(path)
