"""Features of the user's own, a row for each example, in place of what the data would give: embeddings of a network.

The examples stay what they were for a person: their rows, texts or pictures are still shown.
"""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.dataset import Dataset
from longtail.dataset.feature_arrays import single_precision
from longtail.dataset.originals import Originals
from longtail.errors import InputError, Said

__all__ = ["embedded", "embedding_note", "read_embedding", "require_rows"]


def read_embedding(path: str | Path) -> NDArray[Any]:
    """Read an ``.npy`` array, never a pickle.

    Raises
    ------
    InputError
        If there is none, or it is no table of finite numbers.
    """
    path = Path(path)
    try:
        if path.exists() and not path.is_file():  # The path may be a folder, or a pipe, which would block.
            raise OSError("no regular file")
        with path.open("rb") as file:
            _check_size(file)
            features: NDArray[Any] = np.lib.format.read_array(file, allow_pickle=False)
    except FileNotFoundError as error:
        raise InputError("embedding", "be a file that exists", str(path)) from error
    except MemoryError:
        raise
    except Exception as error:  # Damaged bytes make NumPy raise many kinds of errors.
        remedy = "Write one with numpy.save."
        raise InputError("embedding", "be an .npy array", Said(f"{path.name}: {error}"), remedy) from error
    if features.ndim != 2 or features.dtype.kind not in "fiub":
        what = Said(f"shape {features.shape} of {features.dtype}")
        raise InputError("embedding", "hold a row of numbers for each example", what)
    if not features.shape[1]:
        raise InputError("embedding", "have at least one column", features.shape)
    with np.errstate(invalid="ignore"):
        bad = np.argwhere(~(abs(features.astype(np.float64, copy=False)) <= np.finfo(np.float32).max))
    if len(bad):
        row, column = bad[0].tolist()
        what = Said(f"{len(bad):,} that are not, the first in row {row}, column {column}")
        raise InputError("embedding", "hold finite numbers of single precision, below 3.4e38", what)
    return features


def require_rows(embedding: NDArray[Any], n_rows: int) -> None:
    """Refuse an embedding of other data."""
    if len(embedding) != n_rows:
        law = f"have a row for each of {n_rows:,} examples, in their order, test examples last"
        raise InputError("embedding", law, Said(f"{len(embedding):,}"))


def embedding_note(embedding: NDArray[Any]) -> str:
    """Return the sentence that tells the user of the embedding."""
    return (
        f"An embedding of {embedding.shape[1]:,} columns stands in for the features; the data are shown as they were."
    )


def embedded(dataset: Dataset, embedding: NDArray[Any]) -> Dataset:
    """Return the same examples with other features.

    Parameters
    ----------
    dataset : Dataset
        Whose features are shown from now on, and seen by no model.
    embedding : (n_train + n_test, d) array
        In the order in which the data were given; those given as test examples last.

    Raises
    ------
    InputError
        If it has another number of rows.
    """
    require_rows(embedding, dataset.n_train + dataset.n_test)
    names = tuple(f"x{column}" for column in range(embedding.shape[1]))
    given, said = single_precision(embedding, dataset.position, names)
    X, X_test = given[dataset.position], given[dataset.position_test]
    for part in (X, X_test):
        part.flags.writeable = False
    return replace(
        dataset,
        X=X,
        X_test=X_test,
        feature_names=names,
        image_shape=None,
        notes=(*dataset.notes, embedding_note(given), *said),
        originals=_features_as_originals(dataset),
        as_they_are=None,
    )


def _check_size(file: BinaryIO) -> None:
    """Refuse an array that says to be larger than its file, before memory is taken for it."""
    version = np.lib.format.read_magic(file)
    read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
    shape, _, kind = read(file)
    begin = file.tell()
    held = file.seek(0, 2) - begin
    if not kind.hasobject and math.prod(shape) * kind.itemsize > held:
        raise ValueError(f"it says to have {math.prod(shape) * kind.itemsize:,} bytes, and has {held:,}")
    file.seek(0)


def _features_as_originals(dataset: Dataset) -> Originals:
    """Keep what the features were, for display: pictures, or columns of numbers."""
    order = np.argsort(np.concatenate([dataset.position, dataset.position_test]))
    if dataset.image_shape is not None:
        shown = [dataset.picture(example) for example in range(dataset.n_train)]
        shown += [dataset.picture(example, held_out=True) for example in range(dataset.n_test)]
        pictures = np.stack(shown)[order]
        pictures.flags.writeable = False
        return replace(dataset.originals or Originals(table=pa.table({})), pictures=pictures)
    if dataset.originals is not None:
        return replace(dataset.originals, column_of_feature=())
    features = np.concatenate([dataset.X, dataset.X_test])[order]
    return Originals(table=pa.table(dict(zip(dataset.feature_names, features.T, strict=True))))
