"""Collect records into the table of outcomes, a row a trial, in bounded memory.

The arrays are allocated once and filled a trial at a time, so that nothing is held twice. A table that is larger than
the memory budget lies in a nameless file beside the trials instead, mapped into memory: the same layout, so the same
sums to the last bit, but the operating system may put its pages away. The file's room is reserved before it is used (a
full disk is an error, not a crash) and given back when the table is forgotten, whatever ends the process.
"""

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import DTypeLike, NDArray

from longtail.arguments import checked
from longtail.errors import DamagedRunError, InputError
from longtail.failed_trials import FailedTrials
from longtail.machine import reserve
from longtail.outcomes import ACCURACY, Outcomes, Performance
from longtail.trials.record import TrialRecord

__all__ = ["MEMORY_BUDGET", "NoTrialError", "bytes_of_outcomes", "collect_outcomes"]

MEMORY_BUDGET = 2_000_000_000
"""Bytes that a table of outcomes may take in memory: 2 GB, or 4,900 trials of 70,000 examples with their margins."""


class NoTrialError(DamagedRunError):
    """No trial has a model, so that there is nothing to read."""


@checked
def bytes_of_outcomes(
    n_trials: int, n_train: int, n_all: int, *, margins: bool = True, confidences: bool = True
) -> int:
    """Size of a table: a byte for each bit, two for each margin and each confidence.

    Examples
    --------
    >>> bytes_of_outcomes(2000, 60_000, 70_000)
    820000000
    """
    return n_trials * (n_train + n_all * (1 + 2 * margins + 2 * confidences))


def collect_outcomes(
    records: Iterable[TrialRecord],
    trials: Sequence[int],
    n_train: int,
    *,
    memory: int = MEMORY_BUDGET,
    scratch: Path | None = None,
    performance: str | None = None,
) -> Outcomes:
    """Collect the table of those trials that have a model, in the order of ``trials``.

    Parameters
    ----------
    records : iterable of TrialRecord
        In any order.
    trials : sequence of int
        Their numbers, failed ones included.
    n_train : int
        How many of the examples are training examples.
    memory : int
        Bytes; a larger table lies in a nameless file.
    scratch : Path, optional
        Where that file is; the system's folder for temporary files where it is not given.
    performance : str, optional
        Which of the trials' performances the table is of, by name; the first of them where it is not given.

    Raises
    ------
    NoTrialError
        If no trial has a model.
    InputError
        If the trials hold no performance of this name.
    """
    row_of = {trial: row for row, trial in enumerate(trials)}
    filled, table = np.zeros(len(row_of), bool), None
    failed: dict[int, TrialRecord] = {}
    for record in records:
        if record.failure:
            failed[record.trial] = record
            continue
        if table is None:
            table = _Table.like(record, len(row_of), memory, scratch, performance)
        table.put(row_of[record.trial], record)
        filled[row_of[record.trial]] = True
    if table is None:
        raise NoTrialError("there is no finished trial to read. Run the measurement first.")
    rows = np.flatnonzero(filled)
    table.close_ranks(rows)
    outcomes = table.outcomes(n_train, np.asarray(trials, np.int64)[rows])
    return outcomes.with_failed(_failed([failed[trial] for trial in sorted(failed)]))


def _failed(records: Sequence[TrialRecord]) -> FailedTrials | None:
    if not records:
        return None
    return FailedTrials(
        inclusion=np.array([record.inclusion for record in records]),
        reasons=tuple(record.failure for record in records),
    )


