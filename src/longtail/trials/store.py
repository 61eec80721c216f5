"""The store of one trial set: a folder with the identity and one file a trial, which appear whole or not at all.

A trial's file is a plain ``.npz`` (no pickles; every member carries a CRC-32): inclusion and correctness as bits,
margins and confidences as float16. It is written under another name, synced to the disk, and renamed; whatever kills
the process leaves complete trials and at most one nameless leftover, which the next run removes. Only the parent
writes, so that the death of a worker loses that worker's trial alone. Appending costs one trial, however many there
are.

What reads trial by trial streams the files; what reads example by example asks for :meth:`TrialStore.example`, which
turns them into columns once (:mod:`longtail.trials.columns`).
"""

import io
import json
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from longtail.arguments import checked
from longtail.errors import DamagedRunError, StudyMismatchError
from longtail.outcomes import Outcomes
from longtail.trials.collect import MEMORY_BUDGET, collect_outcomes
from longtail.trials.columns import ExampleColumns, ExampleHistory, history_of, write_columns
from longtail.trials.record import TrialRecord
from longtail.trials.trial_set import TrialSet
from longtail.whole_files import remove_leftovers, write_atomically

__all__ = ["TrialStore", "encoded", "read_trial_set"]

_IDENTITY = "identity.json"
_COLUMNS = "columns.npy"


