"""The store of one trial set: a folder with the identity and one file a trial, which appear whole or not at all.

A trial's file is a plain ``.npz`` (no pickles; every member carries a CRC-32): inclusion and correctness as bits,
margins and confidences as float16. It is written under another name, synced to the disk, and renamed; whatever kills
the process leaves complete trials and at most one nameless leftover, which the next run removes. Only the parent
writes, so that the death of a worker loses that worker's trial alone.
"""

import contextlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from longtail.errors import DamagedRunError, StudyMismatchError
from longtail.outcomes import Outcomes
from longtail.trials.record import TrialRecord
from longtail.trials.trial_set import TrialSet

__all__ = ["TrialStore", "write_atomically"]

_IDENTITY = "identity.json"
_LEFTOVER = ".partial-"
_TORN = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, json.JSONDecodeError)


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
        for leftover in self.folder.glob(f"{_LEFTOVER}*"):
            leftover.unlink(missing_ok=True)
        if not (self.folder / _IDENTITY).exists():
            text = json.dumps(self.trial_set.identity, indent=2, sort_keys=True)
            write_atomically(self.folder / _IDENTITY, text.encode())

    def numbers(self) -> list[int]:
        """Numbers of the trials that are here, in order."""
        return sorted(int(file.stem) for file in self.folder.glob("[0-9]*.npz"))

    def append(self, record: TrialRecord) -> None:
        """Write one trial; it is on the disk, whole, when this returns."""
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
        write_atomically(self._file(record.trial), buffer.getvalue())

    def read(self, trial: int) -> TrialRecord:
        """Read one trial, checking its checksums.

        Raises
        ------
        DamagedRunError
            If its file is torn or fails a checksum; the message names the trial and the remedy.
        """
        try:
            with self._file(trial).open("rb") as file, np.load(file, allow_pickle=False) as arrays:
                n_train, n_all = (int(size) for size in arrays["sizes"])
                return TrialRecord(
                    trial=trial,
                    inclusion=np.unpackbits(arrays["inclusion"], count=n_train).astype(bool),
                    correct=np.unpackbits(arrays["correct"], count=n_all).astype(bool),
                    margin=arrays["margin"],
                    confidence=arrays["confidence"],
                    failure=arrays["failure"].tobytes().decode(),
                )
        except _TORN as error:
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
        self._file(trial).unlink(missing_ok=True)

    def records(self) -> Iterator[TrialRecord]:
        """All trials in order of their numbers, failed ones included."""
        for trial in self.numbers():
            yield self.read(trial)

    def outcomes(self) -> Outcomes:
        """The table of all trials that have a model, in order of their numbers.

        Raises
        ------
        DamagedRunError
            If there is none, or one is damaged.
        """
        return outcomes_of(list(self.records()), int(self.trial_set.identity["data"]["n_train"]))

    def _file(self, trial: int) -> Path:
        return self.folder / f"{trial:06d}.npz"


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


def outcomes_of(records: list[TrialRecord], n_train: int) -> Outcomes:
    """The table of those trials that have a model.

    Raises
    ------
    DamagedRunError
        If there is none.
    """
    good = [record for record in records if not record.failure]
    if not good:
        raise DamagedRunError("there is no finished trial to read. Run the measurement first.")
    with_margin = all(len(record.margin) for record in good)
    with_confidence = all(len(record.confidence) for record in good)
    correct = np.stack([record.correct for record in good])
    margin = np.stack([record.margin for record in good]) if with_margin else None
    confidence = np.stack([record.confidence for record in good]) if with_confidence else None
    return Outcomes.from_arrays(
        np.stack([record.inclusion for record in good]),
        correct[:, :n_train],
        None if margin is None else margin[:, :n_train],
        correct[:, n_train:],
        None if margin is None else margin[:, n_train:],
        confidence=None if confidence is None else confidence[:, :n_train],
        test_confidence=None if confidence is None else confidence[:, n_train:],
        trial_numbers=[record.trial for record in good],
    )


def write_atomically(path: Path, content: bytes) -> None:
    """Write a file that is there whole or not at all, also after a crash: temporary name, sync, rename, sync."""
    partial = path.with_name(f"{_LEFTOVER}{os.getpid()}-{path.name}")
    try:
        with partial.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
