"""Scores of any tool, read from a file, in the order of a run's examples.

======================  ==================================================================================
``.npy``                (n, n_test) attributions, or a score of each training example, (n,); a score of each
                        row of the data as given is brought into the order of the run
``.npz``                the published scores of [FeldmanZhang2020]_ (``tr_mem``, ``infl_matrix`` or
                        ``infl``), or what :meth:`longtail.attribution.Attributions.save` writes
``.csv``, ``.parquet``  columns ``train, test, value``: pairs, others are 0; or ``value`` of each training
                        example, in order, or by ``train`` or ``example`` (its number) or ``row`` (in the data
                        as given); or a column of numbers for each test example, whatever their names
======================  ==================================================================================

Files that name the data, by a content hash or by labels, are held to the run's.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.csv
import pyarrow.parquet
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.array_types import Reals
from longtail.errors import InputError, Said
from longtail.runs.run_folder import Study

__all__ = ["GivenScores", "given_scores"]

_INFLUENCE, _OF_EACH = ("infl_matrix", "infl", "influence"), ("tr_mem", "mem", "memorization")
_FORMATS = "Give a .npy, .npz, .csv or .parquet file."


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenScores:
    """Scores as they were given: attributions, a score of each training example, or both, and how they were read."""

    attributions: Reals | None
    of_each: Reals | None
    said: str


@checked
def given_scores(path: Path, study: Study, position: NDArray[np.int64] | None = None) -> GivenScores:
    """Read scores, and hold them to a study.

    Parameters
    ----------
    path : Path
    study : Study
        Of the run whose examples they are about.
    position : (n,) int array, optional
        Where each training example stands in the data as given, if these are here.

    Raises
    ------
    InputError
        If the file cannot be read, or is about other examples; the message tells the run's content hash.
    """
    if not path.is_file():
        raise InputError("scores", "be a file", Said(f"no file at {path}"), _FORMATS)
    data = study.identity["data"]
    shape = (int(data["n_train"]), int(data["n_test"]))
    try:
        if path.suffix == ".npy":
            return _of_array(np.load(path, allow_pickle=False), shape, position, data["hash"])
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as archive:
                return _of_archive({name: archive[name] for name in archive.files}, shape, position, data["hash"])
        if path.suffix in (".csv", ".parquet"):
            read = pa.csv.read_csv if path.suffix == ".csv" else pa.parquet.read_table
            return _of_table(read(path), shape, position, data["hash"])
    except (OSError, ValueError, EOFError, pa.ArrowInvalid) as error:
        if isinstance(error, InputError):
            raise
        raise InputError("scores", "be a file that can be read", Said(f"{path}: {error}"), _FORMATS) from error
    raise InputError("scores", "end in .npy, .npz, .csv or .parquet", str(path))


def _of_array(
    values: NDArray[Any], shape: tuple[int, int], position: NDArray[np.int64] | None, content: str
) -> GivenScores:
    if values.dtype.kind not in "fiub":
        raise InputError("scores", "hold numbers", Said(f"{values.dtype}"))
    if values.shape == shape:
        return GivenScores(attributions=_finite(values), of_each=None, said="attributions, in the order of the run")
    if values.shape == shape[:1]:
        return GivenScores(
            attributions=None, of_each=_finite(values), said="a score of each training example, in the order of the run"
        )
    if values.ndim == 1 and position is not None and len(values) > position.max() and len(values) == sum(shape):
        said = "a score of each row of the data as given, of which the training examples are taken"
        return GivenScores(attributions=None, of_each=_finite(values[position]), said=said)
    law = f"have shape {shape} or ({shape[0]},), as the run's data have (content {content[:12]})"
    raise InputError("scores", law, Said(f"shape {values.shape}"), "Are they of another data set?")


def _of_archive(
    arrays: dict[str, NDArray[Any]], shape: tuple[int, int], position: NDArray[np.int64] | None, content: str
) -> GivenScores:
    stated = arrays.get("data_hash")
    if stated is not None and str(stated) != content:
        law = f"be of the run's data (content {content[:12]})"
        raise InputError("scores", law, Said(f"scores of content {str(stated)[:12]}"))
    pairs = next((arrays[name] for name in _INFLUENCE if name in arrays), None)
    each = next((arrays[name] for name in _OF_EACH if name in arrays), None)
    if pairs is None and each is None:
        law = f"hold one of the arrays {', '.join((*_INFLUENCE, *_OF_EACH))}"
        raise InputError("scores", law, Said(", ".join(arrays) or "none"))
    found = [_of_array(part, shape, position, content) for part in (pairs, each) if part is not None]
    return GivenScores(
        attributions=next((part.attributions for part in found if part.attributions is not None), None),
        of_each=next((part.of_each for part in found if part.of_each is not None), None),
        said=" and ".join(part.said for part in found),
    )


def _of_table(table: pa.Table, shape: tuple[int, int], position: NDArray[np.int64] | None, content: str) -> GivenScores:
    names = table.column_names
    value = next((name for name in ("value", "score", "influence", "memorization") if name in names), None)
    if value is None and len(names) == shape[1] > 1:
        return _of_array(np.stack([_numbers(table, name) for name in names], axis=1), shape, position, content)
    if value is None:
        law = f"have a column named value or score, or one for each of {shape[1]} test examples"
        shown = ", ".join(names[:8]) + (", …" if len(names) > 8 else "")
        raise InputError("scores", law, Said(shown))
    values = _finite(_numbers(table, value))
    if "train" in names and "test" in names:
        train, test = (_places(table, name, end) for name, end in zip(("train", "test"), shape, strict=True))
        dense = np.zeros(shape)
        dense[train, test] = values
        if len(np.unique(train * shape[1] + test)) < len(train):
            raise InputError("scores", "name each pair once", Said("one twice"))
        return GivenScores(attributions=dense, of_each=None, said=f"{len(values):,} pairs, all others taken as 0")
    number = next((name for name in ("train", "example") if name in names), None)
    if number is not None:
        place = _places(table, number, shape[0])
    elif "row" in names and position is not None:
        rows, order = _numbers(table, "row").astype(np.int64), np.argsort(position)
        at = np.minimum(np.searchsorted(position[order], rows), len(order) - 1)
        known = position[order][at] == rows
        place, values = order[at][known], values[known]
    else:
        return _of_array(values, shape, position, content)
    if len(np.unique(place)) != shape[0] or len(place) != shape[0]:
        law = f"name each of the {shape[0]} training examples once (content {content[:12]})"
        raise InputError("scores", law, Said(f"{len(np.unique(place))} of them in {len(place)} rows"))
    ordered = np.empty(shape[0])
    ordered[place] = values
    return GivenScores(attributions=None, of_each=ordered, said="a score of each training example, by its number")


def _numbers(table: pa.Table, name: str) -> Reals:
    column = table.column(name).to_numpy()
    if column.dtype.kind not in "fiub":
        raise InputError("scores", f"hold numbers in the column {name}", Said(f"{column.dtype}"))
    return np.asarray(column, float)


def _places(table: pa.Table, name: str, end: int) -> NDArray[np.int64]:
    numbers = _numbers(table, name)
    if len(numbers) and not (np.isfinite(numbers).all() and 0 <= numbers.min() <= numbers.max() < end):
        raise InputError("scores", f"hold numbers in 0..{end - 1} in the column {name}", Said("others"))
    return numbers.astype(np.int64)


def _finite(values: NDArray[Any]) -> Reals:
    numbers = np.asarray(values, float)
    wrong = ~np.isfinite(numbers)
    if wrong.any():
        place = np.argwhere(wrong)[0].tolist()
        raise InputError("scores", "hold finite numbers only", Said(f"{numbers[tuple(place)]} at {place}"))
    return numbers