@checked
class TrialStore:
    """Trials of one set, in a folder.

    Parameters
    ----------
    folder : Path
        Made when the first trial is written.
    trial_set : TrialSet
        Whose trials they are.

    Raises
    ------
    StudyMismatchError
        If the folder holds the trials of another set.
    """

    def __init__(self, folder: Path, trial_set: TrialSet) -> None:
        self.folder = folder
        self.trial_set = trial_set
        if (folder / _IDENTITY).exists():
            held = read_trial_set(folder)
            if held != trial_set:
                raise StudyMismatchError(f"{folder} holds other trials ({'; '.join(trial_set.differences(held))}).")

    def prepare(self) -> None:
        """Make the folder, write the identity, and remove leftovers of a killed run."""
        self.folder.mkdir(parents=True, exist_ok=True)
        remove_leftovers(self.folder)
        if not (self.folder / _IDENTITY).exists():
            text = json.dumps(self.trial_set.identity, indent=2, sort_keys=True)
            write_atomically(self.folder / _IDENTITY, text.encode())

    def numbers(self) -> list[int]:
        """Numbers of the trials that are here, in order."""
        return sorted(int(file.stem) for file in self.folder.glob("[0-9]*.npz"))

    def append(self, record: TrialRecord) -> None:
        """Write one trial; it is on the disk, whole, when this returns."""
        self.append_encoded(record.trial, encoded(record))

    def append_encoded(self, trial: int, content: bytes) -> None:
        """Write one trial as :func:`encoded` made it."""
        self._columns.unlink(missing_ok=True)
        write_atomically(self.file(trial), content)

    def read(self, trial: int) -> TrialRecord:
        """Read one trial, checking its checksums.

        Raises
        ------
        DamagedRunError
            If its file is torn or fails a checksum; the message names the trial and the remedy.
        """
        try:
            with zipfile.ZipFile(self.file(trial)) as archive:
                n_train, n_all = (int(size) for size in _array(archive, "sizes"))
                return TrialRecord(
                    trial=trial,
                    inclusion=np.unpackbits(_array(archive, "inclusion"), count=n_train).astype(bool),
                    correct=np.unpackbits(_array(archive, "correct"), count=n_all).astype(bool),
                    margin=_array(archive, "margin"),
                    confidence=_array(archive, "confidence"),
                    failure=_array(archive, "failure").tobytes().decode(),
                )
        except Exception as error:  # torn bytes make zipfile and NumPy raise whatever they come across
            remedy = "Run the same measurement again: it re-runs damaged trials alone"
            raise DamagedRunError(f"trial {trial} in {self.folder} is damaged ({error}). {remedy}.") from error

    def damaged(self) -> list[int]:
        """Numbers of the trials whose files cannot be read."""
        found = []
        for trial in self.numbers():
            try:
                self.read(trial)
            except DamagedRunError:
                found.append(trial)
        return found

    def discard(self, trial: int) -> None:
        """Remove one trial, to be run again."""
        self._columns.unlink(missing_ok=True)
        self.file(trial).unlink(missing_ok=True)

    def records(self) -> Iterator[TrialRecord]:
        """All trials in order of their numbers, failed ones included."""
        for trial in self.numbers():
            yield self.read(trial)

    def outcomes(self, memory: int = MEMORY_BUDGET) -> Outcomes:
        """The table of all trials that have a model, in order of their numbers.

        Parameters
        ----------
        memory : int
            Bytes that it may take in memory; a larger one is mapped from a nameless file.

        Raises
        ------
        DamagedRunError
            If there is none, or one is damaged.
        """
        n_train = int(self.trial_set.identity["data"]["n_train"])
        scratch = self.folder if os.access(self.folder, os.W_OK) else None
        return collect_outcomes(self.records(), self.numbers(), n_train, memory=memory, scratch=scratch)

    def example(self, example: int) -> ExampleHistory:
        """What all trials say of one example, without reading the others; the first call makes the columns.

        Where the folder may not be written, every call reads all trials.

        Parameters
        ----------
        example : int
            Position among the training examples; of a test example, ``n_train`` plus its position.

        Raises
        ------
        InputError
            If there is no such example.
        DamagedRunError
            If there is no trial, or one is damaged. Damaged columns are made anew, without training.
        """
        if not (self._columns.exists() or os.access(self.folder, os.W_OK)):
            return history_of(self.records(), example)
        try:
            return self._opened_columns().read(example)
        except DamagedRunError:
            self._columns.unlink(missing_ok=True)
            return self._opened_columns().read(example)

    def file(self, trial: int) -> Path:
        """Where a trial is, or will be."""
        return self.folder / f"{trial:06d}.npz"

    @property
    def _columns(self) -> Path:
        return self.folder / _COLUMNS

    def _opened_columns(self) -> ExampleColumns:
        if not self._columns.exists():
            models = [trial for trial in self.numbers() if not self._failed(trial)]
            write_columns(self._columns, (self.read(trial) for trial in models), models)
        return ExampleColumns(self._columns)

    def _failed(self, trial: int) -> bool:
        try:
            with zipfile.ZipFile(self.file(trial)) as archive:
                return len(_array(archive, "failure")) > 0
        except Exception:
            return False  # damaged: reading it says so


def _array(archive: zipfile.ZipFile, name: str) -> NDArray[Any]:
    """One member, read to its end before it is looked at: the CRC-32 is checked there."""
    content = io.BytesIO(archive.read(f"{name}.npy"))
    return np.asarray(np.lib.format.read_array(content, allow_pickle=False))


def encoded(record: TrialRecord) -> bytes:
    """One trial as the content of its file; equal records have equal bytes."""
    buffer = io.BytesIO()
    np.savez(
        buffer,
        sizes=np.array([len(record.inclusion), len(record.correct)], np.int64),
        inclusion=np.packbits(record.inclusion),
        correct=np.packbits(record.correct),
        margin=record.margin,
        confidence=record.confidence,
        failure=np.frombuffer(record.failure.encode(), np.uint8),
    )
    return buffer.getvalue()


def read_trial_set(folder: Path) -> TrialSet:
    """The identity of the trials in a folder.

    Raises
    ------
    DamagedRunError
        If it is missing or torn.
    """
    try:
        return TrialSet(identity=json.loads((folder / _IDENTITY).read_text(encoding="utf-8")))
    except (OSError, json.JSONDecodeError) as error:
        raise DamagedRunError(f"{folder / _IDENTITY} is not readable ({error}).") from error
