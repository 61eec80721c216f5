"""``.npz`` archives: ``X``, ``y``, optional ``X_test``, ``y_test``, ``group``, ``feature_names`` …; never a pickle.

An archive of a few kilobytes may unpack to more than any memory, so that what its arrays say of their size is read, and
compared with what the archive says, before one of them is unpacked. Text of an archive can hold no gap but as it is
spelled, so that the one list of gaps (:mod:`longtail.dataset.gaps`) holds for labels and groups.
"""

import math
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from longtail.dataset.arrow_columns import is_text, one_dimensional
from longtail.dataset.as_they_are import AsTheyAre
from longtail.dataset.column_choice import listed
from longtail.dataset.dataset import Dataset
from longtail.dataset.gaps import without_gaps
from longtail.dataset.target import AskedTask
from longtail.dataset.tied_copies import DUPLICATES, with_copies_tied
from longtail.errors import InputError, Said

__all__ = ["load_archive"]

_KNOWN = ("X", "y", "X_test", "y_test", "group", "group_test", "feature_names", "columns", "unordered", "unit_names")
_LENT = ("position", "position_test")
"""What a run hands out beside them."""

_MOST_BYTES = 16_000_000_000
_LAW = "be an .npz archive of plain arrays"
_REMEDY = "Arrays of Python objects are refused: save numbers or fixed-width strings."


def load_archive(path: Path, together: str | None = None, task: AskedTask | None = None) -> Dataset:
    """Read a data set from an ``.npz`` file.

    Parameters
    ----------
    path : Path
        Of the file.
    together : str, optional
        The array that says which examples stay together; ``duplicates``, where there is none: copies of one another.
    task : {"classification", "regression"}, optional
        What ``y`` is; its values say so where it is not given.

    Raises
    ------
    InputError
        If it is no archive, holds Python objects, lacks ``X`` or ``y``, unpacks to more than 16 GB, or its arrays
        break a law of :meth:`Dataset.from_arrays`.
    """
    arrays, others = _read(path, (*_KNOWN, *([together, f"{together}_test"] if together else [])))
    if together == DUPLICATES and together not in arrays:
        return with_copies_tied(load_archive(path, task=task))
    if together is not None and together not in arrays:
        raise InputError("together", f"name an array in {path.name}", together)
    for required in ("X", "y"):
        if required not in arrays:
            held = Said(f"only {', '.join(sorted(arrays)) or 'arrays of other names'} in {path.name}")
            raise InputError("data", f"hold an array named {required}", held)
    near = {name.casefold(): name for name in _KNOWN if name not in arrays}
    if meant := [name for name in others if name.casefold() in near]:
        held = Said(f"{meant[0]!r} in {path.name}")
        raise InputError("data", f"write the name of the array {near[meant[0].casefold()]} so", held)
    names = arrays.get("feature_names")
    labels = {name: _with_gaps(name, arrays.get(name)) for name in ("y", "y_test", "group", "group_test")}
    dataset = Dataset.from_arrays(
        arrays["X"],
        labels["y"],
        arrays.get("X_test"),
        labels["y_test"],
        group=labels["group"],
        group_test=labels["group_test"],
        together=None if together is None else _with_gaps(together, arrays[together]),
        together_test=None if together is None else _with_gaps(f"{together}_test", arrays.get(f"{together}_test")),
        name=path.stem,
        notes=(f"Arrays that have no meaning here are not used: {listed(others)}.",) if others else (),
        feature_names=None if names is None else [str(name) for name in names.tolist()],
        task=task,
    )
    return replace(
        dataset,
        as_they_are=_as_they_are(arrays, dataset.n_train + dataset.n_test),
        together_names=_unit_names(arrays, dataset.together_names),
    )


def _unit_names(arrays: dict[str, NDArray[Any]], codes: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names of units that are kept as codes: ``unit_names``, by code."""
    names = arrays.get("unit_names")
    if names is None or not codes:
        return codes
    if names.ndim != 1 or not all(code.isdecimal() and int(code) < len(names) for code in codes):
        raise InputError("unit_names", "hold a name for each code of a unit", Said(f"shape {names.shape}"))
    return tuple(str(names[int(code)]) for code in codes)


def _as_they_are(arrays: dict[str, NDArray[Any]], n_rows: int) -> AsTheyAre | None:
    """Return ``columns``, a row for each example, test examples last, in which ``unordered`` hold levels."""
    columns = arrays.get("columns")
    if columns is None:
        return None
    if columns.ndim != 2 or len(columns) != n_rows or columns.dtype.kind not in "fiub" or np.isinf(columns).any():
        law = f"hold a row of numbers, or NaN, for each of {n_rows:,} examples"
        raise InputError("columns", law, Said(f"shape {columns.shape} of {columns.dtype}"))
    unordered = np.atleast_1d(arrays.get("unordered", np.empty(0, np.int64)))
    if unordered.ndim != 1 or (unordered.size and unordered.dtype.kind not in "iu"):
        raise InputError("unordered", "hold numbers of columns", Said(f"shape {unordered.shape} of {unordered.dtype}"))
    values = columns.astype(np.float32)
    values.flags.writeable = False
    return AsTheyAre(values=values, unordered=tuple(unordered.astype(np.int64).tolist()))


def _with_gaps(name: str, array: NDArray[Any] | None) -> Any:
    """Return the labels, in which text that stands for a gap has become a gap."""
    if array is None or array.dtype.kind not in "US" or array.ndim != 1:
        return array
    column = one_dimensional(name, array)
    return without_gaps(column)[0] if isinstance(column, pa.ChunkedArray) and is_text(column) else column


def _read(path: Path, names: tuple[str, ...]) -> tuple[dict[str, NDArray[Any]], list[str]]:
    """Return the arrays of these names, and the names of the others."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as file:
                array = file.read(6) == b"\x93NUMPY"
            remedy = "Save several by numpy.savez(file, X=X, y=y)." if array else _REMEDY
            raise InputError("data", _LAW, Said(f"{path.name}: {'one array alone' if array else 'no archive'}"), remedy)
        with zipfile.ZipFile(path) as held:
            _check_sizes(path, held, names)
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {key: archive[key] for key in names if key in archive.files}, [
                key for key in archive.files if key not in (*names, *_LENT)
            ]
    except (InputError, MemoryError):
        raise
    except Exception as error:  # Damaged bytes make NumPy and zipfile raise many kinds of errors.
        raise InputError("data", _LAW, Said(f"{path.name}: {error}"), _REMEDY) from error


def _check_sizes(path: Path, held: zipfile.ZipFile, names: tuple[str, ...]) -> None:
    """Refuse arrays that say to be larger than what is packed, or that are too large together."""
    total = 0
    for part in held.infolist():
        if part.filename.removesuffix(".npy") not in names:
            continue
        with held.open(part) as file:
            version = np.lib.format.read_magic(file)
            read = np.lib.format.read_array_header_1_0 if version == (1, 0) else np.lib.format.read_array_header_2_0
            shape, _, kind = read(file)
        size = math.prod(shape) * kind.itemsize
        if not kind.hasobject and size > part.file_size:
            raise ValueError(f"{part.filename} says to have {size:,} bytes, and has {part.file_size:,}")
        total += size
    if total > _MOST_BYTES:
        law = f"unpack to at most {_MOST_BYTES / 1e9:g} GB"
        raise InputError("data", law, Said(f"{total / 1e9:,.1f} GB in {path.name}"))
