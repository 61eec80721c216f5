r"""The outcomes of a finished set of trials by example: one example's whole history without reading the others.

Trials are written one file each, because that is how they finish; to look at one example they would all have to be
read. So they are turned once, on demand, into one file of plain NumPy arrays with a row an example: the bits of
inclusion and correctness, :math:`\lceil T/8 \rceil` bytes each, margins and confidences as :math:`T` float16, and the
CRC-32 of that row in front of it. The file is mapped into memory, so a row costs one seek and :math:`4.25\,T` bytes.

The trials' own files stay the truth. The columns are made under another name and renamed, and they are removed before a
trial is added or taken away. They say which trials they were made of, so that they are made anew where files came, went
or changed behind longtail's back. A row that fails its checksum is
rebuilt from the trials, without training; a trial that fails its own is re-run alone. A chunked format (Zarr 3 with
crc32c) was measured beside it: writes 3.5 times slower and holds 379 files where this holds one; a chunk spans trials,
so a flipped bit would cost a batch of trials where here it costs one; and compression saves 12 %, margins being noise.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from longtail.errors import DamagedRunError, InputError
from longtail.machine import reserve
from longtail.trials.record import TrialRecord
from longtail.whole_files import whole_file

__all__ = ["ExampleColumns", "ExampleHistory", "history_of", "write_columns"]

_TRIALS_AT_A_TIME = 64
_ROWS_AT_A_TIME = 4096
_CHECKSUM = 4
_NOTHING = "there is no finished trial to read. Run the measurement first."


@dataclass(frozen=True, slots=True, kw_only=True)
class ExampleHistory:
    """Outcomes of one example in all trials.

    Parameters
    ----------
    trials : (T,) int array
        Their numbers.
    inclusion : (T,) bool array
        Whether each was trained on it; all False for a test example.
    correct : (T,) bool array
        Whether each was right on it.
    margin, confidence : (T,) float16 array or None
        See :mod:`longtail.outcomes`.
    performance : (k, T) float32 array or None
        Where performance is a number: a row for each kind that the trials hold, in their order; ``correct`` is then
        empty.
    """

    trials: NDArray[np.int64]
    inclusion: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    margin: NDArray[np.float16] | None
    confidence: NDArray[np.float16] | None
    performance: NDArray[np.float32] | None = None


class ExampleColumns:
    """The columns of a set of trials, in a file. Nothing is read before it is asked for.

    Parameters
    ----------
    path : Path
        Written by :func:`write_columns`.
    n_rows : int
        How many examples they must be of.

    Attributes
    ----------
    made_of : int
        What :func:`write_columns` was told of the trials.

    Raises
    ------
    DamagedRunError
        If the file is torn, of an earlier version, or of another number of examples.
    """

    def __init__(self, path: Path, n_rows: int) -> None:
        self._path = path
        try:
            with path.open("rb") as file:
                self.trials: NDArray[np.int64] = np.load(file, allow_pickle=False)
                checksum, self.made_of = (int(number) for number in np.load(file, allow_pickle=False))
            self._rows = _mapped_rows(path)
            if _checksum_of_head(self.trials, self.made_of, self._rows.dtype) != checksum:
                raise DamagedRunError(f"the trial numbers or the kinds of values in {path} fail their checksum.")
            if len(self._rows) != n_rows:
                raise DamagedRunError(f"{path} is of {len(self._rows)} examples, not of {n_rows}.")
        except DamagedRunError:
            raise
        except Exception as error:  # Damaged headers make NumPy raise many kinds of errors.
            raise DamagedRunError(f"{path} is not readable ({error}).") from error

    def __len__(self) -> int:
        return len(self._rows)

    def read(self, example: int) -> ExampleHistory:
        """Read one example.

        It is given by its position among the training examples, or ``n_train`` plus its position among the others.

        Raises
        ------
        InputError
            If there is no such example.
        DamagedRunError
            If its row fails its checksum.
        """
        if not 0 <= example < len(self._rows):
            raise InputError("example", f"lie in 0..{len(self._rows) - 1}", example)
        row = self._rows[example]
        if crc32(row.tobytes()[_CHECKSUM:]) != int(row["checksum"]):
            raise DamagedRunError(f"example {example} in {self._path} fails its checksum.")
        n, fields = len(self.trials), self._rows.dtype.names or ()
        return ExampleHistory(
            trials=self.trials,
            inclusion=np.unpackbits(row["inclusion"], count=n).astype(bool),
            correct=np.unpackbits(row["correct"], count=n).astype(bool) if "correct" in fields else np.zeros(0, bool),
            margin=np.array(row["margin"]) if "margin" in fields else None,
            confidence=np.array(row["confidence"]) if "confidence" in fields else None,
            performance=np.array(row["performance"]) if "performance" in fields else None,
        )


def history_of(records: Iterable[TrialRecord], example: int) -> ExampleHistory:
    """Collect the outcomes of one example from all records, keeping one number of each record.

    Raises
    ------
    DamagedRunError
        If no trial has a model.
    InputError
        If there is no such example.
    """
    trials: list[int] = []
    values: dict[str, list[Any]] = {name: [] for name in ("inclusion", "correct", "margin", "confidence")}
    performance: list[NDArray[np.float32]] = []
    for record in records:
        if record.failure:
            continue
        if not 0 <= example < record.n_all:
            raise InputError("example", f"lie in 0..{record.n_all - 1}", example)
        trials.append(record.trial)
        if record.kinds:
            performance.append(record.performance[:, example])
        for name, found in values.items():
            array = getattr(record, name)
            if example < len(array):
                found.append(array[example])
            elif name == "inclusion":
                found.append(False)  # The example is a test example.
    if not trials:
        raise DamagedRunError(_NOTHING)
    return ExampleHistory(
        trials=np.asarray(trials, np.int64),
        inclusion=np.asarray(values["inclusion"], bool),
        correct=np.asarray(values["correct"], bool),
        margin=np.asarray(values["margin"], np.float16) if values["margin"] else None,
        confidence=np.asarray(values["confidence"], np.float16) if values["confidence"] else None,
        performance=np.stack(performance, axis=1) if performance else None,
    )


def write_columns(path: Path, records: Iterable[TrialRecord], trials: list[int], made_of: int) -> None:
    """Write the trials as columns, a few at a time. The file is there whole or not at all.

    Parameters
    ----------
    path : Path
        Of the file; see :mod:`longtail.whole_files`.
    records : iterable of TrialRecord
        Those that have a model, in the order of ``trials``.
    trials : list of int
        Their numbers.
    made_of : int
        32 bits that change whenever a trial's file does; kept with the columns.
    """
    numbers = np.asarray(trials, np.int64)
    with whole_file(path) as partial:
        rows: NDArray[Any] | None = None
        for first, block in _blocks(records):
            if rows is None:
                rows = _room_for_rows(partial, numbers, made_of, block[0])
            _put(rows, first, block)
        if rows is None:
            raise DamagedRunError(_NOTHING)
        _write_checksums(rows)
        del rows  # Deleting the map writes it to the file.


def _blocks(records: Iterable[TrialRecord]) -> Iterable[tuple[int, list[TrialRecord]]]:
    first, block = 0, []
    for record in records:
        block.append(record)
        if len(block) == _TRIALS_AT_A_TIME:
            yield first, block
            first, block = first + len(block), []
    if block:
        yield first, block


def _room_for_rows(partial: Path, numbers: NDArray[np.int64], made_of: int, like: TrialRecord) -> NDArray[Any]:
    n_bytes, n_trials, n_rows = -(-len(numbers) // 8), len(numbers), like.n_all
    fields: list[Any] = [("checksum", "<u4"), ("inclusion", "u1", (n_bytes,))]
    if like.kinds:
        fields += [("performance", "<f4", (len(like.kinds), n_trials))]
    else:
        fields += [("correct", "u1", (n_bytes,))]
    fields += [(name, "<f2", (n_trials,)) for name in ("margin", "confidence") if len(getattr(like, name))]
    kind = np.dtype(fields)
    with partial.open("wb") as file:
        np.save(file, numbers)
        np.save(file, np.array([_checksum_of_head(numbers, made_of, kind), made_of], np.uint32))
        header = {"descr": np.lib.format.dtype_to_descr(kind), "fortran_order": False, "shape": (n_rows,)}
        np.lib.format.write_array_header_2_0(file, header)
        start = file.tell()
        file.flush()
        reserve(file, start, n_rows * kind.itemsize)
    return np.memmap(partial, dtype=kind, mode="r+", offset=start, shape=(n_rows,))


def _checksum_of_head(numbers: NDArray[np.int64], made_of: int, kind: np.dtype[Any]) -> int:
    """Compute the checksum of everything that says how rows are to be read. Each row has a checksum of its own."""
    return crc32(numbers.tobytes() + repr((made_of, kind.descr)).encode())


def _put(rows: NDArray[Any], first: int, block: list[TrialRecord]) -> None:
    last, n_train = first + len(block), len(block[0].inclusion)
    inclusion = np.stack([record.inclusion for record in block], axis=1)
    where = slice(first // 8, -(-last // 8))
    rows["inclusion"][:n_train, where] = np.packbits(inclusion, axis=1)
    if block[0].kinds:
        rows["performance"][:, :, first:last] = np.stack([record.performance.T for record in block], axis=2)
        return
    correct = np.stack([record.correct for record in block], axis=1)
    rows["correct"][:, where] = np.packbits(correct, axis=1)
    for name in ("margin", "confidence"):
        if name in (rows.dtype.names or ()):
            rows[name][:, first:last] = np.stack([getattr(record, name) for record in block], axis=1)


def _write_checksums(rows: NDArray[Any]) -> None:
    for start in range(0, len(rows), _ROWS_AT_A_TIME):
        part = rows[start : start + _ROWS_AT_A_TIME]
        raw = np.ascontiguousarray(part).view(np.uint8).reshape(len(part), -1)
        part["checksum"] = [crc32(row[_CHECKSUM:].tobytes()) for row in raw]


def _mapped_rows(path: Path) -> NDArray[Any]:
    with path.open("rb") as file:
        np.load(file, allow_pickle=False)
        np.load(file, allow_pickle=False)
        np.lib.format.read_magic(file)
        shape, _, kind = np.lib.format.read_array_header_2_0(file)
        return np.memmap(path, dtype=kind, mode="r", offset=file.tell(), shape=shape)