@dataclass(slots=True)
class _Table:
    inclusion: NDArray[np.bool_]
    correct: NDArray[np.bool_]
    margin: NDArray[np.float16] | None
    confidence: NDArray[np.float16] | None
    performance: NDArray[np.float32] | None
    kind: Performance

    @classmethod
    def like(
        cls, record: TrialRecord, n_rows: int, memory: int, scratch: Path | None, performance: str | None
    ) -> "_Table":
        """Room for ``n_rows`` records of this kind."""
        n_train, n_all = len(record.inclusion), record.n_all
        kind = _kind_of(record, performance)
        if record.kinds:
            mapped = n_rows * (n_train + 4 * n_all) > memory
            return cls(
                inclusion=_room((n_rows, n_train), np.bool_, mapped, scratch),
                correct=np.zeros((n_rows, 0), np.bool_),
                margin=None,
                confidence=None,
                performance=_room((n_rows, n_all), np.float32, mapped, scratch),
                kind=kind,
            )
        margins, confidences = len(record.margin) > 0, len(record.confidence) > 0
        size = bytes_of_outcomes(n_rows, n_train, n_all, margins=margins, confidences=confidences)
        mapped = size > memory
        return cls(
            inclusion=_room((n_rows, n_train), np.bool_, mapped, scratch),
            correct=_room((n_rows, n_all), np.bool_, mapped, scratch),
            margin=_room((n_rows, n_all), np.float16, mapped, scratch) if margins else None,
            confidence=_room((n_rows, n_all), np.float16, mapped, scratch) if confidences else None,
            performance=None,
            kind=kind,
        )

    def put(self, row: int, record: TrialRecord) -> None:
        self.inclusion[row] = record.inclusion
        if self.performance is not None:
            self.performance[row] = record.performance[_place_of(record, self.kind)]
            return
        self.correct[row] = record.correct
        self.margin = _put(self.margin, row, record.margin)
        self.confidence = _put(self.confidence, row, record.confidence)

    def close_ranks(self, rows: NDArray[np.intp]) -> None:
        """Move the filled rows up over those of failed trials, and forget the rest."""
        every = (self.inclusion, self.correct, self.margin, self.confidence, self.performance)
        arrays = [array for array in every if array is not None]
        for new, old in enumerate(rows):
            if new != old:
                for array in arrays:
                    array[new] = array[old]
        self.inclusion, self.correct = self.inclusion[: len(rows)], self.correct[: len(rows)]
        self.margin = None if self.margin is None else self.margin[: len(rows)]
        self.confidence = None if self.confidence is None else self.confidence[: len(rows)]
        self.performance = None if self.performance is None else self.performance[: len(rows)]

    def outcomes(self, n_train: int, numbers: NDArray[np.int64]) -> Outcomes:
        margin, confidence = self.margin, self.confidence
        if self.performance is not None:
            return Outcomes.from_arrays(
                self.inclusion,
                trial_numbers=numbers,
                performance=self.performance[:, :n_train],
                test_performance=self.performance[:, n_train:],
                performance_name=self.kind,
            )
        return Outcomes.from_arrays(
            self.inclusion,
            self.correct[:, :n_train],
            None if margin is None else margin[:, :n_train],
            self.correct[:, n_train:],
            None if margin is None else margin[:, n_train:],
            confidence=None if confidence is None else confidence[:, :n_train],
            test_confidence=None if confidence is None else confidence[:, n_train:],
            trial_numbers=numbers,
        )


def _kind_of(record: TrialRecord, performance: str | None) -> Performance:
    """Return the kind of a name among those that a trial holds, or the first where none is named."""
    held = {kind.name: kind for kind in record.kinds or (ACCURACY,)}
    if performance is not None and performance not in held:
        raise InputError("performance", f"be one of {', '.join(held)}, as the trials hold", performance)
    return held[performance] if performance is not None else next(iter(held.values()))


def _place_of(record: TrialRecord, kind: Performance) -> int:
    if kind not in record.kinds:
        raise DamagedRunError(f"trial {record.trial} holds no {kind.title}, which the other trials hold.")
    return record.kinds.index(kind)


def _put(array: NDArray[Any] | None, row: int, values: NDArray[Any]) -> NDArray[Any] | None:
    """Fill one row of the array. If the trial lacks the quantity, return None: the table then has no such column."""
    if array is None or not len(values):
        return None
    array[row] = values
    return array


def _room(shape: tuple[int, int], dtype: DTypeLike, mapped: bool, scratch: Path | None) -> NDArray[Any]:
    if not mapped or 0 in shape:
        return np.zeros(shape, dtype)
    with tempfile.TemporaryFile(dir=scratch) as file:
        reserve(file, 0, shape[0] * shape[1] * np.dtype(dtype).itemsize)
        return np.memmap(file, dtype=dtype, mode="r+", shape=shape).view(np.ndarray)
