"""Data that a run keeps: what came from memory has no file to be found in again.

A frame is kept as ``kept-data.parquet``, a :class:`~longtail.dataset.Dataset` as ``kept-data.npz``, both in the folder
of the run. They are read as any such file is. What does not come back as the same data set, by its content hash, is not
kept.
"""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet
from numpy.typing import NDArray

from longtail.dataset import Dataset, load_dataset
from longtail.dataset.tables import frame_table
from longtail.dataset.target import AskedTask
from longtail.errors import LongtailError
from longtail.whole_files import write_atomically

__all__ = ["ARRAYS", "FRAME", "keep_arrays", "keep_frame"]

ARRAYS, FRAME = "kept-data.npz", "kept-data.parquet"


def keep_frame(frame: Any, folder: Path) -> str:
    """Write a frame of pandas, polars or Arrow into a run's folder, and return the file's name."""
    buffer = io.BytesIO()
    pyarrow.parquet.write_table(frame_table(frame).table, buffer)
    write_atomically(folder / FRAME, buffer.getvalue())
    return FRAME


def keep_arrays(dataset: Dataset, folder: Path) -> str | None:
    """Write a data set into a run's folder, and return the file's name.

    None if the data would not come back the same.
    """
    labels, labels_test = dataset.target, dataset.target_test
    if labels is None or labels_test is None:
        names = np.array(dataset.class_names)
        labels, labels_test = names[dataset.y], names[dataset.y_test]
    shape = dataset.image_shape or (len(dataset.feature_names),)
    arrays: dict[str, NDArray[Any]] = {
        "X": dataset.X.reshape(-1, *shape),
        "y": labels,
        "X_test": dataset.X_test.reshape(-1, *shape),
        "y_test": labels_test,
    }
    if dataset.image_shape is None:
        arrays["feature_names"] = np.array(dataset.feature_names)
    if dataset.group is not None:
        arrays["group"] = np.array(dataset.group_names)[dataset.group]
        if dataset.group_test is not None:
            arrays["group_test"] = np.array(dataset.group_names)[dataset.group_test]
    if dataset.together is not None:
        arrays["together"] = dataset.together
        if dataset.together_test is not None:
            arrays["together_test"] = dataset.together_test
        if dataset.together_names:
            arrays["unit_names"] = np.array(dataset.together_names)
    if dataset.as_they_are is not None:
        arrays["columns"] = dataset.as_they_are.of(np.concatenate([dataset.position, dataset.position_test]))
        arrays["unordered"] = np.array(dataset.as_they_are.unordered, np.int64)
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    write_atomically(folder / ARRAYS, buffer.getvalue())
    if _comes_back(dataset, folder / ARRAYS):
        return ARRAYS
    (folder / ARRAYS).unlink()
    return None


def _comes_back(dataset: Dataset, path: Path) -> bool:
    try:
        task: AskedTask = "classification" if dataset.target is None else "regression"
        again = load_dataset(path, together=None if dataset.together is None else "together", task=task)
    except LongtailError:
        return False
    return again.content_hash == dataset.content_hash
